"""What every declared form must do, in every way it can be built: nothing here knows a form by name."""

from __future__ import annotations

import csv
import json
import warnings
from collections import Counter
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.worksheet.datavalidation import DataValidation
from support.fill import (
    FilledIn,
    differences,
    fill,
    holds,
    imported,
    inputs,
    raw,
    rows_without_computed,
    without_computed,
)

from clusterbook.a1 import cell_name
from clusterbook.forms import registry
from clusterbook.forms.kinds import Choice, DependentChoice, Kind, Name, Number, Tick, YesNo
from clusterbook.forms.options import Options
from clusterbook.forms.parsing.folding import is_blank, says_none
from clusterbook.forms.stamp import Stamp
from clusterbook.layout import layouts
from clusterbook.layout.layout import Layout
from clusterbook.layout.own_sheets import GUIDE_SHEET, NOTES_SHEET, REVIEW_SHEET
from clusterbook.problems import Problem
from clusterbook.results import write
from clusterbook.results.documents import submission_document
from clusterbook.workbook import writer
from clusterbook.workbook.content import Answers

FORMS = registry.form_ids()
WAYS = {
    "rolled": Options(),
    "as-printed": Options(years="as-printed"),
    "2026": Options(report_year=2026),
    "2030-as-printed": Options(report_year=2030, years="as-printed"),
    "浙江省": Options(province="浙江省", rows=40),
}
BUILDS = [
    pytest.param(form, options, id=f"{form}-{way}")
    for form in FORMS
    for way, options in WAYS.items()
]
MISSING = {"V101", "V102", "V104"}
REQUIRED = "V101"


def written(layout: Layout, answers: Answers | None = None) -> bytes:
    return writer.write_template(layout, Stamp.of(layout.workbook), answers)


@cache
def blank(form: str, options: Options) -> bytes:
    return written(layouts.of(form, options))


@cache
def opened(form: str, options: Options) -> openpyxl.Workbook:
    with warnings.catch_warnings():
        # A print area that is a formula, which grows with the rows filled, is news to openpyxl.
        warnings.filterwarnings("ignore", "Print area cannot be set", UserWarning)
        return openpyxl.load_workbook(BytesIO(blank(form, options)))


def shown(problem: Problem) -> str:
    return f"{problem.code} {problem.sheet}!{problem.cell} {problem.key}: {problem.message()}"


# ---------------------------------------------------------------- blank


def required_when_blank(layout: Layout) -> list[tuple[str, str, str, str]]:
    """(code, sheet, cell, key) of what an empty form lacks, in printed order."""
    known = {
        key: parts[0].field.default
        for key, parts in layout.slots.items()
        if parts[0].field.default and not parts[0].locked
    }
    found = []
    for plan in layout.sheets:
        for slot in plan.slots:
            asked = slot.field
            if slot.locked or slot.part > 1 or not asked.required:
                continue
            if asked.when is None:
                found.append(("V101", plan.name, slot.area.cell, slot.key))
            elif holds(asked.when, known):
                found.append(("V102", plan.name, slot.area.cell, slot.key))
        if plan.body is not None and plan.body.library.least:
            first = cell_name(plan.body.first_row, plan.body.inputs[0].col)
            found.append(("V104", plan.name, first, plan.body.library.key))
    return found


@pytest.mark.parametrize(("form", "options"), BUILDS)
def test_a_blank_lacks_what_is_required_and_nothing_else(form: str, options: Options) -> None:
    (submission,) = imported(blank(form, options)).submissions
    found = [(p.code, p.sheet, p.cell, p.key) for p in submission.problems]
    expected = required_when_blank(layouts.of(form, options))
    assert len(expected) > 20
    assert Counter(found) == Counter(expected)
    assert len({(sheet, cell) for _, sheet, cell, _ in found}) == len(found)
    assert submission.verdict == "退回"


@pytest.mark.parametrize(("form", "options"), BUILDS)
def test_sheet_names_fit_excel(form: str, options: Options) -> None:
    book = opened(form, options)
    names = book.sheetnames
    assert {plan.name for plan in layouts.of(form, options).sheets} < set(names)
    assert {GUIDE_SHEET, NOTES_SHEET, REVIEW_SHEET} < set(names)
    for name in names:
        assert 0 < len(name) <= 31
        assert not set(name) & set(r"[]:*?/\\")
        assert not name.startswith("'")
        assert not name.endswith("'")
    assert len({name.casefold() for name in names}) == len(names)


def test_bytes_are_the_same_for_the_same_form() -> None:
    for form in FORMS:
        assert written(layouts.of(form, Options())) == blank(form, Options())


# ---------------------------------------------------------------- drop-downs


