"""Answers typed before a step: right ones however written, wrong ones with the reason."""

import pytest
from hypothesis import given

from gdsim.core.backprop import Answer, Judgement, check_answer, compute, not_waiting, questions, walk
from gdsim.core.backprop.predict import asked_of, giveaways
from tests.core.backprop.backprop_programs import texts, values

NOTES = ("q = x + y; f = q*z", {"x": -2.0, "y": 5.0, "z": -4.0})


def ask(text, at, name, **more):
    """The question about ∂output/∂name."""
    steps = walk(compute(text, at))
    vertex = steps.computation.named(name).index
    found = questions(steps, steps.adjoint_step(vertex))
    return next(question for question in found if question.vertex == vertex)


def test_what_is_asked_at_each_step():
    steps = walk(compute(*NOTES))
    asked = [[question.text for question in questions(steps, index)] for index in range(6)]
    assert asked == [[], [], [], ["∂f/∂f = ?"], ["∂f/∂q = ?", "∂f/∂z = ?"], ["∂f/∂x = ?", "∂f/∂y = ?"]]
    assert [question.expected for question in questions(steps, 3)] == [1.0]
    assert questions(not_waiting(steps.computation), 4) == ()
    assert questions(steps, 17) == ()


@pytest.mark.parametrize("typed", ["-4", "−4", " -4.0 ", "z", "-2*2", "z*1", "-4.001"])
def test_right_however_it_is_written(typed):
    answer = check_answer(ask(*NOTES, "q"), typed)
    assert answer == Answer(True, Judgement.RIGHT, "Right: ∂f/∂q = z = −4.", answer.value)
    assert answer.value == pytest.approx(-4.0, rel=5e-3)


def test_two_digits_are_enough_if_rounded_rightly():
    question = ask("ln(x)*3", {"x": 7.0}, "x")
    assert question.expected == pytest.approx(3 / 7)
    assert check_answer(question, "0.43").right
    assert not check_answer(question, "0.42").right
    assert not check_answer(question, "0.4").right
    assert check_answer(question, "3/7").right


MISTAKES = [
    (*NOTES, "q", "4", Judgement.SIGN),
    (*NOTES, "q", "3", Judgement.OTHER_ARGUMENT),
    (*NOTES, "x", "1", Judgement.FORGOT_UPSTREAM),
    (*NOTES, "x", "-20", Judgement.SUM_AS_PRODUCT),
    (*NOTES, "x", "5", Judgement.SUM_AS_PRODUCT),
    (*NOTES, "x", "-3", Judgement.ADDED_UPSTREAM),
    (*NOTES, "x", "-2", Judgement.VALUE),
    (*NOTES, "x", "0", Judgement.ZERO),
    (*NOTES, "x", "17", Judgement.WRONG),
    (*NOTES, "f", "-12", Judgement.VALUE),
    (*NOTES, "f", "0", Judgement.ZERO),
    ("x*x", {"x": 3.0}, "x", "3", Judgement.NOT_ADDED),
    ("x*x", {"x": 3.0}, "x", "9", Judgement.MULTIPLIED),
    ("q = 3*x; f = sin(q)", {"x": 0.2}, "x", "0.825", Judgement.FORGOT_LOCAL),
    ("q = 3*x; f = sin(q)", {"x": 0.2}, "x", "3", Judgement.FORGOT_UPSTREAM),
    ("q = 3*x; f = sin(q)", {"x": 0.2}, "x", "-2.476", Judgement.SIGN),
    ("b = a + a; c = b + b", {"a": 1.5}, "a", "2", Judgement.NOT_ADDED),
    ("f = 3*|x|", {"x": 0.0}, "x", "3", Judgement.KINK),
]


@pytest.mark.parametrize(("text", "at", "name", "typed", "expected"), MISTAKES)
def test_mistakes_are_recognised(text, at, name, typed, expected):
    answer = check_answer(ask(text, at, name), typed)
    assert not answer.right
    assert answer.judgement is expected
    assert answer.text.endswith(".")


