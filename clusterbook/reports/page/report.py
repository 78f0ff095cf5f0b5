"""OUT/ → report.html: one page that needs nothing else, for whoever has to look at a round.

The page stands on its own: no network, no fonts to fetch, a policy that forbids both. Without its
script it is a readable document; with it, the problems can be searched, filtered, copied, printed.
Nothing a county typed becomes markup: every text goes through `tag`, or as JSON into a data block.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from importlib.resources import files
from pathlib import Path

from clusterbook.reports.page.facts import LEVELS, ReportFacts, read_facts, visible
from clusterbook.reports.page.markup import Html, tag
from clusterbook.reports.page.parts import bar, foot, hero, plain, sections
from clusterbook.reports.page.pieces import PATTERNS, STYLES, ReportPage, codes_switch
from clusterbook.verdicts import JUDGED

NAME = "report.html"
_SAFE_IN_SCRIPT = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}


def write_report(out: Path, *, title: str = "", lang: str = "zh") -> Path:
    """Writes ``out``/report.html from the tables of an import in ``out``; the file written.

    OSError when a file cannot be read or written, NotAnImportError when one is not an import's.
    """
    page = report_html(read_facts(out), title=title, lang=lang)
    target, beside = out / NAME, out / f".{NAME}.{os.getpid()}.tmp"
    try:
        beside.write_bytes(page)
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
    return target


def report_html(facts: ReportFacts, *, title: str = "", lang: str = "zh") -> bytes:
    """The page. The same facts give the same bytes."""
    page = ReportPage.of(facts, lang)
    shown = visible(title) or page.words["title"]
    style, script = _asset("page.css"), _asset("page.js")
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="X-UA-Compatible", content="IE=edge"),
        tag("meta", name="renderer", content="webkit"),
        tag("meta", http_equiv="Content-Security-Policy", content=_policy(style, script)),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="robots", content="noindex"),
        tag("link", rel="icon", href="data:,"),
        tag("title", shown),
        tag("style", Html(style)),
    )
    body = tag(
        "body", PATTERNS, bar(page, shown), *codes_switch(page),
        tag("main", hero(page, shown), *sections(page)),
        tag("script", Html(_data(page, shown)), type="application/json", id="data"),
        tag("script", Html(script)),
        plain(page), foot(page),
    )  # fmt: skip
    language = "zh-CN" if lang == "zh" else "en"
    # The comment, with this end of line, lets Internet Explorer run the script of a page opened
    # from a disk ("mark of the web").
    start = "<!DOCTYPE html>\n<!-- saved from url=(0014)about:internet -->\r\n"
    return f"{start}{tag('html', head, body, lang=language)}\n".encode()


def _asset(name: str) -> str:
    return files("clusterbook.reports.page").joinpath(name).read_text("utf-8").replace("\r\n", "\n")


def _policy(style: str, script: str) -> str:
    """Only this style sheet and this script: whatever else got in would stay dead."""

    def own(text: str) -> str:
        return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()

    return (
        f"default-src 'none'; style-src 'sha256-{own(style)}'; script-src 'sha256-{own(script)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _data(page: ReportPage, title: str) -> str:
    """What the script works on. A text stands once, however many problems share it."""
    ids: dict[str, int] = {}

    def number(text: str) -> int:
        return ids.setdefault(text, len(ids))

    facts = page.facts
    places = {one.submission: at for at, one in enumerate(facts.submissions)}
    columns = {"submission": [places[one.submission] for one in facts.problems]}
    for name in ("level", "code", "sheet", "cell", "label", "value", "message", "how_to_mend",
                 "explanation"):  # fmt: skip
        columns[name] = [number(getattr(one, name)) for one in facts.problems]
    data = {
        "title": title,
        "words": page.words,
        "levels": LEVELS,
        "kinds": {} if page.lang != "zh" else {
            code: page.kind(code) for code in sorted({one.code for one in facts.problems})
        },
        "verdicts": JUDGED,
        "styles": STYLES,
        "submissions": [
            {"id": one.submission, "name": one.name, "file": one.file, "verdict": one.verdict,
             "city": page.city(one.city), "county": one.county}
            for one in facts.submissions
        ],
        "columns": columns,
        "proofs": {at: [link, facts.problems[at].evidence_page]
                   for at, link in enumerate(map(facts.proof, facts.problems)) if link},
        "texts": list(ids),
    }  # fmt: skip
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return text.translate(_SAFE_IN_SCRIPT)
