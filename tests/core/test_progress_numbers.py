"""Where each sentence about training begins and ends, on a trainer of which only the numbers are there."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from gdsim.core import progress
from gdsim.core.network import MLP
from gdsim.core.progress import ProgressKind
from gdsim.core.trainer import History
from gdsim.core.verdict import Tone

STEPS = 10 * np.arange(24)


def recorded(losses, *, steps=None, penalties=0.0, validation=math.nan, norms=((0.0, 0.0),)):
    losses = np.asarray(losses, float)
    table = np.zeros((losses.size, 9))
    table[:, 0] = np.arange(losses.size) * 10 if steps is None else steps
    table[:, 2], table[:, 3], table[:, 5], table[:, 7:] = losses, penalties, validation, norms
    history = History(2)
    history.fill(table)
    return history


@dataclass(frozen=True)
class Told:
    """What the sentences ask of a trainer; by default one at rest, 230 steps on, with a loss of 1 all the time."""

    history: History = field(default_factory=lambda: recorded(np.ones(24)))
    step: int = 230
    furthest: int = 230
    loss: float = 1.0
    penalty: float = 0.0
    score: float = 1.0
    classes: bool = False
    validation: Any = None
    validation_loss: float = math.nan
    validation_score: float = math.nan
    best: tuple[int, float] | None = None
    learning_rate: float = 0.1
    settings: Any = field(default_factory=lambda: SimpleNamespace(l1=0.0))
    network: Any = field(default_factory=lambda: MLP((1, 1)))
    parameters: Any = None
    inputs: Any = ((0.0,), (1.0,))
    targets: Any = ((0.0,), (1.0,))
    responses: Callable[[Any], list[Any]] = lambda inputs: []

    @property
    def training(self):
        inputs, targets = np.asarray(self.inputs, float), np.asarray(self.targets, float)
        return SimpleNamespace(inputs=inputs, targets=targets, points=len(inputs))


def test_the_parts_are_the_last_three_sixths_of_what_was_recorded_so_far():
    column = np.arange(24.0) ** 2
    for step, ends in ((170, (9, 12, 15, 18)), (169, (11, 13, 15, 17)), (999, (12, 16, 20, 24)), (110, (6, 8, 10, 12))):
        parts = tuple(float(column[low:high].mean()) for low, high in itertools.pairwise(ends))
        assert progress._thirds(column, STEPS, step) == parts
        assert progress._change(column, STEPS, step) == (parts[2] - parts[1]) / parts[1]
        assert progress._change(-column, STEPS, step) == -(parts[2] - parts[1]) / parts[1]
    assert progress._thirds(column, STEPS, 109) is None
    assert progress._change(column, STEPS, 109) == -1.0
    assert progress._change(np.repeat([1.0, 0.0, 5.0], 8)[4:20], STEPS[:16], 999) == 0.0
    assert progress._thirds(np.where(column == 225.0, np.nan, column), STEPS, 170) is None


@pytest.mark.parametrize(
    ("parts", "rises"),
    [((1, 2, 2.011), True), ((1, 2, 2.009), False), ((2, 2, 3), False), ((3, 2, 4), False), ((1, 3, 2), False)],
)
def test_a_rise_goes_on_by_half_a_percent_at_least(parts, rises):
    column = np.repeat([9.0, 9.0, 9.0, *parts], 2)
    assert progress._rises(column, STEPS[:12], 110) is rises
    assert not progress._rises(column[1:], STEPS[:11], 110)


def test_the_loss_of_a_step_is_the_last_that_was_recorded_up_to_it():
    history = recorded([5.0, 4.0, 3.0])
    assert [progress._loss_at(history, step) for step in (-5, 0, 9, 10, 19, 20, 99)] == [5, 5, 5, 4, 4, 3, 3]


def test_the_lowest_validation_loss_is_that_of_what_is_known():
    history = recorded([1.0, 1.0, 1.0], validation=[math.nan, 2.0, 3.0])
    assert progress._is_lowest(history, 2.0)
    assert progress._is_lowest(history, 1.9)
    assert not progress._is_lowest(history, 2.1)
    assert not progress._is_lowest(recorded([1.0]), 1.0)


@pytest.mark.parametrize(
    ("step", "loss", "penalty", "changed"),
    [
        # Recorded are objectives of 5.5 and 4.25: half a percent is 0.0275 and 0.02125.
        (10, 4.0, 0.271, False), (10, 4.0, 0.272, True), (10, 4.0, 0.228, True), (10, 4.0, 0.229, False),
        (0, 5.5, 0.027, False), (0, 5.5, 0.028, True), (5, 5.5, 0.027, False), (5, 5.5, 0.028, True),
        # Between records twice the last change is usual.
        (13, 6.0, 0.7, False), (13, 6.0, 0.8, True), (13, 1.5, 0.3, False), (13, 1.5, 0.2, True),
    ],
)  # fmt: skip
def test_a_change_by_hand_is_more_than_training_itself_makes(step, loss, penalty, changed):
    history = recorded([5.0, 4.0], penalties=[0.5, 0.25])
    assert progress._just_changed(Told(history, step, loss=loss, penalty=penalty)) is changed
    mirrored = recorded([-5.0, -4.0], penalties=[-0.5, -0.25])
    assert progress._just_changed(Told(mirrored, step, loss=-loss, penalty=-penalty)) is changed


def test_what_the_gradient_promises_is_200_rates_times_its_square_over_the_objective():
    norms = np.ones((24, 2)) * 0.1
    norms[-4:] = [(3.0, 4.0), (0.6, 0.8), (6.0, 8.0), (3.0, 4.0)]
    told = Told(recorded(np.ones(24), norms=norms), loss=3.0, penalty=1.0, learning_rate=0.01)
    assert progress._promised(told) == pytest.approx(200 * 0.01 * 1.0 / 4.0)
    assert progress._promised(replace(told, step=220)) == pytest.approx(200 * 0.01 * 1.0 / 4.0)
    assert progress._promised(replace(told, step=209)) == pytest.approx(200 * 0.01 * 0.02 / 4.0)
    assert progress._promised(replace(told, loss=-5.0)) == pytest.approx(200 * 0.01 * 1.0 / 4.0)
    assert progress._promised(replace(told, loss=-1.0)) == 0.0
    assert progress._promised(replace(told, settings=SimpleNamespace(l1=1e-9))) == 0.0
    few = recorded([1.0, 1.0, 1.0], norms=[(0.0, 0.1), (1.0, 1.0), (2.0, 0.0)])
    assert progress._promised(replace(told, history=few)) == pytest.approx(200 * 0.01 * 2.0 / 4.0)
    norms[-1] = 0.0
    later = replace(told, history=recorded(np.ones(24), norms=norms), step=220)
    assert progress._promised(later) == pytest.approx(200 * 0.01 * 1.0 / 4.0)
    norms[-2, 0] = np.inf
    assert progress._promised(replace(told, history=recorded(np.ones(24), norms=norms))) == 0.0


@pytest.mark.parametrize(
    ("inputs", "targets", "classes", "words"),
    [
        ([[10.0], [10.0]], [[0.0]], False, ""),
        ([[-10.5], [-10.5]], [[0.0]], False, "The inputs are far from unit scale (mean −10.5, deviation 0)"),
        ([[-10.5, 9.0], [10.5, 9.0]], [[0.0]], False, "The inputs are far from unit scale (mean 0, deviation 10.5)"),
        ([[11.0, -12.0]], [[0.0]], False, "The inputs are far from unit scale (mean −12, deviation 0)"),
        ([[1.0]], [[20.0], [40.0]], False, "The values to learn are far from unit scale (mean 30, deviation 10)"),
        ([[1.0]], [[20.0], [40.0]], True, ""),
    ],
)
def test_far_from_unit_scale_is_a_mean_or_a_deviation_above_10(inputs, targets, classes, words):
    assert progress._scale(Told(inputs=inputs, targets=targets, classes=classes)) == words


@pytest.mark.parametrize(
    ("activation", "responses", "share"),
    [("tanh", [-0.97, -0.95, 0.95, 0.97, 1.0], 0.6), ("sigmoid", [0.01, 0.03, 0.97, 0.985, 0.5], 0.4),
     ("relu", [0.0, 0.0, 1.0, -1.0, 0.0], 0.0)],
)  # fmt: skip
def test_a_response_is_saturated_within_a_fiftieth_of_an_end(activation, responses, share):
    layers = [SimpleNamespace(activation=name) for name in ("tanh", activation, "tanh")]
    seen = []

    def respond(inputs):
        seen.append(len(inputs))
        return [np.zeros((5, 1)), np.array(responses)[:, None], np.ones((5, 1))]

    told = Told(network=SimpleNamespace(layers=layers), responses=respond)
    assert progress._saturated(told) == pytest.approx(share)
    for points, looked_at in ((999, 999), (1000, 500), (1501, 501)):
        progress._saturated(replace(told, inputs=np.zeros((points, 1))))
        assert seen[-1] == looked_at


def troubled(sizes, dead=0, activation="relu", scale=1.0):
    network = MLP(sizes, activation=activation)
    parameters = scale * np.linspace(0.5, 1.5, network.parameter_count)
    parameters[network.layers[0].biases][:dead] = -99.0
    return Told(network=network, parameters=parameters, loss=0.25)


@pytest.mark.parametrize(
    ("units", "dead", "told"), [(8, 2, True), (8, 1, False), (7, 2, True), (7, 1, False), (8, 0, False)]
)
def test_a_quarter_of_dead_units_is_told(units, dead, told):
    found = progress._trouble(troubled((1, units, 1), dead))
    assert (found is not None) is told
    if found is not None:
        assert found == progress.Progress(
            ProgressKind.DEAD,
            f"{dead} of {units} hidden units are dead: 0 for every training point, with gradient 0, so no step brings "
            "them back. The training loss is 0.25.",
            Tone.WARNING,
        )


def test_one_dead_unit_is_one_and_deep_ones_may_come_back():
    assert progress._trouble(troubled((1, 4, 1), 1)).text.startswith(
        "1 of 4 hidden units is dead: 0 for every training point, with gradient 0, so no step brings it back."
    )
    deep = troubled((1, 3, 4, 1))
    deep.parameters[deep.network.layers[1].biases] = -99.0
    assert "behind other units they revive only if those change" in progress._trouble(deep).text


def test_copies_are_told_in_every_layer_and_from_weights_that_are_all_0():
    told = troubled((1, 3, 2, 1), activation="tanh")
    assert progress._trouble(told) is None
    second = told.network.layers[1]
    told.parameters[second.matrix], told.parameters[second.biases] = 0.5, 0.5
    told.parameters[told.network.layers[2].matrix] = 0.5
    found = progress._trouble(told)
    assert (found.kind, found.tone) == (ProgressKind.SYMMETRIC, Tone.WARNING)
    assert found.text.startswith("All units of a layer have the same weights")
    told.parameters[told.network.weight_mask] = 0.0
    told.parameters[~told.network.weight_mask] = 0.0
    assert progress._trouble(told).text.startswith("All weights are 0 and stay 0")


FALLING = np.linspace(2.0, 0.5, 24)
RISEN = recorded(FALLING, validation=np.repeat([1.2, 1.0, 1.0, 1.02, 1.04, 1.1], 4))
OVER = Told(RISEN, loss=0.5, best=(60, 1.0), validation_loss=1.16)
JUST = Told(recorded(2 * FALLING, validation=np.repeat([2.4, 2.0, 2.0, 2.04, 2.08, 2.2], 4)), loss=1.0, best=(60, 2.0))
HIGH = Told(recorded(np.full(24, 2.0)), loss=2.0, best=(60, 1.0))
POOR = Told(score=0.49, inputs=[[0.0], [1.0]])
LATE = recorded(np.repeat([1.0, 1.0, 1.0, 1.0, 1.0, 0.5], 4))


@pytest.mark.parametrize(
    ("told", "changes", "kind", "tone"),
    [
        (Told(), {}, ProgressKind.AT_REST, Tone.GOOD),
        (Told(), {"history": recorded(np.ones(11))}, ProgressKind.LEARNING, Tone.NEUTRAL),
        (Told(), {"history": recorded(np.ones(12))}, ProgressKind.AT_REST, Tone.GOOD),
        # Overfitting: 1.15 of the lowest validation loss and 1.5 of the training loss, which has not risen since.
        (OVER, {}, ProgressKind.OVERFITTING, Tone.WARNING),
        (OVER, {"validation_loss": 1.14}, ProgressKind.TURNED, Tone.NEUTRAL),
        (OVER, {"validation_loss": 1.04}, ProgressKind.LEARNING, Tone.NEUTRAL),
        (OVER, {"validation_loss": 1.06}, ProgressKind.TURNED, Tone.NEUTRAL),
        (OVER, {"best": (230, 1.0)}, ProgressKind.TURNED, Tone.NEUTRAL),
        (OVER, {"best": (230, 1.0), "validation_loss": 1.0}, ProgressKind.LEARNING, Tone.NEUTRAL),
        (JUST, {"validation_loss": 2.31}, ProgressKind.OVERFITTING, Tone.WARNING),
        (JUST, {"validation_loss": 2.29}, ProgressKind.TURNED, Tone.NEUTRAL),
        (JUST, {"validation_loss": 2.11}, ProgressKind.TURNED, Tone.NEUTRAL),
        (JUST, {"validation_loss": 2.09}, ProgressKind.LEARNING, Tone.NEUTRAL),
        (JUST, {"validation_loss": 3.1, "loss": 2.1}, ProgressKind.LEARNING, Tone.NEUTRAL),
        (HIGH, {"validation_loss": 3.1}, ProgressKind.OVERFITTING, Tone.WARNING),
        (HIGH, {"validation_loss": 2.9}, ProgressKind.AT_REST, Tone.GOOD),
        # The best step, of those so far.
        (OVER, {"best": (230, 1.0), "furthest": 300, "validation_loss": 1.0}, ProgressKind.BEST, Tone.GOOD),
        (OVER, {"best": (230, 1.01), "furthest": 300, "validation_loss": 1.01}, ProgressKind.LEARNING, Tone.NEUTRAL),
        # Rising by more than a twentieth, the penalty included.
        (Told(recorded(np.repeat([1.0, 1.051], [20, 4])), loss=1.051), {}, ProgressKind.RISING, Tone.WARNING),
        (Told(recorded(np.repeat([1.0, 1.049], [20, 4])), loss=1.049), {}, ProgressKind.LEARNING, Tone.NEUTRAL),
        (
            Told(recorded(np.ones(24), penalties=np.repeat([0.1, 0.2], [20, 4])), penalty=0.2),
            {}, ProgressKind.RISING, Tone.WARNING,
        ),
        # Half a percent is rest, if the gradient promises no more than a fiftieth.
        (Told(recorded(np.repeat([1.0, 0.996], [20, 4])), loss=0.996), {}, ProgressKind.AT_REST, Tone.GOOD),
        (Told(recorded(np.repeat([1.0, 0.994], [20, 4])), loss=0.994), {}, ProgressKind.LEARNING, Tone.NEUTRAL),
        (Told(recorded(np.ones(24), norms=[(0.0, 0.0317)])), {}, ProgressKind.PLATEAU, Tone.NEUTRAL),
        (Told(recorded(np.ones(24), norms=[(0.0, 0.0316)])), {}, ProgressKind.AT_REST, Tone.GOOD),
        # Poor: R² below a half, or fewer than four of five points.
        (POOR, {}, ProgressKind.UNDERFITTING, Tone.WARNING),
        (POOR, {"score": 0.5}, ProgressKind.AT_REST, Tone.GOOD),
        (POOR, {"score": 0.79, "classes": True}, ProgressKind.UNDERFITTING, Tone.WARNING),
        (POOR, {"score": 0.8, "classes": True}, ProgressKind.AT_REST, Tone.GOOD),
        (POOR, {"inputs": [[99.0]]}, ProgressKind.UNSCALED, Tone.WARNING),
        (POOR, {"inputs": [[99.0]], "score": 0.5}, ProgressKind.AT_REST, Tone.GOOD),
        (POOR, {"inputs": [[99.0]], "history": LATE, "loss": 0.5}, ProgressKind.UNSCALED, Tone.WARNING),
        (POOR, {"history": LATE, "loss": 0.5}, ProgressKind.LEARNING, Tone.NEUTRAL),
        # Another objective than the one recorded.
        (Told(), {"loss": 1.5, "penalty": 0.25}, ProgressKind.LEARNING, Tone.NEUTRAL),
    ],
)  # fmt: skip
def test_what_is_said_by_the_numbers(told, changes, kind, tone):
    found = progress._trend(replace(told, **changes))
    assert (found.kind, found.tone) == (kind, tone)
    assert found.text[0].isupper()
    assert found.text.endswith(".")


def test_saturation_is_named_above_nine_tenths_and_with_the_scale_above_a_half():
    layers = [SimpleNamespace(activation="tanh")] * 2

    def told(flat, **more):
        response = np.where(np.arange(100) < flat, 1.0, 0.0)[:, None]
        return replace(POOR, network=SimpleNamespace(layers=layers), responses=lambda inputs: [response], **more)

    assert progress._trend(told(90)).kind is ProgressKind.UNDERFITTING
    found = progress._trend(told(91))
    assert (found.kind, found.tone) == (ProgressKind.SATURATED, Tone.WARNING)
    assert "91 % of a layer's responses lie at the flat ends" in found.text
    assert progress._trend(told(91, history=recorded(np.repeat([1.0, 0.981], [20, 4])), loss=0.981)).kind is found.kind
    slowly = told(91, history=recorded(np.repeat([1.0, 0.979], [20, 4])), loss=0.979)
    assert progress._trend(slowly).kind is ProgressKind.LEARNING
    assert "saturated" not in progress._trend(told(50, inputs=[[99.0]])).text
    assert "and 51 % of a layer's responses are saturated." in progress._trend(told(51, inputs=[[99.0]])).text


def test_numbers_in_the_sentences():
    assert "the objective is 1.779 now" in progress._trend(Told(loss=1.5, penalty=0.27891)).text
    assert "step 60 with 1 and has risen to 1.16" in progress._trend(OVER).text
    assert "while the training loss falls at 0.5." in progress._trend(replace(OVER, validation_loss=1.1)).text
    assert (
        "lowest validation loss of the 300 steps"
        in progress._trend(replace(OVER, best=(230, 1.0), furthest=300, validation_loss=1.0)).text
    )
    flat = recorded(np.full(24, 0.5), validation=np.repeat([1.2, 1.0, 1.0, 1.02, 1.04, 1.1], 4))
    assert (
        "while the training loss stays at 0.5."
        in progress._trend(replace(OVER, history=flat, validation_loss=1.1)).text
    )
    told = Told(score=0.875, validation_score=0.5, validation_loss=2.5)
    assert progress._losses(told) == "The training loss is 1."
    assert progress._losses(replace(told, validation=())) == "The training loss is 1, on validation points 2.5."
    assert progress._losses(replace(told, classes=True)) == (
        "The training loss is 1; 87.5 % of the training points are classed rightly."
    )
    assert progress._losses(replace(told, classes=True, validation=())) == (
        "The training loss is 1, on validation points 2.5; 50.0 % of the validation points are classed rightly."
    )
