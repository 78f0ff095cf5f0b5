"""What judging comes to: submissions with their verdicts, and the typed data they share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field

from clusterbook.forms.stamp import Attached, Stamp
from clusterbook.problems import Problem
from clusterbook.validation.rounds import Rounds

if TYPE_CHECKING:
    from clusterbook.validation.typed_data import Data


@define(kw_only=True)
class Submission:
    """A judged file. ``group`` and ``position`` tell where its values are in the batch's data.

    ``rounds`` compares it with the return of the round before, where that is known; ``attached``
    says what an attachment is, and whose. ``paper`` is the path, below the folder of what goes
    back, with which the names of its papers begin; ``bureau`` is whom letters go to.
    """

    file: str
    sha256: str
    id: str = ""
    stamp: Stamp | None = None
    problems: list[Problem] = field(factory=list)
    verdict: str = ""
    rounds: Rounds | None = None
    attached: Attached | None = None
    paper: str = ""
    bureau: str = ""
    #: the files of its evidence, in their order
    volume: tuple[str, ...] = ()
    group: int = -1
    position: int = -1


@define
class LayoutGroup:
    """The submissions that share one layout, with their typed data."""

    stamp: Stamp
    members: list[Submission]
    data: Data


@define
class Batch:
    """Judged submissions in the order of their files, and the data of those that were read."""

    submissions: list[Submission] = field(factory=list)
    groups: list[LayoutGroup] = field(factory=list)
