from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from gdsim.app.tabs.train.comparison import better, brief, comparable, comparison, differences
from gdsim.app.tabs.train.experiment import Edit, Experiment, Net, Setting
from gdsim.app.tabs.train.ghosts import Course, Ghost
from gdsim.core.datasets import DATASETS, DataSpec
from gdsim.core.network import REGULARIZERS
from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.schedules import SCHEDULES

CLASSES = Experiment(DataSpec("moons", n=40, noise=0.2), net=Net(hidden=(8,)))
CURVE = Experiment(DataSpec("sine", n=40, noise=0.2), net=Net(("x",), (8,), loss="mse"))
NONE = np.empty(0)


def run(experiment=CLASSES, label="Ghost A", step=100, validation=0.2, score=0.9):
    return Ghost(label, experiment, step, None, NONE, Course(NONE, NONE, NONE, NONE), 0.1, validation, score)


def now(experiment=CLASSES, **others):
    return run(experiment, "This run", **others)


def test_the_better_of_two_runs_is_named_with_the_difference():
    assert better(run(validation=0.2), now(validation=0.25)) == (
        "Ghost A is better than this run on validation data by 20 %: loss 0.2000 against 0.2500."
    )
    assert better(run(validation=0.25), now(validation=0.2)) == (
        "This run is better than Ghost A on validation data by 20 %: loss 0.2000 against 0.2500."
    )


@pytest.mark.parametrize(("low", "high", "words"), [
    (0.2, 0.2001, "by less than 0.1 %"), (0.19, 0.2, "by 5.0 %"), (0.1, 0.2, "by 50 %"), (1e-9, 1.0, "by far"),
    (0.3, math.inf, "by far"), (0.0, 0.1, "by far"),
])  # fmt: skip
def test_how_much_better_is_said_modestly(low, high, words):
    assert f" {words}: loss" in better(run(validation=low), now(validation=high))


@pytest.mark.parametrize(("ghost", "other", "words"), [
    (run(validation=0.2), now(validation=0.25), "Ghost A is better: validation loss lower by 20 %."),
    (run(validation=0.25), now(validation=0.2), "This run is better: validation loss lower by 20 %."),
    (run(validation=1e9), now(), "This run is better: validation loss lower by far."),
    (run(), now(), "Both are equally good on validation data."),
    (run(validation=math.nan), now(), ""),
    (run(), now(replace(CLASSES, data_seed=1)), ""),
    (run(replace(CLASSES, net=replace(CLASSES.net, loss="mse")), score=0.95), now(score=0.9),
     "Ghost A is better: validation accuracy higher by 5.0 points."),
    (run(replace(CURVE, net=replace(CURVE.net, loss="mae")), score=0.5), now(CURVE, score=0.75),
     "This run is better: R² on validation data higher by 0.25."),
])  # fmt: skip
def test_beside_the_numbers_a_few_words_say_which_is_better_and_by_how_much_of_what(ghost, other, words):
    assert brief(ghost, other) == words
    assert comparison(ghost, other).brief == words


def test_all_settings_of_a_ghost_are_told():
    words = comparison(run(planned(regularizers=(REGULARIZERS["l2"](strength=0.01),))), now()).settings
    for part in ("points 40", "noise 0.2", "hidden layers 8", "Adam", "seed of the weights 0", "L2 0.01", "batch"):
        assert part.lower() in words.lower()


def test_equal_runs_are_called_equal():
    assert better(run(), now()) == "Both are equally good on validation data."


def test_without_validation_points_nothing_is_claimed():
    unheld = replace(CLASSES, spec=replace(CLASSES.spec, validation_share=0.0))
    words = "Without validation points it can't be said which is better on unseen data."
    assert better(run(unheld, validation=math.nan), now(unheld, validation=math.nan)) == words
    assert better(run(unheld, validation=math.nan), now()) == words
    assert better(run(validation=math.nan), now()) == "One of the two has no finite validation loss."


def test_other_validation_points_are_not_compared():
    other = replace(CLASSES, data_seed=1)
    assert better(run(other), now()) == "Measured on other validation points, so it can't be said which is better."
    assert better(run(CURVE), now()) == "Measured on other validation points, so it can't be said which is better."


