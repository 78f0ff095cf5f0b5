"""Last round's answers → what the blanks of this round are filled with, and the list of it.

An answer of a year goes to the answer of the same calendar year; what holds for longer goes where
it stood. Which answers do is a fact of the spec: ``carries``. What had a problem, or is no longer
an answer, is not carried but told. The source is what an import wrote: its JSON documents.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from attrs import define, evolve, field, frozen

from clusterbook.a1 import cell_name, parted
from clusterbook.forms.kinds import NONE, Kind, Raw
from clusterbook.forms.options import Options
from clusterbook.forms.parsing.folding import name_key, to_text
from clusterbook.forms.spec import Block, Field, Library
from clusterbook.issuing.issue import Besides
from clusterbook.issuing.roster import IssueError, Roster, RosterRow, keys_by_role
from clusterbook.layout import layouts
from clusterbook.layout.layout import Body, ColumnSlot, Layout, Slot
from clusterbook.results.read import NotAnImportError, Written, document, is_open
from clusterbook.verdicts import Verdict
from clusterbook.workbook.content import Entries
from clusterbook.workbook.lists import listing

LIST = "prefill.csv"
FILLED, LEFT_OUT, UNMATCHED, UNUSED = "已预填", "未预填", "未匹配", "未使用"
_TOLD = {LEFT_OUT: "处没有预填", UNMATCHED: "行名单没有找到来源", UNUSED: "份报送没有用上"}
_DECLARED = {"none": NONE, "na": "不适用"}
LIST_BOOK = "预填清单.xlsx"  # the same for people
_HEADS = (
    ("名单行号", 8), ("发放对象", 28), ("上轮报送编号", 16), ("结果", 12), ("字段", 26),
    ("栏目", 26), ("工作表", 20), ("单元格", 8), ("预填内容", 24), ("没有预填的原因", 30),
)  # fmt: skip
_COLUMNS = (
    "row", "issued_to", "submission", "result", "key", "label", "sheet", "cell", "value", "reason",
)  # fmt: skip


class PrefillError(IssueError):
    """A source that nothing can be filled from; the message is for the operator."""


@frozen(kw_only=True)
class PrefillLine:
    """One line of the list: what was filled in, or was not and why.

    ``row`` is that of the roster, 0 where there is none.
    """

    result: str
    row: int = 0
    issued_to: str = ""
    submission: str = ""
    key: str = ""
    label: str = ""
    sheet: str = ""
    cell: str = ""
    value: Raw = ""
    reason: str = ""


@frozen(kw_only=True)
class Prefilled:
    """What to fill in by row of the roster (0 for a single blank), and the list of it."""

    answers: Mapping[int, Entries]
    lines: Sequence[PrefillLine]

    def besides(self, shown: Mapping[str, str] | None = None) -> Besides:
        """As it goes with a roster; ``shown`` as there."""
        files = {LIST: self.as_csv(), LIST_BOOK: self.as_xlsx()}
        return Besides(answers=self.answers, files=files, shown=shown or {})

    def told(self) -> str:
        """How much was filled in and what was not."""
        counts = Counter(line.result for line in self.lines)
        told = [f"已预填 {len(self.answers)} 份"]
        told += [f"{counts[result]} {what}" for result, what in _TOLD.items() if counts[result]]
        return "，".join(told)

    def as_csv(self) -> bytes:
        """The list: UTF-8, CRLF, every text quoted."""
        out = io.StringIO(newline="")
        writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
        writer.writerow(_COLUMNS)
        writer.writerows([getattr(line, name) for name in _COLUMNS] for line in self.lines)
        return out.getvalue().encode("utf-8", "backslashreplace")

    def as_xlsx(self) -> bytes:
        """The list as a workbook with Chinese heads."""
        rows = [[_text(getattr(line, name)) for name in _COLUMNS] for line in self.lines]
        return listing("预填清单", dict(_HEADS), rows)


def _text(value: Any) -> str:
    return "" if value is None else to_text(value)


def carries(block: Block, asked: Field) -> bool:
    """Whether an answer goes into the next round's blank: what the spec says, else by its kind.

    Rows of libraries are carried whole. Besides them: figures of a year, which the next round asks
    once more as those of an earlier one; names, addresses, contacts and choices. Not: declarations,
    ticks, reports, pages of evidence, dates, figures without a year.
    """
    if asked.computed is not None or not block.carry:
        return False
    if asked.carry is not None:
        return asked.carry
    if asked.kind.carried == "never":
        return False
    by_year = isinstance(block, Library) or asked.year is not None
    return by_year or asked.kind.carried == "lasting"


# --- where it comes from -----------------------------------------------------------------------


@define(slots=False)
class EarlierReturn:
    """What one submission of an earlier round said: the JSON document of an import."""

    document: Mapping[str, Any]

    @cached_property
    def form(self) -> str:
        """Id of the form."""
        return str(self.document["form"])

    @cached_property
    def year(self) -> int:
        """The round: the latest year that was asked."""
        return int(self.document["year"])

    @property
    def month(self) -> int:
        """The month of the round of a form with months, else 0."""
        return int(self.document.get("month", 0))

    @cached_property
    def id(self) -> str:
        """Id of the submission."""
        return str(self.document["submission"])

    def value(self, slot: Slot) -> Any:
        """The value of the same answer and year, None where there is none."""
        block = self.document["values"].get(slot.block.key)
        if slot.block.item is not None:
            repeats = block if isinstance(block, list) else []
            block = repeats[slot.block.item - 1] if len(repeats) >= slot.block.item else None
        value = block.get(slot.field.key) if isinstance(block, dict) else None
        if slot.field.year is None:
            return None if isinstance(value, dict) else value
        return value.get(slot.field.time) if isinstance(value, dict) else None

    def first(self, key: str) -> tuple[str, ...]:
        """The texts of an answer without a year, by its full key."""
        block, _, name = key.partition(".")
        found = self.document["values"].get(block)
        value = found.get(name) if isinstance(found, dict) else None
        return tuple(map(str, value if isinstance(value, list) else [value] if value else []))

    @cached_property
    def faulty(self) -> dict[tuple[str, int], str]:
        """Codes of what was wrong and not explained, by key and (in a library) row."""
        return {
            (problem["key"], parted(problem["cell"])[1] if self._in_library(problem["key"]) else 0):
            str(problem["code"])
            for problem in self.document["problems"] if is_open(problem)
        }  # fmt: skip

    def _in_library(self, key: str) -> bool:
        return key.partition(".")[0] in self.document["libraries"]

    @cached_property
    def years(self) -> frozenset[tuple[str, str]]:
        """Every (block.field, year) that was asked."""
        blocks = ((key, block) for key, block in self.document["values"].items())
        return frozenset(
            (f"{key}.{name}", year)
            for key, block in blocks
            for one in (block if isinstance(block, list) else [block])
            for name, value in one.items() if isinstance(value, dict)
            for year in value
        )  # fmt: skip


def read(path: Path) -> list[EarlierReturn]:
    """The submissions of an import's folder, or the one in a JSON file of it, ordered by name.

    PrefillError where there are none, OSError where it cannot be read.
    """
    try:
        documents = [document(path)] if path.is_file() else [
            found for _, found in Written(path).documents()
        ]  # fmt: skip
    except NotAnImportError as error:
        raise PrefillError(str(error), **error.facts) from error
    if not documents:
        raise PrefillError(f"“{path}”里没有导入结果（submissions 中没有 .json 文件）。")
    return list(map(EarlierReturn, documents))


def prefilled(layout: Layout, roster: Roster | None, found: Sequence[EarlierReturn]) -> Prefilled:
    """What goes into the blanks of a roster, or into a single one where there is none.

    PrefillError where no source is of this form, or all are of a later round.
    """
    options = layout.workbook.options
    own = [one for one in found if one.form == layout.workbook.id]
    now = options.report_year, options.month
    usable = [one for one in own if (one.year, one.month) <= now]
    if not own:
        raise PrefillError(f"预填的来源中没有“{layout.workbook.id}”的报送。")
    if not usable:
        rounds = "、".join(_words(*one) for one in sorted({(one.year, one.month) for one in own}))
        raise PrefillError(f"预填的来源是{rounds}的，晚于本次的{options.round_words}。")
    return _for_one(layout, usable) if roster is None else _for_roster(layout, roster, usable)


def _words(year: int, month: int) -> str:
    return Options(report_year=year, month=month).round_words


# --- whose it is -------------------------------------------------------------------------------


@define
class _Whose:
    """Sources by whom they are from: three indexes, the surest first."""

    by_name: dict[str, list[EarlierReturn]] = field(factory=dict)
    by_cluster: dict[str, list[EarlierReturn]] = field(factory=dict)
    by_county: dict[str, list[EarlierReturn]] = field(factory=dict)
    counties: dict[str, frozenset[str]] = field(factory=dict)

    @classmethod
    def of(cls, found: Sequence[EarlierReturn], layout: Layout) -> _Whose:
        """The sources in their indexes."""
        keys, whose = keys_by_role(layout.workbook), cls()
        for one in found:
            name = name_key(str(one.document["issued_to"]))
            clusters = one.first(keys.get("cluster_name", ""))
            counties = one.first(keys.get("county", ""))
            whose.counties[one.id] = frozenset(counties)
            for index, texts in ((whose.by_name, [name] if name else []),
                                 (whose.by_cluster, [name_key(text) for text in clusters]),
                                 (whose.by_county, list(counties))):  # fmt: skip
                for text in texts:
                    index.setdefault(text, []).append(one)
        return whose

    def candidates(self, entry: RosterRow) -> list[EarlierReturn]:
        """Those that may be this one's: of several, the one that passed."""
        counties = frozenset(filter(None, entry.county.split("、")))
        found = self.by_name.get(name_key(entry.issued_to), [])
        if not found and entry.cluster_name:
            found = [
                one for one in self.by_cluster.get(name_key(entry.cluster_name), [])
                if not counties or not self.counties[one.id] or counties & self.counties[one.id]
            ]  # fmt: skip
        if not found and not entry.cluster_name:
            found = [one for county in sorted(counties) for one in self.by_county.get(county, [])]
        passed = [one for one in found if one.document["verdict"] == Verdict.PASSED]
        return passed if len(passed) == 1 else found


