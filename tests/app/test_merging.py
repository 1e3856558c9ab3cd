from __future__ import annotations

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdsim.app.merging import merged
from gdsim.core.practice import TOPICS, Score

KEYS = list(TOPICS)[:3]


def practice(score, **question):
    return {"practice": {"score": score.to_json(), **question}}


def answered(score, answers):
    for topic, right in answers:
        score = score.recorded(topic, right)
    return score


def test_what_one_has_not_touched_the_other_keeps():
    before = {"theme": "light", "tab": "train", "tabs": {"slope": 1, "train": 2}}
    mine = {"theme": "dark", "tab": "train", "tabs": {"slope": 5, "train": 2}}
    theirs = {"theme": "light", "tab": "slope", "tabs": {"slope": 1, "train": 7, "descend": 3}, "large_type": True}
    assert merged(before, mine, theirs) == {
        "theme": "dark", "tab": "slope", "tabs": {"slope": 5, "train": 7, "descend": 3}, "large_type": True
    }  # fmt: skip


def test_a_tab_is_one_thing():
    before = {"tabs": {"train": {"rate": 1, "data": "a"}}}
    mine = {"tabs": {"train": {"rate": 2, "data": "a"}}}
    theirs = {"tabs": {"train": {"rate": 1, "data": "b"}}}
    assert merged(before, mine, theirs) == mine


def test_without_a_file_all_is_written():
    assert merged({"a": 1}, {"a": 1, "b": 2}, {}) == {"a": 1, "b": 2}


MISSING = object()


@pytest.mark.parametrize("nested", [False, True])
@pytest.mark.parametrize(
    ("before", "mine", "theirs", "joined"),
    [
        (MISSING, MISSING, 3, 3),
        (MISSING, 2, MISSING, 2),
        (MISSING, 2, 3, 2),  # both have set it: the later to save
        (1, 1, 3, 3),
        (1, 2, 1, 2),
        (1, 2, 3, 2),
        (1, 1, MISSING, 1),  # the file was lost
        (1, MISSING, 1, MISSING),
        (1, MISSING, 3, 3),
        (1, MISSING, MISSING, MISSING),
        (MISSING, None, 3, None),
    ],
)
def test_each_way_in_which_two_can_change_one_thing(before, mine, theirs, joined, nested):
    before, mine, theirs, joined = (
        {} if value is MISSING else {"a": value} for value in (before, mine, theirs, joined)
    )
    if nested:
        before, mine, theirs, joined = ({"tabs": values} for values in (before, mine, theirs, joined))
    assert merged(before, mine, theirs) == joined


def test_the_tabs_of_two_that_both_began_without_a_file_are_joined():
    assert merged({}, {"tabs": {"slope": 1}}, {"tabs": {"train": 2}}) == {"tabs": {"slope": 1, "train": 2}}


def test_the_answers_of_two_that_both_began_without_any_are_joined():
    ten, one = answered(Score(), [(KEYS[0], True)] * 10), answered(Score(), [(KEYS[1], False)])
    for first, second in ((ten, one), (one, ten)):
        score = merged({}, practice(second), merged({}, practice(first), {}))["practice"]["score"]
        assert score["topics"] == {KEYS[0]: [10, 10, 10, 10], KEYS[1]: [1, 0, 0, 0]}
        assert (score["streak"], score["longest"]) == (second.streak, 10)


answers = st.lists(st.tuples(st.sampled_from(KEYS), st.booleans()), max_size=12)


@given(answers, answers, answers)
def test_every_practice_answer_counts_once(earlier, ours, others):
    start = answered(Score(), earlier)
    mine, theirs = answered(start, ours), answered(start, others)
    result = merged(
        practice(start, number=1), practice(mine, number=2 if ours else 1), practice(theirs, number=3 if others else 1)
    )["practice"]  # fmt: skip
    joined = Score.from_json(result["score"])  # raises when its numbers contradict each other
    assert joined.attempts == len(earlier) + len(ours) + len(others)
    assert joined.right == sum(right for _, right in (*earlier, *ours, *others))
    assert joined.longest >= max(mine.longest, theirs.longest)
    for topic in KEYS:
        assert joined.of(topic).attempts == sum(key == topic for key, _ in (*earlier, *ours, *others))
    assert result["number"] == (2 if ours else 3 if others else 1)


