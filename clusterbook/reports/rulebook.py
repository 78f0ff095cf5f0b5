"""Every rule and every problem code as plain data and as a page, read off the specs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from clusterbook.layout.layout import Layout
from clusterbook.layout.wording import Wording
from clusterbook.problems import CATALOGUE, Level

Facts = dict[str, Any]

_TOPICS = {"F": "File", "L": "Place", "V": "One value", "R": "Rows of a library"}


def rule_facts(layout: Layout) -> Iterator[Facts]:
    """The rules of one form: code, level, sentences, reason, source, where each runs."""
    for rule in layout.workbook.rules:
        wording = Wording(layout, rule.library)
        yield {
            "code": rule.code,
            "level": rule.level,
            "rule": wording.of(rule, "zh"),
            "rule_en": wording.of(rule, "en"),
            "library": rule.library,
            "keys": list(dict.fromkeys(rule.places())),
            "reason": rule.reason,
            "source": rule.source,
            "basis": "plausibility" if rule.ours else "printed",
            "runs_in": ["importer"] if rule.importer_only else ["workbook", "importer"],
            "why_not_in_workbook": rule.importer_only,
        }


def rules_page(layouts: Iterable[Layout], made_in: Mapping[tuple[str, str], str]) -> str:
    """docs/rules.md: the rules of every form, then the codes of the catalogue.

    ``made_in``: by form and code where the rule is made, so that whoever searches a code finds it.
    """
    intro = (
        "Written by `make docs` from the specs and the catalogue of problems. Levels: "
        "**错误** must be mended · **需说明** accepted with a written reason on 校验明细 · "
        "**提示** a hint. A rule is silent where a value it needs is blank or unreadable. "
        "“both” means that the workbook shows it live and the importer checks it again, from one "
        "expression. The source is what prints the rule or follows from it; “plausibility, ours” "
        "marks bounds that no paper states, with where the figures stand: most of them are in "
        "`workbook_specs/data/plausibility.toml`. `clusterbook rules trial` measures what each "
        "rule does to real returns. The last column says in which function of the spec a rule is "
        "made, as codes of like rules are put together there."
    )
    lines = ["# Rules", "", intro]
    for layout in layouts:
        lines += ["", f"## {layout.workbook.title.strip()} (`{layout.workbook.id}`)", ""]
        lines.append("| code | level | rule | reason | source | runs in | made in |")
        lines.append("| --- " * 7 + "|")
        for rule in rule_facts(layout):
            where = (
                "both" if len(rule["runs_in"]) > 1 else f"importer: {rule['why_not_in_workbook']}"
            )
            printed = rule["basis"] == "printed"
            source = rule["source"] if printed else f"plausibility, ours ({rule['source']})"
            cells = (rule["code"], Level(rule["level"]).chinese, rule["rule"], rule["reason"],
                     source, where, made_in[layout.workbook.id, rule["code"]])  # fmt: skip
            lines.append(f"| {' | '.join(map(_cell, cells))} |")
    lines += [
        "",
        "## Codes of the catalogue",
        "",
        "| code | about | level | seen by | says | how to mend |",
    ]
    lines.append("| --- " * 6 + "|")
    for code in CATALOGUE.values():
        seen_by = "importer only" if code.importer_only else "both"
        entry = (code.id, _TOPICS[code.id[0]], code.level.chinese, seen_by, code.zh, code.zh_mend)
        lines.append(f"| {' | '.join(map(_cell, entry))} |")
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
