"""The vocabulary in which a form is declared: a Workbook of Sheets of blocks of Fields.

A spec is frozen data without addresses, colours or sentences of the software. Printed texts are
verbatim; everything that is not printed in the form but asked for all the same is ``added`` and is
laid out beside the printed form, outside its print area. Keys are snake_case and unique in a block;
``block.field`` (``economy.revenue``) names a field, with a year (``economy.revenue.2025``), a
stretch of one (``output.c1210.2025m10``) or a repeat (``park[2].park_name``) of several.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from functools import cached_property
from typing import Any

from attrs import evolve, field, frozen

from clusterbook.forms.asked_for import as_tuple, each_of, one_of
from clusterbook.forms.expressions.nodes import AnyOf, Expression, Filled, answer
from clusterbook.forms.kinds import Kind, Pages, Text, Tick
from clusterbook.forms.options import Options
from clusterbook.forms.rules import Rule
from clusterbook.forms.summary_spec import Summary
from clusterbook.forms.table_columns import Column, Fixed, Measure, Year


class Proof(Enum):
    """What the form demands as 佐证 for an answer."""

    NONE = ""
    EVIDENCE = "需提供佐证"
    LIST = "需提供清单"


_A_KIND = one_of(Kind, words="a kind (Number, Text, Choice, …)")
_AN_EXPRESSION = one_of(Expression, words="an expression (answer(…), …)", optional=True)

MONTHLY, QUARTERLY = tuple(range(1, 13)), (3, 6, 9, 12)


@frozen
class Field:
    """One answer: key, printed label, kind.

    ``required`` may be replaced by ``when``: required if the condition holds, and with
    ``only_when`` to be left empty otherwise. ``computed`` is filled by formula and never typed.
    ``hint`` is printed small with the label; ``note`` is a definition shown as an input message.
    ``year`` makes the answer one of several of the same key, ``stretch`` one of several of a year
    (``2025m10``). ``wide`` gives the column of a library its share of the page, in characters.
    """

    key: str
    label: str
    kind: Kind = field(validator=_A_KIND)
    required: bool = field(default=True, kw_only=True)
    when: Expression | None = field(default=None, validator=_AN_EXPRESSION, kw_only=True)
    only_when: bool = field(default=False, kw_only=True)
    when_text: str = field(default="", kw_only=True)
    computed: Expression | None = field(default=None, validator=_AN_EXPRESSION, kw_only=True)
    proof: Proof = field(default=Proof.NONE, kw_only=True)
    added: bool = field(default=False, kw_only=True)
    hint: str = field(default="", kw_only=True)
    note: str = field(default="", kw_only=True)
    year: int | None = field(default=None, kw_only=True)
    stretch: str = field(default="", kw_only=True)
    wide: float = field(default=0, kw_only=True)
    default: str = field(default="", kw_only=True)
    boxes: str = field(default="", kw_only=True)  #: between the options that a form prints as boxes
    #: whether the next round's blank is prefilled with it; None leaves it to its kind
    carry: bool | None = field(default=None, kw_only=True)
    #: of a library column that stands for one year of several: which figure, of which year
    dated: tuple[str, int] | None = field(default=None, kw_only=True)

    @property
    def name(self) -> str:
        """Key with its time, as it stands after the block in a full key."""
        return self.key if self.year is None else f"{self.key}.{self.time}"

    @property
    def time(self) -> str:
        """The stretch or the year it is asked for; '' where it is asked once."""
        return self.stretch or ("" if self.year is None else str(self.year))


@frozen
class Group:
    """A merged header or label over fields, lines, columns or further groups, any depth."""

    label: str
    items: tuple[Any, ...] = field(converter=as_tuple)
    added: bool = field(default=False, kw_only=True)


@frozen
class Line:
    """Several answers printed on one line: ``label | answer | its label | answer …``.

    A field's own label is printed before its answer unless it is empty or ``silent`` names it.
    """

    label: str
    fields: tuple[Field, ...] = field(
        converter=as_tuple, validator=each_of(Field, words="fields (Field)")
    )
    silent: bool = field(default=False, kw_only=True)


@frozen
class Checklist:
    """Tick boxes (□) beside locked wording, each with its 佐证页码.

    Exported as the list of ticked options under ``key`` and as one yes/no each under ``key_1`` …
    """

    key: str
    label: str
    options: tuple[str, ...] = field(converter=as_tuple)
    heading: str = field(default="", kw_only=True)
    note: str = field(default="", kw_only=True)


@frozen
class Note:
    """Printed guidance over the full width. ``role`` is its look: note, body, title, hint."""

    text: str
    role: str = "note"


@frozen
class Signature:
    """A printed block for signature, seal and date: paper only, never data."""

    lines: tuple[str, ...] = field(converter=as_tuple)


@frozen(kw_only=True)
class Block:
    """Base of the blocks of a sheet; blocks with the same key are parts of one block of data.

    ``item`` numbers the repeats of a block (a second 核心承载园区); ``when`` makes all its required
    answers conditional.
    """

    key: str
    item: int | None = None
    when: Expression | None = field(default=None, validator=_AN_EXPRESSION)
    when_text: str = ""
    #: whether the next round's blank may be prefilled with any of it
    carry: bool = True

    @property
    def name(self) -> str:
        """Key with the repeat, as full keys begin."""
        return self.key if self.item is None else f"{self.key}[{self.item}]"


@frozen(kw_only=True)
class Answers(Block):
    """Label–answer rows: Field, Line, Checklist, Note, Signature, and Groups of them."""

    rows: tuple[Any, ...] = field(
        converter=as_tuple,
        validator=each_of(
            Field, Line, Checklist, Note, Signature, Group,
            words="Field, Line, Checklist, Note, Signature or Group",
        ),
    )  # fmt: skip


@frozen
class Row:
    """One indicator: key, printed label, kind of its numbers.

    ``whole``: one answer over all years. ``plain``: no sub-columns, one answer a year. ``values``
    computes single years. ``growth``: the expression of the 增幅 column. ``skip`` names columns
    that have no cell in this row; ``kinds`` gives a column its own kind here. ``named``: the label
    itself is an input (printed as ``......``), and all of the row is asked once one cell is filled.
    ``years``: the years asked, if not all of the block; stretches of one year by their ids, there
    and in ``values``. ``fixed``: what is printed in the ``Fixed`` columns of the block.
    """

    key: str
    label: str
    kind: Kind = field(validator=_A_KIND)
    required: bool = field(default=True, kw_only=True)
    when: Expression | None = field(default=None, validator=_AN_EXPRESSION, kw_only=True)
    only_when: bool = field(default=False, kw_only=True)
    when_text: str = field(default="", kw_only=True)
    whole: bool = field(default=False, kw_only=True)
    plain: bool = field(default=False, kw_only=True)
    values: Mapping[Any, Expression] = field(factory=dict, kw_only=True)
    growth: Expression | None = field(default=None, validator=_AN_EXPRESSION, kw_only=True)
    skip: tuple[str, ...] = field(converter=as_tuple, default=(), kw_only=True)
    kinds: Mapping[str, Kind] = field(factory=dict, kw_only=True)
    named: bool = field(default=False, kw_only=True)
    years: tuple[int | str, ...] | None = field(default=None, kw_only=True)
    fixed: Mapping[str, str] = field(factory=dict, kw_only=True)
    computed: Expression | None = field(default=None, validator=_AN_EXPRESSION, kw_only=True)
    added: bool = field(default=False, kw_only=True)
    proof: Proof = field(default=Proof.NONE, kw_only=True)
    hint: str = field(default="", kw_only=True)
    note: str = field(default="", kw_only=True)

    def asks(self, time: Year) -> bool:
        """Whether it has a figure of this year or stretch of a year."""
        return self.years is None or time.year in self.years or time.stretch in self.years

    def formula(self, time: Year) -> Expression | None:
        """What works its figure of this time out, where nobody types it."""
        return self.values.get(time.stretch or time.year)


@frozen(kw_only=True)
class Indicators(Block):
    """Fixed rows × years, with optional sub-columns (``measures``) and further columns.

    ``years`` may be stretches of years: ``Months``, ``Quarter``. ``corner`` is the head over the
    row labels, ``over`` the head printed over all years (近2年情况). ``fixed`` are printed columns
    behind the labels. ``show_years`` false hides the head row of years (a table that goes on).
    """

    years: tuple[Year, ...] = field(
        converter=as_tuple, validator=each_of(Year, words="Year, Months or Quarter")
    )
    rows: tuple[Any, ...] = field(
        converter=as_tuple, validator=each_of(Row, Group, words="Row, or Group of them")
    )
    corner: str = ""
    over: str = ""
    measures: tuple[Measure, ...] = field(converter=as_tuple, default=())
    columns: tuple[Column, ...] = field(converter=as_tuple, default=())
    fixed: tuple[Fixed, ...] = field(converter=as_tuple, default=())
    show_years: bool = True


@frozen(kw_only=True)
class Headline:
    """A computed number that is printed inside the head sentence of a library."""

    key: str
    label: str
    of: Expression = field(validator=_AN_EXPRESSION)


@frozen(kw_only=True)
class Subtotal:
    """A printed line of sums below the 合计 of a library: its label, and sums by column key."""

    label: str
    of: Mapping[str, Expression]


@frozen(kw_only=True)
class Library(Block):
    """Open rows (库, 名单): Fields and Groups of Fields as columns.

    ``rows`` is the number of rows given; ``printed_rows`` how many the paper form shows.
    ``closed``: exactly ``rows`` rows with the 合计 below them (前十). ``totals`` maps column
    keys to the expression in the 合计 row, ``subtotals`` are further lines of that kind, of an open
    list with a 合计. ``least`` rows are expected, fewer are to be explained.
    ``identity``: columns whose combination may not repeat.
    """

    columns: tuple[Any, ...] = field(
        converter=as_tuple, validator=each_of(Field, Group, words="Field, or Group of them")
    )
    rows: int
    printed_rows: int = 10
    numbered: str = "序号"
    number_added: bool = False
    closed: bool = False
    least: int = 0
    title: str = ""
    head: Expression | None = field(default=None, validator=_AN_EXPRESSION)
    headlines: tuple[Headline, ...] = field(converter=as_tuple, default=())
    totals: Mapping[str, Expression] = field(factory=dict)
    total_label: str = "合计"
    subtotals: tuple[Subtotal, ...] = field(converter=as_tuple, default=())
    notes: tuple[str, ...] = field(converter=as_tuple, default=())
    identity: tuple[str, ...] = field(converter=as_tuple, default=())
    #: key of the list of which it is one sheet of several: all of them go into one table
    part_of: str = ""
    #: what a row is, where it may stand in several submissions: enterprise, project or patent
    subject: str = ""
    #: the columns by which it is the same there; by default those of ``identity``
    known_by: tuple[str, ...] = field(converter=as_tuple, default=())
    resizable: bool = False

    @property
    def table(self) -> str:
        """The table that its rows go into."""
        return self.part_of or self.key

    def fields(self) -> Iterator[Field]:
        """The columns that hold data, left to right as printed, added ones where they stand."""
        return leaves(self.columns)


@frozen(kw_only=True)
class Narrative(Block):
    """Long text with its printed guidance, in boxes that print on A4."""

    field: Field
    guidance: tuple[str, ...] = ()
    show_label: bool = True


@frozen(kw_only=True)
class Sheet:
    """One printed part. ``heading`` stands above ``title`` where the part begins a chapter."""

    key: str
    name: str
    title: str
    blocks: tuple[Any, ...] = field(
        converter=as_tuple,
        validator=each_of(
            Block, Note, Signature, words="blocks (Form, Indicators, Library, Narrative), Note"
        ),
    )
    heading: str = ""
    landscape: bool = False
    cover: bool = False
    #: whether it may not run over to a second page (不得串页)
    one_page: bool = False


@frozen(kw_only=True)
class Correction:
    """A place where the printed form is unclear or out of date, and how this workbook reads it."""

    id: str
    where: str
    printed: str
    rendered: str


@frozen(kw_only=True)
class Pledge:
    """A target of one round that is a figure of a later one; keys without their year.

    What comes to less than ``low`` or more than ``high`` percent of it is asked about; a bound that
    is None is none.
    """

    target: str
    actual: str
    low: float | None
    high: float | None


@frozen(kw_only=True)
class Workbook:
    """A declared form; ``faults.check`` says whether it contradicts itself."""

    id: str
    version: str
    title: str
    issuer: str = ""
    options: Options
    sheets: tuple[Sheet, ...] = field(
        converter=as_tuple, validator=each_of(Sheet, words="sheets (Sheet)")
    )
    instructions: tuple[str, ...] = field(converter=as_tuple, default=())
    purpose: str = ""
    corrections: tuple[Correction, ...] = field(converter=as_tuple, default=())
    glossary: tuple[tuple[str, str], ...] = ()
    rules: tuple[Rule, ...] = field(
        converter=as_tuple, validator=each_of(Rule, words="rules (Rule)"), default=()
    )
    #: keys of the answers an issued workbook is prefilled with, by roster column
    prefill: Mapping[str, str] = field(factory=dict)
    #: targets that the figures of a later round are held against
    pledges: tuple[Pledge, ...] = field(converter=as_tuple, default=())
    #: versions whose workbooks are read all the same, each with the plan that is kept of it
    earlier: tuple[str, ...] = field(converter=as_tuple, default=())
    #: the months whose rounds it has: ``MONTHLY``, ``QUARTERLY``; none of a form returned by years
    months: tuple[int, ...] = field(converter=as_tuple, default=())
    #: what goes into the provincial summary; without it, what can be derived
    summary: Summary | None = None

    def blocks(self) -> Iterator[tuple[Sheet, Any]]:
        """Every block with its sheet, in printed order."""
        for sheet in self.sheets:
            for block in sheet.blocks:
                if isinstance(block, Block):
                    yield sheet, block

    def libraries(self) -> dict[str, Library]:
        """The libraries by key."""
        return {b.key: b for _, b in self.blocks() if isinstance(b, Library)}

    def answers(self) -> Iterator[tuple[Block, Field]]:
        """Every single-valued field with its block, in printed order."""
        return iter(self._answers)

    @cached_property
    def _answers(self) -> tuple[tuple[Block, Field], ...]:
        return tuple((block, asked) for _, block in self.blocks() for asked in block_fields(block))


def leaves(items: Iterable[Any]) -> Iterator[Any]:
    """The items below groups of any depth."""
    for item in items:
        if isinstance(item, Group):
            yield from leaves(item.items)
        else:
            yield item


def block_fields(block: Block) -> Iterator[Field]:
    """The single-valued fields of a block that is not a library (headlines for one that is)."""
    if isinstance(block, Answers):
        for row in leaves(block.rows):
            if isinstance(row, Field):
                yield under_block(row, block)
            elif isinstance(row, Line):
                yield from (under_block(f, block) for f in row.fields)
            elif isinstance(row, Checklist):
                yield from checklist_fields(row)
    elif isinstance(block, Indicators):
        for row in leaves(block.rows):
            yield from (under_block(f, block) for _, f in row_fields(block, row))
    elif isinstance(block, Narrative):
        yield under_block(block.field, block)


def under_block(asked: Field, block: Block) -> Field:
    """A field under its block's condition, unless it has its own."""
    if block.when is None or asked.when is not None or not asked.required:
        return asked
    return evolve(asked, when=block.when, when_text=block.when_text)


