"""The option lists of a workbook: one column each on a hidden sheet, reached by defined names.

Rules point at names and never at another sheet: Excel rewrites such rules into an extension that
other programs drop. A cascade is a pair of columns, sorted by parent, read by OFFSET.
"""

from __future__ import annotations

from collections.abc import Iterator

from attrs import define, field

from clusterbook.a1 import sheet_prefix
from clusterbook.forms.kinds import Kind
from clusterbook.forms.kinds.bounds import OPTIONS, PARENT, PARENTS
from clusterbook.forms.kinds.excel import NOTHING_WORDS, PUT_OFF_WORDS
from clusterbook.layout.layout import Area, Layout
from clusterbook.layout.own_sheets import LISTS_SHEET


@define
class Lists:
    """Columns of the hidden list sheet; each distinct list of options stands once."""

    columns: list[tuple[str, tuple[str, ...]]] = field(factory=list)
    _names: dict[tuple[str, ...], str] = field(factory=dict)

    def name_of(self, options: tuple[str, ...]) -> str:
        """The defined name of a list of options, adding it when it is new."""
        if options not in self._names:
            name = f"cb_list_{len(self._names) + 1}"
            self._names[options] = name
            self.columns.append((name, options))
        return self._names[options]

    def pair_names(self, pairs: tuple[tuple[str, str], ...]) -> tuple[str, str]:
        """The names of the parents' and the options' column of a cascade."""
        # The marks keep equal columns of different cascades apart.
        key = tuple(f"{parent}\n{option}" for parent, option in pairs)
        if key not in self._names:
            name = f"cb_pairs_{len(self._names) + 1}"
            self._names[key] = name
            self.columns.append((f"{name}_parents", tuple(parent for parent, _ in pairs)))
            self.columns.append((f"{name}_options", tuple(option for _, option in pairs)))
        name = self._names[key]
        return f"{name}_parents", f"{name}_options"

    def defined(self) -> Iterator[tuple[str, str]]:
        """Every name with its reference."""
        for col, (name, options) in enumerate(self.columns):
            area = Area(0, col, max(len(options), 1) - 1, col)
            yield name, "=" + sheet_prefix(LISTS_SHEET) + area.range()

    def copied(self) -> Lists:
        """The same lists under the same names, to be added to."""
        return Lists(list(self.columns), dict(self._names))

    def fault(self, kind: Kind, cell: str, parent: str = "") -> str:
        """``kind.fault`` with the names of its lists filled in."""
        formula = self.named(kind.fault(cell))
        if kind.within:
            parents, options = self.pair_names(kind.pairs)
            formula = formula.replace(PARENTS, parents).replace(OPTIONS, options)
            return formula.replace(PARENT, parent)
        return (
            formula.replace(OPTIONS, self.name_of(kind.options)) if OPTIONS in formula else formula
        )

    def named(self, formula: str) -> str:
        """A formula with the names of the lists of words in it."""
        for mark, words in (("{put_off}", PUT_OFF_WORDS), ("{nothing}", NOTHING_WORDS)):
            if mark in formula:
                formula = formula.replace(mark, self.name_of((words,)))
        return formula

    def source(self, kind: Kind, parent: str = "") -> str:
        """The source of a drop-down for ``kind``, as a formula; empty where there is none."""
        if kind.within:
            parents, options = self.pair_names(kind.pairs)
            # Not by MATCH and COUNTIF: they would take what somebody typed for a pattern.
            own = f"({parents}={parent})"
            last, count = f"SUMPRODUCT(MAX({own}*ROW({parents})))", f"SUMPRODUCT({own}*1)"
            return f"=OFFSET({options},{last}-{count},0,{count},1)"
        offered = kind.offer().options
        return f"={self.name_of(offered)}" if offered else ""


def names_of_library_column(layout: Layout, key: str) -> str:
    """A drop-down of what stands in a library column so far, as a formula."""
    name = layout.columns[key].defined_name
    first = f"INDEX({name},1)"
    return f"=OFFSET({first},0,0,MAX(1,COUNTA({name})),1)"
