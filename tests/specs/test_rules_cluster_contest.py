"""Every rule of the contest form: what breaks it, and what lies just within it.

A case changes a few answers of the good sample. All cases are read as one batch of submissions, as
an import reads them after the files are opened; a few go through a written workbook as well.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import content_cluster_contest as contest
import pytest
from attrs import evolve
from support.contest_cases import BASE, BASE_ROWS, LAYOUT, Case, changed, submission, written

from clusterbook.forms import registry
from clusterbook.forms.stamp import Stamp
from clusterbook.problems import Level
from clusterbook.readers.grid import read_grid
from clusterbook.returns.extract import extract
from clusterbook.returns.place import place
from clusterbook.validation.check import check
from clusterbook.validation.normalize import normalize
from clusterbook.validation.typed_data import Data
from clusterbook.workbook.content import Entries
from clusterbook.workbook.writer import write_template
from workbook_specs import _cluster_contest_keys as keys
from workbook_specs import _cluster_contest_relations as spec_relations
from workbook_specs import _cluster_contest_rules as spec_rules
from workbook_specs import _thresholds

RULES = {rule.code: rule for rule in LAYOUT.workbook.rules}


FUNDS, REVENUE = (BASE["innovation.rd_funds.2024"], BASE["innovation.rd_funds.2025"]), (
    BASE["economy.revenue.2024"], BASE["economy.revenue.2025"])  # fmt: skip
YEARS = (("y1", 2024), ("y2", 2025))


# --- the cases ---------------------------------------------------------------------------------


def cents(value: float, decimals: int = 2) -> float:
    """Cut to what a cell takes."""
    scale = 10**decimals
    return math.floor(value * scale + 1e-6) / scale


def plus(value: float, by: float = 0.01) -> float:
    return round(value + by, 4)


def _beyond_the_cluster(key: str, no: int, n: str, part: float) -> tuple[str, ...]:
    """P21 where a park is said to have more of the cluster than there is."""
    year, wholes = dict(YEARS)[n], {name: whole for name, whole, _ in spec_relations._PARK_PARTS}
    if key not in wholes:
        return ()
    both = part + (BASE[f"park[1].{key}_cluster.{year}"] if no == 2 else 0)
    return (f"P21.{key}{'_parks' * (no == 2)}_{n}",) * (both > BASE[f"{wholes[key]}.{year}"])


def lists() -> Iterator[tuple[str, Case]]:
    for library, column in (("top_revenue", "revenue_y2"), ("top_rd", "rd_y2_wan")):
        yield f"T08.{library}_rows", Case({f"{library}-": 1}, {})
        first = BASE_ROWS[library][0][column]
        key = f"{library}[1].{column}"
        yield f"T08.{library}_order", Case({key: plus(first)}, {key: first})
    yield "T08.key_projects_rows", Case({"key_projects-": 3}, {"key_projects-": 2})
    yield (
        "T09.evidence_order",
        Case({"evidence[14].page_from": 121}, {"evidence[14].page_from": 120}),
    )


COUNTED = "listed_enterprises national_champions provincial_champions little_giants provincial_srdi"


def evidence() -> Iterator[tuple[str, Case]]:
    proven = [f"cultivation.{k}" for k in (*COUNTED.split(), "iii_certified", "smart_factories")]
    proven += [f"innovation.{key}" for key in keys.INNOVATION_COUNTS]
    proven += [f"green.{key}" for key in keys.GREEN_COUNTS]
    proven += [f"services.{key}" for key in keys.PLATFORMS]
    for key in proven:
        block, name = key.split(".")
        parts = keys.SMART if name == "smart_factories" else [name]
        figures = [f"{block}.{part}.{year}" for part in parts for _, year in YEARS]
        none = {f"{key}_pages": "无"}
        some = {} if any(BASE[f] for f in figures) else {figures[0]: 1}
        also = ("A06.national_design_centers_y1",) if name == "national_design_centers" else ()
        zero = dict.fromkeys(figures, 0)
        counts = {*COUNTED.split(), *keys.INNOVATION_COUNTS[4:], *keys.GREEN_COUNTS,
                  *keys.PLATFORMS}  # fmt: skip
        edge_also = [f"{'A08' if block == 'cultivation' else 'A09'}.{name}"]
        if name not in counts or not BASE[figures[-1]]:
            edge_also = []
        if name == "provincial_carriers":
            edge_also += ["A06.provincial_design_centers_y1", "A06.provincial_design_centers_y2"]
        if name == "provincial_srdi":
            edge_also.append("P23.little_giants")
        if name == "national_green_supply":  # the list has none of that year
            also = ("D86.national_green",)
        yield f"T09.{name}", Case(none | some, none | zero, also, tuple(edge_also))


def single_proofs() -> Iterator[tuple[str, Case]]:
    for code, key, without in (
        ("chain_map", "self_report.chain_map_pages", {}),
        ("green_park_1", "park[1].green_park_pages", {"park[1].green_park_level": "否"}),
        ("green_park_2", "park[2].green_park_pages", {"park[2].green_park_level": "否"}),
        ("promo_evidence", "promo_org.promo_evidence", {"promo_org.promo_evidence": "P1"}),
    ):
        level = {key.replace("pages", "level"): "省级"} if "green" in code else {}
        edge = {key: ""} | without if without else {key: "P111"}
        yield f"T09.{code}", Case(level | {key: ""}, edge, second_park="park[2]" in key)
    for library in ("top_revenue", "top_rd"):
        page = f"{library}[3].evidence_pages"
        yield f"T09.{library}", Case({page: "无"}, {page: "P7"})


def commitments() -> Iterator[tuple[str, Case]]:
    for key in ("industry", "safety", "integrity"):
        stated = f"declaration.confirmed_{key}"
        yield f"T11.confirmed_{key}", Case({stated: "否"}, {stated: "☑是 □否"})
    given = "self_report.chain_map_attached"
    yield (
        "T11.chain_map_attached",
        Case({given: "否", "self_report.chain_map_pages": ""}, {given: "是"}),
    )
    name = "basics.cluster_name"
    yield "D80.cluster_name", Case({name: "小五金产业集群"}, {name: "邵东市小五金产业集群"})


def beyond() -> Iterator[tuple[str, Case]]:
    """Every page of the form, as the rules themselves are made from the same list of indicators."""
    pages = {code: next(rule.places()) for code, rule in RULES.items() if code.endswith("_beyond")}
    for code, key in pages.items():
        library, _, column = key.partition(".")
        place = f"{library}[0].{column}" if library in BASE_ROWS else key
        two = "park[2]" in key
        yield code, Case({place: "P3、P119-121"}, {place: "P120、第119页"}, second_park=two)


def parts() -> Iterator[tuple[str, Case]]:
    for n, year in YEARS:
        for no in (1, 2):
            for key in spec_rules._PARK:
                whole = BASE[f"park[1].{key}.{year}"]
                part = f"park[{no}].{key}_cluster.{year}"
                step = 1 if isinstance(whole, int) else 0.01
                code = f"A06.park_{no}_{key.removeprefix('park_')}_{n}"
                edge_also = _beyond_the_cluster(key, no, n, whole)
                yield code, Case({part: plus(whole, step)}, {part: whole}, second_park=no == 2,
                                 edge_also=edge_also)  # fmt: skip
    centres = "innovation.national_design_centers"
    pages = {f"{centres}_pages": "P67"}
    yield (
        "A06.national_design_centers_y1",
        Case(
            pages | {f"{centres}.2024": 1},
            pages | {f"{centres}.2024": 1, "innovation.national_carriers.2024": 1},
            edge_also=("D86.national_carriers",),
        ),
    )
    yield "A06.national_design_centers_y2", Case(
        pages | {f"{centres}.2025": 2}, pages | {f"{centres}.2025": 1},
        also=("A09.national_design_centers",),
    )  # fmt: skip
    centres = "innovation.provincial_design_centers"
    yield "A06.provincial_design_centers_y1", Case({f"{centres}.2024": 7}, {f"{centres}.2024": 6})
    yield (
        "A06.provincial_design_centers_y2",
        Case(
            {f"{centres}.2025": 8}, {f"{centres}.2025": 7}, also=("A09.provincial_design_centers",)
        ),
    )


#: what else a count of as many as there are enterprises is up against
_AS_MANY = {
    "scale_enterprises": ("", "A08 A20.target_scale_enterprises_t1"),
    "hightech_enterprises": ("", "A08 P01"),
    "listed_enterprises": ("P01", "A08 P01"),
    "national_champions": ("P01", "A08 P01 P10"),
    "provincial_champions": ("P01", "A08 P01"),
    "little_giants": ("P01", "A08 P01"),
    "provincial_srdi": ("P01", "A08"),
    "iii_certified": ("P01", ""),
}


def enterprises() -> Iterator[tuple[str, Case]]:
    for key, both in _AS_MANY.items():
        for (n, year), sisters in zip(YEARS, both, strict=True):
            also = tuple(s if "." in s else f"{s}.{key}" for s in sisters.split())
            total = BASE[f"cultivation.enterprises.{year}"]
            number = f"cultivation.{key}.{year}"
            yield f"A07.{key}_{n}", Case({number: total + 1}, {number: total}, also)
        row = 20  # one of the last, without any mark
        number = f"cultivation.{key}.2025"
        if key in _MARKS:
            mark = {f"existing_enterprises[{row}].{k}": v for k, v in _MARKS[key].items()}
            more = {number: BASE[number] + 1}
            yield f"A08.{key}", Case(more, more | mark)
    number = "cultivation.enterprises.2025"
    yield "A08.enterprises", Case({number: 25}, {number: 23, "existing_enterprises-": 1})
    for (n, year), most in zip(YEARS, (21, 22), strict=True):
        smart = f"cultivation.smart_basic.{year}"
        also = ("P01.smart_basic",)
        yield f"A21.smart_factories_{n}", Case({smart: most + 1}, {smart: most}, also)


_MARKS: dict[str, dict[str, Any]] = {
    "scale_enterprises": {"is_scale": "是", "main_revenue_y2": 0.2},
    "hightech_enterprises": {"is_hightech": "是"},
    "listed_enterprises": {"listing": "新三板基础层"},
    "national_champions": {"honours": "国家级制造业单项冠军示范企业（第七批）"},
    "provincial_champions": {"honours": "省级单项冠军（2024年）、民营企业500强"},
    "little_giants": {"honours": "国家级专精特新“小巨人”企业，第五批"},
    "provincial_srdi": {"honours": "湖南省专精特新中小企业（2023年）"},
}


def list_counts() -> Iterator[tuple[str, Case]]:
    row = {"approved_on": "2025-05", "approved_by": "样例部门", "host_enterprise": ""}
    for level, prefix in (("国家级", "national"), ("省级", "provincial")):
        for key, library, name, more in (
            ("innovation.{}_carriers", "innovation_carriers", "carrier_name", "重点实验室"),
            ("innovation.{}_design_centers", "innovation_carriers", "carrier_name", "工业设计中心"),
            ("green.{}_green_factories", "green_units", "enterprise_name", "绿色工厂"),
            ("green.{}_green_supply", "green_units", "enterprise_name", "绿色供应链管理企业"),
            ("services.{}_platforms", "service_platforms", "platform_name", ""),
        ):  # fmt: skip
            short = key.format(prefix).split(".")[1]
            number = f"{key.format(prefix)}.2025"
            breaks = {number: BASE[number] + 1, f"{key.format(prefix)}_pages": "P67"}
            added = {name: "样例新名称有限公司", "level": level} | row
            added |= {"green_type": more} if library == "green_units" else {"carrier_type": more}
            edge = breaks | {f"{library}+": added}
            if "design" in key:
                carriers = f"innovation.{prefix}_carriers.2025"
                edge |= {carriers: BASE[carriers] + 1}
            yield f"A09.{short}", Case(breaks, edge)
        # Where one kind is not given only both together are compared.
        untyped = {"green_units[0].green_type": ""}
        both = {f"green.{prefix}_green_factories.2025": BASE[f"green.{prefix}_green_factories.2025"] - 1,
                f"green.{prefix}_green_supply.2025": BASE[f"green.{prefix}_green_supply.2025"] + 1,
                f"green.{prefix}_green_supply_pages": "P102"}  # fmt: skip
        less = {
            f"green.{prefix}_green_factories.2025": both[f"green.{prefix}_green_factories.2025"]
        }
        yield f"A09.{prefix}_green", Case(untyped | less, untyped | both)


def top_ten() -> Iterator[tuple[str, Case]]:
    top, library = "top_revenue[0].enterprise_name", "existing_enterprises[0].enterprise_name"
    half, full = "湖南样例(甲)五金有限公司", "湖南样例（甲）五金有限公司"
    other = "湖南样例无名有限公司"
    alike = {top: half, "top_rd[0].enterprise_name": half, library: full}
    yield "A10.top_revenue", Case({top: other}, alike, also=("A11.left_out",), edge_also=())
    yield "A10.top_rd", Case({"top_rd[0].enterprise_name": other}, alike)
    main = "existing_enterprises[0].main_revenue_y2"
    yield "A11.main_revenue", Case({main: 13.62}, {main: 13.61})
    main = "existing_enterprises[10].main_revenue_y2"
    yield "A11.left_out", Case({main: 3.91}, {main: 3.9})
    for at, (n, _) in enumerate(YEARS):
        cell, rest = f"top_revenue[0].revenue_{n}", f"revenue_{n}"
        most = round(REVENUE[at] - sum(row[rest] for row in BASE_ROWS["top_revenue"][1:]), 2)
        sisters = ("P01.top_revenue",)
        yield f"A12.top_revenue_{n}", Case({cell: plus(most)}, {cell: most}, sisters)
        cell, rest = f"top_rd[0].rd_{n}_wan", f"rd_{n}_wan"
        most = round(FUNDS[at] * 10000 - sum(row[rest] for row in BASE_ROWS["top_rd"][1:]), 2)
        sisters = ("P01.top_rd",)
        yield f"A12.top_rd_{n}", Case({cell: plus(most)}, {cell: most}, sisters)
        share = cents(FUNDS[at] / REVENUE[at] * 100 + 0.05)
        cell = f"innovation.rd_intensity.{YEARS[at][1]}"
        yield f"A13.rd_intensity_{n}", Case({cell: plus(share)}, {cell: share})


def land() -> Iterator[tuple[str, Case]]:
    for no in (1, 2):
        for n, year in YEARS:
            park = f"park[{no}]"
            area = BASE[f"park[1].park_area_mu.{year}"]
            tax = cents(BASE[f"park[1].park_tax.{year}"] * 10000 / area * 1.05)
            two = {"second_park": no == 2}
            key = f"{park}.tax_per_mu.{year}"
            yield f"A14.tax_per_mu_{no}_{n}", Case({key: plus(tax)}, {key: tax}, **two)
            most = cents(BASE[f"park[1].park_fai.{year}"] * 10000 / area * 100)
            key, steady = f"{park}.invest_intensity.{year}", f"P01.park_{no}_invest_intensity"
            yield (
                f"A14.invest_intensity_{no}_{n}",
                Case({key: plus(most)}, {key: most}, (steady,), **two),
            )
            key = f"{park}.park_area_mu.{year}"
            also = (f"A14.tax_per_mu_{no}_{n}", f"P01.park_{no}_area_mu")
            also += (f"A14.invest_intensity_{no}_{n}",)
            yield f"P11.area_{no}_{n}", Case({key: 150000.01}, {key: 150000}, also, **two)
            key, also = (
                f"{park}.tax_per_mu.{year}",
                (f"A14.tax_per_mu_{no}_{n}", f"P01.park_{no}_tax_per_mu"),
            )
            yield f"P12.tax_per_mu_{no}_{n}", Case({key: 200.01}, {key: 200}, also, **two)
            key, also = (
                f"{park}.invest_intensity.{year}",
                (f"A14.invest_intensity_{no}_{n}", steady),
            )
            yield f"P12.invest_intensity_{no}_{n}", Case({key: 5000.01}, {key: 5000}, also, **two)


def projects() -> Iterator[tuple[str, Case]]:
    name = "key_projects[0].project_name"
    yield "A15.known", Case({name: "样例库外项目"}, {
        name: "样例甲（智能化）技改项目", "ongoing_projects[0].project_name": "样例甲(智能化)技改项目"})  # fmt: skip
    total = "key_projects[0].total_investment_wan"
    yield "A15.ongoing_projects", Case({total: 18744}, {total: 18743})
    total = "key_projects[6].total_investment_wan"
    yield "A15.planned_projects", Case({total: 5679}, {total: 5678})
    again = BASE_ROWS["planned_projects"][0] | {
        "project_name": BASE_ROWS["ongoing_projects"][0]["project_name"],
        "total_investment_yi": 1.86,
    }
    other = again | {"project_name": "样例甲智能化技改项目二期"}
    yield "D03.ongoing", Case({"planned_projects+": again}, {"planned_projects+": other})
    start = "planned_projects[0].planned_start_on"
    yield "D03.planned", Case({start: "2026-02"}, {start: "2026年3月"})
    start, period = "ongoing_projects[0].start_on", "ongoing_projects[0].build_period"
    yield "D02.started", Case({start: "2026-04"}, {start: "2026-03"})
    yield "D02.inside_from", Case({start: "2025-02"}, {start: "2025.3"})
    ended = {period: "2025.03-2025.12"}
    yield (
        "D02.inside_to",
        Case(ended | {start: "2026-01"}, ended | {start: "2025-12"}, ("D02.ended",)),
    )
    yield "D02.ended", Case({period: "2025.03-2026.02"}, {period: "2025年3月至2026年3月"})


def targets() -> Iterator[tuple[str, Case]]:
    actual = {"target_revenue": "economy.revenue", "target_profit": "economy.total_profit",
              "target_tax": "economy.total_tax",
              "target_scale_enterprises": "cultivation.scale_enterprises"}  # fmt: skip
    for key, source in actual.items():
        goals = {2025: BASE[f"{source}.2025"]}
        goals |= {year: BASE[f"targets.{key}.{year}"] for year in (2026, 2027, 2028)}
        whole = isinstance(goals[2025], int)
        step = 1 if whole else 0.01
        for n, year in enumerate((2026, 2027, 2028), start=1):
            goal, before = f"targets.{key}.{year}", goals[year - 1]
            yield f"A20.{key}_t{n}", Case({goal: plus(before, -step)}, {goal: before})
            # The rate is rounded as it is shown.
            most = math.floor(before * 1.3) if whole else cents(before * 1.3000499)
            later = [f"targets.{key}.{y}" for y in range(year, 2029)]
            yield (
                f"A20.{key}_rate_t{n}",
                Case(dict.fromkeys(later, plus(most, step)), dict.fromkeys(later, most)),
            )


def dates() -> Iterator[tuple[str, Case]]:
    for library, counted in (
        ("innovation_carriers", "innovation.provincial_carriers.2024"),
        ("green_units", "green.provincial_green_factories.2024"),
        ("service_platforms", "services.provincial_platforms.2024"),
    ):
        when = f"{library}[1].approved_on"
        later = {when: "2026.3", counted: BASE[counted] - 1}
        yield f"D01.{library}_time", Case({when: "2026-04"}, later)
        by = f"{library}[0].approved_by"
        yield (
            f"D01.{library}_office",
            Case({by: "湖南省发展和改革委员会"}, {by: "国家市场监督管理总局"}),
        )


def names() -> Iterator[tuple[str, Case]]:
    name = "existing_enterprises[20].enterprise_name"
    yield "D05.full_name", Case({name: "样例五金厂"}, {name: "邵东样例一厂"})
    county = "existing_enterprises[21].county"
    more = {"basics.counties": "邵东市，新邵县，大祥区，北塔区"}
    yield "D08.county", Case({county: "北塔区"}, {county: "北塔区"} | more)
    name = "prospective_enterprises[0].enterprise_name"
    same = BASE_ROWS["existing_enterprises"][3]["enterprise_name"]
    yield "D08.prospective", Case({name: same}, {name: f"{same}二厂"})


def changes() -> Iterator[tuple[str, Case]]:
    """P1, told by the earlier year, on which less depends."""
    for key in keys.ECONOMY:
        yield _risen(f"economy.{key}", whole=key == "employees")
    code, funds = _risen("innovation.rd_funds")
    yield code, evolve(funds, also=("A13.rd_intensity_y1",))
    yield _risen("green.co2_per_output", decimals=4)
    for no in (1, 2):
        for key in (*spec_rules._PARK, *spec_rules._PARK_LAND):
            also = {"park_tax": (f"A14.tax_per_mu_{no}_y1",), "park_area_mu": (f"A14.tax_per_mu_{no}_y1",),
                    "tax_per_mu": (f"A14.tax_per_mu_{no}_y1",)}.get(key, ())  # fmt: skip
            now = BASE[f"park[1].{key}.2025"]
            base = f"park[{no}].{key}.2024"
            step = 1 if isinstance(now, int) else 0.01
            yield f"P01.park_{no}_{key.removeprefix('park_')}", Case(
                {base: plus(2 * now, step)}, {base: round(2 * now, 4)}, also, second_park=no == 2)  # fmt: skip
    yield from _fewer()
    for key, also in (("economy.sme_output_share", ()), ("innovation.rd_intensity", ()),
                      ("innovation.rd_staff_share", ()), ("green.solid_waste_rate", ()), ("green.water_reuse_rate", ())):  # fmt: skip
        tenth = cents(BASE[f"{key}.2025"] / 10)
        base = f"{key}.2024"
        yield f"P01.{key.split('.')[1]}", Case({base: tenth}, {base: plus(tenth)}, also)
    yield (
        "P01.top_revenue",
        Case({"top_revenue[0].revenue_y1": 6.77}, {"top_revenue[0].revenue_y1": 6.78}),
    )
    yield "P01.top_rd", Case({"top_rd[0].rd_y1_wan": 1052.49}, {"top_rd[0].rd_y1_wan": 1052.5})
    growth = "innovation.rd_growth.2024"
    yield "P01.rd_growth_y1", Case({growth: 100.01}, {growth: 100})


def _risen(key: str, *, whole: bool = False, decimals: int = 2) -> tuple[str, Case]:
    """The base is half of what it has become, or a little less."""
    now, step = BASE[f"{key}.2025"], 1 if whole else 10**-decimals
    half = math.ceil(now / 2) if whole else math.ceil(round(now / 2 / step, 6)) * step
    base = f"{key}.2024"
    return f"P01.{key.split('.')[1]}", Case({base: plus(half, -step)}, {base: round(half, 4)})


def _fewer() -> Iterator[tuple[str, Case]]:
    """Counts halve; below ten a growth rate says nothing."""
    counts = ["cultivation.enterprises"]
    counts += [f"cultivation.{key}" for key in (*_AS_MANY, *keys.SMART)]
    counts += [f"innovation.{key}" for key in keys.INNOVATION_COUNTS]
    counts += [f"green.{key}" for key in keys.GREEN_COUNTS]
    counts += [f"services.{key}" for key in keys.PLATFORMS]
    for key in counts:
        now, base = BASE[f"{key}.2025"], f"{key}.2024"
        edge, more = max(2 * now, 9), {f"{key}_pages": "P67"} if "smart" not in key else {}
        if key in ("cultivation.scale_enterprises", "cultivation.hightech_enterprises"):
            more |= {"cultivation.enterprises.2024": 40}
        also: tuple[str, ...] = ()
        if key.endswith("design_centers"):
            also = (f"A06.{key.split('.')[1]}_y1",)
        # The lists know how many there were a year before; beyond the bound P01 says it all.
        listed = re.sub("(carriers|green|platforms).*", r"\1", key.split(".")[1])
        edge_also = (*also, f"D86.{listed}") if f"D86.{listed}" in RULES else also
        yield (
            f"P01.{key.split('.')[1]}",
            Case({base: edge + 1} | more, {base: edge} | more, also, edge_also),
        )


def relations() -> Iterator[tuple[str, Case]]:
    """What the parts of the form say of each other."""
    yield from _wholes()
    yield from _of_parks()
    yield "P22.people", Case({"economy.employees.2025": 48001}, {"economy.employees.2025": 48000})
    giants = "cultivation.little_giants.2025"
    yield "P23.little_giants", Case({giants: 9}, {giants: 8}, ("A08.little_giants",))
    phones = [f"existing_enterprises[{at}].contact_phone" for at in range(3, 8)]
    number = "13900000999"
    yield "D85.same_phone", Case(dict.fromkeys(phones, number), dict.fromkeys(phones[1:], number))
    for code, row, breaks, edge in (
        ("national_carriers", "innovation_carriers[0]", "2024-12", "2025-01"),
        ("provincial_carriers", "innovation_carriers[7]", "2024-12", "2025-01"),
        ("national_green", "green_units[0]", "2025-01", "2024-12"),
        ("provincial_green", "green_units[4]", "2024-12", "2025-01"),
        ("national_platforms", "service_platforms[0]", "2024-12", "2025-01"),
        ("provincial_platforms", "service_platforms[4]", "2024-12", "2025-01"),
    ):
        day = f"{row}.approved_on"
        yield f"D86.{code}", Case({day: breaks}, {day: edge})
    for library in ("ongoing_projects", "planned_projects"):
        total = f"{library}[0].total_investment_yi"
        yield f"P24.{library}", Case({total: 200.01}, {total: 200}, (f"A15.{library}",))


def _wholes() -> Iterator[tuple[str, Case]]:
    rows = BASE_ROWS["existing_enterprises"]
    earned = round(sum(row["main_revenue_y2"] for row in rows), 2)
    # One of those that are not among the ten earns the rest.
    at = "existing_enterprises[12].main_revenue_y2"
    most = round(190.2 * 1.05 - earned + rows[12]["main_revenue_y2"], 2)
    yield "P20.library_over", Case({at: plus(most)}, {at: most}, ("A11.left_out",))
    yield from _short(rows, earned)
    yield "P20.output_y1", Case({"economy.output_value.2024": 88.14},
                                {"economy.output_value.2024": 88.15}, ("P01.output_value",))  # fmt: skip
    yield (
        "P20.output_y2",
        Case({"economy.output_value.2025": 95.09}, {"economy.output_value.2025": 95.1}),
    )


def _short(rows: list[dict[str, Any]], earned: float) -> Iterator[tuple[str, Case]]:
    """The first two earn less, so that all together earn 30 % of the cluster's revenue."""
    away = earned - 57.06
    first, second = (rows[at]["main_revenue_y2"] for at in (0, 1))
    keys = [f"existing_enterprises[{at}].main_revenue_y2" for at in (0, 1)]
    left = round(first + second - away, 2)
    both = {keys[0]: round(left / 2, 2), keys[1]: round(left - round(left / 2, 2), 2)}
    yield "P20.library_short", Case(both | {keys[0]: plus(both[keys[0]], -0.01)}, both)