@pytest.mark.parametrize(
    ("x", "typed", "right"),
    [
        (4.0, "4.02", True), (4.0, "3.98", True), (4.0, "4.0201", False), (4.0, "3.9799", False), (0.0, "0", True),
        (0.0, "1e-13", True), (0.0, "1e-11", False), (0.001, "0.002", False), (-4.0, "-4.02", True),
        (2 / 3, "0.67", True), (2 / 3, ".67", True), (2 / 3, "0.66", False), (2 / 3, "0.7", False), (6.5, "7", False),
        (0.0152, "0.015", True), (0.0152, "0.016", False), (152.0, "150", False), (152.0, "152.", True),
    ],
)  # fmt: skip
def test_how_near_is_right(x, typed, right):
    """Half a percent, or the value rounded to the digits that were typed, of which leading zeros are none."""
    assert check_answer(ask("f = x*y", {"x": x, "y": 5.0}, "y"), typed).right is right


PRODUCT = ("q = x*y; f = q*z", {"x": 2.0, "y": 3.0, "z": -4.0})
SQUARE = ("q = x^2; f = q + x", {"x": 3.0})
TOLD = [
    (*PRODUCT, "x", "12", Judgement.SIGN, "The size is right, the sign is not: look at the signs of both factors."),
    (*PRODUCT, "x", "12.0601", Judgement.WRONG,
     "Not quite: multiply what comes from above, ∂f/∂q, by the local derivative."),
    (*PRODUCT, "x", "3", Judgement.FORGOT_UPSTREAM,
     "That is the local derivative alone: multiply it by what comes from above, ∂f/∂q."),
    (*PRODUCT, "x", "-4", Judgement.FORGOT_LOCAL,
     "That is what comes from above, ∂f/∂q: multiply it by the local derivative ∂q/∂x."),
    (*PRODUCT, "x", "-8", Judgement.OTHER_ARGUMENT,
     "That uses the local derivative of the other argument, ∂q/∂y; here ∂q/∂x is needed."),
    (*PRODUCT, "x", "2", Judgement.OTHER_ARGUMENT,
     "That uses the local derivative of the other argument, ∂q/∂y; here ∂q/∂x is needed."),
    (*PRODUCT, "y", "-12", Judgement.OTHER_ARGUMENT,
     "That uses the local derivative of the other argument, ∂q/∂x; here ∂q/∂y is needed."),
    (*PRODUCT, "x", "-1", Judgement.ADDED_UPSTREAM, "Upstream and local derivative are multiplied, not added."),
    (*PRODUCT, "x", "0", Judgement.ZERO,
     "∂f/∂x = 0 would mean that a change here does not reach the output, but it does."),
    (*PRODUCT, "x", "w1", Judgement.UNREADABLE, "There is no w₁ here; there are x, y, q, z and f."),
    (*PRODUCT, "f", "-24", Judgement.VALUE, "That is the output's value; asked is how fast it changes with itself."),
    (*PRODUCT, "f", "0", Judgement.ZERO,
     "Not 0: when the output grows by a little, it grows by exactly that, so this is 1."),
    (*PRODUCT, "q", "1", Judgement.FORGOT_LOCAL,
     "That is what comes from above, ∂f/∂f: multiply it by the local derivative ∂f/∂q."),
    (*SQUARE, "x", "1", Judgement.NOT_ADDED,
     "That is one contribution only: 2 edges lead on, to f and q. Add what comes along each."),
    (*SQUARE, "x", "6", Judgement.NOT_ADDED,
     "That is one contribution only: 2 edges lead on, to f and q. Add what comes along each."),
    (*SQUARE, "x", "2", Judgement.FORGOT_LOCAL,
     "That is what comes from above, ∂f/∂f and ∂f/∂q: multiply it by the local derivative ∂₂f and ∂q/∂x."),
    (*SQUARE, "x", "3", Judgement.VALUE, "That is the value of x, not the derivative by it."),
    (*SQUARE, "x", "50", Judgement.WRONG,
     "Not quite: ∂f/∂x is the sum, over the edges that lead on from here, of upstream times local derivative."),
    ("x*x", {"x": 3.0}, "x", "3", Judgement.NOT_ADDED,
     "That is one contribution only: 2 edges lead on, to f. Add what comes along each."),
    ("x*x", {"x": 3.0}, "x", "9", Judgement.MULTIPLIED,
     "Along a path derivatives are multiplied, but different paths are added."),
    ("x*x", {"x": 3.0}, "x", "2", Judgement.FORGOT_LOCAL,
     "That is what comes from above, ∂f/∂f: multiply it by the local derivative ∂₁f and ∂₂f."),
    ("q = x*x; f = 5*q", {"x": 3.0}, "x", "6", Judgement.FORGOT_UPSTREAM,
     "That is the local derivative alone: multiply it by what comes from above, ∂f/∂q."),
    ("q = w1^2; f = 5*q", {"w1": 3.0}, "w1", "3", Judgement.VALUE,
     "That is the value of w₁, not the derivative by it."),
]  # fmt: skip


