"""The scores of two runs of gdsim that have both been practised in become one, in which every answer counts once.

Works on the scores as JSON; a topic that only a newer gdsim has is left as the other run wrote it.
"""

from __future__ import annotations

from gdsim.core.practice import TOPICS, Score, Tally


def joined_scores(before: object, mine: object, theirs: object) -> object:
    """What each has answered since `before`, added to that; whoever has begun anew has forgotten it for both."""
    old, own, other = (_score(value) for value in (before, mine, theirs))
    if own is None or other is None:
        return mine if other is None else theirs
    start = {} if old is None else old.tallies
    anew = [any(not _has_grown(start[key], score.of(key)) for key in start) for score in (own, other)]
    topics: dict[str, object] = (
        {} if anew[0] else {key: tally for key, tally in theirs["topics"].items() if key not in TOPICS}
    )
    for key in {**other.tallies, **own.tallies}:
        joined = _added(start.get(key, Tally()), own.of(key), other.of(key), *anew)
        if joined.attempts:
            topics[key] = [joined.attempts, joined.right, joined.streak, joined.longest]
    whole = _added(*(_whole(score) for score in (old or Score(), own, other)), *anew)
    return {"topics": topics, "streak": whole.streak, "longest": whole.longest}


def _score(value: object) -> Score | None:
    """None for one that is broken: Practice then began with none."""
    try:
        return Score.from_json(value)
    except ValueError:
        return None


def _whole(score: Score) -> Tally:
    """Over all topics."""
    return Tally(score.attempts, score.right, score.streak, score.longest)


def _has_grown(start: Tally, now: Tally) -> bool:
    """Whether `start` can be a part of it, in right answers and in wrong ones."""
    return now.right >= start.right and now.attempts - now.right >= start.attempts - start.right


def _added(start: Tally, mine: Tally, theirs: Tally, mine_anew: bool, theirs_anew: bool) -> Tally:
    if mine == start and not mine_anew:
        return theirs
    here = mine if mine_anew else _since(start, mine)
    there = theirs if theirs_anew else _since(start, theirs)
    attempts, right = here.attempts + there.attempts, here.right + there.right
    if mine_anew or theirs_anew:
        return Tally(attempts, right, here.streak, max(here.longest, there.longest))
    longest = max(mine.longest, theirs.longest)
    return Tally(start.attempts + attempts, start.right + right, mine.streak, longest)


def _since(start: Tally, now: Tally) -> Tally:
    """The answers after `start`; of a streak that had begun before, no more than these."""
    right = now.right - start.right
    return Tally(now.attempts - start.attempts, right, min(now.streak, right), min(now.longest, right))
