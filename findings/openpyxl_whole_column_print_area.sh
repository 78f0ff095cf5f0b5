#!/usr/bin/env bash
# openpyxl 3.1.5: a print area of whole columns is gone after load and save.
#
# Sheet!$B:$D is a valid print area (it ends where the filled rows end, which suits lists of unknown length).
# openpyxl warns on load that it cannot be set and writes the workbook without it: then every column is
# printed, helper columns included. An area of cells, Sheet!$B$1:$D$9, survives.
#
# Seen: whole columns -> print area None; cells -> 'S'!$B$1:$D$9
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet openpyxl==3.1.5 xlsxwriter==3.3.1
"$work/env/bin/python" -W ignore - <<'PY'
import io
import openpyxl, xlsxwriter

def through_openpyxl(area):
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.add_worksheet("S").write_string("B2", "x")
    book.define_name("S!_xlnm.Print_Area", f"=S!{area}")
    book.close()
    again = io.BytesIO()
    openpyxl.load_workbook(buffer).save(again)
    return openpyxl.load_workbook(again)["S"].print_area or None

columns, cells = through_openpyxl("$B:$D"), through_openpyxl("$B$1:$D$9")
print("whole columns ->", columns, "; cells ->", cells)
assert columns is None and cells == "'S'!$B$1:$D$9"
PY
