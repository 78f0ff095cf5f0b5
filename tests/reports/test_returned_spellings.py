"""What a county typed in other words and nobody asks about: the copy itself must not call it wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from support.returning import Book, Draft, Judged, build, judged

from clusterbook.forms.kinds import Kind
from clusterbook.layout import layouts
from clusterbook.layout.own_sheets import GUIDE_SHEET, RETURNED_SHEET
from clusterbook.testing.live import opened, stored_told
from clusterbook.validation import rounds
from clusterbook.validation.shown import show

WIDE = str.maketrans("0123456789.", "０１２３４５６７８９．")
FORMS = ("cluster_contest", "fujian_sme_cluster")
# What each letter asks for: a number that is none, and where it stands.
WRONG = {
    "cluster_contest": "economy.revenue.2024",
    "fujian_sme_cluster": "industry.output_value.2024",
}


def otherwise(kind: Kind, value: Any) -> Iterator[str]:
    """Spellings of an answer; the importer asks about some of them."""
    text = f"{value:g}" if isinstance(value, float) else str(value)
    if kind.numeric:
        yield from (f" {text} ", text.translate(WIDE), f"{text}{kind.unit}")
    elif kind.dtype == "boolean":
        yield {"是": "√", "否": "×", "☑": "√"}.get(text, text)
    elif kind.dtype in ("month", "date"):
        signs = zip(text.split("-"), "年月日", strict=False)
        yield "".join(f"{int(part)}{sign}" for part, sign in signs)
        yield text.translate(WIDE)
    elif kind.dtype == "pages":
        yield from (f"{text.replace('P', '第')}页", text.lower())
    elif kind.identifies:
        yield from (text.lower(), f"{text[:8]} {text[8:]}")
    elif kind.contact:
        yield f"+86 {text}"
    elif kind.names or kind.all_options:
        yield f" {text} "


@cache
def came(form: str, which: int) -> Judged:
    """A good return in other spellings, with one number that the letter asks about."""
    prefix, content, _ = build.FORMS[form]
    good, layout = Draft(form, prefix, *content.content(content.SMALL)), layouts.of(form)

    def spelled(kind: Kind, value: Any) -> Any:
        found = [one for one in otherwise(kind, value) if not kind.read(one).problem]
        same = [one for one in found if kind.read(one).value == kind.read(value).value]
        return same[which % len(same)] if same else value

    for key, value in good.values.items():
        good.values[key] = spelled(layout.slots[key][0].field.kind, value)
    for library, rows in good.rows.items():
        for row in rows:
            row |= {k: spelled(layout.columns[f"{library}.{k}"].field.kind, v)
                    for k, v in row.items()}  # fmt: skip
    good.values[WRONG[form]] = "约12"
    return judged(good.written())


def front(data: bytes) -> tuple[int, ...]:
    """未填, 错误 and 待说明, as 首页 stores them."""
    rows = opened(data, data_only=True)[GUIDE_SHEET].iter_rows(values_only=True)
    text = " ".join(str(value) for row in rows for value in row if value is not None)
    found = re.search(r"未填 (\d+) 项 错误 (\d+) 处 待说明 (\d+) 处", text)
    assert found
    return tuple(map(int, found.groups()))


def read(one: Judged) -> dict[str, list[str]]:
    """Every answer and column as the import shows them."""
    found = {key: list(map(show, typed.values)) for key, typed in one.typed.answers.items()}
    return found | {
        f"{name}.{key}": list(map(show, typed.values))
        for name, library in one.typed.libraries.items()
        for key, typed in library.columns.items()
    }


@pytest.mark.parametrize("which", [0, 1, 2])
@pytest.mark.parametrize("form", FORMS)
def test_the_first_page_counts_what_the_letter_asks_for(form: str, which: int) -> None:
    one = came(form, which)
    assert [(p.code, p.key) for p in one.open] == [("V205", WRONG[form])]
    copy = one.copy()
    assert front(copy) == (0, 1, 0)
    assert not [line for line in stored_told(one.layout, copy) if "首页" in line or "rule" in line]


@pytest.mark.parametrize("form", FORMS)
def test_the_copy_says_the_same_and_passes_once_mended(form: str) -> None:
    one = came(form, 0)
    copied = judged(one.copy())
    assert read(copied) == read(one)
    assert [(p.code, p.key, p.value) for p in copied.open] == [("V205", WRONG[form], "约12")]
    book, asked = Book(copied.data), copied.open[0]
    book.put(asked.sheet, asked.cell, 12.0)
    mended = judged(book.save())
    done = rounds.compare(one.problems, mended.problems)
    assert [one.problems[at].key for at in done.fixed] == [WRONG[form]]
    assert "V205" not in {p.code for p in mended.open}


def test_what_a_rule_says_of_a_value_is_no_question_about_its_spelling() -> None:
    """Else it would be 内容有误 for good, as its reason is all that is asked for."""
    form = "cluster_contest"
    prefix, content, _ = build.FORMS[form]
    good = Draft(form, prefix, *content.content(content.SMALL))
    good.values["economy.total_profit.2024"] = " 99999 "
    one = judged(good.written())
    assert [(p.code, p.level.value, p.key) for p in one.open] == [
        ("P03.margin_y1", "explain", "economy.total_profit.2024"),
        ("P01.total_profit", "explain", "economy.total_profit.2025"),
    ]
    assert front(one.copy()) == (0, 0, 2)


def test_what_a_cell_says_beside_its_value_is_listed() -> None:
    form = "cluster_contest"
    prefix, content, _ = build.FORMS[form]
    good = Draft(form, prefix, *content.content(content.SMALL))
    key, first = "ongoing_projects.start_on", good.rows["ongoing_projects"][0]
    month = first["start_on"]
    remarked = first["start_on"] = f"{month.replace('-', '年')}月（已开工）"
    good.values["economy.fdi_usd.2024"] = " 没有 "
    good.values[WRONG[form]] = "约12"
    one = judged(good.written())
    assert [p.code for p in one.open] == ["V205"]
    book = opened(one.copy(), data_only=True)

    def stands(key: str) -> Any:
        sheet, cell = good.cell(key)
        return book[sheet][cell].value

    assert (stands(key), stands("economy.fdi_usd.2024"), stands(WRONG[form])) == (
        month, "无", "约12",
    )  # fmt: skip
    listed = [row[6] for row in book[RETURNED_SHEET].iter_rows(values_only=True)]
    assert remarked in listed
