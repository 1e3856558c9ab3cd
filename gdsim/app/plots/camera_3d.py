"""The eye that looks at a surface in three dimensions: where it stands, and where it sees each point.

The surface stands in a box about the origin, `BOX` half sides long; z points upwards.  At azimuth 0 the eye is in
front, with x running to the right and y away from it; azimuth turns it anticlockwise seen from above.  Plain numpy, no
Qt.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from gdsim.app.plots.drawing import Array, Rect

BOX = np.array([1.0, 1.0, 0.5])
CORNERS = np.array([[x, y, z] for x in (-1.0, 1.0) for y in (-1.0, 1.0) for z in (-1.0, 1.0)]) * BOX
AZIMUTH, ELEVATION = -35.0, 38.0
LOWEST, HIGHEST = 0.0, 90.0
ZOOMS = (0.5, 6.0)
_DISTANCE = 6.0  # of the eye from the middle of the box, with perspective
_FAR = 1e6  # the same without: so far that lines which are parallel stay so


@dataclass(frozen=True)
class Camera:
    """Angles in degrees; whatever is asked for, they come out finite and within their limits."""

    azimuth: float = AZIMUTH
    elevation: float = ELEVATION
    zoom: float = 1.0
    perspective: bool = True

    def __post_init__(self) -> None:
        azimuth = self.azimuth if math.isfinite(self.azimuth) else AZIMUTH
        elevation = self.elevation if math.isfinite(self.elevation) else ELEVATION
        zoom = self.zoom if math.isfinite(self.zoom) else 1.0
        # Through fmod, so that turns do not wear digits off; the result is in (-180, 180].
        azimuth = math.fmod(azimuth, 360.0)
        azimuth += 360.0 if azimuth <= -180.0 else -360.0 if azimuth > 180.0 else 0.0
        object.__setattr__(self, "azimuth", azimuth)
        object.__setattr__(self, "elevation", max(LOWEST, min(HIGHEST, elevation)))
        object.__setattr__(self, "zoom", max(ZOOMS[0], min(ZOOMS[1], zoom)))

    def turned(self, around: float, up: float = 0.0) -> Camera:
        """The eye moved by so many degrees."""
        return replace(self, azimuth=self.azimuth + around, elevation=self.elevation + up)

    def zoomed(self, factor: float) -> Camera:
        return replace(self, zoom=self.zoom * factor)

    @property
    def distance(self) -> float:
        return _DISTANCE if self.perspective else _FAR

    @property
    def axes(self) -> Array:
        """Three unit vectors as rows: to the right, up the screen, towards the eye."""
        turn, lift = math.radians(self.azimuth), math.radians(self.elevation)
        sin_turn, cos_turn, sin_lift, cos_lift = math.sin(turn), math.cos(turn), math.sin(lift), math.cos(lift)
        return np.array(
            [
                [cos_turn, sin_turn, 0.0],
                [-sin_lift * sin_turn, sin_lift * cos_turn, cos_lift],
                [cos_lift * sin_turn, -cos_lift * cos_turn, sin_lift],
            ]
        )

    @property
    def eye(self) -> Array:
        return np.asarray(self.axes[2] * self.distance)

    def project(self, points: Array) -> Array:
        """(..., 3) to (..., 3): right and down on a screen through the middle of the box, and distance from the eye."""
        seen = np.asarray(points, dtype=float) @ self.axes.T
        away = self.distance - seen[..., 2]
        factor = self.distance / away
        return np.stack([seen[..., 0] * factor, -seen[..., 1] * factor, away], axis=-1)


@dataclass(frozen=True)
class Lens:
    """A camera with the pixels it projects to."""

    camera: Camera
    middle: tuple[float, float]
    scale: float

    def to_pixels(self, points: Array) -> Array:
        """(..., 3) in the box to (..., 2) in pixels."""
        return np.asarray(self.camera.project(points)[..., :2] * self.scale + self.middle)


def fitted(camera: Camera, place: Rect) -> Lens:
    """A lens under which the box fills `place` at zoom 1 and never leaves it, whatever the azimuth.

    The size depends on the elevation alone, so that the picture does not breathe while it is turned.
    """
    across, top, bottom = _reach(camera.elevation, camera.perspective)
    scale = max(1.0, min(place.width / (2 * across), place.height / (bottom - top))) * camera.zoom
    middle = (place.x + place.width / 2, place.y + place.height / 2 - (top + bottom) / 2 * scale)
    return Lens(camera, middle, scale)


@lru_cache(maxsize=128)
def _reach(elevation: float, perspective: bool) -> tuple[float, float, float]:
    """How far the box reaches to a side, up and down on the screen, at most, over a whole turn."""
    # Looking at a cylinder about the box is the same as looking at the box from all sides.
    turn = np.radians(np.arange(0.0, 360.0, 2.0))
    radius = math.hypot(BOX[0], BOX[1])
    ring = np.stack([np.cos(turn) * radius, np.sin(turn) * radius, np.zeros_like(turn)], axis=-1)
    ends = np.concatenate([ring - BOX * (0, 0, 1), ring + BOX * (0, 0, 1)])
    seen = Camera(0.0, elevation, 1.0, perspective).project(ends)
    return float(np.abs(seen[:, 0]).max()) * 1.001, float(seen[:, 1].min()), float(seen[:, 1].max())
