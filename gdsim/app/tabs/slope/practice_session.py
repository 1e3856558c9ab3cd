"""Practice, without a widget: the question, what was answered, the hints taken, the score.

Questions come from a seed and a number, so the same seed asks the same again.  The first answer to a question that can
be judged counts; after its derivation was shown none does.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from gdsim.app.pictures import Table
from gdsim.app.ticker import Job, Ticker
from gdsim.core.practice import (
    CSV_COLUMNS,
    DIFFICULTIES,
    NOTES,
    TOPICS,
    Judgement,
    Question,
    Score,
    checking,
    numbered,
    numbered_topic,
)

NOTES_FIRST, MIXED = "notes", "mixed"
RISING = 0
"""In place of a difficulty: it rises with right answers in a row."""
MOST_HINTS = 3


class PracticeSession(QObject):
    """Every method that changes something emits `changed` once, and hands what is to be kept to `keep`."""

    changed = Signal()

    def __init__(
        self, kept: Mapping[str, Any], keep: Callable[[dict[str, Any]], object], seed: int = 0,
        parent: QObject | None = None, ticker: Ticker | None = None,
    ) -> None:  # fmt: skip
        """`kept` is what `keep` was given last time, or empty; unusable parts of it are left out.

        With a ticker an answer is judged in pieces, frame by frame; without one at once.
        """
        super().__init__(parent)
        self._keep, self._ticker = keep, ticker
        self._job: Job | None = None
        self._pieces: Iterator[None] = iter(())
        self.seed, self.number = seed, 0
        self.topic, self.difficulty = NOTES_FIRST, RISING
        self.score = Score()
        self.question: Question = NOTES[0]
        self._begin(NOTES[0])
        self._restore(kept)

    def _begin(self, asked: Question) -> None:
        self.stop()
        self.question = asked
        self.judgement: Judgement | None = None
        self.hints = 0
        """How many hints are shown."""
        self.steps_shown = False
        self.counted = False
        """Whether an answer to this question has counted."""
        self.uncounted = ""
        """Why the newest answer does not count, if it would else."""

    @property
    def judging(self) -> bool:
        """Whether an answer is being judged."""
        return self._job is not None

    @property
    def solved(self) -> bool:
        return self.judgement is not None and self.judgement.right

    def answer(self, text: str) -> None:
        """Judge a typed answer."""
        if not text.strip() or self.solved:
            return
        self.stop()
        pieces = checking(self.question, text)
        if self._ticker is None:
            *_, judgement = pieces
            self._judged(judgement)
            return
        self._pieces = self._judging(pieces)
        self._job = self._ticker.pull(self._pieces, owner=self)
        self.changed.emit()

    def finish(self) -> None:
        """Judge to the end at once what is being judged, so that no answer is lost when the window closes."""
        if self._job is not None:
            for _ in self._pieces:
                pass

    def stop(self) -> None:
        """Judge no longer."""
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _judging(self, pieces: Iterator[Judgement | None]) -> Iterator[None]:
        judgement: Judgement | None = None
        for piece in pieces:
            judgement = piece
            yield
        self._job = None
        self._judged(judgement)

    def _judged(self, judgement: Judgement | None) -> None:
        assert judgement is not None
        self.judgement, self.uncounted = judgement, ""
        if judgement.counts:
            if self.steps_shown:
                self.uncounted = "It doesn't count, since the steps were shown."
            elif self.counted:
                self.uncounted = "It doesn't count, since only the first answer does."
            else:
                self.counted = True
                self.score = self.score.recorded(self.question.topic, judgement.right)
        self._tell()

    def hint(self) -> None:
        """One more hint, three at most."""
        self.hints = min(self.hints + 1, MOST_HINTS)
        self._tell()

    def show_steps(self) -> None:
        """The whole derivation; an answer after that no longer counts."""
        self.steps_shown = True
        self._tell()

    def next(self) -> None:
        """Another question."""
        asked = self.question
        self.number += 1
        if self._drawn().formula == asked.formula:
            self.number += 1
        self._begin(self._drawn())
        self._tell()

    def choose(self, topic: str, difficulty: int) -> None:
        """Another topic (or the notes' own, or mixed) and difficulty: a question of it at once."""
        if (topic, difficulty) == (self.topic, self.difficulty):
            return
        if topic not in (NOTES_FIRST, MIXED, *TOPICS) or difficulty not in (RISING, *DIFFICULTIES):
            raise ValueError(f"there is no topic {topic} of difficulty {difficulty}")
        begins = topic == NOTES_FIRST != self.topic
        self.topic, self.difficulty = topic, difficulty
        self.number = 0 if begins else self.number + 1
        self._begin(self._drawn())
        self._tell()

    def set_seed(self, seed: int) -> None:
        """Other questions, from the first."""
        self.seed, self.number = seed, 0
        self._begin(self._drawn())
        self._tell()

    def reset_score(self) -> None:
        """Forget all answers."""
        self.score = Score()
        self._tell()

    def table(self) -> Table:
        """The score by topic, for a file."""
        return Table("practice", "the practice score", CSV_COLUMNS, self.score.rows())

    def to_json(self) -> dict[str, Any]:
        return {
            "seed": self.seed, "number": self.number, "topic": self.topic, "difficulty": self.difficulty,
            "question": self.question.to_json(), "counted": self.counted or self.steps_shown,
            "score": self.score.to_json(),
        }  # fmt: skip

    def _drawn(self) -> Question:
        """The question of this seed and number."""
        if self.topic == NOTES_FIRST and self.number < len(NOTES):
            return NOTES[self.number]
        if self.topic == MIXED:  # the weaker topics more often, so the score has a say
            topic = self.score.next_topic(np.random.default_rng([self.seed, self.number]))
        else:
            topic = self.topic if self.topic in TOPICS else numbered_topic(self.seed, self.number)
        difficulty = self.difficulty if self.difficulty != RISING else self.score.difficulty(topic)
        return numbered(self.seed, self.number, topic, difficulty)

    def _restore(self, kept: Mapping[str, Any]) -> None:
        with contextlib.suppress(KeyError, ValueError):
            self.score = Score.from_json(kept["score"])
        try:
            topic, difficulty = str(kept["topic"]), int(kept["difficulty"])
            seed, number = int(kept["seed"]), int(kept["number"])
            asked = Question.from_json(kept["question"])
        except (KeyError, ValueError, TypeError, OverflowError):
            return
        if topic not in (NOTES_FIRST, MIXED, *TOPICS) or difficulty not in (RISING, *DIFFICULTIES):
            return
        self.topic, self.difficulty, self.seed, self.number = topic, difficulty, max(0, seed), max(0, number)
        self._begin(asked)
        self.counted = kept.get("counted") is True

    def _tell(self) -> None:
        self._keep(self.to_json())
        self.changed.emit()
