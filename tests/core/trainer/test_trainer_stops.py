"""How training ends: early stopping, divergence with its reason, and hostile data."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gdsim.core.network import MLP
from gdsim.core.numerals import in_words
from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.schedules import SCHEDULES
from gdsim.core.trainer import History, Record, StopReason, Trainer, sharpness
from gdsim.core.trainer.divergence import sound_step, stopped


def noisy(n, seed):
    rng = np.random.default_rng(seed)
    x = rng.uniform(-1.0, 1.0, (n, 1))
    return x, np.sin(3.0 * x) + 0.5 * rng.standard_normal((n, 1))


def overfitting(**settings):
    return Trainer(
        MLP((1, 16, 16, 1)), *noisy(12, 0), optimizer=OPTIMIZERS["adam"](lr=0.02), validation=noisy(60, 1), **settings
    )


class TestEarlyStopping:
    def test_it_stops_when_patience_is_over_and_keeps_the_best(self):
        watched, free = overfitting(patience=200), overfitting()
        watched.advance(20_000)
        assert watched.stop_reason is StopReason.EARLY
        step, lowest = watched.best
        assert step + 200 <= watched.step < step + 204  # it looks every fourth step
        losses = {}
        for at in range(0, watched.step + 1, 4):
            free.seek(at)
            losses[at] = free.validation_loss
        assert min(losses.values()) == losses[min(losses, key=losses.get)]
        assert lowest <= min(losses.values())
        watched.restore_best()
        assert watched.step == step
        assert watched.validation_loss == lowest
        assert watched.stop_reason is None

    @pytest.mark.parametrize(("patience", "end"), [(1, 4), (7, 8), (8, 8), (9, 12)])
    def test_the_look_at_which_patience_runs_out_is_the_last(self, patience, end):
        """Training pulls the bias from 0 to 1, validation wants 0: the start is best.  It looks every fourth step."""
        x, zeros = np.zeros((5, 1)), np.zeros((5, 1))
        watched = Trainer(
            MLP((1, 1)), x, zeros + 1.0, optimizer=OPTIMIZERS["gd"](lr=0.01), parameters=[0.0, 0.0],
            validation=(x, zeros), patience=patience,
        )  # fmt: skip
        watched.advance(100)
        assert (watched.best, watched.step, watched.stop_reason) == ((0, 0.0), end, StopReason.EARLY)

    def test_where_it_stops_does_not_depend_on_how_it_was_pulled(self):
        whole, split = overfitting(patience=100), overfitting(patience=100)
        whole.advance(5000)
        while split.stop_reason is None:
            split.advance(7)
        assert split.step == whole.step
        assert split.explanation == whole.explanation
        assert f"step {whole.best[0]}" in whole.explanation

    def test_it_goes_on_when_patience_is_lifted(self):
        subject = overfitting(patience=50)
        subject.advance(5000)
        stopped = subject.step
        subject.advance(10)
        assert subject.step == stopped
        subject.set(patience=None)
        subject.advance(10)
        assert subject.step == stopped + 10

    def test_patience_set_late_is_counted_from_then(self):
        subject = overfitting()
        subject.advance(2000)
        subject.set(patience=50)
        subject.advance(10)
        assert subject.stop_reason is None

    def test_without_validation_data_there_is_nothing_to_watch(self):
        with pytest.raises(ValueError, match="no validation data"):
            Trainer(MLP((1, 1)), *noisy(5, 0), patience=3)


class TestDivergence:
    def test_a_rate_above_two_over_curvature_is_named(self):
        inputs, targets = noisy(50, 0)
        wide = np.column_stack([inputs, np.ones(50)])
        curvature = np.linalg.eigvalsh(2.0 / 50.0 * wide.T @ wide)[-1]
        trainer = Trainer(MLP((1, 1)), inputs, targets, optimizer=OPTIMIZERS["gd"](lr=2.5 / curvature))
        trainer.advance(10_000)
        assert trainer.stop_reason is StopReason.DIVERGED
        assert "2/curvature" in trainer.explanation
        assert f"{curvature:.4g}" in trainer.explanation
        assert np.isfinite(trainer.parameters).all()
        assert np.isfinite(trainer.loss)
        assert trainer.step == trainer.furthest > 0

    def test_just_below_the_limit_it_does_not_diverge(self):
        inputs, targets = noisy(50, 0)
        wide = np.column_stack([inputs, np.ones(50)])
        curvature = np.linalg.eigvalsh(2.0 / 50.0 * wide.T @ wide)[-1]
        trainer = Trainer(MLP((1, 1)), inputs, targets, optimizer=OPTIMIZERS["gd"](lr=1.9 / curvature))
        trainer.advance(2000)
        assert trainer.stop_reason is None

    @pytest.mark.parametrize("batch_size", [None, 8])
    @pytest.mark.parametrize("activation", ["tanh", "relu", "linear"])
    @pytest.mark.parametrize(
        ("optimizer", "lr"), [("gd", 2.0), ("gd", 50.0), ("momentum", 5.0), ("nesterov", 5.0), ("rmsprop", 1000.0)]
    )
    def test_it_says_where_training_was_sound_and_a_rate_with_which_it_goes_on(
        self, optimizer, lr, activation, batch_size
    ):
        trainer = Trainer(
            MLP((1, 8, 8, 1), activation), *noisy(60, 0), optimizer=OPTIMIZERS[optimizer](lr=lr), initializer="he",
            batch_size=batch_size,
        )  # fmt: skip
        trainer.advance(5000)
        stop = trainer.stop
        if stop is None:  # its division bounds its steps, so it may wander for ever
            assert optimizer == "rmsprop"
            return
        for _ in range(3):  # where no limit is known a second smaller rate may be needed
            assert len(stop.explanation) <= 225
            assert f"{stop.suggested_rate:g}" in stop.explanation
            assert stop.suggested_rate < trainer.settings.optimizer.lr
            trainer.seek(stop.sound_step)
            start = trainer.loss
            trainer.set(optimizer=OPTIMIZERS[optimizer](lr=stop.suggested_rate))
            trainer.advance(3000)
            stop = trainer.stop
            if stop is None:
                break
            assert optimizer == "rmsprop"
        assert trainer.stop is None
        assert trainer.loss < 1.1 * start  # rmsprop jitters about the minimum

    def test_the_sound_step_is_the_last_before_the_rise(self):
        trainer = Trainer(
            MLP((1, 8, 8, 1)), *noisy(60, 0), optimizer=OPTIMIZERS["gd"](lr=0.05), rng=np.random.default_rng(0)
        )
        trainer.advance(40)
        trainer.set(optimizer=OPTIMIZERS["gd"](lr=20.0))
        trainer.advance(500)
        stop, history = trainer.stop, trainer.history
        lowest = history.loss.min()
        assert 35 < stop.sound_step < stop.step
        assert history.loss[stop.sound_step] <= 1.5 * lowest
        assert (history.loss[stop.sound_step + 1 :] > 1.5 * lowest).all()

    def test_weights_that_are_far_out_are_called_so_when_only_the_rate_was_lowered(self):
        trainer = Trainer(MLP((1, 8, 8, 1)), *noisy(60, 0), optimizer=OPTIMIZERS["gd"](lr=2.0))
        trainer.advance(500)
        first = trainer.stop
        trainer.set(optimizer=OPTIMIZERS["gd"](lr=first.suggested_rate / 2))
        trainer.advance(500)
        again = trainer.stop
        assert f"the weights kept from step {first.step} are already far out (loss " in again.explanation
        assert f"Go back to step {first.sound_step} " in again.explanation
        assert "usually" not in again.explanation
        assert again.sound_step == first.sound_step
        assert again.suggested_rate == pytest.approx(first.suggested_rate / 2, rel=0.1)
        trainer.seek(again.sound_step)
        trainer.set(optimizer=OPTIMIZERS["gd"](lr=again.suggested_rate))
        before = trainer.loss
        trainer.advance(2000)
        assert trainer.stop is None
        assert trainer.loss < before

    def test_the_rate_offered_is_the_optimizers_own_under_a_schedule(self):
        schedule = SCHEDULES["warmup"](length=50)
        trainer = Trainer(MLP((1, 8, 8, 1)), *noisy(60, 0), optimizer=OPTIMIZERS["gd"](lr=20.0), schedule=schedule)
        trainer.advance(500)
        stop = trainer.stop
        trainer.seek(stop.sound_step)
        trainer.set(optimizer=OPTIMIZERS["gd"](lr=stop.suggested_rate))
        before = trainer.loss
        trainer.advance(3000)
        assert trainer.stop is None
        assert trainer.loss < before

    @pytest.mark.parametrize("settings", [{"l2": 30.0}, {"weight_decay": 30.0}])
    def test_after_shrinking_beyond_zero_a_rate_below_two_over_lambda_is_offered(self, settings):
        trainer = Trainer(MLP((1, 4, 1)), *noisy(50, 0), optimizer=OPTIMIZERS["gd"](lr=0.1), **settings)
        trainer.advance(1000)
        stop = trainer.stop
        # A quarter of 2/λ, to two digits, or less where the curvature asks for it.
        assert 0.0 < stop.suggested_rate <= 0.25 * 2.0 / 30.0
        assert stop.suggested_rate > 0.1 * 2.0 / 30.0
        trainer.seek(stop.sound_step)
        trainer.set(optimizer=OPTIMIZERS["gd"](lr=stop.suggested_rate))
        trainer.advance(1000)
        assert trainer.stop is None

    @pytest.mark.parametrize("settings", [{"l2": 30.0}, {"weight_decay": 30.0}])
    def test_shrinking_beyond_zero_is_named(self, settings):
        trainer = Trainer(MLP((1, 4, 1)), *noisy(50, 0), optimizer=OPTIMIZERS["gd"](lr=0.1), **settings)
        trainer.advance(1000)
        assert trainer.stop_reason is StopReason.DIVERGED
        assert "1 − 0.1·30 = −2" in trainer.explanation
        assert np.isfinite(trainer.parameters).all()

    @pytest.mark.parametrize("batch_size", [None, 8])
    @pytest.mark.parametrize("n", [50, 3000])
    def test_lowering_the_rate_goes_on_from_the_last_finite_weights(self, n, batch_size):
        trainer = Trainer(
            MLP((1, 32, 32, 1), "relu"), *noisy(n, 0), optimizer=OPTIMIZERS["gd"](lr=50.0), initializer="he",
            batch_size=batch_size,
        )  # fmt: skip
        trainer.advance(500)
        assert trainer.stop_reason is StopReason.DIVERGED
        assert np.isfinite(trainer.parameters).all()
        at = trainer.step
        trainer.advance(5)
        assert trainer.step == at
        trainer.back(at)
        trainer.set(optimizer=OPTIMIZERS["gd"](lr=0.01))
        trainer.advance(200)
        assert trainer.step == 200
        assert trainer.loss < trainer.history.loss[0]

    def test_it_is_found_at_the_same_step_however_it_is_pulled(self):
        def fresh():
            return Trainer(MLP((1, 8, 1), "relu"), *noisy(50, 0), optimizer=OPTIMIZERS["gd"](lr=20.0), initializer="he")

        whole, split = fresh(), fresh()
        whole.advance(1000)
        while split.stop_reason is None:
            split.advance(1)
        assert split.step == whole.step
        assert np.array_equal(split.parameters, whole.parameters)
        assert split.explanation == whole.explanation

    @pytest.mark.parametrize("optimizer", ["gd", "nesterov", "rmsprop"])
    def test_the_weights_shown_are_finite_after_every_single_step(self, optimizer):
        trainer = Trainer(
            MLP((1, 3, 1), "tanh"), *noisy(20, 0), "mae", optimizer=OPTIMIZERS[optimizer](lr=1.0), weight_decay=1e200
        )
        for _ in range(20):
            trainer.advance()
            assert np.isfinite(trainer.parameters).all()
        assert trainer.stop_reason is StopReason.DIVERGED

    def test_a_start_too_large_for_numbers(self):
        trainer = Trainer(MLP((1, 2, 1), "linear"), *noisy(5, 0), parameters=np.full(7, 1e200))
        trainer.advance(3)
        assert trainer.step == 0
        assert trainer.stop_reason is StopReason.NOT_A_NUMBER
        assert "start already" in trainer.explanation


def test_sharpness_is_the_largest_eigenvalue():
    from gdsim.core.autodiff import hessian
    from gdsim.core.network import LOSSES

    network = MLP((1, 5, 1))
    inputs, targets = noisy(40, 0)
    p = network.initialize(np.random.default_rng(0))
    columns, rows = network.columns(inputs), targets.T.copy()
    work = sharpness(network, "mse", p, columns, rows, l2=0.5)
    while True:
        try:
            next(work)
        except StopIteration as end:
            found = end.value
            break
    matrix = hessian(lambda q: LOSSES["mse"].value(network.forward(q, columns), rows, 0))(p)
    assert found == pytest.approx(np.linalg.eigvalsh(matrix + np.diag(0.5 * network.weight_mask))[-1], rel=1e-6)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"inputs": np.zeros((0, 1)), "targets": np.zeros((0, 1))}, "there are no points"),
        ({"inputs": np.zeros((3, 2))}, "inputs of shape"),
        ({"targets": np.zeros((3, 2))}, "1 outputs"),
        ({"targets": np.zeros((2, 1))}, "3 inputs, but 2 targets"),
        ({"inputs": [[0.0], [np.nan], [1.0]]}, "inputs of point 2"),
        ({"targets": [[0.0], [1.0], [np.inf]]}, "targets of point 3"),
        ({"batch_size": 4}, "larger than the 3 training points"),
        ({"batch_size": 0}, "at least one point"),
        ({"patience": 0}, "at least one epoch, not 0"),
        ({"dropout": 1.0}, "dropout"),
        ({"l1": -1.0}, "strength of L1"),
        ({"l2": np.nan}, "strength of L2"),
        ({"loss": "cross_entropy"}, "an output for each class"),
        ({"loss": "binary_cross_entropy", "targets": [[0.0], [2.0], [1.0]]}, "between 0 and 1"),
        ({"parameters": [1.0]}, "2 parameters, not 1"),
        ({"parameters": [1.0, np.nan]}, "finite"),
        ({"optimizer": OPTIMIZERS["newton"]()}, "not for networks"),
    ],
)
def test_what_does_not_fit_is_said(change, message):
    keywords = {"inputs": np.zeros((3, 1)), "targets": np.zeros((3, 1)), **change}
    with pytest.raises(ValueError, match=message):
        Trainer(MLP((1, 1)), **keywords)


def test_settings_out_of_range_change_nothing():
    trainer = Trainer(MLP((1, 1)), *noisy(5, 0))
    before = trainer.settings
    with pytest.raises(ValueError, match="larger than"):
        trainer.set(batch_size=6)
    assert trainer.settings == before


@pytest.mark.parametrize("loss", ["mse", "mae", "huber"])
def test_one_point_and_constant_columns_train(loss):
    trainer = Trainer(MLP((2, 3, 1)), [[1.0, 1.0]], [[0.3]], loss, optimizer=OPTIMIZERS["gd"](lr=0.05))
    before = trainer.loss
    trainer.advance(50)
    assert trainer.loss < before
    assert np.isnan(trainer.r2)


def test_points_on_a_line_may_be_given_without_columns():
    x, y = np.array([0.0, 1.0, 2.0]), np.array([1.0, 0.0, 2.0])
    flat, table = (
        Trainer(MLP((1, 3, 1)), *given, rng=np.random.default_rng(0)) for given in ((x, y), (x[:, None], y[:, None]))
    )
    for trainer in (flat, table):
        trainer.advance(3)
    np.testing.assert_array_equal(flat.parameters, table.parameters)


def test_without_validation_data_the_best_is_where_one_is():
    trainer = Trainer(MLP((1, 1)), *noisy(5, 0))
    trainer.advance(7)
    trainer.restore_best()
    assert trainer.step == 7


def test_setting_what_is_set_already_forgets_nothing():
    trainer = Trainer(MLP((1, 1)), *noisy(5, 0), l2=0.1)
    trainer.advance(7)
    trainer.seek(3)
    trainer.set(l2=0.1)
    assert (trainer.step, trainer.furthest) == (3, 7)
    trainer.set(l2=0.2)
    assert (trainer.step, trainer.furthest) == (3, 3)


def ended(work):
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value


@pytest.mark.parametrize(("lr", "offered"), [(0.05, 0.005), (0.7, 0.07), (1e3, 100.0)])
def test_where_no_limit_is_known_a_tenth_is_offered_or_ten_times_the_usual(lr, offered):
    usual = OPTIMIZERS["rmsprop"]().lr
    trainer = Trainer(MLP((1, 1)), *noisy(5, 0), optimizer=OPTIMIZERS["rmsprop"](lr=lr))
    first = trainer.loss
    trainer.advance(5)
    stop = ended(stopped(trainer._timeline, trainer.history, 0, trainer.parameters, 2e12 * first))
    assert stop.suggested_rate == pytest.approx(min(offered, 10.0 * usual))
    rise = f"from {in_words(first, 3)} to {in_words(2e12 * first, 2)}"
    assert stop.explanation.startswith(f"Diverged: the loss rose {rise} between steps 0 and 5. Go back to step 0 with")


@pytest.mark.parametrize(("size", "expected"), [(0.1, 0.25 * 2.0 / 3.0), (10.0, 0.5 * 2.0 / (2.0 * 100.0 + 3.0))])
def test_of_the_rates_for_shrinking_and_for_curvature_the_smaller_is_offered(size, expected):
    """Mean of (wx + b)² at x = ±size has curvatures 2·size² and, for the bias, 2; decay adds 3 to the first."""
    inputs = np.array([[-size], [size]])
    trainer = Trainer(MLP((1, 1)), inputs, np.zeros((2, 1)), optimizer=OPTIMIZERS["gd"](lr=1.0), weight_decay=3.0)
    trainer.advance()
    stop = ended(stopped(trainer._timeline, trainer.history, 0, trainer.parameters, math.inf))
    assert expected * 0.9 < stop.suggested_rate <= expected
    assert "1 − 1·3 = −2" in stop.explanation


@pytest.mark.parametrize(
    ("losses", "penalties", "step"),
    [
        ((4.0, 2.0, 2.9, 3.1), (0.0, 0.0, 0.0, 0.0), 20),
        ((4.0, 2.0, 2.0, 2.0), (0.0, 0.0, 0.9, 1.1), 20),
        ((1.0, 1.6, np.nan, np.inf), (0.0,) * 4, 0),
        ((np.nan,) * 4, (0.0,) * 4, 0),
        ((0.0,) * 4, (0.0,) * 4, 30),
    ],
)
def test_sound_is_up_to_half_more_than_the_lowest_objective(losses, penalties, step):
    history = History(1)
    for number, (loss, penalty) in enumerate(zip(losses, penalties, strict=True)):
        history.add(Record(10 * number, 0.0, loss, penalty, 0.0, 0.0, 0.0, (0.0,)))
    assert sound_step(history) == step


@pytest.mark.parametrize(
    ("points", "sizes", "rate", "stride"), [(30, (1, 4, 1), 2.0, 1), (3000, (2, 32, 32, 1), 50.0, 11)], ids=str
)
def test_whatever_is_sought_while_it_diverges_it_ends_in_the_same_way(points, sizes, rate, stride):
    """Between any two pulls somebody goes back to step 2; the work goes on from there, to the same end."""
    inputs = np.linspace(-1.0, 1.0, points * sizes[0]).reshape(points, sizes[0])

    def diverging():
        rng = np.random.default_rng(0)
        return Trainer(MLP(sizes), inputs, np.sin(3.0 * inputs[:, :1]), optimizer=OPTIMIZERS["gd"](lr=rate), rng=rng)

    plain = diverging()
    pulls = sum(1 for _ in plain.pieces(100))
    assert plain.stop_reason is StopReason.DIVERGED
    for pulled in range(0, pulls, stride):
        disturbed = diverging()
        work = disturbed.pieces(100)
        for _ in range(pulled):
            next(work)
        disturbed.seek(2)
        for _ in work:
            pass
        assert disturbed.stop == plain.stop, pulled
        np.testing.assert_array_equal(disturbed.parameters, plain.parameters)


def test_early_stopping_waits_for_a_validation_loss_that_is_a_number():
    """Targets of 1e200 have squares beyond any float: no step is the best, and nothing is stopped."""
    inputs, targets = noisy(60, 1)
    watched = Trainer(
        MLP((1, 16, 16, 1)), *noisy(12, 0), optimizer=OPTIMIZERS["adam"](lr=0.02), patience=1,
        validation=(inputs, 1e200 * targets),
    )  # fmt: skip
    watched.advance(40)
    assert (watched.step, watched.stop, watched.best) == (40, None, None)
    assert math.isinf(watched.validation_loss)
