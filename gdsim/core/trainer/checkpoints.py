"""States of training that are kept, so that going back costs few steps and little memory."""

from __future__ import annotations

import bisect
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# All checkpoints of one Trainer together, and how many at most.
_BYTES = 48 * 1024 * 1024
_MOST = 4096
# The newest are never thinned out.
_RECENT = 64


@dataclass(frozen=True)
class Checkpoint:
    """Parameters and the optimizer's memory on arrival at `step`: copies, not to be changed."""

    step: int
    parameters: Array
    memory: Any


class Checkpoints:
    """In the order of their steps; when there are too many the older ones are thinned out evenly."""

    def __init__(self, bytes_each: int) -> None:
        self._most = max(2 * _RECENT, min(_MOST, _BYTES // max(1, bytes_each)))
        self._kept: list[Checkpoint] = []

    def __len__(self) -> int:
        return len(self._kept)

    def __contains__(self, step: int) -> bool:
        found = self.before(step)
        return found is not None and found.step == step

    def before(self, step: int) -> Checkpoint | None:
        """The last one at or before `step`."""
        place = bisect.bisect_right(self._kept, step, key=lambda kept: kept.step)
        return self._kept[place - 1] if place else None

    def finite_before(self, step: int) -> Checkpoint:
        """The last one at or before `step` whose parameters are finite; the first of all if none is."""
        place = bisect.bisect_right(self._kept, step, key=lambda kept: kept.step)
        for kept in reversed(self._kept[:place]):
            if np.isfinite(kept.parameters).all():
                return kept
        return self._kept[0]

    def add(self, checkpoint: Checkpoint) -> None:
        place = bisect.bisect_left(self._kept, checkpoint.step, key=lambda kept: kept.step)
        self._kept.insert(place, checkpoint)
        if len(self._kept) > self._most:
            self._kept = self._thinned(self._kept[:-_RECENT]) + self._kept[-_RECENT:]

    def _thinned(self, older: list[Checkpoint]) -> list[Checkpoint]:
        """About half of what may be kept, at even distances."""
        gap = (older[-1].step - older[0].step) / ((self._most - _RECENT) // 2)
        kept = older[:1]
        for checkpoint in older[1:]:
            if checkpoint.step - kept[-1].step >= gap:
                kept.append(checkpoint)
        return kept

    def cut(self, step: int) -> None:
        """Forget those after `step`."""
        del self._kept[bisect.bisect_right(self._kept, step, key=lambda kept: kept.step) :]
