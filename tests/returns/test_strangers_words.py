"""What a returned file says about itself is data: never a name, a path or a reason to stop."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from attrs import asdict, evolve
from support.fill import Here, fill

from clusterbook.engine.importing import Import
from clusterbook.engine.inbox import find_files
from clusterbook.forms import registry
from clusterbook.forms.options import FORMS_KEPT
from clusterbook.forms.stamp import FIELDS, Stamp
from clusterbook.layout import layouts
from clusterbook.paths import LeadsElsewhereError, inside, is_plain
from clusterbook.results.shares import put
from clusterbook.results.write import Choices
from clusterbook.returns.pipeline import read_submission
from clusterbook.verdict_lines import exit_code
from clusterbook.workbook import writer

FORM = "fujian_sme_cluster"
LAYOUT = layouts.of(FORM)
HONEST = Stamp.of(LAYOUT.workbook, issue="HONEST1", issued_to="诚实县")

NASTY_IDS = (
    "../../evil", "..", ".", "../evil", "/tmp/evil", "/etc/passwd", "a/b", "a/../../b", "a\\b",
    "..\\..\\evil", "C:\\evil", "C:evil", "\\\\server\\share\\evil", "evil:stream", "CON", "nul",
    "Com1", "LPT9", "aux", "a" * 65, "a" * 200, "a" * 5000, "a b", "a.b", ".hidden", "-rf", "_a",
    "a\x00b", "a\x01b", "a\nb", "a\rb", "\ud800", "a\udfffb", "\u202egpj", "编号一", "é", "a*", "a?",
    "<a>", 'a"b', "a|b", "%2e%2e%2fevil", "a\u2215b", "~", "$HOME", "a'b", " a", "a ",
)  # fmt: skip
NASTY_FIELDS: tuple[Mapping[str, Any], ...] = (
    {"issue": 7}, {"issue": None}, {"issue": ["a"]}, {"issue": {"a": 1}}, {"issue": True},
    {"form": "../forms"}, {"form": "a" * 3000}, {"form": 1}, {"version": "../1"},
    {"version": "1" * 300}, {"report_year": 10**18}, {"report_year": -1}, {"report_year": 2025.5},
    {"report_year": "2025"}, {"report_year": True}, {"years": "sometimes"},
    {"province": "/etc/passwd"}, {"province": "湖" * 21}, {"province": 3}, {"rows": -5},
    {"rows": 10**9}, {"rows": "many"}, {"issued_to": 5}, {"issued_to": "x" * 2001},
    {"issued_to": "a\x00b"}, {"issued_to": "\ud800"}, {"parent": "../../parent"}, {"parent": 5},
)  # fmt: skip


@pytest.fixture(scope="module", name="honest")
def honest_fixture() -> bytes:
    return writer.write_template(LAYOUT, HONEST, fill(LAYOUT, seed=1, rows=1).answers())


def forged(honest: bytes, number: int, says: Mapping[str, Any]) -> bytes:
    """The same workbook with another stamp, and with its id on the sheets where XML can hold it."""
    issue = says.get("issue")
    held = isinstance(issue, str) and issue.isprintable()
    marked = str(issue) if held else f"M{number}"
    text = json.dumps({**asdict(HONEST), "issue": f"M{number}", **says}, separators=(",", ":"))
    target = BytesIO()
    with ZipFile(BytesIO(honest)) as old, ZipFile(target, "w", ZIP_DEFLATED) as new:
        for part in old.namelist():
            content = old.read(part).decode()
            for stamp in (HONEST.text(), escape(HONEST.text()), HONEST.text().replace('"', '""')):
                for spelled in (stamp, escape(stamp), escape(stamp, quote=False)):
                    content = content.replace(spelled, escape(text))
            content = content.replace(f"|{HONEST.issue}<", f"|{escape(marked)}<")
            new.writestr(part, content)
    return target.getvalue()


def everything(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def rows_of(out: Path, name: str) -> Iterator[dict[str, str]]:
    with (out / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def test_no_word_of_a_stamp_leads_anywhere(honest: bytes, tmp_path: Path) -> None:
    """All outputs, all nasty stamps at once: nothing outside OUT, and the neighbour as ever."""
    nasty = [{"issue": issue} for issue in NASTY_IDS] + list(NASTY_FIELDS)
    every = Choices(csv_for_excel=True, parquet=True)
    for name, files in (("plain", []), ("attacked", nasty)):
        inbox = tmp_path / name / "报送"
        inbox.mkdir(parents=True)
        (inbox / "honest.xlsx").write_bytes(honest)
        for number, says in enumerate(files):
            (inbox / f"nasty{number:03d}.xlsx").write_bytes(forged(honest, number, says))
    before = {*everything(tmp_path), *(f"{name}/out" for name in ("plain", "attacked"))}
    verdicts = {}
    for name in ("plain", "attacked"):
        work = Import(files=find_files([tmp_path / name / "报送"]), out=tmp_path / name / "out",
                      pool=Here(), choices=every)  # fmt: skip
        verdicts[name] = [one.verdict for one in work.run()]
    outside = {path for path in everything(tmp_path) - before
               if not path.startswith(("plain/out/", "attacked/out/"))}  # fmt: skip
    assert outside == set()
    assert exit_code(verdicts["attacked"]) == 1
    for table in ("submissions.csv", "problems.csv", "tables/values.csv"):
        own = [row for row in rows_of(tmp_path / "attacked" / "out", table)
               if row.get("submission") == "HONEST1"]  # fmt: skip
        assert own == list(rows_of(tmp_path / "plain" / "out", table)), table
    rows = {row["file"]: row for row in rows_of(tmp_path / "attacked" / "out", "submissions.csv")}
    told: dict[str, set[str]] = {}
    for row in rows_of(tmp_path / "attacked" / "out", "problems.csv"):
        told.setdefault(row["file"], set()).add(row["code"])
    for number, says in enumerate(nasty):
        file = f"nasty{number:03d}.xlsx"
        assert "F150" in told[file], says
        assert rows[file]["verdict"] in ("退回", "待说明"), says
    values = [
        row["submission"] for row in rows_of(tmp_path / "attacked" / "out", "tables/values.csv")
    ]
    assert set(values) == {row["submission"] for row in rows.values()}, (
        "all are read by their sheets"
    )


@pytest.mark.parametrize("issue", NASTY_IDS, ids=ascii)
def test_no_nasty_id_is_one(issue: str) -> None:
    assert not FIELDS["issue"].allows(issue)


@pytest.mark.parametrize(
    "issue", ["", "A", "R7K2", "R7K2-R1", "a" * 64, f"{'a' * 64}-R12", "unissued-0a1b-R1"]
)
def test_our_own_ids_are_ids(issue: str) -> None:
    assert FIELDS["issue"].allows(issue)


def test_every_field_of_a_stamp_is_checked() -> None:
    assert set(FIELDS) == set(asdict(HONEST))
    assert Stamp.parse(HONEST.text()) == HONEST


def test_what_a_later_version_adds_to_a_stamp_does_no_harm() -> None:
    facts = asdict(HONEST) | {"later": "决赛", "added": [1, {"a": "\ud800"}]}
    assert Stamp.parse(json.dumps(facts)) == HONEST


@pytest.mark.parametrize("text", ["[" * 5000, '{"a":' * 5000, "{}", "null", "7", '{"rows":' + "1" * 5000 + "}",
                                  json.dumps(asdict(HONEST)) + " " * 9000])  # fmt: skip
def test_what_is_no_stamp_is_none(text: str) -> None:
    assert Stamp.parse(text) is None


def test_ids_that_differ_by_case_only_are_two_names(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for number, issue in enumerate(("abc", "ABC", "Abc-2", "abc-2-2")):
        stamp = evolve(HONEST, issue=issue)
        data = writer.write_template(LAYOUT, stamp, fill(LAYOUT, seed=number, rows=1).answers())
        (inbox / f"{number}.xlsx").write_bytes(data)
    work = Import(files=find_files([inbox]), out=tmp_path / "out", pool=Here())
    ids = [one.id for one in work.run()]
    assert ids == ["abc", "ABC-3", "Abc-2", "abc-2-2"]
    made = [path.name.casefold() for path in (tmp_path / "out" / "submissions").iterdir()]
    assert sorted(made) == ["abc-2-2.json", "abc-2.json", "abc-3.json", "abc.json"]


def test_layouts_that_strangers_ask_for_are_not_kept_without_end() -> None:
    options = LAYOUT.workbook.options
    for rows in range(1, 20):
        layouts.of(FORM, evolve(options, rows=rows))
    kept = layouts.of.cache_info()
    assert kept.maxsize == FORMS_KEPT
    assert registry.workbook.cache_info().maxsize == FORMS_KEPT


def test_the_layout_of_a_well_formed_stamp_is_still_its_own() -> None:
    """What is checked does not cost honest stamps anything: other rows, another province."""
    stamp = evolve(HONEST, province="福建省")
    own = layouts.of(FORM, stamp.options)
    data = writer.write_template(own, stamp, fill(own, seed=3, rows=1).answers())
    assert read_submission(data).stamp == stamp


@pytest.mark.parametrize("name", ["../a", "a/../../b", "/a", "", "a//b", "a/", "C:/a", "a\\b", "CON", "x/nul.json",
                                  "a.", "a ", "a\n", "\ud800", "é" * 130])  # fmt: skip
def test_no_output_is_written_elsewhere(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    with pytest.raises(LeadsElsewhereError):
        put(folder, name, b"x")
    assert everything(tmp_path) == {"out"}


def test_plain_names_are_plain(tmp_path: Path) -> None:
    for name in ("a", "R7K2.json", "001_邵东市.xlsx", "CONTENT.json", "com10.txt", "é" * 127):
        assert is_plain(name)
    assert inside(tmp_path, "a/b.json") == tmp_path / "a" / "b.json"
