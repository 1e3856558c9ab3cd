"""Trains a network: steps that are pulled, a history for charts, and a way back to every step."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gdsim.core.autodiff import trees
from gdsim.core.network import LOSSES, MLP
from gdsim.core.optimizers import OPTIMIZERS, Optimizer
from gdsim.core.schedules import Schedule

from . import programs
from .checkpoints import Checkpoint
from .engine import Engine
from .evaluation import DataSet
from .history import History
from .memo import Memo
from .observer import Observer
from .settings import Settings
from .stop import Stop, StopReason
from .timeline import Timeline

Array = NDArray[np.float64]


class Trainer:
    """Trains `network` on inputs (n, d) and targets (n, k), from `parameters` or from weights drawn by `initializer`.

    `rng` gives the seed of everything that is drawn (none: seed 0).  `validation` is a pair of inputs and targets.
    The objective is the loss plus l1·Σ|w| + (l2/2)·Σw² over the weights; `weight_decay` shrinks the weights by the
    share rate·decay in each step beside it (AdamW has such a decay of its own: the two add up).  `classes` says
    whether the score is accuracy or R²; by default the loss's task does.
    Raises ValueError, in a sentence, for data that do not fit, and for settings out of range.
    """

    def __init__(
        self,
        network: MLP,
        inputs: ArrayLike,
        targets: ArrayLike,
        loss: str = "mse",
        optimizer: Optimizer | None = None,
        l1: float = 0.0,
        l2: float = 0.0,
        dropout: float = 0.0,
        weight_decay: float = 0.0,
        batch_size: int | None = None,
        validation: tuple[ArrayLike, ArrayLike] | None = None,
        parameters: ArrayLike | None = None,
        schedule: Schedule | None = None,
        initializer: str = "xavier",
        patience: int | None = None,
        rng: np.random.Generator | None = None,
        classes: bool | None = None,
    ) -> None:
        self.network = network
        self.loss_entry = LOSSES[loss]
        self.classes = self.loss_entry.task == "classification" if classes is None else classes
        self.training = DataSet(network, loss, self.classes, inputs, targets, "Training data")
        self.validation: DataSet | None = None
        if validation is not None:
            self.validation = DataSet(network, loss, self.classes, *validation, "Validation data")
        settings = Settings(
            OPTIMIZERS["gd"](lr=0.1) if optimizer is None else optimizer,
            l1, l2, weight_decay, dropout, batch_size, schedule, patience,
        )  # fmt: skip
        self._check(settings)
        rng = np.random.default_rng(0) if rng is None else rng
        seed = int(rng.integers(2**63))
        start = network.initialize(rng, initializer) if parameters is None else self._checked(parameters)
        engine = Engine(network, loss, self.training.columns, self.training.rows, seed, start)
        batch = settings.batch_size or self.training.points
        self._observer = Observer(network, self.training, self.validation, batch)
        self._timeline = Timeline(engine, self._observer, settings)

    # -- what there is to see -----------------------------------------------------------------------------------
    @property
    def settings(self) -> Settings:
        """What is in force for the next step."""
        return self._timeline.settings

    @property
    def plan(self) -> tuple[tuple[int, Settings], ...]:
        """The settings by the step from which they hold, those beyond the present step included."""
        return self._timeline.plan

    @property
    def parameters(self) -> Array:
        """The present parameters, a copy."""
        return self._timeline.engine.parameters.copy()

    @property
    def state(self) -> Any:
        """The optimizer's memory, a copy."""
        return self._timeline.engine.snapshot()

    @property
    def gradient(self) -> Array:
        """The gradient of the objective that the next step will follow, on its batch, penalty included."""
        for _ in self._timeline.engine.differentiating(self.step):
            pass
        return self._timeline.engine.objective_gradient()

    @property
    def step(self) -> int:
        """Gradient steps behind the present parameters."""
        return self._timeline.step

    @property
    def furthest(self) -> int:
        """The last step that was reached; going back and up to it again changes nothing."""
        return self._timeline.furthest

    @property
    def epoch(self) -> float:
        """Passes through the training points so far; whole at the end of each."""
        return self._timeline.epoch

    @property
    def epoch_steps(self) -> int:
        """Steps that make an epoch."""
        return self._timeline.engine.epoch_steps

    @property
    def steps_to_epoch(self) -> int:
        """Steps from here to the end of the epoch."""
        return self.epoch_steps - (self.step - self._timeline.segment.epoch_start) % self.epoch_steps

    @property
    def learning_rate(self) -> float:
        """The rate of the next step, the schedule's factor included."""
        return self.settings.rate(self.step)

    @property
    def loss(self) -> float:
        """The mean loss on all training points, without penalty and without dropout."""
        return self._observer.measured(self._timeline)[0].loss

    @property
    def penalty(self) -> float:
        """l1·Σ|w| + (l2/2)·Σw² over the weights, at the present strengths."""
        return self._timeline.penalty_of(self._timeline.engine.parameters)

    @property
    def validation_loss(self) -> float:
        """The mean loss on the validation points; nan without any."""
        return self._observer.measured(self._timeline)[1].loss

    @property
    def score(self) -> float:
        """Accuracy (a share) or R² on the training points."""
        return self._observer.measured(self._timeline)[0].score

    @property
    def validation_score(self) -> float:
        return self._observer.measured(self._timeline)[1].score

    @property
    def accuracy(self) -> float:
        """The share of training points that are classed rightly; nan for regression."""
        return self.score if self.classes else math.nan

    @property
    def r2(self) -> float:
        """1 − Σ(error²)/Σ(deviation from the mean²) on the training points; nan for classification."""
        return math.nan if self.classes else self.score

    @property
    def history(self) -> History:
        """Columns for charts, up to `furthest`."""
        return self._observer.history

    @property
    def stop(self) -> Stop | None:
        """The stop that holds at the present step."""
        return self._timeline.stop

    @property
    def stop_reason(self) -> StopReason | None:
        return None if self.stop is None else self.stop.reason

    @property
    def explanation(self) -> str:
        """Why it stopped, in a sentence with its numbers; empty while it has not."""
        return "" if self.stop is None else self.stop.explanation

    @property
    def best(self) -> tuple[int, float] | None:
        """The step up to now at which the validation loss was lowest where it was looked at, and that loss."""
        return self._observer.best(self.step)

    def predict(self, inputs: ArrayLike) -> Array:
        """Predictions (n, k) for inputs (n, d): outputs, or probabilities where the loss is an entropy."""
        with np.errstate(all="ignore"):
            prediction: Array = self.loss_entry.link(self.outputs(inputs))
        return prediction

    def outputs(self, inputs: ArrayLike) -> Array:
        """Outputs (n, k) for inputs (n, d): logits where the loss is an entropy."""
        return programs.responses(self.network, self._timeline.engine.parameters, inputs, last_only=True)[0]

    def responses(self, inputs: ArrayLike) -> list[Array]:
        """What every neuron of each layer answers, arrays (n, width), the outputs being the last; without dropout."""
        return programs.responses(self.network, self._timeline.engine.parameters, inputs)

    def dropped(self) -> Array | None:
        """The dropout mask (hidden units, points of the batch) that the next step will use; None without dropout."""
        return self._timeline.engine.dropped(self.step)

    # -- going on and back --------------------------------------------------------------------------------------
    def advance(self, n: int = 1) -> None:
        """Make n steps, fewer when it stops."""
        for _ in self.pieces(n):
            pass

    def pieces(self, n: int | None = None) -> Iterator[None]:
        """Make n steps (None: until it stops), in pieces of a few milliseconds: one a pull.

        Large steps are several pieces; until the last of them nothing has changed.  Settings may be changed and other
        steps sought between pulls.
        """
        return self._timeline.forward(None if n is None else self.step + n)

    def seek(self, step: int) -> None:
        """Go to another step, back or forward; it is as it was there, to the last bit."""
        for _ in self.seeking(step):
            pass

    def seeking(self, step: int) -> Iterator[None]:
        """`seek` in pieces.  In between, and when given up, it is at a true step on the way."""
        return self._timeline.seeking(step)

    def back(self, n: int = 1) -> None:
        """Go n steps back."""
        self.seek(self.step - n)

    def restore_best(self) -> None:
        """Go back to the step of the lowest validation loss; without validation data it stays."""
        if self.best is not None:
            self.seek(self.best[0])

    # -- changing course ----------------------------------------------------------------------------------------
    def set(self, **changes: Any) -> None:
        """Change settings (fields of `Settings`) from the next step on; what was trained beyond it is forgotten.

        The optimizer's memory stays unless it is of another kind.  Raises ValueError, in a sentence, for what is out
        of range; nothing is changed then.
        """
        settings = replace(self.settings, **changes)
        if settings != self.settings:
            self._check(settings)
            self._timeline.branch(settings)

    def place(self, parameters: ArrayLike) -> None:
        """Put other parameters (flat) in place at the present step; the optimizer's memory starts anew."""
        self._timeline.branch(self.settings, self._checked(parameters))

    # -- taking up again ----------------------------------------------------------------------------------------
    def memo(self) -> Memo:
        """What another Trainer of the same description needs to be where this one is."""
        timeline, observer, step = self._timeline, self._observer, self.step
        improvements = np.array(observer.improvements(step), dtype=np.float64).reshape(-1, 2)
        return Memo(
            step, self.parameters, tuple(trees.leaves(self.state)), observer.history.rows(step), improvements,
            timeline.placed,
        )  # fmt: skip

    def resume(self, memo: Memo, changes: Sequence[tuple[int, Mapping[str, Any]]] = ()) -> None:
        """Be where a Trainer of the same network, data, seed and first settings was, without making its steps.

        `changes` are the later settings (fields of `Settings`) by step, in order.  Going on and going back give the
        same as there, to the last bit.  Raises ValueError, in a sentence, for a memo that does not fit.
        """
        placed = dict(memo.placed)
        settings, later = self._timeline.settings, []
        for step in sorted({step for step, _ in changes} | set(placed)):
            for _, given in (change for change in changes if change[0] == step):
                settings = replace(settings, **given)
            if 0 < step <= memo.step:
                self._check(settings)
                later.append((step, settings, placed.get(step)))
        parameters = self._checked(memo.parameters)
        leaves = [np.array(leaf, np.float64) if np.ndim(leaf) else float(leaf) for leaf in memo.memory]
        fresh = (later[-1][1] if later else self._timeline.settings).optimizer.init(parameters)
        shapes = [np.shape(leaf) for leaf in trees.leaves(fresh)]
        if [np.shape(leaf) for leaf in leaves] != shapes:
            raise ValueError("this is not the memory of that optimizer")
        memory = trees.rebuild(fresh, iter(leaves))
        found = [(int(step), float(loss)) for step, loss in memo.improvements]
        self._timeline.resume(Checkpoint(memo.step, parameters, memory), later, np.array(memo.records), found)

    def _check(self, settings: Settings) -> None:
        points = self.training.points
        if settings.batch_size is not None and settings.batch_size > points:
            raise ValueError(f"a batch of {settings.batch_size} is larger than the {points} training points")
        if settings.patience is not None and self.validation is None:
            raise ValueError("early stopping watches the validation loss, and there are no validation data")

    def _checked(self, parameters: ArrayLike) -> Array:
        vector = np.array(parameters, np.float64).ravel()
        if vector.size != self.network.parameter_count:
            raise ValueError(f"the network has {self.network.parameter_count} parameters, not {vector.size}")
        if not np.isfinite(vector).all():
            raise ValueError("parameters have to be finite numbers")
        return vector
