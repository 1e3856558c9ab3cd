"""Gradient descent and its two variants with a velocity; the formulas are those of torch.optim.SGD."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from gdsim.core.numerals import factor_in_latex, in_latex
from gdsim.core.optimizers.base import (
    OPTIMIZERS,
    NoMemory,
    Optimizer,
    Value,
    decay_line,
    decayed,
    learning_rate,
    move_line,
    smoothing,
    weight_decay,
    zeros,
)  # fmt: skip

if TYPE_CHECKING:
    from gdsim.core.objective import Objective
    from gdsim.core.run.step import Step

_MOMENTUM = "The share of the velocity that is kept: 0 is plain gradient descent, 0.9 averages about ten gradients."


class Velocity(NamedTuple):
    """A decaying sum of gradients; it points uphill, the move is −lr · velocity."""

    velocity: Value


@OPTIMIZERS.register("gd")
@dataclass(frozen=True)
class GradientDescent(Optimizer):
    """x ← x − η·g.

    Cauchy, 1847.  Pitfall: on a parabola of curvature λ every rate above 2/λ diverges, so the most curved
    direction sets the rate for all of them.
    """

    lr: float = learning_rate(1e-3)
    weight_decay: float = weight_decay()

    key = "gd"
    title = "Gradient descent"
    about = "Steps against the gradient, in proportion to it."
    source = "Cauchy, Méthode générale pour la résolution des systèmes d'équations simultanées (1847)"
    latex = r"x \leftarrow x - \eta\, g"
    limit_text = "2/curvature"

    def init(self, x: Value) -> NoMemory:
        return NoMemory()

    def update(
        self, gradient: Value, state: Any, *, point: Value = None, objective: Objective | None = None, lr: Value = None
    ) -> tuple[Value, Any]:
        rate = self.lr if lr is None else lr
        return -rate * decayed(gradient, point, self.weight_decay), state

    def lines(self, step: Step) -> tuple[str, ...]:
        gradient = step.gradient + self.weight_decay * step.point
        return (
            decay_line(step, self.weight_decay),
            move_line(step, rf"{in_latex(step.lr)} \cdot {factor_in_latex(gradient)}"),
        )

    def rate_limit(self, curvature: float) -> float | None:
        curvature += self.weight_decay
        return 2.0 / curvature if curvature > 0.0 else None


@OPTIMIZERS.register("momentum")
@dataclass(frozen=True)
class Momentum(Optimizer):
    """v ← β·v + g;  x ← x − η·v.

    The heavy ball of Polyak, Some methods of speeding up the convergence of iteration methods (1964).  Pitfall: the
    ball may pass a minimum at full speed; a small gradient alone does not mean that it has settled.  In the long
    run a step is 1/(1 − β) times as long as gradient descent's at the same rate.
    """

    lr: float = learning_rate(1e-3)
    momentum: float = smoothing(0.9, "momentum", r"\beta", _MOMENTUM)
    weight_decay: float = weight_decay()

    key = "momentum"
    title = "Momentum"
    about = "A heavy ball: keeps a share of its velocity, rolls through ripples and overshoots."
    source = "Polyak, Some methods of speeding up the convergence of iteration methods (1964)"
    latex = r"\begin{aligned} v &\leftarrow \beta\, v + g \\ x &\leftarrow x - \eta\, v \end{aligned}"
    limit_text = "2(1 + β)/curvature"

    def init(self, x: Value) -> Velocity:
        return Velocity(zeros(x))

    def update(
        self, gradient: Value, state: Any, *, point: Value = None, objective: Objective | None = None, lr: Value = None
    ) -> tuple[Value, Any]:
        rate = self.lr if lr is None else lr
        velocity = self.momentum * state.velocity + decayed(gradient, point, self.weight_decay)
        return -rate * velocity, Velocity(velocity)

    def remembered_move(self, step: Step) -> Value:
        return -step.lr * step.next_state.velocity

    def lines(self, step: Step) -> tuple[str, ...]:
        velocity = step.next_state.velocity
        return (
            decay_line(step, self.weight_decay),
            _velocity_line(step, self.momentum, self.weight_decay),
            move_line(step, rf"{in_latex(step.lr)} \cdot {factor_in_latex(velocity)}"),
        )

    def rate_limit(self, curvature: float) -> float | None:
        curvature += self.weight_decay
        return 2.0 * (1.0 + self.momentum) / curvature if curvature > 0.0 else None


@OPTIMIZERS.register("nesterov")
@dataclass(frozen=True)
class Nesterov(Optimizer):
    """v ← β·v + g;  x ← x − η·(g + β·v).

    Nesterov, A method for solving the convex programming problem with convergence rate O(1/k²) (1983), in the form
    of Sutskever et al. (2013) that PyTorch uses: x is the point looked ahead to.  Pitfall: the look-ahead damps
    oscillations but tolerates a smaller rate than the heavy ball, 2(1 + β)/((1 + 2β)λ) on a parabola.
    """

    lr: float = learning_rate(1e-3)
    momentum: float = smoothing(0.9, "momentum", r"\beta", _MOMENTUM)
    weight_decay: float = weight_decay()

    key = "nesterov"
    title = "Nesterov momentum"
    about = "Momentum that brakes earlier, for it reads the slope where the velocity would carry it."
    source = "Nesterov, A method for solving the convex programming problem with convergence rate O(1/k²) (1983)"
    latex = r"\begin{aligned} v &\leftarrow \beta\, v + g \\ x &\leftarrow x - \eta\,(g + \beta\, v) \end{aligned}"
    limit_text = "2(1 + β)/((1 + 2β)·curvature)"

    def init(self, x: Value) -> Velocity:
        return Velocity(zeros(x))

    def update(
        self, gradient: Value, state: Any, *, point: Value = None, objective: Objective | None = None, lr: Value = None
    ) -> tuple[Value, Any]:
        rate = self.lr if lr is None else lr
        gradient = decayed(gradient, point, self.weight_decay)
        velocity = self.momentum * state.velocity + gradient
        return -rate * (gradient + self.momentum * velocity), Velocity(velocity)

    def remembered_move(self, step: Step) -> Value:
        return -step.lr * step.next_state.velocity

    def lines(self, step: Step) -> tuple[str, ...]:
        velocity = step.next_state.velocity
        gradient = step.gradient + self.weight_decay * step.point
        ahead = rf"\left({in_latex(gradient)} + {in_latex(self.momentum)} \cdot {factor_in_latex(velocity)}\right)"
        return (
            decay_line(step, self.weight_decay),
            _velocity_line(step, self.momentum, self.weight_decay),
            move_line(step, rf"{in_latex(step.lr)} \cdot {ahead}"),
        )

    def rate_limit(self, curvature: float) -> float | None:
        curvature += self.weight_decay
        beta = self.momentum
        return 2.0 * (1.0 + beta) / ((1.0 + 2.0 * beta) * curvature) if curvature > 0.0 else None


def _velocity_line(step: Step, momentum: float, decay: float) -> str:
    gradient = step.gradient + decay * step.point
    return (
        rf"v &\leftarrow {in_latex(momentum)} \cdot {factor_in_latex(step.state.velocity)} + "
        rf"{factor_in_latex(gradient)} = {in_latex(step.next_state.velocity)}"
    )
