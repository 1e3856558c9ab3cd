"""What Train's plots show, made from the session: the fit over its data, and the network with each unit's response."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gdsim.app.plots.data_points import DataPoints
from gdsim.app.plots.decision_picture import BINARY, CLASSES, VALUES, DecisionPicture, GhostGrid
from gdsim.app.plots.fit_picture import FitPicture, GhostCurve, NeuronCurve
from gdsim.app.plots.network_picture import NetworkPicture, UnitPicture, subscript
from gdsim.app.tabs.train.fine_fit import FineGrids
from gdsim.app.tabs.train.ghosts import Ghost
from gdsim.app.tabs.train.scene import Extent, Scene
from gdsim.core.datasets import Data
from gdsim.core.features import FeatureMap
from gdsim.core.network import ACTIVATIONS
from gdsim.core.preparation import Answers, Probe

Array = NDArray[np.float64]

_FLAT = 0.75  # of its size: an input that varies less would hardly change its colour
_FIXED_SCALES = {"tanh": (-1.0, 1.0), "sigmoid": (0.0, 1.0), "sine": (-1.0, 1.0)}


class Pictures:
    """Made anew for each scene; keeps what is the same from step to step."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self._points = _points_of(scene.data)
        self._ghosts: dict[int, tuple[Probe, Array]] = {}
        self._seen: dict[int, tuple[Data, bool]] = {}
        self._inputs = self._input_units()
        self._dead_of: tuple[Answers, tuple[NDArray[np.bool_], ...]] | None = None

    # The fit

    def fit(
        self, parameters: Array, predictions: Array | None, ghosts: Sequence[Ghost], neurons: bool,
        extent: Extent | None = None,
    ) -> FitPicture:  # fmt: skip
        """Of one input, over `extent` (None: the domain).  `predictions` (n, k) are at all points of the data."""
        scene, data = self.scene, self.scene.data
        probe = scene.fit_probe(extent)
        answers, xs = probe.ask(parameters), probe.raw[:, 0]
        kept = tuple(
            GhostCurve(ghost.label, xs, self._ghost_output(ghost, probe)[:, 0], ghost.style)
            for ghost in self.over_these_points(ghosts)
        )  # fmt: skip
        return FitPicture(
            domain=scene.domain[0], xs=xs, fit=answers.output[:, 0], truth=scene.truth(xs),
            neurons=self._neurons(answers) if neurons else (), ghosts=kept,
            points=self.points(predictions), x_name=data.input_names[0],
            y_name=data.target_name if data.kind == "regression" else f"probability of {data.class_names[1]}",
            editable=True,
        )  # fmt: skip

    def decision(
        self, parameters: Array, predictions: Array | None, ghosts: Sequence[Ghost], extent: Extent | None = None,
        fine: FineGrids | None = None,
    ) -> DecisionPicture:  # fmt: skip
        """Of two inputs or more, over the first two, within `extent` (None: the domain); `fine` is the same finer."""
        scene, data = self.scene, self.scene.data
        kind = VALUES if data.kind == "regression" else BINARY if data.classes == 2 else CLASSES
        probe = scene.fit_probe(extent)
        known = {} if fine is None else fine.ghosts
        own = scene.grid_of(probe.ask(parameters).output) if fine is None else fine.own
        kept = tuple(
            GhostGrid(
                ghost.label,
                known[ghost.label] if ghost.label in known else scene.grid_of(self._ghost_output(ghost, probe)),
                ghost.style,
            )
            for ghost in self.over_these_points(ghosts)
        )
        return DecisionPicture(
            domain=(scene.domain[0], scene.domain[1]), values=own,
            kind=kind, value_range=scene.value_range, ghosts=kept, points=self.points(predictions),
            x_name=_shown_name(data.input_names[0]), y_name=_shown_name(data.input_names[1]),
            value_name=data.target_name if kind == VALUES else f"probability of {data.class_names[1]}",
            editable=data.dim == 2, extent=extent, alike=data.input_names[:2] == ("x1", "x2"),
        )  # fmt: skip

    def points(self, predictions: Array | None) -> DataPoints:
        """All points, with those that the network takes for another class."""
        points, data = self._points, self.scene.data
        if predictions is None or len(predictions) != len(data):
            return points
        mistaken = self.scene.labels(predictions) != data.labels if data.classes else np.zeros(0, dtype=bool)
        return DataPoints(
            points.inputs, points.targets, points.validation, points.wrong, points.outlier, mistaken, points.classes,
            predictions[:, 0] if predictions.shape[1] == 1 else predictions,
        )  # fmt: skip

    def _neurons(self, answers: Answers) -> tuple[NeuronCurve, ...]:
        return tuple(
            NeuronCurve(unit_name(layer, unit, len(answers.hidden)), unit, response[:, unit])
            for layer, response in enumerate(answers.hidden)
            for unit in range(response.shape[1])
        )

    def over_these_points(self, ghosts: Sequence[Ghost]) -> tuple[Ghost, ...]:
        """Those that are drawn: that saw the points of now."""
        return tuple(ghost for ghost in ghosts if self._same_data(ghost))

    def _same_data(self, ghost: Ghost) -> bool:
        """Whether a ghost saw these points: over others its curve would say nothing."""
        then = ghost.experiment.data
        if id(then) not in self._seen:
            now = self.scene.data
            same = (then.kind, then.class_names) == (now.kind, now.class_names)
            same = same and np.array_equal(then.inputs, now.inputs) and np.array_equal(then.targets, now.targets)
            self._seen[id(then)] = (then, same)
        return self._seen[id(then)][1]

    def _ghost_output(self, ghost: Ghost, probe: Probe) -> Array:
        """What a ghost says at the points of this fit; kept as long as those stay, since a ghost doesn't change."""
        known = self._ghosts.get(id(ghost))
        if known is None or known[0] is not probe:
            then = ghost.experiment
            output = Probe(ghost.preparation, then.network, then.net.loss, probe.raw).ask(ghost.parameters).output
            known = self._ghosts[id(ghost)] = (probe, output)
        return known[1]

    # The diagram

    def network(
        self, parameters: Array, at_points: Answers, dropped: Array | None, selected: tuple[int, int, int] | None,
        message: str,
    ) -> NetworkPicture:  # fmt: skip
        """`at_points` are the answers at all points of the data; `dropped` (hidden units,) says which are left out for
        the first point of this step's batch.
        """
        scene = self.scene
        network, data = scene.network, scene.data
        answers = scene.thumb_probe.ask(parameters)
        dead = self._dead(at_points)
        layers = []
        row = 0
        for layer, response in enumerate(answers.hidden):
            low, high = self._scale(network.layers[layer].activation, response)
            biases = network.biases(parameters, layer)
            layers.append(tuple(
                UnitPicture(
                    unit_name(layer, unit, len(answers.hidden)), scene.shaped(response[:, unit]), low, high,
                    float(biases[unit]), bool(dropped is not None and dropped[row + unit]),
                    dead=bool(dead[layer][unit]),
                )
                for unit in range(response.shape[1])
            ))  # fmt: skip
            row += response.shape[1]
        layers.append(self._output_units(answers.output, network.biases(parameters, len(network.layers) - 1)))
        raw = scene.preparation.raw_weights(network, parameters) if scene.preparation.scaled else (None, None)
        return NetworkPicture(
            inputs=self._inputs, layers=tuple(layers),
            weights=tuple(network.weights(parameters, i).copy() for i in range(len(network.layers))),
            activations=tuple(ACTIVATIONS[layer.activation].title for layer in network.layers[:-1]),
            selected=selected, raw_weights=raw[0], raw_biases=raw[1],
            thumbnail_colours="values" if data.kind == "regression" else "classes", message=message,
        )  # fmt: skip

    def _dead(self, at_points: Answers) -> tuple[NDArray[np.bool_], ...]:
        """For each hidden layer which units answer 0 at every training point; the same answers are looked at once."""
        if self._dead_of is None or self._dead_of[0] is not at_points:
            trained_on = ~self.scene.data.validation
            dead = tuple(~response[trained_on].any(axis=0) for response in at_points.hidden)
            self._dead_of = (at_points, dead)
        return self._dead_of[1]

    def _output_units(self, output: Array, biases: Array) -> tuple[UnitPicture, ...]:
        scene, data = self.scene, self.scene.data
        low, high = scene.value_range
        names = data.class_names if data.outputs > 1 else (data.target_name,)
        return tuple(
            UnitPicture(
                names[unit], scene.shaped(output[:, unit]), low, high, float(biases[unit]),
                class_index=unit if data.outputs > 1 else None,
            )
            for unit in range(data.outputs)
        )  # fmt: skip

    def _input_units(self) -> tuple[UnitPicture, ...]:
        columns = self.scene.thumb_features
        found = []
        for i, name in enumerate(feature_names(self.scene)):
            found.append(UnitPicture(name, self.scene.shaped(columns[:, i]), *_input_scale(columns[:, i])))
        return tuple(found)

    @staticmethod
    def _scale(activation: str, response: Array) -> tuple[float, float]:
        """The ends of a layer's colours: the activation's own, or as far as its responses reach."""
        if activation in _FIXED_SCALES:
            return _FIXED_SCALES[activation]
        finite = np.abs(response[np.isfinite(response)])
        reach = float(finite.max(initial=0.0)) or 1.0
        return -reach, reach


