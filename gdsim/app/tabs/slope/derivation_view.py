"""A derivation shown rule by rule: the next one, or all at once."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gdsim.app.tabs.slope.typeset import TypesetLine, TypesetLines
from gdsim.app.ticker import Ticker
from gdsim.app.widgets.buttons import TextButton
from gdsim.core.slope import DerivationLine


class DerivationView(QWidget):
    """`turned()` tells that another rule is shown."""

    turned = Signal()

    def __init__(self, ticker: Ticker, *, all_at_once: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._all_at_once = all_at_once
        self._lines: tuple[DerivationLine, ...] = ()
        self._start = ""
        self.count = 0
        """How many rules are shown."""
        self.next = TextButton("Next rule", "Apply one more rule")
        self.all = TextButton("All", "Show the whole derivation")
        self.again = TextButton("From the start", "Hide the rules again")
        self.lines = TypesetLines(ticker)
        self._buttons = QWidget(visible=not all_at_once)
        row = QHBoxLayout(self._buttons)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for button in (self.next, self.all, self.again):
            row.addWidget(button)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._buttons)
        layout.addWidget(self.lines)
        self.next.clicked.connect(self.show_next)
        self.all.clicked.connect(self.show_all)
        self.again.clicked.connect(self.show_none)

    @property
    def total(self) -> int:
        return len(self._lines)

    def set_derivation(self, lines: Sequence[DerivationLine], formula: str) -> None:
        """Another derivation, of a formula given as LaTeX."""
        self._lines, self._start = tuple(lines), formula
        self._show(len(self._lines) if self._all_at_once else 0)

    def show_next(self) -> None:
        self._show(self.count + 1)

    def show_all(self) -> None:
        self._show(self.total)

    def show_none(self) -> None:
        self._show(0)

    def stop(self) -> None:
        self.lines.stop()

    def _show(self, count: int) -> None:
        self.count = min(count, self.total)
        self.next.setEnabled(self.count < self.total)
        self.all.setEnabled(self.count < self.total)
        self.again.setEnabled(self.count > 0)
        self.lines.set_lines(typeset(self._lines, self.count))
        self.turned.emit()


def typeset(lines: Sequence[DerivationLine], count: int) -> list[TypesetLine]:
    """What is to be differentiated, and the first `count` rules, each as the next member of one long equation."""
    if not lines:
        return []
    shown = [TypesetLine(formulas=(lines[0].before_latex,), spoken=f"To do: {lines[0].before}")]
    for number, line in enumerate(lines[:count], 1):
        last = number == len(lines)
        shown.append(TypesetLine(
            f"{number}. {line.rule[:1].upper()}{line.rule[1:]}", " ".join(filter(None, (line.words, line.note))),
            (f"= {line.after_latex}",), ("gradient",) if last else ("text",), f"{line.rule}: {line.after}",
        ))  # fmt: skip
    return shown
