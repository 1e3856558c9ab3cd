from __future__ import annotations

import numpy as np
import pytest

from gdsim.core.basins import NEAR, UNKNOWN
from gdsim.core.expression import parse
from gdsim.core.many_starts import FoundMinimum, lowest_sentence, many_starts
from gdsim.core.objective import Objective
from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.run import Run, StopReason
from gdsim.core.surfaces import SURFACES


def finished(objective, optimizer, seed=0, **options):
    *_, picture = many_starts(objective, optimizer, np.random.default_rng(seed), **options)
    return picture


def counted(picture):
    return sum(row.count for row in picture.rows) + picture.moving + picture.gone + picture.undefined + picture.resting


@pytest.mark.parametrize("key", ["gd", "momentum", "adam", "newton", "line_search"])
def test_ends_are_those_of_plain_runs(key):
    objective = SURFACES["styblinski_tang"].objective()
    optimizer = OPTIMIZERS[key](lr={"gd": 0.01, "momentum": 0.002, "adam": 0.1}.get(key, 1.0))
    picture = finished(objective, optimizer, n=40, steps=400)
    for start, label in zip(picture.starts, picture.labels, strict=True):
        run = Run(objective, optimizer, start, max_steps=400)
        run.advance(400)
        row = next(row for row in picture.rows if row.label == label)
        assert (np.abs(run.steps[-1].point - row.point) < NEAR * 10.0).all()
    assert counted(picture) == 40


def test_the_table_goes_from_the_lowest_up_with_shares():
    surface = SURFACES["six_hump_camel"]
    picture = finished(surface.objective(), OPTIMIZERS["gd"](lr=0.02), n=300)
    values = [row.value for row in picture.rows]
    assert values == sorted(values)
    assert len(values) == 6
    assert sum(row.share for row in picture.rows) == pytest.approx(1.0)
    assert all(row.count == round(300 * row.share) == (picture.labels == row.label).sum() for row in picture.rows)
    assert values[0] == pytest.approx(surface.minimum, abs=1e-12)


@pytest.mark.parametrize("key", [key for key, surface in SURFACES.items() if surface.minimum is not None])
def test_nothing_below_the_known_minimum_is_ever_found(key):
    surface = SURFACES[key]
    picture = finished(surface.objective(), OPTIMIZERS["gd"](lr=surface.lr), surface=surface)
    assert counted(picture) == 30
    assert all(row.value >= surface.minimum - 1e-9 * max(1.0, abs(surface.minimum)) for row in picture.rows)
    if picture.rows and picture.rows[0].value < surface.minimum + 1e-9:
        assert surface.known_by in picture.sentence


def test_the_sentence_is_modest_about_a_typed_formula():
    objective = Objective.from_expression(parse("(x - 1)^2 + y^2 + 0.5"), ((-2, 2), (-2, 2)))
    picture = finished(objective, OPTIMIZERS["gd"](lr=0.1))
    assert picture.sentence == "Lowest found so far: f = 0.5 at (1, 0), from 30 starts; there may be lower ones."


def test_the_sentence_says_when_the_known_minimum_was_missed():
    surface = SURFACES["double_well"]
    picture = finished(surface.objective(), OPTIMIZERS["gd"](lr=0.02), n=20, domain=((-1.8, -0.5),), surface=surface)
    assert "the surface's lowest value, −0.3054, was not reached" in picture.sentence
    assert picture.rows[0].value > surface.minimum


def test_what_does_not_settle_is_counted():
    picture = finished(Objective.from_expression(parse("log(x)"), ((-1, 1),)), OPTIMIZERS["gd"](lr=0.01))
    assert picture.rows == ()
    assert picture.undefined == 30
    assert picture.sentence == "No minimum found so far, from 30 starts."
    gone = finished(SURFACES["saddle"].objective(), OPTIMIZERS["gd"](lr=0.1), n=7)
    assert gone.gone == counted(gone) == 7


def test_seeded_uniform_starts_in_the_domain():
    objective = SURFACES["himmelblau"].objective()
    one, same, other = (finished(objective, OPTIMIZERS["gd"](lr=0.01), seed, n=500) for seed in (1, 1, 2))
    assert (one.starts == same.starts).all()
    assert one.rows == same.rows
    assert not (one.starts == other.starts).any()
    assert one.starts.min() >= -6.0
    assert one.starts.max() <= 6.0
    # Standard error of the mean of 500 uniform numbers: 12/sqrt(12·500) = 0.155.
    assert np.abs(one.starts.mean(axis=0)).max() < 4 * 0.155


def test_pulled_pictures_lead_up_to_the_last():
    pictures = list(
        many_starts(SURFACES["rastrigin"].objective(), OPTIMIZERS["gd"](lr=0.002), np.random.default_rng(0))
    )
    assert (pictures[0].labels == UNKNOWN).all()
    assert np.isnan(pictures[0].ends).all()
    assert pictures[0].sentence == "No start has come to its end yet."
    assert pictures[-1].done == 1.0
    assert np.isfinite(pictures[-1].ends).all()


def test_one_start():
    picture = finished(SURFACES["bowl"].objective(), OPTIMIZERS["gd"](lr=0.1), n=1)
    assert "from 1 start;" in picture.sentence
    assert picture.rows[0].share == 1.0


def test_a_run_that_converges_is_counted_as_settled():
    objective = SURFACES["ripple"].objective()
    picture = finished(objective, OPTIMIZERS["gd"](lr=0.05), n=50)
    run = Run(objective, OPTIMIZERS["gd"](lr=0.05), picture.starts)
    run.advance(1000)
    assert [reason is StopReason.CONVERGED for reason in run.stop_reasons] == (picture.labels >= 0).tolist()


def test_refusals_are_sentences():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="at least one start"):
        many_starts(SURFACES["bowl"].objective(), OPTIMIZERS["gd"](), rng, n=0)
    with pytest.raises(ValueError, match="domain"):
        many_starts(Objective.from_expression(parse("x^2")), OPTIMIZERS["gd"](), rng)
    with pytest.raises(ValueError, match="one or two variables"):
        many_starts(Objective.from_expression(parse("x y z"), ((0, 1),) * 3), OPTIMIZERS["gd"](), rng)


def test_as_low_as_the_lowest_known_value_elsewhere_is_said_so():
    surface = SURFACES["styblinski_tang"]
    elsewhere = FoundMinimum(0, np.zeros(2), surface.minimum, 1, 1.0)
    sentence = lowest_sentence([elsewhere], 1, surface.objective(), surface)
    assert sentence.endswith(f"from 1 start; it is as low as the surface's lowest value, {surface.known_by}.")