@pytest.mark.parametrize(("text", "at", "name", "typed", "judgement", "words"), TOLD)
def test_what_is_said_of_a_mistake(text, at, name, typed, judgement, words):
    answer = check_answer(ask(text, at, name), typed)
    assert (answer.right, answer.judgement, answer.text) == (False, judgement, words)


def test_the_derivatives_that_a_step_completes_are_asked_first_and_each_once():
    steps = walk(compute("q = x^2; f = x + q", {"x": 3.0}))
    first = steps.turning + 2
    assert [q.text for q in questions(steps, first)] == ["∂f/∂q = ?", "What does f contribute to ∂f/∂x?"]
    assert [q.text for q in asked_of(steps, first)] == ["∂f/∂q = ?"]
    assert [q.whole for q in questions(steps, first)] == [True, False]
    fork = walk(compute("q = x; r = x; f = q + r"))
    assert [q.text for q in asked_of(fork, fork.last - 1)] == ["What does r contribute to ∂f/∂x?"]
    square = walk(compute("x*x"))
    assert [q.text for q in questions(square, square.last)] == ["∂f/∂x = ?"]


def test_why_a_sum_gives_one():
    answer = check_answer(ask(*NOTES, "x"), "y*z")
    assert answer.text == "q is a sum, not a product: ∂q/∂x = 1, whatever the other term is."


@pytest.mark.parametrize("typed", ["", "?", "four", "k + 1", "1 +"])
def test_what_cannot_be_read_is_said(typed):
    answer = check_answer(ask(*NOTES, "q"), typed)
    assert (answer.right, answer.judgement, answer.value) == (False, Judgement.UNREADABLE, None)
    assert answer.text


def test_a_contribution_is_asked_where_others_are_awaited():
    steps = walk(compute("q = x^2; f = q + x", {"x": 3.0}))
    [to_q, to_x] = questions(steps, steps.turning + 2)
    assert (to_q.text, to_q.expected) == ("∂f/∂q = ?", 1.0)
    assert (to_x.text, to_x.expected) == ("What does f contribute to ∂f/∂x?", 1.0)
    twice = walk(compute("q = x^2; r = x^3; f = q + r + x", {"x": 2.0}))
    [second] = [q for i in range(twice.last) for q in questions(twice, i) if "What does r" in q.text]
    assert second.expected == 12.0  # r's own part, although f's 1 is there already
    [whole] = questions(steps, steps.last)
    assert (whole.text, whole.expected) == ("∂f/∂x = ?", 7.0)


def test_nothing_is_asked_where_no_number_is_the_answer():
    steep = walk(compute("f = √x", {"x": 0.0}))
    assert [[question.text for question in questions(steep, index)] for index in range(steep.last + 1)] == [
        [], [], ["∂f/∂f = ?"], [],
    ]  # fmt: skip
    undefined = walk(compute("f = x*ln(x)", {"x": -1.0}))
    assert giveaways(undefined, undefined.end) == frozenset()


@given(texts(), values)
def test_the_right_answer_is_always_accepted(text, at):
    steps = walk(compute(text, at))
    for index in range(steps.last + 1):
        for question in questions(steps, index):
            typed = f"{question.expected:.12f}"
            if abs(question.expected) > 1e-6:
                assert check_answer(question, typed).right
                assert not check_answer(question, f"{question.expected + 1:.12f}").right


def test_local_derivatives_are_kept_back_until_their_step_is_done():
    """xy + x: edges 0 and 1 lead into xy, 2 and 3 into the sum, through which the way back goes first."""
    steps = walk(compute("x*y + x", {"x": 2.0, "y": 3.0}))
    kept = [sorted(giveaways(steps, steps.state(index))) for index in range(steps.last + 1)]
    assert kept == [[0, 1, 2, 3]] * 4 + [[0, 1], []]
