from __future__ import annotations

import numpy as np
import pytest

from gdsim.app.plots.data_points import (
    DataPoints,
    changed_by_hand,
    changed_rows,
    describe,
    nearest,
    neighbour,
    same_values,
)
from gdsim.app.plots.drawing import Viewport
from gdsim.app.plots.point_marks import legend_entries, marks_of, outline, radius_for
from gdsim.app.tokens import LIGHT

VIEW = Viewport(0.0, 10.0, 0.0, 10.0, 100.0, 100.0)  # ten pixels a unit
SQUARE = DataPoints(
    np.array([[2.0, 2.0], [8.0, 2.0], [2.0, 8.0], [8.0, 8.0]]), np.array([0, 1, 1, 0]), classes=("A", "B")
)


def test_one_input_stands_at_its_target_and_two_where_they_say():
    line = DataPoints(np.array([[1.0], [2.0]]), np.array([5.0, 6.0]))
    assert line.places().tolist() == [[1.0, 5.0], [2.0, 6.0]]
    assert DataPoints(np.array([1.0, 2.0]), np.array([5.0, 6.0])).places().tolist() == line.places().tolist()
    assert SQUARE.places().tolist() == [[2, 2], [8, 2], [2, 8], [8, 8]]


def test_masks_left_out_are_none():
    assert SQUARE.wrong.tolist() == [False] * 4
    assert len(DataPoints()) == 0
    assert DataPoints().places().shape == (0, 2)


@pytest.mark.parametrize(("pixel", "index"), [((20, 80), 0), ((31, 80), 0), ((80, 21), 3), ((20, 60), None)])
def test_the_nearest_point_within_reach(pixel, index):
    assert nearest(SQUARE, VIEW, pixel, reach=14.0) == index


def test_of_points_in_one_place_the_one_on_top_is_taken():
    points = DataPoints(np.array([[5.0, 5.0], [5.0, 5.0], [np.nan, 5.0]]), np.zeros(3))
    assert nearest(points, VIEW, (52, 50)) == 1


def test_arrows_walk_the_way_they_point():
    assert neighbour(SQUARE, VIEW, 0, (1, 0)) == 1
    assert neighbour(SQUARE, VIEW, 0, (0, 1)) == 2
    assert neighbour(SQUARE, VIEW, 3, (-1, 0)) == 2
    assert neighbour(SQUARE, VIEW, 3, (0, -1)) == 1
    assert neighbour(SQUARE, VIEW, 0, (-1, 0)) == 0
    assert neighbour(DataPoints(), VIEW, None, (1, 0)) is None


def test_every_point_can_be_reached_even_in_one_place():
    points = DataPoints(np.array([[5.0, 5.0]] * 4 + [[6.0, 5.0]]), np.zeros(5))
    walk, at = [], 0
    for _ in range(4):
        at = neighbour(points, VIEW, at, (1, 0))
        walk.append(at)
    assert walk == [1, 2, 3, 4]
    assert neighbour(points, VIEW, 4, (-1, 0)) in range(4)


def test_a_point_in_words():
    points = DataPoints(
        np.array([[0.5, -1.25]]), np.array([1]), np.array([True]), np.array([True]), np.array([True]),
        classes=("A", "B"), predictions=np.array([0.17]),
    )  # fmt: skip
    assert describe(points, 0, "a", "b") == (
        "point 1: a = 0.5, b = −1.25, class B, predicted A with 0.83, wrong label, outlier, validation"
    )
    three = DataPoints(
        np.zeros((1, 2)), np.array([2]), classes=("A", "B", "C"), predictions=np.array([[0.1, 0.2, 0.7]])
    )
    assert describe(three, 0) == "point 1: x = 0, y = 0, class C, predicted C with 0.70"
    value = DataPoints(np.array([[1.0]]), np.array([2.0]), predictions=np.array([1.5]))
    assert describe(value, 0) == "point 1: x = 1, y = 2, predicted 1.5"
    flat = DataPoints(np.array([[1.0, 2.0]]), np.array([3.0]), predictions=np.array([np.nan]))
    assert describe(flat, 0, value_name="z") == "point 1: x = 1, y = 2, z = 3, predicted undefined"


