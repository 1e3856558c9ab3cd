"""What lies under the marks of a surface plot: sampled for what is visible, and kept until that changes.

Values, levels and contour lines depend on the function and the visible part; the backdrop in pixels also on the
colours.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from gdsim.app.plots.colour_maps import Table, colour_table, contour_colour, grey_table
from gdsim.app.plots.drawing import Array, Drawing, Stroke, Viewport
from gdsim.app.plots.labels import LabelRequest
from gdsim.app.plots.surface_backdrop import Backdrop, Picture, Place
from gdsim.app.plots.surface_image import (
    NEVER_SETTLES,
    BasinMap,
    Grid,
    Pixels,
    Sampled,
    basin_pixels,
    contour_lines,
    deepest_place,
    heat_pixels,
    mask_pixels,
    sample_surface,
)  # fmt: skip
from gdsim.app.plots.surface_levels import Levels, choose_levels
from gdsim.app.plots.surface_tracks import in_pieces
from gdsim.app.ranges import Range
from gdsim.app.theme import Theme

AT_REST, IN_MOTION = 200, 80
"""Points along the longer side of the picture."""
_ENOUGH = 0.1  # colours follow the part of the domain that is seen where it fills this much of the picture
_VEIL = 0.62  # opacity of what lies over the part outside of the domain
_LEAST_VEIL = 8.0  # px; a narrower strip would look like a mistake
_STRETCHED = 12.0  # an image of the surface enlarged more than that is no use


class SurfaceScene:
    """The function, what of it has been computed, and how it is coloured."""

    def __init__(self) -> None:
        self._grid: Grid | None = None
        self._domain: tuple[Range, Range] | None = None
        self._by_domain = False
        self._lowest = math.nan
        self._view: Viewport | None = None
        self._most = 0
        self._map, self._dark, self._contours = "cividis", False, True
        self._basins: BasinMap | None = None
        self._lines: tuple[Array, ...] = ()
        self._drawn_lines: tuple[object, Drawing] = ((), Drawing())
        self._undefined_at: tuple[float, float] | None = None
        self._restless_at: tuple[float, float] | None = None
        self.sampled: Sampled | None = None
        self.levels: Levels = choose_levels(())

    @property
    def table(self) -> Table:
        return colour_table(self._map, self._dark)

    @property
    def _under_table(self) -> Table:
        """Under a basin map, whose colours mean minima, values are grey."""
        return self.table if self._basins is None else grey_table(self._dark)

    def set_function(self, grid: Grid, lowest: float, domain: tuple[Range, Range] | None = None) -> None:
        self._grid, self._lowest, self._domain, self._view = grid, lowest, domain, None

    def set_shown_part(self, part: tuple[Range, Range]) -> bool:
        """More than the domain is to be seen, or the domain again: colours and lines are chosen for it from now on."""
        if part == self._domain:
            return False
        self._domain, self._view = part, None
        return True

    @property
    def basins(self) -> BasinMap | None:
        return self._basins

    def set_basins(self, basins: BasinMap | None) -> None:
        self._basins = basins
        self._restless_at = (
            _inside(basins.labels == NEVER_SETTLES, basins.x_range, basins.y_range) if basins is not None else None
        )

    def set_colour_map(self, name: str) -> None:
        self._map = name

    def set_dark(self, dark: bool) -> None:
        self._dark = dark

    def set_contours(self, shown: bool) -> None:
        self._contours = shown

    def sample(self, view: Viewport, most: int) -> bool:
        """Compute the values of what is visible; False where they are there already, at least as finely."""
        if self._grid is None or not view.usable or (view == self._view and most <= self._most):
            return False
        self._view, self._most = view, most
        self.sampled = sample_surface(self._grid, view, most, finer=2 if most == AT_REST else 1)
        self.levels = choose_levels(self._inside_domain(self.sampled), self._lowest)
        self._lines = contour_lines(self.sampled, self.levels)
        x, y = self.sampled.x, self.sampled.y
        self._undefined_at = _inside(self.sampled.undefined, (x[0], x[-1]), (y[0], y[-1]))
        return True

    def _inside_domain(self, sampled: Sampled) -> Array:
        """The values by which colours and lines are chosen.

        Scales that are equal in both directions may show much more than is wanted, where the function towers over all
        that matters.
        """
        if self._domain is None:
            return sampled.values
        (x_low, x_high), (y_low, y_high) = self._domain
        columns = (sampled.x >= x_low) & (sampled.x <= x_high)
        rows = (sampled.y >= y_low) & (sampled.y <= y_high)
        inside = sampled.values[np.ix_(rows, columns)]
        self._by_domain = bool(inside.size >= _ENOUGH * sampled.values.size)
        return inside if self._by_domain else sampled.values

    def _veiled(self, view: Viewport, theme: Theme) -> tuple[Picture, ...]:
        """A veil over what lies outside of the domain, where the colours, chosen for the domain, are at their end."""
        if self._domain is None or not self._by_domain or self._basins is not None:
            return ()
        left, top, width, height = _rect(*self._domain, view)
        right, bottom = min(left + width, view.width), min(top + height, view.height)
        left, top = max(left, 0.0), max(top, 0.0)
        sides = (
            (0.0, 0.0, left, view.height), (right, 0.0, view.width - right, view.height),
            (left, 0.0, right - left, top), (left, bottom, right - left, view.height - bottom),
        )  # fmt: skip
        pixel = np.array([[[*bytes.fromhex(theme.panel[1:7]), round(255 * _VEIL)]]], dtype=np.uint8)
        return tuple(
            Picture(pixel, side, smooth=False) for side in sides if side[2] >= _LEAST_VEIL and side[3] >= _LEAST_VEIL
        )

    def _without_colour(self, pixels: Pixels, sampled: Sampled, theme: Theme) -> Pixels:
        """The same veil on coarse colours."""
        if self._domain is not None and self._by_domain and self._basins is None:
            outside = np.ones(pixels.shape[:2], dtype=bool)
            (x_low, x_high), (y_low, y_high) = self._domain
            columns = (sampled.x >= x_low) & (sampled.x <= x_high)
            rows = ((sampled.y >= y_low) & (sampled.y <= y_high))[::-1]
            outside[np.ix_(rows, columns)] = False
            ground = np.array([*bytes.fromhex(theme.panel[1:7])])
            pixels[outside, :3] = np.round(pixels[outside, :3] * (1 - _VEIL) + ground * _VEIL).astype(np.uint8)
        return pixels

    def moved(self, view: Viewport, theme: Theme) -> tuple[Place, Picture | None] | None:
        """Where the image made for another view is in this one, and coarse colours for what it leaves free.

        None where there is none to be moved, or only a scrap of it would be seen.  The colours keep their meaning
        until the view rests.
        """
        if self._grid is None or self._view is None or not view.usable:
            return None
        place = _rect((self._view.x_low, self._view.x_high), (self._view.y_low, self._view.y_high), view)
        left, top, width, height = place
        if not (0 < width < _STRETCHED * view.width and 0 < height < _STRETCHED * view.height):
            return None
        covers = left <= 0 and top <= 0 and left + width >= view.width and top + height >= view.height
        if covers:
            return place, None
        coarse = sample_surface(self._grid, view, IN_MOTION)
        pixels = self._without_colour(heat_pixels(coarse, self.levels, self._under_table), coarse, theme)
        return place, Picture(pixels, _frame(coarse, view))

    def captions(self, view: Viewport) -> tuple[LabelRequest, ...]:
        """What hatched parts are, said in their middle."""
        requests = []
        if self._basins is not None and self._basins.note:
            words = ((self._basins.note, "warning"),)
            requests.append(LabelRequest(words, (view.width / 2, 0.0), ("s",), 6.0))
        for words, place in (("undefined here", self._undefined_at), ("gone for good", self._restless_at)):
            if place is None:
                continue
            x, y = view.to_pixels(np.array(place)).tolist()
            if 0 <= x <= view.width and 0 <= y <= view.height:
                requests.append(LabelRequest(((words, "muted"),), (x, y), ("n", "s", "e", "w"), -8.0))
        return tuple(requests)

    def backdrop(self, view: Viewport, theme: Theme) -> Backdrop:
        """Everything in pixels of `view`."""
        if self.sampled is None:
            return Backdrop()
        frame = _frame(self.sampled, view)
        pictures = [Picture(heat_pixels(self.sampled, self.levels, self._under_table), frame)]
        pictures += self._veiled(view, theme)
        hatched = []
        if self.sampled.undefined.any():
            hatched.append(Picture(mask_pixels(self.sampled.undefined), frame))
        if self._basins is not None:
            rect = _rect(self._basins.x_range, self._basins.y_range, view)
            colours = tuple(theme.colour(colour) for colour in self._basins.colours)
            pictures.append(Picture(basin_pixels(self._basins, colours), rect, smooth=False))
            never = self._basins.labels == NEVER_SETTLES
            if never.any():
                hatched.append(Picture(mask_pixels(never), rect, smooth=False, opacity=0.5))
        return Backdrop(tuple(pictures), tuple(hatched), self._contour_drawing(view))

    def _contour_drawing(self, view: Viewport) -> Drawing:
        """Contour lines in pixels; the same object until something about them changes."""
        made_for = (view, self._map, self._dark, self._contours, id(self._lines), self._basins is None)
        if self._drawn_lines[0] != made_for:
            self._drawn_lines = (made_for, Drawing(strokes=self._strokes(view)))
        return self._drawn_lines[1]

    def _strokes(self, view: Viewport) -> tuple[Stroke, ...]:
        """Contour lines."""
        if not self._contours:
            return ()
        places = self.levels.position(np.array(self.levels.lines)).tolist()
        return tuple(
            _contour(view.to_pixels(line), contour_colour(self._under_table, place))
            for line, place in zip(self._lines, places, strict=True)
            if len(line)
        )


def _frame(sampled: Sampled, view: Viewport) -> Place:
    """Where the colours go: cells are centred on the samples, so they reach half a cell over the edge."""
    x, y = sampled.x, sampled.y
    half_x, half_y = (x[1] - x[0]) / 2, (y[1] - y[0]) / 2
    return _rect((x[0] - half_x, x[-1] + half_x), (y[0] - half_y, y[-1] + half_y), view)


def _contour(pixels: Array, colour: str) -> Stroke:
    points, joined = in_pieces(pixels, 32)
    return Stroke(points, colour, 1.0, joined=joined)


def _inside(mask: NDArray[np.bool_], x_range: Range, y_range: Range) -> tuple[float, float] | None:
    """The point of the plane farthest inside a mask (rows upwards) over these ranges."""
    place = deepest_place(mask)
    if place is None:
        return None
    up, across = ((cell + 0.5) / size for cell, size in zip(place, mask.shape, strict=True))
    return x_range[0] + across * (x_range[1] - x_range[0]), y_range[0] + up * (y_range[1] - y_range[0])


def _rect(
    x_range: tuple[float, float], y_range: tuple[float, float], view: Viewport
) -> tuple[float, float, float, float]:
    corners = view.to_pixels(np.array([[x_range[0], y_range[1]], [x_range[1], y_range[0]]]))
    (left, top), (right, bottom) = corners.tolist()
    return left, top, right - left, bottom - top
