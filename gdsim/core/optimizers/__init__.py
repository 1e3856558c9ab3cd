"""Rules that turn gradients into moves, one entry of `OPTIMIZERS` each, the simplest first."""

from __future__ import annotations

from gdsim.core.optimizers.base import OPTIMIZERS, NoMemory, Optimizer

# Importing a module adds its optimizers to the table; the order here is the order of the choice.
# isort: off
from gdsim.core.optimizers import descent, adaptive, adam, safeguarded  # noqa: F401

__all__ = ["OPTIMIZERS", "NoMemory", "Optimizer"]
