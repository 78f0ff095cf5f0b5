#!/usr/bin/env bash
# betteroffice-xlsx 0.2.1: DATEVALUE works on one cell and not on a range.
#
# SUMPRODUCT(ISNUMBER(DATEVALUE(A1:A3))*1) counts texts that are dates. The engine answers 0, although each
# cell by itself is read: inside SUMPRODUCT its DATEVALUE gives #VALUE! for every row. TRIM, LEN, FIND and
# SUBSTITUTE go over the rows of a range as in Excel, so the count looks like an honest "no dates here".
#
# Seen: single 45366.0, over rows 0.0, TRIM over rows 3.0
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet betteroffice-xlsx==0.2.1 xlsxwriter==3.3.1
"$work/env/bin/python" - <<'PY'
import io
import betteroffice_xlsx, xlsxwriter

buffer = io.BytesIO()
book = xlsxwriter.Workbook(buffer, {"in_memory": True})
sheet = book.add_worksheet("S")
for row in range(3):
    sheet.write_string(row, 0, f"2024-03-{15 + row}")
sheet.write_formula("C1", "=DATEVALUE(A1)")
sheet.write_formula("C2", "=SUMPRODUCT(ISNUMBER(DATEVALUE(A1:A3))*1)")
sheet.write_formula("C3", '=SUMPRODUCT((TRIM(A1:A3)<>"")*1)')
book.close()
opened = betteroffice_xlsx.Workbook.open_recalculated(buffer.getvalue())
single, over, trim = (opened.value("S", cell) for cell in ("C1", "C2", "C3"))
print("single", single, "over rows", over, "TRIM over rows", trim)
assert single == 45366 and over == 0 and trim == 3
PY