def _for_roster(layout: Layout, roster: Roster, found: Sequence[EarlierReturn]) -> Prefilled:
    """What goes to whom; an entry that no source is surely from is told and left as it is."""
    whose = _Whose.of(found, layout)
    candidates = {entry.row: whose.candidates(entry) for entry in roster.entries}
    claims = Counter(one.id for hits in candidates.values() for one in hits if len(hits) == 1)
    answers: dict[int, Entries] = {}
    lines: list[PrefillLine] = []
    for entry in roster.entries:
        who = PrefillLine(result=UNMATCHED, row=entry.row, issued_to=entry.issued_to)
        hits = candidates[entry.row]
        if len(hits) == 1 and claims[hits[0].id] == 1:
            who = evolve(who, submission=hits[0].id)
            answers[entry.row], more = carry(layout, hits[0], known=entry.values)
            lines += [evolve(who, **_facts(line)) for line in more]
            continue
        names = "、".join(sorted(one.id for one in hits))
        reason = "来源中没有它的报送"
        if len(hits) == 1:
            reason = f"报送{names}也可能是名单中另一行的，无法确定"
        elif hits:
            reason = f"来源中有几份报送（{names}），无法确定是哪一份"
        lines.append(evolve(who, reason=reason))
    taken = {hits[0].id for row, hits in candidates.items() if row in answers}
    lines += [
        PrefillLine(result=UNUSED, submission=one.id, issued_to=str(one.document["issued_to"]),
             reason="没有预填到任何一份工作簿")
        for one in found if one.id not in taken
    ]  # fmt: skip
    return Prefilled(answers=answers, lines=lines)


