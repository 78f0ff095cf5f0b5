"""Which files there are: every one named or below a named folder, and which are no submissions."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from attrs import frozen

# What office programs, file managers and this software leave beside submissions.
_BESIDE = (
    ("~$", "", "Office 的锁定文件"), (".~lock", "", "Office 的锁定文件"),
    ("._", "", "系统文件"), (".", "", "系统文件"), ("Thumbs.db", "", "系统文件"),
    ("desktop.ini", "", "系统文件"), ("", ".problems.json", "预期结果"),
    ("register.csv", "", "发放登记簿"), ("", ".md", "说明文件"), ("", ".py", "程序"),
)  # fmt: skip


@frozen
class Found:
    """One directory entry: its shown name, where it is, and why it is not read, if so.

    ``member`` is the number of a file inside a pack, None for a file of its own.
    """

    name: str
    path: Path
    skip: str = ""
    member: int | None = None


def find_files(paths: Sequence[Path]) -> list[Found]:
    """Every file named or below a named folder, once, ordered by the bytes of its shown name."""
    roots = [path.resolve() for path in paths]
    if len(roots) == 1 and roots[0].is_dir():
        base = roots[0]
    else:
        base = Path(os.path.commonpath([root.parent for root in roots]))
    found: dict[Path, Found] = {}
    for root in roots:
        for path in _files(root):
            found.setdefault(path, Found(path.relative_to(base).as_posix(), path, _skip(path)))
    return sorted(found.values(), key=lambda one: os.fsencode(one.name))


def _files(root: Path) -> Iterator[Path]:
    if not root.is_dir():
        yield root
        return
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if name != "__MACOSX")
        for name in names:
            yield Path(folder) / name


def _skip(path: Path) -> str:
    return skip_reason(path.name) if path.is_file() else "不是普通文件"


def skip_reason(name: str) -> str:
    """Why a file of this name is no submission; '' where it may be one."""
    last = name.rpartition("/")[2]
    for start, end, why in _BESIDE:
        if last.startswith(start) and last.endswith(end):
            return why
    return ""
