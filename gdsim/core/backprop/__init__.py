"""Backpropagation to be walked through: a graph from typed definitions, forward and back one vertex at a time.

`read` and `compute` make the graph, `walk` and its wrong orders the steps, `narrate` the words; `inspect` tells all
about one vertex, `nudge` steps against the gradient, `questions` and `check_answer` let the student predict.
"""

from __future__ import annotations

from .computation import Computation, Edge, Vertex
from .counts import Multiplications, multiplications
from .depth_first import MOST_STEPS, every_path, mistaken, not_waiting, walk_in_order
from .descent import History, Nudge, Share, nudge
from .dot import to_dot
from .examples import EXAMPLES, Example, chain_of_doublings
from .inspection import DifferenceCheck, Inspection, difference_check, inspect, recomputed
from .narration import Line, Narration, narrate
from .paths import ChainRule, Path, chain_rule, path_counts
from .predict import Answer, Judgement, Question, check_answer, questions
from .statements import MOST_VERTICES, Definition, Statements, read
from .tracing import compute
from .trouble import Trouble
from .walk import Contribution, Event, Order, Phase, State, Sum, Walk, walk

__all__ = [
    "EXAMPLES",
    "MOST_STEPS",
    "MOST_VERTICES",
    "Answer",
    "ChainRule",
    "Computation",
    "Contribution",
    "Definition",
    "DifferenceCheck",
    "Edge",
    "Event",
    "Example",
    "History",
    "Inspection",
    "Judgement",
    "Line",
    "Multiplications",
    "Narration",
    "Nudge",
    "Order",
    "Path",
    "Phase",
    "Question",
    "Share",
    "State",
    "Statements",
    "Sum",
    "Trouble",
    "Vertex",
    "Walk",
    "chain_of_doublings",
    "chain_rule",
    "check_answer",
    "compute",
    "difference_check",
    "every_path",
    "inspect",
    "mistaken",
    "multiplications",
    "narrate",
    "not_waiting",
    "nudge",
    "path_counts",
    "questions",
    "read",
    "recomputed",
    "to_dot",
    "walk",
    "walk_in_order",
]
