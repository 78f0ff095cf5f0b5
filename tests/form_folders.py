"""Forms from a folder, for as long as a test needs them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from clusterbook import layouts, registry

SPECS = Path(__file__).parent / "specs"


@contextmanager
def forms_from(*folders: Path) -> Iterator[None]:
    """The forms in these folders are known, and processes that are started know them, too."""
    before = registry.named_folders()
    registry.name_folders(os.pathsep.join(map(str, folders)))
    layouts.forget()
    try:
        yield
    finally:
        registry.name_folders(before)
        layouts.forget()
