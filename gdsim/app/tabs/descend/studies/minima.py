"""Which number, and so which colour and marker, a minimum has: the same in the basin map and among many starts."""

from __future__ import annotations

from PySide6.QtCore import QObject

from gdsim.core.basins import NEAR
from gdsim.core.objective import Domain

Point = tuple[float, ...]


class MinimaNumbers(QObject):
    """Numbers the minima of each function in the order in which anybody asks for them."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._places: dict[str, list[Point]] = {}
        self._known: dict[tuple[str, Point, Domain], int] = {}

    def number(self, function: str, point: Point, domain: Domain) -> int:
        """The number of a minimum of the function; places nearer than the rule of basins allows are one."""
        asked = (function, point, domain)
        if asked not in self._known:
            self._known[asked] = self._found(*asked)
        return self._known[asked]

    def _found(self, function: str, point: Point, domain: Domain) -> int:
        places = self._places.setdefault(function, [])
        for number, place in enumerate(places):
            if all(abs(a - b) < NEAR * (high - low) for a, b, (low, high) in zip(place, point, domain, strict=True)):
                return number
        places.append(point)
        return len(places) - 1


def minima_numbers(session: QObject) -> MinimaNumbers:
    """The one of this session, made at the first call."""
    return session.findChild(MinimaNumbers) or MinimaNumbers(session)
