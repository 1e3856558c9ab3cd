"""Directions in the space of all parameters, and the plane that two of them span."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gdsim.core.network import MLP

Array = NDArray[np.float64]

# Of a longer path so many places are taken, evenly: its directions change little, and the work stays within a frame.
_PATH_PLACES = 96
_IN_CACHE = 16_384  # numbers that are worked at together: a long path at once would take several times as long

NO_SIZE = (
    "A random direction moves each weight by the size of its unit's weights, and here all weights are 0. "
    "Take a few steps first, or choose two weights."
)


@dataclass(frozen=True, eq=False)
class Plane:
    """The parameters origin + a·first + b·second, for all a and b; all three are vectors (parameter_count,).

    `centre` is (a, b) of the parameters that it was laid through.  `names` are for the axes, `held` says in a sentence
    what stays fixed in the plane.  `shares` of the path's variance belong to the axes, None where there is no path.
    `spread` is a half-width that shows something on each axis.
    """

    origin: Array
    first: Array
    second: Array
    centre: tuple[float, float]
    names: tuple[str, str]
    held: str
    shares: tuple[float, float] | None = None
    spread: tuple[float, float] = (1.0, 1.0)

    def __post_init__(self) -> None:
        with np.errstate(all="ignore"):
            gram = self._axes @ self._axes.T
            apart = np.linalg.det(gram) > 1e-12 * gram[0, 0] * gram[1, 1]
        if not (apart and np.isfinite(gram).all()):
            raise ValueError("Two directions that are one and the same span no plane.")

    @cached_property
    def _axes(self) -> Array:
        return np.stack([self.first, self.second])

    @cached_property
    def _inverse(self) -> Array:
        """Turns differences from the origin (..., parameter_count) into coordinates."""
        return np.asarray(self._axes.T @ np.linalg.inv(self._axes @ self._axes.T), np.float64)

    def parameters_at(self, a: ArrayLike, b: ArrayLike) -> Array:
        """The parameters (..., parameter_count) at coordinates a and b (...)."""
        x, y = np.broadcast_arrays(np.asarray(a, np.float64), np.asarray(b, np.float64))
        with np.errstate(all="ignore"):
            found: Array = self.origin + x[..., None] * self.first + y[..., None] * self.second
        return found

    def coordinates(self, parameters: ArrayLike) -> tuple[Array, Array, Array]:
        """(a, b) of the nearest place in the plane, and the distance to it, each (...), for (..., parameter_count)."""
        vectors = np.asarray(parameters, np.float64)
        rows = vectors.reshape(-1, self.origin.size)
        found = np.empty((len(rows), 3))
        piece = max(1, _IN_CACHE // self.origin.size)
        with np.errstate(all="ignore"):
            for first in range(0, len(rows), piece):
                away = rows[first : first + piece] - self.origin
                along = away @ self._inverse
                rest = np.subtract(away, along @ self._axes, out=away)
                found[first : first + piece, :2] = along
                found[first : first + piece, 2] = np.sqrt(np.square(rest, out=rest).sum(axis=-1))
        found = found.reshape(*vectors.shape[:-1], 3)
        return found[..., 0], found[..., 1], found[..., 2]

    def through(self, parameters: ArrayLike) -> Plane:
        """The parallel plane that these parameters lie in; coordinates of everything stay as they are."""
        vector = np.asarray(parameters, np.float64)
        a, b, _ = self.coordinates(vector)
        origin = vector - a * self.first - b * self.second
        return replace(self, origin=origin, centre=(float(a), float(b)))

    def onto(self, parameters: ArrayLike, a: float, b: float) -> Array:
        """Parameters moved along the plane's directions to the coordinates (a, b); their distance from it stays."""
        vector = np.asarray(parameters, np.float64)
        now = self.coordinates(vector)
        found: Array = vector + (a - now[0]) * self.first + (b - now[1]) * self.second
        return found


def parameter_name(network: MLP, index: int) -> str:
    """A parameter in words, layers and units counted from 1."""
    for layer in network.layers:
        if layer.start <= index < layer.stop:
            row, unit = divmod(index - layer.start, layer.outputs)
            if row == layer.inputs:
                return f"bias {unit + 1} of layer {layer.index + 1}"
            return f"weight {row + 1}→{unit + 1} of layer {layer.index + 1}"
    raise IndexError(f"the network has {network.parameter_count} parameters, and none at place {index}")


