"""What Excel makes of our formulas: traps are refused when a workbook is written, and what is
written works in an engine that orders values as Excel does."""

import io
import re

import betteroffice_xlsx
import pytest
from openpyxl.formula.translate import Translator
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.formula import ArrayFormula
from support.fill import fill
from support.worked_out import worked_out

from clusterbook import styles
from clusterbook.a1 import cell_name
from clusterbook.forms import registry
from clusterbook.forms.kinds import Integer, Items, Month, Number, Percent, Phone, Text
from clusterbook.forms.stamp import Stamp
from clusterbook.layout import layouts
from clusterbook.testing.live import opened as _opened
from clusterbook.workbook import writer
from clusterbook.workbook.content import Entries
from clusterbook.workbook.formulas.values import ExcelError
from clusterbook.workbook.locked_book import LockedBook
from clusterbook.workbook.locked_sheet import sure
from clusterbook.workbook.validations import TemplateError

FORMS = registry.form_ids()


@pytest.mark.parametrize(
    ("formula", "fault"),
    [
        ("=(1=2)>0", "a logical is compared with a number"),
        ("=(A1>100)=0", "a logical is compared with a number"),
        ("=ISNUMBER(A1)*1+(ISTEXT(A1)>0)", "a logical is compared with a number"),
        ("=IF(A1,A2>1,FALSE)=1", "a logical is compared with a number"),
        ("=TRIM(A1)>0", "a text is compared with a number"),
        ('=LEN(A1)="1"', "a text is compared with a number"),
        ('=(A1=1)=""', "a logical is compared with a text"),
        ("=A1=A2=A3", "a=b=c"),
        ("=SUMPRODUCT(IF(ISNUMBER(A1:A9),A1:A9,0))", "IF over a range outside an array formula"),
        ("=SUMPRODUCT(IFERROR(A1:A9/2,0))", "IF over a range outside an array formula"),
        ("=SUMPRODUCT(A1:A9>1)", "SUMPRODUCT takes logicals for 0"),
        ("=SUM((A1:A9>1)*1)", "implicit intersection"),
        ("=TRIM(A1:A9)", "implicit intersection"),
        ("=A1:A9", "implicit intersection"),
        ("=OR(A1:A9>1)", "makes one value of a whole range"),
        ("=COUNTIF(A1:A9,B1)", "a criterion of more than 255 characters"),
        ("=SUMIF(A1:A9,B1,C1:C9)", "a criterion of more than 255 characters"),
        ("=MATCH(B1,A1:A9,0)", "a criterion of more than 255 characters"),
        ("=COUNTIF(A1:A9,LEFT(B1,300))", "a criterion of more than 255 characters"),
        ("=COUNTIF(A1:A9,LEFT(B1,200))", "* ? ~ are not escaped"),
        ('=COUNTIF(A1:A9,LEFT(SUBSTITUTE(B1,"*","~*"),200))', "* ? ~ are not escaped"),
        ('=COUNTIF(A1:A9,"甲*")', "with a wildcard"),
        ("=MATCH(1,A1:A9,1)", "MATCH other than exact"),
        ("=XLOOKUP(1,A1:A9,B1:B9)", "XLOOKUP is not among the functions known here"),
        ('=TEXT(A1,"aaaa")', "a format that is not known here"),
        ("=IF(A1)", "number of arguments"),
        ("=LEN(A1", "brackets that do not close"),
        ("=LEN(A1))", "brackets that do not open"),
        ("=1+", "something is missing"),
        ("=J1+1", "rests on its own result"),
        ("=没有!A1", "there is no sheet 没有"),
        ("=cb_nothing", "there is no name cb_nothing"),
        ("=IF(TRIM(A1),1,0)", "IF of a text"),
        ("=" + "ABS(" * 65 + "1" + ")" * 65, "more than 64 functions"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("where", ["cell", "validation", "mark"])
def test_traps_are_refused(formula, fault, where):
    if where == "cell":
        with pytest.raises(TemplateError, match=re.escape(fault)):
            worked_out(formula)
        return
    book = LockedBook()
    sheet = book.add("表")
    if where == "validation":
        if len(formula) > 255 or "J1" in formula:
            pytest.skip("no formula of a validation")
        sure(sheet.data_validation(0, 0, 0, 0, {"validate": "custom", "value": formula}))
    else:
        if "J1" in formula:
            pytest.skip("rests on itself in J1 only")
        rule = {"type": "formula", "criteria": formula, "format": book.add_format({})}
        sure(sheet.conditional_format(0, 0, 0, 0, rule))
    with pytest.raises(TemplateError, match=re.escape(fault)):
        book.written()


@pytest.mark.parametrize(
    "formula",
    [
        "=COUNTA({})", "=COUNTIF({},1)", "=SUMIF(A1:A2,1,{})", "=MATCH(1,{},0)", "=ROWS({})", "=INDEX({},1)",
        "=SUMPRODUCT(ROW({}))",
    ],
)  # fmt: skip
def test_a_place_beyond_the_sheet_is_refused_where_a_range_is_asked(formula):
    assert worked_out("=SUM(OFFSET($A$1,-3,0,2,1))", {"A1": 1}) == ExcelError("#REF!")
    with pytest.raises(TemplateError, match="of a place that there is not"):
        worked_out(formula.format("OFFSET($A$1,-3,0,2,1)"), {"A1": 1})
    assert worked_out(formula.format("OFFSET($A$1,0,0,2,1)"), {"A1": 1}) is not None


@pytest.mark.parametrize(
    "formula",
    [
        "=SUM((A1:A9>1)*1)", "=SUM(IF(ISNUMBER(A1:A9),A1:A9,0))", "=MIN(IF(A1:A9>1,ROW(A1:A9)))",
    ],
)  # fmt: skip
def test_an_array_formula_may_look_at_ranges(formula):
    assert worked_out(formula, {"A2": 3.0, "A3": "x"}, array=True) in (1.0, 3.0, 2.0)


ESCAPED = '"="&LEFT(SUBSTITUTE(SUBSTITUTE(SUBSTITUTE(B1,"~","~~"),"*","~*"),"?","~?"),240)'


@pytest.mark.parametrize(
    ("formula", "cells", "value"),
    [
        ("=1/0", {}, ExcelError("#DIV/0!")),
        ("=A1", {}, 0.0),
        ('=A1=""', {}, True),
        ("=A1=0", {}, True),
        ("=A1>5", {"A1": "x"}, True),  # texts stand above numbers
        ("=A1>A2", {"A1": True, "A2": "x"}, True),  # and logicals above texts
        ("=A1=A2", {"A1": "Abc", "A2": "aBC"}, True),
        ("=LEN(A1)", {"A1": "𠮷田"}, 3.0),  # UTF-16
        ("=TRIM(A1)", {"A1": "  甲   乙 "}, "甲 乙"),
        ("=LEN(TRIM(A1))", {"A1": "\u3000甲\u00a0"}, 3.0),  # TRIM leaves them
        ("=A1+1", {"A1": "12"}, 13.0),
        ("=A1+1", {"A1": "十二"}, ExcelError("#VALUE!")),
        ("=SUM(A1:A4)", {"A1": 1.0, "A2": "2", "A3": True, "A4": 4.0}, 5.0),
        ("=COUNT(A1:A4)", {"A1": 1.0, "A2": "2", "A3": True}, 1.0),
        ('=SUMPRODUCT((A1:A4="是")*B1:B4)', {"A1": "是", "B1": 5.0, "A3": "是", "B3": 2.0}, 7.0),
        ("=SUMPRODUCT(MAX((A1:A4>1)*ROW(A1:A4)))", {"A2": 3.0, "A3": 0.5}, 2.0),
        ("=ROUND(2.675,2)", {}, 2.68),
        ("=ROUND(-0.5,0)", {}, -1.0),
        ("=INT(-0.5)", {}, -1.0),
        ("=2^3^2", {}, 64.0),  # from left to right
        ("=-2^2", {}, 4.0),  # the sign first
        ('=5&"%"&0.1', {}, "5%0.1"),
        ('=1E+21&""', {}, "1E+21"),
        (f"=COUNTIF(A1:A3,{ESCAPED})", {"A1": "甲*乙", "A2": "甲某乙", "B1": "甲*乙"}, 1.0),
        (f"=COUNTIF(A1:A3,{ESCAPED})", {"A1": ">5", "A2": "9", "B1": ">5"}, 1.0),
        (f"=COUNTIF(A1:A3,{ESCAPED})", {"A1": "甲", "B1": "甲" * 400}, 0.0),
        ('=COUNTIF(A1:A3,"=甲")', {"A1": "甲", "A2": "甲 "}, 1.0),
        ('=COUNTIF(A1:A3,">1")', {"A1": 1.0, "A2": 2.0, "A3": "3"}, 1.0),
        ('=SUMIF(A1:A2,"甲",B1:B2)', {"A1": "甲", "B1": 3.0, "A2": "乙", "B2": 4.0}, 3.0),
        ('=SUMIF(A1:A4,"甲",B1:B4)', {"A1": "甲", "B1": 3.0, "A2": "甲", "A3": "甲", "B3": "无"}, 3.0),
        ('=SUMIF(A1:A4,"",B1:B4)', {"A1": "甲", "B1": 3.0, "B2": 4.0, "B4": True}, 4.0),
        ('=SUMPRODUCT((A1:A3="")*1)', {"A1": "İ", "A3": "甲"}, 1.0),
        ('=MATCH("乙",A1:A3,0)', {"A1": "甲", "A3": "乙"}, 3.0),
        ('=MATCH("丙",A1:A3,0)', {"A1": "甲"}, ExcelError("#N/A")),
        ("=INDEX(A1:A3,2)", {"A2": "乙"}, "乙"),
        ("=INDEX(A1:A3,4)", {}, ExcelError("#REF!")),
        ("=RANK(A2,$A$1:$A$4)", {"A1": 3, "A2": 5, "A3": "—", "A4": 5}, 1.0),
        ("=RANK(A1,$A$1:$A$9)", {"A1": 3, "A2": 5, "A3": "9", "A4": 5}, 3.0),
        ("=RANK(B1,$A$1:$A$4)", {"A1": 3, "B1": 4}, ExcelError("#N/A")),
        ("=RANK(A3,$A$1:$A$4)", {"A1": 3, "A3": "无"}, ExcelError("#VALUE!")),
        ('=IFERROR(1/0,"—")', {}, "—"),
        ('=HYPERLINK("#A1","跳")', {}, "跳"),
        ('=TEXT(0.125,"0%")', {}, "13%"),
        ('=TEXT(1234.5,"#,##0.00")', {}, "1,234.50"),
        ('=MONTH(DATEVALUE("2024-03-15"))', {}, 3.0),
        ('=ISERROR(DATEVALUE("2024-02-30"))', {}, True),
        ('=FIND("b","abc",3)', {}, ExcelError("#VALUE!")),
        ("=COUNTIF(_ours!A1:A2,_ours!A1)", {}, 1.0),  # nobody types there
        ("=LARGE(A1:A4,2)", {"A1": 5.0, "A3": 7.0, "A4": "9"}, 5.0),
        ("=MEDIAN(A1:A4)", {"A1": 5.0, "A3": 7.0}, 6.0),
    ],
)  # fmt: skip
def test_results_are_excels(formula, cells, value):
    found = worked_out(formula, cells)
    assert found == value
    assert type(found) is type(value)


# --- validations and marks, in a twin of the workbook ---------------------------------------------


def twin(data):
    """A workbook in which every validation and mark of a filled cell stands in cells beside it.

    Once as a plain formula and once as an array formula. Gives what each came to in an engine with
    Excel's ordering: (sheet, cell, what it is, way): value.
    """
    book = _opened(data, data_only=False)
    places = {}
    for sheet in book.worksheets:
        asked = [
            ("validation", rule.formula1, rule.sqref)
            for rule in sheet.data_validations.dataValidation
            if rule.type == "custom"
        ]
        for area in sheet.conditional_formatting:
            for rule in area.rules:
                look = rule.dxf.fill.bgColor.rgb if rule.dxf and rule.dxf.fill else ""
                asked.append((f"mark {look[-6:]}", rule.formula[0], area.sqref))
        far = sheet.max_column + 5
        free = {}
        for what, formula, area in asked:
            blocks = str(area).split()
            origin = blocks[0].split(":")[0]
            for block in blocks:
                for row in sheet[block] if ":" in block else [[sheet[block]]]:
                    for cell in row:
                        if cell.value in (None, "") or isinstance(cell.value, ArrayFormula):
                            continue
                        if what == "validation" and cell.protection.locked:
                            continue  # a head within the range of its column
                        moved = Translator("=" + formula, origin).translate_formula(cell.coordinate)
                        for way in ("plain", "array"):
                            col = free.get(cell.row, far)
                            free[cell.row] = col + 1
                            target = f"{get_column_letter(col)}{cell.row}"
                            sheet[target] = ArrayFormula(target, moved) if way == "array" else moved
                            places[sheet.title, cell.coordinate, what, way] = target
    saved = io.BytesIO()
    book.save(saved)
    engine = betteroffice_xlsx.Workbook.open_recalculated(saved.getvalue())
    return {key: engine.value(key[0], target) for key, target in places.items()}


BAD = {
    styles.FAULT_FILL[-6:].upper(),
    styles.QUERY_FILL[-6:].upper(),
    styles.MISSING_FILL[-6:].upper(),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_filled_cell_of_the_good_sample_is_accepted(form):

    import build
    from draft import Draft

    prefix, content, _ = build.FORMS[form]
    results = twin(Draft(form, f"{prefix}-good", *content.content()).written())
    validations = {key: value for key, value in results.items() if key[2] == "validation"}
    assert len(validations) > 400
    assert [key for key, value in validations.items() if value is not True] == []
    sheets = {plan.name for plan in layouts.of(form).sheets}
    marks = {
        key: value
        for key, value in results.items()
        if key[2][5:].upper() in BAD and key[0] in sheets
    }
    assert len(marks) > 400
    assert [key for key, value in marks.items() if value not in (False, 0, 0.0)] == []


def refused_values(kind):
    """What a cell of this kind must refuse."""
    if isinstance(kind, Number):
        yield from ("约5", "见附件")
        if kind.low is not None:
            yield kind.low - 1
        if isinstance(kind, Percent) and kind.high is not None:
            yield kind.high + 1
        if isinstance(kind, Integer):
            yield 3.5
    elif isinstance(kind, Text) and not kind.suggestions:
        yield "长" * (kind.longest + 1)
    elif isinstance(kind, Month):
        yield "待定"
    elif isinstance(kind, Phone):
        yield "12345"
    elif isinstance(kind, Items) and not kind.options:
        yield "、".join("甲乙丙丁戊己庚辛" * 4) if kind.at_most else "长" * (kind.longest + 1)


@pytest.mark.parametrize("form", FORMS)
def test_what_must_be_refused_is(form):
    layout = layouts.of(form)
    answers = fill(layout, seed=3, rows=1).answers()
    values, expected = dict(answers.values), []
    for key, (slot, *more) in layout.slots.items():
        bad = list(refused_values(slot.field.kind))
        if bad and not slot.locked and not more:
            values[key] = bad[len(expected) % len(bad)]
            expected.append((layout.sheet_of[key].name, cell_name(slot.area.row, slot.area.col)))
    assert len(expected) >= 40
    spoiled = Entries(values=values, rows=answers.rows)
    data = writer.write_template(layout, Stamp.of(layout.workbook), spoiled)
    results = twin(data)
    for sheet, cell in expected:
        for way in ("plain", "array"):
            found = results.get((sheet, cell, "validation", way))
            assert found in (False, None), (sheet, cell, found)
    told = [one for one in expected if (*one, "validation", "plain") in results]
    assert len(told) >= 40
