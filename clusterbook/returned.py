"""The returned copy: the county's workbook again, with only the wrong cells to mend.

It is regenerated from the spec, so that rules, lists, formulas and protection are whole again, and
holds every raw value as it came: what cannot be read stands there verbatim, what has no place is
listed. Wrong cells are filled by level and carry a comment, green once they are changed; a first
sheet lists all problems with links.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from attrs import define, evolve, field, frozen

from clusterbook import rounds
from clusterbook.extract import Extracted, Oddities, RawLibrary
from clusterbook.filling import Answers, Content, Flag, Returning, Typed, raw_of
from clusterbook.guide import RETURNED_SHEET, Cell, Page, PageMark, PageRow
from clusterbook.identity import Stamp
from clusterbook.kinds import CELL_TEXT_LIMIT, Kind, Number, Raw
from clusterbook.layout import Area, Body, Layout, cell_name, sheet_prefix
from clusterbook.problems import Level, Problem
from clusterbook.reading import to_text
from clusterbook.remarks import (
    Remark,
    brief,
    in_file,
    new_rows,
    printable,
    remarks,
    returnable,
)
from clusterbook.rules import Rule
from clusterbook.template import TYPED_NAME, write_template

# The only formulas of a county that are kept: sums of plain numbers. Others may refer to anything;
# their results stand in their place.
_SUM = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?%?(?:[+\-*/][0-9]+(?:\.[0-9]+)?%?){0,40}")
_ERRORS = frozenset({"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"})
_LONGEST_COMMENT = 1200  # characters
_MOST_LINKS = 65_000  # Excel takes some more on a sheet
# Words of the last column of the list.
_WAITS, _CHANGED, _REASONED, _DONE, _OPTIONAL = "待处理", "已改动", "已说明", "已恢复", "供参考"
_WIDTHS = (3, 5, 8, 15, 8, 18, 20, 32, 29, 9)
_LAST = len(_WIDTHS) - 1
_HEADS = ("序号", "级别", "工作表", "单元格", "栏目", "原填内容", "存在问题", "怎样更正", "状态")


def returned_copy(
    layout: Layout,
    stamp: Stamp,
    extracted: Extracted,
    problems: Sequence[Problem],
    *,
    file: str,
    sha256: str,
) -> bytes:
    """The marked copy of one submission, as bytes; the same arguments give the same bytes.

    ``stamp`` is that of the file that came, ``file`` its shown name, ``sha256`` its hash. Raises
    ValueError where no copy may be returned (see ``remarks.returnable``).
    """
    if not returnable(problems):
        raise ValueError("the sheets of this file are not all of one workbook")
    layout = _with_room(layout, extracted)
    said = remarks(problems, layout, extracted)
    child = rounds.child(stamp, sha256)
    values = _Values.of(layout, extracted)
    flags = _Flags(layout, values)
    states = {one.number: flags.state(one) for one in said}
    page = _page(layout, child, file, [(one, states[one.number]) for one in said], values.left)
    returning = Returning(page=page, flags=flags.by_sheet(said), typed=flags.typed)
    answers = Answers(values=values.answers, rows=values.rows, reasons=extracted.explanations)
    return write_template(layout, child, answers, returning)


def _with_room(layout: Layout, extracted: Extracted) -> Layout:
    """The layout with longer libraries where more rows came than were offered."""
    plans = []
    for plan in layout.sheets:
        raw = extracted.libraries.get(plan.body.library.key) if plan.body else None
        if plan.body and raw:
            last = max(new_rows(plan.body, raw).values(), default=0)
            if last > plan.body.last_row:
                plans.append(evolve(plan, body=evolve(plan.body, last_row=last)))
                continue
        plans.append(plan)
    changed = any(one is not other for one, other in zip(plans, layout.sheets, strict=True))
    return Layout(layout.workbook, tuple(plans)) if changed else layout


# --- what they typed -----------------------------------------------------------------------------


@frozen
class _Left:
    """Content for which the copy has no cell."""

    sheet: str
    cell: str
    label: str
    text: str


@define
class _Values:
    """Everything that was typed, by key, and what is left over."""

    answers: dict[str, tuple[Content, ...]] = field(factory=dict)
    rows: dict[str, list[dict[str, Content]]] = field(factory=dict)
    left: list[_Left] = field(factory=list)

    @classmethod
    def of(cls, layout: Layout, extracted: Extracted) -> _Values:
        """All raw values of one file."""
        values = cls()
        for one in layout.in_order:
            slot = one.slot
            if slot.locked or one.index in extracted.absent:
                continue
            content = _content(
                extracted.raws[one.index], extracted.oddities, one.index, slot.field.kind
            )
            sheet, cell = extracted.places.get(one.index, (one.plan.name, slot.area.cell))
            content = values.fitting(content, sheet, cell, slot.path)
            values.answers[slot.key] = (*values.answers.get(slot.key, ()), content)
        for key, raw in extracted.libraries.items():
            values.rows[key] = values.library(layout.bodies[key], raw)
        return values

    def library(self, body: Body, raw: RawLibrary) -> list[dict[str, Content]]:
        """The rows of a library as they stand in the copy, blank ones between them included."""
        new, width = new_rows(body, raw), len(body.columns)
        count = max(new.values(), default=body.first_row - 1) - body.first_row + 1
        rows: list[dict[str, Content]] = [{} for _ in range(count)]
        for position, row in enumerate(raw.rows):
            for number, column in enumerate(body.columns):
                if column.locked:
                    continue
                value = raw.columns[number][position]
                index = position * width + number
                content = _content(value, raw.oddities, index, column.field.kind)
                cell = in_file(raw, row, number)
                if row in new:
                    content = self.fitting(content, raw.sheet, cell, column.path)
                    rows[new[row] - body.first_row][column.field.key] = content
                elif content != "":
                    text = to_text(raw_of(content))
                    self.left.append(_Left(raw.sheet, cell, column.path, text))
        return rows

    def fitting(self, content: Content, sheet: str, cell: str, label: str) -> Content:
        """The content; of a text too long for a cell of Excel the rest goes to the list."""
        if not isinstance(content, str) or len(content) <= CELL_TEXT_LIMIT // 2:
            return content
        head, *rest = _pieces(content)
        self.left += [_Left(sheet, cell, label, piece) for piece in rest]
        return head


def _pieces(text: str) -> Iterator[str]:
    """The text in pieces that a cell holds; Excel counts UTF-16 units."""
    units = text.encode("utf-16-le", "surrogatepass")
    while units:
        end = min(len(units), 2 * CELL_TEXT_LIMIT)
        if end < len(units) and 0xDC <= units[end + 1] <= 0xDF:  # noqa: PLR2004 - half a character
            end -= 2
        yield units[:end].decode("utf-16-le", "surrogatepass")
        units = units[end:]


def _content(raw: Raw | None, oddities: Oddities, index: int, kind: Kind) -> Content:
    """One cell as it came; '' where nothing stood.

    A number in the wrong look becomes the text that it showed: a cell in the look of a date would
    turn the right number into a date again, and its format is protected.
    """
    error, formula = oddities.errors.get(index, ""), oddities.formulas.get(index)
    kept = formula if formula and _SUM.fullmatch(formula) else ""
    if error:
        return Typed(error, formula=kept) if kept and error in _ERRORS else error
    if raw is None:
        return Typed("", formula=kept) if kept else f"={formula}" if formula else ""
    look = "" if isinstance(raw, str | bool) else oddities.formats.get(index, "")
    if look and not isinstance(raw, str) and isinstance(kind, Number):
        if look == "date":
            return to_text(raw, date_format=True)
        if not kind.percent:
            return f"{to_text(raw * 100)}%"
    return Typed(raw, look, kept) if look or kept else raw


# --- flags ---------------------------------------------------------------------------------------

_Place = tuple[str, Area]  # sheet key and cell


@define
class _Flags:
    """The marks at cells. ``typed`` is what stood in them, a row each on a hidden sheet."""

    layout: Layout
    values: _Values
    typed: list[Content] = field(factory=list)
    numbers: dict[_Place, tuple[int, ...]] = field(factory=dict)
    rules: dict[str, Rule] = field(init=False)

    def __attrs_post_init__(self) -> None:
        """The rules that live in the workbook, by code."""
        own = self.layout.workbook.rules
        self.rules = {rule.code: rule for rule in own if not rule.importer_only}

    def by_sheet(self, said: Iterable[Remark]) -> dict[str, list[Flag]]:
        """One flag for each cell with remarks, by sheet key."""
        cells: dict[_Place, list[Remark]] = {}
        for one in said:
            if one.plan is not None and one.area is not None:
                cells.setdefault((one.plan.sheet.key, one.area), []).append(one)
        flags: dict[str, list[Flag]] = {}
        for (sheet, area), own in cells.items():
            contents = self._contents(own[0])
            flags.setdefault(sheet, []).append(Flag(
                area=area, level=_weight(own), comment=_comment(own),
                changed=self.changed(own[0], ""), blank=all(one == "" for one in contents),
            ))  # fmt: skip
        return flags

    def changed(self, one: Remark, prefix: str) -> str:
        """Excel condition: the cells of the answer are not as they came; '' for computed ones."""
        areas, contents = self._areas(one), self._contents(one)
        if one.plan is None or not contents:
            return ""
        cells = [prefix + cell_name(area.row, area.col, fixed=True) for area in areas]
        if all(content == "" for content in contents):
            return f'TRIM({"&".join(cells)})<>""'
        place = one.plan.sheet.key, areas[0]
        if place not in self.numbers:
            first = len(self.typed) + 1
            self.typed += contents
            self.numbers[place] = tuple(range(first, first + len(contents)))
        tests = [
            f"NOT(ISERROR({cell}))"
            if _is_error(content)
            else f"NOT(EXACT({cell},INDEX({TYPED_NAME},{number})))"
            for cell, content, number in zip(cells, contents, self.numbers[place], strict=True)
        ]
        return tests[0] if len(tests) == 1 else f"OR({','.join(tests)})"

    def state(self, one: Remark) -> str:
        """What the last column of the list says: a word, or a formula that follows the typing."""
        if one.done:
            return _DONE
        live = one.problem.code in self.rules
        prefix = sheet_prefix(one.plan.name) if one.plan else ""
        changed = self.changed(one, prefix)
        mended = [f"cb_rule.{one.problem.code}=0"] if live else []
        mended += [changed] if changed else []
        waits = _WAITS if one.level is not Level.INFO else _OPTIONAL
        if live and one.level is Level.EXPLAIN:
            said = f"cb_reason.{one.problem.code}"
            rest = f'IF(TRIM({said})<>"","{_REASONED}","{waits}")'
        else:
            rest = f'"{waits}"'
        if not mended:
            return waits
        test = mended[0] if len(mended) == 1 else f"OR({','.join(mended)})"
        return f'=IF(ISERROR({test}),"{waits}",IF({test},"{_CHANGED}",{rest}))'

    def _areas(self, one: Remark) -> list[Area]:
        """The cells of the answer: all boxes of a long text."""
        if one.area is None:
            return []
        slots = self.layout.slots.get(one.problem.key, ())
        return [slot.area for slot in slots] or [one.area]

    def _contents(self, one: Remark) -> tuple[Content, ...]:
        """What stood in these cells; nothing where a formula of the form fills them."""
        key, area = one.problem.key, one.area
        if area is None:
            return ()
        slots = self.layout.slots.get(key)
        if slots:
            blank = ("",) * len(slots)
            return () if slots[0].locked else self.values.answers.get(key, blank)
        library = key.split(".", 1)[0]
        body = self.layout.bodies[library]
        column = next(c for c in body.columns if c.col == area.col)
        if column.locked:
            return ()
        rows = self.values.rows.get(library, [])
        at = area.row - body.first_row
        return (rows[at].get(column.field.key, "") if at < len(rows) else "",)


def _is_error(content: Content) -> bool:
    return isinstance(content, Typed) and content.raw in _ERRORS


def _weight(own: Sequence[Remark]) -> str:
    """The level of the weightiest remark on which something waits."""
    waiting = {one.level for one in own if one.waits}
    return next((level.value for level in Level if level in waiting), Level.INFO.value)


def _comment(own: Sequence[Remark]) -> str:
    text = "\n\n".join(
        f"【{one.level.chinese}】{one.says}\n怎样更正：{one.mend}" for one in own
    )  # fmt: skip
    if len(text) <= _LONGEST_COMMENT:
        return text
    return f"{text[:_LONGEST_COMMENT]}……（其余见“{RETURNED_SHEET}”表第{own[0].number}条）"


# --- the list ------------------------------------------------------------------------------------


def _page(
    layout: Layout,
    stamp: Stamp,
    file: str,
    lines: Sequence[tuple[Remark, str]],
    left: Sequence[_Left],
) -> Page:
    """退回意见: who, how many, how to go on, and every problem with a link to its cell."""
    rows = [*_opening(stamp, file, [one for one, _ in lines])]
    live_row = len(rows)
    rows += _steps(layout)
    rows.append(PageRow([Cell(i, text, "guide_head") for i, text in enumerate(_HEADS, 1)], 26))
    head, first = len(rows), len(rows) + 1
    rows += [_line(one, state) for one, state in lines]
    last = len(rows)
    cells = f"$J${first + 1}:$J${last + 1}"
    waiting = f'COUNTIF({cells},"{_WAITS}")'
    live = f'=IF({waiting}=0,"已逐条处理，请保存后报送。","还有 "&{waiting}&" 条待处理。")'
    rows[live_row - 1] = PageRow(
        [*rows[live_row - 1].cells[:-1], Cell(7, live, "total", _LAST)], 26
    )
    rows += _leftovers(left)
    words = ((_WAITS, "open"), (_CHANGED, "done"), (_REASONED, "done"))
    marks = [
        PageMark((first, _LAST, last, _LAST), f'$J{first + 1}="{word}"', look)
        for word, look in words
    ]
    area = (live_row, 7, live_row, _LAST)
    marks += [PageMark(area, f"{waiting}>0", "open"), PageMark(area, f"{waiting}=0", "done")]
    return Page(
        name=RETURNED_SHEET, key="returned", tab="returned", widths=_WIDTHS, rows=rows,
        marks=tuple(marks),
        one_page=False, repeat=(head, head), landscape=True,
    )  # fmt: skip


def _opening(stamp: Stamp, file: str, said: Sequence[Remark]) -> Iterator[PageRow]:
    yield PageRow([Cell(1, RETURNED_SHEET, "guide_title", _LAST)], 40)
    whom = f"填报单位：{stamp.issued_to}　　" if stamp.issued_to else ""
    ids = (
        f"原编号：{stamp.parent}　　本表编号：{stamp.issue}（第{rounds.number(stamp.issue)}次退回）"
    )
    yield PageRow([Cell(1, whom + ids, "returned_facts", _LAST, typed=True)])
    yield PageRow([Cell(1, f"报送文件：{brief(file)}", "returned_facts", _LAST, typed=True)])
    counts = [(level, sum(one.level is level for one in said)) for level in Level]
    words = {"error": "必须更正", "explain": "更正或说明原因", "info": "供参考"}
    legend = [
        Cell(1, f"错误 {counts[0][1]} 条，{words['error']}", "returned_error", 3),
        Cell(4, f"需说明 {counts[1][1]} 条，{words['explain']}", "returned_explain", 5),
        Cell(6, f"提示 {counts[2][1]} 条，{words['info']}", "returned_info"),
        Cell(7, "", "total", _LAST),
    ]
    yield PageRow(legend, 26)


_STEPS = (
    "下面逐条列出了全部问题。点击蓝色的单元格地址可跳到该格；鼠标移到该格上，会显示问题和更正办法。",
    "只需更正有底色的格，其余内容已按原样保留。改动过的格变为绿色，本表“状态”随之更新。",
)
_REASON = "标为“需说明”的，有误请更正；属勾稽关系且情况属实的，请在“校验”表“说明”栏写明原因。"
_SEND = "改完请保存，并把本工作簿（不是原来的文件）重新报送。"


def _steps(layout: Layout) -> Iterator[PageRow]:
    rules = layout.workbook.rules
    reasons = any(rule.level == "explain" and not rule.importer_only for rule in rules)
    texts = [*_STEPS, *([_REASON] if reasons else []), _SEND]
    for number, text in enumerate(texts, start=1):
        yield PageRow([Cell(1, f"{number}. {text}", "returned_facts", _LAST)])


def _line(one: Remark, state: str) -> PageRow:
    link = one.plan.name if one.plan and one.area and one.number <= _MOST_LINKS else ""
    jump = Cell(4, one.cell, "returned_jump", link=link, at=one.cell)
    place = jump if link else Cell(4, one.cell or "—", "returned_mark", typed=True)
    return PageRow([
        Cell(1, str(one.number), "returned_mark"),
        Cell(2, one.level.chinese, f"returned_{one.level.value}"),
        Cell(3, printable(one.sheet) or "整个文件", "returned_mark", typed=True),
        place,
        Cell(5, one.label, "returned_text", typed=True),
        Cell(6, one.typed, "returned_text", typed=True),
        Cell(7, one.says, "returned_text", typed=True),
        Cell(8, one.mend, "returned_text", typed=True),
        Cell(9, state, "returned_mark"),
    ])  # fmt: skip


def _leftovers(left: Sequence[_Left]) -> Iterator[PageRow]:
    """What the copy has no cell for, in full."""
    if not left:
        return
    yield PageRow([Cell(1, "放不进表格的内容", "guide_part", _LAST)], 30)
    text = "下列内容超出了该格或该表能容纳的范围，全文列在这里，请核对后处理。"
    yield PageRow([Cell(1, text, "returned_facts", _LAST)])
    for number, one in enumerate(left, start=1):
        yield PageRow([
            Cell(1, str(number), "returned_mark"), Cell(2, "", "returned_mark"),
            Cell(3, printable(one.sheet), "returned_mark", typed=True),
            Cell(4, one.cell, "returned_mark"),
            Cell(5, printable(one.label), "returned_text", typed=True),
            Cell(6, printable(one.text), "returned_text", _LAST, typed=True),
        ])  # fmt: skip
