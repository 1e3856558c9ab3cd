"""Two runs of gdsim share one settings file: what each has changed is kept, and what both have changed is joined.

Works on plain JSON values.  A tab's state is one thing, never half of one run's and half of the other's, and so is a
question of Practice; the counts of Practice are added up.  Where both have changed one thing, the later to save wins.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_TABS, _PRACTICE, _SCORE = "tabs", "practice", "score"


def merged(before: dict[str, Any], mine: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any]:
    """`theirs`, with everything in which `mine` differs from `before`, this run's own earlier state."""
    result = _with_changes(before, mine, theirs)
    for key, join in ((_TABS, _with_changes), (_PRACTICE, _practice)):
        if isinstance(mine.get(key), dict) and isinstance(theirs.get(key), dict):
            earlier = before.get(key)
            result[key] = join(earlier if isinstance(earlier, dict) else {}, mine[key], theirs[key])
    return result


def _with_changes(before: dict[str, Any], mine: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any]:
    """What `theirs` lacks is written anew, for the file may have been lost; what this run has taken away goes, unless
    the other has changed it meanwhile.
    """
    left = {key: value for key, value in theirs.items() if key in mine or key not in before or value != before[key]}
    added = {key: value for key, value in mine.items() if key not in theirs or key not in before}
    changed = {key: value for key, value in mine.items() if key in before and value != before[key]}
    return {**left, **added, **changed}


def _practice(before: dict[str, Any], mine: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any]:
    """The question of whoever has gone on to another one, and the answers of both."""
    if mine == before:
        return theirs
    result = theirs if _question(mine) == _question(before) else mine
    # Imported here, where somebody has practised, so that a start need not wait for what Practice needs.
    from gdsim.app.joined_scores import joined_scores

    score = joined_scores(before.get(_SCORE), mine.get(_SCORE), theirs.get(_SCORE))
    return {**_question(result), _SCORE: score}


def _question(practice: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in practice.items() if key != _SCORE}
