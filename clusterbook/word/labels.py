"""The labels of a printed form found again in a document: in their order, each where it stands.

A label is known by its words. Of all ways to find labels in their printed order the one is taken
that finds most; where two places would do as well the label is doubtful. What is spelled a little
otherwise is looked for only between its neighbours.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from attrs import define, field, frozen

from clusterbook.forms.parsing.folding import fold
from clusterbook.word.paper import (
    PaperAnswer,
    PaperCell,
    PaperForm,
    PaperLine,
    PaperTable,
    PaperWords,
    Pieces,
    Several,
)
from clusterbook.word.stream import Spot, Stream

_LONGEST = 400  # characters of a label; reports are longer
_WEIGHT = 30
_ALIKE = 0.86
_SHORT = 4  # labels of fewer signs are never found by likeness
# Words that change nothing of what a label asks.
_HARMLESS = re.compile(
    "[的和与及]|总数|数量|总量|情况|本年|全称|名称|填写|请|需|提供|佐证|材料|数$"
)
_UNITS = re.compile(
    "亿美元|万美元|亿元|万元|美元|元|吨二氧化碳|万吨|吨标准煤|吨|平方公里|公顷|亩|%|‰|人|家|个|件|项|年|月"
)
_BRACKETS = re.compile(r"\(([^()]*)\)")
_NUMBERING = re.compile(r"^(?:\(?[0-9一二三四五六七八九十]{1,3}\)?[.、:．]?)+(?=\D)")
_COUNTED = re.compile(r"\(?(\d{1,2})(?:\)[.、:．]?|[.、:．])(?!\d)")  # 1. or (1) before a label
_DIGITS = re.compile(r"\d+")
_YEAR = re.compile(r"20\d\d")
_SHIFTS = (-1, -2, -3, 1, 2)  # years by which editions of a form differ


@frozen(eq=False)
class Label:
    """A printed text to look for. ``prefix``: its answer may follow in the same place."""

    number: int
    text: str
    keys: tuple[str, ...]
    cell: PaperCell | None
    prefix: bool = False
    table: int = 0  # of the plan, from 1; 0 outside tables


@frozen
class Sighting:
    """Where a label was found: "" exactly, "respelled", or "doubtful" and why."""

    spot: Spot
    quality: str = ""
    why: str = ""


@define
class Labels:
    """All labels of a form in printed order, and which cell or line of the plan each is."""

    listed: list[Label] = field(factory=list)
    of_cell: dict[int, Label] = field(factory=dict)
    of_line: dict[int, Label] = field(factory=dict)
    known: set[str] = field(factory=set)
    tables: int = 0

    @classmethod
    def of(cls, paper: PaperForm) -> Labels:
        """The labels of a form."""
        found = cls()
        for part in paper.parts:
            for item in part.items:
                if isinstance(item, PaperLine):
                    found._line(item)
                else:
                    found._table(item)
        return found

    def _line(self, line: PaperLine) -> None:
        first = line.pieces[0] if line.pieces else None
        if isinstance(first, PaperWords):
            row = line.role == "cover_row"
            label = self._add([first.text], None, prefix=row)
            self.of_line[id(line)] = label
            self._know(line.pieces)

    def _table(self, table: PaperTable) -> None:
        self.tables += 1
        for row in (*table.rows, *table.tail):
            for cell in sorted(row.cells, key=lambda one: one.start):
                self._cell(cell)

    def _cell(self, cell: PaperCell) -> None:
        for pieces in cell.lines:
            self._know(pieces)
        plain = [pieces for pieces in cell.lines if pieces]
        answers = any(not isinstance(piece, PaperWords) for pieces in plain for piece in pieces)
        if plain and not answers and cell.role != "fixed":
            texts = [_text(pieces) for pieces in plain]
            self.of_cell[id(cell)] = self._add(texts, cell)
        elif answers and _is_heading(plain[0]):
            self.of_cell[id(cell)] = self._add([_text(plain[0])], cell, prefix=True)
            self._guidance(plain[1:], cell)
        elif cell.role == "prose":
            self._guidance(plain, cell)

    def _guidance(self, lines: Sequence[Pieces], cell: PaperCell) -> None:
        """Printed guidance is looked for line by line: what is written follows it."""
        for pieces in lines:
            if all(isinstance(piece, PaperWords) for piece in pieces) and cell.role == "prose":
                label = self._add([_text(pieces)], cell)
                self.of_cell.setdefault(id(cell), label)

    def _add(self, texts: Sequence[str], cell: PaperCell | None, *, prefix: bool = False) -> Label:
        keys = list(dict.fromkeys([fold("".join(texts)), fold(texts[0])]))
        inner = [fold(text) for text in "\n".join(texts).split("\n")]
        prefix = prefix or texts[0].endswith("：")
        if len(keys) == 1 and len(inner) > 1 and inner[0].endswith(":"):
            keys.append(inner[0])
        table = self.tables if cell is not None else 0
        label = Label(
            len(self.listed), "".join(texts), tuple(filter(None, keys)), cell, prefix, table
        )
        self.listed.append(label)
        return label

    def _know(self, pieces: Pieces) -> None:
        for piece in pieces:
            if isinstance(piece, PaperWords):
                self.known.add(fold(piece.text))
                self.known.update(fold(line) for line in piece.text.split("\n"))
        if len(pieces) > 1:
            words = [piece.text for piece in pieces if isinstance(piece, PaperWords)]
            self.known.add(fold("".join(words)))


def _text(pieces: Pieces) -> str:
    return "".join(piece.text for piece in pieces if isinstance(piece, PaperWords))


def _is_heading(pieces: Pieces) -> bool:
    """Whether a line is a heading above what is written in the same cell."""
    only = len(pieces) == 1 and isinstance(pieces[0], PaperWords) and not pieces[0].aside
    return only and pieces[0].text.endswith("：")  # type: ignore[union-attr]


def answers_in(cell: PaperCell) -> list[str]:
    """The keys of the answers in a cell that are one text each."""
    found: list[str] = []
    for pieces in cell.lines:
        for piece in pieces:
            if isinstance(piece, PaperAnswer):
                found.append(piece.key)
            elif isinstance(piece, Several):
                found += piece.keys
    return found


# --- finding ------------------------------------------------------------------------------------


@lru_cache(maxsize=8192)
def _folded(text: str) -> str:
    return fold(text).replace("_", "")


def sightings(labels: Labels, stream: Stream) -> dict[int, Sighting]:
    """Where each label stands, by its number; labels that are not there are left out."""
    pairs = list(_pairs(labels, stream.spots))
    chain = _longest(pairs, len(labels.listed))
    found = {number: Sighting(stream.spots[at]) for number, at in chain}
    found |= _respelled(labels, stream, chain)
    found = _out_of_order(labels, stream, found)
    return _doubted(labels, stream.spots, pairs, chain, found)


def counted(labels: Labels, stream: Stream) -> Counter[str]:
    """How often each text that is a label stands in the document."""
    keys = {key for label in labels.listed for key in label.keys}
    return Counter(
        key
        for spot in stream.spots
        if len(spot.text) <= _LONGEST and (key := _folded(spot.text)) in keys
    )


_Pair = tuple[int, int, int]  # spot, label, weight


def _pairs(labels: Labels, spots: Sequence[Spot]) -> Iterator[_Pair]:
    by_key: dict[str, list[tuple[int, int]]] = defaultdict(list)
    prefixed: dict[str, list[int]] = defaultdict(list)
    for label in labels.listed:
        for number, key in enumerate(label.keys):
            by_key[key].append((label.number, number))
        if label.prefix:
            for key in label.keys:
                prefixed[key].append(label.number)
    for at, spot in enumerate(spots):
        text = spot.text
        if len(text) <= _LONGEST:
            for number, lesser in reversed(by_key.get(_folded(text), ())):
                yield at, number, min(_WEIGHT, len(text)) + 3 - lesser
        colon = min((place for mark in ":：" if (place := text.find(mark)) > 0), default=0)
        if colon and prefixed:
            for number in reversed(prefixed.get(_folded(text[: colon + 1]), ())):
                yield at, number, min(_WEIGHT, colon) + 1


def _longest(pairs: Sequence[_Pair], count: int) -> list[tuple[int, int]]:
    """The heaviest chain of pairs that ascends in both: (label, spot)."""
    tree: list[tuple[int, int]] = [(0, -1)] * (count + 1)  # weight and number of the last pair
    before: list[int] = []
    ordered = sorted(pairs, key=lambda pair: (pair[0], -pair[1]))
    for number, (_, label, weight) in enumerate(ordered):
        best, at = (0, -1), label
        while at > 0:
            best = max(best, tree[at])
            at -= at & -at
        before.append(best[1])
        mine, at = (best[0] + weight, number), label + 1
        while at <= count:
            if mine[0] > tree[at][0]:
                tree[at] = mine
            at += at & -at
    best, at = (0, -1), count
    while at > 0:
        best = max(best, tree[at])
        at -= at & -at
    chain: list[tuple[int, int]] = []
    last = best[1]
    while last >= 0:
        chain.append((ordered[last][1], ordered[last][0]))
        last = before[last]
    return chain[::-1]


def _gaps(
    chain: Sequence[tuple[int, int]], labels: int, spots: int
) -> Iterator[tuple[range, range]]:
    """Labels and spots between neighbours of the chain."""
    ends = [(-1, -1), *chain, (labels, spots)]
    for (label, spot), (next_label, next_spot) in itertools.pairwise(ends):
        if next_label - label > 1 and next_spot - spot > 1:
            yield range(label + 1, next_label), range(spot + 1, next_spot)


@lru_cache(maxsize=8192)
def loose(text: str) -> tuple[str, str, str, str]:
    """A label without harmless words, its unit, its numbers, and the one it is counted by."""
    folded = fold(text)
    inside = "".join(_BRACKETS.findall(folded))
    bare = _BRACKETS.sub("", folded).strip("()")
    unit = next(iter(_UNITS.findall(inside)), "")
    counted = _COUNTED.match(bare)
    by = counted[1] if counted else ""
    numbers = "/".join(_DIGITS.findall(bare[counted.end() :] if counted else bare))
    words = re.sub(r"[^\w%]", "", _HARMLESS.sub("", _NUMBERING.sub("", bare)))
    return words, unit, numbers, by


def _alike(label: str, text: str) -> str:
    """How a text comes near to a label: "respelled", "doubtful" or ''."""
    words, unit, numbers, by = loose(label)
    others, other_unit, other_numbers, other_by = loose(text)
    counted_otherwise = by and other_by and by != other_by
    if not others or numbers != other_numbers or counted_otherwise or len(words) < _SHORT:
        return ""
    if words == others:
        return "respelled" if unit == other_unit or not other_unit else "doubtful"
    likeness = SequenceMatcher(None, words, others, autojunk=False)
    if likeness.quick_ratio() >= _ALIKE and likeness.ratio() >= _ALIKE:
        return "doubtful"
    return ""


def _respelled(
    labels: Labels, stream: Stream, chain: Sequence[tuple[int, int]]
) -> dict[int, Sighting]:
    """Labels found by likeness, between their neighbours only, each other's one and only."""
    found: dict[int, Sighting] = {}
    cells = {id(stream.spots[at].cell) for _, at in chain if stream.spots[at].whole}
    for numbers, places in _gaps(chain, len(labels.listed), len(stream.spots)):
        spots = [
            spot for spot in (stream.spots[at] for at in places)
            if len(spot.text) <= _LONGEST and (spot.cell is None or id(spot.cell) not in cells)
        ]  # fmt: skip
        matches: list[tuple[int, Spot, str]] = []
        for number in numbers:
            text = labels.listed[number].text
            near = [(spot, how) for spot in spots if (how := _alike(text, spot.text))]
            best = [one for one in near if one[1] == "respelled"] or near
            if len({id(spot.cell) if spot.cell else id(spot) for spot, _ in best}) == 1:
                matches.append((number, *best[0]))
        taken = Counter(id(spot) for _, spot, _ in matches)
        last = -1
        for number, spot, how in matches:
            if taken[id(spot)] == 1 and spot.first > last:
                last = spot.first
                why = (
                    f"栏目名称与原表“{labels.listed[number].text.strip()}”不同"
                    if how == "doubtful"
                    else ""
                )
                found[number] = Sighting(spot, how, why)
    return found


