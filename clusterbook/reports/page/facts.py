"""What the report tells, read from the files of an import: rows, counts, and how problems repeat.

Nothing here knows HTML. Texts come from counties, so every one is made visible first: what would
hide, reorder or break the text around it is replaced by its name.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import takewhile
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

from attrs import NOTHING, evolve, field, fields, frozen

from clusterbook.problems import CATALOGUE, Level
from clusterbook.reports.progress import official_cities, official_order
from clusterbook.results.read import NotAnImportError, Written, blank_submissions
from clusterbook.verdicts import JUDGED, SET_ASIDE, Status

LEVELS = tuple(one.value for one in Level)
_CATALOGUED = {"zh": "栏目", "en": "field"}
_OPEN = "…"
_LEAST_SAID = 3  # signs that two sentences must have in common
_SLOT = re.compile(r"\{(\w+)\}")
_WORDS = re.compile(r"\d+(?:\.\d+)?|“[^”]*”|[^\d“]+|“")
_FIGURE = re.compile(r"\d|“.")  # or what is quoted: all of it differs
_JOINERS = "\u200c\u200d"  # they shape scripts and pictures, and hide nothing
# What goes back: columns of its lists, and the words of the page for each.
_PAPERS = {
    "returned": {"copy": "returned_copy", "notice": "returned_notice",
                 "message": "returned_message"},
    "passed": {"notice": "passed_notice", "receipt": "passed_receipt"},
}  # fmt: skip
Row = TypeVar("Row")


def _number(text: str | int) -> int:
    return int(text or 0)


@frozen(kw_only=True)
class SubmissionRow:
    """A row of submissions.csv."""

    file: str
    sha256: str = ""
    submission: str
    form: str
    year: str
    issued_to: str
    cluster_name: str
    city: str
    county: str
    verdict: str
    errors: int = field(converter=_number)
    explains: int = field(converter=_number)
    infos: int = field(converter=_number)
    #: against the round before; '' where that is not known
    fixed: str = ""
    still_open: str = ""
    new: str = ""
    #: how the years of the workbook were reckoned
    years: str = "rolled"
    #: of a form with rounds by months
    month: str = ""

    @property
    def name(self) -> str:
        """What a reader knows it by."""
        return self.cluster_name or self.issued_to or self.file.rsplit("/", 1)[-1]


@frozen(kw_only=True)
class ProblemRow:
    """A row of problems.csv."""

    submission: str
    file: str
    level: str
    code: str
    sheet: str
    cell: str
    label: str
    value: str
    message: str
    how_to_mend: str
    explanation: str
    decision: str = ""
    #: of the volume of evidence that it is about, if any
    evidence_page: int = field(default=0, converter=_number)


@frozen(kw_only=True)
class VolumeRow:
    """A row of evidence/volumes.csv: a copy, and which pages of the volume of a return it holds."""

    submission: str
    pdf: str
    first_page: int = field(converter=int)
    last_page: int = field(converter=int)

    def link(self, page: int) -> str:
        """The link that opens it at a page of the volume."""
        path = quote(f"evidence/{self.pdf}")
        return f"{path}#page={page - self.first_page + 1}"


@frozen(kw_only=True)
class WrittenRound:
    """A row of rounds.csv: what became of a problem since the round before."""

    submission: str
    state: str
    level: str
    code: str
    message: str


@frozen(kw_only=True)
class ProgressRow:
    """A row of progress.csv: whom a workbook was issued to, and how far it has come."""

    submission: str
    file: str
    issue: str
    issued_to: str
    cluster_name: str
    status: str
    city: str = ""
    county: str = ""
    contact: str = ""
    phone: str = ""

    @property
    def name(self) -> str:
        """Whom it is about, as far as it is known."""
        return self.issued_to or self.cluster_name or self.file


@frozen(kw_only=True)
class CityCount:
    """The verdicts of one city's submissions; ``city`` is empty where none was given."""

    city: str
    verdicts: Mapping[str, int]

    @property
    def total(self) -> int:
        """How many there are."""
        return sum(self.verdicts.values())


@frozen(kw_only=True)
class CodeCount:
    """How often a code was told, in how many submissions, in what words."""

    code: str
    level: str
    pattern: str
    example: ProblemRow
    count: int
    submissions: int


@frozen(kw_only=True)
class LabelCount:
    """How often there was something about one field, in how many submissions, by which codes."""

    sheet: str
    label: str
    count: int
    submissions: int
    codes: tuple[tuple[str, int], ...]


