"""What is counted after every round, and what may become of it."""

from __future__ import annotations

import gc
from collections import Counter
from dataclasses import dataclass, fields
from statistics import median

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QGraphicsView

from tests.monkey.invariants import memory_used

MEMORY_GROWTH = 1.10
SLOWER = 1.5  # times as long for a frame; the machine does other things, too
COUNT_GROWTH = 1.02


@dataclass(frozen=True)
class Reading:
    """After one round; `frame` is the milliseconds of work that nine of ten frames took at most."""

    memory: float
    frame: float
    objects: int
    qobjects: int
    widgets: int
    windows: int
    timers: int
    items: int


def reading(frame: float) -> Reading:
    """Now, with nothing left that is only waiting to be collected."""
    gc.collect()
    application = QApplication.instance()
    tops = [widget for widget in application.topLevelWidgets() if widget.parent() is None]
    views = [view for top in tops for view in top.findChildren(QGraphicsView)]
    return Reading(
        memory=memory_used(),
        frame=frame,
        objects=len(gc.get_objects()),
        qobjects=len(application.findChildren(QObject)) + sum(len(top.findChildren(QObject)) for top in tops),
        widgets=len(application.allWidgets()),
        windows=len(application.topLevelWidgets()),
        timers=sum(len(top.findChildren(QTimer)) for top in tops),
        items=sum(len(view.scene().items()) for view in views if view.scene() is not None),
    )


def growth(readings: list[Reading]) -> list[str]:
    """What grew from the first third of the readings to the last, in sentences; `readings` begin after the warm-up."""
    third = max(1, len(readings) // 3)
    found = []
    for field in fields(Reading):
        before, after = (
            median(getattr(each, field.name) for each in part) for part in (readings[:third], readings[-third:])
        )
        limit = {"memory": MEMORY_GROWTH, "frame": SLOWER}.get(field.name, COUNT_GROWTH)
        if after > before * limit:
            found.append(f"{field.name} grew from {before:.6g} to {after:.6g}, which is {after / before:.3f} times")
    return found


def kinds() -> Counter[str]:
    """How many Python objects there are of each type, to tell what it is that grows."""
    return Counter(f"{type(each).__module__}.{type(each).__qualname__}" for each in gc.get_objects())