def _doubted(
    labels: Labels, spots: Sequence[Spot], pairs: Sequence[_Pair],
    chain: Sequence[tuple[int, int]], found: dict[int, Sighting],
) -> dict[int, Sighting]:  # fmt: skip
    """Sightings with doubt where another place or another label would do as well."""
    numbers, places = [number for number, _ in chain], [at for _, at in chain]
    taken_numbers, taken_places = set(numbers), set(places)
    for at, number, _ in pairs:
        if number in taken_numbers and at in taken_places:
            continue
        if _is_list_head(labels.listed[number]):
            continue  # repeated on every page
        if number in taken_numbers:  # another place for a label that was found
            here = bisect_left(numbers, number)
            low = places[here - 1] if here else -1
            high = places[here + 1] if here + 1 < len(places) else 1 << 60
            if low < at < high and not _within(spots[at], spots[places[here]]):
                found[number] = _doubt(found[number], "同名栏目出现多次")
        elif at in taken_places:  # another label for a place that was taken
            here = bisect_left(places, at)
            low = numbers[here - 1] if here else -1
            high = numbers[here + 1] if here + 1 < len(numbers) else 1 << 60
            if (
                low < number < high
                and labels.listed[number].keys[0] in labels.listed[numbers[here]].keys
            ):
                found[numbers[here]] = _doubt(found[numbers[here]], "分不清是哪一处的同名栏目")
    return found


