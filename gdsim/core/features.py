"""What a network is given of the raw inputs: the columns themselves, their squares, products, powers, sines.

A `FeatureMap` is a list of such features; its keys are all that an experiment has to keep of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gdsim.core.registry import Registry

Array = NDArray[np.float64]

HIGHEST_DEGREE = 9
MOST_INPUTS = 20


@dataclass(frozen=True)
class Feature:
    """One column made from raw inputs: `dim` says how many there have to be (None: any number above `column`).

    `name` is plain text for labels and tables, `degree` that of a polynomial feature (0 for others).
    """

    key: str
    name: str
    latex: str
    dim: int | None
    column: int
    degree: int
    function: Callable[[Array], Array]

    def fits(self, dim: int) -> bool:
        """Whether it can be made from `dim` inputs."""
        return dim > self.column if self.dim is None else dim == self.dim


FEATURES: Registry[Feature] = Registry("feature")


def _add(
    key: str, name: str, latex: str, dim: int | None, function: Callable[[Array], Array], degree: int = 0,
    column: int = 0,
) -> None:  # fmt: skip
    FEATURES.add(key, Feature(key, name, latex, dim, column, degree, function))


def _raw(column: int) -> Callable[[Array], Array]:
    return lambda inputs: inputs[:, column]


def _power(degree: int) -> Callable[[Array], Array]:
    return lambda inputs: np.prod(np.broadcast_to(inputs, (degree, len(inputs), 1)), axis=0)[:, 0]


_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")

_add("x", "x", "x", 1, _raw(0), degree=1)
for _degree in range(2, HIGHEST_DEGREE + 1):
    _name = "x" + str(_degree).translate(_SUPERSCRIPTS)
    _add(f"x_power_{_degree}", _name, f"x^{_degree}", 1, _power(_degree), degree=_degree)
_add("sin_x", "sin x", r"\sin x", 1, lambda inputs: np.sin(inputs[:, 0]))
_add("x1", "x₁", "x_1", None, _raw(0), degree=1)
_add("x2", "x₂", "x_2", None, _raw(1), degree=1, column=1)
_add("x1_squared", "x₁²", "x_1^2", 2, lambda inputs: inputs[:, 0] ** 2, degree=2)
_add("x2_squared", "x₂²", "x_2^2", 2, lambda inputs: inputs[:, 1] ** 2, degree=2)
_add("x1_x2", "x₁x₂", "x_1 x_2", 2, lambda inputs: inputs[:, 0] * inputs[:, 1], degree=2)
_add("sin_x1", "sin x₁", r"\sin x_1", 2, lambda inputs: np.sin(inputs[:, 0]))
_add("sin_x2", "sin x₂", r"\sin x_2", 2, lambda inputs: np.sin(inputs[:, 1]))
for _column in range(2, MOST_INPUTS):
    _number = str(_column + 1)
    _add(f"x{_number}", "x" + _number.translate(_SUBSCRIPTS), f"x_{{{_number}}}", None, _raw(_column), 1, _column)


def features_for(dim: int) -> tuple[str, ...]:
    """The keys of the features that `dim` inputs offer, in the gallery's order (one input is called x, not x1)."""
    return tuple(key for key, feature in FEATURES.items() if feature.fits(dim) and not (dim == 1 and key == "x1"))


@dataclass(frozen=True)
class FeatureMap:
    """The features `keys` in that order.  Raises ValueError, in a sentence, for none, unknown or repeated ones."""

    keys: tuple[str, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "keys", tuple(self.keys))
        if not self.keys:
            raise ValueError("A network needs at least one input: choose a feature.")
        unknown = [key for key in self.keys if key not in FEATURES]
        if unknown:
            raise ValueError(f"There is no feature called {unknown[0]!r}; there are {', '.join(FEATURES)}.")
        if len(set(self.keys)) < len(self.keys):
            raise ValueError("Each feature can be chosen once.")

    @classmethod
    def raw(cls, dim: int) -> FeatureMap:
        """The inputs as they are.  Raises ValueError for none or more than MOST_INPUTS."""
        if not 1 <= dim <= MOST_INPUTS:
            raise ValueError(f"A network here has 1 to {MOST_INPUTS} inputs, not {dim}.")
        return cls(("x",) if dim == 1 else tuple(f"x{i + 1}" for i in range(dim)))

    @classmethod
    def polynomial(cls, degree: int) -> FeatureMap:
        """x, x², … up to `degree`, of one input."""
        if not 1 <= degree <= HIGHEST_DEGREE:
            raise ValueError(f"The degree lies between 1 and {HIGHEST_DEGREE}, not at {degree}.")
        return cls(("x", *(f"x_power_{power}" for power in range(2, degree + 1))))

    @property
    def features(self) -> tuple[Feature, ...]:
        return tuple(FEATURES[key] for key in self.keys)

    @property
    def names(self) -> tuple[str, ...]:
        """Plain text, one a column."""
        return tuple(feature.name for feature in self.features)

    @property
    def latex(self) -> tuple[str, ...]:
        """LaTeX, one a column."""
        return tuple(feature.latex for feature in self.features)

    def __len__(self) -> int:
        return len(self.keys)

    def fits(self, dim: int) -> bool:
        """Whether all of them can be made from `dim` inputs."""
        return all(feature.fits(dim) for feature in self.features)

    def apply(self, inputs: ArrayLike) -> Array:
        """Raw inputs (n, d) -> features (n, len(keys)).  Raises ValueError where a feature needs other inputs."""
        array = np.asarray(inputs, dtype=np.float64)
        if array.ndim != 2:
            raise ValueError(f"inputs are rows of points, shape (n, d), not {array.shape}")
        for feature in self.features:
            if not feature.fits(array.shape[1]):
                raise ValueError(f"{feature.name} cannot be made from {array.shape[1]} inputs.")
        result = np.empty((len(array), len(self.keys)))
        for i, feature in enumerate(self.features):
            result[:, i] = feature.function(array)
        return result
