"""Many trainings at once: a fan of seeds, and sweeps over a strength, a rate, a width or an amount of data."""

from __future__ import annotations

from .crowd import Trained, trained_together
from .restarts import Fan, restart_fan
from .sweep import Knob, Sweep, sweep
from .task import Member, Task

__all__ = ["Fan", "Knob", "Member", "Sweep", "Task", "Trained", "restart_fan", "sweep", "trained_together"]