def named_lists(book: openpyxl.Workbook) -> dict[str, list[str]]:
    """Every defined name of one column of cells, with the texts that stand there."""
    lists = {}
    for name, defined in book.defined_names.items():
        if defined.attr_text.startswith('"') or defined.attr_text.startswith("OFFSET"):
            continue
        (sheet, cells), *others = defined.destinations
        if not others and ":" in cells:
            column = [row[0].value for row in book[sheet][cells]]
            lists[name] = [str(text) for text in column if text is not None]
    return lists


def rules_at(book: openpyxl.Workbook, sheet: str, cell: str) -> list[DataValidation]:
    """The validations that cover a cell: one, or a program takes whichever it likes."""
    row, column = coordinate_to_tuple(cell)
    return [
        rule
        for rule in book[sheet].data_validations.dataValidation
        for area in rule.sqref.ranges
        if area.min_row <= row <= area.max_row and area.min_col <= column <= area.max_col
    ]


@pytest.mark.parametrize(("form", "options"), BUILDS)
def test_every_list_of_options_is_in_a_drop_down(form: str, options: Options) -> None:
    book = opened(form, options)
    lists = named_lists(book)
    layout = layouts.of(form, options)
    seen: Counter[str] = Counter()
    for place, kind in kinds_by_place(layout):
        options_here = kind.offer().options
        if not (options_here or isinstance(kind, DependentChoice)):
            continue
        sheet, cell = place
        (rule,) = rules_at(book, sheet, cell)
        assert rule.type == "list", f"{sheet}!{cell}"
        assert not rule.showDropDown, "in the file format this hides the arrow"
        if isinstance(kind, DependentChoice):
            parents, offered = (
                next(
                    texts for name, texts in lists.items() if name in rule.formula1 and part in name
                )
                for part in ("_parents", "_options")
            )
            assert list(zip(parents, offered, strict=True)) == list(kind.pairs)
            assert rule.showErrorMessage
            seen["cascade"] += 1
        else:
            assert lists[rule.formula1] == list(options_here), f"{sheet}!{cell}"
            assert bool(rule.showErrorMessage) == isinstance(kind, Choice | Tick)
            seen["list"] += 1
    assert seen["list"] > 5


def kinds_by_place(layout: Layout) -> list[tuple[tuple[str, str], Kind]]:
    """Every input cell (of libraries the first and last row) with its kind."""
    last = {key: body.library.rows - 1 for key, body in layout.bodies.items()}
    found = []
    for one in inputs(layout):
        if one.row is None:
            kind = layout.slots[one.name][0].field.kind
        elif one.row in (0, last[one.name.split(".")[0]]):
            kind = layout.columns[one.name].field.kind
        else:
            continue
        found.append(((one.sheet, one.cell), kind))
    return found


def test_every_name_that_must_be_known_is_offered() -> None:
    """A name looked up in a library is a suggestion, never a bound."""
    for form in FORMS:
        book = opened(form, Options())
        for (sheet, cell), kind in kinds_by_place(layouts.of(form)):
            if isinstance(kind, Name) and kind.lookup:
                assert kind.lookup in layouts.of(form).columns
                (rule,) = rules_at(book, sheet, cell)
                assert (rule.type, bool(rule.showErrorMessage)) == ("list", False)
                assert f"cb_{kind.lookup}" in rule.formula1


# ---------------------------------------------------------------- filled


def document_of(data: bytes) -> dict[str, Any]:
    batch = imported(data)
    return submission_document(batch, batch.submissions[0], "zh")


