#!/usr/bin/env bash
# LibreOffice 7.4.7 under a Chinese locale: a number format with an escaped slash is saved to .xlsx as a fraction.
#
# In `0\/0` the slash is a character between two digits: 113.6 shows as 11/4. Under zh_CN (not under en_US or C)
# LibreOffice writes the format back as `0/0`, without the escape, and that is a fraction: opened again, by any
# program, the same cell shows 568/5. The value has not changed; what a person reads has. The next format of the
# same sheet, `0"/"00`, is written as `0\/00` and stays what it was.
# Needs the system's soffice (Debian 12: libreoffice-calc 7.4.7); xlsxwriter 3.2.9 writes the input.
#
# Seen: shown ['11/4', '1/14'] saved ['0/0', '0\\/00'] under en_US ['0\\/0', '0\\/00'] then shown ['568/5', '1/14']
set -euo pipefail
command -v soffice >/dev/null || { echo 'soffice is needed' >&2; exit 2; }
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet xlsxwriter==3.2.9
cd "$work"
"$work/env/bin/python" - <<'PY'
import xlsxwriter
with xlsxwriter.Workbook("formats.xlsx") as book:
    sheet = book.add_worksheet()
    for row, code in enumerate((r"0\/0", '0"/"00')):
        sheet.write_number(row, 0, 113.6, book.add_format({"num_format": code}))
PY
office() {  # a locale, and the rest as soffice has it
  LC_ALL=$1 soffice --headless "-env:UserInstallation=file://$work/$1" "${@:2}" >/dev/null 2>&1
}
shown='csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true'
office zh_CN.UTF-8 --convert-to "$shown" --outdir before formats.xlsx
office zh_CN.UTF-8 --convert-to xlsx --outdir chinese formats.xlsx
office en_US.UTF-8 --convert-to xlsx --outdir english formats.xlsx
office zh_CN.UTF-8 --convert-to "$shown" --outdir after chinese/formats.xlsx
"$work/env/bin/python" - <<'PY'
import html, re, zipfile
from pathlib import Path
def codes(folder):
    styles = zipfile.ZipFile(f"{folder}/formats.xlsx").read("xl/styles.xml").decode()
    return [html.unescape(code) for code in re.findall('formatCode="([^"]*)"', styles)][-2:]
before, after = (Path(one, "formats.csv").read_text("utf-8").splitlines() for one in ("before", "after"))
print("shown", before, "saved", codes("chinese"), "under en_US", codes("english"), "then shown", after)
assert codes("chinese") == ["0/0", r"0\/00"] and codes("english") == [r"0\/0", r"0\/00"]
assert before == ["11/4", "1/14"] and after == ["568/5", "1/14"]
PY
