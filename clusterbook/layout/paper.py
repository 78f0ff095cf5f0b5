"""A4 and its margins: what a page holds follows from the margins, which are set here only."""

from __future__ import annotations

from typing import Final

from attrs import frozen

A4: Final = 9  # the number under which workbooks know it
_SHORT, _LONG = 595.28, 841.89  # points
# Clients round columns and rows up to whole pixels, so a page is taken to hold a little less.
_ACROSS, _DOWN, _STEP = 3, 5, 5


@frozen
class Paper:
    """A4 with the same ``margin`` on all sides, in inches."""

    margin: float

    def across(self, *, landscape: bool) -> float:
        """Usable points across."""
        return float(int(self._within(_LONG if landscape else _SHORT)) - _ACROSS)

    def down(self, *, landscape: bool) -> float:
        """Usable points down, in steps that are a fifth of a row and less."""
        room = self._within(_SHORT if landscape else _LONG) - _DOWN
        return float(room // _STEP * _STEP)

    def _within(self, points: float) -> float:
        return points - 2 * 72 * self.margin


FORM: Final = Paper(0.71)  # 18 mm
TABLES: Final = Paper(0.6)  # of the summary
