"""Workbooks for a roster against building as many one by one. ``run.py`` measures and prints it."""

import csv
import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from returned import nothing_remembered

from clusterbook.forms import registry
from clusterbook.forms.kinds import DependentChoice
from clusterbook.issuing import issue
from clusterbook.issuing.roster import Roster, read_roster
from clusterbook.layout import layouts
from clusterbook.layout.layout import Layout
from clusterbook.workbook import writer
from clusterbook.workbook.content import Entries

COUNT, BUILT = 200, 10  # workbooks issued; as many are built and taken times 20


def roster(layout: Layout, folder: Path, count: int) -> Roster:
    """Clusters of the counties of the province, one after the other, each with its own contact."""
    kinds = [column.field.kind for column in layout.columns.values()]
    kinds += [slots[0].field.kind for slots in layout.slots.values()]
    pairs = next(kind.pairs for kind in kinds if isinstance(kind, DependentChoice))
    path = folder / "roster.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["市州", "县（市、区）", "集群名称", "联系人", "联系电话"])
        for number in range(count):
            city, county = pairs[number % len(pairs)]
            name = f"{city}{county}第{number + 1}产业集群"
            rows.writerow([city, county, name, f"张{number + 1}", f"139{number:08d}"])
    return read_roster(path, layout.workbook)


def bench_issuing(
    rounds: int,
    medians: Callable[[dict[str, Callable[[], object]], int], dict[str, float]],
    ratio: Callable[[float, float], str],
) -> list[tuple[str, str, str]]:
    """All that ``blank --roster`` does, register included, against building and writing files."""
    lines = []
    for form in registry.form_ids():
        layout = layouts.of(form)
        with TemporaryDirectory() as name:
            folder = Path(name)
            listed = roster(layout, folder, COUNT)

            def issued(
                layout: Layout = layout, listed: issue.Roster = listed, folder: Path = folder
            ) -> None:
                issue.write(layout, listed, folder / "out", issued_on="2026-01-05")
                shutil.rmtree(folder / "out")

            def built(
                layout: Layout = layout, listed: issue.Roster = listed, folder: Path = folder
            ) -> None:
                for one in issue.issues(layout.workbook, listed)[:BUILT]:
                    answers = Entries(values=one.entry.values)
                    with nothing_remembered(layout):
                        data = writer.write_template(layout, one.stamp, answers)
                    (folder / one.file).write_bytes(data)

            times = medians({"issued": issued, "built": built}, rounds)
        what = f"{form}: {COUNT} workbooks by roster / building {COUNT}"
        lines.append((what, ratio(times["issued"], times["built"] * COUNT / BUILT), "≤ 0.05"))
        each = times["issued"] / COUNT * 1000
        lines.append((f"{form}: a workbook of a roster, CPU", f"{each:.1f} ms", "for orientation"))
    return lines