def test_other_training_points_are_compared_on_the_same_validation_points():
    data = CLASSES.data
    fewer = data.without(int(np.flatnonzero(~data.validation)[0]))
    moved = CLASSES.with_own(fewer, "points", 0)
    assert better(run(moved, validation=0.4), now()).startswith("This run is better than Ghost A")
    held = data.without(int(np.flatnonzero(data.validation)[0]))
    assert "other validation points" in better(run(CLASSES.with_own(held, "points", 0)), now())


def test_other_losses_are_compared_by_their_score():
    absolute = replace(CURVE, net=replace(CURVE.net, loss="mae"))
    assert better(run(absolute, score=0.75), now(CURVE, score=0.5)) == (
        "Trained by different losses; by R² on validation data Ghost A is better: 0.7500 against 0.5000."
    )
    squared = replace(CLASSES, net=replace(CLASSES.net, loss="mse"))
    assert better(run(squared, score=0.8), now(score=0.9)) == (
        "Trained by different losses; by accuracy on validation data this run is better: 90.0 % against 80.0 %."
    )
    assert better(run(squared), now()).endswith("by accuracy on validation data both are equally good.")
    assert better(run(squared, score=math.nan), now()).endswith("so it can't be said which is better.")


def test_scaled_values_have_losses_of_their_own():
    scaled = replace(CURVE, scaled=True)
    assert better(run(scaled, score=0.4), now(CURVE, score=0.5)).startswith(
        "Trained by different scales of the values; by R² on validation data this run is better"
    )
    assert "loss 0.2000 against" in better(run(scaled), now(scaled, validation=0.3))
    assert "loss 0.2000 against" in better(run(replace(CLASSES, scaled=True)), now(validation=0.3))
    data = CURVE.data
    fewer = CURVE.with_own(data.without(int(np.flatnonzero(~data.validation)[0])), "points", 0)
    assert "R²" in better(run(replace(fewer, scaled=True)), now(scaled))


def between(other, one=CLASSES, other_step=100, one_step=100):
    return differences(one, one_step, other, other_step)


def planned(experiment=CLASSES, **changes):
    return replace(experiment, plan=(replace(experiment.plan[0], **changes),))


def test_what_is_the_same_is_not_mentioned():
    assert between(CLASSES) == ()
    line = comparison(run(), now())
    assert (line.label, line.step, line.differs, line.score_text) == ("Ghost A", 100, "", "accuracy 90.0 %")
    assert comparison(run(CURVE), now(CURVE)).score_text == "R² 0.9000"
    assert comparison(run(score=math.nan), now()).score_text == ""


def test_a_regularizer_that_only_one_of_them_has():
    l2 = planned(regularizers=(REGULARIZERS["l2"](strength=0.01),))
    assert between(l2) == ("L2 0.01 (now none)",)
    assert between(CLASSES, l2) == ("no L2 (now 0.01)",)
    assert between(CLASSES, planned(regularizers=(REGULARIZERS["dropout"](rate=0.4),))) == ("no dropout (now 0.4)",)
    stronger = planned(regularizers=(REGULARIZERS["l2"](strength=0.1),))
    assert between(stronger, l2) == ("L2 0.1 (now 0.01)",)


@pytest.mark.parametrize("key", REGULARIZERS)
def test_every_regularizer_is_named(key):
    with_it = planned(regularizers=(REGULARIZERS[key](),))
    (words,) = between(with_it)
    assert words.startswith(REGULARIZERS[key].title)
    assert words.endswith("(now none)")


@pytest.mark.parametrize("key", [key for key in OPTIMIZERS if key != "adam"])
def test_another_optimizer_is_named_and_only_shared_values_are_compared(key):
    found = between(planned(optimizer=OPTIMIZERS[key]()))
    assert found[0] == f"optimizer {OPTIMIZERS[key].title} (now {OPTIMIZERS['adam'].title})"
    assert not any(words.startswith("no ") for words in found)


