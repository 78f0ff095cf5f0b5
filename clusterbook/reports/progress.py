"""How far a round has come: 应报 · 已报 · 未报 by city, who is behind, and a text to remind them.

Cities stand in official order, those from which nothing is due among them, as far as the forms of
the returns name the cities of their province; others follow as they come.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from attrs import frozen

from clusterbook.forms import registry
from clusterbook.forms.options import Options
from clusterbook.paths import stem_of
from clusterbook.reports.lists import PROGRESS_HEADS, marked
from clusterbook.results.read import Line, Written
from clusterbook.verdicts import Status
from clusterbook.workbook.lists import add, columns
from clusterbook.workbook.tables import Cell, Formula, TablesBook

NO_CITY = "未注明市州"
_HEADS = {"市州": 24, "应报": 9, "已报": 9, "未报": 9, "其中仅附件": 12, "通过": 9, "待说明": 9,
          "退回": 9}  # fmt: skip
_MOST_CITIES = 40  # of one province; a list of more is that of the whole country
_NAMED = 20  # counties in a text


@frozen(kw_only=True)
class CityProgress:
    """How far the returns of one city have come; ``lines`` are those of progress.csv."""

    city: str
    lines: tuple[Line, ...]

    def having(self, *statuses: Status) -> list[Line]:
        """Those of some statuses."""
        return [one for one in self.lines if one["status"] in statuses]

    @property
    def due(self) -> int:
        """应报."""
        return len(self.lines)

    @property
    def unsent(self) -> int:
        """未报, those who sent nothing but attachments among them."""
        return len(self.having(Status.UNSENT, Status.ONLY_ATTACHED))

    @property
    def attached(self) -> int:
        """仅附件."""
        return len(self.having(Status.ONLY_ATTACHED))

    @property
    def sent(self) -> int:
        """已报."""
        return self.due - self.unsent

    @property
    def passed(self) -> int:
        """通过."""
        return len(self.having(Status.PASSED))

    @property
    def asked(self) -> int:
        """待说明."""
        return len(self.having(Status.SENT))

    @property
    def returned(self) -> int:
        """退回, those that could not be read among them."""
        return len(self.having(Status.RETURNED))

    @property
    def counts(self) -> tuple[int, ...]:
        """In the order of the heads."""
        return (self.due, self.sent, self.unsent, self.attached, self.passed, self.asked,
                self.returned)  # fmt: skip


def official_cities(submissions: Iterable[Line]) -> tuple[str, ...]:
    """The cities of the provinces that the returns are of, in official order; () if not known."""
    found: dict[str, None] = {}
    names = ("form", "year", "years", "province", "month")
    rounds = {tuple(one.get(name, "") for name in names) for one in submissions}
    for form, year, years, province, month in sorted(rounds):
        if form not in registry.form_ids() or not year:
            continue
        options = Options(
            report_year=int(year), years=years or "rolled", province=province,
            month=int(month or 0),
        )  # fmt: skip
        workbook = registry.of_any_size(form, options)
        summary = workbook.summary
        of_answer = {f"{block.name}.{asked.name}": asked for block, asked in workbook.answers()}
        if summary is not None and summary.city in of_answer:
            cities: Sequence[str] = getattr(of_answer[summary.city].kind, "options", ())
            if len(cities) <= _MOST_CITIES:
                found |= dict.fromkeys(cities)
    return tuple(found)


def official_order(written: Written) -> dict[str, tuple[int, int]]:
    """Where each submission stands: by city in official order, then as the register has them.

    Nothing where there is no list of progress: there they stand as they came.
    """
    listed = {line["submission"]: at for at, line in enumerate(written.lines("progress"))}
    if not listed:
        return {}
    submissions = list(written.lines("submissions"))
    places = {city: at for at, city in enumerate(official_cities(submissions))}
    return {
        line["submission"]: (places.get(line["city"], len(places)),
                             listed.get(line["submission"], len(listed)))
        for line in submissions
    }  # fmt: skip


def by_city(lines: Iterable[Line], cities: Sequence[str]) -> list[CityProgress]:
    """The lines of progress.csv by city."""
    found: dict[str, list[Line]] = {city: [] for city in cities}
    for line in lines:
        found.setdefault(line["city"] or NO_CITY, []).append(line)
    if NO_CITY in found:
        found[NO_CITY] = found.pop(NO_CITY)  # at the end
    return [CityProgress(city=city, lines=tuple(own)) for city, own in found.items()]


@frozen(kw_only=True)
class Asking:
    """Who reminds, by when, and whom to ask."""

    deadline: str = ""
    sender: str = ""
    contact: str = ""


def reminder(one: CityProgress, asking: Asking) -> str:
    """A text to remind a city of what is outstanding; "" where nothing is."""
    groups = (("未报", Status.UNSENT), ("只报了附件、没有报工作簿", Status.ONLY_ATTACHED),
              ("已退回待更正", Status.RETURNED), ("待补充说明", Status.SENT))  # fmt: skip
    counties = Counter(line["county"] for line in one.lines)
    told = "；".join(filter(None, (
        _group(word, [_who(line, counties) for line in one.having(status)])
        for word, status in groups
    )))  # fmt: skip
    if not told:
        return ""
    until = f"请于{asking.deadline}前督促报送。" if asking.deadline else "请尽快督促报送。"
    ask = f"咨询：{asking.contact}。" if asking.contact else ""
    sender = f"（{asking.sender}）" if asking.sender else ""
    counts = f"应报{one.due}份，已报{one.sent}份，通过{one.passed}份"
    return f"【催报】{one.city}：{counts}。{told}。{until}{ask}{sender}"


def _group(word: str, names: Sequence[str]) -> str:
    if not names:
        return ""
    rest = f"等{len(names)}份" if len(names) > _NAMED else ""
    return f"{word}{len(names)}份：{'、'.join(names[:_NAMED])}{rest}"


def _who(line: Line, counties: Mapping[str, int]) -> str:
    """A county with whom to call; its cluster, where several of the county's are due."""
    county, cluster = line["county"], line["cluster_name"]
    name = county or cluster or line["issued_to"] or line["file"]
    if county and cluster and counties[county] > 1:
        name = cluster if county in cluster else f"{county}{cluster}"
    person = " ".join(filter(None, (line.get("contact", ""), line.get("phone", ""))))
    return f"{name}（{person}）" if person else name


