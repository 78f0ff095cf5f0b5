"""What goes back to the counties: a marked copy, a letter and a message, or a letter of passing.

Copies are costly, so one that was made before from the same file, problems and choices is taken
from the cache. What makes them is loaded with the first.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from attrs import asdict, frozen

from clusterbook.engine.cache import Spool
from clusterbook.paths import file_stem
from clusterbook.results.csv_cells import CsvCells
from clusterbook.results.shares import Share, WindowParts
from clusterbook.results.tables import PASSED, RETURNED, problem_record
from clusterbook.results.windows import block
from clusterbook.results.write import Choices
from clusterbook.validation import rounds
from clusterbook.validation.judged import Batch, Submission
from clusterbook.verdicts import Verdict

if TYPE_CHECKING:
    from clusterbook.reports.feedback.letter import Letter

_SENT_BACK = {Verdict.RETURNED, Verdict.EXPLAIN, Verdict.UNREADABLE}
_FOLDER = RETURNED.path.rpartition("/")[0]
#: what stands behind the name of a paper, by its kind
ENDINGS: Mapping[str, str] = {
    "xlsx": "_退回.xlsx", "docx": "_退回通知.docx", "txt": "_退回短消息.txt",
    "passed": "_通过通知.docx", "receipt": "_收到回执.docx",
}  # fmt: skip


def write_share(batch: Batch, spool: Spool, parts: WindowParts, choices: Choices) -> None:
    """Writes what goes back for the submissions of one window, and its lines of the lists of it.

    The keys under which the spool keeps it are told in their shares.
    """
    own = [parts.shares[at] for at in parts.fresh]
    told = _Share(batch, spool, parts, choices)
    for table, lines in ((RETURNED, told.returned), (PASSED, told.passed)):
        pairs = zip(batch.submissions, own, strict=True)
        parts.add(table.path, [block(lines(one, share)) for one, share in pairs])


@frozen
class _Share:
    """The papers of one window, written while their lines are asked for."""

    batch: Batch
    spool: Spool
    parts: WindowParts
    choices: Choices

    def returned(self, one: Submission, share: Share) -> list[str]:
        """The line of what was sent back."""
        if not self._told(one, _SENT_BACK):
            return []
        names = self._written(one, share, ("xlsx", "docx", "txt"))
        child = rounds.child(one.stamp, one.sha256).issue if one.stamp and names["xlsx"] else ""
        line = (one.id, one.file, one.sha256, child, *names.values(), _city(one), _whom(one),
                one.verdict)  # fmt: skip
        return [CsvCells().line(line)]

    def passed(self, one: Submission, share: Share) -> list[str]:
        """The line of one that passed."""
        if not self._told(one, {Verdict.PASSED}):
            return []
        names = self._written(one, share, ("passed", "receipt"))
        line = (one.id, one.file, one.sha256, *names.values(), _city(one), _whom(one))
        return [CsvCells().line(line)]

    def _told(self, one: Submission, verdicts: set[Verdict]) -> bool:
        """Whether papers go out for it: not where it is we who have something to mend."""
        asked = self.choices.returned and one.verdict in verdicts
        return asked and not any(problem.entry.ours for problem in one.problems)

    def _written(self, one: Submission, share: Share, kinds: tuple[str, ...]) -> dict[str, str]:
        """Writes the papers of one submission; their paths by kind, '' for what there is not."""
        key = _key(one, self.choices)
        share.papers = (key,)
        made = self.spool.made(key)
        if made is None:
            made = sent(self.batch, one, self.choices)
            self.spool.keep_made(key, made)
        paths = {kind: f"{one.paper}{ENDINGS[kind]}" if kind in made else "" for kind in kinds}
        for kind, path in paths.items():
            if path:
                self.parts.add_file(share, f"{_FOLDER}/{path}", made[kind])
        return paths


def _city(one: Submission) -> str:
    return one.paper.partition("/")[0]


def _whom(one: Submission) -> str:
    return one.stamp.issued_to if one.stamp else ""


def _key(one: Submission, choices: Choices) -> str:
    """Hash of all that the files for one submission are made from."""
    facts = [
        one.file, one.sha256, one.id, asdict(one.stamp) if one.stamp else None, one.paper,
        one.bureau, one.verdict,
        [choices.deadline, choices.sender, choices.dated, choices.contact, choices.number,
         choices.letter_template],
        [problem_record(problem, "zh") for problem in one.problems],
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def paper_of(one: Submission) -> str:
    """What the names of its papers begin with, for one that came alone."""
    return one.paper or f"{file_stem(one.file) or one.id or one.sha256[:12]}"


def sent(batch: Batch, one: Submission, choices: Choices) -> dict[str, bytes]:
    """What goes back for one submission, by kind; a worker's task."""
    return {kind: make() for kind, make in papers(batch, one, choices).items()}


def papers(batch: Batch, one: Submission, choices: Choices) -> dict[str, Callable[[], bytes]]:
    """What makes each paper that goes back for one submission, by kind; a copy costs a second.

    "xlsx" where there can be a copy, "docx" and "txt"; for one that passed "passed", "receipt".
    """
    from clusterbook.reports.feedback import letter as letters
    from clusterbook.reports.feedback.marked_copy import returned_copy
    from clusterbook.reports.feedback.message import chat_text

    letter = letter_of(batch, one, choices)
    if one.verdict == Verdict.PASSED:
        return {"passed": partial(letters.passed, letter),
                "receipt": partial(letters.receipt, letter)}  # fmt: skip
    found: dict[str, Callable[[], bytes]] = {}
    if letter.copy and one.stamp is not None:
        found["xlsx"] = partial(
            returned_copy, batch.groups[one.group].data, one.position, one.stamp, one.problems,
            file=one.file, sha256=one.sha256,
        )  # fmt: skip
    found["docx"] = partial(letters.notice, letter)
    found["txt"] = lambda: f"{chat_text(letter)}\n".encode("utf-8", "backslashreplace")
    return found


def letter_of(batch: Batch, one: Submission, choices: Choices) -> Letter:
    """What letters tell about one submission."""
    from clusterbook.reports.feedback.letter import Letter
    from clusterbook.reports.feedback.letter_template import from_text
    from clusterbook.reports.feedback.remarks import remarks, returnable

    layout = extracted = None
    copied, filled = False, (0, 0)
    if one.group >= 0 and one.stamp is not None:
        data = batch.groups[one.group].data
        layout, extracted = data.layout, data.extracted[one.position]
        filled = data.filled(one.position)
        copied = one.verdict != Verdict.PASSED and returnable(one.problems, layout)
    name = f"{paper_of(one)}{ENDINGS['xlsx']}".rpartition("/")[2]
    told = (layout, extracted) if copied or one.verdict == Verdict.PASSED else ()
    return Letter(
        title=layout.workbook.title if layout else "集群申报表", file=one.file,
        issued_to=_whom(one), bureau=one.bureau, issue=one.stamp.issue if one.stamp else "",
        copy=name if copied else "", remarks=remarks(one.problems, *told), sha256=one.sha256,
        deadline=choices.deadline, sender=choices.sender, dated=choices.dated,
        contact=choices.contact, number=choices.number, filled=filled,
        unreadable=one.verdict == Verdict.UNREADABLE, template=from_text(choices.letter_template),
    )  # fmt: skip