@pytest.mark.parametrize("key", [key for key in SCHEDULES if key != "constant"])
def test_every_schedule_is_named(key):
    (words,) = between(planned(schedule=SCHEDULES[key]()))
    assert words.startswith(f"schedule {SCHEDULES[key].title.lower()}")
    assert words.endswith("(now constant)")


def test_the_same_schedule_with_other_values_differs():
    one, other = (planned(schedule=SCHEDULES["cosine"](length=length)) for length in (100, 200))
    (words,) = between(other, one)
    assert "200" in words.split("(now")[0]
    assert "100" in words.split("(now")[1]


def test_rates_batches_and_networks():
    assert between(planned(optimizer=OPTIMIZERS["adam"](lr=0.1))) == ("learning rate 0.1 (now 0.03)",)
    assert between(planned(batch_size=8)) == ("batch of 8 (now of all points)",)
    wide = replace(CLASSES, net=replace(CLASSES.net, hidden=(32, 32), seed=4))
    assert between(wide) == ("hidden layers 32 · 32 (now 8)", "seed of the weights 4 (now 0)")
    flat = replace(CLASSES, net=replace(CLASSES.net, hidden=()))
    assert between(flat) == ("hidden layers none (now 8)",)
    assert between(replace(CLASSES, scaled=True)) == ("scaling on (now off)",)


@pytest.mark.parametrize("key", [key for key in DATASETS if key != "moons"])
def test_another_dataset_is_named(key):
    other = CLASSES.with_spec(replace(CLASSES.spec, dataset=key), 0)
    found = between(other)
    assert found[0] == f"data {DATASETS[key].title} (now {DATASETS['moons'].title})"


def test_other_points_of_the_same_kind():
    assert between(replace(CLASSES, data_seed=3)) == ("data seed 3 (now 0)",)
    wrong = replace(CLASSES, spec=replace(CLASSES.spec, wrong_labels=0.15))
    assert between(wrong) == ("wrong labels 15 % (now none)",)
    assert between(CLASSES, wrong) == ("no wrong labels (now 15 %)",)
    one = CLASSES.with_own(CLASSES.data, "fruit", 0)
    other = CLASSES.with_own(CLASSES.data.moved(0, (0.0, 0.0)), "fruit", 0)
    assert between(other, one) == ("other points",)


def test_what_happened_on_the_way_counts():
    late = CLASSES.changed_from(50, regularizers=(REGULARIZERS["l2"](strength=0.01),))
    back = late.changed_from(70, regularizers=())
    assert between(back, one_step=100) == ("settings changed on the way",)
    assert between(back, other_step=20) == ("step 20 (now 100)",)
    edited = replace(CLASSES, edits=(Edit(30, 2, 1.5),))
    assert between(edited) == ("weights set by hand",)
    assert between(edited, other_step=20, one_step=20) == ()


def test_a_different_number_of_steps_is_said():
    assert between(CLASSES, other_step=1500, one_step=12) == ("step 1500 (now 12)",)


def test_settings_are_those_in_force_at_the_step():
    late = CLASSES.changed_from(50, batch_size=8)
    assert between(late, other_step=40, one_step=40) == ()
    assert between(late) == ("batch of 8 (now of all points)",)
    assert Setting() == CLASSES.plan[0]


def test_other_data_are_named_without_what_they_bring_with_them():
    assert between(CURVE, replace(CLASSES, net=replace(CLASSES.net, activation="relu"))) == (
        f"data {DATASETS['sine'].title} (now {DATASETS['moons'].title})", "activation tanh (now ReLU)",
    )  # fmt: skip


def test_only_the_same_measure_of_the_same_points_belongs_in_one_chart():
    assert comparable(CLASSES, planned(batch_size=8))
    assert comparable(CLASSES, replace(CLASSES, net=replace(CLASSES.net, hidden=(3,)), scaled=True))
    assert not comparable(CLASSES, replace(CLASSES, data_seed=1))
    assert not comparable(CURVE, replace(CURVE, net=replace(CURVE.net, loss="mae")))
    assert not comparable(CURVE, replace(CURVE, scaled=True))
