"""Whether a spec contradicts itself: every fault at once, before anything is written from it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain

from clusterbook.errors import Error
from clusterbook.forms.expressions.nodes import (
    AnswerOf,
    ColumnIs,
    Expression,
    Known,
    Largest,
    LookUp,
    Middle,
    RowCount,
    RowsUntil,
    This,
    Total,
)
from clusterbook.forms.kinds import CELL_TEXT_LIMIT, Choice, Kind
from clusterbook.forms.kinds.faults import faults
from clusterbook.forms.rules import Rule
from clusterbook.forms.shortfalls import near, shortfalls
from clusterbook.forms.spec import Answers, Block, Field, Library, Workbook, leaves

_OVER_COLUMN = (Total, RowCount, RowsUntil, ColumnIs, Largest, Middle, LookUp, Known)
_KEY = re.compile(r"[a-z][a-z0-9_]*\Z")
# Excel: 31 characters, none of []:*?/\ , unique whatever the case.
_SHEET_NAME = re.compile(r"[^\[\]:*?/\\']{1,31}\Z")


class SpecError(Error, ValueError):
    """A spec that contradicts itself; ``faults`` holds every fault found."""

    def __init__(self, spec: str, found: list[str]) -> None:
        super().__init__(f"spec {spec!r}: " + "; ".join(found), form=spec, faults=found)
        self.faults = found


def check(workbook: Workbook) -> Workbook:
    """The workbook itself, or SpecError."""
    fields, nodes = _Fields(workbook), _Nodes()
    found = [*_sheet_faults(workbook), *_names(workbook), *_keys(fields), *_kinds(fields)]
    found += _circles(workbook)
    found += [*_references(fields, nodes), *_rule_faults(workbook), *_summary_faults(workbook)]
    found += [*_pledge_faults(workbook), *_without_formula(fields, nodes)]
    found += [*_part_faults(workbook), *_subtotal_faults(workbook)]
    found += shortfalls(workbook, nodes.naming)
    if found:
        raise SpecError(workbook.id, list(dict.fromkeys(found)))
    return workbook


class _Fields:
    """The fields of a form, block by block; the expressions of its rules, each made once."""

    def __init__(self, workbook: Workbook) -> None:
        self.workbook = workbook
        single: dict[int, list[Field]] = {}
        for block, asked in workbook.answers():
            single.setdefault(id(block), []).append(asked)
        self.blocks = [
            (block, [*leaves(block.columns)] if isinstance(block, Library)
             else single.get(id(block), []))
            for _, block in workbook.blocks()
        ]  # fmt: skip
        self.rules = tuple(_rule_expressions(workbook))


# An expression, its parts that name something, the classes of all its parts in their order.
_Parts = tuple[Expression, list[Expression], dict[type[Expression], None]]


class _Nodes:
    """What expressions are made of; several faults are looked for in each."""

    def __init__(self) -> None:
        self._known: dict[int, _Parts] = {}

    def naming(self, expression: Expression) -> list[Expression]:
        """Those parts of it that name an answer or a column."""
        return self._of(expression)[1]

    def classes(self, expression: Expression) -> Iterable[type[Expression]]:
        """Of which classes it has parts."""
        return self._of(expression)[2]

    def _of(self, expression: Expression) -> _Parts:
        """The expression itself first, which so lives as long as it is known by its address."""
        if id(expression) not in self._known:
            parts = list(expression.walk())
            naming = [node for node in parts if _names_something(type(node))]  # type: ignore[arg-type]
            self._known[id(expression)] = expression, naming, dict.fromkeys(map(type, parts))
        return self._known[id(expression)]


@cache
def _names_something(own: type[Expression]) -> bool:  # asked for each part of all expressions
    return issubclass(own, (AnswerOf, This, *_OVER_COLUMN))


def _subtotal_faults(workbook: Workbook) -> Iterator[str]:
    for key, library in workbook.libraries().items():
        if library.subtotals and (library.closed or not library.totals):
            yield f"{key}: only an open list with totals has subtotals"


def _part_faults(workbook: Workbook) -> Iterator[str]:
    """Sheets of one list that have not the same columns, or a list that is called like a block."""
    blocks = {block.key for _, block in workbook.blocks()}
    parts: dict[str, list[Library]] = {}
    for library in workbook.libraries().values():
        if library.part_of:
            parts.setdefault(library.part_of, []).append(library)
    for key, own in parts.items():
        if key in blocks or not _KEY.match(key):
            yield f"list {key!r} of several sheets needs a key of its own"
        if any(asked.key == "part" for asked in own[0].fields()):
            yield f"list {key!r} of several sheets cannot have a column 'part'"
        first = [(asked.key, asked.kind) for asked in own[0].fields()]
        for other in own[1:]:
            if [(asked.key, asked.kind) for asked in other.fields()] != first:
                yield f"{other.key}: is part of {key!r}, but has other columns than {own[0].key}"


def _sheet_faults(workbook: Workbook) -> Iterator[str]:
    """A form without sheets, and lists that do not stand on a sheet of their own."""
    if not workbook.sheets:
        yield "has no sheet"
    for sheet in workbook.sheets:
        lists = [block for block in sheet.blocks if isinstance(block, Library)]
        if not sheet.blocks:
            yield f"sheet {sheet.name!r} is empty"
        elif lists and len(sheet.blocks) > 1:
            yield f"sheet {sheet.name!r}: the list {lists[0].key!r} needs a sheet of its own"


def _circles(workbook: Workbook) -> Iterator[str]:
    """Answers that are worked out of themselves."""
    rests: dict[str, set[str]] = {}
    for block, asked in workbook.answers():
        if asked.computed is not None:
            nodes = asked.computed.walk()
            rests[f"{block.name}.{asked.name}"] = {n.key for n in nodes if isinstance(n, AnswerOf)}
    for key, direct in rests.items():
        seen: set[str] = set()
        ahead = set(direct)
        while ahead:
            one = ahead.pop()
            seen.add(one)
            ahead |= rests.get(one, set()) - seen
        if key in seen:
            yield f"{key}: is worked out of itself"


def _names(workbook: Workbook) -> Iterator[str]:
    for sheet in workbook.sheets:
        if not _SHEET_NAME.match(sheet.name):
            yield f"sheet name {sheet.name!r} is not allowed in Excel"
    for what, values in (
        ("sheet name", [s.name.casefold() for s in workbook.sheets]),
        ("sheet key", [s.key for s in workbook.sheets]),
    ):
        yield from (f"{what} {v!r} is used twice" for v, n in Counter(values).items() if n > 1)


def _keys(form: _Fields) -> Iterator[str]:
    seen: Counter[str] = Counter()
    for block, own in form.blocks:
        if not _KEY.match(block.key):
            yield f"block key {block.key!r} is not snake_case"
        fields = [*own]
        if isinstance(block, Library):
            fields += [Field(h.key, h.label, Choice(options=("",))) for h in block.headlines]
        for asked in fields:
            if not _KEY.match(asked.key):
                yield f"key {block.key}.{asked.key!r} is not snake_case"
            seen[f"{block.name}.{asked.name}"] += 1
    yield from (f"key {key!r} is used twice" for key, n in seen.items() if n > 1)


def _kinds(form: _Fields) -> Iterator[str]:
    seen: set[int] = set()
    for block, fields in form.blocks:
        by_key = {asked.key: asked for asked in fields}
        for asked in by_key.values():
            where = f"{block.key}.{asked.key}"
            kind = asked.kind
            if id(kind) not in seen:
                seen.add(id(kind))
                if lacks := [f"{where}: {fault}" for fault in faults(kind)]:
                    yield from lacks
                    continue
            for option in kind.options:
                if not option.strip() or len(option) > CELL_TEXT_LIMIT or "\n" in option:
                    yield f"{where}: {option!r} cannot stand in a drop-down list"
            if len(set(kind.options)) < len(kind.options):
                yield f"{where}: an option is given twice"
            if kind.within:
                yield from _cascade(where, kind, by_key)
            yield from _number_faults(where, kind)


def _number_faults(where: str, kind: Kind) -> Iterator[str]:
    low, high = kind.low, kind.high
    if low is not None and high is not None and low > high:
        yield f"{where}: nothing is at least {low:g} and at most {high:g}"
    elif kind.counts_none and not kind.holds(0):
        yield f"{where}: takes 无 as 0, which is not within its bounds"


def _cascade(where: str, kind: Kind, by_key: dict[str, Field]) -> Iterator[str]:
    parent = by_key.get(kind.within)
    if parent is None:
        yield f"{where}: depends on {kind.within!r}, which is not in the block"
        return
    groups = [parent for parent, _ in kind.pairs]
    changes = [p for i, p in enumerate(groups) if i == 0 or groups[i - 1] != p]
    if len(set(changes)) < len(changes):
        yield f"{where}: the options of one parent do not stand together"
    unknown = set(groups) - set(parent.kind.all_options or groups)
    if unknown:
        yield f"{where}: parents {sorted(unknown)} are not options of {kind.within!r}"


def _references(form: _Fields, nodes: _Nodes) -> Iterator[str]:
    workbook = form.workbook
    answers = {f"{block.name}.{asked.name}" for block, asked in workbook.answers()}
    columns = {
        f"{library.key}.{asked.key}"
        for library in workbook.libraries().values()
        for asked in library.fields()
    }
    own = {id(block): {asked.key for asked in fields} for block, fields in form.blocks}
    everywhere = (_expressions(form), form.rules, _summary_expressions(workbook))
    for where, block, expression in chain.from_iterable(everywhere):
        for node in nodes.naming(expression):
            if isinstance(node, AnswerOf) and node.key not in answers:
                yield f"{where}: no answer {node.key!r}{near(node.key, answers)}"
            elif isinstance(node, _OVER_COLUMN) and node.column not in columns:
                yield f"{where}: no column {node.column!r}{near(node.column, columns)}"
            elif isinstance(node, LookUp) and node.by not in columns:
                yield f"{where}: no column {node.by!r}"
            elif isinstance(node, This) and node.key not in own.get(id(block), ()):
                yield f"{where}: no column {node.key!r} in this library"


def _rule_faults(workbook: Workbook) -> Iterator[str]:
    """Rules with a code of their own, a level and a place to point at."""
    codes = Counter(rule.code for rule in workbook.rules)
    yield from (f"rule code {code!r} is used twice" for code, n in codes.items() if n > 1)
    for rule in workbook.rules:
        if rule.level not in ("error", "explain", "info"):
            yield f"rule {rule.code}: no level {rule.level!r}"
        if next(rule.places(), None) is None:
            yield f"rule {rule.code}: names no answer and no column"
        if not rule.reason or not rule.source:
            yield f"rule {rule.code}: a reason and a source are needed"
    yield from _beside_faults(workbook)
    yield from _group_faults(workbook, codes)


def _beside_faults(workbook: Workbook) -> Iterator[str]:
    """Rules that are explained in an answer which is none, or that nobody can explain there."""
    texts = {
        f"{block.name}.{asked.name}" for block, asked in workbook.answers()
        if asked.kind.dtype == "string" and (asked.kind.room or asked.kind.prose)
        and asked.computed is None
    }  # fmt: skip
    for rule in workbook.rules:
        if rule.explained_in and rule.explained_in not in texts:
            yield f"rule {rule.code}: explained in {rule.explained_in!r}, which is no text answer"
        if rule.explained_in and (rule.level != "explain" or rule.group or rule.library):
            yield f"rule {rule.code}: a reason beside a figure needs a question of its own about it"


def _group_faults(workbook: Workbook, codes: Counter[str]) -> Iterator[str]:
    """Groups whose rules differ in what their one line says of them."""
    members: dict[str, list[Rule]] = {}
    for rule in workbook.rules:
        if rule.group:
            members.setdefault(rule.group.key, []).append(rule)
    for key, rules in members.items():
        if key in codes:
            yield f"group {key}: a rule has this code"
        if len({(rule.group, rule.level, bool(rule.importer_only)) for rule in rules}) > 1:
            yield f"group {key}: its rules differ in title, level or where they run"
        group = rules[0].group
        if group and group.slips is not None and not rules[0].importer_only:
            yield f"group {key}: a workbook does not count slips"


def _expressions(form: _Fields) -> Iterator[tuple[str, Block, Expression]]:
    for block, fields in form.blocks:
        for asked in fields:
            for expression in (asked.computed, asked.when):
                if expression is not None:
                    yield f"{block.name}.{asked.name}", block, expression
        if isinstance(block, Library):
            extra = [h.of for h in block.headlines] + list(block.totals.values())
            extra += [of for line in block.subtotals for of in line.of.values()]
            lines = [key for line in block.subtotals for key in line.of]
            for expression in [*extra, *([block.head] if block.head else [])]:
                yield block.key, block, expression
            known = {asked.key for asked in block.fields()}
            for key in [*block.totals, *lines, *block.identity]:
                if key not in known:
                    yield f"{block.key}.{key}", block, This(key)


def _rule_expressions(workbook: Workbook) -> Iterator[tuple[str, Block, Expression]]:
    libraries = workbook.libraries()
    nowhere = Answers(key="rules", rows=())
    for rule in workbook.rules:
        if rule.library and rule.library not in libraries:
            yield rule.code, nowhere, This(rule.library)
            continue
        block = libraries.get(rule.library, nowhere)
        for expression in (rule.holds.violation, *rule.holds.sides):
            yield rule.code, block, expression


def _without_formula(form: _Fields, nodes: _Nodes) -> Iterator[str]:
    """Rules and fields that a workbook is to work out, of what no formula can."""
    of_rules = {rule.code for rule in form.workbook.rules if not rule.importer_only}
    live = (one for one in form.rules if one[0] in of_rules)
    found = {
        (where, own.__name__): None
        for where, _, expression in chain(_expressions(form), live)
        for own in nodes.classes(expression)
        if own.importer_only
    }
    yield from (f"{where}: {name} is for the importer only" for where, name in found)


def _summary_expressions(workbook: Workbook) -> Iterator[tuple[str, Block, Expression]]:
    for expression in workbook.summary.expressions() if workbook.summary else ():
        yield "summary", Answers(key="summary", rows=()), expression


def _pledge_faults(workbook: Workbook) -> Iterator[str]:
    """Targets and the figures held against them that are asked for no year."""
    asked = {f"{block.name}.{one.key}" for block, one in workbook.answers() if one.year is not None}
    for pledge in workbook.pledges:
        missing = dict.fromkeys(key for key in (pledge.target, pledge.actual) if key not in asked)
        yield from (f"pledge: no answer {key!r} of a year" for key in missing)


def _summary_faults(workbook: Workbook) -> Iterator[str]:
    """Answers, weights, libraries and columns of the summary that are not there."""
    summary = workbook.summary
    if summary is None:
        return
    answers = {f"{block.name}.{asked.name}" for block, asked in workbook.answers()}
    named = [summary.name, summary.city, summary.county, *(fact.key for fact in summary.facts)]
    for key in [*named, *([summary.industry] if summary.industry else [])]:
        if key not in answers:
            yield f"summary: no answer {key!r}"
    figures = Counter(figure.key for figure in summary.figures)
    yield from (f"summary: figure {key!r} is given twice" for key, n in figures.items() if n > 1)
    dated = {figure.key for figure in summary.figures if figure.before is not None}
    for figure in summary.figures:
        if figure.weight and figure.weight not in (figures if figure.before is None else dated):
            yield f"summary: no figure {figure.weight!r} of both years to weigh {figure.key!r} by"
    libraries = workbook.libraries()
    for roll in summary.rolls:
        columns = {column.key for column in roll.columns}
        for key in {roll.name, *filter(None, (roll.code, roll.amount))} - columns:
            yield f"summary: list {roll.key!r} has no column {key!r}"
        for source in roll.sources:
            library = libraries.get(source.library)
            own = {asked.key for asked in library.fields()} if library else set()
            yield from (f"summary: list {roll.key!r} has no column {key!r}"
                        for key in source.columns.keys() - columns)  # fmt: skip
            asked = (key for names in source.taken().values() for key in names)
            yield from (f"summary: no column {source.library}.{key}"
                        for key in asked if key not in own)  # fmt: skip
