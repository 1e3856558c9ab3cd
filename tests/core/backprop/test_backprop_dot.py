"""The DOT text is a digraph with one statement a vertex and one an edge, and shows the step."""

import re

import pytest

from gdsim.core.backprop import EXAMPLES, compute, to_dot, walk

_STRING = r'"(?:[^"\\]|\\.)*"'
_NODE = re.compile(rf"n(\d+) \[label=({_STRING}), shape=(box|ellipse|plaintext)(?:, (penwidth=3|style=dashed))?\];")
_EDGE = re.compile(rf"n(\d+) -> n(\d+)(?: \[label=({_STRING})\])?;")


def parsed(dot):
    first, *lines, last = dot.strip().splitlines()
    assert (first, last) == ("digraph backprop {", "}")
    body = [line.strip() for line in lines if not re.match(r" *(rankdir|node|edge)\b", line)]
    nodes = [found for line in body if (found := _NODE.fullmatch(line))]
    edges = [found for line in body if (found := _EDGE.fullmatch(line))]
    assert len(nodes) + len(edges) == len(body)
    return nodes, edges


@pytest.mark.parametrize("key", list(EXAMPLES))
def test_every_step_of_every_example_is_a_digraph(key):
    graph = compute(EXAMPLES[key].text, EXAMPLES[key].inputs)
    steps = walk(graph)
    for state in (None, *(steps.state(i) for i in range(steps.last + 1))):
        nodes, edges = parsed(to_dot(graph, state))
        assert [int(node[1]) for node in nodes] == list(range(len(graph.vertices)))
        assert [(int(e[1]), int(e[2])) for e in edges] == [(e.source, e.target) for e in graph.edges]


def test_what_a_step_shows():
    graph = compute("q = x + y; f = q*z", {"x": -2, "y": 5, "z": -4})
    nodes, edges = parsed(to_dot(graph, walk(graph).state(4)))
    labels = [node[2] for node in nodes]
    assert labels[0] == r'"x = −2\n∂f/∂x = ?"'
    assert labels[2] == r'"q = x + y\nq = 3\n∂f/∂q = −4"'
    assert [node[4] for node in nodes] == [None, None, "style=dashed", None, "penwidth=3"]
    assert edges[2][3] == r'"∂f/∂q = −4\n1 · (−4) = −4"'
    assert r"∂f/∂x = −4" in to_dot(graph)
    assert "?" not in to_dot(graph)


def test_a_constant_has_no_derivative():
    [_, constant], edges = (list(part)[:2] for part in parsed(to_dot(compute("x^2"))))
    assert (constant[2], constant[3]) == ('"2"', "plaintext")
    assert edges[1][3] is None


def test_an_edge_into_an_undefined_value_has_no_number():
    graph = compute("log(x) + y", {"x": -1.0, "y": 5.0})
    steps = walk(graph)
    for state in (None, steps.state(steps.last)):
        _, edges = parsed(to_dot(graph, state))
        labels = {(int(edge[1]), int(edge[2])): edge[3] for edge in edges}
        into = [label for (_, target), label in labels.items() if target == graph.trouble.vertex]
        assert len(into) == 1
        assert into[0].endswith('= undefined"')
    _, edges = parsed(to_dot(compute("log(x) + y", {"x": 1.0, "y": 5.0})))
    assert not any("undefined" in (edge[3] or "") for edge in edges)
