"""The texts of a workbook: characters and their escapes, rich text, the shared strings.

Shared strings of the usual shape are cut out of the XML as it stands; on any other a streaming
parser decides.
"""

import re
import sys
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain
from typing import Final

from attrs import Factory, define

from clusterbook.readers.appearance import Run, marked
from clusterbook.readers.limits import USUAL_HEAD, Handler, damaged, parse

XML_SPACE: Final = " \t\n\r"


class NotPlainError(Exception):
    """The fast reader met a shape it does not know; the exact reader has to look."""


# --- characters -----------------------------------------------------------------------------

_FORBIDDEN: Final = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ud800-\\udfff\\ufffe\\uffff]")
_KEPT_TEXT: Final = 4_000  # characters of XML: longer ones are hardly printed texts
_HALF: Final = re.compile("[\\ud800-\\udfff]")
_REFERENCE: Final = re.compile(r"&(?:#([0-9]{1,7});|#x([0-9a-fA-F]{1,6});|([a-z]{2,4});)?")
_NAMED: Final = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_ESCAPE: Final = re.compile(
    "_x([dD][89abAB][0-9a-fA-F]{2})__x([dD][c-fC-F][0-9a-fA-F]{2})_|_x([0-9a-fA-F]{4})_"
)


def _resolve(match: re.Match[str]) -> str:
    decimal, hexadecimal, name = match.groups()
    if name in _NAMED:
        return _NAMED[name]
    code = int(decimal) if decimal else int(hexadecimal, 16) if hexadecimal else 0
    if code > sys.maxunicode or _FORBIDDEN.match(chr(code)):
        raise NotPlainError("reference")
    return chr(code)


def unescape(text: str) -> str:
    """Return the characters that raw XML text stands for; NotPlainError when it is not XML text."""
    if not text.isprintable() and _FORBIDDEN.search(text):
        raise NotPlainError("control character")
    if "&" not in text:
        return text
    if "&#" not in text:
        swapped = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"')
        if swapped.count("&") == swapped.count(
            "&amp;"
        ):  # the usual four; the rest letter by letter
            return swapped.replace("&amp;", "&")
    return _referred(text) if len(text) < _KEPT_TEXT else _REFERENCE.sub(_resolve, text)


@lru_cache(maxsize=4_096)
def _referred(text: str) -> str:
    """Return a text without references; kept, as the printed texts of a round are the same."""
    return _REFERENCE.sub(_resolve, text)


def _unhex(match: re.Match[str]) -> str:
    high, low, single = match.groups()
    if high:
        return bytes.fromhex(high + low).decode("utf-16-be")
    character = chr(int(single, 16))
    return match[0] if _HALF.match(character) else character  # half a character stays as written


def unescape_excel(text: str) -> str:
    """Return a cell text with Excel's ``_xHHHH_`` written out (only string cells carry these)."""
    return _ESCAPE.sub(_unhex, text) if "_x" in text else text


# --- rich text, exactly ---------------------------------------------------------------------

_SPACE_ATTRIBUTE: Final = "http://www.w3.org/XML/1998/namespace space"


_ITEMS: Final = ("si", "is")
_OF_ITEMS: Final = [[item] for item in _ITEMS]


@define
class RichText(Handler):
    """Join the ``<t>`` of a string item or an inline string, without its phonetic guides."""

    runs: list[Run] = Factory(list)
    how: str = ""  # the run is set: "struck", "raised", "lowered"
    keep: bool = False

    def opened(self, local: str, parent: str, attributes: dict[str, str]) -> None:
        """Begin an item or one of its runs."""
        if local in _ITEMS:
            self.runs, self.how = [], ""
        elif local == "r":
            self.how = ""
        elif parent == "rPr" and local in ("strike", "dstrike", "vertAlign"):
            self.how = _run_set(local, attributes.get("val", "1")) or self.how
        elif local == "t" and self._shown(parent):
            self.text, self.keep = [], attributes.get(_SPACE_ATTRIBUTE) == "preserve"

    def _shown(self, parent: str) -> bool:
        """Whether a ``<t>`` is text of the cell: a run may stand inside a guide, too."""
        return parent in _ITEMS or (parent == "r" and self.path[-3:-2] in _OF_ITEMS)

    def closed(self, local: str, parent: str) -> None:
        """End a run."""
        if local == "t" and parent in (*_ITEMS, "r") and self.text is not None:
            run = "".join(self.text)
            run = run if self.keep else run.strip(XML_SPACE)
            self.runs.append((run, self.how))
            self.text = None

    def whole(self) -> str:
        """Return the text of the item that ended, marked where some of it is struck or raised."""
        if any(how for _, how in self.runs):
            return marked((unescape_excel(text), how) for text, how in self.runs)
        return unescape_excel("".join(text for text, _ in self.runs))


_SET: Final = {"superscript": "raised", "subscript": "lowered"}


def _run_set(local: str, value: str) -> str:
    """Return how a property sets its run; a run that is struck as well comes last and wins."""
    if local == "vertAlign":
        return _SET.get(value, "")
    return "" if value.strip().lower() in ("0", "false", "off") else "struck"


