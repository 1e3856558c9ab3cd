"""What the controls of Train say of the data, in sentences."""

from __future__ import annotations

import numpy as np

from gdsim.app.tabs.train.experiment import Experiment
from gdsim.app.tabs.train.scene import Scene
from gdsim.app.widgets.figures import format_number
from gdsim.core.csv_table import SAMPLES
from gdsim.core.datasets import FORMULA, Data

_LARGE = 20.0  # beyond it the saturated units are many, and the curvature is in the hundreds


def about_words(experiment: Experiment) -> str:
    """What the data are; of a typed formula nothing, since it stands below."""
    if experiment.own is None:
        return "" if experiment.spec.dataset == FORMULA else experiment.entry.about
    sample = next((sample for sample in SAMPLES.values() if sample.title == experiment.name), None)
    if sample is not None:
        return sample.about
    data = experiment.own
    return f"{data.target_name} from {listed(data.input_names)}: points of your own, which no setting makes again."


def counts_words(data: Data) -> str:
    """How many points there are, and of what kinds."""
    held_out = int(data.validation.sum())
    training = len(data) - held_out
    parts = [f"{training:,} training {'point' if training == 1 else 'points'}"]
    parts.append(f"{held_out:,} held out for validation" if held_out else "none held out for validation")
    for mark, one, many in ((data.wrong, "wrong label", "wrong labels"), (data.outlier, "outlier", "outliers")):
        count = int(mark.sum())
        if count:
            parts.append(f"{count:,} {one if count == 1 else many}")
    text = ", ".join(parts) + "."
    if data.classes:
        counts = zip(data.class_names, data.training_set.class_counts, strict=True)
        empty = [name for name, count in counts if not count]
        if empty:
            text += f" No training point is of class {listed(empty)}."
    return text


def scaling_words(experiment: Experiment) -> str:
    """What standardizing does, or would do."""
    values = " and the values" if experiment.data.kind == "regression" else ""
    if experiment.scaled:
        return (
            f"On: the network is given features{values} less their mean, divided by their deviation on the training "
            "points. Weights are shown in both units."
        )
    return f"Off: the features{values} go into the network as they are."


def warnings_of(scene: Scene) -> tuple[str, ...]:
    """What about the points stands in the way of training."""
    found = list(scene.preparation.sentences(scene.data)) if scene.preparation.scaled else _constant(scene)
    if not scene.preparation.scaled:
        columns = np.abs(scene.preparation.features.apply(scene.data.training_set.inputs)).max(axis=0)
        worst = int(columns.argmax())
        if columns[worst] > _LARGE:
            name = scene.preparation.features.names[worst]
            found.append(
                f"{name} reaches {format_number(columns[worst], trim=True)}. On features as large as this training is "
                "slow or diverges; standardizing helps."
            )
    return tuple(found)


def _constant(scene: Scene) -> list[str]:
    columns = scene.preparation.features.apply(scene.data.training_set.inputs)
    names = [
        name for name, column in zip(scene.preparation.features.names, columns.T, strict=True)
        if np.all(column == column[0])
    ]  # fmt: skip
    if not names:
        return []
    verb = "has" if len(names) == 1 else "have"
    return [f"{listed(names)} {verb} the same value at every training point, so nothing can be learned from it."]


def listed(names: tuple[str, ...] | list[str]) -> str:
    """a, b and c."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
