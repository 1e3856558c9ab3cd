"""The right column of Train under its tab strip: this run, and the studies, each made when it is first turned to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QTabBar, QVBoxLayout, QWidget

from gdsim.app.context import Context
from gdsim.app.tabs.train.session import TrainSession
from gdsim.app.tabs.train.side import TrainSide
from gdsim.app.tabs.train.studies import makers
from gdsim.app.tabs.train.studies.page import StudyPage


class TrainColumn(QWidget):
    """`turned` tells that another page is open, and with it perhaps another picture."""

    turned = Signal()

    def __init__(self, context: Context, session: TrainSession, side: TrainSide) -> None:
        super().__init__()
        self._context, self._session, self._side = context, session, side
        self._makers = makers()
        self._studies: dict[int, StudyPage] = {}
        self._kept: dict[str, Mapping[str, Any]] = {}  # what is set in studies, by their titles
        self.strip = QTabBar(expanding=True, drawBase=False, focusPolicy=Qt.FocusPolicy.TabFocus)
        self.strip.setProperty("role", "dense")
        self.strip.setAccessibleName("This run, or a study of it")
        self.strip.setTabToolTip(self.strip.addTab("Run"), "Numbers and charts of this run")
        for title, about, _ in self._makers:
            self.strip.setTabToolTip(self.strip.addTab(title), about)
        self.strip.setVisible(bool(self._makers))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(12)
        self._column.addWidget(self.strip)
        self._column.addWidget(side)
        self.strip.currentChanged.connect(self._turn_to)

    @property
    def study(self) -> StudyPage | None:
        """The study that is open; None while this run is shown."""
        return self._studies.get(self.strip.currentIndex())

    @property
    def studies(self) -> tuple[StudyPage, ...]:
        """All that have been opened."""
        return tuple(self._studies.values())

    def synchronize(self) -> None:
        if self.study is None:
            self._side.synchronize()
        else:
            self.study.synchronize()

    def save_state(self) -> dict[str, Any]:
        """Which page is open, and what is set in each study."""
        made = {self._title(place): study.save_state() for place, study in self._studies.items()}
        return {"page": self._title(self.strip.currentIndex()), "studies": {**self._kept, **made}}

    def restore_state(self, state: object) -> None:
        """As `save_state` described; what is of no use is left out."""
        state = state if isinstance(state, Mapping) else {}
        studies = state.get("studies")
        kept = studies if isinstance(studies, Mapping) else {}
        self._kept = {str(title): found for title, found in kept.items() if isinstance(found, Mapping)}
        for place, study in self._studies.items():
            study.restore_state(self._kept.get(self._title(place), {}))
        titles = [self._title(place) for place in range(self.strip.count())]
        page = state.get("page")
        self.strip.setCurrentIndex(titles.index(page) if page in titles else 0)

    def stop(self) -> None:
        for study in self.studies:
            study.stop()

    def _title(self, place: int) -> str:
        """The name of a page in a saved state."""
        return self._makers[place - 1][0].lower() if place > 0 else "run"

    def _turn_to(self, index: int) -> None:
        if index > 0 and index not in self._studies:
            page = self._makers[index - 1][2](self._context, self._session)
            self._studies[index] = page
            if self._title(index) in self._kept:
                page.restore_state(self._kept[self._title(index)])
            self._column.addWidget(page)
        self._side.setVisible(index == 0)
        for place, study in self._studies.items():
            study.setVisible(place == index)
            study.opened(place == index)
        self.synchronize()
        self.turned.emit()
