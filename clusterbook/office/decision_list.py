"""decisions.xlsx, written: every 需说明 of a round, with what the office has decided about it.

What was decided before and fits no question any more stands on a sheet of its own, so that nothing
is lost; so do answers that were given elsewhere, each with what became of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from attrs import field, frozen

from clusterbook.forms.kinds import Kind
from clusterbook.forms.stamp import Stamp
from clusterbook.layout import layouts
from clusterbook.layout.layout import ColumnSlot, Slot
from clusterbook.office.decisions import HEADS, SHOWN, UNIT, Decided
from clusterbook.problems import Level, Ruling
from clusterbook.results.read import Line
from clusterbook.results.write import FileOutcome
from clusterbook.validation.rounds import origin, unissued
from clusterbook.validation.settled import Answer, Decision, Settlements, plain
from clusterbook.workbook.locked_sheet import sure
from clusterbook.workbook.tables import Cell, Col, MarkedCell, TablesBook, TablesPage

QUESTIONS, LAPSED, ANSWERS = "裁定", "不再适用的裁定", "另外报来的说明"
_MOST = 1_000_000  # rows of a sheet, a little less than Excel takes
_TITLE = "需说明事项裁定表"
_NOTES = (
    f"绿色的栏由审核人填写：“裁定”选“采纳”或“不采纳”；“核定数”只填数字，{UNIT}，汇总时代替上报数；"  # noqa: ISC004
    "“裁定意见”随下一次退回通知告知填报单位。填好保存，再次导入即生效。",
    "上报数或填报单位的说明改动后，原来的裁定自动失效，移到“不再适用的裁定”。请不要改动其他各栏。",
)
_WIDTHS = {
    "序号": 5, "市州": 9, "发放对象": 17, "栏目": 18, "问题": 26, "上报数": 11,
    "填报单位的说明": 23, "裁定": 8, "核定数": 10, "裁定意见": 18, "裁定人": 8, "状态": 11,
    "发放编号": 13, "问题代码": 11, "工作表": 11, "单元格": 6,
}  # fmt: skip
# As wide as can be printed on one page across.
_CENTRED = ("序号", "市州", "上报数", "状态", "发放编号", "问题代码", "单元格")
_INPUTS = ("裁定", "核定数", "裁定意见", "裁定人")
_NO_FIGURE = "核定数不适用（这一处不是填报的数）"
_FAR = "核定数与上报数相差十倍以上，请核对单位"
_TIMES = 10


@frozen(kw_only=True)
class Returns:
    """What the list is made from: the import's files, its problems, and what was given."""

    outcomes: Sequence[FileOutcome]
    problems: Iterable[Line]
    #: where each submission stands; without it as their problems come
    order: Mapping[str, tuple[int, ...]] = field(factory=dict)
    stamps: Sequence[Stamp]
    decided: Sequence[Decided] = ()
    answers: Sequence[Answer] = ()


@frozen
class Tally:
    """How many decisions hold, by ruling, how many figures they set; what came of answers.

    ``far`` are figures set at ten times what was reported, or at a tenth: most likely another unit.
    """

    accepted: int = 0
    refused: int = 0
    approved: int = 0
    far: int = 0
    lapsed: int = 0
    used: int = 0
    unused: int = 0

    def __bool__(self) -> bool:
        return any((self.accepted, self.refused, self.lapsed, self.used, self.unused))


@frozen
class _Lines:
    rows: list[dict[str, Cell]] = field(factory=list)
    #: rows, from 0, whose value is no figure that somebody filled in
    no_figure: set[int] = field(factory=set)


def decision_list(given: Returns) -> tuple[bytes, Tally]:
    """The list as bytes, and how many decisions and answers it holds."""
    whose = {one.id: one for one in given.outcomes}
    found = (
        line for line in given.problems
        if line["level"] == Level.EXPLAIN.value and line["submission"] in whose
    )  # fmt: skip
    asked = sorted(found, key=lambda line: given.order.get(line["submission"], ()))
    left = {one.decision.question: one for one in given.decided}
    extra = tuple(dict.fromkeys(name for one in given.decided for name in one.noted))
    questions, counts = _questions(asked, whose, left, _figures(given.stamps))
    lapsed = _lapsed(left.values(), asked, whose)
    answers, fates = _answers(given, asked)
    book = TablesBook(_TITLE)
    _write(book, QUESTIONS, questions, _NOTES, extra)
    if lapsed:
        told = "这些裁定不再适用，原因见“状态”。内容与原来相同的问题再次出现时，自动恢复有效。"
        _write(book, LAPSED, _Lines(lapsed), (told,), extra)
    if answers:
        _write_answers(book, answers)
    tally = Tally(
        accepted=counts[Ruling.ACCEPTED], refused=counts[Ruling.REFUSED],
        approved=counts["approved"], far=counts["far"], lapsed=len(lapsed),
        used=fates[True], unused=fates[False],
    )  # fmt: skip
    return book.saved(), tally


