"""The fit over its data: a curve for one input, regions or values for two, with the tools that change the data."""

from __future__ import annotations

import math
from collections.abc import Iterator

from PySide6.QtCore import QEvent, QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QLayout,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from gdsim.app.context import Context
from gdsim.app.pieces import make_all
from gdsim.app.plots.decision_picture import DecisionPicture
from gdsim.app.plots.decision_plot import DecisionPlot
from gdsim.app.plots.fit_picture import FitPicture
from gdsim.app.plots.fit_plot import FitPlot
from gdsim.app.plots.points_editor import ADD, LOOK, MOVE, REMOVE, PointsEditor
from gdsim.app.widgets.buttons import CheckBox, TextButton
from gdsim.app.widgets.registry_combo import ComboBox

_TOOLS = (
    (LOOK, "Look", "Drag to pan, turn the wheel to zoom, point at something to read it"),
    (MOVE, "Move", "Drag a point to another place; training begins anew"),
    (ADD, "Add", "Click to add a point; training begins anew"),
    (REMOVE, "Remove", "Click a point to take it away; training begins anew"),
)


class FitView(QWidget):
    """Shows a picture of either kind; `neurons_wanted` tells that each hidden unit's curve is to be shown, or not."""

    point_added = Signal(tuple, float)
    """Inputs and the target: a value, or the number of a class."""
    point_moved = Signal(int, tuple, float)
    """Number, inputs, and the target; NaN where it keeps its own."""
    point_removed = Signal(int)
    neurons_wanted = Signal(bool)
    viewed = Signal()
    """Another part of the plane is seen."""

    def __init__(self, context: Context, parent: QWidget | None = None, *, whole: bool = True) -> None:
        super().__init__(parent)
        self._context = context
        if whole:
            make_all(self.build())

    def build(self) -> Iterator[None]:
        self.curve = FitPlot(self._context.themes)
        yield
        self.regions = DecisionPlot(self._context.themes)
        yield
        self.curve.setAccessibleName("The network's curve over the data")
        self.regions.setAccessibleName("The network's answer over the plane, with the data")
        self._pages = QStackedWidget()
        for plot in (self.curve, self.regions):
            self._pages.addWidget(plot)
            plot.point_added.connect(self._added)
            plot.point_moved.connect(self._moved)
            plot.point_removed.connect(self.point_removed)
            plot.viewed.connect(self.viewed)
        self.title = QLabel("Fit")
        self.title.setProperty("role", "heading")
        self.tools = {key: TextButton(title, hint) for key, title, hint in _TOOLS}
        self._group = QButtonGroup(self)
        self.class_choice = ComboBox()
        self.class_choice.setAccessibleName("Class of added points")
        self.neurons = CheckBox("Each unit's curve", "Draws what each hidden unit answers, one thin curve a unit")
        self._classes: tuple[str, ...] = ()
        self._head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._lay_out()
        self.neurons.toggled.connect(self.neurons_wanted)
        self._group.buttonClicked.connect(self._use_tool)
        self.class_choice.activated.connect(self._use_tool)

    @property
    def plot(self) -> PointsEditor:
        """The one that is shown."""
        return self._pages.currentWidget()

    @property
    def tool(self) -> str:
        return next(key for key, button in self.tools.items() if button.isChecked())

    def choose_tool(self, tool: str) -> None:
        """As a click on its button does."""
        self.tools[tool].setChecked(True)
        self._use_tool()

    def set_picture(self, picture: FitPicture | DecisionPicture) -> None:
        """Silent."""
        curve = isinstance(picture, FitPicture)
        plot = self.curve if curve else self.regions
        if self._pages.currentWidget() is not plot:
            self._pages.setCurrentWidget(plot)
        if picture.points.classes != self._classes:
            self._classes = picture.points.classes
            self.class_choice.clear()
            self.class_choice.addItems([f"class {name}" for name in self._classes])
            self._use_tool()
        self.neurons.setVisible(curve)
        for button in self.tools.values():
            button.setEnabled(picture.editable)
        plot.set_picture(picture)

    def extent(self, dim: int) -> tuple[tuple[float, float], ...]:
        """The part of the plane that the plot for so many inputs shows."""
        if dim == 1:
            part = self.curve.visible_part
            return ((part.x_low, part.x_high),)
        return self.regions.seen

    def fit(self) -> None:
        """Show all of the data again, after a zoom."""
        self.plot.fit()

    def begin_anew(self) -> None:
        """There are other data: what was meant for the points before is not done to these, and all of them are seen."""
        self.choose_tool(LOOK)
        for plot in (self.curve, self.regions):
            plot.fit()

    def minimumSizeHint(self) -> QSize:
        """No wider than with the tools in a row of their own."""
        return QSize(self._widths()[1], super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange_head()

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._arrange_head()
        return done

    def _widths(self) -> tuple[int, int]:
        """What the head needs in one row, and in two."""
        margins = self._head.contentsMargins()
        around = margins.left() + margins.right()
        shown = [each for each in (self.title, self.neurons, self.class_choice) if not each.isHidden()]
        first = sum(each.sizeHint().width() + 4 for each in shown)
        tools = sum(button.sizeHint().width() + 4 for button in self.tools.values())
        return first + tools + around, max(first, tools) + around

    def _arrange_head(self) -> None:
        """The tools beside the title, or below it where they would be cut off."""
        wanted = QBoxLayout.Direction.LeftToRight
        if self.width() < self._widths()[0]:
            wanted = QBoxLayout.Direction.TopToBottom
        if self._head.direction() != wanted:
            self._head.setDirection(wanted)
            self.layout().activate()

    def _use_tool(self) -> None:
        tool = self.tool
        self.class_choice.setVisible(tool == ADD and bool(self._classes))
        for plot in (self.curve, self.regions):
            plot.set_tool(tool, max(0, self.class_choice.currentIndex()))

    def _added(self, x: float, y: float, label: float) -> None:
        if self.plot is self.curve:
            self.point_added.emit((x,), y)
        else:
            self.point_added.emit((x, y), 0.0 if math.isnan(label) else label)

    def _moved(self, index: int, x: float, y: float) -> None:
        if self.plot is self.curve:
            self.point_moved.emit(index, (x,), y)
        else:
            self.point_moved.emit(index, (x, y), math.nan)

    def _lay_out(self) -> None:
        head, first, tools = self._head, QHBoxLayout(), QHBoxLayout()
        head.setContentsMargins(12, 4, 12, 0)
        for row in (head, first, tools):
            row.setSpacing(4)
        first.addWidget(self.title)
        first.addStretch(1)
        first.addWidget(self.neurons)
        first.addWidget(self.class_choice)
        head.addLayout(first, 1)
        head.addLayout(tools)
        for key, button in self.tools.items():
            button.setCheckable(True)
            button.setChecked(key == LOOK)
            self._group.addButton(button)
            tools.addWidget(button)
            # Never narrower than its word: the head takes a second row instead.
            button.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.class_choice.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        column.addLayout(head)
        column.addWidget(self._pages, 1)
