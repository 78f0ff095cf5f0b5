"""Builds every workbook of this folder anew, with the same content each time.

``python samples/build.py [FOLDER]``; without a folder, here. A bad sample that does not lead to the
problems it states is an error. The ``.problems.json`` beside it holds them in full: whoever changes
a sentence or a place reviews the difference.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import bad_cluster_contest  # noqa: E402
import bad_fujian_sme_cluster  # noqa: E402
import content_cluster_contest  # noqa: E402
import content_fujian_sme_cluster  # noqa: E402
import honest_cluster_contest  # noqa: E402
import honest_fujian_sme_cluster  # noqa: E402
from attrs import evolve  # noqa: E402
from draft import Bad, Draft  # noqa: E402

from clusterbook.engine import gather, inbox  # noqa: E402
from clusterbook.forms.stamp import Stamp  # noqa: E402
from clusterbook.layout import layouts  # noqa: E402
from clusterbook.workbook.writer import write_template  # noqa: E402

FORMS: dict[str, tuple[str, ModuleType, ModuleType]] = {
    "cluster_contest": ("YL-H", content_cluster_contest, bad_cluster_contest),
    "fujian_sme_cluster": ("YL-F", content_fujian_sme_cluster, bad_fujian_sme_cluster),
}

# Returns as honest clerks type them: nothing is sent back, and hardly anything asked.
HONEST: dict[str, ModuleType] = {
    "cluster_contest": honest_cluster_contest,
    "fujian_sme_cluster": honest_fujian_sme_cluster,
}
MOST_ASKED = 3


def build(folder: Path) -> None:
    """Writes all samples below ``folder``."""
    for form in FORMS:
        _form(folder, form)
    write_expectations(folder)


def _form(folder: Path, form: str) -> None:
    prefix, content, faults = FORMS[form]
    target = folder / form
    (target / "bad").mkdir(parents=True, exist_ok=True)
    layout = layouts.of(form)
    blank = write_template(layout, Stamp.of(layout.workbook))
    (target / "blank.xlsx").write_bytes(blank)
    good = Draft(form, f"{prefix}-good", *content.content())
    (target / "good.xlsx").write_bytes(good.written())
    honest = Draft(form, f"{prefix}-honest", *HONEST[form].content())
    (target / "honest.xlsx").write_bytes(honest.written())
    for old in (target / "bad").iterdir():
        if old.stem.split(".")[0] not in {bad.name for bad in faults.SAMPLES}:
            old.unlink()
    for bad in faults.SAMPLES:
        draft = Draft(form, f"{prefix}-{bad.name}", *content.content(content.SMALL))
        data = bad.change(draft)
        (target / "bad" / f"{bad.name}.xlsx").write_bytes(draft.written() if data is None else data)


def bad_samples() -> dict[str, Bad]:
    """Every bad sample by its file, relative to the folder."""
    return {
        f"{form}/bad/{bad.name}.xlsx": bad
        for form, (_, _, faults) in FORMS.items()
        for bad in faults.SAMPLES
    }


def imported(folder: Path, forms: Iterable[str] = tuple(FORMS)) -> dict[str, dict[str, Any]]:
    """What an import finds in every workbook: verdict and problems by file."""
    found = inbox.find_files([folder / form for form in forms])
    files = [evolve(one, name=one.path.relative_to(folder.resolve()).as_posix()) for one in found]
    with ThreadPoolExecutor(1) as pool:
        done = gather.run([file for file in files if not file.skip], pool=pool)
    return {
        one.file: {"verdict": one.verdict, "problems": [_facts(p) for p in one.problems]}
        for one in done.submissions
    }


def _facts(problem: Any) -> dict[str, str]:
    return {
        "level": problem.level.value,
        "code": problem.code,
        "sheet": problem.sheet,
        "cell": problem.cell,
        "key": problem.key,
        "label": problem.label,
        "value": problem.value,
        "message": problem.message(),
        "how_to_mend": problem.how_to_mend(),
    }


def write_expectations(folder: Path) -> None:
    """Writes the problems of each bad sample beside it; SystemExit if they are not those stated."""
    results = imported(folder)
    wrong = []
    for file, bad in bad_samples().items():
        problems = results[file]["problems"]
        found = tuple(sorted(f"{p['code']} {p['key']}" for p in problems))
        if found != bad.expected:
            missing, extra = _difference(bad.expected, found)
            wrong.append(f"{file}: not found {missing}, not stated {extra}")
        target = (folder / file).with_suffix(".problems.json")
        target.write_text(json.dumps(problems, ensure_ascii=False, indent=1) + "\n", "utf-8")
    passed = {"verdict": "通过", "problems": []}
    good = [f"{form}/good.xlsx" for form in FORMS]
    wrong += [f"{file}: {results[file]}" for file in good if results[file] != passed]
    wrong += [f"{form}/honest.xlsx: {told}" for form in FORMS
              for told in asked_too_much(form, results[f"{form}/honest.xlsx"]["problems"])]  # fmt: skip
    if wrong:
        raise SystemExit("\n".join(wrong))


def asked_too_much(form: str, problems: list[dict[str, str]]) -> list[str]:
    """What an honest return should not be told: any error, and more questions than it can bear.

    Questions are counted as the county sees them: those of one group are one.
    """
    lines = {rule.code: rule.line for rule in layouts.of(form).workbook.rules}
    errors = [f"{one['code']} {one['key']}" for one in problems if one["level"] == "error"]
    asked = {
        lines.get(one["code"], one["code"]): one["message"]
        for one in problems if one["level"] == "explain"
    }  # fmt: skip
    return errors + ([f"{len(asked)} questions: {asked}"] if len(asked) > MOST_ASKED else [])


def _difference(stated: tuple[str, ...], found: tuple[str, ...]) -> tuple[list[str], list[str]]:
    missing, extra = list(stated), []
    for one in found:
        if one in missing:
            missing.remove(one)
        else:
            extra.append(one)
    return missing, extra


if __name__ == "__main__":
    build(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else HERE)
