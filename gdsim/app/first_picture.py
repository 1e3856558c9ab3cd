"""What is put off until the first picture is on the screen: charts beside it, typeset formulas, the collection of
garbage, and then the import of what other tabs need.

Starting makes some hundred thousand objects that stay; looking through them again and again would take a sixth of it.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

from gdsim.app.later import later
from gdsim.app.ticker import Ticker
from gdsim.app.widgets.formula_label import typesetter


class FirstPicture(QObject):
    """Waits until `window` has been painted, and then lets the ticker do what had to wait."""

    def __init__(self, window: QWidget, ticker: Ticker) -> None:
        super().__init__(window)
        self._window, self._ticker = window, ticker
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self._window.removeEventFilter(self)
            self._ticker.pull(catch_up(), done=self._look_ahead)
        return False

    def _look_ahead(self) -> None:
        from gdsim.app.ahead import Ahead

        Ahead(self._ticker, gc.freeze, self)


def catch_up() -> Iterator[None]:
    """Make what is missing, set the formulas, then settle the memory."""
    try:
        yield from later.catch_up()
        yield from typesetter.catch_up()
    finally:
        gc.freeze()  # what is there by now stays
        gc.enable()
