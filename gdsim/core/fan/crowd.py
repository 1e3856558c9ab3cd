"""Many networks trained together: groups of them in turn, from one record of their losses to the next."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gdsim.core.trainer.programs import Kind

from .group import Group, group_size
from .task import Member, Task, record_steps

Array = NDArray[np.float64]

# As for a Trainer: a loss so many times the first one (or 1, if that is more) counts as divergence.
_HOPELESS = 1e12


@dataclass(frozen=True, eq=False)
class Trained:
    """What n networks have come to; frozen, and complete when `done` is 1.

    `steps` (r,) are the steps of the records, the four tables (n, r): mean losses without penalty, and accuracy or
    R², nan where there are no validation data.  `parameters` (n, parameter_count) are those at the last record, and
    `penalties` (n,) theirs.  A network that diverged has nan from then on, the parameters of the last record before,
    and the step of its first hopeless record in `diverged_at` (-1: it did not).
    """

    steps: NDArray[np.int64]
    losses: Array
    validation_losses: Array
    scores: Array
    validation_scores: Array
    parameters: Array
    penalties: Array
    diverged_at: NDArray[np.int64]
    done: float


def trained_together(task: Task, members: Sequence[Member], steps: int) -> Iterator[Trained]:
    """Pull to train; a pull takes a few milliseconds and gives what there is so far.

    Raises ValueError, in a sentence, for no steps or no networks.
    """
    if steps < 1 or not members:
        raise ValueError("training takes one network and one step at least")
    return _pulled(task, tuple(members), record_steps(steps))


def _pulled(task: Task, members: tuple[Member, ...], records: tuple[int, ...]) -> Iterator[Trained]:
    n, batch = len(members), task.settings.batch_size or task.training.points
    most = dataclasses.replace(
        task.settings,
        l1=max(m.l1 for m in members), l2=max(m.l2 for m in members), dropout=max(m.dropout for m in members),
        weight_decay=max(m.weight_decay for m in members),
    )  # fmt: skip
    kind = Kind.of(task.network, task.loss, most)
    size = group_size(task, batch, n)
    spans = [slice(first, min(first + size, n)) for first in range(0, n, size)]
    tables = [np.full((n, len(records)), math.nan) for _ in range(4)]
    parameters = np.stack([member.start for member in members])
    penalties, diverged = np.zeros(n), np.full(n, -1, np.int64)
    picture = _picture(records[:0], tables, parameters, penalties, diverged, 0.0)
    groups: list[Group] = []
    for span in spans:
        groups.append(Group(task, members[span], kind))
        yield picture
    for index, goal in enumerate(records):
        for span, group in zip(spans, groups, strict=True):
            for _ in group.advancing(goal):
                yield picture
            for data, first in ((task.training, 0), (task.validation, 1)):
                if data is not None:
                    found = [tables[first][span, index], tables[first + 2][span, index]]
                    for _ in group.measuring(data, *found):
                        yield picture
            now = group.parameters
            with np.errstate(all="ignore"):
                limit = _HOPELESS * np.fmax(1.0, tables[0][span, 0])
                good = (tables[0][span, index] < limit) & np.isfinite(now).all(axis=1) & (diverged[span] < 0)
            lost = ~good & (diverged[span] < 0)
            diverged[span][lost] = goal
            group.hold(diverged[span] >= 0)
            for table in tables:
                table[span, index][~good] = math.nan
            parameters[span][good] = now[good]
            penalties[span][good] = _penalties(task, members[span], now)[good]
        picture = _picture(records[: index + 1], tables, parameters, penalties, diverged, (goal / records[-1]))
        yield picture


def _penalties(task: Task, members: Sequence[Member], parameters: Array) -> Array:
    """l1·Σ|w| + (l2/2)·Σw² of each network at its own strengths."""
    weights = parameters[:, task.network.weight_mask]
    l1, l2 = np.array([m.l1 for m in members]), np.array([m.l2 for m in members])
    with np.errstate(all="ignore"):
        found: Array = l1 * np.abs(weights).sum(axis=1) + 0.5 * l2 * np.square(weights).sum(axis=1)
    return found


def _picture(
    records: tuple[int, ...], tables: Sequence[Array], parameters: Array, penalties: Array,
    diverged: NDArray[np.int64], done: float,
) -> Trained:  # fmt: skip
    r = len(records)
    losses, validation_losses, scores, validation_scores = (table[:, :r].copy() for table in tables)
    return Trained(
        np.array(records, np.int64), losses, validation_losses, scores, validation_scores,
        parameters.copy(), penalties.copy(), diverged.copy(), done,
    )  # fmt: skip
