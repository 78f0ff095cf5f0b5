"""One formula in the spellings of several programs is one formula."""

from __future__ import annotations

import pytest

from clusterbook.issued_formulas import canonical


def where(sheet: str, row: int, col: int) -> str | None:
    return f"{sheet}|{row},{col}"


@pytest.mark.parametrize(
    "text",
    [
        "IF('一、基本情况'!$D$5>0,1,\"一、\")",
        'IF(一、基本情况!$D$5>0,1,"一、")',  # Aspose.Cells 26.10 in .ods: no quotes
        'IF($一、基本情况.$D$5>0;1;"一、")',
        "if('一、基本情况'!D5 > 0, 1, \"一、\")",
    ],
)
def test_a_sheet_with_an_enumeration_comma_is_one_name(text):
    assert canonical(text, where) == 'IF(一、基本情况|4,3>0,1,"一、")'
