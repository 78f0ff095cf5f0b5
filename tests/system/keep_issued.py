"""Keep workbooks of this build for good, and what it reads in them: ``python tests keep_issued``.

Run it before a form's version is raised, with the code that issued the workbooks. Of each form it
keeps one that was issued from a roster, a good and a bad one filled in, what LibreOffice makes of
the good one, one with reasons, a returned copy and what came back of it, below
``tests/data/issued/FORM-VERSION.zip``; the ``.json`` beside it says what must be read for ever.

After rules were changed on purpose, ``python tests keep_issued --problems`` states anew what is
told of the kept workbooks. Their values stay as they were kept.
"""

from __future__ import annotations

import csv
import io
import json
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from support.fill import imported
from support.office import Office
from support.places import DATA
from support.putting_right import reason_cell, right
from support.returning import Draft, build, judged

from clusterbook.forms import registry
from clusterbook.forms.stamp import Stamp
from clusterbook.issuing import issue
from clusterbook.issuing.roster import read_roster
from clusterbook.layout import layouts
from clusterbook.layout.own_sheets import REVIEW_SHEET
from clusterbook.problems import Level
from clusterbook.results.documents import submission_document
from clusterbook.workbook.content import Entries
from clusterbook.workbook.writer import write_template

FOLDER = DATA / "issued"
REASON = "情况属实，系本年度统计口径调整所致"
WHOM = {
    "cluster_contest": {
        "市州": "邵阳市", "县（市、区）": "邵东市", "集群名称": "邵东市小五金产业集群",
        "联系人": "样例甲", "联系电话": "0739-2200001",
    },
    "fujian_sme_cluster": {
        "设区市": "泉州市", "县（市、区）": "洛江区", "集群名称": "泉州市洛江区卫生护理用品产业集群",
    },
}  # fmt: skip
BAD = {
    "cluster_contest": "formulas-and-error-values",
    "fujian_sme_cluster": "row-deleted-cell-moved-remarks-added",
}
# Figures that are unusual but may be right: the rules ask for a reason.
UNUSUAL = {
    "cluster_contest": {"economy.revenue.2025": 4},
    "fujian_sme_cluster": {"industry.output_value.2025": 4},
}  # times the figure of the good sample


def keep(form: str, folder: Path, office: Office) -> None:
    """Write the files of one form."""
    folder.mkdir(parents=True, exist_ok=True)
    prefix, content, faults = build.FORMS[form]
    good = Draft(form, f"{prefix}-kept", *content.content(content.SMALL))
    (folder / "issued.xlsx").write_bytes(_issued(form, folder))
    (folder / "filled.xlsx").write_bytes(good.written())
    for kind in ("xlsx", "xls", "ods"):
        with office.open(folder / "filled.xlsx") as doc:
            doc.recalculate()
            doc.save(folder / f"saved.{kind}", kind)
    (folder / "explained.xlsx").write_bytes(_explained(form, prefix))
    bad = Draft(form, f"{prefix}-bad", *content.content(content.SMALL))
    change = next(one.change for one in faults.SAMPLES if one.name == BAD[form])
    data = change(bad)
    (folder / "bad.xlsx").write_bytes(bad.written() if data is None else data)
    _second_round(form, folder, office)


def _issued(form: str, folder: Path) -> bytes:
    """A blank as a county gets it, from a roster of one row."""
    layout = layouts.of(form)
    roster = folder / "roster.csv"
    with roster.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([WHOM[form].keys(), WHOM[form].values()])
    read = read_roster(roster, layout.workbook)
    roster.unlink()
    found = issue.issues(layout.workbook, read)
    return next(data for _, data in issue.workbooks(layout, found, {}))