def _input_scale(values: Array) -> tuple[float, float]:
    """The ends of an input's colours: even about 0, or about its middle where that is far from 0, as heights in cm."""
    low, high = float(values.min(initial=math.inf)), float(values.max(initial=-math.inf))
    reach = max(abs(low), abs(high))
    if not math.isfinite(reach) or reach == 0.0:
        return -1.0, 1.0
    return (low, high) if low * high > 0.0 and 0.0 < high - low < _FLAT * reach else (-reach, reach)


def _points_of(data: Data) -> DataPoints:
    targets = data.labels.astype(float) if data.classes else data.targets[:, 0]
    return DataPoints(data.inputs[:, :2], targets, data.validation, data.wrong, data.outlier, classes=data.class_names)


def unit_name(layer: int, unit: int, layers: int) -> str:
    """h₃; with several hidden layers the third unit of the second is h₂.₃."""
    if layers == 1:
        return subscript("h", unit + 1)
    return f"{subscript('h', layer + 1)}.{subscript('', unit + 1)}"


def feature_names(scene: Scene) -> tuple[str, ...]:
    """What goes into the network; a column as it is has the name that its table gives it."""
    raw = FeatureMap.raw(scene.data.dim).keys
    return tuple(
        _shown_name(scene.data.input_names[feature.column]) if feature.key in raw else feature.name
        for feature in scene.preparation.features.features
    )


def _shown_name(name: str) -> str:
    """x1 as x₁; names of a table as they are."""
    return subscript("x", int(name[1:])) if name[:1] == "x" and name[1:].isdigit() else name
