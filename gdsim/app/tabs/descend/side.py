"""The right column of Descend: this run, or one of the studies (race, basin map, many starts) under a tab strip.

The page that is open decides what lies over the picture, so that never two studies are drawn at once.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QTabBar, QVBoxLayout, QWidget

from gdsim.app.context import Context
from gdsim.app.pictures import Picture, Table
from gdsim.app.plots.curve_picture import Stretch
from gdsim.app.plots.surface_stage import StageMark
from gdsim.app.tabs.descend.numbers import DescendNumbers
from gdsim.app.tabs.descend.session import DescendSession
from gdsim.app.tabs.descend.studies.basin_page import BasinPage
from gdsim.app.tabs.descend.studies.basins import BasinStudy
from gdsim.app.tabs.descend.studies.narration import NarrationView
from gdsim.app.tabs.descend.studies.page import StudyPage
from gdsim.app.tabs.descend.studies.race import RaceStudy
from gdsim.app.tabs.descend.studies.race_page import RacePage
from gdsim.app.tabs.descend.studies.starts import StartsStudy
from gdsim.app.tabs.descend.studies.starts_page import StartsPage
from gdsim.app.tabs.descend.studies.study import Study, StudyOverlay
from gdsim.app.widgets.fold_group import FoldGroup


class DescendSide(QWidget):
    """`changed` tells that another page or a study's progress asks for another picture."""

    changed = Signal()

    def __init__(self, context: Context, session: DescendSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.numbers = DescendNumbers(context, session)
        self.narration = NarrationView(session)
        self.race = RaceStudy(session, context.ticker, self)
        self.basins = BasinStudy(session, context.ticker, parent=self)
        self.starts = StartsStudy(session, context.ticker, self)
        self._studies: tuple[Study | None, ...] = (None, self.race, self.basins, self.starts)
        told = FoldGroup("This update, stage by stage", open=False)
        told.add(self.narration)
        run = QWidget()
        column = QVBoxLayout(run)
        column.setContentsMargins(0, 0, 0, 0)
        # Above the numbers, whose heights change: its buttons stay where they are, and nothing has to be scrolled.
        column.addWidget(told)
        column.addWidget(self.numbers)
        column.addStretch(1)
        self._pages: tuple[QWidget, ...] = (
            run,
            RacePage(context, self.race),
            BasinPage(context, self.basins),
            StartsPage(context, self.starts),
        )
        self.strip = QTabBar(expanding=True, drawBase=False, focusPolicy=Qt.FocusPolicy.TabFocus)
        self.strip.setAccessibleName("This run, race, basin map or many starts")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self.strip)
        for page, title, help_text in zip(self._pages, _TITLES, _HELP, strict=True):
            self.strip.setTabToolTip(self.strip.addTab(title), help_text)
            page.setVisible(page is run)
            layout.addWidget(page)
        layout.addStretch(1)
        self.strip.currentChanged.connect(self._turn_to)
        self.narration.stage_changed.connect(self._stage_changed)
        for study in self._studies:
            if study is not None:
                study.changed.connect(self._study_changed)

    @property
    def study(self) -> Study | None:
        """The study whose page is open; None while this run is shown."""
        return self._studies[self.strip.currentIndex()]

    @property
    def overlay(self) -> StudyOverlay:
        """What lies over the picture."""
        return StudyOverlay() if self.study is None else self.study.overlay()

    @property
    def stage(self) -> StageMark | None:
        """The vector of the stage that is told, to be drawn at the ball; None while none is told."""
        return self.narration.mark

    @property
    def stretches(self) -> tuple[Stretch, ...]:
        """The basin map of a curve."""
        strip = self.overlay.strip
        if strip is None:
            return ()
        ends = itertools.pairwise(strip.edges.tolist())
        return tuple(
            Stretch(low, high, colour, not (hatched or dotted), dotted)
            for (low, high), colour, hatched, dotted in zip(
                ends, strip.colours, strip.hatched, strip.dotted, strict=True
            )
        )

    def describe(self, x: float, y: float) -> str:
        """What is said beside the pointer over the picture."""
        return self.basins.describe(x, y) if self.study is self.basins else ""

    def pictures(self) -> tuple[Picture, ...]:
        """The charts of the page that is open."""
        page = self._pages[self.strip.currentIndex()]
        return tuple(page.pictures()) if isinstance(page, StudyPage) else ()

    def table(self) -> Table | None:
        """The result of the study that is open."""
        study = self.study
        return study.table() if study is not None and study.fits_function else None

    @property
    def table_title(self) -> str:
        """What `table` is called, without making it; empty while there is none."""
        study = self.study
        return study.table_title if study is not None and study.fits_function else ""

    def synchronize(self) -> None:
        self.numbers.synchronize()

    def stop(self) -> None:
        """Cancel what is being computed."""
        for study in self._studies:
            if study is not None:
                study.cancel()

    def settings(self) -> dict[str, Any]:
        """JSON-able: which page is open, and what is set on each."""
        kept = {
            title: study.settings() for title, study in zip(_TITLES, self._studies, strict=True) if study is not None
        }
        return {"page": self.strip.currentIndex(), "studies": kept}

    def restore(self, settings: Mapping[str, Any]) -> None:
        """The inverse of `settings`; anything unusable is left out."""
        studies = settings.get("studies", {})
        for title, study in zip(_TITLES, self._studies, strict=True):
            if study is not None and isinstance(studies.get(title), dict):
                study.restore(studies[title])
        page = settings.get("page", 0)
        self.strip.setCurrentIndex(page if isinstance(page, int) and 0 <= page < len(self._pages) else 0)

    def _turn_to(self, index: int) -> None:
        for number, page in enumerate(self._pages):
            page.setVisible(number == index)
        self.changed.emit()

    def _stage_changed(self) -> None:
        self.changed.emit()

    def _study_changed(self) -> None:
        if self.sender() is self.study:
            self.changed.emit()


_TITLES = ("Run", "Race", "Basins", "Starts")
_HELP = (
    "The run that is shown: its numbers and its rule",
    "Several optimizers from where the ball is",
    "Where every start ends",
    "Many random starts at once",
)
