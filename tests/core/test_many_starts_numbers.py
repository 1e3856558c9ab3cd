"""What a table of many starts counts, and when a minimum is one that is known."""

from __future__ import annotations

import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest

from gdsim.core.basins import GONE, MOVING, RESTING, UNDEFINED, UNKNOWN
from gdsim.core.basins.minima import Minimum
from gdsim.core.expression import parse
from gdsim.core.many_starts import FoundMinimum, _picture, is_known, lowest_sentence, many_starts
from gdsim.core.objective import Objective
from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.surfaces import SURFACES

BOWL = SURFACES["bowl"]


def test_counts_and_shares_are_of_all_starts():
    labels = np.array([0, 2, 2, 2, 3, MOVING, GONE, GONE, UNDEFINED, RESTING, RESTING, RESTING, UNKNOWN], np.int32)
    found = [Minimum((float(i), 0.0), value) for i, value in enumerate((5.0, 1.0, 5.0, -2.0, 0.0))]
    starts = np.zeros((13, 2))
    picture = _picture(starts, starts + 1.0, labels, SimpleNamespace(found=found), None, BOWL.objective(), 0.25)
    assert picture.rows == (
        FoundMinimum(3, (3.0, 0.0), -2.0, 1, 1 / 13),
        FoundMinimum(2, (2.0, 0.0), 5.0, 3, 3 / 13),
        FoundMinimum(0, (0.0, 0.0), 5.0, 1, 1 / 13),
    )
    assert (picture.moving, picture.gone, picture.undefined, picture.resting, picture.done) == (1, 2, 1, 3, 0.25)
    assert picture.sentence == "Lowest found so far: f = −2 at (3, 0), from 12 starts; there may be lower ones."
    labels[0] = MOVING
    assert picture.labels[0] == 0, "a picture is not written to"


@pytest.mark.parametrize(("minimum", "above"), [(-1000.0, 1e-3), (1000.0, 1e-3), (0.5, 1e-6)])
def test_the_known_lowest_value_is_reached_within_a_millionth(minimum, above):
    surface = dataclasses.replace(BOWL, minimum=minimum, minima=((3.0, 0.5),))
    for share, ending in ((0.9, "it is the surface's lowest point, "), (1.1, "was not reached.")):
        row = FoundMinimum(0, (3.0, 0.5), minimum + share * above, 1, 1.0)
        assert ending in lowest_sentence([row], 3, BOWL.objective(), surface)


@pytest.mark.parametrize(
    ("point", "known"),
    [((3.0009, 0.5), True), ((2.9991, 0.5), True), ((3.0011, 0.5), False), ((2.9989, 0.5), False),
     ((3.0, 0.50009), True), ((3.0, 0.49989), False), ((3.0, 0.50011), False), ((7.0, 0.9), True)],
)  # fmt: skip
def test_a_known_minimum_is_within_a_ten_thousandth_of_the_picture(point, known):
    surface = dataclasses.replace(BOWL, domain=((-2.0, 8.0), (0.5, 1.5)), minima=((3.0, 0.5), (7.0, 0.9)))
    assert is_known(Minimum(point, 0.0), surface) is known


def test_a_domain_that_is_none_is_refused_and_labels_are_small():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="below its upper end"):
        many_starts(BOWL.objective(), OPTIMIZERS["gd"](), rng, domain=((1.0, -1.0), (0.0, 1.0)))
    picture = next(many_starts(BOWL.objective(), OPTIMIZERS["gd"](), rng, n=3, domain=((5.0, 6.0), (-9.0, -8.0))))
    assert picture.labels.dtype == np.int32
    assert ((picture.starts >= (5.0, -9.0)) & (picture.starts <= (6.0, -8.0))).all()


def test_thirty_starts_take_a_thousand_steps():
    """At a rate of 1e-3 each multiplies x by 0.998."""
    objective = Objective.from_expression(parse("x^2 + 0y^2"), ((-3.0, 3.0), (-1.0, 1.0)))
    *_, picture = many_starts(objective, OPTIMIZERS["gd"](lr=1e-3), np.random.default_rng(0))
    assert len(picture.starts) == 30
    np.testing.assert_allclose(picture.ends[:, 0], picture.starts[:, 0] * 0.998**1000, rtol=1e-9)
