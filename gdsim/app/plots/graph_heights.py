"""At which height each entry of each column of a computation graph stands.

Sweeps bring each entry as near to the middle of its neighbours as those above and below allow: in one column that is a
least-squares problem under order constraints, solved exactly by pooling adjacent violators (Brunk and others, 1972).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from gdsim.app.plots.graph_order import Order

_SWEEPS = 10
_STRAIGHT, _HALF_STRAIGHT, _SLANTED = 8.0, 2.0, 1.0  # how much two bends, a bend and a vertex, two vertices pull


Ports = tuple[float, float]
"""How far below the middle of its source an edge starts, and below the middle of its target it ends, in px."""

Pull = tuple[int, float, float]
"""A neighbour, how strongly it pulls, and how far below its middle it does so."""


@dataclass(frozen=True)
class Spacing:
    """Distances in px: beside every column, between two boxes of a column, and between an edge and its neighbours."""

    column: float
    row: float
    lane: float = 6.0


def find_heights(
    order: Order,
    reach: Sequence[tuple[float, float]],
    spacing: Spacing,
    labelled: set[int],
    tallest: float,
    ports: Sequence[Ports],
) -> list[float]:
    """The middle of each slot.

    `reach` tells how far it takes room above and below that, and `ports` where edges start and end beside the middle.
    """
    big = [slot < order.vertices or slot in labelled for slot in range(order.slots)]
    before: list[list[Pull]] = [[] for _ in range(order.slots)]
    after: list[list[Pull]] = [[] for _ in range(order.slots)]
    for chain, (start, end) in zip(order.chains, ports, strict=True):
        for left, right in pairwise(chain):
            bends = (left >= order.vertices) + (right >= order.vertices)
            pull = (_SLANTED, _HALF_STRAIGHT, _STRAIGHT)[bends]
            shift = (start if left == chain[0] else 0.0) - (end if right == chain[-1] else 0.0)
            before[right].append((left, pull, shift))
            after[left].append((right, pull, -shift))
    both = [[*one, *other] for one, other in zip(before, after, strict=True)]
    apart: list[list[float]] = []
    middles = [0.0] * order.slots
    for column in order.columns:
        steps, y = [0.0], 0.0
        for upper, lower in pairwise(column):
            gap = spacing.row if big[upper] and big[lower] else spacing.lane
            y += reach[upper][1] + reach[lower][0] + gap
            steps.append(y)
        for slot, step in zip(column, steps, strict=False):
            middles[slot] = step - y / 2
        apart.append(steps)
    numbered = list(zip(order.columns, apart, strict=True))
    for sweep in range(_SWEEPS):
        if sweep >= _SWEEPS - 4:
            neighbours, columns = both, numbered if sweep % 2 else numbered[::-1]
        else:
            neighbours, columns = (before, numbered[1:]) if sweep % 2 else (after, numbered[-2::-1])
        for column, steps in columns:
            _settle(column, steps, neighbours, middles)
    _straighten(order, apart, middles, before, after)
    _press(numbered, reach, middles, tallest)
    top = min((middle - above for middle, (above, _) in zip(middles, reach, strict=True)), default=0.0)
    return [middle - top for middle in middles]


def _press(
    columns: Sequence[tuple[Sequence[int], list[float]]],
    reach: Sequence[tuple[float, float]],
    middles: list[float],
    tallest: float,
) -> None:
    """Bring all slots nearer to the middle of the whole, each column as far as its distances allow."""
    top = min((middle - above for middle, (above, _) in zip(middles, reach, strict=True)), default=0.0)
    bottom = max((middle + below for middle, (_, below) in zip(middles, reach, strict=True)), default=0.0)
    if bottom - top <= tallest:
        return
    nobody: list[list[Pull]] = [[] for _ in middles]
    for slot, (above, below) in enumerate(reach):
        # The uppermost box is to touch the new top and the lowest the new bottom.
        share = (middles[slot] - above - top) / max(bottom - top - above - below, 1.0)
        middles[slot] = above + share * (tallest - above - below)
    for column, steps in columns:
        _settle(column, steps, nobody, middles)
        lowest = tallest - steps[len(column) - 1] - reach[column[-1]][1] if column else 0.0
        for slot, step in zip(column, steps, strict=False):
            highest = step + reach[column[0]][0]
            middles[slot] = max(min(middles[slot], lowest + step), highest)


def _settle(column: Sequence[int], steps: Sequence[float], neighbours: list[list[Pull]], middles: list[float]) -> None:
    """Bring the slots of a column as near to their neighbours as their order and distances allow."""
    blocks: list[list[float]] = []  # [weight, weighted sum of wishes, how many slots]
    for slot, step in zip(column, steps, strict=False):
        weight, wish = 1e-3, 1e-3 * middles[slot]
        for other, pull, shift in neighbours[slot]:
            weight += pull
            wish += pull * (middles[other] + shift)
        blocks.append([weight, wish - weight * step, 1.0])
        while len(blocks) > 1 and blocks[-2][1] * blocks[-1][0] > blocks[-1][1] * blocks[-2][0]:
            last = blocks.pop()
            blocks[-1] = [mine + theirs for mine, theirs in zip(blocks[-1], last, strict=True)]
    number = 0
    for weight, wish, count in blocks:
        for _ in range(int(count)):
            middles[column[number]] = wish / weight + steps[number]
            number += 1


def _straighten(
    order: Order,
    apart: list[list[float]],
    middles: list[float],
    before: list[list[Pull]],
    after: list[list[Pull]],
) -> None:
    """Level long edges as far as their neighbours leave room, with inputs that have no other use."""
    above: dict[int, tuple[int, float]] = {}
    below: dict[int, tuple[int, float]] = {}
    for column, steps in zip(order.columns, apart, strict=True):
        for (upper, lower), (step, following) in zip(pairwise(column), pairwise(steps), strict=True):
            below[upper] = lower, following - step
            above[lower] = upper, following - step

    def room(slot: int) -> tuple[float, float]:
        low = middles[above[slot][0]] + above[slot][1] if slot in above else float("-inf")
        high = middles[below[slot][0]] - below[slot][1] if slot in below else float("inf")
        return low, high

    for chain in sorted(order.chains, key=len, reverse=True):
        loose = chain[0] if len(after[chain[0]]) == 1 and not before[chain[0]] else -1
        run: list[int] = []
        low, high = float("-inf"), float("inf")
        for slot in (*chain[1:-1][::-1], *((loose,) if loose >= 0 else ())):
            least, most = room(slot)
            if max(low, least) > min(high, most):
                _level(run, low, high, middles)
                run, low, high = [], float("-inf"), float("inf")
            run.append(slot)
            low, high = max(low, least), min(high, most)
        _level(run, low, high, middles)


def _level(run: list[int], low: float, high: float, middles: list[float]) -> None:
    """One height for all of them, within what is free."""
    if len(run) > 1:
        wish = sum(middles[slot] for slot in run) / len(run)
        for slot in run:
            middles[slot] = min(max(wish, low), high)
