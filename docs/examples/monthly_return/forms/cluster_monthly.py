"""某省工业集群运行月报：一张按月报送的统计表。

指标按代码排列，印有指标代码和计量单位；本月、本月止累计和去年同期各一栏；旁边一栏写增减原因。
审核关系照省里下发的关系表，原样放在 relations.txt，一行一条。
"""

from pathlib import Path

from clusterbook import forms as f

ID = "cluster_monthly"
ISSUER = "某省工业和信息化厅"
RELATIONS = Path(__file__).with_name("relations.txt")

WAN = f.Number(unit="万元", decimals=1)
WAN_SIGNED = f.Number(unit="万元", decimals=1, low=None)  # 利润可能是亏损
POWER = f.Number(unit="万千瓦时", decimals=1)
PEOPLE = f.Integer(unit="人")
CODE = f.Text(longest=8, pattern=r"^[1-4]\d{3}$", pattern_help="请填四位产品代码，如 1311")
REASON = f.Text(longest=200, remark=True)

# 代码所在行的键，审核关系和规则都用它。
CODES = {
    "1210": "output.c1210", "1221": "output.c1221", "1222": "output.c1222",
    "1230": "output.c1230", "1231": "output.c1231", "1310": "output.c1310",
    "1320": "output.c1320", "1330": "output.c1330", "1420": "output.c1420",
}  # fmt: skip


def workbook(options: f.Options) -> f.Workbook:
    """The return of one month."""
    month = options.month or 12  # 没有写月份时只用来列字段
    periods = _periods(options.report_year, month)
    # 审核关系对本月栏和累计栏各用一次。
    times = {"month": periods[0].time} | ({"to_date": periods[1].time} if month > 1 else {})
    latest = list(times.values())[-1]
    return f.Workbook(
        id=ID, version="1", title="某省工业集群运行月报", issuer=ISSUER, options=options,
        months=f.MONTHLY, purpose="掌握集群每月运行情况",
        instructions=(
            "本表按月报送，次月10日前报出。",
            "“本月止累计”为自1月起至本月的合计；“去年同期”按今年的口径填写。",
            "增减超过30%的，请在该行“增减原因”栏写明。",
        ),
        sheets=[
            f.Sheet(key="cover", name="封面", title="某省工业集群运行月报", cover=True,
                    blocks=[_cover()]),
            f.Sheet(key="output", name="一、主要指标", title="一、主要指标", landscape=True,
                    blocks=[_output(periods, latest)]),
            f.Sheet(key="consumer", name="二、产品产量（消费品）", title="二、主要产品产量（一）消费品",
                    blocks=[_products("consumer", options.rows or 40)]),
            f.Sheet(key="equipment", name="二、产品产量（装备）", title="二、主要产品产量（二）装备",
                    blocks=[_products("equipment", options.rows or 40)]),
            f.Sheet(key="analysis", name="三、运行分析", title="三、运行分析", blocks=[_analysis()]),
        ],
        rules=[*_relations(times), *_own_rules(times, latest)],
        prefill={"cluster_name": "cover.cluster_name", "city": "cover.city", "county": "cover.county"},
        summary=_summary(times),
    )  # fmt: skip


# --- 期间 ----------------------------------------------------------------------------------------


def _periods(now: int, month: int) -> list[f.Months]:
    """本月、累计、去年同月、去年同期累计，从左到右；一月没有累计栏。"""
    found = []
    for year, words in ((now, ""), (now - 1, "去年同期\n")):
        found.append(f.Months(year=year, first=month, label=f"{words}{year}年{month}月"))
        if month > 1:
            found.append(f.Months(year=year, first=1, last=month, label=f"{words}1—{month}月累计"))
    return found


def _year_before(time: str) -> str:
    """2025m01_10 → 2024m01_10"""
    return f"{int(time[:4]) - 1}{time[4:]}"


# --- 各表 ----------------------------------------------------------------------------------------


