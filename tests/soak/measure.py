"""What is counted after every round, and what may become of it."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, fields
from statistics import median

from PySide6.QtCore import QMessageLogContext, QObject, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication, QGraphicsView

from tests.monkey.invariants import memory_used

LIMITS = {"memory": 1.10, "objects": 1.10, "frame": 2.0}  # times; the machine does other things than frames, too
SHORT_LIMITS = {"memory": 1.15, "objects": 1.2, "frame": 3.0}  # while caches still fill
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
        qobjects=sum(_counted(top) for top in (application, *tops)),
        widgets=len(application.allWidgets()),
        windows=len(application.topLevelWidgets()),
        timers=sum(len(top.findChildren(QTimer)) for top in tops),
        items=sum(len(view.scene().items()) for view in views if view.scene() is not None),
    )


def _counted(root: QObject) -> int:
    """It and all below it, without a Python object for each, which PySide6 would keep."""
    lines: list[str] = []

    def note(_kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
        lines.append(message)

    before = qInstallMessageHandler(note)
    root.dumpObjectTree()
    qInstallMessageHandler(before)
    return len(lines)


def growth(readings: list[Reading], limits: Mapping[str, float]) -> list[str]:
    """What grew from the first third of the readings to the last, in sentences; `readings` begin after the warm-up."""
    third = max(1, len(readings) // 3)
    found = []
    for field in fields(Reading):
        before, after = (
            median(getattr(each, field.name) for each in part) for part in (readings[:third], readings[-third:])
        )
        if after > before * limits.get(field.name, COUNT_GROWTH):
            found.append(f"{field.name} grew from {before:.6g} to {after:.6g}, which is {after / before:.3f} times")
    return found


def kinds() -> Counter[str]:
    """How many Python objects there are of each type, to tell what it is that grows."""
    return Counter(f"{type(each).__module__}.{type(each).__qualname__}" for each in gc.get_objects())
