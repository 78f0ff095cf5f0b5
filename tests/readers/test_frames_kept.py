"""What stands around the cells of a sheet is parsed once for all workbooks of a round."""

import pytest

from clusterbook.forms.stamp import Stamp
from clusterbook.layout import layouts
from clusterbook.readers.grid import read_grid
from clusterbook.readers.xlsx import scan
from clusterbook.workbook.writer import write_template


@pytest.mark.parametrize("form", ["cluster_contest", "fujian_sme_cluster"])
def test_the_second_workbook_of_a_round_parses_no_frame(form, monkeypatch):
    """The footers name whom it was issued to, in a text of several lines."""
    layout = layouts.of(form)
    first, second = (
        write_template(layout, Stamp.of(layout.workbook, issue=f"A{n}", issued_to=f"第{n}县<工信局>"))
        for n in (1, 2)
    )  # fmt: skip
    assert read_grid(first) != read_grid(second)  # they are two

    class Parser:
        @staticmethod
        def ParserCreate(*_):  # noqa: N802
            raise AssertionError("a frame was parsed again")

    third = write_template(layout, Stamp.of(layout.workbook, issue="A3", issued_to="丙县\n工信局"))
    monkeypatch.setattr(scan, "expat", Parser)
    assert read_grid(third).sheets[0].cells
