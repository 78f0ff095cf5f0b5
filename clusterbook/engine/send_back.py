"""What goes back to the counties: for each workbook not passed a marked copy, a notice, a message.

Copies are costly, so one that was made before from the same file, problems and choices is taken
from the cache.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from attrs import asdict

from clusterbook.engine.cache import Spool
from clusterbook.paths import safe_name
from clusterbook.reports.feedback.letter import Letter, chat_text, notice
from clusterbook.reports.feedback.marked_copy import returned_copy
from clusterbook.reports.feedback.remarks import remarks, returnable
from clusterbook.results.documents import problem_record
from clusterbook.results.tables import RETURNED, Cells
from clusterbook.results.write import Choices, put, put_share
from clusterbook.validation import rounds
from clusterbook.validation.judged import Batch, Submission
from clusterbook.verdicts import Verdict

_SENT_BACK = {Verdict.RETURNED, Verdict.EXPLAIN, Verdict.UNREADABLE}
_FOLDER = RETURNED.path.rpartition("/")[0]


def write_share(
    batch: Batch, spool: Spool, staging: Path, number: int, choices: Choices
) -> list[str]:
    """Writes what goes back for the submissions of one window, and its lines of returned.csv.

    The keys under which the spool keeps it.
    """
    keys: list[str] = []
    put_share(staging, RETURNED, number, _lines(batch, spool, staging, choices, keys))
    return keys


def _lines(
    batch: Batch, spool: Spool, staging: Path, choices: Choices, keys: list[str]
) -> Iterator[str]:
    cells = Cells()
    for one in batch.submissions if choices.returned else ():
        if one.verdict not in _SENT_BACK or any(problem.entry.ours for problem in one.problems):
            continue  # passed, or it is we who have something to mend
        stem = safe_name(one.id, one.stamp.issued_to if one.stamp else "", "退回").removesuffix(
            ".xlsx"
        )
        names = {kind: f"{stem}.{kind}" for kind in ("xlsx", "docx", "txt")}
        keys.append(_key(one, names["xlsx"], choices))
        made = spool.made(keys[-1])
        if made is None:
            made = dict(sent(batch, one, names["xlsx"], choices))
            spool.keep_made(keys[-1], made)
        for kind, data in made.items():
            put(staging, f"{_FOLDER}/{names[kind]}", data)
        child = rounds.child(one.stamp, one.sha256).issue if one.stamp and "xlsx" in made else ""
        files = [name if kind in made else "" for kind, name in names.items()]
        yield cells.line((one.id, one.file, one.sha256, child, *files))


def _key(one: Submission, name: str, choices: Choices) -> str:
    """Hash of all that the files for one submission are made from."""
    facts = [
        one.file, one.sha256, one.id, asdict(one.stamp) if one.stamp else None, name,
        [choices.deadline, choices.sender, choices.dated],
        [problem_record(problem, "zh") for problem in one.problems],
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def sent(batch: Batch, one: Submission, name: str, choices: Choices) -> Iterator[tuple[str, bytes]]:
    """What goes back for one submission, by kind: "xlsx" where there can be a copy, "docx", "txt".

    ``name`` is the file name of the copy, as the letter has it.
    """
    layout = extracted = None
    copied = False
    if one.group >= 0 and one.stamp is not None:
        data = batch.groups[one.group].data
        layout, extracted = data.layout, data.extracted[one.position]
        if returnable(one.problems, layout):
            copied = True
            yield (
                "xlsx",
                returned_copy(
                    layout, one.stamp, extracted, one.problems, file=one.file, sha256=one.sha256
                ),
            )
    letter = Letter(
        title=layout.workbook.title if layout else "集群申报表",
        file=one.file, issued_to=one.stamp.issued_to if one.stamp else "",
        issue=one.stamp.issue if one.stamp else "", copy=name if copied else "",
        remarks=remarks(one.problems, *((layout, extracted) if copied else ())),
        deadline=choices.deadline, sender=choices.sender, dated=choices.dated,
    )  # fmt: skip
    yield "docx", notice(letter)
    yield "txt", f"{chat_text(letter)}\n".encode("utf-8", "backslashreplace")
