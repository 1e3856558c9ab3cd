"""The learning rate: a field, a logarithmic slider with the stability limit on it, and a sentence on the two."""

from __future__ import annotations

import math
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gdsim.app.tabs.descend.readings import aside_words, limit_name, rate_limit, rate_words
from gdsim.app.tabs.descend.session import DescendSession
from gdsim.app.theme import theme_manager
from gdsim.app.widgets.buttons import TextButton
from gdsim.app.widgets.formula_label import FormulaLabel
from gdsim.app.widgets.number_field import NumberField
from gdsim.app.widgets.slider import LogSlider
from gdsim.core.params import params_of

LOWEST, HIGHEST = 1e-4, 10.0


class RateControl(QWidget):
    """Changes the optimizer's rate from the next step on."""

    def __init__(self, session: DescendSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        spec = next(spec for spec in params_of(session.optimizer) if spec.name == "lr")
        self.field = NumberField(session.optimizer.lr, spec.low, spec.high, name=spec.title)
        self.slider = LogSlider(LOWEST, HIGHEST, name="Learning rate", marks=[])
        self.words = QLabel(wordWrap=True)
        self.words.setProperty("role", "secondary")
        self.words.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.remedy = TextButton("Back, with a lower rate")
        self.remedy.hide()
        title = QLabel("Learning rate")
        title.setBuddy(self.field.edit)
        top = QHBoxLayout()
        top.setSpacing(6)
        top.addWidget(title)
        top.addWidget(FormulaLabel(spec.symbol, colour="muted", spoken="eta"), 0, Qt.AlignmentFlag.AlignVCenter)
        top.addStretch(1)
        top.addWidget(self.field)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(self.field.problem)
        layout.addWidget(self.slider)
        layout.addWidget(self.words)
        row = QHBoxLayout()
        row.setContentsMargins(0, 4, 0, 4)
        row.addWidget(self.remedy)
        row.addStretch(1)
        layout.addLayout(row)
        for widget in (title, self.field, self.slider):
            widget.setToolTip("How far a step goes for a slope of 1.\nA change applies from the next step.")
        self.slider.moved.connect(self._rate_set)
        self.field.entered.connect(self._rate_set)
        self.remedy.clicked.connect(session.take_remedy)
        theme_manager().changed.connect(self._follow_theme)
        self._follow_theme()

    def synchronize(self) -> None:
        session = self._session
        optimizer = session.optimizer
        self.field.set_value(optimizer.lr)
        self.slider.set_value(optimizer.lr)
        known = math.isfinite(session.step.value)
        limit = rate_limit(optimizer, session.objective.curvature(session.step.point)) if known else None
        self.slider.set_marks([] if limit is None else [(limit, limit_name(optimizer), "curvature")])
        text, tone = rate_words(session)
        aside = aside_words(session)
        self.words.setText(f"{aside} {text}".strip())
        self.words.setVisible(bool(optimizer.limit_text or aside))
        remedy = session.remedy
        if remedy is not None:
            self.remedy.setText(remedy.words)
            self.remedy.setToolTip(remedy.help)
            self.remedy.setAccessibleName(f"{' '.join(remedy.words.split())}. {remedy.help}")
        self.remedy.setVisible(remedy is not None)
        role = "problem" if tone == "warning" else "secondary"
        if self.words.property("role") != role:
            self.words.setProperty("role", role)
            self.words.style().unpolish(self.words)
            self.words.style().polish(self.words)

    def _rate_set(self, rate: float) -> None:
        self._session.set_optimizer(replace(self._session.optimizer, lr=rate))

    def _follow_theme(self) -> None:
        themes = theme_manager()
        self.field.edit.setFixedWidth(themes.px(84))
        self.words.setMinimumHeight(themes.px(34))
