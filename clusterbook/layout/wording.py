"""What the values of a rule are called, in the words of the printed form."""

from __future__ import annotations

from attrs import frozen

from clusterbook.forms.expressions.nodes import (
    AnswerOf,
    Arithmetic,
    ColumnIs,
    Constant,
    Expression,
    Growth,
    ItemsIn,
    Largest,
    LastPage,
    Length,
    LookUp,
    Middle,
    MonthOf,
    Named,
    Points,
    Rounded,
    RowCount,
    SumOf,
    SumOfKnown,
    This,
    Total,
    YearlyGrowth,
)
from clusterbook.forms.faces import Face
from clusterbook.forms.parsing.folding import to_text
from clusterbook.forms.rules import Rule
from clusterbook.layout.layout import Layout
from clusterbook.problems import short_label

_SIGNS = {"+": "＋", "-": "－", "*": "×", "/": "÷"}
_LARGE = 1e6  # above it a number is shown with two decimals, not rounded to digits


#: what a value is called in sentences
NAME = Face("name in sentences")


@frozen
class Wording:
    """Names of values, seen from the rows of ``library`` where a rule speaks of rows."""

    layout: Layout
    library: str

    def of(self, rule: Rule, lang: str = "zh") -> str:
        """The rule as a sentence without values, for the 校验 sheet and the list of rules."""
        return rule.holds.says(tuple(map(self.called, rule.holds.sides)), lang)

    def with_value(self, side: Expression, value: object) -> str:
        """«“集群营收 › 2025年”为190.2亿元»."""
        return self._with(side, value, "为{}")

    def against(self, side: Expression, value: object) -> str:
        """What it is held against: «“集群营收 › 2025年”的30%（57.06亿元）»."""
        return self._with(side, value, "（{}）")

    def _with(self, side: Expression, value: object, form: str) -> str:
        bare = side.of if isinstance(side, Named) else side
        name = self.called(side)
        if isinstance(bare, Constant):
            return name
        return name + form.format(f"{self.value(side, value)}{self.unit(side)}")

    def value(self, side: Expression, value: object) -> str:
        """A value as the sentence shows it."""
        if isinstance(side, Named):
            return self.value(side.of, value)
        if isinstance(side, MonthOf) and isinstance(value, float):
            months = int(value) - 1
            return f"{months // 12}-{months % 12 + 1:02d}"
        if isinstance(value, float):
            return f"{value:.2f}" if abs(value) >= _LARGE else f"{round(value, 4):.10g}"
        if isinstance(value, bool):
            return "是" if value else "否"
        if isinstance(value, tuple):
            return "、".join(map(str, value))
        return "空" if value is None else to_text(value)

    def unit(self, side: Expression) -> str:
        """The unit of a side, where it has one of its own."""
        if isinstance(side, Named):
            return side.unit or self.unit(side.of)
        if isinstance(side, Growth | YearlyGrowth):
            return "%"
        if isinstance(side, AnswerOf | This):
            return self._unit(side.key)
        if isinstance(side, Total | Largest | Middle | LookUp):
            return self._unit(side.column)
        if isinstance(side, SumOfKnown):
            return self.unit(side.terms[0])
        return ""

    def _unit(self, key: str) -> str:
        if key in self.layout.slots:
            return str(self.layout.slots[key][0].field.kind.unit)
        full = key if key in self.layout.columns else f"{self.library}.{key}"
        return str(self.layout.columns[full].field.kind.unit)

    def called(self, side: Expression) -> str:
        """The name of a value."""
        return str(NAME(self, side)) if NAME.has(side) else "计算值"

    @NAME.of(AnswerOf)
    def _answer(self, side: AnswerOf) -> str:
        return f"“{short_label(self.layout.slots[side.key][0].path)}”"

    @NAME.of(This)
    def _this(self, side: This) -> str:
        path = self.layout.columns[f"{self.library}.{side.key}"].path
        return f"{'下一行的' if side.shift else ''}“{short_label(path)}”"

    @NAME.of(Constant)
    def _constant(self, side: Constant) -> str:
        return str(side.value) if isinstance(side.value, str) else f"{side.value:g}"

    @NAME.of(Arithmetic)
    def _arithmetic(self, side: Arithmetic) -> str:
        return f"{self.called(side.left)}{_SIGNS[side.operator]}{self.called(side.right)}"

    @NAME.of(SumOf)
    def _sumof(self, side: SumOf) -> str:
        return "＋".join(map(self.called, side.terms))

    @NAME.of(SumOfKnown)
    def _sumofknown(self, side: SumOfKnown) -> str:
        return "＋".join(map(self.called, side.terms))

    def _column(self, key: str) -> str:
        column = self.layout.columns[key]
        return f"“{self.layout.sheet_of[key].name}”的{short_label(column.path)}"

    @NAME.of(Total)
    def _total(self, side: Total) -> str:
        conditions = "且".join(map(self._columnis, side.where))
        return f"{self._column(side.column)}{f'（{conditions}的）' if conditions else ''}合计"

    @NAME.of(Largest)
    def _largest(self, side: Largest) -> str:
        return f"{self._column(side.column)}第{side.rank}大值"

    @NAME.of(Middle)
    def _middle(self, side: Middle) -> str:
        return f"{self._column(side.column)}中位数"

    @NAME.of(LookUp)
    def _found(self, side: LookUp) -> str:
        return f"{self._column(side.column)}（同名）"

    @NAME.of(Growth)
    def _growth(self, side: Growth) -> str:
        return f"{self.called(side.now)}的增幅"

    @NAME.of(YearlyGrowth)
    def _yearlygrowth(self, side: YearlyGrowth) -> str:
        return f"{self.called(side.now)}的年均增速"

    @NAME.of(Points)
    def _points(self, side: Points) -> str:
        return f"{self.called(side.now)}的增减百分点"

    @NAME.of(Named)
    def _named(self, side: Named) -> str:
        return side.name

    @NAME.of(Rounded)
    def _rounded(self, side: Rounded) -> str:
        return self.called(side.of)

    @NAME.of(Length)
    def _length(self, side: Length) -> str:
        return f"{self.called(side.of)}的字数"

    @NAME.of(LastPage)
    def _lastpage(self, side: LastPage) -> str:
        return f"{self.called(side.of)}中的最大页码"

    @NAME.of(MonthOf)
    def _monthof(self, side: MonthOf) -> str:
        return self.called(side.of)

    @NAME.of(ItemsIn)
    def _itemsin(self, side: ItemsIn) -> str:
        return f"{self.called(side.of)}的项数"

    @NAME.of(RowCount)
    def _rows(self, side: RowCount) -> str:
        sheet = self.layout.sheet_of[side.column].name
        conditions = "且".join(map(self._columnis, side.where))
        return f"“{sheet}”中{conditions}的行数" if conditions else f"“{sheet}”的行数"

    @NAME.of(ColumnIs)
    def _columnis(self, side: ColumnIs) -> str:
        verb = "以" if side.begins else "含" if side.part else "为"
        path = short_label(self.layout.columns[side.column].path)
        return f"{path}{verb}{'或'.join(side.options)}{'开头' if side.begins else ''}"
