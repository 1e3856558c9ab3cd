"""The right column of Descend: this run, or one of the studies (race, basin map, many starts) under a tab strip.

The page that is open decides what lies over the picture, so that never two studies are drawn at once.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QTabBar, QVBoxLayout, QWidget

from gdsim.app.context import Context
from gdsim.app.pictures import Picture, Table
from gdsim.app.plots.curve_picture import Stretch
from gdsim.app.tabs.descend.numbers import DescendNumbers
from gdsim.app.tabs.descend.session import DescendSession
from gdsim.app.tabs.descend.studies.study import Study, StudyOverlay
from gdsim.app.widgets.fold_group import FoldGroup
from gdsim.core.objective import Domain

if TYPE_CHECKING:
    from gdsim.app.plots.surface_stage import StageMark
    from gdsim.app.tabs.descend.studies.basins import BasinStudy
    from gdsim.app.tabs.descend.studies.narration import NarrationView
    from gdsim.app.tabs.descend.studies.page import StudyPage
    from gdsim.app.tabs.descend.studies.race import RaceStudy
    from gdsim.app.tabs.descend.studies.starts import StartsStudy

RUN, RACE, BASINS, STARTS = range(4)


class DescendSide(QWidget):
    """`changed` tells that another page or a study's progress asks for another picture.

    A study and its page are made when they are first needed.
    """

    changed = Signal()

    def __init__(self, context: Context, session: DescendSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context, self._session = context, session
        self._studies: dict[int, Study] = {}
        self._study_pages: dict[int, StudyPage] = {}
        self._unused: dict[str, Any] = {}  # settings of studies that have not been made yet
        self._visible: Domain | None = None
        self._narration: NarrationView | None = None
        self.numbers = DescendNumbers(context, session)
        self.told = FoldGroup("This update, stage by stage", open=False)
        self.told.toggled.connect(self._tell)
        run = QWidget()
        column = QVBoxLayout(run)
        column.setContentsMargins(0, 0, 0, 0)
        # Above the numbers, whose heights change: its buttons stay where they are, and nothing has to be scrolled.
        column.addWidget(self.told)
        column.addWidget(self.numbers)
        column.addStretch(1)
        self._run = run
        self.strip = QTabBar(expanding=True, drawBase=False, focusPolicy=Qt.FocusPolicy.TabFocus)
        self.strip.setAccessibleName("This run, race, basin map or many starts")
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(12)
        self._layout.addWidget(self.strip)
        for title, help_text in zip(_TITLES, _HELP, strict=True):
            self.strip.setTabToolTip(self.strip.addTab(title), help_text)
        self._layout.addWidget(run)
        self._layout.addStretch(1)
        self.strip.currentChanged.connect(self._turn_to)

    @property
    def narration(self) -> NarrationView:
        """The update in stages, made when somebody first asks for it."""
        if self._narration is None:
            from gdsim.app.tabs.descend.studies.narration import NarrationView

            self._narration = NarrationView(self._session)
            self._narration.stage_changed.connect(self._stage_changed)
            self.told.add(self._narration)
        return self._narration

    @property
    def race(self) -> RaceStudy:
        return self._study_of(RACE)

    @property
    def basins(self) -> BasinStudy:
        return self._study_of(BASINS)

    @property
    def starts(self) -> StartsStudy:
        return self._study_of(STARTS)

    def page(self, index: int) -> QWidget:
        """The page under a tab of the strip."""
        if index == RUN:
            return self._run
        if index not in self._study_pages:
            page = self._page_for(index)
            page.setVisible(index == self.strip.currentIndex())
            self._study_pages[index] = page
            self._layout.insertWidget(self._layout.count() - 1, page)
        return self._study_pages[index]

    def set_visible(self, domain: Domain) -> None:
        """The part of the plane that is seen, which is what a basin map is made of."""
        self._visible = domain
        if BASINS in self._studies:
            self.basins.set_visible(domain)

    @property
    def study(self) -> Study | None:
        """The study whose page is open; None while this run is shown."""
        index = self.strip.currentIndex()
        return None if index == RUN else self._study_of(index)

    @property
    def overlay(self) -> StudyOverlay:
        """What lies over the picture."""
        return StudyOverlay() if self.study is None else self.study.overlay()

    @property
    def stage(self) -> StageMark | None:
        """The vector of the stage that is told, to be drawn at the ball; None while none is told."""
        return None if self._narration is None else self._narration.mark

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
        return self.basins.describe(x, y) if self.strip.currentIndex() == BASINS else ""

    def pictures(self) -> tuple[Picture, ...]:
        """The charts of the page that is open."""
        page = self._study_pages.get(self.strip.currentIndex())
        return () if page is None else tuple(page.pictures())

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
        for study in self._studies.values():
            study.cancel()

    def settings(self) -> dict[str, Any]:
        """JSON-able: which page is open, and what is set on each."""
        made = {_TITLES[index]: study.settings() for index, study in self._studies.items()}
        return {"page": self.strip.currentIndex(), "studies": {**self._unused, **made}}

    def restore(self, settings: Mapping[str, Any]) -> None:
        """The inverse of `settings`; anything unusable is left out."""
        studies = settings.get("studies", {})
        self._unused.update({title: studies[title] for title in _TITLES if isinstance(studies.get(title), dict)})
        for index, study in self._studies.items():
            if _TITLES[index] in self._unused:
                study.restore(self._unused.pop(_TITLES[index]))
        page = settings.get("page", RUN)
        self.strip.setCurrentIndex(page if isinstance(page, int) and 0 <= page < len(_TITLES) else RUN)

    def _study_of(self, index: int) -> Any:
        if index not in self._studies:
            study = self._new_study(index)
            if _TITLES[index] in self._unused:
                study.restore(self._unused.pop(_TITLES[index]))
            study.changed.connect(self._study_changed)
            self._studies[index] = study
        return self._studies[index]

    def _new_study(self, index: int) -> Study:
        session, ticker = self._session, self._context.ticker
        if index == RACE:
            from gdsim.app.tabs.descend.studies.race import RaceStudy

            return RaceStudy(session, ticker, self)
        if index == BASINS:
            from gdsim.app.tabs.descend.studies.basins import BasinStudy

            basins = BasinStudy(session, ticker, parent=self)
            basins.set_visible(self._visible)
            return basins
        from gdsim.app.tabs.descend.studies.starts import StartsStudy

        return StartsStudy(session, ticker, self)

    def _page_for(self, index: int) -> StudyPage:
        study = self._study_of(index)
        if index == RACE:
            from gdsim.app.tabs.descend.studies.race_page import RacePage

            return RacePage(self._context, study)
        if index == BASINS:
            from gdsim.app.tabs.descend.studies.basin_page import BasinPage

            return BasinPage(self._context, study)
        from gdsim.app.tabs.descend.studies.starts_page import StartsPage

        return StartsPage(self._context, study)

    def _tell(self, open: bool) -> None:
        if open:
            self.narration.show()

    def _turn_to(self, index: int) -> None:
        self.page(index)
        for number in range(len(_TITLES)):
            if number == RUN or number in self._study_pages:
                self.page(number).setVisible(number == index)
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
