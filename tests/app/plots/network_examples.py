"""Networks for the tests of the diagram."""

from __future__ import annotations

import itertools

import numpy as np

from gdsim.app.plots.network_picture import NetworkPicture, UnitPicture, subscript


def network(*sizes: int, grid: int = 8, curve: bool = False, message: str = "", **fields: object) -> NetworkPicture:
    """A network with random numbers and, in every unit, a response that rises with y (or along its curve)."""
    rng = np.random.default_rng(3)
    rising = np.linspace(-1.0, 1.0, grid)
    response = rising if curve else np.repeat(rising[:, None], grid, axis=1)

    def unit(name: str, bias: float) -> UnitPicture:
        return UnitPicture(name, response, -1.0, 1.0, bias)

    inputs = tuple(unit(subscript("x", i + 1), np.nan) for i in range(sizes[0]))
    layers = tuple(
        tuple(unit(subscript("h" if size is not sizes[-1] else "y", j + 1), rng.normal()) for j in range(size))
        for size in sizes[1:]
    )
    weights = tuple(rng.normal(size=shape) for shape in itertools.pairwise(sizes))
    titles = ("tanh",) * (len(sizes) - 2) + ("sigmoid",)
    return NetworkPicture(inputs, layers, weights, titles, message=message, **fields)


def one_weight(value: float, bias: float = 0.0, dropped: bool = False) -> NetworkPicture:
    """One input, one output, and the weight between them."""
    output = UnitPicture("y", None, bias=bias, dropped=dropped)
    return NetworkPicture((UnitPicture("x"),), ((output,),), (np.array([[value]]),), editable_layers=False)