@define
class _StringHandler(RichText):
    """Collect every ``<si>`` of a shared string table."""

    strings: list[str] = Factory(list)

    def closed(self, local: str, parent: str) -> None:
        super().closed(local, parent)
        if local == "si" and parent == "sst":
            self.strings.append(self.whole())


# --- shared strings -------------------------------------------------------------------------


_KEPT: Final = ' xml:space="preserve">'
_KEEP: Final = "<t" + _KEPT
_OPENING, _CLOSING = "<si><t", "</t></si>"
# Blanks at the ends of a text count only where it says so: such ends are left for others.
_USUAL: Final = re.compile(
    rf"<si><t(?:{_KEPT}|>(?![{XML_SPACE}]))([^<]*+)(?<![{XML_SPACE}])</t></si>"
)
_STRING: Final = re.compile(
    r'<si><t( xml:space="preserve")?+>([^<]*+)</t></si>|<si>(.*?)</si>|(.+)', re.DOTALL
)
_TABLE_HEAD: Final = re.compile(r"(?:<\?xml [^<>]*\?>)?\s*<sst(?:\s[^<>]*[^<>/])?>")
_RUN: Final = re.compile(r'<r><t( xml:space="preserve")?+>([^<]*+)</t></r>|(.+)', re.DOTALL)
_PROPERTIES: Final = rb"<rPr>(?:<[a-zA-Z][a-zA-Z0-9]*+[^<>&]*+(?<=/)>)*+</rPr>"
_RUN_PROPERTIES: Final = re.compile(_PROPERTIES)
_RUN_START: Final = b"<r>" + _KEEP.encode()
_FIRST_RUN: Final = re.compile(rb"<r>(?:%b)?+%b" % (_PROPERTIES, _KEEP.encode()))
_NEXT_RUN: Final = re.compile(rb"</t></r>" + _FIRST_RUN.pattern)

_MOST_INDEXES: Final = 65_536
_INDEXES: Final[list[str]] = []  # "0", "1" and so on, kept between files


class SharedStrings(dict[str, str]):
    """The shared strings of a workbook, by their index as cells write it.

    The declared count is ignored: it is wrong in honest files and a trap in others.
    """

    def __init__(self, text: str, part: str) -> None:
        self._text, self._part = text, part
        self._waiting: dict[str, str] = {}
        try:
            raw, rest = _cut_strings(text) if text else ([], [])
        except NotPlainError:
            raw, rest = [], _exact_strings(text, part)
        # whether a text may be marked; one without runs is none
        self.marked = not raw and ("strike" in text or "vertAlign" in text)
        #: the texts in their order, and of which of them only ``self`` knows the characters
        self.listed, self.escaped = raw or rest, []
        self.update(_numbered(self.listed))
        if raw:
            self.escaped = sorted({*_holding(text, "&"), *_holding(text, "_x")})
            self._waiting = {str(index): self.pop(str(index)) for index in self.escaped}

    def __missing__(self, key: str) -> str:
        raw = self._waiting.pop(key, None)
        if raw is not None:
            try:
                text = self[key] = unescape_excel(unescape(raw))
            except NotPlainError:
                self.update(_numbered(_exact_strings(self._text, self._part)))
                return self[key]
            return text
        index = key.strip(XML_SPACE).lstrip("0") or "0"
        if index == key or (index not in self and index not in self._waiting):
            raise damaged(self._part, "string_index", index=key[:20])
        return self[index]


def _holding(text: str, sign: str) -> Iterator[int]:
    """Yield the numbers of the strings of a usual table that hold a sign; few of them do."""
    number, place = 0, text.find("<si>")
    while (found := text.find(sign, place)) >= 0:
        number += text.count(_CLOSING, place, found)
        place = found + len(sign)
        yield number


def _numbered(strings: list[str]) -> Iterator[tuple[str, str]]:
    """Yield strings with their indexes as cells write them."""
    while len(_INDEXES) < min(len(strings), _MOST_INDEXES):
        _INDEXES.append(str(len(_INDEXES)))
    return zip(chain(_INDEXES, map(str, range(len(_INDEXES), len(strings)))), strings, strict=False)


def _cut_strings(text: str) -> tuple[list[str], list[str]]:
    """Return the strings of a table of the usual shape, cut where one item ends and one begins.

    They come first where they are still to be unescaped, else second.
    """
    first, last = text.find("<si>"), text.rfind("</si>") + len("</si>")
    if first < 0 or not _TABLE_HEAD.fullmatch(text, 0, first):
        raise NotPlainError("string table")
    if text[last:].strip(XML_SPACE) != "</sst>":
        raise NotPlainError("string table")
    items = text[first:last]
    if not (items.startswith(_OPENING) and items.endswith(_CLOSING)):
        return [], _mixed_strings(items)
    raw = _usual_strings(items)
    if raw:
        return raw, []
    pieces = items[len(_OPENING) : -len(_CLOSING)].split(_CLOSING + _OPENING)
    strings = []
    for piece in pieces:
        if "<" not in piece and piece.startswith((">", _KEPT)):
            raw_text = piece[len(_KEPT) :] if piece[0] == " " else piece[1:].strip(XML_SPACE)
            strings.append(unescape_excel(unescape(raw_text)))
        else:
            strings += _mixed_strings(f"{_OPENING}{piece}{_CLOSING}")
    return [], strings


