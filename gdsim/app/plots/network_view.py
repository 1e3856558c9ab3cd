"""The network as a diagram that is also its editor: weights and biases are read, chosen and typed on it, units and
layers added and removed.

It shows one picture and tells what the user wants; it changes nothing by itself.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gdsim.app.pictures import Picture
from gdsim.app.plots.network_canvas import Attention, NetworkCanvas
from gdsim.app.plots.network_field import WeightField
from gdsim.app.plots.network_grid import Button
from gdsim.app.plots.network_layout import NetworkLayout, line_height
from gdsim.app.plots.network_lines import LinePlan
from gdsim.app.plots.network_picture import INPUTS, NetworkPicture, network_summary
from gdsim.app.plots.network_spots import (
    Spot,
    first_spot,
    moved_spot,
    spot_at,
    spot_description,
    spot_exists,
    spot_name,
    spot_number,
)
from gdsim.app.theme import ThemeManager

_ARROWS = {Qt.Key.Key_Left: "left", Qt.Key.Key_Right: "right", Qt.Key.Key_Up: "up", Qt.Key.Key_Down: "down"}
_MORE, _LESS = (Qt.Key.Key_Plus, Qt.Key.Key_Equal), (Qt.Key.Key_Minus, Qt.Key.Key_Underscore)
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_OWN_KEYS = (*_ARROWS, *_MORE, *_LESS, *_ENTER, Qt.Key.Key_Insert, Qt.Key.Key_Delete, Qt.Key.Key_Escape)


_CATCH_UP = 60  # ms after which hairlines of earlier signs are drawn anew


class NetworkView(QWidget):
    """Layers are numbered from 0, the inputs are layer -1; `j` numbers the units of a layer, `i` those before it."""

    weight_entered = Signal(int, int, int, float)
    bias_entered = Signal(int, int, float)
    weight_chosen = Signal(int, int, int)
    layer_added = Signal(int)
    layer_removed = Signal(int)
    unit_added = Signal(int)
    unit_removed = Signal(int)
    unit_hovered = Signal(int, int)
    """Layer and unit under the pointer or the keyboard; -1, -1 when there is none any more."""

    def __init__(self, themes: ThemeManager, parent: QWidget | None = None) -> None:
        super().__init__(parent, focusPolicy=Qt.FocusPolicy.TabFocus, accessibleName="Network diagram")
        self.themes = themes
        self._canvas = NetworkCanvas(themes)
        self._spot: Spot | None = None
        self._hovered: Spot | None = None
        self._button: Button | None = None
        self._pressed: Spot | Button | None = None
        self._pointer = (0.0, 0.0)
        self._told = (INPUTS, -1)
        self._edited = Spot(INPUTS, 0)
        self._clicked: tuple[float, float] | None = None
        self.field: WeightField | None = None
        self._catch_up = QTimer(self, singleShot=True, interval=_CATCH_UP)
        self._catch_up.timeout.connect(self.update)
        self.setMouseTracking(True)
        self.setMinimumSize(240, 160)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        themes.changed.connect(self.update)

    # What is shown

    @property
    def picture(self) -> NetworkPicture:
        return self._canvas.picture

    def set_picture(self, picture: NetworkPicture) -> None:
        """Show this network; tells nobody.  A field that is open stays, if what it edits is still there."""
        if picture is self.picture:
            return
        reshaped = picture.shape != self.picture.shape
        self._canvas.picture = picture
        if reshaped:
            self._pressed = self._button = None
            if self._hovered is not None and not spot_exists(picture, self._hovered):
                self._hovered = None
            if self._spot is not None and not spot_exists(picture, self._spot):
                self._spot = first_spot(picture)
            if self.field is not None:
                self.field.give_up()
        if self._spot is None and self.hasFocus():
            self._spot = first_spot(picture)
        self._describe()
        self.update()

    @property
    def geometry_now(self) -> NetworkLayout:
        """Where everything is at the present size."""
        return self._canvas.layout(self.width(), self.height())

    @property
    def line_plan(self) -> LinePlan:
        """How each weight is drawn."""
        return self._canvas.plan(self.geometry_now)

    def paint_into(self, painter: QPainter, place: QRectF) -> None:
        """Draw the diagram into `place`, for a file: as vectors if the painter's device keeps them."""
        self._canvas.paint_into(painter, place)

    def picture_for_export(self) -> Picture:
        """The diagram for File > Save picture."""
        return Picture("network", "the network", self.size(), self.themes.theme.panel, self.paint_into)

    # Editing

    @property
    def spot(self) -> Spot | None:
        """Where the keyboard is."""
        return self._spot

    def go_to(self, spot: Spot | None) -> None:
        """Put the keyboard there."""
        self._spot = spot
        self._describe()
        self._tell_unit(spot)
        self.update()

    def edit_spot(self, spot: Spot, at: tuple[float, float] | None = None) -> None:
        """Open the field for a weight or a bias, beside the place that was clicked or else its own."""
        if not spot.has_number or not spot_exists(self.picture, spot):
            return
        if self.field is not None:
            self.field.give_up()
        width = min(self.themes.px(124), self.width() - 8)
        self.field = WeightField(spot_name(self.picture, spot), spot_number(self.picture, spot), width, self)
        self.field.entered.connect(self._take)
        self.field.closed.connect(self._field_closed)
        self.field.resized.connect(self._place_field)
        self._edited, self._clicked = spot, at
        self.field.open()
        self.update()

    def _take(self, value: float) -> None:
        spot = self._edited
        if spot.source is not None:
            self.weight_entered.emit(spot.layer, spot.source, spot.unit, value)
        else:
            self.bias_entered.emit(spot.layer, spot.unit, value)

    def _field_closed(self) -> None:
        had_keyboard = self.field is not None and self.field.number.edit.hasFocus()
        self.field = None
        if had_keyboard or self.window().focusWidget() is None:
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.update()

    def _place_field(self) -> None:
        if self.field is None:
            return
        layout = self.geometry_now
        spot = self._edited
        if spot.source is not None:
            ends = layout.lines[spot.layer]
            x = self._clicked[0] if self._clicked else float(ends[spot.source, spot.unit, ::2].mean())
            at = (x, float(line_height(ends, x)[spot.source, spot.unit]))
            avoid = QRectF(at[0] - 6, at[1] - 6, 12, 12)
        else:
            box = layout.target(spot.layer + 1, spot.unit)
            at = (box.right if box.right < self.width() / 2 else box.x, box.y + box.height / 2)
            avoid = QRectF(box.x, box.y, box.width, box.height)
        self.field.place(at, QRectF(self.rect()).adjusted(4, 4, -4, -4), avoid)

    def _press_button(self, button: Button) -> None:
        if not button.enabled:
            return
        signals = {
            "add_unit": self.unit_added, "remove_unit": self.unit_removed,
            "add_layer": self.layer_added, "remove_layer": self.layer_removed,
        }  # fmt: skip
        signals[button.kind].emit(button.place)

    def _press_key_button(self, kind: str) -> None:
        """Carry out by key what a button of the keyboard's layer does."""
        spot = self._spot
        if spot is None:
            return
        layers = [spot.layer, spot.layer - 1] if spot.is_weight else [spot.layer]
        if kind == "add_layer":
            layers = [spot.layer if spot.is_weight else min(spot.layer + 1, len(self.picture.hidden))]
        for button in self.geometry_now.buttons:
            if button.kind == kind and button.place in layers:
                self._press_button(button)
                return

    # Pointer

    def paintEvent(self, event: QPaintEvent) -> None:
        keyboard = self.hasFocus()
        attention = Attention(
            hovered=self._hovered,
            focused=self._edited if self.field is not None else self._spot if keyboard else None,
            button=self._button,
            pointer=self._pointer,
            present=keyboard or self.underMouse() or self.field is not None,
            framed=keyboard,
            bubble=self.field is None,
        )
        painter = QPainter(self)
        self._canvas.paint(painter, self.size(), self.devicePixelRatioF(), attention)
        painter.end()
        if self._canvas.behind:
            self._catch_up.start()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointer = event.position().toTuple()
        spot, button = self._under(event)
        shape = Qt.CursorShape.ArrowCursor
        if (button is not None and button.enabled) or (spot is not None and spot.has_number):
            shape = Qt.CursorShape.PointingHandCursor
        self.setCursor(shape)
        if (spot, button) != (self._hovered, self._button):
            self._hovered, self._button = spot, button
            self._tell_unit(spot)
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        if self.field is not None:
            self.field.finish()
        self._pointer = event.position().toTuple()
        spot, button = self._under(event)
        self._pressed = button or spot

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        pressed, self._pressed = self._pressed, None
        spot, button = self._under(event)
        if pressed is None or pressed != (button or spot):
            return
        if button is not None:
            self._press_button(button)
        elif spot is not None:
            # A button leaves the keyboard where it was, so that the arrows go on meaning step; a place takes it.
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self.go_to(spot)
            self._choose(spot, self._pointer)

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = self._button = None
        self._tell_unit(None)
        self.update()

    def enterEvent(self, event: QEvent) -> None:
        self.update()

    def _under(self, event: QMouseEvent) -> tuple[Spot | None, Button | None]:
        x, y = event.position().x(), event.position().y()
        layout = self.geometry_now
        for button in layout.buttons:
            rect = button.rect
            if rect.x <= x < rect.right and rect.y <= y < rect.bottom:
                return None, button
        return spot_at(layout, self.line_plan, x, y), None

    def _choose(self, spot: Spot, at: tuple[float, float] | None = None) -> None:
        if spot.source is not None:
            self.weight_chosen.emit(spot.layer, spot.source, spot.unit)
        self.edit_spot(spot, at)

    def _tell_unit(self, spot: Spot | None) -> None:
        told = (INPUTS, -1) if spot is None or spot.is_weight else (spot.layer, spot.unit)
        if told != self._told:
            self._told = told
            self.unit_hovered.emit(*told)

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if self._spot is None and key in (*_ARROWS, *_ENTER):
            self.go_to(first_spot(self.picture))
        elif key in _ARROWS and self._spot is not None:
            shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.go_to(moved_spot(self.picture, self._spot, _ARROWS[key], shift))
        elif key in _ENTER and self._spot is not None:
            self._choose(self._spot)
        elif key in _MORE:
            self._press_key_button("add_unit")
        elif key in _LESS:
            self._press_key_button("remove_unit")
        elif key == Qt.Key.Key_Insert:
            self._press_key_button("add_layer")
        elif key == Qt.Key.Key_Delete:
            self._press_key_button("remove_layer")
        elif key == Qt.Key.Key_Escape:
            self.clearFocus()
        else:
            event.ignore()

    def event(self, event: QEvent) -> bool:
        # With the focus here the arrows walk on the diagram and are not the window's step keys.
        if event.type() == QEvent.Type.ShortcutOverride and event.key() in _OWN_KEYS and not (
            event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        ):  # fmt: skip
            event.accept()
            return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        if self._spot is None:
            self._spot = first_spot(self.picture)
        self._describe()
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._tell_unit(self._hovered)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._clicked = None
        if self.field is not None:
            self._place_field()

    def sizeHint(self) -> QSize:
        return QSize(self.themes.px(560), self.themes.px(300))

    def _describe(self) -> None:
        if self._spot is not None and spot_exists(self.picture, self._spot):
            text = spot_description(self.picture, self._spot)
        else:
            text = network_summary(self.picture)
        if text != self.accessibleDescription():
            self.setAccessibleDescription(text)
