"""Forms from a folder, for as long as a test needs them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from clusterbook.forms.folders import name_folders, named_folders
from clusterbook.layout import layouts


@contextmanager
def forms_from(*folders: Path) -> Iterator[None]:
    """The forms in these folders are known, and processes that are started know them, too."""
    before = named_folders()
    name_folders(os.pathsep.join(map(str, folders)))
    layouts.forget()
    try:
        yield
    finally:
        name_folders(before)
        layouts.forget()