def _of_parks() -> Iterator[tuple[str, Case]]:
    for n, year in YEARS:
        for key, whole, _ in spec_relations._PARK_PARTS:
            most, step = BASE[f"{whole}.{year}"], 1 if key == "park_scale_enterprises" else 0.01
            first = BASE[f"park[1].{key}_cluster.{year}"]
            for no, more, at in ((1, "", most), (2, "_parks", round(most - first, 2))):
                total = max(BASE[f"park[1].{key}.{year}"], plus(at, step))
                park = {f"park[{no}].{key}.{year}": total}
                part = f"park[{no}].{key}_cluster.{year}"
                # All of the first park, and much more than the second had.
                grown = key == "park_gdp" and (no, n) != (2, "y1")
                also = (f"P01.park_{no}_gdp",) if grown else ()
                yield (
                    f"P21.{key}{more}_{n}",
                    Case(
                        park | {part: plus(at, step)}, park | {part: at}, also, second_park=no == 2
                    ),
                )


def ratios() -> Iterator[tuple[str, Case]]:
    for at, (n, year) in enumerate(YEARS):
        heads, revenue = f"economy.employees.{year}", REVENUE[at]
        most = math.ceil(revenue * 10000 / 1000)
        yield (
            f"P02.revenue_per_head_{n}",
            Case({heads: most - 1}, {heads: most}, ("P01.employees",)),
        )
        for code, key, share, target in (
            ("P03.margin", "economy.total_profit", 0.3, "A20.target_profit_t1"),
            ("P03.tax_share", "economy.total_tax", 0.2, "A20.target_tax_t1"),
            ("P04.rd_funds", "innovation.rd_funds", 0.15, ""),
        ):  # fmt: skip
            most, cell = cents(revenue * share), f"{key}.{year}"
            also = (f"P01.{key.split('.')[1]}", *([target] if target and n == "y2" else []))
            yield f"{code}_{n}", Case({cell: plus(most)}, {cell: most}, also)
        cell = f"innovation.rd_intensity.{year}"
        yield f"P04.rd_intensity_{n}", Case({cell: 15.01}, {cell: 15}, (f"A13.rd_intensity_{n}",))
        most, cell = cents(revenue * 1.2 / 7.1), f"economy.trade_usd.{year}"
        yield f"P08.trade_{n}", Case({cell: plus(most)}, {cell: most}, ("P01.trade_usd",))
        cell = f"economy.fdi_usd.{year}"
        yield f"P08.fdi_{n}", Case({cell: 0.02}, {cell: 0.03}, ("P01.fdi_usd",))
        both = {"also": ("P01.fdi_usd",), "second_park": True}
        yield f"P08.fdi_parks_{n}", Case({cell: 0.04}, {cell: 0.05}, **both)
        cell = f"green.co2_per_output.{year}"
        yield f"P12.co2_{n}", Case({cell: 20.0001}, {cell: 20}, ("P01.co2_per_output",))
        for key in spec_rules._SHARES:
            cell, name = f"{key}.{year}", key.split(".")[1]
            least = {"rd_intensity": 0.1, "rd_staff_share": 0.3}.get(name, 1)
            yield (
                f"P07.{name}_{n}",
                Case({cell: plus(least, -0.01)}, {cell: least}, (f"P01.{name}",)),
            )


