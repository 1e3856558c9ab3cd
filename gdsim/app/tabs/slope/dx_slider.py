"""A slider for Δx of either sign: outwards ever larger by ratios, and in the middle 0, which it never reaches."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from PySide6.QtWidgets import QWidget

from gdsim.app.widgets.slider import ValueSlider

SMALLEST, LARGEST = 1e-12, 10.0


@dataclass(frozen=True)
class SignedLogScale:
    """Half the track for each sign; equal distances from the middle are equal ratios of the size."""

    low: float = SMALLEST
    high: float = LARGEST
    whole: bool = False

    def share(self, value: float) -> float:
        """Where `value` lies, 0 at the left end, one half where 0 would be."""
        if math.isnan(value) or value == 0.0:
            return 0.5
        size = math.log(min(max(abs(value), self.low), self.high) / self.low) / math.log(self.high / self.low)
        return 0.5 + math.copysign(0.5 * size, value)

    def value(self, share: float) -> float:
        """The value at `share`, to three digits; in the very middle the smallest positive one."""
        share = min(max(share, 0.0), 1.0)
        size = self.low * (self.high / self.low) ** abs(2.0 * share - 1.0)
        return math.copysign(min(max(float(f"{size:.2e}"), self.low), self.high), 1.0 if share >= 0.5 else -1.0)

    def nudged(self, value: float, steps: float) -> float:
        """Moved by so many hundredths of the track, across the middle to the other sign; kept in range."""
        if math.isinf(steps):
            return math.copysign(self.high, steps)
        share, wanted = self.share(value), min(max(self.share(value) + steps / 100, 0.0), 1.0)
        if (share - 0.5) * (wanted - 0.5) < 0 or wanted == 0.5:
            return math.copysign(self.low, steps)
        return self.value(wanted)

    def _replace(self, **changes: float) -> SignedLogScale:
        return replace(self, **changes)


class DxSlider(ValueSlider):
    """Δx from −10 through nearly 0 to 10."""

    def __init__(self, value: float, parent: QWidget | None = None) -> None:
        super().__init__(-LARGEST, LARGEST, value, name="Δx", marks=(), parent=parent)
        self.scale = SignedLogScale()
        self.set_marks([(-1.0, "−1", "muted"), (0.0, "Δx → 0", "tangent"), (1.0, "1", "muted")])
        self.setToolTip("From −10 through almost 0 to 10; each tenth of the way outwards is some decades")
        self.set_value(value)
