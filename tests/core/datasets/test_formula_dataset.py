"""Datasets of typed formulas, and what they are refused for."""

from __future__ import annotations

import numpy as np
import pytest

from gdsim.core.datasets import formula_dataset
from gdsim.core.expression import ParseError, parse


def test_a_formula_of_x_is_a_curve():
    dataset = formula_dataset("x^2 - 1", ((-2.0, 3.0),))
    inputs, targets = dataset(n=100, noise=0.0, rng=np.random.default_rng(0))
    assert dataset.dim == dataset.outputs == 1
    assert dataset.domain == ((-2.0, 3.0),)
    np.testing.assert_allclose(targets, inputs**2 - 1)
    np.testing.assert_allclose(dataset.truth([[0.0], [2.0]]), [[-1.0], [3.0]])


def test_a_formula_of_x_and_y_is_a_surface():
    dataset = formula_dataset(parse("x*y"), ((-1.0, 1.0),))
    inputs, targets = dataset(n=100, noise=0.0, rng=np.random.default_rng(0))
    assert inputs.shape == (100, 2)
    np.testing.assert_allclose(targets[:, 0], inputs[:, 0] * inputs[:, 1])


def test_a_formula_of_y_alone_has_both_inputs():
    dataset = formula_dataset("y")
    np.testing.assert_array_equal(dataset.truth([[1.0, 2.0]]), [[2.0]])


def test_a_constant_is_a_level_curve():
    np.testing.assert_array_equal(formula_dataset("3").truth([[1.0], [2.0]]), [[3.0], [3.0]])


@pytest.mark.parametrize(
    ("formula", "domain", "words"),
    [
        ("1/x", ((-1.0, 1.0),), "undefined at x = 0"),
        ("ln x", ((-1.0, 1.0),), "undefined at x = −1"),
        ("x/y", ((-1.0, 1.0),), "undefined at"),
        ("e^(e^x)", ((0.0, 5.0),), "reaches"),
        ("a x", ((-1.0, 1.0),), "contains a"),
        ("x", ((1.0, -1.0),), "has to lie below"),
        ("x", ((0.0, np.inf),), "finite"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_a_sentence(formula, domain, words):
    with pytest.raises(ValueError, match=words):
        formula_dataset(formula, domain)


def test_text_that_is_no_formula_says_where():
    with pytest.raises(ParseError) as caught:
        formula_dataset("2 +")
    assert caught.value.column == 3
