"""The right column of the Slope tab: the numbers, rise over run, and the pages under their strip."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTabBar, QVBoxLayout, QWidget

from gdsim.app.context import Context
from gdsim.app.tabs.slope.fraction import SlopeFraction
from gdsim.app.tabs.slope.pages import AlgebraPage, ErrorPage, RulesPage, SlopePage, TablePage
from gdsim.app.tabs.slope.predict import PredictCard
from gdsim.app.tabs.slope.readings import ROWS, numbers_of, quotient_of
from gdsim.app.tabs.slope.session import SlopeSession
from gdsim.app.widgets.formula_label import FormulaLabel
from gdsim.app.widgets.number_table import NumberTable
from gdsim.app.widgets.rows import secondary

_PAGES = (
    ("Algebra", "The limit worked out line by line"),
    ("Table", "Slopes for ever smaller Δx, in numbers"),
    ("Error", "How wrong a difference quotient is for each Δx"),
    ("Rules", "The derivative by rules, step by step"),
)


class SlopeSide(QWidget):
    """Shows the session; what takes long to set waits while a point is held or Δx shrinks."""

    def __init__(self, context: Context, session: SlopeSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._typing = False
        self.predict = PredictCard(session)
        self.table = NumberTable(ROWS)
        self.symbols = FormulaLabel(
            r"\text{slope of the secant} = \frac{y_2 - y_1}{x_2 - x_1}", spoken="slope of the secant: rise over run"
        )
        self.fraction = SlopeFraction()
        self.strip = QTabBar(expanding=True, drawBase=False, focusPolicy=Qt.FocusPolicy.TabFocus)
        self.strip.setAccessibleName("Algebra, table, error or rules")
        self.waiting = secondary("Here as soon as you have predicted the slope, or skipped it.")
        self.algebra = AlgebraPage(context, session)
        self.numbers = TablePage(session)
        self.error = ErrorPage(context, session)
        self.rules = RulesPage(context, session)
        self.pages: tuple[SlopePage, ...] = (self.algebra, self.numbers, self.error, self.rules)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for widget in (self.predict, self.table, self.symbols, self.fraction, self.strip, self.waiting):
            layout.addWidget(widget)
        for page, (title, help_text) in zip(self.pages, _PAGES, strict=True):
            self.strip.setTabToolTip(self.strip.addTab(title), help_text)
            layout.addWidget(page)
        layout.addStretch(1)
        self.strip.currentChanged.connect(self._turn)

    @property
    def page(self) -> SlopePage:
        return self.pages[self.strip.currentIndex()]

    def synchronize(self, typing: bool = False) -> None:
        """While a formula is being typed, the pages wait."""
        self._typing = typing
        session = self._session
        self.predict.synchronize()
        self.table.synchronize(numbers_of(session))
        self.fraction.set_quotient(quotient_of(session))
        self._turn()

    def take_question(self) -> None:
        """Have the question of Predict first at the top again, after the Practice card has shown it."""
        self.layout().insertWidget(0, self.predict)

    def stop(self) -> None:
        for page in self.pages:
            page.stop()

    def settings(self) -> dict[str, Any]:
        return {"page": self.strip.currentIndex()}

    def restore(self, settings: Mapping[str, Any]) -> None:
        """The inverse of `settings`; anything unusable is left out."""
        page = settings.get("page", 0)
        self.strip.setCurrentIndex(page if isinstance(page, int) and 0 <= page < len(self.pages) else 0)

    def _turn(self) -> None:
        session = self._session
        self.waiting.setVisible(session.hidden)
        for page in self.pages:
            page.setVisible(page is self.page and not session.hidden)
        if session.hidden:
            return
        if session.held or session.playing or self._typing:
            self.page.wait()
        else:
            self.page.synchronize()
