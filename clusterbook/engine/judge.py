"""The second phase of an import: submissions of one window are judged together, on columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from clusterbook.engine.across import shared_problems
from clusterbook.engine.window_files import WindowFile
from clusterbook.forms.stamp import Registered, Stamp
from clusterbook.layout import layouts
from clusterbook.layout.layout import Layout
from clusterbook.problems import Problem
from clusterbook.returns.raw_values import Extracted, Returned
from clusterbook.validation.check import check, verdict
from clusterbook.validation.judged import Batch, LayoutGroup, Submission
from clusterbook.validation.normalize import normalize
from clusterbook.validation.promises import Promise
from clusterbook.validation.rounds import Finding, Rounds
from clusterbook.validation.settled import Answer, Given, Settlements, reasons_left
from clusterbook.validation.typed_data import Data
from clusterbook.verdicts import Verdict

if TYPE_CHECKING:
    from clusterbook.evidence.holding import Held
    from clusterbook.evidence.survey import Survey

# What a county's office is called where nobody has said: its own name differs from place to place.
_DEPARTMENT = "工业和信息化主管部门"


def judge(
    members: Sequence[WindowFile], returned_of: Callable[[str], Returned], whose: Mapping[int, str],
    surveyed: Callable[[str], Survey] | None = None,
) -> Batch:  # fmt: skip
    """Judges the files of a window; ``returned_of`` gives what was read, by its key.

    ``whose``: how the submissions are named that share rows with these. A return that another one
    replaces is listed and not judged. ``surveyed`` gives what was seen of a file of evidence.
    """
    batch = Batch()
    before = _before(members, returned_of)
    gathered: dict[Stamp, list[_Read]] = {}
    for member in members:
        submission = Submission(
            file=member.file, sha256=member.sha256, id=member.id, problems=list(member.problems),
            paper=member.paper, bureau=_bureau(member.issued),
            volume=tuple(name for name, _ in member.evidence),
        )  # fmt: skip
        batch.submissions.append(submission)
        if _unread(member, submission):
            continue
        returned = returned_of(member.key)
        submission.stamp = returned.stamp
        if member.issued is not None and returned.stamp is not None:
            submission.stamp = evolve(returned.stamp, issued_to=member.issued.issued_to)
        submission.problems += returned.problems
        if member.standing is not None:
            submission.problems.append(member.standing.problem)
        if member.standing is not None and member.standing.replaced:
            submission.verdict = Verdict.REPLACED.value
        elif returned.extracted is None or returned.stamp is None:
            submission.verdict = Verdict.UNREADABLE.value
        else:
            stamp, extracted = returned.stamp, returned.extracted
            layout = layouts.of_stamp(stamp)
            extracted.problems += shared_problems(layout, extracted, member.shared, whose)
            held = _held(member, surveyed)
            one = _Read(submission, extracted, member.issued, member.promised, member.given, held)
            gathered.setdefault(stamp.unissued, []).append(one)
    for stamp, found in gathered.items():
        batch.groups.append(_judge(stamp, found, len(batch.groups)))
    for member, submission in zip(members, batch.submissions, strict=True):
        known = before.get(member.id)
        if known is not None and submission.group >= 0:
            submission.rounds = Rounds.of(known, submission.problems)
    return batch


def _bureau(issued: Registered | None) -> str:
    """Whom letters go to: as the register says, else the department of the county in general."""
    if issued is None or issued.bureau or not issued.county:
        return issued.bureau if issued is not None else ""
    place = issued.city if issued.county == issued.city else issued.city + issued.county
    return f"{place}{_DEPARTMENT}"


def judge_one(
    file: str, returned: Returned, answers: Iterable[Answer] = (),
    evidence: Sequence[tuple[str, Survey]] = (), beside: Sequence[Problem] = (),
) -> Batch:  # fmt: skip
    """Judges one return by itself, as it was read; ``file`` is what sentences call it.

    ``evidence`` is its volume: what was seen of each file, by name; ``beside`` is told of it, too.

    Of the ``answers`` those count that name no return, or this one.
    """
    issue = returned.stamp.issue if returned.stamp else ""
    stem = issue or returned.sha256[:12]
    told = (one if one.issue else evolve(one, issue=stem) for one in answers)
    given = Settlements(tuple(told)).of(issue, returned.sha256, stem)
    one = WindowFile(
        file=file, id=stem, key=returned.sha256, sha256=returned.sha256, given=given,
        problems=tuple(beside), evidence=tuple((name, name) for name, _ in evidence),
    )  # fmt: skip
    return judge([one], lambda _: returned, {}, dict(evidence).__getitem__)


def _unread(member: WindowFile, submission: Submission) -> bool:
    """Whether nothing was, or is to be, read of a file; its verdict then is given."""
    if member.attached is not None:
        submission.attached = member.attached
        submission.problems = [Problem(code="F154", facts={"actual": member.attached.what})]
        submission.verdict = Verdict.ATTACHED.value
    elif not member.key:
        unread = Verdict.SKIPPED if member.skipped else Verdict.UNREADABLE
        submission.verdict = unread.value
    return bool(submission.verdict)


def _before(
    members: Sequence[WindowFile], returned_of: Callable[[str], Returned]
) -> dict[str, tuple[Finding, ...]]:
    """The problems of the round before, by the id of the submission that came after it."""
    found = {one.id: one.before for one in members if one.before is not None}
    earlier = {one.id: one.earlier for one in members if one.earlier is not None}
    if earlier:
        ids = list(earlier)
        judged = judge([evolve(one, standing=None) for one in earlier.values()], returned_of, {})
        for id_, submission in zip(ids, judged.submissions, strict=True):
            found[id_] = tuple(map(Finding.of, submission.problems))
    return found


def _held(member: WindowFile, surveyed: Callable[[str], Survey] | None) -> Held | None:
    if surveyed is None or not member.evidence:
        return None
    from clusterbook.evidence.holding import Held  # noqa: PLC0415 - its libraries are an extra

    return Held([(name, surveyed(key)) for name, key in member.evidence])


@frozen
class _Read:
    submission: Submission
    extracted: Extracted
    issued: Registered | None
    promised: tuple[Promise, ...]
    given: Given
    held: Held | None = None


def _judge(stamp: Stamp, found: list[_Read], number: int) -> LayoutGroup:
    """Judges the submissions of one layout together, on columns."""
    layout = layouts.of_stamp(stamp)
    data = normalize(layout, [one.extracted for one in found])
    for position, one in enumerate(found):
        if one.issued is not None:
            _check_place(data, position, one.issued)
    promised = {position: one.promised for position, one in enumerate(found) if one.promised}
    check(data, promised, partial(_hold, data, found))
    for position, one in enumerate(found):
        submission = one.submission
        submission.group, submission.position = number, position
        submission.problems += data.problems[position]
        if one.given:
            _settle(submission, one, layout)
        submission.verdict = verdict(submission.problems).value
    return LayoutGroup(stamp, [one.submission for one in found], data)


def _hold(data: Data, found: Sequence[_Read]) -> None:
    """Hold returns against their volumes of evidence, those that have one."""
    for position, one in enumerate(found):
        if one.held is not None:
            one.held.against(data, position)


def _settle(submission: Submission, read: _Read, layout: Layout) -> None:
    """Takes in what was answered and decided elsewhere; a copy to return holds it, too."""
    submission.problems = read.given.settle(submission.problems)
    line_of = {rule.code: rule.line for rule in layout.workbook.rules}
    read.extracted.explanations = reasons_left(
        read.extracted.explanations, submission.problems, line_of
    )


def _check_place(data: Data, position: int, issued: Registered) -> None:
    """A workbook issued to one county and filled in by another."""
    summary = data.layout.workbook.summary
    places = ((summary.city, issued.city), (summary.county, issued.county)) if summary else ()
    for key, expected in places:
        value = data.answers[key].values[position]
        if expected and isinstance(value, str) and value != expected:
            data.tell(position, key, "F113", value, expected=issued.issued_to)
