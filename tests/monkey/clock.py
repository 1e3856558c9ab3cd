"""A clock that does not know how fast the machine is, so that the same events do the same things everywhere."""

from __future__ import annotations

import random

_PACES = (0.0002, 0.0007, 0.004, 0.006)  # seconds that seem to pass between two looks: fast and slow work in turn


class VirtualClock:
    """Stands still but for `advance`, and for a short seeded while at each look, so that budgets are used up."""

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(seed)
        self.now = 0.0

    def __call__(self) -> float:
        self.now += self._rng.choice(_PACES)
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds
