"""What of the contest's form goes into the provincial summary."""

from __future__ import annotations

from functools import partial
from typing import Any

from clusterbook import forms as f
from workbook_specs._shared import (
    LITTLE_GIANT,
    NATIONAL_CHAMPION,
    PROVINCIAL_CHAMPION,
    PROVINCIAL_SRDI,
)
from workbook_specs._summary import carriers, enterprises, green_units, projects
from workbook_specs._thresholds import eligibility

ECONOMY, CULTIVATION, INNOVATION, GREEN = "主要经济指标", "企业培育", "创新", "绿色发展"


def summary(options: f.Options, form: str, *, advanced: str, special: str) -> f.Summary:
    """The summary of one round; ``advanced`` and ``special`` are the two 申报类别."""
    return f.Summary(
        short="集群竞赛",
        title="产业集群竞赛",
        name="basics.cluster_name",
        city="basics.city",
        county="basics.counties",
        industry="basics.industry_field",
        facts=(
            f.Fact(label="申报类别", key="basics.category", wide=20),
            f.Fact(label="主导产业", key="basics.leading_industry", wide=16),
            f.Fact(label="集群促进组织", key="basics.promo_org_name", wide=24, late=True),
            f.Fact(label="核心承载园区", key="park[1].park_name", wide=22, late=True),
            f.Fact(label="联系人", key="cover.contact_name", wide=11, late=True, contact=True),
            f.Fact(label="联系电话", key="cover.contact_phone", wide=14, late=True, contact=True),
        ),
        figures=_figures(*options.span(2024, 2025)),
        demands=_demands(form, options.year(2025), advanced, special),
        rolls=_rolls(),
    )


def _figures(y1: int, y2: int) -> tuple[f.Figure, ...]:
    def figure(block: str, key: str, label: str, *, both: bool = False, **more: Any) -> f.Figure:
        before = f.answer(f"{block}.{key}.{y1}") if both else None
        return f.Figure(
            key=key, label=label, of=f.answer(f"{block}.{key}.{y2}"), before=before, **more
        )

    economy = partial(figure, "economy", band=ECONOMY, both=True)
    firms = partial(figure, "cultivation", band=CULTIVATION)
    innovation = partial(figure, "innovation", band=INNOVATION)
    green = partial(figure, "green", band=GREEN)
    return (
        economy("output_value", "集群产值", ranked=True, leading=True),
        economy("revenue", "集群营收", ranked=True, leading=True),
        economy("total_profit", "利润总额", ranked=True),
        economy("total_tax", "税金总额", ranked=True),
        economy("trade_usd", "进出口额"),
        economy("fdi_usd", "利用外资"),
        economy("project_investment", "项目投资"),
        economy("employees", "从业人员"),
        economy("sme_output_share", "中小企业产值占比", weight="output_value"),
        firms("enterprises", "企业数", ranked=True, both=True),
        firms("scale_enterprises", "规上工业企业", ranked=True, both=True),
        firms("hightech_enterprises", "高新技术企业"),
        firms("listed_enterprises", "上市和挂牌企业"),
        firms("national_champions", "国家级单项冠军"),
        firms("provincial_champions", "省级单项冠军"),
        firms("little_giants", "国家级“小巨人”", ranked=True),
        firms("provincial_srdi", "省级专精特新"),
        innovation("rd_funds", "研发经费", ranked=True, both=True),
        innovation("rd_intensity", "规上研发支出占营收", weight="revenue", both=True),
        innovation("new_patents", "当年新增发明专利"),
        innovation("new_standards", "当年新增标准"),
        innovation("national_carriers", "国家级创新载体"),
        innovation("provincial_carriers", "省级创新载体"),
        green("national_green_factories", "国家级绿色工厂"),
        green("provincial_green_factories", "省级绿色工厂"),
    )


