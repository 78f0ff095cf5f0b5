"""Kinds and bounds that a form brings along go through everything that ours go through."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import frictionless
import jsonschema
import pandas as pd
import pytest
from attrs import evolve
from pandera.errors import SchemaErrors
from support.fill import imported
from support.forms_given import forms_from
from support.importing import run
from support.places import DOCS, FORMS

import clusterbook as cb
from clusterbook import forms as f
from clusterbook.forms.consistency import SpecError, check
from clusterbook.forms.kinds.faults import faults
from clusterbook.forms.stamp import Stamp
from clusterbook.layout.own_sheets import CHECKS_SHEET
from clusterbook.testing.live import opened, stored
from clusterbook.workbook.content import Entries
from clusterbook.workbook.writer import write_template

GOOD: dict[str, Any] = {
    "score": 85.5, "grade": "甲", "batch": "AB1236", "fields": "纺织、电子", "approved": "2025-03",
    "teams": 4.0,
}  # fmt: skip
# What is typed, the code that it leads to, and what the sentences say of it.
BAD: dict[str, tuple[Any, str, str]] = {
    "score": (250.0, "V204", "100"), "grade": ("丁", "V230", "甲、乙、丙"),
    "batch": ("AB1235", "V291", "末位为校验码"), "fields": ("纺织、电子、食品", "V270", "2"),
    "approved": ("2019-03", "V246", "2024"), "teams": (3.0, "V291", "每2一档"),
}  # fmt: skip
# More of the same kinds: each breaks another bound.
MORE = {
    "score": (-1.0, "V203"), "batch": ("AB12366", "V220"), "fields": ("纺织、化工", "V230"),
    "grade": ("甲乙", "V230"), "approved": ("2026-01", "V246"), "teams": (3.5, "V202"),
}  # fmt: skip
NOT_IN_EXCEL = {"batch"}  # nor does JSON Schema know a check digit


@pytest.fixture(scope="module")
def form() -> Iterator[cb.Form]:
    with forms_from(FORMS):
        yield cb.load_form("scores_form")


def filled(form: cb.Form, head: dict[str, Any], row: dict[str, Any] | None = None) -> bytes:
    values = {"head.unit": "泉州市工业和信息化局", **{f"head.{k}": v for k, v in head.items()}}
    rows = {"projects": [{"project": "一号", **(row or head)}]}
    stamp = Stamp.of(form.layout.workbook, issue="SC1", issued_to="泉州市")
    return write_template(form.layout, stamp, Entries(values=values, rows=rows))


def test_good_answers_pass(form: cb.Form) -> None:
    (one,) = imported(filled(form, GOOD)).submissions
    assert [(p.code, p.key, p.message()) for p in one.problems] == []
    assert one.verdict == "通过"


@pytest.mark.parametrize("place", ["head", "projects"])
def test_each_bad_answer_is_told_in_its_cell(form: cb.Form, place: str) -> None:
    bad = {key: typed for key, (typed, *_) in BAD.items()}
    data = filled(form, bad if place == "head" else GOOD, bad)
    (one,) = imported(data).submissions
    told = {p.key: p for p in one.problems if p.key.startswith(place) and p.own is None}
    assert {key.split(".")[1]: p.code for key, p in told.items()} == {
        key: code for key, (_, code, _) in BAD.items()
    }
    for key, (_, _, said) in BAD.items():
        problem = told[f"{place}.{key}"]
        assert problem.cell
        for lang in ("zh", "en"):
            sentences = problem.message(lang) + problem.how_to_mend(lang)
            assert "{" not in sentences
            assert said in sentences or lang == "en"


def test_further_bounds_of_the_same_kinds(form: cb.Form) -> None:
    (one,) = imported(filled(form, {k: typed for k, (typed, _) in MORE.items()}, GOOD)).submissions
    told = {p.key.split(".")[1]: p.code for p in one.problems if p.own is None}
    assert told == {key: code for key, (_, code) in MORE.items()}


def test_what_may_be_declared_none_is_read_without_a_word_of_the_kind(form: cb.Form) -> None:
    """The prompt says 无 where ``none`` allows it, so it is read, and keeps to every bound."""
    nothing = {"batch": "无", "fields": "没有", "teams": "无"}
    batch = imported(filled(form, {**GOOD, **nothing}))
    (one,) = batch.submissions
    assert [(p.code, p.key) for p in one.problems] == []
    answers = batch.groups[0].data.answers
    assert all(answers[f"head.{key}"].declared == {0: "none"} for key in nothing)
    assert [answers[f"head.{key}"].values[0] for key in nothing] == ["无", (), 0.0]
    refused = imported(filled(form, {**GOOD, "score": "无", "grade": "无"}, GOOD)).submissions[0]
    assert {p.key: p.code for p in refused.problems if p.own is None} == {
        "head.score": "V201", "head.grade": "V230",
    }  # fmt: skip


def test_the_workbook_marks_what_the_importer_tells(form: cb.Form) -> None:
    """The count of faults that stands on the hidden sheet, as any program works it out."""

    def marked(head: dict[str, Any]) -> set[str]:
        data = filled(form, head)
        book = opened(data, data_only=False)
        sheet, results = book[CHECKS_SHEET], stored(data)
        head_row = [cell.value for cell in sheet[1]]
        found = set()
        for row in sheet.iter_rows(min_row=2):
            label, fault = row[head_row.index("label")], row[head_row.index("fault")]
            if results.get((CHECKS_SHEET, fault.coordinate)):
                found.add(label.value)
        return found

    assert marked(GOOD) == set()
    labels = {key: form.layout.slots[f"head.{key}"][0].path for key in BAD}
    expected = {labels[key] for key in BAD.keys() - NOT_IN_EXCEL}
    found = marked({key: typed for key, (typed, *_) in BAD.items()})
    assert {one for one in found if one in labels.values()} == expected
    assert len(found) == 2 * len(expected), "in the list, too"


def test_cells_offer_their_bounds(form: cb.Form) -> None:
    sheet = opened(form.blank(), data_only=False)["一、总评"]
    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    said = {
        key: rules[form.layout.slots[f"head.{key}"][0].area.range().replace("$", "")]
        for key in GOOD
    }
    assert {key: rule.prompt for key, rule in said.items()} == {
        "score": "请填数字，0至100之间，每0.5一档。",
        "grade": "从“甲、乙、丙”中选一项。",
        "batch": "不超过6字，两个字母加四位数字，末位为校验码。确无此项填“无”。",
        "fields": "不超过2项，可选：纺织、电子、食品，多项之间用“、”隔开。确无此项填“无”。",
        "approved": "请填年月，如 2024-03。应在2024年至2025年之间。",
        "teams": "单位：组。请填整数，不能为负数。确无此项填“无”。每2一档。",
    }
    assert (said["score"].type, said["grade"].type, said["fields"].type) == (
        "custom",
        "list",
        "list",
    )


def test_the_dictionary_has_them(form: cb.Form) -> None:
    fields = {one["key"]: one for one in form.fields}
    score, batch = fields["head.score"], fields["projects.batch"]
    assert score["limits"] == {"minimum": 0.0, "maximum": 100.0, "step": 0.5}
    assert (score["kind"], score["type"], score["rules"]) == ("得分", "number", [])
    assert batch["rules"] == ["末位为校验码", "确无此项可填“无”"]
    assert fields["head.grade"]["options"] == ["甲", "乙", "丙"]
    assert "得分" in form.dictionary_file("md").decode()


def test_what_an_import_writes_describes_them(form: cb.Form, tmp_path: Path) -> None:
    for name, data in (("good", filled(form, GOOD)), ("bad", filled(form, GOOD, _typed(BAD)))):
        (tmp_path / "in").mkdir(exist_ok=True)
        (tmp_path / "in" / f"{name}.xlsx").write_bytes(data)
        out = tmp_path / name
        run(tmp_path / "in" / f"{name}.xlsx", out)
        assert frictionless.Package(str(out / "datapackage.json")).validate().valid
        (path,) = (out / "submissions").glob("*.json")
        document = json.loads(path.read_text("utf-8"))
        written = json.loads((out / "schema" / "scores_form.json").read_text("utf-8"))
        assert written == form.json_schema()
        passed = jsonschema.Draft202012Validator(form.json_schema(passed=True))
        jsonschema.validate(document, written)
        wrong = {error.path[3] for error in passed.iter_errors(document)}
        assert wrong == (set() if name == "good" else BAD.keys() - {"grade", "batch"})
        assert document["libraries"]["projects"][0]["score"] == (85.5 if name == "good" else 250.0)


def _typed(cases: dict[str, tuple[Any, str, str]]) -> dict[str, Any]:
    return {key: typed for key, (typed, *_) in cases.items() if key != "grade"} | {"grade": "甲"}


def test_a_notebook_judges_by_the_same_bounds(form: cb.Form, tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(filled(form, GOOD, _typed(BAD)))
    run(tmp_path / "a.xlsx", tmp_path / "OUT")
    frame = cb.open_round(tmp_path / "OUT").table("projects").frame()
    with pytest.raises(SchemaErrors) as caught:
        form.schema("projects").validate(frame, lazy=True)
    told = {row.column: row.check[:4] for row in caught.value.failure_cases.itertuples()}
    assert told == {key: code for key, (_, code, _) in BAD.items() if key != "grade"}
    good = pd.DataFrame([{**GOOD, "project": "一号"}])
    assert len(form.schema("projects").validate(good, lazy=True)) == 1


def test_the_next_round_is_prefilled_and_summed_up(form: cb.Form, tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(filled(form, GOOD))
    run(tmp_path / "a.xlsx", tmp_path / "OUT")
    made = form.prefilled(tmp_path / "OUT")
    assert made.answers[0].rows["projects"][0] == {"project": "一号", **GOOD}
    assert cb.open_round(tmp_path / "OUT").summary(include_returned=True)[:2] == b"PK"


def test_the_kind_of_the_guide_works() -> None:
    text = (DOCS / "new-form.md").read_text("utf-8").partition("A kind of your own\n")[2]
    text = text.partition("\n## ")[0]
    words: dict[str, Any] = {}
    for block in re.findall("```python\n(.*?)```", text, re.DOTALL):
        exec(compile(block, "new-form.md", "exec"), words)
    score, digit = words["Score"](), words["CheckDigit"]()
    assert list(faults(score)) == []
    assert score.read("85.5分").value == 85.5
    assert [one.code for one in score.bounds if not one.holds(250.2)] == ["V204", "V291"]
    assert (digit.holds("AB1236"), digit.holds("AB1235")) == (True, False)


# --- what a kind may lack ------------------------------------------------------------------------


class NoReading(f.Kind):
    name = "无读法"


class NoName(f.Text):
    name = ""


class OddType(f.Text):
    name, dtype = "怪", "float"


class Raises(f.Kind):
    name = "坏"

    def interpret(self, raw: f.Raw, number_format: str) -> f.Reading:
        return f.Reading(float(raw))


class NoWords(f.Bound):
    def holds(self, value: Any) -> bool:
        return bool(value)


class Wordless(f.Text):
    name = "无话"
    bounds = (NoWords(),)  # type: ignore[assignment]


class NoBound(f.Text):
    name = "无界"
    bounds = (100,)  # type: ignore[assignment]


class Coded(f.Text):
    name = "代码"

    def interpret(self, raw: f.Raw, number_format: str) -> f.Reading:
        return f.refuse("V999")


class TwoMinds(f.Text):
    name = "两样"

    def plain(self, raw: f.Raw) -> Any:
        return f"{raw}！"


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (NoReading(), "NoReading has no interpret"),
        (NoName(), "NoName has no name for the dictionary"),
        (OddType(), "OddType.dtype 'float' is none of string, number"),
        (Raises(), "Raises cannot read '': ValueError"),
        (Wordless(), "Wordless, bound NoWords has no words"),
        (NoBound(), "NoBound.bounds: 100 is no bound"),
        (Coded(), "with a code that there is not: 'V999'"),
        (TwoMinds(), "TwoMinds reads '无' as '无！' at a look"),
        (f.Number(low="零"), "Number, bound Low: ValueError"),  # type: ignore[arg-type]
    ],
    ids=lambda one: type(one).__name__ if isinstance(one, f.Kind) else "",
)
def test_what_a_kind_lacks_is_a_fault_with_its_name(form: cb.Form, kind: f.Kind, told: str) -> None:
    book = form.layout.workbook
    head = book.sheets[0].blocks[0]
    spoiled = evolve(head, rows=[f.Field("odd", "怪栏", kind)])
    rules = book.rules[:0]
    with pytest.raises(SpecError) as caught:
        check(evolve(book, sheets=[evolve(book.sheets[0], blocks=[spoiled])], rules=rules))
    assert any(told in fault and fault.startswith("head.odd: ") for fault in caught.value.faults), (
        caught.value.faults
    )
