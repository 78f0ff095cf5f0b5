"""Honest returns of the Fujian form: see ``honest``."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from system.honest import NONE, TICK, Clerk, Rows, Values, index

YEARS = (2023, 2024, 2025)
STAGES = (2025, 2026, 2027, 2028)

# checklist, how many boxes it has
TICKS = {
    "industry.cb_resource_share": 4, "industry.cb_quality_brand": 4, "innovation.cb_coinnovation": 5,
    "digital.cb_digital_service": 4, "digital.cb_new_models": 3, "green.cb_resource_use": 3,
    "green.cb_green_service": 5, "opening.cb_international": 5, "governance.cb_platforms": 3,
    "governance.cb_services": 7, "governance.cb_governance": 3,
}  # fmt: skip
LEVELS = {"intl": ("国际", "ISO"), "natl": ("国家", "GB/T"), "ind": ("行业", "QB/T"),
          "local": ("地方", "DB35/T"), "group": ("团体", "T/FJ")}  # fmt: skip
TEXTS = """
industry.t_chain 集群形成{goods}等环节齐全的产业链，2025年引进配套项目{n}个。
industry.t_supply_risk 对关键原料建立备选供应商名录，未发生断供。
industry.t_resource_share 建成共享仓储和检测室，组织{n}家企业集中采购。
industry.t_synergy 龙头企业向中小企业开放订单，与高校开展合作。
industry.t_quality_brand 推广先进质量管理模式，开展培训{n}场。
innovation.t_coinnovation 龙头企业联合高校攻关{crafts}技术，形成难点清单{n}项。
digital.t_digital_service 引进服务商，为{n}家企业提供诊断。
digital.t_new_models 推广智能制造和工业互联网应用。
green.t_resource_use 推广余热回收和边角料再生利用。
green.t_green_service 引进第三方机构开展节能诊断和清洁生产评价。
opening.t_international 组织企业参加境内外展会{n}场。
governance.t_governance 成立产业促进机构，建立企业诉求办理机制。
plan.plan_intro 集群以{name}为主导产业，近三年出台技改、人才、品牌等扶持政策，配套率不断提高。
plan.plan_results 主导产业优势提升，创新活力增强，数字化升级加快，绿色转型见效。
plan.plan_problems 高层次人才不足，自主品牌影响力有待提升。
plan.plan_idea 坚持专业化、数字化、绿色化方向，建设全国有影响的{name}基地。
plan.g_open_text.2025 参加境外展会{n}场
plan.g_open_text.2028 参加境外展会{m}场
plan.g_gov_text.2025 服务企业{n}00家次
plan.g_gov_text.2028 服务企业{m}00家次，满意度95%以上
plan.stage_2026 完成检测平台扩建，新增优质中小企业。
plan.stage_2027 建成区域平台，新增优质中小企业。
plan.stage_2028 各项指标达到目标值。
plan.plan_tasks 补链强链、技术攻关、数字化改造、绿色制造、品牌出海、优化服务。
plan.plan_safeguards 加强组织领导，落实资金、用地、人才保障。
"""
OWNER = ("有限公司", "有限公司", "股份有限公司", "研究院", "工作室", "个体工商户")


def fujian(clerk: Clerk, firms: int) -> tuple[Values, Rows]:
    """Answers and rows of one return."""
    return _Fujian(clerk, firms).filled()


class _Fujian:
    def __init__(self, clerk: Clerk, firms: int) -> None:
        self.clerk, self.trade = clerk, clerk.industry
        self.most = firms or 120
        self.values: Values = {}
        self.rows: Rows = {}
        #: how much of the evidence has its page beside it: 校验 asks for pages while the clerk types,
        #: so most give them; the printed form has no room for any, so some do not
        self.paged = clerk.dice.choices((1.0, 0.6, 0.0), (92, 5, 3))[0]
        self.names = [clerk.firm() for _ in range(30)]

    def filled(self) -> tuple[Values, Rows]:
        self._head()
        self._industry()
        self._innovation()
        self._digital_and_green()
        self._opening()
        self._targets()
        self._lists()
        self._ticks()
        self._texts()
        self.rows["evidence"] = index(self.clerk, [
            ("产业链图谱", "二、主导产业情况", 10), ("标准文本首页", "三、创新能力情况", 30),
            ("专利证书汇总", "三、创新能力情况", 40), ("数字化材料", "四、数字化升级情况", 20),
            ("绿色化材料", "五、绿色化转型情况", 20), ("开放合作材料", "六、开放合作情况", 10),
            ("治理材料", "七、治理和服务水平", 20),
        ])  # fmt: skip
        return self.values, self.rows

    def put(self, key: str, figures: tuple[Any, ...]) -> None:
        """A figure of each year."""
        self.values |= {f"{key}.{year}": one for year, one in zip(YEARS, figures, strict=True)}

    def page(self, key: str, number: int) -> None:
        """The page beside an answer, if this clerk has got so far."""
        if self.clerk.dice.random() < self.paged:
            self.values[key] = self.clerk.pages(number)

    def rising(self, latest: float, low: float, high: float, digits: int = 2) -> tuple[float, ...]:
        """Three years that end with ``latest``."""
        second, third = self.clerk.years(latest, low, high, digits)
        return self.clerk.years(second, low, high, digits)[0], second, third

    def _head(self) -> None:
        clerk, values = self.clerk, self.values
        for key in ("cover.contact", "basics.dept_contact", "basics.operator_contact"):
            values |= {f"{key}_name": clerk.person(), f"{key}_phone": clerk.phone()}
        heavy = clerk.dice.random() < 0.2
        values |= {
            f"basics.{key}": "是"
            for key in ("st_not_prohibited", "st_no_accident", "st_no_violation")
        }
        values |= {
            "cover.city": clerk.city, "cover.county": clerk.county, "cover.apply_date": clerk.applied,
            "basics.cluster_name": f"福建省中小企业特色产业集群（{self.trade.name.removesuffix('产业')}产业）",
            "basics.industry_name": f"{self.trade.name.removesuffix('产业')}产业",
            "basics.county_dept": f"{clerk.county}工业和信息化局",
            "basics.operator_org": f"{clerk.county}{clerk.dice.choice(('工业园区管理委员会', '产业服务中心', '园区运营有限公司'))}",
            "basics.area_km2": clerk.among(2, 45), "basics.industry_sector": "第二产业",
            "basics.st_energy_ok": "是" if heavy else "不涉及", "basics.st_water_ok": "不涉及",
        }  # fmt: skip

    def _industry(self) -> None:
        clerk, values = self.clerk, self.values
        self.firms = clerk.count(40, 420)
        latest = self.firms * clerk.among(0.2, 0.6)
        output = self.rising(latest, 5, 13)
        self.output = output
        share = clerk.among(71, 95)
        shares = (share, *(round(share + clerk.among(-0.4, 0.9), 2) for _ in range(2)))
        self.put("industry.output_value", output)
        self.put("industry.lead_output_share", shares)
        sme = clerk.among(72, 95)
        self.sme_share = round(sme + clerk.among(-0.2, 0.9), 2)
        self.put(
            "industry.sme_output_share", (round(sme - clerk.among(0, 0.6), 2), sme, self.sme_share)
        )
        lead = [a * b for a, b in zip(output, shares, strict=True)]
        growth = [clerk.among(5, 13), *(round((b / a - 1) * 100, 2) for a, b in pairwise(lead))]
        self.put("industry.lead_output_growth", tuple(growth))
        whole = 1.0
        for rate in growth:
            whole *= 1 + rate / 100
        rates, ends = whole ** (1 / 3), (lead[2] / lead[0]) ** 0.5
        values["industry.lead_output_cagr"] = round((clerk.dice.choice((rates, ends)) - 1) * 100, 2)
        smes = self.firms - clerk.count(1, 6)
        srdi = clerk.count(4, max(5, self.firms // 8))
        giants = clerk.count(0, max(1, srdi // 5))
        both = clerk.count(srdi, srdi + self.firms // 4)
        more = clerk.count(0, 9)
        for key, count, fewer in (("enterprises", self.firms, more), ("sme_enterprises", smes, more),
                                  ("srdi_smes", srdi, clerk.count(0, 1)), ("little_giants", giants, 0),
                                  ("hightech_and_innovative", both, clerk.count(0, 4))):  # fmt: skip
            self.put(f"industry.{key}", tuple(max(0, count - fewer * back) for back in (2, 1, 0)))
        champions = clerk.count(0, 1)
        self.put("industry.champions", (0, champions, champions))
        self.srdi = srdi
        values["industry.chain_map"] = "是"
        self.page("industry.chain_map_pages", 1)

    def _innovation(self) -> None:
        clerk, values = self.clerk, self.values
        research = round(clerk.dice.uniform(*self.trade.research), 2)
        self.put(
            "innovation.sme_rd_intensity",
            tuple(round(research * part, 2) for part in (0.93, 0.97, 1)),
        )
        self.put("innovation.rd_growth", tuple(clerk.among(4, 15) for _ in YEARS))
        self.research = research
        platforms = (
            "省级企业技术中心",
            "省级工程研究中心",
            "工业设计中心",
            "产业研究院",
            "校企联合实验室",
        )
        for key, kinds, most in (
            ("national", ("国家级企业技术中心",), 1),
            ("prov", platforms[:3], 3),
            ("other", platforms[3:], 2),
        ):
            names = [
                f"{clerk.dice.choice(self.names)}{kind}" for kind in clerk.part(kinds, 0, most)
            ]
            values[f"innovation.plat_{key}_count"] = len(names)
            values[f"innovation.plat_{key}_names"] = (
                clerk.dice.choice(("、", "；")).join(names) or NONE
            )
        people = int(
            self.output[2] * self.sme_share * 100 / clerk.dice.uniform(*self.trade.per_head)
        )
        patents = clerk.count(6, clerk.dice.choice((self.most, 2 * self.firms)))
        self.patents = patents
        values |= {
            "innovation.sme_employees": people, "innovation.rd_staff_share": clerk.among(2, 9),
            "innovation.patents_cagr": clerk.among(6, 22),
            "innovation.patents_per_10k": round(patents / people * 10000 * clerk.among(0.97, 1.03), 2),
            "innovation.sme_patents": patents,
        }  # fmt: skip

    def _digital_and_green(self) -> None:
        clerk, values = self.clerk, self.values
        self.iiot = clerk.among(18, 40)
        rising = clerk.dice.random() < 0.85
        software = self.rising(self.firms * clerk.among(0.8, 2.5), 4, 22)
        self.put("digital.software_purchase", software)
        carbon = clerk.dice.uniform(*self.trade.carbon)
        self.carbon = carbon
        self.put("green.co2_per_output", tuple(round(carbon * part, 4) for part in (1.12, 1.05, 1)))
        values |= {
            "digital.cloud_share": clerk.among(30, 75), "digital.iiot_share": self.iiot,
            "digital.software_rising": "是" if rising else "否",
            "green.carbon_monitoring": clerk.dice.choice(("是", "否")),
            "green.energy_reduction": clerk.among(3, 12),
            "green.solid_waste_rate": clerk.among(75, 98), "green.solid_waste_above_avg": "是",
            "green.water_reuse_rate": clerk.among(60, 96), "green.water_reuse_above_avg": "是",
            "green.t_dual_carbon": "建立重点企业碳排放台账，开展宣传活动。",
            "green.co2_formula": "（化石燃料消费量×排放因子＋外购电力×电网排放因子）÷集群总产值",
        }  # fmt: skip
        if values["green.carbon_monitoring"] == "是":
            self.page("green.carbon_monitoring_pages", 101)
        self.page("green.t_dual_carbon_pages", 102)

    def _opening(self) -> None:
        clerk = self.clerk
        branches = clerk.dice.choice((0, 0, 1, 3))
        self.values["opening.overseas_branches"] = branches
        if branches:
            self.page("opening.overseas_branches_pages", 121)
        self.put("opening.export_growth", tuple(clerk.among(-9, 16) for _ in YEARS))
        foreign = clerk.dice.random() < 0.6
        self.put("opening.fdi_growth", tuple(clerk.among(-8, 14) if foreign else 0 for _ in YEARS))

    def _targets(self) -> None:
        clerk, values = self.clerk, self.values
        cagr = round(((self.output[2] / self.output[0]) ** 0.5 - 1) * 100, 2)
        funds = round(self.output[2] * self.research * 95)
        carbon = round(self.output[2] * self.carbon, 2)
        energy = clerk.among(0.03, 0.3, 4)
        rows = {
            "g_output_cagr": (cagr, clerk.among(6.5, 11)), "g_rd": (funds, round(funds * clerk.among(1.22, 1.4))),
            "g_patents": (self.patents, int(self.patents * clerk.among(1.36, 1.6)) + 1),
            "g_iiot": (self.iiot, round(max(30, self.iiot) + clerk.among(1, 9), 2)),
            "g_co2": (carbon, round(carbon * clerk.among(0.86, 0.9), 2)),
            "g_energy": (energy, round(energy * clerk.among(0.88, 0.92), 4)),
        }  # fmt: skip
        for key, (base, goal) in rows.items():
            values |= {f"plan.{key}.2025": base, f"plan.{key}.2028": goal}
        smes = self.srdi + clerk.count(3, 20)
        for year in STAGES:
            values[f"plan.g_quality_smes.{year}"] = smes
            smes += clerk.count(2, 6)
        values |= {"plan.g_rd_unit": "万元", "plan.g_co2_unit": "万吨"}

    def _lists(self) -> None:
        clerk = self.clerk
        rows = []
        for key, (level, mark) in LEVELS.items():
            for role, word in (("lead", "主持"), ("join", "参与")):
                most = {"intl": 0, "natl": 1, "local": 1}.get(key, 2)
                counts = [clerk.count(0, most) for _ in YEARS]
                self.put(f"innovation.std_{key}_{role}", tuple(counts))
                for year, count in zip(YEARS, counts, strict=True):
                    for _ in range(count):
                        rows.append({
                            "standard_no": f"{mark} {40000 + len(rows)}-{year}", "level": level, "role": word,
                            "standard_name": f"{clerk.dice.choice(self.trade.goods)}第{len(rows) + 1}部分：技术规范",
                            "drafting_rank": clerk.count(1, 3) if word == "主持" else "",
                            "published_on": clerk.when(year, year), "enterprise": clerk.dice.choice(self.names),
                        })  # fmt: skip
        self.rows["standards_list"] = rows
        if self.patents > self.most:  # nobody copies them
            self.values |= {
                "innovation.patents_list_way": "清单另附",
                "innovation.patents_list_pages": clerk.pages(41, 80),
            }
            return
        owners = [
            *self.names,
            *(f"{clerk.county}{clerk.dice.choice(self.trade.goods)}{end}" for end in OWNER),
            clerk.person(),
        ]
        self.rows["patents_list"] = [
            {"patent_no": f"ZL{2016 + at % 9}10{clerk.seed % 1000:03}{at:04}.{at % 10}",
             "patent_name": f"一种{clerk.dice.choice(self.trade.goods)}的{clerk.dice.choice(self.trade.crafts)}方法（{at + 1}）",
             "patent_type": "发明专利", "owner": clerk.dice.choice(owners),
             "granted_on": f"{2018 + at % 7}-{at % 12 + 1:02}-{at % 28 + 1:02}"}
            for at in range(self.patents)
        ]  # fmt: skip

    def _ticks(self) -> None:
        page = 130
        for key, boxes in TICKS.items():
            for box in sorted(
                self.clerk.dice.sample(range(1, boxes + 1), self.clerk.count(1, boxes))
            ):
                self.values[f"{key}_{box}"] = TICK
                self.page(f"{key}_{box}_pages", page % 150 + 1)
                page += 1

    def _texts(self) -> None:
        trade, clerk = self.trade, self.clerk
        for line in TEXTS.strip().splitlines():
            key, text = line.split(" ", 1)
            n = clerk.count(4, 30)
            self.values[key] = text.format(goods="、".join(trade.goods), crafts="、".join(trade.crafts),
                                           name=trade.name, n=n, m=n + 8)  # fmt: skip