def _demands(form: str, year: int, advanced: str, special: str) -> tuple[f.Demand, ...]:
    """The numbers are those of ``thresholds.toml``; what each is compared with stands here."""
    limits = eligibility(form)
    category = f.answer("basics.category")

    def demand(
        key: str, label: str, unit: str, *of: f.Expression, only: str = "", **more: Any
    ) -> f.Demand:
        """A demand, on clusters of one 申报类别 where ``only`` names it."""
        when = category.equals(only) if only else None
        limit = limits[key]
        return f.Demand(key=key, label=label, unit=unit, of=of, limit=limit.value, source=limit.source,
                      when=when, when_text=only, **more)  # fmt: skip

    honoured = f.contains(
        "existing_enterprises.honours",
        *(NATIONAL_CHAMPION, PROVINCIAL_CHAMPION, LITTLE_GIANT, PROVINCIAL_SRDI),
    )
    output, revenue = f.answer(f"economy.output_value.{year}"), f.answer(f"economy.revenue.{year}")
    return (
        demand("advanced_leader_revenue_yi", "链主企业营业收入", "亿元",
               f.Largest("top_revenue.revenue_y2"), only=advanced, note="按营业收入第一的企业计"),
        demand("advanced_revenue_yi", "集群营收", "亿元", revenue, only=advanced),
        demand("special_honoured_enterprises", "省级以上单项冠军、专精特新企业", "家",
               f.RowCount("existing_enterprises.enterprise_name", [honoured]), only=special,
               note="按现有企业库计，一企多项只计一次"),
        demand("special_output_yi", "集群产值", "亿元", output, only=special),
        demand("special_sme_share", "中小企业产值占比", "%",
               f.answer(f"economy.sme_output_share.{year}"), only=special),
        demand("occupied_km2_max", "占地面积", "平方公里", at_most=True, note="申报表没有此项"),
        demand("output_growth", "产值增速", "%", f.answer("economy.output_value_growth")),
        demand("rd_intensity", "规上研发支出占营收", "%", f.answer(f"innovation.rd_intensity.{year}")),
    )  # fmt: skip


def _rolls() -> tuple[f.Roll, ...]:
    contact = {"contact_name": "contact_name", "contact_phone": "contact_phone"}
    approved = {"level": "level", "approved_by": "approved_by", "approved_on": "approved_on"}
    existing = {
        "name": "enterprise_name", "code": "uscc", "place": ("city", "county"),
        "park": "park", "scale": "is_scale", "revenue": "main_revenue_y2",
        "hightech": "is_hightech", "listing": "listing", "honours": "honours",
        "products": "products", **contact,
    }  # fmt: skip
    prospective = {
        "name": "enterprise_name", "place": ("country", "province", "city"),
        "scale": "is_scale", "honours": "brand_honours", "products": "products",
    }  # fmt: skip
    ongoing = {
        "name": "project_name", "builder": "builder_name", "amount": "total_investment_yi",
        "period": "build_period", "start": "start_on",
        "place": ("city", "county", "park"), "content": "content", "progress": "progress", **contact,
    }  # fmt: skip
    planned = {
        "name": "project_name", "builder": "builder_name", "amount": "total_investment_yi",
        "period": "planned_period", "start": "planned_start_on",
        "place": ("city", "county", "location"), "content": "content", **contact,
    }  # fmt: skip
    key = {
        "name": "project_name", "builder": "builder_name", "amount": "total_investment_wan",
        "period": "build_period",
    }  # fmt: skip
    carrier = {"name": "carrier_name", "type": "carrier_type", "host": "host_enterprise"} | approved
    platform = {"name": "platform_name", "type": "service_type"} | approved
    green = {"name": "enterprise_name", "type": "green_type"} | approved
    return (
        enterprises(
            f.Source(library="existing_enterprises", label="现有企业库", columns=existing),
            f.Source(library="prospective_enterprises", label="拟引进企业库", columns=prospective),
        ),
        projects(
            f.Source(library="ongoing_projects", label="在建项目库", columns=ongoing),
            f.Source(library="planned_projects", label="拟建项目库", columns=planned),
            f.Source(library="key_projects", label="2.3重点项目", columns=key),
        ),
        carriers(
            f.Source(library="innovation_carriers", label="技术创新载体", columns=carrier),
            f.Source(library="service_platforms", label="公共服务平台", columns=platform),
        ),
        green_units(f.Source(library="green_units", label="绿色工厂和供应链", columns=green)),
    )
