"""The tables of one form: 申报汇总表, sums by city and by industry, rankings, demands.

申报汇总表 holds the numbers as reported. Every sum and growth elsewhere is a live formula over its
cells, with the result beside it, so that who doubts a number can click on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Literal

from attrs import frozen

from clusterbook.a1 import cell_name, sheet_prefix
from clusterbook.reports.summary.columns import FigureColumn
from clusterbook.reports.summary.figures import (
    MET,
    NOT_GIVEN,
    NOT_MET,
    TO_CHECK,
    Cluster,
    ClusterGroup,
    RoundPart,
    Sum,
)
from clusterbook.workbook.tables import (
    MISSING,
    Cell,
    Col,
    Formula,
    Link,
    MarkedCell,
    Span,
    TablesBook,
)

When = Literal["before", "now", "growth"]
MARKS = {MET: "done", NOT_MET: "bad", TO_CHECK: "open"}
_VERDICT_MARKS = {"通过": "done", "待说明": "open", "退回": "bad", "无法读取": "bad"}
_FROZEN = 3


@frozen(kw_only=True)
class Main:
    """Where everything stands on 申报汇总表. ``top``: the row of the first heads."""

    part: RoundPart
    page: str
    cols: tuple[Col, ...]
    top: int
    rows: Mapping[str, int]
    places: Mapping[tuple[str, When], int]
    city: int
    industry: int

    @property
    def span(self) -> Span:
        """The counted clusters."""
        first = self.top + depth_of(self.cols)
        return Span(self.page, first, first + len(self.part.counted) - 1)

    def cell(self, cluster: Cluster, key: str, when: When) -> str:
        """The address of a figure, with its sheet."""
        row, col = self.rows[cluster.submission], self.places[key, when]
        return sheet_prefix(self.page) + cell_name(row, col, fixed=True)

    def name_of(self, cluster: Cluster) -> str:
        """The address of a cluster's name, with its sheet."""
        return sheet_prefix(self.page) + cell_name(self.rows[cluster.submission], 1, fixed=True)

    def whole(self, column: FigureColumn) -> bool:
        """Whether every counted cluster gave the figure, of both years where two are asked."""
        return all(
            one.now[column.key] is not None
            and (column.time_before is None or one.before[column.key] is not None)
            for one in self.part.counted
        )

    def local(self, cluster: Cluster, key: str, when: When) -> str:
        """The address of a figure as its own sheet writes it."""
        return cell_name(self.rows[cluster.submission], self.places[key, when])

    def total(self, key: str, when: When) -> str:
        """The address of a figure in the 合计 row."""
        row = self.span.last + 1
        return sheet_prefix(self.page) + cell_name(row, self.places[key, when], fixed=True)

    def range(self, key: str, when: When) -> str:
        """The column of a figure over the counted clusters."""
        return self.span.column(self.places[key, when])


def depth_of(cols: Sequence[Col]) -> int:
    """How many rows the heads take."""
    return max(len(col.heads) for col in cols)


@frozen
class Placed:
    """Where a line of a table of sums stands: its name, and its figures by ``key.when``."""

    name: str
    figures: Mapping[str, str]


def verdict_cell(word: str) -> MarkedCell:
    """A verdict under its mark; one that asks for nothing is grey."""
    return MarkedCell(word, _VERDICT_MARKS.get(word, "idle"))


# --- 申报汇总表 -----------------------------------------------------------------------------


def notes_of(part: RoundPart, *, include_returned: bool, approved: int = 0) -> tuple[str, ...]:
    """What counts and what does not, as it stands below the titles.

    ``approved``: how many figures the office has set.
    """
    set_ = (f"有{approved}个数按核定数计算，上报数见“核定数”表。",) if approved else ()
    counted = "通过、待说明和退回的" if include_returned else "通过和待说明的"
    return (
        f"计入：结论为{counted}报送，共{len(part.counted)}个集群；"
        + (f"退回的{len(part.others)}份列在表后，不计入合计和排名；" if part.others else "")
        + "无法读取的和已被新报送替代的不列入。",
        f"“{MISSING}”表示没有填报或不能计算，不是零。蓝色的数由公式算出；增幅按两年都已填报的集群计算。",
        *set_,
    )