@frozen(kw_only=True)
class ReportFacts:
    """An import as the report needs it. ``forms`` are the titles by form id.

    ``cities`` are those of the province in official order, as far as they are known; ``said`` is
    what the office said of the round, "sender", "deadline" and "contact"; ``papers`` are what goes
    back, by submission: kind and path; ``volumes`` are copies of evidence, by submission.
    """

    submissions: Sequence[SubmissionRow]
    problems: Sequence[ProblemRow]
    progress: Sequence[ProgressRow] = ()
    forms: Mapping[str, str] = field(factory=dict)
    cities: Sequence[str] = ()
    said: Mapping[str, str] = field(factory=dict)
    papers: Mapping[str, Sequence[tuple[str, str]]] = field(factory=dict)
    volumes: Mapping[str, Sequence[VolumeRow]] = field(factory=dict)
    #: the submissions in which next to nothing is filled in
    blank: frozenset[str] = frozenset()

    def proof(self, one: ProblemRow) -> str:
        """The link to the page of evidence that a problem is about; '' where there is none."""
        page = one.evidence_page
        parts = self.volumes.get(one.submission, ()) if page else ()
        return next((v.link(page) for v in parts if v.first_page <= page <= v.last_page), "")

    def judged(self) -> ReportFacts:
        """Without the files that were not judged, and what was told of them."""
        aside = {one.submission for one in self.set_aside()}
        return evolve(
            self,
            submissions=[one for one in self.submissions if one.submission not in aside],
            problems=[one for one in self.problems if one.submission not in aside],
        )

    def counted(self) -> list[ProblemRow]:
        """The problems that statistics count: all that an empty workbook lacks has one cause."""
        return [one for one in self.problems if one.submission not in self.blank]

    def set_aside(self) -> list[SubmissionRow]:
        """The files that are no submissions, or for which a later one counts."""
        return [one for one in self.submissions if one.verdict in SET_ASIDE]


# --- reading --------------------------------------------------------------------------------------


def read_facts(out: Path) -> ReportFacts:
    """What an import wrote to the folder ``out``.

    OSError when a file cannot be read, NotAnImportError when it is not what an import writes.
    """
    written = Written(out).checked()
    submissions = list(_rows(written, "submissions", SubmissionRow))
    problems = list(_rows(written, "problems", ProblemRow))
    strangers = {one.submission for one in problems} - {one.submission for one in submissions}
    if strangers:
        raise NotAnImportError(
            f"submissions.csv has no row for {min(strangers)} of problems.csv", folder=str(out)
        )
    progress = list(_rows(written, "progress", ProgressRow)) if written.names("progress") else []
    order = official_order(written)
    return ReportFacts(
        submissions=sorted(submissions, key=lambda one: order.get(one.submission, ())),
        problems=sorted(problems, key=lambda one: order.get(one.submission, ())),
        progress=progress,
        forms=dict(_forms(out / "schema")),
        cities=official_cities(written.lines("submissions")),
        said={k: visible(v) for k, v in written.facts("manifest.json").get("round", {}).items()},
        papers=dict(_papers(written)),
        volumes=_volumes(written),
        blank=blank_submissions(written.lines("submissions")),
    )


def _volumes(written: Written) -> dict[str, list[VolumeRow]]:
    found: dict[str, list[VolumeRow]] = {}
    for row in _rows(written, "volumes", VolumeRow) if written.names("volumes") else ():
        found.setdefault(row.submission, []).append(row)
    return found


def _papers(written: Written) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """What goes back for each submission, as links of the page."""
    for table, kinds in _PAPERS.items():
        for line in written.lines(table):
            named = [(kind, line[name]) for name, kind in kinds.items() if line.get(name)]
            yield line["submission"], named


def read_rounds(out: Path) -> list[WrittenRound]:
    """What an import wrote about rounds to ``out``; nothing where it knew of none before.

    OSError when the file cannot be read, NotAnImportError when it is not what an import writes.
    """
    written = Written(out)
    return list(_rows(written, "rounds", WrittenRound)) if written.names("rounds") else []


def _rows(written: Written, table: str, row_type: type[Row]) -> Iterator[Row]:
    wanted = fields(row_type)  # type: ignore[arg-type]
    there, name = written.names(table), written.path(table).name
    missing = [one.name for one in wanted if one.name not in there and one.default is NOTHING]
    if missing:
        raise NotAnImportError(f"{name} has no column {', '.join(missing)}", file=name)
    names = [one.name for one in wanted if one.name in there]
    for number, line in enumerate(written.lines(table), start=2):
        try:
            yield row_type(**{one: visible(line[one]) for one in names})
        except (TypeError, ValueError) as error:
            raise NotAnImportError(f"{name}, line {number}: {error}", file=name) from error


def _forms(folder: Path) -> Iterator[tuple[str, str]]:
    """The title of each form, from the JSON Schema of its submissions."""
    for path in sorted(folder.glob("*.json")):
        try:
            title = json.loads(path.read_bytes())["title"]
        except (ValueError, KeyError, TypeError) as error:
            raise NotAnImportError(
                f"schema/{path.name} is not a schema of submissions", file=path.name
            ) from error
        yield path.stem, visible(str(title))


