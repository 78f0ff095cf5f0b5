"""Lists that the office fills in, from .xlsx (or what else returns come in) and .csv, by head."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from clusterbook.errors import Error
from clusterbook.forms.parsing.folding import fold, trim

if TYPE_CHECKING:
    from clusterbook.issuing.roster import RosterTable

_HEADER_WITHIN = 10  # rows: a title and notes may stand above the heads
_TOLD = 20  # faults in a message

Heads = Mapping[str, tuple[str, ...]]


class SettlementError(Error):
    """A list of answers or decisions that cannot be taken as it is; facts ``path``, ``faults``."""

    def __init__(self, path: str, what: str, faults: Sequence[str]) -> None:
        lines = "".join(f"\n  {fault}" for fault in faults[:_TOLD])
        more = f"\n  ……另有{len(faults) - _TOLD}处" if len(faults) > _TOLD else ""
        told = f"{what}“{path}”有{len(faults)}处问题，没有导入任何内容：{lines}{more}"
        super().__init__(told, path=path, faults=tuple(faults))


@frozen
class ListRow:
    """One row of a list: its sheet and number as a person counts them, and texts by role.

    ``others`` are cells under heads of the office's own; ``faults`` what cannot be taken.
    """

    sheet: int
    number: int
    cells: Mapping[str, str]
    others: Mapping[str, str]
    faults: Sequence[str]

    def fault(self, head: str, text: str) -> str:
        """A sentence about one cell of it."""
        sheet = f"第{self.sheet}张表" if self.sheet > 1 else ""
        return f"{sheet}第{self.number}行“{head}”：{text}"


def rows_of(path: Path, what: str, heads: Heads, needed: Iterable[str]) -> list[ListRow]:
    """The filled rows below the heads of every sheet that has them.

    ``heads`` has, by role, how its column may be called, the usual name first. SettlementError
    where there are no such heads or the file is none; OSError where it cannot be opened.
    """
    from clusterbook.issuing.roster import IssueError, tables  # noqa: PLC0415 - most imports have no list

    try:
        found = tables(path.read_bytes())
    except IssueError as error:
        raise SettlementError(path.name, what, [str(error)]) from error
    roles = {fold(name): role for role, names in heads.items() for name in names}
    wanted = set(needed)
    rows: list[ListRow] = []
    nearest: set[str] = set()
    headed = False
    for number, table in enumerate(found, start=1):
        for at, row in enumerate(table.rows[:_HEADER_WITHIN]):
            there = {roles.get(fold(name), "") for name in row}
            nearest = max(nearest, there & wanted, key=len)
            if wanted <= there:
                headed = True
                rows += _below(table, at, number, roles)
                break
    if not headed:
        lacking = "、".join(heads[role][0] for role in heads if role in wanted - nearest)
        raise SettlementError(path.name, what, [f"缺少栏目：{lacking}。"])
    return rows


def _below(table: RosterTable, at: int, sheet: int, roles: Mapping[str, str]) -> Iterator[ListRow]:
    names = [trim(name) for name in table.rows[at]]
    for row, cells in enumerate(table.rows[at + 1 :], start=at + 1):
        texts = dict(zip(names, map(trim, cells), strict=False))
        if any(texts.values()):
            known = {roles[fold(name)]: text for name, text in texts.items() if fold(name) in roles}
            others = {
                name: text for name, text in texts.items() if name and fold(name) not in roles
            }
            yield ListRow(sheet, row + 1, known, others, list(_doubts(table, row, names, roles)))


def _doubts(
    table: RosterTable, row: int, names: Sequence[str], roles: Mapping[str, str]
) -> Iterator[str]:
    for col, name in enumerate(names):
        if fold(name) in roles:
            told = table.doubts.get((row, col), "")
            if (row, col) in table.percents:
                told = "显示为百分数，看不出应以哪一个数为准；请把格式改为“常规”后直接填写数字。"
            if told:
                yield f"第{row + 1}行“{name}”：{told}"


def figure(text: str) -> float | None:
    """A plain number, with or without commas between thousands; None for anything else."""
    plain = unicodedata.normalize("NFKC", text).strip()
    first, *groups = plain.split(".")[0].lstrip("+-").split(",")
    if groups and (len(first) > 3 or any(len(group) != 3 for group in groups)):  # noqa: PLR2004
        return None
    try:
        found = float(plain.replace(",", ""))
    except ValueError:
        return None
    return found if found - found == 0 and "_" not in plain else None
