"""What becomes of a submission, and how far a county has come: the words of all outputs."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Verdict(StrEnum):
    """What becomes of a submission, in the order in which it is told."""

    PASSED = "通过"
    EXPLAIN = "待说明"
    RETURNED = "退回"
    UNREADABLE = "无法读取"
    REPLACED = "被替代"
    ATTACHED = "附件"
    SKIPPED = "跳过"

    @property
    def english(self) -> str:
        """The word in English."""
        return _ENGLISH[self]


class Status(StrEnum):
    """How far a county has come in a round, those who have sent nothing first."""

    UNSENT = "未报"
    ONLY_ATTACHED = "未报（仅附件）"
    SENT = "已报"
    RETURNED = "退回"
    PASSED = "通过"

    @classmethod
    def of(cls, verdict: str) -> Status:
        """The status of a county with such a return."""
        return _STATUS.get(verdict, cls.SENT)

    @classmethod
    def shown(cls, status: str) -> str:
        """What people read: 已报 is what all have done who are not 未报, also who passed."""
        return Verdict.EXPLAIN.value if status == cls.SENT else status


_ENGLISH = {
    Verdict.PASSED: "Passed", Verdict.EXPLAIN: "To be explained", Verdict.RETURNED: "Returned",
    Verdict.UNREADABLE: "Unreadable", Verdict.REPLACED: "Replaced",
    Verdict.ATTACHED: "Attachment", Verdict.SKIPPED: "Skipped",
}  # fmt: skip
_STATUS: Mapping[str, Status] = {
    Verdict.PASSED: Status.PASSED, Verdict.RETURNED: Status.RETURNED,
    Verdict.UNREADABLE: Status.RETURNED,
}  # fmt: skip

SCARCE = 0.05  # of the answers asked of everybody


def nearly_blank(given: int, asked: int) -> bool:
    """Whether next to nothing was filled in (基本未填), by how many answers of those asked for.

    What it lacks has one cause: a list of it helps nobody, and in a count it drowns the rest.
    """
    return asked > 0 and given < asked * SCARCE


# Files that were not judged: all that is told of them is why.
SET_ASIDE = (Verdict.REPLACED, Verdict.ATTACHED, Verdict.SKIPPED)
JUDGED = tuple(one for one in Verdict if one not in SET_ASIDE)
