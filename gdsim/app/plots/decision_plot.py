"""What a network of two inputs says of every place, with its data, and the points to be moved, added and removed."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QSizeF
from PySide6.QtWidgets import QWidget

from gdsim.app.plots.colour_bar import BarPicture, ColourBar
from gdsim.app.plots.data_points import describe, same_values
from gdsim.app.plots.decision_picture import (
    VALUES,
    Boundary,
    DecisionPicture,
    Domain,
    arrange_decision,
    boundary,
    ghost_boundaries,
    line_names,
    shades,
    value_levels,
    value_middle,
)
from gdsim.app.plots.drawing import Array, Drawing, Viewport
from gdsim.app.plots.fit_colours import values_table
from gdsim.app.plots.point_marks import LegendEntry
from gdsim.app.plots.points_editor import PointsEditor
from gdsim.app.plots.surface_backdrop import Backdrop, BackdropLayer, Picture
from gdsim.app.plots.surface_image import mask_pixels
from gdsim.app.ranges import Range, finite_range
from gdsim.app.theme import ThemeManager

_BACKDROP_Z = -20.0
_SQUARE = 2.0  # domains longer than this in one direction are of things that can't be compared, and fill the plot
_STRETCH = 1.8  # how much longer a unit of one axis may be than a unit of the other, so that the data fill the plot
_NO_LINES = Drawing()


class DecisionPlot(PointsEditor):
    """Shows a `DecisionPicture`.  A grid that covers `seen` fills the plot; `viewed` says when it changes."""

    def __init__(self, themes: ThemeManager, parent: QWidget | None = None) -> None:
        self._picture = DecisionPicture()
        self._own: Array = np.empty((0, 2))
        self._ghosts: tuple[Boundary, ...] = ()
        self._backdrop: BackdropLayer | None = None
        self._followed_size = QSizeF()
        super().__init__(themes, parent)
        self.grid.setVisible(False)
        self.colour_bar = ColourBar()
        self.colour_bar.setVisible(False)
        self._backdrop = BackdropLayer(self.view_box, _BACKDROP_Z)
        self._theme_changed()

    @property
    def picture(self) -> DecisionPicture:
        return self._picture

    @property
    def seen(self) -> Domain:
        """The visible ranges of x and y."""
        part = self.visible_part
        return (part.x_low, part.x_high), (part.y_low, part.y_high)

    def set_picture(self, picture: DecisionPicture) -> None:
        before, self._picture = self._picture, picture
        moved = (picture.kind, picture.covered) != (before.kind, before.covered)
        if moved or picture.values is not before.values or picture.value_range != before.value_range:
            middle = value_middle(picture.value_range)
            self._own = boundary(picture.values, picture.kind, picture.covered, middle)
        if moved or not _same_ghosts(picture, before) or picture.value_range != before.value_range:
            self._ghosts = ghost_boundaries(picture)
        self.set_titles(picture.x_name, picture.y_name)
        self._show_bar()
        self._show_points(picture.points, picture.colour_range, picture.editable)

    def whole_range(self) -> tuple[Range, Range]:
        """The domain, and more of the longer side where it would be stretched too far; a circle stays near to one."""
        (left, right), (low, high) = (finite_range(*ends) for ends in self._picture.domain)
        wide, tall = right - left, high - low
        rect = self.view_box.rect()
        if (
            not self._picture.alike
            or not 1 / _SQUARE <= wide / tall <= _SQUARE
            or rect.width() < 1
            or rect.height() < 1
        ):
            return (left, right), (low, high)
        stretch = (rect.width() / wide) / (rect.height() / tall)
        more_wide, more_tall = max(stretch / _STRETCH, 1.0), max(1 / (stretch * _STRETCH), 1.0)
        across, up = (more_wide - 1.0) * wide / 2, (more_tall - 1.0) * tall / 2
        return (left - across, right + across), (low - up, high + up)

    def words_for(self, index: int) -> str:
        picture = self._picture
        return describe(picture.points, index, picture.x_name, picture.y_name, picture.value_name)

    def named_lines(self) -> tuple[LegendEntry, ...]:
        return line_names(self._picture, self._own, self._ghosts, self.themes.theme)

    def arrange(self, viewport: Viewport) -> Drawing:
        return arrange_decision(self._picture, self._own, self._ghosts, viewport, self.marks.measure, self.themes.theme)

    def redraw(self) -> None:
        super().redraw()
        if self._backdrop is not None and not self.closed:
            self._backdrop.set_backdrop(self._shades())

    def _shades(self) -> Backdrop:
        view, picture = self.visible_part, self._picture
        if not view.usable or 0 in picture.values.shape:
            return Backdrop(lines=_NO_LINES)
        theme = self.themes.theme
        (x_low, x_high), (y_low, y_high) = picture.covered
        corners = view.to_pixels(np.array([[x_low, y_high], [x_high, y_low]]))
        (left, top), (right, bottom) = corners.tolist()
        rect = (left, top, right - left, bottom - top)
        pictures = (Picture(shades(picture, theme, values_table(theme)), rect),)
        missing = np.isnan(picture.values).any(axis=2)
        hatched = (Picture(mask_pixels(missing), rect),) if missing.any() else ()
        return Backdrop(pictures, hatched, _NO_LINES)

    def _show_bar(self) -> None:
        picture, layout = self._picture, self.plot_item.layout
        shown = picture.kind == VALUES
        if shown != self.colour_bar.isVisible():
            self.colour_bar.setVisible(shown)
            if shown:
                layout.addItem(self.colour_bar, 2, 3)
            else:
                layout.removeItem(self.colour_bar)
            layout.activate()  # the bar chooses its labels by its height
        if shown:
            levels = value_levels(picture.value_range)
            self.colour_bar.set_picture(BarPicture(levels, values_table(self.themes.theme), picture.value_name))

    def _theme_changed(self) -> None:
        if self._backdrop is not None:
            theme, font = self.themes.theme, self.themes.font("secondary")
            self._backdrop.set_style(theme, font)
            self.colour_bar.set_style(theme, font)
            self._show_bar()
        super()._theme_changed()

    def _view_changed(self, *_: object) -> None:
        if self._backdrop is not None:
            self._backdrop.set_rect(self.view_box.rect())
            if self._followed_size != self.view_box.rect().size():
                self._followed_size = self.view_box.rect().size()
                self.follow_data()
        super()._view_changed()


def _same_ghosts(one: DecisionPicture, other: DecisionPicture) -> bool:
    return len(one.ghosts) == len(other.ghosts) and all(
        (a.label, a.dashes) == (b.label, b.dashes) and same_values(a.values, b.values)
        for a, b in zip(one.ghosts, other.ghosts, strict=True)
    )
