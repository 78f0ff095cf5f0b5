"""Where everything stands: the one home of addresses, shared by the writer and the reader.

A Layout is worked out by ``plan.plan``. Rows and columns count from 0; row 0 and column A of each
sheet are the hidden ruler. ``A1`` style text appears only at the edges.
"""

from __future__ import annotations

from functools import cached_property
from hashlib import sha256

from attrs import define, field, frozen

from clusterbook.a1 import cell_name, column_letters, sheet_prefix
from clusterbook.forms.expressions.nodes import (
    AnswerOf,
    ColumnIs,
    Expression,
    RowCount,
    This,
    Total,
)
from clusterbook.forms.kinds import Kind
from clusterbook.forms.options import FORMS_KEPT
from clusterbook.forms.reasons import QUESTIONS, reason_name
from clusterbook.forms.spec import Block, Field, Library, Sheet, Workbook

LABEL_MARK = " › "  # between the parts of a label path in sentences
# How many sheets of layouts are kept with what is worked out of them.
SHEETS_KEPT = 40 * FORMS_KEPT
#: the links beside each sheet: to the first page, to the sheet before and to the next one
LINKS = HOME, BACK, NEXT = ("home", "back", "next")


@frozen
class Area:
    """A cell or a merged range, both corners inclusive."""

    row: int
    col: int
    last_row: int
    last_col: int

    @property
    def merged(self) -> bool:
        """Whether it is more than one cell."""
        return (self.row, self.col) != (self.last_row, self.last_col)

    @property
    def cell(self) -> str:
        """Address of the top-left cell, which holds the value."""
        return cell_name(self.row, self.col)

    def range(self) -> str:
        """Fixed reference of the whole area."""
        first = cell_name(self.row, self.col, fixed=True)
        last = cell_name(self.last_row, self.last_col, fixed=True)
        return f"{first}:{last}"


@frozen
class Printed:
    """A locked text or formula of the printed form; ``role`` is its look."""

    area: Area
    text: str | Expression
    role: str
    number_format: str = ""
    #: where a click leads: one of ``LINKS``
    link: str = ""


@frozen
class Slot:
    """One cell that answers one field. A long text has several slots, ``part`` of ``parts``."""

    key: str
    block: Block
    field: Field
    area: Area
    path: str
    part: int = 1
    parts: int = 1

    @property
    def locked(self) -> bool:
        """Whether a formula fills it."""
        return self.field.computed is not None

    @property
    def last(self) -> bool:
        """Whether no further box follows, in which a long text could go on."""
        return self.part == self.parts

    @property
    def defined_name(self) -> str:
        """ASCII name of the cell in the workbook (Excel refuses others silently)."""
        name = self.key.replace("[", ".").replace("]", "")
        return f"cb_{name}" + (f".p{self.part}" if self.parts > 1 else "")


@frozen
class OverflowRemark:
    """A cell beside boxes of long text that says when one cannot print all it holds."""

    area: Area
    slots: tuple[Slot, ...]
    #: the look of the box, on which rests how much it prints
    role: str


@frozen
class ColumnSlot:
    """One column of a library."""

    key: str
    field: Field
    col: int
    path: str

    @property
    def defined_name(self) -> str:
        """Name of the column's body cells in the workbook."""
        return f"cb_{self.key}"

    @property
    def locked(self) -> bool:
        """Whether formulas fill it."""
        return self.field.computed is not None


@frozen
class Body:
    """The rows of a library, first to last, and its columns as they stand."""

    library: Library
    first_row: int
    last_row: int
    columns: tuple[ColumnSlot, ...]
    number_col: int | None
    total_row: int | None
    head_last_row: int
    head_area: Area | None = None

    @property
    def total_rows(self) -> range:
        """The rows with the totals and subtotals."""
        first = self.total_row or 0
        count = 0 if self.total_row is None else 1 + len(self.library.subtotals)
        return range(first, first + count)

    @property
    def inputs(self) -> tuple[ColumnSlot, ...]:
        """The columns that a person fills."""
        return tuple(column for column in self.columns if not column.locked)

    def first_cell(self, column: ColumnSlot) -> str:
        """Address of the first row of a column."""
        return cell_name(self.first_row, column.col)

    def range(self, column: ColumnSlot) -> str:
        """Fixed reference of one column of the body."""
        return Area(self.first_row, column.col, self.last_row, column.col).range()


