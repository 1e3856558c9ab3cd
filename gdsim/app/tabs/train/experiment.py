"""All that Train shows, as one frozen value: data, network, and what was set at which step of training.

A run of training is a function of this value, so undoing, saving and reopening are operations on it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from gdsim.core.datasets import DATASETS, FORMULA, Data, Dataset, DataSpec, make_data
from gdsim.core.features import FeatureMap, features_for
from gdsim.core.network import LOSSES, MLP, REGULARIZERS, Regularizer
from gdsim.core.optimizers import OPTIMIZERS, Optimizer
from gdsim.core.schedules import SCHEDULES, Schedule

MOST_POINTS = 5000
"""Of a table, trained on; more are drawn from at random, which is said."""
MOST_LAYERS, MOST_UNITS = 6, 32


@dataclass(frozen=True)
class Setting:
    """What makes the steps from step `step` on.  A `batch_size` of 0 takes all training points in each step.

    `regularizers` are those in force, one of a kind, in the order of their registry.
    """

    step: int = 0
    optimizer: Optimizer = field(default_factory=lambda: OPTIMIZERS["adam"](lr=0.03))
    schedule: Schedule = field(default_factory=SCHEDULES["constant"])
    batch_size: int = 0
    regularizers: tuple[Regularizer, ...] = ()

    @property
    def held_back(self) -> dict[str, float]:
        """The strengths of all regularizers together, by the names that `Trainer.set` takes; 0 where there is none."""
        total = dict.fromkeys(("l1", "l2", "weight_decay", "dropout", "patience"), 0.0)
        for regularizer in self.regularizers:
            for name, value in regularizer.settings.items():
                total[name] += value
        return total

    def with_regularizer(self, regularizer: Regularizer) -> tuple[Regularizer, ...]:
        """All that are in force, with this one in place of another of its kind."""
        others = [one for one in self.regularizers if one.key != regularizer.key]
        order = list(REGULARIZERS)
        return tuple(sorted([*others, regularizer], key=lambda one: order.index(one.key)))


@dataclass(frozen=True)
class Edit:
    """A parameter set by hand before the move from `step`; `index` counts in W1, b1, W2, b2, ..."""

    step: int
    index: int
    value: float


@dataclass(frozen=True)
class Net:
    """The network and its start.  `features` are keys of FEATURES, `hidden` the widths of the hidden layers."""

    features: tuple[str, ...] = ("x1", "x2")
    hidden: tuple[int, ...] = (8, 8)
    activation: str = "tanh"
    initializer: str = "xavier"
    loss: str = "binary_cross_entropy"
    seed: int = 0

    def __post_init__(self) -> None:
        if len(self.hidden) > MOST_LAYERS:
            raise ValueError(f"A network here has at most {MOST_LAYERS} hidden layers, not {len(self.hidden)}.")
        if not all(1 <= width <= MOST_UNITS for width in self.hidden):
            raise ValueError(f"A hidden layer has 1 to {MOST_UNITS} units.")
        FeatureMap(self.features)


@dataclass(frozen=True)
class Experiment:
    """`own` holds points that no `spec` makes: of a table, or moved by hand; `name` says what they are.

    `scaled` standardizes features (and the values of a regression).  `plan` holds the settings in order of their
    steps, the first from step 0; `speed` is in steps a second.
    """

    spec: DataSpec = field(default_factory=lambda: DataSpec("moons", n=300, noise=0.2))
    data_seed: int = 0
    own: Data | None = None
    name: str = ""
    net: Net = Net()
    scaled: bool = False
    plan: tuple[Setting, ...] = (Setting(),)
    edits: tuple[Edit, ...] = ()
    speed: float = math.inf

    @property
    def data(self) -> Data:
        """The points; the same object as long as what they are made of stays."""
        return self.own if self.own is not None else _made(self.spec, self.data_seed)

    @property
    def entry(self) -> Dataset | None:
        """The gallery's entry or the formula's; None for points of one's own."""
        return self.spec.entry() if self.own is None else None

    @property
    def network(self) -> MLP:
        data = self.data
        return MLP((len(self.net.features), *self.net.hidden, data.outputs), activation=self.net.activation)

    def setting_at(self, step: int) -> Setting:
        """What makes the move from step `step`."""
        return [setting for setting in self.plan if setting.step <= step or setting.step == 0][-1]

    def until(self, step: int) -> Experiment:
        """Without what was planned or edited later than `step`."""
        return replace(
            self,
            plan=tuple(setting for setting in self.plan if setting.step <= step),
            edits=tuple(edit for edit in self.edits if edit.step <= step),
        )

    def changed_from(self, step: int, **changes: Any) -> Experiment:
        """With other settings from `step` on; what was planned or edited later is dropped."""
        now = replace(self.setting_at(step), step=step, **changes)
        return replace(
            self,
            plan=(*(setting for setting in self.plan if setting.step < step), now),
            edits=tuple(edit for edit in self.edits if edit.step <= step),
        )

    def edited_at(self, step: int, index: int, value: float) -> Experiment:
        """With one parameter set by hand before the move from `step`; what came later is dropped."""
        return self.placed_at(step, {index: value})

    def placed_at(self, step: int, values: Mapping[int, float]) -> Experiment:
        """With parameters, by their index, set by hand before the move from `step`; what came later is dropped."""
        kept = (edit for edit in self.edits if edit.step < step or (edit.step == step and edit.index not in values))
        plan = tuple(setting for setting in self.plan if setting.step <= step)
        return replace(self, plan=plan, edits=(*kept, *(Edit(step, index, value) for index, value in values.items())))

    def restarted_at(self, step: int) -> Experiment:
        """From the beginning, with the settings in force at `step` and no weight set by hand."""
        return replace(self, plan=(replace(self.setting_at(step), step=0),), edits=())

    def with_spec(self, spec: DataSpec, step: int, seed: int | None = None) -> Experiment:
        """Other data, with features and a loss that go with it.  Raises what `spec.entry()` raises."""
        changed = replace(self, spec=spec, own=None, name="", data_seed=self.data_seed if seed is None else seed)
        return fitting(changed.restarted_at(step))

    def with_own(self, data: Data, name: str, step: int) -> Experiment:
        """Points of one's own in place of generated ones."""
        return fitting(replace(self, own=data, name=name).restarted_at(step))


