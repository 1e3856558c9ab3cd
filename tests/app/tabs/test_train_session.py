from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from gdsim.app.options import Options
from gdsim.app.tabs.train.experiment import Experiment, losses_for
from gdsim.app.tabs.train.presets import PRESETS
from gdsim.app.tabs.train.saved import from_json, to_json
from gdsim.app.tabs.train.session import TrainSession
from gdsim.app.ticker import Ticker
from gdsim.core.datasets import DATASETS, Data
from gdsim.core.network import REGULARIZERS
from gdsim.core.optimizers import OPTIMIZERS


@pytest.fixture
def session(qtbot) -> TrainSession:
    return TrainSession()


def parameters(session: TrainSession) -> np.ndarray:
    return session.trainer.parameters


def test_steps_back_and_forward_are_the_same_to_the_last_bit(session):
    session.advance(37)
    at_37 = parameters(session)
    session.advance(63)
    at_100 = parameters(session)
    session.seek(37)
    np.testing.assert_array_equal(parameters(session), at_37)
    session.advance(63)
    np.testing.assert_array_equal(parameters(session), at_100)
    session.back()
    assert session.index == 99
    assert session.count == 100


def test_reset_keeps_the_start_weights_and_the_run_as_a_ghost(session):
    start = parameters(session)
    session.advance(50)
    session.reset()
    np.testing.assert_array_equal(parameters(session), start)
    (ghost,) = session.ghosts
    assert ghost.label == "Last run"
    assert ghost.step == 50


def test_a_run_that_was_kept_is_no_ghost_twice(session, qtbot):
    session.advance(50)
    session.keep_ghost()
    with qtbot.waitSignal(session.announced) as said:
        session.reset()
    assert "stays as the ghost \u201cGhost A\u201d" in said.args[0]
    assert [ghost.label for ghost in session.ghosts] == ["Ghost A"]
    session.advance(20)
    session.reset()
    assert [(ghost.label, ghost.step) for ghost in session.ghosts] == [("Ghost A", 50), ("Last run", 20)]


def test_a_preset_that_starts_anew_is_still_that_preset_with_what_it_is_compared_with(session, qtbot):
    session.apply_preset("cured_l2")
    start, (beside,) = parameters(session), session.ghosts
    session.advance(30)
    with qtbot.waitSignal(session.announced) as said:
        session.reset()
    assert said.args[0] == "Back to the start weights. Ctrl+Z brings the run of 30 steps back."
    assert (session.preset, session.ghosts) == ("cured_l2", (beside,))
    np.testing.assert_array_equal(parameters(session), start)
    session.undo()
    assert (session.preset, session.index) == ("cured_l2", 30)
    session.set_optimizer(replace(session.optimizer, lr=0.02))
    session.reset()
    assert session.preset == ""
    assert [ghost.label for ghost in session.ghosts] == ["Last run"]


def test_undo_brings_a_run_back_that_diverged_and_its_reason(session):
    session.apply_preset("diverges")
    session.advance(60)
    stop = session.trainer.stop
    assert stop is not None
    session.reset()
    session.undo()
    assert session.trainer.stop == stop
    assert not session.can_step


def test_the_first_start_is_the_first_preset(session):
    session.apply(Options())
    assert session.preset == "fits"
    session.apply(Options(lr=0.5))
    assert session.preset == ""


def test_a_learning_rate_or_a_penalty_changes_from_the_next_step_without_a_reset(session):
    session.advance(40)
    before = parameters(session)
    session.set_regularizer(REGULARIZERS["l2"](strength=0.1))
    session.set_optimizer(replace(session.optimizer, lr=0.02))
    assert session.index == 40
    np.testing.assert_array_equal(parameters(session), before)
    weights = before[session.trainer.network.weight_mask]
    assert session.trainer.penalty == pytest.approx(0.05 * weights @ weights)
    session.advance()
    assert session.index == 41
    session.drop_regularizer("l2")
    assert session.trainer.penalty == 0.0


