"""What a form has too little of, and texts where a rule or a sum is to reckon with figures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from clusterbook.forms.expressions.nodes import AnswerOf, Expression, Total
from clusterbook.forms.kinds import Choice, Kind
from clusterbook.forms.rules import Above, AtLeast, AtMost, Between
from clusterbook.forms.spec import Block, Indicators, Library, Workbook, block_fields, leaves

_FIGURES = (AtMost, AtLeast, Above, Between)
_NO_FIGURES = ("string", "list", "pages", "boolean")


# The parts of an expression that name an answer or a column.
Naming = Callable[[Expression], Iterable[Expression]]


def shortfalls(workbook: Workbook, naming: Naming) -> Iterator[str]:
    """Every such fault, each with its place."""
    version: object = workbook.version  # a form of others may say anything
    if not (isinstance(version, str) and version):
        yield f'version {version!r} is no text, as "1" is'
    for _, block in workbook.blocks():
        yield from _of_block(block)
    yield from _sums(workbook, naming)
    yield from _sides(workbook)


def _of_block(block: Block) -> Iterator[str]:
    if isinstance(block, Library):
        if not block.columns:
            yield f"{block.key}: the list has no columns"
        rows: object = block.rows
        if not (isinstance(rows, int) and rows >= 1):
            yield f"{block.key}: rows is {rows!r}, a list has one at least"
        fields = list(leaves(block.columns))
    else:
        if isinstance(block, Indicators) and not block.rows:
            yield f"{block.key}: the table has no rows"
        if isinstance(block, Indicators) and not (block.years or block.columns):
            yield f"{block.key}: the table has neither years nor columns"
        fields = list(block_fields(block))
    for asked in {one.key: one for one in fields}.values():
        if type(asked.kind) is Choice and not asked.kind.options:  # not one that depends
            yield f"{block.key}.{asked.key}: a Choice without options"


def _sums(workbook: Workbook, naming: Naming) -> Iterator[str]:
    """Sums in rules over columns that hold no numbers."""
    columns = {
        f"{library.key}.{asked.key}": asked.kind
        for library in workbook.libraries().values()
        for asked in library.fields()
    }
    for rule in workbook.rules:
        for expression in rule.holds.sides:
            for node in naming(expression):
                if isinstance(node, Total):
                    yield from _text(rule.code, node.column, columns)


def _sides(workbook: Workbook) -> Iterator[str]:
    """Relations of figures that name an answer in words."""
    answers = {f"{block.name}.{asked.name}": asked.kind for block, asked in workbook.answers()}
    for rule in workbook.rules:
        for side in rule.holds.sides if isinstance(rule.holds, _FIGURES) else ():
            if isinstance(side, AnswerOf):
                yield from _text(rule.code, side.key, answers)


def _text(where: str, key: str, kinds: Mapping[str, Kind]) -> Iterator[str]:
    kind = kinds.get(key)
    if kind is not None and kind.dtype in _NO_FIGURES:
        yield f"{where}: {key!r} holds no number ({type(kind).__name__})"


def near(key: str, known: set[str]) -> str:
    """The keys that may be meant by one that is not there, as the end of a sentence."""
    from difflib import get_close_matches  # noqa: PLC0415 - for a form with a fault

    found = get_close_matches(key, sorted(known), 1)
    found += [one for one in sorted(known) if one.startswith(f"{key}.")][:2]
    return f" (perhaps {' or '.join(map(repr, dict.fromkeys(found)))})" if found else ""
