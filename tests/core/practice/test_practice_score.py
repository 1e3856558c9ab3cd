"""The score: counts, streaks, what is weakest, what is asked next, and how it is kept."""

from __future__ import annotations

import json
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdsim.core.practice import CSV_COLUMNS, TOPICS, Score, Tally

answers = st.lists(st.tuples(st.sampled_from(list(TOPICS)), st.booleans()), max_size=60)


def after(history):
    score = Score()
    for topic, right in history:
        score = score.recorded(topic, right)
    return score


@given(answers)
def test_counts_are_those_of_the_history(history):
    score = after(history)
    assert score.attempts == len(history)
    assert score.right == sum(right for _, right in history)
    runs = "".join("r" if right else " " for _, right in history)
    assert score.longest == max(map(len, runs.split()), default=0)
    assert score.streak == len(runs) - len(runs.rstrip("r"))
    for topic in TOPICS:
        own = "".join("r" if right else " " for key, right in history if key == topic)
        assert score.of(topic) == Tally(
            len(own), own.count("r"), len(own) - len(own.rstrip("r")), max(map(len, own.split()), default=0)
        )


@given(answers)
def test_it_survives_being_saved(history):
    score = after(history)
    assert Score.from_json(json.loads(json.dumps(score.to_json()))) == score


def test_a_score_is_a_value():
    before = Score()
    before.recorded("power", True)
    assert before == Score()
    with pytest.raises(TypeError):
        before.tallies["power"] = Tally()  # type: ignore[index]
    for later in (before.recorded("power", True), Score.from_json(before.recorded("power", True).to_json())):
        with pytest.raises(TypeError):
            later.tallies["power"] = Tally()  # type: ignore[index]


def test_the_weakest_topic():
    assert Score().weakest is None
    assert Tally().share == 0.0
    assert after([("power", True)] * 5).weakest is None
    assert after([("chain", False)]).weakest is None  # one try says nothing
    assert after([("power", True), ("power", False), ("chain", False), ("chain", False)]).weakest == "chain"
    assert after([("chain", True), ("chain", False), ("power", False), ("power", False)]).weakest == "power"
    assert after([("power", True)] * 4 + [("power", False)]).weakest == "power"


def test_how_likely_a_topic_is_asked():
    class Dice:
        def choice(self, count, p):
            self.count, self.p = count, p
            return 3

    dice = Dice()
    asked = after([("power", True)] * 3 + [("chain", False)]).next_topic(dice)
    topics = list(TOPICS)
    assert asked == topics[3]
    weights = dict.fromkeys(topics, 1.1 - 0.5) | {"power": 1.1 - 3.5 / 4.0, "chain": 1.1 - 0.5 / 2.0}
    assert dice.count == len(topics)
    assert dice.p == pytest.approx([weights[key] / sum(weights.values()) for key in topics])


def test_weak_topics_are_asked_more_often():
    score = after([("power", True)] * 12 + [("chain", False)] * 12)
    rng = np.random.default_rng(0)
    asked = Counter(score.next_topic(rng) for _ in range(4000))
    assert set(asked) == set(TOPICS)  # none is ever dropped
    assert asked["chain"] > 1.4 * asked["product"] > 2.0 * asked["power"]


def test_difficulty_follows_the_streak():
    assert [after([("power", True)] * count).difficulty("power") for count in (0, 2, 3, 5, 6, 40)] == [1, 1, 2, 2, 3, 3]
    assert after([("power", True)] * 6 + [("power", False)]).difficulty("power") == 1


def test_rows_for_a_file():
    score = after([("chain", True), ("power", True), ("power", False), ("power", True)])
    assert len(CSV_COLUMNS) == 6
    assert score.rows() == [("Power rule", 3, 2, 2 / 3, 1, 1), ("Chain rule", 1, 1, 1.0, 1, 1)]
    assert Score().rows() == []


def test_in_words():
    assert Score().sentence() == "No answer yet."
    assert after([("power", True)]).sentence() == "1 of 1 right."
    assert after([("chain", False)] * 2 + [("power", True)] * 2).sentence() == (
        "2 of 4 right, 2 in a row; weakest: Chain rule."
    )


def test_unknown_topics():
    with pytest.raises(KeyError, match="no topic called"):
        Score().recorded("cooking", True)
    saved = {"topics": {"cooking": [1, 1, 1, 1], "power": [2, 1, 0, 1]}, "streak": 0, "longest": 1}
    assert list(Score.from_json(saved).tallies) == ["power"]


@pytest.mark.parametrize(
    "data",
    [
        None, [], {}, {"topics": []}, {"topics": {"power": 3}, "streak": 0, "longest": 0},
        {"topics": {"power": [1, 2]}, "streak": 0, "longest": 0},
        {"topics": {"power": [1, 2, 0, 1]}, "streak": 0, "longest": 0}, {"topics": {}, "streak": -1, "longest": 0},
        {"topics": {}, "streak": 1.5, "longest": 2}, {"topics": {"power": [True, 1, 1, 1]}, "streak": 0, "longest": 0},
        {"topics": {"power": [10**400] * 4}, "streak": 0, "longest": 0},
        {"topics": {}, "streak": 0, "longest": 10**9 + 1},
    ],
)  # fmt: skip
def test_broken_saved_scores_are_refused(data):
    with pytest.raises(ValueError, match="not a saved score"):
        Score.from_json(data)


def test_a_saved_score_may_be_as_large_as_the_largest_count():
    score = Score.from_json({"topics": {"power": [10**9, 10**9, 0, 10**9]}, "streak": 0, "longest": 10**9})
    assert (score.attempts, score.longest, score.of("power").share) == (10**9, 10**9, 1.0)
