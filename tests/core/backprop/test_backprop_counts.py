"""Counts of paths and multiplications by brute force and by formula; the chain rule summed over all paths."""

import math

import pytest
from hypothesis import given

from gdsim.core.backprop import chain_of_doublings, chain_rule, compute, every_path, multiplications, path_counts
from gdsim.core.backprop.paths import all_paths
from tests.core.backprop.backprop_programs import texts, values


def brute_force(graph, vertex):
    """All paths from a vertex up to the output, by plain recursion over the edges."""
    if vertex == graph.output:
        return [()]
    return [
        (edge.index, *rest)
        for edge in graph.edges
        if edge.source == vertex and edge.local is not None
        for rest in brute_force(graph, edge.target)
    ]


@given(texts(most_lines=5), values)
def test_paths_are_those_of_brute_force(text, at):
    graph = compute(text, at)
    counts = path_counts(graph)
    for vertex in graph.vertices:
        if not vertex.is_constant:
            upward = brute_force(graph, vertex.index)
            assert counts[vertex.index] == len(upward)
            assert {tuple(reversed(path)) for path in upward} == set(all_paths(graph, vertex.index))


@given(texts(most_lines=5), values)
def test_multiplications_are_those_of_brute_force(text, at):
    graph = compute(text, at)
    found = multiplications(graph)
    ends = [path for v in graph.vertices if v.key == "input" for path in brute_force(graph, v.index)]
    assert found.paths == len(ends)
    assert found.separately == sum(len(path) for path in ends)
    assert found.reuse == sum(edge.local is not None for edge in graph.edges)
    # Passed on one by one, every beginning of a path is one multiplication.
    beginnings = [path for v in graph.vertices if not v.is_constant for path in brute_force(graph, v.index)]
    assert found.afresh == sum(1 for path in beginnings if path)
    steps = every_path(graph)
    assert found.afresh == steps.cut + steps.end.multiplications


@pytest.mark.parametrize("n", [1, 2, 3, 6, 10, 64, 199])
def test_doublings_by_formula(n):
    found = multiplications(compute(chain_of_doublings(n)))
    assert (found.reuse, found.paths, found.afresh, found.separately) == (2 * n, 2**n, 2 ** (n + 1) - 2, n * 2**n)


def test_the_counts_in_words():
    assert multiplications(compute(chain_of_doublings(6))).text == (
        "Backpropagation takes 12 multiplications, one for each edge; walking the 64 = 2⁶ paths afresh takes 126."
    )
    assert multiplications(compute(chain_of_doublings(6))).formula == (
        r"2 + 2^{2} + 2^{3} + \cdots + 2^{6} = 2^{7} - 2 = 126"
    )
    assert multiplications(compute("sin(x)")).text.startswith("Backpropagation takes 1 multiplication, one for each")
    assert "10¹²" in multiplications(compute(chain_of_doublings(41))).text
    assert multiplications(compute("q = x + y; f = q*z")).formula == r"2 \cdot 1 + 2 \cdot 1 = 4"


@given(texts(most_lines=5), values)
def test_the_sum_over_paths_is_the_adjoint(text, at):
    graph = compute(text, at)
    for vertex in graph.vertices:
        if vertex.is_constant:
            continue
        rule = chain_rule(graph, vertex.index, vertex.adjoint, most=10_000)
        assert rule.hidden == 0
        assert math.isclose(sum(path.product for path in rule.paths), vertex.adjoint, rel_tol=1e-9, abs_tol=1e-12)


def test_the_chain_rule_written_out():
    graph = compute("q = x + y; f = q*z", {"x": -2, "y": 5, "z": -4})
    rule = chain_rule(graph, graph.named("x").index, -4.0)
    assert rule.text == "∂f/∂x = ∂f/∂q · ∂q/∂x = −4"
    assert rule.latex == (
        r"\frac{\partial f}{\partial x} = \frac{\partial f}{\partial q} \cdot \frac{\partial q}{\partial x} = z"
    )
    assert rule.latex_numbers == r"\frac{\partial f}{\partial x} = -4 \cdot 1 = -4"
    assert chain_rule(graph, graph.output, 1.0).text == "∂f/∂f = 1"


def test_many_paths_are_listed_up_to_a_limit():
    graph = compute(chain_of_doublings(12))
    rule = chain_rule(graph, 0, 4096.0, most=5)
    assert (len(rule.paths), rule.count, rule.hidden) == (5, 4096, 4091)
    assert r"\cdots" in rule.latex
    assert rule.text.endswith("= 1 + 1 + 1 + 1 + … = 4096")
