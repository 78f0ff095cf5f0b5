#!/usr/bin/env bash
# docxtpl 0.20.2: a condition that opens in a table cell and ends behind the table moves the rest of the letter into the cell.
#
# While the condition holds, the template renders as intended, so nobody notices. Once it does not, the XML lacks the end of
# the table; docxtpl parses its result with lxml's recover=True, which closes the table at the end of the document instead of
# refusing it. Everything behind (and the section with size and margins of the page) becomes text of the cell. No error, no
# warning, and the file opens.
# python-docx 1.2.0, Jinja2 3.1.6, lxml 6.1.1
#
# Seen: the condition holds: ['before', 'No. 1', 'after'], cell 'number', the body ends with sectPr
#       it does not:         ['before'], the cell holds an empty line and 'after', the body ends with tbl
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet docxtpl==0.20.2 python-docx==1.2.0 Jinja2==3.1.6 lxml==6.1.1
"$work/env/bin/python" - <<'PY'
import io

import docx
from docxtpl import DocxTemplate

made = docx.Document()
made.add_paragraph("before")
made.add_table(1, 1).cell(0, 0).text = "{% if number %}number"
made.add_paragraph("No. {{ number }}{% endif %}")
made.add_paragraph("after")
template = io.BytesIO()
made.save(template)


def rendered(number):
    document, target = DocxTemplate(io.BytesIO(template.getvalue())), io.BytesIO()
    document.render({"number": number}, autoescape=True)
    document.save(target)
    read = docx.Document(target)
    cells = [cell.text for table in read.tables for row in table.rows for cell in row.cells]
    return [p.text for p in read.paragraphs], cells, read.element.body[-1].tag.rpartition("}")[2]


holds, lost = rendered("1"), rendered("")
print(holds, lost, sep="\n")
assert holds == (["before", "No. 1", "after"], ["number"], "sectPr")
assert lost[0] == ["before"] and "after" in lost[1][0] and lost[2] == "tbl"
PY
