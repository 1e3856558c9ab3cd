"""The picture of a surface of two variables: from above, in three dimensions, or both side by side."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

from gdsim.app.context import Context
from gdsim.app.plots.colour_maps import colour_table
from gdsim.app.plots.surface_3d import Surface3D
from gdsim.app.plots.surface_levels import LOGARITHMIC
from gdsim.app.plots.surface_picture import SurfacePicture
from gdsim.app.plots.surface_plot import SurfacePlot
from gdsim.app.tabs.descend.look import Look
from gdsim.core.objective import Objective
from gdsim.core.surfaces import Surface

_WIDE = 1.35  # of the room: width to height from which the pictures of a square domain stand side by side
_GRID = 61  # points a side of the surface in three dimensions


class SurfaceView(QSplitter):
    """Two pictures of one function in the same colours, with the same path; what is hidden is not computed."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._context = context
        self._objective: Objective | None = None
        self._picture = SurfacePicture()
        self._solid_for: object = None
        self._look = Look.MAP
        self.plot = SurfacePlot(context.themes, context.ticker)
        self.plot.setAccessibleName("Loss surface from above with the ball")
        self.space = Surface3D(context.themes)
        self.addWidget(self.plot)
        self.addWidget(self.space)
        self.setChildrenCollapsible(False)
        self.setHandleWidth(8)
        self.space.hide()
        context.themes.changed.connect(self._solidify)
        self.plot.levels_chosen.connect(self._solidify)

    @property
    def look(self) -> Look:
        return self._look

    def set_look(self, look: Look) -> None:
        self._look = look
        self.plot.setVisible(look is not Look.SPACE)
        self.space.setVisible(look is not Look.MAP)
        self._share_room()
        if look is Look.BOTH:
            self.setSizes([1000, 1000])
        self._solidify()
        self.set_picture(self._picture)

    def set_surface(self, objective: Objective, surface: Surface | None) -> None:
        """Another function; `surface` knows its lowest value if it is of the gallery."""
        assert objective.domain is not None
        self._objective = None  # in three dimensions nothing is computed before the map has chosen its colours
        lowest = surface.minimum if surface is not None and surface.minimum is not None else np.nan
        self.plot.set_surface(objective.grid, (objective.domain[0], objective.domain[1]), lowest)
        self._objective = objective
        self._solid_for = None
        self._share_room()
        self._solidify()

    def resizeEvent(self, event: QResizeEvent) -> None:
        before = self.orientation()
        self._share_room(event.size())
        super().resizeEvent(event)
        if self.orientation() != before and self._look is Look.BOTH:
            self.setSizes([1000, 1000])

    def _share_room(self, size: QSize | None = None) -> None:
        """Side by side where the room is wide, else one above the other; always with equal shares.

        The map has equal scales, so what counts is the shape of the domain too.  One colour bar is enough for both:
        it stands where there is room beside a picture, or lies under the one that is high.
        """
        room = self.size() if size is None else size
        domain = self._objective.domain if self._objective is not None else None
        shape = 1.0
        if domain is not None and len(domain) > 1:
            shape = max(0.5, min(2.0, (domain[0][1] - domain[0][0]) / (domain[1][1] - domain[1][0])))
        beside = room.width() > _WIDE * shape * room.height()
        self.setOrientation(Qt.Orientation.Horizontal if beside else Qt.Orientation.Vertical)
        on_map = self._look is Look.MAP or (self._look is Look.BOTH and not beside)
        self.plot.set_bar_shown(on_map)
        self.space.set_bar_shown(not on_map)

    def set_picture(self, picture: SurfacePicture) -> None:
        self._picture = picture
        self.plot.set_picture(picture)
        if self._look is not Look.MAP:
            self._solidify()
            run = picture.preview if len(picture.preview) else picture.path
            self.space.set_path(run if picture.shown.path else run[:0])
            self.space.set_paths(picture.tracks)
            self.space.set_ball((picture.x, picture.y))
            self.space.set_minima(picture.minima)
            self.space.set_about_ball(picture, alone=self._look is Look.SPACE)

    def _solidify(self) -> None:
        """Compute the surface in three dimensions if it is seen and not up to date, in the colours of the map."""
        levels = self.plot.levels
        part = self.plot.reach
        wanted = (self._objective, levels, part, self._context.themes.theme.dark)
        if self._look is Look.MAP or self._objective is None or self._solid_for == wanted:
            return
        self._solid_for = wanted
        x, y = (np.linspace(low, high, _GRID) for low, high in part)
        self.space.set_surface(
            x, y, self._objective.grid(x, y), colour_table(dark=self._context.themes.theme.dark), levels,
            log_heights=levels.rule == LOGARITHMIC,
        )  # fmt: skip