EARLIER = [(KEYS[0], True)] * 3 + [(KEYS[1], False)]


@pytest.mark.parametrize(
    ("mine", "theirs", "topics", "streaks"),
    [
        # All answers are forgotten, and nobody has answered since.
        ([], EARLIER, {}, (0, 0)),
        ([(KEYS[0], False)], EARLIER, {KEYS[0]: [1, 0, 0, 0]}, (0, 0)),
        # What the other has answered meanwhile counts, but of its streak only what is not forgotten.
        ([], [*EARLIER, (KEYS[0], True)], {KEYS[0]: [1, 1, 0, 1]}, (0, 1)),
        ([(KEYS[0], True)] * 3, [*EARLIER, (KEYS[1], True)], {KEYS[0]: [3, 3, 3, 3], KEYS[1]: [1, 1, 0, 1]}, (3, 3)),
        # The other has forgotten all.
        ([*EARLIER, (KEYS[0], True)], [(KEYS[2], True)], {KEYS[0]: [1, 1, 1, 1], KEYS[2]: [1, 1, 1, 1]}, (1, 1)),
        # Both have.
        ([(KEYS[0], True)], [(KEYS[0], True)] * 2, {KEYS[0]: [3, 3, 1, 2]}, (1, 2)),
    ],
)
def test_a_score_that_was_begun_anew_is_begun_anew_for_both(mine, theirs, topics, streaks):
    before, mine, theirs = (practice(answered(Score(), answers)) for answers in (EARLIER, mine, theirs))
    score = merged(before, mine, theirs)["practice"]["score"]
    assert score["topics"] == topics
    assert (score["streak"], score["longest"]) == streaks
    Score.from_json(score)  # raises when its numbers contradict each other


def test_a_score_that_is_broken_gives_way_and_a_topic_of_a_newer_gdsim_is_left():
    own, broken = answered(Score(), [(KEYS[0], True)]), {"practice": {"score": {"topics": {KEYS[0]: [1, 2, 3, 4]}}}}
    assert merged(broken, practice(own), broken) == practice(own)
    assert merged(broken, broken | {"practice": {"score": 5, "a": 1}}, practice(own)) == practice(own, a=1)
    newer = practice(own)
    newer["practice"]["score"]["topics"]["limits"] = [7, 7, 7, 7, 7]
    joined = merged(newer, practice(answered(own, [(KEYS[0], True)])), newer)["practice"]["score"]["topics"]
    assert joined == {"limits": [7, 7, 7, 7, 7], KEYS[0]: [2, 2, 2, 2]}


def test_the_question_is_that_of_who_has_gone_on():
    score = Score()
    result = merged(
        practice(score, number=1), practice(score.recorded(KEYS[0], True), number=1), practice(score, number=2)
    )
    assert result["practice"]["number"] == 2


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda part: (
        st.lists(part, max_size=2) | st.dictionaries(st.sampled_from(["score", "topics", KEYS[0]]), part, max_size=2)
    ),
    max_leaves=5,
)
objects = st.dictionaries(st.sampled_from(["practice", "tabs", "theme"]), json_values)


@given(objects, objects, objects)
def test_whatever_the_file_holds_nothing_is_raised_or_changed(before, mine, theirs):
    given_values = copy.deepcopy((before, mine, theirs))
    result = merged(before, mine, theirs)
    taken_away = {key for key in before if key not in mine and theirs.get(key) == before[key]}
    assert set(result) == (set(mine) | set(theirs)) - taken_away
    assert (before, mine, theirs) == given_values