def visible(text: str) -> str:
    """The text with every character shown that hides, reorders or cannot be written.

    A right-to-left mark turned loose would reverse the sentence around it; a zero-width space may
    be the very mistake that a clerk looks for. Line breaks and tabs stay.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_visible, text.replace("\r\n", "\n").replace("\r", "\n")))


def _visible(char: str) -> str:
    hidden = unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
    if not hidden or char in "\n\t" or char in _JOINERS:
        return char
    return f"[U+{ord(char):04X}]"


# --- counting -------------------------------------------------------------------------------------


def verdict_counts(rows: Iterable[SubmissionRow]) -> dict[str, int]:
    """How many there are of each verdict: the known ones always, in their order."""
    return _in_order(Counter(one.verdict for one in rows), JUDGED)


def status_counts(rows: Iterable[ProgressRow]) -> dict[str, int]:
    """How many there are of each status: the known ones always, in their order."""
    return _in_order(Counter(one.status for one in rows), tuple(Status))


def _in_order(counts: Counter[str], known: Sequence[str]) -> dict[str, int]:
    others = sorted(set(counts) - set(known))
    return {word: counts[word] for word in (*known, *others)}


def by_city(rows: Iterable[SubmissionRow], official: Sequence[str] = ()) -> list[CityCount]:
    """The cities in official order, else those with most submissions first; no city last."""
    cities: dict[str, list[SubmissionRow]] = {}
    for one in rows:
        cities.setdefault(one.city, []).append(one)
    places = {city: at for at, city in enumerate(official)}
    order = sorted(cities, key=lambda city: (not city, places.get(city, len(places)),
                                             -len(cities[city]), city))  # fmt: skip
    return [CityCount(city=city, verdicts=verdict_counts(cities[city])) for city in order]


def by_code(problems: Iterable[ProblemRow], lang: str) -> list[CodeCount]:
    """The codes told most often first."""
    groups: dict[str, list[ProblemRow]] = {}
    for one in problems:
        groups.setdefault(one.code, []).append(one)
    counts = [
        CodeCount(
            code=code,
            level=min((one.level for one in group), key=weight),
            pattern=pattern(code, [one.message for one in group], lang),
            example=group[0],
            count=len(group),
            submissions=len({one.submission for one in group}),
        )
        for code, group in groups.items()
    ]
    return sorted(counts, key=lambda one: (-one.count, one.code))


def by_label(problems: Iterable[ProblemRow]) -> list[LabelCount]:
    """The fields where most submissions went wrong first; problems without a field are left out."""
    groups: dict[tuple[str, str], list[ProblemRow]] = {}
    for one in problems:
        if one.label:
            groups.setdefault((one.sheet, one.label), []).append(one)
    counts = [
        LabelCount(
            sheet=sheet,
            label=label,
            count=len(group),
            submissions=len({one.submission for one in group}),
            codes=tuple(
                sorted(Counter(one.code for one in group).items(), key=lambda n: (-n[1], n[0]))
            ),
        )
        for (sheet, label), group in groups.items()
    ]
    return sorted(counts, key=lambda one: (-one.submissions, -one.count, one.sheet, one.label))


def weight(level: str) -> int:
    """The place of a level in the order of weight; an unknown one is the lightest."""
    return LEVELS.index(level) if level in LEVELS else len(LEVELS)


def pattern(code: str, messages: Sequence[str], lang: str) -> str:
    """The sentence behind the messages of one code, with … for what differs between them.

    The catalogue states it for its own codes. A form's rule is stated in the form, which the report
    does not read: there it is what all the messages have in common.
    """
    entry = CATALOGUE.get(code)
    if entry is not None:
        names = {"label": _CATALOGUED[lang]}
        said = _SLOT.sub(
            lambda slot: names.get(slot[1], _OPEN), entry.en if lang == "en" else entry.zh
        )
        return said.replace(_OPEN * 2, _OPEN)
    first, *others = [_WORDS.findall(message) for message in dict.fromkeys(messages)]
    common: list[str] = first
    for other in others:
        common = _common(common, other)
    said = "".join(common)
    return said if len(said.strip(_OPEN)) >= _LEAST_SAID else messages[0]


def _common(mine: Sequence[str], yours: Sequence[str]) -> list[str]:
    """What two sentences have in common, piece by piece where they have as many pieces.

    Else it is how they begin and end: what a county typed may be any number of pieces.
    """
    if len(mine) != len(yours):
        return [_ends("".join(mine), "".join(yours))]
    return [one if one == other else _OPEN if _FIGURE.match(one) else _ends(one, other)
            for one, other in zip(mine, yours, strict=True)]  # fmt: skip


def _ends(mine: str, yours: str) -> str:
    """How two texts begin and end, with … for what stands between."""
    begin = _alike(mine, yours)
    end = _alike(reversed(mine[begin:]), reversed(yours[begin:]))
    return f"{mine[:begin]}{_OPEN}{mine[len(mine) - end :]}"


def _alike(mine: Iterable[str], yours: Iterable[str]) -> int:
    """How many signs are the same from the first on."""
    return sum(
        1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(mine, yours, strict=False))
    )
