"""The parts of the report page: what the facts of an import look like as HTML.

Nothing a county typed becomes markup: every text goes through `tag`, which escapes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from clusterbook import __version__
from clusterbook.reports.page import round_parts
from clusterbook.reports.page.facts import (
    LEVELS,
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
from clusterbook.reports.page.pieces import (
    MANY,
    STYLES,
    ReportPage,
    badge,
    folded,
    hash_link,
    heads_of,
    long_table,
    number_cell,
    percent,
    rule_code,
    section,
    stacked,
    table_of,
)
from clusterbook.reports.page.words import month_count
from clusterbook.verdicts import Verdict

_AT_ONCE = 100  # problems of a table without script

# --- head -----------------------------------------------------------------------------------------


def bar(page: ReportPage, title: str) -> Html:
    """The bar that stays in sight: title, sections, print."""
    links = [("overview", "overview"), ("due_round", "due_round"), ("progress", "progress"),
             ("cities", "cities"), ("submissions", "submissions"), ("frequent", "frequent"),
             ("problems", "problems")]  # fmt: skip
    if not page.facts.progress:
        links = [one for one in links if one[0] not in ("progress", "due_round")]
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


def hero(page: ReportPage, title: str) -> Html:
    """The head of the page: what was looked at, and the headline counts."""
    judged = page.facts.submissions
    counts = verdict_counts(judged)
    tiles = [_tile(page, verdict, count, len(judged)) for verdict, count in counts.items()]
    lines = [tag("p", page.say("counted", len(judged)), tag("span", "　", class_="wide"),
                 "；".join(_forms(page, judged)) if page.lang == "zh"
                 else "; ".join(_forms(page, judged)), class_="lead")]  # fmt: skip
    return tag(
        "header", tag("h1", title), *round_parts.lead(page.facts, dict(page.words)), *lines,
        tag("div", *tiles, class_=f"tiles of-{len(tiles)}"),
        tag("div", stacked(counts, max(len(judged), 1)), class_="overall"),
        _levels(page), id="overview", class_="hero",
    )  # fmt: skip


def _forms(page: ReportPage, judged: Iterable[SubmissionRow]) -> Iterator[str]:
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


def _tile(page: ReportPage, verdict: str, count: int, total: int) -> Html:
    return tag(
        "a",
        tag("span", badge(page, verdict), class_="tile-head"),
        tag("b", str(count), tag("small", percent(count, total))),
        tag("span", page.words.get(f"about_{verdict}", ""), class_="tile-note"),
        href=hash_link(verdict=verdict) if count else None,
        class_=f"tile {STYLES.get(verdict, 'other')}",
    )


def _levels(page: ReportPage) -> Html:
    """How many problems of each level, as one line."""
    counts = dict.fromkeys(LEVELS, 0)
    for problem in page.facts.problems:
        counts[problem.level] = counts.get(problem.level, 0) + 1
    return tag(
        "p", tag("b", page.say("problem_count", len(page.facts.problems)), class_="sum"),
        *(tag("a", badge(page, level), tag("b", str(count)),
              tag("small", page.words.get(f"about_{level}", "")),
              href=hash_link(level=level) if count else None)
          for level, count in counts.items()),
        class_="levels",
    )  # fmt: skip


# --- sections -------------------------------------------------------------------------------------


def sections(page: ReportPage) -> Iterator[Html]:
    """The parts below the head."""
    if page.facts.progress:
        yield section(page, "due_round", round_parts.due_table(page.facts, dict(page.words)))
        yield _progress(page)
    yield _cities(page)
    yield _submissions(page)
    yield _frequent(page)
    yield _problems(page)


def _cities(page: ReportPage) -> Html:
    judged = page.facts.submissions
    if not judged:
        return section(page, "cities", tag("p", page.say("no_submissions"), class_="note"))
    verdicts = verdict_counts(judged)
    cities = by_city(judged, page.facts.cities)
    scale = max(one.total for one in cities)
    heads = [
        *heads_of(page, "city", "shares"),
        *(tag("th", badge(page, verdict), scope="col", class_="n") for verdict in verdicts),
        *heads_of(page, "+total", "+passed_share"),
    ]
    rows = []
    for one in cities:
        name = page.city(one.city)
        counts = {verdict: one.verdicts.get(verdict, 0) for verdict in verdicts}
        rows.append(tag(
            "tr",
            tag("th", tag("a", name, href=hash_link(city=name)), scope="row"),
            tag("td", stacked(counts, scale), class_="bar-cell"),
            *(number_cell(count, page.say(verdict)) for verdict, count in counts.items()),
            tag("td", tag("b", str(one.total)), class_="n", data_label=page.say("total")),
            tag("td", percent(one.verdicts[Verdict.PASSED], one.total), class_="n",
                data_label=page.say("passed_share")),
        ))  # fmt: skip
    return section(page, "cities", table_of("cities", heads, rows))


def _progress(page: ReportPage) -> Html:
    """Who is in which state; all names, because they are for calling those who are late."""
    rows = page.facts.progress
    counts = status_counts(rows)
    parts: list[Html] = []
    for status, count in counts.items():
        names = [
            tag(
                "li", one.name, tag("code", one.issue) if one.issue else None,
                tag("span", f"{one.contact} {one.phone}", class_="phone") if one.phone else None,
                tag("small", _see(page, one.submission)) if page.counts[one.submission] else None,
            )
            for one in rows
            if one.status == status
        ]  # fmt: skip
        if names:
            head = tag("h3", badge(page, status), " ", page.say("places", count))
            listed = tag("ul", *names, class_="names")
            parts += [head, folded(page, listed, MANY, len(names))]
    bar = tag("div", stacked(counts, len(rows)), class_="overall")
    return section(page, "progress", bar, *parts)


def _see(page: ReportPage, submission: str) -> str:
    """A link to the problems of a submission."""
    count = page.counts[submission]
    if not count:
        return "—"
    return tag("a", page.say("see", count), href=hash_link(submission=submission))


def _submissions(page: ReportPage) -> Html:
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
        table = table_of("submissions", [*heads, *heads_of(page, "its_problems")], rows)
    note = tag("p", class_="note needs-js", id="submissions-note", aria_live="polite")
    more = tag("p", class_="needs-js", id="submissions-more")
    return section(page, "submissions", note, table, more, _set_aside(page))


def _submission(page: ReportPage, one: SubmissionRow, at: int) -> Html:
    ids = [tag("code", one.file)]
    if one.submission and one.submission != one.file:
        ids.append(tag("code", one.submission))
    return tag(
        "tr",
        tag("td", badge(page, one.verdict), _since(page, one)),
        tag("td", tag("b", one.name), tag("small", *ids),
            round_parts.papers_of(page.facts, one.submission, dict(page.words))),
        tag("td", one.city or "—", tag("small", one.county) if one.county else None,
            class_="place"),
        number_cell(one.errors, page.say("error")),
        number_cell(one.explains, page.say("explain")),
        number_cell(one.infos, page.say("info")),
        tag("td", _see(page, one.submission), class_="see"),
        data_at=at,
    )  # fmt: skip


def _since(page: ReportPage, one: SubmissionRow) -> Html | None:
    """What became of the problems of the round before."""
    if not one.fixed:
        return None
    return tag("small", page.say("since", one.fixed, one.still_open, one.new), class_="since")


def _set_aside(page: ReportPage) -> Html | None:
    """The files that were not judged, with the reason of each."""
    everything = page.everything.set_aside()
    attached = [one for one in everything if one.verdict == Verdict.ATTACHED]
    aside = [one for one in everything if one.verdict != Verdict.ATTACHED]
    parts = [_aside(page, own, word)
             for own, word in ((attached, "attachments"), (aside, "set_aside")) if own]  # fmt: skip
    return tag("div", *parts) if parts else None


def _aside(page: ReportPage, aside: Sequence[SubmissionRow], word: str) -> Html:
    reasons: dict[str, list[str]] = {}
    for problem in page.everything.problems:
        reasons.setdefault(problem.submission, []).append(problem.message)
    names = [
        tag("li", badge(page, one.verdict), " ", one.issued_to, " ", tag("code", one.file), " ",
            tag("small", " ".join(reasons.get(one.submission, ()))))
        for one in aside
    ]  # fmt: skip
    summary = tag("summary", page.say(word, len(aside)))
    return tag("details", summary, tag("ul", *names))


def _frequent(page: ReportPage) -> Html:
    problems, blank = page.facts.counted(), len(page.facts.blank)
    note = tag("p", page.say("left_out", blank), class_="note") if blank else None
    if not problems:
        return section(page, "frequent", note or _no_problems(page))
    codes = [
        tag(
            "tr",
            tag(
                "td",
                tag("a", page.kind(one.code), href=hash_link(code=one.code)),
                rule_code(page, one.code),
            ),
            tag("td", badge(page, one.level)),
            tag(
                "td",
                tag("span", one.pattern),
                tag("small", page.say("example", _at(one.example, one.pattern))),
            ),
            tag("td", tag("b", str(one.count)), class_="n", data_label=page.say("times")),
            number_cell(one.submissions, page.say("in_submissions")),
        )
        for one in by_code(problems, page.lang)
    ]
    labels = [_label(page, one) for one in by_label(problems)]
    kinds = [
        tag("tr", tag("td", kind), tag("td", badge(page, level)),
            tag("td", tag("b", str(count)), class_="n", data_label=page.say("times")),
            number_cell(returns, page.say("in_submissions")))
        for kind, level, count, returns in round_parts.kinds(problems)
    ] if page.lang == "zh" else []  # fmt: skip
    return section(
        page, "frequent", note,
        tag("h3", page.say("by_kind")) if kinds else None,
        table_of("by-kind", heads_of(page, "kind", "level", "+times", "+in_submissions"), kinds)
        if kinds else None,
        tag("h3", page.say("by_code")),
        long_table(page, "by-code", heads_of(page, "kind", "level", "pattern", "+times",
                                      "+in_submissions"), codes),
        tag("h3", page.say("by_label")) if labels else None,
        long_table(page, "by-label", heads_of(page, "field", "sheet", "kind", "+times",
                                       "+in_submissions"), labels) if labels else None,
    )  # fmt: skip


def _no_problems(page: ReportPage) -> Html:
    """That there are none, or nothing in which they could be."""
    word = "no_problems" if page.facts.submissions else "no_submissions"
    return tag("p", page.say(word), class_="note")


def _at(one: ProblemRow, said: str) -> str:
    """A problem with its place, as an example of what is ``said`` already."""
    place = f"{one.sheet}!{one.cell}" if one.cell else one.sheet or one.file
    return place if one.message == said else f"{place}　{one.message}"


def _label(page: ReportPage, one: LabelCount) -> Html:
    codes = [tag("span", page.kind(code), rule_code(page, code), f" {count}")
             for code, count in one.codes]  # fmt: skip
    state = {"q": one.label} | ({"sheet": one.sheet} if one.sheet else {})
    return tag(
        "tr",
        tag("td", tag("a", one.label, href=hash_link(**state))),
        tag("td", one.sheet, class_="place"),
        tag("td", *codes, class_="codes"),
        tag("td", tag("b", str(one.count)), class_="n", data_label=page.say("times")),
        number_cell(one.submissions, page.say("in_submissions")),
    )


# --- the list of problems -------------------------------------------------------------------------


def _problems(page: ReportPage) -> Html:
    if not page.facts.problems:
        return section(page, "problems", _no_problems(page))
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
    return section(page, "problems", warning, listed)


def plain(page: ReportPage) -> Html | None:
    """All problems in tables, for a reader without the script; the links of the page lead here.

    It is by far the largest part of a large page, so it stands behind the script, which need not
    wait for it, and in many tables, of which a browser lays out those in sight.
    """
    if not page.facts.problems:
        return None
    rows = list(_plain(page))
    heads = [
        tag("th", page.say(name), scope="col", class_=name)
        for name in ("level", "submission", "where", "label_value", "message")
    ]
    tables = [
        tag("div", table_of("problems", heads, rows[at : at + _AT_ONCE]), class_="part")
        for at in range(0, len(rows), _AT_ONCE)
    ]
    return tag("noscript", tag("div", *tables, class_="rest"))


def _plain(page: ReportPage) -> Iterator[Html]:
    """A row for each problem; the first in each state is where a link of the page arrives."""
    names = {one.submission: one.name for one in page.facts.submissions}
    seen: set[str] = set()

    def anchor(**state: str) -> Html | None:
        """Where a link of the page arrives: the first row in that state."""
        id_ = "&".join(f"{key}={value}" for key, value in state.items())
        if id_ in seen:
            return None
        seen.add(id_)
        return tag("a", id=id_)

    for one in page.facts.problems:
        yield tag(
            "tr",
            tag("td", anchor(level=one.level), badge(page, one.level),
                anchor(code=one.code),
                tag("small", page.kind(one.code), rule_code(page, one.code))),
            tag("td", anchor(submission=one.submission), names.get(one.submission, one.file)),
            tag("td", one.sheet or page.say("whole_file"), _small(one.cell)),
            tag("td", one.label, _small(one.value)),
            tag("td", one.message, _small(one.how_to_mend), _proof(page, one),
                tag("small", tag("b", page.say("reason")), " ", one.explanation)
                if one.explanation else None),
        )  # fmt: skip


def _proof(page: ReportPage, one: ProblemRow) -> Html | None:
    """A link to the page of evidence that a problem is about."""
    link = page.facts.proof(one)
    if not link:
        return None
    said = page.say("proof", one.evidence_page)
    return tag("small", tag("a", said, href=link, target="_blank", rel="noopener"))


def _small(text: str) -> Html | None:
    return tag("small", text) if text else None


# --- foot -----------------------------------------------------------------------------------------


def foot(page: ReportPage) -> Html:
    """Where the page comes from."""
    return tag(
        "footer",
        tag("p", page.say("made_by", __version__)),
        tag("p", page.say("privacy")),
    )
