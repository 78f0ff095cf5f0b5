"""What a form is: kinds of answers, blocks, expressions, rules; finding and checking forms.

A spec takes all of its words from here: ``from clusterbook import forms as f``, then ``f.Library``,
``f.Number``, ``f.AtMost``. Nothing is loaded before it is named.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from clusterbook.forms.expressions.nodes import AllOf as AllOf
    from clusterbook.forms.expressions.nodes import Among as Among
    from clusterbook.forms.expressions.nodes import AnswerOf as AnswerOf
    from clusterbook.forms.expressions.nodes import AnyOf as AnyOf
    from clusterbook.forms.expressions.nodes import Arithmetic as Arithmetic
    from clusterbook.forms.expressions.nodes import Begins as Begins
    from clusterbook.forms.expressions.nodes import ColumnIs as ColumnIs
    from clusterbook.forms.expressions.nodes import Compare as Compare
    from clusterbook.forms.expressions.nodes import Constant as Constant
    from clusterbook.forms.expressions.nodes import Dash as Dash
    from clusterbook.forms.expressions.nodes import EndsWith as EndsWith
    from clusterbook.forms.expressions.nodes import Expression as Expression
    from clusterbook.forms.expressions.nodes import Filled as Filled
    from clusterbook.forms.expressions.nodes import Growth as Growth
    from clusterbook.forms.expressions.nodes import ItemsIn as ItemsIn
    from clusterbook.forms.expressions.nodes import Joined as Joined
    from clusterbook.forms.expressions.nodes import JoinFilled as JoinFilled
    from clusterbook.forms.expressions.nodes import Known as Known
    from clusterbook.forms.expressions.nodes import Largest as Largest
    from clusterbook.forms.expressions.nodes import LastPage as LastPage
    from clusterbook.forms.expressions.nodes import Length as Length
    from clusterbook.forms.expressions.nodes import LookUp as LookUp
    from clusterbook.forms.expressions.nodes import Middle as Middle
    from clusterbook.forms.expressions.nodes import MonthOf as MonthOf
    from clusterbook.forms.expressions.nodes import Named as Named
    from clusterbook.forms.expressions.nodes import Not as Not
    from clusterbook.forms.expressions.nodes import Points as Points
    from clusterbook.forms.expressions.nodes import Rounded as Rounded
    from clusterbook.forms.expressions.nodes import RowCount as RowCount
    from clusterbook.forms.expressions.nodes import RowsUntil as RowsUntil
    from clusterbook.forms.expressions.nodes import Same as Same
    from clusterbook.forms.expressions.nodes import Says as Says
    from clusterbook.forms.expressions.nodes import SaysNone as SaysNone
    from clusterbook.forms.expressions.nodes import Sentence as Sentence
    from clusterbook.forms.expressions.nodes import Sharing as Sharing
    from clusterbook.forms.expressions.nodes import SumOf as SumOf
    from clusterbook.forms.expressions.nodes import SumOfKnown as SumOfKnown
    from clusterbook.forms.expressions.nodes import This as This
    from clusterbook.forms.expressions.nodes import Ticked as Ticked
    from clusterbook.forms.expressions.nodes import Total as Total
    from clusterbook.forms.expressions.nodes import YearlyGrowth as YearlyGrowth
    from clusterbook.forms.expressions.nodes import answer as answer
    from clusterbook.forms.expressions.nodes import begins_with as begins_with
    from clusterbook.forms.expressions.nodes import contains as contains
    from clusterbook.forms.expressions.nodes import is_one_of as is_one_of
    from clusterbook.forms.expressions.nodes import lift as lift
    from clusterbook.forms.expressions.nodes import sentence as sentence
    from clusterbook.forms.expressions.nodes import this as this
    from clusterbook.forms.kinds import NONE as NONE
    from clusterbook.forms.kinds import Bound as Bound
    from clusterbook.forms.kinds import Choice as Choice
    from clusterbook.forms.kinds import CreditCode as CreditCode
    from clusterbook.forms.kinds import Day as Day
    from clusterbook.forms.kinds import DependentChoice as DependentChoice
    from clusterbook.forms.kinds import EachOf as EachOf
    from clusterbook.forms.kinds import FourPart as FourPart
    from clusterbook.forms.kinds import High as High
    from clusterbook.forms.kinds import Integer as Integer
    from clusterbook.forms.kinds import Items as Items
    from clusterbook.forms.kinds import Kind as Kind
    from clusterbook.forms.kinds import Longest as Longest
    from clusterbook.forms.kinds import LongText as LongText
    from clusterbook.forms.kinds import Low as Low
    from clusterbook.forms.kinds import Month as Month
    from clusterbook.forms.kinds import MostItems as MostItems
    from clusterbook.forms.kinds import Name as Name
    from clusterbook.forms.kinds import Number as Number
    from clusterbook.forms.kinds import Offer as Offer
    from clusterbook.forms.kinds import OneOf as OneOf
    from clusterbook.forms.kinds import Pages as Pages
    from clusterbook.forms.kinds import Pattern as Pattern
    from clusterbook.forms.kinds import Percent as Percent
    from clusterbook.forms.kinds import Period as Period
    from clusterbook.forms.kinds import Phone as Phone
    from clusterbook.forms.kinds import Raw as Raw
    from clusterbook.forms.kinds import Reading as Reading
    from clusterbook.forms.kinds import Reduction as Reduction
    from clusterbook.forms.kinds import Steps as Steps
    from clusterbook.forms.kinds import Text as Text
    from clusterbook.forms.kinds import Tick as Tick
    from clusterbook.forms.kinds import Whole as Whole
    from clusterbook.forms.kinds import Years as Years
    from clusterbook.forms.kinds import YesNo as YesNo
    from clusterbook.forms.kinds import growth_rate as growth_rate
    from clusterbook.forms.kinds import refuse as refuse
    from clusterbook.forms.options import OptionError as OptionError
    from clusterbook.forms.options import Options as Options
    from clusterbook.forms.relation_tables import EquationError as EquationError
    from clusterbook.forms.relation_tables import equations as equations
    from clusterbook.forms.rules import COUNT as COUNT
    from clusterbook.forms.rules import ERROR as ERROR
    from clusterbook.forms.rules import EXPLAIN as EXPLAIN
    from clusterbook.forms.rules import INFO as INFO
    from clusterbook.forms.rules import Above as Above
    from clusterbook.forms.rules import AtLeast as AtLeast
    from clusterbook.forms.rules import AtMost as AtMost
    from clusterbook.forms.rules import Between as Between
    from clusterbook.forms.rules import Equal as Equal
    from clusterbook.forms.rules import Must as Must
    from clusterbook.forms.rules import NearEither as NearEither
    from clusterbook.forms.rules import Never as Never
    from clusterbook.forms.rules import Relation as Relation
    from clusterbook.forms.rules import Rule as Rule
    from clusterbook.forms.rules import RuleGroup as RuleGroup
    from clusterbook.forms.rules import Steady as Steady
    from clusterbook.forms.rules import When as When
    from clusterbook.forms.spec import MONTHLY as MONTHLY
    from clusterbook.forms.spec import QUARTERLY as QUARTERLY
    from clusterbook.forms.spec import Answers as Answers
    from clusterbook.forms.spec import Block as Block
    from clusterbook.forms.spec import Checklist as Checklist
    from clusterbook.forms.spec import Correction as Correction
    from clusterbook.forms.spec import Field as Field
    from clusterbook.forms.spec import Group as Group
    from clusterbook.forms.spec import Headline as Headline
    from clusterbook.forms.spec import Indicators as Indicators
    from clusterbook.forms.spec import Library as Library
    from clusterbook.forms.spec import Line as Line
    from clusterbook.forms.spec import Narrative as Narrative
    from clusterbook.forms.spec import Note as Note
    from clusterbook.forms.spec import Pledge as Pledge
    from clusterbook.forms.spec import Proof as Proof
    from clusterbook.forms.spec import Row as Row
    from clusterbook.forms.spec import Sheet as Sheet
    from clusterbook.forms.spec import Signature as Signature
    from clusterbook.forms.spec import Subtotal as Subtotal
    from clusterbook.forms.spec import Workbook as Workbook
    from clusterbook.forms.spec import block_fields as block_fields
    from clusterbook.forms.spec import leaves as leaves
    from clusterbook.forms.summary_spec import Demand as Demand
    from clusterbook.forms.summary_spec import Fact as Fact
    from clusterbook.forms.summary_spec import Figure as Figure
    from clusterbook.forms.summary_spec import Roll as Roll
    from clusterbook.forms.summary_spec import RollColumn as RollColumn
    from clusterbook.forms.summary_spec import Source as Source
    from clusterbook.forms.summary_spec import Summary as Summary
    from clusterbook.forms.table_columns import Column as Column
    from clusterbook.forms.table_columns import Fixed as Fixed
    from clusterbook.forms.table_columns import Measure as Measure
    from clusterbook.forms.table_columns import Months as Months
    from clusterbook.forms.table_columns import Quarter as Quarter
    from clusterbook.forms.table_columns import Year as Year

# Where each word is at home.
_HOMES = {
    "spec": (
        "Block Checklist Correction Field Answers Group Headline Indicators Library "
        "Line MONTHLY Narrative Note Pledge Proof QUARTERLY Row Sheet Signature Subtotal Workbook "
        "block_fields leaves "
    ),
    "kinds": (
        "Bound Choice CreditCode Day DependentChoice EachOf FourPart High Integer Items Kind "
        "LongText Longest Low Month MostItems NONE Name Number Offer OneOf Pages Pattern "
        "Percent Period Phone Raw Reading Reduction Steps Text Tick Whole Years YesNo "
        "growth_rate refuse "
    ),
    "rules": (
        "Above AtLeast AtMost Between COUNT ERROR EXPLAIN Equal INFO Must NearEither Never "
        "Relation Rule RuleGroup Steady When "
    ),
    "expressions.nodes": (
        "AllOf Among AnswerOf AnyOf Arithmetic Begins ColumnIs Compare Constant Dash "
        "EndsWith Expression Filled LookUp Growth ItemsIn Joined Known Largest LastPage "
        "Length JoinFilled Middle MonthOf Named Not Points Rounded RowCount RowsUntil Same Says "
        "SaysNone Sentence Sharing SumOf SumOfKnown This Ticked Total YearlyGrowth answer "
        "begins_with contains is_one_of lift sentence this "
    ),
    "relation_tables": ("EquationError equations "),
    "options": ("OptionError Options "),
    "table_columns": ("Column Fixed Measure Months Quarter Year "),
    "summary_spec": ("Demand Fact Figure Roll RollColumn Source Summary "),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"there is no word {name!r} for forms")
    found = getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(_HOME_OF)
