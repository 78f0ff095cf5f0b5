"""Returns held against volumes: every planted fault found, nothing said of honest volumes."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from support import papers
from support.held import FORM, returned, told
from support.papers import chinese, pdf, scanned
from support.proven import content, read, written

from clusterbook.engine.judge import judge_one
from clusterbook.evidence.materials import in_order
from clusterbook.evidence.survey import BLANK, BROKEN, PICTURE, TEXT, survey
from clusterbook.evidence.volume import bind
from clusterbook.returns.pipeline import read_submission


def index_end(rows: dict[str, Any]) -> int:
    return max(row["page_to"] for row in rows["evidence"])


@pytest.fixture(scope="module")
def county() -> tuple[dict[str, Any], dict[str, Any], bytes]:
    """An honest return, and a volume as its index says, with words on every page."""
    values, rows = content(FORM)
    lines = [[f"第{n}页", "统计证明：本页内容由主管部门出具，情况属实，特此证明。"]
             for n in range(1, index_end(rows) + 1)]  # fmt: skip
    for library in ("top_revenue", "top_rd"):
        for row in rows[library]:
            first, last = _pages(row["evidence_pages"])
            for n in range(first, last + 1):
                lines[n - 1] += [f"{row['enterprise_name']}利润表", "2024年、2025年，单位：万元"]
    return values, rows, chinese(lines)


def _pages(text: str) -> tuple[int, int]:
    first, _, last = text.removeprefix("P").partition("-")
    return int(first), int(last or first)


def changed(data: bytes, change: Callable[[pikepdf.Pdf], None]) -> bytes:
    with pikepdf.open(BytesIO(data)) as made:
        change(made)
        return papers.saved(made)


# --- honest volumes -----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["printed", "scanned", "bound"])
def test_nothing_is_said_of_an_honest_volume(county, kind):
    values, rows, volume = county
    if kind == "scanned":
        volume = scanned(volume)
    if kind == "bound":
        with_contents = read(written(FORM, values, rows)).fill(_bound(rows, volume))
        again = judge_one("县.xlsx", read_submission(with_contents.data), (),
                          [("佐证.pdf", survey(_bound(rows, volume).data))])  # fmt: skip
        assert [p.message() for p in again.submissions[0].problems] == []
        return
    assert [one.message() for one in told(values, rows, volume)] == []


def _bound(rows: dict[str, Any], volume: bytes) -> Any:
    """The volume cut into its materials and bound again."""
    from io import BytesIO

    parts = {}
    with pikepdf.open(BytesIO(volume)) as whole:
        for n, row in enumerate(rows["evidence"], 1):
            part = pikepdf.new()
            part.pages.extend(whole.pages[row["page_from"] - 1 : row["page_to"]])
            parts[f"{n:02}、{row['title']}.pdf"] = papers.saved(part)
    return bind([(one, parts[one.name]) for one in in_order((name, Path(name)) for name in parts)])


def test_blank_backs_of_scanned_sheets_are_no_fault(county):
    values, rows, volume = county
    row = next(one for one in rows["evidence"] if one["page_to"] > one["page_from"] + 1)
    last = row["page_to"]
    values = values | {"economy.revenue_pages": f"P{row['page_from']}-{last}"}
    data = changed(volume, lambda made: _blank(made, last))
    cited = {one.cell for one in told(values, rows, data)}
    assert "G7" not in cited


# --- planted faults -----------------------------------------------------------------------------------


def _blank(made: pikepdf.Pdf, number: int) -> None:
    made.pages[number - 1].obj.Contents = made.make_stream(b"")


def _torn(made: pikepdf.Pdf, number: int) -> None:
    """A scan whose picture came to harm."""
    page = made.pages[number - 1]
    image = pikepdf.Stream(
        made, b"\xff\xd8\xff\xe0 torn", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=900,
        Height=1200, BitsPerComponent=8, ColorSpace=pikepdf.Name.DeviceGray,
        Filter=pikepdf.Name.DCTDecode,
    )  # fmt: skip
    page.obj.Resources = pikepdf.Dictionary(
        XObject=pikepdf.Dictionary(Im=made.make_indirect(image))
    )
    page.obj.Contents = made.make_stream(b"q 595 0 0 842 0 0 cm /Im Do Q")


def _row(rows: dict[str, Any], library: str, at: int, **change: Any) -> dict[str, Any]:
    own = [dict(row) for row in rows[library]]
    own[at] |= change
    return rows | {library: own}


def beyond(v, r, d):
    return v | {"economy.revenue_pages": "P500"}, r, d


def beyond_in_part(v, r, d):
    return v | {"economy.revenue_pages": f"P2、P{index_end(r)}-{index_end(r) + 1}"}, r, d


def beyond_in_a_list(v, r, d):
    return v, _row(r, "top_revenue", 1, evidence_pages="P900"), d


def blank(v, r, d):
    return v | {"economy.revenue_pages": "P2"}, r, changed(d, lambda made: _blank(made, 2))


def blank_scan(v, r, d):
    empty = scanned(changed(d, lambda made: _blank(made, 2)))
    return v | {"economy.revenue_pages": "P2"}, r, empty


def torn(v, r, d):
    return v | {"economy.revenue_pages": "P2"}, r, changed(d, lambda made: _torn(made, 2))


def torn_among_others(v, r, d):
    return v | {"economy.revenue_pages": "P1-3"}, r, changed(d, lambda made: _torn(made, 2))


def other_firm(v, r, d):
    first, second = (r["top_revenue"][at]["evidence_pages"] for at in (0, 1))
    assert first != second
    return v, _row(r, "top_revenue", 0, evidence_pages=second), d


def other_firm_rd(v, r, d):
    return v, _row(r, "top_rd", 0, evidence_pages=r["top_rd"][1]["evidence_pages"]), d


def other_year(v, r, d):
    first, last = _pages(r["top_revenue"][0]["evidence_pages"])
    name = r["top_revenue"][0]["enterprise_name"]
    old = chinese([[f"{name}利润表（2019年、2020年），单位：万元，企业盖章确认"]])

    def put(made):
        with pikepdf.open(BytesIO(old)) as other:
            for number in range(first, last + 1):
                made.pages[number - 1] = other.pages[0]

    return v, r, changed(d, put)


def index_beyond(v, r, d):
    return v, _row(r, "evidence", -1, page_to=index_end(r) + 9), d


def index_overlap(v, r, d):
    return v, _row(r, "evidence", 1, page_from=r["evidence"][1]["page_from"] - 2), d


def index_gap(v, r, d):
    assert r["evidence"][1]["page_to"] > r["evidence"][1]["page_from"]
    return v, _row(r, "evidence", 1, page_from=r["evidence"][1]["page_from"] + 1), d


def pages_in_no_row(v, r, d):
    def more(made):
        with pikepdf.open(
            BytesIO(chinese([["另外一份没有列入目录的材料，请见附后，特此说明，谢谢。"]]))
        ) as other:
            made.pages.extend(other.pages)

    return v, r, changed(d, more)


def shorter(v, r, d):
    def cut(made):
        del made.pages[-1]

    last = index_end(r)
    return v | {"economy.revenue_pages": f"P{last}"}, r, changed(d, cut)


def a_file(data: bytes):
    def fault(v, r, d):
        return v, r, data

    return fault


FAULTS = {
    "beyond": (beyond, "V301"), "beyond in part": (beyond_in_part, "V301"),
    "beyond in a list": (beyond_in_a_list, "V301"), "shorter": (shorter, "V301"),
    "blank": (blank, "V302"), "blank scan": (blank_scan, "V302"),
    "torn": (torn, "V303"), "torn among others": (torn_among_others, "V303"),
    "other firm": (other_firm, "V304"), "other firm, R&D": (other_firm_rd, "V304"),
    "other year": (other_year, "V305"),
    "index beyond": (index_beyond, "V306"), "index overlap": (index_overlap, "V307"),
    "index gap": (index_gap, "V308"), "pages in no row": (pages_in_no_row, "V308"),
    "portfolio": (a_file(papers.portfolio()), "F160"),
    "locked": (a_file(papers.locked(pdf(["x"]))), "F160"),
    "a picture": (a_file(papers.picture()), "F160"), "Word": (a_file(b"PK\x03\x04x"), "F160"),
    "cut short": (a_file(b"%PDF-1.7\n1 0 obj"), "F160"), "empty": (a_file(b""), "F160"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_planted_faults_are_found(county, name):
    plant, code = FAULTS[name]
    values, rows, volume = plant(*county)
    found = told(values, rows, volume)
    assert code in {one.code for one in found}
    wrong = next(one for one in found if one.code == code)
    if code != "F160":
        assert wrong.cell
        assert wrong.sheet
    assert "{" not in wrong.message() + wrong.how_to_mend()
    expected = {code, "V306"} if name == "shorter" else {code}
    assert {one.code for one in found} == expected


def test_a_page_beyond_the_volume_is_told_once(county):
    values, rows, volume = beyond(*county)
    seen = [("佐证.pdf", survey(volume))]
    batch = judge_one("县.xlsx", returned(values, rows), (), seen)
    assert [one.code for one in batch.submissions[0].problems if one.cell == "G7"] == ["V301"]


def test_parts_count_on_by_name(county):
    values, rows, volume = county
    with pikepdf.open(BytesIO(volume)) as whole:
        halves = [pikepdf.new(), pikepdf.new()]
        halves[0].pages.extend(whole.pages[:40])
        halves[1].pages.extend(whole.pages[40:])
        parts = [papers.saved(one) for one in halves]
    found = told(values, rows, *parts)
    assert [one.code for one in found] == ["F161"]
    assert "P1-40" in found[0].message()


# --- what a page is -----------------------------------------------------------------------------------


def test_what_pages_are():
    made = pikepdf.new()
    for page in survey_pages():
        with pikepdf.open(BytesIO(page)) as one:
            made.pages.extend(one.pages)
    data = changed(papers.saved(made), lambda whole: _torn(whole, 5))
    assert [what for what, _ in survey(data).pages] == [TEXT, BLANK, PICTURE, BLANK, BROKEN]


def survey_pages() -> list[bytes]:
    words = chinese([["这一页有许多文字，足以看出它说的是什么，也能找到企业名称。"]])
    return [words, pdf([""]), scanned(words), scanned(pdf([""])), pdf([""])]


def test_pages_are_counted_whatever_the_file_says():
    assert len(survey(papers.miscounted()).pages) == 6


def test_radicals_of_text_layers_are_folded():
    data = chinese([["⾼新⻅证⻚⻓有限公司⼆〇⼆五年度财务报表及附注说明⽂字"]])
    words = survey(data).pages[0][1]
    assert "高新见证页长有限公司二〇二五年度" in words
