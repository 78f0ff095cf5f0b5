#!/usr/bin/env bash
# LibreOffice 7.4.7: opening an "XML Spreadsheet 2003" empties cells that hold a Boolean or an error.
#
# <Data ss:Type="Boolean">1</Data> and <Data ss:Type="Error">#N/A</Data> are valid constants of the format
# (Excel and WPS write them), but after import the cells are empty; numbers, texts and formulas are kept.
# Whoever turns such files into .xlsx with soffice loses every TRUE/FALSE answer, and nothing is told.
# Needs the system's soffice (Debian 12: libreoffice-calc 7.4.7); openpyxl 3.1.5 reads the output.
#
# Seen: 7, TRUE, FALSE, 'x', #N/A -> 7, None, None, 'x', None
set -euo pipefail
command -v soffice >/dev/null || { echo 'soffice is needed' >&2; exit 2; }
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet openpyxl==3.1.5
cd "$work"
cat >form.xml <<'XML'
<?xml version="1.0" encoding="UTF-8"?>
<?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
  xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
  <Worksheet ss:Name="S"><Table><Row>
    <Cell><Data ss:Type="Number">7</Data></Cell>
    <Cell><Data ss:Type="Boolean">1</Data></Cell>
    <Cell><Data ss:Type="Boolean">0</Data></Cell>
    <Cell><Data ss:Type="String">x</Data></Cell>
    <Cell><Data ss:Type="Error">#N/A</Data></Cell>
  </Row></Table></Worksheet>
</Workbook>
XML
soffice --headless "-env:UserInstallation=file://$work/profile" --convert-to xlsx form.xml >/dev/null 2>&1
"$work/env/bin/python" - <<'PY'
import openpyxl
row = [cell.value for cell in openpyxl.load_workbook("form.xlsx").active[1]]
row += [None] * (5 - len(row))
print("7, TRUE, FALSE, 'x', #N/A ->", row)
assert row == [7, None, None, "x", None]
PY
