"""The engine of the mutation kit: a filled-in workbook, what was done to it, what came of it.

Both forms are filled with known values that all differ. A mutation does to the workbook what a
person or a program does and keeps account of what a person now sees at each answer; the result is
imported. Each value is then

- right: it is what a person sees there;
- reported: it is not, and a problem says so at this very answer, cell, sheet or file;
- silently wrong: neither. There must be none.

The mutations themselves are in ``mutations``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Any

from support.fill import FilledIn, default_value, fill, imported, inputs
from support.mutable import Book, Tab, parsed

from clusterbook.a1 import Address, cell_name
from clusterbook.engine.send_back import sent
from clusterbook.forms.stamp import Stamp
from clusterbook.layout import layouts
from clusterbook.layout.layout import Body, Layout, SheetPlan
from clusterbook.problems import CATALOGUE, Level, Problem
from clusterbook.readers.grid import read_grid
from clusterbook.results.documents import submission_document
from clusterbook.results.write import Choices
from clusterbook.workbook import writer

ISSUE = "M0000"


@dataclass(frozen=True)
class OneOf:
    """A value that may be read in several ways, all of them right."""

    values: tuple[Any, ...]


@dataclass
class Case:
    """A workbook, what a person sees in it, and what need not be read any more.

    ``truth`` is by owner: the full key of an answer, or ``library.column#row``. ``gone`` are
    answers that the person deleted: they must be reported, but nobody can read them.
    """

    layout: Layout
    book: Book
    truth: dict[str, Any]
    gone: set[str] = field(default_factory=set)
    #: without its marks a sheet of another county cannot be told from one's own
    unsure: bool = False

    def copy(self, issue: str = ISSUE) -> Case:
        """The same, issued under another id: no two files of a batch may share one."""
        case = self._copied()
        for tab in case.book.tabs:
            for cell in tab.cells.values():
                if isinstance(cell.value, str) and ISSUE in cell.value:
                    cell.value = cell.value.replace(ISSUE, issue)
        case.book.comments = case.book.comments.replace(ISSUE, issue)
        case.book.names = {n: text.replace(ISSUE, issue) for n, text in case.book.names.items()}
        return case

    def _copied(self) -> Case:
        return Case(self.layout, self.book.copy(), dict(self.truth), set(self.gone), self.unsure)

    @property
    def plans(self) -> dict[str, SheetPlan]:
        return {plan.sheet.key: plan for plan in self.layout.sheets}

    def sheets(self) -> list[tuple[Tab, SheetPlan]]:
        """The tabs that are sheets of the form."""
        plans = self.plans
        return [(tab, plans[tab.key]) for tab in self.book.tabs if tab.key in plans]

    def pages(self) -> list[tuple[Tab, SheetPlan]]:
        """The sheets of the form that are not libraries."""
        return [(tab, plan) for tab, plan in self.sheets() if plan.body is None]

    def libraries(self, *, closed: bool | None = None) -> list[tuple[Tab, Body]]:
        return [
            (tab, plan.body)
            for tab, plan in self.sheets()
            if plan.body is not None and closed in (None, plan.body.library.closed)
        ]

    def rows_of(self, tab: Tab) -> dict[int, list[str]]:
        """The rows of a tab that hold answers, with the owners in them from left to right."""
        rows: dict[int, list[str]] = defaultdict(list)
        for at, cell in sorted(tab.cells.items(), key=lambda item: item[0]):
            if cell.owner:
                rows[at[0]].append(cell.owner)
        return dict(rows)

    def forget(self, owner: str) -> None:
        """The person took this answer away: it must be reported, not read."""
        self.gone.add(owner.split("|", maxsplit=1)[0])

    def drop_row(self, owners: Sequence[str]) -> None:
        """A library row was deleted: it leaves no trace, and nobody misses it."""
        for owner in owners:
            self.truth.pop(owner, None)


def key_of(owner: str) -> str:
    """The full key of an answer or library column."""
    return owner.split("#", maxsplit=1)[0].split("|", maxsplit=1)[0]


def kind_of(layout: Layout, owner: str) -> Any:
    key = key_of(owner)
    if key in layout.slots:
        return layout.slots[key][0].field.kind
    return layout.columns[key].field.kind


def in_boxes(layout: Layout, owner: str) -> bool:
    """Whether an answer is a long text in several cells."""
    return len(layout.slots.get(key_of(owner), ())) > 1


def issued(filled: FilledIn, issue: str = ISSUE) -> bytes:
    """A workbook as this software writes it, filled in."""
    stamp = Stamp.of(filled.layout.workbook, issue=issue, issued_to="测试县")
    return writer.write_template(filled.layout, stamp, filled.answers())


@cache
def base(form: str, seed: int = 1) -> Case:
    """A form in which everything is filled in."""
    layout = layouts.of(form)
    filled = fill(layout, seed=seed, rows=4, everything=True)
    book = Book.of(read_grid(issued(filled)))
    case = Case(layout, book, _truth(filled))
    claim(case, filled)
    return case


def claim(case: Case, filled: FilledIn) -> None:
    """Marks the cells of the answers with their owners."""
    layout, book = case.layout, case.book
    for one in inputs(layout, {key: len(rows) for key, rows in filled.row_texts.items()}):
        tab = book.tab(one.sheet)
        at = parsed(one.cell)
        if at in tab.cells:
            owner = one.name if one.row is None else f"{one.name}#{one.row}"
            tab.cells[at].owner = owner if one.part == 1 else f"{owner}|{one.part}"


def _truth(filled: FilledIn) -> dict[str, Any]:
    slots = filled.layout.slots
    truth = {key: value for key, value in filled.expected.items() if not slots[key][0].locked}
    for library, rows in filled.row_expected.items():
        for number, row in enumerate(rows):
            truth |= {f"{library}.{column}#{number}": value for column, value in row.items()}
    return truth


# ---------------------------------------------------------------- what came of it


@dataclass
class Count:
    """Values by what became of them."""

    right: int = 0
    reported: int = 0
    gone: int = 0
    said: int = 0  # of cells that are no values, but had to be told
    wrong: list[str] = field(default_factory=list)

    @property
    def values(self) -> int:
        return self.right + self.reported + self.gone + len(self.wrong)

    @property
    def share(self) -> float:
        """Share of the values that were read right, of those that nobody deleted."""
        there = self.values - self.gone
        return self.right / there if there else 1.0

    def add(self, other: Count) -> None:
        self.right += other.right
        self.reported += other.reported
        self.gone += other.gone
        self.said += other.said
        self.wrong += other.wrong


@dataclass
class Result:
    """What the importer said about one file."""

    answers: dict[str, Any]
    rows: dict[str, list[dict[str, Any]]]
    problems: list[Problem]
    readable: bool

    @property
    def doubted(self) -> set[tuple[str, int, str]]:
        """Library, row and column of cells that were called wrong."""
        return {
            (p.key.split(".")[0], int(re.sub("[A-Z]", "", p.cell)), p.key)
            for p in self.problems
            if p.cell and "." in p.key and p.code in CATALOGUE and p.level is not Level.INFO
        }


def read_back(layout: Layout, files: Sequence[bytes]) -> list[Result]:
    """The files, imported as one batch."""
    batch = imported(*files)
    results = []
    for one in batch.submissions:
        if one.group < 0:
            results.append(Result({}, {}, list(one.problems), readable=False))
            continue
        document = submission_document(batch, one, "zh")
        sent(batch, one, Choices())  # whatever was done to it, there are papers to send back
        answers = {}
        for key, parts in layout.slots.items():
            slot = parts[0]
            block = document["values"][slot.block.key]
            if slot.block.item is not None:
                block = block[slot.block.item - 1]
            value = block[slot.field.key]
            answers[key] = value if slot.field.year is None else value[str(slot.field.year)]
        results.append(Result(answers, document["libraries"], list(one.problems), readable=True))
    return results


def _proven_by(key: str, keys: Iterable[str]) -> list[str]:
    """The answers that a page reference is evidence of: missing with them, it is no cause of its own."""
    base, found, _ = key.partition("_pages")
    return [one for one in keys if found and one.rpartition(".")[0] == base]


def classify(case: Case, result: Result) -> Count:
    """Each value: right, reported or silently wrong."""
    count = Count()
    told = _Told(case, result)
    typed = {key: parts[0] for key, parts in case.layout.slots.items() if not parts[0].locked}
    for key, slot in typed.items():
        expected = case.truth.get(key, default_value(slot.field))
        found = result.answers.get(key)
        if key in case.gone:
            # Somebody deleted it: it must be missed, and nothing else may stand in for it.
            # What is left of a long text is read with the problem that a part of it is gone.
            missed = told.about(key) or any(map(told.about, _proven_by(key, typed)))
            ok = missed and (found in (None, False) or in_boxes(case.layout, key))
            count.gone += ok
            if not ok:
                count.wrong.append(f"{key}: deleted, read {found!r}")
        elif result.readable and _same(expected, found):
            count.right += key in case.truth
        elif told.about(key):
            count.reported += 1
        else:
            count.wrong.append(f"{key}: expected {expected!r}, read {found!r}")
    for body in case.layout.bodies.values():
        _classify_rows(case, body, result, told, count)
    for tab in case.book.tabs:
        for at in (at for at, cell in tab.cells.items() if cell.told):
            if told.at(tab, at):
                count.said += 1
            else:
                count.wrong.append(f"{tab.name}!{cell_name(*at)}: nothing was said")
    return count


def _classify_rows(case: Case, body: Body, result: Result, told: _Told, count: Count) -> None:
    key = body.library.key
    expected: dict[str, dict[str, Any]] = defaultdict(dict)
    for owner, value in case.truth.items():
        if owner.startswith(f"{key}.") and "#" in owner:
            column, row = owner.removeprefix(f"{key}.").split("#")
            expected[row][column] = value
    found = result.rows.get(key, [])
    pairs = sorted(
        (
            (-sum(_same(value, row.get(column)) for column, value in wanted.items()), at, number)
            for at, row in enumerate(found)
            for number, wanted in expected.items()
        ),
    )
    match: dict[str, int] = {}
    for score, at, number in pairs:
        if score and at not in match.values() and number not in match:
            match[number] = at
    for number, wanted in expected.items():
        row = found[match[number]] if number in match else {}
        for column, value in wanted.items():
            owner = f"{key}.{column}#{number}"
            if _same(value, row.get(column)):
                count.right += 1
            elif told.about(owner):
                count.reported += 1
            else:
                count.wrong.append(f"{owner}: expected {value!r}, read {row.get(column)!r}")
    for at, row in enumerate(found):
        wanted = next((expected[n] for n, there in match.items() if there == at), {})
        for column in body.inputs:
            value = row.get(column.field.key)
            if column.field.key in wanted or _same(default_value(column.field), value):
                continue
            if (key, row["row"], column.key) not in result.doubted:
                count.wrong.append(f"{column.key} row {row['row']}: nobody typed {value!r}")


def _same(expected: Any, found: Any) -> bool:
    if isinstance(expected, OneOf):
        return any(_same(value, found) for value in expected.values)
    if isinstance(expected, bool) or isinstance(found, bool):
        return expected is found
    return bool(expected == found)


class _Told:
    """Where something was said that stops a wrong value from passing as right.

    Only problems count that a county has to answer, and only those about reading: a rule that a
    wrong value happens to break says nothing about the reading of it.
    """

    WHOLE_SHEET = ("L101", "L108", "F109")
    WHOLE_COLUMN = ("L121",)

    def __init__(self, case: Case, result: Result) -> None:
        self.case = case
        self.owned = case.book.owned()  # a long text in several boxes: key, key|2, key|3
        said = [p for p in result.problems if p.code in CATALOGUE and p.code[0] in "FLV"]
        open_ = [p for p in said if p.level is not Level.INFO]
        self.any_cells = {(p.sheet, p.cell) for p in said if p.cell}
        for p in said:  # formulas that are gone are said once for a sheet
            self.any_cells |= {(p.sheet, cell) for cell in p.facts.get("cells", "").split("、")}
        self.cells = {(p.sheet, p.cell) for p in open_ if p.cell}
        self.keys = {p.key for p in open_ if p.key and not p.cell}
        self.keys |= {p.key for p in open_ if p.code in self.WHOLE_COLUMN}
        self.answers = {p.key for p in open_ if p.key in case.layout.slots}
        whole = {*self.WHOLE_SHEET, *(("L122",) if case.unsure else ())}
        self.sheets = {p.sheet for p in open_ if p.code in whole}
        # LibreOffice anchors controls to a place on paper, which no cell can be told from.
        self.unplaced = {p.sheet for p in open_ if "位置不定" in p.facts.get("where", "")}
        self.file = not result.readable and bool(open_)

    def about(self, owner: str) -> bool:
        """Whether a value was called wrong, unreadable or missing."""
        key = key_of(owner)
        library = key.split(".")[0]
        if self.file or key in self.answers or {key, library} & self.keys:
            return True
        if self.case.layout.sheet_of[key].name in self.sheets:
            return True
        places = (place for of, place in self.owned.items() if of.split("|")[0] == owner)
        return any(self._has(self.cells, tab, at) or tab.name in self.sheets for tab, at in places)

    def at(self, tab: Tab, at: Address) -> bool:
        """Whether anything was said about a cell."""
        return self.file or tab.name in self.unplaced or self._has(self.any_cells, tab, at)

    def _has(self, cells: set[tuple[str, str]], tab: Tab, at: Address) -> bool:
        # A merge is told once, at its first cell.
        inside = (
            merge[:2]
            for merge in tab.merges
            if merge[0] <= at[0] <= merge[2] and merge[1] <= at[1] <= merge[3]
        )
        return any((tab.name, cell_name(*place)) in cells for place in (at, *inside))


# ---------------------------------------------------------------- the mutations

Mutate = Callable[[Case, Random], None]


@dataclass(frozen=True)
class Mutation:
    """``group``: structure, told (nobody could read it right), paste, typing.

    ``anywhere``: does not need to know where things stood, so that it can come after any other.
    """

    name: str
    group: str
    do: Mutate
    anywhere: bool = False


MUTATIONS: dict[str, Mutation] = {}


def mutation(group: str, name: str, *, anywhere: bool = False) -> Callable[[Mutate], Mutate]:
    """Adds a mutation to the kit."""

    def add(do: Mutate) -> Mutate:
        assert name not in MUTATIONS
        MUTATIONS[name] = Mutation(name, group, do, anywhere)
        return do

    return add


def mutated(form: str, names: Sequence[str], seed: int, issue: str = ISSUE) -> Case:
    """The filled-in form after these mutations."""
    case = base(form).copy(issue)
    for name in names:
        MUTATIONS[name].do(case, Random(f"{seed}|{form}|{name}"))
    return case


Job = tuple[str, Sequence[str], int]  # form, mutations, seed
Save = Callable[[Case], bytes]

PORTION = 20  # files imported as one batch


def run(jobs: Sequence[Job], save: Save = lambda case: case.book.bytes()) -> list[Count]:
    """What came of each job. ``save`` makes a file of a case: it may be a real office program."""
    counts: dict[int, Count] = {}
    for form in dict.fromkeys(form for form, _, _ in jobs):
        mine = [at for at, job in enumerate(jobs) if job[0] == form]
        for start in range(0, len(mine), PORTION):
            portion = mine[start : start + PORTION]
            cases = [mutated(form, *jobs[at][1:], f"M{at + 1000}") for at in portion]
            results = read_back(layouts.of(form), [save(case) for case in cases])
            for at, case, result in zip(portion, cases, results, strict=True):
                counts[at] = classify(case, result)
    return [counts[at] for at in range(len(jobs))]


def summed(counts: Iterable[Count]) -> Count:
    """Counts as one."""
    total = Count()
    for count in counts:
        total.add(count)
    return total


def pairs(count: int, seed: int = 1) -> Iterator[tuple[str, str]]:
    """Pairs of different mutations at random; the second comes on top of what the first left."""
    dice = Random(seed)
    second = [one.name for one in MUTATIONS.values() if one.anywhere]
    for _ in range(count):
        last = dice.choice(second)
        yield dice.choice([name for name in MUTATIONS if name != last]), last
