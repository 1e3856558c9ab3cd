"""Two runs of training side by side, in words: which is better on unseen data, by how much, and what differs.

Losses are compared only where both are the same loss of the same validation points in the same units; accuracy and R²
also between runs that were trained by different losses.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from gdsim.app.tabs.train.experiment import Experiment, Setting
from gdsim.app.tabs.train.ghosts import Ghost
from gdsim.app.widgets.figures import format_number
from gdsim.core.datasets import DATASETS, FORMULA, Data
from gdsim.core.network import ACTIVATIONS, INITIALIZERS, LOSSES
from gdsim.core.params import params_of

THIS_RUN = "this run"


@dataclass(frozen=True)
class GhostLine:
    """One ghost beside the run under way.

    `differs` is empty where nothing does, `score_text` without a score.  `brief` says which is better and by how much
    in a few words, and is empty where that can't be said; `settings` is all that was chosen for the ghost.
    """

    label: str
    step: int
    training_loss: float
    validation_loss: float
    score: float
    differs: str
    verdict: str
    score_text: str = ""
    brief: str = ""
    settings: str = ""
    style: int = 0


def comparison(ghost: Ghost, now: Ghost) -> GhostLine:
    """A ghost beside the run under way, itself described as a Ghost."""
    differs = differences(now.experiment, now.step, ghost.experiment, ghost.step)
    return GhostLine(
        ghost.label, ghost.step, ghost.training_loss, ghost.validation_loss, ghost.score, "; ".join(differs),
        better(ghost, now), score_words(ghost), brief(ghost, now), settings_words(ghost.experiment, ghost.step),
        ghost.style,
    )  # fmt: skip


# Which is better


def better(ghost: Ghost, now: Ghost) -> str:
    """Which of the two does better on validation points and by how much, if that can be said at all."""
    one, other = ghost.experiment, now.experiment
    if not (one.data.validation.any() and other.data.validation.any()):
        return "Without validation points it can't be said which is better on unseen data."
    if not _same_points(one.data, other.data):
        return "Measured on other validation points, so it can't be said which is better."
    if _same_units(one, other):
        return _by_loss(ghost, now)
    what = "scales of the values" if one.net.loss == other.net.loss else "losses"
    return f"Trained by different {what}; {_by_score(ghost, now)}"


def brief(ghost: Ghost, now: Ghost) -> str:
    """What `better` says in a few words, beside a table of the numbers; empty where it can't be said."""
    one, other = ghost.experiment, now.experiment
    if not one.data.validation.any() or not _same_points(one.data, other.data):
        return ""
    by_loss = _same_units(one, other)
    first, second = (ghost.validation_loss, now.validation_loss) if by_loss else (-ghost.score, -now.score)
    if math.isnan(first) or math.isnan(second):
        return ""
    if first == second:
        return "Both are equally good on validation data."
    name, _, low, high = _ordered(ghost.label, first, second)
    if by_loss:
        how = f"validation loss lower {_by(low, high)}"
    elif _classes(ghost):
        how = f"validation accuracy higher by {100 * (high - low):.1f} points"
    else:
        how = f"R² on validation data higher by {format_number(high - low, 2)}"
    return f"{name} is better: {how}."


def comparable(one: Experiment, other: Experiment) -> bool:
    """Whether the losses of two runs are the same measure of the same validation points, and belong in one chart."""
    return _same_points(one.data, other.data) and _same_units(one, other)


def _by_loss(ghost: Ghost, now: Ghost) -> str:
    one, other = ghost.validation_loss, now.validation_loss
    if math.isnan(one) or math.isnan(other):
        return "One of the two has no finite validation loss."
    if one == other:
        return "Both are equally good on validation data."
    first, second, low, high = _ordered(ghost.label, one, other)
    return (
        f"{first} is better than {second} on validation data {_by(low, high)}: "
        f"loss {format_number(low)} against {format_number(high)}."
    )


def _by_score(ghost: Ghost, now: Ghost) -> str:
    """By accuracy or R², of which more is better."""
    one, other = ghost.score, now.score
    name = "accuracy" if _classes(ghost) else "R²"
    if math.isnan(one) or math.isnan(other):
        return "so it can't be said which is better."
    if one == other:
        return f"by {name} on validation data both are equally good."
    _, first, low, high = _ordered(ghost.label, one, other)
    words = [f"{100 * value:.1f} %" if _classes(ghost) else format_number(value) for value in (high, low)]
    return f"by {name} on validation data {first} is better: {words[0]} against {words[1]}."


def _ordered(label: str, ghost: float, now: float) -> tuple[str, str, float, float]:
    """Names and numbers of two runs, the one with the lower number first."""
    if ghost < now:
        return label, THIS_RUN, ghost, now
    return THIS_RUN[:1].upper() + THIS_RUN[1:], label, now, ghost


def _by(low: float, high: float) -> str:
    """How much lower the one is than the other."""
    share = (high - low) / high if high > 0 and math.isfinite(high) else 1.0
    if share < 0.001:
        return "by less than 0.1 %"
    if share >= 0.995:  # "by 100 %" would say that nothing is left
        return "by far"
    return f"by {100 * share:.1f} %" if share < 0.1 else f"by {100 * share:.0f} %"


def _same_points(one: Data, other: Data) -> bool:
    """Whether the same points are held out, in the same order; those trained on may differ."""
    if one is other:
        return True
    held, others = one.validation_set, other.validation_set
    return (
        one.kind == other.kind and np.array_equal(held.inputs, others.inputs)
        and np.array_equal(held.targets, others.targets)
    )  # fmt: skip


