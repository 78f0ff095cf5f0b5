"""The pages of a volume in a return: what belongs where, and that nothing else changes."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from support.papers import pdf
from support.proven import FORMS, content, read, written

from clusterbook.api.returned import Return
from clusterbook.evidence.cells import Names, page_cells
from clusterbook.evidence.citing import Citations, cite
from clusterbook.evidence.filling import FilledReturn
from clusterbook.evidence.materials import in_order
from clusterbook.evidence.volume import Volume, bind
from clusterbook.forms.kinds import Pages
from clusterbook.layout import layouts


def volume(*files: tuple[str, int], related: dict[str, str] | None = None) -> Volume:
    """A volume of files with so many pages each."""
    materials = in_order((name, Path(name)) for name, _ in files)
    for one in materials:
        object.__setattr__(one, "related", (related or {}).get(one.name, ""))
    counts = dict(files)
    return bind([(one, pdf([""] * counts[one.name])) for one in materials])


def of_index(rows: list[dict[str, Any]], more: tuple[tuple[str, int], ...] = ()) -> Volume:
    """The volume that the index of a sample is about, with more files between."""
    files = [(f"{2 * n:02}、{row['title']}.pdf", row["page_to"] - row["page_from"] + 1)
             for n, row in enumerate(rows, 1)]  # fmt: skip
    return volume(*files, *more)


def typed_pages(one: Return, form: str) -> dict[str, Any]:
    """Every answer that asks for pages, by key; of lists by key and row."""
    layout = layouts.of(form)
    found = {key: one[key] for key, parts in layout.slots.items()
             if isinstance(parts[0].field.kind, Pages)}  # fmt: skip
    for key, column in layout.columns.items():
        library, _, name = key.partition(".")
        if isinstance(column.field.kind, Pages):
            found |= {f"{key}#{n}": row[name] for n, row in enumerate(one.rows(library))}
    return {key: value for key, value in found.items() if value}


def moved(pages: Any, by: Any) -> list[str]:
    """Pages as documents have them, each moved."""
    found = []
    for span in pages:
        first, _, last = str(span).partition("-")
        a, b = int(first) + by(int(first)), int(last or first) + by(int(last or first))
        found.append(f"{a}-{b}" if a != b else str(a))
    return found


@cache
def inserted(form: str) -> tuple[Return, FilledReturn, Return, Volume]:
    """The sample, and what it is after a file of seven pages was put into the middle."""
    values, rows = content(form)
    index = rows["evidence"]
    middle = len(index) // 2
    before = read(written(form, values, rows))
    bound = of_index(index, ((f"{2 * middle + 1:02}、补充材料.pdf", 7),))
    filled = before.fill(bound)
    return before, filled, read(filled.data), bound


@pytest.mark.parametrize("form", FORMS)
def test_seven_pages_inserted_and_every_reference_is_right_again(form):
    before, filled, after, bound = inserted(form)
    index = content(form)[1]["evidence"]
    middle = len(index) // 2
    first = {one.material.title: one.first for one in bound.bound}
    place = {page: first[row["title"]] + page - row["page_from"]
             for row in index for page in range(row["page_from"], row["page_to"] + 1)}  # fmt: skip
    expected = {key: moved(value, lambda page: place[page] - page)
                for key, value in typed_pages(before, form).items()}  # fmt: skip
    assert len(expected) >= 40
    assert typed_pages(after, form) == expected
    assert not filled.citations.kept
    titles = [row["title"] for row in after.rows("evidence")]
    assert titles[middle] == "补充材料"
    for one, row in zip(bound.bound, after.rows("evidence"), strict=True):
        assert (row["page_from"], row["page_to"]) == (one.first, one.last)


@pytest.mark.parametrize("form", FORMS)
def test_nothing_else_changes(form):
    before, _, after, _ = inserted(form)

    def rest(one: Return) -> Any:
        document = one.to_dict()
        return [_stripped(document["values"], form), document["libraries"], document["submission"],
                document["issued_to"], one.stamp]  # fmt: skip

    first, second = rest(before), rest(after)
    for one in (first, second):
        del one[1]["evidence"]  # it has a row more
    for library, own in first[1].items():
        for row, other in zip(own, second[1][library], strict=True):
            for name in row:
                if name != "evidence_pages":
                    assert row[name] == other[name], (library, name)
    first[1] = second[1] = None
    assert first == second


def _stripped(values: Any, form: str) -> Any:
    layout = layouts.of(form)
    pages = {key.split(".", 1)[1] for key, parts in layout.slots.items()
             if isinstance(parts[0].field.kind, Pages)}  # fmt: skip
    if isinstance(values, dict):
        return {key: _stripped(one, form) for key, one in values.items() if key not in pages}
    return [_stripped(one, form) for one in values] if isinstance(values, list) else values


def cited(form: str, bound: Volume, index: Any = (), **change: Any) -> Citations:
    """What a volume comes to in the sample, without writing it."""
    values, rows = content(form)
    blank = {key: "" for key, parts in layouts.of(form).slots.items()
             if isinstance(parts[0].field.kind, Pages)}  # fmt: skip
    answers = {key: (value,) for key, value in (values | blank | change).items()}
    return cite(layouts.of(form), answers, rows | {"evidence": [*index]}, bound)


def pages_of(made: Citations) -> dict[str, str]:
    return {one.cell.key if one.cell.row < 0 else f"{one.cell.key}#{one.cell.row}": one.text
            for one in made.cited}  # fmt: skip


def test_materials_say_what_they_prove_in_many_ways():
    said = {
        "1.pdf": "集群产值", "2.pdf": "economy.revenue", "3.pdf": "2.2 集群企业培育情况!F9",
        "4.pdf": "2.2 国家级专精特新“小巨人”企业数量；2.2省级专精特新企业",
        "5.pdf": "2.4 集群创新情况 获得国家科技进步奖总数", "6.pdf": "四、集群发展促进组织情况",
        "7.pdf": "产业链图谱",
    }  # fmt: skip
    made = cited("cluster_contest", volume(*((name, 1) for name in said), related=said))
    assert not made.unplaced
    assert pages_of(made) == {
        "economy.output_value_pages": "P2", "economy.revenue_pages": "P3",
        "cultivation.national_champions_pages": "P4", "cultivation.little_giants_pages": "P5",
        "cultivation.provincial_srdi_pages": "P5", "innovation.national_awards_pages": "P6",
        "promo_org.promo_evidence": "P7", "self_report.chain_map_pages": "P8",
    }  # fmt: skip


def test_folders_say_what_their_files_prove():
    made = cited("cluster_contest", volume(
        ("2.1 集群主要经济指标/集群产值/证明.pdf", 2), ("2.2 集群企业培育情况/国家级单项冠军/a.pdf", 1),
        ("2.2 集群企业培育情况/国家级单项冠军/b.pdf", 1),
    ))  # fmt: skip
    assert pages_of(made) == {
        "economy.output_value_pages": "P2-3", "cultivation.national_champions_pages": "P4-5"
    }  # fmt: skip


def test_a_row_is_known_by_whose_it_is():
    _values, rows = content("cluster_contest")
    firms = [row["enterprise_name"] for row in rows["top_revenue"]]
    files = {f"{n}、{name}利润表.pdf": "2.2 营业收入前十企业" for n, name in enumerate(firms, 1)}
    made = cited("cluster_contest", volume(*((name, 2) for name in files), related=files))
    assert pages_of(made) == {
        f"top_revenue.evidence_pages#{n}": f"P{2 + 2 * n}-{3 + 2 * n}" for n in range(len(firms))
    }


def test_what_could_be_several_is_asked_and_never_guessed():
    said = {
        "1.pdf": "2.2 集群企业培育情况",
        "2.pdf": "企业",
        "3.pdf": "",
        "4.pdf": "专精特新企业证书",
    }
    made = cited("cluster_contest", volume(*((name, 1) for name in said), related=said))
    assert pages_of(made) == {}
    told = {one.bound.material.name: [cell.key for cell in one.perhaps]
            for one in made.unplaced}  # fmt: skip
    assert set(told) == set(said)
    assert "cultivation.provincial_srdi_pages" in told["4.pdf"]


def test_pages_that_no_material_accounts_for_stay_and_are_told():
    made = cited("cluster_contest", volume(("1.pdf", 1)), **{"economy.revenue_pages": "P77"})
    assert ("economy.revenue_pages", "P77") in [(c.key, text) for c, text in made.kept]
    assert "economy.revenue_pages" not in made.values()


def test_some_pages_of_a_material_that_changed_are_not_followed():
    index = [
        {"title": "甲", "page_from": 1, "page_to": 3},
        {"title": "乙", "page_from": 4, "page_to": 6},
    ]
    typed = {"economy.revenue_pages": "P2", "economy.total_tax_pages": "P4-6",
             "economy.output_value_pages": "P3-4", "economy.employees_pages": "P1-6"}  # fmt: skip
    made = cited("cluster_contest", volume(("1、甲.pdf", 4), ("2、乙.pdf", 3)), index, **typed)
    found = pages_of(made)
    assert found["economy.total_tax_pages"] == "P6-8"
    assert found["economy.employees_pages"] == "P2-8"
    kept = {cell.key for cell, _ in made.kept}
    assert {"economy.revenue_pages", "economy.output_value_pages"} <= kept


def test_more_materials_than_rows_find_room():
    values, rows = content("fujian_sme_cluster")
    book = written("fujian_sme_cluster", values, rows | {"evidence": []})
    made = read(book).fill(volume(*((f"{n}.pdf", 1) for n in range(1, 231))))
    found = read(made.data).rows("evidence")
    assert len(found) == 230
    assert found[-1]["title"] == "230"


@pytest.mark.parametrize("form", FORMS)
def test_every_cell_that_asks_for_pages_can_be_named_by_its_label(form):
    cells = [one for one in page_cells(layouts.of(form), {}) if one.row < 0]
    names = Names(cells)
    for one in cells:
        assert names.of(one.place, "").cells == (one,)
        assert names.of(one.key, "").cells == (one,)
        same = [other for other in cells if other.label == one.label]
        found = names.of(f"{one.sheet} {one.label}", "")
        assert found.cells == (one,) or len(same) > 1, one.label
