"""How the surface bends at a point: the Hessian's eigenvalues and directions, and the rates that they allow."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gdsim.core.numerals import in_words
from gdsim.core.objective import Objective
from gdsim.core.optimizers import OPTIMIZERS, Optimizer
from gdsim.core.run import Kind, stationary_kinds

Array = NDArray[np.float64]

# The slope counts as vanished when the parabola that fits here has its stationary point within this share of the
# domain, or where there is no curvature, when it is this small outright.
_VANISHED = 1e-3
_SMALL_SLOPE = 1e-6
_ROUNDING = 1e-9


@dataclass(frozen=True)
class RateLimit:
    """The learning rate above which an optimizer leaves a parabola of the largest curvature here."""

    key: str
    title: str
    formula: str
    rate: float


@dataclass(frozen=True, eq=False)
class CurvatureReport:
    """The curvature at a point.

    `eigenvalues` ascend, `directions` are their unit vectors as rows; both nan where the function has no second
    derivative.  `kind` is minimum, maximum or saddle where the slope vanishes, else None; `shape` says in words which
    way the surface curves.  `limits` has a row for each optimizer given that has a limit, none where nothing curves up.
    """

    point: tuple[float, ...]
    eigenvalues: tuple[float, ...]
    directions: tuple[tuple[float, ...], ...]
    kind: Kind | None
    shape: str
    limits: tuple[RateLimit, ...]

    @property
    def largest(self) -> float:
        """The largest eigenvalue, λmax, with its sign."""
        return self.eigenvalues[-1]

    @property
    def condition(self) -> float | None:
        """λmax/λmin, how much longer the slowest direction takes than the fastest; None unless all curve up."""
        low, high = self.eigenvalues[0], self.eigenvalues[-1]
        return high / low if low > 0.0 else None


def curvature_report(
    objective: Objective, point: ArrayLike, optimizers: Sequence[Optimizer] | None = None
) -> CurvatureReport:
    """The report at one point; `optimizers` are those whose limits are wanted, by default every kind that has one."""
    place = np.array(point, dtype=np.float64).reshape(objective.dim)
    values, vectors = objective.curvatures(place)
    gradient = objective.gradient(place)
    chosen = [kind() for kind in OPTIMIZERS.values()] if optimizers is None else optimizers
    largest = float(values[-1])
    limits = []
    if math.isfinite(largest):
        for optimizer in chosen:
            rate = optimizer.rate_limit(largest)
            if rate is not None and math.isfinite(rate):
                limits.append(RateLimit(optimizer.key, optimizer.title, optimizer.limit_text, rate))
    return CurvatureReport(
        point=tuple(place.tolist()),
        eigenvalues=tuple(values.tolist()),
        directions=tuple(tuple(column.tolist()) for column in vectors.T),
        kind=_kind(objective, place, gradient, values, vectors),
        shape=shape_in_words(values.tolist()),
        limits=tuple(limits),
    )


def shape_in_words(eigenvalues: Sequence[float]) -> str:
    """Which way the surface curves, from the eigenvalues' signs."""
    if not all(math.isfinite(value) for value in eigenvalues):
        return "there is no second derivative here"
    small = _ROUNDING * max(abs(value) for value in eigenvalues)
    up = sum(value > small for value in eigenvalues)
    down = sum(value < -small for value in eigenvalues)
    flat = len(eigenvalues) - up - down
    if flat == len(eigenvalues):
        return "no curvature: like a plane"
    if up and down:
        return "curves up in one direction and down in another, like a saddle"
    way = "up" if up else "down"
    if flat:
        return f"curves {way} in one direction, straight in another"
    if len(eigenvalues) == 1:
        return f"curves {way}"
    return f"curves {way} in every direction"


def curvature_sentence(report: CurvatureReport, optimizer: Optimizer, lr: float | None = None) -> str:
    """The largest curvature, the limit it sets to this optimizer, and whether the rate passes it."""
    rate = optimizer.lr if lr is None else lr
    largest = report.largest
    if not math.isfinite(largest):
        return "The surface has no second derivative here."
    limit = optimizer.rate_limit(largest)
    start = f"Largest curvature λ = {in_words(largest)}"
    if limit is None:
        reason = "nothing curves up here" if largest <= 0.0 else f"{optimizer.title} has no fixed limit"
        return f"{start}: {reason}, so it sets no limit to the rate."
    relation = "above it: on such a parabola each step overshoots further" if rate > limit else "below it"
    return f"{start} allows rates up to {optimizer.limit_text} = {in_words(limit)}; {in_words(rate)} is {relation}."


def _kind(objective: Objective, point: Array, gradient: Array, values: Array, vectors: Array) -> Kind | None:
    """What the point is, if the slope vanishes here or so near that the picture does not tell the difference."""
    if not (np.isfinite(values).all() and np.isfinite(gradient).all()):
        return None
    along = np.abs(vectors.T @ gradient)
    curved = np.abs(values) > _ROUNDING * np.abs(values).max()
    extent = min((high - low for low, high in objective.domain or ()), default=1.0)
    with np.errstate(all="ignore"):
        away = np.where(curved, along / np.where(curved, np.abs(values), 1.0), 0.0).max()
        level = np.where(curved, 0.0, along).max()
    if away > _VANISHED * extent or level > _SMALL_SLOPE:
        return None
    kind = stationary_kinds(objective, point[None, :], gradient[None, :])[0]
    return None if kind is Kind.FLAT and np.abs(gradient).max() > _SMALL_SLOPE else kind
