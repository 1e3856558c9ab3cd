"""The score by topic, the seed of the questions, and what can be done with them: save, forget."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QMessageBox, QWidget

from gdsim.app.context import Context
from gdsim.app.saving import save_table
from gdsim.app.tabs.slope.practice_session import PracticeSession
from gdsim.app.widgets.buttons import TextButton
from gdsim.app.widgets.fold_group import FoldGroup
from gdsim.app.widgets.number_field import NumberField
from gdsim.app.widgets.rows import FieldRow


class PracticeRecord(FoldGroup):
    """`confirm` is asked before the score is forgotten."""

    def __init__(self, context: Context, session: PracticeSession, parent: QWidget | None = None) -> None:
        super().__init__("Score by topic", open=False, parent=parent)
        self._context, self._session = context, session
        self.confirm: Callable[[], bool] = self._ask
        self.seed = NumberField(0.0, 0.0, 2**32 - 1, whole=True, name="seed of the questions")
        self.reset = TextButton("Reset the score…", "Forget all answers")
        self.save = TextButton("Save the score…", "As CSV")
        tallies, buttons = QWidget(), QWidget()
        self._tallies = QGridLayout(tallies)
        self._tallies.setContentsMargins(0, 0, 0, 0)
        self._labels: list[QLabel] = []
        row = QHBoxLayout(buttons)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.save)
        row.addWidget(self.reset)
        row.addStretch(1)
        for part in (tallies, FieldRow("Seed of the questions", self.seed), buttons):
            self.add(part)
        self.seed.entered.connect(self._seed_entered)
        self.reset.clicked.connect(self._reset)
        self.save.clicked.connect(self._save)

    def synchronize(self) -> None:
        score = self._session.score
        for label in self._labels:
            self._tallies.removeWidget(label)
            label.hide()
            label.deleteLater()
        self._labels = []
        for row, (title, attempts, right, _, streak, _) in enumerate(score.rows()):
            number = QLabel(f"{right} of {attempts} right" + (f", {streak} in a row" if streak > 1 else ""))
            number.setAlignment(Qt.AlignmentFlag.AlignRight)
            for column, label in enumerate((QLabel(title), number)):
                self._tallies.addWidget(label, row, column)
                self._labels.append(label)
        self.save.setEnabled(bool(score.attempts))
        self.reset.setEnabled(bool(score.attempts))
        self.seed.set_value(self._session.seed)

    def _save(self) -> None:
        save_table(self._session.table(), self._context, self)

    def _reset(self) -> None:
        if self._session.score.attempts and self.confirm():
            self._session.reset_score()

    def _ask(self) -> bool:
        buttons = QMessageBox.StandardButton
        attempts = self._session.score.attempts
        text = f"Forget {attempts} answer{'s' if attempts > 1 else ''} and all streaks?"
        answer = QMessageBox.question(self, "Reset the score", text, buttons.Reset | buttons.Cancel, buttons.Cancel)
        return answer == buttons.Reset

    def _seed_entered(self, seed: float) -> None:
        self._session.set_seed(int(seed))
