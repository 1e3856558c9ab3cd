"""Walks of many starts at once against the powers that a parabola multiplies them by: ends, boxes, shares."""

from __future__ import annotations

import numpy as np
import pytest

from gdsim.core.basins.walkers import Ends, _Quiet, rounds_a_pull, walker
from gdsim.core.expression import parse
from gdsim.core.objective import Objective
from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.run import Run

STARTS = np.stack([np.linspace(-1.0, 2.0, 20), np.linspace(3.0, -4.0, 20)], axis=1)


def function(formula):
    return Objective.from_expression(parse(formula))


def walked(objective, optimizer, steps, starts, block=8):
    """The ends of all starts, and the shares done of every pull; each row comes once."""
    rows, points, late, early, shares = [], [], [], [], []
    for batch in walker(objective, optimizer, steps, block).walk(starts):
        shares.append(batch.done)
        if batch.ends is not None:
            rows += batch.rows.tolist()
            points.append(batch.ends.points)
            late.append(np.stack(batch.ends.late))
            early.append(batch.ends.early if batch.ends.early is None else np.stack(batch.ends.early))
            assert batch.done == pytest.approx(len(rows) / len(starts))
        else:
            assert batch.rows.size == 0
            assert len(rows) / len(starts) <= batch.done <= min(1.0, (len(rows) + block) / len(starts))
    assert sorted(rows) == list(range(len(starts)))
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    order = np.argsort(rows)
    first = None if early[0] is None else np.concatenate(early, axis=1)[:, order]
    return Ends(np.concatenate(points)[order], np.concatenate(late, axis=1)[:, order], first), shares


@pytest.mark.parametrize(("steps", "window"), [(40, 10), (200, 16), (41, 10), (3, 0), (7, 1)])
def test_the_boxes_hold_the_last_steps_and_those_before_half_time(steps, window):
    """A rate of 0.1 multiplies x by 0.99 and y by 0.9 in each step of (x² + 10y²)/20."""
    ends, _ = walked(function("(x^2 + 10y^2)/20"), OPTIMIZERS["gd"](lr=0.1), steps, STARTS)
    factors = np.array([0.99, 0.9])
    half = steps // 2
    np.testing.assert_allclose(ends.points, STARTS * factors**steps, rtol=1e-9, atol=1e-300)
    for box, last in ((ends.late, steps), (ends.early, half)):
        both = np.stack([STARTS * factors ** (last - window), STARTS * factors**last])
        np.testing.assert_allclose(box, [both.min(axis=0), both.max(axis=0)], rtol=1e-9, atol=1e-300)


def test_boxes_are_those_of_all_steps_between():
    """A rate of 1.9 over the curvature turns x to −0.9·x in every step."""
    ends, _ = walked(function("x^2 + 0y"), OPTIMIZERS["gd"](lr=0.95), 40, STARTS)
    for box, first in ((ends.late, 30), (ends.early, 10)):
        both = np.stack([STARTS[:, 0] * (-0.9) ** first, STARTS[:, 0] * (-0.9) ** (first + 1)])
        np.testing.assert_allclose(box[:, :, 0], [both.min(axis=0), both.max(axis=0)], rtol=1e-9)
        assert (box[:, :, 1] == STARTS[:, 1]).all()


def test_the_share_grows_with_every_pull():
    _, shares = walked(function("(x^2 + 10y^2)/20"), OPTIMIZERS["gd"](lr=0.1), 1200, STARTS)
    assert len(set(shares)) > 3 * 6
    assert max(np.diff(shares)) < 0.15
    _, shares = walked(function("(x^2 + 10y^2)/20"), OPTIMIZERS["adam"](lr=0.1), 200, STARTS[:8])
    assert max(np.diff(shares)) < 0.15


@pytest.mark.parametrize("key", ["momentum", "rmsprop", "adam", "adamw", "line_search", "newton"])
def test_every_walk_is_that_of_a_run(key):
    objective = function("x^4 + 3x^2 + 2y^2 + x*y")
    optimizer = OPTIMIZERS[key](lr={"line_search": 1.0, "newton": 0.3}.get(key, 0.02))
    ends, _ = walked(objective, optimizer, 12, STARTS)
    for start, end in zip(STARTS, ends.points, strict=True):
        run = Run(objective, optimizer, start, max_steps=12)
        run.advance(12)
        np.testing.assert_allclose(end, run.steps[-1].point, rtol=1e-9, atol=1e-12)


def test_weight_decay_is_that_of_the_place():
    ends, _ = walked(function("0x + 0y"), OPTIMIZERS["gd"](lr=0.1, weight_decay=0.5), 8, STARTS)
    np.testing.assert_allclose(ends.points, STARTS * 0.95**8, rtol=1e-12)


