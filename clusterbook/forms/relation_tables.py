"""Rules from the officials' own table of equations: 1210 = 1221 + 1222, one line each.

A statistical form comes with a list of relations between its codes. The list is kept as it is, in a
file beside the spec, and each line becomes a rule like any other for every column of figures. A
line that cannot be read is a fault of the spec, told with its number.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from attrs import frozen

from clusterbook.errors import Error
from clusterbook.forms.expressions.nodes import Expression, answer, lift
from clusterbook.forms.rules import AtLeast, AtMost, Equal, Relation, Rule

_LEVELS = {"": "error", "错误": "error", "需说明": "explain", "提示": "info"}
_HEADS = ("编号", "关系式", "级别", "说明")
_CODE = re.compile(r"[A-Z][A-Za-z0-9_]{0,15}")
_LINE = re.compile(
    r"(?P<code>[^:：]*)[:：](?P<equation>[^;；]*)(?:[;；](?P<level>[^;；]*))?(?:[;；](?P<why>.*))?"
)
# Signs as officials type them.
_PLAIN = str.maketrans("＝＋－−–—×＊÷／（）≤≦≥≧＜＞．　", "=+----**//()≤≤≥≥<>. ")
_TOKEN = re.compile(
    r"\s*(?:(?P<code>[A-Za-z]*\d[\dA-Za-z]*(?![\d.]))|(?P<number>\d*\.\d+)|(?P<sign>[-+*/()]))"
)
_CONSTANTS = {"1", "10", "100", "1000", "10000"}  # others need a point: 60.0
_RELATION = re.compile(r"<=|>=|≤|≥|=")
_RELATIONS: Mapping[str, Callable[..., Relation]] = {
    "=": Equal, "<=": AtMost, "≤": AtMost, ">=": AtLeast, "≥": AtLeast,
}  # fmt: skip


class EquationError(Error, ValueError):
    """A table of equations that cannot be read; fact ``faults``, each with file and line."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults), faults=faults)
        self.faults = faults


@frozen
class RelationLine:
    """One line of the table: where it stands, its code, the equation, its level and reason."""

    number: int
    code: str
    equation: str
    level: str
    why: str


def equations(
    file: Path | str, keys: Mapping[str, str], *, times: Mapping[str, str], source: str,
    by: float = 0.0,
) -> tuple[Rule, ...]:  # fmt: skip
    """A rule for each line of a table of equations and each column of figures.

    ``file`` is a text or .csv file beside the spec. A line of a text reads
    ``B01: 1210 = 1221 + 1222``, and may go on with a level and a reason, ``; 需说明; 一般如此``;
    what follows # is a remark. A .csv file has the columns 编号, 关系式, 级别, 说明; the first two
    are needed. Whole numbers are codes; 1, 10, 100, 1000 and 10000 may be numbers, others are
    written with a point: ``60.0``.

    ``keys`` maps the codes in the equations to full keys without their time; ``times`` the name of
    each column, which ends the codes of its rules (``B01.month``), to the time that ends the keys.
    ``by`` is what rounding may come to.

    Raises:
        EquationError: with every line that cannot be read.

    """
    path = Path(file)
    reader = _Reader(keys)
    rules: list[Rule] = []
    faults: list[str] = []
    seen: dict[str, int] = {}
    for line in _lines(path, faults):
        where = f"{path.name}, line {line.number}"
        if seen.setdefault(line.code, line.number) != line.number:
            faults.append(f"{where}: code {line.code!r} stands in line {seen[line.code]}, too")
            continue
        try:
            made = [
                _rule(line, name, reader.relation(line.equation, time, by), source)
                for name, time in times.items()
            ]
        except _UnreadableError as error:
            faults.append(f"{where}: {error}")
        else:
            rules += made
    if faults:
        raise EquationError(faults)
    return tuple(rules)


def _rule(line: RelationLine, name: str, holds: Relation, source: str) -> Rule:
    return Rule(
        code=f"{line.code}.{name}", level=line.level, holds=holds, source=source,
        reason=line.why or f"审核关系：{line.equation}。",
    )  # fmt: skip


# --- lines ---------------------------------------------------------------------------------------


