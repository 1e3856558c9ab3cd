"""Runs of an optimizer: pulled step by step, kept, forked, stopped with a reason that can be said in a sentence."""

from __future__ import annotations

from gdsim.core.run.run import Run
from gdsim.core.run.stationary import Kind, stationary_kinds
from gdsim.core.run.step import Step, StopReason

__all__ = ["Kind", "Run", "Step", "StopReason", "stationary_kinds"]
