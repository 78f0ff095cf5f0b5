"""Excel expressions over texts that kinds and formulas share: lengths, marks, months, days."""

from __future__ import annotations


def quoted(text: str) -> str:
    """An Excel text literal. Excel refuses literals above 255 characters."""
    return '"' + text.replace('"', '""') + '"'


def replaced(cell: str, *marks: tuple[str, str]) -> str:
    """Excel expression: ``cell`` with each mark replaced by its plain form."""
    for mark, plain in marks:
        cell = f"SUBSTITUTE({cell},{quoted(mark)},{quoted(plain)})"
    return cell


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
