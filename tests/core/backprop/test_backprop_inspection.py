"""A vertex's finite-difference check and its share in a gradient step; the step itself."""

import math
from dataclasses import replace

import pytest
from hypothesis import given

from gdsim.core.backprop import EXAMPLES, History, compute, difference_check, inspect, nudge, recomputed
from tests.core.backprop.backprop_programs import texts, values


@given(texts(), values)
def test_every_adjoint_passes_its_difference_check(text, at):
    graph = compute(text, at)
    for vertex in graph.vertices:
        if not vertex.is_constant:
            check = difference_check(graph, vertex.index)
            assert check.agrees, check.text
            assert check.difference < 1e-5 * max(1.0, abs(vertex.adjoint))


@given(texts(), values)
def test_recomputing_with_another_input_is_computing_with_it(text, at):
    graph = compute(text, at)
    for name, index in graph.input_vertices.items():
        assert recomputed(graph, {index: 0.7}) == compute(text, at | {name: 0.7}).value
    assert recomputed(graph, {}) == graph.value


def test_moving_an_intermediate_value_changes_only_what_follows():
    graph = compute("q = x + y; f = q*z + x", {"x": -2, "y": 5, "z": -4})
    q, x = graph.named("q").index, graph.named("x").index
    assert recomputed(graph, {q: 10.0}) == -42.0
    assert recomputed(graph, {q: 10.0, x: 1.0}) == -39.0


def test_a_kink_is_told():
    check = difference_check(compute("relu(x)", {"x": 0.0}), 0)
    assert (check.adjoint, check.estimate, check.agrees) == (0.0, 0.5, False)
    assert "kink" in check.text
    assert "not all defined" in difference_check(compute("ln(x)", {"x": 1e-9}), 0).text


def test_a_wrong_adjoint_would_be_noticed():
    graph = compute("sin(x)", {"x": 1.0})
    wrong = replace(graph, vertices=(replace(graph.vertices[0], adjoint=math.cos(1.0) + 1e-5), *graph.vertices[1:]))
    assert difference_check(graph, 0).agrees
    assert not difference_check(wrong, 0).agrees


def test_a_step_on_the_notes_example():
    graph = compute("q = x + y; f = q*z", {"x": -2, "y": 5, "z": -4})
    step = nudge(graph, 0.1)
    assert step.after.inputs == pytest.approx({"x": -1.6, "y": 5.4, "z": -4.3})
    assert step.after.value == pytest.approx((-1.6 + 5.4) * -4.3)
    assert [share.amount for share in step.shares] == pytest.approx([-1.6, -1.6, -0.9])
    assert step.predicted == pytest.approx(-0.1 * (16 + 16 + 9))
    assert step.change == pytest.approx(step.after.value + 12.0)
    assert step.text == "f fell from −12 to −16.34: the gradient promised a change of −4.1, and −4.34 came."
    assert step.share_of(graph.named("q").index).amount == pytest.approx(-4.0 * 0.8)


@given(texts(), values)
def test_small_steps_keep_the_promise(text, at):
    graph = compute(text, at)
    step = nudge(graph, 1e-5)
    assert abs(step.change - step.predicted) <= 1e-3 * abs(step.predicted) + 1e-12


def test_data_can_be_held():
    example = EXAMPLES["network"]
    graph = compute(example.text, example.inputs)
    step = nudge(graph, 0.1, example.held)
    for name in graph.inputs:
        assert (step.after.inputs[name] == graph.inputs[name]) == (name in example.held)
    assert step.change < 0.0
    assert len(step.shares) == len(graph.inputs) - len(example.held)


def test_history():
    graph = compute("x^2", {"x": 1.0})
    history = History()
    for _ in range(3):
        history = history.then(nudge(graph, 0.25))
        graph = history.last.after
    assert history.values == (1.0, 0.25, 0.0625, 0.015625)
    assert History().values == ()
    assert History().last is None


def test_what_a_step_says_when_it_goes_wrong():
    assert "rose from 1 to 9" in nudge(compute("x^2", {"x": 1.0}), 2.0).text
    assert (
        "stayed at 0.25: the gradient promised a change of −1, and 0 came"
        in nudge(compute("x^2", {"x": 0.5}), 1.0).text
    )
    assert "too small" in nudge(compute("x + 1", {"x": 1e17}), 0.1).text
    assert "moves nothing" in nudge(compute("x^2", {"x": 0.0}), 2.0).text
    with pytest.raises(ValueError, match=r"There v₁ has no value: ln of −0\.5 is undefined.* Take a smaller rate"):
        nudge(compute("x - ln(x)", {"x": 0.5}), -1.0)
    with pytest.raises(ValueError, match="no gradient to step against: f has no value"):
        nudge(compute("ln(x)", {"x": -1.0}), 0.1)
    with pytest.raises(ValueError, match="by x it is ∞"):
        nudge(compute("sqrt(x)", {"x": 0.0}), 0.1)
    with pytest.raises(ValueError, match="out of the range of numbers"):
        nudge(compute("x*y", {"x": 1e200, "y": 1.0}), 1e200)


def test_an_inspection_says_it_all():
    graph = compute("q = x + y; f = 2*q*z", {"x": -2, "y": 5, "z": -4})
    step = nudge(graph, 0.01)
    found = inspect(step.after, graph.named("x").index, step)
    assert found.chain.count == 1
    assert found.check.agrees
    assert found.share.amount == pytest.approx(-0.01 * 64)
    assert "In the last step x moved by 0.08" in found.text
    assert inspect(step.after, graph.named("x").index).share is None
    constant = next(v.index for v in graph.vertices if v.is_constant)
    assert inspect(graph, constant).text == "2 is a constant: no derivative by it is needed."
    assert "ln of −1" in inspect(compute("ln(x)", {"x": -1.0}), 0).text


def test_a_step_on_another_graph_has_no_share_here():
    step = nudge(compute("x*y"), 0.1)
    assert inspect(compute("x + y"), 0, step).share is None


def test_a_kink_is_not_taken_for_agreement():
    """The central difference of |x| at 0 is 0, and so is what the core takes; there still is no derivative."""
    at_kink = difference_check(compute("3|x|", {"x": 0.0}), 0)
    assert (at_kink.estimate, at_kink.adjoint, at_kink.agrees) == (0.0, 0.0, False)
    assert "at the rate −3 to the left and 3 to the right: a kink" in at_kink.text
    assert difference_check(compute("x*|x|", {"x": 0.0}), 0).agrees  # smooth in spite of the kink inside
    assert "no derivative exists; 0 is taken." in nudge(compute("|x|", {"x": 0.0}), 0.1).text
