"""The immutable points: their operations, their marks, and that selections by share are exact and nested."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdsim.core.datasets import Data, labels_of, targets_of

SHARES = st.floats(0.0, 1.0)


def rng(seed=3):
    return np.random.default_rng(seed)


def values(n=10):
    return Data(np.arange(n, dtype=float)[:, None], np.arange(n, dtype=float)[:, None] ** 2, "regression")


def classes(labels, k):
    labels = np.asarray(labels)
    names = tuple("ABCDEFGH"[:k])
    inputs = np.column_stack([labels, np.arange(len(labels))])
    return Data(inputs, targets_of(labels, k), "classification", class_names=names)


class_data = st.integers(2, 5).flatmap(
    lambda k: st.lists(st.integers(0, k - 1), min_size=1, max_size=60).map(lambda labels: classes(labels, k))
)


def test_names_are_filled_in():
    assert values().input_names == ("x",)
    assert values().target_name == "y"
    assert classes([0, 1], 2).input_names == ("x1", "x2")
    assert classes([0, 1], 2).target_name == "class"


def test_nothing_can_be_written_into():
    source = np.zeros((3, 1))
    data = Data(source, source, "regression")
    for name in ("inputs", "targets", "wrong", "outlier", "validation"):
        with pytest.raises(ValueError, match="read-only"):
            getattr(data, name)[0] = 1
    source[0] = 5.0
    assert data.inputs[0, 0] == 0.0
    with pytest.raises(dataclasses.FrozenInstanceError):
        data.kind = "classification"


@pytest.mark.parametrize("k", [2, 3, 5])
def test_labels_and_targets_are_each_others_inverse(k):
    labels = np.arange(20) % k
    assert targets_of(labels, k).shape == (20, 1 if k == 2 else k)
    np.testing.assert_array_equal(labels_of(targets_of(labels, k)), labels)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"targets": np.zeros((3, 1))}, "10 rows of inputs but 3"),
        ({"inputs": np.zeros(10)}, "rows and columns"),
        ({"inputs": np.full((10, 1), np.nan)}, "not a finite number"),
        ({"wrong": np.zeros(4, bool)}, "4 entries for 10 points"),
        ({"input_names": ("a", "b")}, "1 inputs but 2 names"),
        ({"input_names": ("y",)}, "same name"),
        ({"input_names": ("validation",)}, "marks points"),
        ({"input_names": (" ",)}, "needs a name"),
        ({"kind": "classification"}, "two or more different names"),
        ({"kind": "classification", "class_names": ("a", "b", "c")}, "3 classes need 3 target columns"),
        ({"class_names": ("a", "b")}, "no classes"),
    ],
)
def test_what_is_no_data_is_refused_in_a_sentence(changes, words):
    with pytest.raises(ValueError, match=words):
        dataclasses.replace(values(), **changes)


def test_a_point_is_added_at_the_end():
    data = values(3).with_point([7.5], -1.0, validation=True)
    assert len(data) == 4
    assert data.inputs[3, 0] == 7.5
    assert data.targets[3, 0] == -1.0
    assert data.validation.tolist() == [False, False, False, True]
    assert len(values(3)) == 3


@pytest.mark.parametrize("k", [2, 4])
def test_a_point_of_a_class_is_added_by_the_class_number(k):
    data = classes([0, 1, 0], k).with_point([1.0, 2.0], k - 1)
    assert data.labels.tolist() == [0, 1, 0, k - 1]


@pytest.mark.parametrize("label", [-1, 2, 0.5])
def test_a_class_that_does_not_exist_is_refused(label):
    with pytest.raises(ValueError, match="There are the classes 0 to 1"):
        classes([0, 1], 2).with_point([0.0, 0.0], label)


def test_a_point_with_too_few_inputs_is_refused():
    with pytest.raises(ValueError, match="has 2 inputs, not 1"):
        classes([0, 1], 2).with_point([0.0], 1)


def test_a_moved_point_keeps_its_value_and_its_marks():
    data = values(4).with_outliers(1.0, rng())
    moved = data.moved(2, [9.0])
    assert moved.inputs[:, 0].tolist() == [0.0, 1.0, 9.0, 3.0]
    np.testing.assert_array_equal(moved.targets, data.targets)
    assert moved.outlier.all()
    assert data.inputs[2, 0] == 2.0


def test_a_new_value_or_class_takes_the_mark_away():
    assert values(4).with_outliers(1.0, rng()).moved(2, [2.0], 4.0).outlier.tolist() == [True, True, False, True]
    data = classes([0, 1, 0], 2).with_wrong_labels(1.0, rng())
    assert data.labels.tolist() == [1, 0, 1]
    again = data.moved(0, data.inputs[0], 0)
    assert again.labels.tolist() == [0, 0, 1]
    assert again.wrong.tolist() == [False, True, True]
    assert data.moved(0, data.inputs[0], 1).wrong.all()


def test_a_point_is_removed_with_its_marks():
    data = classes([0, 1, 1], 2).with_wrong_labels(0.4, rng()).without(1)
    assert data.inputs[:, 1].tolist() == [0.0, 2.0]
    assert len(data.wrong) == len(data.validation) == 2


@pytest.mark.parametrize("index", [-1, 3])
def test_a_point_that_is_not_there(index):
    for act in (lambda: values(3).without(index), lambda: values(3).moved(index, [0.0])):
        with pytest.raises(IndexError, match="among 3"):
            act()


def test_equal_data_is_equal():
    assert values() == values()
    assert values() != values().moved(0, [0.5])
    assert values() != dataclasses.replace(values(), target_name="z")
    assert values() != values().split(0.3, rng())
    assert values() != "data"


def test_training_and_validation_set_are_the_whole():
    data = values(20).split(0.3, rng())
    assert len(data.validation_set) == 6
    assert len(data.training_set) == 14
    both = np.concatenate([data.training_set.inputs, data.validation_set.inputs])[:, 0]
    assert sorted(both) == list(range(20))
    assert data.validation_set.validation.all()


@given(class_data, SHARES, st.integers(0, 5))
def test_the_split_is_exact_and_holds_each_class_by_its_share(data, share, seed):
    split = data.split(share, rng(seed))
    count = int(split.validation.sum())
    assert count == min(round(share * len(data)), len(data) - 1)
    for label in range(data.classes):
        members = data.labels == label
        held_out = int((split.validation & members).sum())
        # The last of each class stays in training while there is a choice, which can push one more out elsewhere.
        assert abs(held_out - count * members.sum() / len(data)) <= data.classes
    np.testing.assert_array_equal(split.inputs, data.inputs)


@given(class_data, SHARES, SHARES, st.integers(0, 5))
def test_larger_shares_contain_the_smaller(data, one, other, seed):
    small, large = sorted([one, other])
    assert not (data.split(small, rng(seed)).validation & ~data.split(large, rng(seed)).validation).any()
    few, many = data.with_wrong_labels(small, rng(seed)), data.with_wrong_labels(large, rng(seed))
    assert not (few.wrong & ~many.wrong).any()
    np.testing.assert_array_equal(few.labels[few.wrong], many.labels[few.wrong])


def test_a_class_keeps_a_point_for_training_while_it_can():
    data = classes([0] * 9 + [1], 2).split(0.6, rng())
    assert data.training_set.class_counts == (3, 1)


@given(class_data, SHARES, st.integers(0, 5))
def test_exactly_the_marked_labels_are_wrong(data, share, seed):
    flipped = data.with_wrong_labels(share, rng(seed))
    assert flipped.wrong.sum() == round(share * len(data))
    np.testing.assert_array_equal(flipped.labels != data.labels, flipped.wrong)
    np.testing.assert_array_equal(flipped.inputs, data.inputs)


def test_with_three_classes_both_others_occur_as_wrong_labels():
    flipped = classes([0] * 200 + [1, 2], 3).with_wrong_labels(1.0, rng())
    counts = np.bincount(flipped.labels[:200], minlength=3)
    assert counts[0] == 0
    assert counts[1:].min() > 70


@given(st.integers(1, 60), SHARES, st.floats(0.5, 10.0), st.integers(0, 5))
def test_exactly_the_marked_values_are_far_off(n, share, size, seed):
    data = values(n)
    moved = data.with_outliers(share, rng(seed), size)
    assert moved.outlier.sum() == round(share * n)
    distance = np.abs(moved.targets - data.targets)[:, 0]
    unit = data.targets.std() or 1.0
    assert (distance[~moved.outlier] == 0).all()
    assert (distance[moved.outlier] >= 0.999 * size * unit).all()
    assert (distance[moved.outlier] <= 1.501 * size * unit).all()


def test_outliers_go_both_ways():
    moved = values(100).with_outliers(1.0, rng())
    above = (moved.targets > values(100).targets).sum()
    assert 30 < above < 70


def test_each_kind_has_its_own_disturbance():
    with pytest.raises(ValueError, match="outliers instead"):
        values().with_wrong_labels(0.1, rng())
    with pytest.raises(ValueError, match="wrong labels instead"):
        classes([0, 1], 2).with_outliers(0.1, rng())


@pytest.mark.parametrize("share", [-0.1, 1.1, np.nan])
def test_a_share_lies_between_0_and_1(share):
    with pytest.raises(ValueError, match="between 0 and 1"):
        values().split(share, rng())


def test_no_points_at_all_are_still_data():
    data = values(1).without(0)
    assert len(data) == 0
    assert len(data.split(0.5, rng())) == 0
    assert data.with_outliers(0.5, rng()).outlier.shape == (0,)
    assert data.domain() == ((-1.0, 1.0),)


def test_the_domain_has_a_margin_and_a_width():
    assert values(11).domain(0.1) == ((-1.0, 11.0),)
    assert values(3).only([1, 1]).domain() == ((0.0, 2.0),)
    low, high = Data([[1e20]], [[0.0]], "regression").domain()[0]
    assert low < 1e20 < high


def test_thinning_keeps_the_order():
    thin = values(100).thinned(30, rng())
    assert len(thin) == 30
    assert (np.diff(thin.inputs[:, 0]) > 0).all()
    assert values(10).thinned(30, rng()) == values(10)
