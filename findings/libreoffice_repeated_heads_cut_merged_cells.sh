#!/usr/bin/env bash
# LibreOffice 7.4.7: repeated head rows lose the text of a cell that is merged over them, from the second page on.
#
# Two head rows (w:tblHeader), and in the first column one cell over both (w:vMerge) with ten lines; the other column has
# one line in each row. On the first page the rows are as high as the merged cell needs. Where the table goes on, the same
# two rows are only as high as the column that is not merged, and the other eight lines are not in the PDF at all. Nobody
# who proofreads the first page sees it. A least height for the second row (w:trHeight, atLeast) keeps the text.
# Needs the system's soffice (Debian 12: libreoffice-writer 7.4.7); python-docx 1.2.0 writes the input, pdfplumber 0.11.10
# reads the output.
#
# Seen: lines of the merged cell on pages 1, 2: [10, 2]; with a height for the second row: [10, 10]
set -euo pipefail
command -v soffice >/dev/null || { echo 'soffice is needed' >&2; exit 2; }
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet python-docx==1.2.0 lxml==6.1.3 pdfplumber==0.11.10
cd "$work"
"$work/env/bin/python" - <<'PY'
import docx
from docx.oxml import OxmlElement
from docx.shared import Pt

for name, height in (("plain", None), ("mended", Pt(108))):
    made = docx.Document()
    normal, section = made.styles["Normal"].paragraph_format, made.sections[0]
    normal.space_after, normal.line_spacing = Pt(0), Pt(12)
    section.page_height = section.page_width = Pt(400)
    section.top_margin = section.bottom_margin = section.left_margin = section.right_margin = Pt(50)
    table = made.add_table(22, 2)
    for row in table.rows[:2]:
        row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
        row.cells[1].text = "head"
    for row in table.rows[2:]:
        row.cells[0].text = row.cells[1].text = "body"
    table.cell(0, 0).merge(table.cell(1, 0)).text = "\n".join(["merged"] * 10)
    table.rows[1].height = height
    made.save(f"{name}.docx")
PY
soffice --headless "-env:UserInstallation=file://$work/profile" --convert-to pdf plain.docx mended.docx >/dev/null 2>&1
"$work/env/bin/python" - <<'PY'
import pdfplumber

def lines(name):
    with pdfplumber.open(name) as pdf:
        return [page.extract_text().count("merged") for page in pdf.pages]

plain, mended = lines("plain.pdf"), lines("mended.pdf")
print("lines of the merged cell on pages 1, 2:", plain, "with a height for the second row:", mended)
assert plain == [10, 2] and mended == [10, 10]
PY
