"""Problems as a county reads them: numbered, with their place in the form, in texts fit to print.

A problem knows its cell in the file that came. A returned copy is laid out anew, so a remark knows
where the same answer stands there. Notice and returned copy number alike; remarks of one cause and
place have one number, under which ``causes`` tells them together.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from types import MappingProxyType

from attrs import evolve, frozen

from clusterbook.a1 import cell_name, parted
from clusterbook.forms.rules import Rule
from clusterbook.layout.layout import Area, Body, Layout, SheetPlan
from clusterbook.layout.wording import Wording
from clusterbook.problems import Level, Problem, short_label
from clusterbook.returns.extract import Extracted, RawLibrary

# What regenerating the workbook has put right by itself, and what is left to do.
_RESTORED: Mapping[str, str] = MappingProxyType(
    {
        "F115": "退回的工作簿中已恢复发放信息，请在其中更正。",
        "L101": "退回的工作簿中已恢复这张表（空白），请补填。",
        "L102": "退回的工作簿中已恢复这一栏（空白），请补填。",
        "L103": "退回的工作簿中已恢复这一格（空白），请重新填写。",
        "L104": "退回的工作簿中已恢复原样，无需再改。",
        "L105": "该内容已移到“退回意见”表中；如需保留，请填入对应的填报格。",
        "L106": "退回的工作簿中已恢复公式，请核对它所依据的填报数据。",
        "L111": "退回的工作簿中已恢复原来的文字；所填内容的口径或单位不同的，请重新填写。",
        "L112": "退回的工作簿中没有这张表，内容列在“退回意见”表最后；请把要填报的填到相应各表。",
        "L114": "该内容已移到“退回意见”表中，合并也已取消；如应填报，请填入对应的填报格。",
        "L115": "退回的工作簿中已取消合并，原来的内容列在“退回意见”表中，请逐格填写。",
        "L122": "退回的工作簿中已恢复定位标记，请核对各栏内容是否对应。",
        "L135": "批注内容列在“退回意见”表中；如有填报内容或更正，请写入对应的填报格。",
        "L136": "退回的工作簿中没有这个文本框，文字列在“退回意见”表中；"
        "请核对它所在的填报格，要填报的请填入格内。",
        "L137": "退回的工作簿中没有所画的内容；请核对所涉及的填报格，作废的请清空，有误的请更正。",
        "L138": "退回的工作簿中没有这些内容；如其中有填报内容，请填入对应的填报格。",
        "L139": "退回的工作簿中没有这个控件；请在对应的填报格里填写或勾选（☑）。",
        "L140": "退回的工作簿中没有这一行，内容列在“退回意见”表中；如是填报内容，请填入清单。",
        "L141": "退回的工作簿中没有这一行，内容列在“退回意见”表中；请把完整名称写在同一格内。",
        "V214": "退回的工作簿中已换成计算结果，请核对。",
    }
)
_DONE = frozenset(
    {
        "F115", "L104", "L105", "L106", "L109", "L110", "L113", "L114", "L116", "L117", "L118",
        "L120", "L135", "L138", "V214",
    }
)  # fmt: skip
# What stands nowhere else in the copy is listed in full.
_IN_FULL = frozenset(
    {"L103", "L105", "L106", "L114", "L115", "L135", "L140", "L141", "L136", "L139"}
)
# A cell in the look of a date turns what is typed into a date again.
_AS_TEXT = MappingProxyType({"V217": "也可以先输入一个英文单引号 ' 再输入内容。"})
# After these the file itself must be put right first: what was read may be another county's or one
# of several versions, or a whole column was not read and would be missing.
_NO_COPY = frozenset({"F109", "F110", "F112", "F208", "F213", "L108", "L121"})

_BRIEF, _HEAD, _SENTENCE = 120, 60, 1000  # characters
_QUOTING = frozenset({"value", "read", "remark", "found", "parent", "detail", "actual"})
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_LINES = re.compile("\r\n?|[\n\v\f\x85\u2028\u2029]")


@frozen(kw_only=True)
class Remark:
    """One problem, ready to be told.

    ``sheet`` and ``cell`` are those of the returned copy, of the file that came where nothing
    stands there any more; ``area`` is the cell (or merged cell) of the copy, None where there is
    none; ``plan`` its sheet. ``typed`` is what was filled in, shortened with its length told;
    ``done`` tells that the returned copy has put it right. ``several`` is what a rule says of
    several places, "" where that is what it says of each.
    """

    number: int
    problem: Problem
    sheet: str
    cell: str
    label: str
    typed: str
    says: str
    mend: str
    plan: SheetPlan | None = None
    area: Area | None = None
    done: bool = False
    several: str = ""

    @property
    def level(self) -> Level:
        """How much it weighs."""
        return self.problem.level

    @property
    def waits(self) -> bool:
        """Whether the county has something to do about it."""
        return self.problem.open and not self.done


def returnable(problems: Iterable[Problem], layout: Layout) -> bool:
    """Whether a copy can be returned: not where it could not hold all that the county filled in."""
    return not any(
        problem.code in _NO_COPY or (problem.code == "L103" and problem.key in layout.columns)
        for problem in problems
    )


def remarks(
    problems: Sequence[Problem],
    layout: Layout | None = None,
    extracted: Extracted | None = None,
) -> tuple[Remark, ...]:
    """The problems of one submission in the order given; causes are numbered from 1.

    Without ``layout`` and ``extracted`` (a file that could not be read) cells are as in the file.
    """
    places = _Places(layout, extracted) if layout and extracted else None
    rules = {rule.code: rule for rule in layout.workbook.rules} if layout else {}
    numbers: dict[Hashable, int] = {}
    found = []
    for at, problem in enumerate(problems):
        rule = rules.get(problem.code)
        one = _remark(problem, places)
        one = evolve(one, several=_several(layout, rule) if layout and rule else "")
        number = numbers.setdefault(_cause(at, one, rule, layout), len(numbers) + 1)
        found.append(evolve(one, number=number))
    return tuple(found)


def _several(layout: Layout, rule: Rule) -> str:
    """What a rule says of several places: without the value of any."""
    if rule.group:
        return rule.group.title
    return rule.many or Wording(layout, rule.library).of(rule)


def _cause(at: int, one: Remark, rule: Rule | None, layout: Layout | None) -> Hashable:
    """What remarks have in common that are told together: the rule or code, and the place.

    The place is a sheet, in a list its column; a group of rules is one question wherever it stands.
    What is to be put right in the file, or is listed in full, stands by itself.
    """
    problem = one.problem
    if rule is not None and rule.group:
        return rule.group.key, problem.level
    if rule is None and (problem.code[0] not in "VR" or problem.code in _IN_FULL):
        return at
    column = problem.key if layout is not None and problem.key in layout.columns else ""
    covered = problem.facts.get("covered", "")  # which says something else of each place
    return problem.code, problem.level, one.sheet, column, covered


def _remark(problem: Problem, places: _Places | None) -> Remark:
    short = evolve(
        problem,
        value=brief(problem.value),
        facts={
            key: brief(fact, _BRIEF if key in _QUOTING else _SENTENCE)
            if isinstance(fact, str)
            else fact
            for key, fact in problem.facts.items()
        },
    )
    mend = [short.how_to_mend()]
    if places and problem.code in _RESTORED:
        mend = [_RESTORED[problem.code]]
    if places and problem.code in _AS_TEXT:
        mend.append(_AS_TEXT[problem.code])
    plan, area = places.of(problem) if places else (None, None)
    return Remark(
        number=0, problem=problem, sheet=plan.name if plan else problem.sheet,
        cell=area.cell if area else problem.cell, label=brief(short_label(problem.label)),
        typed=printable(problem.value) if problem.code in _IN_FULL else short.value,
        says=short.message(), mend="".join(mend), plan=plan, area=area,
        done=places is not None and problem.code in _DONE,
    )  # fmt: skip


# --- texts ---------------------------------------------------------------------------------------


def printable(text: str) -> str:
    """The text with a picture for each character that neither XML nor paper can hold."""
    return _UNSEEN.sub(_picture, text)


def _picture(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code == 0x7F:  # noqa: PLR2004
        return "␡"
    return chr(0x2400 + code) if code < 0x20 else "�"  # noqa: PLR2004


def brief(text: str, longest: int = _BRIEF) -> str:
    """A text in one line; of a longer one the beginning and its length, never a silent cut."""
    line = _LINES.sub("↵", text)
    if len(line) <= longest:
        return printable(line)
    return f"{printable(line[: longest * _HEAD // _BRIEF])}……（共{len(text)}字）"


# --- places --------------------------------------------------------------------------------------


class _Places:
    """Where the answers of one file stand in its returned copy."""

    def __init__(self, layout: Layout, extracted: Extracted) -> None:
        self.layout = layout
        self.rows = {
            key: new_rows(layout.bodies[key], raw) for key, raw in extracted.libraries.items()
        }
        by_key = {plan.sheet.key: plan for plan in layout.sheets}
        self.sheets = {name: by_key[key] for key, name in extracted.sheet_names.items()}
        self.sheets |= {p.name: p for p in layout.sheets if p.name not in self.sheets}

    def of(self, problem: Problem) -> tuple[SheetPlan | None, Area | None]:
        """Sheet and cell of the copy; without a cell where the problem has no answer of its own."""
        layout, key = self.layout, problem.key
        if key in layout.slots:
            return layout.sheet_of[key], layout.slots[key][0].area
        if key in layout.bodies:
            body = layout.bodies[key]
            col = body.inputs[0].col
            return layout.sheet_of[key], Area(body.first_row, col, body.first_row, col)
        if key in layout.columns:
            body, col = layout.bodies[key.split(".", 1)[0]], layout.columns[key].col
            row = self._row(body, problem.cell)
            # A row for which a closed library has no room is listed, not placed.
            return layout.sheet_of[key], None if row is None else Area(row, col, row, col)
        return self.sheets.get(problem.sheet), None

    def _row(self, body: Body, cell: str) -> int | None:
        """The row of the copy for a cell of the file; the first for a whole column."""
        row = parted(cell)[1]
        rows = self.rows.get(body.library.key, {})
        return rows.get(row - 1) if row else body.first_row


def new_rows(body: Body, raw: RawLibrary) -> dict[int, int]:
    """Rows of the file → rows of the copy: the same ones where they fit, else without gaps.

    An open library takes any number of rows; those that a closed one has no room for are left out.
    """
    first, last = body.first_row, body.last_row
    if not raw.rows:
        return {}
    room = last if body.library.closed else max(last, first + 2 * len(raw.rows))
    if first <= raw.rows[0] and raw.rows[-1] <= room:
        return {row: row for row in raw.rows}
    packed = {row: first + at for at, row in enumerate(raw.rows)}
    if body.library.closed:
        packed = {row: new for row, new in packed.items() if new <= last}
    return packed


def in_file(raw: RawLibrary, row: int, number: int) -> str:
    """Address in the file that came of a library cell, by row and number of its column."""
    col = raw.cols[number]
    return "" if col is None else cell_name(row, col)
