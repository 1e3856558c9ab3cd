"""How the learning rate changes with the step: each schedule gives a factor for a step's index."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from gdsim.core.params import check_params, param
from gdsim.core.registry import Registry


@dataclass(frozen=True)
class Schedule(ABC):
    """`factor(index)` multiplies the learning rate of the move from step `index` (0 at the start)."""

    key: ClassVar[str]
    title: ClassVar[str]
    about: ClassVar[str]
    latex: ClassVar[str]

    def __post_init__(self) -> None:
        check_params(self)

    @abstractmethod
    def factor(self, index: int) -> float:
        """A number in [0, 1], the same whenever it is asked."""


SCHEDULES: Registry[type[Schedule]] = Registry("schedule")


@SCHEDULES.register("constant")
@dataclass(frozen=True)
class Constant(Schedule):
    """The rate as set."""

    key = "constant"
    title = "Constant"
    about = "The rate stays as set."
    latex = r"\eta_k = \eta"

    def factor(self, index: int) -> float:
        return 1.0


@SCHEDULES.register("step")
@dataclass(frozen=True)
class StepDecay(Schedule):
    """Multiplied by `gamma` every `every` steps; torch.optim.lr_scheduler.StepLR."""

    every: int = param(50, 1, 100_000, title="every", unit="steps", symbol="n", help="Steps between two drops.")
    gamma: float = param(0.5, 0.01, 1.0, title="factor", symbol=r"\gamma", help="What a drop multiplies the rate by.")

    key = "step"
    title = "Step decay"
    about = "The rate drops by a factor every so many steps."
    latex = r"\eta_k = \eta\,\gamma^{\lfloor k/n \rfloor}"

    def factor(self, index: int) -> float:
        return self.gamma ** (index // self.every)


@SCHEDULES.register("exponential")
@dataclass(frozen=True)
class Exponential(Schedule):
    """Multiplied by `gamma` at every step; torch.optim.lr_scheduler.ExponentialLR."""

    gamma: float = param(
        0.99, 0.5, 1.0, title="factor", symbol=r"\gamma", help="What each step multiplies the rate by."
    )

    key = "exponential"
    title = "Exponential decay"
    about = "The rate shrinks by the same share at every step."
    latex = r"\eta_k = \eta\,\gamma^k"

    def factor(self, index: int) -> float:
        return self.gamma**index


@SCHEDULES.register("cosine")
@dataclass(frozen=True)
class Cosine(Schedule):
    """From 1 to `floor` along half a cosine wave, then level.

    Loshchilov, Hutter, SGDR: stochastic gradient descent with warm restarts (2017), without the restarts.
    """

    length: int = param(200, 1, 100_000, title="length", unit="steps", symbol="n", help="Steps until the lowest rate.")
    floor: float = param(0.0, 0.0, 1.0, title="lowest share", symbol="r", help="The share of the rate left at the end.")

    key = "cosine"
    title = "Cosine"
    about = "The rate falls along half a cosine wave: slowly, quickly, slowly."
    latex = r"\eta_k = \eta\left(r + \frac{1 - r}{2}\left(1 + \cos\frac{\pi k}{n}\right)\right)"

    def factor(self, index: int) -> float:
        share = min(index / self.length, 1.0)
        return self.floor + (1.0 - self.floor) * 0.5 * (1.0 + math.cos(math.pi * share))


@SCHEDULES.register("inverse_time")
@dataclass(frozen=True)
class InverseTime(Schedule):
    """1/(1 + decay·k), the rate at which noise averages out.

    Robbins, Monro, A stochastic approximation method (1951).
    """

    decay: float = param(0.01, 1e-6, 10.0, title="decay", log=True, symbol="d", help="How fast the rate falls.")

    key = "inverse_time"
    title = "Inverse time"
    about = "The rate falls as one over the number of steps: with noisy gradients it still settles."
    latex = r"\eta_k = \frac{\eta}{1 + d\,k}"

    def factor(self, index: int) -> float:
        return 1.0 / (1.0 + self.decay * index)


@SCHEDULES.register("warmup")
@dataclass(frozen=True)
class Warmup(Schedule):
    """From a small rate up to the full one in equal increments, then level.

    Goyal et al., Accurate, large minibatch SGD (2017).
    """

    length: int = param(20, 1, 100_000, title="length", unit="steps", symbol="n", help="Steps until the full rate.")

    key = "warmup"
    title = "Warm-up"
    about = "The rate grows to the full one in the first steps: a steep start throws the ball less far."
    latex = r"\eta_k = \eta\,\min\left(1, \frac{k + 1}{n}\right)"

    def factor(self, index: int) -> float:
        return min(1.0, (index + 1) / self.length)
