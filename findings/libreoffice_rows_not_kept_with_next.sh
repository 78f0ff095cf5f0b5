#!/usr/bin/env bash
# LibreOffice 7.4.7: a table's last row is kept with what follows (w:keepNext), but not in two everyday cases.
#
# A title in the last row of a table, its paragraph kept with the next one, goes to the next page together with what it
# is the title of. Writer does so in both of the plain cases here, which is why the exceptions surprise:
# - w:cantSplit on the row of a table of one row. It says that the row may not break across pages and has nothing to say
#   about what follows, but with it the title stays alone at the foot of the page. With two rows it does no harm.
# - a table that has run over from the page before. Its last row stays alone, while the same row is kept in a table that
#   fits on its page.
# Needs the system's soffice (Debian 12: libreoffice-writer 7.4.7); python-docx 1.2.0 writes the input, pdfplumber 0.11.10
# reads the output. A page holds 15 lines; the title would be the last of them.
#
# Seen: page of the title and of what follows: one row (2, 2), one row cantSplit (1, 2), two rows cantSplit (2, 2),
#       14 rows before it in its table (2, 2), 29 rows before it in its table (2, 3)
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

def made(name, before, rows, kept, whole=False):
    """`before` paragraphs, a table whose last `kept` rows are kept with the next one, and a paragraph behind it."""
    document = docx.Document()
    normal, section = document.styles["Normal"].paragraph_format, document.sections[0]
    normal.space_after, normal.line_spacing = Pt(0), Pt(20)
    section.page_height = section.page_width = Pt(400)
    section.top_margin = section.bottom_margin = section.left_margin = section.right_margin = Pt(50)
    for _ in range(before):
        document.add_paragraph("text")
    table = document.add_table(rows, 1)
    for number, row in enumerate(table.rows, 1):
        row.cells[0].text = "title" if number == rows else "row"
        if whole:
            row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        if number > rows - kept:
            row.cells[0].paragraphs[0].paragraph_format.keep_with_next = True
    document.add_paragraph("next")
    document.save(f"{name}.docx")

made("one", 14, 1, 1)
made("one_whole", 14, 1, 1, whole=True)
made("two_whole", 13, 2, 2, whole=True)
made("short", 0, 15, 1)
made("long", 0, 30, 1)
PY
soffice --headless "-env:UserInstallation=file://$work/profile" --convert-to pdf ./*.docx >/dev/null 2>&1
"$work/env/bin/python" - <<'PY'
import pdfplumber

def pages(name):
    with pdfplumber.open(f"{name}.pdf") as pdf:
        texts = [page.extract_text().split() for page in pdf.pages]
    return tuple(next(n for n, text in enumerate(texts, 1) if word in text) for word in ("title", "next"))

seen = {name: pages(name) for name in ("one", "one_whole", "two_whole", "short", "long")}
print("page of the title and of what follows:", seen)
assert seen == {"one": (2, 2), "one_whole": (1, 2), "two_whole": (2, 2), "short": (2, 2), "long": (2, 3)}
PY
