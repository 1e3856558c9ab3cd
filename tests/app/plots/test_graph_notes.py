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
    notes = place_notes(edges, plan, plan.words, boxes, lambda n, named: [size] if n in working else [], (14.0, 10.0))
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


def test_a_note_without_a_place_is_listed_at_the_foot_and_its_edge_goes_on_saying_what_it_says():
    plan, _, notes = noted([(0, 1), (1, 2)], 3, {0}, size=(5000.0, 14.0))
    assert not notes.notes
    assert notes.foot == (0,)
    assert notes.words[0] == plan.words.places[0]


def test_a_note_too_large_for_its_surroundings_stands_further_off():
    _, boxes, notes = noted([(0, 1), (1, 2)], 3, {0}, size=(300.0, 120.0))
    assert notes.far == {0}
    assert not any(notes.notes[0].rect.overlap(box) > 0.0 for box in boxes)
    assert not noted([(0, 1), (1, 2)], 3, {0})[2].far


def test_edges_that_have_no_room_to_speak_are_counted():
    full = [(0, n) for n in range(1, 14)]
    *_, notes = noted(full, 14, {0, 1}, (260.0, 300.0))
    edges = [EdgePicture(*pair, 1.0) for pair in full]
    silent = [number for number in range(13) if number not in notes.notes and number not in notes.words]
    assert notes.silent(edges) == len(silent) > 0
    edges[silent[0]] = EdgePicture(*full[silent[0]], carries=False)
    assert notes.silent(edges) == len(silent) - 1


def test_a_walk_that_came_twice_is_counted_at_each_edge():
    *_, notes = noted([(0, 1), (1, 2)], 3, set(), passes=2)
    assert set(notes.counts) == {0, 1}
    assert not noted([(0, 1), (1, 2)], 3, set(), passes=1)[2].counts
