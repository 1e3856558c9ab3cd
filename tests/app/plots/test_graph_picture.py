from __future__ import annotations

import pytest

from gdsim.app.plots.graph_picture import (
    INPUT,
    EdgePicture,
    GraphPicture,
    NodePicture,
    adjoint_text,
    fitting,
    graph_summary,
    local_text,
    product_text,
    value_text,
)

WIDE = 1e9


def chain(length: int) -> GraphPicture:
    nodes = [NodePicture("x", INPUT, partial="∂f/∂x"), *(NodePicture(f"v{n}", partial="∂f/∂v") for n in range(length))]
    return GraphPicture(tuple(nodes), tuple(EdgePicture(n, n + 1) for n in range(length)))


def test_what_is_not_computed_is_a_question_mark_and_not_zero():
    assert value_text(NodePicture("q"), len, WIDE, 4) == "?"
    assert value_text(NodePicture("q", value=0.0), len, WIDE, 4) == "0"
    assert adjoint_text(NodePicture("q"), len, WIDE, 4) == "?"
    assert adjoint_text(NodePicture("q", adjoint=0.0), len, WIDE, 4) == "0"


def test_a_sum_that_is_being_filled_says_what_is_awaited():
    node = NodePicture("x", sum_so_far=(-4.0, 1.0), awaited=1, uses=3, settled=False)
    assert adjoint_text(node, len, WIDE, 4) == "−3 + ?"
    assert adjoint_text(NodePicture("x", adjoint=-3.0, sum_so_far=(-4.0, 1.0), uses=2), len, WIDE, 4) == "−3"


def test_a_wrong_adjoint_stands_beside_the_right_one():
    assert adjoint_text(NodePicture("a", adjoint=2.0, right=4.0), len, WIDE, 4) == "2 ≠ 4"


@pytest.mark.parametrize(("room", "text"), [(20, "−0.1966"), (6, "−0.197"), (5, "−0.2"), (1, "−0.2")])
def test_a_number_takes_the_digits_there_is_room_for(room, text):
    assert fitting(-0.19661193, len, room, 4) == text


def test_a_local_derivative_is_named_where_there_is_room():
    edge = EdgePicture(0, 1, local=-4.0, symbol="z")
    assert local_text(edge, len, 10, 3) == "z = −4"
    assert local_text(edge, len, 4, 3) == "−4"
    assert local_text(EdgePicture(0, 1), len, 10, 3) == "?"
    assert local_text(EdgePicture(0, 1, carries=False), len, 10, 3) == ""


def test_the_product_on_an_edge():
    assert product_text(EdgePicture(0, 1, local=1.0, upstream=-4.0, contribution=-4.0)) == "1 × (−4) = −4"
    assert product_text(EdgePicture(0, 1, local=1.0)) == ""


def test_the_places_depend_on_names_and_edges_only():
    before = chain(3)
    nodes = tuple(
        NodePicture(node.title, node.kind, value=1e9, partial=node.partial, adjoint=-7.0, working=True, order=3)
        for node in before.nodes
    )
    edges = tuple(
        EdgePicture(edge.source, edge.target, 5.0, upstream=1.0, contribution=5.0, working=True)
        for edge in before.edges
    )
    assert GraphPicture(nodes, edges, selected=1).shape == before.shape
    assert chain(4).shape != before.shape


def test_neighbours_are_listed_once():
    picture = GraphPicture((NodePicture("x"), NodePicture("f")), (EdgePicture(0, 1), EdgePicture(0, 1)))
    assert picture.after(0) == [1]
    assert picture.before(1) == [0]


def test_the_summary_counts_what_is_known():
    nodes = (NodePicture("x", value=2.0, partial="∂f/∂x"), NodePicture("f", partial="∂f/∂f", adjoint=1.0))
    words = graph_summary(GraphPicture(nodes, (EdgePicture(0, 1),)))
    assert words.startswith("A computation graph of 2 values and 1 edge; computed are 1 value and 1 of 2 derivatives.")
    assert graph_summary(GraphPicture()) == "No graph"


def test_a_local_derivative_that_does_not_exist_is_no_number():
    edge = EdgePicture(0, 1, -1.0, "1/x", undefined=True)
    assert local_text(edge, len, WIDE, 3) == "undefined"
    assert local_text(edge, len, 4.0, 3) == "?!"
