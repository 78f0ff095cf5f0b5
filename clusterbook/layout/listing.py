"""What is open in a workbook, put in order: answers and rules sheet by sheet on hidden sheets.

``_checks`` has one line per answer and per line of rules, in the order of the sheets. What is open
in it is counted through, so that 校验 finds the first, the second … of what is open with MATCH.
``_rules`` has one line per rule, then one per group of rules and per question that the importer
alone asks. Those that may be explained tell whether their reason says something.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from weakref import WeakKeyDictionary

from attrs import define, field, frozen

from clusterbook.a1 import cell_name, parse_address, sheet_prefix
from clusterbook.forms.kinds.excel import quoted
from clusterbook.forms.reasons import FROM_TYPING, QUESTIONS, excel_padded, excel_says_why
from clusterbook.forms.rules import Rule
from clusterbook.layout.layout import Area, Layout, SheetPlan
from clusterbook.layout.live_checks import (
    ASKED_HERE,
    LiveLine,
    RuleWatch,
    answer_watches,
    rule_watches,
)
from clusterbook.layout.option_lists import Lists
from clusterbook.layout.own_sheets import CHECKS_SHEET, RULES_SHEET, WHOLE_SHEET
from clusterbook.layout.wording import Wording
from clusterbook.problems import Level, short_label

REASON_COL = 7  # of 校验明细
MOST = 9_999  # rows of a hidden sheet
FIRST_ROW, PART_ROWS = 5, 3  # its first line; what stands above its second part
SHOWN, SHOWN_ROW = 50, 5  # lines of 校验, what does not fit is counted; its first line from 0
# Columns of ``_checks``: lines from row 2, beside them the places that 校验 shows.
# Where the first bad place of rules is stands on ``_rules``, in the row that RULE_ROW tells.
(SHEET, LABEL, ASKED, MISSING, FAULT, QUESTION, MISSING_AT, FAULT_AT, PASSED, MEND, RULE_ROW,
 REASON_ROW) = "ABCDEFGHIJKL"  # fmt: skip
POSITION, TARGET, POSITION_COL, OPEN_COL = "N", "O", 13, 16
_HEADS = ("sheet", "label", "asked", "missing", "fault", "question", "missing at", "fault at",
          "passed over", "how to mend", "rule row", "reason row", "", "shown", "target", "",
          "open")  # fmt: skip
OPEN = f"{CHECKS_SHEET}!$Q$2"  # how many lines are open
UNTOUCHED = f"{CHECKS_SHEET}!$Q$3"  # 1 where nothing that is asked is filled in
_NEVER = 9_999_999  # more than any line counts
# Columns of ``_rules``: code, how often, where first, the reason and whether it says something.
CODE_COL, COUNT_COL, AT_COL, REASON_TEXT_COL, SAID_COL, MARKS_COL = 0, 1, 2, 3, 4, 6


@frozen(kw_only=True)
class ListingLine:
    """One line of 校验明细: a rule, a group of rules, or a question of the catalogue.

    ``row`` is where it stands there, ``hidden`` on ``_rules``. ``watches`` are its live rules, the
    first of them in the row ``first``; a line without any is looked at by the importer only.
    """

    key: str
    row: int
    hidden: int
    level: str
    sentence: str
    reason: str
    mend: str = ""
    sheets: tuple[SheetPlan, ...] = ()
    watches: tuple[RuleWatch, ...] = ()
    first: int = 0
    #: ranges of the list whose rows it counts: while those are blank, no reason settles it
    listed: tuple[str, ...] = ()
    #: sheet and cell of the form in which its reason is written, where it prints one for it
    beside: tuple[str, str] = ("", "")

    @property
    def no_rows(self) -> str:
        """Condition: the list that it counts has no row."""
        return "+".join(f"COUNTA({cells})" for cells in self.listed) + "=0"

    @property
    def text(self) -> str:
        """What it says, with the first part of its code."""
        return f"{self.key.split('.')[0]}　{self.sentence}"

    @property
    def grouped(self) -> bool:
        """Whether it stands for several rules."""
        return len(self.watches) > 1

    @property
    def explains(self) -> bool:
        """Whether a reason settles it."""
        return self.level == Level.EXPLAIN.value

    @property
    def count(self) -> str:
        """Where its count stands."""
        return _place(self.hidden, COUNT_COL)

    @property
    def at(self) -> str:
        """Where the first broken place of it stands, as text."""
        return _place(self.hidden, AT_COL)

    @property
    def said(self) -> str:
        """Where it stands whether its reason says something: 1 or 0."""
        return _place(self.hidden, SAID_COL)

    @property
    def reason_cell(self) -> str:
        """The cell in which its reason is written, with the sheet."""
        sheet, cell = self.reason_place
        return sheet_prefix(sheet) + cell_name(*parse_address(cell), fixed=True)

    @property
    def reason_place(self) -> tuple[str, str]:
        """Sheet and cell in which its reason is written."""
        return self.beside if self.beside[0] else (WHOLE_SHEET, cell_name(self.row, REASON_COL))

    def formulas(self) -> Iterator[tuple[int, str, bool]]:
        """Its own cells on ``_rules``: column, formula without '=', whether it is one over rows.

        That of ``SAID_COL`` is the same in all lines but for the row.
        """
        if self.grouped:
            first, last = self.first + 1, self.first + len(self.watches)
            counts = f"B{first}:B{last}"
            yield COUNT_COL, f"SUM({counts})", False
            at = f"INDEX(C{first}:C{last},MATCH(1,({counts}>0)*1,0))"
            yield AT_COL, f'IF(SUM({counts})=0,"",{at})', True
        if self.explains:
            yield REASON_TEXT_COL, excel_padded(self.reason_cell), False
            yield SAID_COL, excel_says_why(cell_name(self.hidden, REASON_TEXT_COL)), False


def _place(row: int, col: int) -> str:
    return f"{RULES_SHEET}!{cell_name(row, col, fixed=True)}"


@frozen
class _Live:
    """The lines of a layout that are looked at while somebody types, made once."""

    lines: tuple[ListingLine, ...]
    #: keys of lines by the codes of rules, and the lines that a reason can settle by key
    line_of: Mapping[str, str]
    explaining: Mapping[str, ListingLine]

    @classmethod
    def of(cls, layout: Layout, watched: Sequence[RuleWatch]) -> _Live:
        """In the order of the spec."""
        lines = tuple(_live(layout, watched))
        line_of = {rule.code: rule.line for rule in layout.workbook.rules}
        return cls(lines, line_of, {line.key: line for line in lines if line.explains})


_LIVE: WeakKeyDictionary[Layout, _Live] = WeakKeyDictionary()


@define
class Listing:
    """All lines of a workbook: ``live`` rules, and what is looked at after it came ``later``.

    ``asked`` are, for a returned copy, the lines of the second kind that the return led to, with
    how often; what cannot arise from typing is listed only there.
    """

    layout: Layout
    asked: Mapping[str, int]
    live: tuple[ListingLine, ...] = field(init=False)
    later: tuple[ListingLine, ...] = field(init=False)
    #: keys of lines by the codes of rules, and the lines that a reason can settle by key
    line_of: Mapping[str, str] = field(init=False)
    explaining: Mapping[str, ListingLine] = field(init=False)

    def __attrs_post_init__(self) -> None:
        """Lines in the order of the spec, each with its row."""
        watched = rule_watches(self.layout)
        if self.layout not in _LIVE:
            _LIVE[self.layout] = _Live.of(self.layout, watched)
        known = _LIVE[self.layout]
        self.live, self.line_of = known.lines, known.line_of
        hidden = max([len(watched), *(line.hidden for line in self.live)]) + 1
        self.later = tuple(_later(self.layout, self.asked, len(self.live), hidden))
        later = {line.key: line for line in self.later if line.explains}
        self.explaining = {**known.explaining, **later}

    @property
    def lines(self) -> tuple[ListingLine, ...]:
        """All of them."""
        return (*self.live, *self.later)

    def of(self, code: str) -> ListingLine | None:
        """The line of a problem that a reason can settle, by its code."""
        return self.explaining.get(self.line_of.get(code, code))


def _live(layout: Layout, watched: Sequence[RuleWatch]) -> Iterator[ListingLine]:
    gathered: dict[str, list[RuleWatch]] = {}
    for watch in watched:
        gathered.setdefault(watch.rule.line, []).append(watch)
    first, group_row = 1, len(watched) + 1
    plans = {plan.sheet.key: plan for plan in layout.sheets}
    for number, (key, own) in enumerate(gathered.items()):
        rule, group = own[0].rule, own[0].rule.group
        yield ListingLine(
            key=key, row=FIRST_ROW + number, hidden=group_row if len(own) > 1 else first,
            level=rule.level, sentence=_sentence(layout, rule),
            reason=group.reason if group else rule.reason, mend=rule.mend,
            sheets=tuple(plans[sheet] for sheet in dict.fromkeys(one.sheet for one in own)),
            watches=tuple(own), first=first, listed=_listed(layout, rule),
            beside=_beside(layout, rule),
        )  # fmt: skip
        first, group_row = first + len(own), group_row + (len(own) > 1)


def _sentence(layout: Layout, rule: Rule) -> str:
    return rule.group.title if rule.group else Wording(layout, rule.library).of(rule)


def _beside(layout: Layout, rule: Rule) -> tuple[str, str]:
    """Where the form itself has a cell for the reason of a rule."""
    if not rule.explained_in:
        return "", ""
    place = layout.first_places[rule.explained_in]
    return place.plan.name, place.slot.area.cell


def _listed(layout: Layout, rule: Rule) -> tuple[str, ...]:
    """The cells that make the rows of the list that a rule counts, as ranges.

    A row without its name is one, too: it is read, and asked for the name.
    """
    if not rule.counted:
        return ()
    plan = layout.sheet_of[rule.counted]
    body, prefix = plan.library, sheet_prefix(plan.name)
    first, last = body.first_row, body.last_row
    found: list[list[int]] = []
    for col in sorted(column.col for column in body.inputs):
        if found and col == found[-1][-1] + 1:
            found[-1].append(col)
        else:
            found.append([col])
    return tuple(prefix + Area(first, own[0], last, own[-1]).range() for own in found)


def _later(
    layout: Layout, asked: Mapping[str, int], number: int, hidden: int
) -> Iterator[ListingLine]:
    row = FIRST_ROW + number + PART_ROWS
    seen: dict[str, Rule] = {}
    for rule in layout.workbook.rules:
        if rule.importer_only and rule.level != Level.INFO.value:
            seen.setdefault(rule.line, rule)
    for key, rule in seen.items():
        yield ListingLine(
            key=key, row=row, hidden=hidden, level=rule.level,
            sentence=_sentence(layout, rule),
            reason=rule.group.reason if rule.group else rule.reason, beside=_beside(layout, rule),
        )  # fmt: skip
        row, hidden = row + 1, hidden + 1
    for code, text in QUESTIONS.items():
        if code in FROM_TYPING or code in asked:
            yield ListingLine(key=code, row=row, hidden=hidden, level=Level.EXPLAIN.value,
                       sentence=f"{text}。", reason="")  # fmt: skip
            row, hidden = row + 1, hidden + 1


def listing(layout: Layout, asked: Mapping[str, int] | None = None) -> Listing:
    """The lines of a workbook; those of its rules are worked out once a layout."""
    return Listing(layout, asked or {})


def reasons_by_line(listed: Listing, given: Mapping[str, str]) -> dict[str, str]:
    """Reasons by the code of what they explain → by line, different ones of a group together."""
    found: dict[str, dict[str, None]] = {}
    for code, text in given.items():
        found.setdefault(listed.line_of.get(code, code), {})[text] = None
    return {key: "；".join(texts) for key, texts in found.items()}


# --- _checks -------------------------------------------------------------------------------------

_Content = str | int


@frozen(eq=False)
class Checks:
    """The lines of ``_checks``, and in which rows the answers stand there."""

    rows: tuple[tuple[_Content, ...], ...]
    places: Mapping[str, Sequence[int]]
    _unready: dict[tuple[str, ...], str] = field(factory=dict)

    def unless_wrong(self, keys: Iterable[str], count: str) -> str:
        """A count of a rule, 0 where one of the answers that it looks at is wrong itself."""
        rows = sorted({row for key in keys for row in self.places.get(key, ())})
        cells = [f"{CHECKS_SHEET}!${FAULT}${row}" for row in rows]
        return f"IF({'+'.join(cells)}>0,0,{count})" if cells else count

    @property
    def count(self) -> int:
        """How many lines."""
        return len(self.rows)

    def area(self, column: str) -> str:
        """The lines of a column."""
        return f"{CHECKS_SHEET}!${column}$2:${column}${self.count + 1}"

    def total(self, column: str) -> str:
        """Sum of a column."""
        return f"SUM({self.area(column)})"

    def of_sheet(self, name: str, column: str) -> str:
        """Sum of a column over the lines of a sheet."""
        return f"SUMIF({self.area(SHEET)},{quoted(name)},{self.area(column)})"

    def unready(self, keys: tuple[str, ...]) -> str:
        """Condition: something that stands behind ``keys`` is missing or cannot be read.

        Where none of them is always required, that of the whole form nothing is filled in yet.
        """
        if keys not in self._unready:
            self._unready[keys] = self._condition(keys)
        return self._unready[keys]

    def _condition(self, keys: Iterable[str]) -> str:
        rows = sorted({row for key in keys for row in self.places.get(key, ())})
        runs: list[list[int]] = []
        for row in rows:
            if runs and runs[-1][-1] + 1 == row:
                runs[-1].append(row)
            else:
                runs.append([row])
        parts = [f"{CHECKS_SHEET}!$D${run[0]}:$E${run[-1]}" for run in runs]
        bad = [f"SUM({','.join(parts)})>0"] if parts else []
        required = any(isinstance(n := self.rows[row - 2][2], int) and n > 0 for row in rows)
        untouched = [] if required else [f"{UNTOUCHED}=1"]
        conditions = [*bad, *untouched]
        return conditions[0] if len(conditions) == 1 else f"OR({','.join(conditions)})"


NOTHING = Checks((), {})  # for pages of which only the fixed texts are wanted
_CHECKS: WeakKeyDictionary[Layout, tuple[Checks, Lists]] = WeakKeyDictionary()


def checks(listed: Listing) -> tuple[Checks, Lists]:
    """The lines, and the lists that they name; worked out once a layout."""
    layout = listed.layout
    if layout not in _CHECKS:
        found, lists = answer_watches(layout)
        _CHECKS[layout] = _checks(listed, found), lists
    made, known = _CHECKS[layout]
    return made, known.copied()


def _checks(listed: Listing, found: Iterable[LiveLine]) -> Checks:
    """The lines, sheet by sheet: its answers, then the rules about what stands on it.

    A group stands on each sheet of its rules, and is listed for the first on which one is broken.
    """
    layout = listed.layout
    answers: dict[str, list[LiveLine]] = {}
    for watch in found:
        answers.setdefault(watch.sheet, []).append(watch)
    rules: dict[str, list[ListingLine]] = {}
    for line in listed.live:
        for plan in line.sheets if line.level != Level.INFO.value else ():
            rules.setdefault(plan.sheet.key, []).append(line)
    rows: list[tuple[_Content, ...]] = []
    places: dict[str, list[int]] = {}
    alike: dict[str, int] = {}
    for plan in layout.sheets:
        for watch in answers.get(plan.sheet.key, ()):
            places.setdefault(watch.key, []).append(len(rows) + 2)
            row = len(rows) + 2
            first = alike.setdefault(watch.asked, row) if watch.shares else row
            rows.append(tuple(_answer(watch, plan, row, first)))
        rows.extend(tuple(_rules(line, plan)) for line in rules.get(plan.sheet.key, ()))
    for key, body in layout.bodies.items():
        for column in body.columns:  # a library must have rows before anything holds of them
            places.setdefault(column.key, []).extend(places.get(key, ()))
    return Checks(tuple(rows), places)


def _number(count: str) -> _Content:
    return int(count) if count.isdigit() else "=" + count


def _answer(watch: LiveLine, plan: SheetPlan, row: int, first: int) -> Iterator[_Content]:
    yield from (plan.name, short_label(watch.label))
    asked = watch.asked if first == row else f"{ASKED}{first}"
    missing = watch.missing.replace(ASKED_HERE, f"{ASKED}{row}")
    yield from map(_number, (asked, missing, watch.fault))
    yield ""
    yield _first_of(f"{MISSING}{row}", watch.missing_at)
    yield _first_of(f"{FAULT}{row}", watch.fault_at)
    yield from ("", watch.mend)


def _first_of(count: str, place: str) -> str:
    """A place that a formula finds, looked for only where there is one."""
    return f'=IF({count}=0,"",{place[1:]})' if place.startswith("=") else place


def _rules(line: ListingLine, plan: SheetPlan) -> Iterator[_Content]:
    count, passed = line.count, ""
    if len(line.sheets) > 1:
        own = [at for at, one in enumerate(line.watches, line.first) if one.sheet == plan.sheet.key]
        count = _counts(own[0], own[-1])
        if own[0] > line.first:
            passed = f"=IF({_counts(line.first, own[0] - 1)}>0,{_NEVER},0)"
    yield from (plan.name, line.text, "", "")
    if line.explains and line.listed:
        yield f"=IF({line.no_rows},{count},0)"
        yield f"=IF({line.no_rows},0,IF({line.said}>0,0,{count}))"
    elif line.explains:
        yield from ("", f"=IF({line.said}>0,0,{count})")
    else:
        yield from (f"={count}", "")
    yield from ("", "", passed, line.mend, line.hidden + 1)
    yield line.row + 1 if line.explains else ""


def _counts(first: int, last: int) -> str:
    """How often the rules in these rows of ``_rules`` are broken in all."""
    return f"SUM({_place(first, COUNT_COL)}:{cell_name(last, COUNT_COL, fixed=True)})"


def heads() -> tuple[_Content, ...]:
    """What stands above the columns of ``_checks``."""
    return _HEADS


def shown(checked: Checks, number: int) -> tuple[str, str]:
    """Beside the lines: which one is the ``number``-th open one, 0 for none, and where it is.

    The first is an array formula.
    """
    at = f"{POSITION}{number + 1}"
    rows = f"ROW({SHEET}$2:{SHEET}${checked.count + 1})-1"
    found = f"SMALL(IF({_is_open(checked.count)},{rows}),{number})"

    def of(column: str) -> str:
        return f"INDEX({column}$2:{column}${checked.count + 1},{at})"

    rule = f"INDEX({RULES_SHEET}!$C$1:$C${MOST},{of(RULE_ROW)})"
    answer = f"IF({of(FAULT)}>0,{of(FAULT_AT)},{of(MISSING_AT)})"
    target = f"IF({of(RULE_ROW)}>0,{rule},{answer})"
    return f"=IF({OPEN}<{number},0,{found})", f'=IF({at}=0,"",{target})'


def totals(checked: Checks) -> tuple[str, str]:
    """How many lines are open; whether nothing that is asked is filled in."""
    untouched = f"=IF({checked.total(ASKED)}={checked.total(MISSING)},1,0)"
    return f"=SUMPRODUCT(({_is_open(checked.count)})*1)", untouched


def _is_open(count: int) -> str:
    """Which of the lines are open, and not passed over."""
    counts = "+".join(f"{c}$2:{c}${count + 1}" for c in (MISSING, FAULT, QUESTION))
    return f"{counts}>{PASSED}$2:{PASSED}${count + 1}"
