"""A form with kinds of its own, as a province would write them: out of the public words alone."""

import re
from collections.abc import Sequence

from attrs import frozen

from clusterbook import forms as f


@frozen(kw_only=True)
class Score(f.Kind):
    """A score out of a hundred, by half points: 85.5分."""

    dtype = "number"
    name = "得分"
    width = 8.0
    full: float = 100.0
    none: bool = False

    @property
    def bounds(self) -> Sequence[f.Bound]:
        return [f.Low(0.0), f.High(self.full), f.Steps(0.5)]

    def interpret(self, raw: f.Raw, number_format: str) -> f.Reading:
        try:
            return f.Reading(float(raw.removesuffix("分") if isinstance(raw, str) else raw))
        except ValueError:
            return f.refuse("V201", value=str(raw))


@frozen(kw_only=True)
class Grade(f.Kind):
    """甲, 乙 or 丙, also typed as 甲等."""

    name = "等次"
    none: bool = False

    @property
    def bounds(self) -> Sequence[f.Bound]:
        return [f.OneOf(("甲", "乙", "丙"))]

    def interpret(self, raw: f.Raw, number_format: str) -> f.Reading:
        return f.Reading(str(raw).strip().removesuffix("等"))


@frozen
class CheckDigit(f.Bound):
    """The last digit is the sum of the others, without its tens."""

    def holds(self, value: str) -> bool:
        digits = [int(sign) for sign in value if sign.isdigit()]
        return bool(digits) and sum(digits[:-1]) % 10 == digits[-1]

    @property
    def words(self) -> str:
        return "末位为校验码"


@frozen(kw_only=True)
class Batch(f.Kind):
    """批次号: two letters and four digits, the last of which is a check digit."""

    name = "批次号"

    @property
    def bounds(self) -> Sequence[f.Bound]:
        return [f.Longest(6), f.Pattern("^[A-Z]{2}[0-9]{4}$", "两个字母加四位数字"), CheckDigit()]

    def interpret(self, raw: f.Raw, number_format: str) -> f.Reading:
        return f.Reading(str(raw).strip().upper())


@frozen(kw_only=True)
class Fields(f.Kind):
    """At most two of the printed fields, with whatever marks between them."""

    dtype = "list"
    name = "领域"

    @property
    def bounds(self) -> Sequence[f.Bound]:
        return [f.MostItems(2), f.EachOf(("纺织", "电子", "食品"))]

    def interpret(self, raw: f.Raw, number_format: str) -> f.Reading:
        return f.Reading(tuple(filter(None, re.split("[、，, ]", str(raw)))))


@frozen(kw_only=True)
class Approved(f.Month):
    """A month of the last two years; all else as of any month."""

    name = "批准年月"

    @property
    def bounds(self) -> Sequence[f.Bound]:
        return [f.Years(2024, 2025)]


@frozen(kw_only=True)
class Teams(f.Integer):
    """How many teams: an even number, as they come in pairs."""

    name = "组数"
    unit: str = "组"

    @property
    def bounds(self) -> Sequence[f.Bound]:
        return [*super().bounds, f.Steps(2.0)]


KINDS = {
    "score": ("得分", Score()), "grade": ("等次", Grade()), "batch": ("批次号", Batch()),
    "fields": ("领域", Fields()), "approved": ("批准年月", Approved()), "teams": ("组数", Teams()),
}  # fmt: skip


def workbook(options: f.Options) -> f.Workbook:
    asked = [f.Field(key, label, kind) for key, (label, kind) in KINDS.items()]
    head = f.Answers(key="head", rows=[f.Field("unit", "填报单位", f.Name()), *asked])
    projects = f.Library(
        key="projects", title="项目评分", rows=20, identity=["project"],
        columns=[f.Field("project", "项目", f.Text(longest=40)), *asked],
    )  # fmt: skip
    return f.Workbook(
        id="scores_form", version="1", title="评分表", options=options,
        sheets=[
            f.Sheet(key="head", name="一、总评", title="一、总评", blocks=[head]),
            f.Sheet(key="projects", name="二、项目", title="二、项目", blocks=[projects]),
        ],
        rules=[
            f.Rule(
                code="A01.passed", level="explain", reason="及格。", source="测试",
                holds=f.AtLeast(f.answer("head.score"), 60),
            ),
            f.Rule(
                code="A02.mean", level="explain", reason="总评不高于最高项。", source="测试",
                holds=f.AtMost(f.answer("head.score"), f.Largest("projects.score", 1)),
            ),
        ],
    )  # fmt: skip
