#!/usr/bin/env bash
# pikepdf 10.18.0: four times the pages cost some thirteen times the work when they are appended one by one.
#
# pdf.pages looks like a list, but append takes longer the more pages there are; extend and add_pages_from are quadratic, too,
# and even len(pdf.pages) takes time in proportion to the pages. A hundred pages show nothing of it, eight thousand took
# five seconds. add_blank_page is linear, and so is setting Kids of the page tree at once, before pdf.pages is looked at.
#
# Seen: 1000 and 4000 pages, processor time: append 0.10 s and 1.31 s, Kids at once 0.03 s and 0.10 s
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet pikepdf==10.18.0
"$work/env/bin/python" - <<'PY'
import io
import time

import pikepdf
from pikepdf import Array, Dictionary, Name

def page(pdf, **more):
    return pdf.make_indirect(Dictionary(Type=Name.Page, MediaBox=[0, 0, 72, 72], **more))

def appended(pdf, count):
    for _ in range(count):
        pdf.pages.append(pikepdf.Page(page(pdf)))

def at_once(pdf, count):
    tree = pdf.Root.Pages
    tree.Kids = Array([page(pdf, Parent=tree) for _ in range(count)])
    tree.Count = count

def cost(way, count):
    times = []
    for _ in range(3):
        pdf, saved = pikepdf.new(), io.BytesIO()
        start = time.process_time()
        way(pdf, count)
        times.append(time.process_time() - start)
        pdf.save(saved)
        assert len(pikepdf.open(saved).pages) == count
    return min(times)

one_by_one, together = ([cost(way, count) for count in (1000, 4000)] for way in (appended, at_once))
print(f"append {one_by_one[0]:.2f} s and {one_by_one[1]:.2f} s, Kids at once {together[0]:.2f} s and {together[1]:.2f} s")
assert one_by_one[1] > 8 * one_by_one[0] and together[1] < 8 * together[0]
PY