def _same_units(one: Experiment, other: Experiment) -> bool:
    """Whether the losses are the same measure: values that are scaled by other training points are not."""
    if one.net.loss != other.net.loss:
        return False
    if one.data.kind == "classification" or not (one.scaled or other.scaled):
        return True
    return one.scaled == other.scaled and one.data == other.data


def _classes(ghost: Ghost) -> bool:
    return ghost.experiment.data.kind == "classification"


def score_words(ghost: Ghost) -> str:
    """Accuracy or R² on validation points, empty without any."""
    if math.isnan(ghost.score):
        return ""
    return f"accuracy {100 * ghost.score:.1f} %" if _classes(ghost) else f"R² {format_number(ghost.score)}"


# What differs


def differences(one: Experiment, one_step: int, other: Experiment, other_step: int) -> tuple[str, ...]:
    """In what the other differs from the one, each as a few words: "hidden layers 32 · 32 (now 8)"."""
    other_task = (one.data.kind, one.data.dim) != (other.data.kind, other.data.dim)
    found = [
        words
        for now, then in zip(_described(one, one_step), _described(other, other_step), strict=True)
        if not (other_task and then[0][0] in _OF_THE_DATA)
        for words in _group_differences(now, then)
    ]
    if one.data != other.data and _data(one) == _data(other):
        found.append("other points")
    in_force = [replace(run.setting_at(step), step=0) for run, step in ((one, one_step), (other, other_step))]
    if in_force[0] == in_force[1] and _history(one, one_step) != _history(other, other_step):
        found.append("settings changed on the way")
    if _edits(one, one_step) != _edits(other, other_step):
        found.append("weights set by hand")
    if one_step != other_step:
        found.append(_changed("step", str(other_step), str(one_step)))
    return tuple(found)


def settings_words(experiment: Experiment, step: int) -> str:
    """All that was chosen, as it was in force at a step, a line for each group."""
    groups = (" · ".join(f"{name} {value}".strip() for name, value in group) for group in _described(experiment, step))
    return "\n".join(groups)


_OF_THE_DATA = ("features", "loss")
"""What other data bring with them."""

Named = tuple[tuple[str, str], ...]
"""Names and values, in the words of the controls; the first says of which kind the others are."""


def _group_differences(now: Named, then: Named) -> list[str]:
    """Of two things of different kinds only what both have is compared, of data not even that."""
    values, others = dict(then), dict(now)
    if now[0] == then[0]:
        names = list(dict.fromkeys(name for name, _ in (*then, *now)))
    elif then[0][0] == "data":
        names = ["data"]
    else:
        names = [name for name, _ in then if name in others]
    return [
        _changed(name, values.get(name, ""), others.get(name, ""))
        for name in names
        if values.get(name, "") != others.get(name, "")
    ]


def _changed(name: str, then: str, now: str) -> str:
    if not then:
        return f"no {name[0].lower() + name[1:] if name[1:2].islower() else name} (now {now})"
    return f"{name} {then} (now {now or 'none'})"


def _described(experiment: Experiment, step: int) -> tuple[Named, ...]:
    """Everything that was chosen, by groups."""
    setting = experiment.setting_at(step)
    scaling = ("scaling", "on" if experiment.scaled else "off")
    return _data(experiment), (scaling,), *_net(experiment), _optimizer(setting), _schedule(setting), _rest(setting)


def _data(experiment: Experiment) -> Named:
    if experiment.own is not None:
        return ("data", experiment.name or "own points"), ("points", str(len(experiment.own)))
    spec = experiment.spec
    title = spec.formula if spec.dataset == FORMULA else DATASETS[spec.dataset].title
    found = [("data", title), ("points", str(spec.n)), ("noise", format_number(spec.noise, trim=True))]
    found += [
        (name.replace("_", " "), f"{100 * getattr(spec, name):.4g} %")
        for name in ("wrong_labels", "outliers")
        if getattr(spec, name)
    ]
    return (
        *found, ("validation share", f"{100 * spec.validation_share:.4g} %"), ("data seed", str(experiment.data_seed)),
    )  # fmt: skip


def _net(experiment: Experiment) -> tuple[Named, ...]:
    net = experiment.net
    return tuple((pair,) for pair in (
        ("features", ", ".join(net.features)),
        ("hidden layers", " · ".join(map(str, net.hidden)) or "none"),
        ("activation", ACTIVATIONS[net.activation].title),
        ("start weights", INITIALIZERS[net.initializer].title),
        ("seed of the weights", str(net.seed)),
        ("loss", LOSSES[net.loss].title),
    ))  # fmt: skip


def _optimizer(setting: Setting) -> Named:
    return ("optimizer", setting.optimizer.title), *_values(setting.optimizer)


def _schedule(setting: Setting) -> Named:
    values = ", ".join(f"{name} {value}" for name, value in _values(setting.schedule))
    return (("schedule", f"{setting.schedule.title.lower()}{f' ({values})' if values else ''}"),)


def _rest(setting: Setting) -> Named:
    """Batch and regularizers."""
    batch = f"of {setting.batch_size}" if setting.batch_size else "of all points"
    held_back = tuple(
        (regularizer.title, ", ".join(value for _, value in _values(regularizer)))
        for regularizer in setting.regularizers
    )  # fmt: skip
    return ("regularization", ""), ("batch", batch), *held_back


def _values(instance: object) -> Named:
    return tuple(
        (spec.title, format_number(float(getattr(instance, spec.name)), trim=True)) for spec in params_of(instance)
    )


def _history(experiment: Experiment, step: int) -> tuple[Setting, ...]:
    """The settings up to a step."""
    return tuple(setting for setting in experiment.plan if setting.step <= step)


def _edits(experiment: Experiment, step: int) -> tuple[object, ...]:
    return tuple(edit for edit in experiment.edits if edit.step <= step)
