from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gdsim.app.plots.drawing import Rect, square
from gdsim.app.plots.labels import LabelRequest, place_labels

BOUNDS = Rect(0, 0, 400, 300)
place = st.tuples(st.floats(-50, 450), st.floats(-50, 350))


def measure(text: str) -> tuple[float, float]:
    return 7.0 * len(text), 15.0


@given(place, st.lists(place, min_size=1, max_size=5))
def test_no_label_covers_the_ball_or_another_label_or_leaves_the_plot(ball, anchors):
    forbidden = square(*ball, 16)
    requests = [LabelRequest((("slope −2.600", "tangent"),), anchor) for anchor in anchors]
    labels = place_labels(requests, measure, BOUNDS, [forbidden])
    for number, label in enumerate(labels):
        assert label.rect.overlap(forbidden) == 0
        assert label.rect.x >= 0
        assert label.rect.y >= 0
        assert label.rect.right <= BOUNDS.right + 1e-9
        assert label.rect.bottom <= BOUNDS.bottom + 1e-9
        assert all(label.rect.overlap(other.rect) == 0 for other in labels[:number])


def test_the_first_direction_is_taken_where_there_is_room():
    request = LabelRequest((("step", "step"),), (200, 150), ("n", "s"))
    (label,) = place_labels([request], measure, BOUNDS, [])
    assert label.rect.bottom < 150
    assert abs(label.rect.x + label.rect.width / 2 - 200) < 1e-9


def test_a_label_keeps_off_a_curve():
    request = LabelRequest((("step", "step"),), (200, 150), ("n", "s"))
    curve = np.column_stack([np.arange(180.0, 220.0), np.full(40, 135.0)])
    (label,) = place_labels([request], measure, BOUNDS, [], lines=curve)
    assert label.rect.y > 150


def test_a_label_without_a_free_place_is_left_out():
    request = LabelRequest((("a long label", "step"),), (20, 20))
    assert place_labels([request], measure, Rect(0, 0, 60, 40), [Rect(0, 0, 60, 40)]) == ()
