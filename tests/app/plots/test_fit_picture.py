from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gdsim.app.plots.clipping import clipped, in_short_pieces
from gdsim.app.plots.data_points import DataPoints
from gdsim.app.plots.drawing import Viewport
from gdsim.app.plots.end_labels import spread
from gdsim.app.plots.fit_picture import (
    FitPicture,
    GhostCurve,
    NeuronCurve,
    arrange_fit,
    curves_of,
    end_labels,
    fit_range,
)
from gdsim.app.tokens import DARK, LIGHT, contrast

VIEW = Viewport(-1.0, 1.0, -2.0, 2.0, 200.0, 100.0)
XS = np.linspace(-1, 1, 41)


def measure(text):
    return 7.0 * len(text), 14.0


def full(**others):
    points = DataPoints(np.array([0.0, 0.5]), np.array([1.0, -1.0]))
    neurons = (NeuronCurve("h₁", 0, 0 * XS), NeuronCurve("h₂", 1, 0 * XS + 1))
    return FitPicture((-1.0, 1.0), XS, XS**2, XS**3, neurons, (GhostCurve("before", XS, -XS, 0),), points, **others)


def drawn(picture):
    return arrange_fit(picture, VIEW, measure, LIGHT)


def test_the_network_is_on_top_and_stands_where_it_says():
    stroke = drawn(full()).strokes[-1]
    assert (stroke.colour, stroke.width, stroke.dashes) == ("text", 2.0, ())
    at_end = stroke.points[-1]
    assert at_end == pytest.approx([200.0, 25.0])  # y = 1 is a quarter from the top
    lowest = stroke.points[stroke.points[:, 1].argmax()]
    assert lowest == pytest.approx([100.0, 50.0])


def test_every_curve_is_told_by_more_than_colour_and_named():
    curves = curves_of(full(), LIGHT)
    assert [curve.name for curve in curves] == ["h₁", "h₂", "true curve", "before", "network"]
    looks = {(curve.colour, curve.width, curve.dashes) for curve in curves}
    assert len(looks) == 5
    labels = end_labels(full(), VIEW, LIGHT)
    assert [label.text for label in labels] == ["network", "before", "true curve", "h₂", "h₁"]
    assert [label.share for label in labels] == pytest.approx([0.75, 0.25, 0.75, 0.75, 0.5])


def test_too_many_neurons_have_no_names():
    many = FitPicture(xs=XS, fit=XS, neurons=tuple(NeuronCurve(f"h{i}", i, XS) for i in range(40)))
    assert [label.text for label in end_labels(many, VIEW, LIGHT)] == ["network"]
    assert len(curves_of(many, LIGHT)) == 41


def test_heights_follow_the_data_and_not_the_network():
    calm = fit_range(full())
    wild = FitPicture((-1.0, 1.0), XS, 1e6 * XS, XS**3, points=full().points)
    assert fit_range(wild) == calm
    (x_low, x_high), (y_low, y_high) = calm
    assert x_low < -1 < 1 < x_high
    assert -1.5 < y_low < -1 < 1 < y_high < 1.5


def test_outliers_are_seen_and_classes_have_their_own_heights():
    heights = np.append(np.linspace(-1, 1, 40), 30.0)
    far = DataPoints(np.linspace(0, 1, 41), heights, outlier=heights > 5)
    assert fit_range(FitPicture(points=far))[1][1] > 30
    classes = DataPoints(np.array([0.0]), np.array([1]), classes=("A", "B"))
    assert fit_range(FitPicture(points=classes))[1] == pytest.approx((-0.1, 1.1))


def test_an_empty_picture_says_what_to_do():
    label = drawn(FitPicture(xs=XS, fit=XS)).labels[0]
    assert " ".join(text for text, _ in label.lines) == "No points yet: choose Add and click here"
    assert label.rect.x + label.rect.width / 2 == pytest.approx(100)
    assert drawn(FitPicture(editable=False)).labels[0].lines == (("No points yet", "muted"),)
    assert drawn(full()).labels == ()


def test_a_line_is_cut_at_the_edge_exactly():
    points, joined = clipped(np.array([[-100.0, 50.0], [300.0, 50.0]]), VIEW, margin=0.0)
    assert points.tolist() == [[0.0, 50.0], [200.0, 50.0]]
    assert joined.tolist() == [True, False]
    slanting, _ = clipped(np.array([[-50.0, 0.0], [150.0, 200.0]]), VIEW, margin=0.0)
    assert slanting == pytest.approx(np.array([[0.0, 50.0], [50.0, 100.0]]))


