"""Honest returns of the contest form: see ``honest``."""

from __future__ import annotations

from typing import Any

from system.honest import NONE, Clerk, Rows, Values, index

ADVANCED, SPECIAL = "先进制造业集群", "中小企业特色产业集群"
Y1, Y2 = 2024, 2025

# Honours as lists and certificates really call them; with the mark under which they are counted.
GIANT = ("国家级专精特新“小巨人”企业", "国家专精特新小巨人企业（第五批）", "国家级专精特新小巨人",
         "国家“专精特新”小巨人", "国家级重点“小巨人”企业")  # fmt: skip
SRDI = ("湖南省专精特新中小企业", "省级专精特新中小企业", "省专精特新中小企业（2024年）",
        "湖南省“专精特新”中小企业", "省级“专精特新”小巨人")  # fmt: skip
CHAMPION = (
    "国家制造业单项冠军企业",
    "国家级制造业单项冠军",
    "国家级制造业单项冠军示范企业（第七批）",
    "国家单项冠军",
)
PROVINCIAL = (
    "湖南省制造业单项冠军企业",
    "省级制造业单项冠军",
    "省级单项冠军（2024年）",
    "省级单项冠军",
)
GREAT = (
    "中国民营企业500强（2024年）",
    "中国制造业民营企业500强",
    "中国企业500强",
    "中国制造业500强",
)

CARRIER = ("企业技术中心", "工程研究中心", "技术创新中心", "重点实验室", "工业设计中心")
BY_TYPE = {
    "企业技术中心": ("国家发展和改革委员会", "湖南省工业和信息化厅"),
    "工程研究中心": ("国家发展改革委", "湖南省发展和改革委员会"),
    "技术创新中心": ("科学技术部", "湖南省科学技术厅"),
    "重点实验室": ("国家市场监督管理总局", "湖南省市场监督管理局"),
    "工业设计中心": ("工业和信息化部", "省工业和信息化厅"),
}


class Firm:
    """An enterprise of the cluster."""

    def __init__(self, clerk: Clerk, revenue: float) -> None:
        self.name, self.revenue = clerk.firm(), revenue
        self.honours: list[str] = []
        self.hightech = self.iii = False
        self.listing, self.smart, self.green = "未上市", "", ""


def contest(clerk: Clerk, firms: int) -> tuple[Values, Rows]:
    """Answers and rows of one return."""
    return _Contest(clerk, firms).filled()


