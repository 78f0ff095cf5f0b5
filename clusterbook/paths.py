"""Names of files that every system takes, and paths that stay below the folder they belong to.

What a returned file says about itself may become part of a name, so every path of the outputs is
joined here, and one that would lead elsewhere is refused.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path, PurePath

_LONGEST = 255  # bytes of a name, on all usual file systems
_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f\ud800-\udfff]')
# Windows opens a device instead of a file, whatever follows the first dot.
_DEVICES = frozenset({
    "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$",
    *(f"{device}{number}" for device in ("COM", "LPT") for number in "0123456789¹²³"),
})  # fmt: skip
# Windows takes paths of more than 259 characters only with this mark.
_EXTENDED = "\\\\?\\"


class LeadsElsewhereError(ValueError):
    """A path of an output that would leave its folder, or that not every system can store."""


_ENDING = 5  # signs of an ending: xlsx, numbers
_FILE_BYTES, _PLACE_BYTES = 115, 40  # old archivers and Windows paths allow little more


def is_plain(name: str) -> bool:
    """Whether every system stores a file under this very name, in the folder it is put into."""
    return (
        name not in ("", ".", "..")
        and not _UNSAFE.search(name)
        and name[-1] not in " ."
        and not is_device(name)
        and len(name.encode()) <= _LONGEST
    )


def is_device(name: str) -> bool:
    """Whether Windows takes a file of this name for a device."""
    return name.partition(".")[0].rstrip(" ").upper() in _DEVICES


def inside(folder: Path, name: str) -> Path:
    """The path of a file below ``folder``; ``name`` may have steps, parted by ``/``.

    LeadsElsewhereError where a step is not a plain name.
    """
    steps = name.split("/")
    if not all(map(is_plain, steps)):
        raise LeadsElsewhereError(f"not a path of an output: {name!r}")
    return folder.joinpath(*steps)


def common_folder(folders: Sequence[PurePath]) -> PurePath | None:
    """The deepest folder that holds all of these, None where they are on different drives."""
    first, *others = folders
    for candidate in (first, *first.parents):
        if all(one.is_relative_to(candidate) for one in others):
            return candidate
    return None


def shown(path: PurePath, base: PurePath | None) -> str:
    """What a file is called in all outputs: its steps below ``base``, else all of them.

    Bytes of a name that are not the system's own are read as GB18030, which old archivers leave.
    """
    if base is None:
        text = path.as_posix().removeprefix("//?/UNC/").removeprefix("//?/")
        return _readable(text).replace(":", "").strip("/")
    return _readable(path.relative_to(base).as_posix())


def _readable(name: str) -> str:
    try:
        name.encode()
    except UnicodeEncodeError:
        return os.fsencode(name).decode("gb18030", "backslashreplace")
    return name


def resolved(path: Path) -> Path:
    """The absolute path with links followed, so that whatever is below it can be opened."""
    absolute = path.resolve()
    return Path(extended(absolute)) if os.name == "nt" else absolute


def extended(path: PurePath) -> str:
    """How Windows is asked for an absolute path however long."""
    text = str(path)
    if text.startswith(_EXTENDED):
        return text
    return f"{_EXTENDED}UNC\\{text[2:]}" if text.startswith("\\\\") else _EXTENDED + text


def safe_name(number: str, place: str, name: str) -> str:
    """``001_邵东市_邵东市小五金产业集群.xlsx``: a file name that Windows, too, takes.

    The number in front makes it unique and keeps it from being a reserved name (CON, NUL).
    """
    stem = "_".join(filter(None, (number, _cut(_clean(place), _PLACE_BYTES), _clean(name))))
    return _cut(stem, _FILE_BYTES).rstrip(" ._") + ".xlsx"


def file_stem(name: str) -> str:
    """The name of a file without folders and ending, as every system takes it; "" for none."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    stem, dot, ending = last.rpartition(".")
    if not dot or len(ending) > _ENDING or not ending.isalnum():
        stem = last
    return stem_of(stem)


def stem_of(text: str) -> str:
    """What a file about something of this name is called, without its ending; "" for none."""
    stem = _cut(_clean(text), _FILE_BYTES).rstrip(" ._")
    return f"{stem}_" if is_device(stem) else stem


def _clean(text: str) -> str:
    text = "".join(sign for sign in unicodedata.normalize("NFC", text) if sign.isprintable())
    return _UNSAFE.sub("_", text).strip(" ._")


def _cut(text: str, size: int) -> str:
    """The text without what goes beyond ``size`` bytes, never half a character."""
    return text.encode("utf-8", "ignore")[:size].decode("utf-8", "ignore")
