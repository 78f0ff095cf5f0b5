"""Excel expressions that kinds and formulas share: conditions, lengths, marks, criteria, months.

Here is the home of what Excel takes otherwise than one would think. A logical is above every number
(``FALSE>0`` is TRUE), so one condition is never compared with a number. TRIM takes off U+0020 only.
A criterion of COUNTIF and its like is a pattern, and more than 255 characters of it are an error.
LEN counts a rare character as two.
"""

from __future__ import annotations


def quoted(text: str) -> str:
    """An Excel text literal. Excel refuses literals above 255 characters."""
    return '"' + text.replace('"', '""') + '"'


def replaced(cell: str, *marks: tuple[str, str]) -> str:
    """Excel expression: ``cell`` with each mark replaced by its plain form."""
    for mark, plain in marks:
        cell = f"SUBSTITUTE({cell},{quoted(mark)},{quoted(plain)})"
    return cell


# Blanks that come from Word, from web pages and from Alt+Enter, beside those that TRIM knows.
_BLANKS = ("\u3000", "\u00a0", "\n")
# How much of a text goes into a criterion: longer ones are in no list.
_CRITERION = 240


def either(*conditions: str) -> str:
    """Excel condition: at least one of them holds, cell by cell in arrays."""
    return conditions[0] if len(conditions) == 1 else f"(({'+'.join(conditions)})>0)"


def bare(cell: str) -> str:
    """Excel expression: ``cell`` without the blanks at its ends, whatever they are."""
    for blank in _BLANKS:
        sign = "CHAR(10)" if blank == "\n" else quoted(blank)
        cell = f'SUBSTITUTE({cell},{sign}," ")'
    return f"TRIM({cell})"


def criterion(text: str, *any_sign: str) -> str:
    """Excel expression: a criterion that only ``text`` itself meets, whatever stands in it.

    Each of ``any_sign`` in it stands for any one character.
    """
    escaped = replaced(text, ("~", "~~"), ("*", "~*"), ("?", "~?"))
    pattern = replaced(escaped, *((sign, "?") for sign in any_sign))
    return f'"="&LEFT({pattern},{_CRITERION})'


def excel_length(cell: str) -> str:
    """Excel expression for 字数: the characters that are not blank, as the importer counts."""
    for blank in ('" "', '"　"', "CHAR(10)", "CHAR(13)", "CHAR(9)"):
        cell = f'SUBSTITUTE({cell},{blank},"")'
    return f"LEN({cell})"


def excel_month(cell: str) -> str:
    """First day of the month typed in ``cell`` as a serial, or an error: any common spelling."""
    return f'DATEVALUE({replaced(cell, ("年", "-"), ("月", ""), (".", "-"), ("/", "-"))}&"-1")'


def excel_day(cell: str) -> str:
    """The day typed in ``cell`` as a serial, or an error: any common spelling."""
    marks = (("年", "-"), ("月", "-"), ("日", ""), (".", "-"), ("/", "-"))
    return f"DATEVALUE({replaced(cell, *marks)})"
