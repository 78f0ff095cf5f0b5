"""The table of docs/security.md has every requirement of ASVS 5.0.0, levels 1 and 2, once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

HERE = Path(__file__).parents[2]
TEXT = (HERE / "docs" / "security.md").read_text("utf-8")
# How many requirements of levels 1 and 2 each section has; they are its first ones.
SECTIONS = (
    "1.1:2 1.2:9 1.3:11 1.4:3 1.5:2 2.1:3 2.2:3 2.3:4 2.4:1 3.2:2 3.3:4 3.4:6 3.5:5 3.7:2 4.1:3 4.2:1 4.3:2 4.4:4 "
    "5.1:1 5.2:3 5.3:2 5.4:3 6.1:3 6.2:12 6.3:4 6.4:4 6.5:5 6.6:3 6.8:4 7.1:3 7.2:4 7.3:2 7.4:5 7.5:2 7.6:2 8.1:2 "
    "8.2:3 8.3:1 8.4:1 9.1:3 9.2:4 10.1:2 10.2:2 10.3:4 10.4:11 10.5:5 10.6:2 10.7:3 11.1:2 11.2:3 11.3:3 11.4:4 "
    "11.5:1 11.6:1 12.1:3 12.2:2 12.3:4 13.1:1 13.2:5 13.3:2 13.4:5 14.1:2 14.2:4 14.3:3 15.1:3 15.2:3 15.3:7 "
    "16.1:1 16.2:5 16.3:4 16.4:3 16.5:3 17.1:1 17.2:4 17.3:2"
)  # fmt: skip


def wanted() -> list[str]:
    pairs = (one.split(":") for one in SECTIONS.split())
    return [f"V{section}.{at}" for section, count in pairs for at in range(1, int(count) + 1)]


def listed() -> list[str]:
    rows = re.findall(r"^\| (V[\d.]+)(?:–(V[\d.]+))? \|", TEXT, re.MULTILINE)
    none = "".join(re.findall(r"^None is used: .*?do not apply\.$", TEXT, re.DOTALL | re.MULTILINE))
    rows += re.findall(r"(V\d+\.\d+\.\d+)(?:–(V\d+\.\d+\.\d+))?", none)
    found = []
    for first, last in rows:
        section, at = first.rsplit(".", 1)
        end = int(last.rsplit(".", 1)[1]) if last else int(at)
        found += [f"{section}.{number}" for number in range(int(at), end + 1)]
    return found


def test_every_requirement_is_answered_once() -> None:
    assert len(wanted()) == 253
    assert sorted(listed()) == sorted(wanted())


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`([a-z0-9]+(?:_[a-z0-9]+){2,})", TEXT))))
def test_tests_that_are_named_are_there(name: str) -> None:
    tests = "".join(path.read_text("utf-8") for path in HERE.glob("tests/*/test_*.py"))
    assert re.search(rf"def test_(\w*_)?{name}", tests), name
