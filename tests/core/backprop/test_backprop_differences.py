"""How far a central difference may be from the adjoint, and when two sides are told apart: bounds by hand."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from gdsim.core.backprop import DifferenceCheck, History, compute, difference_check, inspect, mistaken, nudge


def checked(text: str, x: float, wrong_by: float = 0.0) -> DifferenceCheck:
    """The check of x, whose adjoint is wrong by so much."""
    graph = compute(text, {"x": x})
    at = graph.input_vertices["x"]
    vertices = list(graph.vertices)
    vertices[at] = replace(vertices[at], adjoint=vertices[at].adjoint + wrong_by)
    return difference_check(replace(graph, vertices=tuple(vertices)), at)


@pytest.mark.parametrize("x", [0.5, -0.5, 100.0, -100.0])
def test_the_step_grows_with_the_value(x: float) -> None:
    check = checked("x^2", x)
    assert check.step == pytest.approx(6e-6 * max(1.0, abs(x)))
    assert check.estimate == pytest.approx(2.0 * x, rel=1e-9)


@pytest.mark.parametrize(
    ("text", "x", "wrong_by", "agrees"),
    [
        # A ten-millionth of the slope, or of 1 for smaller ones.
        ("1000x", 1.0, 7e-5, True), ("1000x", 1.0, -7e-5, True), ("1000x", 1.0, 2e-4, False),
        ("-1000x", 1.0, 7e-5, True), ("-1000x", 1.0, 2e-4, False),
        ("0.001x", 1.0, 7e-8, True), ("0.001x", 1.0, -7e-8, True), ("0.001x", 1.0, 2e-7, False),
        # What a large output loses by rounding: 8 times 2.2e-16 times 10⁹ over the step 6e-6 is 0.3.
        ("x + 10^9", 1.0, 0.2, True), ("x + 10^9", 1.0, 0.4, False), ("x - 10^9", 1.0, -0.2, True),
        ("x - 10^9", 1.0, -0.4, False),
        # How far the difference with twice the step is off, here 3 · 1000 · 0.006²/6 = 0.018, ...
        ("sin(1000x)", 0.0, 0.0, True), ("sin(1000x)", 0.0, 0.5, False), ("sin(1000x)", 0.0, -0.5, False),
        # ... up to a thousandth of the slope: 9 of 13 at 9000, where the difference is off by 4.4; 100 of 16000 at 10⁵.
        ("sin(9000x)", 0.0, 0.0, True), ("-sin(9000x)", 0.0, 0.0, True), ("sin(100000x)", 0.0, 0.0, False),
        ("-sin(100000x)", 0.0, 0.0, False), ("sin(9000x)", 0.0, 7.0, False),
    ],
)  # fmt: skip
def test_how_far_a_difference_may_be_off(text: str, x: float, wrong_by: float, agrees: bool) -> None:
    check = checked(text, x, wrong_by)
    assert check.agrees is agrees
    end = "they agree." if agrees else "they differ, as at a kink or where f bends within the step."
    assert check.text.endswith(end)


@pytest.mark.parametrize(
    ("text", "x", "sides"),
    [
        ("2x + |x|", 0.0, "1 to the left and 3 to the right"),
        ("3|x - 2| + (x - 2)^2 + 5", 2.0, "−3 to the left and 3 to the right"),
        ("x - 3|x - 2| - 5", 2.0, "4 to the left and −2 to the right"),
        ("1000x + 0.6|x|", 0.0, "999.4 to the left and 1001 to the right"),
    ],
)
def test_the_sides_of_a_kink(text: str, x: float, sides: str) -> None:
    check = checked(text, x)
    assert not check.agrees
    assert f"at the rate {sides}: a kink" in check.text


@pytest.mark.parametrize(
    "text",
    ["x|x| + 5x", "x|x| - 5x", "1000x + 0.5|x|", "1000x - 0.5|x|", "-1000x + 0.5|x|", "-1000x - 0.5|x|",
     "0.0004|x| + 0.1x"],
)  # fmt: skip
def test_sides_as_good_as_equal_are_no_kink(text: str) -> None:
    """A thousandth of the larger slope, or of 1, is too little to be told from a bend."""
    assert checked(text, 0.0).agrees


def test_the_difference_has_no_sign() -> None:
    assert DifferenceCheck(1e-6, 2.0, 3.5, False, "").difference == 1.5
    assert DifferenceCheck(1e-6, 3.5, 2.0, False, "").difference == 1.5


@pytest.mark.parametrize(
    ("slope", "off", "is_mistaken"),
    [
        (1e6, 5e-4, False), (1e6, -5e-4, False), (-1e6, 5e-4, False), (1e6, 2e-3, True), (-1e6, -2e-3, True),
        (0.1, 5e-10, False), (0.1, 2e-9, True), (0.1, -2e-9, True),
    ],
)  # fmt: skip
def test_rounding_is_no_mistake(slope: float, off: float, is_mistaken: bool) -> None:
    graph = compute(f"{slope:.1f}*x", {"x": 1.0})
    right = [vertex.adjoint for vertex in graph.vertices]
    at = graph.input_vertices["x"]
    mine = list(right)
    mine[at] = slope + off
    walked = SimpleNamespace(computation=graph, end=SimpleNamespace(adjoints=mine))
    assert mistaken(walked) == ({at: (slope + off, slope)} if is_mistaken else {})  # type: ignore[arg-type]


def test_a_step_with_a_graph_that_is_there_already() -> None:
    graph = compute("w1*x^2", {"w1": 3.0, "x": 2.0})
    asked = []

    def compute_at(inputs):
        asked.append(dict(inputs))
        return compute(graph.statements, inputs)

    step = nudge(graph, 0.25, ["x"], compute_at)
    assert asked == [{"w1": 2.0, "x": 2.0}] == [step.after.inputs]
    assert step.held == frozenset({"x"})
    [share] = step.shares
    assert (share.title, share.derivative, share.move, share.amount) == ("w₁", 4.0, -1.0, -4.0)
    assert (step.predicted, step.change, step.rate) == (-4.0, -4.0, 0.25)
    assert graph.inputs == {"w1": 3.0, "x": 2.0}
    told = inspect(step.after, 0, step).text
    assert told == ("w₁ = 2; ∂f/∂w₁ = 4. In the last step w₁ moved by −1, which accounts for −4 of the change in f.")


def test_steps_are_taken_one_by_one_and_taken_back() -> None:
    """Steps of 1/4 of 2x on x²: 2, 1, 1/2."""
    first = nudge(compute("x^2", {"x": 2.0}), 0.25)
    second = nudge(first.after, 0.25)
    none = History()
    both = none.then(first).then(second)
    assert (none.values, none.last) == ((), None)
    assert (both.values, both.last) == ((4.0, 1.0, 0.25), second)
    assert both.without_last() == none.then(first)
    assert both.without_last().without_last() == none
