"""The materials of a volume in their order: files in folders, or as a list names them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import evolve, field, frozen

from clusterbook.errors import Error
from clusterbook.forms.parsing.numerals import FORMAL, NUMERALS, chinese_number
from clusterbook.office.lists import ListRow, rows_of

WHAT = "佐证材料清单"
HEADS: Mapping[str, tuple[str, ...]] = {
    "file": ("文件", "文件名", "文件名称", "file"),
    "title": ("材料名称", "名称", "title"),
    "related": ("对应表格及指标", "对应指标", "对应内容", "related_item"),
    "kind": ("佐证类型", "kind"),
    "issued_by": ("出具单位", "issued_by"),
    "note": ("备注", "note"),
    "number": ("序号", "no"),
}
# 01_营业执照, 3、证书; not 2.3 集群情况, which is the number of a table.
_ORDER = re.compile(r"^\d{1,3}\s*[-_、.．)）\s]\s*(?=[^\d\s])")
# Signs that are not seen, and turn around or part what stands beside them.
_HIDDEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_PIECES = re.compile(f"([0-9]+)|(?<![^（(第])([{NUMERALS}]+)(?=[、.．)）章节部册分])")


class MaterialsError(Error, ValueError):
    """Materials that cannot be bound as they are; fact ``faults``, a sentence each."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("；".join(faults), faults=tuple(faults))


@frozen(kw_only=True)
class Material:
    """One file of the volume. ``related`` says what it proves; the rest stands in the index.

    ``name`` is its path below the folder, with strokes, as sentences and bookmarks have it.
    """

    name: str
    path: Path = field(eq=False)
    title: str
    related: str = ""
    kind: str = ""
    issued_by: str = ""
    note: str = ""

    @property
    def folders(self) -> tuple[str, ...]:
        """The folders it lies in, from the top."""
        return tuple(self.name.split("/")[:-1])

    @property
    def said(self) -> str:
        """What is said of what it proves: by its list, else by the folders it lies in."""
        return self.related or " ".join(map(without_order, self.folders))


def natural(name: str) -> list[list[tuple[int, int, str]]]:
    """A key that puts 2 before 10, 第二 before 第十 and a name before its sequels.

    Folder by folder; the ending of a file only tells apart what is called the same.
    """
    *folders, last = name.split("/")
    stem, _, ending = last.rpartition(".")
    parts = [*folders, *((stem, ending) if stem else (last,))]
    return [[_piece(one) for one in _PIECES.split(part) if one] for part in parts]


def _piece(text: str) -> tuple[int, int, str]:
    number = int(text) if text.isascii() and text.isdigit() else None
    if number is None and re.fullmatch(f"[{NUMERALS}]+", text):
        number = chinese_number(text.translate(FORMAL))
    return (1, 0, text.casefold()) if number is None else (0, number, "")


def in_order(files: Iterable[tuple[str, Path]]) -> list[Material]:
    """The files as materials, in the natural order of their paths; a title is a file's name."""
    named = sorted(files, key=lambda one: (natural(one[0]), one[0]))
    return [Material(name=name, path=path, title=title_of(name)) for name, path in named]


def title_of(name: str) -> str:
    """What a file is called: its name without ending and without a number for its order."""
    last = _HIDDEN.sub("", name.rpartition("/")[2])
    return without_order(last.rpartition(".")[0] or last)


def without_order(name: str) -> str:
    """A name without the number in front that only keeps it in order."""
    return _ORDER.sub("", name).strip() or name


def listed(found: Sequence[Material], path: Path) -> tuple[list[Material], list[Material]]:
    """The materials that a list names, in its order, and those of the folder that it does not.

    Raises:
        SettlementError: the list is none, or has no column for files.
        MaterialsError: rows that lead to no file, to several, or to one named before.

    """
    faults: list[str] = []
    chosen: dict[str, Material] = {}
    for row in rows_of(path, WHAT, HEADS, ("file",)):
        wrong = [*row.faults]
        material = None if wrong else _named(row, found, wrong)
        if material is not None and material.name in chosen:
            wrong.append(row.fault("文件", f"“{material.name}”在前面已经列过。"))
        if material is not None and not wrong:
            chosen[material.name] = material
        faults += wrong
    if faults:
        raise MaterialsError(faults)
    return list(chosen.values()), [one for one in found if one.name not in chosen]


def _named(row: ListRow, found: Sequence[Material], wrong: list[str]) -> Material | None:
    """The one file that a row names: by its path, its name, or that without ending or order."""
    said = row.cells.get("file", "").replace("\\", "/").removeprefix("./")
    if not said:
        wrong.append(row.fault("文件", "没有填写。"))
        return None
    for call in (_whole, _last, _stem, title_of):
        same = [one for one in found if call(one.name) == said]
        if len(same) > 1:
            names = "、".join(one.name for one in same)
            wrong.append(row.fault("文件", f"“{said}”有{len(same)}个（{names}），请写上文件夹。"))
            return None
        if same:
            own: dict[str, Any] = {role: row.cells[role] for role in HEADS
                   if role not in ("file", "number") and row.cells.get(role)}  # fmt: skip
            return evolve(same[0], **own)
    wrong.append(row.fault("文件", f"文件夹里没有“{said}”。"))
    return None


def _whole(name: str) -> str:
    return name


def _last(name: str) -> str:
    return name.rpartition("/")[2]


def _stem(name: str) -> str:
    return _last(name).rpartition(".")[0]


def same_titles(found: Iterable[Material]) -> list[str]:
    """Titles that several materials bear."""
    counts = Counter(one.title for one in found)
    return [title for title, count in counts.items() if count > 1]