def test_l2_changes_what_is_learned(session):
    session.advance(300)
    free = parameters(session)
    session.reset()
    session.set_regularizer(REGULARIZERS["l2"](strength=0.3))
    session.advance(300)
    mask = session.trainer.network.weight_mask
    assert np.abs(parameters(session)[mask]).sum() < 0.5 * np.abs(free[mask]).sum()


def test_elastic_and_l1_add_up(session):
    session.drop_regularizer("l2")
    session.set_regularizer(REGULARIZERS["l1"](strength=0.25))
    session.set_regularizer(REGULARIZERS["elastic"](strength=0.5, share=0.5))
    assert session.setting.held_back == {"l1": 0.5, "l2": 0.25, "weight_decay": 0, "dropout": 0, "patience": 0}
    assert session.trainer.settings.l1 == 0.5


def test_another_network_begins_anew_and_is_undone(session):
    session.advance(30)
    at_30 = parameters(session)
    session.set_hidden((3, 2))
    assert session.index == 0
    assert session.trainer.network.sizes == (2, 3, 2, 1)
    session.undo()
    assert session.index == 30
    np.testing.assert_array_equal(parameters(session), at_30)
    session.redo()
    assert session.trainer.network.sizes == (2, 3, 2, 1)


def test_undoing_a_live_knob_goes_back_to_the_run_without_it(session):
    before = session.setting.regularizers
    session.advance(20)
    session.set_regularizer(REGULARIZERS["l2"](strength=0.5))
    session.advance(20)
    session.undo()
    assert session.setting.regularizers == before
    assert session.index == 20
    session.advance(20)
    fresh = TrainSession()
    fresh.advance(40)
    np.testing.assert_array_equal(parameters(session), parameters(fresh))


def test_layers_and_units_are_edited_one_by_one(session):
    session.remove_layer(1)
    assert session.experiment.net.hidden == (8,)
    session.add_layer(1)
    assert session.experiment.net.hidden == (8, 8)
    session.change_width(0, -3)
    session.change_width(0, -1)
    assert session.experiment.net.hidden == (4, 8)
    session.undo()
    assert session.experiment.net.hidden == (8, 8)
    session.remove_layer(0)
    session.remove_layer(0)
    assert session.experiment.net.hidden == ()
    session.add_layer(0)
    assert session.experiment.net.hidden == (4,)


def test_what_cannot_be_is_refused_in_a_sentence_and_changes_nothing(session, qtbot):
    before = session.experiment
    with qtbot.waitSignal(session.refused) as said:
        session.set_hidden((8,) * 7)
    assert said.args[0] == "A network here has at most 6 hidden layers, not 7."
    with qtbot.waitSignal(session.refused):
        session.change_width(0, -8)
    with qtbot.waitSignal(session.refused):
        session.set_net(features=())
    assert session.experiment == before
    with pytest.raises(ValueError, match="210 training points"):
        session.set_batch_size(500)


def test_early_stopping_without_validation_points_is_refused(session, qtbot):
    session.set_data(replace(session.experiment.spec, validation_share=0.0))
    with qtbot.waitSignal(session.refused) as said:
        session.set_regularizer(REGULARIZERS["early_stopping"]())
    assert "validation" in said.args[0]
    assert "early_stopping" not in [one.key for one in session.setting.regularizers]


@pytest.mark.parametrize("key", list(DATASETS))
def test_every_dataset_trains_with_a_loss_and_features_that_go_with_it(session, key):
    session.set_dataset(key)
    data = session.data
    assert session.experiment.net.loss in losses_for(data)
    before = session.trainer.loss
    session.advance(60)
    assert session.trainer.loss < before
    assert session.trainer.network.sizes[-1] == data.outputs


def test_data_stay_when_the_network_changes_and_weights_when_the_data_do(session):
    data = session.data
    session.set_hidden((5,))
    assert session.data is data
    start = parameters(session)
    session.set_data_seed(3)
    assert session.data != data
    np.testing.assert_array_equal(parameters(session), start)


def test_points_are_added_moved_and_removed(session):
    count = len(session.data)
    session.add_point((0.5, -2.0), 1.0)
    assert len(session.data) == count + 1
    assert session.data.labels[-1] == 1
    session.move_point(count, (0.25, 1.0))
    np.testing.assert_array_equal(session.data.inputs[-1], [0.25, 1.0])
    session.remove_point(0)
    assert len(session.data) == count
    assert session.experiment.name.endswith("changed by hand")
    for _ in range(3):
        session.undo()
    assert session.experiment.own is None
    assert len(session.data) == count