def _out_of_order(
    labels: Labels, stream: Stream, found: dict[int, Sighting]
) -> dict[int, Sighting]:
    """Labels that changed their place within their table, where there is only one such text."""
    missing = [one for one in labels.listed if one.table and one.number not in found]
    if not missing:
        return found
    taken = {id(one.spot) for one in found.values()}
    by_table: dict[int, Counter[int]] = defaultdict(Counter)
    for label in labels.listed:
        if label.number in found and (cell := found[label.number].spot.cell) is not None:
            by_table[label.table][cell.table] += 1
    texts = Counter((one.table, one.keys[0]) for one in labels.listed if one.keys)
    more: dict[int, Sighting] = {}
    for label in missing:
        if not by_table[label.table] or texts[label.table, label.keys[0]] > 1:
            continue
        (table, _), *_ = by_table[label.table].most_common(1)
        spots = [one for one in stream.spots if one.cell is not None and one.cell.table == table
                 and len(one.text) <= _LONGEST and _folded(one.text) == label.keys[0]]  # fmt: skip
        if len(spots) == 1 and id(spots[0]) not in taken:
            more[label.number] = Sighting(spots[0])
    return found | more


def shifted_years(labels: Labels, stream: Stream) -> int:
    """By how many years the printed years of a document differ from those of the form; mostly 0."""
    dated = [one for one in labels.listed if _YEAR.search(one.text)]
    there = {_folded(spot.text) for spot in stream.spots if len(spot.text) <= _LONGEST}
    counts = {0: sum(one.keys[0] in there for one in dated)}
    for shift in _SHIFTS:
        counts[shift] = sum(_folded(_shifted(one.text, shift)) in there for one in dated)
    best = max(counts, key=lambda shift: (counts[shift], shift == 0))
    return best if counts[best] > 1 else 0


def _shifted(text: str, years: int) -> str:
    return _YEAR.sub(lambda year: str(int(year[0]) + years), text)


def _within(one: Spot, other: Spot) -> bool:
    """Whether two spots are a cell and a line of it."""
    return one.cell is not None and one.cell is other.cell


def _is_list_head(label: Label) -> bool:
    return label.cell is not None and label.cell.role == "list_head"


def _doubt(sighting: Sighting, why: str) -> Sighting:
    return Sighting(sighting.spot, "doubtful", why)
