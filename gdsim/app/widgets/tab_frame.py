"""The frame that all tabs share: controls | pictures over transport over the sentence | numbers.

Wide windows show three columns.  Below about 1200 px the numbers become a page beside the controls, under a tab strip,
so that nothing is clipped and nothing scrolls sideways.  A tab is a subclass that fills the three places and overrides
the methods in the middle.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLayout,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from gdsim.app.actions import Action
from gdsim.app.pictures import Picture, Table
from gdsim.app.theme import theme_manager
from gdsim.app.widgets.sentence_bar import SentenceBar
from gdsim.app.widgets.transport import Transport

CONTROLS_WIDTH = 264
NUMBERS_WIDTH = 300
NARROW_BELOW = 1200
ROOMY_FROM = 1500
CARD_WIDTH = 480
CONTROLS, NUMBERS = 0, 1


class TabFrame(QWidget):
    """Fill the places with `set_controls`, `set_picture` and `set_numbers`; the main window calls the rest."""

    step_words = "one gradient update"
    """What Step does, as the menu says it."""
    roomy_numbers = NUMBERS_WIDTH
    """How wide the right column is in a window of ROOMY_FROM px and more."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.transport = Transport()
        self.sentence = SentenceBar()
        self._narrow = False
        self._collapsed = False
        self._card: QWidget | None = None
        self._controls = _Column("Controls")
        self._numbers = _Column("Numbers")
        self._pages = QTabBar(visible=False, expanding=True, drawBase=False, focusPolicy=Qt.FocusPolicy.TabFocus)
        self._pages.setAccessibleName("Controls or numbers")
        self._build()
        self._pages.addTab("Controls")
        self._pages.addTab("Numbers")
        self._pages.currentChanged.connect(self._stack.setCurrentIndex)
        theme_manager().changed.connect(self._arrange)
        self._arrange()

    def set_controls(self, widget: QWidget) -> None:
        """The left column; it scrolls when it is taller than the window."""
        self._controls.set_content(widget)

    def set_picture(self, widget: QWidget) -> None:
        """The middle, which takes all room that is left."""
        self._picture_place.addWidget(widget)
        widget.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_numbers(self, widget: QWidget) -> None:
        """The right column."""
        self._numbers.set_content(widget)

    def set_card(self, card: QWidget | None) -> None:
        """Lay a card over the right half, or take it away; the pictures move aside and stay whole, the numbers wait."""
        if self._card is not None and self._card is not card:
            self._card.hide()
        self._card = card
        self._arrange()
        if card is not None:
            card.setParent(self)
            card.show()
            card.raise_()

    @property
    def narrow(self) -> bool:
        """Whether the numbers are a page beside the controls."""
        return self._narrow

    @property
    def controls_collapsed(self) -> bool:
        return self._collapsed

    def set_controls_collapsed(self, collapsed: bool) -> None:
        """Give the left column's room to the picture; in a narrow window the numbers are hidden with it."""
        self._collapsed = collapsed
        self._arrange()

    def show_page(self, index: int) -> None:
        """In a narrow window: CONTROLS or NUMBERS."""
        self._pages.setCurrentIndex(index)

    # What a tab overrides.

    def build(self) -> Iterator[None]:
        """Make what is in it, a piece at each pull; it is shown and asked only when all of them are there."""
        yield from ()

    def actions(self) -> Sequence[Action]:
        """Further menu entries (in place of QWidget's list of QActions, which a tab has no use for)."""
        return ()

    def advance(self, steps: int) -> None:
        """Take `steps` steps at once, for the command line."""

    def pictures(self) -> Sequence[Picture]:
        """What Save picture and Copy picture offer, the main one first."""
        return ()

    def table(self) -> Table | None:
        """What Save data writes."""
        return None

    def save_state(self) -> dict[str, Any]:
        """A JSON-able description of what the tab shows."""
        return {}

    def restore_state(self, state: Mapping[str, Any]) -> None:
        """Show what `save_state` described; anything unusable in it is left out."""

    def undo(self) -> None: ...

    def redo(self) -> None: ...

    def can_undo(self) -> bool:
        return False

    def can_redo(self) -> bool:
        return False

    def stop(self) -> None:
        """Stop playing: the tab is left, or the window closes."""

    # The layout.

    def _build(self) -> None:
        self._stack = QStackedWidget()
        self._stack.addWidget(self._controls)
        self._left = QFrame()
        self._left.setProperty("role", "panel")
        left = _column(self._left)
        left.addWidget(self._pages)
        left.addWidget(self._stack, 1)
        centre = QFrame()
        centre.setProperty("role", "panel")
        middle = _column(centre)
        self._picture_place = QVBoxLayout()
        self._picture_place.setContentsMargins(1, 1, 1, 1)
        foot = QVBoxLayout()
        foot.setContentsMargins(12, 4, 12, 8)
        foot.setSpacing(4)
        foot.addWidget(self.transport)
        foot.addWidget(self.sentence)
        middle.addLayout(self._picture_place, 1)
        middle.addLayout(foot)
        self._right = QFrame()
        self._right.setProperty("role", "panel")
        _column(self._right).addWidget(self._numbers)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 8, 8, 8)
        row.setSpacing(8)
        row.addWidget(self._left)
        row.addWidget(centre, 1)
        row.addWidget(self._right)

    def _arrange(self) -> None:
        """Place the columns for the width and the type size."""
        themes = theme_manager()
        narrow = self.width() < themes.px(NARROW_BELOW)
        if narrow != self._narrow:
            self._narrow = narrow
            if narrow:
                self._stack.addWidget(self._numbers)
                self._stack.setCurrentIndex(self._pages.currentIndex())
            else:
                self._right.layout().addWidget(self._numbers)
                self._numbers.show()
        self._pages.setVisible(narrow)
        self._right.setVisible(not narrow)
        third = self.width() // 3
        # Beside numbers in large type a third is not enough for a row of them; clipped they would be of no use.
        most = self.width() * 2 // 5 if narrow else third
        self._left.setFixedWidth(min(themes.px(NUMBERS_WIDTH if narrow else CONTROLS_WIDTH), most))
        roomy = self.width() >= themes.px(ROOMY_FROM)
        self._right.setFixedWidth(min(themes.px(self.roomy_numbers if roomy else NUMBERS_WIDTH), third))
        self._left.setVisible(not self._collapsed)
        self._make_room()

    def _make_room(self) -> None:
        """For the card over the right half: the numbers wait beneath it, in a narrow window the controls too."""
        room = 0
        if self._card is not None:
            width = min(theme_manager().px(CARD_WIDTH), self.width() // 2)
            self._card.setGeometry(self.width() - width - 8, 8, width, max(0, self.height() - 16))
            self._right.hide()
            self._left.setVisible(not (self._collapsed or self._narrow))
            room = width + 8
        self.layout().setContentsMargins(8, 8, 8 + room, 8)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()


class _Column(QScrollArea):
    """Scrolls up and down, never sideways: its content is always as wide as it is."""

    def __init__(self, name: str) -> None:
        super().__init__(widgetResizable=True, focusPolicy=Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(name)
        self.viewport().setAutoFillBackground(False)

    def set_content(self, widget: QWidget) -> None:
        holder = QWidget()
        holder.setProperty("role", "clear")
        layout = QVBoxLayout(holder)
        layout.setContentsMargins(12, 8, 12, 12)
        layout.setSizeConstraint(QLayout.SizeConstraint.SetMinimumSize)
        layout.addWidget(widget)
        self.setWidget(holder)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """There is nowhere to scroll sideways: Left and Right are the window's, which steps."""
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            event.ignore()
        else:
            super().keyPressEvent(event)


def _column(owner: QWidget) -> QVBoxLayout:
    layout = QVBoxLayout(owner)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    return layout
