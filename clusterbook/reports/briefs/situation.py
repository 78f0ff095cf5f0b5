"""情况报告: the round's report, drafted from the data, every figure with where it comes from."""

from __future__ import annotations

import struct
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from attrs import define, field

from clusterbook import styles
from clusterbook.problems import Level
from clusterbook.reports import wordml
from clusterbook.reports.briefs.trail import (
    Trail,
    TrailPlace,
    number,
    places_of,
    places_over,
    places_together,
)
from clusterbook.reports.feedback.groups import LEFT_OUT, kind_of
from clusterbook.reports.progress import CityProgress
from clusterbook.reports.summary.columns import FigureColumn
from clusterbook.reports.summary.figures import ClusterGroup, RoundPart
from clusterbook.reports.summary.summary import Province
from clusterbook.reports.summary.tables import When
from clusterbook.results.read import Line
from clusterbook.verdicts import SCARCE, Verdict

_BARS = wordml.LetterGrid(heads=("名称", "", "数"), widths=(2600, 4645, 1600), right=(2,), size=20,
                           whole=True)  # fmt: skip
_FULL = 220.0  # points of the longest bar
_BEST = 5
_BLUE = 1  # number of the one picture that all bars are drawn with


def situation(
    province: Province, cities: Sequence[CityProgress], problems: Iterable[Line]
) -> tuple[bytes, Trail]:
    """The report as a .docx, and the figures in its sentences with where they come from."""
    report = _Report(province, cities, list(problems))
    body = "".join(report.body())
    title = report.title
    document = wordml.LetterDocument(
        body=body, title=title, pictures={_BLUE: _dot(styles.CHART_INKS[0])}
    )
    return document.written(), report.trail


