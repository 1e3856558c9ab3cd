"""What a look at weights and responses tells: dead neurons, weights near 0, neurons that are copies of one another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .activations import ACTIVATIONS
from .mlp import MLP

Array = NDArray[np.float64]

# Weights smaller than this count as zero.  L1's subgradient lets them hover about 0, so exact zeros are rare.
NEAR_ZERO = 0.01


def dead_units(network: MLP, parameters: ArrayLike, inputs: ArrayLike) -> list[NDArray[np.bool_]]:
    """For each hidden layer which neurons (width,) answer exactly 0 to every one of the inputs (n, d) for ever.

    That is so where the activation's slope is 0 too, as relu's is.  A tanh neuron at 0 is at its steepest: it is none.
    """
    responses = network.responses(parameters, inputs)[:-1]
    return [
        np.all(response == 0.0, axis=0) & ACTIVATIONS[layer.activation].dies
        for layer, response in zip(network.layers, responses, strict=False)
    ]


def near_zero(network: MLP, parameters: ArrayLike, threshold: float = NEAR_ZERO) -> NDArray[np.bool_]:
    """Which parameters are weights of size below `threshold`, shape (parameter_count,); its sum counts them."""
    return network.weight_mask & (np.abs(np.asarray(parameters, np.float64)) < threshold)


def twin_units(network: MLP, parameters: ArrayLike, tolerance: float = 1e-12) -> list[tuple[int, tuple[int, ...]]]:
    """Groups of hidden neurons with the same incoming weights and bias: (layer, neurons), two or more in each.

    They compute the same, and with equal outgoing weights they also learn the same: symmetry that a start with
    equal weights never breaks.  `tolerance` is relative to the largest number of the layer.
    """
    vector = np.asarray(parameters, np.float64)
    groups: list[tuple[int, tuple[int, ...]]] = []
    for layer in network.layers[:-1]:
        matrix = vector[layer.matrix].reshape(layer.inputs + 1, layer.outputs)
        limit = tolerance * max(1.0, float(np.abs(matrix).max()))
        left = list(range(layer.outputs))
        while left:
            first = left[0]
            alike = [unit for unit in left if np.abs(matrix[:, unit] - matrix[:, first]).max() <= limit]
            left = [unit for unit in left if unit not in alike and unit != first]
            if len(alike) > 1:
                groups.append((layer.index, tuple(alike)))
    return groups


@dataclass(frozen=True)
class WeightHistogram:
    """`counts` (layers, bins) of weights between neighbouring `edges` (bins + 1,); biases are left out."""

    edges: Array
    counts: NDArray[np.int64]


def weight_histogram(network: MLP, parameters: ArrayLike, bins: int = 31) -> WeightHistogram:
    """How the weights of each layer are spread, on edges symmetric about 0 that hold all of them."""
    vector = np.asarray(parameters, np.float64)
    weights = vector[network.weight_mask]
    finite = np.abs(weights[np.isfinite(weights)])
    reach = max(float(finite.max(initial=0.0)), 1e-3)
    edges = np.linspace(-reach, reach, bins + 1)
    counts = [
        np.histogram(part[np.isfinite(part)], edges)[0] for part in (vector[layer.weights] for layer in network.layers)
    ]
    return WeightHistogram(edges, np.array(counts, dtype=np.int64))
