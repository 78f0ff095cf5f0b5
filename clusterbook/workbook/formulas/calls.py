"""Functions and choices as parts of a formula, each with what Excel makes of its arguments."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from clusterbook.workbook.formulas.columns import choice, lifted
from clusterbook.workbook.formulas.criteria import Candidates
from clusterbook.workbook.formulas.functions import (
    AGGREGATES,
    ANY,
    FUNCTIONS,
    LONGEST_CRITERION,
    TEXT_FORMATS,
    Aggregate,
    Function,
    L,
    N,
    T,
    numbers_of,
    place_among,
    ranked,
    sum_at,
    sum_of_products,
    swapped,
)
from clusterbook.workbook.formulas.parts import (
    _ENDLESS,
    ARRAY,
    PLAIN,
    PRODUCT,
    FormulaFault,
    FormulaPart,
    Run,
    _joined,
    _lengths,
    _values,
    applied,
    fixed,
    needing,
    remembered,
    require,
)
from clusterbook.workbook.formulas.values import REF, Array, ExcelError, as_number, as_truth

_ESCAPES = {("~", "~~"): 1, ("*", "~*"): 2, ("?", "~?"): 4}


_ALL_ESCAPED = 7


_WILD = re.compile(r"(?<!~)[*?]")


def call_of(name: str, arguments: list[FormulaPart]) -> FormulaPart:
    """A function with its arguments."""
    special = _SPECIAL.get(name)
    if special is not None:
        (least, most), make = special
        require(least <= len(arguments) <= most, f"{name}: number of arguments")
        part: FormulaPart = make(name, arguments)
        return part
    if name in AGGREGATES:
        return _aggregate(name, AGGREGATES[name], arguments)
    require(name in FUNCTIONS, f"{name} is not among the functions known here")
    function = FUNCTIONS[name]
    require(function.least <= len(arguments) <= function.most, f"{name}: number of arguments")
    if name == "TEXT":
        require(arguments[1].constant in TEXT_FORMATS, "TEXT with a format that is not known here")
    if name == "CHAR" and arguments[0].constant is not None:
        return fixed(function.call(arguments[0].constant), function.gives)
    if name == "SUBSTITUTE":
        return _substitute(function, arguments)
    part = applied(function.call, arguments, function.gives)
    part.escapes = arguments[0].escapes
    if name == "HYPERLINK":
        part.kinds, part.escapes = arguments[1].kinds, 0
    elif name == "LEFT":
        cut = arguments[1].constant if len(arguments) > 1 else 1.0
        part.longest = min(arguments[0].longest, cut if isinstance(cut, float) else _ENDLESS)
    return part


def _substitute(function: Function, arguments: list[FormulaPart]) -> FormulaPart:
    """SUBSTITUTE; one in another and so on, which our formulas are full of, are one pass."""
    within, old, new = arguments
    swap = old.constant, new.constant
    if swap[0] and type(swap[0]) is type(swap[1]) is str:
        base, before = within.swapped or (within, ())
        swaps = (*before, swap)
        part = applied(swapped, [base, fixed(swaps, T)], T)
        part.swapped = base, swaps
    else:
        part = applied(function.call, arguments, T)
    part.escapes = within.escapes | _ESCAPES.get(swap, 0)
    return part


def _several(name: str, parts: Sequence[FormulaPart]) -> int:
    """What is needed to hand values on to a function that takes ranges as they stand."""
    for part in parts:
        require(not (part.array and part.kinds == L), f"{name} passes over logicals in arrays")
    return max(part.needs for part in parts)


def _aggregate(name: str, aggregate: Aggregate, arguments: list[FormulaPart]) -> FormulaPart:
    require(arguments, f"{name}: number of arguments")
    needs, values = _several(name, arguments), _values(arguments)
    call, counts = aggregate.call, aggregate.counts

    def run(blocks: Sequence[Any], at: int) -> Any:
        numbers = numbers_of(values(blocks, at), counts=counts)
        return numbers if isinstance(numbers, ExcelError) else call(numbers)

    return _joined(run, arguments, N, needs=needs)


def _sumproduct(name: str, arguments: list[FormulaPart]) -> FormulaPart:
    require(not any(part.kinds == L for part in arguments), "SUMPRODUCT takes logicals for 0")
    needs, values = _several(name, arguments), _values(arguments)
    needs = PLAIN if needs == PRODUCT else needs
    return _joined(lambda b, at: sum_of_products(values(b, at)), arguments, N, needs=needs)


def _if(_: str, arguments: list[FormulaPart]) -> FormulaPart:
    test, yes = arguments[:2]
    no = arguments[2] if len(arguments) > 2 else _NO  # noqa: PLR2004
    require(test.kinds != T, "IF of a text")
    kinds = yes.kinds | no.kinds
    array = test.array or yes.array or no.array
    needs = max(part.needs for part in (test, yes, no))
    if test.array:
        part = applied(choice, [test, yes, no], kinds)
        return needing(part, ARRAY)
    runs, starts = [yes.run, no.run], _lengths([test, yes, no])
    first, second = starts[1], starts[2]
    asked = test.run

    def run(blocks: Sequence[Any], at: int) -> Any:
        truth = asked(blocks, at)
        if type(truth) is not bool:
            truth = as_truth(truth)
        if truth is True:
            return runs[0](blocks, at + first)
        return runs[1](blocks, at + second) if truth is False else truth

    longest = max(yes.longest, no.longest)
    needs = max(needs, PRODUCT) if array else needs
    return _joined(run, [test, yes, no], kinds, array=array, needs=needs, longest=longest,
                   escapes=yes.escapes & no.escapes)  # fmt: skip


_NO = FormulaPart(lambda _b, _a: False, L)


def _iferror(_: str, arguments: list[FormulaPart]) -> FormulaPart:
    part = applied(_unless_error, arguments, arguments[0].kinds | arguments[1].kinds)
    return needing(part, ARRAY) if part.array else part


def _unless_error(value: Any, other: Any) -> Any:
    return other if isinstance(value, ExcelError) else value


def _connective(name: str, arguments: list[FormulaPart]) -> FormulaPart:
    require(not any(part.kinds == T for part in arguments), f"{name} of a text")
    require(not any(p.array for p in arguments), f"{name} makes one value of a whole range")
    wanted, values = name == "OR", _values(arguments)

    def run(blocks: Sequence[Any], at: int) -> Any:
        truths = [as_truth(value) for value in values(blocks, at)]
        wrong = next((one for one in truths if isinstance(one, ExcelError)), None)
        return wrong or (any(truths) if wanted else all(truths))

    return _joined(run, arguments, L)


def _range(name: str, part: FormulaPart) -> Run:
    """Where a part is, or that it is nowhere."""
    if part.where is None:
        raise FormulaFault(f"{name} of what is no range")
    return part.where


def _place(name: str, part: FormulaPart) -> Run:
    """Where a part is; it has to be somewhere."""
    where = _range(name, part)
    if not part.roams:
        return where

    def found(blocks: Sequence[Any], at: int) -> Any:
        block = where(blocks, at)
        if isinstance(block, ExcelError):  # of which programs make different things
            raise FormulaFault(f"{name} of a place that there is not")
        return block

    return found


def _position(name: str, arguments: list[FormulaPart]) -> FormulaPart:
    where, along = _place(name, arguments[0]), name == "ROW"

    def run(blocks: Sequence[Any], at: int) -> Any:
        block = where(blocks, at)
        first = (block.row if along else block.col) + 1
        if block.single:
            return float(first)
        rows, cols = block.height, block.width
        numbers = [float(first + (r if along else c)) for r in range(rows) for c in range(cols)]
        return Array(numbers, None, rows, cols)

    array = arguments[0].array
    needs = PRODUCT if array else PLAIN
    part = _joined(run, arguments, N, array=array, needs=needs, placed=True)
    return remembered(_asked_where(part, arguments[0]))


def _rows(name: str, arguments: list[FormulaPart]) -> FormulaPart:
    where = _place(name, arguments[0])
    part = _joined(lambda b, at: float(where(b, at).height), arguments, N)
    return _asked_where(part, arguments[0])


def _asked_where(part: FormulaPart, area: FormulaPart) -> FormulaPart:
    """A part that asks where its first operand is, and not what it holds."""
    part.unread |= (1 << area.count) - 1
    return part


def _index(name: str, arguments: list[FormulaPart]) -> FormulaPart:
    area, values = _place(name, arguments[0]), _values(arguments[1:])
    shift = arguments[0].count
    needs = max(part.needs for part in arguments[1:])
    if any(part.array for part in arguments[1:]):
        raise FormulaFault("INDEX takes one place at a time")

    def where(blocks: Sequence[Any], at: int) -> Any:
        block = area(blocks, at)
        found = _within(block, values(blocks, at + shift))
        return found if isinstance(found, ExcelError) else block.moved(*found, 1, 1)

    def run(blocks: Sequence[Any], at: int) -> Any:
        block = area(blocks, at)
        found = _within(block, values(blocks, at + shift))
        return found if isinstance(found, ExcelError) else block.array().at(*found)

    part = _at(where, arguments, needs=needs)
    if not arguments[0].roams:
        # What stands in the range is at hand: others read it whole, and most ask for much of it.
        part.run, part.unread = run, part.unread & ~((1 << shift) - 1)
    return part


def _within(block: Any, numbers: Sequence[Any]) -> tuple[int, int] | ExcelError:
    """The row and column in a range that INDEX asks for, counted from 0."""
    numbers = [one if type(one) is float else as_number(one) for one in numbers]
    for number in numbers:
        if isinstance(number, ExcelError):
            return number
    if len(numbers) > 1:
        row, col = numbers
    else:
        row, col = (1.0, numbers[0]) if block.height == 1 else (numbers[0], 1.0)
    if 1 <= row <= block.height and 1 <= col <= block.width:
        return int(row) - 1, int(col) - 1
    return REF


def _offset(name: str, arguments: list[FormulaPart]) -> FormulaPart:
    area, values = _range(name, arguments[0]), _values(arguments[1:])
    shift = arguments[0].count

    def where(blocks: Sequence[Any], at: int) -> Any:
        block = area(blocks, at)
        numbers = [as_number(value) for value in values(blocks, at + shift)]
        wrong = next((one for one in numbers if isinstance(one, ExcelError)), None)
        if wrong or isinstance(block, ExcelError):
            return wrong or block
        rows, cols, height, width = (int(number) for number in numbers)  # type: ignore[arg-type]
        moved = block.moved(rows, cols, height, width) if height > 0 and width > 0 else None
        return moved or REF

    needs = max(part.needs for part in arguments[1:])
    return _at(where, arguments, needs=needs, array=True)


def _at(where: Run, parts: Sequence[FormulaPart], **more: Any) -> FormulaPart:
    """A part that is a place: its value is what stands there."""

    def run(blocks: Sequence[Any], at: int) -> Any:
        block = where(blocks, at)
        if isinstance(block, ExcelError):
            return block
        return block.value() if block.single else block.array()

    part = _joined(run, parts, ANY, where=where, placed=True, roams=True, **more)
    return _asked_where(part, parts[0])


def _bounded(name: str, part: FormulaPart) -> None:
    """A criterion that a person's text cannot break: ours, a number, or escaped and cut."""
    if isinstance(part.constant, str):
        require(not _WILD.search(part.constant), f"{name} with a wildcard")
    if part.typed and part.kinds != N:
        cut = part.longest <= LONGEST_CRITERION
        require(cut, f"{name} with a criterion of more than 255 characters")
        escaped = part.escapes == _ALL_ESCAPED
        require(escaped, f"{name} with a criterion in which * ? ~ are not escaped")


