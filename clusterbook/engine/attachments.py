"""Attachments among the returns: which files are some, and to whose return each belongs.

Letters, scans and evidence are never read and count nowhere. One is tied to the workbook whose id,
county or cluster its name or folders carry, or whose return is the only one in its folder; where
more than one would do, it is tied to none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final

from attrs import frozen

from clusterbook.engine.cache import Card
from clusterbook.forms.parsing.folding import fold
from clusterbook.forms.stamp import Attached, Registered
from clusterbook.readers.findings import attachment
from clusterbook.validation.rounds import first_issue, origin

_WORDS: Final = (re.compile(r"[A-Za-z0-9_-]+"), re.compile(r"[A-Za-z0-9-]+"))
# A folder of such a name holds what goes with returns, and is nobody's own.
_EVIDENCE: Final = re.compile("附件|佐证|证明|材料|扫描|盖章|图片|照片")
_SUFFIXES: Final = "市县区旗"
_LEAST: Final = 2  # characters of a name that is looked for in names of files

Listed = tuple[str, Card | None, bool]  # shown name, card, whether it was skipped


def attached(
    files: Sequence[Listed], register: Mapping[str, Registered] | None,
    evidence: frozenset[int] = frozenset(),
) -> dict[int, Attached]:  # fmt: skip
    """The attachments by position. With a ``register`` all whom a workbook was issued to are known.

    Files of ``evidence``, by position, are attachments whatever they hold. ``alone`` are those
    whose sender is known to have sent nothing else, or that came by themselves in a folder where
    others put their returns into folders of their own.
    """
    what: dict[int, str] = {}
    for at, (name, card, skipped) in enumerate(files):
        usual = attachment(card.kind if card else "", name)
        if not skipped and (usual or at in evidence):
            what[at] = usual or "佐证材料"
    if not what:
        return {}
    inbox = _Inbox(files, frozenset(what), register or {})
    return {at: inbox.attached(at, found) for at, found in what.items()}


def returns_of(
    files: Sequence[Listed], attachments: Iterable[int], register: Mapping[str, Registered] | None
) -> dict[int, tuple[int, ...]]:
    """Of each attachment the returns that it belongs to: those of one sender, by position."""
    among = frozenset(attachments)
    inbox = _Inbox(files, among, register or {})
    sent: dict[str, list[int]] = {}
    for at, (name, card, skipped) in enumerate(files):
        owner = None if skipped or at in among else _stamped(card) or inbox.by_name(name)
        if owner:
            sent.setdefault(owner, []).append(at)
    found = {at: inbox.owner(files[at][0]) for at in sorted(among)}
    return {at: tuple(sent.get(owner, ())) for at, owner in found.items() if owner}


@frozen
class _Inbox:
    """All files of an import; ``attachments`` are the positions of those that are some."""

    files: Sequence[Listed]
    attachments: frozenset[int]
    register: Mapping[str, Registered]

    def attached(self, at: int, what: str) -> Attached:
        name = self.files[at][0]
        owner = self.owner(name)
        if owner is None:
            top = name.partition("/")[0] if "/" in name else ""
            alone = not self._returns or self._elsewhere(name)
            return Attached(
                what=what, whose=Registered(issued_to=top if alone else ""), alone=alone
            )
        return Attached(
            what=what, issue=owner if owner in self._known else "",
            whose=self._known.get(owner) or Registered(issued_to=""),
            alone=owner not in self._senders,
        )  # fmt: skip

    @cached_property
    def _returns(self) -> list[tuple[str, Card | None]]:
        """Every file that is meant as a return, read or not."""
        return [(name, card) for at, (name, card, skipped) in enumerate(self.files)
                if not skipped and at not in self.attachments]  # fmt: skip

    @cached_property
    def _known(self) -> dict[str, Registered]:
        """Whoever may have sent something, by the id of the workbook issued to them."""
        found = dict(self.register)
        for _, card in self._returns:
            stamp = card.stamp if card else None
            if stamp is not None and (issue := first_issue(stamp.issue)):
                found.setdefault(issue, Registered(issued_to=stamp.issued_to))
        return found

    @cached_property
    def _senders(self) -> frozenset[str | None]:
        """Who has sent a return, be it one that cannot be read."""
        return frozenset(_stamped(card) or self.by_name(name) for name, card in self._returns)

    @cached_property
    def _called(self) -> dict[str, tuple[str, tuple[str, ...]]]:
        """City and names of whoever may have sent something, folded."""
        cities = frozenset(_bare(fold(whose.city)) for whose in self._known.values())
        return {
            issue: (fold(whose.city), tuple(_names(whose, cities)))
            for issue, whose in self._known.items()
        }

    @cached_property
    def _foldered(self) -> bool:
        """Whether all returns lie in folders, as one for each county."""
        return all("/" in name for name, _ in self._returns)

    @cached_property
    def _tops(self) -> frozenset[str]:
        return frozenset(name.partition("/")[0] for name, _ in self._returns)

    def _elsewhere(self, name: str) -> bool:
        """Whether a file lies in a folder of its own sender, where all returns are in folders."""
        top = name.partition("/")[0]
        own = "/" in name and top not in self._tops and not _EVIDENCE.search(top)
        return own and self._foldered and bool(self._returns)

    def owner(self, name: str) -> str | None:
        """Who sent a file, by its name first and then by its folder; None where nothing tells."""
        return self.by_name(name) or self._by_folder(name)

    def _by_folder(self, name: str) -> str | None:
        """Whose the only return of the nearest folder with returns is."""
        for folder in _folders(name):
            if folder == "" and self._elsewhere(name):
                return None
            inside = self._senders_in.get(folder, ())
            if inside:
                return next(iter(inside)) or None if len(inside) == 1 else None
        return None

    @cached_property
    def _senders_in(self) -> dict[str, set[str]]:
        """Who has returns in each folder or below it; "" for one whose sender is not known."""
        found: dict[str, set[str]] = {}
        for name, card in self._returns:
            for folder in _folders(name):
                found.setdefault(folder, set()).add(_stamped(card) or "")
        return found

    def by_name(self, name: str) -> str | None:
        """Whose id, or else whose longest name, stands in the path."""
        words = {word for pattern in _WORDS for word in pattern.findall(name)}
        ids = set(map(origin, words)) & self._known.keys()
        if ids:
            return ids.pop() if len(ids) == 1 else None
        path = fold(name)
        found: dict[str, tuple[int, bool]] = {}
        for issue, (city, names) in self._called.items():
            longest = max((len(n) for n in names if n in path), default=0)
            if longest:
                found[issue] = (longest, bool(city) and city in path)
        best = max(found.values(), default=None)
        owners = [issue for issue, rank in found.items() if rank == best]
        return owners[0] if len(owners) == 1 else None


def _stamped(card: Card | None) -> str | None:
    """Whose a return is by its stamp; by its own content where it was issued to nobody."""
    if card is None or card.stamp is None:
        return None
    return first_issue(card.stamp.issue) or f"#{card.cluster or card.sha256}"


def _folders(name: str) -> Iterator[str]:
    """The folders that a file lies in, the nearest first, "" last."""
    while "/" in name:
        name = name.rpartition("/")[0]
        yield name
    yield ""


def _names(whose: Registered, cities: frozenset[str]) -> Iterator[str]:
    """What a county or its cluster is called in names of files, folded.

    湘潭 may be 湘潭县 or 湘潭市, in whose folder files of all its counties lie: ``cities`` are
    those that are called so.
    """
    for text in (whose.issued_to, whose.cluster_name, whose.county):
        name = fold(text)
        if len(name) >= _LEAST:
            yield name
    bare = _bare(fold(whose.county))
    if len(bare) >= _LEAST and bare not in cities:
        yield bare


def _bare(name: str) -> str:
    """A name without 市 or 县; "" where it has none."""
    return name[:-1] if name and name[-1] in _SUFFIXES else ""
