"""`make_data`: each knob changes what it names and nothing else."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

from gdsim.core.datasets import DATASETS, FORMULA, DataSpec, make_data
from gdsim.core.expression import ParseError
from gdsim.core.params import params_of

SINE = DataSpec("sine", n=100, noise=0.2)
SPIRAL = DataSpec("spiral", n=100, noise=0.2)


def changed(spec, **changes):
    return make_data(dataclasses.replace(spec, **changes), 5)


@pytest.mark.parametrize("key", list(DATASETS))
def test_every_dataset_with_every_disturbance(key):
    data = make_data(DataSpec(key, n=60, wrong_labels=0.1, outliers=0.05, validation_share=0.25), 1)
    assert len(data) == 60
    assert data.kind == DATASETS[key].kind
    assert data.classes == DATASETS[key].classes
    assert data.outputs == DATASETS[key].outputs
    assert data.validation.sum() == 15
    assert data.wrong.sum() == (6 if data.classes else 0)
    assert data.outlier.sum() == (0 if data.classes else 3)


@pytest.mark.parametrize("spec", [SINE, SPIRAL])
def test_the_seed_decides(spec):
    assert make_data(spec, 5) == make_data(spec, 5)
    assert make_data(spec, 5) != make_data(spec, 6)


def test_noise_moves_no_input_of_a_curve_and_no_mark():
    one, other = changed(SINE, outliers=0.1), changed(SINE, outliers=0.1, noise=0.6)
    np.testing.assert_array_equal(one.inputs, other.inputs)
    np.testing.assert_array_equal(one.outlier, other.outlier)
    np.testing.assert_array_equal(one.validation, other.validation)
    assert not np.array_equal(one.targets, other.targets)


def test_wrong_labels_change_nothing_but_labels():
    clean, wrong = changed(SPIRAL), changed(SPIRAL, wrong_labels=0.2)
    np.testing.assert_array_equal(clean.inputs, wrong.inputs)
    assert (clean.labels != wrong.labels).sum() == 20


def test_outliers_leave_the_other_points_alone():
    clean, some = changed(SINE), changed(SINE, outliers=0.1)
    np.testing.assert_array_equal(clean.inputs, some.inputs)
    np.testing.assert_array_equal(clean.validation, some.validation)
    np.testing.assert_array_equal((clean.targets != some.targets)[:, 0], some.outlier)


def test_the_validation_share_moves_no_point():
    small, large = changed(SPIRAL, validation_share=0.2), changed(SPIRAL, validation_share=0.5)
    np.testing.assert_array_equal(small.inputs, large.inputs)
    np.testing.assert_array_equal(small.targets, large.targets)
    assert not (small.validation & ~large.validation).any()


def test_a_formula_over_its_domain():
    data = make_data(DataSpec(FORMULA, "x^2", noise=0.0, low=1.0, high=2.0), 0)
    np.testing.assert_allclose(data.targets, data.inputs**2)
    assert 1.0 <= data.inputs.min() < data.inputs.max() <= 2.0


def test_a_formula_that_cannot_be_used_is_refused_when_it_is_used():
    with pytest.raises(ParseError):
        make_data(DataSpec(FORMULA, ""), 0)
    with pytest.raises(ValueError, match="undefined"):
        make_data(DataSpec(FORMULA, "ln x"), 0)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"dataset": "spirals"}, "no dataset called 'spirals'"),
        ({"n": 1}, "between 2 and 5000"),
        ({"noise": -1.0}, "between 0 and 2"),
        ({"wrong_labels": 0.6}, "between 0 and 0.5"),
        ({"low": 3.0, "high": 3.0}, "has to lie below"),
    ],
)
def test_what_is_out_of_range_is_refused_in_a_sentence(changes, words):
    with pytest.raises(ValueError, match=words):
        DataSpec(**changes)


def test_a_panel_can_be_built_from_it():
    assert all(spec.title and spec.help for spec in params_of(DataSpec))


def test_it_goes_through_json():
    spec = DataSpec("moons", n=50, outliers=0.1)
    assert DataSpec(**json.loads(json.dumps(dataclasses.asdict(spec)))) == spec


@pytest.mark.parametrize("key", list(DATASETS))
def test_the_usual_noise_is_one_that_can_be_set(key):
    assert DataSpec(key, noise=DATASETS[key].usual_noise).noise == DATASETS[key].usual_noise
