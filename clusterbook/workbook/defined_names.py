"""The names of a workbook in XML, in Excel's order; those of its frame are written once."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from typing import Any, TypeAlias

from attrs import Factory, define

from clusterbook.workbook.package import Piece
from clusterbook.workbook.row_xml import xml_text

#: As XlsxWriter has it: the name, its sheet or -1, what it stands for, whether it is hidden.
Name: TypeAlias = Sequence[Any]


@define(eq=False)
class KeptNames:
    """Names that workbooks of one frame share, in Excel's order."""

    keys: Sequence[str] = ()
    texts: Sequence[str] = ()
    _pieces: dict[tuple[int, int], Piece] = Factory(dict)

    @classmethod
    def of(cls, names: Iterable[Name]) -> KeptNames:
        """These, in whatever order."""
        lines = sorted(((_key(name), _in_xml(name)) for name in names), key=itemgetter(0))
        return cls([key for key, _ in lines], [text for _, text in lines])

    @property
    def count(self) -> int:
        """How many they are."""
        return len(self.keys)

    def among(self, others: Iterable[Name]) -> Iterator[Piece]:
        """The XML of all, with ``others`` where they belong."""
        at = 0
        for name in sorted(others, key=_key):
            end = bisect_right(self.keys, _key(name))
            if end > at:
                yield self._piece(at, end)
            yield Piece(_in_xml(name))
            at = end
        yield self._piece(at, len(self.keys))

    def _piece(self, first: int, end: int) -> Piece:
        if (first, end) not in self._pieces:
            self._pieces[first, end] = Piece("".join(self.texts[first:end]))
        return self._pieces[first, end]


def _key(name: Name) -> str:
    """By what Excel orders names."""
    text, _, place, _ = name
    return f"{text.replace('_xlnm.', '').lower()}::{place.lstrip(chr(39)).lower()}"


def _in_xml(name: Name) -> str:
    # XlsxWriter looks into each name for signs to escape, and there are thousands.
    text, sheet, place, hidden = name
    marks = f' localSheetId="{sheet}"' * (sheet != -1) + ' hidden="1"' * bool(hidden)
    return f'<definedName name="{text}"{marks}>{xml_text(place)}</definedName>'
