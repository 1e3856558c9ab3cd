from __future__ import annotations

from itertools import combinations

from gdsim.app.plots.graph_layout import Spacing, make_layout
from gdsim.app.plots.graph_notes import place_notes
from gdsim.app.plots.graph_order import make_order
from gdsim.app.plots.graph_picture import EdgePicture


def notes_of(ends, vertices, working, apart=18.0):
    order = make_order(vertices, ends, inputs=[0])
    layout = make_layout(order, [(44.0, 40.0)] * vertices, [], Spacing(10.0, apart, 5.0))
    edges = [EdgePicture(*pair, 1.0, working=number in working) for number, pair in enumerate(ends)]
    notes = place_notes(edges, layout, lambda edge: edge.working, lambda edge: (80.0, 14.0))
    return layout, edges, notes


def test_every_edge_at_work_has_a_note_and_no_other():
    _, edges, notes = notes_of([(0, 2), (1, 2), (2, 3)], 4, {0, 1})
    assert [edge for edge, _ in notes] == edges[:2]


def test_notes_cover_neither_one_another_nor_boxes_where_there_is_room():
    layout, _, notes = notes_of([(0, 2), (1, 2), (2, 3), (3, 4)], 5, {0, 1}, apart=60.0)
    assert all(one.overlap(other) == 0.0 for (_, one), (_, other) in combinations(notes, 2))
    assert all(place.overlap(box) == 0.0 for _, place in notes for box in layout.boxes)


def test_a_note_stands_near_its_edge_and_within_the_graph():
    layout, _, notes = notes_of([(0, 1), (1, 2)], 3, {0, 1})
    for edge, place in notes:
        start, end = layout.boxes[edge.source], layout.boxes[edge.target]
        assert abs(place.x + place.width / 2 - (start.right + end.x) / 2) < 60.0
        assert place.x >= -12.0
        assert place.right <= layout.width + 12.0


def test_where_everything_is_full_a_note_is_left_out_rather_than_laid_on_a_box():
    ends = [(0, 3), (1, 3), (2, 3), (3, 4)]
    roomy = notes_of(ends, 5, {0, 1, 2, 3}, apart=60.0)
    assert len(roomy[2]) == 4
    layout, _, notes = notes_of([(0, n) for n in range(1, 14)], 14, set(range(13)), apart=2.0)
    assert all(place.overlap(box) == 0.0 for _, place in notes for box in layout.boxes)