@pytest.mark.parametrize("key", ["gd", "line_search"])
def test_a_start_without_a_value_or_a_slope_stays(key):
    """1/x has a slope left of 0, but it is that of nothing; of √x the slope at 0 is none."""
    starts = np.array([[-1.0, 1.0], [1.0, 1.0], [-2.0, 2.0]])
    ends, _ = walked(function("x - log(x) + y^2"), OPTIMIZERS[key](lr=0.01), 5, starts)
    assert (ends.points[[0, 2]] == starts[[0, 2]]).all()
    assert ends.points[1, 1] < 1.0
    starts = np.array([[0.0, 1.0], [1.0, 1.0]])
    ends, _ = walked(function("sqrt(x) + y^2"), OPTIMIZERS[key](lr=0.01), 5, starts)
    assert (ends.points[0] == starts[0]).all()
    assert (ends.points[1] < starts[1]).all()


def test_a_search_that_rests_makes_room_and_is_told_where_it_rested():
    """Newton's method is there in one step, rests in the second, and keeps no early box."""
    ends, shares = walked(function("(x - 2000)^2 + y^2"), OPTIMIZERS["newton"](lr=1.0), 100, STARTS, block=3)
    np.testing.assert_allclose(ends.points, np.tile([2000.0, 0.0], (20, 1)), atol=1e-9)
    assert ends.early is None
    assert (ends.late[0] == ends.points).all()
    assert (ends.late[1] == ends.points).all()
    assert len(shares) == 1 + 2 * 7
    ends, shares = walked(function("x^2 + y^2"), OPTIMIZERS["newton"](lr=0.5), 4, STARTS, block=32)
    np.testing.assert_allclose(ends.points, STARTS / 16.0, rtol=1e-9)
    both = np.stack([STARTS / 8.0, STARTS / 16.0])
    np.testing.assert_allclose(ends.late, [both.min(axis=0), both.max(axis=0)], rtol=1e-9)
    assert len(shares) == 1 + 4


def test_rest_is_a_move_below_a_hundred_millionth_of_the_place():
    """Along 1e-8·share·x a search goes the same way in each step: at 1,000 that is rest up to 1e-5."""
    for start, slope, rests in ((1000.0, 0.9e-5, True), (1000.0, 1.1e-5, False), (-1000.0, 0.9e-5, True),
                                (0.0, 0.9e-8, True), (0.0, 1.1e-8, False)):  # fmt: skip
        objective = function(f"{slope}x + 0y")
        _, shares = walked(objective, OPTIMIZERS["line_search"](lr=1.0), 5, np.array([[start, 1.0]]))
        assert len(shares) == 1 + (1 if rests else 5)


def test_a_quiet_start_is_kept_where_it_rested_first():
    before = [np.array([0.0, 0.0, 1000.0, 1000.0, -1000.0]), np.array([1.0, 1.0, 1.0, 1.0, 1.0])]
    after = [np.array([0.9e-8, 1.1e-8, 1000.0 + 0.9e-5, 1000.0 + 1.1e-5, -1000.0 - 0.9e-5]), before[1] + 0.0]
    quiet = _Quiet(before)
    quiet.look(before, after)
    later = [x + 7.0 for x in after]
    quiet.look(after, later)
    quiet.look(later, [x + 1e-9 for x in later])
    points = np.full((5, 2), 50.0)
    box = points - 1.0, points + 1.0
    kept = quiet.kept(Ends(points, box, box))
    first, second = (np.stack(places, axis=1) for places in (after, [x + 1e-9 for x in later]))
    row = np.array([True, False, True, False, True])[:, None]
    expected = np.where(row, first, second)
    for found in (kept.points, *kept.late, *kept.early):
        np.testing.assert_array_equal(found, expected)
    apart = _Quiet(before)
    apart.look(before, [before[0], before[1] + 1.0])  # rest is that of all coordinates
    assert apart.kept(Ends(points, box, None)).early is None
    np.testing.assert_array_equal(apart.kept(Ends(points, box, None)).late[1], box[1])


@pytest.mark.parametrize(
    ("source", "block", "rounds"),
    [
        ("x\n" * 10, 1000, 200),  # 10·(500 + 500) ns
        ("x\n" * 100, 1000, 25),
        ("x\n" * 100 + "exp(a) sin(b)", 1000, int(2.5e6 / (1e5 + 2e4))),
        ("x\n" * 100 + "power(a) pow_2(b) tanh(c)", 1000, int(2.5e6 / (1e5 + 9e4))),
        ("x\n" * 100, 4000, int(2.5e6 / 2.5e5)),
        ("x\n" * 9000, 1000, 1),
    ],
)
def test_rounds_of_a_pull_are_estimated_from_the_text(source, block, rounds):
    assert rounds_a_pull(source, block) == rounds
