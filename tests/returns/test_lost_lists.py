"""A list of which nothing was read, while the form counts its entries, cannot be explained away."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from support.fill import Here
from support.fujian_values import ROWS, STAMP, VALUES, patents

from clusterbook.engine import gather
from clusterbook.engine.inbox import find_files
from clusterbook.layout import layouts
from clusterbook.validation.judged import Submission
from clusterbook.workbook.content import Entries
from clusterbook.workbook.writer import write_template

LAYOUT = layouts.of(STAMP.form)
LISTS = ("patents_list", "standards_list")
REASON = "实际清单另有纸质件，由市里留存备查"


def written(changes: dict[str, object], reasons: dict[str, str]) -> bytes:
    values = VALUES | {key: value for key, value in changes.items() if key in LAYOUT.slots}
    rows = ROWS | {key: value for key, value in changes.items() if key in LAYOUT.bodies}
    return write_template(LAYOUT, STAMP, Entries(values=values, rows=rows, reasons=reasons))


def judged(folder: Path, data: bytes) -> Submission:
    (folder / "县.xlsx").write_bytes(data)
    (one,) = gather.run(find_files([folder]), pool=Here()).submissions
    return one


def reasons() -> dict[str, str]:
    return {rule.code: REASON for rule in LAYOUT.workbook.rules if rule.level == "explain"}


def test_an_empty_list_behind_a_count_is_an_error_whatever_the_reason(tmp_path: Path) -> None:
    one = judged(tmp_path, written(patents(23) | {"patents_list": []}, reasons()))
    (told,) = [p for p in one.problems if p.code == "A18.sme_patents"]
    assert (told.level.value, one.verdict) == ("error", "退回")
    assert told.open
    assert "“发明专利清单”里却一行也没有读到" in told.how_to_mend()
    assert "说明" not in told.how_to_mend()
    assert "发明专利清单" in told.how_to_mend("en")


def test_a_list_with_a_row_missing_is_still_explained(tmp_path: Path) -> None:
    one = judged(
        tmp_path, written(patents(23) | {"patents_list": ROWS["patents_list"][:1]}, reasons())
    )
    (told,) = [p for p in one.problems if p.code == "A18.sme_patents"]
    assert (told.level.value, told.explanation, one.verdict) == ("explain", REASON, "通过")


def test_nothing_counted_and_nothing_listed_is_nothing(tmp_path: Path) -> None:
    one = judged(tmp_path, written(patents(0), reasons()))
    assert "A18.sme_patents" not in {p.code for p in one.problems}


def rewritten(data: bytes, name: str, spoil: Callable[[str], str]) -> bytes:
    """The workbook with the part of one sheet spoilt."""
    target = BytesIO()
    with ZipFile(BytesIO(data)) as old, ZipFile(target, "w") as new:
        names = re.findall(r'<sheet name="([^"]+)"', old.read("xl/workbook.xml").decode())
        part = f"xl/worksheets/sheet{names.index(name) + 1}.xml"
        for other in old.namelist():
            content = old.read(other)
            new.writestr(other, spoil(content.decode()).encode() if other == part else content)
    return target.getvalue()


def gone(sheet: str) -> str:
    """The sheet with its rows lost, as a part that another program wrote anew."""
    head, _, rest = sheet.partition("<sheetData>")
    return f"{head}<sheetData/>{rest.partition('</sheetData>')[2]}"


def exchanged(_sheet: str) -> str:
    """Another workbook's sheet in its place."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/'
        'spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData></worksheet>'
    )


@pytest.mark.parametrize("spoil", [gone, exchanged])
@pytest.mark.parametrize("key", LISTS)
def test_the_part_of_a_list_that_got_lost_is_never_passed(
    tmp_path: Path, key: str, spoil: Callable[[str], str]
) -> None:
    name = LAYOUT.sheet_of[key].name
    whole = judged(tmp_path, written({}, reasons()))
    assert whole.verdict == "通过"
    one = judged(tmp_path, rewritten(written({}, reasons()), name, spoil))
    assert one.verdict == "退回"
    errors = {p.code for p in one.problems if p.level.value == "error"}
    expected = {"patents_list": {"A18.sme_patents"}, "standards_list": {
        f"A18.std_{level}_{role}" for level in ("natl", "ind", "group") for role in ("lead", "join")
    }}  # fmt: skip
    assert errors - {"L101"} == expected[key]
