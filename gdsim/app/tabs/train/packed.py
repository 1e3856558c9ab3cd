"""States of training and ghosts as JSON: arrays to the last bit, as base64 of their bytes."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gdsim.app.tabs.train.ghosts import Course, Ghost
from gdsim.app.tabs.train.saved import from_json, to_json
from gdsim.app.tabs.train.scene import scene_of
from gdsim.core.trainer import Memo

Array = NDArray[np.float64]

_COURSE = ("steps", "training", "penalty", "validation")
_FIGURES = ("training_loss", "validation_loss", "score")


def memo_to_json(memo: Memo) -> dict[str, Any]:
    return {
        "step": memo.step,
        "parameters": pack(memo.parameters),
        "memory": [pack(np.asarray(leaf)) for leaf in memo.memory],
        "records": pack(memo.records),
        "improvements": pack(memo.improvements),
        "placed": [[step, pack(parameters)] for step, parameters in memo.placed],
    }


def memo_from_json(values: Mapping[str, Any]) -> Memo:
    """Raises ValueError, in a sentence, for anything that is not a memo."""
    try:
        return Memo(
            int(values["step"]), unpack(values["parameters"]),
            tuple(_leaf(unpack(leaf)) for leaf in values["memory"]), unpack(values["records"]),
            unpack(values["improvements"]), tuple((int(step), unpack(at)) for step, at in values["placed"]),
        )  # fmt: skip
    except (KeyError, TypeError, OverflowError) as error:
        raise ValueError(f"this is not a kept state of training ({error})") from error


def ghost_to_json(ghost: Ghost) -> dict[str, Any]:
    return {
        "label": ghost.label,
        "experiment": to_json(ghost.experiment),
        "step": ghost.step,
        "parameters": pack(ghost.parameters),
        "course": {name: pack(getattr(ghost.course, name)) for name in _COURSE},
        "figures": pack(np.array([getattr(ghost, name) for name in _FIGURES])),
    }


def ghost_from_json(values: Mapping[str, Any]) -> Ghost:
    """Raises ValueError, in a sentence, for anything that is not a ghost."""
    try:
        experiment = from_json(values["experiment"])
        parameters = unpack(values["parameters"])
        course = Course(*(unpack(values["course"][name]) for name in _COURSE))
        figures = unpack(values["figures"]).tolist()
        step, label = int(values["step"]), str(values["label"])
    except (KeyError, TypeError, OverflowError) as error:
        raise ValueError(f"this is not a kept run ({error})") from error
    if parameters.shape != (experiment.network.parameter_count,) or len(figures) != len(_FIGURES):
        raise ValueError("the kept run does not fit its network")
    return Ghost(label, experiment, step, scene_of(experiment).preparation, parameters, course, *figures)


def pack(array: Array) -> dict[str, Any]:
    """Shape and bytes (little-endian float64)."""
    data = np.ascontiguousarray(array, dtype="<f8")
    return {"shape": list(np.shape(array)), "data": base64.b64encode(data.tobytes()).decode("ascii")}


def unpack(values: Mapping[str, Any]) -> Array:
    """Raises ValueError, TypeError or KeyError for what `pack` has not made."""
    try:
        data = np.frombuffer(base64.b64decode(values["data"], validate=True), dtype="<f8")
    except binascii.Error as error:
        raise ValueError(f"these are not the bytes of an array ({error})") from error
    return data.reshape(tuple(int(size) for size in values["shape"])).astype(np.float64)


def _leaf(array: Array) -> Array | float:
    return array if array.ndim else float(array)
