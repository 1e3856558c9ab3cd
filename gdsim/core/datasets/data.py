"""The points that training and all its pictures share, with the marks on them.

A `Data` never changes: each operation gives a new one.  Selections by share are nested: a larger share of wrong labels,
outliers or validation points contains the smaller one's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gdsim.core.datasets.classification import one_hot
from gdsim.core.datasets.entry import Array, Kind

Mask = NDArray[np.bool_]

# Columns of a saved table that are marks, so no input may be called so.
MARK_NAMES = ("wrong_label", "outlier", "validation")


def targets_of(labels: ArrayLike, classes: int) -> Array:
    """Class numbers (n,) as targets: (n, 1) of 0 and 1 for two classes, else one column a class."""
    return one_hot(np.asarray(labels, dtype=np.int64), classes)


def labels_of(targets: ArrayLike) -> NDArray[np.int64]:
    """The class numbers (n,) of targets or probabilities (n, 1) or (n, k)."""
    array = np.asarray(targets, dtype=np.float64)
    labels = array[:, 0] >= 0.5 if array.shape[1] == 1 else array.argmax(axis=1)
    return labels.astype(np.int64)


def plain_text(text: str) -> str:
    """A name or label on one line: printable letters, single spaces."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


@dataclass(frozen=True, eq=False)
class Data:
    """Inputs (n, d), targets (n, k), and bool marks (n,): a wrong label, an outlier, held out for validation.

    `class_names` is empty for regression.  All arrays are read-only.  Raises ValueError, in a sentence, for shapes
    that disagree, numbers that are not finite, and names that occur twice or mean a mark.
    """

    inputs: Array
    targets: Array
    kind: Kind
    input_names: tuple[str, ...] = ()
    target_name: str = ""
    class_names: tuple[str, ...] = ()
    wrong: Mask = field(default_factory=lambda: np.zeros(0, bool))
    outlier: Mask = field(default_factory=lambda: np.zeros(0, bool))
    validation: Mask = field(default_factory=lambda: np.zeros(0, bool))

    def __post_init__(self) -> None:
        for name in ("inputs", "targets"):
            array = np.asarray(getattr(self, name), dtype=np.float64)
            if array.ndim != 2:
                raise ValueError(f"The {name} have to be a table of rows and columns, not of shape {array.shape}.")
            if not np.isfinite(array).all():
                raise ValueError(f"The {name} contain a value that is not a finite number.")
            self._keep(name, array)
        n, dim = self.inputs.shape
        if len(self.targets) != n:
            raise ValueError(f"There are {n} rows of inputs but {len(self.targets)} of targets.")
        for name in ("wrong", "outlier", "validation"):
            mask = np.asarray(getattr(self, name), dtype=bool)
            mask = mask if mask.size else np.zeros(n, dtype=bool)
            if mask.shape != (n,):
                raise ValueError(f"The mark {name!r} has {mask.size} entries for {n} points.")
            self._keep(name, mask)
        if not self.input_names:
            names = ("x",) if dim == 1 else tuple(f"x{i + 1}" for i in range(dim))
            object.__setattr__(self, "input_names", names)
        if not self.target_name:
            object.__setattr__(self, "target_name", "y" if self.kind == "regression" else "class")
        self._check_names(dim)

    def _keep(self, name: str, array: NDArray[Any]) -> None:
        if array.flags.writeable:
            array = array.copy()
            array.flags.writeable = False
        object.__setattr__(self, name, array)

    def _check_names(self, dim: int) -> None:
        for field_name in ("input_names", "class_names"):
            object.__setattr__(self, field_name, tuple(plain_text(name) for name in getattr(self, field_name)))
        object.__setattr__(self, "target_name", plain_text(self.target_name))
        names = (*self.input_names, self.target_name)
        if len(self.input_names) != dim:
            raise ValueError(f"There are {dim} inputs but {len(self.input_names)} names for them.")
        if len(set(names)) < len(names):
            raise ValueError(f"Two columns have the same name: {', '.join(names)}.")
        for name in names:
            if name in MARK_NAMES:
                raise ValueError(f"A column called {name!r} marks points; it cannot be an input or a target.")
            if not name:
                raise ValueError("Every column needs a name.")
        if self.kind == "regression":
            if self.outputs != 1 or self.class_names:
                raise ValueError("Values have one target column and no classes.")
            return
        expected = 1 if self.classes == 2 else self.classes
        if self.classes < 2 or len(set(self.class_names)) < self.classes or "" in self.class_names:
            raise ValueError(f"Classes need two or more different names, not {', '.join(self.class_names) or 'none'}.")
        if self.targets.shape[1] != expected:
            raise ValueError(f"{self.classes} classes need {expected} target columns, not {self.targets.shape[1]}.")

    def __len__(self) -> int:
        return len(self.inputs)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Data):
            return NotImplemented
        named = ("kind", "input_names", "target_name", "class_names")
        arrays = ("inputs", "targets", "wrong", "outlier", "validation")
        return all(getattr(self, name) == getattr(other, name) for name in named) and all(
            np.array_equal(getattr(self, name), getattr(other, name)) for name in arrays
        )

    __hash__ = None  # type: ignore[assignment]

    @property
    def dim(self) -> int:
        """The number of inputs."""
        return int(self.inputs.shape[1])

    @property
    def outputs(self) -> int:
        """The number of target columns."""
        return int(self.targets.shape[1])

    @property
    def classes(self) -> int:
        """The number of classes; 0 for regression."""
        return len(self.class_names)

    @property
    def labels(self) -> NDArray[np.int64]:
        """The class number of each point (n,)."""
        return labels_of(self.targets)

    @property
    def class_counts(self) -> tuple[int, ...]:
        """How many points each class has."""
        counts = np.bincount(self.labels, minlength=self.classes) if self.classes else ()
        return tuple(int(count) for count in counts)

    @property
    def training_set(self) -> Data:
        """The points that are trained on."""
        return self.only(~self.validation)

    @property
    def validation_set(self) -> Data:
        """The points that are held out."""
        return self.only(self.validation)

    def domain(self, margin: float = 0.08) -> tuple[tuple[float, float], ...]:
        """(low, high) of each input with a margin, as a share of the range; of width 2 where nothing varies."""
        if not len(self):
            return ((-1.0, 1.0),) * self.dim
        low, high = self.inputs.min(axis=0), self.inputs.max(axis=0)
        room = np.where(high > low, margin * (high - low), np.maximum(1.0, 1e-6 * np.abs(low)))
        return tuple(zip((low - room).tolist(), (high + room).tolist(), strict=True))

    def thinned(self, count: int, rng: np.random.Generator) -> Data:
        """At most `count` of the points, drawn at random, in their order."""
        return self if len(self) <= count else self.only(np.sort(rng.permutation(len(self))[:count]))

    def only(self, chosen: ArrayLike) -> Data:
        """The points of a mask (n,) or a list of indices, in that order."""
        rows = np.asarray(chosen)
        return replace(self, **{name: getattr(self, name)[rows] for name in _BY_POINT})

    def with_point(self, inputs: ArrayLike, target: float, validation: bool = False) -> Data:
        """One more point at the end; `target` is the value, or the number of the class."""
        added: dict[str, Any] = {
            "inputs": np.asarray(inputs, dtype=np.float64).reshape(1, -1),
            "targets": self._target_row(target),
            "wrong": np.zeros(1, dtype=bool),
            "outlier": np.zeros(1, dtype=bool),
            "validation": np.array([validation]),
        }
        if added["inputs"].shape[1] != self.dim:
            raise ValueError(f"A point of this data has {self.dim} inputs, not {added['inputs'].shape[1]}.")
        joined: dict[str, Any] = {name: np.concatenate([getattr(self, name), row]) for name, row in added.items()}
        return replace(self, **joined)

    def moved(self, index: int, inputs: ArrayLike, target: float | None = None) -> Data:
        """A point elsewhere; `target` None keeps its value or class.  A new one takes its marks of wrongness away."""
        row = self._index(index)
        places = self.inputs.copy()
        places[row] = np.asarray(inputs, dtype=np.float64).reshape(self.dim)
        if target is None:
            return replace(self, inputs=places)
        targets, wrong, outlier = self.targets.copy(), self.wrong.copy(), self.outlier.copy()
        targets[row] = self._target_row(target)
        if not np.array_equal(targets[row], self.targets[row]):
            wrong[row] = outlier[row] = False
        return replace(self, inputs=places, targets=targets, wrong=wrong, outlier=outlier)

    def without(self, index: int) -> Data:
        """All points but one."""
        return self.only(np.arange(len(self)) != self._index(index))

    def split(self, share: float, rng: np.random.Generator) -> Data:
        """Marks round(share·n) points for validation, each class by its share; one point at least is trained on."""
        n = len(self)
        order = rng.random(n).argsort(kind="stable")
        groups = self.labels if self.classes else np.zeros(n, dtype=np.int64)
        # The r-th of a class of m points comes at (r + ½)/m: any first part of the queue holds each class by its share.
        place = np.empty(n)
        for group in np.unique(groups):
            members = order[groups[order] == group]
            place[members] = (np.arange(members.size) + 0.5) / members.size
            place[members[-1]] += 1.0  # the last of a class is trained on as long as there is a choice
        queue = order[place[order].argsort(kind="stable")]
        count = max(0, min(round(_checked_share(share) * n), n - 1))
        return replace(self, validation=_mask(n, queue[:count]))

    def with_wrong_labels(self, share: float, rng: np.random.Generator) -> Data:
        """Gives exactly round(share·n) points the label of another class and marks them `wrong`."""
        if self.kind != "classification":
            raise ValueError("Only classes have labels that can be wrong; values have outliers instead.")
        n = len(self)
        draws = rng.random((n, 2))
        shifts = 1 + (draws[:, 1] * (self.classes - 1)).astype(np.int64)
        wrong = _mask(n, draws[:, 0].argsort(kind="stable")[: round(_checked_share(share) * n)])
        labels = np.where(wrong, (self.labels + shifts) % self.classes, self.labels)
        return replace(self, targets=targets_of(labels, self.classes), wrong=wrong)

    def with_outliers(self, share: float, rng: np.random.Generator, size: float = 3.0) -> Data:
        """Moves exactly round(share·n) targets up or down and marks them `outlier`.

        The distance is `size` to 1.5·`size` standard deviations of the targets.
        """
        if self.kind != "regression":
            raise ValueError("Only values can be outliers; classes have wrong labels instead.")
        n = len(self)
        draws = rng.random((n, 3))
        outlier = _mask(n, draws[:, 0].argsort(kind="stable")[: round(_checked_share(share) * n)])
        unit = self.targets.std(axis=0) if n else np.ones(self.outputs)
        jump = np.where(draws[:, 1] < 0.5, -1.0, 1.0) * size * (1.0 + 0.5 * draws[:, 2])
        shift = jump[:, None] * np.where(unit > 0.0, unit, 1.0)
        return replace(self, targets=np.where(outlier[:, None], self.targets + shift, self.targets), outlier=outlier)

    def _target_row(self, target: float) -> Array:
        if self.kind == "regression":
            return np.full((1, self.outputs), float(target))
        if int(target) != target or not 0 <= target < self.classes:
            raise ValueError(f"There are the classes 0 to {self.classes - 1}, and no class {target:g}.")
        return targets_of([int(target)], self.classes)

    def _index(self, index: int) -> int:
        if not 0 <= index < len(self):
            raise IndexError(f"there is no point {index} among {len(self)}")
        return index


_BY_POINT: Sequence[str] = ("inputs", "targets", "wrong", "outlier", "validation")


def _mask(n: int, chosen: NDArray[np.int64]) -> Mask:
    mask = np.zeros(n, dtype=bool)
    mask[chosen] = True
    return mask


def _checked_share(share: float) -> float:
    if not 0.0 <= share <= 1.0:
        raise ValueError(f"A share lies between 0 and 1, not at {share:g}.")
    return float(share)