def firms() -> Iterator[tuple[str, Case]]:
    spent, also = "top_rd[0].rd_y2_wan", ("A12.top_rd_y2", "P01.top_rd")
    earned = BASE_ROWS["existing_enterprises"][0]["main_revenue_y2"]
    yield "P04.firm", Case({spent: plus(earned * 3000)}, {spent: round(earned * 3000, 2)}, also)
    yield "P04.firm_error", Case(
        {spent: round(earned * 10000, 2)}, {spent: plus(earned * 10000, -0.01)}, also,
        (*also, "P04.firm"),
    )  # fmt: skip
    main = "existing_enterprises[10].main_revenue_y2"
    yield "P05.largest", Case({main: 500.01}, {main: 500}, ("A11.left_out",))
    rows = range(len(BASE_ROWS["existing_enterprises"]))
    mains = [f"existing_enterprises[{row}].main_revenue_y2" for row in rows]
    no = {f"existing_enterprises[{row}].is_scale": "是" for row in rows}
    scale = {"cultivation.scale_enterprises.2025": 24} | no
    also = ("A11.left_out", "A11.main_revenue", "A20.target_scale_enterprises_t1")
    yield (
        "P05.median",
        Case(dict.fromkeys(mains, 20.01) | scale, dict.fromkeys(mains, 20) | scale, also),
    )
    main = "existing_enterprises[15].main_revenue_y2"
    yield "P06.below", Case({main: 0.19}, {main: 0.2})
    main = "existing_enterprises[16].main_revenue_y2"
    yield "P06.above", Case({main: 0.2}, {main: 0.19})


