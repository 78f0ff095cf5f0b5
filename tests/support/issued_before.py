"""The workbooks that were kept of earlier builds, for the tests that read them."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from system import keep_issued

PACKS = [(pack, name) for pack in keep_issued.packs() for name in zipfile.ZipFile(pack).namelist()]
KEPT = [pytest.param(pack, name, id=f"{pack.stem}/{name}") for pack, name in PACKS]


def workbook(pack: Path, name: str) -> bytes:
    with zipfile.ZipFile(pack) as files:
        return files.read(name)


def expected(pack: Path, name: str) -> dict[str, Any]:
    return json.loads(pack.with_suffix(".json").read_text("utf-8"))[name]


def lost(before: Any, now: Any, path: str = "") -> list[str]:
    """Where a value is not what it was; what has come to the form since is no difference."""
    if isinstance(before, dict) and isinstance(now, dict):
        return [
            line for key, one in before.items() for line in lost(one, now.get(key), f"{path}.{key}")
        ]
    if isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        pairs = enumerate(zip(before, now, strict=True))
        return [line for at, (one, other) in pairs for line in lost(one, other, f"{path}[{at}]")]
    return [] if before == now else [f"{path}: was {before!r}, is {now!r}"]
