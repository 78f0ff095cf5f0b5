"""Names of OpenDocument: the spaces of its elements as a parser gives them, and white space."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_OASIS: Final = "urn:oasis:names:tc:opendocument:xmlns:"
OFFICE: Final = _OASIS + "office:1.0 "
TABLE: Final = _OASIS + "table:1.0 "
TEXT: Final = _OASIS + "text:1.0 "
STYLE: Final = _OASIS + "style:1.0 "
FORMATTING: Final = _OASIS + "xsl-fo-compatible:1.0 "
NUMBERS: Final = _OASIS + "datastyle:1.0 "
DRAW: Final = _OASIS + "drawing:1.0 "
#: form controls, which stand before the cells and are drawn by ``draw:control``
FORM: Final = _OASIS + "form:1.0 "
CALC: Final = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 "

PARAGRAPHS: Final = (TEXT + "p", TEXT + "h")
_LONGEST: Final = 32_767  # characters of a cell


def white_space(name: str, attributes: Mapping[str, str]) -> str:
    """Return the characters that an element within a paragraph stands for; most stand for none."""
    if name == TEXT + "s":
        return " " * min(int(attributes.get(TEXT + "c", "1")), _LONGEST)
    return {TEXT + "tab": "\t", TEXT + "line-break": "\n"}.get(name, "")
