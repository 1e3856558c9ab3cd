"""From raw points to what a network is given, and from its answers back to the data's units.

Raw inputs become features, and where that is asked for, features (and the values of a regression) are standardized by
the training points' mean and deviation.  Nothing is scaled silently: `Preparation` says what it does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gdsim.core.datasets import Data, Scaling
from gdsim.core.features import FeatureMap
from gdsim.core.network import LOSSES, MLP

Array = NDArray[np.float64]

_IN_CACHE = 16384  # responses (points times the widest layer) that are computed at once


@dataclass(frozen=True, eq=False)
class Preparation:
    """What stands between a `Data` and a network; the scalings change nothing where none is wanted."""

    features: FeatureMap
    inputs: Scaling
    targets: Scaling
    scaled: bool = False

    @classmethod
    def of(cls, data: Data, features: FeatureMap, scaled: bool) -> Preparation:
        """Fitted on the training points of `data`.  Raises ValueError, in a sentence, when there is none."""
        training = data.training_set
        if not len(training):
            raise ValueError("There is no point to train on: add one, or hold out fewer for validation.")
        none = Scaling.none(len(features)), Scaling.none(data.outputs)
        if not scaled:
            return cls(features, *none)
        values = Scaling.fit(training.targets) if data.kind == "regression" else none[1]
        return cls(features, Scaling.fit(features.apply(training.inputs)), values, True)

    def network_inputs(self, raw: ArrayLike) -> Array:
        """Raw inputs (n, d) as the network takes them (n, features)."""
        return self.inputs.apply(self.features.apply(raw))

    def network_targets(self, raw: ArrayLike) -> Array:
        """Targets (n, k) as the network is trained towards them."""
        return self.targets.apply(raw)

    def sentences(self, data: Data) -> tuple[str, ...]:
        """What scaling could not do, and inputs that cannot help: constant columns."""
        columns = Scaling.fit(self.features.apply(data.training_set.inputs))
        found = [columns.sentence(self.features.names)]
        if data.kind == "regression":
            found.append(Scaling.fit(data.training_set.targets).sentence((data.target_name,)))
        return tuple(sentence for sentence in found if sentence)

    def raw_weights(self, network: MLP, parameters: Array) -> tuple[tuple[Array, ...], tuple[Array, ...]]:
        """Weights (in, out) and biases (out,) of every layer, in the units of the features and of the targets."""
        weights = [network.weights(parameters, layer.index) for layer in network.layers]
        biases = [network.biases(parameters, layer.index) for layer in network.layers]
        weights[0], biases[0] = self.inputs.first_layer_to_raw(weights[0], biases[0])
        weights[-1], biases[-1] = self.targets.last_layer_to_raw(weights[-1], biases[-1])
        return tuple(weights), tuple(biases)


@dataclass(frozen=True, eq=False)
class Answers:
    """What a network answers at fixed points: `hidden` responses (n, width) by layer, and `output` (n, k)."""

    hidden: tuple[Array, ...]
    output: Array


class Probe:
    """Fixed raw points at which a network is asked again and again, for its pictures."""

    def __init__(self, preparation: Preparation, network: MLP, loss: str, raw: ArrayLike) -> None:
        """`raw` (n, d) are points in the data's units; `loss` says what the outputs mean."""
        self._preparation, self._network = preparation, network
        self._link = LOSSES[loss].link
        self.raw = np.asarray(raw, dtype=np.float64)
        self._inputs = preparation.network_inputs(self.raw)
        self._rows = max(32, _IN_CACHE // max(network.sizes))

    def __len__(self) -> int:
        return len(self.raw)

    def ask(self, parameters: Array) -> Answers:
        """Responses of all layers; the output in the data's units: values, or probabilities for classes."""
        parts = [
            self._network.responses(parameters, self._inputs[first : first + self._rows])
            for first in range(0, len(self._inputs), self._rows)
        ]
        layers = [np.concatenate([part[i] for part in parts]) for i in range(len(self._network.layers))]
        with np.errstate(all="ignore"):
            output = np.asarray(self._link(layers[-1]))
            return Answers(tuple(layers[:-1]), self._preparation.targets.undo(output))
