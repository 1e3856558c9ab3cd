"""Adam and its relatives: a mean of the gradients divided by the root of a mean of their squares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from gdsim.core.autodiff import ops
from gdsim.core.numerals import factor_in_latex, in_latex, square_in_latex
from gdsim.core.optimizers.adaptive import mean_line, scaled_in_latex, scaled_move_line
from gdsim.core.optimizers.base import (
    OPTIMIZERS,
    Optimizer,
    Value,
    counter,
    decay_line,
    decayed,
    epsilon,
    is_off,
    learning_rate,
    move_line,
    required,
    smoothing,
    weight_decay,
    zeros,
)  # fmt: skip
from gdsim.core.params import param

if TYPE_CHECKING:
    from gdsim.core.objective import Objective
    from gdsim.core.run.step import Step

_BETA1 = "The share of the gradient mean that is kept."
_BETA2 = "The share of the squared-gradient mean that is kept."
_RULE = (
    r"\begin{{aligned}} m &\leftarrow \beta_1 m + (1 - \beta_1)\, g \\"
    r" v &\leftarrow \beta_2 v + (1 - \beta_2)\, g^2 \\"
    r" \hat m &= \frac{{m}}{{1 - \beta_1^t}} \qquad \hat v = \frac{{v}}{{1 - \beta_2^t}} \\"
    r" x &\leftarrow {move} \end{{aligned}}"
)


class Moments(NamedTuple):
    """How many updates were made, and decaying means of the gradient and of its square."""

    count: Value
    first_moment: Value
    second_moment: Value


class NadamMoments(NamedTuple):
    """As for Adam, and the product of the momentum factors used so far."""

    count: Value
    first_moment: Value
    second_moment: Value
    momentum_product: Value


def _moments(beta1: float, beta2: float, gradient: Value, state: Any) -> tuple[Value, Value]:
    first = state.first_moment + (1.0 - beta1) * (gradient - state.first_moment)
    second = beta2 * state.second_moment + (1.0 - beta2) * gradient * gradient
    return first, second


def _rates(step: Step, beta2: float, eps: float) -> Value:
    """η/(√v̂ + ε), with v̂ corrected for its start at zero (beta2 0: not corrected)."""
    after = step.next_state
    return step.lr / (ops.sqrt(after.second_moment / (1.0 - beta2**after.count)) + eps)


def _initial_moments(x: Value) -> Moments:
    return Moments(counter(x), zeros(x), zeros(x))


@OPTIMIZERS.register("adam")
@dataclass(frozen=True)
class Adam(Optimizer):
    """m ← β₁·m + (1 − β₁)·g;  v ← β₂·v + (1 − β₂)·g²;  x ← x − η·m̂/(√v̂ + ε).

    m̂ = m/(1 − β₁ᵗ) and v̂ = v/(1 − β₂ᵗ) undo the pull of the start at zero.  Kingma, Ba, Adam: a method for
    stochastic optimization (2015).  Pitfalls: steps keep the length of about η until the memory of old gradients
    fades, so it circles a minimum; its weight decay is divided by √v̂ too, see AdamW.  With `bias_correction` off
    it is another method (the first steps are (1 − β₁)/√(1 − β₂) ≈ 3.2 times as long) and has to be named so.
    """

    lr: float = learning_rate(1e-3)
    beta1: float = smoothing(0.9, "beta 1", r"\beta_1", _BETA1)
    beta2: float = smoothing(0.999, "beta 2", r"\beta_2", _BETA2)
    eps: float = epsilon(1e-8)
    weight_decay: float = weight_decay()
    bias_correction: bool = param(
        True, title="bias correction", help="Off: Adam without bias correction, whose first steps are too long."
    )

    key = "adam"
    title = "Adam"
    about = "Momentum divided by the gradient's size: steps of about the learning rate in every coordinate."
    source = "Kingma, Ba, Adam: a method for stochastic optimization (2015)"
    latex = _RULE.format(move=r"x - \eta\,\frac{\hat m}{\sqrt{\hat v} + \varepsilon}")

    @property
    def name(self) -> str:
        """The title, which says when the bias correction is off."""
        return self.title if self.bias_correction else "Adam without bias correction"

    def init(self, x: Value) -> Moments:
        return _initial_moments(x)

    def update(
        self, gradient: Value, state: Any, *, point: Value = None, objective: Objective | None = None, lr: Value = None
    ) -> tuple[Value, Any]:
        rate = self.lr if lr is None else lr
        first, second = _moments(self.beta1, self.beta2, decayed(gradient, point, self.weight_decay), state)
        count = state.count + 1.0
        if self.bias_correction:
            # √v̂ + ε times √(1 − β₂ᵗ), as section 2 of the paper has it: one pass less over the parameters.
            correction = ops.sqrt(1.0 - self.beta2**count)
            size = ops.sqrt(second) + self.eps * correction
            delta = -(rate * correction / (1.0 - self.beta1**count)) * first / size
        else:
            delta = -rate * first / (ops.sqrt(second) + self.eps)
        return delta, Moments(count, first, second)

    def effective_rates(self, step: Step) -> Value:
        return _rates(step, self.beta2 if self.bias_correction else 0.0, self.eps)

    def lines(self, step: Step) -> tuple[str, ...]:
        gradient = step.gradient + self.weight_decay * step.point
        after = step.next_state
        lines = (decay_line(step, self.weight_decay), *_moment_lines(self.beta1, self.beta2, gradient, step))
        if not self.bias_correction:
            return (*lines, scaled_move_line(step, after.first_moment, after.second_moment, self.eps))
        mean, square, correction = _corrected(self.beta1, self.beta2, after)
        return (*lines, *correction, scaled_move_line(step, mean, square, self.eps))


@OPTIMIZERS.register("adamw")
@dataclass(frozen=True)
class AdamW(Optimizer):
    """x ← x − η·λ·x − η·m̂/(√v̂ + ε): Adam whose weight decay acts on the point alone.

    Loshchilov, Hutter, Decoupled weight decay regularization (2019).  Pitfall: the decay is 0.01 unless set, as in
    PyTorch, so it settles a little nearer to 0 than the minimum of the loss.
    """

    lr: float = learning_rate(1e-3)
    beta1: float = smoothing(0.9, "beta 1", r"\beta_1", _BETA1)
    beta2: float = smoothing(0.999, "beta 2", r"\beta_2", _BETA2)
    eps: float = epsilon(1e-8)
    weight_decay: float = param(
        0.01, 0.0, 10.0, title="weight decay", symbol=r"\lambda",
        help="Shrinks the point by the factor 1 − ηλ in every step, apart from the gradient.",
    )  # fmt: skip

    key = "adamw"
    title = "AdamW"
    about = "Adam that shrinks the point itself instead of adding a penalty to the gradient."
    source = "Loshchilov, Hutter, Decoupled weight decay regularization (2019)"
    latex = _RULE.format(move=r"(1 - \eta\lambda)\, x - \eta\,\frac{\hat m}{\sqrt{\hat v} + \varepsilon}")

    def init(self, x: Value) -> Moments:
        return _initial_moments(x)

    def update(
        self, gradient: Value, state: Any, *, point: Value = None, objective: Objective | None = None, lr: Value = None
    ) -> tuple[Value, Any]:
        rate = self.lr if lr is None else lr
        first, second = _moments(self.beta1, self.beta2, gradient, state)
        count = state.count + 1.0
        size = ops.sqrt(second) / ops.sqrt(1.0 - self.beta2**count) + self.eps
        delta = -(rate / (1.0 - self.beta1**count)) * first / size
        if not is_off(self.weight_decay):
            delta = delta - (rate * self.weight_decay) * required(point)
        return delta, Moments(count, first, second)

    def effective_rates(self, step: Step) -> Value:
        return _rates(step, self.beta2, self.eps)

    def lines(self, step: Step) -> tuple[str, ...]:
        mean, square, correction = _corrected(self.beta1, self.beta2, step.next_state)
        fraction = rf"{in_latex(step.lr)} \cdot {scaled_in_latex(mean, square, self.eps)}"
        if self.weight_decay:
            decay = rf"{in_latex(step.lr)} \cdot {in_latex(self.weight_decay)} \cdot {factor_in_latex(step.point)}"
            fraction = f"{decay} - {fraction}"
        lines = _moment_lines(self.beta1, self.beta2, step.gradient, step)
        return (*lines, *correction, move_line(step, fraction))


@OPTIMIZERS.register("nadam")
@dataclass(frozen=True)
class Nadam(Optimizer):
    """x ← x − η·(μₜ₊₁·m/(1 − Πμᵢ·μₜ₊₁) + (1 − μₜ)·g/(1 − Πμᵢ))/(√v̂ + ε) with μₜ = β₁(1 − ½·0.96^(t·ψ)).

    Dozat, Incorporating Nesterov momentum into Adam (2016).  Pitfall: the momentum itself grows during the first
    thousands of steps from β₁/2 to β₁ (ψ sets how fast), so early and late behaviour differ.
    """

    lr: float = learning_rate(2e-3)
    beta1: float = smoothing(0.9, "beta 1", r"\beta_1", _BETA1)
    beta2: float = smoothing(0.999, "beta 2", r"\beta_2", _BETA2)
    eps: float = epsilon(1e-8)
    momentum_decay: float = param(
        0.004, 0.0, 1.0, title="momentum schedule", symbol=r"\psi", help="How fast the momentum grows to beta 1."
    )
    weight_decay: float = weight_decay()

    key = "nadam"
    title = "Nadam"
    about = "Adam with Nesterov's look-ahead: uses the fresh gradient and brakes earlier."
    source = "Dozat, Incorporating Nesterov momentum into Adam (2016)"
    latex = (
        r"\begin{aligned} m &\leftarrow \beta_1 m + (1 - \beta_1)\, g \\"
        r" v &\leftarrow \beta_2 v + (1 - \beta_2)\, g^2 \qquad \hat v = \frac{v}{1 - \beta_2^t} \\"
        r" \mu_t &= \beta_1 \left(1 - \frac{1}{2}\, 0.96^{t\psi}\right) \qquad \Pi_t = \mu_1 \cdots \mu_t \\"
        r" \tilde m &= \frac{\mu_{t+1}\, m}{1 - \Pi_{t+1}} + \frac{(1 - \mu_t)\, g}{1 - \Pi_t} \\"
        r" x &\leftarrow x - \eta\,\frac{\tilde m}{\sqrt{\hat v} + \varepsilon} \end{aligned}"
    )

    def init(self, x: Value) -> NadamMoments:
        return NadamMoments(counter(x), zeros(x), zeros(x), counter(x) + 1.0)

    def _factors(self, count: Value, product: Value) -> tuple[Value, Value, Value]:
        """The weights of the fresh gradient and of the mean, and the product of momentum factors, at update `count`."""
        now = self.beta1 * (1.0 - 0.5 * 0.96 ** (count * self.momentum_decay))
        following = self.beta1 * (1.0 - 0.5 * 0.96 ** ((count + 1.0) * self.momentum_decay))
        product = product * now
        return (1.0 - now) / (1.0 - product), following / (1.0 - product * following), product

    def update(
        self, gradient: Value, state: Any, *, point: Value = None, objective: Objective | None = None, lr: Value = None
    ) -> tuple[Value, Any]:
        rate = self.lr if lr is None else lr
        gradient = decayed(gradient, point, self.weight_decay)
        first, second = _moments(self.beta1, self.beta2, gradient, state)
        count = state.count + 1.0
        fresh, kept, product = self._factors(count, state.momentum_product)
        size = ops.sqrt(second / (1.0 - self.beta2**count)) + self.eps
        delta = -rate * (fresh * gradient + kept * first) / size
        return delta, NadamMoments(count, first, second, product)

    def effective_rates(self, step: Step) -> Value:
        return _rates(step, self.beta2, self.eps)

    def lines(self, step: Step) -> tuple[str, ...]:
        gradient = step.gradient + self.weight_decay * step.point
        after = step.next_state
        fresh, kept, _ = self._factors(after.count, step.state.momentum_product)
        ahead = fresh * gradient + kept * after.first_moment
        _, square, _ = _corrected(self.beta1, self.beta2, after)
        return (
            decay_line(step, self.weight_decay),
            *_moment_lines(self.beta1, self.beta2, gradient, step),
            rf"\tilde m &= {in_latex(kept)} \cdot {factor_in_latex(after.first_moment)} + "
            rf"{in_latex(fresh)} \cdot {factor_in_latex(gradient)} = {in_latex(ahead)}",
            rf"\hat v &= {in_latex(square)}",
            scaled_move_line(step, ahead, square, self.eps),
        )


def _moment_lines(beta1: float, beta2: float, gradient: Value, step: Step) -> tuple[str, str]:
    before, after = step.state, step.next_state
    return (
        mean_line("m", beta1, before.first_moment, factor_in_latex(gradient), after.first_moment),
        mean_line("v", beta2, before.second_moment, square_in_latex(gradient), after.second_moment),
    )


def _corrected(beta1: float, beta2: float, state: Any) -> tuple[Value, Value, tuple[str, str]]:
    """Both means without the pull of their start at zero, and the lines that say so."""
    count = int(state.count)
    mean = state.first_moment / (1.0 - beta1**count)
    square = state.second_moment / (1.0 - beta2**count)

    def line(name: str, value: Value, beta: float, corrected: Value) -> str:
        return rf"\hat {name} &= \frac{{{in_latex(value)}}}{{1 - {in_latex(beta)}^{{{count}}}}} = {in_latex(corrected)}"

    return mean, square, (
        line("m", state.first_moment, beta1, mean),
        line("v", state.second_moment, beta2, square),
    )  # fmt: skip