@define
class _Report:
    province: Province
    cities: Sequence[CityProgress]
    problems: Sequence[Line]
    trail: Trail = field(factory=Trail)

    @property
    def title(self) -> str:
        rounds = {part.round: part.round_words for part in self.province.parts}
        when = "、".join(rounds[one] for one in sorted(rounds))
        names = "、".join(dict.fromkeys(part.summary.title for part in self.province.parts))
        return f"{when}{names}申报情况报告" if when else "申报情况报告"

    def body(self) -> Iterator[str]:
        yield wordml.line(self.title, styles.HEI, 44,
                          wordml.Look(align="center", after=200, line=640))  # fmt: skip
        yield wordml.line("（由填报数据生成的初稿，请核对后使用）", styles.KAI, 28,
                          wordml.Look(align="center", after=200))  # fmt: skip
        yield _heading("一、报送情况")
        yield from self._sent()
        for part in self.province.parts:
            if part.counted:
                yield from self._of_part(part)
        if self.province.rolls:
            yield _sentence("各集群名单合并：", *self._rolls(), "。")
        yield _heading("三、审核中发现的问题")
        yield from self._asked()
        yield _heading("附：数据来源")
        yield wordml.text(
            "正文和图表中带方括号序号的数，逐一列出由来；合计数列出所依据的每一个单元格，各份同在一格的并为一行。"
        )
        yield self.trail.listed()

    # -- 报送

    def _sent(self) -> Iterator[str]:
        totals = [sum(one.counts[at] for one in self.cities) for at in range(7)]
        due, sent, unsent, attached, passed, asked, back = (
            self._count(value, f"progress.csv 中状态的份数（{word}）")
            for value, word in zip(
                totals, ("应报", "已报", "未报", "仅附件", "通过", "待说明", "退回"), strict=True
            )
        )
        yield _sentence(
            "本轮应报", due, "份，已报", sent, "份，未报", unsent, "份（其中只报了附件", attached,
            "份）。已报的通过", passed, "份，待说明", asked, "份，退回", back, "份。",
        )  # fmt: skip
        grid = wordml.LetterGrid(
            heads=("市州", "应报", "已报", "未报", "仅附件", "通过", "待说明", "退回"),
            widths=(2685, *[880] * 7), centred=tuple(range(1, 8)),
        )  # fmt: skip
        rows = [[one.city, *map(str, one.counts)] for one in self.cities]
        how = "progress.csv 中各市州各状态的份数"
        yield _caption(f"各市州报送情况{self._noted('表中各数', how, 'progress.csv')}")
        yield wordml.table(grid, rows, [["合计", *map(str, totals)]] if rows else [])

    def _count(self, value: int, how: str) -> wordml.Runs:
        return self._counted(value, how, "progress.csv")

    def _counted(self, value: int, how: str, *files: str) -> wordml.Runs:
        """A count with the tables in which it was counted."""
        return self.trail.cite(str(value), how, [TrailPlace(one, "", "", "") for one in files])

    def _noted(self, text: str, how: str, file: str) -> str:
        return self.trail.note(text, how, [TrailPlace(file, "", "", "")])

    # -- figures

    def _rolls(self) -> Iterator[str]:
        """How many entries each merged list has."""
        for at, one in enumerate(self.province.rolls):
            files = dict.fromkeys(
                f"tables/{source.library}.csv"
                for part in self.province.parts for roll in part.summary.rolls
                if roll.key == one.roll.key for source in roll.sources
            )  # fmt: skip
            how = "计入汇总的集群所填的行数（专利等一个权利人多行的合为一项）"
            yield f"{'，' if at else ''}{one.roll.title}"
            yield self._counted(len(one.entries), how, *files)
            yield "项"

    def _of_part(self, part: RoundPart) -> Iterator[str]:
        several = len(self.province.parts) > 1
        yield _heading(f"二、总体情况（{part.summary.title}）" if several else "二、总体情况")
        total = part.total()
        leading = [one for one in part.columns if one.figure.leading and one.sums]
        yield _sentence(
            "计入汇总的集群共",
            self._counted(len(part.counted), "计入汇总的报送份数（按结论）", "submissions.csv"),
            "个。", *(run for column in leading for run in self._total(total, column)),
        )  # fmt: skip
        yield from self._sums(part, total)
        for column in leading[:1]:
            yield from self._by_city(part, column)
            yield from self._by_industry(part, total, column)
            yield from self._best(part, column)

    def _total(self, total: ClusterGroup, column: FigureColumn) -> Iterator[str]:
        found = total.sums[column.key]
        what = f"{column.when}{column.figure.label}合计"
        yield what
        yield self._cited(number(found.now, column.decimals), f"{found.given}个集群合计", total,
                          column, "now")  # fmt: skip
        yield column.unit
        if found.growth is not None:
            yield f"，比{column.when_before}"
            yield "增长" if found.growth >= 0 else "下降"
            how = f"两年都已填报的{found.both}个集群合计数之比"
            yield self._cited(number(abs(found.growth), 2), how, total, column, "growth")
            yield "个百分点" if column.share else "%"
        yield "。"

    def _cited(
        self, text: str, how: str, group: ClusterGroup, column: FigureColumn, when: When
    ) -> wordml.Runs:
        return self.trail.cite(text, how, places_over(group, column, when))

    def _sums(self, part: RoundPart, total: ClusterGroup) -> Iterator[str]:
        grid = wordml.LetterGrid(heads=("指标", "上年", "本年", "增幅（%）", "填报集群数"),
                           widths=(3645, 1400, 1400, 1200, 1200), right=(1, 2, 3),
                           centred=(4,))  # fmt: skip
        rows = []
        for column in part.columns:
            if column.sums:
                one = total.sums[column.key]
                how = (f"以{part.column(column.figure.weight).figure.label}加权平均"
                       if column.figure.weight else "各集群填报数合计")  # fmt: skip
                mark = self.trail.note(column.label, how, places_together(total, column))
                rows.append([f"{column.label}{mark}", number(one.before, column.decimals),
                             number(one.now, column.decimals), number(one.growth, 2),
                             str(one.given)])  # fmt: skip
        yield wordml.table(grid, rows)

    def _by_city(self, part: RoundPart, column: FigureColumn) -> Iterator[str]:
        groups = [one for one in part.by_city() if one.clusters]
        mark = self._charted(part, column, f"按{part.summary.city_word}加总")
        yield _caption(f"各{part.summary.city_word}{column.when}{column.label}{mark}")
        yield _bars([(one.name, one.sums[column.key].now) for one in groups], column.decimals)

    def _charted(self, part: RoundPart, column: FigureColumn, how: str) -> str:
        """The number of a chart in the list: one place for each cluster in it."""
        return self.trail.note("图中各数", how, places_over(part.total(), column, "now"))

    def _by_industry(
        self, part: RoundPart, total: ClusterGroup, column: FigureColumn
    ) -> Iterator[str]:
        whole = total.sums[column.key].now
        groups = part.by_industry()
        if not whole or not part.summary.industry:
            return
        mark = self._charted(part, column, "按产业加总；占比为占合计数的比例")
        yield _caption(f"各产业{column.when}{column.label}及占比{mark}")
        named = []
        for one in groups:
            value = one.sums[column.key].now
            share = f"（占{value / whole * 100:.1f}%）" if value is not None else ""
            named.append((f"{one.name}{share}", value))
        yield _bars(named, column.decimals)

    def _best(self, part: RoundPart, column: FigureColumn) -> Iterator[str]:
        lines = [one for one in part.ranking(column) if one.rank is not None and one.rank <= _BEST]
        runs: list[str] = [f"按{column.when}{column.figure.label}，排在前列的是："]
        for at, one in enumerate(lines):
            shown = self.trail.cite(
                number(one.value, column.decimals), f"{one.cluster.name}所填数",
                places_of(one.cluster, column, "now"),
            )  # fmt: skip
            runs += ["、" if at else "", f"{one.cluster.name}（", shown, f"{column.unit}）"]
        if lines:
            yield _sentence(*runs, "。")

    # -- problems

    def _asked(self) -> Iterator[str]:
        blank = self.province.blank
        judged = [
            one for one in self.problems
            if one["level"] != Level.INFO.value and one["submission"] not in blank
        ]  # fmt: skip
        kinds = Counter(kind_of(one["code"]) for one in judged)
        besides = "（基本未填的除外）" if blank else ""
        total = self._counted(len(judged), f"错误和需说明的条数{besides}", "problems.csv")
        mark = self._noted("表中各数", f"错误和需说明按类别的条数、份数{besides}", "problems.csv")
        yield _sentence("审核共发现须更正或说明的问题", total, f"条，按类别{mark}：")
        grid = wordml.LetterGrid(heads=("问题类别", "条数", "涉及份数"), widths=(5845, 1500, 1500),
                           centred=(1, 2))  # fmt: skip
        rows = [
            [kind, str(count),
             str(len({one["submission"] for one in judged if kind_of(one["code"]) == kind}))]
            for kind, count in sorted(kinds.items(), key=lambda one: (-one[1], one[0]))
        ]  # fmt: skip
        yield wordml.table(grid, rows)
        if blank:
            before, _, after = LEFT_OUT.partition("{}")
            which = f"基本未填（filled 不到 asked 的 {SCARCE:.0%}）的份数"
            left = self._counted(len(blank), which, "submissions.csv")
            yield _sentence(before, left, after)
        explained = [one for one in judged if one["explanation"]]
        if explained:
            given = self._counted(len(explained), "写有说明的条数", "problems.csv")
            yield _sentence(
                "填报单位已说明原因的", given, "条，详见《需说明事项裁定表》（decisions.xlsx）。"
            )
        if self.province.approved:
            places = [TrailPlace(cluster.file, one.sheet, one.cell, number(one.reported, 2))
                      for cluster, one in self.province.approved]  # fmt: skip
            set_ = self.trail.cite(
                str(len(places)), "decisions.xlsx 中的核定数；此处列出上报数所在单元格", places
            )
            yield _sentence("审核中核定的数", set_, "个，汇总按核定数计算：")
            grid = wordml.LetterGrid(heads=("集群", "栏目", "上报数", "核定数"),
                               widths=(3400, 2845, 1300, 1300), right=(2, 3))  # fmt: skip
            yield wordml.table(grid, [
                [cluster.name, one.label, number(one.reported, 2), number(one.number, 2)]
                for cluster, one in self.province.approved
            ])  # fmt: skip
        unread = sum(one["verdict"] == Verdict.UNREADABLE for one in self.province.submissions)
        if unread:
            lost = self._counted(unread, "结论为无法读取的文件数", "submissions.csv")
            yield _sentence("另有", lost, "个文件无法读取。")


