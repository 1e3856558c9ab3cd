from __future__ import annotations

from itertools import combinations

from gdsim.app.plots.graph_notes import place_notes
from gdsim.app.plots.graph_picture import EdgePicture, GraphPicture, NodePicture
from gdsim.app.plots.graph_plan import make_plan, taken_by_boxes
from gdsim.app.plots.graph_skeleton import Skeleton


def measure(size):
    return lambda text: (0.6 * size * len(text), 1.2 * size)


def noted(ends, vertices, working, room=(700.0, 500.0), size=(100.0, 14.0), passes=1):
    nodes = tuple(NodePicture(f"v{n}", partial="p", value=1.0) for n in range(vertices))
    edges = tuple(EdgePicture(*pair, 1.0, working=n in working, passes=passes) for n, pair in enumerate(ends))
    picture = GraphPicture(nodes, edges)
    plan = make_plan(Skeleton.of(picture), *room, 1.0, measure)
    boxes = taken_by_boxes(picture, plan.layout, 1.0)
    notes = place_notes(edges, plan, plan.words, boxes, lambda n: [size] if n in working else [], (14.0, 10.0))
    return plan, boxes, notes


def rects(places):
    return [place.rect for place in places.values()]


def test_every_edge_at_work_has_a_note_and_no_other():
    *_, notes = noted([(0, 2), (1, 2), (2, 3)], 4, {0, 1})
    assert set(notes.notes) == {0, 1}


def test_an_edge_says_a_thing_once():
    plan, _, notes = noted([(0, 2), (1, 2), (2, 3)], 4, {0, 1})
    assert len(plan.words.rects) == 3
    assert set(notes.words) == {2}


def test_nothing_lies_on_anything_even_where_all_is_full():
    full = [(0, n) for n in range(1, 14)]
    for ends, vertices, room in (([(0, 2), (1, 2), (2, 3)], 4, (700.0, 500.0)), (full, 14, (260.0, 300.0))):
        _, boxes, notes = noted(ends, vertices, set(range(len(ends))), room, passes=2)
        words = [*rects(notes.notes), *rects(notes.words), *rects(notes.counts)]
        assert all(one.overlap(other) == 0.0 for one, other in combinations(words, 2))
        assert all(one.overlap(box) == 0.0 for one in words for box in boxes)


def test_an_edge_without_a_place_for_its_note_goes_on_saying_what_it_says():
    plan, _, notes = noted([(0, 1), (1, 2)], 3, {0}, size=(5000.0, 14.0))
    assert not notes.notes
    assert notes.words[0] == plan.words.places[0]


def test_a_walk_that_came_twice_is_counted_at_each_edge():
    *_, notes = noted([(0, 1), (1, 2)], 3, set(), passes=2)
    assert set(notes.counts) == {0, 1}
    assert not noted([(0, 1), (1, 2)], 3, set(), passes=1)[2].counts
