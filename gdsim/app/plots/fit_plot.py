"""The curve of a network of one input over its data, and the points to be moved, added and removed."""

from __future__ import annotations

from numpy.typing import ArrayLike
from PySide6.QtWidgets import QWidget

from gdsim.app.plots.data_points import same_values
from gdsim.app.plots.drawing import Drawing, Viewport
from gdsim.app.plots.end_labels import EndLabels
from gdsim.app.plots.fit_picture import FitPicture, arrange_fit, end_labels, fit_range
from gdsim.app.plots.points_editor import PointsEditor
from gdsim.app.ranges import Range
from gdsim.app.theme import ThemeManager


class FitPlot(PointsEditor):
    """Shows a `FitPicture`; the heights follow the data, not the network, so that the picture stands still."""

    def __init__(self, themes: ThemeManager, parent: QWidget | None = None) -> None:
        self._picture = FitPicture()
        self._end_labels: EndLabels | None = None
        self._range_for: tuple[ArrayLike | None, ...] = ()
        self._range: tuple[Range, Range] = ((-1.0, 1.0), (-1.0, 1.0))
        super().__init__(themes, parent)
        self._end_labels = EndLabels()
        self.plot_item.layout.addItem(self._end_labels, 2, 3)
        self._theme_changed()

    @property
    def picture(self) -> FitPicture:
        return self._picture

    def set_picture(self, picture: FitPicture) -> None:
        self._picture = picture
        self.set_titles(picture.x_name, picture.y_name)
        self._show_points(picture.points, None, picture.editable)

    def whole_range(self) -> tuple[Range, Range]:
        # Quantiles of thousands of points are not for every frame, and during training the points stay.
        points = self._picture.points
        wanted = (points.inputs, points.targets, points.outlier, self._picture.truth, self._picture.domain)
        if len(self._range_for) != len(wanted) or not all(map(same_values, wanted, self._range_for)):
            self._range_for, self._range = wanted, fit_range(self._picture)
        return self._range

    def arrange(self, viewport: Viewport) -> Drawing:
        return arrange_fit(self._picture, viewport, self.marks.measure, self.themes.theme)

    def redraw(self) -> None:
        super().redraw()
        if self._end_labels is not None and not self.closed:
            self._end_labels.set_labels(end_labels(self._picture, self.visible_part, self.themes.theme))

    def _theme_changed(self) -> None:
        if self._end_labels is not None:
            self._end_labels.set_style(self.themes.theme, self.themes.font("secondary"), self.themes.scale)
        super()._theme_changed()
