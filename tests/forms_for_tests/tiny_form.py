"""A form of one page with a rule of each shape: a new form is one new file."""

from clusterbook import forms as f

YI = f.Number(unit="亿元", low=None)


def rule(code, holds, level="error", library="", **more):
    return f.Rule(
        code=code, level=level, holds=holds, library=library, reason="测试", source="测试", **more
    )


RULES = (
    rule("A01.at_most", f.AtMost(f.answer("size.sme.2025"), f.answer("size.firms.2025"))),
    rule("A02.at_least", f.AtLeast(f.answer("size.output.2025"), f.answer("size.output.2024"), times=0.5), level="explain"),
    rule("A03.equal", f.Equal(f.answer("size.firms.2025"), f.RowCount("firms.name"))),
    rule("A04.equal_where", f.Equal(f.answer("size.sme.2025"), f.RowCount("firms.name", [f.is_one_of("firms.small", "是")])), level="explain"),
    rule("A05.total", f.AtMost(f.Total("firms.revenue"), f.answer("size.output.2025"), by=0.01), level="explain"),
    rule("A06.share", f.Equal(f.answer("size.profit.2025") / f.answer("size.output.2025") * 100, f.answer("size.margin.2025"), share=0.05)),
    rule("A07.growth", f.Between(f.Growth(f.answer("size.output.2024"), f.answer("size.output.2025")), -50, 100), level="explain"),
    rule("A08.yearly", f.AtLeast(f.YearlyGrowth(f.answer("size.output.2024"), f.answer("size.output.2025"), 3), 6), level="info"),
    rule("A09.largest", f.AtMost(f.Largest("firms.revenue", 1), 500), level="explain"),
    rule("A10.middle", f.AtMost(f.Middle("firms.revenue"), 20), level="explain"),
    rule("B01.known", f.Must(f.this("name"), f.Known(f.this("name"), "firms.name"), "应在企业库中。", "must be in the library."), library="top"),
    rule("B02.order", f.AtLeast(f.this("revenue"), f.this("revenue", 1)), library="top"),
    rule("B03.found", f.AtMost(f.this("revenue"), f.LookUp("top.revenue", "top.name", f.this("name")), times=1.005), library="firms", level="explain"),
    rule("B04.when", f.When(f.this("small").equals("否"), f.AtLeast(f.this("revenue"), 0.2)), library="firms", level="explain"),
    rule("B05.months", f.AtMost(f.MonthOf(f.this("founded")), f.MonthOf(f.answer("head.date"))), library="firms"),
    rule("B06.says", f.Never(f.this("name"), f.Says(f.this("name"), ["建设", "城投"]), "疑为基础建设单位。", "looks like a builder."), library="firms", level="explain"),
    rule("B07.items", f.AtMost(f.ItemsIn(f.this("products")), 2), library="firms", level="info"),
    rule("C01.not", f.Never(f.answer("head.name"), f.AllOf([f.Filled(f.answer("head.name")), f.Not(f.Says(f.answer("head.name"), ["集群"]))]), "应含“集群”。", "must contain 集群."), level="explain"),
    rule("C02.paper", f.Must(f.answer("head.name"), f.Filled(f.answer("head.date")), "应同时填日期。", "needs a date."), importer_only="仅作示例"),
)  # fmt: skip


def workbook(options: f.Options) -> f.Workbook:
    y1, y2 = options.span(2024, 2025)
    head = f.Answers(key="head", rows=[
        f.Field("name", "名称", f.Text(none=False)),
        f.Line("日期和单位", [f.Field("date", "日期", f.Day()), f.Field("unit", "填报单位", f.Name())]),
    ])  # fmt: skip
    size = f.Indicators(
        key="size", corner="指标", over="近2年",
        years=[f.Year(year=y1, label=f"{y1}年"), f.Year(year=y2, label=f"{y2}年")],
        columns=[f.Column(key="growth", label="增幅（%）", kind=f.Percent(low=None, high=None), computed=True)],
        rows=[
            f.Row("output", "产值（亿元）", YI, growth=f.Growth(f.answer(f"size.output.{y1}"), f.answer(f"size.output.{y2}"))),
            f.Row("profit", "利润（亿元）", YI, growth=f.Growth(f.answer(f"size.profit.{y1}"), f.answer(f"size.profit.{y2}"))),
            f.Row("margin", "利润率（%）", f.Percent(low=-100)),
            f.Row("firms", "企业数（家）", f.Integer(unit="家")),
            f.Row("sme", "其中：中小企业（家）", f.Integer(unit="家")),
        ],
    )  # fmt: skip
    top = f.Library(key="top", rows=5, closed=True, title="前五", identity=["name"], columns=[
        f.Field("name", "企业名称", f.Name(lookup="firms.name")), f.Field("revenue", "营收（亿元）", YI),
    ], totals={"revenue": f.Total("top.revenue")})  # fmt: skip
    firms = f.Library(key="firms", rows=options.rows or 30, resizable=True, identity=["name"], columns=[
        f.Field("name", "企业名称", f.Name()), f.Field("small", "是否中小企业", f.YesNo()),
        f.Field("revenue", "营收（亿元）", YI), f.Field("founded", "成立时间", f.Month()),
        f.Field("products", "主导产品", f.Items(at_most=3)),
    ])  # fmt: skip
    return f.Workbook(
        id="tiny_form", version="1", title="测试表", options=options, rules=RULES,
        sheets=[
            f.Sheet(key="head", name="一、概况", title="一、概况", blocks=[head, size]),
            f.Sheet(key="top", name="二、前五", title="二、前五", blocks=[top]),
            f.Sheet(key="firms", name="三、企业库", title="三、企业库", blocks=[firms]),
        ],
    )  # fmt: skip
