from __future__ import annotations

import pytest

from gdsim.app.plots.drawing import Rect
from gdsim.app.plots.graph_bubble import bubble_place

BOUNDS = Rect(2.0, 2.0, 400.0, 300.0)
BOX = Rect(150.0, 140.0, 50.0, 40.0)


def test_a_bubble_stands_at_its_box_where_there_is_room():
    place = bubble_place((120.0, 30.0), BOX, BOUNDS, [BOX])
    assert place.overlap(BOX) == 0.0
    assert BOX.grown(20.0).overlap(place) > 0.0


def test_a_bubble_covers_neither_boxes_nor_words_while_anything_is_free():
    shown = [BOX, Rect(2.0, 2.0, 400.0, 120.0), Rect(2.0, 120.0, 130.0, 180.0), Rect(132.0, 190.0, 270.0, 112.0)]
    place = bubble_place((120.0, 30.0), BOX, BOUNDS, shown)
    assert all(place.overlap(rect) == 0.0 for rect in shown)
    assert place.right <= BOUNDS.right


@pytest.mark.parametrize("size", [(120.0, 30.0), (390.0, 60.0), (900.0, 30.0)])
def test_where_all_is_full_or_too_small_there_is_a_place_all_the_same(size):
    place = bubble_place(size, BOX, BOUNDS, [Rect(0.0, 0.0, 500.0, 400.0)])
    assert (place.width, place.height) == size
    assert place.overlap(BOX) == 0.0 or size[0] > BOUNDS.width
    assert place.x >= BOUNDS.x
