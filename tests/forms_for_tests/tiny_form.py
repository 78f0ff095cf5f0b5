"""A form of one page with a rule of each shape: a new form is one new file."""

from clusterbook.forms.expressions.nodes import (
    AllOf,
    Filled,
    Found,
    Growth,
    ItemsIn,
    Known,
    Largest,
    Middle,
    MonthOf,
    Not,
    Rows,
    Says,
    Total,
    YearlyGrowth,
    answer,
    is_one_of,
    this,
)
from clusterbook.forms.kinds import Day, Integer, Items, Month, Name, Number, Percent, Text, YesNo
from clusterbook.forms.options import Options
from clusterbook.forms.rules import AtLeast, AtMost, Between, Equal, Must, Never, Rule, When
from clusterbook.forms.spec import (
    Column,
    Field,
    Form,
    Indicators,
    Library,
    Line,
    Row,
    Sheet,
    Workbook,
    Year,
)

YI = Number(unit="亿元", low=None)


def rule(code, holds, level="error", library="", **more):
    return Rule(
        code=code, level=level, holds=holds, library=library, reason="测试", source="测试", **more
    )


RULES = (
    rule("A01.at_most", AtMost(answer("size.sme.2025"), answer("size.firms.2025"))),
    rule("A02.at_least", AtLeast(answer("size.output.2025"), answer("size.output.2024"), times=0.5), level="explain"),
    rule("A03.equal", Equal(answer("size.firms.2025"), Rows("firms.name"))),
    rule("A04.equal_where", Equal(answer("size.sme.2025"), Rows("firms.name", [is_one_of("firms.small", "是")])), level="explain"),
    rule("A05.total", AtMost(Total("firms.revenue"), answer("size.output.2025"), by=0.01), level="explain"),
    rule("A06.share", Equal(answer("size.profit.2025") / answer("size.output.2025") * 100, answer("size.margin.2025"), share=0.05)),
    rule("A07.growth", Between(Growth(answer("size.output.2024"), answer("size.output.2025")), -50, 100), level="explain"),
    rule("A08.yearly", AtLeast(YearlyGrowth(answer("size.output.2024"), answer("size.output.2025"), 3), 6), level="info"),
    rule("A09.largest", AtMost(Largest("firms.revenue", 1), 500), level="explain"),
    rule("A10.middle", AtMost(Middle("firms.revenue"), 20), level="explain"),
    rule("B01.known", Must(this("name"), Known(this("name"), "firms.name"), "应在企业库中。", "must be in the library."), library="top"),
    rule("B02.order", AtLeast(this("revenue"), this("revenue", 1)), library="top"),
    rule("B03.found", AtMost(this("revenue"), Found("top.revenue", "top.name", this("name")), times=1.005), library="firms", level="explain"),
    rule("B04.when", When(this("small").equals("否"), AtLeast(this("revenue"), 0.2)), library="firms", level="explain"),
    rule("B05.months", AtMost(MonthOf(this("founded")), MonthOf(answer("head.date"))), library="firms"),
    rule("B06.says", Never(this("name"), Says(this("name"), ["建设", "城投"]), "疑为基础建设单位。", "looks like a builder."), library="firms", level="explain"),
    rule("B07.items", AtMost(ItemsIn(this("products")), 2), library="firms", level="info"),
    rule("C01.not", Never(answer("head.name"), AllOf([Filled(answer("head.name")), Not(Says(answer("head.name"), ["集群"]))]), "应含“集群”。", "must contain 集群."), level="explain"),
    rule("C02.paper", Must(answer("head.name"), Filled(answer("head.date")), "应同时填日期。", "needs a date."), importer_only="仅作示例"),
)  # fmt: skip


def workbook(options: Options) -> Workbook:
    y1, y2 = options.span(2024, 2025)
    head = Form(key="head", rows=[
        Field("name", "名称", Text(none=False)),
        Line("日期和单位", [Field("date", "日期", Day()), Field("unit", "填报单位", Name())]),
    ])  # fmt: skip
    size = Indicators(
        key="size", corner="指标", over="近2年",
        years=[Year(year=y1, label=f"{y1}年"), Year(year=y2, label=f"{y2}年")],
        columns=[Column(key="growth", label="增幅（%）", kind=Percent(low=None, high=None), computed=True)],
        rows=[
            Row("output", "产值（亿元）", YI, growth=Growth(answer(f"size.output.{y1}"), answer(f"size.output.{y2}"))),
            Row("profit", "利润（亿元）", YI, growth=Growth(answer(f"size.profit.{y1}"), answer(f"size.profit.{y2}"))),
            Row("margin", "利润率（%）", Percent(low=-100)),
            Row("firms", "企业数（家）", Integer(unit="家")),
            Row("sme", "其中：中小企业（家）", Integer(unit="家")),
        ],
    )  # fmt: skip
    top = Library(key="top", rows=5, closed=True, title="前五", identity=["name"], columns=[
        Field("name", "企业名称", Name(lookup="firms.name")), Field("revenue", "营收（亿元）", YI),
    ], totals={"revenue": Total("top.revenue")})  # fmt: skip
    firms = Library(key="firms", rows=options.rows or 30, resizable=True, identity=["name"], columns=[
        Field("name", "企业名称", Name()), Field("small", "是否中小企业", YesNo()),
        Field("revenue", "营收（亿元）", YI), Field("founded", "成立时间", Month()),
        Field("products", "主导产品", Items(at_most=3)),
    ])  # fmt: skip
    return Workbook(
        id="tiny_form", version="1", title="测试表", options=options, rules=RULES,
        sheets=[
            Sheet(key="head", name="一、概况", title="一、概况", blocks=[head, size]),
            Sheet(key="top", name="二、前五", title="二、前五", blocks=[top]),
            Sheet(key="firms", name="三、企业库", title="三、企业库", blocks=[firms]),
        ],
    )  # fmt: skip
