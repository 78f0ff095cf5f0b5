"""汇总.xlsx: which sheets it has, in which order, and its first page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from attrs import frozen

from clusterbook.layout import text_metrics
from clusterbook.reports.summary.charts import write_charts
from clusterbook.reports.summary.figures import RoundPart
from clusterbook.reports.summary.lists import write_roll, write_shared
from clusterbook.reports.summary.pages import (
    links,
    sources,
    write_approved,
    write_codes,
    write_comparison,
    write_problems,
    write_progress,
    write_trace,
)
from clusterbook.reports.summary.rankings import write_demands, write_matrix, write_ranking
from clusterbook.reports.summary.summary import Province
from clusterbook.reports.summary.tables import (
    Main,
    Placed,
    notes_of,
    plan,
    write_groups,
    write_main,
)
from clusterbook.workbook.tables import MISSING, Link, TablesBook

COVER, CHARTS, MAIN, RANKING, DEMANDS = "说明", "图表", "申报汇总表", "排名", "门槛对照"
APPROVED, MATRIX = "核定数", "指标和名次"
COMPARED, PROBLEMS, CODES, PROGRESS, TRACE = "对比上轮", "问题清单", "问题分类", "报送进度", "溯源"
_NAME_LIMIT = 31


@frozen
class SummarySheet:
    """A sheet of the summary: its name, what it holds, and what writes it."""

    name: str
    what: str
    tab: str
    write: Callable[[str], None]


def write_summary(province: Province, *, contacts: bool = True, print_lists: bool = False) -> bytes:
    """The summary workbook as bytes; the same import gives the same bytes.

    Without ``contacts`` no column holds a person or a phone number. Long lists are for the screen,
    and only their heads are printed, unless ``print_lists`` is asked for.
    """
    return _Writer(province, contacts=contacts, print_lists=print_lists).written()


class _Writer:
    """Writes one summary: the sheets are named first, so that every one can point to the others."""

    def __init__(self, province: Province, *, contacts: bool, print_lists: bool) -> None:
        self.province, self.contacts = province, contacts
        self.book = TablesBook(_title(province), print_lists=print_lists)
        self.taken: set[str] = set()
        self.mains: list[Main] = []
        self.notes: dict[str, tuple[str, ...]] = {}
        self.addresses: dict[str, dict[str, Mapping[str, Placed]]] = {}
        self.names = {one: self._name(one) for one in (COVER, CHARTS, PROBLEMS, CODES, TRACE)}
        self.names |= {APPROVED: self._name(APPROVED)} if province.approved else {}
        for part in province.parts:
            page = self._name(MAIN, part)
            approved = [one for one, _ in province.approved if one in part.counted]
            notes = notes_of(
                part, include_returned=province.include_returned, approved=len(approved)
            )
            self.notes[page] = notes
            self.mains.append(plan(part, page, contacts=contacts, notes=len(notes)))
        self.sources = sources(self.mains)
        self.links = links(self.sources, self.names[TRACE])

    def _name(self, name: str, part: RoundPart | None = None) -> str:
        """A sheet name that Excel takes and no other sheet has."""
        several = len(self.province.parts) > 1
        if part is not None and several:
            twice = sum(one.summary.short == part.summary.short for one in self.province.parts) > 1
            short = f"{part.summary.short}{part.round}" if twice else part.summary.short
            name = f"{name}（{short}）"
        for sign in "[]:*?/\\'":
            name = name.replace(sign, " ")
        found, number = name[:_NAME_LIMIT], 2
        while found.casefold() in self.taken:
            found = f"{name[: _NAME_LIMIT - 4]}（{number}）"
            number += 1
        self.taken.add(found.casefold())
        return found

    def written(self) -> bytes:
        """All sheets: first their names, then the tables, the charts over them, the first page."""
        found = list(self._sheets())
        shown = "报送结论、各地各产业合计和增幅、产业占比、前十名"
        charts = SummarySheet(self.names[CHARTS], shown, "guide", self._charts)
        self.book.add([self.names[COVER], charts.name], "guide")
        for sheet in found:
            self.book.add([sheet.name], sheet.tab)
        for sheet in (*found, charts):
            sheet.write(sheet.name)
        write_cover(self.book, self.province, self.mains, [charts, *found], self.names[COVER])
        self.book.pages[self.names[COVER]].sheet.activate()
        return self.book.saved()

    def _charts(self, page: str) -> None:
        write_charts(self.book, self.province, self.mains, self.addresses, page)

    def _sheets(self) -> Iterator[SummarySheet]:
        for main in self.mains:
            yield from self._of_part(main)
        for merged in self.province.rolls:
            yield SummarySheet(
                self._name(merged.roll.title), f"各集群名单合并，{len(merged.entries)}行",
                "library",
                lambda page, m=merged: write_roll(self.book, m, page, contacts=self.contacts),  # type: ignore[misc]
            )  # fmt: skip
            if merged.shared():
                yield SummarySheet(
                    self._name(f"跨集群{merged.roll.what}"), "列在几个集群名单中的", "library",
                    lambda page, m=merged: write_shared(self.book, m, page),  # type: ignore[misc]
                )  # fmt: skip
        yield from self._lists()

    def _of_part(self, main: Main) -> Iterator[SummarySheet]:
        part, book = main.part, self.book
        yield SummarySheet(main.page, "一个集群一行：基本情况、主要指标、合计", "form", lambda page:
                    write_main(book, main, self.notes[page], contacts=self.contacts,
                               links=self.links))  # fmt: skip
        own = self.addresses.setdefault(main.page, {})
        word = part.summary.city_word

        def by_city(page: str) -> None:
            own[word] = write_groups(book, main, page, part.by_city(), by=word, column_of=main.city)

        def by_industry(page: str) -> None:
            own["产业"] = write_groups(book, main, page, part.by_industry(), by="产业",
                                     column_of=main.industry)  # fmt: skip

        yield SummarySheet(
            self._name(f"分{word}", part), f"各{word}集群数、合计和增幅", "form", by_city
        )
        if main.industry >= 0:
            yield SummarySheet(
                self._name("分产业", part), "各产业集群数、合计和增幅", "form", by_industry
            )
        if any(column.figure.ranked for column in part.columns) and part.counted:
            yield SummarySheet(self._name(RANKING, part), "主要指标及其增幅排名", "form",
                        lambda page: write_ranking(book, main, page))  # fmt: skip
            yield SummarySheet(self._name(MATRIX, part), "各集群主要指标和名次并列", "form",
                        lambda page: write_matrix(book, main, page))  # fmt: skip
        if part.summary.demands and part.counted:
            yield SummarySheet(self._name(DEMANDS, part), "申报条件与填报数对照", "form",
                        lambda page: write_demands(book, main, page))  # fmt: skip
        for compared in self.province.comparisons:
            if compared.part is part:
                before = compared.previous.round_words
                yield SummarySheet(self._name(COMPARED, part), f"与{before}报送对比", "form",
                            lambda page, c=compared:  # type: ignore[misc]
                            write_comparison(book, c, main, page))  # fmt: skip

    def _lists(self) -> Iterator[SummarySheet]:
        province, book = self.province, self.book
        if province.approved:
            yield SummarySheet(self.names[APPROVED], "审核中核定的数，旁边是上报数", "review",
                        lambda page: write_approved(book, province, page))  # fmt: skip
        yield SummarySheet(self.names[PROBLEMS], "每份报送的问题数", "review",
                    lambda page: write_problems(book, province, page))  # fmt: skip
        yield SummarySheet(self.names[CODES], "哪类问题出现了多少次", "review",
                    lambda page: write_codes(book, province, page))  # fmt: skip
        progress = province.progress
        if progress is not None:
            yield SummarySheet(self._name(PROGRESS), "发放、报送情况", "review",
                        lambda page: write_progress(book, progress, page))  # fmt: skip
        yield SummarySheet(self.names[TRACE], "每个数的来处：文件、工作表、单元格", "review",
                    lambda page: write_trace(book, self.sources, page))  # fmt: skip


def _title(province: Province) -> str:
    parts = province.parts
    if not parts:
        return "申报汇总"
    words = [part.round_words for part in sorted(parts, key=lambda part: part.round)]
    rounds = "、".join(dict.fromkeys(one.removesuffix("年度") for one in words))
    titles = "、".join(dict.fromkeys(part.summary.title for part in parts))
    return f"{rounds}{'年度' if words[-1].endswith('年度') else ''}{titles}申报汇总"


# --- 说明 ----------------------------------------------------------------------------------------


def write_cover(
    book: TablesBook,
    province: Province,
    mains: Sequence[Main],
    sheets: Sequence[SummarySheet],
    page: str,
) -> None:
    """What this is, the counts, the main figures, the sheets, and how to read them."""
    sheet = book.pages[page]
    row = sheet.set_up(_title(province), (), widths=[11.5] * 8) + 1
    sheet.sheet.set_portrait()
    sheet.sheet.set_column(0, 7, 11.5)
    sheet.sheet.fit_to_pages(1, 1)
    for main in mains:
        row = _cards(book, main, page, row, several=len(mains) > 1) + 1
    for title, lines in (("数据来源", _origin(province)), ("请核对", _to_check(province))):
        if lines:
            row = _text(book, page, row, title, lines)
    sheet.merged(row, 0, 7, "各表", "guide_part")
    for at, one in enumerate(sheets, start=row + 1):
        sheet.merged(at, 0, 2, Link(one.name, one.name, "A1"), "guide_link")
        sheet.merged(at, 3, 7, one.what, "guide_cell")
        sheet.sheet.set_row(at, 20)
    row += len(sheets) + 2
    _text(book, page, row, "怎样看", _how_to_read(province))


def _cards(book: TablesBook, main: Main, page: str, row: int, *, several: bool) -> int:
    """The counts and the leading figures of a form, large."""
    part, sheet = main.part, book.pages[page]
    if several:
        sheet.merged(row, 0, 7, f"{part.round_words}{part.summary.title}", "guide_part")
        row += 1
    total = part.total()
    cities = len({one.city for one in part.counted} - {""})
    cards = [
        ("计入汇总的集群", f"{len(part.counted)}"),
        (f"涉及{part.summary.city_word}", f"{cities}"),
    ]
    first = [column for column in part.columns if column.figure.leading]
    others = [column for column in part.columns if column.figure.ranked and column not in first]
    for column in (*first, *others):
        if column.sums:
            found = total.sums[column.key]
            cards.append((f"{column.when}{column.label}", _number(found.now, column.decimals)))
            if column.time_before is not None:
                cards.append((f"{column.figure.label}增幅（%）", _number(found.growth, 2)))
    cards = cards[:8]
    for at in range(0, len(cards), 4):
        for col, (label, value) in enumerate(cards[at : at + 4]):
            sheet.merged(row, col * 2, col * 2 + 1, label, "card_label")
            sheet.merged(row + 1, col * 2, col * 2 + 1, value, "card_value")
        sheet.sheet.set_row(row, 20)
        sheet.sheet.set_row(row + 1, 34)
        row += 2
    return row


def _number(value: float | None, decimals: int) -> str:
    return MISSING if value is None else f"{value:,.{decimals}f}"


def _text(book: TablesBook, page: str, row: int, title: str, lines: Sequence[str]) -> int:
    """A heading with lines of text below; the row after them and a blank one."""
    sheet = book.pages[page]
    sheet.merged(row, 0, 7, title, "guide_part")
    points = 8 * text_metrics.column_points(11.5)
    for at, line in enumerate(lines, start=row + 1):
        sheet.merged(at, 0, 7, line, "guide_text")
        sheet.sheet.set_row(at, text_metrics.text_height(line, points, "guide_text"))
    return row + len(lines) + 2


def _origin(province: Province) -> list[str]:
    counts = "，".join(f"{word}{number}" for word, number in province.verdicts().items())
    lines = [f"一次导入的{len(province.submissions)}个文件：{counts or '没有文件'}。"]
    for part in province.parts:
        counted = sum(one.verdict == "退回" for one in part.counted)
        more = f"（其中退回的{counted}个）" if counted else ""
        lines.append(
            f"{part.summary.title}（{part.round_words}）：计入汇总{len(part.counted)}个集群{more}，"
            f"退回未计入{len(part.others)}个。"
        )
    if province.replaced:
        lines.append(f"已被新报送替代、不列入的：{len(province.replaced)}份。")
    lines += [
        f"“{part.layout.workbook.title.strip()}”没有规定汇总内容，只列出能够推定的指标和名单。"
        for part in province.parts if not part.declared
    ]  # fmt: skip
    if province.software:
        lines.append(f"导入所用程序：{province.software}。")
    return lines


def _to_check(province: Province) -> list[str]:
    lines = []
    for clusters in province.same_name:
        ids = "、".join(one.submission for one in clusters)
        lines.append(
            f"“{clusters[0].name}”（{clusters[0].city or '未填市州'}）有{len(clusters)}份报送，"
            f"都已计入：{ids}。如是重复报送，请只保留一份后重新导入。"
        )
    lines += [
        f"{merged.roll.title}：{len(shared)}个{merged.roll.what}列在几个集群的名单中。"
        for merged in province.rolls
        if (shared := merged.shared())
    ]
    return lines


def _how_to_read(province: Province) -> list[str]:
    counted = "通过、待说明和退回" if province.include_returned else "通过和待说明"
    return [
        f"1. 结论为{counted}的报送计入合计和排名"
        + ("。" if province.include_returned else "；退回的列在申报汇总表下方，不计入。")
        + "无法读取的、已被新报送替代的不列入。",
        f"2. “{MISSING}”是没有填报或不能计算，不当作零；“填报数”说明有几个集群填报了这项指标。",
        "3. 增幅是合计数的增幅，只按两年都已填报的集群计算，不取各集群增幅的平均数。",
        "4. 占比的合计按产值或营收加权，不取各集群百分数的平均数。",
        "5. 蓝色的数由公式算出，点击单元格可看到取自哪里。",
        "6. 在申报汇总表中点击报送编号，可查每个数来自哪个文件的哪个单元格。",
        "7. 门槛对照只供参考，不作评判；名单中的重复只作标记，不合并，不删除。",
    ]
