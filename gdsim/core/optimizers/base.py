"""What an optimizer is: frozen hyper-parameters and two pure functions.

`init(x)` gives the memory at the start, `update(gradient, state)` the proposed move and the memory after it.
Nothing is changed in place, so stepping back, forking and comparing cost nothing.  The updates are written with
operators and `ops`, element by element; so they accept floats, arrays with any leading axes of independent points,
and traced values, which is how `compile` fuses them with a gradient.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np

from gdsim.core.numerals import factor_in_latex, in_latex
from gdsim.core.params import check_params, param
from gdsim.core.registry import Registry

if TYPE_CHECKING:
    from gdsim.core.objective import Objective
    from gdsim.core.run.step import Step

# A float, an array or a traced value: whatever the operators work on.
Value = Any
# The coordinates of one point, or what belongs to them, as plain floats.
Numbers = tuple[float, ...]


class NoMemory(NamedTuple):
    """The state of an optimizer that remembers nothing."""


def zeros(x: Value) -> Value:
    """Memory of the shape of x: a float for a float."""
    shape = np.shape(x)
    return np.zeros(shape) if shape else 0.0


def counter(x: Value) -> Value:
    """A count of updates: one number for a point, one a row for many points, so that each can stop by itself."""
    shape = np.shape(x)
    return np.zeros((*shape[:-1], 1)) if len(shape) > 1 else 0.0


def learning_rate(default: float) -> Any:
    """The field that every optimizer has."""
    return param(default, 1e-6, 1e3, title="learning rate", log=True, symbol=r"\eta", help="Scales every move.")


def weight_decay(default: float = 0.0) -> Any:
    return param(
        default, 0.0, 10.0, title="weight decay", symbol=r"\lambda",
        help="Adds λ·x to the gradient, as if (λ/2)·x² were part of the loss: pulls every coordinate towards 0.",
    )  # fmt: skip


def smoothing(default: float, title: str, symbol: str, help: str) -> Any:
    """A factor in [0, 1) by which a memory is kept from step to step."""
    return param(default, 0.0, 0.9999999, title=title, symbol=symbol, help=help)


def epsilon(default: float) -> Any:
    return param(
        default, 1e-16, 1.0, title="epsilon", log=True, symbol=r"\varepsilon",
        help="Keeps the division defined where the gradient has been 0; it also caps the effective rate.",
    )  # fmt: skip


@dataclass(frozen=True)
class Optimizer(ABC):
    """A rule that turns a gradient into a move.

    `latex` is the rule, `describe(step)` the same rule with a step's numbers put in.  `needs` names what `update`
    may require beside the gradient: the "point" for weight decay, the "objective" where it evaluates more, the
    "hessian" where it takes second derivatives.  `limit_text` is the formula of
    `rate_limit`, as it reads in a sentence.
    """

    lr: float = learning_rate(1e-3)

    key: ClassVar[str]
    title: ClassVar[str]
    about: ClassVar[str]
    source: ClassVar[str]
    latex: ClassVar[str]
    needs: ClassVar[tuple[str, ...]] = ("point",)
    limit_text: ClassVar[str] = ""

    def __post_init__(self) -> None:
        check_params(self)

    @abstractmethod
    def init(self, x: Value) -> Any:
        """The memory before the first update at x, an array (..., dim)."""

    @abstractmethod
    def update(
        self, gradient: Value, state: Any, *, point: Value = None, objective: Objective | None = None, lr: Value = None
    ) -> tuple[Value, Any]:
        """The move to make and the memory after it.  `lr` is the rate in force where a schedule changes it."""

    @abstractmethod
    def lines(self, step: Step) -> tuple[str, ...]:
        """The lines of `describe`, with `&` where they are aligned; empty ones are left out."""

    def describe(self, step: Step) -> str:
        """The rule in LaTeX with the numbers of `step`, which is one point's (not a batch's)."""
        with np.errstate(all="ignore"):
            return aligned(*self.lines(step))

    def remembered_move(self, step: Step) -> Value:
        """The move that the velocity alone asks for, −η·v, (..., dim); None for a rule without velocity."""
        return None

    def effective_rates(self, step: Step) -> Value:
        """The rate that each coordinate has after division by its gradients' size, (..., dim); None for other rules."""
        return None

    def note(self, step: Step) -> str:
        """What a safeguard did in this step, in a sentence; empty where there is nothing to say."""
        return ""

    def rate_limit(self, curvature: float) -> float | None:
        """The learning rate above which a parabola of that curvature is left; None where there is no such limit."""
        return None


OPTIMIZERS: Registry[type[Optimizer]] = Registry("optimizer")


def is_off(value: Value) -> bool:
    """Whether a hyper-parameter is 0, so that its part of the rule is left out; one that is traced never is."""
    return isinstance(value, (int, float)) and not value


def decayed(gradient: Value, point: Value, decay: Value) -> Value:
    """The gradient with the penalty's share, decay · point.  Raises ValueError when the point is missing."""
    if is_off(decay):
        return gradient
    return gradient + decay * required(point)


def required(point: Value) -> Value:
    if point is None:
        raise ValueError("weight decay needs to know the point: pass update(..., point=x)")
    return point


def aligned(*lines: str) -> str:
    """Several lines of LaTeX under one another, aligned at their `&`; a single one stays as it is."""
    lines = tuple(line for line in lines if line)
    if len(lines) == 1:
        return lines[0].replace("&", "")
    return r"\begin{aligned} " + r" \\ ".join(lines) + r" \end{aligned}"


def move_line(step: Step, minus: str) -> str:
    """`x ← 1.5 − minus = 1.24`, the line with which every description ends."""
    landing = np.asarray(step.point) + np.asarray(step.delta)
    return rf"x &\leftarrow {in_latex(step.point)} - {minus} = {in_latex(landing)}"


def decay_line(step: Step, decay: float) -> str:
    """`g ← −2.6 + 0.01 · 1.5 = …`, or nothing when there is no weight decay."""
    if not decay:
        return ""
    total = np.asarray(step.gradient) + decay * np.asarray(step.point)
    return (
        rf"g &\leftarrow {in_latex(step.gradient)} + {in_latex(decay)} \cdot {factor_in_latex(step.point)}"
        rf" = {in_latex(total)}"
    )