def two_parameters(network: MLP, parameters: ArrayLike, first: int, second: int) -> Plane:
    """Two parameters vary, by their places in the flat vector; the coordinates are their values."""
    vector = np.array(parameters, np.float64)
    if first == second:
        raise ValueError("Choose two different weights for the slice.")
    names = parameter_name(network, first), parameter_name(network, second)
    centre = float(vector[first]), float(vector[second])
    axes = np.zeros((2, vector.size))
    axes[0, first] = axes[1, second] = 1.0
    vector[[first, second]] = 0.0
    others = vector.size - 2
    held = f"All {others} other parameters stay as they are." if others != 1 else "The other parameter stays as it is."
    spread = max(1.0, 1.5 * abs(centre[0])), max(1.0, 1.5 * abs(centre[1]))
    return Plane(vector, axes[0], axes[1], centre, names, held, spread=spread)


def filter_normalized(network: MLP, parameters: ArrayLike, rng: np.random.Generator) -> Array:
    """A random direction in which each unit's incoming weights have the size that they have in the network.

    Li, Xu, Taylor, Studer, Goldstein, Visualizing the loss landscape of neural nets (2018), section 4: normal numbers,
    each filter (here the column of weights into one unit) scaled to the norm of the network's own.  Biases are 0.
    Rescaling layers against one another then changes no picture, so that flat and sharp can be compared.
    """
    vector = np.asarray(parameters, np.float64)
    direction = np.zeros_like(vector)
    for layer in network.layers:
        drawn = rng.standard_normal((layer.inputs, layer.outputs))
        with np.errstate(all="ignore"):
            sizes = np.linalg.norm(network.weights(vector, layer.index), axis=0)
            direction[layer.weights] = (drawn * (sizes / np.linalg.norm(drawn, axis=0))).ravel()
    return direction


def random_plane(network: MLP, parameters: ArrayLike, seed: int) -> Plane:
    """Two random filter-normalized directions through the parameters, the same for the same seed of 0 or more.

    Raises ValueError, in a sentence, where all weights are 0.
    """
    vector = np.array(parameters, np.float64)
    if not vector[network.weight_mask].any():
        raise ValueError(NO_SIZE)
    rng = np.random.default_rng(seed)
    first, second = filter_normalized(network, vector, rng), filter_normalized(network, vector, rng)
    held = "Every weight moves along two random directions, each unit's by its own size; the biases stay as they are."
    return Plane(vector, first, second, (0.0, 0.0), ("random direction 1", "random direction 2"), held)


def principal_plane(parameters: ArrayLike, path: ArrayLike) -> Plane:
    """The two directions in which a path (k, parameter_count) varies most, laid through the parameters.

    Principal components about the path's mean; unit vectors, turned so that the path's end lies at larger coordinates
    than its beginning.  Of long paths 96 places are taken.  Raises ValueError, in a sentence, when the path has not
    moved in two directions.
    """
    vector, places = np.array(parameters, np.float64), np.asarray(path, np.float64)
    if len(places) > _PATH_PLACES:
        places = places[np.linspace(0, len(places) - 1, _PATH_PLACES).round().astype(np.int64)]
    with np.errstate(all="ignore"):
        away = places - places.mean(axis=0) if len(places) else places
        total = float(np.square(away).sum())
    if not np.isfinite(total):
        raise ValueError("The path goes through weights that are too large to be told apart.")
    # The smaller of the two Gram matrices has the same eigenvalues as the covariance, but for a factor.
    tall = away.shape[0] > away.shape[1]
    values, vectors = np.linalg.eigh(away.T @ away if tall else away @ away.T)
    if len(values) < 2 or not values[-2] > 1e-14 * values[-1]:
        raise ValueError("The path has to turn at least once before it has two principal directions.")
    axes = []
    for i in (-1, -2):
        axis = vectors[:, i] if tall else away.T @ vectors[:, i]
        axis = np.asarray(axis / np.linalg.norm(axis))
        axes.append(axis if (places[-1] - places[0]) @ axis >= 0.0 else -axis)
    axes[1] = axes[1] - (axes[1] @ axes[0]) * axes[0]
    axes[1] /= np.linalg.norm(axes[1])
    shares = float(values[-1]) / total, float(values[-2]) / total
    names = tuple(
        f"principal direction {i + 1} ({100 * share:.0f} % of the variance)" for i, share in enumerate(shares)
    )
    reach = [1.2 * float(np.abs((places - vector) @ axis).max()) for axis in axes]
    rest = 100 * max(0.0, 1 - sum(shares))
    held = f"All parameters move; {rest:.0f} % of the path's variance lies outside of the plane."
    return Plane(
        vector, axes[0], axes[1], (0.0, 0.0), (names[0], names[1]), held, shares,
        (max(reach[0], 1e-9), max(reach[1], 1e-9)),
    )  # fmt: skip