def mismatches(filled: FilledIn, document: dict[str, Any]) -> list[str]:
    """Where a JSON document is not what was typed."""
    layout = filled.layout
    values = without_computed(layout, document["values"])
    rows = rows_without_computed(layout, document["libraries"])
    return differences(filled.values(), values) + differences(filled.libraries(), rows)


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize(("form", "options"), BUILDS)
def test_a_filled_workbook_comes_back_as_it_was_filled(
    form: str, options: Options, seed: int, tmp_path: Path
) -> None:
    layout = layouts.of(form, options)
    filled = fill(layout, seed, everything=seed == 1)
    batch = imported(written(layout, filled.answers()))
    (submission,) = batch.submissions
    assert [shown(p) for p in submission.problems if p.own is None] == []
    assert submission.verdict == "通过" or any(p.own for p in submission.problems)
    # What the form's own rules say of numbers thrown like dice is for the tests of the rules.
    write.write(batch, tmp_path)
    document = json.loads((tmp_path / "submissions" / f"{submission.id}.json").read_bytes())
    assert (document["form"], document["year"]) == (form, options.report_year)
    assert mismatches(filled, document) == []
    assert value_table_faults(filled, tmp_path) == []
    assert library_table_faults(filled, tmp_path) == []


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def value_table_faults(filled: FilledIn, out: Path) -> list[str]:
    """Where values.csv does not hold what was typed, or holds what nobody typed."""
    layout = filled.layout
    rows = {}
    for row in read_csv(out / "tables" / "values.csv"):
        item = f"[{row['item']}]" if row["item"] else ""
        year = f".{row['year']}" if row["year"] else ""
        key = f"{row['block']}{item}.{row['field']}{year}"
        assert key not in rows, f"{key} stands twice in values.csv"
        rows[key] = row
    faults = []
    for key, texts in filled.texts.items():
        row = rows.pop(key, None)
        slot = layout.slots[key][0]
        number, text = _as_cells(slot.field.kind, filled.expected[key])
        joined = "\n".join(texts)
        expected = {
            "sheet": layout.sheet_of[key].name, "cell": slot.area.cell, "text": text,
            "raw": _canonical(joined) if isinstance(slot.field.kind, Number) else joined,
            "unit": getattr(slot.field.kind, "unit", ""),
        }  # fmt: skip
        found = None if row is None else {name: row[name] for name in expected}
        if found != expected or row is None or _number(row["number"]) != number:
            faults.append(f"{key}: expected {expected} {number}, found {row}")
    for key, row in rows.items():
        if key in layout.slots:
            slot = layout.slots[key][0]
            if not slot.locked and row["raw"] != slot.field.default:
                faults.append(f"{key}: nobody typed {row}")
        elif row["field"] not in {h.key for h in layout.bodies[row["block"]].library.headlines}:
            faults.append(f"{key}: an unknown field")
    return faults


def library_table_faults(filled: FilledIn, out: Path) -> list[str]:
    """Where the table of a library is not what was typed."""
    faults = []
    for key, expected_rows in filled.libraries().items():
        body = filled.layout.bodies[key]
        kinds = {column.field.key: column.field.kind for column in body.inputs}
        found_rows = read_csv(out / "tables" / f"{key}.csv")
        if len(found_rows) != len(expected_rows):
            faults.append(f"{key}: {len(expected_rows)} rows filled, {len(found_rows)} found")
        for expected, found in zip(expected_rows, found_rows, strict=False):
            if (int(found["row"]), found["sheet"]) != (
                expected["row"],
                filled.layout.sheet_of[key].name,
            ):
                faults.append(f"{key}: row {expected['row']} is said to be {found['row']}")
            for name, kind in kinds.items():
                number, text = _as_cells(kind, expected[name])
                if isinstance(kind, YesNo):
                    same = found[name] == {True: "true", False: "false", None: ""}[expected[name]]
                elif isinstance(kind, Number):
                    same = _number(found[name]) == number
                else:
                    same = found[name] == text
                if not same:
                    faults.append(
                        f"{key}.{name}: expected {expected[name]!r}, found {found[name]!r}"
                    )
    return faults


def _as_cells(kind: Kind, value: Any) -> tuple[float | None, str]:
    """The number and the text of a value in the long table."""
    if value is None:
        return None, ""
    if isinstance(value, bool):
        return float(value), "是" if value else "否"
    if isinstance(kind, Number):
        return float(value), ""
    return None, "、".join(map(str, value)) if isinstance(value, list) else str(value)


def _number(cell: str) -> float | None:
    return float(cell) if cell else None


def _canonical(text: str) -> str:
    """A number as it prints: the cell holds 12.5, whatever zeros were typed."""
    number = float(text)
    return str(int(number)) if number == int(number) else repr(number)


# ---------------------------------------------------------------- properties

# A workbook is written and read for each example: a few, and no minutes spent on smaller failures.
SLOW = settings(
    deadline=None,
    max_examples=5,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)


@cache
def names(form: str) -> tuple[str, ...]:
    layout = layouts.of(form)
    return tuple(dict.fromkeys(one.name for one in inputs(layout, dict.fromkeys(layout.bodies, 1))))


@pytest.mark.parametrize("form", FORMS)
@SLOW
@given(data=st.data())
def test_whatever_part_is_filled_comes_back(form: str, data: st.DataObject) -> None:
    seed = data.draw(st.integers(0, 9_000), "seed")
    chosen = data.draw(st.sets(st.sampled_from(names(form)), max_size=120), "inputs")
    layout = layouts.of(form)
    filled = fill(layout, seed, rows=2, everything=True, only=chosen.__contains__)
    batch = imported(written(layout, filled.answers()))
    (submission,) = batch.submissions
    document = submission_document(batch, submission, "zh")
    assert mismatches(filled, document) == []
    assert [shown(p) for p in submission.problems if p.code not in MISSING and p.own is None] == []
    answered = {p.key for p in submission.problems if p.code in MISSING} & (
        filled.texts.keys() | filled.row_texts.keys()
    )
    assert not answered, "what is filled cannot be missing"


