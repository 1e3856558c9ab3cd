"""The names at the ends of a race's paths, and the numbers beside minima."""

from __future__ import annotations

import itertools

import numpy as np

from gdsim.app.plots.drawing import Rect, Viewport
from gdsim.app.plots.surface_picture import SurfacePicture, arrange_surface
from gdsim.app.plots.surface_tracks import Marks, Track
from gdsim.app.plots.track_labels import end_labels, number_badges

BOUNDS = Rect(0, 0, 400, 300)
VIEW = Viewport(0.0, 400.0, 0.0, 300.0, 400.0, 300.0)


def measure(text: str) -> tuple[float, float]:
    return 7.0 * len(text), 14.0


def lines(request) -> list[str]:
    return [text for text, _ in request.lines]


def test_ends_at_one_place_share_a_label_and_others_have_their_own():
    near = [("a", (100.0, 100.0)), ("b", (104.0, 97.0)), ("c", (300.0, 100.0))]
    assert [lines(request) for request in end_labels(near, BOUNDS)] == [["a", "b"], ["c"]]


def test_many_names_are_counted():
    (request,) = end_labels([(name, (10.0, 10.0)) for name in "abcdefgh"], BOUNDS)
    assert lines(request) == ["a", "b", "c", "d", "and 4 more"]
    (request,) = end_labels([(name, (10.0, 10.0)) for name in "abcde"], BOUNDS)
    assert lines(request) == ["a", "b", "c", "d", "e"]


def test_three_runs_that_end_together_are_counted():
    for names, told in (("ab", ["a", "b"]), ("abc", ["3 runs end here"])):
        (request,) = end_labels([(name, (10.0, 10.0)) for name in names], BOUNDS, "{} runs end here")
        assert lines(request) == told


def test_an_end_out_of_view_is_named_at_the_edge():
    inside, outside = end_labels([("a", (390.0, 100.0)), ("b", (9000.0, 100.0))], BOUNDS)
    assert lines(inside) == ["a"]
    assert lines(outside) == ["b", "out of view"]
    assert outside.anchor == (400.0, 100.0)


def test_eleven_runs_that_end_together_have_labels_that_do_not_overlap():
    ends = [(200.0 + 3 * k, 150.0 + 2 * (k % 3)) for k in range(11)]
    tracks = tuple(Track(np.array([[10.0, 10.0], end]), "good", f"runner {k}") for k, end in enumerate(ends))
    picture = SurfacePicture(x=10.0, y=10.0, value=0.0, tracks=tracks)
    labels = arrange_surface(picture, VIEW, measure).labels
    assert labels
    assert all(one.rect.overlap(other.rect) == 0 for one, other in itertools.combinations(labels, 2))
    told = [text for label in labels for text, _ in label.lines]
    assert told == ["11 runs end here"]


def test_numbers_stand_beside_their_points_without_overlap():
    points = np.array([[50.0, 50.0], [52.0, 52.0], [200.0, 100.0], [900.0, 10.0], [np.nan, 1.0]])
    labels = number_badges((Marks(points, "text", badges=("1", "2", "3", "4", "5")),), VIEW, measure)
    assert [label.lines[0][0] for label in labels] == ["1", "3"]
    first = labels[0].rect
    assert 50 < first.x < 70
    assert 300 - 50 - 30 < first.y < 300 - 50  # pixels count downwards


def test_a_hundred_numbers_are_all_there():
    points = np.array([[30.0 + 35 * i, 20.0 + 28 * j] for i in range(10) for j in range(10)])
    names = tuple(str(k) for k in range(100))
    labels = number_badges((Marks(points, "text", radius=3.0, badges=names),), VIEW, measure)
    assert [label.lines[0][0] for label in labels] == list(names)
    assert all(one.rect.overlap(other.rect) == 0 for one, other in itertools.combinations(labels, 2))