def caps() -> Iterator[tuple[str, Case]]:
    for key, most in (("smart_pioneer", 1), ("smart_excellent", 10)):
        cell = f"cultivation.{key}.2025"
        yield f"P09.{key}", Case({cell: most + 1}, {cell: most})
    award, pages = "innovation.national_awards.2025", {"innovation.national_awards_pages": "P65"}
    yield "P09.national_awards", Case({award: 21} | pages, {award: 20} | pages)
    two = {"innovation.national_carriers.2025": 2, "innovation.provincial_carriers.2025": 6}
    two |= {"innovation.national_carriers.2024": 1, "innovation.provincial_carriers.2024": 5}
    two |= {f"innovation_carriers[{row}].{key}": value for row in (0, 1) for key, value in (
        ("level", "国家级"), ("approved_by", "工业和信息化部"), ("carrier_type", "制造业创新中心"))}  # fmt: skip
    one = two | {"innovation_carriers[1].carrier_type": "其他"}
    yield "P09.innovation_centres", Case(two, one)
    for key, most, also in (
        ("national_champions", 10, ("A08.national_champions", "P01.national_champions")),
        ("little_giants", 60, ("A07.little_giants_y2", "A08.little_giants", "P01.little_giants")),
    ):
        cell = f"cultivation.{key}.2025"
        yield f"P10.{key}", Case({cell: most + 1}, {cell: most}, also)


