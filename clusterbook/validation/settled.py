"""Questions settled outside a workbook: reasons given elsewhere, and what the office decided.

Both are known by whose return it is, code and place. A reason given elsewhere counts like one typed
into the workbook. A decision is about one value and one reason, and lapses with either.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from attrs import evolve, field, frozen

from clusterbook.forms.reasons import explained
from clusterbook.problems import Level, Problem, Ruling
from clusterbook.validation.rounds import origin, unissued

_JOINT = "；"
_COMPARED = 8_000  # characters; a cell of a list takes some more


def _optional(value: object) -> float | None:
    return None if value is None else float(value)  # type: ignore[arg-type]


def plain(text: str) -> str:
    """A text as it is compared: office programs change breaks and blanks, and cells end."""
    return " ".join(text.split())[:_COMPARED]


@frozen(kw_only=True)
class Answer:
    """A reason that a county gave elsewhere, as on a web page, for a question about its return.

    ``issue`` is the issue id of the workbook it is about, or the id that ``submissions.csv`` has
    for it. Without a ``cell`` it answers all questions of the code, as a 说明 cell does. Where
    ``value`` is given it answers only while that is what stands there, then in later rounds of the
    same workbook, too.
    """

    code: str
    reason: str
    issue: str = ""
    sheet: str = ""
    cell: str = ""
    value: str | None = None

    def fits(self, code: str, sheet: str, cell: str, value: str) -> bool:
        """Whether it answers this question."""
        return (
            self.code == code
            and self.cell in ("", cell)
            and self.sheet in ("", sheet)
            and (self.value is None or plain(self.value) == plain(value))
        )


@frozen(kw_only=True)
class Decision:
    """What the office decided about one question of one return.

    ``value`` and ``reason`` are what it decided about. ``number`` is the figure that counts in its
    stead, ``note`` is told to the county where a reason is refused, ``by`` says who decided.
    """

    issue: str
    code: str
    ruling: Ruling = field(converter=Ruling)
    sheet: str = ""
    cell: str = ""
    value: str = ""
    reason: str = ""
    number: float | None = field(default=None, converter=_optional)
    note: str = ""
    by: str = ""

    @property
    def place(self) -> tuple[str, str, str, str]:
        """What it is about, whatever stands there."""
        return origin(self.issue), self.code, self.sheet, self.cell

    @property
    def question(self) -> tuple[str, ...]:
        """What it is about, with what stood there."""
        return (*self.place, plain(self.value), plain(self.reason))


@frozen
class Given:
    """What is given about one return beside its workbook; ``mark`` is whose return it is."""

    mark: str = ""
    answers: tuple[Answer, ...] = ()
    decisions: Mapping[tuple[str, ...], Decision] = field(factory=dict)

    def __bool__(self) -> bool:
        return bool(self.answers or self.decisions)

    def settle(self, problems: Iterable[Problem]) -> list[Problem]:
        """The problems with these reasons and decisions."""
        return [self._settled(problem) for problem in problems]

    def _settled(self, problem: Problem) -> Problem:
        if problem.level is not Level.EXPLAIN:
            return problem
        place = problem.code, problem.sheet, problem.cell, problem.value
        problem = answered(problem, [one for one in self.answers if one.fits(*place)])
        asked = question(self.mark, problem)
        found = self.decisions.get(asked)
        if found is None:
            return problem
        return evolve(
            problem, decision=found.ruling.value, decision_note=found.note, approved=found.number
        )


NO_GIVEN = Given()


def question(mark: str, problem: Problem) -> tuple[str, ...]:
    """How decisions name a question of the return with this mark."""
    value, reason = plain(problem.value), plain(problem.explanation)
    return origin(mark), problem.code, problem.sheet, problem.cell, value, reason


def answered(problem: Problem, answers: Sequence[Answer]) -> Problem:
    """The problem with reasons given elsewhere, behind the one typed into the workbook."""
    given = dict.fromkeys(one.reason.strip() for one in answers if one.reason.strip())
    if not given:
        return problem
    reasons = dict.fromkeys(filter(None, (problem.explanation, *given)))
    bare = evolve(problem, explanation="", refused="")
    return explained(bare, {problem.code: _JOINT.join(reasons)})


def reasons_left(
    typed: Mapping[str, str], problems: Iterable[Problem], line_of: Mapping[str, str]
) -> dict[str, str]:
    """The reasons, by code, that stand in a copy of the workbook: those that still count.

    Codes of one line share a cell. A refused reason is taken out, or the copy would call its
    question settled; one given elsewhere is put in where it leaves no question of the cell open.
    """
    lines: dict[str, list[Problem]] = defaultdict(list)
    for one in problems:
        if one.level is Level.EXPLAIN:
            lines[line_of.get(one.code, one.code)].append(one)
    found = dict(typed)
    for line, own in lines.items():
        told = {one.explanation: None for one in own if one.explanation}
        refused = any(one.decision == Ruling.REFUSED for one in own)
        if refused or (told and all(one.explanation for one in own)):
            found = {code: said for code, said in found.items() if line_of.get(code, code) != line}
            if not refused:
                found |= dict.fromkeys((one.code for one in own), _JOINT.join(told))
    return found


@frozen
class Settlements:
    """All that is given beside the workbooks, found by whose return it is about."""

    answers: tuple[Answer, ...] = ()
    decisions: tuple[Decision, ...] = ()
    _answers: Mapping[str, Sequence[Answer]] = field(init=False, eq=False, repr=False)
    _decisions: Mapping[str, Sequence[Decision]] = field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        answers: dict[str, list[Answer]] = defaultdict(list)
        decisions: dict[str, list[Decision]] = defaultdict(list)
        for answer in self.answers:
            answers[origin(answer.issue)].append(answer)
        for decision in self.decisions:
            decisions[origin(decision.issue)].append(decision)
        object.__setattr__(self, "_answers", dict(answers))
        object.__setattr__(self, "_decisions", dict(decisions))

    def of(self, issue: str, sha256: str, submission: str) -> Given:
        """What is given about the return with this issue id, content and id of its own."""
        mark = issue or unissued(sha256)
        names = {issue, mark, submission} - {""}
        answers = [
            one
            for name in sorted({origin(name) for name in names})
            for one in self._answers.get(name, ())
            if one.issue in names or one.value is not None
        ]
        found = self._decisions.get(origin(mark), ())
        return Given(mark, tuple(answers), {one.question: one for one in found})


def merged(*given: Iterable[Decision]) -> tuple[Decision, ...]:
    """All decisions, of those about the same question the last one, in an order of their own."""
    found = {one.question: one for each in given for one in each}
    return tuple(found[asked] for asked in sorted(found))
