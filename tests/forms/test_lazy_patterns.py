"""Patterns that are compiled when something is first looked for."""

from __future__ import annotations

import copy
import importlib
import pkgutil
import re
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusterbook.forms import parsing
from clusterbook.forms.parsing.patterns import lazy_pattern

CASES = [("[0-9]{2}(?P<unit>[个家])?", 0), ("^a|B$", re.IGNORECASE), (r"\s*(.)、", re.DOTALL)]


@given(st.sampled_from(CASES), st.text("0123个家aBb 、\n", max_size=12))
def test_they_find_what_compiled_ones_find(case: tuple[str, int], text: str) -> None:
    lazy, plain = lazy_pattern(*case), re.compile(*case)
    for name in ("search", "match", "fullmatch"):
        found, expected = getattr(lazy, name)(text), getattr(plain, name)(text)
        assert (found and found.groupdict()) == (expected and expected.groupdict())
        assert (found and found.span()) == (expected and expected.span())
    assert lazy.sub("x", text) == plain.sub("x", text)
    assert lazy.split(text) == plain.split(text)
    assert lazy.findall(text) == plain.findall(text)
    assert lazy.groups == plain.groups


def test_a_copy_is_one_too() -> None:
    lazy = lazy_pattern("[0-9]+")
    assert copy.deepcopy(lazy).sub("x", "a12") == "ax"
    assert lazy.pattern == "[0-9]+"
    with pytest.raises(AttributeError):
        lazy.no_such_method  # noqa: B018


def test_what_cannot_be_compiled_is_told_when_it_is_used() -> None:
    with pytest.raises(re.error):
        lazy_pattern("(").search("")


def test_plain_answers_compile_hardly_any() -> None:
    code = (
        "import re\nfrom re import _compiler\n"
        "seen, usual = [], _compiler.compile\n"
        "def counted(pattern, flags=0):\n"
        "    seen.append(pattern)\n"
        "    return usual(pattern, flags)\n"
        "_compiler.compile = counted\n"
        "from clusterbook.forms.parsing import calendar, choices, names, numbers\n"
        "used = [one for one in seen for module in (calendar, choices, names, numbers)\n"
        "        if one in {getattr(p, 'pattern', None) for p in vars(module).values()}]\n"
        "print(used)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_every_one_can_be_compiled() -> None:
    """A fault in one would show only where something is first looked for."""
    found = 0
    for module in pkgutil.iter_modules(parsing.__path__, f"{parsing.__name__}."):
        for value in vars(importlib.import_module(module.name)).values():
            if type(value) is type(lazy_pattern("")):
                assert re.compile(value.pattern, value.flags).groups == value.groups
                found += 1
    assert found > 90