def _explained(form: str, prefix: str) -> bytes:
    """The good sample with unusual figures, and a reason for each rule that asks for one."""
    layout = layouts.of(form)
    _, content, _ = build.FORMS[form]
    values, rows = content.content(content.SMALL)
    for key, times in UNUSUAL[form].items():
        values[key] = round(values[key] * times, 2)
    stamp = Stamp.of(layout.workbook, issue=f"{prefix}-explained", issued_to="样例数据，非真实")
    asked = judged(write_template(layout, stamp, Entries(values=values, rows=rows))).open
    assert asked, form
    assert all(one.level is Level.EXPLAIN for one in asked), [one.code for one in asked]
    reasons = {one.code: REASON for one in asked}
    return write_template(layout, stamp, Entries(values=values, rows=rows, reasons=reasons))


def _second_round(form: str, folder: Path, office: Office) -> None:
    """The returned copy of the bad one, and the same with the marked cells mended."""
    came = judged((folder / "bad.xlsx").read_bytes())
    (folder / "returned.xlsx").write_bytes(came.copy())
    prefix, content, _ = build.FORMS[form]
    good = Draft(form, prefix, *content.content(content.SMALL))
    wrong = [one for one in came.remarks if one.area and one.waits]
    entries = list(dict.fromkeys(entry for one in wrong for entry in right(good, one)))
    with office.open(folder / "returned.xlsx") as doc:
        places = doc.names()
        entries += [
            (REVIEW_SHEET, reason_cell(places, one), REASON)
            for one in wrong
            if one.level is Level.EXPLAIN and one.problem.own is not None
        ]
        stands = {(sheet, cell): doc.cell(sheet, cell).text for sheet, cell, _ in entries}
        entries = [entry for entry in entries if stands[entry[:2]] != entry[2]]
        taken = doc.type(entries)
        assert all(taken), [entry for entry, ok in zip(entries, taken, strict=True) if not ok]
        doc.recalculate()
        doc.save(folder / "mended.xlsx")


def found(pack: Path) -> dict[str, dict[str, Any]]:
    """What the import reads in every workbook of a pack, each by itself."""
    with zipfile.ZipFile(pack) as files:
        return {name: read(files.read(name)) for name in files.namelist()}


def read(data: bytes) -> dict[str, Any]:
    """What the import reads in one workbook: verdict, problems, values, rows."""
    batch = imported(data)
    return facts(submission_document(batch, batch.submissions[0], "zh"))


def facts(document: dict[str, Any]) -> dict[str, Any]:
    """What is kept of one submission."""
    names = ("level", "code", "key", "sheet", "cell", "value", "explanation")
    problems = sorted([problem[name] for name in names] for problem in document["problems"])
    kept = ("verdict", "issued_to", "values", "declared", "libraries")
    return {name: document[name] for name in kept} | {"problems": problems}


def packs() -> Iterator[Path]:
    """Every pack of workbooks that is kept."""
    yield from sorted(FOLDER.glob("*.zip"))


def packed(folder: Path) -> bytes:
    """The workbooks of a folder as one file, the same bytes each time."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        for path in sorted(folder.iterdir()):
            pack.writestr(zipfile.ZipInfo(path.name, (2026, 1, 1, 0, 0, 0)), path.read_bytes(),
                          zipfile.ZIP_DEFLATED)  # fmt: skip
    return out.getvalue()


def state_problems() -> None:
    """State anew which problems the kept workbooks have, and nothing else."""
    for pack in packs():
        stated = pack.with_suffix(".json")
        before, now = json.loads(stated.read_text("utf-8")), found(pack)
        for name, one in before.items():
            one |= {key: now[name][key] for key in ("verdict", "problems")}
        stated.write_text(json.dumps(before, ensure_ascii=False, sort_keys=True) + "\n", "utf-8")


def main() -> None:
    """Keep the workbooks of every form in its version."""
    if sys.argv[1:] == ["--problems"]:
        state_problems()
        return
    FOLDER.mkdir(exist_ok=True)
    with Office() as office:
        for form in sys.argv[1:] or build.FORMS:
            pack = FOLDER / f"{form}-{registry.workbook(form).version}.zip"
            with tempfile.TemporaryDirectory() as folder:
                keep(form, Path(folder), office)
                pack.write_bytes(packed(Path(folder)))
            text = json.dumps(found(pack), ensure_ascii=False, indent=None, sort_keys=True)
            pack.with_suffix(".json").write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