@frozen(kw_only=True, eq=False)
class SheetPlan:
    """Everything that stands on one sheet."""

    sheet: Sheet
    printed: tuple[Printed, ...]
    slots: tuple[Slot, ...]
    body: Body | None
    widths: tuple[float, ...]
    heights: dict[int, float]
    last_row: int
    print_first_col: int
    print_last_col: int
    frozen_row: int = 0
    repeat: tuple[int, int] | None = None
    page_breaks: tuple[int, ...] = ()
    #: by how much the page is printed smaller than it stands on the screen
    scale: float = 1.0
    remarks: tuple[OverflowRemark, ...] = ()

    @property
    def name(self) -> str:
        """The sheet's name in the workbook."""
        return self.sheet.name

    @property
    def title(self) -> Area:
        """What is selected when somebody comes to the sheet: its title, which is the first text."""
        printed = (one.area for one in self.printed if one.area.col >= self.print_first_col)
        return min(printed, key=lambda area: (area.row, area.col))

    @property
    def library(self) -> Body:
        """The body of a sheet that holds a library."""
        if self.body is None:
            raise LookupError(f"sheet {self.name!r} holds no library")
        return self.body

    @property
    def last_col(self) -> int:
        """The last column in use, added ones included."""
        return len(self.widths) - 1


@frozen
class SlotPlace:
    """A slot with its sheet and its number in printed order."""

    index: int
    slot: Slot
    plan: SheetPlan


