"""Experiments of Train as numbers, texts, lists and dictionaries, and back; the two are inverse to one another."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from gdsim.app.tabs.train.experiment import Edit, Experiment, Net, Setting
from gdsim.core.datasets import Data, DataSpec
from gdsim.core.network import ACTIVATIONS, INITIALIZERS, LOSSES, REGULARIZERS, Regularizer
from gdsim.core.optimizers import OPTIMIZERS, Optimizer
from gdsim.core.params import params_of
from gdsim.core.registry import Registry
from gdsim.core.schedules import SCHEDULES, Schedule

_FASTEST = "as fast as it goes"
_MASKS = ("wrong", "outlier", "validation")


def to_json(experiment: Experiment) -> dict[str, Any]:
    """As numbers, texts, lists and dictionaries."""
    return {
        "data": asdict(experiment.spec),
        "data_seed": experiment.data_seed,
        "own": None if experiment.own is None else _data_to_json(experiment.own),
        "name": experiment.name,
        "net": {**asdict(experiment.net), "features": list(experiment.net.features),
                "hidden": list(experiment.net.hidden)},
        "scaled": experiment.scaled,
        "plan": [
            {"step": setting.step, "optimizer": _described(setting.optimizer),
             "schedule": _described(setting.schedule), "batch_size": setting.batch_size,
             "regularizers": [_described(regularizer) for regularizer in setting.regularizers]}
            for setting in experiment.plan
        ],
        "edits": [asdict(edit) for edit in experiment.edits],
        "speed": _FASTEST if math.isinf(experiment.speed) else experiment.speed,
    }  # fmt: skip


def from_json(values: Mapping[str, Any]) -> Experiment:
    """The inverse of `to_json`.  Raises ValueError, in a sentence, for anything that is not an experiment."""
    try:
        net = values["net"]
        own = None if values["own"] is None else _data_from_json(values["own"])
        experiment = Experiment(
            DataSpec(**values["data"]),
            _whole(values["data_seed"]),
            own,
            str(values["name"]),
            Net(
                tuple(str(key) for key in net["features"]), tuple(_whole(width) for width in net["hidden"]),
                _known(ACTIVATIONS, net["activation"]), _known(INITIALIZERS, net["initializer"]),
                _known(LOSSES, net["loss"]), _whole(net["seed"]),
            ),
            values["scaled"] is True,
            tuple(_setting(entry) for entry in values["plan"]),
            tuple(_edit(entry) for entry in values["edits"]),
            math.inf if values["speed"] == _FASTEST else max(0.01, _finite(values["speed"])),
        )  # fmt: skip
    except (KeyError, TypeError, IndexError, AttributeError, OverflowError) as error:
        raise ValueError(f"this is not a description of a training experiment ({error})") from error
    steps = [setting.step for setting in experiment.plan]
    if not steps or steps[0] != 0 or steps != sorted(set(steps)):
        raise ValueError("the settings are not in order of their steps")
    count = experiment.network.parameter_count  # also makes the data, so that a formula that can't be read is noticed
    if any(not 0 <= edit.index < count for edit in experiment.edits):
        raise ValueError("a weight was set that the network doesn't have")
    return experiment


def _data_to_json(data: Data) -> dict[str, Any]:
    return {
        "inputs": data.inputs.tolist(),
        "targets": data.targets.tolist(),
        "kind": data.kind,
        "input_names": list(data.input_names),
        "target_name": data.target_name,
        "class_names": list(data.class_names),
        **{name: np.flatnonzero(getattr(data, name)).tolist() for name in _MASKS},
    }


def _data_from_json(values: Mapping[str, Any]) -> Data:
    inputs, targets = (np.array(values[name], dtype=np.float64) for name in ("inputs", "targets"))
    marks = {}
    for name in _MASKS:
        marks[name] = np.zeros(len(inputs), dtype=bool)
        marks[name][np.array(values[name], dtype=np.int64)] = True
    if values["kind"] not in ("regression", "classification"):
        raise ValueError(f"there is no kind of data called {values['kind']!r}")
    return Data(
        inputs, targets, values["kind"], tuple(map(str, values["input_names"])), str(values["target_name"]),
        tuple(map(str, values["class_names"])), **marks,
    )  # fmt: skip


def _described(instance: Optimizer | Schedule | Regularizer) -> dict[str, Any]:
    return {"key": instance.key, **{spec.name: getattr(instance, spec.name) for spec in params_of(instance)}}


def _setting(entry: Mapping[str, Any]) -> Setting:
    setting = Setting(
        _whole(entry["step"]),
        _instance(OPTIMIZERS, entry["optimizer"]),
        _instance(SCHEDULES, entry["schedule"]),
        _whole(entry["batch_size"]),
        tuple(_instance(REGULARIZERS, described) for described in entry["regularizers"]),
    )
    if len({regularizer.key for regularizer in setting.regularizers}) < len(setting.regularizers):
        raise ValueError("a regularizer occurs twice")
    return setting


def _edit(entry: Mapping[str, Any]) -> Edit:
    return Edit(_whole(entry["step"]), _whole(entry["index"]), _finite(entry["value"]))


def _instance(registry: Registry[Any], described: Mapping[str, Any]) -> Any:
    values = dict(described)
    return registry[values.pop("key")](**values)


def _known(registry: Registry[Any], key: object) -> str:
    return str(key) if registry[str(key)] is not None else ""


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**53:
        raise ValueError(f"{value!r} is not a whole number of 0 or more")
    return value


def _finite(value: Any) -> float:
    number = float(value)
    if isinstance(value, bool) or not math.isfinite(number):
        raise ValueError(f"{value!r} is not a finite number")
    return number
