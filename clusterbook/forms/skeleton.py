"""The first file of a new form: a spec that loads, with one of each thing a form may have."""

from __future__ import annotations

import re

from clusterbook.errors import Error

_ID = re.compile(r"[a-z][a-z0-9_]{2,39}")


class FormIdError(Error, ValueError):
    """An id that no form can have; fact ``form``."""


def is_form_id(form: str) -> bool:
    """Whether a form, and its module, can be called so."""
    return _ID.fullmatch(form) is not None


def skeleton(form: str, title: str) -> str:
    """The text of a spec with this id and title; FormIdError where no module can be called so."""
    if not is_form_id(form):
        raise FormIdError(f"{form!r} is no id", form=form)
    return _TEXT.replace("@FORM@", form).replace("@TITLE@", title.replace('"', "”"))


_TEXT = '''"""@TITLE@。

这是一张申报表的定义，由 clusterbook new-form 生成，可以直接使用，请逐处改成贵省的表：
表、栏、单位、是否必填照原表写；规则写清理由和出处。改完运行 clusterbook describe 核对。
"""

from clusterbook import forms as f

ID = "@FORM@"  # 与文件名相同

YI = f.Number(unit="亿元")  # 数值：单位、小数位数（decimals）、上下限（low、high）
COUNT = f.Integer(unit="家")


def workbook(options: f.Options) -> f.Workbook:
    """The form for one round."""
    before, now = options.span(2024, 2025)  # 原表所印的年份，随 --year 推移
    cover = f.Answers(key="cover", rows=[
        f.Field("name", "集群名称", f.Text(longest=60, none=False)),
        f.Field("unit", "填报单位", f.Name()),
        f.Line("联系人", [
            f.Field("person", "姓名", f.Text(longest=20)), f.Field("phone", "电话", f.Phone()),
        ]),
        f.Field("date", "填报日期", f.Day()),
    ])
    economy = f.Indicators(
        key="economy", corner="指标名称", over="近2年情况",
        years=[f.Year(year=before, label=f"{before}年"), f.Year(year=now, label=f"{now}年")],
        columns=[f.Column(key="growth", label="增幅（%）", kind=f.growth_rate(), computed=True)],
        rows=[
            f.Row("revenue", "营业收入（亿元）", YI, growth=f.Growth(
                f.answer(f"economy.revenue.{before}"), f.answer(f"economy.revenue.{now}"))),
            f.Row("firms", "企业数（家）", COUNT, growth=f.Growth(
                f.answer(f"economy.firms.{before}"), f.answer(f"economy.firms.{now}"))),
            f.Row("small", "其中：中小企业（家）", COUNT),
        ],
    )
    firms = f.Library(
        key="firms", title="企业名单", rows=options.rows or 100, resizable=True,
        identity=["name"],  # 哪几栏合起来不能重复
        columns=[
            f.Field("name", "企业名称", f.Name()),
            f.Field("level", "类别", f.Choice(options=("大型", "中型", "小型", "微型"))),
            f.Field("revenue", "营业收入（亿元）", YI),
        ],
    )
    report = f.Narrative(
        key="report", guidance=("包括发展现状、主要做法和下一步打算。",),
        field=f.Field("text", "发展情况（1500字以内）", f.LongText(limit=1500, boxes=2)),
    )
    return f.Workbook(
        id=ID, version="1", title="@TITLE@", options=options,
        sheets=[
            f.Sheet(key="cover", name="封面", title="@TITLE@", blocks=[cover]),
            f.Sheet(key="economy", name="一、主要指标", title="一、主要指标", blocks=[economy]),
            f.Sheet(key="firms", name="二、企业名单", title="二、企业名单", blocks=[firms]),
            f.Sheet(key="report", name="三、发展情况", title="三、发展情况", blocks=[report]),
        ],
        rules=[
            f.Rule(
                code="A01.small", level="error",
                holds=f.AtMost(f.answer(f"economy.small.{now}"), f.answer(f"economy.firms.{now}")),
                reason="中小企业是企业的一部分。", source="一、主要指标",
            ),
            f.Rule(
                code="A02.listed", level="explain",
                holds=f.AtMost(f.Total("firms.revenue"), f.answer(f"economy.revenue.{now}")),
                reason="所列企业的收入之和一般不超过集群营业收入，常见原因是单位填错。",
                source="一、主要指标，二、企业名单",
            ),
        ],
    )
'''
