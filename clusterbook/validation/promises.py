"""What the returns of an earlier round promised for this year, each known by whose it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import frozen

from clusterbook.forms.parsing.folding import name_key
from clusterbook.forms.stamp import Stamp
from clusterbook.verdicts import SET_ASIDE, Verdict

_UNREAD = {"", *SET_ASIDE, Verdict.UNREADABLE}


@frozen
class Promise:
    """A figure that a return of ``round`` stated for a later ``year``."""

    key: str  # block.field
    year: int
    value: float
    round: int


#: by a mark of whose they are: whom the workbook was issued to, or city and name of the cluster
Promises = Mapping[str, tuple[Promise, ...]]


def of_return(promises: Promises, stamp: Stamp, cluster: str) -> tuple[Promise, ...]:
    """What was promised by whoever this return is from; ``cluster`` as in ``spool.Card``."""
    city, _, name = cluster.partition("|")
    marks = marks_of(stamp.form, stamp.issued_to, city, name.rpartition("|")[2])
    made = next((promises[mark] for mark in marks if mark in promises), ())
    return tuple(one for one in made if one.round < stamp.report_year)


def marks_of(form: str, issued_to: str, city: str, name: str) -> Iterator[str]:
    """The surest first."""
    if issued_to:
        yield f"{form}|{name_key(issued_to)}"
    if name:
        yield f"{form}|{name_key(city)}|{name_key(name)}"
