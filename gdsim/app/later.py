"""What can wait until the first picture is on the screen: at the start it does, else it is done at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject
from shiboken6 import isValid


class Later:
    """Between `wait` and the end of `catch_up` work is put off."""

    def __init__(self) -> None:
        self._work: list[tuple[QObject, Callable[[], object]]] | None = None

    def wait(self) -> None:
        """Put off what is asked for from now on."""
        self._work = []

    def do(self, owner: QObject, work: Callable[[], object]) -> None:
        """Now, or in its turn if `owner` is still there by then: a tab that could not be restored is thrown away."""
        if self._work is None:
            work()
        else:
            self._work.append((owner, work))

    def catch_up(self) -> Iterator[None]:
        """One piece of work at each pull."""
        try:
            while self._work:
                owner, work = self._work.pop(0)
                if isValid(owner):
                    work()
                yield
        finally:
            self._work = None


later = Later()
