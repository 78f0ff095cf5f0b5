"""What of the Fujian form goes into the provincial summary."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from clusterbook import forms as f
from workbook_specs._summary import enterprises
from workbook_specs._thresholds import eligibility

INDUSTRY, INNOVATION = "主导产业", "创新能力"
DIGITAL, GREEN = "数字化", "绿色化"


def summary(form: str, *, industry: Sequence[int], recent: Sequence[int]) -> f.Summary:
    """The summary of one round. The years of part 二, and those of the parts behind it."""
    standards, patents = {"name": "enterprise"}, {"name": "owner"}
    return f.Summary(
        short="特色集群",
        title="中小企业特色产业集群",
        name="basics.cluster_name",
        city="cover.city",
        county="cover.county",
        industry="basics.industry_name",
        city_word="设区市",
        facts=(
            f.Fact(label="产业类型", key="basics.industry_sector", wide=9),
            f.Fact(label="运营管理机构", key="basics.operator_org", wide=24, late=True),
            f.Fact(label="县（市、区）主管部门", key="basics.county_dept", wide=24, late=True),
            f.Fact(label="联系人", key="cover.contact_name", wide=11, late=True, contact=True),
            f.Fact(label="联系电话", key="cover.contact_phone", wide=14, late=True, contact=True),
        ),
        figures=_figures(industry, recent),
        demands=_demands(form, industry),
        rolls=(
            enterprises(
                f.Source(
                    library="standards_list", label="标准清单", columns=standards, distinct=True
                ),
                f.Source(
                    library="patents_list", label="发明专利清单", columns=patents, distinct=True
                ),
            ),
        ),
    )


def _figures(industry: Sequence[int], recent: Sequence[int]) -> tuple[f.Figure, ...]:
    def yearly(block: str, years: Sequence[int], key: str, label: str, **more: Any) -> f.Figure:
        """A figure with the year before it."""
        before, now = (f.answer(f"{block}.{key}.{year}") for year in years[-2:])
        return f.Figure(key=key, label=label, of=now, before=before, **more)

    def single(block: str, key: str, label: str, **more: Any) -> f.Figure:
        return f.Figure(key=key, label=label, of=f.answer(f"{block}.{key}"), **more)

    firms = partial(yearly, "industry", industry, band=INDUSTRY)
    innovation = partial(single, "innovation", band=INNOVATION)
    return (
        firms("output_value", "集群总产值", ranked=True, leading=True),
        firms("sme_output_share", "中小企业产值占比", weight="output_value"),
        firms("lead_output_share", "主导产业产值占比", weight="output_value"),
        single("industry", "lead_output_cagr", "主导产业年均增速", adds=False, band=INDUSTRY,
               ranked=True),
        firms("enterprises", "企业数", ranked=True, leading=True),
        firms("sme_enterprises", "中小企业"),
        firms("srdi_smes", "专精特新中小企业", ranked=True),
        firms("little_giants", "“小巨人”企业", ranked=True),
        firms("champions", "单项冠军企业"),
        firms("hightech_and_innovative", "国高和创新型企业"),
        single("basics", "area_km2", "占地面积", band=INDUSTRY),
        yearly("innovation", recent, "sme_rd_intensity", "中小企业研发强度", adds=False,
               band=INNOVATION, ranked=True),
        innovation("sme_employees", "中小企业从业人员"),
        innovation("sme_patents", "有效发明专利", ranked=True),
        innovation("patents_per_10k", "每万人有效发明专利", adds=False, ranked=True),
        single("digital", "cloud_share", "企业上云比例", adds=False, band=DIGITAL),
        single("digital", "iiot_share", "工业互联网普及率", adds=False, band=DIGITAL),
        yearly("green", recent, "co2_per_output", "单位产值碳排放", adds=False, band=GREEN),
        single("green", "energy_reduction", "单位产值能耗降低率", adds=False, band=GREEN),
    )  # fmt: skip


def _demands(form: str, industry: Sequence[int]) -> tuple[f.Demand, ...]:
    """The numbers are those of ``thresholds.toml``; what each is compared with stands here."""
    limits = eligibility(form)
    last = industry[-1]

    def demand(key: str, label: str, unit: str, *of: f.Expression, **more: Any) -> f.Demand:
        limit = limits[key]
        return f.Demand(key=key, label=label, unit=unit, of=of, limit=limit.value,
                      source=limit.source, **more)  # fmt: skip

    outputs = [f.answer(f"industry.output_value.{year}") for year in industry]
    honoured = f.SumOf(
        [f.answer(f"industry.{key}.{last}") for key in ("champions", "little_giants")]
    )
    return (
        demand("occupied_km2_max", "占地面积", "平方公里", f.answer("basics.area_km2"), at_most=True),
        demand("output_yi", "近三年每年集群总产值", "亿元", *outputs, note="列出三年中最低的一年"),
        demand("sme_share", "中小企业产值占比", "%", f.answer(f"industry.sme_output_share.{last}")),
        demand("lead_share", "主导产业产值占比", "%", f.answer(f"industry.lead_output_share.{last}")),
        demand("output_growth", "主导产业产值年均增速", "%", f.answer("industry.lead_output_cagr")),
        demand("honoured_enterprises", "单项冠军和“小巨人”企业", "家", honoured,
               note="两类企业数相加，同一企业可能计了两次"),
    )  # fmt: skip