def test_what_leaves_and_returns_is_two_lines():
    wave = np.array([[10.0, 50.0], [20.0, 500.0], [30.0, 50.0], [np.nan, 0.0], [50.0, 10.0], [60.0, 10.0]])
    points, joined = clipped(wave, VIEW, margin=0.0)
    starts = points[np.flatnonzero(np.append(True, ~joined[:-1]))]
    assert starts[:, 0] == pytest.approx([10.0, 20.0 + 10 * 400 / 450, 50.0])
    assert (points >= 0).all()
    assert points[:, 1].max() == 100.0
    outside, _ = clipped(np.array([[-5.0, -5.0], [-5.0, 200.0], [np.inf, 3.0]]), VIEW, margin=0.0)
    assert len(outside) == 0


def test_pieces_draw_the_same_segments():
    rng = np.random.default_rng(3)
    points, joined = clipped(rng.uniform(-50, 250, (300, 2)), VIEW)
    pieces, apart = in_short_pieces(points, joined, 7)

    def segments(line, flags):
        return [(*line[i], *line[i + 1]) for i in np.flatnonzero(flags)]

    assert segments(pieces, apart) == segments(points, joined)
    assert len(joined) > 50
    assert len(in_short_pieces(*clipped(np.empty((0, 2)), VIEW))[0]) == 0


def test_names_stand_apart_in_their_order_and_as_near_as_can_be():
    assert spread([10.0, 50.0, 90.0], 100.0, 10.0) == pytest.approx([10.0, 50.0, 90.0])
    assert spread([50.0, 50.0], 100.0, 10.0) == pytest.approx([45.0, 55.0])
    assert spread([52.0, 50.0, 51.0], 100.0, 10.0) == pytest.approx([61.0, 41.0, 51.0])
    assert spread([100.0, 99.0], 100.0, 10.0) == pytest.approx([95.0, 85.0])
    assert spread([-5.0] * 4, 20.0, 10.0) == pytest.approx([2.5, 7.5, 12.5, 17.5])
    assert spread([], 100.0, 10.0) == []


def test_spreading_never_lets_names_overlap():
    rng = np.random.default_rng(0)
    for _ in range(200):
        wanted = rng.uniform(-50, 250, rng.integers(1, 14)).tolist()
        places = spread(wanted, 200.0, 14.0)
        assert min(places) >= 7 - 1e-9
        assert max(places) <= 193 + 1e-9
        assert len(places) == 1 or np.diff(sorted(places)).min() > 14 - 1e-9
        assert np.argsort(places, kind="stable").tolist() == np.argsort(wanted, kind="stable").tolist()


def test_a_curve_that_leaves_the_picture_is_named_beside_it_with_an_arrow():
    falling = replace(full(), fit=-40 * (XS + 0.5), neurons=(), truth=None)
    labels = end_labels(falling, VIEW, LIGHT)
    assert [(label.text, label.share > 0) for label in labels] == [("network \u2193", False), ("before", True)]
    assert end_labels(replace(falling, fit=40 * XS), VIEW, LIGHT)[0].text == "network \u2191"
    assert drawn(falling).labels == ()  # a part of it is to be seen


@pytest.mark.parametrize(
    ("curve", "words"),
    [
        (np.full(len(XS), -5e7), "\u2193 network, below the picture: y = \u22125·10⁷"),
        (1e9 + 1e8 * XS, "\u2191 network, above the picture: y from 9·10⁸ to 1.1·10⁹"),
        (np.full(len(XS), np.nan), "The network\u2019s answers are no numbers"),
        (np.where(XS > 0, 1e9, -1e9), ""),  # its steep part is seen
        (np.full(len(XS), 1.9), ""),
    ],
)  # fmt: skip
def test_a_network_out_of_sight_is_told_of_at_the_edge_where_it_is(curve, words):
    labels = arrange_fit(replace(full(), fit=curve), replace(VIEW, width=900.0), measure, LIGHT).labels
    assert [" ".join(text for text, _ in label.lines) for label in labels] == ([words] if words else [])
    for label in labels:
        assert (label.rect.bottom > 70) == ("below" in words)


def test_ghosts_differ_from_one_another_and_from_the_truth_in_hue_and_dash():
    ghosts = tuple(GhostCurve(name, XS, XS, i) for i, name in enumerate("ABCD"))
    for theme in (LIGHT, DARK):
        *_, truth, a, b, c, d, own = curves_of(replace(full(), ghosts=ghosts), theme)
        assert truth.name == "true curve"
        looks = [(curve.colour, curve.dashes) for curve in (truth, a, b, c, d, own)]
        assert len({colour for colour, _ in looks}) == len(looks)
        assert len({dashes for _, dashes in looks[1:5]}) == 4
        assert truth.dashes == ()
        assert truth.width > 1.9 * own.width
        for curve in (a, b, c, d):
            assert curve.dashes
            assert contrast(theme.colour(curve.colour), theme.panel) >= 3
            assert curve.colour not in (theme.training, theme.validation)
