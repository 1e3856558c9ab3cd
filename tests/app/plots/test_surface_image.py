from __future__ import annotations

import math

import numpy as np
import pytest

from gdsim.app.plots.colour_maps import COLOUR_MAPS, colour_table, contour_colour
from gdsim.app.plots.drawing import Viewport
from gdsim.app.plots.surface_image import (
    NEVER_SETTLES,
    UNKNOWN,
    BasinMap,
    basin_pixels,
    contour_lines,
    deepest_place,
    heat_pixels,
    mask_pixels,
    sample_surface,
)
from gdsim.app.plots.surface_levels import choose_levels
from gdsim.app.tokens import contrast

VIEW = Viewport(-2, 2, -1, 1, 400, 200)


def bowl(x, y):
    return x[None, :] ** 2 + y[:, None] ** 2


def half(x, y):
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.log(x)[None, :] + y[:, None] ** 2


@pytest.mark.parametrize("name", COLOUR_MAPS)
@pytest.mark.parametrize("dark", [False, True])
def test_a_colour_map_grows_lighter_from_low_to_high(name, dark):
    table = colour_table(name, dark).astype(float) / 255
    linear = np.where(table <= 0.04045, table / 12.92, ((table + 0.055) / 1.055) ** 2.4)
    luminance = linear @ (0.2126, 0.7152, 0.0722)
    assert (np.diff(luminance[::8]) > 0).all()
    assert luminance[-1] - luminance[0] > 0.4


def test_the_maps_are_those_of_their_authors():
    ends = {"viridis": ((0x44, 0x01, 0x54), (0xFD, 0xE7, 0x25)), "cividis": ((0, 0x20, 0x4D), (0xFF, 0xEA, 0x46))}
    for name, (low, high) in ends.items():
        table = colour_table(name, dark=True) / 0.84  # without the veil
        assert table[0] == pytest.approx(low, abs=1.5)
        assert table[-1] == pytest.approx(high, abs=1.5)


def test_a_contour_line_is_seen_on_its_own_colour():
    table = colour_table()
    for place in np.linspace(0, 1, 11):
        red, green, blue = table[round(place * 255)]
        assert contrast(contour_colour(table, place), f"#{red:02X}{green:02X}{blue:02X}") > 1.6


def test_the_grid_covers_what_is_seen_to_its_edges():
    sampled = sample_surface(bowl, VIEW, 80)
    assert (sampled.x[0], sampled.x[-1], sampled.y[0], sampled.y[-1]) == (-2, 2, -1, 1)
    assert sampled.values.shape == (40, 80)
    assert sampled.values[0, 0] == pytest.approx(5)


def test_a_constant_that_comes_back_as_a_number_is_a_grid_too():
    assert sample_surface(lambda x, y: np.float64(3), VIEW, 80).values.shape == (40, 80)


def test_the_first_row_of_pixels_is_the_top():
    sampled = sample_surface(lambda x, y: y[:, None] + 0 * x[None, :], VIEW, 80)
    pixels = heat_pixels(sampled, choose_levels(sampled.values), colour_table())
    assert pixels[0, 0, :3] == pytest.approx(colour_table()[-1], abs=3)
    assert pixels[-1, 0, :3] == pytest.approx(colour_table()[0], abs=3)
    assert (pixels[..., 3] == 255).all()


def test_what_is_undefined_is_transparent_and_masked():
    sampled = sample_surface(half, VIEW, 80, finer=2)
    pixels = heat_pixels(sampled, choose_levels(sampled.values), colour_table())
    assert (pixels[:, :38, 3] == 0).all()
    assert (pixels[:, 41:, 3] == 255).all()
    assert sampled.undefined.shape == (80, 160)
    mask = mask_pixels(sampled.undefined)
    assert mask[:, :80].all()
    assert not mask[:, 80:].any()


def test_a_contour_line_of_the_bowl_is_a_circle():
    sampled = sample_surface(bowl, VIEW, 200)
    levels = choose_levels(sampled.values)
    lines = contour_lines(sampled, levels)
    assert len(lines) == len(levels.lines)
    for level, line in zip(levels.lines, lines, strict=True):
        points = line[np.isfinite(line).all(axis=1)]
        assert len(points) > 20
        assert np.hypot(*points.T) == pytest.approx(math.sqrt(level), abs=2e-3)


def test_no_line_runs_along_a_pole():
    def pole(x, y):
        return 1 / (x[None, :] + 0 * y[:, None])

    sampled = sample_surface(pole, VIEW, 200)
    levels = choose_levels(sampled.values)
    for level, line in zip(levels.lines, contour_lines(sampled, levels), strict=True):
        points = line[np.isfinite(line).all(axis=1)]
        assert points[:, 0] == pytest.approx(1 / level, abs=0.05)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e308, 5e-324, 0.0])
def test_hostile_values_have_colours_and_no_lines_that_are_infinite(value):
    def grid(x, y):
        values = bowl(x, y)
        values[:, ::2] = value
        return values

    sampled = sample_surface(grid, VIEW, 80)
    levels = choose_levels(sampled.values)
    assert heat_pixels(sampled, levels, colour_table()).shape == (40, 80, 4)
    for line in contour_lines(sampled, levels):
        assert not np.isinf(line).any()


def test_words_about_a_hole_stand_in_its_middle():
    mask = np.zeros((40, 60), dtype=bool)
    mask[10:31, 20:51] = True
    mask[0, 0] = True
    row, column = deepest_place(mask)
    assert (row, column) == (pytest.approx(20, abs=2), pytest.approx(35, abs=2))
    assert deepest_place(np.zeros((5, 5), dtype=bool)) is None
    assert deepest_place(np.ones((1, 1), dtype=bool)) == (0, 0)


def test_a_basin_map_tells_where_a_start_goes():
    basins = BasinMap(np.array([[0, 1], [NEVER_SETTLES, UNKNOWN]]), (-1, 1), (0, 2), ("#ff0000", "#00ff00"))
    assert [basins.label_at(-0.5, 0.5), basins.label_at(0.5, 0.5)] == [0, 1]
    assert basins.label_at(-1, 2) == NEVER_SETTLES
    assert basins.label_at(1.01, 1) == UNKNOWN
    pixels = basin_pixels(basins, basins.colours)
    assert pixels[1, 0].tolist()[:3] == [255, 0, 0]  # y counts upwards, rows of pixels downwards
    assert pixels[1, 1].tolist()[:3] == [0, 255, 0]
    assert (pixels[0, :, 3] == 0).all()
