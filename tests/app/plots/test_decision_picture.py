from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gdsim.app.plots.data_points import DataPoints
from gdsim.app.plots.decision_picture import (
    BINARY,
    CLASSES,
    VALUES,
    DecisionPicture,
    GhostGrid,
    arrange_decision,
    boundary,
    centres,
    ghost_boundaries,
    line_names,
    shades,
    value_levels,
    value_middle,
)
from gdsim.app.plots.drawing import Viewport
from gdsim.app.plots.fit_colours import classes_table, values_table
from gdsim.app.tokens import LIGHT

DOMAIN = ((-3.0, 5.0), (-2.0, 2.0))
VIEW = Viewport(-3.0, 5.0, -2.0, 2.0, 800.0, 400.0)


def grid(function, across=40, up=30, domain=DOMAIN):
    x, y = np.meshgrid(centres(domain[0], across), centres(domain[1], up))
    return function(x, y)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def measure(text):
    return 7.0 * len(text), 14.0


@pytest.mark.parametrize("sharpness", [0.5, 5.0, 40.0])
def test_the_boundary_of_a_linear_network_is_its_straight_line(sharpness):
    # Between 1e-12 and 1 − 1e-12 the logarithm of the odds is exactly linear, beyond it is cut.
    values = grid(lambda x, y: sigmoid(sharpness * (0.6 * x - 0.8 * y - 0.3)))[..., None]
    line = boundary(values, BINARY, DOMAIN)
    line = line[np.isfinite(line).all(axis=1)]
    assert len(line) > 20
    assert np.abs(0.6 * line[:, 0] - 0.8 * line[:, 1] - 0.3).max() < 1e-9
    assert line[:, 1].max() == pytest.approx(centres(DOMAIN[1], 30)[-1])


def test_three_classes_meet_where_their_scores_tie():
    weights = np.array([[1.0, 0.0], [-0.5, 0.9], [-0.5, -0.9]])

    def chances(x, y):
        odds = np.exp(x[..., None] * weights[:, 0] + y[..., None] * weights[:, 1])
        return odds / odds.sum(axis=2, keepdims=True)

    line = boundary(grid(chances, 60, 60), CLASSES, DOMAIN)
    line = line[np.isfinite(line).all(axis=1)]
    scores = np.sort(line @ weights.T, axis=1)
    near_middle = np.hypot(*line.T) < 0.2
    assert np.abs(scores[~near_middle, 2] - scores[~near_middle, 1]).max() < 1e-9
    assert (line[:, 0] < -1).any()  # between the second class and the third
    assert ((line[:, 0] > 0.5) & (line[:, 1] > 0.5)).any()  # between the first and the second


def test_values_have_a_line_at_a_level():
    line = boundary(grid(lambda x, y: 2 * x + y)[..., None], VALUES, DOMAIN, level=1.0)
    assert np.abs(2 * line[:, 0] + line[:, 1] - 1).max() < 1e-9


@pytest.mark.parametrize(
    "values",
    [
        np.empty((0, 0, 1)),
        np.zeros((1, 5, 1)),
        np.full((4, 4, 1), np.nan),
        np.ones((4, 4, 1)),
        np.full((4, 4, 3), np.inf),
    ],
)
def test_without_a_decision_there_is_no_boundary(values):
    for kind in (BINARY, CLASSES, VALUES):
        assert not np.isfinite(boundary(values, kind, DOMAIN)).any()


def test_shades_have_x_to_the_right_and_y_up():
    picture = DecisionPicture(DOMAIN, grid(lambda x, y: (x > 0) * 1.0, 8, 4)[..., None])
    pixels = shades(picture, LIGHT, values_table(LIGHT))
    table = classes_table(LIGHT)
    assert pixels[0, 0, :3].tolist() == table[0].tolist()
    assert pixels[0, -1, :3].tolist() == table[255].tolist()
    upper = DecisionPicture(DOMAIN, grid(lambda x, y: (y > 0) * 1.0, 8, 4)[..., None])
    pixels = shades(upper, LIGHT, values_table(LIGHT))
    assert pixels[0, 0, :3].tolist() == table[255].tolist()
    assert pixels[-1, 0, :3].tolist() == table[0].tolist()