def checklist_fields(checklist: Checklist) -> Iterator[Field]:
    """The tick and the evidence pages of each option, in order (``key_1``, ``key_1_pages``)."""
    for number, option in enumerate(checklist.options, start=1):
        key = f"{checklist.key}_{number}"
        yield Field(key, option, Tick(), required=False, proof=Proof.EVIDENCE, default=Tick.OPEN)
        yield Field(f"{key}_pages", f"{option}（佐证页码）", Pages(), required=False)


def row_fields(block: Indicators, row: Row) -> Iterator[tuple[tuple[str, Any], Field]]:
    """The fields of one indicator, each with its place: ('name'|'whole'|'year'|'column', which).

    For 'year' the second part is (Year, Measure | None). Printed measures have no field.
    """
    pattern = Field(
        row.key, row.label, row.kind, required=row.required, when=row.when,
        when_text=row.when_text, only_when=row.only_when, added=row.added, proof=row.proof,
        hint=row.hint, note=row.note,
    )  # fmt: skip
    if row.named:
        filled = _row_filled(block, row)
        pattern = evolve(pattern, required=True, when=filled, when_text="本行已填")
        yield ("name", None), evolve(pattern, key=f"{row.key}_name", kind=Text())
    if row.whole:
        yield ("whole", None), evolve(pattern, computed=row.computed)
    else:
        for year in block.years:
            if row.asks(year):
                yield from _year_fields(block, row, year, pattern)
    for column in block.columns:
        if column.key not in row.skip and not (column.computed and row.growth is None):
            yield ("column", column), _column_field(row, column, pattern)


