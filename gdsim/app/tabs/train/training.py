"""From an experiment to a Trainer that has made its steps, and the same again after something was undone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from gdsim.app.tabs.train.experiment import Edit, Experiment, Setting
from gdsim.app.tabs.train.scene import Scene, scene_of
from gdsim.core.trainer import Memo, Trainer

Array = NDArray[np.float64]


@dataclass(eq=False)
class Training:
    """A trainer with the experiment that it follows, and the scene that its pictures are computed in."""

    experiment: Experiment
    scene: Scene
    trainer: Trainer


def begun(experiment: Experiment, scene: Scene | None = None) -> Training:
    """At step 0, in a `scene` of the same data and network if there is one.

    Raises ValueError, in a sentence, for data or settings that cannot be trained with.
    """
    scene = scene_of(experiment) if scene is None else scene
    data, net, preparation = experiment.data, experiment.net, scene.preparation
    training, held_out = data.training_set, data.validation_set
    trainer = Trainer(
        scene.network,
        preparation.network_inputs(training.inputs),
        preparation.network_targets(training.targets),
        loss=net.loss,
        validation=(preparation.network_inputs(held_out.inputs), preparation.network_targets(held_out.targets))
        if len(held_out)
        else None,
        initializer=net.initializer,
        rng=np.random.default_rng(net.seed),
        classes=data.kind == "classification",
        **settings_of(experiment.setting_at(0), len(training)),
    )
    place_edits(trainer, [edit for edit in experiment.edits if edit.step == 0])
    return Training(experiment, scene, trainer)


def settings_of(setting: Setting, points: int) -> dict[str, object]:
    """What `Trainer` and `Trainer.set` take.  All points at once are no batches, however the size was given."""
    batch = setting.batch_size
    held_back = setting.held_back
    return {
        **held_back,
        "patience": int(held_back["patience"]) or None,
        "optimizer": setting.optimizer,
        "schedule": None if setting.schedule.key == "constant" else setting.schedule,
        "batch_size": batch if 0 < batch < points else None,
    }


def place_edits(trainer: Trainer, edits: list[Edit]) -> None:
    """Set parameters by hand at the present step."""
    if edits:
        parameters = trainer.parameters
        for edit in edits:
            parameters[edit.index] = edit.value
        trainer.place(parameters)


def taken_up(experiment: Experiment, memo: Memo, scene: Scene | None = None) -> Training:
    """A run as it stood, without making its steps; what was planned beyond them is no part of it.

    Raises ValueError, in a sentence, when the two do not belong together.
    """
    experiment = experiment.until(memo.step)
    training = begun(experiment, scene)
    points = training.trainer.training.points
    changes = [(found.step, settings_of(found, points)) for found in experiment.plan if found.step]
    training.trainer.resume(memo, changes)
    return training


def following(training: Training, experiment: Experiment, step: int) -> Iterator[None]:
    """Make a run that was just begun follow `experiment` up to `step`, in pieces.

    Its own experiment grows with it: given up on the way, it has no plan that the trainer knows nothing of.
    """
    trainer, points = training.trainer, training.trainer.training.points
    training.experiment = experiment.until(0)
    changes = {found.step for found in chain(experiment.plan, experiment.edits) if 0 < found.step <= step}
    for change in sorted(changes):
        yield from trainer.seeking(change)
        if trainer.step != change:
            return  # it stopped before
        trainer.set(**settings_of(experiment.setting_at(change), points))
        place_edits(trainer, [edit for edit in experiment.edits if edit.step == change])
        training.experiment = experiment.until(change)
    yield from trainer.seeking(step)
