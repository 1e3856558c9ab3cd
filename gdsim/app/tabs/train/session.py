"""The state of Train and everything that can be done to it; no widget is needed to drive it.

The session is the only writer.  A setting changed while training applies from the next step; other data or another
network begin anew, and the run so far stays as a ghost.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject

from gdsim.app.options import Options
from gdsim.app.tabs.train.anew import in_steps
from gdsim.app.tabs.train.experiment import Experiment, fitting, usual_spec
from gdsim.app.tabs.train.ghosts import MOST_GHOSTS, next_label
from gdsim.app.tabs.train.packed import ghost_from_json, ghost_to_json, memo_from_json, memo_to_json
from gdsim.app.tabs.train.placing import TrainPlacing
from gdsim.app.tabs.train.presets import PRESETS, usual
from gdsim.app.tabs.train.saved import from_json, to_json
from gdsim.app.tabs.train.state import Moment, ghost_of
from gdsim.app.tabs.train.training import Training, begun, following, taken_up
from gdsim.app.ticker import Ticker
from gdsim.core.datasets import FORMULA
from gdsim.core.optimizers import OPTIMIZERS


class TrainSession(TrainPlacing):
    """Trains one experiment, keeps ghosts of earlier runs, and remembers what to undo."""

    def __init__(
        self, ticker: Ticker | None = None, clock: Callable[[], float] = time.perf_counter,
        parent: QObject | None = None,
    ) -> None:  # fmt: skip
        """Without a ticker nothing plays by itself, and long work is done at once."""
        super().__init__(ticker, clock, parent)

    # Ghosts and presets

    def keep_ghost(self) -> None:
        """Keep the run as it stands, to compare with; at most four."""
        if len(self._ghosts) == MOST_GHOSTS:
            self._refuse(ValueError(f"{MOST_GHOSTS} ghosts are kept already: remove one of them first"))
            return
        self._remember("")
        self._ghosts = (*self._ghosts, self.as_ghost(next_label(self._ghosts)))
        self.changed.emit()

    def remove_ghost(self, label: str) -> None:
        """Take a kept ghost away, or the last run's."""
        self._remember("")
        self._ghosts = tuple(ghost for ghost in self._ghosts if ghost.label != label)
        if self._last_run is not None and self._last_run.label == label:
            self._last_run = None
        self.changed.emit()

    def apply_preset(self, key: str) -> None:
        """A scene of the story, at its start; the run that it is to be compared with is trained in the background."""
        self._restart(PRESETS[key].experiment, "", announce=False)
        self._last_run = None
        self._set_scene(key)

    def reset(self) -> None:
        """Back to the same start weights; in a preset that shows another run beside its own, that one stays."""
        preset, beside, before, steps = self.preset, self._last_run, self._training, self.index
        stays = bool(preset and PRESETS[preset].beside)
        super().reset(announce=not stays)
        if self._training is before or not preset:
            return
        if stays:
            self._last_run = beside
            self.announced.emit(f"Back to the start weights. Ctrl+Z brings the run of {in_steps(steps)} back.")
        self._set_scene(preset)

    # Undo, save, restore

    def undo(self) -> None:
        self._show(self._history.undo(self._moment()))

    def redo(self) -> None:
        self._show(self._history.redo(self._moment()))

    def state(self) -> dict[str, Any]:
        """JSON-able: the experiment, the state that training has reached, and the runs that were kept."""
        return {
            "experiment": to_json(replace(self.experiment.until(self.index), speed=self.speed)),
            "memo": memo_to_json(self.trainer.memo()),
            "ghosts": [ghost_to_json(ghost) for ghost in self._ghosts],
            "last_run": None if self._last_run is None else ghost_to_json(self._last_run),
            "preset": self.preset,
            "story": self.story,
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Show what `state` described.  Raises ValueError, in a sentence; nothing is changed then."""
        try:
            experiment, memo = from_json(state["experiment"]), memo_from_json(state["memo"])
            ghosts = tuple(ghost_from_json(ghost) for ghost in state["ghosts"])
            last_run = None if state["last_run"] is None else ghost_from_json(state["last_run"])
            preset, story = str(state["preset"]), str(state.get("story", ""))
        except (KeyError, TypeError) as error:
            raise ValueError(f"this is not a saved state of Train ({error})") from error
        training = taken_up(experiment, memo)
        self._leave()
        self._history.clear()
        self._ghosts, self._last_run = ghosts[:MOST_GHOSTS], last_run
        self._enter(training)
        self.speed = experiment.speed
        self.preset, self.story = (key if key in PRESETS else "" for key in (preset, story))
        self.changed.emit()

    def apply(self, options: Options) -> None:
        """Show what the command line asks for.  Raises ValueError, in a sentence."""
        experiment = self.experiment
        if options.formula is not None:
            spec = replace(usual_spec(FORMULA, experiment.spec), formula=options.formula)
            experiment = fitting(replace(experiment, spec=spec, net=replace(experiment.net, features=("x",))))
        optimizer = OPTIMIZERS[options.optimizer]() if options.optimizer is not None else self.optimizer
        if options.lr is not None:
            optimizer = replace(optimizer, lr=options.lr)
        if options.seed is not None:
            experiment = replace(experiment, net=replace(experiment.net, seed=options.seed), data_seed=options.seed)
        setting = replace(experiment.setting_at(0), optimizer=optimizer)
        self._enter(begun(replace(experiment, plan=(setting,))))
        if self.experiment != usual():
            self.preset = self.story = ""
        self.changed.emit()

    # How it is done

    def _set_scene(self, key: str) -> None:
        """The run of now is at the start of a preset; what it is compared with is trained if it isn't there."""
        preset = PRESETS[key]
        self.preset = self.story = key
        if preset.beside:
            beside = PRESETS[preset.beside]
            label = beside.short or beside.title
            if self._last_run is None or self._last_run.label != label:
                self._last_run = None
                self._beside(self._training_beside(label, beside.experiment, preset.steps))
        self.changed.emit()

    def _training_beside(self, title: str, experiment: Experiment, steps: int) -> Iterator[None]:
        """Train another experiment, and show it as the last run."""
        training = begun(experiment)
        yield from training.trainer.pieces(steps)
        self._last_run = ghost_of(training, title)

    def _remember(self, name: str) -> None:
        self._history.remember(self._moment(), name)

    def _show(self, moment: Moment | None) -> None:
        """What was there before: a run that is still kept, or its steps made again."""
        if moment is None:
            return
        self._leave()
        alike = [run for run in self._recent if run.experiment == moment.experiment]
        kept_run = max(alike, key=_reach, default=None)  # that of now may be the same, begun anew
        experiment = moment.experiment if kept_run else moment.experiment.until(moment.step)
        self._enter(kept_run or begun(experiment))
        self._ghosts, self._last_run = moment.ghosts, moment.last_run
        self.preset, self.story = moment.preset, moment.story
        self.selected = None
        self._work(
            self.trainer.seeking(moment.step) if kept_run else following(self._training, experiment, moment.step),
            bound_for=(experiment, moment.step),
        )


def _reach(run: Training) -> int:
    return run.trainer.furthest
