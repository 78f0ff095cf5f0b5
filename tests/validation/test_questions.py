"""Every 需说明 can be answered: for each code there is a cell, and a reason in it settles it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from attrs import evolve
from support.mutable import Cell
from support.mutation_kit import Case
from support.reasons import ENOUGH, REASON, TOO_LITTLE, answered, draft
from support.returning import Book, Judged, judged
from support.tampering import CONTEST, FORM, pristine

from clusterbook.forms import reasons, registry
from clusterbook.forms.reasons import explained, says_why
from clusterbook.forms.stamp import STAMP_CELL
from clusterbook.layout import layouts
from clusterbook.problems import CATALOGUE, Level, Problem
from clusterbook.validation.check import verdict
from clusterbook.verdicts import Verdict

OPEN_CODES = sorted(code.id for code in CATALOGUE.values() if code.level is Level.EXPLAIN)
FORMS = registry.form_ids()

# What is typed into a good return: form, key, row of a list, text.
TYPED: dict[str, tuple[str, str, int | None, Any]] = {
    "V208": (CONTEST, "economy.output_value.2025", None, "1976000万元"),
    "V211": (CONTEST, "economy.fdi_usd.2025", None, "/"),
    "V212": (CONTEST, "cultivation.listed_enterprises.2025", None, "两家"),
    "V221": (FORM, "industry.t_chain", None, "链" * 205),
    "V232": (CONTEST, "existing_enterprises.listing", 0, "新三板"),
    "V234": (CONTEST, "basics.category", None, "中小企业特色"),
    "V235": (
        CONTEST, "existing_enterprises.enterprise_name", 18, "邵东样例五金第009号有限公司（已注销）",
    ),
    "V236": (FORM, "basics.dept_contact_name", None, "泉州市工信局 李某 局长"),
    "V241": (CONTEST, "innovation_carriers.approved_on", 0, "2019年"),
    "V242": (CONTEST, "innovation_carriers.approved_on", 0, 2019.1),
    "V244": (CONTEST, "ongoing_projects.build_period", 0, "2025.03至今"),
    "V251": (FORM, "basics.dept_contact_phone", None, "22000001"),
    "V261": (FORM, "basics.st_no_accident", None, "无"),
    "V262": (CONTEST, "existing_enterprises.honours", 20, "中国驰名商标"),
    "V263": (FORM, "green.energy_reduction", None, -9.14),
}  # fmt: skip


def settled(came: Judged) -> None:
    """With all its questions answered it passes, and the reasons are told with the problems."""
    again = judged(answered(came.data, came.open))
    assert [(p.code, p.cell) for p in again.open] == []
    assert verdict(again.problems) is Verdict.PASSED
    assert {p.code: p.explanation for p in again.problems if p.level is Level.EXPLAIN} == {
        p.code: REASON for p in came.problems if p.level is Level.EXPLAIN
    }


def test_each_question_of_the_catalogue_has_a_line() -> None:
    assert sorted(reasons.QUESTIONS) == OPEN_CODES
    evidence = {"F160", "V301", "V302", "V303"}  # in tests/evidence
    tested = {*TYPED, *TAMPERED, *ACROSS, *evidence, "V214", "F116"}  # the last in test_promises
    assert tested == set(OPEN_CODES)


@pytest.mark.parametrize("code", sorted(TYPED))
def test_what_typing_leads_to_is_answered_in_the_same_workbook(code: str) -> None:
    form, key, row, text = TYPED[code]
    one = draft(form)
    if row is None:
        one.values[key] = text
    else:
        library, column = key.split(".")
        one.rows[library][row] |= {column: text}
    came = judged(one.written())
    assert code in {p.code for p in came.open}
    assert verdict(came.problems) is Verdict.EXPLAIN
    settled(came)


def test_a_formula_of_ones_own_is_answered() -> None:
    one = draft(CONTEST)
    place, value = one.cell("economy.total_profit.2025"), one.values["economy.total_profit.2025"]
    one.edits.append(lambda book: book.formula(*place, f"{value}+0", str(value)))
    came = judged(one.written())
    assert [p.code for p in came.open] == ["V214"]
    settled(came)


# --- what only a file that was tampered with leads to ---------------------------------------------


def _beside(case: Case) -> None:
    tab = case.pages()[1][0]
    tab.put((3, tab.last_column() + 3), "口径同上年")


def _overwritten(case: Case) -> None:
    place = next(p for p in case.layout.in_order if p.slot.locked and p.slot.field.computed)
    case.book.tab(place.plan.name).put((place.slot.area.row, place.slot.area.col), "另填的内容")


def _reworded(case: Case) -> None:
    for tab, plan in case.pages():
        for one in plan.printed:
            if isinstance(one.text, str) and one.text.startswith("集群企业数量"):
                tab.put((one.area.row, one.area.col), "全部企业数量（家）")
                return
    raise AssertionError


def _own_sheet(case: Case) -> None:
    tab = case.pages()[1][0].copy("附表")
    tab.cells.clear()
    tab.put((2, 2), "补充情况")


def _merged(case: Case) -> None:
    tab, body = next(iter(case.libraries(closed=False)))
    first, below, *_ = sorted(case.rows_of(tab))
    tab.merges.append((first, body.inputs[0].col, below, body.inputs[0].col))


def _unmarked(case: Case) -> None:
    for tab, _ in case.sheets():
        tab.delete_rows(0)
        tab.delete_columns(0)


def _copied_out(case: Case) -> None:
    case.book.tabs = [tab for tab, _ in case.sheets()]
    case.book.comments, case.book.names = "", {}


def _lied(case: Case) -> None:
    cells = case.book.tab("_meta").cells
    stamp = str(cells[STAMP_CELL].value)
    cells[STAMP_CELL] = Cell(stamp.replace('"report_year":2025', '"report_year":1'))
    case.book.comments = ""


def _boxed(case: Case) -> None:
    tab = case.pages()[1][0]
    tab.over.append(("text_box", (3, 3), "以上为预计数"))


def _drawn_over(case: Case) -> None:
    tab = case.pages()[1][0]
    at = next(at for at, cell in tab.cells.items() if cell.owner)
    tab.over.append(("shape", at, ""))


def _with_a_button(case: Case) -> None:
    case.pages()[1][0].over.append(("control", (3, 3), "提交"))


def _with_an_example(case: Case) -> None:
    tab, body = next(iter(case.libraries(closed=False)))
    last = max(case.rows_of(tab))
    tab.cells[last + 1, body.inputs[0].col] = Cell("示例：某某专利")


def _answer(case: Case, key: str) -> Cell:
    return next(c for tab, _ in case.pages() for c in tab.cells.values() if c.owner == key)


def _struck_part(case: Case) -> None:
    cell = _answer(case, "industry.output_value.2025")
    cell.runs = (("5", "struck"), (f"{cell.value:g}", ""))
    cell.value = f"5{cell.value:g}"


def _footnote(case: Case) -> None:
    cell = _answer(case, "industry.output_value.2025")
    cell.runs = ((f"{cell.value:g}", ""), ("1", "raised"))
    cell.value = f"{cell.value:g}1"


def _struck(case: Case) -> None:
    _answer(case, "industry.output_value.2025").look = "struck"


def _unseen(case: Case) -> None:
    _answer(case, "industry.output_value.2025").look = "hidden"


def _struck_row(case: Case) -> None:
    tab, _ = next(iter(case.libraries(closed=False)))
    row = min(case.rows_of(tab))
    for at, cell in tab.cells.items():
        if at[0] == row and cell.owner:
            cell.look = "struck"


TAMPERED: dict[str, Callable[[Case], None]] = {
    "L105": _beside, "L106": _overwritten, "L111": _reworded, "L112": _own_sheet, "L114": _merged,
    "L122": _unmarked, "L130": _struck_row, "V264": _struck_part, "V265": _struck,
    "V266": _footnote, "V268": _unseen, "F115": _copied_out, "F150": _lied,
    "L136": _boxed, "L137": _drawn_over, "L139": _with_a_button, "L140": _with_an_example,
}  # fmt: skip


@pytest.mark.parametrize("code", sorted(TAMPERED))
def test_what_tampering_leads_to_is_put_right_or_answered_in_the_returned_copy(code: str) -> None:
    case = pristine(FORM).copy()
    TAMPERED[code](case)
    came = judged(case.book.bytes())
    assert code in {p.code for p in came.open}
    copied = judged(came.copy())
    asked = [p for p in copied.open if p.level is Level.EXPLAIN]
    again = judged(answered(copied.data, asked))
    assert [p.code for p in again.open if p.level is Level.EXPLAIN] == []
    assert code not in {p.code for p in again.open}


ACROSS = {"R202": "key_projects.project_name", "R203": "patents_list.patent_number"}


@pytest.mark.parametrize("code", sorted(ACROSS))
def test_what_stands_in_several_returns_is_answered(code: str) -> None:
    form = CONTEST if code == "R202" else FORM
    good = draft(form).written()
    found = Problem(code=code, value="样例", facts={"count": "1", "others": "另一县"})
    assert explained(found, judged(good).extracted.explanations).open
    after = judged(answered(good, [found]))
    assert not explained(found, after.extracted.explanations).open


@pytest.mark.parametrize("form", FORMS)
def test_every_rule_that_asks_has_a_cell(form: str) -> None:
    """Those of a group share one; the reason then stands at each of their problems."""
    layout = layouts.of(form)
    asks = [rule for rule in layout.workbook.rules if rule.level == "explain"]
    found = [Problem(code=rule.code, own=CATALOGUE["V208"]) for rule in asks]
    data = answered(draft(form).written(), found)
    given = judged(data).extracted.explanations
    assert {rule.code for rule in asks} <= given.keys()
    groups = {rule.group for rule in layout.workbook.rules if rule.group}
    assert groups
    assert all(not explained(one, given).open for one in found)


@pytest.mark.parametrize("form", FORMS)
def test_the_reasons_of_workbooks_without_groups_are_still_read(form: str) -> None:
    """There each rule of what is a group now had a cell of its own."""
    rule = next(rule for rule in layouts.of(form).workbook.rules if rule.group)
    assert rule.group is not None
    data = answered(draft(form).written(), [Problem(code=rule.code)])
    book = Book(data)
    name = reasons.reason_name(rule.group.key)
    book.replace("xl/workbook.xml", f'"{name}"', f'"{reasons.reason_name(rule.code)}"')
    assert judged(book.save()).extracted.explanations == {rule.code: REASON}


# --- what counts as a reason ----------------------------------------------------------------------


@pytest.mark.parametrize("text", ENOUGH)
def test_a_reason(text: str) -> None:
    assert says_why(text)


@pytest.mark.parametrize("text", TOO_LITTLE)
def test_no_reason(text: str) -> None:
    assert not says_why(text)


@pytest.mark.parametrize("text", ["1", "情况属实", "属" * 300])
def test_what_says_nothing_is_asked_for_again(text: str) -> None:
    one = draft(CONTEST)
    one.values["economy.employees.2025"] = 1
    first = judged(one.written())
    came = judged(answered(first.data, first.open, text))
    assert [p.code for p in came.open] == [p.code for p in first.open] != []
    assert verdict(came.problems) is Verdict.EXPLAIN
    shown = text if len(text) < 30 else text[:30] + "…"
    for problem in came.open:
        assert problem.explanation == ""
        assert problem.how_to_mend().startswith(f"所写的说明“{shown}”看不出原因，请写明具体情况")
        assert problem.how_to_mend("en").startswith(f"The reason “{shown}” says nothing")
    copied = judged(came.copy())
    assert set(copied.extracted.explanations.values()) == {text}, "it stands there to be completed"


def test_an_error_is_not_settled_by_a_reason() -> None:
    problem = Problem(code="V101")
    assert explained(problem, {"V101": REASON}).explanation == ""
    assert explained(evolve(problem, code="V208"), {}).open


def test_the_marks_hold_no_letter() -> None:
    assert not any(char.isalpha() for char in reasons.NO_LETTERS)
