"""The Excel face of expressions: values and conditions as formulas of classic functions only."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from attrs import frozen

from clusterbook.forms.expressions.cells import DASH, Cells
from clusterbook.forms.expressions.excel_lists import GUARD, SHOWN, TRUTH, VALUE, ListFormulas
from clusterbook.forms.expressions.nodes import (
    AllOf,
    Among,
    AnswerOf,
    AnyOf,
    Arithmetic,
    Begins,
    Compare,
    Constant,
    Dash,
    EndsWith,
    Expression,
    Filled,
    Growth,
    ItemsIn,
    Joined,
    JoinFilled,
    Known,
    Length,
    MonthOf,
    Named,
    Not,
    Points,
    Rounded,
    Same,
    Says,
    SaysNone,
    Sentence,
    SumOf,
    SumOfKnown,
    This,
    Ticked,
    YearlyGrowth,
)
from clusterbook.forms.kinds import NONE
from clusterbook.forms.kinds.excel import (
    either,
    excel_day,
    excel_length,
    excel_month,
    quoted,
    replaced,
)

# What a box may hold for a tick: the sign of the list, and what people paste.
_TICKS = "☑☒√✓✔是"


def excel(expression: Expression, cells: Cells) -> str:
    """The formula text of a value, without '='. Classic functions only (Excel 2007, old WPS)."""
    return _Excel(cells).shown(expression)


def truth(expression: Expression, cells: Cells) -> str:
    """The formula text of a condition: 1 or 0, elementwise where ``cells`` gives ranges."""
    return _Excel(cells).truth(expression)


@frozen
class _Excel(ListFormulas):
    """Writes expressions as formulas; one method per class of expression.

    ``value`` is a number without regard to blanks, ``guards`` what must hold for it to exist. All
    of it works elementwise in an array formula: ``*`` and ``+`` instead of AND and OR.
    """

    # a value as a cell shows it

    def shown(self, node: Expression) -> str:
        """The value, or an empty text where there is none."""
        if SHOWN.has(node):
            return str(SHOWN(self, node))
        if TRUTH.has(node):
            return self.truth(node)
        guard = self.guard(node)
        return f'IF({guard},{self.value(node)},"")' if guard else self.value(node)

    @SHOWN.of(AnswerOf)
    def _show_answer(self, node: AnswerOf) -> str:
        return self.cells.answer(node.key)

    @SHOWN.of(This)
    def _show_this(self, node: This) -> str:
        return self.cells.this(node.key, node.shift)

    @SHOWN.of(Constant)
    def _show_constant(self, node: Constant) -> str:
        return self._value_constant(node)

    @SHOWN.of(Growth)
    def _show_growth(self, node: Growth) -> str:
        rate = f"ROUND({self._rate(node)},2)"
        known = self.both(node.base, node.now)
        return f'IF({known},IF({self.value(node.base)}<=0,"{DASH}",{rate}),"")'

    @SHOWN.of(YearlyGrowth)
    def _show_yearlygrowth(self, node: YearlyGrowth) -> str:
        base, now = self.value(node.base), self.value(node.now)
        known = self.both(node.base, node.now)
        rate = f"ROUND({self._yearly(node)},2)"
        return f'IF({known},IF(({base}<=0)+({now}<0)>0,"{DASH}",{rate}),"")'

    @SHOWN.of(Joined)
    def _show_joined(self, node: Joined) -> str:
        there = "*".join(map(self._whole, node.terms))
        terms = [self._leaf(t) if isinstance(t, AnswerOf | This) else self.shown(t)
                 for t in node.terms]  # fmt: skip
        return f'IF({there},{f"&{quoted(node.mark)}&".join(terms)},"")'

    def _whole(self, term: Expression) -> str:
        """Guard of a term of ``Joined``: a text that is there, or a number without decimals."""
        if isinstance(term, AnswerOf | This) and self.cells.kind(term.key).counts_none:
            leaf = self._leaf(term)
            return f"IF(ISNUMBER({leaf}),{leaf}=INT({leaf}),FALSE)"
        return f'(TRIM({self.shown(term)})<>"")'

    @SHOWN.of(JoinFilled)
    def _show_listed(self, node: JoinFilled) -> str:
        mark = quoted(node.mark)
        terms = [f"TRIM({self.shown(term)})" for term in node.terms]
        text = "&".join(f'IF({term}="","",{mark}&{term})' for term in terms)
        return f"MID({text},{len(node.mark) + 1},9999)"

    @SHOWN.of(Same)
    def _show_same(self, node: Same) -> str:
        address = self.shown(node.of)
        if isinstance(node.of, AnswerOf) and self.cells.kind(node.of.key).numeric:
            return f'IF({self.guard(node.of)},{self.value(node.of)},"")'
        return f'IF({address}="","",{address})'

    @SHOWN.of(Dash)
    def _show_dash(self, node: Dash) -> str:  # noqa: ARG002
        return quoted(DASH)

    @SHOWN.of(Sentence)
    def _show_sentence(self, node: Sentence) -> str:
        return "&".join(map(self.shown, node.pieces))

    # numbers

    def value(self, node: Expression) -> str:
        """A number, taken for granted that ``guard`` holds."""
        return str(VALUE(self, node))

    def guard(self, node: Expression) -> str:
        """Product of what must hold for ``value``; empty where nothing must."""
        return "*".join(dict.fromkeys(self.guards(node)))

    def both(self, *nodes: Expression) -> str:
        """The guard of several numbers together."""
        return "*".join(dict.fromkeys(g for node in nodes for g in self.guards(node))) or "1"

    def guards(self, node: Expression) -> Iterator[str]:
        """What must hold for ``value`` to be a number."""
        if GUARD.has(node):
            yield from GUARD(self, node)
            return
        for part in node.parts():
            yield from self.guards(part)

    @VALUE.of(Constant)
    def _value_constant(self, node: Constant) -> str:
        if isinstance(node.value, str):
            return quoted(node.value)
        # Not every program reads 1e-09.
        return format(Decimal(f"{node.value:.15g}"), "f")

    def _leaf(self, node: AnswerOf | This) -> str:
        """The number in a cell as the importer reads it: rounded, a declared 无 as 0."""
        address, kind = self.shown(node), self.cells.kind(node.key)
        number = address
        if kind.decimals is not None and not kind.whole:
            digits = str(kind.decimals)
            if kind.percent:
                # A share below one may lack its factor of 100: its digits are kept (rule P07).
                digits = f"IF(ABS({address})<1,{kind.decimals + 2},{kind.decimals})"
            number = f"ROUND({address},{digits})"
        return f'IF(TRIM({address})="{NONE}",0,{number})' if kind.counts_none else number

    @VALUE.of(AnswerOf)
    def _value_answer(self, node: AnswerOf) -> str:
        return self._leaf(node)

    @VALUE.of(This)
    def _value_this(self, node: This) -> str:
        return self._leaf(node)

    @GUARD.of(AnswerOf)
    def _guard_answer(self, node: AnswerOf) -> Iterator[str]:
        yield self._is_number(node)

    @GUARD.of(This)
    def _guard_this(self, node: This) -> Iterator[str]:
        yield self._is_number(node)

    def _is_number(self, node: AnswerOf | This) -> str:
        """A number that the importer would read: whole where the kind asks for whole ones."""
        address, kind = self.shown(node), self.cells.kind(node.key)
        none = f'TRIM({address})="{NONE}"' if kind.counts_none else "FALSE"
        if kind.whole:
            return f"IF(ISNUMBER({address}),INT({address})={address},{none})"
        return f"ISNUMBER({address})" if none == "FALSE" else f"IF(ISNUMBER({address}),TRUE,{none})"

    @VALUE.of(Same)
    def _value_same(self, node: Same) -> str:
        return self.value(node.of)

    @VALUE.of(Arithmetic)
    def _value_arithmetic(self, node: Arithmetic) -> str:
        return f"{self._operand(node.left)}{node.operator}{self._operand(node.right)}"

    def _operand(self, node: Expression) -> str:
        """In brackets, but for a number that stands for itself."""
        text = self.value(node)
        return text if isinstance(node, Constant) and text[:1].isdigit() else f"({text})"

    @GUARD.of(Arithmetic)
    def _guard_arithmetic(self, node: Arithmetic) -> Iterator[str]:
        yield from self.guards(node.left)
        yield from self.guards(node.right)
        if node.operator == "/" and not isinstance(node.right, Constant):
            # Nested, as a product would still divide by what is no number.
            known = self.guard(node.right) or "1"
            yield f"IF({known},({self.value(node.right)})<>0,FALSE)"

    @VALUE.of(SumOfKnown)
    def _value_sumofknown(self, node: SumOfKnown) -> str:
        return "+".join(f"IF({self.guard(one) or 1},{self.value(one)},0)" for one in node.terms)

    @GUARD.of(SumOfKnown)
    def _guard_sumofknown(self, node: SumOfKnown) -> Iterator[str]:
        known = "+".join(f"({self.guard(one) or 1})" for one in node.terms)
        yield f"({known}>0)"

    @VALUE.of(SumOf)
    def _value_sumof(self, node: SumOf) -> str:
        return f"ROUND({'+'.join(map(self.value, node.terms))},6)"

    def _term(self, node: Expression) -> str:
        """A number as part of a bigger formula."""
        return f"({self.value(node)})" if isinstance(node, Arithmetic) else self.value(node)

    def _rate(self, node: Growth) -> str:
        base, now = self._term(node.base), self._term(node.now)
        return f"({now}-{base})/{base}*100"

    @VALUE.of(Growth)
    def _value_growth(self, node: Growth) -> str:
        return f"ROUND({self._rate(node)},2)"

    @GUARD.of(Growth)
    def _guard_growth(self, node: Growth) -> Iterator[str]:
        known = self.both(node.base, node.now)
        yield f"IF({known},{self.value(node.base)}>0,FALSE)"

    @VALUE.of(Named)
    def _value_named(self, node: Named) -> str:
        return self._term(node.of)

    @VALUE.of(Rounded)
    def _value_rounded(self, node: Rounded) -> str:
        return f"ROUND({self.value(node.of)},{node.decimals})"

    @VALUE.of(Length)
    def _value_length(self, node: Length) -> str:
        one = isinstance(node.of, This)
        cells = (self.shown(node.of),) if one else self.cells.boxes(node.of.key)
        return f"({'+'.join(map(excel_length, cells))})"

    @GUARD.of(Length)
    def _guard_length(self, node: Length) -> Iterator[str]:  # noqa: ARG002
        return iter(())

    @VALUE.of(Points)
    def _value_points(self, node: Points) -> str:
        return f"ROUND({self._term(node.now)}-{self._term(node.base)},2)"

    def _yearly(self, node: YearlyGrowth) -> str:
        base, now = self._term(node.base), self._term(node.now)
        return f"(({now}/{base})^(1/{node.years})-1)*100"

    @VALUE.of(YearlyGrowth)
    def _value_yearlygrowth(self, node: YearlyGrowth) -> str:
        return f"ROUND({self._yearly(node)},2)"

    @GUARD.of(YearlyGrowth)
    def _guard_yearlygrowth(self, node: YearlyGrowth) -> Iterator[str]:
        base, now = self.value(node.base), self.value(node.now)
        yield f"IF({self.both(node.base, node.now)},({base}>0)*({now}>=0),FALSE)"

    @VALUE.of(MonthOf)
    def _value_monthof(self, node: MonthOf) -> str:
        text = self.shown(node.of)
        month, day = excel_month(text), excel_day(text)
        date = f"IF(ISNUMBER({month}),{month},{day})"
        return f"(YEAR({date})*12+MONTH({date}))"

    @GUARD.of(MonthOf)
    def _guard_monthof(self, node: MonthOf) -> Iterator[str]:
        text = self.shown(node.of)
        yield f"((ISNUMBER({excel_month(text)})+ISNUMBER({excel_day(text)}))>0)"

    @VALUE.of(ItemsIn)
    def _value_itemsin(self, node: ItemsIn) -> str:
        marks = ("，", ",", "；", ";", "/", "／", "|", "｜")
        text = replaced(self.shown(node.of), *((mark, "、") for mark in marks))
        text = f'SUBSTITUTE({text},CHAR(10),"、")'
        count = f'LEN({text})-LEN(SUBSTITUTE({text},"、",""))+1'
        return f'IF(TRIM({self.shown(node.of)})="{NONE}",0,{count})'

    @GUARD.of(ItemsIn)
    def _guard_itemsin(self, node: ItemsIn) -> Iterator[str]:
        yield f'(TRIM({self.shown(node.of)})<>"")'

    # conditions

    def truth(self, node: Expression) -> str:
        """1 where a condition holds, else 0."""
        return str(TRUTH(self, node))

    @TRUTH.of(Compare)
    def _truth_compare(self, node: Compare) -> str:
        if node.of_text:
            return f"(TRIM({self.shown(node.left)}){node.operator}{self.shown(node.right)})*1"
        return f"IF({self.both(node.left, node.right)},{self._compared(node)}*1,0)"

    def _compared(self, node: Compare) -> str:
        """The comparison of two numbers, taken for granted that they are there."""
        return f"({self.value(node.left)}{node.operator}{self.value(node.right)})"

    @TRUTH.of(Filled)
    def _truth_filled(self, node: Filled) -> str:
        text = f"TRIM({self.shown(node.of)})"
        if not isinstance(node.of, AnswerOf | This):
            return f'({text}<>"")*1*({text}<>"{NONE}")'
        kind = self.cells.kind(node.of.key)
        if node.readable and kind.numeric:
            return f"({self._is_number(node.of)})*1"
        none = "" if kind.counts_none else f'*({text}<>"{NONE}")'
        return f'({text}<>"")*1{none}'

    @TRUTH.of(SaysNone)
    def _truth_saysnone(self, node: SaysNone) -> str:
        return f'(TRIM({self.shown(node.of)})="{NONE}")*1'

    @TRUTH.of(Among)
    def _truth_among(self, node: Among) -> str:
        marks = ((mark, "、") for mark in ("，", ",", "；", ";", "/"))
        items = replaced(self.shown(node.items), *marks, (" ", ""))
        value = f"TRIM({self.shown(node.value)})"
        return f'ISNUMBER(FIND("、"&{value}&"、","、"&{items}&"、"))*({value}<>"")'

    @TRUTH.of(Known)
    def _truth_known(self, node: Known) -> str:
        return f"({self._matches(node.name, node.column)}>0)*1"

    @TRUTH.of(Says)
    def _truth_says(self, node: Says) -> str:
        text = replaced(self.shown(node.of), *((word, "") for word in node.without))
        return f"{either(*(f'ISNUMBER(FIND({quoted(word)},{text}))' for word in node.words))}*1"

    @TRUTH.of(EndsWith)
    def _truth_endswith(self, node: EndsWith) -> str:
        text = f"TRIM({self.shown(node.of)})"
        ends = (f"(RIGHT({text},{len(word)})={quoted(word)})" for word in node.words)
        return f"{either(*ends)}*1"

    @TRUTH.of(Begins)
    def _truth_begins(self, node: Begins) -> str:
        text = f"TRIM({self.shown(node.of)})"
        return f'ISNUMBER(FIND(LEFT({text},1),{quoted(node.signs)}))*({text}<>"")'

    @TRUTH.of(Ticked)
    def _truth_ticked(self, node: Ticked) -> str:
        text = f"TRIM({self.shown(node.of)})"
        return f'ISNUMBER(FIND({text},"{_TICKS}"))*({text}<>"")'

    @TRUTH.of(Not)
    def _truth_not(self, node: Not) -> str:
        return f"(1-{self.truth(node.condition)})"

    @TRUTH.of(AnyOf)
    def _truth_anyof(self, node: AnyOf) -> str:
        compares = [c for c in node.conditions if isinstance(c, Compare) and not c.of_text]
        known = {self.both(c.left, c.right) for c in compares}
        if len(compares) == len(node.conditions) and len(known) == 1:
            # One question, asked in two ways: its numbers are looked for once.
            return f"IF({known.pop()},{either(*map(self._compared, compares))}*1,0)"
        return f"(({'+'.join(map(self.truth, node.conditions))})>0)*1"

    @TRUTH.of(AllOf)
    def _truth_allof(self, node: AllOf) -> str:
        return f"({'*'.join(map(self.truth, node.conditions))})"
