"""A workbook under way, put by: to be written on again and again from where it stood.

It never leaves the process that made it. What nobody changes is not copied but shared.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable
from io import BytesIO
from typing import Any

from attrs import frozen

_LONG = 1024  # signs of a text that is worth it


@frozen(eq=False)
class Snapshot:
    """A list or dict as it was, with the lists and dicts in it; what these hold nobody changes."""

    value: Any
    #: its keys or places with a list or dict
    within: tuple[Any, ...] = ()

    @classmethod
    def of(cls, value: Any) -> Snapshot:
        """As it is now."""
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        within = tuple(key for key, one in pairs if isinstance(one, dict | list))
        return cls(cls(value, within).copied(), within)

    def copied(self) -> Any:
        """The same once more, to be changed."""
        new = self.value.copy()
        for key in self.within:
            new[key] = new[key].copy()
        return new


@frozen
class Packed:
    """A workbook with what refers to parts of it; ``shared`` stands for itself."""

    data: bytes
    shared: tuple[Any, ...]

    @classmethod
    def of(cls, *objects: Any, unchanging: Callable[[Any], bool]) -> Packed:
        """As they stand now; what is ``unchanging`` is shared beside snapshots and long texts."""
        data = BytesIO()
        pickler = _Pickler(data, unchanging)
        pickler.dump(objects)
        return cls(data.getvalue(), tuple(pickler.shared))

    def unpacked(self) -> tuple[Any, ...]:
        """The same once more, for oneself."""
        unpickler = pickle.Unpickler(BytesIO(self.data))  # noqa: S301 - made by ``of``
        unpickler.persistent_load = self.shared.__getitem__  # type: ignore[method-assign]
        found: tuple[Any, ...] = unpickler.load()
        return found


class _Pickler(pickle.Pickler):
    """Leaves out what can be shared."""

    def __init__(self, file: BytesIO, unchanging: Callable[[Any], bool]) -> None:
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self.unchanging = unchanging
        self.shared: list[Any] = []
        self._known: dict[int, int] = {}

    def persistent_id(self, value: Any) -> int | None:
        """The place of a shared object; it is kept, so that its id stays its own."""
        if not (_is_shared(value) or self.unchanging(value)):
            return None
        if id(value) not in self._known:
            self._known[id(value)] = len(self.shared)
            self.shared.append(value)
        return self._known[id(value)]


def _is_shared(value: Any) -> bool:
    return isinstance(value, Snapshot) or (isinstance(value, str) and len(value) >= _LONG)
