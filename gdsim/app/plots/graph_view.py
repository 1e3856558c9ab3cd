"""The computation graph as a widget: zoom by wheel, pan by drag, click a value to have it explained, go to it by keys.

It shows one picture and tells what the user wants; it changes nothing by itself.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from gdsim.app.actions import Action
from gdsim.app.pictures import Picture
from gdsim.app.plots.drawing import Rect
from gdsim.app.plots.graph_bubble import paint_graph_bubble
from gdsim.app.plots.graph_canvas import GraphCanvas, View
from gdsim.app.plots.graph_layout import GraphLayout
from gdsim.app.plots.graph_picture import NODE, GraphPicture, Spot, graph_summary
from gdsim.app.plots.graph_sight import GraphSight
from gdsim.app.plots.graph_spots import next_node, spot_at
from gdsim.app.theme import ThemeManager

NOBODY = -1
_WHEEL, _KEY_ZOOM = 1.0015, 1.25
_DRAG = 4.0  # px; a shorter movement is a click
_EDGE_REACH = 7.0  # px from a line at which it is pointed at
_ARROWS = {Qt.Key.Key_Left: "left", Qt.Key.Key_Right: "right", Qt.Key.Key_Up: "up", Qt.Key.Key_Down: "down"}
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_IN, _OUT = (Qt.Key.Key_Plus, Qt.Key.Key_Equal), (Qt.Key.Key_Minus, Qt.Key.Key_Underscore)
_WITH_OTHERS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
_OWN_KEYS = (*_ARROWS, *_ENTER, *_IN, *_OUT, Qt.Key.Key_0, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_Escape)


class GraphView(QWidget):
    """Vertices are spoken of by their number in the picture."""

    node_chosen = Signal(int)
    """Clicked, or Return; NOBODY for a click beside all vertices."""
    jump_requested = Signal(int)
    """Double-clicked, or Shift+Return: go to the step that works on this vertex."""

    def __init__(self, themes: ThemeManager, parent: QWidget | None = None) -> None:
        super().__init__(parent, focusPolicy=Qt.FocusPolicy.TabFocus, accessibleName="Computation graph")
        self.themes = themes
        self._canvas = GraphCanvas(themes)
        self._sight = GraphSight(self._canvas)
        self._spot = NOBODY
        self._hovered: Spot | None = None
        self._pressed: tuple[QPointF, View] | None = None
        self._dragging = False
        self._pointer = (0.0, 0.0)
        self._actions: tuple[Action, ...] = ()
        self.setMouseTracking(True)
        self.setMinimumSize(240, 160)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        themes.changed.connect(self._follow_theme)

    # What is shown

    @property
    def picture(self) -> GraphPicture:
        return self._canvas.picture

    def set_picture(self, picture: GraphPicture) -> None:
        """Show this; a graph of another shape is seen whole, the same graph stays where it is on the screen."""
        if picture == self.picture:
            return
        reshaped = picture.shape != self.picture.shape
        self._canvas.picture = picture
        if reshaped:
            self._sight.fit()
            self._hovered, self._pressed = None, None
            self._spot = min(self._spot, len(picture.nodes) - 1)
        self._show_work()
        self._describe()
        self.update()

    @property
    def layout_now(self) -> GraphLayout:
        """Where everything is, before zoom and pan."""
        return self._sight.layout

    @property
    def view(self) -> View:
        return self._sight.view

    @property
    def zoomed(self) -> bool:
        """Whether the user has chosen another part than the whole."""
        return self._sight.chosen

    def fit(self) -> None:
        """The whole graph, and the whole again when its size changes."""
        self._sight.fit()
        self.update()

    def zoom_by(self, factor: float, x: float | None = None, y: float | None = None) -> None:
        """Larger about a point of the widget, its middle by default."""
        self._sight.zoom_by(factor, self.width() / 2 if x is None else x, self.height() / 2 if y is None else y)
        self.update()

    def box_of(self, node: int) -> Rect:
        """Where a vertex is on the widget."""
        return self._sight.seen(node)

    def paint_into(self, painter: QPainter, place: QRectF) -> None:
        """Draw the whole graph into `place`, for a file: as vectors if the painter's device keeps them."""
        self._canvas.paint_into(painter, place)

    def picture_for_export(self) -> Picture:
        """The graph for File > Save picture."""
        width, height = self._canvas.whole_size(self.width(), self.height())
        size = QSize(round(width), round(height))
        return Picture("graph", "the computation graph", size, self.themes.theme.panel, self.paint_into)

    def set_menu(self, actions: tuple[Action, ...]) -> None:
        """What a right click offers."""
        self._actions = actions

    # Where the keyboard is

    @property
    def spot(self) -> int:
        return self._spot

    def go_to(self, node: int) -> None:
        """Put the keyboard on a vertex, and it into sight."""
        self._spot = node
        if 0 <= node < len(self.picture.nodes):
            self._sight.reveal((node,))
        self._describe()
        self.update()

    def _show_work(self) -> None:
        """Zoomed in, the view follows the work."""
        self._sight.reveal([number for number, node in enumerate(self.picture.nodes) if node.working])

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self.themes.theme.panel))
        self._canvas.paint(painter, self.width(), self.height(), self.view)
        if self.hasFocus():
            painter.setPen(QPen(QColor(self.themes.theme.accent), 2.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(1, 1, self.width() - 2, self.height() - 2))
            if self._spot_exists():
                box = self.box_of(self._spot).grown(7 * self.view.zoom)
                painter.drawRoundedRect(QRectF(box.x, box.y, box.width, box.height), 8, 8)
        text, box = self._told()
        if text:
            paint_graph_bubble(painter, self.themes, text, box, self._sight)
        painter.end()

    def _told(self) -> tuple[str, Rect]:
        """What is said of what is pointed at, and where that is."""
        if self._dragging or not self.picture.nodes:
            return "", Rect(0, 0, 0, 0)
        if self._hovered is not None:
            x, y = self._pointer
            on_node = self._hovered[0] == NODE
            place = self.box_of(self._hovered[1]) if on_node else Rect(x - 8, y - 8, 16, 16)
            return self.picture.describe(self._hovered), place
        if self.hasFocus() and self._spot_exists():
            return self.picture.describe((NODE, self._spot)), self.box_of(self._spot)
        return "", Rect(0, 0, 0, 0)

    # Pointer

    def _under(self, position: QPointF) -> Spot | None:
        x, y = self.view.point(position.x(), position.y())
        return spot_at(self.picture, self.layout_now, x, y, _EDGE_REACH / self.view.zoom)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointer = (event.position().x(), event.position().y())
        if self._pressed is not None and event.buttons() & Qt.MouseButton.LeftButton:
            begun, view = self._pressed
            moved = event.position() - begun
            if self._dragging or moved.manhattanLength() > _DRAG:
                self._dragging = True
                self.setCursor(Qt.CursorShape.ClosedHandCursor)
                self._sight.pan_to(View(view.left + moved.x(), view.top + moved.y(), view.zoom))
                self.update()
            return
        under = self._under(event.position())
        over_node = under is not None and under[0] == NODE
        self.setCursor(Qt.CursorShape.PointingHandCursor if over_node else Qt.CursorShape.ArrowCursor)
        if under != self._hovered:
            self._hovered = under
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            # A click gives the keyboard to the window, whose arrows step; Tab brings it here to walk on the graph.
            self.window().setFocus(Qt.FocusReason.MouseFocusReason)
            self._pressed = event.position(), self.view
            self._dragging = False
        else:
            event.ignore()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        clicked = self._pressed is not None and not self._dragging
        self._pressed, self._dragging = None, False
        self.setCursor(Qt.CursorShape.ArrowCursor)
        if clicked:
            under = self._under(event.position())
            node = under[1] if under is not None and under[0] == NODE else NOBODY
            if node != NOBODY:
                self._spot = node
            self._describe()
            self.node_chosen.emit(node)
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        under = self._under(event.position())
        if event.button() == Qt.MouseButton.LeftButton and under is not None and under[0] == NODE:
            self.jump_requested.emit(under[1])

    def wheelEvent(self, event: QWheelEvent) -> None:
        position = event.position()
        self.zoom_by(_WHEEL ** event.angleDelta().y(), position.x(), position.y())
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = None
        self.update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if not self._actions:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for action in self._actions:
            menu.addAction(action.title).triggered.connect(action.callback)
        menu.popup(event.globalPos())

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.modifiers() & _WITH_OTHERS:
            event.ignore()
        elif key in (*_ARROWS, *_ENTER) and not self._spot_exists():
            self._enter()
        elif key in _ARROWS:
            self.go_to(next_node(self.picture, self.layout_now, self._spot, _ARROWS[Qt.Key(key)]))
        elif key in _ENTER:
            (self.jump_requested if shift else self.node_chosen).emit(self._spot)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End) and self.picture.nodes:
            self.go_to(0 if key == Qt.Key.Key_Home else len(self.picture.nodes) - 1)
        elif key in _IN:
            self.zoom_by(_KEY_ZOOM)
        elif key in _OUT:
            self.zoom_by(1 / _KEY_ZOOM)
        elif key == Qt.Key.Key_0:
            self.fit()
        elif key == Qt.Key.Key_Escape:
            self.node_chosen.emit(NOBODY)
            self.clearFocus()
        else:
            event.ignore()

    def event(self, event: QEvent) -> bool:
        # With the focus here the arrows walk on the graph and are not the window's step keys.
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and event.key() in _OWN_KEYS
            and not event.modifiers() & _WITH_OTHERS
        ):
            event.accept()
            return True
        return super().event(event)

    def _spot_exists(self) -> bool:
        return 0 <= self._spot < len(self.picture.nodes)

    def _enter(self) -> None:
        """The keyboard comes to where the work is, or to the first vertex."""
        working = [number for number, node in enumerate(self.picture.nodes) if node.working]
        if self.picture.nodes:
            self.go_to(working[0] if working else 0)

    def focusInEvent(self, event: QFocusEvent) -> None:
        if not self._spot_exists() and event.reason() != Qt.FocusReason.MouseFocusReason:
            self._enter()
        self._describe()
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._sight.resize(self.width(), self.height())

    def sizeHint(self) -> QSize:
        return QSize(self.themes.px(560), self.themes.px(420))

    def _follow_theme(self) -> None:
        self._sight.fit()
        self.update()

    def _describe(self) -> None:
        words = self.picture.describe((NODE, self._spot)) if self._spot_exists() else graph_summary(self.picture)
        if words != self.accessibleDescription():
            self.setAccessibleDescription(words)