def _listed(block: Any) -> Candidates:
    """The values of a range, ready for criteria; for as long as it holds them."""
    array = block.array()
    if array.listed is None:
        array.listed = Candidates(array)
    listed: Candidates = array.listed
    return listed


def _match(name: str, arguments: list[FormulaPart]) -> FormulaPart:
    wanted, area, exact = arguments
    require(exact.constant == 0.0, "MATCH other than exact")
    _bounded(name, wanted)
    run_wanted, shift = wanted.run, wanted.count
    where, made = area.where and _place(name, area), area.run

    def run(blocks: Sequence[Any], at: int) -> Any:
        if where is not None:
            listed = _listed(where(blocks, at + shift))
        else:
            listed = Candidates(made(blocks, at + shift))
        return lifted(listed.match, [run_wanted(blocks, at)])

    require(area.array, "MATCH in what is no range")
    needs = max(wanted.needs, PRODUCT if wanted.array else PLAIN)
    needs = max(needs, ARRAY if where is None else PLAIN)
    return _joined(run, arguments, N, array=wanted.array, needs=needs)


def _counted(name: str, arguments: list[FormulaPart]) -> FormulaPart:
    """COUNTIF, COUNTIFS, SUMIF, SUMIFS: pairs of ranges and criteria, and what is summed."""
    summed = {"SUMIF": 2, "SUMIFS": 0}.get(name)
    at_pairs = [n for n in range(len(arguments)) if n != summed]
    require(len(at_pairs) % 2 == 0, f"{name}: number of arguments")
    starts = _lengths(arguments)
    areas = [(_place(name, arguments[n]), starts[n]) for n in at_pairs[::2]]
    criteria = [(arguments[n].run, starts[n]) for n in at_pairs[1::2]]
    numbers = (_place(name, arguments[summed]), starts[summed]) if summed is not None else None
    asked = [arguments[n] for n in at_pairs[1::2]]
    for part in asked:
        _bounded(name, part)

    def of_one(blocks: Sequence[Any], at: int) -> Any:
        (where, start), (ask, at_ask) = areas[0], criteria[0]
        listed = _listed(where(blocks, at + start))
        meeting: Callable[[Any], Any] = listed.count
        if numbers:
            meeting = partial(listed.total, numbers[0](blocks, at + numbers[1]).array())
        criterion = ask(blocks, at + at_ask)
        return meeting(criterion) if type(criterion) is not Array else lifted(meeting, [criterion])

    def of_several(blocks: Sequence[Any], at: int) -> Any:
        listed = [_listed(where(blocks, at + start)) for where, start in areas]
        summed_up = numbers[0](blocks, at + numbers[1]).array() if numbers else None

        def count(*wanted: Any) -> Any:
            found: frozenset[int] | None = None
            for one, criterion in zip(listed, wanted, strict=True):
                places = one.positions(criterion)
                if isinstance(places, ExcelError):
                    return places
                found = places if found is None else found & places
            if summed_up is None:
                return float(len(found or ()))
            return sum_at(summed_up, sorted(found or ()))

        return lifted(count, [ask(blocks, at + start) for ask, start in criteria])

    run = of_one if len(asked) == 1 else of_several
    array = any(part.array for part in asked)
    needs = max(part.needs for part in asked)
    return _joined(run, arguments, N, array=array, needs=max(needs, PRODUCT if array else PLAIN))