def _cover() -> f.Answers:
    return f.Answers(key="cover", rows=[
        f.Field("cluster_name", "集群名称", f.Text(longest=60, none=False)),
        f.Line("所在地", [
            f.Field("city", "市州", f.Text(longest=20, none=False)),
            f.Field("county", "县（市、区）", f.Text(longest=20, none=False)),
        ]),
        f.Field("unit", "填报单位", f.Name()),
        f.Line("填表人", [
            f.Field("person", "姓名", f.Name(longest=20)), f.Field("phone", "电话", f.Phone()),
        ]),
        f.Field("date", "报出日期", f.Day()),
    ])  # fmt: skip


def _output(periods: list[f.Months], latest: str) -> f.Indicators:
    def row(code: str, label: str, kind: f.Kind, unit: str) -> f.Row:
        key = CODES[code]
        base = f.answer(f"{key}.{_year_before(latest)}")
        return f.Row(
            key.removeprefix("output."), label, kind, fixed={"code": code, "unit": unit},
            growth=f.Growth(base, f.answer(f"{key}.{latest}")),
        )  # fmt: skip

    return f.Indicators(
        key="output", corner="指标名称", years=periods,
        fixed=[f.Fixed(key="code", label="指标代码", share=0.55),
               f.Fixed(key="unit", label="计量单位", share=0.6)],
        columns=[
            f.Column(key="growth", label="累计增幅（%）", kind=f.growth_rate(), computed=True),
            f.Column(key="reason", label="增减原因", kind=REASON, required=False),
        ],
        rows=[
            row("1210", "一、工业总产值", WAN, "万元"),
            row("1221", "　　其中：规模以上企业", WAN, "万元"),
            row("1222", "　　　　　规模以下企业", WAN, "万元"),
            row("1230", "二、工业销售产值", WAN, "万元"),
            row("1231", "　　其中：出口交货值", WAN, "万元"),
            row("1310", "三、营业收入", WAN, "万元"),
            row("1320", "四、营业成本", WAN, "万元"),
            row("1330", "五、利润总额", WAN_SIGNED, "万元"),
            row("1420", "六、工业用电量", POWER, "万千瓦时"),
        ],
    )  # fmt: skip


def _products(key: str, rows: int) -> f.Library:
    """One of the two sheets of the list of products; both go into the table ``products``."""
    branches = {"consumer": (("13", "农副食品"), ("14", "食品制造")),
                "equipment": (("34", "通用设备"), ("38", "电气机械"))}[key]  # fmt: skip
    sums = ("month_value", "to_date_value")
    return f.Library(
        key=key, part_of="products", rows=rows, resizable=True, identity=["code"],
        columns=[
            f.Field("code", "产品代码", CODE, wide=9),
            f.Field("name", "产品名称", f.Text(longest=40, none=False), wide=20),
            f.Field("unit", "计量单位", f.Choice(options=("吨", "台", "套", "件", "千米")), wide=9),
            f.Group("产量", [
                f.Field("month", "本月", f.Number(), wide=10),
                f.Field("to_date", "本月止累计", f.Number(), wide=11),
            ]),
            f.Group("产值（万元）", [
                f.Field("month_value", "本月", WAN, wide=10),
                f.Field("to_date_value", "本月止累计", WAN, wide=11),
            ]),
        ],
        totals={one: f.Total(f"{key}.{one}") for one in sums},
        subtotals=[
            f.Subtotal(label=f"{code} {name}", of={
                one: f.Total(f"{key}.{one}", [f.begins_with(f"{key}.code", code)]) for one in sums
            })
            for code, name in branches
        ],
    )  # fmt: skip


def _analysis() -> f.Narrative:
    return f.Narrative(
        key="analysis", guidance=("本月运行的主要特点、存在问题和下月预判。",),
        field=f.Field("text", "运行分析（800字以内）", f.LongText(limit=800), required=False),
    )  # fmt: skip


# --- 审核关系和规则 ------------------------------------------------------------------------------


def _relations(times: dict[str, str]) -> tuple[f.Rule, ...]:
    """每条审核关系对本月栏和累计栏各成一条规则，如 B01.month、B01.to_date。"""
    return f.equations(RELATIONS, CODES, times=times, source="省工信厅审核关系表", by=0.15)


