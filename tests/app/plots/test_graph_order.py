from __future__ import annotations

import random
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdsim.app.plots.graph_order import make_order


@st.composite
def graphs(draw):
    """Numbers of vertices with edges to higher numbers, some of them twice."""
    vertices = draw(st.integers(2, 14))
    ends = st.integers(1, vertices - 1).flatmap(lambda target: st.tuples(st.integers(0, target - 1), st.just(target)))
    return vertices, draw(st.lists(ends, max_size=24))


def straight_lines(order):
    """All pieces of lines between one column and the next, as (column, height at its left, height at its right)."""
    height = {slot: place for column in order.columns for place, slot in enumerate(column)}
    column_of = order.column_of()
    pieces = {piece for chain in order.chains for piece in pairwise(chain)}
    return [(column_of[left], height[left], height[right]) for left, right in pieces]


@given(graphs())
def test_every_edge_passes_every_column_between_its_ends(graph):
    vertices, edges = graph
    order = make_order(vertices, edges, inputs=[0])
    column_of = order.column_of()
    assert sorted(slot for column in order.columns for slot in column) == list(range(order.slots))
    assert all(column_of[vertex] % 2 == 0 for vertex in range(vertices))
    for (source, target), chain in zip(edges, order.chains, strict=True):
        assert (chain[0], chain[-1]) == (source, target)
        assert [column_of[slot] for slot in chain] == list(range(column_of[source], column_of[target] + 1))
    last = [chain[-2] for chain in order.chains]
    assert len(last) == len(set(last))
    sources: dict[int, set[int]] = {}
    for chain in order.chains:
        for slot in chain[1:-1]:
            sources.setdefault(slot, set()).add(chain[0])
    assert len(sources) == order.slots - vertices
    assert all(len(found) == 1 for found in sources.values())


@given(graphs())
def test_crossings_are_counted_right(graph):
    order = make_order(*graph)
    lines = straight_lines(order)
    crossing = sum(
        one[0] == other[0] and (one[1] - other[1]) * (one[2] - other[2]) < 0 for one, other in combinations(lines, 2)
    )
    assert order.crossings == crossing


@given(graphs())
def test_the_same_graph_is_ordered_the_same_way(graph):
    assert make_order(*graph) == make_order(*graph)


def test_a_tree_has_no_crossing():
    edges = [(vertex, 16 + vertex // 2) for vertex in range(30)]
    assert make_order(31, edges).crossings == 0


def test_a_crossing_that_can_be_avoided_is_avoided():
    assert make_order(4, [(0, 3), (1, 2)]).crossings == 0
    assert make_order(5, [(0, 3), (1, 2), (2, 4), (3, 4)]).crossings == 0


def test_using_a_value_twice_gives_two_edges_with_bends_of_their_own():
    order = make_order(2, [(0, 1), (0, 1)])
    one, other = order.chains
    assert one[1] != other[1]
    assert sorted(order.columns[1]) == sorted([one[1], other[1]])


def test_long_edges_of_one_value_run_together_until_they_part():
    # x is used by v1, v3 and v4 of a chain
    edges = [(0, 1), (1, 2), (2, 3), (3, 4), (0, 3), (0, 4)]
    near, *_, long, longer = make_order(5, edges, inputs=[0]).chains
    assert long[1:5] == longer[1:5]
    assert len({near[1], long[5], longer[5]}) == 3
    apart = make_order(5, edges, inputs=[0], values=range(6)).chains
    assert not set(apart[4][1:-1]) & set(apart[5][1:-1])


def test_several_starts_leave_fewer_crossings_than_one(monkeypatch):
    chance = random.Random(5)

    def tangled():
        edges = [(chance.randrange(10), 10 + chance.randrange(8)) for _ in range(18)]
        return [*edges, *((10 + chance.randrange(8), 18 + chance.randrange(6)) for _ in range(12))]

    graphs = [tangled() for _ in range(6)]
    several = [make_order(24, edges, inputs=range(10)).crossings for edges in graphs]
    monkeypatch.setattr("gdsim.app.plots.graph_order._STARTS", 1)
    once = [make_order(24, edges, inputs=range(10)).crossings for edges in graphs]
    assert all(one <= other for one, other in zip(several, once, strict=True))
    assert sum(several) < sum(once)


def test_a_constant_stands_before_its_use_and_a_near_input_at_the_left():
    # 0 x, 1 = x·x, 2 = 1·1, 3 = 2·2, 4 a constant added in the end, 5 y added in the end, 6 z added to x·x
    edges = [(0, 1), (0, 1), (1, 2), (1, 2), (2, 3), (2, 3), (3, 7), (4, 7), (7, 8), (5, 8)]
    order = make_order(9, [*edges, (6, 8)], inputs=[0, 5])
    column_of = order.column_of()
    assert column_of[4] == column_of[7] - 2
    assert column_of[5] == column_of[8] - 2  # an input used so late
    near = make_order(5, [(0, 3), (1, 3), (3, 4), (2, 4)], inputs=[0, 1, 2])
    assert [near.column_of()[vertex] for vertex in (0, 1, 2)] == [0, 0, 0]


def test_private_inputs_come_along_with_a_product_that_is_used_late():
    # a sum of products: v1 = a·b, v2 = c·d, v3 = v1 + v2, v4 = e·f, v5 = v3 + v4, v6 = g·h, v7 = v5 + v6
    edges = [(0, 8), (1, 8), (2, 9), (3, 9), (8, 10), (9, 10), (4, 11), (5, 11), (10, 12), (11, 12)]
    order = make_order(15, [*edges, (6, 13), (7, 13), (12, 14), (13, 14)], inputs=range(8))
    column_of = order.column_of()
    assert column_of[13] == column_of[14] - 2
    assert column_of[6] == column_of[7] == column_of[13] - 2


@pytest.mark.parametrize("edges", [[(1, 0)], [(0, 0)], [(0, 5)], [(-1, 1)]])
def test_an_edge_that_goes_back_is_refused(edges):
    with pytest.raises(ValueError, match="higher number"):
        make_order(3, edges)


def test_a_graph_without_vertices_has_an_order():
    assert make_order(0, []).slots == 0