def test_same_values_takes_nan_for_nan():
    assert same_values(np.array([1.0, np.nan]), np.array([1.0, np.nan]))
    assert not same_values(np.array([1.0, np.nan]), np.array([1.0, 2.0]))
    assert not same_values(np.zeros(2), np.zeros(3))
    assert same_values(None, None)
    assert not same_values(None, np.zeros(1))


def test_marks_tell_class_and_validation_by_shape():
    points = DataPoints(np.zeros((4, 2)), np.array([0, 1, 0, 1]), np.array([0, 0, 1, 1]), classes=("A", "B"))
    marks, numbers = marks_of(points, LIGHT, None)
    looks = [(marks[number].marker, marks[number].hollow, marks[number].colour) for number in numbers]
    assert looks == [("disc", False, LIGHT.classes[0]), ("square", False, LIGHT.classes[1]),
                     ("disc", True, LIGHT.classes[0]), ("square", True, LIGHT.classes[1])]  # fmt: skip


def test_values_are_coloured_by_their_target_or_by_what_they_are_for():
    points = DataPoints(np.zeros((3, 2)), np.array([0.0, 1.0, np.nan]), np.array([False, True, False]))
    marks, numbers = marks_of(points, LIGHT, (0.0, 1.0))
    assert marks[numbers[0]].colour != marks[numbers[1]].colour
    assert marks[numbers[2]].colour == marks[numbers[0]].colour
    line, numbers = marks_of(points, LIGHT, None)
    assert [line[number].colour for number in numbers] == [LIGHT.training, LIGHT.validation, LIGHT.training]


def test_the_legend_names_what_is_there_and_nothing_else():
    def words(points, value_range=None):
        return [entry.text for entry in legend_entries(points, LIGHT, value_range)]

    assert words(DataPoints()) == []
    assert words(SQUARE) == ["A", "B"]
    marked = DataPoints(np.zeros((4, 2)), np.zeros(4, dtype=int), np.array([1, 0, 0, 0]), np.array([0, 1, 0, 0]),
                        np.array([0, 0, 1, 0]), np.array([0, 0, 0, 1]), ("A", "B"))  # fmt: skip
    assert words(marked) == ["A", "training", "validation", "mistaken", "wrong label", "outlier"]
    assert words(DataPoints(np.zeros((2, 1)), np.zeros(2))) == ["training"]


def test_many_points_are_small_and_markers_are_about_their_place():
    assert radius_for(10) > radius_for(1000) > radius_for(5000)
    for marker in ("square", "triangle", "diamond", "inverted", "pentagon", "star", "hexagon"):
        corners = outline(marker)
        middle = (corners.max(axis=0) + corners.min(axis=0)) / 2
        assert np.abs(middle).max() < 0.2, marker
    assert outline("disc") is None
    assert outline("triangle")[:, 1].argmin() == 0  # its tip is up


def test_a_change_by_hand_is_told_from_other_data():
    def data(*places):
        return DataPoints(np.array(places, dtype=float), np.zeros(len(places), dtype=int), classes=("A", "B"))

    before = data((0, 0), (1, 0), (2, 0))
    assert changed_by_hand(before, data((0, 0), (1, 0), (2, 0), (3, 0)))
    assert changed_by_hand(before, data((0, 0), (5, 5), (2, 0)))
    assert changed_by_hand(before, data((0, 0), (2, 0)))
    assert changed_by_hand(before, data((0, 0), (1, 0)))
    assert not changed_by_hand(before, before)
    assert not changed_by_hand(before, data((4, 0), (5, 0), (6, 0), (7, 0)))
    assert not changed_by_hand(before, data((4, 0), (2, 0)))
    assert not changed_by_hand(before, data((4, 0), (1, 0), (6, 0)))
    assert changed_rows(before, data((0, 0), (5, 5), (2, 0), (1, 1))).tolist() == [1, 3]
