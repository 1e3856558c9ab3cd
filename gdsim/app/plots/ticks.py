"""Where the ticks of an axis stand, and what they say."""

from __future__ import annotations

import math
from typing import NamedTuple

from gdsim.app.plots.text import power_of_ten, tick_text
from gdsim.app.widgets.figures import format_number

_EXPONENTS = 300  # powers of ten beyond are no numbers any more


class Tick(NamedTuple):
    """One tick: where it stands (in plot coordinates, so the logarithm on a log axis) and what it says."""

    position: float
    text: str


def linear_ticks(low: float, high: float, length: float, apart: float = 84.0) -> tuple[Tick, ...]:
    """Ticks at 1, 2 or 5 times a power of ten, about `apart` pixels from one another on `length` pixels."""
    if not (math.isfinite(low) and math.isfinite(high) and high > low and length > 0):
        return ()
    wanted = (high - low) / max(1.0, length / apart)
    power = 10.0 ** math.floor(math.log10(wanted))
    spacing = next((factor * power for factor in (1, 2, 5) if factor * power >= wanted), 10 * power)
    if not math.isfinite(spacing) or spacing <= 0 or spacing < max(abs(low), abs(high)) * 1e-13:
        return ()
    first, last = math.ceil(low / spacing - 1e-9), math.floor(high / spacing + 1e-9)
    return tuple(Tick(index * spacing, tick_text(index * spacing, spacing)) for index in range(first, last + 1))


def two_ticks(low: float, high: float, length: float, *aparts: float) -> tuple[Tick, ...]:
    """Linear ticks by the first of these distances that gives at least two of them, else by the last."""
    found: tuple[Tick, ...] = ()
    for apart in aparts:
        found = linear_ticks(low, high, length, apart)
        if len(found) >= 2:
            break
    return found


def log_ticks(low: float, high: float, length: float, apart: float = 44.0) -> tuple[Tick, ...]:
    """Ticks of a log axis between the exponents `low` and `high`: whole decades, or 1, 2, 5 where few are seen."""
    if not (math.isfinite(low) and math.isfinite(high) and high > low and length > 0):
        return ()
    if max(abs(low), abs(high)) > _EXPONENTS:
        return ()
    decades = range(math.ceil(low - 1e-9), math.floor(high + 1e-9) + 1)
    if len(decades) < 2:
        candidates = [(math.log10(factor) + power, factor * 10.0**power)
                      for power in range(math.floor(low), math.ceil(high) + 1) for factor in (1, 2, 5)]  # fmt: skip
        inside = [(at, value) for at, value in candidates if low <= at <= high]
        if len(inside) >= 2:
            return tuple(Tick(at, format_number(value, 1, trim=True)) for at, value in inside)
        return tuple(Tick(tick.position, format_number(10**tick.position, 3, trim=True))
                     for tick in two_ticks(low, high, length, apart, 28.0, 20.0, 12.0))  # fmt: skip
    every = max(1, math.ceil((high - low) * apart / length))
    while every > 1 and sum(power % every == 0 for power in decades) < 2:
        every -= 1  # a single number says nothing of a scale
    return tuple(Tick(float(power), power_of_ten(power)) for power in decades if power % every == 0)


def whole_ticks(low: float, high: float, length: float) -> tuple[Tick, ...]:
    """Linear ticks on whole numbers only, for a count such as the step number."""
    ticks = linear_ticks(low, high, length, apart=60.0)
    return tuple(Tick(tick.position, str(round(tick.position)).replace("-", "\u2212"))
                 for tick in ticks if abs(tick.position - round(tick.position)) < 1e-9)  # fmt: skip