def made_up() -> Iterator[tuple[str, Case]]:
    grown = {"economy.output_value.2025": 196.78, "economy.total_profit.2025": 9.84,
             "economy.total_tax.2025": 5.23}  # fmt: skip
    yield "P13.growth", Case(grown, grown | {"economy.total_tax.2025": 5.24})
    keys = [f"economy.{key}" for key in ("output_value", "revenue", "total_profit", "total_tax")]
    same = {f"{key}.2025": BASE[f"{key}.2024"] for key in keys}
    yield "P13.same", Case(same, same | {"economy.total_tax.2025": 4.86})
    numbers = [f"{key}.{year}" for key in spec_rules._COPIED for _, year in YEARS]
    whole = dict(zip(numbers, (182, 198, 176, 190, 5, 5, 29, 33), strict=True))
    yield "P13.round", Case(whole, whole | {numbers[-1]: 33.01})
    last = dict(
        zip(numbers, (182.43, 197.63, 176.33, 190.23, 4.83, 5.23, 28.63, 33.43), strict=True)
    )
    yield "P13.digits", Case(last, last | {numbers[-1]: 33.44})


GROUPS = (lists, evidence, single_proofs, commitments, beyond, parts, enterprises, list_counts, top_ten, land, projects, targets,
          dates, names, changes, relations, ratios, firms, caps, made_up)  # fmt: skip
