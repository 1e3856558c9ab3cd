from __future__ import annotations

import numpy as np
import pytest

from gdsim.app.plots.fit_colours import (
    CLASS_MARKERS,
    class_style,
    classes_rgba,
    classes_table,
    neuron_colour,
    rgba,
    shade,
    values_table,
)
from gdsim.app.tokens import DARK, LIGHT, contrast

THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])


def rgb(colour):
    return [int(colour[place : place + 2], 16) for place in (1, 3, 5)]


@THEMES
def test_the_table_goes_from_one_class_over_the_panel_to_the_other(theme):
    table = classes_table(theme)
    assert table[0].tolist() == rgb(shade(0, theme))
    assert table[255].tolist() == rgb(shade(1, theme))
    assert table[[127, 128]].astype(int) == pytest.approx(np.array([rgb(theme.panel)] * 2), abs=2)


@THEMES
def test_each_class_has_a_colour_and_a_marker_of_its_own(theme):
    styles = [class_style(index, theme) for index in range(8)]
    assert len({colour for colour, _ in styles}) == len({marker for _, marker in styles}) == 8
    assert class_style(8, theme) == styles[0]
    assert set(CLASS_MARKERS) == {marker for _, marker in styles}


def test_the_lowest_row_is_at_the_bottom_of_the_image_and_the_first_column_at_its_left():
    pixels = rgba(np.array([[0.0, 1.0], [2.0, 3.0]]), 0.0, 3.0, values_table(LIGHT))
    table = values_table(LIGHT)
    wanted = [[table[170], table[255]], [table[0], table[85]]]
    assert (pixels[..., :3] == np.array(wanted)).all()
    assert (pixels[..., 3] == 255).all()


def test_values_outside_get_the_nearer_end_and_nan_is_transparent():
    pixels = rgba(np.array([[-9.0, 9.0, np.nan, np.inf]]), 0.0, 1.0, values_table(DARK))[0]
    table = values_table(DARK)
    assert pixels[0, :3].tolist() == table[0].tolist()
    assert pixels[1, :3].tolist() == pixels[3, :3].tolist() == table[255].tolist()
    assert pixels[2].tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize("ends", [(1.0, 1.0), (2.0, 1.0), (np.nan, 1.0), (0.0, 5e-324), (-1e308, 1e308)])
def test_no_range_is_too_odd(ends):
    pixels = rgba(np.array([[0.0, 1.0, 1e308]]), *ends, values_table(LIGHT))
    assert (pixels[..., 3] == 255).all()


@THEMES
def test_the_surest_class_gives_the_hue_and_its_share_the_strength(theme):
    probabilities = np.array([[[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [1 / 3, 1 / 3, 1 / 3], [0.0, 1 / 3, 2 / 3]]])
    pixels = classes_rgba(probabilities, theme)[0, :, :3].astype(int)
    assert pixels[0].tolist() == rgb(shade(0, theme))
    assert pixels[1].tolist() == rgb(shade(1, theme))
    assert pixels[2].tolist() == rgb(theme.panel)
    halfway = (np.array(rgb(theme.panel)) + rgb(shade(2, theme))) / 2
    assert pixels[3] == pytest.approx(halfway, abs=1)


def test_two_columns_and_one_say_the_same():
    chance = np.linspace(0, 1, 12).reshape(3, 4)
    one = classes_rgba(chance[..., None], LIGHT).astype(int)
    two = classes_rgba(np.stack([1 - chance, chance], axis=2), LIGHT).astype(int)
    assert np.abs(one - two).max() <= 2
    assert (classes_rgba(np.full((1, 1, 3), np.nan), LIGHT) == 0).all()


@THEMES
def test_points_stand_out_from_the_shade_of_their_class_by_their_outline(theme):
    for index in range(8):
        assert contrast(theme.text, shade(index, theme)) > 3.0, index


@THEMES
def test_neurons_have_hues_of_their_own(theme):
    hues = [neuron_colour(index, theme) for index in range(6)]
    assert len(set(hues)) == 6
    assert all(contrast(hue, theme.panel) > 2.0 for hue in hues)
