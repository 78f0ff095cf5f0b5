#!/usr/bin/env bash
# LibreOffice 7.4.7: in which font □ is printed depends on the locale of whoever converts the file, not on w:hint.
#
# □ (U+25A1) is neither Latin nor Chinese; the format leaves it to w:hint="eastAsia" whether the East
# Asian font of the run is meant. LibreOffice goes by the text before it: □ behind 是 takes the East Asian font and behind
# a letter the ascii one, whatever the hint says. First in its paragraph it takes the language of the program, even if 是
# follows in the same run. So a line of answers, □是 □否, has boxes of two fonts when a server converts it under en_US or
# C, and of one font on the desk of a Chinese user, from the same file.
# Needs the system's soffice (Debian 12: libreoffice-writer 7.4.7) with the fonts DejaVu Serif and Noto Sans CJK
# (fonts-dejavu-core, fonts-noto-cjk); python-docx 1.2.0 writes the input, pdfplumber 0.11.10 reads the output.
#
# Seen: en_US {'□是': 'DejaVuSerif', '是□': 'NotoSansCJK', 'a□': 'DejaVuSerif'}
#       zh_CN {'□是': 'NotoSansCJK', '是□': 'NotoSansCJK', 'a□': 'DejaVuSerif'}
set -euo pipefail
command -v soffice >/dev/null || { echo 'soffice is needed' >&2; exit 2; }
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet python-docx==1.2.0 lxml==6.1.3 pdfplumber==0.11.10
cd "$work"
"$work/env/bin/python" - <<'PY'
import docx
from docx.oxml.ns import qn

made = docx.Document()
for text in ("□是", "是□", "a□"):
    fonts = made.add_paragraph().add_run(text)._r.get_or_add_rPr().get_or_add_rFonts()
    for name, value in (("ascii", "DejaVu Serif"), ("hAnsi", "DejaVu Serif"), ("eastAsia", "Noto Sans CJK SC"),
                        ("hint", "eastAsia")):
        fonts.set(qn(f"w:{name}"), value)
made.save("boxes.docx")
PY
for locale in en_US zh_CN; do
  LC_ALL=$locale.UTF-8 soffice --headless "-env:UserInstallation=file://$work/profile_$locale" \
    --convert-to pdf --outdir "$locale" boxes.docx >/dev/null 2>&1
done
"$work/env/bin/python" - <<'PY'
import pdfplumber

def fonts(locale):
    with pdfplumber.open(f"{locale}/boxes.pdf") as pdf:
        signs = [one for one in pdf.pages[0].chars if one["text"].strip()]
    boxes = [one["fontname"].partition("+")[2] for one in signs if one["text"] == "□"]
    return dict(zip(("□是", "是□", "a□"), (name[:11] for name in boxes), strict=True))

english, chinese = fonts("en_US"), fonts("zh_CN")
print("en_US", english, "zh_CN", chinese)
assert english == {"□是": "DejaVuSerif", "是□": "NotoSansCJK", "a□": "DejaVuSerif"}
assert chinese == {"□是": "NotoSansCJK", "是□": "NotoSansCJK", "a□": "DejaVuSerif"}
PY