# Half of what the cluster earned a year before is less than what its park had of it. Either figure may
# be the slip, and the workbook, which has both rules, says both.
BESIDES = {
    "P01.revenue": ("P21.park_scale_revenue_y1",),
    "P01.total_tax": ("P21.park_tax_y1",),
    "P01.trade_usd": ("P21.park_trade_usd_y1",),
}
# Within the bound of one rule another is broken for a reason of its own; beyond it the first says it all.
WITHIN = {
    "A07.little_giants_y2": (
        "P23.little_giants",
    ),  # all 24 enterprises are 小巨人, 8 of them 专精特新
    "P05.largest": (
        "P20.library_over",
    ),  # one enterprise may earn 500 亿元, not in a cluster of 190
    "P05.median": ("P20.library_over",),  # 24 of them 20 亿元 each, neither
}


def with_relations(code: str, case: Case) -> Case:
    """The case with what the relations say of its figures."""
    both = BESIDES.get(code, ())
    edge = case.also if case.edge_also is None else case.edge_also
    return evolve(case, also=(*case.also, *both), edge_also=(*edge, *both, *WITHIN.get(code, ())))


CASES = [(code, with_relations(code, case)) for group in GROUPS for code, case in group()]


# --- reading -----------------------------------------------------------------------------------


@cache
def found() -> list[frozenset[str]]:
    """The codes of all problems of every case: broken, at the edge, broken, …

    The results of formulas in the sample are those of its own figures (L110).
    """
    pairs = [(case, change) for _, case in CASES for change in (case.breaks, case.edge)]
    data = normalize(LAYOUT, [submission(case, change) for case, change in pairs])
    check(data)
    return [frozenset(problem.code for problem in one) - {"L110"} for one in data.problems]


