"""An ordered table from a key to an entry.

Everything the user can choose from (optimizers, surfaces, schedules, primitives, tabs) is one entry in such a
table; combo boxes, parameter panels, help pages and parametrized tests are built by walking it.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from typing import Generic, TypeVar

T = TypeVar("T")


class Registry(Mapping[str, T], Generic[T]):
    """Ordered, read-only to everyone but its own module; a key can be given once."""

    def __init__(self, kind: str) -> None:
        """`kind` names an entry in error sentences, e.g. "optimizer"."""
        self.kind = kind
        self._entries: dict[str, T] = {}

    def add(self, key: str, entry: T) -> T:
        """Append an entry and return it.  Raises ValueError when the key is taken."""
        if key in self._entries:
            raise ValueError(f"there is already a {self.kind} called {key!r}")
        self._entries[key] = entry
        return entry

    def register(self, key: str) -> Callable[[T], T]:
        """Decorator form of `add`."""
        return lambda entry: self.add(key, entry)

    def __getitem__(self, key: str) -> T:
        try:
            return self._entries[key]
        except KeyError:
            near = difflib.get_close_matches(str(key), self._entries, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else f"; there are {', '.join(self._entries)}"
            raise KeyError(f"no {self.kind} called {key!r}{hint}") from None

    def __contains__(self, key: object) -> bool:
        return key in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __repr__(self) -> str:
        return f"Registry({self.kind!r}: {', '.join(self._entries)})"
