from __future__ import annotations

import math
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_graph_order import graphs

from gdsim.app.plots.drawing import Rect
from gdsim.app.plots.graph_heights import Spacing
from gdsim.app.plots.graph_layout import Extent, least_size, make_layout
from gdsim.app.plots.graph_order import make_order

SPACING = Spacing(12.0, 10.0, 5.0)


def laid_out(graph, labels=True, tallest=math.inf):
    vertices, edges = graph
    order = make_order(vertices, edges, inputs=[0])
    sizes = [
        Extent(40.0 + 7 * (n % 3), 30.0 + 9 * (n % 2), 6.0 * (n % 2), 11.0 * (n % 4 == 3)) for n in range(vertices)
    ]
    texts = [(50.0 + 20 * (number % 2), 24.0) for number in range(len(edges))] if labels else []
    return order, sizes, texts, make_layout(order, sizes, texts, SPACING, tallest)


def gap(one: Rect, other: Rect) -> float:
    """The distance between two rectangles along the axis on which they are further apart."""
    across = max(one.x - other.right, other.x - one.right)
    down = max(one.y - other.bottom, other.y - one.bottom)
    return max(across, down)


@given(graphs())
def test_boxes_and_labels_keep_their_distance(graph):
    *_, layout = laid_out(graph)
    labels = [route.label for route in layout.routes]
    for one, other in combinations([*layout.boxes, *labels], 2):
        assert gap(one, other) >= min(SPACING.row, SPACING.column) - 1e-6


@given(graphs(), st.floats(0.0, 600.0))
def test_what_is_pressed_together_keeps_its_distances_and_is_no_taller_than_it_must_be(graph, tallest):
    order, sizes, texts, layout = laid_out(graph, tallest=tallest)
    for column in layout.columns:
        for upper, lower in pairwise(column):
            free = layout.boxes[lower].y - layout.boxes[upper].bottom - sizes[lower].above - sizes[upper].below
            assert free >= SPACING.row - 1e-6
    labels = [route.label for route in layout.routes]
    assert all(one.overlap(other) == 0.0 for one, other in combinations([*layout.boxes, *labels], 2))
    loose = laid_out(graph)[3].height
    # A column of boxes and edges that is full by itself is as tall as that, whatever is asked for.
    full = max(sum(heights_in(order, sizes, texts, column)) for column in order.columns)
    assert layout.height <= max(min(tallest, loose), full) + 1e-6


def heights_in(order, sizes, texts, column):
    """What each slot of a column takes up, with the largest distance to the next."""
    labelled = {chain[-2]: number for number, chain in enumerate(order.chains)}
    for slot in column:
        if slot < order.vertices:
            yield sum(sizes[slot][1:]) + SPACING.row
        elif slot in labelled:
            yield texts[labelled[slot]][1] + SPACING.row
        else:
            yield 4.0 + SPACING.row


@given(graphs())
def test_no_edge_passes_through_a_box_that_is_not_its_own(graph):
    vertices, edges = graph
    _, _, _, layout = laid_out(graph, labels=False)
    for (source, target), route in zip(edges, layout.routes, strict=True):
        points = [route.middle(share) for share in np.linspace(0.0, 1.0, 60)]
        for vertex in set(range(vertices)) - {source, target}:
            box = layout.boxes[vertex].grown(-0.5)
            assert not any(box.x < x < box.right and box.y < y < box.bottom for x, y in points)


@given(graphs())
def test_everything_lies_within_the_size_that_is_told(graph):
    order, sizes, texts, layout = laid_out(graph)
    for box in (*layout.boxes, *(route.label for route in layout.routes)):
        assert box.x >= -1e-6
        assert box.y >= -1e-6
        assert box.right <= layout.width + 1e-6
        assert box.bottom <= layout.height + 1e-6
    least_width, least_height = least_size(order, sizes, texts, SPACING)
    assert least_width == pytest.approx(layout.width)
    assert least_height <= layout.height + 1e-6


@given(graphs())
def test_edges_lead_from_the_right_of_their_source_to_the_left_of_their_target(graph):
    _, edges = graph
    *_, layout = laid_out(graph)
    for (source, target), route in zip(edges, layout.routes, strict=True):
        start, end = layout.boxes[source], layout.boxes[target]
        assert route.points[0][0] == start.right
        assert start.y < route.points[0][1] < start.bottom
        assert route.points[-1][0] == end.x
        assert end.y < route.points[-1][1] < end.bottom
        assert all(one[0] <= other[0] + 1e-9 for one, other in pairwise(route.points))


def test_the_two_edges_of_a_square_are_apart_all_the_way():
    *_, layout = laid_out((2, [(0, 1), (0, 1)]), labels=False)
    one, other = layout.routes
    for share in np.linspace(0.0, 1.0, 21):
        assert abs(one.middle(share)[1] - other.middle(share)[1]) > 5.0


def test_a_long_edge_is_level():
    # z joins two ranks after x and y
    *_, layout = laid_out((5, [(0, 3), (1, 3), (3, 4), (2, 4)]))
    passing = layout.routes[3].points[:-1]
    assert np.ptp([y for _, y in passing]) < 1e-6


def test_a_chain_is_one_straight_line():
    order = make_order(6, [(n, n + 1) for n in range(5)], inputs=[0])
    layout = make_layout(order, [Extent(40.0, 30.0)] * 6, [], SPACING)
    assert np.ptp([box.y for box in layout.boxes]) < 1e-6


def test_columns_list_vertices_from_left_to_right_and_top_to_bottom():
    *_, layout = laid_out((5, [(0, 3), (1, 3), (3, 4), (2, 4)]))
    assert sorted(vertex for column in layout.columns for vertex in column) == list(range(5))
    for column in layout.columns:
        heights = [layout.boxes[vertex].y for vertex in column]
        assert heights == sorted(heights)