def plan(part: RoundPart, page: str, *, contacts: bool, notes: int) -> Main:
    """Works out every place of 申报汇总表 below title and ``notes``."""
    word = part.summary.city_word
    cols = [
        Col(heads=("序号",), wide=5, look="centre"),
        Col(heads=("集群名称",), wide=26),
        Col(heads=(word,), wide=9, look="centre"),
        Col(heads=("县（市、区）",), wide=11, look="centre"),
    ]
    industry = -1
    if part.summary.industry:
        industry = len(cols)
        cols.append(Col(heads=("产业",), wide=12, look="centre"))
    facts = [fact for fact in part.summary.facts if contacts or not fact.contact]
    cols += [Col(heads=(fact.label,), wide=fact.wide) for fact in facts if not fact.late]
    places: dict[tuple[str, When], int] = {}
    for column in part.columns:
        for when, col in figure_cols(column):
            places[column.key, when] = len(cols)
            cols.append(col)
    cols += [Col(heads=(fact.label,), wide=fact.wide, keep="late") for fact in facts if fact.late]
    cols += [
        Col(heads=("结论",), wide=8, look="centre", keep="file"),
        Col(heads=("报送编号\n（点击看溯源）",), wide=20, keep="file"),
        Col(heads=("文件",), wide=30, keep="file"),
    ]
    top = 1 + notes
    first = top + depth_of(cols)
    rows = {one.submission: first + at for at, one in enumerate(part.counted)}
    below = first + len(part.counted) + 4
    rows |= {one.submission: below + at for at, one in enumerate(part.others)}
    return Main(part=part, page=page, cols=tuple(cols), top=top, rows=rows, places=places,
                city=2, industry=industry)  # fmt: skip


def figure_cols(column: FigureColumn) -> Iterator[tuple[When, Col]]:
    """The columns of a figure: the year before, the year, the growth."""
    heads = (column.figure.band, column.label) if column.figure.band else (column.label,)
    wide = 9.5
    look = {"look": "number", "keep": column.key}
    if column.time_before is not None:
        yield "before", Col(heads=(*heads, column.when_before), wide=wide,
                            decimals=column.decimals, **look)  # type: ignore[arg-type]  # fmt: skip
    yield "now", Col(heads=(*heads, column.when), wide=wide, decimals=column.decimals,
                     **look)  # type: ignore[arg-type]  # fmt: skip
    if column.time_before is not None:
        change = "增减\n百分点" if column.share else "增幅\n（%）"
        yield "growth", Col(heads=(*heads, change), wide=8, decimals=2, **look)  # type: ignore[arg-type]


def write_main(
    book: TablesBook, main: Main, notes: Sequence[str], *, contacts: bool, links: Mapping[str, Link]
) -> None:
    """申报汇总表: the counted clusters, their sums, and below them what was returned."""
    part, page = main.part, book.pages[main.page]
    title = f"{part.round_words}{part.summary.title}申报汇总表"
    page.begin(title, notes, main.cols, frozen_cols=_FROZEN)
    lines = [
        _line(main, one, at, contacts=contacts, links=links)
        for at, one in enumerate(part.counted, start=1)
    ]
    totals = [_totals(main), _counts(main)] if part.counted else []
    page.table(main.top, lines, totals)
    if not part.others:
        return
    first = main.rows[part.others[0].submission]
    page.note(first - 1, "以下为退回的报送，不计入合计、排名和各汇总表：")
    others = [
        _line(main, one, at, contacts=contacts, links=links)
        for at, one in enumerate(part.others, start=1)
    ]
    page.rows(first, others)


def _line(
    main: Main, one: Cluster, number: int, *, contacts: bool, links: Mapping[str, Link]
) -> list[Cell]:
    pairs = zip(main.part.summary.facts, one.facts, strict=True)
    facts = [(fact, text) for fact, text in pairs if contacts or not fact.contact]
    cells: list[Cell] = [str(number), one.name, one.city or NOT_GIVEN, one.county]
    if main.industry >= 0:
        cells.append(one.industry or NOT_GIVEN)
    cells += [text for fact, text in facts if not fact.late]
    for column in main.part.columns:
        for when, _ in figure_cols(column):
            if when == "growth":
                cells.append(_growth_of(main, one, column))
            else:
                cells.append((one.now if when == "now" else one.before)[column.key])
    cells += [text for fact, text in facts if fact.late]
    return [*cells, verdict_cell(one.verdict), links.get(one.submission, one.submission), one.file]


