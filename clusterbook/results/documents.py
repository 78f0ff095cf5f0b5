"""Submissions as JSON documents: values by block, libraries, what was declared, problems."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from clusterbook.forms.expressions.frames import Array
from clusterbook.forms.spec import Answers, Checklist, leaves
from clusterbook.layout.layout import Layout
from clusterbook.results.lines import json_column
from clusterbook.results.tables import problem_record
from clusterbook.validation.judged import Batch, LayoutGroup, Submission


def told(submissions: Iterable[Submission], lang: str) -> dict[str, list[dict[str, str]]]:
    """The problems of submissions by their ids; written out once for all outputs."""
    return {one.id: [problem_record(p, lang) for p in one.problems] for one in submissions}


def submission_document(batch: Batch, one: Submission, lang: str) -> dict[str, Any]:
    """The document of a readable submission."""
    group = batch.groups[one.group]
    return next(d for of, d in documents(group, told(group.members, lang)) if of is one)


def documents(
    group: LayoutGroup, problems: Mapping[str, list[dict[str, str]]]
) -> Iterator[tuple[Submission, dict[str, Any]]]:
    """The submissions of one layout with their documents; ``problems`` as ``told`` gives them.

    ``values``: block → field → value, or {year or stretch of one: value}; a block that repeats is a
    list. Checklists are the list of ticked options under their own key, besides a yes/no each.
    """
    columns = _Columns(group)
    for at, one in enumerate(group.members):
        values = columns.values(at)
        yield one, {
            "form": group.stamp.form, "version": group.stamp.version,
            "year": group.stamp.report_year,
            **({"month": group.stamp.month} if group.stamp.month else {}),
            "years": group.stamp.years, "province": group.stamp.province, "submission": one.id,
            "issued_to": one.stamp.issued_to if one.stamp else "",
            "file": one.file, "sha256": one.sha256, "verdict": one.verdict,
            "values": values, "declared": columns.declared(at),
            "libraries": {key: rows[at] for key, rows in columns.rows.items()},
            "problems": problems[one.id],
        }  # fmt: skip


_Leaf = tuple[str, str | None, list[Any]]  # field, year, values


class _Columns:
    """The typed columns of a group as JSON values, each turned once."""

    def __init__(self, group: LayoutGroup) -> None:
        data = group.data
        self.layout = data.layout
        slots = [(key, parts[0]) for key, parts in data.layout.slots.items()]
        # One list of fields per block or repeat of a block, in printed order.
        self.blocks: dict[tuple[str, int | None], list[_Leaf]] = {}
        for key, slot in slots:
            year = slot.field.time or None
            column = json_column(slot.field.kind, data.answers[key].values)
            leaves_of = self.blocks.setdefault((slot.block.key, slot.block.item), [])
            leaves_of.append((slot.field.key, year, column))
        self.ticks = list(_checklists(data.layout))
        self.tick_values = {key: data.answers[key].values
                            for _, _, _, boxes in self.ticks for _, key in boxes}  # fmt: skip
        self.headlines = [
            (key, headline.key, _counted(data.headlines[f"{key}.{headline.key}"]))
            for key, body in data.layout.bodies.items()
            for headline in body.library.headlines
        ]
        self.declarations = {key: said for key, _ in slots if (said := data.answers[key].declared)}
        self.rows = {key: _library_rows(group, key) for key in data.layout.bodies}

    def values(self, at: int) -> dict[str, Any]:
        """The ``values`` of one submission."""
        values: dict[str, Any] = {}
        for (block_key, item), fields in self.blocks.items():
            block = _block(values, block_key, item)
            for name, year, column in fields:
                if year is None:
                    block[name] = column[at]
                elif name in block:
                    block[name][year] = column[at]
                else:
                    block[name] = {year: column[at]}
        for block_key, item, name, boxes in self.ticks:
            ticked = [option for option, key in boxes if self.tick_values[key][at]]
            _block(values, block_key, item)[name] = ticked
        for block_key, name, counts in self.headlines:
            _block(values, block_key, None)[name] = counts[at]
        return values

    def declared(self, at: int) -> dict[str, str]:
        """What one submission declared to be 无 or not applicable, by key."""
        return {key: said[at] for key, said in self.declarations.items() if at in said}


def _counted(numbers: Array) -> list[int | None]:
    """Counts of what is listed; None where the list itself is missing."""
    return [None if number != number else int(number) for number in numbers.tolist()]  # noqa: PLR0124


def _block(values: dict[str, Any], key: str, item: int | None) -> dict[str, Any]:
    """The dict of a block, or of one repeat of it, made when it is first asked for."""
    if item is None:
        block: dict[str, Any] = values.setdefault(key, {})
        return block
    repeats: list[dict[str, Any]] = values.setdefault(key, [])
    while len(repeats) < item:
        repeats.append({})
    return repeats[item - 1]


def _checklists(
    layout: Layout,
) -> Iterator[tuple[str, int | None, str, tuple[tuple[str, str], ...]]]:
    """Block, repeat and key of each checklist, and its options with the keys of their boxes."""
    for _, block in layout.workbook.blocks():
        if not isinstance(block, Answers):
            continue
        for row in leaves(block.rows):
            if isinstance(row, Checklist):
                keys = [f"{block.name}.{row.key}_{n}" for n in range(1, len(row.options) + 1)]
                yield block.key, block.item, row.key, tuple(zip(row.options, keys, strict=True))


def _library_rows(group: LayoutGroup, key: str) -> list[list[dict[str, Any]]]:
    """The rows of a library as documents, for every submission."""
    data, library = group.data, group.data.libraries[key]
    kinds = {column.field.key: column.field.kind for column in data.layout.bodies[key].columns}
    names = ("row", *library.columns)
    columns = [[row + 1 for row in library.rows]]
    columns += [json_column(kinds[name], typed.values) for name, typed in library.columns.items()]
    rows = [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
    bounds = np.searchsorted(library.owner, np.arange(data.count + 1)).tolist()
    return [rows[bounds[at] : bounds[at + 1]] for at in range(data.count)]
