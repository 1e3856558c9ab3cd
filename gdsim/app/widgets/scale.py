"""How values lie along a slider's track; plain arithmetic without Qt."""

from __future__ import annotations

import math
from typing import NamedTuple


class Mark(NamedTuple):
    """`colour` is a theme token or "#rrggbb"."""

    value: float
    label: str
    colour: str


class Scale(NamedTuple):
    """How values lie along the track; `low < high`, and `low > 0` when logarithmic."""

    low: float
    high: float
    log: bool = False
    whole: bool = False

    def share(self, value: float) -> float:
        """Where `value` lies, 0 at the left end and 1 at the right; outside of that for values out of range."""
        if self.high <= self.low or math.isnan(value):
            return 0.0
        if not self.log:
            return (value - self.low) / (self.high - self.low)
        if value <= 0:
            return -math.inf
        return math.log(value / self.low) / math.log(self.high / self.low)

    def value(self, share: float) -> float:
        """The value at `share`, rounded to what the eye can set."""
        share = min(max(share, 0.0), 1.0)
        if self.log:
            return self.rounded(self.low * (self.high / self.low) ** share)
        return self.rounded(self.low + (self.high - self.low) * share)

    def nudged(self, value: float, steps: float) -> float:
        """`value` moved by `steps` hundredths of the track (by whole numbers on a whole scale), kept in range."""
        if math.isinf(steps):
            return self.high if steps > 0 else self.low
        if self.whole:
            return float(min(max(round(value + steps), self.low), self.high))
        share = min(max(self.share(value), 0.0), 1.0)
        return self.value(share + steps / 100)

    def rounded(self, value: float) -> float:
        if self.whole:
            return float(round(value))
        if self.log:
            return min(max(float(f"{value:.2e}"), self.low), self.high)
        grain = 10.0 ** math.floor(math.log10((self.high - self.low) / 100) + 1e-9) if self.high > self.low else 1.0
        digits = max(0, -math.floor(math.log10(grain) + 1e-9))
        return min(max(round(round(value / grain) * grain, digits), self.low), self.high)