def test_undo_of_changed_points_takes_bounded_memory(session, monkeypatch):
    session.advance(20)
    session.add_point((0.5, -2.0), 1.0)  # the run with its losses becomes a ghost
    size = 8 * 3 * len(session.data)
    monkeypatch.setattr("gdsim.app.history.MOST_BYTES", 5.5 * size)
    for place in range(12):
        session.move_point(place, (0.25, 1.0))
    kept = {id(moment.experiment.own): moment.experiment.own for moment in session._history._past}
    assert 3 * size < sum(own.inputs.nbytes + own.targets.nbytes for own in kept.values()) <= 5.5 * size


def test_a_weight_set_by_hand_stays_undoable_and_is_reset_away(session):
    session.advance(10)
    session.set_weight(0, 1, 3, 2.5)
    session.set_bias(1, 0, -0.5)
    network = session.trainer.network
    assert network.weights(parameters(session), 0)[1, 3] == 2.5
    assert network.biases(parameters(session), 1)[0] == -0.5
    session.advance(5)
    at_15 = parameters(session)
    kept = json.loads(json.dumps(session.state()))
    other = TrainSession()
    other.restore(kept)
    np.testing.assert_array_equal(parameters(other), at_15)
    session.undo()
    session.undo()
    assert session.index == 10
    assert network.weights(parameters(session), 0)[1, 3] != 2.5
    session.redo()
    session.reset()
    assert session.experiment.edits == ()


def test_saved_and_restored_through_changes_on_the_way(session):
    session.advance(30)
    session.set_regularizer(REGULARIZERS["dropout"](rate=0.3))
    session.set_batch_size(32)
    session.advance(50)
    session.choose_optimizer("momentum")
    session.advance(10)
    other = TrainSession()
    other.restore(json.loads(json.dumps(session.state())))
    assert other.index == 90
    np.testing.assert_array_equal(parameters(other), parameters(session))


@pytest.mark.parametrize("key", list(PRESETS))
def test_every_preset_is_saved_and_read_again_as_it_was(key):
    experiment = PRESETS[key].experiment
    assert from_json(json.loads(json.dumps(to_json(experiment)))) == experiment


def test_points_of_ones_own_are_saved_with_their_marks(session):
    data = Data([[0.0], [1.0], [2.5]], [[1.0], [2.0], [-1.0]], "regression", validation=[False, False, True],
                outlier=[False, True, False])  # fmt: skip
    session.load_data(data, "three.csv")
    again = from_json(json.loads(json.dumps(to_json(session.experiment))))
    assert again.own == data
    assert again.name == "three.csv"
    assert session.experiment.net.features == ("x",)
    assert session.experiment.net.loss == "mse"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda saved: saved.pop("net"),
        lambda saved: saved["net"].update(activation="magic"),
        lambda saved: saved["net"].update(hidden=[64]),
        lambda saved: saved["plan"].clear(),
        lambda saved: saved["plan"][0].update(step=3),
        lambda saved: saved["plan"][0]["optimizer"].update(lr=-1.0),
        lambda saved: saved["data"].update(n=10**9),
        lambda saved: saved["data"].update(dataset="formula", formula="((("),
        lambda saved: saved["edits"].append({"step": 0, "index": 10**6, "value": 1.0}),
        lambda saved: saved.update(speed="quick"),
        lambda saved: saved.update(own={"inputs": [[1.0]]}),
    ],
)
def test_a_spoilt_description_is_a_value_error(spoil):
    saved = json.loads(json.dumps(to_json(Experiment())))
    spoil(saved)
    with pytest.raises(ValueError):
        from_json(saved)


def test_four_ghosts_are_kept_and_a_fifth_is_refused(session, qtbot):
    for i in range(4):
        session.advance(10 + i)
        session.keep_ghost()
    labels = [ghost.label for ghost in session.kept]
    assert len(labels) == len(set(labels)) == 4
    with qtbot.waitSignal(session.refused) as said:
        session.keep_ghost()
    assert "remove one" in said.args[0]
    session.remove_ghost(labels[0])
    assert len(session.kept) == 3
    session.undo()
    assert [ghost.label for ghost in session.kept] == labels


