"""Forms that office programs saved anew, and older kinds of documents, through a real Writer."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pypdfium2
import pytest
from support.word_files import docx, paragraph, run, text
from support.word_forms import FORMS, content, filled, random_book, values

from clusterbook.readers.limits import GridError
from clusterbook.word import convert
from clusterbook.word.prefilled import NotWordError, from_word
from clusterbook.word.reading import read_form
from clusterbook.word.readings import LEFT, TOLD, UNSURE
from clusterbook.word.write import word_form

FILTERS = {
    "docx": "docx:MS Word 2007 XML",
    "doc": "doc:MS Word 97",
    "rtf": "rtf:Rich Text Format",
    "odt": "odt:writer8",
}
HEADS = [f"{number}、" for number in "一二三四五六七八"]


@cache
def writer() -> bool:
    """Whether there is a LibreOffice that has its Writer."""
    try:
        return bool(convert.to_docx(b"{\\rtf1 a}"))
    except GridError:
        return False


def saved(data: bytes, kind: str) -> bytes:
    """The document as LibreOffice saves it."""
    with TemporaryDirectory() as folder:
        (Path(folder) / "form.docx").write_bytes(data)
        subprocess.run(
            [shutil.which("soffice"), "--headless", f"-env:UserInstallation=file://{folder}/profile",
             "--convert-to", FILTERS.get(kind, kind), "--outdir", f"{folder}/out", f"{folder}/form.docx"],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip
        return (Path(folder) / "out" / f"form.{kind}").read_bytes()


pytestmark = [pytest.mark.office, pytest.mark.skipif(not writer(), reason="no LibreOffice Writer")]


@pytest.mark.parametrize(
    ("form", "kind"),
    [(FORMS[1], "docx"), (FORMS[1], "doc"),
     *(pytest.param(form, kind, marks=pytest.mark.wide) for form in FORMS for kind in FILTERS
       if (form, kind) not in ((FORMS[1], "docx"), (FORMS[1], "doc")))],
)  # fmt: skip
def test_a_form_saved_anew_says_the_same(form: str, kind: str) -> None:
    layout, document = filled(form)
    expected = values(layout, read_form(layout, document))
    made = saved(document, kind)
    found = read_form(layout, convert.to_docx(made))
    got = values(layout, found)
    assert {
        key: (expected.get(key), got[key]) for key in got if got[key] != expected.get(key)
    } == {}
    assert len(expected.keys() - got.keys()) <= 0.05 * len(expected)
    assert len(got) == len(expected) or found.of(UNSURE) or found.of(LEFT)


def test_dates_that_were_worked_out_anew_are_asked() -> None:
    layout, _ = filled(FORMS[1])
    field = '<w:fldSimple w:instr="DATE">' + run("2025年3月1日") + "</w:fldSimple>"
    made = docx(text("集群名称：") + paragraph(run("申报时间：") + field))
    direct = from_word(layout, made)
    assert [item.text for item in direct.read] == ["2025年3月1日"]
    converted = from_word(layout, saved(made, "doc"))
    assert converted.items[0].result == TOLD
    assert "cover.apply_date" not in {item.key for item in converted.read}


def test_what_writer_cannot_open_is_told(monkeypatch) -> None:
    layout, _ = filled(FORMS[1])
    monkeypatch.setattr(convert.shutil, "which", lambda _: None)
    with pytest.raises(NotWordError, match="Writer"):
        from_word(layout, b"{\\rtf1 a}")


@pytest.mark.parametrize("seed", [0, pytest.param(3, marks=pytest.mark.wide)])
def test_parts_that_may_not_run_over_stand_on_one_page_each(seed: int) -> None:
    """填报说明: 一至七部分不得串页, however much stands in them."""
    said = content(random_book(FORMS[1], seed))
    with pypdfium2.PdfDocument(saved(word_form(said), "pdf")) as document:
        pages = ["".join(page.get_textpage().get_text_bounded().split()) for page in document]
    titles = [sheet.title for sheet in said.layout.workbook.sheets if sheet.title[:2] in HEADS]
    at = [next(number for number, page in enumerate(pages) if page.startswith(title))
          for title in titles]  # fmt: skip
    assert len(at) == len(HEADS) == 8
    assert at == list(range(at[0], at[0] + len(HEADS)))
