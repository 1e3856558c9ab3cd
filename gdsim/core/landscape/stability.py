"""The learning rate against the sharpness: what is at the edge of stability, and what cannot be said."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gdsim.core.numerals import in_words
from gdsim.core.optimizers import Optimizer

from .sharpness import Sharpness

Array = NDArray[np.float64]

# Shares of the limit between which training counts as being at the edge.
_NEAR, _BEYOND = 0.9, 1.1


class Regime(StrEnum):
    STABLE = "stable"
    EDGE = "edge of stability"
    BEYOND = "beyond"
    UNKNOWN = "unknown"
    """No limit is known for this optimizer, nothing curves up, or the sharpness is not known."""


@dataclass(frozen=True)
class Stability:
    """`product` is rate × sharpness, `limit` what it may be on a parabola (2 for gradient descent); nan if unknown."""

    regime: Regime
    product: float
    limit: float
    text: str

    @property
    def share(self) -> float:
        """The product as a share of the limit: 1 at the edge."""
        return self.product / self.limit


def preconditioner(optimizer: Optimizer, state: Any) -> Array | None:
    """What the optimizer divides the gradient by, (parameter_count,); None for one that does not or is not treated.

    Adam and AdamW: √v̂ + ε, with their bias correction if it is on; RMSprop unless centred: √v + ε.  Before the first
    step there is nothing to divide by yet: None.
    """
    if optimizer.key in ("adam", "adamw"):
        count, second = float(state.count), state.second_moment
        if count == 0.0:
            return None
        corrected = getattr(optimizer, "bias_correction", True)
        mean = second / (1.0 - optimizer.beta2**count) if corrected else second  # type: ignore[attr-defined]
    elif optimizer.key == "rmsprop" and not optimizer.centered:  # type: ignore[attr-defined]
        mean = state.second_moment
        if not np.any(mean):
            return None
    else:
        return None
    found: Array = np.sqrt(mean) + optimizer.eps  # type: ignore[attr-defined]
    return found


def stability_limit(optimizer: Optimizer, curvature: float, preconditioned: bool = False) -> float:
    """Rate × curvature above which the optimizer leaves a parabola of that curvature; nan where no limit is known.

    Preconditioned, for a preconditioner that stands still: 2(1 + β₁)/(1 − β₁) for Adam and AdamW, 2(1 + β) for
    RMSprop with momentum β.  Cohen et al., Adaptive gradient methods at the edge of stability (2022).
    """
    if not curvature > 0.0:
        return math.nan
    if not preconditioned:
        rate = optimizer.rate_limit(curvature)
        return math.nan if rate is None else rate * curvature
    if optimizer.key in ("adam", "adamw"):
        beta = float(optimizer.beta1)  # type: ignore[attr-defined]
        return 2.0 * (1.0 + beta) / (1.0 - beta)
    if optimizer.key == "rmsprop":
        return 2.0 * (1.0 + float(optimizer.momentum))  # type: ignore[attr-defined]
    return math.nan


def stability_of(found: Sharpness, optimizer: Optimizer, rate: float, preconditioned: bool = False) -> Stability:
    """Where training stands; `found` is the (preconditioned) sharpness, `rate` the learning rate in force.

    Cohen, Kaur, Li, Kolter, Talwalkar, Gradient descent on neural networks typically occurs at the edge of stability
    (2021).
    """
    value = found.value
    if not math.isfinite(value):
        return Stability(Regime.UNKNOWN, math.nan, math.nan, "The sharpness is undefined at these weights.")
    name = "preconditioned sharpness" if preconditioned else "sharpness"
    what = f"{name[:1].upper()}{name[1:]} {in_words(value)}"
    if value <= 0.0:
        text = f"{what}: the loss curves up in no direction here, so curvature sets no limit to the rate."
        return Stability(Regime.UNKNOWN, rate * value, math.nan, text)
    limit = stability_limit(optimizer, value, preconditioned)
    product = rate * value
    if not math.isfinite(limit):
        text = (
            f"{what}. {optimizer.title} divides each gradient by its past size, so rate × sharpness = "
            f"{in_words(product)} says nothing about its stability."
        )
        return Stability(Regime.UNKNOWN, product, math.nan, text)
    share = product / limit
    numbers = f"rate × {name} = {in_words(product)}, the limit is {in_words(limit)}"
    if share > _BEYOND:
        regime = Regime.BEYOND
        text = f"Beyond the edge of stability: {numbers}, so along the sharpest direction the steps overshoot further."
    elif share >= _NEAR:
        regime = Regime.EDGE
        text = f"At the edge of stability: {numbers}. The loss may rise and fall from step to step and still sink."
    else:
        regime = Regime.STABLE
        text = f"Stable: {numbers}, so steps along the sharpest direction die away."
    if preconditioned:
        text += f" The limit takes {optimizer.title}'s divisors as they are now; they follow the gradients."
    return Stability(regime, product, limit, text)
