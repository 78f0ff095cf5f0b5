"""The vocabulary in which a form says what of it goes into the provincial summary.

A ``Summary`` is data of the form's spec: which answers name and place a cluster, which figures are
summed and ranked, what the programme demands, and which libraries are merged into one list of
enterprises, projects or carriers. Keys are full keys of the form.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from attrs import field, frozen

from clusterbook.forms.asked_for import as_tuple
from clusterbook.forms.expressions.nodes import Expression


@frozen(kw_only=True)
class Fact:
    """A text column of the summary, before the figures or, ``late``, behind them.

    ``contact``: left out of what is handed on without contacts.
    """

    label: str
    key: str
    wide: float = 12
    late: bool = False
    contact: bool = False


@frozen(kw_only=True)
class Figure:
    """A number of the summary: this round's value ``of``, and ``before`` that of a year earlier.

    ``label`` is short, without year and unit. ``unit`` and ``decimals`` are those of the answer; a
    computed figure gives its own. What cannot be added up (a share, a rate) does not ``add``; with
    ``weight``, the key of the figure it is a share of, its mean is weighted by that. ``ranked``
    figures get a ranking, ``leading`` ones are drawn and stand on the first page. ``band`` is
    printed over neighbouring figures of the same band.
    """

    key: str
    label: str
    of: Expression
    before: Expression | None = None
    unit: str = ""
    decimals: int | None = None
    adds: bool = True
    weight: str = ""
    ranked: bool = False
    leading: bool = False
    band: str = ""


@frozen(kw_only=True)
class Demand:
    """What a programme demands of a cluster: each of the values ``of`` at least ``limit``.

    ``at_most`` turns it round. Without a ``limit``, or where the form does not ask for the value
    (no ``of``), the outcome is 待核. ``when`` restricts it to some clusters, ``when_text`` says
    which. The software only compares; it never decides.
    """

    key: str
    label: str
    unit: str
    limit: float | None
    of: tuple[Expression, ...] = field(converter=as_tuple, default=())
    at_most: bool = False
    when: Expression | None = None
    when_text: str = ""
    source: str = ""
    note: str = ""


@frozen(kw_only=True)
class RollColumn:
    """A column of a merged list. Numbers have a ``unit``, into which all sources are converted."""

    key: str
    label: str
    wide: float = 12
    unit: str = ""
    contact: bool = False


@frozen(kw_only=True)
class Source:
    """A library that goes into a merged list: ``columns`` maps the list's columns to its own.

    Where there are several, their texts are joined (市州 and 县 to one place).
    ``distinct``: the library has many rows of one name (patents of an owner), which become one.
    """

    library: str
    label: str
    columns: Mapping[str, str | Sequence[str]]
    distinct: bool = False

    def taken(self) -> dict[str, tuple[str, ...]]:
        """Each column of the list with its columns of the library."""
        return {
            key: (names,) if isinstance(names, str) else tuple(names)
            for key, names in self.columns.items()
        }


@frozen(kw_only=True)
class Roll:
    """A list merged over all clusters; lists of several forms with the same key become one.

    ``name`` is the column that tells entries apart, ``code`` one that does so better. ``amount``
    is the column of money, which keeps the number as reported beside the converted one.
    """

    key: str
    title: str
    what: str
    columns: tuple[RollColumn, ...] = field(converter=as_tuple)
    sources: tuple[Source, ...] = field(converter=as_tuple)
    name: str
    code: str = ""
    amount: str = ""


@frozen(kw_only=True)
class Summary:
    """What of a form goes into the summary. ``short`` tells its sheets from those of other forms.

    ``name``, ``city``, ``county`` and ``industry`` are keys of answers; the last may be ''.
    """

    short: str
    title: str
    name: str
    city: str
    county: str
    industry: str = ""
    city_word: str = "市州"
    facts: tuple[Fact, ...] = field(converter=as_tuple, default=())
    figures: tuple[Figure, ...] = field(converter=as_tuple, default=())
    demands: tuple[Demand, ...] = field(converter=as_tuple, default=())
    rolls: tuple[Roll, ...] = field(converter=as_tuple, default=())

    def expressions(self) -> Iterable[Expression]:
        """Every expression over the answers of a cluster."""
        for figure in self.figures:
            yield figure.of
            if figure.before is not None:
                yield figure.before
        for demand in self.demands:
            yield from demand.of
            if demand.when is not None:
                yield demand.when
