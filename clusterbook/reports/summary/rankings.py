"""Pages of the summary that set clusters against each other: 排名, and 门槛对照."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from clusterbook.forms.summary_spec import Demand
from clusterbook.reports.summary.columns import FigureColumn
from clusterbook.reports.summary.figures import NOT_GIVEN, DemandOutcome, RoundPart
from clusterbook.reports.summary.tables import MARKS, Main, When
from clusterbook.workbook.tables import Cell, Col, Formula, MarkedCell, NumberCell, TablesBook

_LONG = 30  # lines of a ranking that fill a page


def write_ranking(book: TablesBook, main: Main, page: str) -> None:
    """A ranking for each ranked figure and its growth, long ones each from a new page on."""
    part = main.part
    title = f"{part.round_words}{part.summary.title}主要指标排名"
    notes = ("数值相同的并列同一名次，下一名次相应空出；没有填报的不排名，列在最后。",)
    sheet = book.pages[page]
    word = part.summary.city_word
    cols = (
        Col(heads=("指标",), wide=30),
        Col(heads=("名次",), wide=7, look="rank"),
        Col(heads=("集群名称",), wide=40),
        Col(heads=(word,), wide=16, look="centre"),
        Col(heads=("县（市、区）",), wide=18, look="centre"),
        Col(heads=("数值",), wide=14, look="number", decimals=2),
        Col(heads=("说明",), wide=14, look="centre"),
    )
    sheet.long_list = True  # on paper 指标和名次 says the same on a page
    top = sheet.begin(title, notes, cols, frozen_cols=3)
    lines: list[list[Cell]] = []
    breaks: list[int] = []
    for column, by_growth in _rankings(part):
        first = top + 1 + len(lines)
        if lines:
            breaks.append(first)
        lines += _ranking_lines(main, column, by_growth=by_growth)
    sheet.table(top, lines)
    if len(part.counted) > _LONG:
        sheet.sheet.set_h_pagebreaks(breaks)


def _rankings(part: RoundPart) -> Iterator[tuple[FigureColumn, bool]]:
    for column in part.columns:
        if column.figure.ranked:
            yield column, False
            if column.time_before is not None:
                yield column, True


def _ranking_lines(main: Main, column: FigureColumn, *, by_growth: bool) -> Iterator[list[Cell]]:
    name = f"{column.when}{column.label}"
    if by_growth:
        unit = "增减（百分点）" if column.share else "增幅（%）"
        name = f"{column.when}{column.figure.label}{unit}"
    when: When = "growth" if by_growth else "now"
    for one in main.part.ranking(column, by_growth=by_growth):
        place = main.cell(one.cluster, column.key, when)
        decimals = 2 if by_growth else column.decimals
        value = Formula(place, one.value, decimals) if one.value is not None else None
        missing = "不能计算" if by_growth else "未填报"
        yield [name, None if one.rank is None else float(one.rank), one.cluster.name,
               one.cluster.city or NOT_GIVEN, one.cluster.county, value,
               "" if one.rank is not None else missing]  # fmt: skip


def write_matrix(book: TablesBook, main: Main, page: str) -> None:
    """Clusters × ranked figures: each value with its rank beside it, all clusters on one page."""
    part = main.part
    columns = [column for column in part.columns if column.figure.ranked]
    cols = [Col(heads=("集群名称",), wide=30),
            Col(heads=(part.summary.city_word,), wide=10, look="centre")]  # fmt: skip
    for column in columns:
        head = f"{column.figure.label}\n（{column.unit}）" if column.unit else column.figure.label
        cols += [
            Col(heads=(head, f"{column.when}"), wide=10, look="number",
                decimals=column.decimals, keep=column.key),
            Col(heads=(head, "名次"), wide=6, look="rank", keep=column.key),
        ]  # fmt: skip
    sheet = book.pages[page]
    notes = ("名次按数值从大到小，相同的并列；没有填报的不排名。",)
    title = f"{part.round_words}{part.summary.title}指标和名次"
    top = sheet.begin(title, notes, cols, frozen_cols=1)
    ranks = {column.key: {line.cluster.submission: line.rank for line in part.ranking(column)}
             for column in columns}  # fmt: skip
    lines: list[list[Cell]] = []
    for one in part.counted:
        cells: list[Cell] = [one.name, one.city or NOT_GIVEN]
        for column in columns:
            place, value = main.cell(one, column.key, "now"), one.now[column.key]
            rank = ranks[column.key][one.submission]
            values = main.range(column.key, "now")
            # One of thousands: what compares each with each would take minutes to open.
            above = f'IF(ISNUMBER({place}),RANK({place},{values}),"")'
            cells += [
                Formula(place, value) if value is not None else None,
                Formula(above, float(rank)) if rank is not None else None,
            ]
        lines.append(cells)
    sheet.table(top, lines)


def write_demands(book: TablesBook, main: Main, page: str) -> None:
    """What the programme demands beside what was reported, and below it where the demands stand."""
    part = main.part
    demands, counted = part.summary.demands, part.counted
    sheet = book.pages[page]
    notes = (
        "只把填报数与要求对照，不作评判；老区、民族地区、困难地区等放宽的，由人工掌握。",
        "要求所在的文件早于本轮的，在表后的出处里注明年份和“待核”，是否仍然适用请核对。",
        "“待核”：要求的数还没有核实、申报表没有此项，或没有填报；“/”：不适用于这类集群。",
    )
    cols = [Col(heads=("序号",), wide=5, look="centre"), Col(heads=("集群名称",), wide=30),
            Col(heads=(part.summary.city_word,), wide=11, look="centre")]  # fmt: skip
    for demand in demands:
        heads = (
            demand.when_text or "各类集群",
            f"{demand.label}（{demand.unit}）\n{limit(demand)}",
        )
        cols += [
            Col(heads=(*heads, "填报值"), wide=11, look="number", decimals=2, keep=demand.key),
            Col(heads=(*heads, "对照"), wide=9, look="centre", keep=demand.key),
        ]
    lines = [
        [str(at), one.name, one.city or NOT_GIVEN, *_outcome_cells(one.demands)]
        for at, one in enumerate(counted, start=1)
    ]
    title = f"{part.round_words}{part.summary.title}门槛对照表"
    span = sheet.table(sheet.begin(title, notes, cols, frozen_cols=3), lines)
    # From a new page on: a heading at the foot of one would stand without what it heads.
    sheet.sheet.set_h_pagebreaks([span.last + 2])
    sheet.note(span.last + 2, "要求及出处：")
    for at, demand in enumerate(demands):
        outcomes = [one.demands[at].word for one in counted]
        sheet.note(
            span.last + 3 + at,
            _legend(at + 1, demand, outcomes, part.layout.workbook.options.report_year),
        )


_YEAR = re.compile(r"[〔\[（(](20[0-9]{2})[〕\]）)]|(20[0-9]{2})年")


def year_of(demand: Demand) -> int | None:
    """The year of the document in which a demand stands, the latest that its source names."""
    years = [int(first or second) for first, second in _YEAR.findall(demand.source)]
    return max(years, default=None)


def _age(demand: Demand, year: int) -> str:
    """That a demand is older than the round, so that somebody asks whether it still holds."""
    found = year_of(demand)
    if demand.limit is None or (found is not None and found >= year):
        return ""
    return f"{found}年文件，待核" if found else "文件年份不明，待核"


def limit(demand: Demand) -> str:
    """不低于 30."""
    if demand.limit is None:
        return "要求待核"
    return f"{'不高于' if demand.at_most else '不低于'}{demand.limit:.15g}"


def _outcome_cells(outcomes: Sequence[DemandOutcome]) -> Iterator[Cell]:
    for outcome in outcomes:
        if not outcome.word:
            yield from ("/", "/")
        else:
            yield (
                None
                if outcome.value is None
                else NumberCell(outcome.value, 2 if outcome.value % 1 else 0)
            )
            yield MarkedCell(outcome.word, MARKS[outcome.word])


def _legend(number: int, demand: Demand, outcomes: Sequence[str], year: int) -> str:
    """A demand with its limit, how many clusters meet it, and where it stands."""
    age = _age(demand, year)
    counts = "，".join(f"{word}{outcomes.count(word)}" for word in MARKS if word in outcomes)
    whom = f"（{demand.when_text}）" if demand.when_text else ""
    what = f"{number}. {demand.label}（{demand.unit}）{limit(demand)}{whom}"
    parts = [
        f"{what}：{counts or '没有适用的集群'}",
        demand.note,
        f"出处：{demand.source}" if demand.source else "",
        age and f"{age}：早于本轮（{year}年度），是否仍然适用请核对",
    ]
    return "。".join(part for part in parts if part) + "。"