# --- progress.xlsx -------------------------------------------------------------------------------


def progress_book(cities: Sequence[CityProgress], asking: Asking) -> bytes:
    """Counts by city, the whole list, and the texts to send."""
    book = TablesBook("报送进度")
    until = f"报送截止：{asking.deadline}。" if asking.deadline else ""
    note = f"{until}已报＝通过＋待说明＋退回；未报包括只报了附件的。"
    book.add(["分市州"], "review")
    page = book.pages["分市州"]
    cols = columns(_HEADS)
    top = page.begin("报送进度（分市州）", (note,), cols)
    rows: list[list[Cell]] = [[one.city, *map(_count, one.counts)] for one in cities]
    total = [sum(column) for column in zip(*(one.counts for one in cities), strict=True)]
    totals: list[list[Cell]] = [["合计", *(Formula(text, float(value)) for text, value in
                                 zip(_sums(top + 2, len(rows)), total, strict=True))]]  # fmt: skip
    page.table(top, rows, totals if rows else [])
    listed = [line for one in cities for line in one.lines]
    add(book, "名单", PROGRESS_HEADS, map(_line, listed))
    texts = [(one.city, text) for one in cities if (text := reminder(one, asking))]
    heads = {"市州": 14, "催报内容（可直接复制）": 110}
    add(book, "催报", heads, [[city, text] for city, text in texts])
    return book.saved()


def _count(number: int) -> Cell:
    return float(number)


def _sums(first: int, count: int) -> Iterator[str]:
    """``first``: the first row of the table as Excel counts."""
    for letter in "BCDEFGH"[: len(_HEADS) - 1]:
        yield f"SUM({letter}{first}:{letter}{first + count - 1})"


def _line(line: Line) -> list[Cell]:
    return [
        line["city"], line["county"], line["cluster_name"] or line["issued_to"],
        marked(Status.shown(line["status"])), marked(line["verdict"]), line.get("contact", ""),
        line.get("phone", ""), line["file"], line["issue"],
    ]  # fmt: skip


Put = Callable[[str, bytes], None]


def write_progress(
    lines: Iterable[Line], submissions: Sequence[Line], asking: Asking, put: Put
) -> None:
    """progress.xlsx, and a text for each city that is behind, by ``put``."""
    cities = by_city(lines, official_cities(submissions))
    put("progress.xlsx", progress_book(cities, asking))
    for one in cities:
        text = reminder(one, asking)
        if text:
            put(
                f"催报/{stem_of(one.city) or NO_CITY}.txt",
                f"{text}\n".encode("utf-8", "backslashreplace"),
            )