# --- the tests ---------------------------------------------------------------------------------


def test_every_rule_has_a_case_and_every_case_a_rule():
    assert sorted(code for code, _ in CASES) == sorted(RULES)


@pytest.mark.parametrize("code", [code for code, _ in CASES])
def test_rule(code):
    at = [name for name, _ in CASES].index(code)
    case = CASES[at][1]
    edge_also = case.also if case.edge_also is None else case.edge_also
    assert found()[2 * at] == {code, *case.also}
    assert found()[2 * at + 1] == set(edge_also)


@pytest.mark.parametrize("size", [contest.FULL, contest.SMALL], ids=["full", "small"])
def test_the_good_sample_breaks_none(size):
    values, rows = contest.content(size)
    data = read(
        write_template(LAYOUT, Stamp.of(LAYOUT.workbook), Entries(values=values, rows=rows))
    )
    assert data.problems == [[]]


def test_two_parks_break_none():
    assert read(written(Case({}, {}, second_park=True), {})).problems == [[]]


def read(workbook: bytes) -> Data:
    data = normalize(LAYOUT, [extract(place(read_grid(workbook), LAYOUT))])
    check(data)
    return data


@pytest.mark.parametrize(
    "code", ["A08.hightech_enterprises", "A11.main_revenue", "D01.green_units_time", "P03.margin_y2",
             "P13.growth", "T09.top_rd_beyond"],
)  # fmt: skip
def test_a_written_workbook_says_the_same(code):
    case = dict(CASES)[code]
    data = read(written(case, case.breaks))
    assert {problem.code for problem in data.problems[0]} == {code, *case.also}
    mine = next(problem for problem in data.problems[0] if problem.code == code)
    assert mine.cell
    assert mine.level == Level(RULES[code].level)
    for lang in ("zh", "en"):
        assert "计算值" not in mine.message(lang)
        assert mine.how_to_mend(lang)