def _mark(one: FileOutcome) -> str:
    return origin(one.issue or unissued(one.sha256))


def _figures(stamps: Iterable[Stamp]) -> Mapping[str, Kind]:
    """All figures that somebody fills in, by key; of the others none can be set."""
    found: dict[str, Kind] = {}
    for stamp in stamps:
        layout = layouts.of_stamp(stamp)
        places: dict[str, Slot | ColumnSlot] = {k: own[0] for k, own in layout.slots.items()}
        for key, one in (places | layout.columns).items():
            if one.field.kind.numeric and not one.locked:
                found[key] = one.field.kind
    return found


def _questions(
    asked: Sequence[Line], whose: Mapping[str, FileOutcome],
    left: dict[tuple[str, ...], Decided], figures: Mapping[str, Kind],
) -> tuple[_Lines, Counter[str]]:  # fmt: skip
    """A row for each question; what was decided about them is taken out of ``left``."""
    found, counts = _Lines(), Counter[str]()
    used: set[tuple[str, ...]] = set()
    for line in asked:
        one = whose[line["submission"]]
        question: tuple[str, ...] = (
            _mark(one), line["code"], line["sheet"], line["cell"], plain(line["value"]),
            plain(line["explanation"]),
        )  # fmt: skip
        own = left.get(question)
        used.add(question)
        kind = figures.get(line["key"])
        if kind is None:
            found.no_figure.add(len(found.rows))
        row = _row(line, one, len(found.rows) + 1)
        if own is not None:
            counts[own.decision.ruling] += 1
            counts["approved"] += own.decision.number is not None and kind is not None
            counts["far"] += _is_far(line, own.decision, kind)
            row |= _decided(own.decision, own.noted)
        row["状态"] = _state(line, own, kind)
        found.rows.append(row)
    for question in used:
        left.pop(question, None)
    return found, counts


def _row(line: Line, one: FileOutcome, number: int) -> dict[str, Cell]:
    place = dict(one.place)
    return {
        "序号": str(number), "市州": place.get("city", ""),
        "发放对象": one.issued_to or place.get("cluster_name", "") or one.file,
        "栏目": line["label"], "问题": line["message"], "上报数": line["value"],
        "填报单位的说明": line["explanation"], "发放编号": _mark(one), "问题代码": line["code"],
        "工作表": line["sheet"], "单元格": line["cell"],
    }  # fmt: skip


def _decided(decision: Decision, noted: Mapping[str, str]) -> dict[str, Cell]:
    return {
        "裁定": decision.ruling.value,
        "核定数": "" if decision.number is None else decision.number,
        "裁定意见": decision.note, "裁定人": decision.by, **noted,
    }  # fmt: skip


def _is_far(line: Line, decision: Decision, kind: Kind | None) -> bool:
    """Whether the office set a figure of another order than was reported."""
    reported = kind.read(line["value"]).value if kind is not None else None
    if not decision.number or not isinstance(reported, int | float) or not reported:
        return False
    times = abs(decision.number / reported)
    return not 1 / _TIMES < times < _TIMES


def _state(line: Line, own: Decided | None, kind: Kind | None) -> Cell:
    if own is None:
        return MarkedCell("待裁定", "open") if line["explanation"] else "待填报单位说明"
    if own.decision.number is not None and kind is None:
        return MarkedCell(f"{own.decision.ruling}；{_NO_FIGURE}", "bad")
    if _is_far(line, own.decision, kind):
        return MarkedCell(f"{own.decision.ruling}；{_FAR}", "bad")
    accepted = own.decision.ruling is Ruling.ACCEPTED
    return MarkedCell("已采纳", "done") if accepted else MarkedCell("未采纳，已要求重新说明", "bad")


def _lapsed(
    left: Iterable[Decided], asked: Sequence[Line], whose: Mapping[str, FileOutcome]
) -> list[dict[str, Cell]]:
    """The decisions that fit no question, each with the reason why."""
    now: dict[tuple[str, str, str, str], Line] = {}
    for line in asked:
        now[_mark(whose[line["submission"]]), line["code"], line["sheet"], line["cell"]] = line
    returned = {_mark(one) for one in whose.values()}
    rows: list[dict[str, Cell]] = []
    for one in sorted(left, key=lambda one: one.decision.question):
        decision = one.decision
        rows.append({
            **{name: text for name, text in one.shown.items() if name in SHOWN},
            **{HEADS[role][0]: getattr(decision, role)
               for role in ("issue", "code", "sheet", "cell", "value", "reason")},
            **_decided(decision, one.noted),
            "序号": str(len(rows) + 1), "状态": _why(decision, now.get(decision.place), returned),
        })  # fmt: skip
    return rows


