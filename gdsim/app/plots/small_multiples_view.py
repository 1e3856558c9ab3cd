"""A scrolling grid of small fits: the pointer and the keyboard go from one to the next, a click or Return takes one."""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from gdsim.app.plots.small_multiples import Tile, TileLook, TilesPicture, paint_tile, tile_image
from gdsim.app.theme import ThemeManager

SIDE = 100  # px of a small picture, before Large type
_GAP = 4
_MOST_MADE = 3  # images in one painting; the others come in the next ones, so that no frame is late
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_MOVES = (
    Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End,
    Qt.Key.Key_PageUp, Qt.Key.Key_PageDown,
)  # fmt: skip
_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class _Model(QAbstractListModel):
    """The tiles; what is said of one is also its tooltip and what a screen reader reads."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.picture = TilesPicture()

    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.picture.tiles)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not 0 <= index.row() < len(self.picture.tiles):
            return None
        tile = self.picture.tiles[index.row()]
        if role in (
            Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole
        ):  # fmt: skip
            return tile.words
        return None

    def show_picture(self, picture: TilesPicture) -> None:
        if len(picture.tiles) != len(self.picture.tiles):
            self.beginResetModel()
            self.picture = picture
            self.endResetModel()
        else:
            self.picture = picture
            if picture.tiles:
                self.dataChanged.emit(self.index(0), self.index(len(picture.tiles) - 1))


class SmallMultiples(QListView):
    """`picked(place)` tells of a click or Return on a tile, `pointed(place)` of the one under the pointer or the
    keyboard, -1 for none.
    """

    picked = Signal(int)
    pointed = Signal(int)

    def __init__(self, themes: ThemeManager, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, accessibleName=name, focusPolicy=Qt.FocusPolicy.TabFocus)
        self.themes = themes
        self._images: dict[tuple[int, float], tuple[object, QImage]] = {}
        self._latest: dict[str, QImage] = {}
        self._made = 0
        self._catch_up = QTimer(self, singleShot=True, interval=0)
        self._chosen: int | None = None
        self._model = _Model(self)
        self.setModel(self._model)
        self.setItemDelegate(_Delegate(self))
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QListView.SelectionMode.NoSelection)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setMouseTracking(True)
        self._catch_up.timeout.connect(self.viewport().update)
        self.clicked.connect(self._clicked)
        self.entered.connect(self._entered)
        self.viewportEntered.connect(self._left)
        themes.changed.connect(self._follow_theme)
        self._follow_theme()

    @property
    def picture(self) -> TilesPicture:
        return self._model.picture

    def set_picture(self, picture: TilesPicture) -> None:
        """Show these tiles; the place in the list stays."""
        before, here = self._model.picture, self.currentIndex().row()
        if (before.kind, before.domain, before.value_range, before.y_range) != (
            picture.kind, picture.domain, picture.value_range, picture.y_range
        ) or before.points is not picture.points:  # fmt: skip
            self._images.clear()
            self._latest.clear()
        kept = {id(tile.values) for tile in picture.tiles}
        self._images = {key: found for key, found in self._images.items() if key[0] in kept}
        self._model.show_picture(picture)
        if len(before.tiles) != len(picture.tiles) and 0 <= here < len(picture.tiles):
            self.setCurrentIndex(self._model.index(here))
        self.viewport().update()

    def set_chosen(self, place: int | None, in_sight: bool = False) -> None:
        """Underlay one tile, and with `in_sight` scroll to it when it is another."""
        if place != self._chosen:
            self._chosen = place
            if in_sight and place is not None and 0 <= place < len(self.picture.tiles):
                self.scrollTo(self._model.index(place))
            self.viewport().update()

    @property
    def chosen(self) -> int | None:
        return self._chosen

    def image_of(self, tile: Tile) -> QImage | None:
        """The small picture of a tile, made once."""
        if tile.values is None:
            return None
        ratio = self.devicePixelRatioF()
        known = self._images.get((id(tile.values), ratio))
        if known is None or known[0] is not tile.values:
            image = tile_image(self.picture, tile, round(self.look.side), self.themes.theme, ratio)
            known = self._images[id(tile.values), ratio] = (tile.values, image)
        return known[1]

    def image_for_now(self, tile: Tile) -> QImage | None:
        """That of a tile if it is made or there is time to make it, else the last one of the same title."""
        known = self._images.get((id(tile.values), self.devicePixelRatioF()))
        if tile.values is not None and (known is None or known[0] is not tile.values):
            if self._made >= _MOST_MADE:
                self._catch_up.start()
                return self._latest.get(tile.title)
            self._made += 1
        image = self.image_of(tile)
        if image is not None:
            self._latest[tile.title] = image
        return image

    def export_size(self) -> QSize:
        """Of a picture of all tiles, in as many columns as there are on the screen."""
        columns, rows = self._grid()
        return QSize(math.ceil(columns * self._cell().width()), math.ceil(rows * self._cell().height()))

    def paint_into(self, painter: QPainter, place: QRectF) -> None:
        """All tiles into a rectangle, for files."""
        columns, rows = self._grid()
        cell, look = self._cell(), self.look
        painter.save()
        painter.translate(place.topLeft())
        painter.scale(place.width() / (columns * cell.width()), place.height() / (rows * cell.height()))
        for number, tile in enumerate(self.picture.tiles):
            row, column = divmod(number, columns)
            box = QRectF(column * cell.width(), row * cell.height(), cell.width(), cell.height())
            image = None
            if tile.values is not None:
                image = tile_image(self.picture, tile, round(look.side), self.themes.theme, 2.0)
            paint_tile(painter, box, tile, look, self.themes.theme, image)
        painter.restore()

    def _grid(self) -> tuple[int, int]:
        count = max(1, len(self.picture.tiles))
        columns = min(count, max(1, self.viewport().width() // self._cell().width()))
        return columns, -(-count // columns)

    def _cell(self) -> QSize:
        look, gap = self.look, self.themes.px(_GAP)
        return QSize(math.ceil(look.width) + gap, math.ceil(look.height) + gap)

    def _spread(self) -> None:
        """As many columns as fit, spread over the width."""
        cell, room = self._cell(), self.viewport().width() - 2
        columns = max(1, room // cell.width())
        self.setGridSize(QSize(max(cell.width(), room // columns), cell.height()))

    def _follow_theme(self) -> None:
        self._images.clear()
        self._latest.clear()
        themes = self.themes
        font, bold = themes.font("secondary"), themes.font("secondary", bold=True)
        self.look = TileLook(themes.px(SIDE), font, bold, themes.scale)
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Base, QColor(themes.theme.panel))
        self.setPalette(palette)
        cell = self._cell()
        self.setMinimumSize(cell.width() + self.themes.px(20), cell.height())
        self._spread()
        self.viewport().update()

    def _clicked(self, index: _Index) -> None:
        self.picked.emit(index.row())

    def _entered(self, index: _Index) -> None:
        self.pointed.emit(index.row())

    def _left(self) -> None:
        self.pointed.emit(-1)

    def currentChanged(self, current: _Index, previous: _Index) -> None:
        super().currentChanged(current, previous)
        self.pointed.emit(current.row())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go from tile to tile, Return takes one; all other keys are the window's."""
        if event.key() in _ENTER and self.currentIndex().isValid():
            self.picked.emit(self.currentIndex().row())
        elif _is_own(event):
            super().keyPressEvent(event)
        else:
            event.ignore()

    def event(self, event: QEvent) -> bool:
        """The arrows are shortcuts of the window; while the tiles have the keyboard they are theirs."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _is_own(event):
            event.accept()
            return True
        return bool(super().event(event))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.pointed.emit(-1)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._made = 0
        painter = QPainter(self.viewport())  # by itself: a palette set while the style sheet changes may be lost
        painter.fillRect(event.rect(), QColor(self.themes.theme.panel))
        painter.end()
        super().paintEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._spread()
        super().resizeEvent(event)


def _is_own(event: QKeyEvent) -> bool:
    return event.key() in _MOVES and not event.modifiers() & Qt.KeyboardModifier.ControlModifier


class _Delegate(QStyledItemDelegate):
    """Paints a tile in the middle of its cell."""

    def __init__(self, owner: SmallMultiples) -> None:
        super().__init__(owner)
        self._owner = owner

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        look = self._owner.look
        return QSize(math.ceil(look.width), math.ceil(look.height))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        owner, row = self._owner, index.row()
        if not 0 <= row < len(owner.picture.tiles):
            return
        tile, look = owner.picture.tiles[row], owner.look
        place = QRectF(option.rect)
        place.translate(max(0.0, (place.width() - look.width) / 2), 0.0)
        focus = bool(option.state & QStyle.StateFlag.State_HasFocus) and owner.hasFocus()
        image = owner.image_for_now(tile)
        painter.save()
        paint_tile(painter, place, tile, look, owner.themes.theme, image, row == owner.chosen, focus)
        painter.restore()
