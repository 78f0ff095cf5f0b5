"""Random workbooks in which LibreOffice and the importer must say the same, cell by cell.

A workbook is filled plausibly, then spoiled at random: blanks, words in number cells, zeros,
negative bases, values equal to each other or a hair apart, empty and full libraries. Every rule's
count and every computed cell is compared.

    python tests agreement --seeds 200 [FORM]     the large run
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from support.office import Office

from clusterbook.forms import registry
from clusterbook.layout import layouts
from clusterbook.layout.layout import Layout
from clusterbook.testing.live import book, spoiled, stored_disagreements, told_differently

__all__ = ["book", "disagreements", "spoiled", "stored_disagreements"]


def disagreements(office: Office, layout: Layout, seed: int, folder: Path) -> list[str]:
    """Where LibreOffice and the importer say different things about the workbook of ``seed``."""
    path = folder / f"{layout.workbook.id}-{seed}.xlsx"
    data = book(layout, seed)
    path.write_bytes(data)
    doc = office.open(path)
    try:
        return told_differently(doc, layout, data, seed)
    finally:
        doc.close()


def main() -> int:
    """The large run; the number of disagreements is the exit code, at most 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("forms", nargs="*", default=list(registry.form_ids()))
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--stored", action="store_true", help="without LibreOffice")
    args = parser.parse_args()
    if args.stored:
        return _stored(args.forms, range(args.first, args.first + args.seeds))
    found: list[str] = []
    with Office() as office, tempfile.TemporaryDirectory() as folder:
        for form in args.forms:
            layout = layouts.of(form)
            for seed in range(args.first, args.first + args.seeds):
                lines = disagreements(office, layout, seed, Path(folder))
                print(f"{form} {seed}: {len(lines)}", flush=True)
                found += lines
                for line in lines:
                    print("   ", line)
    print(f"{len(found)} disagreements")
    return min(1, len(found))


def _stored(forms: list[str], seeds: range) -> int:
    count = 0
    for form in forms:
        layout = layouts.of(form)
        for seed in seeds:
            lines = stored_disagreements(layout, seed)
            count += len(lines)
            print(f"{form} {seed}: {len(lines)}", *lines, sep="\n   ", flush=True)
    print(f"{count} disagreements")
    return min(1, count)


if __name__ == "__main__":
    sys.exit(main())
