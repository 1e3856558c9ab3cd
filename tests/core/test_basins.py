from __future__ import annotations

import itertools

import numpy as np
import pytest

from gdsim.core.basins import GONE, MOVING, NEAR, RESTING, UNDEFINED, UNKNOWN, basin_map, label_rows, where_from
from gdsim.core.basins.minima import Minimum
from gdsim.core.basins.walkers import is_partial
from gdsim.core.expression import parse
from gdsim.core.objective import Objective
from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.run import Run, StopReason
from gdsim.core.surfaces import SURFACES


def finished(objective, optimizer, **options):
    *_, picture = basin_map(objective, optimizer, **options)
    return picture


def objective_of(formula, *domain):
    return Objective.from_expression(parse(formula), domain)


def starts_of(picture):
    """Every start with its label."""
    for row, column in np.ndindex(picture.labels.shape):
        point = (
            (picture.axes[0][column], picture.axes[1][row]) if len(picture.axes) == 2 else (picture.axes[0][column],)
        )
        yield point, int(picture.labels[row, column])


RATES = {"gd": 0.01, "momentum": 0.002, "nesterov": 0.004, "adagrad": 0.8, "rmsprop": 0.05, "adadelta": 1.0,
         "adam": 0.2, "adamw": 0.2, "nadam": 0.2, "line_search": 1.0, "newton": 1.0}  # fmt: skip


