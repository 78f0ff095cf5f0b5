"""What a county typed, ready to be written again: every raw value of one file, by key.

Nothing is lost: what has no cell in the form any more is kept beside it.
"""

from __future__ import annotations

from collections.abc import Iterator

from attrs import define, evolve, field, frozen

from clusterbook.a1 import cell_name
from clusterbook.forms.kinds import CELL_TEXT_LIMIT, Kind, Raw
from clusterbook.forms.parsing.folding import to_text
from clusterbook.layout.layout import Area, Body, Layout
from clusterbook.reports.feedback.remarks import in_file, new_rows
from clusterbook.reports.feedback.spellings import NO_ROW, Spelling, Spellings
from clusterbook.returns.extract import Extracted, Oddities, RawLibrary
from clusterbook.workbook.content import Content, Dressed, raw_of


def with_room(layout: Layout, extracted: Extracted) -> Layout:
    """The layout with longer libraries where more rows came than were offered."""
    plans = []
    for plan in layout.sheets:
        raw = extracted.libraries.get(plan.body.library.key) if plan.body else None
        if plan.body and raw:
            last = max(new_rows(plan.body, raw).values(), default=0)
            if last > plan.body.last_row:
                plans.append(evolve(plan, body=evolve(plan.body, last_row=last)))
                continue
        plans.append(plan)
    changed = any(one is not other for one, other in zip(plans, layout.sheets, strict=True))
    return Layout(layout.workbook, tuple(plans)) if changed else layout


@frozen
class Left:
    """Content for which the copy has no cell."""

    sheet: str
    cell: str
    label: str
    text: str


@define
class Values:
    """Everything that was typed, by key, and what is left over.

    What the importer read in ``spellings`` stands there so that Excel reads it alike.
    """

    spellings: Spellings = field(factory=dict)
    answers: dict[str, tuple[Content, ...]] = field(factory=dict)
    rows: dict[str, list[dict[str, Content]]] = field(factory=dict)
    left: list[Left] = field(factory=list)

    @classmethod
    def of(cls, layout: Layout, extracted: Extracted, spellings: Spellings) -> Values:
        """All raw values of one file."""
        values = cls(spellings=spellings)
        for one in layout.in_order:
            slot = one.slot
            if slot.locked:
                continue
            content: Content = ""
            if one.index not in extracted.absent:
                content = _content(
                    extracted.raws[one.index], extracted.oddities, one.index, slot.field.kind
                )
                sheet, cell = extracted.places.get(one.index, (one.plan.name, slot.area.cell))
                spelling = spellings.get((slot.key, NO_ROW))
                if spelling is not None:
                    content = values.spelled(content, spelling, sheet, cell, slot.path)
                content = values.fitting(content, sheet, cell, slot.path)
            elif slot.parts == 1:
                continue
            # Of an answer in several boxes each stays in its own, also where one is gone.
            values.answers[slot.key] = (*values.answers.get(slot.key, ()), content)
        for key, raw in extracted.libraries.items():
            values.rows[key] = values.library(layout.bodies[key], raw)
        values.left += _others(extracted)
        return values

    def cells(self, layout: Layout, key: str) -> Iterator[tuple[Area, Content]]:
        """The cells of an answer or of a whole column in the copy, with what stands in them.

        None for what a formula of the form fills.
        """
        if key in layout.slots:
            contents = self.answers.get(key, ())
            yield from zip((slot.area for slot in layout.slots[key]), contents, strict=False)
            return
        body, column = layout.bodies[key.split(".", 1)[0]], layout.columns[key]
        if not column.locked:
            for row, answers in enumerate(self.rows.get(body.library.key, ()), body.first_row):
                area = Area(row, column.col, row, column.col)
                yield area, answers.get(column.field.key, "")

    def library(self, body: Body, raw: RawLibrary) -> list[dict[str, Content]]:
        """The rows of a library as they stand in the copy, blank ones between them included."""
        new, width = new_rows(body, raw), len(body.columns)
        count = max(new.values(), default=body.first_row - 1) - body.first_row + 1
        rows: list[dict[str, Content]] = [{} for _ in range(count)]
        typed = [
            (number, column.key, column.field.key, column)
            for number, column in enumerate(body.columns)
            if not column.locked
        ]
        odd, spellings = raw.oddities.indices(), self.spellings
        for position, row in enumerate(raw.rows):
            answers = rows[new[row] - body.first_row] if row in new else None
            for number, full_key, key, column in typed:
                index = position * width + number
                value = raw.columns[number][position]
                spelling = spellings.get((full_key, row))
                content: Content = "" if value is None else value  # as nearly all
                if index in odd:
                    content = _content(value, raw.oddities, index, column.field.kind)
                if spelling is not None:
                    cell = in_file(raw, row, number)
                    content = self.spelled(content, spelling, raw.sheet, cell, column.path)
                if answers is None:
                    if content != "":
                        cell, text = in_file(raw, row, number), to_text(raw_of(content))
                        self.left.append(Left(raw.sheet, cell, column.path, text))
                    continue
                if _may_be_long(content):
                    cell = in_file(raw, row, number)
                    content = self.fitting(content, raw.sheet, cell, column.path)
                answers[key] = content
        return rows

    def spelled(
        self, content: Content, spelling: Spelling, sheet: str, cell: str, label: str
    ) -> Content:
        """The content as the form asks for it; what it says beside goes to the list.

        Numbers and dates of Excel's own stay, but for a half that is shown as 50%.
        """
        look = content.look if isinstance(content, Dressed) else ""
        if look != "percent" and not isinstance(content, str):
            return content
        if spelling.shortened:
            self.left.append(Left(sheet, cell, label, to_text(raw_of(content))))
        return spelling.raw

    def fitting(self, content: Content, sheet: str, cell: str, label: str) -> Content:
        """The content; of a text too long for a cell of Excel the rest goes to the list."""
        if not _may_be_long(content):
            return content
        head, *rest = _pieces(str(content))
        self.left += [Left(sheet, cell, label, piece) for piece in rest]
        return head


