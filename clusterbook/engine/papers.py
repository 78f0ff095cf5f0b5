"""What the papers that go back are called, and where they stand: a folder per city, as posted.

A paper is named by the file that was issued, as the register has it, never by what the return says
of itself; without a register by the name under which the return came. Of equal names the later ones
get a number. A city is one that the register or the form's own list has.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

from clusterbook.engine.cache import Card
from clusterbook.engine.window_files import WindowFile
from clusterbook.paths import file_stem, stem_of

NO_CITY = "未注明市州"


def names(members: Sequence[WindowFile], cards: Sequence[Card | None]) -> dict[int, str]:
    """What the names of papers begin with, by position: ``长沙市/001_宁乡市_食品产业集群``.

    Numbers are for what another return has replaced, of which no paper is made.
    """
    found: dict[int, str] = {}
    taken: set[str] = set()
    for at, member, card in sorted(
        zip(range(len(members)), members, cards, strict=True), key=lambda one: _is_replaced(one[1])
    ):
        city = (member.issued.city if member.issued else "") or (card.city if card else "")
        folder = stem_of(city) or NO_CITY
        own = file_stem((member.issued.file if member.issued else "") or member.file)
        for number in count(1):
            stem = own if number == 1 else f"{own}_{number}"
            path = f"{folder}/{stem}"
            if path.casefold() not in taken:
                break
        taken.add(path.casefold())
        found[at] = path
    return found


def _is_replaced(member: WindowFile) -> bool:
    return member.standing is not None and member.standing.replaced
