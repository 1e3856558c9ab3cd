"""A slider over floats: linear, logarithmic or whole numbers, with marks such as the stability limit 2/λ.

The value is a float that is kept exactly as it was set; the mouse and the keyboard change it in steps of about three
significant digits.  A mark beyond the range stands at that edge with an arrow.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QSlider, QVBoxLayout, QWidget

from gdsim.app.theme import theme_manager
from gdsim.app.widgets.figures import format_number
from gdsim.app.widgets.scale import Mark, Scale

POSITIONS = 1000
THUMB = 16
TRACK_HEIGHT = 24
_KEY_STEPS = {
    Qt.Key.Key_Left: -1, Qt.Key.Key_Down: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: 1,
    Qt.Key.Key_PageDown: -10, Qt.Key.Key_PageUp: 10, Qt.Key.Key_Home: -math.inf, Qt.Key.Key_End: math.inf,
}  # fmt: skip


class ValueSlider(QWidget):
    """`moved(value)` tells of every change by the user; `set_value` is silent."""

    moved = Signal(float)

    def __init__(
        self,
        low: float,
        high: float,
        value: float | None = None,
        *,
        log: bool = False,
        whole: bool = False,
        name: str = "",
        marks: Iterable[tuple[float, str, str]] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """Passing `marks`, even an empty list, keeps room for their labels below the track."""
        super().__init__(parent)
        self.scale = Scale(low, high, log, whole)
        self._value = low if value is None else float(value)
        self._marks = [Mark(*mark) for mark in marks or ()]
        self._room_for_marks = marks is not None
        self.track = _Track(self)
        self.setFocusProxy(self.track)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.track, 0, Qt.AlignmentFlag.AlignTop)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.track.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)
        theme_manager().changed.connect(self._follow_theme)

    def value(self) -> float:
        return self._value

    def set_value(self, value: float) -> None:
        """Show `value`; out of range, the thumb stays at the end of the track."""
        self._value = float(value)
        self._follow_value()

    def set_range(self, low: float, high: float) -> None:
        self.scale = self.scale._replace(low=low, high=high)
        self._follow_value()

    def set_marks(self, marks: Iterable[tuple[float, str, str]]) -> None:
        """Each mark is (value, label, colour); `colour` is a theme token or "#rrggbb"."""
        new = [Mark(*mark) for mark in marks]
        if not self._room_for_marks:
            self._room_for_marks = True
            self.updateGeometry()
        if new != self._marks:
            self._marks = new
            self._follow_value()
            self.update()

    def marks(self) -> list[Mark]:
        return list(self._marks)

    def take(self, value: float) -> None:
        """A change by the user: show it and tell."""
        if value != self._value:
            self.set_value(value)
            self.moved.emit(value)

    def mark_places(self) -> list[tuple[Mark, float, str]]:
        """Each mark with its x in this widget and its label, with an arrow where the value is out of range."""
        left, length = self.track.span()
        places = []
        for mark in self._marks:
            if math.isnan(mark.value):
                continue
            share = self.scale.share(mark.value)
            label = mark.label if 0 <= share <= 1 else f"{mark.label} →" if share > 1 else f"← {mark.label}"
            places.append((mark, left + min(max(share, 0.0), 1.0) * length, label))
        return places

    def _follow_value(self) -> None:
        share = min(max(self.scale.share(self._value), 0.0), 1.0)
        self.track.blockSignals(True)
        self.track.setValue(round(share * POSITIONS))
        self.track.blockSignals(False)
        words = [format_number(self._value, trim=True)]
        self.track.setAccessibleName(f"{self.accessibleName()} {words[0]}".strip())
        words += [f"{mark.label} at {format_number(mark.value, trim=True)}" for mark in self._marks]
        self.track.setAccessibleDescription(", ".join(words))
        self.track.update()

    def _follow_theme(self) -> None:
        self.track.updateGeometry()
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        themes = theme_manager()
        marks = QFontMetricsF(themes.font("secondary")).height() if self._room_for_marks else 0
        return QSize(themes.px(120), themes.px(TRACK_HEIGHT) + round(marks))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme_manager().px(60), self.sizeHint().height())

    def setToolTip(self, text: str) -> None:
        super().setToolTip(text)
        self.track.setToolTip(text)

    def setAccessibleName(self, name: str) -> None:
        """The track is spoken with its value, since Qt knows only the position of the thumb."""
        super().setAccessibleName(name)
        self._follow_value()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The labels of the marks; the lines are drawn on the track."""
        places = self.mark_places()
        if not places:
            return
        themes = theme_manager()
        painter = QPainter(self)
        painter.setFont(themes.font("secondary"))
        metrics = QFontMetricsF(painter.font())
        top = themes.px(TRACK_HEIGHT) - 1
        free_from = 0.0
        for mark, x, label in sorted(places, key=lambda place: place[1]):
            width = metrics.horizontalAdvance(label) + 2
            left = max(min(x - width / 2, self.width() - width), free_from)
            painter.setPen(QColor(themes.theme.colour(mark.colour)))
            painter.drawText(QRectF(left, top, width, metrics.height()), Qt.AlignmentFlag.AlignCenter, label)
            free_from = left + width + themes.px(6)
        painter.end()