def _may_be_long(content: Content) -> bool:
    """Whether a cell of Excel may not hold a text."""
    return isinstance(content, str) and len(content) > CELL_TEXT_LIMIT // 2


def _others(extracted: Extracted) -> Iterator[Left]:
    """What stood on sheets of the county's own."""
    for sheet, (cells, count) in extracted.others.items():
        for at, value in cells.items():
            yield from (Left(sheet, cell_name(*at), "", one) for one in _pieces(to_text(value)))
        if count > len(cells):
            rest = f"本表另有{count - len(cells)}格有内容，请见报送的原文件。"
            yield Left(sheet, "", "", rest)


def _pieces(text: str) -> Iterator[str]:
    """The text in pieces that a cell holds; Excel counts UTF-16 units."""
    units = text.encode("utf-16-le", "surrogatepass")
    while units:
        end = min(len(units), 2 * CELL_TEXT_LIMIT)
        if end < len(units) and 0xDC <= units[end + 1] <= 0xDF:  # noqa: PLR2004 - half a character
            end -= 2
        yield units[:end].decode("utf-16-le", "surrogatepass")
        units = units[end:]


def _content(raw: Raw | None, oddities: Oddities, index: int, kind: Kind) -> Content:
    """One cell as it came; '' where nothing stood.

    A county's formula is not written again, as it may refer to anything: its result stands there,
    its text where there is none. A number in the wrong look becomes the text that it showed: a cell
    in the look of a date would make a date of the right number, too, and its format is protected.
    """
    error, formula = oddities.errors.get(index, ""), oddities.formulas.get(index, "")
    if error or raw is None:
        return error or (f"={formula}" if formula else "")
    shown = oddities.shown.get(index)
    if shown is not None and shown.why in ("struck", "raised", "script", "format"):
        return str(shown.read) if shown.why == "struck" else shown.text
    if shown is not None and shown.why == "gone":
        return Dressed(raw, "struck")
    look = "" if isinstance(raw, str | bool) else oddities.formats.get(index, "")
    if look and not isinstance(raw, str) and kind.numeric:
        if look == "date":
            return to_text(raw, date_format=True)
        if not kind.percent:
            return f"{to_text(raw * 100)}%"
    return Dressed(raw, look) if look else raw