def _year_fields(
    block: Indicators, row: Row, year: Year, pattern: Field
) -> Iterator[tuple[tuple[str, Any], Field]]:
    if year.optional:
        pattern = evolve(pattern, required=False, when=None)
    for measure in (None,) if row.plain or not block.measures else block.measures:
        if measure is None or not measure.printed:
            yield ("year", (year, measure)), evolve(
                pattern, key=row.key + (measure.suffix if measure else ""), year=year.year,
                stretch=year.stretch, computed=row.formula(year), added=row.added or year.added,
            )  # fmt: skip


def _column_field(row: Row, column: Column, pattern: Field) -> Field:
    asked = column.required and (row.named or row.required)
    return evolve(
        pattern, key=f"{row.key}_{column.key}", label=f"{row.label} {column.label}",
        kind=row.kinds.get(column.key, column.kind), added=column.added or row.added,
        computed=row.growth if column.computed else None,
        required=asked, only_when=row.only_when and not column.computed,
        hint="", note="", proof=Proof.NONE,
    )  # fmt: skip


def _row_filled(block: Indicators, row: Row) -> Expression:
    keys = [f"{block.name}.{row.key}_name"]
    keys += [
        f"{block.name}.{row.key}.{y.time}" for y in block.years if not y.optional and row.asks(y)
    ]
    return AnyOf([Filled(answer(key)) for key in keys])
