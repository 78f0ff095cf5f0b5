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


# What is no answer of its own where a text is asked: the usual words for “later” and for “nothing”.
# The importer knows more of them (``folding.stand_in``). Parted by strokes, to be found as a whole.
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
