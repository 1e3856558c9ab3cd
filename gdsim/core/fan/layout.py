"""The parameters of many networks of one shape in one vector, layer by layer.

So each layer of all networks is one contiguous array, which batched matrix products take as it is, and an optimizer
moves all networks by the statements that move one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gdsim.core.autodiff import ops
from gdsim.core.network import ACTIVATIONS, LOSSES, MLP

Array = NDArray[np.float64]
Reals = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Layout:
    """`count` networks.  Those that see the same points (`shared`) have their first layers side by side, as one wide
    layer (inputs + 1, count·outputs); all other layers are (count, inputs + 1, outputs).  `single`: float32.
    """

    network: MLP
    count: int
    shared: bool
    single: bool = False

    @property
    def size(self) -> int:
        return self.count * self.network.parameter_count

    @cached_property
    def places(self) -> NDArray[np.int64]:
        """Where in the vector the parameters of each network are, (count, parameter_count)."""
        found = np.empty((self.count, self.network.parameter_count), np.int64)
        for layer in self.network.layers:
            first, shape = self.count * layer.start, (self.count, layer.inputs + 1, layer.outputs)
            line = first + np.arange(self.count * (layer.stop - layer.start))
            beside = self.shared and layer.index == 0
            block = line.reshape(shape[1], shape[0], shape[2]).swapaxes(0, 1) if beside else line.reshape(shape)
            found[:, layer.matrix] = block.reshape(self.count, -1)
        return found

    @property
    def real(self) -> type[np.float64 | np.float32]:
        """The type of the numbers."""
        return np.float32 if self.single else np.float64

    def packed(self, parameters: Array) -> Reals:
        """The vector of parameters (count, parameter_count), or of numbers that each network has, (count, 1)."""
        vector: Reals = np.empty(self.size, self.real)
        vector[self.places] = parameters
        return vector

    def unpacked(self, vector: Reals) -> Array:
        """The parameters (count, parameter_count) in the vector, a copy."""
        found: Array = vector[self.places].astype(np.float64)
        return found

    def forward(self, vector: Any, columns: Any, mask: Any = None) -> Any:
        """The outputs (count, k, n); columns are (d + 1, n) if shared, else (count, d + 1, n).

        `mask` (count, hidden_units, n) multiplies the hidden neurons' responses: dropout.
        """
        response: Any = None
        row = 0
        for layer in self.network.layers:
            part = vector[self.count * layer.start : self.count * layer.stop]
            rows, width = layer.inputs + 1, layer.outputs
            if layer.index == 0 and self.shared:
                wide = ops.matmul(ops.transpose(part.reshape((rows, self.count * width))), columns)
                total = wide.reshape((self.count, width, wide.shape[-1]))
            elif layer.index == 0:
                total = ops.matmul(ops.swapaxes(part.reshape((self.count, rows, width)), 1, 2), columns)
            else:
                total = ops.dense(part.reshape((self.count, rows, width)), response)
            response = ACTIVATIONS[layer.activation](total)
            if mask is not None and layer.index < len(self.network.layers) - 1:
                response = response * mask[:, row : row + width]
                row += width
        return response

    def losses(self, loss: str, vector: Any, columns: Any, targets: Any, mask: Any = None) -> Any:
        """The mean loss of each network, (count,); targets (k, n) if shared, else (count, k, n)."""
        entries = LOSSES[loss].entries(self.forward(vector, columns, mask), targets, 1)
        return ops.mean(entries, axis=(1, 2))
