"""Classes to be told apart, over two inputs.

The classes take turns, so each has its share of the points within one.  The noise is on the inputs: points with much
of it cross into another class's region but keep their label.  Class 1 is the second one.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from gdsim.core.datasets.entry import Array, Dataset, Interval, Points

Labels = NDArray[np.int64]
Place = Callable[[Labels, Array], Array]

CLASSES: list[Dataset] = []

_GOLDEN = (np.sqrt(5.0) - 1.0) / 2.0
_SQUARE = ((-6.0, 6.0), (-6.0, 6.0))


def one_hot(labels: Labels, classes: int) -> Array:
    """Targets (n, 1) of 0 and 1 for two classes, (n, classes) for more."""
    if classes == 2:
        return labels.astype(np.float64).reshape(-1, 1)
    return np.asarray(labels[:, None] == np.arange(classes), dtype=np.float64)


def _uniform_draw(classes: int, place: Place) -> Callable[[int, np.random.Generator], Points]:
    """`place` makes inputs from labels (n,) and uniform numbers (n, 2) in [0, 1)."""

    def draw(n: int, rng: np.random.Generator) -> Points:
        labels = np.arange(n) % classes
        return Points(place(labels, rng.random((n, 2))), one_hot(labels, classes))

    return draw


def _even_draw(classes: int, place: Place) -> Callable[[int, np.random.Generator], Points]:
    """The same with places spread evenly along a curve: multiples of the golden ratio from a random start, modulo 1.

    Any number of first members is nearly equidistant (Weyl's sequence), so more points leave the others in place.
    """

    def draw(n: int, rng: np.random.Generator) -> Points:
        labels = np.arange(n) % classes
        turns = (rng.random(classes)[labels] + _GOLDEN * (np.arange(n) // classes)) % 1.0
        return Points(place(labels, turns[:, None]), one_hot(labels, classes))

    return draw


def _clouds(centres: list[tuple[float, float]], deviation: float) -> Callable[[int, np.random.Generator], Points]:
    middles = np.array(centres)

    def draw(n: int, rng: np.random.Generator) -> Points:
        labels = np.arange(n) % len(middles)
        return Points(middles[labels] + deviation * rng.standard_normal((n, 2)), one_hot(labels, len(middles)))

    return draw


def _on_circle(radius: Array, angle: Array) -> Array:
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])


def _disc_and_ring(labels: Labels, uniform: Array) -> Array:
    radius = np.where(labels == 1, 2.5 * uniform[:, 0], 3.5 + 1.5 * uniform[:, 0])
    return _on_circle(radius, 2.0 * np.pi * uniform[:, 1])


def _quadrants(labels: Labels, uniform: Array) -> Array:
    """Class 1 where the signs differ.  The distance from the axes is 0.3 at least, as in the Playground."""
    first = 10.0 * uniform[:, 0] - 5.0
    second = 5.0 * uniform[:, 1] * np.where((first < 0.0) == (labels == 1), 1.0, -1.0)
    return np.column_stack([first + np.where(first < 0, -0.3, 0.3), second + np.where(second < 0, -0.3, 0.3)])


def _two_moons(labels: Labels, uniform: Array) -> Array:
    """Half circles of radius 1: the upper about (0, 0), the lower about (1, 0.5)."""
    angle = np.pi * uniform[:, 0]
    upper = _on_circle(np.ones_like(angle), angle)
    return np.where((labels == 0)[:, None], upper, np.array([1.0, 0.5]) - upper)


def _arms(turns: float, arms: int) -> Place:
    """Spirals x = r sin t, y = r cos t with r = 5s, t = 2π(turns·s + arm/arms), for s in [0, 1)."""

    def place(labels: Labels, uniform: Array) -> Array:
        s = uniform[:, 0]
        angle = 2.0 * np.pi * (turns * s + labels / arms)
        return np.column_stack([5.0 * s * np.sin(angle), 5.0 * s * np.cos(angle)])

    return place


def _add(
    key: str, title: str, classes: int, draw: Callable[[int, np.random.Generator], Points], *, noise: float, about: str,
    source: str, domain: tuple[Interval, ...] = _SQUARE,
) -> None:  # fmt: skip
    CLASSES.append(Dataset(key, title, "classification", domain, draw, about, source, noise, classes=classes))


_PLAYGROUND = "TensorFlow Playground"

_add(
    "gaussians", "Two clouds", 2, _clouds([(-2.0, -2.0), (2.0, 2.0)], np.sqrt(0.5)), noise=0.5,
    about="Two normal clouds about (−2, −2) and (2, 2): one neuron, a straight line, is enough.", source=_PLAYGROUND,
)  # fmt: skip
_add(
    "circle", "Disc and ring", 2, _uniform_draw(2, _disc_and_ring), noise=0.3,
    about="One class surrounds the other: three hidden neurons can close a triangle round it, x₁² and x₂² need none.",
    source=_PLAYGROUND,
)  # fmt: skip
_add(
    "xor", "Exclusive or", 2, _uniform_draw(2, _quadrants), noise=0.2,
    about="The class says whether the signs differ: no straight line does it, the feature x₁·x₂ does it alone.",
    source=_PLAYGROUND,
)  # fmt: skip
_add(
    "moons", "Two moons", 2, _even_draw(2, _two_moons), noise=0.15, domain=((-1.7, 2.7), (-1.2, 1.7)),
    about="Two half circles that reach into each other: a small network bends its boundary between them.",
    source="scikit-learn make_moons",
)  # fmt: skip
_add(
    "spiral", "Two spirals", 2, _even_draw(2, _arms(1.75, 2)), noise=0.1,
    about="The hard one: the boundary winds almost twice round the middle, so it takes many neurons and patience.",
    source="TensorFlow Playground, after Lang, Witbrock, Learning to tell two spirals apart (1988)",
)  # fmt: skip
_add(
    "three_gaussians", "Three clouds", 3,
    _clouds([(3.0 * np.cos(a), 3.0 * np.sin(a)) for a in np.pi * np.array([0.5, 7 / 6, 11 / 6])], np.sqrt(0.5)),
    noise=0.5, about="Three classes, one output each: three straight boundaries meet in the middle.",
    source="made for gdsim",
)  # fmt: skip
_add(
    "three_spirals", "Three spirals", 3, _even_draw(3, _arms(0.8, 3)), noise=0.1,
    about="Three arms: each class's region winds between the other two.",
    source="after the notes of Stanford CS231n",
)  # fmt: skip
