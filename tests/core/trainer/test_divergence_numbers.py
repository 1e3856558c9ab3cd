"""Training of w·x + b at x = ±1 towards 0: the loss is w² + b², its curvature 2, so that every number is plain."""

from __future__ import annotations

import numpy as np
import pytest

from gdsim.core.network import MLP
from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.trainer import StopReason, Trainer

INPUTS, TARGETS = np.array([[-1.0], [1.0]]), np.zeros((2, 1))


def stopped(optimizer, start=1e153, **settings):
    trainer = Trainer(MLP((1, 1)), INPUTS, TARGETS, optimizer=optimizer, parameters=np.array([start, 0.0]), **settings)
    trainer.advance(5)
    return trainer._timeline.stop


@pytest.mark.parametrize(
    ("key", "more", "settings", "limit", "product", "offered"),
    [
        ("gd", {}, {}, "2/curvature = 1", "900·2 = 1800 is above 2", 0.5),
        ("gd", {}, {"l2": 2.0}, "2/curvature = 0.5", "900·4 = 3600 is above 2", 0.25),
        # Momentum's own limit is 2(1 + β)/λ; offered is half of 2/λ.
        ("momentum", {"momentum": 0.5}, {}, "2(1 + β)/curvature = 1.5", "900·2 = 1800 is above 3", 0.5),
        # Nesterov's 2(1 + β)/((1 + 2β)λ) is smaller than that.
        ("nesterov", {"momentum": 0.5}, {}, "2(1 + β)/((1 + 2β)·curvature) = 0.75", "900·2 = 1800 is above 1.5", 0.37),
    ],
)  # fmt: skip
def test_the_limit_of_the_curvature(key, more, settings, limit, product, offered) -> None:
    stop = stopped(OPTIMIZERS[key](lr=900.0, **more), **settings)
    if "l2" in settings:  # the penalty alone throws the weights across 0
        assert (
            "L2 multiplies the weights by 1 − rate·λ = 1 − 900·2 = −1799, below −1, in every step" in stop.explanation
        )
        assert "below 2/λ = 1." in stop.explanation
    else:
        assert stop.explanation == (
            f"Diverged: rate·curvature = {product}, so every step overshoots: the loss went from 10³⁰⁶ beyond all "
            f"numbers. Go on with a rate of {offered}, below {limit}."
        )
    assert (stop.step, stop.reason, stop.sound_step) == (0, StopReason.DIVERGED, 0)
    assert stop.suggested_rate == offered


@pytest.mark.parametrize(("lr", "decay", "offered"), [(900.0, 2.0, 0.25), (10.0, 1.0, 0.33), (0.9, 8.0, 0.062)])
def test_decay_that_throws_weights_across_zero(lr, decay, offered) -> None:
    """A quarter of 2/λ, or half of what the curvature 2 + λ allows if that is less: 1/4, 1/3 and 1/16."""
    trainer = Trainer(MLP((1, 1)), INPUTS, TARGETS, optimizer=OPTIMIZERS["gd"](lr=lr), weight_decay=decay,
                      parameters=np.array([1.0, 0.0]))  # fmt: skip
    trainer.advance(2000)
    assert trainer.stop_reason is StopReason.DIVERGED
    assert "weight decay multiplies the weights by" in trainer.explanation
    assert trainer._timeline.stop.suggested_rate == offered


def test_half_as_much_is_offered_where_batches_may_be_more_curved() -> None:
    stop = stopped(OPTIMIZERS["gd"](lr=900.0), batch_size=1)
    assert stop.suggested_rate == 0.25
    assert stop.sound_step == 0


def test_a_rate_too_small_to_be_taken_is_not_offered() -> None:
    inputs = np.array([[-1e4], [1e4]])
    trainer = Trainer(MLP((1, 1)), inputs, TARGETS, optimizer=OPTIMIZERS["gd"](lr=1.0), parameters=np.array([1.0, 0.0]))
    trainer.advance(200)
    stop = trainer._timeline.stop
    assert stop.explanation.endswith("No rate is small enough for this.")
    assert stop.suggested_rate is None
