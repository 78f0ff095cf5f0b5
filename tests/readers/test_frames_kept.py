"""What stands around the cells of a sheet is parsed once for all workbooks of a round."""

from io import BytesIO
from zipfile import ZipFile

import pytest

from clusterbook.forms.stamp import Stamp
from clusterbook.layout import layouts
from clusterbook.readers.grid import read_grid
from clusterbook.readers.xlsx import scan
from clusterbook.workbook.writer import write_template


def with_breaks(data: bytes, break_: bytes) -> bytes:
    """The same workbook with the line breaks of its footers written in another way."""
    made = BytesIO()
    with ZipFile(BytesIO(data)) as book, ZipFile(made, "w") as copy:
        for name in book.namelist():
            part = book.read(name)
            if name.startswith("xl/worksheets/sheet"):
                start = part.rindex(b"<headerFooter") if b"<headerFooter" in part else len(part)
                part = part[:start] + part[start:].replace(b"\n", break_)
            copy.writestr(name, part)
    return made.getvalue()


@pytest.mark.parametrize("break_", [b"\n", b"&#10;", b"&#xA;"])  # ours, LibreOffice's, Excel's
@pytest.mark.parametrize("form", ["cluster_contest", "fujian_sme_cluster"])
def test_the_second_workbook_of_a_round_parses_no_frame(form, break_, monkeypatch):
    """The footers name whom it was issued to, in a text of several lines."""
    layout = layouts.of(form)
    first, second = (
        with_breaks(write_template(
            layout, Stamp.of(layout.workbook, issue=f"A{n}", issued_to=f"第{n}县<工信局>")
        ), break_)
        for n in (1, 2)
    )  # fmt: skip
    assert read_grid(first) != read_grid(second)  # they are two

    class Parser:
        @staticmethod
        def ParserCreate(*_):  # noqa: N802
            raise AssertionError("a frame was parsed again")

    third = with_breaks(write_template(
        layout, Stamp.of(layout.workbook, issue="A3", issued_to="丙县\n工信局")
    ), break_)  # fmt: skip
    monkeypatch.setattr(scan, "expat", Parser)
    assert read_grid(third).sheets[0].cells
