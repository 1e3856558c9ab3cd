"""The fits of many networks in the middle of the tab: a line that says what they are, and a grid that scrolls."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from gdsim.app.context import Context
from gdsim.app.pictures import Picture
from gdsim.app.plots.decision_picture import BINARY, CLASSES, VALUES
from gdsim.app.plots.fit_picture import FitPicture, fit_range
from gdsim.app.plots.small_multiples import CURVE, Tile, TilesPicture
from gdsim.app.plots.small_multiples_view import SmallMultiples
from gdsim.app.tabs.train.pictures import Pictures
from gdsim.app.tabs.train.scene import Scene


class FitsPanel(QWidget):
    """`picked` and `pointed` give the place of a tile, as the grid does."""

    picked = Signal(int)
    pointed = Signal(int)

    def __init__(self, context: Context, name: str, empty: str) -> None:
        """`empty` says what will be here and how to get it."""
        super().__init__(autoFillBackground=True)
        self._context = context
        self._scene: Scene | None = None
        self._frame = TilesPicture()
        self.heading = QLabel(wordWrap=True)
        self.heading.setProperty("role", "secondary")
        self.heading.setContentsMargins(8, 0, 8, 0)
        self.tiles = SmallMultiples(context.themes, name)
        self.empty = QLabel(empty, wordWrap=True, alignment=Qt.AlignmentFlag.AlignCenter)
        self.empty.setProperty("role", "muted")
        self.empty.setContentsMargins(16, 16, 16, 16)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 6, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.heading)
        layout.addWidget(self.tiles, 1)
        layout.addWidget(self.empty, 1)
        self.tiles.picked.connect(self.picked)
        self.tiles.pointed.connect(self.pointed)
        context.themes.changed.connect(self._follow_theme)
        self._follow_theme()
        self.show_tiles(None, (), "")

    def show_tiles(self, scene: Scene | None, tiles: Sequence[Tile], heading: str) -> None:
        """Fits over the data of `scene`; without any it says what would be here."""
        for widget, seen in ((self.heading, bool(tiles)), (self.tiles, bool(tiles)), (self.empty, not tiles)):
            widget.setVisible(seen)
        self.heading.setText(heading)
        if scene is not None and scene is not self._scene:
            self._scene, self._frame = scene, frame_of(scene)
        frame = self._frame
        self.tiles.set_picture(
            TilesPicture(
                tuple(tiles), frame.kind, frame.domain, frame.value_range, frame.xs, frame.y_range, frame.points
            )
        )

    def saved_picture(self, name: str, title: str) -> Picture:
        return Picture(
            name, title, self.tiles.export_size(), self._context.themes.theme.panel, self.tiles.paint_into
        )  # fmt: skip

    def _follow_theme(self) -> None:
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Window, QColor(self._context.themes.theme.panel))
        self.setPalette(palette)


def frame_of(scene: Scene) -> TilesPicture:
    """What all small fits of a scene have in common, as the large picture of it has."""
    data, points = scene.data, Pictures(scene).points(None)
    if data.dim == 1:
        domain = scene.domain[0]
        xs = scene.thumb_probe.raw[:, 0]
        _, y_range = fit_range(FitPicture(domain=domain, xs=xs, truth=scene.truth(xs), points=points))
        return TilesPicture((), CURVE, (domain, y_range), scene.value_range, xs, y_range, points)
    kind = VALUES if data.kind == "regression" else BINARY if data.classes == 2 else CLASSES
    return TilesPicture((), kind, (scene.domain[0], scene.domain[1]), scene.value_range, points=points)
