"""Filled workbooks for benchmarks: the good sample in so many sizes, each with its own names.

    python benchmarks/corpus.py FOLDER COUNT ENTERPRISES [dirty]

A clean workbook passes every rule. A dirty one has the slips of real returns: units and thousands
marks typed, dates spelled freely, blanks around names, a few figures that contradict each other.
"""

import sys
from pathlib import Path
from random import Random
from typing import Any

from attrs import evolve

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "samples")]

import content_cluster_contest as content  # noqa: E402

from clusterbook.forms import registry  # noqa: E402
from clusterbook.forms.stamp import Stamp  # noqa: E402
from clusterbook.layout import layouts  # noqa: E402
from clusterbook.workbook.content import Entries  # noqa: E402
from clusterbook.workbook.writer import write_template  # noqa: E402

FORM = "cluster_contest"
_MARK = "样例"


def size_of(enterprises: int) -> content.Size:
    """The counts of 2.2 for so many enterprises, in the proportions of the good sample."""
    full = {row[0]: row for row in content.lines(content.FULL.counts)}
    share = enterprises / int(full["enterprises"][2])
    least = {row[0]: (int(row[1]), int(row[2])) for row in content.lines(content.SMALL.counts)}

    def counted(key: str, at: int) -> int:
        return min(enterprises, max(least[key][at - 1], round(int(full[key][at]) * share)))

    lines = []
    for key, row in full.items():
        before, now = (enterprises - 1, enterprises) if key == "enterprises" else (
            counted(key, 1), counted(key, 2))  # fmt: skip
        lines.append(" ".join([key, str(before), str(now), *row[3:]]))
    scale = counted("scale_enterprises", 2)
    return content.Size(
        counts="\n".join(lines),
        scale_targets=(scale + 1, scale + 2, scale + 4),
        park_scale=(scale + 9, scale - 3, scale + 10, scale - 2),
    )


def answers(number: int, size: content.Size, *, dirty: bool = False) -> Entries:
    """The content of workbook ``number``; all its names and texts are its own."""
    values, rows = content.content(size)
    values = {key: _own(value, number) for key, value in values.items()}
    rows = {library: [{key: _own(value, number) for key, value in row.items()} for row in lines]
            for library, lines in rows.items()}  # fmt: skip
    for row in rows["existing_enterprises"]:
        row["uscc"] = ""  # a code is one enterprise's alone
    values["basics.cluster_name"] = f"邵阳市邵东市小五金{sign(number)}产业集群"
    if dirty:
        _spoil(values, rows, Random(number))
    return Entries(values=values, rows=rows)


def sign(number: int) -> str:
    """The number of a workbook in signs that a name may have."""
    return "".join("甲乙丙丁戊己庚辛壬癸"[int(digit)] for digit in f"{number:06d}")


def _own(value: Any, number: int) -> Any:
    return value.replace(_MARK, _MARK + sign(number)) if isinstance(value, str) else value


def _spoil(values: dict[str, Any], rows: dict[str, list[dict[str, Any]]], dice: Random) -> None:
    figures = [key for key, value in values.items() if type(value) in (int, float)]
    for key in dice.sample(figures, 12):
        values[key] = dice.choice(("{:,}", "约{}", "{}元", " {} ", "{}余")).format(values[key])
    for lines in rows.values():
        for row in dice.sample(lines, max(1, len(lines) // 20)):
            key = dice.choice(list(row))
            value = row[key]
            row[key] = f" {value}（待核）" if isinstance(value, str) else f"{value}左右"


def write(
    folder: Path, count: int, *, enterprises: int, dirty: bool = False, first: int = 0
) -> list[Path]:
    """``count`` workbooks of the form with so many enterprises each; their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    layout = layouts.of(FORM, rows_for(enterprises))
    files, size = [], size_of(enterprises)
    for number in range(first, first + count):
        stamp = Stamp.of(layout.workbook, issue=f"B{number:06d}", issued_to=f"{_MARK}{number:06d}")
        path = folder / f"{number:06d}.xlsx"
        data = write_template(layout, stamp, answers(number, size, dirty=dirty))
        path.write_bytes(data)
        files.append(path)
    return files


def rows_for(enterprises: int) -> Any:
    """The options under which so many enterprises fit."""
    options = registry.workbook(FORM).options
    return options if enterprises <= 500 else evolve(options, rows=enterprises + 100)


if __name__ == "__main__":
    write(
        Path(sys.argv[1]), int(sys.argv[2]), enterprises=int(sys.argv[3]), dirty="dirty" in sys.argv
    )
