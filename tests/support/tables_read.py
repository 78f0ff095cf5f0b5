"""Tables in every format, and what the reader makes of them."""

from __future__ import annotations

import struct

import pytest
from support.binary_books import cell, record, relations, zipped

from clusterbook.readers import findings
from clusterbook.readers.grid import GridError, read_grid

pack = struct.pack

WHOLE = 2  # the flag of a packed whole number


def only(data, **more):
    (sheet,) = read_grid(data, **more).sheets
    return sheet


NUMBERS = (
    cell(0x203, 0, 0, pack("<d", 1.5)) + cell(0x203, 0, 1, pack("<d", 0.25), 1)
    + cell(0x203, 0, 2, pack("<d", 45_000.0), 2) + cell(0x27E, 1, 1, pack("<L", 7 << 2 | WHOLE))
    + cell(0x27E, 1, 2, pack("<L", -1234 << 2 & 0xFFFFFFFF | WHOLE | 1))
    + cell(0x27E, 1, 3, pack("<L", struct.unpack("<Q", pack("<d", 0.5))[0] >> 32))
    + record(0xBD, pack("<HHHLHLH", 2, 0, 0, 5 << 2 | WHOLE, 1, 6 << 2 | WHOLE, 1))
)  # fmt: skip


def name(text, tokens, *, scope=0, built_in=False):
    raw = text.encode("latin-1")
    flags = 0x20 if built_in else 0
    return record(
        0x18, pack("<HBBHHH4x", flags, 0, len(raw), len(tokens), 0, scope) + b"\0" + raw + tokens
    )


def table(rows, name="S", more=""):
    return f'<table:table table:name="{name}" {more}>{rows}</table:table>'


def typed(kind, value="", text="", more=""):
    named = {"percentage": "value", "currency": "value", "float": "value"}.get(
        kind, f"{kind}-value"
    )
    held = f'office:{named}="{value}"' if value else ""
    paragraph = f"<text:p>{text}</text:p>" if text else ""
    return (
        f'<table:table-cell office:value-type="{kind}" {held} {more}>{paragraph}</table:table-cell>'
    )


def row(*cells, more=""):
    return f"<table:table-row {more}>{''.join(cells)}</table:table-row>"


def verdict(data, limits=None):
    """The problem code of a file that is refused."""
    with pytest.raises(GridError) as caught:
        read_grid(data, **({"limits": limits} if limits else {}))
    problem = findings.refusal(caught.value)
    assert "{" not in problem.message() + problem.how_to_mend() + problem.message("en")
    return problem.code


def content_types(part):
    return zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": relations(("officeDocument", part)),
            part: "x",
        }
    )