def test_every_optimizer_has_a_rate_here():
    assert set(RATES) == set(OPTIMIZERS)


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_agrees_with_a_run_from_every_start(key):
    steps = 150
    objective = SURFACES["himmelblau"].objective()
    optimizer = OPTIMIZERS[key](lr=RATES[key])
    size = 24 if key in ("gd", "momentum", "adam", "line_search", "newton") else 12
    picture = finished(objective, optimizer, size=size, steps=steps)
    extent = np.array([high - low for low, high in objective.domain])
    settled = 0
    for point, label in starts_of(picture):
        run = Run(objective, optimizer, point, max_steps=steps)
        run.advance(steps)
        end = run.steps[-1].point
        if label >= 0:
            settled += 1
            assert (np.abs(end - picture.minima[label].point) < NEAR * extent).all(), point
        else:
            assert run.stop_reason is not StopReason.CONVERGED, point
            assert (label == GONE) == (run.stop_reason is StopReason.DIVERGED), point
    assert settled > (0 if key == "adadelta" else size * size // 2)


@pytest.mark.parametrize("key", ["gd", "momentum", "nesterov"])
@pytest.mark.parametrize("formula", ["x^2 + 10y^2", "3x^2 + 2x y + 5y^2 - x", "2x^2"])
def test_on_a_parabola_the_limit_of_the_rate_decides(key, formula):
    objective = objective_of(formula, *((-3, 3), (-2, 2))[: 1 + ("y" in formula)])
    limit = OPTIMIZERS[key]().rate_limit(objective.curvature(np.zeros(objective.dim)))
    below = finished(objective, OPTIMIZERS[key](lr=0.99 * limit), size=32, steps=600)
    above = finished(objective, OPTIMIZERS[key](lr=1.01 * limit), size=32, steps=600)
    assert below.share(0) == 1.0
    assert len(below.minima) == 1
    assert above.minima == ()
    assert (above.labels < 0).all()


def test_a_rate_that_throws_out_ever_so_slowly_is_seen():
    picture = finished(objective_of("x^2", (-3, 3)), OPTIMIZERS["gd"](lr=1.0001), size=512, steps=300)
    assert picture.minima == ()
    assert (picture.labels == MOVING).all()


def test_a_larger_rate_leaves_only_the_flatter_well():
    surface = SURFACES["two_wells"]
    objective = surface.objective()
    sharp, flat = surface.minima
    limit = 2.0 / objective.curvature(sharp)
    shares = {}
    for factor in (0.9, 1.01, 1.5):
        picture = finished(objective, OPTIMIZERS["gd"](lr=factor * limit), size=64)
        near = {tuple(np.round(minimum.point, 6)): picture.share(i) for i, minimum in enumerate(picture.minima)}
        shares[factor] = near.get(sharp, 0.0), near.get(flat, 0.0)
    assert shares[0.9][0] > 0.05
    assert [shares[factor][0] for factor in (1.01, 1.5)] == [0.0, 0.0]
    assert all(flat_share > 0.5 for _, flat_share in shares.values())


def test_all_minima_of_rastrigin_are_counted_each_once():
    picture = finished(SURFACES["rastrigin"].objective(), OPTIMIZERS["gd"](lr=0.003), size=64, steps=200)
    # One minimum near each pair of whole numbers from -5 to 5.
    assert sorted(tuple(round(c) for c in minimum.point) for minimum in picture.minima) == sorted(
        itertools.product(range(-5, 6), repeat=2)
    )
    gradients = SURFACES["rastrigin"].objective().gradient([minimum.point for minimum in picture.minima])
    assert np.abs(gradients).max() < 1e-9


@pytest.mark.parametrize(
    ("formula", "point"),
    [
        ("abs(x - 0.3) + abs(y + 0.2)", (0.3, -0.2)),
        ("sqrt((x - 0.3)^2 + (y + 0.2)^2)", (0.3, -0.2)),
        ("abs(x - 0.3) + (y + 0.2)^2", (0.3, -0.2)),
        ("abs(x - 0.3)", (0.3,)),
    ],
)
def test_hopping_across_a_kink_by_less_than_the_rule_s_distance_is_settled(formula, point):
    objective = objective_of(formula, *((-2, 2),) * len(point))
    picture = finished(objective, OPTIMIZERS["gd"](lr=0.015), size=24, steps=400)
    assert [minimum.point for minimum in picture.minima] == [pytest.approx(point, abs=1e-5)]
    assert picture.share(0) == 1.0
    wide = finished(objective, OPTIMIZERS["gd"](lr=0.3), size=24, steps=400)
    assert wide.share(0) == 0.0


def test_the_tip_of_ackley_is_counted_too():
    picture = finished(SURFACES["ackley"].objective(), OPTIMIZERS["gd"](lr=0.01), size=64, steps=300)
    tip = [i for i, minimum in enumerate(picture.minima) if max(map(abs, minimum.point)) < 1e-6]
    assert len(tip) == 1
    assert picture.share(tip[0]) > 0.01
    assert picture.minima[tip[0]].value == 0.0


@pytest.mark.parametrize("formula", ["abs(y - x^2) + 0.01x^2 - x", "100(y - x^2)^2 + 0.01x^2 - x", "10abs(y) + x"])
def test_the_floor_of_a_valley_is_not_taken_for_a_minimum(formula):
    picture = finished(objective_of(formula, (-2, 0.4), (-1, 3)), OPTIMIZERS["gd"](lr=0.0005), size=24, steps=200)
    assert picture.minima == ()


def test_one_dimension_is_one_row_with_the_border_at_the_maximum_between_the_wells():
    objective = SURFACES["double_well"].objective()
    picture = finished(objective, OPTIMIZERS["gd"](lr=0.02), size=200)
    assert picture.labels.shape == (1, 200)
    assert len(picture.minima) == 2
    roots = np.roots([4.0, 0.0, -4.0, -0.3])
    left, summit, right = np.sort(roots.real)
    assert sorted(minimum.point[0] for minimum in picture.minima) == pytest.approx([left, right], abs=1e-12)
    in_right = np.array([picture.minima[label].point[0] > 0 for label in picture.labels[0]])
    assert (in_right == (picture.axes[0] > summit)).all()


def test_undefined_starts_and_undefined_ends():
    objective = objective_of("log(x) + x^2 + 0y", (-2, 2), (-1, 1))
    picture = finished(objective, OPTIMIZERS["gd"](lr=0.1), size=32, steps=60)
    by_x = {x: label for (x, _), label in starts_of(picture)}
    # Left of 0 there is no value; right of it descent leads to 0, where log falls for ever.
    assert {label for x, label in by_x.items() if x < 0} == {UNDEFINED}
    assert {label for x, label in by_x.items() if x > 0} == {UNDEFINED}


@pytest.mark.parametrize(
    ("formula", "rate", "label"),
    [
        ("-x^2 - y^2", 0.1, GONE),
        ("x^4 + y^4 + x^2 + y^2", 5.0, GONE),
        ("3 + 0x + 0y", 0.1, RESTING),
        ("-0.001x + 0y", 0.1, MOVING),
    ],
)
def test_what_never_settles_is_named(formula, rate, label):
    picture = finished(objective_of(formula, (-2, 2), (-2, 2)), OPTIMIZERS["gd"](lr=rate), size=24)
    assert picture.share(label) == 1.0


def test_a_valley_floor_is_no_minimum_that_stands_by_itself():
    picture = finished(objective_of("x^2 + 0y", (-2, 2), (-2, 2)), OPTIMIZERS["gd"](lr=0.3), size=24)
    assert picture.share(RESTING) == 1.0


def test_each_picture_is_finer_and_the_same_every_time():
    def pictures():
        return list(basin_map(SURFACES["himmelblau"].objective(), OPTIMIZERS["gd"](lr=0.01), size=50, steps=100))

    first, second = pictures(), pictures()
    assert len(first) == len(second)
    assert all((a.labels == b.labels).all() and a.minima == b.minima for a, b in zip(first, second, strict=True))
    done = [picture.done for picture in first]
    assert done == sorted(done)
    assert done[-1] == 1.0
    strides = [picture.stride for picture in first]
    assert strides == sorted(strides, reverse=True)
    assert UNKNOWN in first[0].labels
    coarse = next(picture for picture in first if picture.stride == 4)
    assert UNKNOWN not in coarse.labels
    assert (coarse.labels[::8, ::8] == first[-1].labels[::8, ::8]).all()


def test_the_picture_does_not_depend_on_how_the_starts_are_dealt_out():
    objective, optimizer = SURFACES["himmelblau"].objective(), OPTIMIZERS["adam"](lr=0.2)
    fine, coarse = (finished(objective, optimizer, size=size, steps=100) for size in (61, 31))
    places = [[m.point for m in picture.minima] for picture in (fine, coarse)]

    def place(which, label):
        return np.round(places[which][label], 6).tolist() if label >= 0 else label

    for row, column in np.ndindex(31, 31):
        assert place(0, fine.labels[2 * row, 2 * column]) == place(1, coarse.labels[row, column])


def test_a_typed_domain_is_used():
    picture = finished(SURFACES["himmelblau"].objective(), OPTIMIZERS["gd"](lr=0.01), size=8, domain=((2, 4), (1, 3)))
    assert picture.axes[0][[0, -1]].tolist() == [2, 4]
    assert [minimum.point for minimum in picture.minima] == [pytest.approx((3, 2), abs=1e-10)]


@pytest.mark.parametrize("steps", [1, 2, 5, 17])
def test_few_steps(steps):
    picture = finished(objective_of("x^2 + y^2", (-2, 2), (-2, 2)), OPTIMIZERS["gd"](lr=0.5), size=8, steps=steps)
    assert picture.steps == steps
    # A rate of 1/curvature lands in the minimum at once.
    assert picture.share(0) == (1.0 if steps > 4 else picture.share(0))


def test_refusals_are_sentences():
    with pytest.raises(ValueError, match="one or two variables"):
        basin_map(objective_of("x + y + z", (0, 1), (0, 1), (0, 1)), OPTIMIZERS["gd"]())
    with pytest.raises(ValueError, match="domain"):
        basin_map(Objective.from_expression(parse("x^2")), OPTIMIZERS["gd"]())
    with pytest.raises(ValueError, match="below its upper end"):
        basin_map(SURFACES["bowl"].objective(), OPTIMIZERS["gd"](), domain=((1, 1), (0, 1)))


def test_where_a_start_goes_in_words():
    objective = SURFACES["himmelblau"].objective()
    picture = finished(objective, OPTIMIZERS["gd"](lr=0.01), size=40)
    assert where_from(picture, objective, 3.1, 2.1) == "From here it settles in the minimum at (3, 2), value 0."
    first = next(basin_map(objective, OPTIMIZERS["gd"](lr=0.01), size=40))
    assert where_from(first, objective, 3.1, 2.1) == "From here it is not known yet where it ends."
    slow = finished(objective, OPTIMIZERS["gd"](lr=1e-6), size=8, steps=300)
    assert where_from(slow, objective, 0, 0) == "From here it has not settled after 300 steps: it is still moving."


def test_the_legend_lists_every_share():
    objective = SURFACES["beale"].objective()
    picture = finished(objective, OPTIMIZERS["gd"](lr=0.01), size=40)
    rows = label_rows(picture, objective)
    assert sum(row.share for row in rows) == pytest.approx(1.0)
    assert rows[0].title == "minimum at (3, 0.5)"
    assert {row.label for row in rows} == set(np.unique(picture.labels).tolist())


@pytest.mark.parametrize(
    ("formula", "partial"),
    [("log(x)", True), ("sqrt(x)", True), ("1/x", True), ("x^0.5", True), ("x^(-2)", True), ("tan(x)", True),
     ("x^2 + sin(x)", False), ("x^6/6", False), ("|x|", False), ("e^(-x)", False), ("max(x, 0)", False)],
)  # fmt: skip
def test_formulas_that_may_lack_a_value_are_recognized(formula, partial):
    assert is_partial(parse(formula).function("x"), 1) is partial


def test_a_path_ends_where_it_first_meets_no_value():
    # The derivative 1/x - 1 goes on left of 0, where log has no value, and would lead away to minus infinity.
    objective = objective_of("x - log(x)", (-1, 3))
    picture = finished(objective, OPTIMIZERS["gd"](lr=2.5), size=40, steps=50)
    for (x,), label in starts_of(picture):
        run = Run(objective, OPTIMIZERS["gd"](lr=2.5), [x], max_steps=50)
        run.advance(50)
        assert (label == UNDEFINED) == (run.stop_reason is StopReason.NOT_A_NUMBER), x
    assert 0.2 < picture.share(UNDEFINED) < 1.0


def test_paths_that_fly_off_to_infinity_are_gone_without_a_warning():
    *_, picture = basin_map(SURFACES["bowl"].objective(), OPTIMIZERS["gd"](lr=10.0), size=16, steps=2000)
    assert picture.share(GONE) == 1.0


def test_kinks_nearer_than_a_hundredth_count_as_one():
    """The start at 0 rests in a narrow kink; the other hops around one 0.19 away, in a picture 20.02 wide."""
    objective = objective_of("min(25abs(x), abs(x - 0.19)/4 + 0.01)", (0.0, 20.02))
    picture = finished(objective, OPTIMIZERS["gd"](lr=0.32), size=2, steps=600)
    assert picture.minima == (Minimum((0.0,), 0.0),)
    assert picture.labels.tolist() == [[0, MOVING]]


def test_a_bottom_so_flat_that_newton_s_method_creeps_is_given_no_place():
    """On x⁴⁰ a round of Newton's method takes 1/39 off the distance: twenty do not arrive, but stay near the start."""
    picture = finished(objective_of("x^40", (-14.4, 14.4)), OPTIMIZERS["gd"](lr=1.0), size=65)
    labels = {round(place, 6): label for (place,), label in starts_of(picture)}
    assert picture.minima == (Minimum((0.0,), 0.0),)  # found by the start that lies there
    assert [labels[place] for place in (-0.45, 0.0, 0.45)] == [MOVING, 0, MOVING]


def test_a_map_of_a_single_start():
    picture = finished(objective_of("(x - 1)^2", (-2.0, 2.0)), OPTIMIZERS["gd"](lr=0.1), size=1)
    assert list(starts_of(picture)) == [((-2.0,), 0)]
    assert picture.done == 1.0
    assert picture.minima[0].point == pytest.approx((1.0,))
