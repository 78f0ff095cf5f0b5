"""The Excel face of what is said of whole columns of a list: sums, counts, ranks, names found."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from clusterbook.forms.expressions.cells import Cells
from clusterbook.forms.expressions.nodes import (
    ColumnIs,
    Expression,
    Largest,
    LookUp,
    Middle,
    RowCount,
    Total,
)
from clusterbook.forms.faces import Face
from clusterbook.forms.kinds import NONE
from clusterbook.forms.kinds.excel import bare, criterion, either, quoted, replaced

#: what a cell shows of a value; where there is none, the value under its guards
SHOWN = Face("text in a cell")
#: a number, taken for granted that what ``GUARD`` says holds
VALUE = Face("number in a formula")
GUARD = Face("condition under which it is a number")
#: 1 or 0
TRUTH = Face("condition in a formula")


@frozen
class ListFormulas:
    """Methods for the classes over columns; whoever has them shows other values, too."""

    cells: Cells

    def shown(self, node: Expression) -> str:
        """A value as text, or an empty text where there is none."""
        raise NotImplementedError

    @VALUE.of(Total)
    def _value_total(self, node: Total) -> str:
        cells = self.cells.column(node.column)
        if node.where:
            return f"ROUND(SUMPRODUCT({self._rows_where(node)}*1,{cells}),6)"
        return f"ROUND(SUM({cells}),6)"

    def _rows_where(self, node: Total) -> str:
        return "*".join(map(self._column_is, node.where))

    @GUARD.of(Total)
    def _guard_total(self, node: Total) -> Iterator[str]:
        cells = self.cells.column(node.column)
        if node.where:
            yield f"(SUMPRODUCT({self._rows_where(node)}*ISNUMBER({cells}))>0)"
        else:
            yield f"(COUNT({cells})>0)"

    @VALUE.of(RowCount)
    def _value_rows(self, node: RowCount) -> str:
        column = self.cells.column(node.column)
        filled = f'(TRIM({column})<>"")*(TRIM({column})<>"{NONE}")'
        return f"SUMPRODUCT({'*'.join([filled, *map(self._column_is, node.where)])}*1)"

    @GUARD.of(RowCount)
    def _guard_rows(self, node: RowCount) -> Iterator[str]:  # noqa: ARG002
        return iter(())

    def _column_is(self, node: ColumnIs) -> str:
        column = self.cells.column(node.column)
        if node.part:
            # Quotes of either style stand around 专精特新 in the printed form itself.
            out = ("“", "”", '"', *node.without)
            folded = replaced(column, *((word, "") for word in out))
            bare = [option.replace("“", "").replace("”", "") for option in node.options]
            found = [f"ISNUMBER(FIND({quoted(b)},{folded}))" for b in node.words or bare]
        elif node.begins:
            found = [f"(LEFT(TRIM({column}),{len(option)})={quoted(option)})"
                     for option in node.options]  # fmt: skip
        else:
            found = [f"(TRIM({column})={quoted(option)})" for option in node.options]
        return either(*found)

    def _numbers(self, column: str) -> str:
        """The numbers of a column, a declared 无 among them as 0: for array formulas."""
        cells = self.cells.column(column)
        return f'IF(TRIM({cells})="{NONE}",0,IF(ISNUMBER({cells}),{cells},""))'

    @VALUE.of(Largest)
    def _value_largest(self, node: Largest) -> str:
        if not self._never_negative(node.column):
            return f"LARGE({self._numbers(node.column)},{node.rank})"
        # Nothing is below a declared 无: no array formula is needed, which a mark could not be.
        cells = self.cells.column(node.column)
        return f"IF(COUNT({cells})>={node.rank},LARGE({cells},{node.rank}),0)"

    @GUARD.of(Largest)
    def _guard_largest(self, node: Largest) -> Iterator[str]:
        cells = self.cells.column(node.column)
        count = f"COUNT({self._numbers(node.column)})"
        if self._never_negative(node.column):
            count = f'COUNT({cells})+SUMPRODUCT((TRIM({cells})="{NONE}")*1)'
        yield f"({count}>={node.rank})"

    def _never_negative(self, column: str) -> bool:
        kind = self.cells.kind(column)
        return kind.numeric and kind.low is not None and kind.low >= 0

    @VALUE.of(Middle)
    def _value_middle(self, node: Middle) -> str:
        return f"MEDIAN({self._numbers(node.column)})"

    @GUARD.of(Middle)
    def _guard_middle(self, node: Middle) -> Iterator[str]:
        yield f"(COUNT({self._numbers(node.column)})>0)"

    def _pattern(self, name: Expression) -> str:
        """A name as a criterion that takes either style of brackets."""
        return criterion(bare(self.shown(name)), "(", ")", "（", "）")

    def _matches(self, name: Expression, column: str) -> str:
        """How often a name stands in a column; a blank one would match blank rows."""
        count = f"COUNTIF({self.cells.column(column)},{self._pattern(name)})"
        return f'IF(TRIM({self.shown(name)})="",0,{count})'

    @VALUE.of(LookUp)
    def _value_found(self, node: LookUp) -> str:
        by, column = self.cells.column(node.by), self.cells.column(node.column)
        return f"SUMIF({by},{self._pattern(node.name)},{column})"

    @GUARD.of(LookUp)
    def _guard_found(self, node: LookUp) -> Iterator[str]:
        yield f"({self._matches(node.name, node.by)}=1)"
        # SUMIF makes 0 of a blank; -1E+300 is below every number, and no text is above it.
        by, column = self.cells.column(node.by), self.cells.column(node.column)
        named = f"COUNTIFS({by},{self._pattern(node.name)},{column},"
        none = f'+{named}"{NONE}")' if self.cells.kind(node.column).counts_none else ""
        yield f'({named}">-1E+300"){none}=1)'