def _for_one(layout: Layout, found: Sequence[EarlierReturn]) -> Prefilled:
    """What goes into a single blank; PrefillError unless there is exactly one source."""
    if len(found) != 1:
        raise PrefillError(
            f"预填的来源中有{len(found)}份报送，请给出其中一份，或用 --roster 按名单预填。"
        )
    answers, lines = carry(layout, found[0])
    lines = [evolve(line, submission=found[0].id) for line in lines]
    return Prefilled(answers={0: answers}, lines=lines)


def _facts(line: PrefillLine) -> dict[str, Any]:
    """What a line says of an answer."""
    names = ("result", "key", "label", "sheet", "cell", "value", "reason")
    return {name: getattr(line, name) for name in names}


# --- what is carried ---------------------------------------------------------------------------


def carry(
    layout: Layout, one: EarlierReturn, *, known: Container[str] = ()
) -> tuple[Entries, list[PrefillLine]]:
    """The raw values of a source for the cells of a layout, and a line on each.

    ``known`` are keys of answers that are there already. A library has one line for its rows and
    one for each value that was left out.
    """
    lines: list[PrefillLine] = []
    values: dict[str, Raw] = {}
    # Why a figure was what it was says nothing of the next one.
    reasons = {rule.explained_in for rule in layout.workbook.rules}
    for key, slots in layout.slots.items():
        slot = slots[0]
        if key in known or key in reasons or not carries(slot.block, slot.field):
            continue
        value, said = one.value(slot), one.document["declared"].get(key, "")
        if value is None and not said:
            continue
        raw = _DECLARED[said] if said else slot.field.kind.retyped(value)
        place = PrefillLine(result=FILLED, key=key, label=slot.path, value=raw,
                     sheet=layout.sheet_of[key].name, cell=slot.area.cell)  # fmt: skip
        reason = _refused(slot.field.kind, raw, None if said else value, one.faulty.get((key, 0)))
        lines.append(evolve(place, result=LEFT_OUT, reason=reason) if reason else place)
        if not reason:
            values[key] = raw
    rows: dict[str, list[Mapping[str, Raw]]] = {}
    for key, body in layout.bodies.items():
        if body.library.carry:
            rows[key], more = _Rows(layout, body, one).carried()
            lines += more
    rows = {key: carried for key, carried in rows.items() if carried}
    return Entries(values=values, rows=rows, earlier=_words(one.year, one.month)), lines