def _usual_strings(items: str) -> list[str]:
    """Return the strings of items none of which is rich, or whose blanks might not count; or none.

    Items that a table before began with, too, are not cut once more.
    """
    start, strings = _begun(items)
    own = _cut_usual(items[start:])
    if own is None:
        return []
    raw = strings + own
    if not start:
        end = _end_of_items(items, _MOST_BEGINNING)
        _keep_beginning(items[:end], raw[: items.count(_CLOSING, 0, end)])
    return raw


def _cut_usual(items: str) -> list[str] | None:
    """Return the strings of usual items, of which there may be none; None where one is not.

    The lengths prove that nothing stands between the items.
    """
    raw: list[str] = _USUAL.findall(items)
    kept = items.count(_KEEP)
    tags = len(_OPENING + ">" + _CLOSING) * len(raw) + (len(_KEPT) - 1) * kept
    if items.count("<") != 4 * len(raw) or sum(map(len, raw)) + tags != len(items):
        return None
    if _FORBIDDEN.search("".join([string for string in raw if not string.isprintable()])):
        raise NotPlainError("control character")
    return raw


# What usual tables begin with, by their first characters: those of one form begin with the texts
# that are printed on it. Kept between files.
_BEGINNINGS: Final[dict[str, tuple[str, list[str]]]] = {}
_TOLD_BY: Final = 200  # characters
_MOST_BEGINNINGS: Final = 8
_MOST_BEGINNING: Final = 1 << 18  # characters


def _begun(items: str) -> tuple[int, list[str]]:
    """Return how much of items has been cut before, and its strings."""
    known, strings = _BEGINNINGS.get(items[:_TOLD_BY], ("", []))
    if items.startswith(known):
        return len(known), strings
    start = _end_of_items(known, _alike(known, items))
    if start < len(known) // 2:  # another kind of table, or its texts in another order
        return 0, []
    begun = strings[: known.count(_CLOSING, 0, start)]
    _keep_beginning(items[:start], begun)
    return start, begun


def _end_of_items(items: str, length: int) -> int:
    """Return where the last item ends that stands within so many characters; 0 for none."""
    last = items.rfind(_CLOSING, 0, length)
    return last + len(_CLOSING) if last >= 0 else 0


def _alike(one: str, other: str) -> int:
    """Return how many characters two texts have in common at their beginning."""
    same, end = 0, min(len(one), len(other))
    while same < end:
        middle = (same + end + 1) // 2
        if other.startswith(one[same:middle], same):
            same = middle
        else:
            end = middle - 1
    return same


def _keep_beginning(items: str, strings: list[str]) -> None:
    if len(_BEGINNINGS) >= _MOST_BEGINNINGS:
        _BEGINNINGS.clear()
    _BEGINNINGS[items[:_TOLD_BY]] = items, strings


def without_run_properties(data: bytes) -> bytes:
    """Return a table with the plain runs of rich text joined, which read the same.

    LibreOffice has a run, with properties, for each script of a mixed text: nine tenths of its
    tables.  Whatever is not of that shape is left for others.
    """
    count = data.count(b"<rPr>")
    if not count or not data.startswith(USUAL_HEAD):
        return data
    if b"vertAlign" in data or b"strike" in data:
        return data
    # Runs that follow one another are most of them; then the first of each text.
    joined, taken = _FIRST_RUN.subn(_KEEP.encode(), _NEXT_RUN.sub(b"", data))
    if b"<r>" not in joined and b"<rPr>" not in joined and joined.count(b"</t></r>") == taken:
        return joined.replace(b"</t></r>", b"</t>")
    joined, taken = _RUN_PROPERTIES.subn(b"", data)
    if taken != count:
        return data
    runs = joined.count(_RUN_START)
    if runs == joined.count(b"<r>") == joined.count(b"</t></r>"):
        joined = joined.replace(b"</t></r>" + _RUN_START, b"")
        joined = joined.replace(_RUN_START, _KEEP.encode()).replace(b"</t></r>", b"</t>")
    return joined


def _mixed_strings(items: str) -> list[str]:
    """Return the strings of items of several plain shapes."""
    strings: list[str] = []
    for keep, simple, rich, rest in _STRING.findall(items):
        if rest:
            raise NotPlainError("string item")
        runs = [unescape(simple if keep else simple.strip(XML_SPACE))]
        for keep_run, run, odd in _RUN.findall(rich):
            if odd:
                raise NotPlainError("rich text")
            runs.append(unescape(run if keep_run else run.strip(XML_SPACE)))
        strings.append(unescape_excel("".join(runs)))
    return strings


def _exact_strings(text: str, part: str) -> list[str]:
    handler = _StringHandler()
    parse(text, part, handler)
    return handler.strings
