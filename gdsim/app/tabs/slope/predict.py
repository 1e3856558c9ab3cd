"""Predict first: a small card that asks for the sign or the value of the slope before it is shown."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gdsim.app.tabs.slope.prediction import TERMS, Guess
from gdsim.app.tabs.slope.session import SlopeSession
from gdsim.app.widgets.buttons import TextButton
from gdsim.app.widgets.number_field import NumberField
from gdsim.app.widgets.rows import secondary
from gdsim.core.numerals import in_words

_BUTTONS = ((Guess.RISES, "↗ rises"), (Guess.FLAT, "→ is flat"), (Guess.FALLS, "↘ falls"), (Guess.NONE, "no slope"))


class PredictCard(QFrame):
    """Visible while the slope at x is hidden."""

    def __init__(self, session: SlopeSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.question = QLabel(wordWrap=True)
        self.question.setProperty("role", "heading")
        self.signs: dict[Guess, TextButton] = {}
        grid = QGridLayout()
        grid.setSpacing(6)
        for place, (guess, words) in enumerate(_BUTTONS):
            button = TextButton(words, f"The curve {guess}")
            button.setAccessibleName(f"The curve {guess}")
            button.clicked.connect(partial(self._guess, guess))
            self.signs[guess] = button
            grid.addWidget(button, place // 2, place % 2)
        self.value = NumberField(0.0, -1e100, 1e100, name="your slope")
        self.value.setToolTip("Type a number and press Return")
        self.skip = TextButton("Skip", "Show the slope here without a guess")
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(QLabel("or its value"))
        row.addWidget(self.value, 1)
        row.addWidget(self.skip)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 8)
        layout.setSpacing(6)
        layout.addWidget(self.question)
        layout.addLayout(grid)
        layout.addLayout(row)
        layout.addWidget(self.value.problem)
        layout.addWidget(secondary(TERMS))
        self.value.entered.connect(session.guess_value)
        self.skip.clicked.connect(session.skip_guess)

    @property
    def first(self) -> TextButton:
        """The choice with which the keyboard begins."""
        return self.signs[Guess.RISES]

    def synchronize(self) -> None:
        session = self._session
        self.setVisible(session.hidden)
        if session.hidden:
            self.question.setText(f"At x = {in_words(session.x)} the curve …")
            self.value.set_value(0.0)

    def _guess(self, guess: Guess, _checked: bool = False) -> None:
        self._session.guess_sign(guess)
