"""The files of a window, as the main process hands them to whoever judges them."""

from __future__ import annotations

from attrs import frozen

from clusterbook.engine.across import CountyStanding, Shared
from clusterbook.forms.stamp import Attached, Registered
from clusterbook.problems import Problem
from clusterbook.validation.promises import Promise
from clusterbook.validation.rounds import Finding
from clusterbook.validation.settled import NO_GIVEN, Given

_MEASURED = {"F120"}  # by a clock, which no two runs read alike


@frozen
class WindowFile:
    """One file of a window and what is known of it beside its values.

    ``key`` is that of its spool entry, '' for a file that was not read. ``issued`` is what the
    register says of its issue id. ``earlier`` is the return of the round before, where it is at
    hand; else ``before`` holds its problems, None where nothing is known of it. ``promised`` is
    what a return of an earlier round stated for the years of this one. ``given`` are reasons and
    decisions that its workbook does not hold. ``paper`` begins the names of what goes back.
    """

    file: str
    id: str
    key: str = ""
    sha256: str = ""
    problems: tuple[Problem, ...] = ()
    standing: CountyStanding | None = None
    shared: tuple[Shared, ...] = ()
    issued: Registered | None = None
    skipped: bool = False
    attached: Attached | None = None
    earlier: WindowFile | None = None
    before: tuple[Finding, ...] | None = None
    promised: tuple[Promise, ...] = ()
    given: Given = NO_GIVEN
    #: name and key of each file of its volume of evidence, in their order
    evidence: tuple[tuple[str, str], ...] = ()
    paper: str = ""
    #: it has a password, so that what is read of it rests on those given
    locked: bool = False

    @property
    def circumstantial(self) -> bool:
        """Whether what is said of it may be another thing next time: it is not to be repeated."""
        return any(one.entry.ours or one.code in _MEASURED for one in self.problems)
