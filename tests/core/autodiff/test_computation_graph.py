"""The picture of a computation: values, local derivatives, adjoints, in order."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from gdsim.core.autodiff import compile, grad, ops, trace


def test_the_textbook_example() -> None:
    """f = (x + y)·z at −2, 5, −4 (Stanford CS231n): q = 3, f = −12, ∂f/∂x = ∂f/∂y = −4, ∂f/∂z = 3."""
    graph = trace(lambda x, y, z: (x + y) * z, -2.0, 5.0, -4.0, names=("x", "y", "z"))
    shown = [(v.index, v.key, v.symbol, v.name, v.value, v.adjoint) for v in graph.vertices]
    assert shown == [
        (0, "input", "", "x", -2.0, -4.0),
        (1, "input", "", "y", 5.0, -4.0),
        (2, "add", "+", "", 3.0, -4.0),
        (3, "input", "", "z", -4.0, 3.0),
        (4, "mul", "×", "", -12.0, 1.0),
    ]
    assert [(e.source, e.target, e.position, e.local) for e in graph.edges] == [
        (0, 2, 0, 1.0), (1, 2, 1, 1.0), (2, 4, 0, -4.0), (3, 4, 1, 3.0),
    ]  # fmt: skip
    assert graph.outputs == (4,)


def test_a_square_as_a_product_has_two_edges() -> None:
    graph = trace(lambda x: x * x, 3.0)
    assert [(e.source, e.target, e.position, e.local) for e in graph.edges] == [(0, 1, 0, 3.0), (0, 1, 1, 3.0)]
    assert graph.vertices[0].adjoint == 6.0


def test_adjoints_are_sums_over_paths() -> None:
    """The chain rule by hand: every adjoint is the sum over outgoing edges of local derivative times adjoint."""
    graph = trace(lambda x, y: ops.sin(x * y) + ops.exp(x) / (1.0 + y * y) - x, 0.4, -1.3)
    for vertex in graph.vertices:
        outgoing = [edge for edge in graph.edges if edge.source == vertex.index]
        if vertex.key != "const" and outgoing:
            total = sum(edge.local * graph.vertices[edge.target].adjoint for edge in outgoing)
            assert vertex.adjoint == pytest.approx(total, rel=1e-14)
    x, y = 0.4, -1.3
    assert graph.vertices[0].adjoint == pytest.approx(y * math.cos(x * y) + math.exp(x) / (1 + y * y) - 1.0)


def test_arguments_come_before_what_uses_them() -> None:
    graph = trace(lambda x: ops.tanh(x * 2.0) * x + 3.0, 0.5)
    assert all(edge.source < edge.target for edge in graph.edges)
    constants = [v for v in graph.vertices if v.key == "const"]
    assert [(v.name, v.value, v.adjoint) for v in constants] == [("2", 2.0, None), ("3", 3.0, None)]


def test_arrays_have_values_and_adjoints_but_no_local_numbers() -> None:
    graph = trace(lambda x: ops.sum(x * x), np.array([1.0, 2.0]))
    np.testing.assert_array_equal(graph.vertices[0].adjoint, [2.0, 4.0])
    assert all(edge.local is None for edge in graph.edges)
    with pytest.raises(ValueError, match="read-only"):
        graph.vertices[0].value[0] = 5.0


def test_several_outputs_have_no_adjoints() -> None:
    graph = trace(lambda x: (x * x, ops.sin(x)), 2.0)
    assert len(graph.outputs) == 2
    assert [v.adjoint for v in graph.vertices] == [None] * 3


def test_a_picture_of_what_cannot_be_differentiated() -> None:
    graph = trace(lambda x: ops.floor(x) * x, 1.5)
    assert [v.value for v in graph.vertices] == [1.5, 1.0, 1.5]
    assert all(v.adjoint is None for v in graph.vertices)


def test_the_picture_of_a_program() -> None:
    x = np.array([1.0, 2.0])
    program = compile(lambda x, a: ops.sum(a * x), x, 3.0, donate=0)
    x[:] = 7.0
    graph = program.graph
    assert [v.key for v in graph.vertices] == ["input", "input", "mul", "sum"]
    assert graph.vertices[-1].value == 9.0
    assert graph is program.graph


def test_tracing_leaves_nothing_behind() -> None:
    kept: list[Any] = []
    trace(lambda x: kept.append(x) or x * x, 2.0)
    assert grad(lambda y: y * kept[0])(5.0) == 2.0
