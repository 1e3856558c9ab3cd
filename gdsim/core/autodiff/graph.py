"""A frozen picture of a computation: every value, every local partial derivative, every adjoint, in order.

It is taken from the same trace that gradients come from, never from a second implementation.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from . import trees
from .backward import NotDifferentiableError, adjoints
from .node import Node, topological_order, value_of
from .primitive import as_value


@dataclass(frozen=True)
class Edge:
    """Use of one value by another: argument `position` of vertex `target`.

    `local` is ∂target/∂source for single numbers (None for arrays, whose local derivative is a matrix).  x·x has
    two edges.
    """

    source: int
    target: int
    position: int
    local: float | None


@dataclass(frozen=True)
class Vertex:
    """One value: an input (`key` "input"), a constant ("const") or the result of the primitive `key`."""

    index: int
    key: str
    symbol: str
    name: str
    value: Any
    adjoint: Any


@dataclass(frozen=True)
class Graph:
    """Vertices in topological order and edges in order of use; `outputs` are indices of vertices.

    Adjoints are those of the single output.  They are None where there are several, or it is not a single number, or
    an operation on the way has no derivative.
    """

    vertices: tuple[Vertex, ...]
    edges: tuple[Edge, ...]
    outputs: tuple[int, ...]

    @staticmethod
    def of(outputs: Sequence[Node], names: dict[int, str] | None = None) -> Graph:
        """Picture of what the traced `outputs` were computed from; `names` by identity of input nodes."""
        order = topological_order(outputs)
        found: dict[int, Any] = {}
        if len(outputs) == 1 and outputs[0].shape == ():
            with contextlib.suppress(NotDifferentiableError):
                found = adjoints(outputs[0], [node for node in order if node.primitive is None], 1.0)
        number: dict[int, int] = {}
        vertices: list[Vertex] = []
        edges: list[Edge] = []

        def add(key: str, symbol: str, name: str, value: Any, adjoint: Any) -> int:
            vertices.append(Vertex(len(vertices), key, symbol, name, _frozen(value), _frozen(adjoint)))
            return len(vertices) - 1

        for node in order:
            sources = [
                number[id(arg)] if isinstance(arg, Node) else add("const", "", _text(arg), arg, None)
                for arg in node.args
            ]
            key = node.primitive.key if node.primitive else "input"
            symbol = node.primitive.symbol if node.primitive else ""
            name = (names or {}).get(id(node), "")
            adjoint = value_of(found[id(node)]) if id(node) in found else None
            target = add(key, symbol, name, node.value, adjoint)
            number[id(node)] = target
            for position, source in enumerate(sources):
                edges.append(Edge(source, target, position, _local(node, position)))
        return Graph(tuple(vertices), tuple(edges), tuple(number[id(node)] for node in outputs))


def trace(f: Callable[..., Any], *args: Any, names: Sequence[str] = ()) -> Graph:
    """Run f on arguments that record and return the picture; `names` label the inputs."""
    traced = trees.transform(lambda leaf: Node(as_value(leaf)), args)
    inputs = list(trees.leaves(traced))
    outputs = [node for node in trees.leaves(f(*traced)) if isinstance(node, Node)]
    labels = {id(node): name for node, name in zip(inputs, names, strict=False)}
    graph = Graph.of(outputs, labels)
    for node in inputs:
        node.live = False
    return graph


def _local(node: Node, position: int) -> float | None:
    """∂node/∂argument for single numbers, from the primitive's own rule."""
    arg = node.args[position]
    if node.primitive is None or not isinstance(arg, Node) or node.shape != () or arg.shape != ():
        return None
    if not node.primitive.differentiable:
        return None
    plain = tuple(value_of(a) for a in node.args)
    share = node.primitive.vjp(position, 1.0, node.value, plain, node.params)
    return 0.0 if share is None else float(share)


def _frozen(value: Any) -> Any:
    if value is None or np.ndim(value) == 0:
        return None if value is None else float(value)
    array = np.array(value)
    array.flags.writeable = False
    return array


def _text(value: Any) -> str:
    return f"{float(value):g}" if np.ndim(value) == 0 else f"array {np.shape(value)}"
