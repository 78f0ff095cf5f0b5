"""An honest return with its whole volume asks little; reasons settle what a volume contradicts."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.fill import Here
from support.papers import chinese, folder_of
from support.proven import content, read, written
from support.reasons import answered

from clusterbook.api.papers import content_of
from clusterbook.api.pool import find
from clusterbook.api.returned import Return
from clusterbook.engine import gather
from clusterbook.engine.judge import judge_one
from clusterbook.evidence.cells import page_cells
from clusterbook.evidence.materials import in_order
from clusterbook.evidence.survey import Survey, survey
from clusterbook.evidence.volume import Volume, bind
from clusterbook.problems import Level, Problem
from clusterbook.returns.pipeline import read_submission
from clusterbook.verdicts import Verdict
from clusterbook.word.write import word_form

FORM = "fujian_sme_cluster"
HONEST = Path(__file__).parents[2] / "samples" / FORM / "honest.xlsx"
WORDS = "统计证明：本页内容由主管部门出具，情况属实，特此证明。"


def test_an_honest_return_with_a_full_volume_asks_at_most_three_questions(tmp_path: Path) -> None:
    """The county puts what it has into folders, binds it, and sends the filled workbook."""
    one = read(HONEST.read_bytes())
    cells = {cell.key: cell.called for cell in page_cells(one.judged.groups[0].data.layout, {})}
    lacking = [cells[p.key] for p in one.problems if p.code.startswith("T12")]
    assert len(lacking) > 10
    files = {f"{n:02}、{row['title']}.pdf": pages(row["page_from"], row["page_to"])
             for n, row in enumerate(one.rows("evidence"), 1)}  # fmt: skip
    files |= {f"{name}/证明.pdf": pages(1, 1) for name in lacking}
    files[f"{cells['innovation.patents_list_pages']}/专利汇总证明.pdf"] = pages(32, 48)
    volume = bound(files)
    filled = one.fill(volume)
    folder_of(tmp_path / "报送", {"洛江.xlsx": filled.data})
    folder_of(tmp_path / "佐证", {"洛江.pdf": volume.data})
    judged = gather.run(find([tmp_path / "报送"], evidence=tmp_path / "佐证"), pool=Here())
    (told,) = [each for each in judged.submissions if each.file == "洛江.xlsx"]
    assert len(told.problems) <= 3, [p.message() for p in told.problems]
    assert told.verdict == Verdict.PASSED


def pages(first: int, last: int) -> bytes:
    return chinese([[WORDS]] * (last - first + 1))


def bound(files: dict[str, bytes]) -> Volume:
    return bind([(each, files[each.name]) for each in in_order((n, Path(n)) for n in files)])


# --- reasons --------------------------------------------------------------------------------------


@pytest.fixture(scope="module", name="book")
def book_fixture() -> bytes:
    return written(FORM, *content(FORM))


@pytest.fixture(scope="module", name="volumes")
def volumes_fixture() -> dict[str, Survey]:
    whole = survey(chinese([[f"第{n}页", WORDS] for n in range(1, 121)]))
    blank = tuple(("blank", "") if at < 60 else page for at, page in enumerate(whole.pages))
    broken = tuple(("broken", "") if at < 60 else page for at, page in enumerate(whole.pages))
    return {"V301": Survey(whole.pages[:2]), "V302": Survey(blank), "V303": Survey(broken),
            "F160": survey(b"%PDF-1.7 torn")}  # fmt: skip


def judged_with(book: bytes, volume: Survey) -> Return:
    batch = judge_one("县.xlsx", read_submission(book), (), [("佐证.pdf", volume)])
    return Return(batch, batch.submissions[0])


def asked(one: Return) -> list[Problem]:
    return [p for p in one.problems if p.level != Level.INFO and not p.explanation]


@pytest.mark.parametrize("code", ["V301", "V302", "V303", "F160"])
def test_a_reason_settles_what_the_volume_contradicts(
    code: str, book: bytes, volumes: dict[str, Survey]
) -> None:
    """Each asks for a written reason, in the copy that goes back; with it the return passes."""
    before = judged_with(book, volumes[code])
    assert {p.code for p in asked(before)} == {code}
    assert before.verdict == Verdict.EXPLAIN
    copy = before.marked_copy()
    assert copy is not None
    after = judged_with(answered(copy, asked(before)), volumes[code])
    assert asked(after) == []
    assert code in {p.code for p in after.problems}
    assert after.verdict == Verdict.PASSED


# --- the printed form -----------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["cluster_contest", FORM])
def test_the_printed_form_has_the_pages_of_the_workbook(form: str) -> None:
    from support.word_files import read as read_docx

    values, rows = content(form)
    one = read(written(form, values, rows))
    parts = {f"{n:02}、{row['title']}.pdf": pages(row["page_from"], row["page_to"])
             for n, row in enumerate(one.rows("evidence"), 1)}  # fmt: skip
    volume = bound({"00、说明.pdf": pages(1, 7), **parts})
    filled = one.fill(volume)
    after = read(filled.data)
    said = content_of(after.judged, after.submission)
    cited = {each.text for each in filled.citations.cited}
    assert len(cited) > 5
    printed = {cell.text for table in read_docx(word_form(said)).tables() for cell in table.cells()}
    assert cited - {text for cell in printed for text in cell.split("\n")} == set()
