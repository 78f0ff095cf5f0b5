"""The folders of forms that are no packages: which there are says an environment variable."""

from __future__ import annotations

import os
from pathlib import Path

VARIABLE = "CLUSTERBOOK_FORMS"


def named_folders() -> str:
    """What CLUSTERBOOK_FORMS says."""
    return os.environ.get(VARIABLE, "")


def name_folders(folders: str) -> None:
    """Have it say something else, for this process and those that it starts."""
    if folders:
        os.environ[VARIABLE] = folders
    else:
        os.environ.pop(VARIABLE, None)


def own_folders() -> tuple[Path, ...]:
    """The folders of forms that CLUSTERBOOK_FORMS names."""
    return tuple(Path(one).absolute() for one in named_folders().split(os.pathsep) if one)