def _refused(kind: Kind, raw: Raw, value: Any, fault: str | None) -> str:
    """Why a value is not carried; '' where it is. No ``value``: 无 was declared."""
    if fault:
        return f"上次报送时有问题（{fault}）"
    reading = kind.read(raw)
    read = list(reading.value) if isinstance(reading.value, tuple) else reading.value
    # What had to be explained last time reads with a problem once more, and to the same value.
    if (reading.declared and not reading.problem) if value is None else read == value:
        return ""
    return "按本次的要求不能这样填"


@frozen
class _Rows:
    """Carries the rows of one library."""

    layout: Layout
    body: Body
    source: EarlierReturn

    def carried(self) -> tuple[list[Mapping[str, Raw]], list[PrefillLine]]:
        """The rows, and the lines on them."""
        library, columns = self.body.library, list(self._columns())
        typed = self.source.document["libraries"].get(library.key, [])
        rows: list[Mapping[str, Raw]] = []
        lines: list[PrefillLine] = []
        room = self.body.last_row - self.body.first_row + 1
        for row in typed:
            carried, faults = self._row(row, columns)
            lines += faults
            if not carried:
                continue
            if len(rows) == room:
                reason = f"本次的表只有{room}行"
                lines.append(self._line(row, columns[0][0], LEFT_OUT, reason=reason))
                continue
            rows.append(carried)
        if rows:
            first = self._line(None, columns[0][0], FILLED, value=f"{len(rows)}行")
            lines.insert(0, evolve(first, key=library.key, label=library.title or first.sheet))
        return rows, lines

    def _columns(self) -> Iterator[tuple[ColumnSlot, str]]:
        """The columns that are carried, with the key under which the source has each."""
        before = self._dated_before()
        for column in self.body.inputs:
            asked = column.field
            if carries(self.body.library, asked):
                key = before.get(asked.dated, "") if asked.dated else asked.key
                if key:
                    yield column, key

    def _dated_before(self) -> dict[tuple[str, int], str]:
        """Keys of the source's columns of a year, by figure and year."""
        if not any(column.field.dated for column in self.body.inputs):
            return {}
        then = layout_of(self.source, self.layout)
        body = then.bodies.get(self.body.library.key)
        columns = body.inputs if body else ()
        return {one.field.dated: one.field.key for one in columns if one.field.dated}

    def _row(
        self, row: Mapping[str, Any], columns: Sequence[tuple[ColumnSlot, str]]
    ) -> tuple[dict[str, Raw], list[PrefillLine]]:
        """One row as it is carried; none of it where what tells it apart is not."""
        carried: dict[str, Raw] = {}
        lines: list[PrefillLine] = []
        for column, key in columns:
            value, kind = row.get(key), column.field.kind
            if value is None:
                continue
            raw = kind.retyped(value)
            full = f"{self.body.library.key}.{key}"
            fault = self.source.faulty.get((full, row["row"]))
            reason = _refused(kind, raw, value, fault)
            if reason:
                lines.append(self._line(row, column, LEFT_OUT, value=raw, reason=reason))
            else:
                carried[column.field.key] = raw
        lost = {line.key.partition(".")[2] for line in lines} & set(self.body.library.identity)
        if lost and carried:
            lines = [evolve(line, reason=f"{line.reason}，整行没有预填") for line in lines]
        return ({} if lost else carried), lines

    def _line(
        self, row: Mapping[str, Any] | None, column: ColumnSlot, result: str, *,
        value: Raw = "", reason: str = "",
    ) -> PrefillLine:  # fmt: skip
        """A line on a column; ``row`` is the source's, whose number is told with the label."""
        plan = self.layout.sheet_of[column.key]
        label = column.path + (f"（上次第{row['row']}行）" if row else "")
        cell = "" if row else cell_name(self.body.first_row, column.col)
        return PrefillLine(result=result, key=column.key, label=label, sheet=plan.name, cell=cell,
                    value=value, reason=reason)  # fmt: skip


def layout_of(one: EarlierReturn, layout: Layout) -> Layout:
    """The layout of the round a source is from: its options are in no document but its years."""
    options = evolve(layout.workbook.options, report_year=one.year, month=one.month, rows=None)
    both = ("rolled", "as-printed") if options.years == "rolled" else ("as-printed", "rolled")
    made = [layouts.of(one.form, evolve(options, years=years)) for years in both]
    asked = {
        (f"{slot.block.key}.{slot.field.key}", slot.field.time)
        for slot in (slots[0] for slots in made[0].slots.values())
        if slot.field.year is not None
    }
    return made[0] if asked == one.years else made[1]
