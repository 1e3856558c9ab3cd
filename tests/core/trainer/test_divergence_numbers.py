"""Training of w·x + b at x = ±1 towards 0: the loss is w² + b², its curvature 2, so that every number is plain."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from gdsim.core.network import MLP
from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.trainer import History, Record, StopReason, Trainer
from gdsim.core.trainer.divergence import _overshrunk
from gdsim.core.trainer.divergence import stopped as explained

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


def said(sound, start, losses, step=10, rates=None, key="rmsprop"):
    """What is said at `step` of records at steps 0, 4 and 8; for RMSProp no limit is known."""
    table = {0: 0.5, 4: 0.2, 8: 0.3} if rates is None else rates
    history = History(1)
    for at, loss in zip((0, 4, 8), losses, strict=True):
        history.add(Record(at, 0.0, loss, 0.0, 0.0, 0.0, 0.0, (0.0,)))
    settings = SimpleNamespace(
        optimizer=OPTIMIZERS[key](lr=0.4), rate=lambda at: table.get(at, 0.1), weight_decay=0.0, l2=0.0
    )
    engine = Trainer(MLP((1, 1)), INPUTS, TARGETS)._timeline.engine
    timeline = SimpleNamespace(step=step, settings=settings, segment=SimpleNamespace(start=start), engine=engine)
    found = []

    def work():
        found.append((yield from explained(timeline, history, sound, np.zeros(2), 1e9)))

    assert len(list(work())) < 9
    return found[0]


@pytest.mark.parametrize(
    ("sound", "rates", "offered"),
    [
        (4, None, 0.06),  # a tenth of the highest since then, 0.3; in units of the highest ahead, 0.2 of 0.4
        (8, None, 0.04),  # 0.03/0.3·0.4
        (0, None, 0.04),  # 0.05/0.5·0.4
        (4, {10: 0.7}, 0.28),  # the highest is that of the last step; ahead is 0.1
        (4, {0: 9.0, 1004: 0.2}, 0.02),  # what comes later counts, what was before does not
    ],
)
def test_a_tenth_of_the_highest_rate_since_the_sound_step(sound, rates, offered) -> None:
    stop = said(sound, 0, (3.0, 2.0, 1.0), rates=rates)
    assert stop.suggested_rate == pytest.approx(offered, rel=1e-12)
    assert stop.explanation.endswith(f"between steps {sound} and 10. Go back to step {sound} with a rate of {offered}.")


@pytest.mark.parametrize(
    ("sound", "start", "begun", "lost"),
    [(4, 8, 200.0, False), (4, 8, 200.1, True), (4, 9, 200.1, True), (4, 7, 200.1, False), (8, 8, 200.1, False),
     (4, 8, np.inf, True)],
)  # fmt: skip
def test_weights_that_began_a_hundred_times_worse_are_far_out(sound, start, begun, lost) -> None:
    stop = said(sound, start, (3.0, 2.0, begun))
    assert ("a lower rate alone does not bring them back" in stop.explanation) is lost
    if lost:
        assert f"the weights kept from step {start} are already far out" in stop.explanation
        assert stop.suggested_rate == pytest.approx(0.3 / 0.2 * 0.4)  # the highest as it was


def test_from_the_very_step_training_goes_on() -> None:
    assert "Go on with a rate of" in said(8, 0, (3.0, 2.0, 1.0), step=8).explanation


def test_a_rate_below_the_limit_is_no_reason() -> None:
    """The curvature allows 1 and the rate was 0.3; offered is ten times the usual 0.001, as 0.01/0.2·0.4."""
    stop = said(4, 0, (3.0, 2.0, 1.0), key="gd")
    assert stop.explanation == (
        "Diverged: the loss rose from 2 to 10⁹ between steps 4 and 10. Go back to step 4 with a rate of 0.02."
    )
    assert stop.suggested_rate == 0.02


@pytest.mark.parametrize(("rate", "decay", "l2", "key", "name"), [
    (0.1, 20.0, 0.0, "gd", None), (0.1, 20.1, 0.0, "gd", "weight decay"), (0.1, 15.0, 20.1, "gd", "L2"),
    (0.1, 0.0, 20.1, "momentum", None), (0.1, 20.1, 30.0, "momentum", "weight decay"), (0.1, 25.0, 30.0, "gd", "L2"),
    (0.2, 9.0, 9.0, "gd", None),
])  # fmt: skip
def test_a_penalty_throws_weights_across_zero_above_2(rate, decay, l2, key, name) -> None:
    settings = SimpleNamespace(optimizer=OPTIMIZERS[key](lr=1.0), weight_decay=decay, l2=l2)
    found = _overshrunk(SimpleNamespace(settings=settings), rate)
    if name is None:
        assert found is None
    else:
        assert found.reason.startswith(f"{name} multiplies the weights")
        assert found.rate == pytest.approx(0.25 * 2.0 / (l2 if name == "L2" else decay), rel=1e-15)
