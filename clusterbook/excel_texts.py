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


# What is no answer of its own where a text is asked: the usual words for “later” and for “nothing”.
# The importer knows more of them (``reading.stand_in``). Parted by strokes, to be found as a whole.
PUT_OFF_WORDS = (
    "|待定|待统计|待核|待核实|待补|待补充|待填|待确认|待完善|待提供|暂无|暂缺|暂未定|暂未统计|暂未提供|尚未统计|未统计|未提供"
    "|未知|不详|不清楚|不知道|不公开|保密|涉密|商业秘密|略|见附件|见附表|见附后|见后|见佐证材料|详见附件|参见附件"
    "|同上|同前|同左|TBD|tbd|XX|XXX|xx|xxx|××|×××|**|***|?|??|???|？|#REF!|#DIV/0!|#N/A|#VALUE!|#NAME?|"
)
NOTHING_WORDS = "|无|没有|没|無|尚无|未有|无此项|/|／|\\|—|——|–|-|--|N/A|n/a|"
NOT_APPLICABLE_WORDS = "|不适用|不涉及|无需填写|不需填写|无需填报|"


def no_answer(cell: str, *, none: bool) -> str:
    """Excel condition: the text is only a word for “later”, or for “nothing” unless that may be.

    The words stand in the hidden lists, whose names the layout fills in.
    """
    found = f'ISNUMBER(FIND("|"&TRIM({cell})&"|",{{put_off}}))'
    nothing = f'ISNUMBER(FIND("|"&TRIM({cell})&"|",{{nothing}}))'
    return found if none else f"({found}+{nothing})"


def excel_month(cell: str) -> str:
    """First day of the month typed in ``cell`` as a serial, or an error: any common spelling."""
    return f'DATEVALUE({replaced(cell, ("年", "-"), ("月", ""), (".", "-"), ("/", "-"))}&"-1")'


def excel_day(cell: str) -> str:
    """The day typed in ``cell`` as a serial, or an error: any common spelling."""
    marks = (("年", "-"), ("月", "-"), ("日", ""), (".", "-"), ("/", "-"))
    return f"DATEVALUE({replaced(cell, *marks)})"


# What a number may be where a month or a day is asked: 2024.03, a date of the calendar, 20240315.
_NUMBERS = ((1949, 2101), (17_899, 73_415), (100_000, 100_000_000))


def not_a_month(cell: str) -> str:
    """Excel condition: a text is neither a month nor a day."""
    return f"ISERROR({excel_month(cell)})*ISERROR({excel_day(cell)})"


def not_a_day(cell: str) -> str:
    """Excel condition: a filled cell holds neither a month nor a day, each with its full year."""
    folded = replaced(cell, ("年", "-"), (".", "-"), ("/", "-"))
    short = f'(FIND("-",{folded}&"-")<>5)'
    text = f"ISTEXT({cell})*(({short}+{not_a_month(cell)})>0)"
    able = "+".join(f"({cell}>={low})*({cell}<{high})" for low, high in _NUMBERS)
    return f'(TRIM({cell})<>"")*({text}+ISNUMBER({cell})*(({able})=0))'
