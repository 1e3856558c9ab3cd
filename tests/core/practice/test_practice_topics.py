"""How a pattern is filled and which patterns are drawn: each of the wanted difficulty, every number in its range."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest

from gdsim.core.practice import NOTES, TOPICS, numbered, numbered_topic, question, topics
from gdsim.core.practice.topics import Topic, _turn

PATTERN = "{a}x + {b}x + {c}x + x^{m} + x^{n} {s} {trig}(x)*{other}(y)"
FILLED = re.compile(r"(\d+)x \+ (\d+)x \+ (\d+)x \+ x\^(\d) \+ x\^(\d) ([+-]) (sin|cos)\(x\)\*(sin|cos)\(y\)")


@pytest.fixture
def kind(monkeypatch: pytest.MonkeyPatch) -> Topic:
    """A topic of one pattern a difficulty: powers 1 and 2, and the long one."""
    own = Topic("power", "", "", (("x y",), ("x^2 y",), (PATTERN,)), ("x", "y", "z"), ("x", "y", "z"))
    monkeypatch.setattr(topics, "_kind", lambda topic, difficulty: own)
    return own


@pytest.mark.parametrize(("difficulty", "text"), [(1, "x*y"), (2, "x^2*y")])
def test_a_difficulty_has_its_own_patterns(kind: Topic, difficulty: int, text: str) -> None:
    asked = [numbered(0, number, "power", difficulty) for number in range(20)]
    asked += [question("power", difficulty, np.random.default_rng(seed)) for seed in range(20)]
    assert {str(each.formula) for each in asked} == {text}
    assert {each.difficulty for each in asked} == {difficulty}
    assert {each.variable for each in asked[:20]} == {each.variable for each in asked[20:]} == {"x", "y"}


def test_every_number_in_its_range_is_filled_in(kind: Topic) -> None:
    rng = np.random.default_rng(0)
    found = []
    for _ in range(120):
        match = FILLED.fullmatch(str(question("power", 3, rng).formula))
        assert match is not None
        found.append(match.groups())
    coefficients = np.array([row[:3] for row in found], int)
    exponents = np.array([row[3:5] for row in found], int)
    assert all(set(column) == set(range(2, 13)) for column in coefficients.T)
    assert all(len(set(row)) == 3 for row in coefficients.tolist())
    assert (exponents[:, 0] < exponents[:, 1]).all()
    assert set(exponents[:, 0]) == set(range(2, 7))
    assert set(exponents[:, 1]) == set(range(3, 8))
    assert {row[5] for row in found} == {"+", "-"}
    assert {row[6:] for row in found} == {("sin", "cos"), ("cos", "sin")}


def test_all_patterns_take_turns() -> None:
    """Of a topic whose patterns give different formulas, as many different ones in a row as there are."""
    for topic, difficulty in (("trigonometric", 2), ("partial", 2), ("losses", 2)):
        count = len(TOPICS[topic].patterns[difficulty - 1])
        for start in (0, count):
            shapes = {
                re.sub(r"[0-9]+|sin|cos|[+-]", "#", str(numbered(5, start + place, topic, difficulty).formula))
                for place in range(count)
            }
            assert len(shapes) >= count - 1


@pytest.mark.parametrize("count", [3, 4, 10])
def test_turns_are_shuffled_rounds_without_repeats(count: int) -> None:
    """The first two of a round change places where the round before ends with the first."""
    taken: list[int] = []
    for round_ in range(30):
        order = np.random.default_rng([7, 1, round_, 2]).permutation(count).tolist()
        if taken and order[0] == taken[-1]:
            order[0], order[1] = order[1], order[0]
        taken += order
    assert [_turn((7, 1), number, count) for number in range(30 * count)] == taken
    assert all(one != other for one, other in itertools.pairwise(taken))
    assert [numbered_topic(3, number) for number in range(20)] == [
        list(TOPICS)[_turn((3,), number, len(TOPICS))] for number in range(20)
    ]


def test_a_number_gives_the_same_question_in_every_version() -> None:
    assert str(numbered(7, 3, "chain", 2).formula) == "(x^6 - 6x)^2"
    with pytest.raises(ValueError, match="difficulties are 1, 2 and 3, not 0"):
        numbered(7, 3, "chain", 0)
    rng = np.random.default_rng(2)
    first = question("chain", 1, rng)
    assert all(question("chain", 1, np.random.default_rng(2), avoid=first).formula != first.formula for _ in range(2))


def test_the_course_notes_problems() -> None:
    assert [(asked.topic, asked.difficulty, asked.variable) for asked in NOTES] == [
        ("exp_log", 1, "x"), ("chain", 1, "x"), *[("activations", 1, "x")] * 3,
    ]  # fmt: skip
    assert list(TOPICS) == [
        "power", "product", "quotient", "chain", "exp_log", "trigonometric", "activations", "partial", "losses",
        "regularization",
    ]  # fmt: skip
