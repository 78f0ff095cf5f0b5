"""The parts of the report page: what the facts of an import look like as HTML.

Nothing a county typed becomes markup: every text goes through `tag`, which escapes it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import quote

from attrs import frozen

from clusterbook import __version__
from clusterbook.reports.page.facts import (
    LEVELS,
    Facts,
    LabelCount,
    ProblemRow,
    SubmissionRow,
    by_city,
    by_code,
    by_label,
    status_counts,
    verdict_counts,
)
from clusterbook.reports.page.markup import Html, tag
from clusterbook.reports.page.words import month_count, words
from clusterbook.verdicts import Status, Verdict

_FIRST = 12  # rows of a long table that show before somebody asks for all
# What the style sheet calls them. A shape goes with each colour: see the patterns below.
STYLES = {
    Verdict.PASSED: "pass", Verdict.EXPLAIN: "ask", Verdict.RETURNED: "back",
    Verdict.UNREADABLE: "lost", Status.UNSENT: "lost", Status.SENT: "other",
    Status.ONLY_ATTACHED: "lost",
    "error": "error", "explain": "explain", "info": "info",
}  # fmt: skip


# --- markup ---------------------------------------------------------------------------------------


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
class Page:
    """What all parts of the page share; ``facts`` are those of the judged files only."""

    facts: Facts
    everything: Facts
    words: Mapping[str, str]
    lang: str
    counts: Counter[str]  # of problems by submission

    @classmethod
    def of(cls, everything: Facts, lang: str) -> Page:
        """The page of an import in a language."""
        facts = everything.judged()
        counts = Counter(one.submission for one in facts.problems)
        return cls(facts, everything, words(lang), lang, counts)

    def say(self, key: str, *facts: object) -> str:
        """A sentence with its facts; a word of the data that we do not know stays as it is."""
        return self.words[key].format(*facts) if key in self.words else key

    def city(self, name: str) -> str:
        """A city as it is shown, and named in links."""
        return name or self.words["no_city"]


def _hash(**state: str) -> str:
    """The link that puts the page into a state."""
    return "#" + "&".join(f"{key}={quote(value, safe='')}" for key, value in state.items())


def _badge(page: Page, word: str) -> Html:
    """A verdict, level or status: word, colour and shape."""
    return tag("span", page.say(word), class_=f"badge {STYLES.get(word, 'other')}")


def _percent(part: int, whole: int) -> str:
    """A whole percentage that says 0 and 100 only where it is none and all."""
    if not whole:
        return "—"
    share = round(100 * part / whole)
    if 0 < part < whole:
        share = min(max(share, 1), 99)
    return f"{share}%"


def _bars(counts: Mapping[str, int], scale: int) -> Html:
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


# --- head -----------------------------------------------------------------------------------------


def bar(page: Page, title: str) -> Html:
    """The bar that stays in sight: title, sections, print."""
    links = [("overview", "overview"), ("cities", "cities"), ("progress", "progress"),
             ("submissions", "submissions"), ("frequent", "frequent"),
             ("problems", "problems")]  # fmt: skip
    if not page.facts.progress:
        links.remove(("progress", "progress"))
    return tag(
        "div",
        tag(
            "div",
            tag("span", title, class_="bar-title"),
            tag("nav", *(tag("a", page.say(word), href=f"#{id_}") for id_, word in links)),
            tag("button", page.say("print_page"), type="button", id="print", class_="needs-js"),
            class_="inner",
        ),
        class_="topbar",
    )


def hero(page: Page, title: str) -> Html:
    """The head of the page: what was looked at, and the headline counts."""
    judged = page.facts.submissions
    counts = verdict_counts(judged)
    tiles = [_tile(page, verdict, count, len(judged)) for verdict, count in counts.items()]
    lines = [tag("p", page.say("counted", len(judged)), tag("span", "　", class_="wide"),
                 "；".join(_forms(page, judged)) if page.lang == "zh"
                 else "; ".join(_forms(page, judged)), class_="lead")]  # fmt: skip
    return tag(
        "header", tag("h1", title), *lines,
        tag("div", *tiles, class_=f"tiles of-{len(tiles)}"),
        tag("div", _bars(counts, max(len(judged), 1)), class_="overall"),
        _levels(page), id="overview", class_="hero",
    )  # fmt: skip


def _forms(page: Page, judged: Iterable[SubmissionRow]) -> Iterator[str]:
    """Each form with its round and how many there are; those not recognised last."""
    counts: dict[tuple[str, str, int], int] = {}
    for one in judged:
        key = one.form, one.year, int(one.month or 0)
        counts[key] = counts.get(key, 0) + 1
    for (form, year, month), count in sorted(counts.items(), key=lambda one: (not one[0][0], one)):
        title = page.facts.forms.get(form, form)
        if form and month:
            yield month_count(page.lang, title, year, month, count)
        elif form:
            yield page.say("form_count", title, year, count)
        else:
            yield page.say("form_unknown", count)


def _tile(page: Page, verdict: str, count: int, total: int) -> Html:
    return tag(
        "a",
        tag("span", _badge(page, verdict), class_="tile-head"),
        tag("b", str(count), tag("small", _percent(count, total))),
        tag("span", page.words.get(f"about_{verdict}", ""), class_="tile-note"),
        href=_hash(verdict=verdict) if count else None,
        class_=f"tile {STYLES.get(verdict, 'other')}",
    )


def _levels(page: Page) -> Html:
    """How many problems of each level, as one line."""
    counts = dict.fromkeys(LEVELS, 0)
    for problem in page.facts.problems:
        counts[problem.level] = counts.get(problem.level, 0) + 1
    return tag(
        "p", tag("b", page.say("problem_count", len(page.facts.problems)), class_="sum"),
        *(tag("a", _badge(page, level), tag("b", str(count)),
              tag("small", page.words.get(f"about_{level}", "")),
              href=_hash(level=level) if count else None)
          for level, count in counts.items()),
        class_="levels",
    )  # fmt: skip


# --- sections -------------------------------------------------------------------------------------


def sections(page: Page) -> Iterator[Html]:
    """The parts below the head."""
    yield _cities(page)
    if page.facts.progress:
        yield _progress(page)
    yield _submissions(page)
    yield _frequent(page)
    yield _problems(page)


def _section(page: Page, id_: str, *children: Html | None) -> Html:
    return tag("section", tag("h2", page.say(id_)), *children, id=id_)


def _table(name: str, heads: Iterable[Html], rows: Iterable[Html], **more: str) -> Html:
    return tag("table", tag("thead", tag("tr", *heads)), tag("tbody", *rows), class_=name, **more)


def _heads(page: Page, *names: str) -> list[Html]:
    """Column heads; a ``+`` in front of the name: a column of numbers."""
    return [
        tag("th", page.say(name.lstrip("+")), scope="col", class_="n" if name[0] == "+" else None)
        for name in names
    ]


def _long(page: Page, name: str, heads: Iterable[Html], rows: Sequence[Html]) -> Html:
    """A table whose further rows the script folds away, and says so on screen and on paper."""
    table = _table(name, heads, rows, data_first=str(_FIRST))
    if len(rows) <= _FIRST:
        return table
    more = tag(
        "p", tag("span", page.say("more_on_screen", _FIRST, len(rows)), " "),
        tag("button", page.say("show_all", len(rows)), type="button", class_="show-all"),
        class_="more-note needs-js",
    )  # fmt: skip
    return tag("div", table, more, class_="long")


def _number(count: int, label: str) -> Html:
    """A cell with a count; a nought steps back."""
    return tag("td", str(count) if count else tag("i", "0"), class_="n", data_label=label)


def _cities(page: Page) -> Html:
    judged = page.facts.submissions
    if not judged:
        return _section(page, "cities", tag("p", page.say("no_submissions"), class_="note"))
    verdicts = verdict_counts(judged)
    cities = by_city(judged)
    scale = max(one.total for one in cities)
    heads = [
        *_heads(page, "city", "shares"),
        *(tag("th", _badge(page, verdict), scope="col", class_="n") for verdict in verdicts),
        *_heads(page, "+total", "+passed_share"),
    ]
    rows = []
    for one in cities:
        name = page.city(one.city)
        counts = {verdict: one.verdicts.get(verdict, 0) for verdict in verdicts}
        rows.append(tag(
            "tr",
            tag("th", tag("a", name, href=_hash(city=name)), scope="row"),
            tag("td", _bars(counts, scale), class_="bar-cell"),
            *(_number(count, page.say(verdict)) for verdict, count in counts.items()),
            tag("td", tag("b", str(one.total)), class_="n", data_label=page.say("total")),
            tag("td", _percent(one.verdicts[Verdict.PASSED], one.total), class_="n",
                data_label=page.say("passed_share")),
        ))  # fmt: skip
    return _section(page, "cities", _table("cities", heads, rows))


def _progress(page: Page) -> Html:
    """Who is in which state; all names, because they are for calling those who are late."""
    rows = page.facts.progress
    counts = status_counts(rows)
    parts = []
    for status, count in counts.items():
        names = [
            tag(
                "li", one.name, tag("code", one.issue) if one.issue else None,
                tag("small", _see(page, one.submission)) if page.counts[one.submission] else None,
            )
            for one in rows
            if one.status == status
        ]  # fmt: skip
        if names:
            head = tag("h3", _badge(page, status), " ", page.say("places", count))
            parts += [head, tag("ul", *names, class_="names")]
    bar = tag("div", _bars(counts, len(rows)), class_="overall")
    return _section(page, "progress", bar, *parts)


def _see(page: Page, submission: str) -> str:
    """A link to the problems of a submission."""
    count = page.counts[submission]
    if not count:
        return "—"
    return tag("a", page.say("see", count), href=_hash(submission=submission))


def _submissions(page: Page) -> Html:
    rows = [_submission(page, one, at) for at, one in enumerate(page.facts.submissions)]
    if not rows:
        table = tag("p", page.say("no_submissions"), class_="note")
    else:
        names = ("verdict", "cluster", "place", *LEVELS)
        heads = [
            tag("th", tag("span", page.say(name)),
                tag("button", page.say(name), type="button", data_sort=name),
                scope="col", class_="sorts n" if name in LEVELS else "sorts")
            for name in names
        ]  # fmt: skip
        table = _table("submissions", [*heads, *_heads(page, "its_problems")], rows)
    note = tag("p", class_="note needs-js", id="submissions-note", aria_live="polite")
    return _section(page, "submissions", note, table, _set_aside(page))


def _submission(page: Page, one: SubmissionRow, at: int) -> Html:
    ids = [tag("code", one.file)]
    if one.submission and one.submission != one.file:
        ids.append(tag("code", one.submission))
    return tag(
        "tr",
        tag("td", _badge(page, one.verdict), _since(page, one)),
        tag("td", tag("b", one.name), tag("small", *ids)),
        tag("td", one.city or "—", tag("small", one.county) if one.county else None,
            class_="place"),
        _number(one.errors, page.say("error")),
        _number(one.explains, page.say("explain")),
        _number(one.infos, page.say("info")),
        tag("td", _see(page, one.submission), class_="see"),
        data_at=at,
    )  # fmt: skip


def _since(page: Page, one: SubmissionRow) -> Html | None:
    """What became of the problems of the round before."""
    if not one.fixed:
        return None
    return tag("small", page.say("since", one.fixed, one.still_open, one.new), class_="since")


def _set_aside(page: Page) -> Html | None:
    """The files that were not judged, with the reason of each."""
    aside = page.everything.set_aside()
    if not aside:
        return None
    reasons: dict[str, list[str]] = {}
    for problem in page.everything.problems:
        reasons.setdefault(problem.submission, []).append(problem.message)
    names = [
        tag("li", _badge(page, one.verdict), " ", tag("code", one.file), " ",
            tag("small", " ".join(reasons.get(one.submission, ()))))
        for one in aside
    ]  # fmt: skip
    summary = tag("summary", page.say("set_aside", len(aside)))
    return tag("details", summary, tag("ul", *names))


def _frequent(page: Page) -> Html:
    if not page.facts.problems:
        return _section(page, "frequent", tag("p", page.say("no_problems"), class_="note"))
    codes = [
        tag(
            "tr",
            tag("td", tag("a", tag("code", one.code), href=_hash(code=one.code))),
            tag("td", _badge(page, one.level)),
            tag(
                "td", tag("span", one.pattern), tag("small", page.say("example", _at(one.example)))
            ),
            tag("td", tag("b", str(one.count)), class_="n", data_label=page.say("times")),
            _number(one.submissions, page.say("in_submissions")),
        )
        for one in by_code(page.facts.problems, page.lang)
    ]
    labels = [_label(page, one) for one in by_label(page.facts.problems)]
    return _section(
        page, "frequent",
        tag("h3", page.say("by_code")),
        _long(page, "by-code", _heads(page, "code", "level", "pattern", "+times",
                                      "+in_submissions"), codes),
        tag("h3", page.say("by_label")) if labels else None,
        _long(page, "by-label", _heads(page, "field", "sheet", "codes", "+times",
                                       "+in_submissions"), labels) if labels else None,
    )  # fmt: skip


def _at(one: ProblemRow) -> str:
    """A problem with its place, as an example."""
    place = f"{one.sheet}!{one.cell}" if one.cell else one.sheet or one.file
    return f"{place}　{one.message}"


def _label(page: Page, one: LabelCount) -> Html:
    codes = [tag("span", tag("code", code), f" {count}") for code, count in one.codes]
    state = {"q": one.label} | ({"sheet": one.sheet} if one.sheet else {})
    return tag(
        "tr",
        tag("td", tag("a", one.label, href=_hash(**state))),
        tag("td", one.sheet, class_="place"),
        tag("td", *codes, class_="codes"),
        tag("td", tag("b", str(one.count)), class_="n", data_label=page.say("times")),
        _number(one.submissions, page.say("in_submissions")),
    )


# --- the list of problems -------------------------------------------------------------------------


def _problems(page: Page) -> Html:
    if not page.facts.problems:
        return _section(page, "problems", tag("p", page.say("no_problems"), class_="note"))
    facets = [
        tag("label", tag("span", page.say(word)), tag("select", id=f"facet-{name}"))
        for name, word in (("verdict", "verdict"), ("city", "city"), ("submission", "submission"),
                           ("sheet", "sheet"), ("code", "code"))
    ]  # fmt: skip
    search = tag(
        "label", tag("span", page.say("search")),
        tag("input", type="search", id="q", placeholder=page.say("search_hint"),
            autocomplete="off", spellcheck="false"),
        class_="search",
    )  # fmt: skip
    tools = tag(
        "div", search,
        tag("div", role="group", aria_label=page.say("level"), id="levels", class_="segments"),
        tag("div", *facets, class_="facets"),
        class_="tools",
    )  # fmt: skip
    actions = tag(
        "div",
        tag("p", id="found", aria_live="polite"),
        tag(
            "p",
            tag("button", page.say("clear"), type="button", id="clear", class_="plain"),
            tag("button", page.say("untick"), type="button", id="untick", class_="plain"),
            tag("button", page.say("print_these"), type="button", id="print-these"),
            tag("button", type="button", id="copy", class_="main"),
            class_="buttons",
        ),
        class_="actions",
    )  # fmt: skip
    pager = tag("div", id="pager", class_="pager")
    listed = tag("div", tools, actions, tag("div", id="told", role="status"),
                 tag("p", id="print-note"), tag("div", id="list"), pager,
                 class_="needs-js")  # fmt: skip
    warning = tag("p", page.say("no_script"), class_="note no-js")
    return _section(page, "problems", warning, listed, tag("noscript", *_plain(page)))


def _plain(page: Page) -> Iterator[Html]:
    """All problems as a table, for a reader without the script; the links of the page lead here."""
    names = {one.submission: one.name for one in page.facts.submissions}
    seen: set[str] = set()

    def anchor(**state: str) -> Html | None:
        """Where a link of the page arrives: the first row in that state."""
        id_ = "&".join(f"{key}={value}" for key, value in state.items())
        if id_ in seen:
            return None
        seen.add(id_)
        return tag("a", id=id_)

    rows = [
        tag(
            "tr",
            tag("td", anchor(level=one.level), _badge(page, one.level),
                anchor(code=one.code), tag("small", one.code)),
            tag("td", anchor(submission=one.submission), names.get(one.submission, one.file)),
            tag("td", one.sheet or page.say("whole_file"), tag("small", one.cell)),
            tag("td", one.label, tag("small", one.value)),
            tag("td", one.message, tag("small", one.how_to_mend),
                tag("small", tag("b", page.say("reason")), " ", one.explanation)
                if one.explanation else None),
        )
        for one in page.facts.problems
    ]  # fmt: skip
    heads = [
        tag("th", page.say(name), scope="col", class_=name)
        for name in ("level", "submission", "where", "label_value", "message")
    ]
    yield _table("problems", heads, rows)


# --- foot -----------------------------------------------------------------------------------------


def foot(page: Page) -> Html:
    """Where the page comes from."""
    return tag(
        "footer",
        tag("p", page.say("made_by", __version__)),
        tag("p", page.say("privacy")),
    )
