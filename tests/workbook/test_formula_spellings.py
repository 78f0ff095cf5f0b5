"""One formula in the spellings of several programs is one formula."""

from __future__ import annotations

import pytest

from clusterbook.returns.brackets import bracketed
from clusterbook.returns.formulas_kept import canonical


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


SAME = (
    ('IF((COUNT(s!3,5:s!3,14)>0),ROUND(SUM(s!3,5:s!3,14),6),"")',
     'IF(COUNT(s!3,5:s!3,14)>0,ROUND(SUM(s!3,5:s!3,14),6),"")'),
    ('(A)&("(")&B', 'A&"("&B'), ("(A*B)+C", "A*B+C"), ("A-B-C", "(A-B)-C"), ("(-A)^2", "-A^2"),
    ("(A=B)=C", "A=B=C"), ("((A))%", "A%"), ("F(,(A))", "F(,A)"), ("1E-9*(A)", "1E-9*A"),
)  # fmt: skip
OTHER = (
    ("A-(B-C)", "A-B-C"), ("(A+B)*C", "A+B*C"), ("A&(B=C)", "A&B=C"), ("-(A^2)", "-A^2"),
    ("A/(B*C)", "A/B*C"), ("F((A),B)", "F(A,(B,C))"), ('"(A)"', '"A"'), ("A*(1", "A*1"),
    ("F(A))", "F(A)"), ("(A,B)", "A,B"), ("()", ""), ("{1}", "{1}"), ("(" * 200 + "A" + ")" * 200, "A"),
    ("A B", "AB"), ("A*", "A"),
)  # fmt: skip


@pytest.mark.parametrize(("one", "other"), SAME)
def test_brackets_that_change_nothing_do_not_count(one, other):
    assert bracketed(one) == bracketed(other) is not None


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_all_other_brackets_count(one, other):
    assert bracketed(one) is None or bracketed(one) != bracketed(other)
