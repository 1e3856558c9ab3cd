"""How the areas of a basin map are told apart, in the map and in the legend that takes the colour bar's place."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from gdsim.app.plots.colour_maps import PATTERNS, Area, area_pixels, grey_table, pattern_mask, second_colour
from gdsim.app.plots.surface_image import BasinMap, basin_pixels
from gdsim.app.plots.surface_picture import SurfacePicture
from gdsim.app.plots.surface_plot import SurfacePlot
from gdsim.app.tabs.descend.studies.looks import look_of
from gdsim.app.theme import DARK, LIGHT


@pytest.fixture
def plot(shown, themes):
    plot = shown(SurfacePlot(themes), 500, 400)
    plot.set_surface(lambda x, y: x[None, :] ** 2 + y[:, None] ** 2, ((-2.0, 2.0), (-2.0, 2.0)))
    plot.set_picture(SurfacePicture(x=1.0, y=1.0, value=2.0))
    return plot


def test_patterns_differ_from_one_another_and_repeat_without_a_seam():
    masks = [pattern_mask(pattern, 12, 12) for pattern in range(PATTERNS)]
    assert not masks[0].any()
    for one, other in itertools.combinations(masks, 2):
        assert (one != other).mean() > 0.1
    for pattern, mask in enumerate(masks):
        assert (np.tile(mask, (2, 2)) == pattern_mask(pattern, 24, 24)).all()
        assert mask.mean() < 0.5


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_forty_eight_numbers_have_as_many_areas(theme):
    looks = [look_of(number, theme) for number in range(48)]
    assert len({(look.colour, look.pattern) for look in looks}) == 48
    assert len({look.colour for look in looks[:8]}) == 8


@pytest.mark.parametrize("colour", [*LIGHT.classes, *DARK.classes])
def test_the_second_colour_is_seen_on_the_first(colour):
    one, other = (
        np.frombuffer(bytes.fromhex(c[1:7]), dtype=np.uint8).astype(int) for c in (colour, second_colour(colour))
    )
    assert np.abs(one - other).max() >= 60


def test_a_map_shows_the_pattern_of_each_minimum_in_its_own_cells():
    labels = np.repeat([[0, 1]], 12, axis=0).repeat(12, axis=1)
    basins = BasinMap(labels, (0, 1), (0, 1), ("#ff0000", "#00ff00"), (0, 1))
    pixels = basin_pixels(basins, basins.colours)
    assert (pixels[:, :12, :3] == (255, 0, 0)).all()
    striped = (pixels[:, 12:, :3] != (0, 255, 0)).any(axis=2)
    assert (striped == pattern_mask(1, 12, 24)[:, 12:]).all()
    assert (area_pixels(Area("", "#ff0000", 0), 3, 3) == (255, 0, 0)).all()


def test_under_a_map_values_are_grey_and_the_bar_becomes_its_legend(plot):
    before, width = plot.view_box.viewRange(), plot.colour_bar.minimumWidth()
    legend = (Area("1", "#0000ff"), Area("2", "#ff0000", 1), Area("never"))
    labels = np.full((8, 8), 0)
    plot.set_basins(BasinMap(labels, (-2, 2), (-2, 2), ("#0000ff", "#ff0000"), (0, 1), legend))
    assert plot.colour_bar.ticks == ()
    assert plot.colour_bar.listed == legend
    assert plot.colour_bar.minimumWidth() == width
    assert plot.view_box.viewRange() == before  # nothing moves when the legend comes
    assert (np.ptp(grey_table(False).astype(int), axis=1) == 0).all()
    plot.set_basins(None)
    assert plot.colour_bar.ticks
    assert plot.colour_bar.listed == ()


def test_a_long_legend_counts_what_is_left_out(plot):
    legend = tuple(Area(str(number), "#0000ff") for number in range(200))
    plot.set_basins(BasinMap(np.zeros((4, 4), dtype=int), (-2, 2), (-2, 2), ("#0000ff",), (0,), legend))
    listed = plot.colour_bar.listed
    assert 5 < len(listed) < 40
    assert listed[:-1] == legend[: len(listed) - 1]
    assert listed[-1].words == f"+{200 - len(listed) + 1}"
    assert len({plot.grab().toImage().pixelColor(x, 60).name() for x in range(380, 500)}) > 3
