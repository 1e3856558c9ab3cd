from __future__ import annotations

import copy

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


def test_a_score_that_was_begun_anew_is_not_added_to():
    old, mine = answered(Score(), [(KEYS[0], True)] * 3), answered(Score(), [(KEYS[0], False)])
    result = merged(practice(old), practice(mine), practice(old))["practice"]["score"]
    assert Score.from_json(result).of(KEYS[0]) == mine.of(KEYS[0])


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
    assert set(result) == set(mine) | set(theirs)
    assert (before, mine, theirs) == given_values
