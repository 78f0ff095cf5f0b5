#!/usr/bin/env bash
# LibreOffice 7.4.7: saving as .ods drops every tab of a cell that also holds a line break.
#
# A tab in a one-line text is written as <text:tab/>. A text of several lines is written paragraph by
# paragraph without its tabs, and office:string-value repeats the loss: "姓名<tab>职务" pasted from a table
# becomes "姓名职务" and two fields are one for every reader. Nothing is told. Saving as .xlsx keeps the tabs.
# Needs the system's soffice (Debian 12: libreoffice-calc 7.4.7); openpyxl 3.1.5 writes the input.
#
# Seen: one line 'a\tb' -> 'a\tb'; two lines 'x\ny\tz' -> 'x\nyz'
set -euo pipefail
command -v soffice >/dev/null || { echo 'soffice is needed' >&2; exit 2; }
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet openpyxl==3.1.5 odfpy==1.4.1
cd "$work"
"$work/env/bin/python" - <<'PY'
import openpyxl
book = openpyxl.Workbook()
book.active["A1"], book.active["A2"] = "a\tb", "x\ny\tz"
book.save("tabs.xlsx")
PY
soffice --headless "-env:UserInstallation=file://$work/profile" --convert-to ods tabs.xlsx >/dev/null 2>&1
"$work/env/bin/python" - <<'PY'
from odf import opendocument, table, text

def said(node):
    if node.nodeType == node.TEXT_NODE:
        return node.data
    return "\t" if node.qname[1] == "tab" else "".join(map(said, node.childNodes))

cells = opendocument.load("tabs.ods").spreadsheet.getElementsByType(table.TableCell)
one, two = ("\n".join(map(said, cell.getElementsByType(text.P))) for cell in cells[:2])
print("one line 'a\\tb' ->", repr(one), "; two lines 'x\\ny\\tz' ->", repr(two))
assert one == "a\tb" and two == "x\nyz"
PY
