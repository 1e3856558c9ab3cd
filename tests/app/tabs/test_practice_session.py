from __future__ import annotations

import csv
import io
import json

import pytest

from gdsim.app.tabs.slope.practice_session import MIXED, NOTES_FIRST, RISING, PracticeSession
from gdsim.core.practice import DIFFICULTIES, NOTES, TOPICS, Outcome


@pytest.fixture
def kept():
    """What the settings would hold."""
    return {}


@pytest.fixture
def practice(qapp, kept):
    return PracticeSession({}, kept.update)


def test_the_notes_own_problems_come_first_and_in_order(practice):
    asked = []
    for _ in range(len(NOTES)):
        asked.append(practice.question)
        practice.next()
    assert tuple(asked) == NOTES
    assert practice.question not in NOTES[:1]


@pytest.mark.parametrize("text", ["-2e^(-2x)", "-2/e^(2x)", "f'(x) = -2 exp(-2x)", "(-2)(e^-x)^2"])
def test_any_form_of_the_derivative_is_right(practice, text):
    practice.answer(text)
    assert practice.solved
    assert (practice.score.attempts, practice.score.right) == (1, 1)


def test_a_wrong_answer_counts_once_and_names_the_slip(practice):
    practice.answer("e^(-2x)")
    assert practice.judgement.outcome is Outcome.WRONG
    assert practice.judgement.slip is not None
    practice.answer("2e^(-2x)")
    practice.answer("-2e^(-2x)")
    assert practice.solved
    assert (practice.score.attempts, practice.score.right) == (1, 0)


@pytest.mark.parametrize("text", ["-2e^(-2y)", "-2e^(", "", "   ", "nonsense(x)"])
def test_what_cannot_be_judged_costs_nothing(practice, text):
    practice.answer(text)
    assert practice.score.attempts == 0
    assert not practice.solved
    practice.answer("-2e^(-2x)")
    assert practice.score.right == 1


def test_after_the_steps_nothing_counts(practice):
    practice.show_steps()
    practice.answer("-2e^(-2x)")
    assert practice.solved
    assert practice.score.attempts == 0


def test_there_are_three_hints(practice):
    for _ in range(5):
        practice.hint()
    assert practice.hints == 3
    practice.next()
    assert practice.hints == 0


def test_the_same_seed_asks_the_same(practice, qapp):
    def questions(seed):
        twin = PracticeSession({}, lambda _: None, seed)
        twin.choose("chain", 2)
        asked = []
        for _ in range(12):
            twin.next()
            asked.append(twin.question)
        return asked

    assert questions(3) == questions(3)
    assert questions(3) != questions(4)
    assert len(set(questions(3))) > 6


@pytest.mark.parametrize("topic", [*TOPICS])
@pytest.mark.parametrize("difficulty", DIFFICULTIES)
def test_a_topic_is_asked_as_chosen(practice, topic, difficulty):
    practice.choose(topic, difficulty)
    assert (practice.question.topic, practice.question.difficulty) == (topic, difficulty)
    practice.answer(str(practice.question.answer))
    assert practice.solved


def test_it_gets_harder_with_right_answers_in_a_row(practice):
    practice.choose("power", RISING)
    levels = []
    for _ in range(7):
        levels.append(practice.question.difficulty)
        practice.answer(str(practice.question.answer))
        practice.next()
    assert levels == [1, 1, 1, 2, 2, 2, 3]
    assert practice.score.streak == 7


def test_weak_topics_come_more_often(practice):
    practice.choose(MIXED, 1)
    for key in TOPICS:
        practice.score = practice.score.recorded(key, True).recorded(key, True)
    for _ in range(6):
        practice.score = practice.score.recorded("quotient", False)
    asked = []
    for _ in range(200):
        practice.next()
        asked.append(practice.question.topic)
    assert asked.count("quotient") > 1.5 * 200 / len(TOPICS)


def test_the_score_is_kept_between_sessions_and_can_be_forgotten(practice, kept):
    practice.answer("-2e^(-2x)")
    practice.next()
    stored = json.loads(json.dumps(kept))
    twin = PracticeSession(stored, kept.update)
    assert twin.score == practice.score
    assert twin.question == practice.question
    assert twin.to_json() == practice.to_json()
    twin.reset_score()
    assert PracticeSession(json.loads(json.dumps(kept)), kept.update).score.attempts == 0


def test_a_question_that_has_counted_does_not_count_again_after_a_restart(practice, kept):
    practice.answer("e^(-2x)")
    twin = PracticeSession(json.loads(json.dumps(kept)), kept.update)
    twin.answer("-2e^(-2x)")
    assert (twin.score.attempts, twin.score.right) == (1, 0)


@pytest.mark.parametrize(
    "damage",
    [{"score": 3}, {"score": {"topics": {"power": [1, 2, 3, 4]}}}, {"question": {}}, {"topic": "no such"},
     {"difficulty": "hard"}, {"seed": None}, {"number": []}],
)  # fmt: skip
def test_settings_that_make_no_sense_are_left_out(practice, kept, damage):
    practice.answer("-2e^(-2x)")
    twin = PracticeSession({**kept, **damage}, kept.update)
    twin.answer(str(twin.question.answer))
    assert twin.solved


def test_the_score_is_a_table_by_topic(practice):
    practice.answer("-2e^(-2x)")
    practice.next()
    practice.answer("x")
    rows = list(csv.DictReader(io.StringIO(practice.table().csv())))
    assert [(row["topic"], row["attempts"], row["right"]) for row in rows] == [
        (TOPICS["chain"].title, "1", "0"), (TOPICS["exp_log"].title, "1", "1")
    ]  # fmt: skip


def test_every_action_tells_once(practice):
    seen = []
    practice.changed.connect(lambda: seen.append(practice.number))
    practice.answer("1")
    practice.hint()
    practice.show_steps()
    practice.next()
    practice.choose("power", 2)
    practice.choose(NOTES_FIRST, RISING)
    practice.set_seed(5)
    practice.reset_score()
    assert len(seen) == 8


def test_a_topic_that_does_not_exist_is_refused(practice):
    for topic, difficulty in (("no such", 1), ("power", 4)):
        with pytest.raises(ValueError, match="no topic"):
            practice.choose(topic, difficulty)
