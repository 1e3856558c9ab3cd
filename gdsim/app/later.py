"""What can wait until the first picture is on the screen: at the start it does, else it is done at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator


class Later:
    """Between `wait` and the end of `catch_up` work is put off."""

    def __init__(self) -> None:
        self._work: list[Callable[[], object]] | None = None

    def wait(self) -> None:
        """Put off what is asked for from now on."""
        self._work = []

    def do(self, work: Callable[[], object]) -> None:
        """Now, or in its turn."""
        if self._work is None:
            work()
        else:
            self._work.append(work)

    def catch_up(self) -> Iterator[None]:
        """One piece of work at each pull."""
        while self._work:
            self._work.pop(0)()
            yield
        self._work = None


later = Later()
