"""Which files there are: every one named or below a named folder, and which are no submissions."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from attrs import evolve, frozen

from clusterbook.paths import common_folder, resolved, shown

# What office programs, file managers and this software leave beside submissions.
_BESIDE = (
    ("~$", "", "Office 的锁定文件"), (".~lock", "", "Office 的锁定文件"),
    ("._", "", "系统文件"), (".", "", "系统文件"), ("Thumbs.db", "", "系统文件"),
    ("desktop.ini", "", "系统文件"), ("", ".problems.json", "预期结果"),
    ("register.csv", "", "发放登记表"), ("", ".md", "说明文件"), ("", ".py", "程序"),
    ("发放登记表.xlsx", "", "发放登记表"), ("预填清单.xlsx", "", "预填清单"),
    ("退回件目录.xlsx", "", "退回件目录"), ("decisions.xlsx", "", "裁定表"),
    ("progress.xlsx", "", "报送进度表"),
)  # fmt: skip
_LINKED = "link"


@frozen
class FoundFile:
    """One directory entry: its shown name, where it is, and why it is not read, if so.

    ``member`` is the number of a file inside a pack, None for a file of its own. ``closed``: why a
    folder was not looked into, in the words of the system; "link" for a link to a folder.
    """

    name: str
    path: Path
    skip: str = ""
    member: int | None = None
    closed: str = ""
    #: whether it lies where evidence was said to be
    evidence: bool = False

    @property
    def linked(self) -> bool:
        """Whether it is a link to a folder."""
        return self.closed == _LINKED


def find_files(paths: Sequence[Path]) -> list[FoundFile]:
    """Every file named or below a named folder, once, ordered by the bytes of its shown name.

    A folder below that cannot be opened, and a link to a folder, are found as entries of their
    own; OSError where a named folder cannot be opened.
    """
    roots = [resolved(path) for path in paths]
    single = len(roots) == 1 and roots[0].is_dir()
    base = roots[0] if single else common_folder([root.parent for root in roots])
    found: dict[Path, FoundFile] = {}
    for root in roots:
        for one in _below(root) if root.is_dir() else (_File(root),):
            name, skip = shown(one.path, base), "" if one.closed else _skip(one.path)
            found.setdefault(one.path, FoundFile(name, one.path, skip, closed=one.closed))
    return sorted(found.values(), key=lambda one: one.name.encode("utf-8", "surrogateescape"))


EVIDENCE = "佐证材料"  # the folder under which given evidence is shown
_A_TABLE = (".xls", ".xlsx", ".xlsm", ".xlsb", ".et", ".ods", ".csv")


def find_evidence(path: Path) -> list[FoundFile]:
    """The files of a folder of evidence, or one file: none of them is a return."""
    found = []
    for one in find_files([path]):
        table = one.path.suffix.lower() in _A_TABLE
        skip = one.skip or ("佐证材料文件夹里的表格，不作为报送文件" if table else "")
        found.append(evolve(one, name=f"{EVIDENCE}/{one.name}", skip=skip, evidence=True))
    return found


@frozen
class _File:
    path: Path
    closed: str = ""


def _below(root: Path) -> Iterator[_File]:
    """Everything below a folder; OSError where this folder itself cannot be opened."""
    os.scandir(root).close()
    closed: list[_File] = []

    def cannot(error: OSError) -> None:
        closed.append(_File(Path(error.filename), error.strerror or str(error)))

    for folder, folders, names in os.walk(root, onerror=cannot):
        yield from (_File(Path(folder) / name) for name in names)
        links = [name for name in folders if _is_link(Path(folder) / name)]
        yield from (_File(Path(folder) / name, _LINKED) for name in links)
        folders[:] = sorted(name for name in folders if name not in (*links, "__MACOSX"))
    yield from closed


def _is_link(path: Path) -> bool:
    """Whether a folder is really elsewhere: a link, or a junction of Windows."""
    return path.is_symlink() or getattr(os.path, "isjunction", lambda _: False)(path)


def _skip(path: Path) -> str:
    try:
        return skip_reason(path.name) if path.is_file() else "不是普通文件"
    except OSError:  # its folder can be listed and not entered: reading it will tell
        return ""


def skip_reason(name: str) -> str:
    """Why a file of this name is no submission; '' where it may be one."""
    last = name.rpartition("/")[2]
    for start, end, why in _BESIDE:
        if last.startswith(start) and last.endswith(end):
            return why
    return ""