def test_kept_runs_are_saved_and_restored_whole(session):
    session.apply_preset("cured_l2")
    session.advance(30)
    session.keep_ghost()
    other = TrainSession()
    other.restore(json.loads(json.dumps(session.state())))
    assert [ghost.label for ghost in other.ghosts] == ["Ghost A", "Not held back"]
    assert (other.preset, other.story) == ("cured_l2", "cured_l2")
    for one, again in zip(session.ghosts, other.ghosts, strict=True):
        np.testing.assert_array_equal(one.parameters, again.parameters)
        np.testing.assert_array_equal(one.course.validation, again.course.validation)
        assert (one.experiment, one.step, one.validation_loss) == (again.experiment, again.step, again.validation_loss)


def test_taking_up_a_long_run_makes_no_step_again(session):
    session.advance(5000)
    kept = json.loads(json.dumps(session.state()))
    other = TrainSession()
    begun = other.trainer.step
    other.restore(kept)
    assert (begun, other.index, other.count) == (0, 5000, 5000)
    session.advance(7)
    other.advance(7)
    np.testing.assert_array_equal(parameters(session), parameters(other))
    other.seek(100)
    session.seek(100)
    np.testing.assert_array_equal(parameters(session), parameters(other))


@pytest.mark.parametrize("part", ["memo", "ghosts", "experiment"])
def test_a_spoilt_state_is_refused_and_changes_nothing(session, part):
    session.advance(20)
    session.keep_ghost()
    kept = json.loads(json.dumps(session.state()))
    target = kept[part][0] if part == "ghosts" else kept[part]
    target["parameters" if part != "experiment" else "net"] = {"shape": [3], "data": "AAAA"}
    other = TrainSession()
    before = other.experiment
    with pytest.raises(ValueError):
        other.restore(kept)
    assert other.experiment is before


@pytest.mark.parametrize("then", ["play", "step", "knob"])
def test_a_preset_keeps_its_ghost_whatever_is_done_at_once(qtbot, then):
    ticker = Ticker()
    session = TrainSession(ticker)
    session.apply_preset("cured_l2")
    if then == "play":
        session.play(True)
    elif then == "step":
        session.advance()
    else:
        session.set_regularizer(REGULARIZERS["l2"](strength=0.02))
    for _ in range(2000):
        ticker.tick()
        if session.ghosts:
            break
    (ghost,) = session.ghosts
    assert ghost.step == PRESETS["cured_l2"].steps
    session.play(False)
    ticker.stop()


def test_a_reset_says_what_became_of_the_run(session, qtbot):
    session.advance(12)
    session.set_weight(0, 0, 0, 2.5)
    with qtbot.waitSignal(session.announced) as said:
        session.add_point((0.0, 0.0), 1.0)
    assert "12 steps" in said.args[0]
    assert "1 parameter that was set by hand" in said.args[0]


def test_after_divergence_a_retreat_goes_on_soundly_and_is_undone_as_one(session):
    session.apply_preset("diverges")
    session.advance(500)
    stopped = session.index
    assert session.trainer.stop is not None
    session.retreat()
    assert session.index < stopped
    assert session.optimizer.lr < 0.2
    session.advance(300)
    assert session.trainer.stop is None
    assert session.trainer.loss < 0.5
    session.undo()
    assert session.optimizer.lr == 0.5


def test_a_step_too_long_for_a_frame_goes_on_in_the_background(qtbot):
    class Slow:
        now = 0.0

        def __call__(self) -> float:
            Slow.now += 0.004  # every look at the clock is four milliseconds later
            return Slow.now

    clock = Slow()
    ticker = Ticker(clock)
    session = TrainSession(ticker, clock)
    session.advance(2000)
    assert session.busy
    assert 0 < session.index < 2000
    ticker.finish(1e9)
    assert not session.busy
    assert session.index == 2000
    ticker.stop()


