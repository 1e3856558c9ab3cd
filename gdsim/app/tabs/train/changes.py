"""Changing what is trained: data and network begin anew, everything else applies from the next step."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from PySide6.QtCore import QObject

from gdsim.app.tabs.train.anew import anew_words
from gdsim.app.tabs.train.experiment import Experiment, check_drawable, usual_spec
from gdsim.app.tabs.train.ghosts import Ghost
from gdsim.app.tabs.train.state import LAST_RUN, Moment, ghost_of
from gdsim.app.tabs.train.steps import TrainSteps
from gdsim.app.tabs.train.training import Training, begun, place_edits, settings_of, taken_up
from gdsim.app.ticker import Ticker
from gdsim.core.datasets import FORMULA, Data, DataSpec, formula_dataset
from gdsim.core.expression import ParseError
from gdsim.core.network import Regularizer
from gdsim.core.numerals import in_words
from gdsim.core.optimizers import OPTIMIZERS, Optimizer
from gdsim.core.schedules import Schedule

_SPLIT = 3  # the stream of random numbers for splitting, as for generated points
_CHANGED = ", changed by hand"
_RECENT = 4  # runs kept whole, so that undo and redo are quick
_TYPING = "formula"


class TrainChanges(TrainSteps):
    """What cannot be done is refused in a sentence (`refused`), and nothing changes."""

    def __init__(self, ticker: Ticker | None, clock: Callable[[], float], parent: QObject | None) -> None:
        super().__init__(ticker, clock, parent)
        self._recent = [self._training]

    def reset(self, announce: bool = True) -> None:
        """Back to the same start weights with the settings of now; the run so far stays as the ghost."""
        if self.count or self.experiment.edits:
            self._restart(self.experiment.restarted_at(self.index), "", announce)

    # Data: begins anew

    def set_dataset(self, key: str) -> None:
        """A dataset of the gallery with its own usual noise, or FORMULA."""
        if key != self.experiment.spec.dataset or self.experiment.own is not None:
            spec = usual_spec(key, self.experiment.spec)
            self.set_data(replace(spec, formula=spec.formula or "x*sin(x)/2") if key == FORMULA else spec)

    def set_data(self, spec: DataSpec, name: str = "data") -> None:
        """Other points, noise, labels or split."""
        if spec != self.experiment.spec or self.experiment.own is not None:
            self._restart_with(lambda: self.experiment.with_spec(spec, self.index), name)

    def check_formula(self, text: str) -> ParseError | ValueError | None:
        """What is wrong with `text` as a curve to learn, if anything; nothing is changed."""
        spec = self.experiment.spec
        try:
            formula_dataset(text, ((spec.low, spec.high),))
        except (ParseError, ValueError) as error:
            return error
        return None

    def set_formula(self, text: str) -> ParseError | ValueError | None:
        """Learn a typed formula; what cannot be used is returned and changes nothing."""
        error = self.check_formula(text)
        if error is None and (text != self.experiment.spec.formula or self.experiment.spec.dataset != FORMULA):
            self.set_data(replace(self.experiment.spec, dataset=FORMULA, formula=text), _TYPING)
        return error

    def finish_formula(self) -> None:
        """The formula is typed to its end: the next one is undone by itself."""
        self._history.interrupt()

    def set_data_seed(self, seed: int) -> None:
        """Other points of the same kind; of points of one's own, others are held out."""
        if self.experiment.own is None:
            self._restart_with(lambda: self.experiment.with_spec(self.experiment.spec, self.index, seed), "data seed")
        else:
            self.split_own(self.experiment.spec.validation_share, seed)

    def split_own(self, share: float, seed: int | None = None) -> None:
        """Hold out another share of one's own points, or others of them."""
        before = self.experiment
        seed = before.data_seed if seed is None else seed

        def split() -> Experiment:
            data = before.data.split(share, np.random.default_rng([seed, _SPLIT]))
            spec = replace(before.spec, validation_share=share)
            return replace(before.with_own(data, before.name, self.index), spec=spec, data_seed=seed)

        self._restart_with(split, "split")

    def load_data(self, data: Data, name: str) -> None:
        """Points of a table.  What there is no picture of is refused."""
        try:
            check_drawable(data)
        except ValueError as error:
            self._refuse(error)
            return
        self._restart_with(lambda: self.experiment.with_own(data, name, self.index), "")

    def add_point(self, inputs: tuple[float, ...], target: float, validation: bool = False) -> None:
        """One more point; `target` is a value, or the number of a class."""
        self._edit_data(lambda data: data.with_point(inputs, target, validation), "add points")

    def move_point(self, index: int, inputs: tuple[float, ...], target: float | None = None) -> None:
        """A point elsewhere; without `target` it keeps its value or class.  Inputs that are not given stay."""
        row = (*inputs, *self.data.inputs[index, len(inputs) :])
        self._edit_data(lambda data: data.moved(index, row, target), f"move {index}")

    def remove_point(self, index: int) -> None:
        self._edit_data(lambda data: data.without(index), "remove points")

    def set_scaled(self, scaled: bool) -> None:
        """Standardize features and values by the training points, or train on them as they are."""
        self._restart(replace(self.experiment.restarted_at(self.index), scaled=scaled), "scaling")

    # The network: begins anew

    def set_net(self, name: str = "", **changes: Any) -> None:
        """Other fields of `Net`; changes in a row with the same `name` are undone as one."""
        if any(getattr(self.experiment.net, key) != value for key, value in changes.items()):
            self._restart_with(lambda: self._with_net(changes), name)

    def set_hidden(self, widths: tuple[int, ...]) -> None:
        self.set_net("hidden layers", hidden=tuple(widths))

    def add_layer(self, position: int) -> None:
        """A hidden layer before the `position`-th, as wide as its neighbour."""
        hidden = self.experiment.net.hidden
        width = hidden[min(position, len(hidden) - 1)] if hidden else 4
        self.set_net(hidden=(*hidden[:position], width, *hidden[position:]))

    def remove_layer(self, position: int) -> None:
        hidden = self.experiment.net.hidden
        self.set_net(hidden=hidden[:position] + hidden[position + 1 :])

    def change_width(self, layer: int, by: int) -> None:
        """Units added to a hidden layer, or taken from it."""
        hidden = list(self.experiment.net.hidden)
        hidden[layer] += by
        self.set_net("units", hidden=tuple(hidden))

    def set_weight_seed(self, seed: int) -> None:
        """Other start weights."""
        self.set_net("seed", seed=seed)

    # What applies from the next step

    def retreat(self) -> None:
        """After divergence: back to where training was sound, with a rate that holds; undone as one."""
        stop = self.trainer.stop
        if stop is None or stop.sound_step is None:
            return
        moment, rate = self._moment(), stop.suggested_rate
        self._interrupt()
        self.trainer.seek(stop.sound_step)
        words = "" if rate is None else f" with the learning rate {in_words(rate)}"
        self.announced.emit(f"Back at step {stop.sound_step}{words}. Ctrl+Z brings the run that diverged back.")
        if rate is not None:
            setting = replace(self.setting, optimizer=replace(self.optimizer, lr=rate))
            experiment = self.experiment.changed_from(self.index, optimizer=setting.optimizer)
            self.trainer.set(**settings_of(setting, self.trainer.training.points))
            self._follow(experiment, moment, "")
        else:
            self._history.remember(moment, "")
            self.changed.emit()

    def choose_optimizer(self, key: str) -> None:
        """Another kind of optimizer, which takes over the rate unless its own is of another size."""
        kind = OPTIMIZERS[key]
        own = kind().lr
        self.set_optimizer(kind() if own >= 0.5 or self.optimizer.lr >= 0.5 else kind(lr=self.optimizer.lr))

    def set_optimizer(self, optimizer: Optimizer) -> None:
        self._set(f"optimizer {optimizer.key}", optimizer=optimizer)

    def set_schedule(self, schedule: Schedule) -> None:
        self._set(f"schedule {schedule.key}", schedule=schedule)

    def set_batch_size(self, size: int) -> None:
        """Points in a step; 0 takes all.  Raises ValueError, in a sentence, for more than there are."""
        points = self.trainer.training.points
        if not 0 <= size <= points:
            raise ValueError(largest_batch(points))
        self._set("batch", batch_size=0 if size == points else size)

    def set_regularizer(self, regularizer: Regularizer) -> None:
        """Switch a regularizer on, or change its strength."""
        self._set(f"regularizer {regularizer.key}", regularizers=self.setting.with_regularizer(regularizer))

    def set_regularizers(self, regularizers: tuple[Regularizer, ...]) -> None:
        """These in place of all that are in force."""
        self._set("", regularizers=regularizers)

    def drop_regularizer(self, key: str) -> None:
        self._set("", regularizers=tuple(one for one in self.setting.regularizers if one.key != key))

    def set_weight(self, layer: int, i: int, j: int, value: float) -> None:
        """A weight by hand, from unit i of the layer before to unit j."""
        place = self.trainer.network.layers[layer]
        self._edit(place.weights.start + i * place.outputs + j, value)

    def set_bias(self, layer: int, j: int, value: float) -> None:
        self._edit(self.trainer.network.layers[layer].biases.start + j, value)

    def select(self, weight: tuple[int, int, int] | None) -> None:
        """Choose a weight on the diagram."""
        self.selected = weight
        self.changed.emit()

    # How it is done

    def _set(self, name: str, **changes: Any) -> None:
        """From the next step on, without a reset."""
        if all(getattr(self.setting, key) == value for key, value in changes.items()):
            return
        self._interrupt()
        experiment = self.experiment.changed_from(self.index, **changes)
        moment = self._moment()
        self._fork()
        try:
            self.trainer.set(**settings_of(experiment.setting_at(self.index), self.trainer.training.points))
        except ValueError as error:
            self._refuse(error)
        else:
            self._follow(experiment, moment, name)

    def _edit(self, index: int, value: float) -> None:
        """One parameter by hand, from where training goes on."""
        self._interrupt()
        experiment = self.experiment.edited_at(self.index, index, value)
        moment = self._moment()
        self._fork()
        place_edits(self.trainer, [edit for edit in experiment.edits if edit.step == self.index])
        self._follow(experiment, moment, f"parameter {index}")

    def _fork(self) -> None:
        """Before a change at a step that was left behind: what lies beyond stays whole, as a run of its own."""
        beyond = self.count - self.index
        if beyond <= 0:
            return
        whole = self._training
        self._enter(taken_up(whole.experiment, self.trainer.memo(), whole.scene))
        self._beside(self._keeping_whole(whole))
        steps = "step" if beyond == 1 else "steps"
        self.announced.emit(
            f"From step {self.index} on this is another run; the one with {beyond} more {steps} stays as the ghost "
            f"\u201c{LAST_RUN}\u201d, and Ctrl+Z brings it back."
        )

    def _keeping_whole(self, training: Training) -> Iterator[None]:
        """Go to the end of a run that was left, and show it as the last run."""
        index = training.trainer.step
        yield from training.trainer.seeking(training.trainer.furthest)
        self._last_run = ghost_of(training, LAST_RUN)
        yield from training.trainer.seeking(index)

    def _follow(self, experiment: Experiment, moment: Moment, name: str) -> None:
        self._history.remember(moment, name)
        self._training.experiment = experiment
        self.preset = ""
        self.changed.emit()

    def _with_net(self, changes: Mapping[str, Any]) -> Experiment:
        experiment = self.experiment.restarted_at(self.index)
        return replace(experiment, net=replace(experiment.net, **changes))

    def _edit_data(self, change: Callable[[Data], Data], name: str) -> None:
        title = self.experiment.name or (self.experiment.entry.title if self.experiment.entry is not None else "")
        title = title if title.endswith(_CHANGED) else title + _CHANGED
        self._restart_with(lambda: self.experiment.with_own(change(self.data), title, self.index), name)

    def _restart_with(self, change: Callable[[], Experiment], name: str) -> None:
        try:
            experiment = change()
        except ValueError as error:  # a ParseError is one
            self._refuse(error)
        else:
            self._restart(experiment, name)

    def _restart(self, experiment: Experiment, name: str, announce: bool = True) -> None:
        """Begin anew; the run so far stays as a ghost if it had moved.  While it plays, it goes on playing."""
        moment = self._moment()
        try:
            training = begun(_feasible(experiment))
        except ValueError as error:
            self._refuse(error)
            return
        playing, lost = self.playing, len(self.experiment.edits) - len(experiment.edits)
        self._leave()
        self._history.remember(moment, name)
        if self.count:
            kept = next((ghost.label for ghost in self._ghosts if self._is_run_of_now(ghost)), "")
            self._last_run = None if kept else self.as_ghost(LAST_RUN)
            if announce:
                self.announced.emit(anew_words(self.experiment, experiment, self.index, lost, kept or LAST_RUN))
        self.preset, self.selected = "", None
        if experiment.data != self.experiment.data:
            self.story = ""
        self._enter(training)
        self._work(self.trainer.pieces(0))
        self.play(playing)

    def _enter(self, training: Training) -> None:
        self._training = training
        self._recent = [training, *(one for one in self._recent if one is not training)][:_RECENT]

    def _is_run_of_now(self, ghost: Ghost) -> bool:
        """Whether it was kept just where the run under way stands."""
        return (
            ghost.step == self.index == self.count and ghost.experiment == self.experiment
            and np.array_equal(ghost.parameters, self.trainer.parameters)
        )  # fmt: skip

    def _refuse(self, error: ValueError) -> None:
        sentence = str(error)
        self.refused.emit(sentence[:1].upper() + sentence[1:].rstrip(".") + ".")
        self.changed.emit()  # what the controls show goes back to what is true

    def _moment(self) -> Moment:
        experiment, step = self._bound_for or (self.experiment, self.index)
        return Moment(experiment, step, self._ghosts, self._last_run, self.preset, self.story)


def largest_batch(points: int) -> str:
    """How large a batch may be, in a sentence."""
    if points == 1:
        return "There is 1 training point, so a batch has just this one."
    return f"There are {points} training points, so a batch has 1 to {points} of them."


def changed_by_hand(experiment: Experiment) -> bool:
    """Whether its points were moved, added or removed in the picture."""
    return experiment.name.endswith(_CHANGED)


def _feasible(experiment: Experiment) -> Experiment:
    """Without a batch larger than the data, and without early stopping where nothing is held out."""
    setting, data = experiment.plan[0], experiment.data
    if setting.batch_size >= len(data.training_set):
        setting = replace(setting, batch_size=0)
    if not data.validation.any():
        usable = tuple(one for one in setting.regularizers if "patience" not in one.settings)
        setting = replace(setting, regularizers=usable)
    return replace(experiment, plan=(setting, *experiment.plan[1:]))
