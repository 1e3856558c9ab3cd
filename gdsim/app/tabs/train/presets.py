"""The story of overfitting in one click each: what underfits, what fits, what overfits and why, and what cures it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from gdsim.app.tabs.train.experiment import Experiment, Net, Setting
from gdsim.core.datasets import DataSpec
from gdsim.core.network import REGULARIZERS, Regularizer
from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.registry import Registry


@dataclass(frozen=True)
class Preset:
    """One experiment and what to look for in it.

    `beside` is the preset whose run, trained for `steps`, is shown as a ghost: what is cured, or another seed.
    `steps` is how far it has to go before what it tells is seen; `short` names its run as a ghost.
    """

    key: str
    title: str
    group: str
    look_for: str
    experiment: Experiment
    steps: int = 1000
    beside: str = ""
    short: str = ""


PRESETS: Registry[Preset] = Registry("preset")

_WATCHABLE = 120.0  # steps a second: slow enough to see a network learn

_FIT, _OVERFIT, _CURE, _MINIMA, _TROUBLE = "Fitting", "Overfitting", "Cures", "Local minima", "Trouble"


def _add(
    key: str, title: str, group: str, look_for: str, experiment: Experiment, *, steps: int = 1000, beside: str = "",
    short: str = "",
) -> None:  # fmt: skip
    PRESETS.add(key, Preset(key, title, group, look_for, experiment, steps, beside, short))


def _adam(lr: float, *regularizers: Regularizer, batch_size: int = 0) -> tuple[Setting, ...]:
    return (Setting(0, OPTIMIZERS["adam"](lr=lr), batch_size=batch_size, regularizers=regularizers),)


def _descent(lr: float) -> tuple[Setting, ...]:
    return (Setting(0, OPTIMIZERS["gd"](lr=lr)),)


def _curve(hidden: tuple[int, ...], activation: str = "tanh", seed: int = 0) -> Net:
    return Net(("x",), hidden, activation, "xavier", "mse", seed)


_SINE = DataSpec("sine", n=200, noise=0.2, validation_share=0.3)
_FEW = DataSpec("sine", n=40, noise=0.3, validation_share=0.5)
_MOONS = DataSpec("moons", n=300, noise=0.15, validation_share=0.3)
_MISLABELLED = DataSpec("moons", n=150, noise=0.15, wrong_labels=0.15, validation_share=0.4)
_SPIRAL = DataSpec("spiral", n=400, noise=0.05, validation_share=0.3)
_LARGE = Net(("x1", "x2"), (32, 32), "tanh", "xavier", "binary_cross_entropy")

_L2 = REGULARIZERS["l2"]

_add(
    "fits", "A network that fits", _FIT,
    "Watch the two losses fall together and stay down: what the network learns from the training points also holds "
    "for those it has never seen. A little L2 keeps it so; switch it off and train on to see why.",
    Experiment(_MOONS, net=Net(), plan=_adam(0.01, _L2(strength=0.003))), steps=1000,
)  # fmt: skip
_add(
    "underfits", "Too small: it underfits", _FIT,
    "A network without a hidden layer is a straight line, and no straight line follows a sine. Both losses stay "
    "high, however long it trains. Add a layer with a few units on the diagram.",
    Experiment(_SINE, net=_curve(()), plan=_adam(0.03)), steps=400,
)  # fmt: skip
_add(
    "fits_curve", "A curve that fits", _FIT,
    "Eight tanh units bend the line just enough. The validation loss comes down near the noise that was put on the "
    "points, 0.2² = 0.04, and stays there: nothing can do much better.",
    Experiment(_SINE, data_seed=3, net=_curve((8,)), plan=_adam(0.03, _L2(strength=0.003))), steps=1500,
)  # fmt: skip
_add(
    "spiral", "Spiral", _FIT,
    "The hard one: the boundary winds almost twice round the middle. At first a straight line is all there is; then "
    "arm after arm is found, until over 95 % of unseen points are right.",
    Experiment(_SPIRAL, net=Net(), plan=_adam(0.01, _L2(strength=0.001))), steps=1000,
)  # fmt: skip
_add(
    "overfits_large", "Too large a network", _OVERFIT,
    "1153 parameters for 20 points. The training loss goes towards 0 while the validation loss turns and rises: the "
    "curve runs through every point and swings between them.",
    Experiment(_FEW, data_seed=1, net=_curve((32, 32)), plan=_adam(0.003)), steps=2500, short="Not held back",
)  # fmt: skip
_add(
    "overfits_labels", "Wrong labels", _OVERFIT,
    "Fifteen in a hundred labels are wrong, marked by a cross. The large network learns them too: islands grow "
    "around them, and the validation loss rises.",
    Experiment(_MISLABELLED, net=_LARGE, plan=_adam(0.02)), steps=1500, short="Not held back",
)  # fmt: skip
_add(
    "overfits_few", "Too little data", _OVERFIT,
    "The network that fitted 140 points of this curve well is given 7 of them. It goes through all seven, and it "
    "knows nothing of what lies between.",
    Experiment(replace(_SINE, n=17, validation_share=0.6), data_seed=4, net=_curve((8,)), plan=_adam(0.03)), steps=3000,
)  # fmt: skip
_OVERFITTED = PRESETS["overfits_large"].experiment
_LABELS = PRESETS["overfits_labels"].experiment
_add(
    "cured_l2", "Cured by L2", _CURE,
    "The same large network on the same points, with (λ/2)·Σw² in the loss: large weights cost, and without them the "
    "curve cannot swing. Compare it with the ghost, which is the run without L2.",
    replace(_OVERFITTED, plan=_adam(0.003, _L2(strength=0.02))), steps=2500, beside="overfits_large",
)  # fmt: skip
_add(
    "cured_l1", "Cured by L1", _CURE,
    "λ·Σ|w| pulls every weight with the same force, and the useless ones go to 0: see the peak in the histogram and "
    "the count of weights near 0. The ghost is the run without L1.",
    replace(_OVERFITTED, plan=_adam(0.003, REGULARIZERS["l1"](strength=0.02))), steps=2500, beside="overfits_large",
)  # fmt: skip
_add(
    "cured_dropout", "Cured by dropout", _CURE,
    "In every step a share of the units, crossed out on the diagram, is left out, so that none can specialize on a "
    "single wrong label. The ghost is the run without dropout.",
    replace(_LABELS, plan=_adam(0.02, REGULARIZERS["dropout"](rate=0.4))), steps=1500, beside="overfits_labels",
)  # fmt: skip
_add(
    "cured_early", "Cured by early stopping", _CURE,
    "It ends when the validation loss has not improved for 100 epochs, and by then the picture is past its best: "
    "Best step (Ctrl+E) shows the weights of the lowest point. The ghost is the run that went on.",
    replace(_LABELS, plan=_adam(0.02, REGULARIZERS["early_stopping"](patience=100))), steps=1500,
    beside="overfits_labels",
)  # fmt: skip
_XOR = Experiment(
    DataSpec("xor", n=200, noise=0.0, validation_share=0.3), net=Net(hidden=(2,)),
    plan=_adam(0.05, _L2(strength=0.001)),
)  # fmt: skip
_add(
    "seed_one", "Two seeds: one minimum", _MINIMA,
    "Two tanh units on XOR, the first seed. Note where the training loss comes to rest, then choose the other seed.",
    replace(_XOR, net=replace(_XOR.net, seed=0)), steps=3000, short="First seed",
)  # fmt: skip
_add(
    "seed_two", "Two seeds: another minimum", _MINIMA,
    "The same network on the same data from other start weights ends elsewhere, with another loss and another "
    "boundary. The ghost is the first seed. Neither is \u201cthe\u201d minimum: one is better than the other.",
    replace(_XOR, net=replace(_XOR.net, seed=1)), steps=3000, beside="seed_one",
)  # fmt: skip
_add(
    "zeros", "All weights start at 0", _TROUBLE,
    "At first the gradient of every hidden weight is 0, and only the output's learn. Then all eight units get the same "
    "gradient and stay copies of each other: the curve bends no more than one unit can. Random weights break this.",
    Experiment(
        _SINE, data_seed=3, net=Net(("x",), (8,), "sigmoid", "zeros", "mse"), plan=_adam(0.1)
    ), steps=600,
)  # fmt: skip
_add(
    "diverges", "Too large a learning rate", _TROUBLE,
    "Each step jumps over the valley and lands higher than before. Training stops before the numbers overflow, says "
    "which rate would have been small enough, and offers to go back with it (left, under the rate).",
    Experiment(_SINE, net=_curve((8, 8)), plan=_descent(0.5)), steps=200,
)  # fmt: skip
_add(
    "dead_relu", "Dead relu units", _TROUBLE,
    "A few steps with a rate that is too large push units so far that they answer 0 to every point. Their gradient "
    "is 0 too, so they never come back. The diagram counts them.",
    Experiment(_MOONS, net=Net(hidden=(8, 8), activation="relu", initializer="he"), plan=_adam(0.5)), steps=200,
)  # fmt: skip


def usual() -> Experiment:
    """What the first start shows."""
    return replace(PRESETS["fits"].experiment, speed=_WATCHABLE)
