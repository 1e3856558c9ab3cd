"""A multilayer perceptron as a frozen description; its parameters are a flat vector beside it.

The vector holds W1, b1, W2, b2, ... with W (inputs, outputs) row by row.  So a layer is one matrix (inputs + 1,
outputs) whose last row is the bias, and with points as columns a layer is one matrix product: `forward`, the form
that is traced and compiled.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gdsim.core.autodiff import ops

from .activations import ACTIVATIONS, Activation
from .initializers import INITIALIZERS

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Layer:
    """Where a layer's parameters lie in the flat vector; `activation` is the key of what follows it."""

    index: int
    inputs: int
    outputs: int
    start: int
    activation: str

    @property
    def stop(self) -> int:
        return self.start + (self.inputs + 1) * self.outputs

    @property
    def matrix(self) -> slice:
        """Weights and biases: (inputs + 1, outputs) once reshaped."""
        return slice(self.start, self.stop)

    @property
    def weights(self) -> slice:
        return slice(self.start, self.stop - self.outputs)

    @property
    def biases(self) -> slice:
        return slice(self.stop - self.outputs, self.stop)


@dataclass(frozen=True)
class MLP:
    """`sizes` from inputs to outputs, (2, 8, 8, 1) having two hidden layers; two sizes are a linear model.

    `activation` is the key for all hidden layers; `activations` gives one for each instead.  `output` is the key of
    the function on the outputs, which come before the sigmoid or softmax of an entropy loss.
    Raises ValueError, in a sentence, for sizes below 1 and KeyError for an unknown activation.
    """

    sizes: tuple[int, ...] = (2, 8, 8, 1)
    activation: str = "tanh"
    output: str = "linear"
    activations: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        object.__setattr__(self, "sizes", tuple(int(size) for size in self.sizes))
        if len(self.sizes) < 2 or min(self.sizes) < 1:
            raise ValueError(f"a network needs inputs and outputs, and a neuron in each layer; {self.sizes} has not")
        object.__setattr__(self, "activations", tuple(self.activations))
        hidden = len(self.sizes) - 2
        if self.activations and len(self.activations) != hidden:
            raise ValueError(f"there are {hidden} hidden layers, but {len(self.activations)} activations are given")
        for key in (*self.activations, self.activation, self.output):
            ACTIVATIONS[key]

    @cached_property
    def layers(self) -> tuple[Layer, ...]:
        found: list[Layer] = []
        start = 0
        hidden = self.activations or (self.activation,) * (len(self.sizes) - 2)
        shapes = zip(itertools.pairwise(self.sizes), (*hidden, self.output), strict=True)
        for index, ((inputs, outputs), key) in enumerate(shapes):
            found.append(Layer(index, inputs, outputs, start, key))
            start = found[-1].stop
        return tuple(found)

    @property
    def parameter_count(self) -> int:
        return self.layers[-1].stop

    @property
    def hidden_units(self) -> int:
        return sum(self.sizes[1:-1])

    @cached_property
    def weight_mask(self) -> NDArray[np.bool_]:
        """True for weights, False for biases, shape (parameter_count,).  Not to be changed."""
        mask = np.zeros(self.parameter_count, np.bool_)
        for layer in self.layers:
            mask[layer.weights] = True
        mask.flags.writeable = False
        return mask

    def weights(self, parameters: Array, layer: int) -> Array:
        """The weights (inputs, outputs) of layer 0, 1, ..., a view."""
        place = self.layers[layer]
        return parameters[place.weights].reshape(place.inputs, place.outputs)

    def biases(self, parameters: Array, layer: int) -> Array:
        """The biases (outputs,) of a layer, a view."""
        return parameters[self.layers[layer].biases]

    def initialize(self, rng: np.random.Generator, initializer: str = "xavier") -> Array:
        """New parameters: weights drawn by the initializer of that key, layer by layer, and biases of 0."""
        draw = INITIALIZERS[initializer].draw
        parameters = np.zeros(self.parameter_count)
        for layer in self.layers:
            parameters[layer.weights] = draw(rng, layer.inputs, layer.outputs).ravel()
        return parameters

    def columns(self, inputs: ArrayLike) -> Array:
        """Inputs (n, d) as `forward` takes them: a point a column and a row of ones below, (d + 1, n)."""
        points = np.asarray(inputs, np.float64)
        if points.ndim != 2 or points.shape[1] != self.sizes[0]:
            raise ValueError(f"the network takes inputs of shape (n, {self.sizes[0]}), not {points.shape}")
        columns = np.ones((self.sizes[0] + 1, len(points)))
        columns[:-1] = points.T
        return columns

    def forward(self, parameters: Any, columns: Any, mask: Any = None) -> Any:
        """The outputs (k, n) for columns (d + 1, n), as `columns` makes them; for arrays and traced values.

        `mask` (hidden_units, n) multiplies the hidden neurons' responses: dropout.
        """
        return self.layer_responses(parameters, columns, mask)[-1]

    def outputs(self, parameters: ArrayLike, inputs: ArrayLike) -> Array:
        """The outputs (n, k) for inputs (n, d): logits where the loss is an entropy."""
        return self.responses(parameters, inputs)[-1]

    def responses(self, parameters: ArrayLike, inputs: ArrayLike) -> list[Array]:
        """What every neuron of each layer answers: arrays (n, width), the outputs being the last."""
        vector = np.asarray(parameters, np.float64)
        if vector.shape != (self.parameter_count,):
            raise ValueError(f"the network has {self.parameter_count} parameters, not {vector.shape}")
        with np.errstate(all="ignore"):
            return [response.T for response in self.layer_responses(vector, self.columns(inputs), None)]

    def layer_responses(self, parameters: Any, columns: Any, mask: Any = None) -> list[Any]:
        """`forward` with what lies between: the responses (width, n) of each layer."""
        found: list[Any] = []
        row = 0
        for layer in self.layers:
            matrix = parameters[layer.matrix].reshape((layer.inputs + 1, layer.outputs))
            total = ops.dense(matrix, found[-1]) if found else ops.matmul(ops.transpose(matrix), columns)
            act: Activation = ACTIVATIONS[layer.activation]
            response = act(total)
            if mask is not None and layer.index < len(self.layers) - 1:
                response = response * mask[row : row + layer.outputs]
                row += layer.outputs
            found.append(response)
        return found
