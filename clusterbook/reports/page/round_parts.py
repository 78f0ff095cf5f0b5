"""What the official asks first: who is due and who has sent, by city; what changed; papers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from urllib.parse import quote

from clusterbook.problems import Level
from clusterbook.reports.feedback.groups import kind_of
from clusterbook.reports.page.facts import ProblemRow, ReportFacts
from clusterbook.reports.page.markup import Html, tag
from clusterbook.reports.progress import CityProgress, by_city

_HEADS = ("due", "sent_", "unsent_", "attached_", "passed_", "asked_", "back_")
_SAID = (("sender", "said_sender"), ("deadline", "said_deadline"), ("contact", "said_contact"))
INDEX = "returned/index.html"


def cities_of(facts: ReportFacts) -> list[CityProgress]:
    """How far each city has come, all of the province in official order."""
    lines = [
        {"city": one.city, "status": one.status, "county": one.county, "issue": one.issue}
        for one in facts.progress
    ]
    return by_city(lines, facts.cities)


def said(facts: ReportFacts, words: dict[str, str]) -> list[str]:
    """Who issued it, by when it is due, whom to ask."""
    return [words[key].format(facts.said[name]) for name, key in _SAID if name in facts.said]


def changed(facts: ReportFacts) -> tuple[int, int, int, int]:
    """Fixed, still open and new since the round before, over all; and in how many returns."""
    known = [one for one in facts.submissions if one.fixed]
    sums = [sum(int(getattr(one, name) or 0) for one in known)
            for name in ("fixed", "still_open", "new")]  # fmt: skip
    return sums[0], sums[1], sums[2], len(known)


def lead(facts: ReportFacts, words: dict[str, str]) -> list[Html]:
    """The lines below the title: the round in figures, who and by when, what changed."""
    found: list[Html] = []
    if facts.progress:
        due, sent, unsent, _, passed, asked, back = _totals(cities_of(facts))
        told = words["due_lead"].format(due, sent, unsent, passed, asked, back)
        found.append(tag("p", tag("b", told), class_="lead"))
    told_of = said(facts, words)
    if told_of:
        found.append(tag("p", "　".join(told_of), class_="lead"))
    *sums, returns = changed(facts)
    if returns:
        found.append(tag("p", words["since_all"].format(*sums, returns), class_="lead"))
    if facts.papers:
        found.append(tag("p", tag("a", words["all_papers"], href=INDEX), class_="lead"))
    return found


def _totals(cities: Iterable[CityProgress]) -> tuple[int, ...]:
    return tuple(map(sum, zip(*(one.counts for one in cities), strict=True)))


def due_table(facts: ReportFacts, words: dict[str, str]) -> Html:
    """应报 · 已报 · 未报 by city, with those from which nothing is due."""
    cities = cities_of(facts)
    names = [words["city"], *(words[name] for name in _HEADS)]
    heads = [tag("th", name, scope="col", class_="n" if at else None)
             for at, name in enumerate(names)]  # fmt: skip
    rows = [
        tag("tr", tag("th", one.city, scope="row"), *_counts(one.counts, names)) for one in cities
    ]
    total = tag("tr", tag("th", words["total"], scope="row"), *_counts(_totals(cities), names),
                class_="total")  # fmt: skip
    return tag("table", tag("thead", tag("tr", *heads)), tag("tbody", *rows, total), class_="due")


def _counts(counts: Iterable[int], names: list[str]) -> list[Html]:
    return [
        tag("td", str(count) if count else tag("i", "0"), class_="n", data_label=name)
        for count, name in zip(counts, names[1:], strict=True)
    ]


def papers_of(facts: ReportFacts, submission: str, words: dict[str, str]) -> Html | None:
    """Links to what goes back for one submission."""
    found = facts.papers.get(submission, ())
    links = [
        tag("a", words[kind], href=f"returned/{quote(path)}", class_="paper")
        for kind, path in found
    ]
    return tag("small", *links, class_="papers") if links else None


def kinds(problems: Iterable[ProblemRow]) -> list[tuple[str, str, int, int]]:
    """Kind, level, how often and in how many submissions; the gravest level first."""
    times: Counter[tuple[str, str]] = Counter()
    whose: dict[tuple[str, str], set[str]] = {}
    for one in problems:
        key = kind_of(one.code), one.level
        times[key] += 1
        whose.setdefault(key, set()).add(one.submission)
    order = [level.value for level in Level]
    known = {level: at for at, level in enumerate(order)}
    found = [(kind, level, count, len(whose[kind, level]))
             for (kind, level), count in times.items()]  # fmt: skip
    return sorted(found, key=lambda one: (known.get(one[1], len(order)), -one[2], one[0]))
