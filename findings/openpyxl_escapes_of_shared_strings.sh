#!/usr/bin/env bash
# openpyxl 3.1.5: escapes in shared strings are not undone, and texts that hold "x005F_" are cut.
#
# What XML would not keep stands in the strings of .xlsx as _xHHHH_ (ST_Xstring of ISO/IEC 29500-1): a carriage return as
# _x000D_, and the underscore of a text that only looks like an escape as _x005F_. openpyxl takes the letters x005F_ out of
# every shared string and leaves everything else. So a carriage return and the text "_x000D_" are read as the same seven
# letters, and the part number "ax005F_2", in which nothing is escaped, becomes "a2". Nothing is told.
# XlsxWriter 3.3.1 writes the input; LibreOffice 7.4.7 reads all three texts as they were written.
#
# Seen: 'a\rb' stored a_x000D_b, read 'a_x000D_b'; 'a_x000D_b' stored a_x005F_x000D_b, read 'a_x000D_b';
#       'ax005F_2' stored ax005F_2, read 'a2'
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet openpyxl==3.1.5 xlsxwriter==3.3.1
"$work/env/bin/python" - <<'PY'
import io
import re
import zipfile

import openpyxl, xlsxwriter

texts, buffer = ["a\rb", "a_x000D_b", "ax005F_2"], io.BytesIO()
with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
    book.add_worksheet().write_column("A1", texts)
stored = re.findall("<t>(.*?)</t>", zipfile.ZipFile(buffer).read("xl/sharedStrings.xml").decode())
read = [cell.value for cell in openpyxl.load_workbook(buffer).active["A"]]
print(*zip(texts, stored, read, strict=True))
assert stored == ["a_x000D_b", "a_x005F_x000D_b", "ax005F_2"]
assert read == ["a_x000D_b", "a_x000D_b", "a2"]
PY