# Beyond any text: what real people type where something else was asked.
TYPED = st.sampled_from(
    (
        "无", "/", "—", "同上", "待定", "见附件", "不涉及", "不适用", "约300", "1,234.5", "１２", "12%",
        "3个亿", "1.2亿元", "5000万", "10-20", "二〇二四年三月", "2024.10", "2024/3/5", "45356", "2024年底",
        "13800000000", "0595-22000001转801", "P1、P2", "第12页", "☑", "√", "□是 ☑否", "是", "否", "N/A",
        "=1+1", "+1", "-", "@a", "#REF!", "TRUE", " 是 ", "张某，局长", "a\nb", "a\r\nb", "cb:r1", "_x0041_",
        "😀", "\u200b甲\u200b", "\t制表", "'引号", '"', "<&>", "0/1/3/12", "91350600XXXXXXXXXX", "甲、乙、丙、丁、戊",
    )
)  # fmt: skip
ANY_TEXT = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=40)
ANY_CELL = st.one_of(
    TYPED,
    ANY_TEXT,
    st.integers(-(10**12), 10**12).map(float),
    # As many digits as a spreadsheet shows: a seventeenth is rounded by whoever writes the file.
    st.floats(-9.99e307, 9.99e307).map(lambda value: float(f"{value:.15g}")),
    st.booleans(),
)


@pytest.mark.parametrize("form", FORMS)
@SLOW
@given(data=st.data())
def test_nothing_typed_vanishes(form: str, data: st.DataObject) -> None:
    """Any content in any input is kept as raw text, or told; in libraries as value, change or problem."""
    layout = layouts.of(form)
    typed = data.draw(st.dictionaries(st.sampled_from(names(form)), ANY_CELL, max_size=60), "typed")
    for key in typed.keys() & layout.slots.keys():
        if len(layout.slots[key]) > 1:  # what goes over several boxes is text
            typed[key] = seen(typed[key])
    values = {key: value for key, value in typed.items() if key in layout.slots}
    rows: dict[str, list[dict[str, Any]]] = {}
    for key, value in typed.items():
        if key in layout.columns:
            library, column = key.split(".")
            rows.setdefault(library, [{}])[0][column] = value
    batch = imported(written(layout, Answers(values=values, rows=rows)))
    (submission,) = batch.submissions
    document = submission_document(batch, submission, "zh")
    assert json.dumps(document, allow_nan=False)
    data_of = batch.groups[0].data
    told = {(p.key, seen(p.value)) for p in submission.problems if p.own is None}
    changed = {(change.key, seen(change.raw)) for change in data_of.changes[0]}
    for key, value in typed.items():
        if is_blank(value):
            continue
        note(f"{key} = {value!r}: {type(kind_of(layout, key)).__name__}")
        text = seen(value)
        if key in layout.slots:
            assert seen(data_of.answers[key].raws[0]) == text, key
        else:
            library, column = key.split(".")
            kept = document["libraries"][library]
            if not kept:  # a row of nothing but 无 declares an empty library
                assert all(declares_nothing(v) for v in rows[library][0].values()), key
            elif kept[0][column] in (None, []):
                assert (key, text) in told | changed, key
    unknown = [shown(p) for p in submission.problems if p.code.startswith("L")]
    assert unknown == [], "inputs are no place where nothing is asked"


def declares_nothing(value: Any) -> bool:
    return is_blank(value) or (
        isinstance(value, str) and (says_none(value) or not seen(value).strip("/\\-—–―─−NnAa."))
    )


def kind_of(layout: Layout, key: str) -> Kind:
    if key in layout.slots:
        return layout.slots[key][0].field.kind
    return layout.columns[key].field.kind


def seen(value: Any) -> str:
    """A raw value as it prints in a cell; a file knows one kind of line break only."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        value = float(f"{value:.16G}")  # as many digits as XlsxWriter puts into the file
        return str(int(value)) if abs(value) < 1e15 and value == int(value) else f"{value:.15g}"
    return str(value).replace("\r\n", "\n").replace("\r", "\n")


def test_filling_in_is_the_same_every_time() -> None:
    for form in FORMS:
        layout = layouts.of(form)
        assert fill(layout, 7).entries() == fill(layout, 7).entries()
        assert fill(layout, 7).entries() != fill(layout, 8).entries()
        complete = fill(layout, 7, everything=True)
        assert [one.name for one, text in complete.typed() if not text] == []
        numbers = [
            complete.expected[key]
            for key in complete.texts
            if isinstance(layout.slots[key][0].field.kind, Number)
        ]
        assert len(set(numbers)) > 0.9 * len(numbers), "a swapped answer would not be noticed"
        assert raw(Number(), "12.50") == 12.5
