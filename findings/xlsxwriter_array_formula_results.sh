#!/usr/bin/env bash
# XlsxWriter 3.3.1: the stored result of an array formula loses its type.
#
# write_formula marks an error result with t="e" and a logical one with t="b". write_array_formula, called
# with the same results, stores the error as a text (t="str") and the logical as <v>True</v> without any
# type, which is no number either. A reader that shows stored results takes #N/A for a text there.
#
# Seen: write_formula        <c r="A1" t="e"><f>NA()</f><v>#N/A</v></c>     <c r="A2" t="b">…<v>1</v></c>
#       write_array_formula  <c r="B1" t="str">…<v>#N/A</v></c>             <c r="B2">…<v>True</v></c>
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet xlsxwriter==3.3.1
"$work/env/bin/python" - <<'PY'
import io, re, zipfile
import xlsxwriter

buffer = io.BytesIO()
book = xlsxwriter.Workbook(buffer, {"in_memory": True})
sheet = book.add_worksheet()
sheet.write_formula("A1", "=NA()", None, "#N/A")
sheet.write_formula("A2", "=1=1", None, True)
sheet.write_array_formula("B1:B1", "{=NA()}", None, "#N/A")
sheet.write_array_formula("B2:B2", "{=1=1}", None, True)
book.close()
xml = zipfile.ZipFile(buffer).read("xl/worksheets/sheet1.xml").decode()
found = {m[1]: (m[2] or "", m[3]) for m in
         re.finditer(r'<c r="(\w+)"(?: t="(\w+)")?><f.*?</f><v>(.*?)</v>', xml)}
print(found)
assert found == {"A1": ("e", "#N/A"), "B1": ("str", "#N/A"), "A2": ("b", "1"), "B2": ("", "True")}
PY