class _Contest:
    def __init__(self, clerk: Clerk, firms: int) -> None:
        self.clerk, self.trade = clerk, clerk.industry
        most = firms or 220
        self.count = clerk.count(min(24, most), most)
        self.revenue = round(self.count * clerk.among(0.25, 0.9), 2)
        self.growth = clerk.among(-4, 14)
        self.special = clerk.dice.random() < 0.8
        self.values: Values = {}
        self.rows: Rows = {}
        self.parks = 2 if clerk.dice.random() < 0.2 else 1
        self.firms = self._firms()

    def _firms(self) -> list[Firm]:
        """Largest first: few earn most, and many are below the bound of 规上."""
        clerk, count = self.clerk, self.count
        total = self.revenue * clerk.among(0.82, 0.94)
        self.scale = scale = max(10, min(int(count * clerk.among(0.2, 0.45)), int(total / 0.45)))
        small = [clerk.among(0.03, 0.19) for _ in range(count - scale)]
        weights = [(at + 1.5) ** -0.85 for at in range(scale)]
        spare = total - sum(small) - 0.21 * scale
        large = [round(0.21 + spare * weight / sum(weights), 2) for weight in weights]
        return [Firm(clerk, amount) for amount in (*large, *sorted(small, reverse=True))]

    def filled(self) -> tuple[Values, Rows]:
        self._head()
        self._economy()
        self._cultivation()
        self._ten()
        self._innovation()
        self._lists()
        self._parks()
        self._targets()
        self._projects()
        self._library()
        self._texts()
        self.rows["evidence"] = index(self.clerk, [
            ("主要经济指标统计证明", "2.1 集群主要经济指标", 9), ("企业培育情况证明", "2.2 集群企业培育情况", 30),
            ("前十企业利润表", "2.2 营业收入前十企业", 20), ("创新情况证明", "2.4 集群创新情况", 30),
            ("绿色发展证明", "2.5 集群绿色发展情况", 10), ("公共服务平台批复", "2.6 公共服务平台", 11),
            ("其他材料", "其他", 20),
        ])  # fmt: skip
        return self.values, self.rows

    def put(self, block: str, key: str, both: tuple[float, float], pages: Any = None) -> None:
        """The figures of both years, and the pages if any."""
        self.values |= {f"{block}.{key}.{Y1}": both[0], f"{block}.{key}.{Y2}": both[1]}
        if pages is not None:
            self.values[f"{block}.{key}_pages"] = pages

    def grown(self, latest: float, spread: float = 5, digits: int = 2) -> tuple[float, float]:
        return self.clerk.years(latest, self.growth - spread, self.growth + spread, digits)

    # -- 一

    def _head(self) -> None:
        clerk, values = self.clerk, self.values
        self.own = [
            clerk.county,
            *clerk.part([c for c in clerk.counties if c != clerk.county], 0, 2),
        ]
        whole = clerk.dice.random() < 0.5
        place = f"{clerk.city}{clerk.county}" if whole else clerk.county
        people = ("basics.promo_head 会长", "basics.promo_contact 秘书长", "park[1].park_head 主任",
                  "park[1].park_contact 科长", "park[2].park_head 主任", "park[2].park_contact 科员")  # fmt: skip
        for person in people[: 2 + 2 * self.parks]:
            key, title = person.split()
            values |= {
                f"{key}_name": clerk.person(),
                f"{key}_title": title,
                f"{key}_phone": clerk.phone(),
            }
        self.park = (
            f"{clerk.county}{clerk.dice.choice(('经济开发区', '高新技术产业开发区', '工业集中区'))}"
        )
        self.promo = f"{clerk.county}{self.trade.name}{clerk.dice.choice(('产业协会', '产业促进会', '商会'))}"
        values |= {
            "cover.apply_date": clerk.applied, "cover.contact_name": clerk.person(),
            "cover.contact_phone": clerk.phone(),
            "basics.cluster_name": f"{place}{self.trade.name}产业集群",
            "basics.industry_field": self.trade.field,
            "basics.category": SPECIAL if self.special else ADVANCED,
            "basics.stage": "初赛", "basics.leading_industry": self.trade.name,
            "basics.industry_code": self.trade.code,
            "basics.area_scope": "、".join(self.own), "basics.city": clerk.city,
            "basics.counties": "、".join(self.own), "basics.promo_org_name": self.promo,
            "park[1].park_name": self.park, "park[1].park_industry": self.trade.name,
            "self_report.chain_map_attached": "是", "self_report.chain_map_pages": clerk.pages(115),
            "promo_org.promo_evidence": clerk.pages(116, 120),
            "targets.plan_lead_unit": f"{clerk.county}人民政府",
            "plan.implementation_plan": "本表填写",
        }  # fmt: skip
        values |= {
            f"declaration.confirmed_{one}": "是" for one in ("industry", "safety", "integrity")
        }

    # -- 二

    def _economy(self) -> None:
        clerk, trade, revenue = self.clerk, self.trade, self.revenue
        before, _ = clerk.years(revenue, self.growth, self.growth)
        self.before = before
        told = clerk.dice.random() < 0.6
        pages = iter(range(1, 10))

        def put(key: str, both: tuple[float, float]) -> None:
            self.put("economy", key, both, clerk.pages(next(pages)) if told else None)

        put("revenue", (before, revenue))
        put("output_value", self.grown(revenue * clerk.among(1.01, 1.1), 3))
        profit, tax = (clerk.dice.uniform(*side) / 100 for side in (trade.margin, trade.tax))
        self.profit, self.tax = round(revenue * profit, 2), round(revenue * tax, 2)
        put("total_profit", self.grown(self.profit, 8))
        put("total_tax", self.grown(self.tax, 6))
        self.usd = round(revenue * trade.exports * clerk.among(0.5, 1.2) / 710, 2)
        put("trade_usd", self.grown(self.usd, 12))
        self.fdi = clerk.among(0.05, 0.4) if clerk.dice.random() < 0.4 else 0
        put("fdi_usd", (self.fdi, self.fdi) if not self.fdi else self.grown(self.fdi, 10))
        put("project_investment", self.grown(revenue * clerk.among(0.08, 0.22), 18))
        people = revenue * 10000 / clerk.dice.uniform(*trade.per_head)
        self.people = int(people)
        put("employees", self.grown(self.people, 4, 0))
        if self.special:
            share = clerk.among(66, 93)
            put("sme_output_share", (round(share - clerk.among(-0.8, 0.9), 2), share))

    def _cultivation(self) -> None:
        clerk, firms = self.clerk, self.firms
        ranked = sorted(firms[: max(10, self.count // 3)], key=lambda _: clerk.dice.random())
        giants = clerk.count(0, max(1, self.count // 40))
        srdi = giants + clerk.count(2, max(3, self.count // 12))
        for at, firm in enumerate(ranked[:srdi]):
            firm.honours += [clerk.dice.choice(GIANT)] * (at < giants)
            firm.honours.append(clerk.dice.choice(SRDI))
        national, provincial = clerk.count(0, 1), clerk.count(0, 3)
        for at, firm in enumerate(ranked[: national + provincial]):
            firm.honours.append(clerk.dice.choice(CHAMPION if at < national else PROVINCIAL))
        if clerk.dice.random() < 0.1:
            firms[0].honours.append(clerk.dice.choice(GREAT))
        hightech = clerk.count(srdi, srdi + self.count // 8)
        listed, iii = clerk.count(0, 2), clerk.count(0, 4)
        for at, firm in enumerate(ranked):
            firm.hightech, firm.iii = at < hightech, at < iii
            if at < listed:
                firm.listing = clerk.dice.choice(
                    ("创业板", "北交所", "新三板基础层", "区域性股权市场")
                )
        hightech = sum(firm.hightech for firm in firms)
        smart = {"pioneer": 0, "excellent": clerk.count(0, 1), "advanced": clerk.count(0, 3),
                 "basic": clerk.count(1, 6)}  # fmt: skip
        names = {"excellent": "卓越级", "advanced": "先进级", "basic": "基础级"}
        levels = [names[key] for key in names for _ in range(smart[key])]
        for firm, level in zip(ranked, levels, strict=False):
            firm.smart = level
        counts = {
            "enterprises": self.count, "scale_enterprises": self.scale, "hightech_enterprises": hightech,
            "listed_enterprises": listed, "national_champions": national,
            "provincial_champions": provincial, "little_giants": giants, "provincial_srdi": srdi,
            "iii_certified": iii,
        }  # fmt: skip
        for number, (key, count) in enumerate(counts.items(), start=10):
            fewer = max(0, count - clerk.count(0, max(1, count // 9)))
            page = clerk.pages(number, number + 1) if count else NONE
            self.put("cultivation", key, (fewer, count), page)
        for key, count in smart.items():
            self.put("cultivation", f"smart_{key}", (max(0, count - clerk.count(0, 1)), count))
        self.values["cultivation.smart_factories_pages"] = clerk.pages(20, 25)

    def _ten(self) -> None:
        clerk = self.clerk
        ten = [(firm, round(firm.revenue * clerk.among(1.0, 1.03), 2)) for firm in self.firms[:10]]
        ten.sort(key=lambda pair: -pair[1])
        self.rows["top_revenue"] = [
            {"enterprise_name": firm.name, "revenue_y1": self.grown(revenue, 9)[0], "revenue_y2": revenue,
             "products": "、".join(clerk.part(self.trade.goods, 1, 3)),
             "evidence_pages": clerk.pages(40 + 2 * at, 41 + 2 * at)}
            for at, (firm, revenue) in enumerate(ten)
        ]  # fmt: skip

    def _innovation(self) -> None:
        clerk, dice = self.clerk, self.clerk.dice
        rate = dice.uniform(*self.trade.research)
        funds = max(0.03, round(self.revenue * rate / 100, 2))
        both = (max(0.02, round(funds / (1 + clerk.among(2, 16) / 100), 2)), funds)
        spend = [
            (firm, round(firm.revenue * rate * 100 * clerk.among(0.55, 1.0)))
            for firm in self.firms[:13]
        ]
        ten = sorted(spend, key=lambda pair: -pair[1])[:10]
        self.rows["top_rd"] = [
            {"enterprise_name": firm.name, "rd_y1_wan": round(wan / (1 + clerk.among(3, 22) / 100)), "rd_y2_wan": wan,
             "evidence_pages": clerk.pages(60 + at)}
            for at, (firm, wan) in enumerate(ten)
        ]  # fmt: skip

        def put(key: str, figures: tuple[float, float], pages: str) -> None:
            self.put("innovation", key, figures, pages)

        whole = [
            100 * amount / revenue
            for amount, revenue in zip(both, (self.before, self.revenue), strict=True)
        ]
        put("rd_funds", both, clerk.pages(70))
        put(
            "rd_intensity",
            tuple(round(share * clerk.among(0.88, 0.98), 2) for share in whole),
            clerk.pages(71),
        )
        self.values |= {
            "innovation.rd_growth.2024": clerk.among(2, 15),
            "innovation.rd_growth_pages": clerk.pages(72),
        }
        staff = clerk.among(2.2, 8)
        put("rd_staff_share", (round(staff - clerk.among(-0.1, 0.3), 2), staff), clerk.pages(73))
        for key, most, page in (("new_patents", 12, 74), ("new_standards", 4, 80)):
            count = clerk.count(1, most + self.count // 8)
            put(
                key,
                (max(1, count - clerk.count(0, count // 4)), count),
                clerk.pages(page, page + 3),
            )
        put("national_awards", (0, 0), NONE)
        awards = clerk.count(0, 2)
        put("provincial_awards", (awards, awards), clerk.pages(85) if awards else NONE)

    def _approved(
        self, block: str, prefix: str, level: str, rows: list[dict[str, Any]], page: int
    ) -> None:
        """The count of a list at the end of each year, from the dates of approval."""
        now = [row for row in rows if row["level"] == level]
        then = sum(row["year"] < Y2 for row in now)
        self.put(block, prefix, (then, len(now)), self.clerk.pages(page) if now else NONE)

    def _dated(self, first: int = 2016) -> dict[str, Any]:
        year = self.clerk.count(first, Y2)
        return {"year": year, "approved_on": self.clerk.when(year, year)}

    def _lists(self) -> None:
        clerk = self.clerk
        carriers = []
        hosts = clerk.dice.sample(self.firms[:20], 8)
        for level, most in (("国家级", 1), ("省级", 5)):
            for host in [hosts.pop() for _ in range(clerk.count(0, most))]:
                kind = clerk.dice.choice(CARRIER)
                by = BY_TYPE[kind][level == "省级"]
                carriers.append({"carrier_name": f"{host.name}{kind}", "level": level, "approved_by": by,
                                 "carrier_type": kind, "host_enterprise": host.name} | self._dated())  # fmt: skip
        for prefix, level in (("national", "国家级"), ("provincial", "省级")):
            self._approved("innovation", f"{prefix}_carriers", level, carriers, 86)
            centres = [row for row in carriers if row["carrier_type"] == "工业设计中心"]
            self._approved("innovation", f"{prefix}_design_centers", level, centres, 88)
        green = []
        for level, by, most in (
            ("国家级", "工业和信息化部", 1),
            ("省级", "湖南省工业和信息化厅", 4),
        ):
            for firm in clerk.dice.sample(self.firms[:16], clerk.count(0, most)):
                kind = clerk.dice.choices(("绿色工厂", "绿色供应链管理企业"), (5, 1))[0]
                firm.green = level
                green.append({"enterprise_name": firm.name, "level": level, "approved_by": by,
                              "green_type": kind} | self._dated(2018))  # fmt: skip
        for prefix, level in (("national", "国家级"), ("provincial", "省级")):
            for key, kind in (
                ("green_factories", "绿色工厂"),
                ("green_supply", "绿色供应链管理企业"),
            ):
                own = [row for row in green if row["green_type"] == kind]
                self._approved("green", f"{prefix}_{key}", level, own, 92)
        carbon = round(clerk.dice.uniform(*self.trade.carbon), 4)
        self.put(
            "green",
            "co2_per_output",
            (round(carbon * clerk.among(1.01, 1.08), 4), carbon),
            clerk.pages(95),
        )
        for key, low, page in (("solid_waste_rate", 78, 96), ("water_reuse_rate", 60, 97)):
            rate = clerk.among(low, 97)
            self.put(
                "green", key, (round(rate - clerk.among(-0.3, 1.5), 2), rate), clerk.pages(page)
            )
        platforms = []
        services = "研发设计 检验检测 创业孵化 人力资源 管理咨询".split()
        for level, by, most in (
            ("国家级", "工业和信息化部", 1),
            ("省级", "湖南省工业和信息化厅", 3),
        ):
            for number in range(clerk.count(0, most)):
                name = f"{clerk.county}{self.trade.name}{services[number]}公共服务平台（{level}）"
                platforms.append({"platform_name": name, "level": level, "approved_by": by,
                                  "service_type": "、".join(clerk.part(services, 1, 2))} | self._dated(2018))  # fmt: skip
        for prefix, level in (("national", "国家级"), ("provincial", "省级")):
            self._approved("services", f"{prefix}_platforms", level, platforms, 100)
        for key, rows in (
            ("innovation_carriers", carriers),
            ("green_units", green),
            ("service_platforms", platforms),
        ):
            self.rows[key] = [
                {name: value for name, value in row.items() if name != "year"} for row in rows
            ]

    # -- 三, 五

    def _parks(self) -> None:
        clerk, values = self.clerk, self.values
        for no in range(1, self.parks + 1):
            block, part = f"park[{no}]", clerk.among(0.4, 0.8) / self.parks
            if no == 2:
                values |= {f"{block}.park_name": f"{clerk.city}{clerk.county}{self.trade.name}产业园",
                           f"{block}.park_industry": self.trade.name}  # fmt: skip
            green = clerk.dice.random() < 0.4
            values[f"{block}.green_park_level"] = "省级" if green else "否"
            if green:
                values[f"{block}.green_park_pages"] = clerk.pages(113)
            inside = {
                "park_gdp": self.revenue * part * 0.3, "park_scale_enterprises": int(self.scale * part),
                "park_scale_revenue": self.revenue * part * 0.9, "park_tax": max(0.02, self.tax * part * 0.9),
                "park_trade_usd": self.usd * part * 0.9, "park_fai": max(0.3, self.revenue * part * 0.1),
                "park_attracted": max(0.5, self.revenue * part * 0.16),
                "park_fdi_cny": self.fdi * 7.1 * clerk.among(0.7, 1.1) / self.parks,
            }  # fmt: skip
            for key, amount in inside.items():
                digits = 0 if key == "park_scale_enterprises" else 2
                own = self.grown(amount, 6, digits)
                more = clerk.among(1.06, 1.5)
                whole = [round(figure * more + (0 if digits else 1), digits) for figure in own]
                if key == "park_tax":
                    whole = [max(figure, 0.05) for figure in whole]
                self.put(block, key, tuple(whole))
                self.put(block, f"{key}_cluster", own)
            self._land(block)

    def _land(self, block: str) -> None:
        """Figures per 亩: those of the park, rounded as people round."""
        clerk, values = self.clerk, self.values
        taxes = [values[f"{block}.park_tax.{year}"] for year in (Y1, Y2)]
        area = round(taxes[1] * 10000 / clerk.among(2, 12))
        areas = (round(area * clerk.among(0.92, 1.0)), area)
        self.put(block, "park_area_mu", areas)
        self.put(block, "tax_per_mu", tuple(round(t * 10000 / a * clerk.among(0.97, 1.03), 2)
                                            for t, a in zip(taxes, areas, strict=True)))  # fmt: skip
        density = clerk.among(120, 420)
        self.put(block, "invest_intensity", (round(density * clerk.among(0.93, 1.0), 2), density))

    def _targets(self) -> None:
        for key, base in (("revenue", self.revenue), ("profit", self.profit), ("tax", self.tax),
                          ("scale_enterprises", self.scale)):  # fmt: skip
            rate = self.clerk.among(1.05, 1.12, 3)
            for step in (1, 2, 3):
                goal = base * rate**step
                whole = key == "scale_enterprises"
                self.values[f"targets.target_{key}.{Y2 + step}"] = (
                    int(goal) + 1 if whole else round(goal + 0.005, 2)
                )

    # -- 六

    def _projects(self) -> None:
        clerk = self.clerk
        ongoing, planned, key = [], [], []
        kinds = (
            "技术改造项目",
            "智能化生产线项目",
            "研发中心项目",
            "扩建项目",
            "检验检测公共服务平台",
        )
        for number in range(clerk.count(8, 11)):
            firm = self.firms[number]
            name = f"{firm.name[-12:-4]}{clerk.dice.choice(kinds)}（{_ROMAN[number]}）"
            wan = clerk.count(8, 320) * 100
            ready = number < 6
            begin = f"2025.{clerk.count(1, 11):02}" if ready else f"2026.{clerk.count(6, 12):02}"
            period = f"{begin}-{'2026.12' if ready else '2028.06'}"
            row = {"project_name": name, "builder_name": firm.name, "total_investment_yi": wan / 10000,
                   "content": f"建设{self.trade.goods[0]}生产线，购置设备{clerk.count(12, 90)}台（套）。",
                   "city": clerk.city, "county": clerk.county, "contact_name": clerk.person(),
                   "contact_phone": clerk.phone()}  # fmt: skip
            start = begin.replace(".", "-")
            if ready:
                ongoing.append(row | {"park": self.park, "build_period": period, "start_on": start,
                                      "progress": f"完成投资{clerk.count(15, 80)}%。"})  # fmt: skip
            else:
                planned.append(
                    row
                    | {"location": self.park, "planned_period": period, "planned_start_on": start}
                )
            key.append({"builder_name": firm.name, "project_name": name, "total_investment_wan": wan,
                        "build_period": period})  # fmt: skip
        self.rows |= {"ongoing_projects": ongoing, "planned_projects": planned, "key_projects": key}

    def _library(self) -> None:
        clerk, (yes, no) = self.clerk, self.clerk.yes
        rows = []
        for at, firm in enumerate(self.firms):
            goods = clerk.part(self.trade.goods, 1, 3)
            county = self.own[0] if at % 9 else clerk.dice.choice(self.own)
            rows.append({
                "enterprise_name": firm.name, "city": clerk.city, "county": county,
                "park": self.park if clerk.dice.random() < 0.6 else NONE,
                "profile": f"主营{'、'.join(goods)}，职工{clerk.count(8, 260)}人，掌握{clerk.dice.choice(self.trade.crafts)}技术。",
                "products": clerk.dice.choice(("、", "，", ";")).join(goods),
                "is_scale": yes if firm.revenue >= 0.2 else no, "main_revenue_y2": firm.revenue,
                "honours": "、".join(firm.honours) or NONE, "contact_name": clerk.person(),
                "contact_phone": clerk.phone(), "is_hightech": yes if firm.hightech else no,
                "listing": firm.listing, "iii_cert": yes if firm.iii else no,
                "smart_level": firm.smart, "green_level": firm.green,
            })  # fmt: skip
        clerk.dice.shuffle(rows)
        self.rows["existing_enterprises"] = rows
        self.rows["prospective_enterprises"] = [
            {"enterprise_name": f"{place}{clerk.dice.choice(self.trade.goods)}{BIG[number]}有限公司", "country": "中国",
             "province": place, "city": city, "profile": f"行业骨干企业，主营{self.trade.goods[0]}。",
             "products": self.trade.goods[0], "is_scale": yes if yes == "是" else "是", "domestic_brand": yes,
             "international_brand": no, "brand_honours": clerk.dice.choice(("中国民营企业500强", NONE, GIANT[0]))}
            for number, (place, city) in enumerate(clerk.part((("广东省", "佛山市"), ("浙江省", "宁波市"), ("江苏省", "苏州市")), 0, 3))
        ]  # fmt: skip

    def _texts(self) -> None:
        name, values = self.trade.name, self.values
        values |= {
            "basics.gov_opinion": "同意推荐。",
            "self_report.self_report": f"集群以{name}为主导，2025年营业收入{self.revenue}亿元，现有企业{self.count}家，其中规上工业企业{self.scale}家。"
            f"产业链涵盖{'、'.join(self.trade.goods)}等环节，{'、'.join(self.trade.crafts)}等技术应用广泛。",
            "promo_org.promo_basic": f"{self.promo}由骨干企业发起，设理事会和秘书处，专职人员{self.clerk.count(4, 15)}人。",
            "promo_org.promo_operation": "编制产业链图谱，组织技术对接和人才培训，协助企业参加展会。",
        }  # fmt: skip
        for no in range(1, self.parks + 1):
            values[f"park_report[{no}].park_self_report"] = (
                f"园区围绕{name}抓项目建设、企业培育和招商引资，完善标准厂房和集中供热。"
            )
        for key in ("background", "basis", "goals", "path", "safeguards"):
            values[f"plan.plan_{key}"] = (
                f"围绕{name}补链强链，提升创新和数字化水平，明确年度任务和责任分工。"
            )


BIG = ("集团", "科技", "控股")
_ROMAN = "一二三四五六七八九十甲乙"
