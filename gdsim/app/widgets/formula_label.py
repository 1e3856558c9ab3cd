"""Typeset formulas, drawn as vectors: crisp at every scale, in the theme's colours.

At the start of the program setting them waits until the first picture is on the screen: see `Typesetter`.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from weakref import WeakSet

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QWidget
from shiboken6 import isValid

from gdsim.app.theme import theme_manager
from gdsim.app.widgets.outlines import formula_svg, outlines, ziamath


@lru_cache(maxsize=64)  # a long formula takes 150 kB when it is ready to be drawn; labels hold their own
def _renderer(latex: str, size: float, colour: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(formula_svg(latex, size, colour)))


class Typesetter:
    """Sets the formulas of labels: at once, or, between `wait` and the end of `catch_up`, later."""

    def __init__(self) -> None:
        self._waiting: WeakSet[FormulaLabel] | None = None

    def wait(self) -> None:
        """Labels that get a formula from now on show it after `catch_up`, and have an empty line until then."""
        self._waiting = WeakSet()

    @property
    def waits(self) -> bool:
        """Whether nothing is set yet."""
        return self._waiting is not None

    def has_to_wait(self, label: FormulaLabel) -> bool:
        if self._waiting is not None:
            self._waiting.add(label)
        return self._waiting is not None

    def catch_up(self) -> Iterator[None]:
        """Import what is needed and set what waits, one formula at each pull; then formulas are set at once again."""
        with suppress(ImportError):  # then formulas come out as plain text
            for name in _PARTS:
                importlib.import_module(name)
                yield
            ziamath()
            yield
        if self._waiting:
            yield from _in_turn(self._waiting)
        self._waiting = None

    def after(self, pieces: Iterator[None]) -> Iterator[None]:
        """Set what labels get in `pieces` only when all of these were pulled."""
        waiting: WeakSet[FormulaLabel] = WeakSet()
        while True:
            with self._held(waiting):
                if next(pieces, _END) is _END:
                    break
            yield
        yield from _in_turn(waiting)

    @contextmanager
    def _held(self, waiting: WeakSet[FormulaLabel]) -> Iterator[None]:
        if self._waiting is not None:  # until `catch_up`
            yield
            return
        self._waiting = waiting
        try:
            yield
        finally:
            self._waiting = None


_END = object()


def _in_turn(labels: WeakSet[FormulaLabel]) -> Iterator[None]:
    """Set one formula at each pull; those that can be seen come first."""
    while labels:
        label = next((each for each in labels if isValid(each) and each.isVisible()), None) or next(iter(labels))
        labels.discard(label)
        if isValid(label):
            label.typeset()
            del label
            yield


_PARTS = ("urllib.request", "latex2mathml.converter", "ziafont")  # of the import of ziamath, which is a long one
typesetter = Typesetter()


class FormulaLabel(QWidget):
    """Shows one formula, left-aligned; never drawn wider than its place."""

    was_set = Signal()
    """A formula that had to wait is there."""

    def __init__(
        self,
        latex: str = "",
        *,
        scale: float = 1.0,
        colour: str = "text",
        spoken: str = "",
        inline: bool = False,
        smallest: float = 0.0,
        parent: QWidget | None = None,
    ) -> None:
        """`scale` is relative to the text size; `colour` a theme token; `spoken` what a screen reader says.

        `inline` puts the formula on the base line that a QLabel beside it has.  It asks for the room to be drawn at no
        less than the share `smallest` of its size.
        """
        super().__init__(parent)
        self._latex, self._scale, self._colour, self._inline, self._smallest = "", scale, colour, inline, smallest
        self._waits = False
        self._drawn: tuple[tuple[str, float, str], QSvgRenderer] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        theme_manager().changed.connect(self._follow_theme)
        self.set_latex(latex, spoken)

    @property
    def latex(self) -> str:
        return self._latex

    def set_latex(self, latex: str, spoken: str = "") -> None:
        self.setAccessibleName(spoken or latex)
        if latex != self._latex:
            self._latex = latex
            self._waits = typesetter.has_to_wait(self)
            if not self._waits:
                self._drawing()  # now, since an exception in sizeHint or paintEvent would end the process
            self.updateGeometry()
            self.update()

    def prepare(self, latex: str) -> None:
        """Set a formula ahead, which takes a while, so that `set_latex` will show it without delay."""
        if not typesetter.waits:
            outlines(latex, self._size)

    def typeset(self) -> None:
        """Show a formula that has been waiting."""
        self._waits = False
        self._drawing()
        self.updateGeometry()
        self.update()
        self.was_set.emit()

    def set_colour(self, colour: str) -> None:
        if colour != self._colour:
            self._colour = colour
            self.update()

    def sizeHint(self) -> QSize:
        if not self._latex:
            return QSize(0, 0)
        if self._waits:
            return QSize(0, round(1.5 * self._size))
        box = self._drawing().viewBoxF()
        return QSize(round(box.width()) + 1, round(box.height()) + 1)

    def minimumSizeHint(self) -> QSize:
        natural = self.sizeHint()
        least = max(theme_manager().px(40), round(self._smallest * natural.width()))
        return QSize(min(natural.width(), least), natural.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._latex or self._waits:
            return
        renderer = self._drawing()
        box = renderer.viewBoxF()
        if box.isEmpty():
            return
        share = min(1.0, self.width() / box.width(), self.height() / box.height())
        width, height = box.width() * share, box.height() * share
        top = (self.height() - height) / 2
        if self._inline:
            metrics = QFontMetricsF(theme_manager().font())
            base_line = (self.height() + metrics.ascent() - metrics.descent()) / 2
            top = min(max(base_line + box.top() * share, 0.0), self.height() - height)
        painter = QPainter(self)
        renderer.render(painter, QRectF(0, top, width, height))
        painter.end()

    def _drawing(self) -> QSvgRenderer:
        wanted = (self._latex, self._size, theme_manager().theme.colour(self._colour))
        if self._drawn is None or self._drawn[0] != wanted:
            self._drawn = wanted, _renderer(*wanted)
        return self._drawn[1]

    @property
    def _size(self) -> float:
        return theme_manager().px(13) * self._scale * 1.2

    def _follow_theme(self) -> None:
        self.updateGeometry()
        self.update()


class FormulaWindow(QScrollArea):
    """A formula that stays readable where it is longer than its place: it scrolls sideways, by wheel, bar or keys."""

    def __init__(self, label: FormulaLabel, parent: QWidget | None = None, *, keeps_room: bool = True) -> None:
        """`label` says by its `smallest` how far it shrinks before it scrolls.

        Room for the scroll bar is kept always, so that nothing below moves, or only while it scrolls.
        """
        super().__init__(parent)
        self.label, self._keeps_room = label, keeps_room
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.viewport().setAutoFillBackground(False)
        self.setWidget(label)
        label.setAutoFillBackground(False)
        label.was_set.connect(self._follow)
        theme_manager().changed.connect(self._follow)
        self._follow()

    @property
    def scrolls(self) -> bool:
        """Whether a part of the formula is out of sight."""
        return self.label.minimumSizeHint().width() > self.width()

    def set_latex(self, latex: str, spoken: str = "") -> None:
        """Another formula, seen from its beginning."""
        if latex != self.label.latex:
            self.horizontalScrollBar().setValue(0)
        self.label.set_latex(latex, spoken)
        self._follow()

    def _follow(self) -> None:
        """What scrolls can be reached with Tab, and says what it is."""
        self.updateGeometry()
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if self.scrolls else Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(f"Typeset formula, {self.label.accessibleName()}")
        self.setToolTip(f"Scroll sideways to see all of it:\n{self.label.accessibleName()}" if self.scrolls else "")

    def sizeHint(self) -> QSize:
        natural = self.label.sizeHint()
        bar = self.horizontalScrollBar().sizeHint().height() if self._keeps_room or self.scrolls else 0
        return QSize(natural.width(), natural.height() + bar)

    def minimumSizeHint(self) -> QSize:
        return QSize(theme_manager().px(40), self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._follow()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The upright wheel moves it sideways too; at an end, or when all is seen, the panel scrolls."""
        moved = event.pixelDelta() if not event.pixelDelta().isNull() else event.angleDelta() / 2
        bar = self.horizontalScrollBar()
        before = bar.value()
        bar.setValue(before - (moved.x() or moved.y()))
        event.setAccepted(bar.value() != before)
