"""The lists of the summary: merged libraries, problems, progress, the last round, where from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from attrs import frozen

from clusterbook.a1 import cell_name
from clusterbook.problems import Level
from clusterbook.reports.feedback.groups import LEFT_OUT
from clusterbook.reports.summary.columns import FigureColumn
from clusterbook.reports.summary.figures import NOT_GIVEN, Cluster, RoundPart, Trace
from clusterbook.reports.summary.summary import PartComparison, Province
from clusterbook.reports.summary.tables import Main, When, change, verdict_cell
from clusterbook.results.read import Line
from clusterbook.results.summary_input import Progress
from clusterbook.verdicts import Status, Verdict
from clusterbook.workbook.tables import MISSING, Cell, Col, Formula, Link, MarkedCell, TablesBook

_WIDEST = 28  # characters of a column of 报送进度, so that all fit on a page across
_LEVELS = {one.value: one.chinese for one in Level}
_STATUS_MARKS: Mapping[str, str] = {
    Status.UNSENT: "bad", Status.ONLY_ATTACHED: "bad", Verdict.EXPLAIN: "open",
    Status.RETURNED: "bad", Status.PASSED: "done",
}  # fmt: skip


# --- problems, progress --------------------------------------------------------------------------


def write_problems(book: TablesBook, province: Province, page: str) -> None:
    """How many problems each submission has."""
    sheet = book.pages[page]
    lines = [line for line in province.submissions if line["verdict"] != "跳过"]
    note = "每份报送的问题数；逐条的问题及怎样更正，见导入结果中的 problems.csv 和 report.html。"
    cols = (
        Col(heads=("序号",), wide=6, look="centre"),
        Col(heads=("集群或发放对象",), wide=38),
        Col(heads=("市州",), wide=14, look="centre"),
        Col(heads=("县（市、区）",), wide=16, look="centre"),
        Col(heads=("结论",), wide=10, look="centre"),
        Col(heads=("错误",), wide=8, look="number"),
        Col(heads=("需说明",), wide=8, look="number"),
        Col(heads=("提示",), wide=8, look="number"),
        Col(heads=("报送编号",), wide=24),
        Col(heads=("文件",), wide=44),
    )
    rows: list[list[Cell]] = [
        [
            str(at), line.get("cluster_name") or line.get("issued_to", ""), line.get("city", ""),
            line.get("county", ""), verdict_cell(line["verdict"]),
            *(float(line.get(name) or 0) for name in ("errors", "explains", "infos")),
            line["submission"], line["file"],
        ]
        for at, line in enumerate(lines, start=1)
    ]  # fmt: skip
    top = sheet.begin("问题清单", (note,), cols, frozen_cols=2)
    first = top + 1
    totals: list[list[Cell]] = []
    if rows:
        total: list[Cell] = ["", "合计", "", "", "", "", "", "", "", ""]
        for at in (5, 6, 7):
            area = f"{cell_name(first, at)}:{cell_name(first + len(rows) - 1, at)}"
            total[at] = Formula(f"SUM({area})", float(sum(_number(row[at]) for row in rows)))
        totals.append(total)
    sheet.table(top, rows, totals)


def _number(value: Cell) -> float:
    return value if isinstance(value, float) else 0.0


def write_codes(book: TablesBook, province: Province, page: str) -> None:
    """Which problems came how often."""
    sheet, blank = book.pages[page], len(province.blank)
    note = f"按出现次数排列，每类举一例。{LEFT_OUT.format(blank) if blank else ''}"
    cols = (
        Col(heads=("代码",), wide=20),
        Col(heads=("级别",), wide=9, look="centre"),
        Col(heads=("次数",), wide=8, look="number"),
        Col(heads=("涉及\n报送数",), wide=9, look="number"),
        Col(heads=("例：栏目",), wide=34),
        Col(heads=("例：问题",), wide=56),
        Col(heads=("例：怎样更正",), wide=40),
    )
    rows: list[list[Cell]] = [
        [one.code, _LEVELS.get(one.level, one.level), float(one.times), float(one.submissions),
         one.example["label"], one.example["message"], one.example["how_to_mend"]]
        for one in province.problems
    ]  # fmt: skip
    sheet.table(sheet.begin("问题分类", (note,), cols), rows)


def write_progress(book: TablesBook, progress: Progress, page: str) -> None:
    """Who has handed in, as the import tells it."""
    sheet = book.pages[page]
    counts = Counter(Status.shown(line["status"]) for line in progress.lines if line.get("status"))
    shares = "，".join(f"{word}{counts[word]}" for word in [*_STATUS_MARKS] if counts[word])
    more = "，".join(
        f"{word}{n}" for word, n in sorted(counts.items()) if word not in _STATUS_MARKS
    )
    told = "，".join(filter(None, (shares, more)))
    note = f"共发放{len(progress.lines)}份{'：' + told if told else ''}。"
    cols = [
        Col(heads=(title,), wide=_wide(name, title, progress.lines),
            look="centre" if name == "status" else "text")
        for name, title in zip(progress.names, progress.titles, strict=True)
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [_status(line.get(name) or "") if name == "status" else line.get(name) or ""
         for name in progress.names]
        for line in progress.lines
    ]  # fmt: skip
    sheet.table(sheet.begin("报送进度", (note,), cols), rows)


def _status(status: str) -> Cell:
    word = Status.shown(status)
    return MarkedCell(word, _STATUS_MARKS[word]) if word in _STATUS_MARKS else word


def _wide(name: str, title: str, lines: Sequence[Line]) -> float:
    """Room for the longest entry; the capitals of an id are wider than the digits of a width."""
    longest = max([len(title) * 2, *(_width(line.get(name) or "") for line in lines)])
    wide = longest * 1.3 if name in ("issue", "submission") else longest
    return min(max(wide + 2, 8), _WIDEST)


def _width(text: str) -> int:
    return sum(2 if ord(char) > 0x2E7F else 1 for char in text)  # noqa: PLR2004


def write_approved(book: TablesBook, province: Province, page: str) -> None:
    """Figures that the office set: beside each what was reported."""
    sheet = book.pages[page]
    note = "审核中核定的数，汇总、排名和门槛对照一律按核定数计算；填报单位原来报的数列在旁边。"
    cols = (
        Col(heads=("序号",), wide=6, look="centre"), Col(heads=("集群名称",), wide=32),
        Col(heads=("市州",), wide=14, look="centre"), Col(heads=("栏目",), wide=34),
        Col(heads=("上报数",), wide=13, look="number", decimals=2),
        Col(heads=("核定数",), wide=13, look="number", decimals=2),
        Col(heads=("差额",), wide=12, look="number", decimals=2),
        Col(heads=("裁定意见",), wide=30), Col(heads=("工作表",), wide=22),
        Col(heads=("单元格",), wide=9, look="centre"), Col(heads=("报送编号",), wide=20),
    )  # fmt: skip
    top = sheet.begin("核定数", (note,), cols, frozen_cols=2)
    rows: list[list[Cell]] = []
    for at, (cluster, one) in enumerate(province.approved, start=1):
        before, now = cell_name(top + at, 4), cell_name(top + at, 5)
        gap = None if one.reported is None else one.number - one.reported
        rows.append([
            str(at), cluster.name, cluster.city or NOT_GIVEN, one.label, one.reported, one.number,
            Formula(f'IF(COUNT({before},{now})<2,"{MISSING}",{now}-{before})', gap), one.note,
            one.sheet, one.cell, one.submission,
        ])  # fmt: skip
    sheet.table(top, rows)


# --- the last round ------------------------------------------------------------------------------


def write_comparison(book: TablesBook, compared: PartComparison, main: Main, page: str) -> None:
    """Each figure of each cluster in both rounds, and whether the same year was told alike."""
    part, last = compared.part, compared.previous
    sheet = book.pages[page]
    matched = len({one.cluster.submission for one in compared.lines})
    joined, left = len(compared.joined), len(compared.left)
    notes = (
        f"上轮为{last.round_words}报送，按市州和集群名称对应。差额为本轮所填同年数减上轮报数，不为零的请核对。",
        f"对应上{matched}个集群；本轮新增{joined}个，上轮有而本轮没有的{left}个，列在表后。",
    )
    cols = (
        Col(heads=("集群名称",), wide=36),
        Col(heads=(part.summary.city_word,), wide=14, look="centre"),
        Col(heads=("指标",), wide=26),
        Col(heads=("上轮报数",), wide=13, look="number", decimals=2),
        Col(heads=("本轮所填\n同年数",), wide=13, look="number", decimals=2),
        Col(heads=("差额",), wide=12, look="number", decimals=2),
        Col(heads=("本轮报数",), wide=13, look="number", decimals=2),
        Col(heads=("增幅（%）\n或百分点",), wide=12, look="number", decimals=2),
        Col(heads=("核对",), wide=14, look="centre"),
    )  # fmt: skip
    top = sheet.begin(f"{part.summary.title}与上轮对比", notes, cols)
    first, lines = top + 1, []
    for at, one in enumerate(compared.lines):
        row = first + at
        before, restated, now = (cell_name(row, col) for col in (3, 4, 6))
        both = one.last is not None and one.restated is not None
        difference = (one.restated or 0) - (one.last or 0) if both else None
        differs = difference is not None and abs(difference) > 0.005  # noqa: PLR2004
        gap = Formula(
            f'IF(COUNT({before},{restated})<2,"{MISSING}",{restated}-{before})', difference
        )
        place = main.cell(one.cluster, one.column.key, "now")
        lines.append([
            one.cluster.name, one.cluster.city or NOT_GIVEN, one.column.label, one.last,
            one.restated, gap, Formula(place, one.now) if one.now is not None else None,
            Formula(change(before, now, share=one.column.share), one.rate),
            MarkedCell("两轮不一致", "open") if differs else "",
        ])  # fmt: skip
    span = sheet.table(top, lines)
    row = span.last + 2
    for title, clusters in (("本轮新增：", compared.joined), ("上轮有而本轮没有：", compared.left)):
        for number, cluster in enumerate(clusters, start=1):
            text = f"{title}{number}. {cluster.name}（{cluster.city or NOT_GIVEN}）"
            sheet.note(row, text)
            row += 1


# --- where from ----------------------------------------------------------------------------------


@frozen
class TraceLine:
    """One line of 溯源: the cell of 申报汇总表 and the answer behind it."""

    main: Main
    cluster: Cluster
    column: FigureColumn
    when: When
    trace: Trace


TRACE_TOP = 2


def sources(mains: Sequence[Main]) -> list[TraceLine]:
    """Every answer behind every figure, cluster by cluster."""
    return [source for main in mains for source in _sources(main.part, main)]


def _sources(part: RoundPart, main: Main) -> Iterator[TraceLine]:
    whens: tuple[When, ...] = ("before", "now")
    for cluster in (*part.counted, *part.others):
        for column in part.columns:
            for when in whens:
                for trace in cluster.traces.get((column.key, when), ()):
                    yield TraceLine(main, cluster, column, when, trace)


def links(found: Sequence[TraceLine], page: str) -> dict[str, Link]:
    """By submission, the link to its first line."""
    result: dict[str, Link] = {}
    for at, one in enumerate(found):
        submission = one.cluster.submission
        cell = cell_name(TRACE_TOP + 1 + at, 0)
        result.setdefault(submission, Link(submission, page, cell))
    return result


def write_trace(book: TablesBook, found: Sequence[TraceLine], page: str) -> None:
    """Which cell of whose file every figure was read from."""
    sheet = book.pages[page]
    note = (
        "申报汇总表每个填报数的来处：文件、工作表、单元格和原填内容。点击“汇总表单元格”可回到该数。"
    )
    cols = (
        Col(heads=("汇总表\n单元格",), wide=11), Col(heads=("集群名称",), wide=34),
        Col(heads=("指标",), wide=24), Col(heads=("年度",), wide=7, look="centre"),
        Col(heads=("数值",), wide=13, look="number", decimals=2),
        Col(heads=("原填内容",), wide=16), Col(heads=("工作表",), wide=24),
        Col(heads=("单元格",), wide=8, look="centre"), Col(heads=("栏目",), wide=36),
        Col(heads=("报送编号",), wide=22), Col(heads=("文件",), wide=36),
        Col(heads=("字段",), wide=34),
    )  # fmt: skip
    rows: list[list[Cell]] = []
    for one in found:
        cell = one.main.local(one.cluster, one.column.key, one.when)
        time = one.column.when if one.when == "now" else one.column.when_before
        value = one.trace.value
        rows.append([
            Link(cell, one.main.page, cell), one.cluster.name, one.column.label,
            time.removesuffix("年"), value, one.trace.raw, one.trace.sheet, one.trace.cell,
            one.trace.label,
            one.cluster.submission, one.cluster.file, one.trace.key,
        ])  # fmt: skip
    sheet.long_list = True
    sheet.begin("数据溯源", (note,), cols, frozen_cols=2)
    sheet.table(TRACE_TOP, rows)
