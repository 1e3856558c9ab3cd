"""What a student has practised: attempts, right answers and streaks by topic, and what to ask next.

A Score is a value; recording an answer gives a new one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from gdsim.core.practice.topics import TOPICS

CSV_COLUMNS: Final = ("topic", "attempts", "right", "share right", "streak", "longest streak")
_HARDER_AFTER: Final = 3  # right answers in a row for the next difficulty
_MOST: Final = 1_000_000_000  # no one answers more often; larger ones may be too large for a float, or to be written
_WEAK_FROM: Final = 2  # attempts before a topic can be called weak


@dataclass(frozen=True)
class Tally:
    """One topic's numbers; `streak` is the run of right answers that is still going."""

    attempts: int = 0
    right: int = 0
    streak: int = 0
    longest: int = 0

    @property
    def share(self) -> float:
        """Right answers per attempt, 0 before the first."""
        return self.right / self.attempts if self.attempts else 0.0

    def recorded(self, right: bool) -> Tally:
        streak = self.streak + 1 if right else 0
        return Tally(self.attempts + 1, self.right + right, streak, max(self.longest, streak))


@dataclass(frozen=True)
class Score:
    """Tallies by topic (only those practised), and the streak over all topics."""

    tallies: Mapping[str, Tally] = field(default_factory=lambda: MappingProxyType({}))
    streak: int = 0
    longest: int = 0

    @property
    def attempts(self) -> int:
        return sum(tally.attempts for tally in self.tallies.values())

    @property
    def right(self) -> int:
        return sum(tally.right for tally in self.tallies.values())

    @property
    def weakest(self) -> str | None:
        """The topic with the smallest share of right answers, of those tried twice and not all right."""
        tried = {
            key: tally for key, tally in self.tallies.items() if tally.attempts >= _WEAK_FROM and tally.share < 1.0
        }
        return min(tried, key=lambda key: tried[key].share) if tried else None

    def of(self, topic: str) -> Tally:
        return self.tallies.get(topic, Tally())

    def recorded(self, topic: str, right: bool) -> Score:
        """The score after one more judged answer.  Raises KeyError for a topic that does not exist."""
        TOPICS[topic]
        tallies = {**self.tallies, topic: self.of(topic).recorded(right)}
        streak = self.streak + 1 if right else 0
        return replace(self, tallies=MappingProxyType(tallies), streak=streak, longest=max(self.longest, streak))

    def difficulty(self, topic: str) -> int:
        """One more for every three right answers in a row, from 1 to 3."""
        return min(1 + self.of(topic).streak // _HARDER_AFTER, 3)

    def next_topic(self, rng: np.random.Generator) -> str:
        """A topic at random, the weaker the likelier: weight 1.1 − (right + ½)/(attempts + 1)."""
        keys = list(TOPICS)
        tallies = [self.of(key) for key in keys]
        weights = np.array([1.1 - (tally.right + 0.5) / (tally.attempts + 1.0) for tally in tallies])
        return keys[int(rng.choice(len(keys), p=weights / weights.sum()))]

    def rows(self) -> list[tuple[str, int, int, float, int, int]]:
        """Rows for a CSV file with CSV_COLUMNS, one a practised topic in the order of TOPICS."""
        return [
            (TOPICS[key].title, tally.attempts, tally.right, tally.share, tally.streak, tally.longest)
            for key in TOPICS
            if (tally := self.of(key)).attempts
        ]

    def sentence(self) -> str:
        """The score in words."""
        if not self.attempts:
            return "No answer yet."
        text = f"{self.right} of {self.attempts} right"
        if self.streak > 1:
            text += f", {self.streak} in a row"
        weakest = self.weakest
        return f"{text}; weakest: {TOPICS[weakest].title}." if weakest else f"{text}."

    def to_json(self) -> dict[str, Any]:
        """Plain data for settings."""
        numbers = {key: [t.attempts, t.right, t.streak, t.longest] for key, t in self.tallies.items()}
        return {"topics": numbers, "streak": self.streak, "longest": self.longest}

    @classmethod
    def from_json(cls, data: object) -> Score:
        """The saved score; topics that no longer exist are left out.  Raises ValueError for anything else."""
        if not isinstance(data, dict) or not isinstance(data.get("topics"), dict):
            raise ValueError("this is not a saved score")
        tallies = {key: _tally(numbers) for key, numbers in data["topics"].items() if key in TOPICS}
        streak, longest = _counts([data.get("streak"), data.get("longest")], 2)
        return cls(MappingProxyType(tallies), streak, max(streak, longest))


def _tally(numbers: object) -> Tally:
    attempts, right, streak, longest = _counts(numbers, 4)
    if not streak <= longest <= right <= attempts:
        raise ValueError("this is not a saved score: its numbers contradict each other")
    return Tally(attempts, right, streak, longest)


def _counts(numbers: object, count: int) -> Sequence[int]:
    if not isinstance(numbers, list) or len(numbers) != count:
        raise ValueError("this is not a saved score")
    if not all(type(number) is int and 0 <= number <= _MOST for number in numbers):
        raise ValueError(f"this is not a saved score: counts are whole numbers from 0 to {_MOST:,}")
    return numbers
