"""The reasons for which training goes no further."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class StopReason(StrEnum):
    DIVERGED = "diverged"
    NOT_A_NUMBER = "not a number"
    """The loss is undefined at the start already."""
    EARLY = "early stopping"


@dataclass(frozen=True)
class Stop:
    """Training stopped at `step`; the explanation is a sentence with its numbers.

    After divergence `sound_step` is a step before the rise, and `suggested_rate` a learning rate (the optimizer's,
    before the schedule's factor) with which to go on from there.
    """

    step: int
    reason: StopReason
    explanation: str
    sound_step: int | None = None
    suggested_rate: float | None = None
