"""Rules by measurement: how often each fired in what was imported, and what became of it.

A level is right if honest returns do not suffer from it. So returns are counted, not places: in how
many of them a rule fired, in how many a reason answered it, in how many it was mended before the
next round, and how many passed with it all the same. Rules of a group are one line, as they are for
the county. A return that stands in several imports counts once, as the last of them judged it; one
in which next to nothing is filled in says nothing of a rule, and is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from attrs import asdict, define, field, frozen

from clusterbook.forms import registry
from clusterbook.forms.options import Options
from clusterbook.layout import layouts
from clusterbook.problems import CATALOGUE, Level, Ruling
from clusterbook.reports.feedback.groups import LEFT_OUT
from clusterbook.reports.page.facts import (
    ProblemRow,
    SubmissionRow,
    WrittenRound,
    pattern,
    read_facts,
    read_rounds,
    weight,
)
from clusterbook.reports.rulebook import rule_facts
from clusterbook.verdicts import Verdict

FLAGGED = 30.0  # percent of the passed returns
_COUNTED = {Verdict.PASSED.value, Verdict.EXPLAIN.value, Verdict.RETURNED.value}


def _share(part: int, whole: int) -> float:
    """Percent, with one decimal; 0 of nothing."""
    return round(100 * part / whole, 1) if whole else 0.0


@frozen(kw_only=True)
class Tried:
    """What a rule, group of rules or code of the catalogue came to; all but ``places`` are returns.

    ``explained``: an accepted reason for each place. ``mended``: it stood in the round before, and
    does no more. ``passed``: passed although it fired. ``fired_share`` is of all returns of the
    form, ``passed_share`` of those that passed, in percent.
    """

    code: str
    level: str
    sentence: str
    fired: int
    places: int
    explained: int
    mended: int
    passed: int
    fired_share: float
    passed_share: float

    @property
    def flagged(self) -> bool:
        """Whether it fires so often in returns that pass that it tells nobody anything."""
        return self.passed_share > FLAGGED


@frozen(kw_only=True)
class Trial:
    """The rules of one form, those that fired most often first; ``silent`` never fired.

    ``left_out`` is how many returns are not among ``returns``, as they are next to blank.
    """

    form: str
    title: str
    returns: int
    left_out: int
    passed: int
    tried: tuple[Tried, ...]
    silent: tuple[str, ...]


@define
class _Line:
    """What was seen of one rule: returns by what became of it."""

    level: str
    messages: list[str] = field(factory=list)
    places: int = 0
    fired: set[str] = field(factory=set)
    open: set[str] = field(factory=set)
    fixed: set[str] = field(factory=set)


@define
class _Returns:
    """All returns of one form, each by what it holds, with what was told of them."""

    verdicts: dict[str, str] = field(factory=dict)
    left_out: set[str] = field(factory=set)
    lines: dict[str, _Line] = field(factory=dict)
    #: the rules of the rounds they are of, whose codes may hold years
    rules: dict[str, str] = field(factory=dict)

    def line(self, code: str, level: str) -> _Line:
        """The line of a rule, with the weightiest level it was told on."""
        line = self.lines.setdefault(code, _Line(level))
        line.level = min(line.level, level, key=weight)
        return line


def trial(folders: Sequence[Path]) -> list[Trial]:
    """Reads what imports wrote to ``folders``; one trial for each form, by its id.

    OSError or ``NotAnImportError`` where a folder does not hold an import.
    """
    forms: dict[str, _Returns] = {}
    seen: set[str] = set()
    for out in reversed(folders):
        facts = read_facts(out)
        told = {
            one.submission: one
            for one in facts.submissions
            if one.form and one.verdict in _COUNTED and one.sha256 not in seen
        }
        seen |= {one.sha256 for one in told.values()}
        counted = {key: one for key, one in told.items() if key not in facts.blank}
        for key, one in told.items():
            returns = forms.setdefault(one.form, _Returns())
            returns.rules |= _book(one.form, one.year, one.month, one.years).says
            if key in counted:
                returns.verdicts[one.sha256] = one.verdict
            else:
                returns.left_out.add(one.sha256)
        _count_problems(facts.problems, counted, forms)
        _count_mended(read_rounds(out), counted, forms)
    return [_trial(form, forms[form]) for form in sorted(forms)]


def _count_problems(
    problems: Iterable[ProblemRow], counted: Mapping[str, SubmissionRow], forms: dict[str, _Returns]
) -> None:
    for one in problems:
        whose = counted.get(one.submission)
        if whose is None:
            continue
        line = forms[whose.form].line(_line_of(whose, one.code), one.level)
        line.messages.append(one.message)
        line.places += 1
        line.fired.add(whose.sha256)
        if one.decision == Ruling.REFUSED or not (one.explanation or one.decision):
            line.open.add(whose.sha256)


def _count_mended(
    rounds: Iterable[WrittenRound], counted: Mapping[str, SubmissionRow], forms: dict[str, _Returns]
) -> None:
    for one in rounds:
        whose = counted.get(one.submission)
        if whose is not None and one.state == "fixed":
            line = forms[whose.form].line(_line_of(whose, one.code), one.level)
            line.messages.append(one.message)
            line.fixed.add(whose.sha256)


@frozen
class _Book:
    """The rules of one round: the line of each, and what the lines say."""

    line_of: Mapping[str, str]
    says: Mapping[str, str]


@cache
def _book(form: str, year: str, month: str, years: str) -> _Book:
    """The rules of a form as the workbooks of that round had them; none of an unknown form."""
    if form not in registry.form_ids() or not year:
        return _Book({}, {})
    options = Options(report_year=int(year), month=int(month or 0), years=years)
    layout = layouts.of(form, options)
    rules = layout.workbook.rules
    says = {
        rule.line: rule.group.title if rule.group else facts["rule"]
        for rule, facts in zip(rules, rule_facts(layout), strict=True)
    }
    return _Book({rule.code: rule.line for rule in rules}, says)


def _line_of(whose: SubmissionRow, code: str) -> str:
    return _book(whose.form, whose.year, whose.month, whose.years).line_of.get(code, code)


def _trial(form: str, found: _Returns) -> Trial:
    passed = {key for key, verdict in found.verdicts.items() if verdict == Verdict.PASSED}
    tried = [
        Tried(
            code=code, level=line.level, places=line.places, fired=len(line.fired),
            sentence=found.rules.get(code) or pattern(code, line.messages, "zh"),
            explained=len(line.fired - line.open) if line.level == Level.EXPLAIN.value else 0,
            mended=len(line.fixed - line.fired), passed=len(line.fired & passed),
            fired_share=_share(len(line.fired), len(found.verdicts)),
            passed_share=_share(len(line.fired & passed), len(passed)),
        )
        for code, line in found.lines.items()
    ]  # fmt: skip
    tried.sort(key=lambda one: (-one.passed_share, -one.fired, one.code))
    title = layouts.of(form).workbook.title.strip() if found.rules else ""
    return Trial(
        form=form, title=title, returns=len(found.verdicts), left_out=len(found.left_out),
        passed=len(passed),
        tried=tuple(tried), silent=tuple(code for code in found.rules if code not in found.lines),
    )  # fmt: skip


# --- told -----------------------------------------------------------------------------------------


def as_text(trials: Sequence[Trial]) -> Iterator[str]:
    """The trials in lines."""
    for one in trials:
        counted = f"计入 {one.returns} 份，其中通过 {one.passed} 份"
        besides = f"；{LEFT_OUT.format(f' {one.left_out} ')}" if one.left_out else ""
        yield f"{one.form}  {one.title}：{counted}{besides}"
        for tried in one.tried:
            yield from _told(tried)
        yield f"  另有 {len(one.silent)} 条规则没有触发。"
        yield ""
    flagged = sum(tried.flagged for one in trials for tried in one.tried)
    if flagged:
        yield f"标有 ! 的 {flagged} 条在通过的报送中触发超过 {FLAGGED:g}%，请考虑降级、放宽或取消。"


def _told(one: Tried) -> Iterator[str]:
    level = Level(one.level).chinese
    kind = "" if one.code in CATALOGUE else "规则 "
    yield (
        f"{'!' if one.flagged else ' '} {kind}{one.code}  {level}  "
        f"触发 {one.fired} 份（{one.fired_share:g}%）{one.places} 处，已说明 {one.explained} 份，"
        f"下一轮已更正 {one.mended} 份，通过而仍触发 {one.passed} 份（{one.passed_share:g}%）"
    )
    yield f"      {one.sentence}"


def as_data(trials: Sequence[Trial]) -> list[dict[str, Any]]:
    """The trials as plain data."""
    return [
        {**asdict(one), "tried": [{**asdict(t), "flagged": t.flagged} for t in one.tried]}
        for one in trials
    ]