@pytest.mark.parametrize(
    "code", ["P20.library_short", "A12.top_revenue_y2", "A20.target_revenue_rate_t1", "A09.national_green",
             "P01.output_value"],
)  # fmt: skip
def test_the_value_told_is_what_stands_in_the_cell(code):
    """Not the sum or the rate that it is held against: an official may set it, or mend it there."""
    case = dict(CASES)[code]
    data = normalize(LAYOUT, [submission(case, case.breaks)])
    check(data)
    mine = next(problem for problem in data.problems[0] if problem.code == code)
    values, _ = changed(case, case.breaks)
    assert float(mine.value) == values[mine.key]


def test_enterprises_that_have_nothing_to_do_with_the_industry_do_not_count():
    case = Case({"existing_enterprises[0].related": "否"}, {})
    data = normalize(LAYOUT, [submission(case, case.breaks)])
    check(data)
    marks = {"A08.hightech_enterprises", "A08.little_giants", "A08.provincial_champions",
             "A08.provincial_srdi"}  # fmt: skip
    assert {problem.code for problem in data.problems[0]} == marks


def test_the_bounds_of_an_sme_cluster_do_not_bind_an_advanced_one():
    case = dict(CASES)["P05.largest"]
    advanced = {"basics.category": "先进制造业集群", "economy.sme_output_share.2024": None,
                "economy.sme_output_share.2025": None, "economy.sme_output_share_pages": None}  # fmt: skip
    data = normalize(LAYOUT, [submission(case, {**case.breaks, **advanced})])
    check(data)
    told = {problem.code for problem in data.problems[0]} - {"L110"}
    assert told == {*case.also, "P20.library_over"}


# --- the bounds --------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(_thresholds, "_DATA", tmp_path)
    _thresholds._read.cache_clear()
    (tmp_path / "thresholds.toml").write_text("", "utf-8")
    yield tmp_path
    _thresholds._read.cache_clear()


def test_a_bound_of_the_form_goes_before_the_common_one(folder):
    text = "[common]\na = 1\nb = 2\n[cluster_contest]\na = 3\n"
    (folder / "plausibility.toml").write_text(text, "utf-8")
    assert _thresholds.threshold("cluster_contest", "a") == 3
    assert _thresholds.threshold("cluster_contest", "b") == 2
    assert _thresholds.threshold("another", "a") == 1


def test_a_name_that_no_file_has_is_an_error(folder):
    (folder / "plausibility.toml").write_text("[common]\n", "utf-8")
    with pytest.raises(ValueError, match="no value 'a'"):
        _thresholds.threshold("cluster_contest", "a")


@pytest.mark.parametrize("entry", ['"ten"', "true", "{ source = 'x' }", "{ value = 1, extra = 2 }"])
def test_what_is_no_number_is_an_error(folder, entry):
    (folder / "plausibility.toml").write_text(f"[common]\na = {entry}\n", "utf-8")
    with pytest.raises(ValueError, match=r"plausibility\.toml: common\.a"):
        _thresholds.threshold("cluster_contest", "a")


def test_an_empty_bound_switches_its_rules_off_and_no_others(folder):
    text = Path(spec_rules.__file__).parent.joinpath("data", "plausibility.toml").read_text("utf-8")
    empty = re.sub(r"(?m)^(\w+) = .*$", r'\1 = ""', text)
    (folder / "plausibility.toml").write_text(empty, "utf-8")
    left = {rule.code for rule in spec_rules.rules(LAYOUT.workbook.options)}
    assert left < RULES.keys()
    gone = {code.split(".")[0] for code in RULES.keys() - left}
    assert gone == {"A11", "A13", "A14", "A15", "A20", "P01", "P02", "P03", "P04", "P05", "P06",
                    "P07", "P08", "P09", "P10", "P11", "P12", "P20", "P22", "P24", "D85"}  # fmt: skip
    assert {"A20.target_tax_t1", "A11.left_out", "A15.known", "P13.growth",
            "P21.park_tax_y1", "P23.little_giants", "D86.national_green"} <= left  # fmt: skip


def test_what_the_programme_demands_has_a_source_or_is_open():
    for form in registry.form_ids():
        for name, demand in _thresholds.eligibility(form).items():
            assert (demand.value is None) != bool(demand.source), name
