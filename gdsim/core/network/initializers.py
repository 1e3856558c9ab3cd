"""Where training starts: how the first weights are drawn.  Biases start at 0."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gdsim.core.registry import Registry

Array = NDArray[np.float64]
Draw = Callable[[np.random.Generator, int, int], Array]


@dataclass(frozen=True)
class Initializer:
    """`draw(rng, inputs, outputs)` gives the weights (inputs, outputs) of one layer."""

    key: str
    title: str
    latex: str
    about: str
    source: str
    draw: Draw


INITIALIZERS: Registry[Initializer] = Registry("initializer")


def _xavier(rng: np.random.Generator, inputs: int, outputs: int) -> Array:
    limit = math.sqrt(6.0 / (inputs + outputs))
    return rng.uniform(-limit, limit, (inputs, outputs))


def _he(rng: np.random.Generator, inputs: int, outputs: int) -> Array:
    return rng.normal(0.0, math.sqrt(2.0 / inputs), (inputs, outputs))


def _uniform(rng: np.random.Generator, inputs: int, outputs: int) -> Array:
    return rng.uniform(-0.5, 0.5, (inputs, outputs))


def _zeros(rng: np.random.Generator, inputs: int, outputs: int) -> Array:
    return np.zeros((inputs, outputs))


def _add(key: str, title: str, draw: Draw, latex: str, about: str, source: str) -> None:
    INITIALIZERS.add(key, Initializer(key, title, latex, about, source, draw))


_add(
    "xavier", "Xavier", _xavier, r"w \sim U\left(\pm\sqrt{\frac{6}{n_{in} + n_{out}}}\right)",
    "Keeps the size of signals and gradients from layer to layer with tanh and sigmoid.",
    "Glorot, Bengio, Understanding the difficulty of training deep feedforward neural networks (2010)",
)  # fmt: skip
_add(
    "he", "He", _he, r"w \sim N\left(0, \frac{2}{n_{in}}\right)",
    "Twice the spread, for ReLU and its relatives, which let half of the signal through.",
    "He, Zhang, Ren, Sun, Delving deep into rectifiers (2015)",
)  # fmt: skip
_add(
    "uniform", "Uniform", _uniform, r"w \sim U(-0.5, 0.5)",
    "The same range whatever the width: too small for deep networks, where signals fade.",
    "TensorFlow Playground (2016)",
)  # fmt: skip
_add(
    "zeros", "Zeros", _zeros, r"w = 0",
    "A warning: all neurons of a layer start alike, get equal gradients and stay alike for ever.",
    "Rumelhart, Hinton, Williams (1986) on breaking symmetry",
)  # fmt: skip
