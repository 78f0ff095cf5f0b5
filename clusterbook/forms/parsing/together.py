"""What is said of one text, said of all the texts of a column, a few of them looked at together.

Most texts have nothing odd about them, and that shows in all their signs at once. Where it does
not, each text is looked at by itself: what is said never differs, only how soon.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence

from clusterbook.forms.parsing.folding import (
    TELLING_SIGNS,
    UNSEEN_SIGNS,
    folds_to_itself,
    is_plain,
    is_plain_prose,
    is_usual,
    name_key,
    stand_in,
    visible_length,
)
from clusterbook.forms.parsing.names import NAME_ENDS, NO_NAME_SIGNS, UNSURE_END, plain_name

_TOGETHER = 32  # so few that one odd sign costs little


def are_plain(texts: Sequence[str]) -> list[bool]:
    """What ``is_plain`` says of each text."""
    return _looked_at(texts, is_plain, is_usual, TELLING_SIGNS, UNSEEN_SIGNS)


def are_plain_prose(texts: Sequence[str]) -> list[bool]:
    """What ``is_plain_prose`` says of each text."""
    return _looked_at(texts, is_plain_prose, is_usual, TELLING_SIGNS, UNSEEN_SIGNS)


def are_plain_names(texts: Sequence[str]) -> list[bool]:
    """What ``plain_name`` says of each text."""
    return _looked_at(texts, plain_name, _only_names, _NO_BEGINNING, UNSURE_END)


_NO_BEGINNING = TELLING_SIGNS | frozenset(NAME_ENDS)


def _only_names(signs: str) -> bool:
    return is_usual(signs) and not any(sign in signs for sign in NO_NAME_SIGNS)


def _looked_at(
    texts: Sequence[str], look: Callable[[str], bool], is_sound: Callable[[str], bool],
    first: Collection[str], last: Collection[str],
) -> list[bool]:  # fmt: skip
    """What a ``look`` says of each text.

    Of texts with ``is_sound`` signs their first and their last one tell: whether it is none of
    these.
    """
    found: list[bool] = []
    for some in _few(texts):
        if all(some) and is_sound("".join(some)):
            found += [text[0] not in first and text[-1] not in last for text in some]
        else:
            found += map(look, some)
    return found


def _few(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    return (texts[at : at + _TOGETHER] for at in range(0, len(texts), _TOGETHER))


def name_keys(texts: Sequence[str]) -> list[str]:
    """The ``name_key`` of each text."""
    found: list[str] = []
    for some in _few(texts):
        if folds_to_itself("".join(some)):
            found += "\n".join(some).casefold().split("\n")
        else:
            found += map(name_key, some)
    return found


def visible_lengths(texts: Sequence[str]) -> list[int]:
    """The ``visible_length`` of each text."""
    found: list[int] = []
    for some in _few(texts):
        if is_usual("".join(some)):
            found += [len(text) - text.count(" ") for text in some]
        else:
            found += map(visible_length, some)
    return found


def stand_ins(texts: Sequence[str]) -> list[str]:
    """What each text is a ``stand_in`` for; most begin as none does."""
    return [stand_in(text) if text[:1] in TELLING_SIGNS else "" for text in texts]