def test_playing_goes_on_through_a_change_of_the_network(qtbot):
    ticker = Ticker()
    session = TrainSession(ticker)
    session.play(True)
    for _ in range(50):  # the first frames may go into compiling
        ticker.tick()
    assert session.index > 0
    session.set_hidden((4,))
    assert session.playing
    assert session.index == 0
    for _ in range(50):
        ticker.tick()
    assert session.index > 0
    session.play(False)
    ticker.tick()
    assert not ticker.active
    ticker.stop()


def test_the_command_line_chooses_formula_optimizer_rate_and_seed(session):
    session.apply(Options(formula="x^2/4", optimizer="momentum", lr=0.005, seed=7))
    assert session.experiment.spec.formula == "x^2/4"
    assert session.optimizer == OPTIMIZERS["momentum"](lr=0.005)
    assert session.experiment.net.seed == 7
    assert session.data.dim == 1
    assert math.isfinite(session.trainer.loss)


@pytest.mark.parametrize("change", ["rate", "weight"])
def test_a_change_at_an_earlier_step_keeps_what_lay_beyond(session, qtbot, change):
    session.advance(300)
    at_300 = parameters(session)
    session.seek(120)
    with qtbot.waitSignal(session.announced) as said:
        if change == "rate":
            session.set_optimizer(replace(session.optimizer, lr=0.02))
        else:
            session.set_weight(0, 0, 0, 1.5)
    assert "180 more steps" in said.args[0]
    assert (session.index, session.count) == (120, 120)
    (ghost,) = session.ghosts
    assert ghost.step == 300
    np.testing.assert_array_equal(ghost.parameters, at_300)
    session.advance(10)
    session.undo()
    assert (session.index, session.count) == (120, 300)
    session.seek(300)
    np.testing.assert_array_equal(parameters(session), at_300)


def test_what_was_planned_beyond_the_step_shown_is_not_taken_up_again(session):
    session.advance(5)
    session.set_optimizer(OPTIMIZERS["momentum"](lr=0.01))
    session.advance(10)
    session.seek(2)
    second, third = TrainSession(), TrainSession()
    second.restore(json.loads(json.dumps(session.state())))
    assert [setting.step for setting in second.experiment.plan] == [0]
    second.advance(10)
    third.restore(json.loads(json.dumps(second.state())))
    for one in (second, third):
        one.advance(3)
        assert one.optimizer.key == "adam"
    np.testing.assert_array_equal(parameters(second), parameters(third))


@pytest.fixture
def made_again(ticker, clock):
    """A run of 900 steps with another optimizer from step 600 on, that undo has begun to make again."""
    session = TrainSession(ticker, clock)
    session.advance(600)
    session.set_optimizer(OPTIMIZERS["momentum"](lr=0.01))
    session.advance(300)
    reached = parameters(session)
    for seed in range(1, 6):  # more runs than are kept whole
        session.set_net(seed=seed)
    for _ in range(4):
        session.undo()
    clock.pace = 0.02  # each look at it takes longer than a frame, so that a tick is one pull
    session.undo()
    while not session.index:
        ticker.tick()
    clock.pace = 0.0
    assert session.busy
    assert session.index < 600
    yield session, reached
    session.play(False)
    session.finish()


def test_a_run_made_again_and_gone_on_with_on_the_way_has_no_plan_that_it_does_not_follow(made_again):
    session, _ = made_again
    session.advance(800)
    session.finish()
    assert session.index > 600
    assert [setting.step for setting in session.experiment.plan] == [0]
    assert [type(settings.optimizer) for _, settings in session.trainer.plan] == [type(session.optimizer)]
    assert session.optimizer.key == "adam"


def test_undo_and_redo_while_a_run_is_made_again_lead_to_where_it_was_bound_for(made_again):
    session, reached = made_again
    session.redo()
    session.undo()
    session.finish()
    assert (session.index, [setting.step for setting in session.experiment.plan]) == (900, [0, 600])
    np.testing.assert_array_equal(parameters(session), reached)
    plan = [(step, settings.optimizer.key) for step, settings in session.trainer.plan]
    assert plan == [(0, "adam"), (600, "momentum")]