def _growth_of(main: Main, one: Cluster, column: FigureColumn) -> Formula:
    before, now = main.local(one, column.key, "before"), main.local(one, column.key, "now")
    return Formula(change(before, now, share=column.share), one.growth(column))


def change(before: str, now: str, *, share: bool) -> str:
    """Formula of the growth between two cells; of a share the difference."""
    if share:
        return f'IF(COUNT({before},{now})<2,"{MISSING}",ROUND({now}-{before},2))'
    rate = f"ROUND(({now}-{before})/{before}*100,2)"
    return f'IF(COUNT({before},{now})<2,"{MISSING}",IF({before}>0,{rate},"{MISSING}"))'


def _totals(main: Main) -> list[Cell]:
    total = main.part.total()
    return _below(main, "合计", lambda column, when: sum_cell(main, column, when, total))


def _counts(main: Main) -> list[Cell]:
    """How many clusters gave each year."""
    counted = main.part.counted

    def count(column: FigureColumn, when: When) -> Cell:
        if when == "growth":
            given = sum(one.growth(column) is not None for one in counted)
        else:
            values = [(one.now if when == "now" else one.before)[column.key] for one in counted]
            given = sum(value is not None for value in values)
        return Formula(f"COUNT({main.range(column.key, when)})", float(given), decimals=0)

    return _below(main, "填报集群数", count)


def _below(main: Main, label: str, cell: Callable[[FigureColumn, When], Cell]) -> list[Cell]:
    """A line below the clusters with ``cell`` under each figure."""
    cells: list[Cell] = ["", label, *([""] * (len(main.cols) - 2))]
    for column in main.part.columns:
        for when, _ in figure_cols(column):
            cells[main.places[column.key, when]] = cell(column, when)
    return cells


def sum_cell(
    main: Main, column: FigureColumn, when: When, group: ClusterGroup, mask: str = ""
) -> Cell:
    """A sum as a live formula over 申报汇总表; ``mask`` picks the clusters of a group."""
    if not column.sums:
        return None
    found: Sum = group.sums[column.key]
    value = {"before": found.before, "now": found.now, "growth": found.growth}[when]
    return Formula(_sum_formula(main, column, when, mask), value)


def _sum_formula(main: Main, column: FigureColumn, when: When, mask: str) -> str:
    if when == "growth":
        return _growth_formula(main, column, mask)
    values = main.range(column.key, when)
    if weight := column.figure.weight:
        weights = main.range(weight, when)
        both = f"{mask}--ISNUMBER({values}),--ISNUMBER({weights})"
        total, whole = f"SUMPRODUCT({both},{values},{weights})", f"SUMPRODUCT({both},{weights})"
        return f'IF({whole}>0,{total}/{whole},"{MISSING}")'
    if not mask:
        return f'IF(COUNT({values})=0,"{MISSING}",SUM({values}))'
    count = f"SUMPRODUCT({mask}--ISNUMBER({values}))"
    return f'IF({count}=0,"{MISSING}",SUMPRODUCT({mask}{values}))'


def _growth_formula(main: Main, column: FigureColumn, mask: str) -> str:
    """Over the clusters that gave both years (and both weights)."""
    before, now = main.range(column.key, "before"), main.range(column.key, "now")
    both = f"{mask}--ISNUMBER({before}),--ISNUMBER({now})"
    if weight := column.figure.weight:
        first, last = main.range(weight, "before"), main.range(weight, "now")
        both += f",--ISNUMBER({first}),--ISNUMBER({last})"
        base, whole = f"SUMPRODUCT({both},{first})", f"SUMPRODUCT({both},{last})"
        change = (
            f"SUMPRODUCT({both},{now},{last})/{whole}-SUMPRODUCT({both},{before},{first})/{base}"
        )
        return f'IF(AND({base}>0,{whole}>0),ROUND({change},2),"{MISSING}")'
    base, total = f"SUMPRODUCT({both},{before})", f"SUMPRODUCT({both},{now})"
    return f'IF({base}>0,ROUND(({total}-{base})/{base}*100,2),"{MISSING}")'


