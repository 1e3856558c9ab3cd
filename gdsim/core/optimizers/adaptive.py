"""Optimizers that divide each coordinate by the size its gradients have had: AdaGrad, RMSProp, Adadelta."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from gdsim.core.autodiff import ops
from gdsim.core.numerals import each_in_latex, factor_in_latex, in_latex, in_parentheses, square_in_latex
from gdsim.core.optimizers.base import (
    OPTIMIZERS,
    Optimizer,
    Value,
    decay_line,
    decayed,
    epsilon,
    is_off,
    learning_rate,
    move_line,
    smoothing,
    weight_decay,
    zeros,
)  # fmt: skip
from gdsim.core.params import param

if TYPE_CHECKING:
    from gdsim.core.objective import Objective
    from gdsim.core.run.step import Step


class SquaredSum(NamedTuple):
    """The sum of all squared gradients so far."""

    squared_sum: Value


class SecondMoment(NamedTuple):
    """Decaying means of the squared gradient and (centred form) of the gradient, and a velocity of scaled steps."""

    second_moment: Value
    first_moment: Value
    velocity: Value


class Accumulators(NamedTuple):
    """Decaying means of the squared gradient and of the squared move."""

    second_moment: Value
    squared_delta: Value


@OPTIMIZERS.register("adagrad")
@dataclass(frozen=True)
class AdaGrad(Optimizer):
    """s ← s + g²;  x ← x − η·g/(√s + ε).

    Duchi, Hazan, Singer, Adaptive subgradient methods for online learning and stochastic optimization (2011).
    Pitfall: the sum only grows, so the steps shrink for ever, and a steep start leaves nothing for later.
    """

    lr: float = learning_rate(1e-2)
    eps: float = epsilon(1e-10)
    weight_decay: float = weight_decay()

    key = "adagrad"
    title = "AdaGrad"
    about = "Divides by the root of all squared gradients so far: quick at first, then ever slower."
    source = "Duchi, Hazan, Singer, Adaptive subgradient methods for online learning (2011)"
    latex = (
        r"\begin{aligned} s &\leftarrow s + g^2 \\ x &\leftarrow x - \eta\,\frac{g}{\sqrt{s} + \varepsilon}"
        r" \end{aligned}"
    )

    def init(self, x: Value) -> SquaredSum:
        return SquaredSum(zeros(x))

    def update(
        self, gradient: Value, state: Any, *, point: Value = None, objective: Objective | None = None, lr: Value = None
    ) -> tuple[Value, Any]:
        rate = self.lr if lr is None else lr
        gradient = decayed(gradient, point, self.weight_decay)
        squared_sum = state.squared_sum + gradient * gradient
        return -rate * gradient / (ops.sqrt(squared_sum) + self.eps), SquaredSum(squared_sum)

    def effective_rates(self, step: Step) -> Value:
        return step.lr / (ops.sqrt(step.next_state.squared_sum) + self.eps)

    def lines(self, step: Step) -> tuple[str, ...]:
        gradient = step.gradient + self.weight_decay * step.point
        total = step.next_state.squared_sum
        return (
            decay_line(step, self.weight_decay),
            rf"s &\leftarrow {in_latex(step.state.squared_sum)} + {square_in_latex(gradient)} = {in_latex(total)}",
            scaled_move_line(step, gradient, total, self.eps),
        )


@OPTIMIZERS.register("rmsprop")
@dataclass(frozen=True)
class RMSProp(Optimizer):
    """v ← α·v + (1 − α)·g²;  x ← x − η·g/(√v + ε).

    Hinton, Neural Networks for Machine Learning, lecture 6e (2012).  With `centered` the mean gradient's square is
    taken off v; with `momentum` the scaled gradients drive a velocity.  Pitfall: near a minimum the step keeps the
    length of about η however small the gradient gets, so it hops about instead of settling.
    """

    lr: float = learning_rate(1e-2)
    alpha: float = smoothing(0.99, "smoothing", r"\alpha", "The share of the squared-gradient mean that is kept.")
    eps: float = epsilon(1e-8)
    momentum: float = smoothing(0.0, "momentum", r"\beta", "The share of the velocity that is kept.")
    centered: bool = param(False, title="centred", help="Divides by the spread of the gradients, not by their size.")
    weight_decay: float = weight_decay()

    key = "rmsprop"
    title = "RMSProp"
    about = "Divides by a decaying mean of the gradient's size: steps of about the learning rate, everywhere."
    source = "Hinton, Neural Networks for Machine Learning, lecture 6e (2012)"
    latex = (
        r"\begin{aligned} v &\leftarrow \alpha\, v + (1 - \alpha)\, g^2 \\"
        r" x &\leftarrow x - \eta\,\frac{g}{\sqrt{v} + \varepsilon} \end{aligned}"
    )

    def init(self, x: Value) -> SecondMoment:
        return SecondMoment(zeros(x), zeros(x), zeros(x))

    def update(
        self, gradient: Value, state: Any, *, point: Value = None, objective: Objective | None = None, lr: Value = None
    ) -> tuple[Value, Any]:
        rate = self.lr if lr is None else lr
        gradient = decayed(gradient, point, self.weight_decay)
        second = self.alpha * state.second_moment + (1.0 - self.alpha) * gradient * gradient
        first, velocity = state.first_moment, state.velocity
        if self.centered:
            first = first + (1.0 - self.alpha) * (gradient - first)
        size = ops.sqrt(self._spread(first, second)) + self.eps
        if is_off(self.momentum):
            return -rate * gradient / size, SecondMoment(second, first, velocity)
        velocity = self.momentum * velocity + gradient / size
        return -rate * velocity, SecondMoment(second, first, velocity)

    def remembered_move(self, step: Step) -> Value:
        return -step.lr * step.next_state.velocity if self.momentum else None

    def effective_rates(self, step: Step) -> Value:
        after = step.next_state
        return step.lr / (ops.sqrt(self._spread(after.first_moment, after.second_moment)) + self.eps)

    def _spread(self, first: Value, second: Value) -> Value:
        """The mean of the squares, about the mean gradient if centered."""
        # Rounding can take the difference a hair below zero.
        return ops.maximum(second - first * first, 0.0) if self.centered else second

    def lines(self, step: Step) -> tuple[str, ...]:
        gradient = step.gradient + self.weight_decay * step.point
        state, after = step.state, step.next_state
        lines = [
            decay_line(step, self.weight_decay),
            mean_line("v", self.alpha, state.second_moment, square_in_latex(gradient), after.second_moment),
        ]
        spread = after.second_moment
        if self.centered:
            mean = after.first_moment
            spread = spread - mean * mean
            lines += [
                mean_line("m", self.alpha, state.first_moment, factor_in_latex(gradient), mean),
                rf"\tilde v &= v - m^2 = {in_latex(spread)}",
            ]
        if self.momentum:
            lines += [
                rf"b &\leftarrow {in_latex(self.momentum)} \cdot {factor_in_latex(state.velocity)} + "
                rf"{scaled_in_latex(gradient, spread, self.eps)} = {in_latex(after.velocity)}",
                move_line(step, rf"{in_latex(step.lr)} \cdot {factor_in_latex(after.velocity)}"),
            ]
        else:
            lines.append(scaled_move_line(step, gradient, spread, self.eps))
        return tuple(lines)


@OPTIMIZERS.register("adadelta")
@dataclass(frozen=True)
class Adadelta(Optimizer):
    """v ← ρ·v + (1 − ρ)·g²;  Δ = √(u + ε)/√(v + ε)·g;  u ← ρ·u + (1 − ρ)·Δ²;  x ← x − η·Δ.

    Zeiler, ADADELTA: an adaptive learning rate method (2012).  Pitfall: the first moves are about √ε long whatever
    the slope, so it starts slowly; η is 1 in the paper and exists here as in PyTorch.
    """

    lr: float = learning_rate(1.0)
    rho: float = smoothing(0.9, "smoothing", r"\rho", "The share of both means that is kept.")
    eps: float = epsilon(1e-6)
    weight_decay: float = weight_decay()

    key = "adadelta"
    title = "Adadelta"
    about = "Sets its step by the size of its own past moves: slow to start, needs no learning rate."
    source = "Zeiler, ADADELTA: an adaptive learning rate method (2012)"
    latex = (
        r"\begin{aligned} v &\leftarrow \rho\, v + (1 - \rho)\, g^2 \\"
        r" \Delta &= \frac{\sqrt{u + \varepsilon}}{\sqrt{v + \varepsilon}}\, g \\"
        r" u &\leftarrow \rho\, u + (1 - \rho)\, \Delta^2 \\ x &\leftarrow x - \eta\, \Delta \end{aligned}"
    )

    def init(self, x: Value) -> Accumulators:
        return Accumulators(zeros(x), zeros(x))

    def update(
        self, gradient: Value, state: Any, *, point: Value = None, objective: Objective | None = None, lr: Value = None
    ) -> tuple[Value, Any]:
        rate = self.lr if lr is None else lr
        gradient = decayed(gradient, point, self.weight_decay)
        second = self.rho * state.second_moment + (1.0 - self.rho) * gradient * gradient
        move = ops.sqrt(state.squared_delta + self.eps) / ops.sqrt(second + self.eps) * gradient
        squared_delta = self.rho * state.squared_delta + (1.0 - self.rho) * move * move
        return -rate * move, Accumulators(second, squared_delta)

    def effective_rates(self, step: Step) -> Value:
        before, after = step.state.squared_delta, step.next_state.second_moment
        return step.lr * ops.sqrt(before + self.eps) / ops.sqrt(after + self.eps)

    def lines(self, step: Step) -> tuple[str, ...]:
        gradient = step.gradient + self.weight_decay * step.point
        state, after, eps = step.state, step.next_state, in_latex(self.eps)
        move = ops.sqrt(state.squared_delta + self.eps) / ops.sqrt(after.second_moment + self.eps) * gradient

        def ratio(u: str, v: str, g: str) -> str:
            return rf"\frac{{\sqrt{{{u} + {eps}}}}}{{\sqrt{{{v} + {eps}}}}} \cdot {in_parentheses(g)}"

        scaled = each_in_latex(ratio, state.squared_delta, after.second_moment, gradient)
        return (
            decay_line(step, self.weight_decay),
            mean_line("v", self.rho, state.second_moment, square_in_latex(gradient), after.second_moment),
            rf"\Delta &= {scaled} = {in_latex(move)}",
            mean_line("u", self.rho, state.squared_delta, square_in_latex(move), after.squared_delta),
            move_line(step, rf"{in_latex(step.lr)} \cdot {factor_in_latex(move)}"),
        )


def mean_line(name: str, keep: float, before: Value, new: str, after: Value) -> str:
    """`v ← 0.9 · 0 + 0.1 · (−2.6)² = 0.676`, the update of a decaying mean."""
    return (
        rf"{name} &\leftarrow {in_latex(keep)} \cdot {factor_in_latex(before)} + "
        rf"{factor_in_latex(1.0 - keep)} \cdot {new} = {in_latex(after)}"
    )


def scaled_move_line(step: Step, numerator: Value, square: Value, eps: float) -> str:
    return move_line(step, rf"{in_latex(step.lr)} \cdot {scaled_in_latex(numerator, square, eps)}")


def scaled_in_latex(numerator: Value, square: Value, eps: float) -> str:
    """`g / (√v + ε)`, entry by entry."""
    return each_in_latex(lambda g, v: rf"\frac{{{g}}}{{\sqrt{{{v}}} + {in_latex(eps)}}}", numerator, square)