class LogSlider(ValueSlider):
    """A slider whose equal distances are equal ratios, for learning rates and other quantities that span decades."""

    def __init__(
        self,
        low: float,
        high: float,
        value: float | None = None,
        *,
        name: str = "",
        marks: Iterable[tuple[float, str, str]] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        if not 0 < low < high:
            raise ValueError(f"a logarithmic slider needs 0 < low < high, not {low:g} and {high:g}")
        super().__init__(low, high, value, log=True, name=name, marks=marks, parent=parent)


class _Track(QSlider):
    """Draws the groove, the marks and the thumb; a click anywhere goes there."""

    def __init__(self, owner: ValueSlider) -> None:
        super().__init__(Qt.Orientation.Horizontal, owner)
        self._owner = owner
        self.setRange(0, POSITIONS)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def span(self) -> tuple[float, float]:
        """The left end and the length of the way that the thumb's centre can go."""
        thumb = theme_manager().px(THUMB)
        margin = thumb / 2 + 3
        return margin, max(self.width() - 2 * margin, 1.0)

    def sizeHint(self) -> QSize:
        themes = theme_manager()
        return QSize(themes.px(120), themes.px(TRACK_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme_manager().px(40), self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = _KEY_STEPS.get(Qt.Key(event.key()))
        if steps is None or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
            return
        factor = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        self._owner.take(self._owner.scale.nudged(self._owner.value(), steps * factor))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self._go_to(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go_to(event.position().x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.setSliderDown(False)
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Left to the panel around it, which scrolls: a value must not change in passing."""
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        themes = theme_manager()
        theme = themes.theme
        left, length = self.span()
        middle = themes.px(TRACK_HEIGHT) / 2
        x = left + length * self.value() / POSITIONS
        thick = themes.px(4)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for end, colour in ((self.width() - 2.0, theme.border), (x, theme.muted if self.isEnabled() else theme.border)):
            painter.setBrush(QColor(colour))
            painter.drawRoundedRect(QRectF(2, middle - thick / 2, end - 2, thick), thick / 2, thick / 2)
        for mark, place, _ in self._owner.mark_places():
            painter.setPen(QPen(QColor(theme.colour(mark.colour)), themes.px(2)))
            painter.drawLine(QPointF(place, 2), QPointF(place, self.height() - 1))
        radius = themes.px(THUMB) / 2
        outline = theme.border if not self.isEnabled() else theme.text if self.underMouse() else theme.control
        painter.setBrush(QColor(theme.raised))
        painter.setPen(QPen(QColor(outline), 1.5 * themes.scale))
        painter.drawEllipse(QPointF(x, middle), radius - 1.5, radius - 1.5)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme.accent), 2))
            painter.drawEllipse(QPointF(x, middle), radius + 1, radius + 1)
        painter.end()

    def _go_to(self, x: float) -> None:
        left, length = self.span()
        self._owner.take(self._owner.scale.value((x - left) / length))
