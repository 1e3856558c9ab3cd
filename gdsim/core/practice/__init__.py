"""Practice in differentiating: endless questions by topic, answers judged by value, slips named, a score."""

from __future__ import annotations

from gdsim.core.practice.judgement import Curves, Judgement, Outcome, check, checking
from gdsim.core.practice.question import Hint, Question
from gdsim.core.practice.score import CSV_COLUMNS, Score, Tally
from gdsim.core.practice.slips import Slip
from gdsim.core.practice.topics import DIFFICULTIES, NOTES, TOPICS, Topic, numbered, numbered_topic, question

__all__ = [
    "CSV_COLUMNS",
    "DIFFICULTIES",
    "NOTES",
    "TOPICS",
    "Curves",
    "Hint",
    "Judgement",
    "Outcome",
    "Question",
    "Score",
    "Slip",
    "Tally",
    "Topic",
    "check",
    "checking",
    "numbered",
    "numbered_topic",
    "question",
]