def _why(decision: Decision, now: Line | None, returned: set[str]) -> str:
    if now is None:
        there = origin(decision.issue) in returned
        return "这一问题已经没有了" if there else "这次没有这份报送"
    if plain(now["value"]) != plain(decision.value):
        return f"上报数已改为“{now['value']}”"
    return f"说明已改为“{now['explanation']}”" if now["explanation"] else "说明已删去"


# --- answers -------------------------------------------------------------------------------------


def _answers(given: Returns, asked: Sequence[Line]) -> tuple[list[list[Cell]], Counter[bool]]:
    """Each answer that was given elsewhere, with what became of it."""
    settlements = Settlements(tuple(given.answers))
    questions: dict[str, list[Line]] = {}
    for line in asked:
        questions.setdefault(line["submission"], []).append(line)
    met: dict[Answer, bool] = {}
    for one in given.outcomes if given.answers else ():
        for answer in settlements.of(one.issue, one.sha256, one.id).answers:
            for line in questions.get(one.id, ()):
                if answer.fits(line["code"], line["sheet"], line["cell"], line["value"]):
                    met[answer] = met.get(answer, False) or bool(line["explanation"])
    rows: list[list[Cell]] = []
    counts = Counter[bool]()
    for answer in given.answers:
        counts[met.get(answer, False)] += 1
        rows.append([str(len(rows) + 1), answer.issue, answer.code, answer.sheet, answer.cell,
                     answer.reason, _fate(met.get(answer))])  # fmt: skip
    return rows, counts


def _fate(met: bool | None) -> Cell:  # noqa: FBT001
    if met is None:
        return MarkedCell("没有对应的问题，没有采用", "bad")
    return MarkedCell("已作为说明", "done") if met else MarkedCell("看不出原因，仍需说明", "open")


# --- sheets --------------------------------------------------------------------------------------


def _columns(extra: Sequence[str]) -> tuple[Col, ...]:
    return tuple(
        Col(
            heads=(name,), wide=_WIDTHS.get(name, 20),
            look="input" if name in _INPUTS else "centre" if name in _CENTRED else "text",
        )
        for name in (*_WIDTHS, *extra)
    )  # fmt: skip


def _write(
    book: TablesBook, name: str, lines: _Lines, notes: Sequence[str], extra: Sequence[str]
) -> None:
    """A list on one sheet, on more where it is longer than a sheet can be."""
    cols = _columns(extra)
    for part, start in enumerate(range(0, max(len(lines.rows), 1), _MOST), start=1):
        title = name if part == 1 else f"{name}（{part}）"
        book.add([title], "review")
        page = book.pages[title]
        top = page.begin(_TITLE if name == QUESTIONS else name, notes, cols, frozen_cols=3)
        share = lines.rows[start : start + _MOST]
        span = page.table(top, list(_cells(share, cols)))
        if share:
            _offer(page, span.first, span.last, [col.heads[0] for col in cols])


def _cells(rows: Iterable[Mapping[str, Cell]], cols: Sequence[Col]) -> Iterator[list[Cell]]:
    for row in rows:
        yield [row.get(col.heads[0], "") for col in cols]


def _offer(page: TablesPage, first: int, last: int, names: Sequence[str]) -> None:
    """What the cells to fill in take."""
    words = [one.value for one in Ruling]
    col = names.index("裁定")
    told = {"error_title": "裁定", "error_message": f"请选{'或'.join(words)}。"}
    rule: dict[str, Any] = {"validate": "list", "source": words, **told}
    sure(page.sheet.data_validation(first, col, last, col, rule))
    col = names.index("核定数")
    most = 10.0**15
    rule = {
        "validate": "decimal", "criteria": "between", "minimum": -most, "maximum": most,
        "error_title": "核定数", "error_message": f"请只填数字，{UNIT}。",
    }  # fmt: skip
    sure(page.sheet.data_validation(first, col, last, col, rule))


def _write_answers(book: TablesBook, rows: Sequence[Sequence[Cell]]) -> None:
    book.add([ANSWERS], "review")
    heads = {"序号": 6, "发放编号": 18, "问题代码": 14, "工作表": 20, "单元格": 9, "说明": 60,
             "结果": 26}  # fmt: skip
    cols = tuple(
        Col(heads=(name,), wide=wide, look="centre" if wide < 13 else "text")  # noqa: PLR2004
        for name, wide in heads.items()
    )
    page = book.pages[ANSWERS]
    note = "网上或电话等另外报来的说明，与写在工作簿“说明”栏里的同样对待。"
    page.table(page.begin(ANSWERS, (note,), cols), rows)
