"""What the controls of Train say of the data, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gdsim.app.tabs.train.changes import changed_by_hand
from gdsim.app.tabs.train.experiment import Experiment
from gdsim.app.tabs.train.pictures import feature_names
from gdsim.app.tabs.train.scene import Scene
from gdsim.app.widgets.figures import format_number
from gdsim.core.csv_table import SAMPLES
from gdsim.core.datasets import FORMULA, Data

Array = NDArray[np.float64]

_LONGEST_NAME = 20  # letters of a table's name in a heading
_LARGE = 20.0  # beyond it the saturated units are many, and the curvature is in the hundreds


def summary_words(experiment: Experiment) -> str:
    """What the data are and how many points, in a heading."""
    title = experiment.entry.title if experiment.entry is not None else experiment.name or "own points"
    if title[1:2].islower() and experiment.entry is not None:
        title = title[:1].lower() + title[1:]
    if changed_by_hand(experiment):  # in short, and for what it was before it was changed
        title = f"{title[0].lower()}{title.rpartition(', ')[0][1:]}, edited"
    if len(title) > _LONGEST_NAME:
        title = f"{title[: _LONGEST_NAME - 1].rstrip(' ,')}…"
    return f"{title} ({len(experiment.data):,})"


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
    preparation = scene.preparation
    found = list(preparation.sentences(scene.data))
    if not preparation.scaled:
        columns = preparation.features.apply(scene.data.training_set.inputs)
        names = feature_names(scene)
        constant = constant_words(names, columns)
        found = [constant] if constant else []
        sizes = np.abs(columns).max(axis=0)
        worst = int(sizes.argmax())
        if sizes[worst] > _LARGE:
            found.append(
                f"{names[worst]} reaches {format_number(sizes[worst], trim=True)}. On features as large as this "
                "training is slow or diverges; standardizing helps."
            )
    return tuple(found)


def standardizing_helps(scene: Scene) -> bool:
    """Whether a feature is so large, as it goes into the network, that training suffers."""
    columns = scene.preparation.features.apply(scene.data.training_set.inputs)
    return not scene.preparation.scaled and bool(np.abs(columns).max(initial=0.0) > _LARGE)


def constant_words(names: Sequence[str], columns: Array) -> str:
    """Which of the columns (n, d) have the same value at every point; nothing where none has."""
    constant = [name for name, column in zip(names, columns.T, strict=True) if len(column) and np.ptp(column) == 0.0]
    if not constant:
        return ""
    verb = "has" if len(constant) == 1 else "have"
    return f"{listed(constant)} {verb} the same value at every training point, so nothing can be learned from it."


def listed(names: tuple[str, ...] | list[str]) -> str:
    """a, b and c."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