@define(slots=False, eq=False)
class Layout:
    """Every address of a workbook, by sheet and by key."""

    workbook: Workbook
    sheets: tuple[SheetPlan, ...] = field()

    @cached_property
    def slots(self) -> dict[str, tuple[Slot, ...]]:
        """The slots by full key; a long text has several."""
        found: dict[str, list[Slot]] = {}
        for plan in self.sheets:
            for slot in plan.slots:
                found.setdefault(slot.key, []).append(slot)
        return {key: tuple(slots) for key, slots in found.items()}

    @cached_property
    def in_order(self) -> tuple[SlotPlace, ...]:
        """Every slot in printed order: the order in which raw values are handed on."""
        pairs = [(slot, plan) for plan in self.sheets for slot in plan.slots]
        return tuple(SlotPlace(index, slot, plan) for index, (slot, plan) in enumerate(pairs))

    @cached_property
    def first_places(self) -> dict[str, SlotPlace]:
        """The (first) slot of each key."""
        return {one.slot.key: one for one in reversed(self.in_order)}

    @cached_property
    def called(self) -> dict[str, tuple[str, ...]]:
        """Full keys of the answers by their name within a block: county, cluster_name."""
        found: dict[str, tuple[str, ...]] = {}
        for key in self.slots:
            name = key.split(".", 1)[1]
            found[name] = (*found.get(name, ()), key)
        return found

    @cached_property
    def reasons(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Codes of rules and questions, and the names of the cells in which a reason may stand.

        That of its group comes first; workbooks issued before there were groups have its own.
        """
        rules = [(rule.code, (rule.line, rule.code)) for rule in self.workbook.rules]
        questions = [(code, (code,)) for code in QUESTIONS]
        return tuple((code, tuple(dict.fromkeys(map(reason_name, keys))))
                     for code, keys in [*rules, *questions])  # fmt: skip

    @cached_property
    def digest(self) -> str:
        """Short hash of all addresses: a workbook issued from other addresses has another one."""
        places = [f"{slot.key}#{slot.part}@{plan.sheet.key}{slot.area.range()}"
                  for plan in self.sheets for slot in plan.slots]  # fmt: skip
        places += [f"{key}@{body.first_row},{column.col}" for key, column in self.columns.items()
                   for body in [self.bodies[key.split(".", 1)[0]]]]  # fmt: skip
        return sha256("\n".join(places).encode()).hexdigest()[:16]

    @cached_property
    def sheet_of(self) -> dict[str, SheetPlan]:
        """The sheet on which a slot or library column stands, by full key."""
        found = {slot.key: plan for plan in self.sheets for slot in plan.slots}
        for plan in self.sheets:
            if plan.body is not None:
                found |= {column.key: plan for column in plan.body.columns}
                found[plan.body.library.key] = plan
        return found

    @cached_property
    def columns(self) -> dict[str, ColumnSlot]:
        """The library columns by full key."""
        return {c.key: c for plan in self.sheets if plan.body for c in plan.body.columns}

    @cached_property
    def bodies(self) -> dict[str, Body]:
        """The library bodies by block key."""
        return {plan.body.library.key: plan.body for plan in self.sheets if plan.body}

    def sources_of(self, key: str) -> frozenset[str]:
        """Full keys of the answers that a computed answer rests on, directly or through others."""
        computed = self.slots[key][0].field.computed
        if computed is None:
            return frozenset()
        direct = {node.key for node in computed.walk() if isinstance(node, AnswerOf)}
        return frozenset(direct.union(*(self.sources_of(k) for k in direct)))

    def in_order_of_dependence(self) -> list[tuple[str, Slot | ColumnSlot, Expression]]:
        """Computed answers and columns with their expressions, each after those it rests on."""
        waiting: dict[str, Slot | ColumnSlot] = {
            key: parts[0] for key, parts in self.slots.items() if parts[0].locked
        }
        waiting |= {key: column for key, column in self.columns.items() if column.locked}
        ordered: list[tuple[str, Slot | ColumnSlot, Expression]] = []

        def place(key: str) -> None:
            one = waiting.pop(key, None)
            if one is None or one.field.computed is None:
                return
            library = key.split(".", 1)[0] if isinstance(one, ColumnSlot) else ""
            for node in one.field.computed.walk():
                if isinstance(node, AnswerOf):
                    place(node.key)
                elif isinstance(node, This):
                    place(f"{library}.{node.key}")
                elif isinstance(node, Total | RowCount | ColumnIs):
                    place(node.column)
            ordered.append((key, one, one.field.computed))

        for key in list(waiting):
            place(key)
        return ordered

    def view(self, plan: SheetPlan | None, row: int | None = None, *, named: bool = False) -> View:
        """The addresses as a formula on ``plan`` (in library row ``row``) writes them.

        ``named`` writes defined names: rules must not refer to other sheets by address.
        """
        return View(self, plan, row, named)


@frozen
class View:
    """Addresses as one formula sees them: the ``Cells`` of ``expressions.excel``."""

    layout: Layout
    plan: SheetPlan | None
    row: int | None = None
    named: bool = False

    def _prefix(self, plan: SheetPlan) -> str:
        return "" if plan is self.plan else sheet_prefix(plan.name)

    def answer(self, key: str) -> str:
        """Fixed address of one answer."""
        slot = self.layout.slots[key][0]
        if self.named:
            return slot.defined_name
        prefix = self._prefix(self.layout.sheet_of[key])
        return prefix + cell_name(slot.area.row, slot.area.col, fixed=True)

    def boxes(self, key: str) -> tuple[str, ...]:
        """Fixed addresses of all cells of one answer."""
        if self.named:
            return tuple(slot.defined_name for slot in self.layout.slots[key])
        prefix = self._prefix(self.layout.sheet_of[key])
        cells = (slot.area for slot in self.layout.slots[key])
        return tuple(prefix + cell_name(area.row, area.col, fixed=True) for area in cells)

    def column(self, key: str) -> str:
        """Fixed range of one library column."""
        if self.named:
            return self.layout.columns[key].defined_name
        plan = self.layout.sheet_of[key]
        return self._prefix(plan) + plan.library.range(self.layout.columns[key])

    def this(self, key: str, shift: int = 0) -> str:
        """Address of another cell in the row of this view or below it, the column fixed."""
        row = (self.row or 0) + 1 + shift
        return f"${column_letters(self._own_column(key).col)}{row}"

    def _own_column(self, key: str) -> ColumnSlot:
        """A column of the library on whose sheet the formula stands."""
        if self.plan is None or self.plan.body is None:
            raise LookupError(f"{key!r} names a cell of the same row outside a library")
        return self.layout.columns[f"{self.plan.body.library.key}.{key}"]

    def kind(self, key: str) -> Kind:
        """The kind of an answer, of a library column, or of another column of the same row."""
        if key in self.layout.slots:
            return self.layout.slots[key][0].field.kind
        if key in self.layout.columns:
            return self.layout.columns[key].field.kind
        return self._own_column(key).field.kind


@frozen
class RowsView(View):
    """A view in which ``this`` is a range over all rows of a library: for array formulas.

    With ``shifts`` above 0 the last rows are left out, so that all ranges are equally long.
    """

    library: str = ""
    shifts: int = 0

    def this(self, key: str, shift: int = 0) -> str:
        """The column from its first row (or ``shift`` rows below), with its sheet."""
        full = f"{self.library}.{key}"
        body, column = self.layout.bodies[self.library], self.layout.columns[full]
        first = body.first_row + shift
        area = Area(first, column.col, body.last_row - self.shifts + shift, column.col)
        return self._prefix(self.layout.sheet_of[full]) + area.range()

    def _own_column(self, key: str) -> ColumnSlot:
        """A column of the library whose rows are meant."""
        return self.layout.columns[f"{self.library}.{key}"]
