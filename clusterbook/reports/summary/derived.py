"""What a form's summary holds: as declared or, where a form says nothing, what can be derived."""

from __future__ import annotations

from collections.abc import Iterator

from clusterbook.forms.expressions.nodes import AnswerOf
from clusterbook.forms.parsing.folding import fold
from clusterbook.forms.spec import Indicators, Row, leaves
from clusterbook.forms.summary_spec import Figure, Roll, RollColumn, Source, Summary
from clusterbook.layout.layout import Layout


def summary_of(layout: Layout) -> Summary:
    """What the form declares; without it, what can be derived from its blocks."""
    return layout.workbook.summary or _derived(layout)


def _derived(layout: Layout) -> Summary:
    """Every indicator of the latest year, every library as a list of its own."""
    book = layout.workbook
    keys = [key for key in layout.slots if key.count(".") == 1]

    def first(*names: str) -> str:
        return next((k for name in names for k in keys if k.split(".")[1] == name), "")

    return Summary(
        short=book.id[:12],
        title=book.title.strip(),
        name=first("cluster_name", "name"),
        city=first("city"),
        county=first("county", "counties"),
        industry=first("industry_field", "industry_name", "industry"),
        figures=tuple(_derived_figures(layout)),
        rolls=tuple(_derived_roll(layout, key) for key in layout.bodies),
    )


def _derived_figures(layout: Layout) -> Iterator[Figure]:
    leading = True
    for sheet, block in layout.workbook.blocks():
        if not isinstance(block, Indicators):
            continue
        for row in leaves(block.rows):
            for part, years in _parts(layout, block, row).items():
                if not row.kind.numeric:
                    continue
                of = [AnswerOf(f"{block.name}.{row.key}.{year}{part}") for year in years[-2:]]
                yield Figure(
                    key=f"{block.name}.{row.key}" + (f".{part}" if part else ""),
                    label=_bare(row.label, row.kind.unit), of=of[-1],
                    before=of[0] if len(of) > 1 else None, ranked=leading, leading=leading,
                    band=sheet.title,
                )  # fmt: skip
                leading = False


def _parts(layout: Layout, block: Indicators, row: Row) -> dict[str, list[int]]:
    """Of which years a row has a figure, by part of the year: ``m10``, ``m01_10``, all of it."""
    found: dict[str, list[int]] = {}
    for time in sorted(block.years, key=lambda one: one.year):
        if f"{block.name}.{row.key}.{time.time}" in layout.slots:
            found.setdefault(time.stretch.removeprefix(f"{time.year}"), []).append(time.year)
    return found


def _bare(label: str, unit: str) -> str:
    """A printed label without its unit, which a column shows beside it."""
    return fold(label).removesuffix(f"({unit})")


def _derived_roll(layout: Layout, key: str) -> Roll:
    library = layout.bodies[key].library
    fields = list(library.fields())
    columns = [
        RollColumn(key=one.key, label=one.label, wide=one.wide or 14,
                   unit=one.kind.unit, contact=one.kind.contact)
        for one in fields
    ]  # fmt: skip
    source = Source(library=key, label=library.title or key, columns={f.key: f.key for f in fields})
    name = library.identity[0] if library.identity else fields[0].key
    title = layout.sheet_of[key].sheet.title
    return Roll(
        key=f"{layout.workbook.id}.{key}", title=title, what="条", columns=columns,
        sources=(source,), name=name,
    )  # fmt: skip
