"""A line search on x² + 3y² by hand: which share of the move is taken, after how many evaluations."""

from __future__ import annotations

import numpy as np
import pytest

from gdsim.core.expression import parse
from gdsim.core.objective import Objective
from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.optimizers.safeguarded import Search
from gdsim.core.run import Run

BOWL = Objective.from_expression(parse("x^2 + 3y^2"))

# Rate 0.75, half of what the slope promises: the whole move leads far beyond the bottom.  From (1, 1) a quarter of it
# reaches 0.4375, where 4 − ½·¼·30 = 0.25 is asked for, and an eighth 1.234 < 2.125.
STARTS = [((1.0, 0.0), 0.5, 3), ((0.0, 1.0), 0.125, 5), ((1.0, 1.0), 0.125, 5), ((0.0, 0.0), 1.0, 2)]


@pytest.mark.parametrize("many", [False, True])
def test_the_first_share_that_falls_enough(many) -> None:
    optimizer = OPTIMIZERS["line_search"](lr=0.75, sufficient=0.5)
    batches = [[start for start, *_ in STARTS]] if many else [start for start, *_ in STARTS]
    moves, shares, evaluations = [], [], []
    for batch in batches:
        points = np.array(batch)
        before = optimizer.init(points)
        move, state = optimizer.update(BOWL.gradient(points), before, point=points, objective=BOWL)
        moves += np.atleast_2d(move).tolist()
        shares += np.ravel(state.fraction).tolist()
        evaluations += np.ravel(state.evaluations).tolist()
        # A second update counts on, and what it takes is again a power of a half.
        after = points + move
        _, last = optimizer.update(BOWL.gradient(after), state, point=after, objective=BOWL)
        assert (np.ravel(last.count) == 2.0).all()
        np.testing.assert_array_equal(
            np.ravel(last.evaluations - state.evaluations), 2.0 - np.log2(np.ravel(last.fraction))
        )
        assert not np.ravel(last.replaced).any()
        assert last._fields == before._fields
        assert {np.shape(part) for part in last} == ({(4, 1)} if many else {()})
    assert shares == [share for _, share, _ in STARTS]
    assert evaluations == [count for *_, count in STARTS]
    gradients = np.array([(2.0 * x, 6.0 * y) for (x, y), *_ in STARTS])
    np.testing.assert_allclose(moves, -0.75 * np.array(shares)[:, None] * gradients, rtol=1e-15)


@pytest.mark.parametrize("key", ["line_search", "newton"])
def test_a_search_starts_with_nothing_done(key) -> None:
    assert OPTIMIZERS[key]().init(np.zeros(2)) == (0.0, 0.0, 1.0, 0.0)
    assert [part.tolist() for part in OPTIMIZERS[key]().init(np.zeros((2, 3)))] == [
        [[0.0], [0.0]], [[0.0], [0.0]], [[1.0], [1.0]], [[0.0], [0.0]],
    ]  # fmt: skip


@pytest.mark.parametrize("many", [False, True])
def test_newton_is_shortened_by_halves_and_asks_for_a_ten_thousandth_of_the_fall(many) -> None:
    """x⁴/4 from 1 at rate 6: g = 1 and H = 3, so the move is −2, to −1, as high as before; half of it ends at 0."""
    objective = Objective.from_expression(parse("x^4/4"))
    point = np.array([[1.0]]) if many else np.array([1.0])
    newton = OPTIMIZERS["newton"](lr=6.0)
    move, state = newton.update(objective.gradient(point), newton.init(point), point=point, objective=objective)
    assert np.ravel(move).tolist() == [-1.0]
    assert [float(np.ravel(part)[0]) for part in state] == [1.0, 3.0, 0.5, 0.0]
    assert state.note == "the full move would not have lowered the value enough: 0.5 of it was taken"


def test_what_the_safeguards_did_to_many() -> None:
    """Four fates of five: one direction replaced, two moves shortened, one found nothing, one went all the way."""
    column = np.array([[1.0], [0.5], [0.25], [0.0], [1.0]])
    note = Search(column, column, column, np.array([[0.0], [0.0], [0.0], [2.0], [0.0]])).note
    assert note == (
        "1 of 5 directions were replaced by the one against the gradient; 2 of 5 moves were shortened; "
        "1 of 5 points found no lower value"
    )
    assert Search(column, column, np.ones((5, 1)), np.zeros((5, 1))).note == ""


@pytest.mark.parametrize(
    ("fraction", "replaced", "words"),
    [
        (1.0, 0.0, []),
        (1.0, 1.0, ["not positive definite"]),
        (1.0, 2.0, ["no usable curvature"]),
        (0.0, 0.0, ["no move along this direction lowers the value"]),
        (0.25, 2.0, ["no usable curvature", "0.25 of it was taken"]),
    ],
)
def test_what_the_safeguards_did_to_one(fraction, replaced, words) -> None:
    parts = Search(1.0, 2.0, fraction, replaced).note.split("; ")
    assert len([part for part in parts if part]) == len(words)
    for part, word in zip(parts, words, strict=False):
        assert word in part


@pytest.mark.parametrize("many", [False, True])
def test_the_rate_of_a_search_is_the_one_in_force_or_else_its_own(many) -> None:
    """On x² from 4 a rate of 1/4 is accepted whole: −1/4·8 for the search, −1/4·4 for Newton's direction −4."""
    objective = Objective.from_expression(parse("x^2"))
    point = np.array([[4.0]]) if many else np.array([4.0])
    gradient = objective.gradient(point)
    for key, expected in (("line_search", -2.0), ("newton", -1.0)):
        for own, given in ((0.25, None), (0.5, 0.25)):
            optimizer = OPTIMIZERS[key](lr=own)
            move, state = optimizer.update(gradient, optimizer.init(point), point=point, objective=objective, lr=given)
            assert move.shape == point.shape
            assert move.item() == expected
            assert np.ravel(state.fraction).tolist() == [1.0]


@pytest.mark.parametrize("key", ["line_search", "newton"])
def test_a_search_goes_beyond_the_largest_number_silently(key) -> None:
    objective = Objective.from_expression(parse("x^4 + y^4"))
    points = np.array([[1e77, 1.0], [1e80, -1e80], [0.0, 1e300]])
    optimizer = OPTIMIZERS[key](lr=1e3)
    move, _ = optimizer.update(objective.gradient(points), optimizer.init(points), point=points, objective=objective)
    assert move.shape == (3, 2)
    deep = Objective.from_expression(parse("x^4 + y^4 + z^4"))
    point = np.array([1e154, 1.0, 0.0])
    move, _ = optimizer.update(deep.gradient(point), optimizer.init(point), point=point, objective=deep)
    assert move.shape == (3,)


@pytest.mark.parametrize("key", ["line_search", "newton"])
@pytest.mark.parametrize("missing", ["point", "objective"])
def test_a_search_says_what_it_needs(key, missing) -> None:
    optimizer, point = OPTIMIZERS[key](), np.array([1.0, 1.0])
    given = {"point": point, "objective": BOWL}
    del given[missing]
    with pytest.raises(ValueError, match="evaluates the objective: pass"):
        optimizer.update(np.array([2.0, 6.0]), optimizer.init(point), **given)


def test_a_step_of_another_rule_has_no_note() -> None:
    run = Run(BOWL, OPTIMIZERS["momentum"](), (1.0, 1.0))
    assert OPTIMIZERS["newton"]().note(run.steps[0]) == ""
