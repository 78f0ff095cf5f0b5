"""The merged lists of the summary: 企业名录, 项目清单, 载体名单, 绿色名单, 跨集群企业."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from attrs import frozen

from clusterbook.a1 import cell_name
from clusterbook.forms.summary_spec import RollColumn
from clusterbook.reports.summary.figures import NOT_GIVEN
from clusterbook.reports.summary.rolls import MergedRoll, RollLine
from clusterbook.workbook.tables import Cell, Col, Formula, TablesBook

_FROZEN = 2


@frozen
class _Column:
    """A column with what stands in it, by number of the line and by entry."""

    col: Col
    cell: Callable[[int, RollLine], Cell]
    key: str = ""


def write_roll(book: TablesBook, merged: MergedRoll, page: str, *, contacts: bool) -> None:
    """A list over all counted clusters, with what is double marked."""
    roll, sheet = merged.roll, book.pages[page]
    notes = list(_notes(merged))
    top = 1 + len(notes)
    columns = list(_columns(merged, top + 1, contacts=contacts))
    sheet.long_list = True
    sheet.begin(roll.title, notes, [one.col for one in columns], frozen_cols=_FROZEN)
    lines = [
        [column.cell(at, entry) for column in columns] for at, entry in enumerate(merged.entries)
    ]
    totals = list(_totals(merged, columns, top + 1)) if roll.amount else []
    sheet.table(top, lines, totals)


def _notes(merged: MergedRoll) -> Iterator[str]:
    roll = merged.roll
    double = sum(bool(entry.marks) for entry in merged.entries)
    yield (
        f"合并计入汇总的各集群名单，共{len(merged.entries)}行，{double}行有标记。"
        f"名称只差空格、括号或全半角的视为同一{roll.what}；只作标记，不合并，不删除。"
    )
    if roll.amount:
        yield "金额统一换算为亿元，右侧为填报数和填报单位；同一项目可能列在几个库中，各库分别合计。"


def _columns(merged: MergedRoll, first: int, *, contacts: bool) -> Iterator[_Column]:
    """All columns, left to right; ``first`` is the row of the first line."""
    roll = merged.roll
    own = [one for one in merged.columns if contacts or not one.contact]
    own.sort(key=lambda one: one.key != roll.name)
    lead = [
        _Column(Col(heads=("序号",), wide=6, look="centre"), lambda at, _: str(at + 1)),
        _given(own[0]),
        _Column(Col(heads=("标记",), wide=16), lambda _, one: "；".join(one.marks)),
        _Column(Col(heads=("所属集群",), wide=24), lambda _, one: one.cluster.name),
        _Column(Col(heads=("市州",), wide=9, look="centre"),
                lambda _, one: one.cluster.city or NOT_GIVEN),
        _Column(Col(heads=("来源",), wide=13, look="centre"), lambda _, one: one.source, "source"),
    ]  # fmt: skip
    rest = [_given(one) for one in own[1:]]
    if roll.amount:
        at = next(n for n, one in enumerate(rest) if one.key == roll.amount)
        reported = len(lead) + at + 1
        rest[at] = _Column(rest[at].col, _converted(roll.amount, reported, first), roll.amount)
        rest[at + 1 : at + 1] = [
            _Column(Col(heads=("填报数",), wide=11, look="number", decimals=2),
                    lambda _, one: one.reported),
            _Column(Col(heads=("填报\n单位",), wide=7, look="centre"), lambda _, one: one.unit),
        ]  # fmt: skip
    if any(entry.times > 1 for entry in merged.entries):
        times = Col(heads=("条数",), wide=6, look="number")
        rest.append(_Column(times, lambda _, one: float(one.times)))
    yield from (*lead, *rest)
    yield _Column(Col(heads=("报送编号",), wide=18), lambda _, one: one.cluster.submission)
    sheet = Col(heads=("工作表和行",), wide=26)
    yield _Column(sheet, lambda _, one: f"{one.sheet} 第{one.row}行")


def _given(column: RollColumn) -> _Column:
    """A column of the libraries; a missing number is —, a missing text is blank."""
    label = f"{column.label}\n（{column.unit}）" if column.unit else column.label
    if column.unit:
        look = Col(heads=(label,), wide=column.wide, look="number", decimals=2)
        return _Column(look, lambda _, one: one.cells.get(column.key), column.key)
    text = Col(heads=(label,), wide=column.wide)
    return _Column(text, lambda _, one: one.cells.get(column.key) or "", column.key)


def _converted(key: str, reported: int, first: int) -> Callable[[int, RollLine], Cell]:
    """The amount in the unit of the list, as a formula over the one reported."""

    def cell(at: int, entry: RollLine) -> Cell:
        value = entry.cells.get(key)
        if not isinstance(value, float) or entry.reported is None:
            return None
        place = cell_name(first + at, reported)
        times = round(entry.reported / value) if value else 1
        return Formula(place if times == 1 else f"{place}/{times}", value)

    return cell


def _totals(merged: MergedRoll, columns: Sequence[_Column], first: int) -> Iterator[list[Cell]]:
    """The amounts of each library, never of all together: a project may stand in several."""
    keys = [one.key for one in columns]
    source, amount = keys.index("source"), keys.index(merged.roll.amount)
    last = first + len(merged.entries) - 1

    def area(col: int) -> str:
        return f"{cell_name(first, col, fixed=True)}:{cell_name(last, col, fixed=True)}"

    for name in dict.fromkeys(entry.source for entry in merged.entries):
        own = [entry for entry in merged.entries if entry.source == name]
        values = [v for one in own if isinstance(v := one.cells.get(merged.roll.amount), float)]
        cells: list[Cell] = [""] * len(columns)
        cells[1], cells[source] = f"合计：{len(own)}个", name
        formula = f'SUMPRODUCT(--({area(source)}="{name}"),{area(amount)})'
        cells[amount] = Formula(formula, round(sum(values), 6))
        yield cells


def write_shared(book: TablesBook, merged: MergedRoll, page: str) -> None:
    """Names that stand in several clusters, with all their lines together."""
    roll, sheet = merged.roll, book.pages[page]
    groups = merged.shared()
    note = (
        f"列在几个集群名单中的{roll.what}，共{len(groups)}个；汇总各集群数字时可能重复计算，请核。"
    )
    number = next((one for one in merged.columns if one.unit), None)
    columns = [
        _Column(Col(heads=(f"{roll.what}名称",), wide=34),
                lambda _, one: one.cells.get(roll.name) or ""),
        _Column(Col(heads=("集群数",), wide=8, look="number"),
                lambda _, one: float(len(one.spread))),
        _Column(Col(heads=("所属集群",), wide=36), lambda _, one: one.cluster.name),
        _Column(Col(heads=("市州",), wide=12, look="centre"),
                lambda _, one: one.cluster.city or NOT_GIVEN),
        _Column(Col(heads=("来源",), wide=14, look="centre"), lambda _, one: one.source),
        _Column(Col(heads=("代码",), wide=21), lambda _, one: one.cells.get(roll.code) or ""),
        *([_given(number)] if number else []),
        _Column(Col(heads=("报送编号",), wide=22), lambda _, one: one.cluster.submission),
        _Column(Col(heads=("行",), wide=6, look="centre"), lambda _, one: str(one.row)),
    ]  # fmt: skip
    cols = [Col(heads=("序号",), wide=6, look="centre"), *(one.col for one in columns)]
    lines: list[list[Cell]] = [
        [str(at), *(column.cell(at, entry) for column in columns)]
        for at, group in enumerate(groups, start=1)
        for entry in group
    ]
    sheet.long_list = True
    top = sheet.begin(f"跨集群{roll.what}", (note,), cols, frozen_cols=_FROZEN)
    sheet.table(top, lines)
