"""What the diagram of a network shows, as one frozen picture of plain numbers.

A layer has the number of its weights: layer 0 goes from the inputs to the first hidden layer, or to the outputs where
there is no hidden one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from gdsim.app.plots.text import count
from gdsim.app.widgets.figures import format_number

Array = NDArray[np.float64]

INPUTS = -1
"""The layer number of the inputs, where units are named."""

MOST_LAYERS, MOST_UNITS = 6, 32
"""How far hidden layers can be added, and units to one of them."""

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


@dataclass(frozen=True, eq=False)
class UnitPicture:
    """One input, neuron or output.

    `thumbnail` is its response over the data's domain: (h, w) with the lowest y in row 0, or (m,) for 1-D data, its
    curve; `low` and `high` are the ends of its colour scale or of its curve's axis.  `dropped` is for the step shown,
    `dead` for a unit whose response is the same everywhere.  `class_index` colours an output by its class.
    """

    label: str
    thumbnail: Array | None = None
    low: float = 0.0
    high: float = 1.0
    bias: float = math.nan
    dropped: bool = False
    dead: bool = False
    class_index: int | None = None


@dataclass(frozen=True, eq=False)
class NetworkPicture:
    """`layers` are the hidden layers and then the outputs; `weights[l]` is (units before, units of `layers[l]`).

    `raw_weights` and `raw_biases` are the same network's numbers in the data's own units, where inputs are scaled.
    `selected` is (layer, from, to).  `thumbnail_colours` is "classes" (the shades between two classes) or "values".
    """

    inputs: tuple[UnitPicture, ...] = ()
    layers: tuple[tuple[UnitPicture, ...], ...] = ()
    weights: tuple[Array, ...] = ()
    activations: tuple[str, ...] = ()
    editable_layers: bool = True
    selected: tuple[int, int, int] | None = None
    raw_weights: tuple[Array, ...] | None = None
    raw_biases: tuple[Array, ...] | None = None
    thumbnail_colours: str = "classes"
    message: str = ""
    columns: tuple[tuple[UnitPicture, ...], ...] = field(init=False, repr=False)
    """The inputs and then the layers."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", (self.inputs, *self.layers) if self.layers else ())
        shapes = tuple((len(before), len(after)) for before, after in zip(self.columns, self.columns[1:], strict=False))
        if tuple(np.shape(weights) for weights in self.weights) != shapes:
            raise ValueError(f"{[np.shape(w) for w in self.weights]} are no weights for layers of {list(shapes)}")

    @property
    def hidden(self) -> tuple[int, ...]:
        """The widths of the hidden layers."""
        return tuple(len(layer) for layer in self.layers[:-1])

    @property
    def shape(self) -> tuple[int, ...]:
        """The widths of all columns."""
        return tuple(len(column) for column in self.columns)

    def unit(self, layer: int, index: int) -> UnitPicture:
        """A unit of a layer, or an input for layer INPUTS."""
        return self.columns[layer + 1][index]

    def weight(self, layer: int, i: int, j: int) -> float:
        return float(self.weights[layer][i, j])


def subscript(name: str, number: int) -> str:
    """A name with an index below the line: "h₁₂"."""
    return name + str(number).translate(_SUBSCRIPTS)


def weight_text(picture: NetworkPicture, layer: int, i: int, j: int) -> str:
    """The weight as it is read out: "w(x₁→h₂) = −0.8312"."""
    start, end = picture.unit(layer - 1, i).label, picture.unit(layer, j).label
    text = f"w({start}→{end}) = {number_text(picture.weight(layer, i, j))}"
    if picture.raw_weights is not None:
        raw = number_text(float(picture.raw_weights[layer][i, j]))
        text += f" ({raw} in raw units)"
    return text


def bias_text(picture: NetworkPicture, layer: int, j: int) -> str:
    """The bias as it is read out: "b(h₂) = 0.1250"."""
    text = f"b({picture.unit(layer, j).label}) = {number_text(picture.unit(layer, j).bias)}"
    if picture.raw_biases is not None:
        text += f" ({number_text(float(picture.raw_biases[layer][j]))} in raw units)"
    return text


def number_text(value: float) -> str:
    """Four significant digits; words for what is no number."""
    if math.isnan(value):
        return "not a number"
    return format_number(value)


def column_title(picture: NetworkPicture, column: int) -> str:
    """What a column of the diagram is: "Inputs", "Hidden 2", "Output"."""
    if column == 0:
        return "Input" if len(picture.inputs) == 1 else "Inputs"
    if column == len(picture.columns) - 1:
        return "Output" if len(picture.columns[-1]) == 1 else "Outputs"
    return "Hidden" if len(picture.columns) == 3 else f"Hidden {column}"


def network_summary(picture: NetworkPicture) -> str:
    """The whole network in words: "2 inputs, hidden layers of 8 and 8 units, 1 output"."""
    if not picture.columns:
        return "No network"
    parts = [count(len(picture.inputs), "input")]
    widths = [str(width) for width in picture.hidden]
    if len(widths) == 1:
        parts.append(f"a hidden layer of {count(picture.hidden[0], 'unit')}")
    elif widths:
        parts.append(f"hidden layers of {', '.join(widths[:-1])} and {widths[-1]} units")
    return ", ".join([*parts, count(len(picture.layers[-1]), "output")])
