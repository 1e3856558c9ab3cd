"""What the command line asks for, as one frozen value that every tab can read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Options:
    """None means "not asked for": the tab then shows its remembered state, or its default."""

    tab: str | None = None
    steps: int = 0
    size: tuple[int, int] | None = None
    theme: str | None = None
    screenshot: Path | None = None
    formula: str | None = None
    surface: str | None = None
    start: tuple[float, ...] | None = None
    optimizer: str | None = None
    lr: float | None = None
    seed: int | None = None
    self_test: bool = False

    @property
    def scene_given(self) -> bool:
        """True when the command line says what to show, so that a remembered state has to stand back."""
        return any(
            value is not None for value in (self.formula, self.surface, self.start, self.optimizer, self.lr, self.seed)
        )