def _counta(name: str, arguments: list[FormulaPart]) -> FormulaPart:
    where = _place(name, arguments[0])

    def run(blocks: Sequence[Any], at: int) -> Any:
        array = where(blocks, at).array()
        filled = len(array.head) - array.head.count(None)
        return float(filled if array.tail is None else filled + array.size - len(array.head))

    return _joined(run, arguments, N)


def _place_among(name: str, arguments: list[FormulaPart]) -> FormulaPart:
    """RANK from the greatest on: one more than there are greater numbers in the range."""
    number, area = arguments
    require(not number.array, f"{name} of more than one value")
    where, asked, shift = _place(name, area), number.run, number.count
    return _joined(lambda b, at: place_among(where(b, at + shift).array(), asked(b, at)),
                   arguments, N, needs=number.needs)  # fmt: skip


def _rank(name: str, arguments: list[FormulaPart]) -> FormulaPart:
    needs, values, largest = _several(name, arguments[:1]), _values(arguments), name == "LARGE"

    def run(blocks: Sequence[Any], at: int) -> Any:
        numbers, position = values(blocks, at)
        return lifted(lambda n: ranked(numbers, n, largest=largest), [position])

    array = arguments[1].array
    needs = max(needs, arguments[1].needs, PRODUCT if array else PLAIN)
    return _joined(run, arguments, N, array=array, needs=needs)


_SPECIAL: dict[str, tuple[tuple[int, int], Callable[[str, list[FormulaPart]], FormulaPart]]] = {
    "SUMPRODUCT": ((1, 8), _sumproduct),
    "IF": ((2, 3), _if),
    "IFERROR": ((2, 2), _iferror),
    "AND": ((1, 30), _connective),
    "OR": ((1, 30), _connective),
    "ROW": ((1, 1), _position),
    "COLUMN": ((1, 1), _position),
    "ROWS": ((1, 1), _rows),
    "INDEX": ((2, 3), _index),
    "OFFSET": ((5, 5), _offset),
    "MATCH": ((3, 3), _match),
    "COUNTIF": ((2, 2), _counted),
    "COUNTIFS": ((2, 20), _counted),
    "SUMIF": ((3, 3), _counted),
    "SUMIFS": ((3, 21), _counted),
    "COUNTA": ((1, 1), _counta),
    "LARGE": ((2, 2), _rank),
    "SMALL": ((2, 2), _rank),
    "RANK": ((2, 2), _place_among),
}
