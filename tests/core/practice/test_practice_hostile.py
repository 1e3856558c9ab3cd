"""Whatever is typed, a judgement comes back, with a sentence, and soon."""

from __future__ import annotations

import importlib
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gdsim.core.expression import parse
from gdsim.core.practice import NOTES, Outcome, Question, check, checking
from gdsim.core.slope.enclosure import enclose
from tests.core.expression.formula_trees import any_numbers, constants, short_numbers, trees, variables

LOSS = Question("losses", 3, parse("-y ln(σ(w x + b)) - (1 - y) ln(1 - σ(w x + b))", ("w", "b", "x", "y")), "w")
PIECES = [
    "x ", "-2", "e^", "(", ")", "(-2x)", "+", "*", "/", "1e-9", "sin", "ln", "√", "|", "'", "=", " ", "t", "λ", "²",
    "f'(x)=",
]  # fmt: skip


def assert_judged(question, text):
    judgement = check(question, text)
    assert judgement.text.endswith((".", "?"))
    assert judgement.counts is (judgement.outcome in (Outcome.RIGHT, Outcome.WRONG))
    if judgement.outcome is Outcome.WRONG:
        assert judgement.point
        assert judgement.curves is not None
    if judgement.outcome is Outcome.UNREADABLE and judgement.typed is None:
        assert judgement.column is not None
        assert 0 <= judgement.column <= len(text)
    return judgement


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60) | st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_any_text(text):
    assert_judged(NOTES[0], text)


def test_judging_comes_in_pieces():
    *pieces, last = checking(LOSS, "x(σ(w x + b) - y)")
    assert pieces == [None] * len(pieces)
    assert len(pieces) > 20
    assert last is not None
    assert last.right


@pytest.mark.parametrize(
    ("formula", "answer"),
    [
        ("tan(8x)", "8/cos(8x)^2"), ("tan(9x)", "9/cos(9x)"), ("ln((x + 7)/(x + 3))", "1/(x + 7) - 1/(x + 3)"),
        ("ln((x^2 - 7)/(x - 3))", "1/(x - 3)"), ("cos(7x)/sin(7x)", "-7/sin(7x)^2"),
    ],
)  # fmt: skip
def test_no_piece_does_all_the_work(formula, answer):
    """Work is counted, not timed: how many values in many digits one piece takes."""
    asked = Question("chain", 3, parse(formula), "x")
    counts, count = [], 0

    def counting(*args):
        nonlocal count
        count += 1
        return enclose(*args)

    with pytest.MonkeyPatch.context() as patch:
        for module in ("gdsim.core.slope.places", "gdsim.core.practice.comparison", "gdsim.core.practice.question"):
            patch.setattr(importlib.import_module(module), "enclose", counting)
        for _ in checking(asked, answer):
            counts.append(count)
            count = 0
    assert max(counts) <= 9
    assert sum(counts) > 30


@settings(max_examples=250, deadline=None)
@given(trees(variables("x") | short_numbers | any_numbers | constants, max_leaves=15), st.sampled_from(NOTES))
def test_any_formula(expr, question):
    assert_judged(question, str(expr))


@settings(max_examples=100, deadline=None)
@given(trees(variables("w", "b", "x", "y") | short_numbers, max_leaves=15))
def test_any_formula_of_several_variables(expr):
    assert_judged(LOSS, str(expr))


@settings(max_examples=100, deadline=None)
@given(trees(variables("x") | short_numbers, max_leaves=6))
def test_what_is_added_and_taken_away_again_changes_nothing(expr):
    """(u + answer) − u is right wherever u has values; never wrong."""
    judgement = assert_judged(NOTES[0], f"({expr}) - 2e^(-2x) - ({expr})")
    assert judgement.outcome in (Outcome.RIGHT, Outcome.UNDEFINED, Outcome.UNREADABLE)


@pytest.mark.parametrize(
    "text",
    [
        "-2e^(-2x) + (sin(x)^2 + cos(x)^2 - 1) e^x", "-2e^(-2x) + tanh(x)^2 + 1/cosh(x)^2 - 1",
        "-2e^(-2x) + ln(e^x) - x", "-2e^(-2x) + √(x^2) - |x|",
        "-2e^(-2x) + (e^(x^2) - e^(x^2))", "-2e^(-2x) + erf(x) + erf(-x)", "-2e^(-2x) + 1e300 - 1e300",
        "-2e^(-2x) + arctan(x) + arctan(-x)", "-2e^(-2x) + (1e30 x + 1) - 1e30 x - 1",
    ],
)  # fmt: skip
def test_zeros_that_only_exact_arithmetic_sees(text):
    assert check(NOTES[0], text).outcome is Outcome.RIGHT


@pytest.mark.parametrize(
    "text",
    [
        "sin(" * 35 + "x" + ")" * 35,
        "gelu(erf(" * 15 + "x" + "))" * 15,
        "+".join(["erf(x)"] * 40),
        "(sin(x)^2+cos(x)^2)" * 8,
        "((x+1)^32)^31",
        "x^999999",
        "1e308^x^9",
        "tan(1e15x)",
    ],
)
def test_the_answer_comes_soon(text):
    start = time.perf_counter()
    assert_judged(NOTES[2], text)
    assert time.perf_counter() - start < 3.0
