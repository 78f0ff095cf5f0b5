"""The small pieces of the report page: badges, bars, links, tables, and what all parts share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import quote

from attrs import frozen

from clusterbook.reports.feedback.groups import kind_of
from clusterbook.reports.page.facts import ReportFacts
from clusterbook.reports.page.markup import Html, tag
from clusterbook.reports.page.words import words
from clusterbook.verdicts import Status, Verdict

_FIRST = 12  # rows of a long table that show before somebody asks for all
MANY = 200  # names and submissions that do; the style sheet and the script know it, too
# What the style sheet calls them. A shape goes with each colour: see the patterns below.
STYLES = {
    Verdict.PASSED: "pass", Verdict.EXPLAIN: "ask", Verdict.RETURNED: "back",
    Verdict.UNREADABLE: "lost", Status.UNSENT: "lost", Status.SENT: "ask",
    Status.ONLY_ATTACHED: "lost",
    "error": "error", "explain": "explain", "info": "info",
}  # fmt: skip


# Shapes over the colours of the bars, so that they differ in black and white, too.
PATTERNS = tag(
    "svg",
    tag("defs", *(
        tag("pattern", tag("path", d=path, class_="stroke"), id=f"over-{name}", width=8, height=8,
            patternUnits="userSpaceOnUse")
        for name, path in (
            ("ask", "M0 2H8M0 6H8"), ("back", "M-2 2L2 -2M0 8L8 0M6 10L10 6"),
            ("lost", "M0 0L8 8M0 8L8 0"),
        )
    )),
    class_="patterns", width=0, height=0, aria_hidden="true",
)  # fmt: skip


@frozen
class ReportPage:
    """What all parts of the page share; ``facts`` are those of the judged files only."""

    facts: ReportFacts
    everything: ReportFacts
    words: Mapping[str, str]
    lang: str
    counts: Counter[str]  # of problems by submission

    @classmethod
    def of(cls, everything: ReportFacts, lang: str) -> ReportPage:
        """The page of an import in a language."""
        facts = everything.judged()
        counts = Counter(one.submission for one in facts.problems)
        return cls(facts, everything, words(lang), lang, counts)

    def say(self, key: str, *facts: object) -> str:
        """A sentence with its facts; a word of the data that we do not know stays as it is."""
        return self.words[key].format(*facts) if key in self.words else key

    def kind(self, code: str) -> str:
        """What a problem of this code is called; its code in English, which has no such names."""
        return kind_of(code) if self.lang == "zh" else code

    def city(self, name: str) -> str:
        """A city as it is shown, and named in links."""
        return name or self.words["no_city"]


def hash_link(**state: str) -> str:
    """The link that puts the page into a state."""
    return "#" + "&".join(f"{key}={quote(value, safe='')}" for key, value in state.items())


def rule_code(page: ReportPage, code: str) -> Html | None:
    """A rule code, which is shown on demand."""
    return tag("code", code, class_="rule") if page.lang == "zh" else None


def codes_switch(page: ReportPage) -> list[Html]:
    """The box that shows the codes; the style sheet does the rest, without a script."""
    if page.lang != "zh":
        return []
    return [tag("input", type="checkbox", id="codes"),
            tag("label", page.say("show_codes"), for_="codes", id="codes-label")]  # fmt: skip


def badge(page: ReportPage, word: str) -> Html:
    """A verdict, level or status: word, colour and shape."""
    return tag("span", page.say(word), class_=f"badge {STYLES.get(word, 'other')}")


def percent(part: int, whole: int) -> str:
    """A whole percentage that says 0 and 100 only where it is none and all."""
    if not whole:
        return "—"
    share = round(100 * part / whole)
    if 0 < part < whole:
        share = min(max(share, 1), 99)
    return f"{share}%"


def stacked(counts: Mapping[str, int], scale: int) -> Html:
    """A stacked bar; ``scale`` is the count that would fill the whole width."""
    parts: list[Html] = []
    at = 0
    for word, count in counts.items():
        name = STYLES.get(word, "other")
        place = {"x": f"{100 * at / scale:.3f}%", "width": f"{100 * count / scale:.3f}%"}
        if count:
            parts.append(tag("rect", class_=f"fill-{name}", y=0, height="100%", **place))
            parts.append(tag("rect", fill=f"url(#over-{name})", y=0, height="100%", **place))
        at += count
    return tag("svg", *parts, class_="bar", aria_hidden="true", focusable="false")


def section(page: ReportPage, id_: str, *children: Html | None) -> Html:
    """A part of the page under its heading."""
    return tag("section", tag("h2", page.say(id_)), *children, id=id_)


def table_of(name: str, heads: Iterable[Html], rows: Iterable[Html], **more: str) -> Html:
    """A table with heads."""
    return tag("table", tag("thead", tag("tr", *heads)), tag("tbody", *rows), class_=name, **more)


def heads_of(page: ReportPage, *names: str) -> list[Html]:
    """Column heads; a ``+`` in front of the name: a column of numbers."""
    return [
        tag("th", page.say(name.lstrip("+")), scope="col", class_="n" if name[0] == "+" else None)
        for name in names
    ]


def long_table(page: ReportPage, name: str, heads: Iterable[Html], rows: Sequence[Html]) -> Html:
    """A table whose further rows the script folds away, and says so on screen and on paper."""
    return folded(page, table_of(name, heads, rows), _FIRST, len(rows))


def folded(page: ReportPage, listed: Html, first: int, count: int) -> Html:
    """A list or table of ``count`` entries, of which the script shows the ``first`` ones."""
    if count <= first:
        return listed
    more = tag(
        "p", tag("span", page.say("more_on_screen", first, count), " "),
        tag("button", page.say("show_all", count), type="button", class_="show-all"),
        class_="more-note needs-js",
    )  # fmt: skip
    return tag("div", listed, more, class_="long")


def number_cell(count: int, label: str) -> Html:
    """A cell with a count; a nought steps back."""
    return tag("td", str(count) if count else tag("i", "0"), class_="n", data_label=label)
