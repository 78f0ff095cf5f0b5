"""A workbook that was put by and taken up again is the one that was written in one go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from clusterbook.a1 import cell_name
from clusterbook.workbook import package
from clusterbook.workbook.defined_names import KeptNames
from clusterbook.workbook.locked_book import LockedBook
from clusterbook.workbook.locked_sheet import LockedSheet, has_number, sure
from clusterbook.workbook.package import QUICK, USUAL, PartText, Piece, zipped
from clusterbook.workbook.packed import Packed
from clusterbook.workbook.validations import TemplateError

# What is done to a sheet: a name, a row, a column, and what is written there.
Step = tuple[str, int, int, Any]
LOOKS: dict[str, dict[str, Any]] = {
    "plain": {}, "bold": {"bold": True}, "red": {"bg_color": "#FF0000"}, "date": {"num_format": "yyyy-mm"},
}  # fmt: skip

# How a sheet is looked at and printed.
VIEWS: dict[str, Callable[[Any, int, int], Any]] = {
    "zoom": lambda sheet, row, col: sheet.set_zoom(80 + row),
    "frozen": lambda sheet, row, col: sheet.freeze_panes(row, col),
    "chosen": lambda sheet, row, col: sheet.set_selection(row, col, row, col),
    "colour": lambda sheet, row, col: sheet.set_tab_color("#FF0000" if row else "#00FF00"),
    "broad": lambda sheet, row, col: sheet.set_landscape(),
    "paper": lambda sheet, row, col: sheet.set_paper(8 + row),
    "pages": lambda sheet, row, col: sheet.fit_to_pages(row, col),
    "footer": lambda sheet, row, col: sheet.set_footer(f"&C{row}"),
    "low rows": lambda sheet, row, col: sheet.set_default_row(12 + row),
}

places = st.tuples(st.integers(0, 6), st.integers(0, 4))
texts = st.sampled_from(["甲", "乙", " 丙 ", "<r>丁</r>", "_x0041_x0042_", "a&b\n"])
contents = st.one_of(texts, st.integers(-9, 9), st.sampled_from([0.1, -0.0, 1e300]), st.booleans())
steps = st.lists(
    st.one_of(
        st.builds(lambda at, what: ("put", *at, what), places, contents),
        st.builds(lambda at: ("blank", *at, None), places),
        st.builds(lambda at, n: ("formula", *at, f"=$H${n}&TRIM(H{n})"), places, st.integers(1, 4)),
        st.builds(lambda at, look: ("paint", *at, look), places, st.sampled_from(sorted(LOOKS))),
        st.builds(lambda at, look: ("mark", *at, look), places, st.sampled_from(sorted(LOOKS))),
        st.builds(
            lambda row, high: ("height", row, 0, high), st.integers(0, 6), st.integers(9, 40)
        ),
        st.builds(lambda row: ("grows", row, 0, None), st.integers(0, 6)),
        st.builds(lambda at, words: ("comment", *at, words), places, texts),
        st.builds(lambda at, goal: ("link", *at, goal), places, st.sampled_from(["A1", "H9"])),
        st.builds(lambda at: ("open", *at, None), places),
        st.builds(lambda at, name: ("name", *at, name), places, st.sampled_from("甲aB_")),
        st.builds(lambda inches: ("margin", 0, 0, inches), st.sampled_from([0.5, 0.7, 1])),
        st.builds(lambda option: ("protect", 0, 0, option), st.sampled_from(["sort", "objects"])),
        st.builds(lambda at, view: ("view", *at, view), places, st.sampled_from(sorted(VIEWS))),
    ),
    max_size=25,
)


class Writing:
    """A workbook of one sheet, and the formats it has."""

    def __init__(self) -> None:
        self.book = LockedBook()
        self.sheet = self.book.add("表")
        self.formats: dict[tuple[str, str], Any] = {}
        for row, text in enumerate("子丑寅卯"):
            sure(self.sheet.write_string(row, 7, text))

    def do(self, steps: Sequence[Step]) -> None:
        for name, row, col, what in steps:
            DEEDS[name](self, row, col, what)

    def format(self, look: str, use: str = "cells") -> Any:
        if (look, use) not in self.formats:
            self.formats[look, use] = self.book.add_format(LOOKS[look])
        return self.formats[look, use]

    def quick(self) -> Writing:
        """It is made for one reader, from pieces however short."""
        self.book.compression = QUICK
        return self

    def put_by(self) -> Packed:
        self.book.keep_written()
        return Packed.of(self.book, self.sheet, self.formats, unchanging=has_number)

    @classmethod
    def taken_up(cls, packed: Packed) -> Writing:
        again = cls.__new__(cls)
        again.book, again.sheet, again.formats = packed.unpacked()
        return again


def put(on: Writing, row: int, col: int, what: Any) -> None:
    sheet: Any = on.sheet
    kinds: dict[type, Callable[..., int]] = {str: sheet.write_string, bool: sheet.write_boolean}
    sure(kinds.get(type(what), sheet.write_number)(row, col, what, on.format("plain")))


def paint(on: Writing, row: int, col: int, look: str) -> None:
    if col in on.sheet.table.get(row, {}):
        on.sheet.paint(row, col, on.format(look))


def mark(on: Writing, row: int, col: int, look: str) -> None:
    rule = {"type": "formula", "criteria": "=$H$1=1", "format": on.format(look, "marks")}
    sure(on.sheet.conditional_format(row, col, row, col, rule))


def link(on: Writing, row: int, col: int, goal: str) -> None:
    sure(on.sheet.write_url(row, col, f"internal:'表'!{goal}", on.format("plain"), f"去{goal}"))


def height(on: Writing, row: int, _: int, points: float) -> None:
    on.sheet.set_row(row, points)


def grows(on: Writing, row: int, _: int, __: Any) -> None:
    on.sheet.growing.add(row)


def name(on: Writing, row: int, col: int, name: str) -> None:
    if all(name != known for known, *_ in on.book.defined_names):
        sure(on.book.define_name(name, f"=表!{cell_name(row, col, fixed=True)}"))


DEEDS: dict[str, Callable[[Writing, int, int, Any], Any]] = {
    "put": put, "paint": paint, "mark": mark, "height": height, "grows": grows,
    "blank": lambda on, row, col, _: sure(on.sheet.write_blank(row, col, None, on.format("bold"))),
    "formula": lambda on, row, col, text: sure(on.sheet.write_formula(row, col, text, None, "")),
    "comment": lambda on, row, col, text: sure(on.sheet.write_comment(row, col, text)),
    "link": link,
    "open": lambda on, row, col, _: sure(on.sheet.unprotect_range(cell_name(row, col), "a&b")),
    "name": name,
    "margin": lambda on, row, col, inches: on.sheet.set_margins(left=inches),
    "protect": lambda on, row, col, option: on.sheet.protect("", {option: True}),
    "view": lambda on, row, col, view: VIEWS[view](on.sheet, row, col),
}  # fmt: skip


def seen(data: bytes) -> dict[str, Any]:
    """All that stands in the sheet, apart from the numbers of its formats and texts."""
    book = load_workbook(BytesIO(data))
    sheet = book["表"]
    results = load_workbook(BytesIO(data), data_only=True)["表"]
    cells = {
        cell.coordinate: (
            cell.value, results[cell.coordinate].value, cell.data_type, cell.number_format, cell.font.b,
            cell.fill.fgColor.rgb, cell.comment.text if cell.comment else None,
            cell.hyperlink.location if cell.hyperlink else None,
        )
        for row in sheet.iter_rows() for cell in row
    }  # fmt: skip
    marks = {
        str(cells.sqref): [(rule.formula, rule.priority, repr(rule.dxf)) for rule in cells.rules]
        for cells in sheet.conditional_formatting
    }
    with ZipFile(BytesIO(data)) as file:
        part = file.read("xl/worksheets/sheet1.xml")
    opened = part.partition(b"<protectedRanges>")[2]
    heights = {row: (one.height, one.customHeight) for row, one in sheet.row_dimensions.items()}
    return {
        "cells": cells, "marks": marks, "heights": heights,
        "names": [(name, one.attr_text) for name, one in book.defined_names.items()],
        "opened": opened.partition(b"</protectedRanges>")[0],
        "head": part.partition(b"<sheetData")[0], "paper": part.partition(b"<pageMargins")[2],
        "margins": repr(sheet.page_margins), "protection": repr(sheet.protection),
    }  # fmt: skip


@pytest.fixture
def short_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """The least text is worth to be kept compressed."""
    monkeypatch.setattr(package, "_WORTH", 1)


@given(before=steps, after=steps, elsewhere=steps)
@example(before=[("put", 0, 0, "甲"), ("view", 1, 1, "frozen")], after=[], elsewhere=[])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_changed_later_is_written_as_in_one_go(
    short_pieces: None, before: list[Step], after: list[Step], elsewhere: list[Step]
) -> None:
    whole = Writing()
    whole.do([*before, *after])
    begun = Writing()
    begun.do(before)
    packed = begun.put_by()
    other, again = Writing.taken_up(packed), Writing.taken_up(packed)
    other.do(elsewhere)
    quick = Writing.taken_up(packed).quick()
    other.quick().book.written()
    again.do(after)
    quick.do(after)
    expected = seen(whole.book.written())
    assert seen(again.book.written()) == expected
    assert seen(quick.book.written()) == expected, "nor does it hold pieces of the other"
    begun.do(after)
    assert seen(begun.book.written()) == expected, "nor does the first one know of the others"


def test_a_format_is_for_cells_or_for_marks() -> None:
    """Workbooks share those that have a number, which is why none may get a second one."""
    on = Writing()
    on.do([("blank", 0, 0, None), ("mark", 1, 0, "red")])
    again = Writing.taken_up(on.put_by())
    cells, marks = again.format("bold"), again.format("red", "marks")
    with pytest.raises(TemplateError):
        again.sheet.conditional_format(
            0, 0, 0, 0, {"type": "formula", "criteria": "=1", "format": cells}
        )
    sure(again.sheet.write_blank(5, 0, None, marks))
    with pytest.raises(TemplateError):
        again.book.written()


names = st.lists(
    st.builds(
        lambda name, sheet, place, hidden: [name, sheet, place, hidden],
        st.sampled_from(["a", "B", "名", "_xlnm.Print_Area", "_xlnm.Print_Titles"]),
        st.integers(-1, 2), st.sampled_from(["表!$A$1", "'A & 表'!$A$1", "0<1"]), st.integers(0, 1),
    ),
    max_size=12,
)  # fmt: skip


@given(names, names, names)
def test_names_stand_where_they_would_without_those_that_were_kept(
    kept: list[list[Any]], others: list[list[Any]], elsewhere: list[list[Any]]
) -> None:
    def text(of: KeptNames, more: list[list[Any]]) -> str:
        return "".join(piece.text for piece in of.among(more))

    shared = KeptNames.of(kept)
    text(shared, elsewhere)
    assert text(shared, others) == text(KeptNames(), [*kept, *others])
    assert shared.count == len(kept)


def test_rows_that_come_to_something_else_are_written_anew(short_pieces: None) -> None:
    """TRUE is not 1: both are equal in Python, and stand in the file in their own way."""
    on = Writing()
    on.do([("formula", row, 1, f"=$H${row + 1}") for row in range(4)])
    packed = on.put_by()
    for first, last in zip(
        ("甲", True, 1, 1.0, 0.0, -0.0, "甲"), ("卯", 2, "卯", "卯", 2, 3, 2), strict=True
    ):
        again = Writing.taken_up(packed).quick()
        again.do([("put", 0, 7, first), ("put", 3, 7, last)])
        found = load_workbook(BytesIO(again.book.written()), data_only=True)["表"]
        shown = [found.cell(row, 2).value for row in range(1, 5)]
        assert shown == [first, "丑", "寅", last]
        assert type(shown[0]) is (int if type(first) is float else type(first))


def test_what_is_sent_back_has_the_same_bytes_whatever_was_sent_before(short_pieces: None) -> None:
    on = Writing()
    on.do([("put", row, col, f"{row}{col}" * 900) for row in range(30) for col in range(4)])
    on.do([("formula", row, 5, f"=$H$1&A{row + 1}") for row in range(30)])
    packed = on.put_by()

    def sent(word: str) -> bytes:
        again = Writing.taken_up(packed).quick()
        again.do([("put", 0, 7, word), ("put", 4, 1, word)])
        return again.book.written()

    first = sent("甲")
    assert sent("乙") != first
    assert sent("甲") == first


def test_a_workbook_packed_quickly_holds_the_same_parts() -> None:
    written = []
    for hard in (1, 9):
        on = Writing()
        on.book.compression = hard
        for row in range(2000):
            on.do([("put", row, 0, "同一句话")])
        written.append(on.book.written())
    quick, small = ({name: file.read(name) for name in file.namelist()}
                    for file in map(ZipFile, map(BytesIO, written)))  # fmt: skip
    assert quick == small
    assert len(written[0]) > len(written[1])


@given(
    st.lists(
        st.binary(max_size=80_000) | st.integers(0, 9).map(lambda n: bytes([n]) * 70_000),
        max_size=4,
    )
)
def test_whatever_is_zipped_comes_out_again(held: list[bytes]) -> None:
    parts = [(BytesIO(data), f"xl/{n}.bin", True) for n, data in enumerate(held)]
    for level in (USUAL, QUICK):
        with ZipFile(BytesIO(zipped(parts, level))) as file:
            assert file.testzip() is None
            assert [file.read(name) for name in file.namelist()] == held
            assert {info.date_time for info in file.infolist()} <= {(1980, 1, 1, 0, 0, 0)}


@given(st.lists(st.tuples(st.booleans(), st.text(max_size=9).map(lambda text: text * 999))))
def test_a_part_of_pieces_is_their_text(written: list[tuple[bool, str]]) -> None:
    for level in (USUAL, QUICK):
        part = PartText(level)
        for whole, text in written:
            part.add(Piece(text)) if whole else part.write(text)
        with ZipFile(BytesIO(zipped([(part, "a.xml", False)], level))) as file:
            assert file.testzip() is None
            assert file.read("a.xml").decode() == "".join(text for _, text in written)


def test_a_blank_is_zipped_as_the_library_does_it() -> None:
    texts = ["<a>甲</a>" * 9, "", "x" * 100_000]
    ours = zipped([(StringIO(text), f"{n}.xml", False) for n, text in enumerate(texts)], USUAL)
    theirs = BytesIO()
    with ZipFile(theirs, "w", ZIP_DEFLATED) as file:
        for n, text in enumerate(texts):
            file.writestr(ZipInfo(f"{n}.xml", (1980, 1, 1, 0, 0, 0)), text, ZIP_DEFLATED)
    assert ours == theirs.getvalue()


def test_shared_formulas_go_on_below_what_was_put_by() -> None:
    def with_rows(sheet: LockedSheet, rows: range) -> None:
        for row in rows:
            sure(sheet.write_formula(row, 1, f"=H{row + 1}", None, ""))
            sheet.share(row, 1)

    whole, begun = Writing(), Writing()
    with_rows(whole.sheet, range(4))
    with_rows(begun.sheet, range(2))
    again = Writing.taken_up(begun.put_by())
    with_rows(again.sheet, range(2, 4))
    assert seen(again.book.written()) == seen(whole.book.written())
