"""The points that a network learns from, as a plot shows them: what each is, what is near the pointer, what is said.

Plain numpy, no Qt: painting them is left to `point_layer`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gdsim.app.plots.drawing import Array, Viewport
from gdsim.app.widgets.figures import format_number

Mask = NDArray[np.bool_]

REACH = 14.0
"""Pixels about a point within which the pointer has it."""


def _nothing() -> Mask:
    return np.zeros(0, dtype=bool)


@dataclass(frozen=True, eq=False)
class DataPoints:
    """`inputs` (n, d) in their own units with d = 1 or 2; `targets` (n,), values or class numbers.

    The masks (n,) may be left empty for "none": `validation` points are held back from training, `wrong` ones have a
    label that was made wrong on purpose, `outlier` ones were put far off, `mistaken` ones are taken by the network for
    another class.  `classes` are the names of the classes, empty for values.  `predictions` are what the network says
    at each point: values or probabilities of class 1 (n,), or probabilities (n, k); None where nothing is known.
    """

    inputs: Array = field(default_factory=lambda: np.empty((0, 2)))
    targets: NDArray[np.float64] | NDArray[np.int_] = field(default_factory=lambda: np.empty(0))
    validation: Mask = field(default_factory=_nothing)
    wrong: Mask = field(default_factory=_nothing)
    outlier: Mask = field(default_factory=_nothing)
    mistaken: Mask = field(default_factory=_nothing)
    classes: tuple[str, ...] = ()
    predictions: Array | None = None

    def __len__(self) -> int:
        return len(self.targets)

    def __post_init__(self) -> None:
        count = len(self.targets)
        inputs = np.asarray(self.inputs, dtype=float)
        object.__setattr__(self, "inputs", inputs[:, None] if inputs.ndim == 1 else inputs)
        for name in ("validation", "wrong", "outlier", "mistaken"):
            mask = np.asarray(getattr(self, name), dtype=bool)
            object.__setattr__(self, name, mask if len(mask) == count else np.zeros(count, dtype=bool))

    @property
    def class_indices(self) -> NDArray[np.int_]:
        """The class numbers (n,); 0 for every point where there are no classes."""
        if not self.classes:
            return np.zeros(len(self), dtype=np.int_)
        targets = np.nan_to_num(np.asarray(self.targets, dtype=float), nan=0.0, posinf=0.0, neginf=0.0)
        return np.clip(targets, 0, len(self.classes) - 1).astype(np.int_)

    def places(self) -> Array:
        """Where the points stand in the plot (n, 2): x and y, or, with one input, x and the target."""
        if self.inputs.shape[1] >= 2:
            return self.inputs[:, :2]
        x = self.inputs[:, 0] if self.inputs.shape[1] else np.empty(len(self))
        return np.column_stack([x, np.asarray(self.targets, dtype=float)])


def same_values(one: ArrayLike | None, other: ArrayLike | None) -> bool:
    """Whether two arrays hold the same, NaN being equal to NaN."""
    if one is other:
        return True
    if one is None or other is None:
        return False
    a, b = np.asarray(one), np.asarray(other)
    return a.shape == b.shape and bool(((a == b) | ((a != a) & (b != b))).all())


def changed_rows(before: DataPoints, after: DataPoints) -> NDArray[np.int_]:
    """The numbers of the points of `after` that are not in the same place in `before`."""
    one, other = before.places(), after.places()
    count = min(len(one), len(other))
    known = ((one[:count] == other[:count]) | np.isnan(other[:count])).all(axis=1)
    return np.append(np.flatnonzero(~known), np.arange(count, len(other)))


def changed_by_hand(before: DataPoints, after: DataPoints) -> bool:
    """Whether one point was added at the end, moved, or taken away, and the others are the same."""
    if before.inputs.shape[1] != after.inputs.shape[1] or before.classes != after.classes or not len(before):
        return False
    if len(after) == len(before) - 1:
        changed = changed_rows(before, after)
        first = int(changed[0]) if len(changed) else len(after)
        return same_values(before.places()[first + 1 :], after.places()[first:])
    return len(after) - len(before) in (0, 1) and len(changed_rows(before, after)) == 1


def nearest(points: DataPoints, view: Viewport, pixel: tuple[float, float], reach: float = REACH) -> int | None:
    """The number of the point nearest to a pixel of the plot, within `reach` pixels; the later one of equals."""
    if not len(points) or not view.usable:
        return None
    pixels = view.to_pixels(points.places())
    with np.errstate(invalid="ignore"):
        away = np.hypot(pixels[:, 0] - pixel[0], pixels[:, 1] - pixel[1])
    away[~np.isfinite(away)] = math.inf
    index = len(away) - 1 - int(np.argmin(away[::-1]))
    return index if away[index] <= reach else None


def neighbour(points: DataPoints, view: Viewport, index: int | None, direction: tuple[int, int]) -> int | None:
    """The next point in a direction (across, up) as it is seen: near, and not too far to the side.

    From no point it goes to the one nearest to the middle; where there is none that way, it stays.
    """
    if not len(points) or not view.usable:
        return index
    pixels = view.to_pixels(points.places())
    finite = np.isfinite(pixels).all(axis=1)
    if not finite.any():
        return index
    if index is None or not finite[index]:
        away = np.hypot(*(pixels - (view.width / 2, view.height / 2)).T)
        return int(np.nanargmin(np.where(finite, away, np.inf)))
    across, up = (pixels - pixels[index]).T * ((1,), (-1,))
    ahead = across * direction[0] + up * direction[1]
    aside = np.abs(across * direction[1] - up * direction[0])
    # Equal places are passed through in the order of their numbers, so that every point can be reached.
    level = np.abs(ahead) < 1e-9
    onward = direction[0] + direction[1] > 0
    numbers = np.arange(len(pixels))
    ahead = np.where(level & (numbers > index if onward else numbers < index), 1e-6, ahead)
    cost = np.where(finite & (ahead > 0), ahead + 2.0 * aside, np.inf)
    best = int(np.argmin(cost))
    return best if np.isfinite(cost[best]) else index


def describe(points: DataPoints, index: int, x_name: str = "x", y_name: str = "y", value_name: str = "value") -> str:
    """One point in words, such as "point 17: x = 0.3, y = 1.2, class B, predicted A with 0.83, validation"."""
    x, y = points.places()[index].tolist()
    two = points.inputs.shape[1] >= 2
    parts = [f"{x_name} = {_number(x)}"]
    if two:
        parts.append(f"{y_name} = {_number(y)}")
    if points.classes:
        parts.append(f"class {points.classes[points.class_indices[index]]}")
    else:
        parts.append(f"{value_name if two else y_name} = {_number(float(points.targets[index]))}")
    parts += _prediction(points, index)
    if points.wrong[index]:
        parts.append("wrong label")
    if points.outlier[index]:
        parts.append("outlier")
    if points.validation[index]:
        parts.append("validation")
    return f"point {index + 1}: " + ", ".join(parts)


def _prediction(points: DataPoints, index: int) -> list[str]:
    if points.predictions is None or len(points.predictions) != len(points):
        return []
    said = np.asarray(points.predictions[index], dtype=float).ravel()
    if not points.classes:
        return [f"predicted {_number(float(said[0]))}"]
    if not np.isfinite(said).all():
        return ["prediction undefined"]
    shares = np.array([1 - said[0], said[0]]) if len(said) == 1 else said
    winner = min(int(np.argmax(shares)), len(points.classes) - 1)
    return [f"predicted {points.classes[winner]} with {shares[winner]:.2f}"]


def _number(value: float) -> str:
    return format_number(value, trim=True)