def test_values_take_the_colours_of_the_bar():
    picture = DecisionPicture(DOMAIN, np.array([[[-1.0], [3.0]]]), VALUES, (-1.0, 3.0))
    pixels = shades(picture, LIGHT, values_table(LIGHT))
    assert pixels[0, 0, :3].tolist() == values_table(LIGHT)[0].tolist()
    assert pixels[0, 1, :3].tolist() == values_table(LIGHT)[255].tolist()
    levels = value_levels((-1.0, 3.0))
    assert float(levels.position(0.0)) == 0.25
    assert value_middle((-1.0, 3.0)) == 1.0


def test_the_boundary_is_two_pixels_with_an_edge_and_ghosts_are_dashed_and_named():
    here = grid(lambda x, y: sigmoid(4 * x))[..., None]
    there = grid(lambda x, y: sigmoid(4 * (x - 2)))[..., None]
    points = DataPoints(np.zeros((1, 2)), np.array([0]), classes=("A", "B"))
    picture = DecisionPicture(DOMAIN, here, ghosts=(GhostGrid("no L2", there, 0),), points=points)
    own = boundary(here, BINARY, DOMAIN)
    drawing = arrange_decision(picture, own, ghost_boundaries(picture), VIEW, measure, LIGHT)
    ghost_edge, ghost, edge, line = drawing.strokes
    assert (line.colour, line.width, line.dashes) == ("text", 2.0, ())
    assert edge.colour == ghost_edge.colour == "panel"
    assert edge.width > line.width
    assert ghost.dashes
    assert line.points[:, 0] == pytest.approx(300.0)  # x = 0
    assert ghost.points[:, 0] == pytest.approx(500.0)  # x = 2
    assert drawing.labels == ()  # which would lie on the points
    (entry,) = line_names(picture, own, ghost_boundaries(picture), LIGHT)
    assert (entry.text, entry.mark.colour, entry.mark.dashes) == ("no L2", ghost.colour, ghost.dashes)


def test_a_ghost_of_values_says_of_which_value_its_line_is():
    tilted = grid(lambda x, y: x)[..., None]
    picture = DecisionPicture(DOMAIN, tilted, VALUES, (-1.0, 3.0), (GhostGrid("before", tilted, 1),), value_name="z")
    (ghost,) = ghost_boundaries(picture)
    assert ghost.label == "before, z = 1"
    names = line_names(picture, boundary(tilted, VALUES, DOMAIN, 1.0), (ghost,), LIGHT)
    assert [entry.text for entry in names] == ["z = 1", "before, z = 1"]
    assert line_names(replace(picture, ghosts=()), np.empty((0, 2)), (), LIGHT) == ()  # no such line is to be seen
    assert ghost.points[:, 0] == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (np.full((2, 2, 1), -7.0), "network, below the colours: z = \u22127"),
        (np.array([[[4.0], [5.0]], [[4.5], [6.0]]]), "network, above the colours: z from 4 to 6"),
        (np.array([[[4.0], [5.0]], [[2.0], [6.0]]]), ""), (np.full((2, 2, 1), np.nan), ""),
    ],
)  # fmt: skip
def test_values_beyond_the_colours_are_told(values, words):
    points = DataPoints(np.zeros((1, 2)), np.array([0.5]))
    picture = DecisionPicture(DOMAIN, values, VALUES, (-1.0, 3.0), points=points, value_name="z")
    labels = arrange_decision(picture, np.empty((0, 2)), (), VIEW, measure, LIGHT).labels
    assert [" ".join(text for text, _ in label.lines) for label in labels] == ([words] if words else [])
    binary = replace(picture, kind=BINARY)
    assert arrange_decision(binary, np.empty((0, 2)), (), VIEW, measure, LIGHT).labels == ()


def test_the_extent_is_what_the_grid_covers():
    picture = DecisionPicture(DOMAIN, extent=((-9.0, 9.0), (-4.0, 4.0)))
    assert picture.covered == ((-9.0, 9.0), (-4.0, 4.0))
    assert DecisionPicture(DOMAIN).covered == DOMAIN
    low, high = DecisionPicture(((1.0, 1.0), (np.nan, np.inf))).covered
    assert low[0] < 1 < low[1]
    assert np.isfinite(high).all()
