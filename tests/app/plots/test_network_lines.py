"""Widths are proportional to |w|, what is left out is counted, and the pieces that are drawn lie on the curve."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gdsim.app.plots.network_layout import line_height, nearest_line
from gdsim.app.plots.network_lines import (
    MOST_LINES,
    ZERO,
    _dashes,
    _pieces,
    dash_lengths,
    hair_colour,
    hairline_groups,
    line_path,
    line_style,
    plan_lines,
)
from gdsim.app.theme import DARK, LIGHT
from gdsim.app.tokens import contrast
from tests.app.plots.network_examples import network, one_weight

ENDS = np.array(
    [[[0.0, 10.0, 100.0, 90.0], [0.0, 14.0, 100.0, 30.0]], [[0.0, 80.0, 100.0, 94.0], [0.0, 84.0, 100.0, 34.0]]]
)


def test_width_is_proportional_to_the_size_of_the_weight():
    picture = network(2, 8, 8, 1)
    plan = plan_lines(picture, 1.0)
    sizes = np.concatenate([np.abs(weights).ravel() for weights in picture.weights])
    widths = np.concatenate([plan.widths(layer).ravel() for layer in range(3)])
    assert plan.largest == sizes.max()
    drawn = widths > 0
    np.testing.assert_allclose(widths[drawn], sizes[drawn] / sizes.max() * plan.widest, atol=0.16)
    assert plan.hairlines == np.count_nonzero(~drawn) == np.count_nonzero(sizes < plan.limit)
    assert plan.limit == pytest.approx(0.2 / plan.widest * sizes.max())


def test_sign_is_in_colour_and_level():
    plan = plan_lines(replace(network(2, 1), weights=(np.array([[2.0], [-2.0]]),)), 1.0)
    assert plan.levels[0].ravel().tolist() == [plan.steps, -plan.steps]
    for theme in (LIGHT, DARK):
        assert line_style(plan, plan.steps, False, theme) == (theme.weight_positive, plan.widest)
        assert line_style(plan, -plan.steps, False, theme) == (theme.weight_negative, plan.widest)


def test_of_too_many_lines_the_largest_are_drawn():
    picture = network(2, *[32] * 6, 1, grid=2)
    plan = plan_lines(picture, 1.0)
    sizes = np.sort(np.concatenate([np.abs(weights).ravel() for weights in picture.weights]))
    assert plan.limit == pytest.approx(sizes[-MOST_LINES])
    assert plan.hairlines == len(sizes) - MOST_LINES


@pytest.mark.parametrize("sizes", [(2, 2, 1), (2, 8, 1), (2, 32, 32, 1)])
def test_no_weight_is_without_a_line_and_hairlines_tell_the_sign(sizes):
    picture = network(*sizes)
    shares = (1.0, 0.02, 1e-6)  # wide, a hairline, and nearly 0
    tiny = tuple(
        np.choose(np.arange(each.size).reshape(each.shape) % 3, shares) * np.where(each < 0, -1.0, 1.0)
        for each in picture.weights
    )
    tiny[-1][0, 0] = 0.0
    plan = plan_lines(replace(picture, weights=tiny), 1.0)
    for weights, levels, thin in zip(tiny, plan.levels, plan.thin, strict=True):
        assert ((levels != 0) ^ (thin != 0)).all()
        few = (thin != 0) & (np.abs(weights) >= 0.01)
        assert (np.sign(weights)[few] == thin[few]).all()
        assert (thin[np.abs(weights) < 0.01] == ZERO).all()
    assert plan.thin[-1][0, 0] == ZERO
    assert sum(len(ends) for _, _, ends in hairline_groups(plan, lines_for(tiny))) == plan.hairlines > 0


def lines_for(weights):
    return tuple(np.zeros((*each.shape, 4)) for each in weights)


def test_hairlines_of_either_sign_differ_in_colour_and_are_fainter_than_lines():
    for theme in (LIGHT, DARK):
        found = {hair_colour(sign, False, theme, many=many) for sign in (1, -1, ZERO) for many in (False, True)}
        assert len(found) == 6
        for many in (False, True):
            zero, plus = (contrast(hair_colour(sign, False, theme, many=many), theme.panel) for sign in (ZERO, 1))
            assert zero < plus  # what does nothing hides nothing
        wide = contrast(theme.weight_positive, theme.panel)
        assert 1.2 < contrast(hair_colour(1, False, theme), theme.panel) < wide


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_is_counted_and_scales_nothing(value):
    plan = plan_lines(replace(network(2, 1), weights=(np.array([[value], [0.5]]),)), 1.0)
    assert (plan.broken, plan.largest) == (1, 0.5)
    assert plan.widths(0)[0, 0] > 0
    assert line_style(plan, int(plan.levels[0][0, 0]), False, LIGHT)[0] == LIGHT.bad


@pytest.mark.parametrize("value", [0.0, 5e-324, 1e308])
def test_extreme_weights(value):
    plan = plan_lines(one_weight(value), 1.0)
    assert np.isfinite(plan.widths(0)).all()
    assert plan.widths(0)[0, 0] == (plan.widest if value == 1e308 else 0.0)


def test_lines_of_dropped_units_fade():
    picture = network(2, 2, 1)
    gone = replace(picture.layers[0][1], dropped=True)
    plan = plan_lines(replace(picture, layers=((picture.layers[0][0], gone), picture.layers[1])), 1.0)
    assert plan.faded[0].tolist() == [[False, True], [False, True]]
    assert plan.faded[1].tolist() == [[False], [True]]


def test_a_change_that_can_not_be_seen_leaves_the_lines():
    picture = network(2, 8, 8, 1)
    plan = plan_lines(picture, 1.0)
    moved = plan_lines(replace(picture, weights=tuple(weights * 1.0000001 for weights in picture.weights)), 1.0)
    other = plan_lines(replace(picture, weights=tuple(-weights for weights in picture.weights)), 1.0)
    assert moved.same_lines(plan)
    assert not other.same_lines(plan)
    assert not plan.same_lines(None)


def test_pieces_and_dashes_lie_on_the_curve():
    ends = ENDS.reshape(-1, 4)
    widths = np.array([0.5, 0.8, 1.0, 0.3])
    for cutter in (_pieces, _dashes):
        parts, of_line = cutter(ends, widths)
        assert set(of_line.tolist()) == {0, 1, 2, 3}
        for part, line in zip(parts, of_line, strict=True):
            for x, y in (part[:2], part[2:]):
                share = (x - ends[line, 0]) / (ends[line, 2] - ends[line, 0])
                expected = ends[line, 1] + (ends[line, 3] - ends[line, 1]) * (3 * share**2 - 2 * share**3)
                assert y == pytest.approx(expected, abs=0.02)


def test_pieces_cover_the_line_and_dashes_leave_gaps():
    ends, width = np.array([[0.0, 50.0, 120.0, 50.0]]), np.array([2.0])
    pieces, _ = _pieces(ends, width)
    dashes, _ = _dashes(ends, width)
    assert pieces[:, 0].min() <= 0
    assert pieces[:, 2].max() >= 120
    assert (pieces[1:, 0] <= pieces[:-1, 2]).all()
    gaps = dashes[1:, 0] - dashes[:-1, 2]
    assert len(dashes) > 5
    np.testing.assert_allclose(gaps, dash_lengths(2.0)[1], atol=1e-9)
    np.testing.assert_allclose(np.diff(dashes[:, [0, 2]], axis=1), dash_lengths(2.0)[0], rtol=0.2)


def test_the_curve_is_what_is_hit():
    path = line_path(ENDS[0, 0])
    for share in (0.1, 0.3, 0.5, 0.8):
        point = path.pointAtPercent(share)
        assert line_height(ENDS, point.x())[0, 0] == pytest.approx(point.y(), abs=0.02)


@pytest.mark.parametrize(("i", "j"), [(0, 0), (0, 1), (1, 0), (1, 1)])
def test_each_line_is_hit_where_it_runs_alone(i, j):
    x = 90.0
    y = float(line_height(ENDS, x)[i, j])
    assert nearest_line(ENDS, np.ones((2, 2)), x, y + 0.4, 6.0) == (i, j)


def test_nothing_is_hit_far_away_or_beside():
    widths = np.ones((2, 2))
    assert nearest_line(ENDS, widths, 50.0, 300.0, 6.0) is None
    assert nearest_line(ENDS, widths, 140.0, 90.0, 6.0) is None
    assert nearest_line(np.zeros((0, 3, 4)), np.zeros((0, 3)), 0.0, 0.0, 6.0) is None


def test_a_line_is_hit_only_between_its_ends():
    both = np.array([[[0.0, 50.0, 60.0, 50.0], [0.0, 50.0, 100.0, 50.0]]])
    assert nearest_line(both, np.array([[4.0, 0.0]]), 80.0, 50.0, 6.0) == (0, 1)


def test_a_wide_line_is_hit_before_one_that_is_not_drawn():
    both = np.array([[[0.0, 50.0, 100.0, 50.0]], [[0.0, 52.0, 100.0, 52.0]]])
    assert nearest_line(both, np.array([[0.0], [3.0]]), 50.0, 50.5, 6.0) == (1, 0)
    assert nearest_line(both, np.array([[3.0], [0.0]]), 50.0, 51.5, 6.0) == (0, 0)
    assert nearest_line(both[:1], np.array([[0.0]]), 50.0, 50.5, 6.0) == (0, 0)
