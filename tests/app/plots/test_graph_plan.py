from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gdsim.app.plots.graph_labels import Lines
from gdsim.app.plots.graph_picture import CONSTANT, INPUT, OPERATION, EdgePicture, GraphPicture, NodePicture
from gdsim.app.plots.graph_plan import make_plan, taken_by_boxes, words_at
from gdsim.app.plots.graph_sizes import BESIDE, PRODUCTS
from gdsim.app.plots.graph_skeleton import Skeleton
from gdsim.app.tabs.backprop.graph_shown import GraphShown
from gdsim.core.backprop.tracing import compute
from gdsim.core.backprop.walk import walk
from gdsim.core.expression import ParseError

ROOM = (648.0, 526.0)
"""What is left of a window of 1280 × 800."""


def measure(size):
    return lambda text: (0.6 * size * len(text), 1.2 * size)


def plan_of(picture, room=ROOM, scale=1.0):
    return make_plan(Skeleton.of(picture), *room, scale, measure)


def shown(text: str) -> GraphPicture:
    steps = walk(compute(text))
    return GraphShown().picture(steps, steps.end, None)


def chain(length: int) -> GraphPicture:
    nodes = [NodePicture("x", INPUT, partial="p"), *(NodePicture(f"v{n}", partial="p") for n in range(length))]
    return GraphPicture(tuple(nodes), tuple(EdgePicture(n, n + 1) for n in range(length)))


def expressions():
    names = st.sampled_from(["x", "y", "w11", "lambda", "2", "0.125"])
    return st.recursive(
        names,
        lambda inner: st.one_of(
            st.builds("({} {} {})".format, inner, st.sampled_from("+-*/"), inner),
            st.builds("{}({})".format, st.sampled_from(["sin", "tanh", "exp"]), inner),
            st.builds("({})^2".format, inner),
        ),
        max_leaves=22,
    ).map(lambda text: f"{text} + x")


def check(picture, room, scale):
    """Nothing lies on anything else, and all of it is within the room."""
    plan = plan_of(picture, room, scale)
    layout = plan.layout
    assert plan.zoom * layout.width <= room[0] + 1e-6
    assert plan.zoom * layout.height <= room[1] + 1e-6
    for one, other in combinations(layout.boxes, 2):
        assert one.overlap(other) == 0.0
    for box in layout.boxes:
        assert min(box.x, box.y) >= -1e-6
        assert box.right <= layout.width + 1e-6
        assert box.bottom <= layout.height + 1e-6
    solid = taken_by_boxes(picture, layout, scale)
    for words in plan.words, words_at(picture, plan, 2.2 * plan.zoom, scale, measure):
        assert all(one.overlap(other) == 0.0 for one, other in combinations(words.rects, 2))
        assert all(rect.overlap(box) == 0.0 for rect in words.rects for box in solid)
    for edge, route in zip(picture.edges, layout.routes, strict=True):
        points = [route.middle(share) for share in np.linspace(0.0, 1.0, 40)]
        for vertex in set(range(len(layout.boxes))) - {edge.source, edge.target}:
            box = layout.boxes[vertex].grown(-0.5)
            assert not any(box.x < x < box.right and box.y < y < box.bottom for x, y in points)
    return plan


@settings(max_examples=25)
@given(expressions(), st.sampled_from([ROOM, (420.0, 380.0), (1200.0, 800.0)]), st.sampled_from([1.0, 1.5]))
def test_nothing_overlaps_and_all_is_seen(text, room, scale):
    with suppress(ParseError):
        check(shown(text), room, scale)


RECURRENT = "\n".join(f"h{n} = tanh(w*x{n} + u*h{n - 1} + b)" for n in range(1, 5)) + "\nL = (h4 - t)^2"
NESTED = "a = sin(x)*cos(y); b = exp(-a^2); c = ln(1 + b); d = sqrt(c + x^2); g = d*b + c*a; h = tanh(g); h/(1 + h^2)*x"


@pytest.mark.parametrize("text", [RECURRENT, NESTED])
def test_a_deep_graph_has_stacks_and_stays_readable(text):
    picture = shown(text)
    plan = check(picture, ROOM, 1.0)
    assert plan.detail.font * plan.zoom > 8.5
    straight = 0
    for edge, route in zip(picture.edges, plan.layout.routes, strict=True):
        if route.upright and picture.nodes[edge.source].kind != CONSTANT:
            upper, lower = plan.layout.boxes[edge.source], plan.layout.boxes[edge.target]
            assert upper.bottom == route.points[0][1] < route.points[1][1] == lower.y
            straight += 1
    assert straight > 2
    columns = plan.layout.columns
    assert sorted(vertex for column in columns for vertex in column) == list(range(len(picture.nodes)))


