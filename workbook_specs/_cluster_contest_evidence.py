"""Rules of the contest form about what is promised and what is proven.

Commitments are conditions of taking part. Pages of evidence are asked for where the form does so, in
one question for all of them and never as an error: the evidence comes on paper.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from clusterbook import forms as f
from workbook_specs._cluster_contest_keys import (
    ECONOMY,
    ENTERPRISES,
    GREEN_COUNTS,
    INNOVATION_COUNTS,
    PARKS,
    PLATFORMS,
    SMART,
    code_of,
    park_no,
    printed_in,
)
from workbook_specs._shared import LEVEL_OPTIONS, PAGE_SLIPS


def commitments(options: f.Options) -> Iterator[f.Rule]:  # noqa: ARG001
    """T11: what is promised in part 七, and the map of the chain that 2.7 asks for."""
    for key in ("industry", "safety", "integrity"):
        stated = f.answer(f"declaration.confirmed_{key}")
        yield f.Rule(
            code=f"T11.confirmed_{key}", level=f.ERROR, source="申报表七、真实性声明",
            reason="三项承诺是参赛的前提。",
            holds=f.Never(stated, stated.equals("否"), "必须为“是”。", "must be 是."), timeless=True,
            mend="如误选请更正；不能作出该项承诺的不能参赛。",
        )  # fmt: skip
    given = f.answer("self_report.chain_map_attached")
    yield f.Rule(
        code="T11.chain_map_attached", level=f.EXPLAIN, source="申报表2.7：提供产业链图谱",
        holds=f.Never(given, given.equals("否"), "自评报告要求提供产业链图谱，应为“是”。",
                    "must be 是: the report is to come with a map of the industrial chain."),
        mend="请补充产业链图谱并选“是”。", reason="2.7要求提供产业链图谱。",
    )  # fmt: skip


_UNPROVED = f.RuleGroup(
    key="T09.proof", title="注明需提供佐证的各项，都应注明佐证页码。",
    reason="申报表注明需提供佐证。",
)  # fmt: skip


def evidence(options: f.Options) -> Iterator[f.Rule]:
    """T9: pages where something is to be proven, and pages that the index of evidence has."""
    proven = [f"cultivation.{key}" for key in (*ENTERPRISES[2:], "smart_factories")]
    proven += [f"innovation.{key}" for key in INNOVATION_COUNTS]
    proven += [f"green.{key}" for key in GREEN_COUNTS] + [f"services.{key}" for key in PLATFORMS]
    for key in proven:
        yield _proof(
            code_of("T09", key), printed_in(key), f.answer(f"{key}_pages"), _some(options, key),
            "该指标不为0时应填写。", "is needed where the figure is not 0.",
        )  # fmt: skip
    yield from _single_proofs()
    yield from _listed_proofs()
    yield from _index()
    yield from _within_evidence()


def _proof(
    code: str, source: str, pages: f.Answer, asked: f.Expression, zh: str, en: str
) -> f.Rule:
    """The pages of the evidence for an answer, where it is ``asked`` for."""
    return f.Rule(
        code=code, level=f.EXPLAIN, source=source, group=_UNPROVED,
        holds=f.Never(pages, f.AllOf([asked, f.Not(f.Filled(pages))]), zh, en),
        mend="请填写佐证页码；确无佐证的，请核对该项。", reason=_UNPROVED.reason,
    )  # fmt: skip


def _single_proofs() -> Iterator[f.Rule]:
    given = f.answer("self_report.chain_map_attached").equals("是")
    yield _proof("T09.chain_map", "申报表2.7", f.answer("self_report.chain_map_pages"), given,
                 "提供了产业链图谱的应填写。", "is needed where the map is provided.")  # fmt: skip
    for block in PARKS:
        level = f.answer(f"{block}.green_park_level")
        green = f.AnyOf([level.equals(option) for option in LEVEL_OPTIONS])
        yield _proof(
            f"T09.green_park_{park_no(block)}", "申报表3.1：需提供佐证",
            f.answer(f"{block}.green_park_pages"), green,
            "是国家级或省级绿色园区的应填写。", "is needed for a green park.",
        )  # fmt: skip
    organised = f.Filled(f.answer("basics.promo_org_name"))
    yield _proof("T09.promo_evidence", "申报表4.3", f.answer("promo_org.promo_evidence"), organised,
                 "应填写。", "is needed.")  # fmt: skip


def _listed_proofs() -> Iterator[f.Rule]:
    for library, where in (("top_revenue", "2.2"), ("top_rd", "2.4")):
        paged = f.Named(f.RowCount(f"{library}.evidence_pages"), "前十企业中注明佐证页码的", "家")
        yield f.Rule(
            code=f"T09.{library}", level=f.EXPLAIN, group=_UNPROVED, mend="请填写佐证页码。",
            source=f"申报表{where}：注明见佐证PXX页",
            holds=f.AtLeast(paged, f.Named(f.RowCount(f"{library}.enterprise_name"), "所列企业", "家")),
            reason="需提供前十企业会计利润报表，并注明见佐证PXX页。",
        )  # fmt: skip


def _index() -> Iterator[f.Rule]:
    """The index itself. Only hints: no form prints it, and half of it is better than nothing."""
    yield f.Rule(
        code="T09.evidence_order", level=f.INFO, library="evidence", source="申报表八",
        holds=f.AtMost(f.this("page_from"), f.this("page_to")), reason="起始页在截止页之前。",
    )  # fmt: skip


def _some(options: f.Options, key: str) -> f.Expression:
    """The indicator is above 0 in one of the years."""
    block, _, name = key.partition(".")
    parts = SMART if name == "smart_factories" else [name]
    years = options.span(2024, 2025)
    return f.AnyOf(
        [f.answer(f"{block}.{part}.{year}").above(0) for part in parts for year in years]
    )


_PAGES_BEYOND = f.RuleGroup(
    key="T09.pages", title="各处所注佐证页码，都应能在佐证材料目录中找到。",
    reason="佐证页码应能在佐证材料目录中找到。", slips=PAGE_SLIPS,
)  # fmt: skip


def _within_evidence() -> Iterator[f.Rule]:
    """No page beyond the end of the evidence volume, as far as its index goes: a hint."""
    last = f.Named(f.Largest("evidence.page_to"), "佐证材料目录的最后一页")
    more: dict[str, Any] = {
        "level": f.INFO, "source": "申报表八", "reason": "佐证页码应能在佐证材料目录中找到。",
        "mend": "请核对佐证页码，或补充佐证材料目录。",
        "importer_only": "页码有多种写法，单元格公式认不全", "group": _PAGES_BEYOND,
    }  # fmt: skip
    rows = [f"economy.{key}" for key in (*ECONOMY, "sme_output_share")]
    rows += [f"cultivation.{key}" for key in ("enterprises", *ENTERPRISES, "smart_factories")]
    rows += ["innovation.rd_funds", "innovation.rd_intensity", "innovation.rd_growth",
             "innovation.rd_staff_share"]  # fmt: skip
    rows += [f"innovation.{key}" for key in INNOVATION_COUNTS]
    rows += [f"green.{key}" for key in (*GREEN_COUNTS, "co2_per_output", "solid_waste_rate",
                                        "water_reuse_rate")]  # fmt: skip
    rows += [f"services.{key}" for key in PLATFORMS]
    for key in rows:
        held = f.AtMost(f.LastPage(f.answer(f"{key}_pages")), last)
        yield f.Rule(code=code_of("T09", key, "beyond"), holds=held, **more)
    for key, page in (("chain_map", "self_report.chain_map_pages"),
                      ("promo_evidence", "promo_org.promo_evidence"),
                      ("park_1_green", "park[1].green_park_pages"),
                      ("park_2_green", "park[2].green_park_pages")):  # fmt: skip
        yield f.Rule(
            code=f"T09.{key}_beyond", holds=f.AtMost(f.LastPage(f.answer(page)), last), **more
        )
    for library in ("top_revenue", "top_rd"):
        held = f.AtMost(f.LastPage(f.this("evidence_pages")), last)
        yield f.Rule(code=f"T09.{library}_beyond", holds=held, library=library, **more)
