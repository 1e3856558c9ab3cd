"""Methods that look at more than one gradient: a line search and Newton's method, with their safeguards.

Both try a move, evaluate the objective there and halve the move until the value falls enough (Armijo's condition).
What a safeguard did is kept in the state, and `state.note` says it in a sentence.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from operator import mul
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gdsim.core.numerals import factor_in_latex, in_latex, in_words
from gdsim.core.optimizers.base import (
    OPTIMIZERS,
    Numbers,
    Optimizer,
    Value,
    counter,
    learning_rate,
    move_line,
)  # fmt: skip
from gdsim.core.optimizers.one_point import (
    RELATIVE_CURVATURE,
    TOO_LONG,
    TRIALS,
    UNUSABLE,
    backtrack_one,
    newton_direction_one,
)  # fmt: skip
from gdsim.core.params import param

if TYPE_CHECKING:
    from gdsim.core.objective import Objective
    from gdsim.core.run.step import Step

Array = NDArray[np.float64]

# Newton's own search: Armijo's usual constants.
_SUFFICIENT, _SHRINK = 1e-4, 0.5


class Search(NamedTuple):
    """What the last update did, a number a point.

    `fraction` is the share of the full move that was taken (0: no move lowered the value), `evaluations` counts
    evaluations of the objective since the start, `replaced` is 1 where Newton's direction gave way to the gradient's
    for want of a positive definite Hessian, and 2 where there was no curvature to tell how far to go.
    """

    count: Value
    evaluations: Value
    fraction: Value
    replaced: Value

    @property
    def note(self) -> str:
        """What the safeguards did in the last update, in a sentence; empty when nothing."""
        fraction, replaced = np.ravel(self.fraction), np.ravel(self.replaced)
        if fraction.size > 1:
            return _note_on_many(fraction, replaced)
        sentences = []
        if replaced[0] == UNUSABLE:
            sentences.append(
                "there is no usable curvature here (none, next to none, or beyond all numbers): "
                "the direction against the gradient was taken instead"
            )
        elif replaced[0]:
            sentences.append(
                "the Hessian is not positive definite here, so Newton's direction may lead uphill: "
                "the direction against the gradient was taken instead"
            )
        if fraction[0] == 0.0:
            sentences.append("no move along this direction lowers the value")
        elif fraction[0] < 1.0:
            sentences.append(
                f"the full move would not have lowered the value enough: {in_words(fraction[0])} of it was taken"
            )
        return "; ".join(sentences)


def _note_on_many(fraction: Array, replaced: Array) -> str:
    counts = (
        (int((replaced > 0.0).sum()), "directions were replaced by the one against the gradient"),
        (int(((fraction > 0.0) & (fraction < 1.0)).sum()), "moves were shortened"),
        (int((fraction == 0.0).sum()), "points found no lower value"),
    )
    return "; ".join(f"{amount} of {fraction.size} {what}" for amount, what in counts if amount)


def _initial(x: Value) -> Search:
    zero = counter(x)
    return Search(zero, zero, zero + 1.0, zero)


def _backtrack(
    objective: Objective, point: Array, move: Array, slope: Array, sufficient: float, shrink: float
) -> tuple[Array, Array]:
    """The largest fraction shrinkᵏ of `move` with f(x + t·move) ≤ f(x) + c·t·slope, and the evaluations it took.

    `slope` is gradient · move, negative downhill.  Shapes (n, dim), and (n,) for slope and both results; a fraction
    is 0 where no trial passes.  An undefined value (nan) does not pass, nor does an infinitely low one.
    """
    value = objective.value(point)
    fraction = np.ones_like(slope)
    evaluations = np.ones_like(slope)
    refused = np.ones(slope.shape, dtype=bool)
    for _ in range(TRIALS):
        trial = objective.value(point + fraction[:, None] * move)
        evaluations += refused
        refused &= ~((trial <= value + sufficient * fraction * slope) & np.isfinite(trial))
        if not refused.any():
            break
        fraction[refused] *= shrink
    fraction[refused] = 0.0
    return fraction, evaluations


def _searched(
    objective: Objective,
    point: Array,
    gradient: Array,
    move: Array,
    state: Search,
    sufficient: float,
    shrink: float,
    replaced: Any = 0.0,
) -> tuple[Array, Search]:
    """The part of `move` that lowers the value, and the state after it; for many points."""
    count = state.count + 1.0
    flat = (point.reshape(-1, point.shape[-1]), move.reshape(-1, point.shape[-1]))
    slope = (gradient * move).sum(axis=-1).ravel()
    fraction, evaluations = (
        part.reshape((*point.shape[:-1], 1)) for part in _backtrack(objective, *flat, slope, sufficient, shrink)
    )
    replaced = np.broadcast_to(np.asarray(replaced, float), fraction.shape)
    return fraction * move, Search(count, state.evaluations + evaluations, fraction, replaced)


def _searched_one(
    objective: Objective, point: Numbers, gradient: Numbers, move: Numbers, state: Search,
    sufficient: float, shrink: float, replaced: float = 0.0,
) -> tuple[Numbers, Search]:  # fmt: skip
    """`_searched` for one point."""
    slope = sum(map(mul, gradient, move))
    fraction, tried = backtrack_one(objective, point, move, slope, sufficient, shrink)
    after = Search(state.count + 1.0, state.evaluations + tried, fraction, replaced)
    return tuple([fraction * part for part in move]), after


def _needed(point: Value, objective: Objective | None, title: str) -> tuple[Array, Objective]:
    if point is None or objective is None:
        raise ValueError(f"{title} evaluates the objective: pass update(..., point=x, objective=...)")
    return np.asarray(point, float), objective


class SearchingOptimizer(Optimizer):
    """One that evaluates the objective: a single point is taken in floats."""

    needs: ClassVar[tuple[str, ...]] = ("point", "objective")

    @abstractmethod
    def update_one(
        self, lr: float, point: Numbers, gradient: Numbers, state: Search, objective: Objective
    ) -> tuple[Numbers, Search]:
        """`update` for one point, with floats in place of arrays."""

    def init(self, x: Value) -> Search:
        return _initial(x)

    def note(self, step: Step) -> str:
        # A step from before this optimizer was chosen has another's memory.
        return str(step.next_state.note) if isinstance(step.next_state, Search) else ""

    def _one(self, gradient: Value, state: Any, place: Array, objective: Objective, lr: Value) -> tuple[Array, Search]:
        rate = float(self.lr if lr is None else lr)
        slopes = tuple(np.asarray(gradient, float).tolist())
        move, after = self.update_one(rate, tuple(place.tolist()), slopes, state, objective)
        return np.array(move), after


@OPTIMIZERS.register("line_search")
@dataclass(frozen=True)
class LineSearch(SearchingOptimizer):
    """x ← x − t·g with the first t of η, η·s, η·s², … that gives f(x − t·g) ≤ f(x) − c·t·‖g‖².

    Armijo, Minimization of functions having Lipschitz continuous first partial derivatives (1966).  It cannot
    diverge: the value never rises.  Pitfall: each step costs several evaluations of f, which a fair race counts,
    and in a narrow valley it still zigzags as gradient descent does.
    """

    lr: float = learning_rate(1.0)
    sufficient: float = param(
        1e-4, 1e-8, 0.5, title="sufficient decrease", log=True, symbol="c",
        help="The share of the fall promised by the slope that has to be reached.",
    )  # fmt: skip
    shrink: float = param(
        0.5, 0.05, 0.95, title="shrink factor", symbol="s", help="What a refused rate is multiplied by."
    )

    key = "line_search"
    title = "Gradient descent with line search"
    about = "Tries a large rate and halves it until the value falls enough: it never goes up."
    source = "Armijo, Minimization of functions having Lipschitz continuous first partial derivatives (1966)"
    latex = r"x \leftarrow x - t\, g \qquad t = \max\{\eta s^k : f(x - \eta s^k g) \le f(x) - c\,\eta s^k \|g\|^2\}"

    def update(
        self, gradient: Value, state: Any, *, point: Value = None, objective: Objective | None = None, lr: Value = None
    ) -> tuple[Value, Any]:
        place, function = _needed(point, objective, self.title)
        if place.ndim == 1:
            return self._one(gradient, state, place, function, lr)
        with np.errstate(all="ignore"):
            slope = np.asarray(gradient, float)
            move = -(self.lr if lr is None else lr) * slope
            return _searched(function, place, slope, move, state, self.sufficient, self.shrink)

    def update_one(
        self, lr: float, point: Numbers, gradient: Numbers, state: Search, objective: Objective
    ) -> tuple[Numbers, Search]:
        move = tuple([-lr * slope for slope in gradient])
        return _searched_one(objective, point, gradient, move, state, self.sufficient, self.shrink)

    def lines(self, step: Step) -> tuple[str, ...]:
        fraction = float(step.next_state.fraction)
        return (
            rf"t &= {in_latex(fraction)} \cdot {in_latex(step.lr)} = {in_latex(fraction * step.lr)}",
            move_line(step, rf"{in_latex(fraction * step.lr)} \cdot {factor_in_latex(step.gradient)}"),
        )


@OPTIMIZERS.register("newton")
@dataclass(frozen=True)
class Newton(SearchingOptimizer):
    """x ← x − η·H⁻¹·g with H the Hessian at x.

    Newton, De analysi (1669); damped and safeguarded as in Nocedal, Wright, Numerical Optimization, chapter 3 (2006).
    Pure Newton walks to the nearest stationary point, be it a maximum or a saddle.  Where H is not positive
    definite the direction −g/|λ|max is taken instead, and a move that does not lower the value is halved; the
    state's `note` says either.  Pitfall: the Hessian costs dim² entries and dim³ work.
    """

    lr: float = learning_rate(1.0)

    needs = ("point", "objective", "hessian")
    key = "newton"
    title = "Newton"
    about = "Jumps to the lowest point of the parabola that fits the curvature here; exact on a bowl."
    source = "Nocedal, Wright, Numerical Optimization, chapter 3 (2006)"
    latex = r"x \leftarrow x - \eta\, H^{-1} g"

    def update(
        self, gradient: Value, state: Any, *, point: Value = None, objective: Objective | None = None, lr: Value = None
    ) -> tuple[Value, Any]:
        place, function = _needed(point, objective, self.title)
        if place.ndim == 1:
            return self._one(gradient, state, place, function, lr)
        with np.errstate(all="ignore"):
            slope = np.asarray(gradient, float)
            direction, replaced = newton_direction(slope, function.hessian(place), place)
            move = (self.lr if lr is None else lr) * direction
            return _searched(function, place, slope, move, state, _SUFFICIENT, _SHRINK, replaced)

    def update_one(
        self, lr: float, point: Numbers, gradient: Numbers, state: Search, objective: Objective
    ) -> tuple[Numbers, Search]:
        if len(point) <= 2:
            direction, replaced = newton_direction_one(objective, point, gradient)
        else:
            with np.errstate(all="ignore"):
                hessian = objective.hessian(point)
                directions, kinds = newton_direction(np.array(gradient), hessian, np.array(point))
            direction, replaced = tuple(directions.tolist()), float(kinds.item())
        move = tuple([lr * part for part in direction])
        return _searched_one(objective, point, gradient, move, state, _SUFFICIENT, _SHRINK, replaced)

    def lines(self, step: Step) -> tuple[str, ...]:
        fraction = float(step.next_state.fraction)
        rate = fraction * step.lr
        direction = -step.delta / rate if rate else 0.0 * step.delta
        replaced = float(step.next_state.replaced)
        name = "g" if replaced == UNUSABLE else r"\frac{g}{|\lambda|_{\max}}" if replaced else "H^{-1} g"
        return (
            rf"{name} &= {in_latex(direction)}",
            move_line(step, rf"{in_latex(rate)} \cdot {factor_in_latex(direction)}"),
        )


def newton_direction(gradient: Array, hessian: Array, point: Array) -> tuple[Array, Array]:
    """−H⁻¹·g where H is positive definite, else −g/|λ|max; and whether it was replaced, as in `Search`, (..., 1).

    Where the curvature is zero, unknown or so small that this leads immensely far, the direction is −g.
    """
    known = np.isfinite(hessian).all(axis=(-2, -1), keepdims=True)
    safe = np.where(known, hessian, 0.0)
    eigenvalues, vectors = np.linalg.eigh(safe)
    largest = np.abs(eigenvalues).max(axis=-1, keepdims=True)
    definite = eigenvalues[..., :1] > RELATIVE_CURVATURE * largest
    along = (vectors * gradient[..., :, None]).sum(axis=-2)
    solved = (vectors * (along / np.where(definite, eigenvalues, 1.0))[..., None, :]).sum(axis=-1)
    fallback = gradient / np.where(largest > 0.0, largest, 1.0)
    direction = np.where(definite, solved, fallback)
    reach = TOO_LONG * np.maximum(1.0, np.abs(point).max(axis=-1, keepdims=True))
    usable = (np.abs(direction).max(axis=-1, keepdims=True) <= reach) & (largest > 0.0)
    return -np.where(usable, direction, gradient), np.where(usable, ~definite, UNUSABLE)
