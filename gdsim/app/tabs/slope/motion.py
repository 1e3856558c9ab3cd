"""What moves by itself, and whether the desktop asks for less of it."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QStyle, QWidget

from gdsim.app.ticker import Ticker

SECONDS = 0.12


def motion_reduced() -> bool:
    """True where the desktop has its animations switched off; Qt then gives them no time."""
    return QApplication.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) == 0


class SlideIn:
    """Brings a widget to its place from the right; where motion is reduced it is there at once."""

    def __init__(self, ticker: Ticker, widget: QWidget) -> None:
        self._ticker, self._widget = ticker, widget
        self._left = 0.0
        self._home = 0

    @property
    def running(self) -> bool:
        return self._left > 0.0

    def start(self) -> None:
        """The widget stands at its place now."""
        self.finish()
        if motion_reduced():
            return
        self._home, self._left = self._widget.x(), SECONDS
        self._place()
        self._ticker.frame.connect(self._move)

    def finish(self) -> None:
        """Put it to its place, if it is still on the way."""
        if self.running:
            self._left = 0.0
            self._ticker.frame.disconnect(self._move)
            self._place()

    def _move(self, elapsed: float) -> None:
        if elapsed >= self._left:
            self.finish()
        else:
            self._left -= elapsed
            self._place()

    def _place(self) -> None:
        self._widget.move(self._home + round(self._left / SECONDS * self._widget.width()), self._widget.y())
