"""Parameters of the network by the names that units have on the diagram."""

from __future__ import annotations

from gdsim.app.tabs.train.pictures import unit_name
from gdsim.app.tabs.train.scene import Scene
from gdsim.core.network import MLP


def parameter_label(scene: Scene, index: int) -> str:
    """w(x₁→h₂) or b(h₂) for a place in the flat vector."""
    network = scene.network
    for layer in network.layers:
        if layer.start <= index < layer.stop:
            row, unit = divmod(index - layer.start, layer.outputs)
            end = _unit(scene, layer.index, unit)
            return f"b({end})" if row == layer.inputs else f"w({_unit(scene, layer.index - 1, row)}→{end})"
    raise IndexError(f"the network has {network.parameter_count} parameters, and none at place {index}")


def weight_index(network: MLP, weight: tuple[int, int, int]) -> int:
    """The place in the flat vector of the weight of a layer from unit i to unit j."""
    layer, i, j = weight
    place = network.layers[layer]
    return int(place.weights.start + i * place.outputs + j)


def first_picks(scene: Scene) -> tuple[int, int]:
    """Two weights to begin with: the first into the first hidden unit, and the first out of it."""
    network = scene.network
    return weight_index(network, (0, 0, 0)), weight_index(network, (len(network.layers) - 1, 0, 0))


def _unit(scene: Scene, layer: int, unit: int) -> str:
    """An input (layer −1), a hidden unit, or an output."""
    hidden, data = len(scene.network.layers) - 1, scene.data
    if layer < 0:
        return str(scene.preparation.features.names[unit])
    if layer < hidden:
        return unit_name(layer, unit, hidden)
    return data.class_names[unit] if data.outputs > 1 else data.target_name