def fitting(experiment: Experiment) -> Experiment:
    """The experiment with features that its data offer and a loss for its kind of target."""
    data, net = experiment.data, experiment.net
    offered = features_for(data.dim)
    features = tuple(key for key in net.features if key in offered) or FeatureMap.raw(data.dim).keys
    return replace(experiment, net=replace(net, features=features, loss=loss_for(data, net.loss)))


def losses_for(data: Data) -> tuple[str, ...]:
    """The losses that go with the data: values take no entropy, and the entropies go by the number of classes."""
    refused = {"cross_entropy"} if data.outputs == 1 else {"binary_cross_entropy"}
    if data.kind == "regression":
        refused = {"cross_entropy", "binary_cross_entropy"}
    return tuple(key for key in LOSSES if key not in refused)


def check_drawable(data: Data) -> None:
    """Raise ValueError, in a sentence, for more than two classes over one input: there is no picture of them."""
    if data.dim == 1 and data.classes > 2:
        raise ValueError(f"{data.classes} classes over one input cannot be drawn: choose a second input")


def loss_for(data: Data, wanted: str) -> str:
    """`wanted` if it goes with the data and the kind of task, else the usual one."""
    if data.kind == "regression":
        return wanted if wanted in losses_for(data) else "mse"
    usual = "binary_cross_entropy" if data.outputs == 1 else "cross_entropy"
    return wanted if wanted in losses_for(data) and LOSSES[wanted].task == "classification" else usual


@lru_cache(maxsize=16)
def _made(spec: DataSpec, seed: int) -> Data:
    return make_data(spec, seed)


def usual_spec(key: str, before: DataSpec) -> DataSpec:
    """A newly chosen dataset: its own usual noise, and the number of points and shares as they were."""
    noise = DATASETS[key].usual_noise if key != FORMULA else 0.1
    return replace(before, dataset=key, noise=noise)