@pytest.mark.parametrize(
    "text",
    [
        "y = tanh(w1*x1 + w2*x2 + b)\nL = (y - t)^2 + lambda*(w1^2 + w2^2)",
        "a = exp(z1)\nb = exp(z2)\nc = exp(z3)\ns = a + b + c\nL = -ln(a/s)",
        "h1 = tanh(w11*x1 + w21*x2 + b1)\nh2 = tanh(w12*x1 + w22*x2 + b2)\ny = v1*h1 + v2*h2 + c\nL = (y - t)^2",
    ],
)
def test_neuron_softmax_and_network_say_at_every_edge_what_it_carries(text):
    picture = shown(text)
    plan = plan_of(picture)
    assert len(plan.words.rects) == sum(edge.carries for edge in picture.edges)
    assert plan.detail.font * plan.zoom >= 9.5


def mistaken(picture) -> int:
    """How many words are nearer to another edge than to their own."""
    plan = plan_of(picture)
    shares = np.linspace(0.0, 1.0, 80)
    lines = [np.array([route.middle(share) for share in shares]) for route in plan.layout.routes]
    found = 0
    for number, place in enumerate(plan.words.places):
        if place is None:
            continue
        left, top, right, bottom = place.rect.x, place.rect.y, place.rect.right, place.rect.bottom
        nearest = [np.clip(line, (left, top), (right, bottom)) for line in lines]
        away = [np.hypot(*(line - near).T).min() for line, near in zip(lines, nearest, strict=True)]
        others = [gap for gap, edge in zip(away, picture.edges, strict=True) if edge.carries]
        found += min(others) < away[number] - 1.0
    return found


def test_words_stand_nearer_to_their_own_edge_than_to_another_where_they_can(monkeypatch):
    picture = shown("y = tanh(w1*x1 + w2*x2 + b)\nL = (y - t)^2 + lambda*(w1^2 + w2^2)")
    now = mistaken(picture)
    monkeypatch.setattr("gdsim.app.plots.graph_labels._FOREIGN", 0.0)
    assert now < mistaken(picture)


def test_a_small_graph_has_columns_for_whole_products():
    assert plan_of(chain(2), (900.0, 500.0)).detail.edges == PRODUCTS
    assert plan_of(chain(12), (900.0, 500.0)).detail.edges == BESIDE


def test_zoomed_in_edges_say_more():
    picture = chain(10)
    plan = plan_of(picture)
    assert not plan.words.products
    assert words_at(picture, plan, 6 * plan.zoom, 1.0, measure).products


def test_values_move_nothing():
    before = shown("sin(x*y) + exp(x)^2")
    nodes = tuple(replace(node, value=-1.23456e-9, adjoint=7e11, order=44) for node in before.nodes)
    edges = tuple(replace(edge, local=-3.3e33, upstream=-2e-200, contribution=-1e-99) for edge in before.edges)
    assert plan_of(GraphPicture(nodes, edges)).words == plan_of(before).words
    assert plan_of(GraphPicture(nodes, edges)).layout == plan_of(before).layout


def test_a_constant_stands_at_the_box_that_uses_it():
    picture = shown("2*x^3 - ln(5)")
    layout = plan_of(picture).layout
    for edge, route in zip(picture.edges, layout.routes, strict=True):
        source = picture.nodes[edge.source]
        if source.kind == CONSTANT and picture.nodes[edge.target].symbol != "ln":
            (x, _), (below, _) = route.points
            assert x == below
            assert layout.boxes[edge.source].overlap(layout.boxes[edge.target].grown(30.0)) > 0.0
    small = [box.height for node, box in zip(picture.nodes, layout.boxes, strict=True) if node.kind == CONSTANT]
    large = [box.height for node, box in zip(picture.nodes, layout.boxes, strict=True) if node.kind == OPERATION]
    assert max(small) < min(large) / 2


def test_lines_are_points_of_the_routes():
    layout = plan_of(shown("(x + 1)*x*x/(x*y)")).layout
    lines = Lines.of(layout.routes)
    for number, route in enumerate(layout.routes):
        mine = lines.points[lines.owners == number]
        expected = [route.middle(share) for share in np.linspace(0.0, 1.0, len(mine))]
        np.testing.assert_allclose(mine, expected, atol=1e-9)


def test_what_never_fits_is_shown_small():
    plan = plan_of(chain(80), (600.0, 500.0))
    assert plan.zoom * plan.layout.width <= 600.0 + 1e-6