def _heading(text: str) -> str:
    return wordml.line(text, styles.HEI, 32, wordml.Look(indent=True, keep=True, heading=1))


def _caption(text: str) -> str:
    return wordml.line(text, styles.KAI, 28, wordml.Look(align="center", keep=True))


def _sentence(*parts: str) -> str:
    """A paragraph of texts and of runs."""
    runs = "".join(
        one if isinstance(one, wordml.Runs) else wordml.run(one, styles.FANG, 32)
        for one in parts
        if one
    )
    return wordml.paragraph(runs, 32, wordml.INDENTED)


# --- bars ----------------------------------------------------------------------------------------


def _bars(named: Sequence[tuple[str, float | None]], decimals: int) -> str:
    """A chart: each bar the same one dot of colour, drawn as long as its value."""
    largest = max((value for _, value in named if value is not None), default=0.0)
    rows = []
    for name, value in named:
        long = _FULL * value / largest if value and largest > 0 else 0.0
        told = f"{name} {number(value, decimals)}"
        bar = wordml.picture(_BLUE, max(long, 0.5), 10.0, told) if long > 0 else ""
        rows.append((name, bar, number(value, decimals)))
    return wordml.table(_BARS, rows)


@cache
def _dot(colour: str) -> bytes:
    """A picture of one dot, as PNG."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    dot = zlib.compress(bytes((0, red, green, blue)), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", dot) + chunk(b"IEND", b"")