def _own_rules(times: dict[str, str], latest: str) -> list[f.Rule]:
    month = times["month"]
    found = [_change(code, key, latest) for code, key in (
        ("P01.c1210", "output.c1210"), ("P01.c1310", "output.c1310"),
        ("P01.c1330", "output.c1330"), ("P01.c1420", "output.c1420"),
    )]  # fmt: skip
    products = f.SumOfKnown([f.Total("consumer.month_value"), f.Total("equipment.month_value")])
    found.append(f.Rule(
        code="A01.products", level="explain", holds=f.AtMost(products, f.answer(f"output.c1210.{month}")),
        reason="所列产品的产值是集群工业总产值的一部分，常见原因是单位填错。",
        source="一、主要指标，二、主要产品产量",
    ))  # fmt: skip
    for code, one, other in (("D01.consumer", "consumer", "equipment"),
                             ("D01.equipment", "equipment", "consumer")):  # fmt: skip
        found.append(f.Rule(
            code=code, level="error", library=one, source="二、主要产品产量",
            holds=f.Never(f.this("code"), f.Known(f.this("code"), f"{other}.code"),
                          "在另一张产品表中已经填过，同一产品只填一次。",
                          "is on the other list of products, too."),
            reason="两张产品表是一份清单，同一产品只列一次。",
        ))  # fmt: skip
    if "to_date" in times:
        found += [_grows(code, key, times) for code, key in (
            ("A02.c1210", "output.c1210"), ("A02.c1310", "output.c1310"),
            ("A02.c1420", "output.c1420"),
        )]  # fmt: skip
    return found


def _change(code: str, key: str, now: str) -> f.Rule:
    """A figure far from that of last year: the reason is written beside it."""
    before = _year_before(now)
    return f.Rule(
        code=code, level="explain", source="填报说明：增减超过30%的，请写明原因",
        explained_in=f"{key}_reason",
        holds=f.Steady(now=f.answer(f"{key}.{now}"), base=f.answer(f"{key}.{before}"),
                       growth=(-30, 30)),
        reason="增减较大的要说明原因。",
    )  # fmt: skip


def _grows(code: str, key: str, times: dict[str, str]) -> f.Rule:
    """What is added up since January is at least that of this month."""
    return f.Rule(
        code=code, level="error", source="填报说明：本月止累计自1月起", reason="累计数包含本月数。",
        holds=f.AtLeast(f.answer(f"{key}.{times['to_date']}"), f.answer(f"{key}.{times['month']}")),
    )  # fmt: skip


def _summary(times: dict[str, str]) -> f.Summary:
    def figure(key: str, label: str, time: str, band: str, **more: bool) -> f.Figure:
        before = _year_before(time)
        return f.Figure(
            key=f"{key}.{time}",
            label=label,
            of=f.answer(f"{key}.{time}"),
            band=band,
            before=f.answer(f"{key}.{before}"),
            **more,
        )  # type: ignore[arg-type] # flags

    bands = {"month": "本月", "to_date": "本月止累计"}
    figures = [
        figure(key, label, time, bands[name], ranked=key == "output.c1210", leading=key == "output.c1210")
        for name, time in times.items()
        for key, label in (("output.c1210", "工业总产值"), ("output.c1310", "营业收入"),
                           ("output.c1330", "利润总额"), ("output.c1420", "工业用电量"))
    ]  # fmt: skip
    return f.Summary(
        short="月报", title="工业集群运行月报", name="cover.cluster_name", city="cover.city",
        county="cover.county", figures=figures,
        rolls=[f.Roll(
            key="monthly_products", title="产品产量汇总", what="种", name="name", code="code",
            amount="to_date_value",
            columns=[
                f.RollColumn(key="code", label="产品代码", wide=10),
                f.RollColumn(key="name", label="产品名称", wide=20),
                f.RollColumn(key="unit", label="计量单位", wide=9),
                f.RollColumn(key="to_date", label="本月止累计产量", wide=14),
                f.RollColumn(key="to_date_value", label="本月止累计产值", wide=14, unit="万元"),
            ],
            sources=[
                f.Source(library=key, label=label, columns={
                    one: one for one in ("code", "name", "unit", "to_date", "to_date_value")
                })
                for key, label in (("consumer", "消费品"), ("equipment", "装备"))
            ],
        )],
    )  # fmt: skip