# --- 分市州, 分产业 -----------------------------------------------------------------------------


def write_groups(
    book: TablesBook,
    main: Main,
    page: str,
    groups: Sequence[ClusterGroup],
    *,
    by: str,
    column_of: int,
) -> dict[str, Placed]:
    """Sums by city or industry; for charts, where each of them stands by name."""
    part = main.part
    title = f"{part.round_words}{part.summary.title}分{by}汇总表"
    notes = (
        "增幅为合计数的增幅，只按两年都已填报的集群计算。“填报数”为填报了该指标的集群数，没有这一栏的，全部填报。",
        (
            f"占比按产值或营收加权，不取各集群百分数的平均数。“{MISSING}”表示没有填报，不是零。"
            f"底色越深，数在各{by}中越大。"
        ),
    )
    cols = [Col(heads=(by,), wide=20), Col(heads=("集群数",), wide=8, look="rank")]
    summed = [column for column in part.columns if column.sums]
    for column in summed:
        own = [col for _, col in figure_cols(column)]
        cols += own
        if not main.whole(column):
            cols.append(Col(heads=(*own[0].heads[:-1], "填报数"), wide=7, look="number",
                        keep=column.key))  # fmt: skip
    sheet = book.pages[page]
    top = sheet.begin(title, notes, cols, frozen_cols=2)
    first = top + depth_of(cols)
    keys = main.span.column(column_of) if part.counted else ""
    lines: list[list[Cell]] = []
    addresses: dict[str, Placed] = {}
    for at, group in enumerate(groups):
        mask = f"--({keys}={cell_name(first + at, 0, fixed=True)})," if keys else ""
        lines.append(_group_line(main, group, summed, mask))
        places = _places(main, summed, sheet_prefix(page), first + at)
        name = sheet_prefix(page) + cell_name(first + at, 0, fixed=True)
        addresses[group.name] = Placed(name, places)
    totals = [_group_totals(main, summed)] if part.counted else []
    span = sheet.table(top, lines, totals)
    for at in range(2, len(cols)):
        numbers = {one.value for line in lines if isinstance(one := line[at], Formula)} - {None}
        if len(numbers) > 1 and cols[at].heads[-1] != "填报数":
            sheet.heat(span, at)
    return addresses


def _group_line(
    main: Main, group: ClusterGroup, summed: Sequence[FigureColumn], mask: str
) -> list[Cell]:
    size = float(len(group.clusters))
    cells: list[Cell] = [group.name]
    cells.append(Formula(f"SUMPRODUCT({mask.rstrip(',')})", size) if mask else size)
    for column in summed:
        for when, _ in figure_cols(column):
            cells.append(sum_cell(main, column, when, group, mask) if mask else None)
        given = float(group.sums[column.key].given)
        if main.whole(column):
            continue
        if mask:
            values = main.range(column.key, "now")
            cells.append(Formula(f"SUMPRODUCT({mask}--ISNUMBER({values}))", given))
        else:
            cells.append(given)
    return cells


def _group_totals(main: Main, summed: Sequence[FigureColumn]) -> list[Cell]:
    """The same sums as in the 合计 row of 申报汇总表."""
    total = main.part.total()
    cells: list[Cell] = ["合计", float(len(total.clusters))]
    for column in summed:
        found = total.sums[column.key]
        values = {"before": found.before, "now": found.now, "growth": found.growth}
        for when, _ in figure_cols(column):
            cells.append(Formula(main.total(column.key, when), values[when]))
        if not main.whole(column):
            count = f"COUNT({main.range(column.key, 'now')})"
            cells.append(Formula(count, float(found.given)))
    return cells


def _places(main: Main, summed: Sequence[FigureColumn], prefix: str, row: int) -> dict[str, str]:
    """The addresses in a line by ``figure.now`` and ``figure.growth``."""
    found: dict[str, str] = {}
    at = 2
    for column in summed:
        for when, _ in figure_cols(column):
            found[f"{column.key}.{when}"] = prefix + cell_name(row, at, fixed=True)
            at += 1
        at += not main.whole(column)
    return found
