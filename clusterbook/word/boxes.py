"""Which options somebody chose in a cell of printed options, in whatever way people tick.

Signs before or behind an option, ticked boxes, highlighting, the others struck out or deleted.
Where a cell can be read in two ways nothing is chosen and the reason is told.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from attrs import evolve, frozen

from clusterbook.forms.parsing.folding import fold

_TICKS = "☑√✓✔●■"
_OPEN = "☐○□"
_CROSSES = "×✗✘"
_BRACKETED = re.compile(r"[(（\[【]\s*([√✓✔☑■●×✗xXvV ]?)\s*[)）\]】]")
_TICKED, _EMPTY, _CROSSED = "☑", "☐", "×"
_OTHER = "\0"  # in front of words that are no option
_NUMBERED = re.compile(r"(?<!\w)(?:[(（]\d{1,2}[)）]|\d{1,2}[.、)）．](?!\d)|[\u2460-\u2473])")
_PIECES = re.compile(
    r"((?:[^\W_]|[\ue000-\uf8ff])+)|(.)", re.DOTALL
)  # private signs may be anything
_KINDS = {
    **dict.fromkeys(_TICKS, _TICKED),
    **dict.fromkeys(_CROSSES, _CROSSED),
    **dict.fromkeys(_OPEN, _EMPTY),
}


@frozen
class Chosen:
    """The options chosen, or why that is unsure; ``how`` tells how, where not by a tick."""

    options: tuple[str, ...] = ()
    unsure: str = ""
    how: str = ""
    #: options that do not stand in the cell any more
    gone: tuple[str, ...] = ()
    #: what is written in the cell besides options and signs
    rest: str = ""


def chosen(
    text: str, options: Sequence[str], lit: Sequence[str] = (), struck: Sequence[str] = (),
    *, several: bool = False,
) -> Chosen:  # fmt: skip
    """What is chosen of ``options``; ``several`` of them may be."""
    pieces = _tokens(text, options)
    rest = " ".join(piece.removeprefix(_OTHER) for piece in pieces if _is_other(piece))
    return evolve(_chosen(pieces, options, lit, struck, several=several), rest=rest)


def _chosen(  # noqa: PLR0911 - a way out for each way to tick
    pieces: Sequence[str], options: Sequence[str], lit: Sequence[str], struck: Sequence[str],
    *, several: bool,
) -> Chosen:  # fmt: skip
    found = [piece for piece in pieces if piece in options]
    gone = tuple(option for option in options if option not in found)
    if len(set(found)) < len(found):
        return Chosen(unsure="同一选项出现多次", gone=gone)
    marks = _marks(pieces, options)
    if marks is None:
        return Chosen(unsure="分不清勾选的是哪一项", gone=gone)
    ticked = tuple(option for option in found if marks[option] == _TICKED)
    crossed = [option for option in found if marks[option] == _CROSSED]
    if crossed:
        if ticked:  # √ beside ×: a cross says no
            crossed = []
        else:
            return Chosen(unsure="画×的选项可能是选中，也可能是不选", gone=gone)
    if ticked:
        return _limited(ticked, gone, several=several)
    folded = [fold(part) for part in lit]
    shone = tuple(option for option in found if any(fold(option) in part for part in folded))
    if shone:
        return _limited(shone, gone, several=several, how="突出显示")
    left = tuple(option for option in found if option not in struck)
    if not several and gone and len(left) == 1 and _all_struck(gone, struck):
        return Chosen(left, how="其余选项已划去", gone=gone)
    return Chosen(gone=gone)


def _limited(
    options: tuple[str, ...], gone: tuple[str, ...], *, several: bool, how: str = ""
) -> Chosen:
    if len(options) > 1 and not several:
        return Chosen(unsure=f"同时选了{'、'.join(options)}", gone=gone)
    return Chosen(options, how=how, gone=gone)


def _all_struck(gone: Sequence[str], struck: Sequence[str]) -> bool:
    crossed = fold("".join(struck))
    return all(fold(option) in crossed for option in gone)


def _tokens(text: str, options: Sequence[str]) -> list[str]:
    """The text as options, signs, blanks (" ") and other words, in order."""
    known = {fold(option): option for option in options}
    shortened = _BRACKETED.sub(lambda found: _sign(found[1]), text)
    pattern = "|".join(_spelled(one) for one in sorted(options, key=len, reverse=True))
    found: list[str] = []
    at = 0
    for one in re.finditer(pattern, shortened) if pattern else ():
        found += _between(shortened[at : one.start()])
        found.append(known[fold(one[0])])
        at = one.end()
    return found + _between(shortened[at:])


def _spelled(option: str) -> str:
    """A pattern for an option, blanks anywhere and half- or full-width marks."""
    wide = {",": "[,，]", "，": "[,，]", "(": "[(（]", "（": "[(（]", ")": "[)）]", "）": "[)）]",
            "“": '[“"”]', "”": '[“"”]', "、": "[、,，]"}  # fmt: skip
    return r"\s*".join(wide.get(sign, re.escape(sign)) for sign in option if not sign.isspace())


def _sign(inside: str) -> str:
    sign = inside.strip()
    if not sign:
        return _EMPTY
    return "√" if sign in "√✓✔☑■●vV" else _CROSSED


def _between(text: str) -> list[str]:
    """Signs, blanks and other words between two options; numbers of options are blanks."""
    found: list[str] = []
    for words, sign in _PIECES.findall(_NUMBERED.sub(" ", text)):
        piece = f"{_OTHER}{words}" if words else _KINDS.get(sign, " ")
        if piece != " " or found[-1:] != [" "]:
            found.append(piece)
    return found


def _is_other(piece: str) -> bool:
    return piece.startswith(_OTHER)


def _marks(pieces: Sequence[str], options: Sequence[str]) -> dict[str, str] | None:
    """The sign of each option; None where it is not sure whose a sign is."""
    marks = dict.fromkeys(options, "")
    signs = (_TICKED, _EMPTY, _CROSSED)
    boxed = sum(piece in signs for piece in pieces)
    before = bool(pieces) and _leads(pieces, options)
    last = ""
    for at, piece in enumerate(pieces):
        if piece in marks or _is_other(piece):
            last = piece
        elif piece in signs:
            ahead = next((one for one in pieces[at + 1 :] if one != " " and one not in signs), "")
            sign = _Sign(
                piece, last, ahead, pieces[at - 1] if at else "", "".join(pieces[at + 1 : at + 2])
            )
            owner = sign.owner(marks, leads=before, boxed=boxed >= len(options))
            if owner is None or not _marked(marks, owner, piece):
                return None
    return marks


def _marked(marks: dict[str, str], owner: str, sign: str) -> bool:
    """Give an option its sign; False where it has another one already."""
    if owner not in marks:
        return True
    if marks[owner] in ("", _EMPTY):
        marks[owner] = sign
        return True
    return sign in (_EMPTY, marks[owner])


@frozen
class _Sign:
    """A sign with the options or other words around it, and what it touches on either side."""

    sign: str
    last: str
    ahead: str
    left: str
    right: str

    def owner(  # noqa: PLR0911 - a way out for each neighbour
        self, marks: Mapping[str, str], *, leads: bool, boxed: bool
    ) -> str | None:
        """The option or other words that it is about; None where it may be either."""
        touches_last, touches_next = self.left in marks, self.right in marks
        if _is_other(self.left) and self.sign != _EMPTY and not (leads and boxed):
            return None if leads or touches_next else self.last
        if leads and _is_other(self.ahead):
            return self.last if touches_last and not _is_other(self.right) else self.ahead
        only_last = touches_last and not touches_next
        if leads and self.ahead in marks and not (self.sign == _TICKED and only_last):
            return self.ahead
        if touches_last and (not touches_next or boxed):
            return self.last
        if touches_last:
            return self.ahead if self.sign == _EMPTY else None
        if touches_next or not self.last:
            return self.ahead
        return self.last if self.ahead not in marks else None


def _leads(pieces: Sequence[str], options: Sequence[str]) -> bool:
    """Whether signs stand before their options: the first sign is before the first option."""
    first = next((piece for piece in pieces if piece != " " and not _is_other(piece)), "")
    return first in (_TICKED, _EMPTY, _CROSSED) and first not in options
