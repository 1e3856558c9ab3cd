"""Training a network step by step: pulled, never looping by itself; every step can be made again exactly."""

from __future__ import annotations

from .history import History, Record
from .memo import Memo
from .settings import Settings
from .sharpness import sharpness
from .stop import Stop, StopReason
from .trainer import Trainer

__all__ = ["History", "Memo", "Record", "Settings", "Stop", "StopReason", "Trainer", "sharpness"]