def _lines(path: Path, faults: list[str]) -> Iterator[RelationLine]:
    """The lines that say something; ``faults`` gets those that are none, and a file without any."""
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        faults.append(f"{path.name}: is no text in UTF-8")
        return
    found = _of_csv(text, path, faults) if path.suffix.lower() == ".csv" else _of_text(text)
    none = True
    for number, cells in found:
        none = False
        code, equation, level, why = (cell.strip() for cell in cells)
        where = f"{path.name}, line {number}"
        if not equation:
            faults.append(f"{where}: no line of the kind “B01: 1210 = 1221 + 1222”")
        elif not _CODE.fullmatch(code):
            faults.append(f"{where}: {code!r} is no code of a rule (a capital, letters, digits)")
        elif level not in _LEVELS:
            faults.append(f"{where}: {level!r} is no level ({'、'.join(filter(None, _LEVELS))})")
        else:
            yield RelationLine(number, code, equation, _LEVELS[level], why)
    if none and not faults:
        faults.append(f"{path.name}: holds no equation")


def _of_text(text: str) -> Iterator[tuple[int, tuple[str, str, str, str]]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if said := line.split("#", 1)[0].strip():
            match = _LINE.fullmatch(said)
            cells = match.groupdict(default="") if match else {}
            yield number, tuple(cells.get(one, "") for one in ("code", "equation", "level", "why"))  # type: ignore[misc] # four


def _of_csv(
    text: str, path: Path, faults: list[str]
) -> Iterator[tuple[int, tuple[str, str, str, str]]]:
    reader = csv.reader(text.splitlines())
    heads = [head.strip() for head in next(reader, [])]
    missing = [head for head in _HEADS[:2] if head not in heads]
    if missing:
        faults.append(f"{path.name}, line 1: no column {'、'.join(missing)}")
        return
    for row in reader:
        if any(cell.strip() for cell in row):
            cells = dict(zip(heads, row, strict=False))
            yield reader.line_num, tuple(cells.get(head, "") for head in _HEADS)  # type: ignore[misc] # four


# --- equations -----------------------------------------------------------------------------------


class _UnreadableError(ValueError):
    """An equation that cannot be read; the message says why."""


@frozen
class _Reader:
    """Reads equations over codes: sums, differences, products, quotients, brackets, numbers."""

    keys: Mapping[str, str]

    def relation(self, text: str, time: str, by: float) -> Relation:
        plain = text.translate(_PLAIN)
        parts = _RELATION.split(plain)
        if len(parts) != 2:  # noqa: PLR2004 - two sides
            raise _UnreadableError(f"“{text}” has not one of the signs = ≤ ≥")
        sign = _RELATION.findall(plain)[0]
        left, right = (_Side(self._tokens(part), self, time).value() for part in parts)
        return _RELATIONS[sign](left, right, by=by)

    def _tokens(self, text: str) -> list[str]:
        found, at, text = [], 0, text.rstrip()
        while at < len(text):
            match = _TOKEN.match(text, at)
            if match is None:
                raise _UnreadableError(f"“{text[at:].strip()}” cannot be read")
            found.append(match[0].strip())
            at = match.end()
        return found

    def term(self, token: str, time: str) -> Expression:
        """A code as the answer of its row, or a number that is no code."""
        if token in self.keys:
            return answer(f"{self.keys[token]}.{time}" if time else self.keys[token])
        if token in _CONSTANTS or "." in token:
            return lift(float(token))
        raise _UnreadableError(f"no row has the code {token}")


class _Side:
    """One side of an equation, read from the left: terms of factors."""

    def __init__(self, tokens: list[str], reader: _Reader, time: str) -> None:
        self.tokens, self.reader, self.time = tokens, reader, time

    def value(self) -> Expression:
        """All of it; _UnreadableError where something is left over."""
        made = self._sum()
        if self.tokens:
            raise _UnreadableError(f"“{self.tokens[0]}” stands where nothing more can")
        return made

    def _next(self, *signs: str) -> str:
        return self.tokens.pop(0) if self.tokens and self.tokens[0] in signs else ""

    def _sum(self) -> Expression:
        made = self._product()
        while sign := self._next("+", "-"):
            made = made + self._product() if sign == "+" else made - self._product()
        return made

    def _product(self) -> Expression:
        made = self._factor()
        while sign := self._next("*", "/"):
            made = made * self._factor() if sign == "*" else made / self._factor()
        return made

    def _factor(self) -> Expression:
        if self._next("("):
            made = self._sum()
            if not self._next(")"):
                raise _UnreadableError("a bracket is not closed")
            return made
        if not self.tokens or self.tokens[0] in "+-*/()":
            raise _UnreadableError("a code is missing")
        return self.reader.term(self.tokens.pop(0), self.time)
