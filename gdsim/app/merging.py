"""Two runs of gdsim share one settings file: what each has changed is kept, and what both have changed is joined.

Works on plain JSON values.  A tab's state is one thing, never half of one run's and half of the other's; the counts of
Practice are added up.
"""

from __future__ import annotations

from typing import Any

_TABS, _PRACTICE = "tabs", "practice"


def merged(before: dict[str, Any], mine: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any]:
    """`theirs`, with everything in which `mine` differs from `before`, this run's own earlier state."""
    result = _with_changes(before, mine, theirs)
    for key, join in ((_TABS, _with_changes), (_PRACTICE, _practice)):
        parts = [values.get(key) for values in (before, mine, theirs)]
        if all(isinstance(part, dict) for part in parts):
            result[key] = join(*parts)
    return result


def _with_changes(before: dict[str, Any], mine: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any]:
    changed = {key: value for key, value in mine.items() if key not in theirs or value != before.get(key)}
    return {**theirs, **changed}


def _practice(before: dict[str, Any], mine: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any]:
    """The question of this run, and the answers of both."""
    if mine == before:
        return theirs
    try:
        score = _score(before["score"], mine["score"], theirs["score"])
    except (KeyError, TypeError, ValueError, AttributeError):
        return mine  # one of them has never answered, or is broken
    return {**mine, "score": score}


def _score(before: dict[str, Any], mine: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any]:
    topics = dict(theirs["topics"])
    for topic, (attempts, right, streak, longest) in mine["topics"].items():
        tried, solved, _, _ = before["topics"].get(topic, (0, 0, 0, 0))
        their_tried, their_solved, _, their_longest = topics.get(topic, (0, 0, 0, 0))
        if [attempts, right] == [tried, solved] and topic in topics:
            continue
        if min(attempts, their_tried) < tried or min(right, their_solved) < solved:  # one of them has begun anew
            topics[topic] = [attempts, right, streak, longest]
            continue
        joined = [their_tried + attempts - tried, their_solved + right - solved]
        topics[topic] = [*joined, streak, max(longest, their_longest)]
    return {"topics": topics, "streak": mine["streak"], "longest": max(mine["longest"], theirs["longest"])}
