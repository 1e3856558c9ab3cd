"""One long computation for a Descend session: begun, watched, cancelled; and whether it still fits what is set.

A study knows no widget.  The ticker pulls it, so the window stays alive, and the same settings give the same result.
What it has found stays on the screen when the settings change, but says that it was made for others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from gdsim.app.background import Background
from gdsim.app.pictures import Table
from gdsim.app.tabs.descend.session import DescendSession
from gdsim.app.tabs.descend.studies.strip import BasinStrip
from gdsim.app.ticker import Ticker
from gdsim.core.objective import Domain, Objective

if TYPE_CHECKING:
    from gdsim.app.plots.surface_image import BasinMap
    from gdsim.app.plots.surface_tracks import Marks, Track

Conditions = dict[str, Any]
"""What a result depends on, by the name that a sentence gives it."""
FUNCTION = "function"
Subject = tuple[Objective, Domain]


@dataclass(frozen=True)
class StudyOverlay:
    """What a study lays over the picture.  `note` is a sentence when it was made for other settings, else empty."""

    tracks: tuple[Track, ...] = ()
    marks: tuple[Marks, ...] = ()
    basins: BasinMap | None = None
    strip: BasinStrip | None = None
    note: str = ""


class Study(Background):
    """`changed` tells of settings, too, that make the result outdated."""

    table_title = ""
    """What its table is called in menus: Save …."""

    def __init__(self, session: DescendSession, ticker: Ticker, parent: QObject | None = None) -> None:
        super().__init__(ticker, parent)
        self.session = session
        self._beginning: Conditions = {}
        self._made_for: Conditions = {}
        self._seen: object = None
        self._subject: Subject | None = None
        self.subject: Subject | None = None
        """The function of the result and the domain that it covers."""
        session.changed.connect(self._settings_changed)

    # What a study decides

    def conditions(self) -> Conditions:
        """What a result begun now would depend on."""
        raise NotImplementedError

    def work(self) -> Iterator[Any]:
        """The computation: yields the result so far.  Raises ValueError in a sentence when it cannot be done."""
        raise NotImplementedError

    def overlay(self) -> StudyOverlay:
        """What to lay over the picture now; nothing over a function that it was not made for."""
        return StudyOverlay()

    def table(self) -> Table | None:
        """The result for a file; None while there is none."""
        return None

    def settings(self) -> dict[str, Any]:
        """What the user has set, JSON-able."""
        return {}

    def restore(self, settings: dict[str, Any]) -> None:
        """Take what `settings` gave; anything unusable in it is left out."""

    # For everyone

    @property
    def domain(self) -> Domain:
        """What the next result will cover."""
        return self.session.experiment.domain

    @property
    def variables(self) -> tuple[str, ...]:
        """The coordinates' names in the function of the result."""
        return self.subject[0].variables if self.subject is not None else ()

    def start(self) -> None:
        """Begin anew with what is set now.  The old result stays until the new one has something to show."""
        self._beginning = self.conditions()
        self._subject = (self.session.objective, self.domain)
        self.begin(self.work)

    @property
    def differences(self) -> tuple[str, ...]:
        """What is set differently now from what the result was made for, by name."""
        if self.result is None:
            return ()
        now = self.conditions()
        return tuple(name for name, value in self._made_for.items() if not self.same(name, value, now.get(name)))

    def same(self, name: str, made_for: Any, now: Any) -> bool:
        """Whether a condition still holds."""
        return bool(made_for == now)

    @property
    def outdated(self) -> bool:
        """Whether the result belongs to other settings than those of now."""
        return bool(self.differences)

    @property
    def note(self) -> str:
        """A sentence when the result is not that of the settings of now, or not all of it; else empty."""
        different = self.differences
        if FUNCTION in different:
            return "The last result, of another function, is put away: run again."
        if different:
            return f"Made for other settings ({', '.join(different)}): run again."
        return self.cut_short

    @property
    def left_out(self) -> str:
        """A sentence when the run has noise or a schedule, which are no part of any study; else empty."""
        setting = self.session.setting
        parts = ["gradient noise"] if setting.noise else []
        if setting.schedule.key != "constant":
            parts.append("learning-rate schedule")
        if not parts:
            return ""
        return f"The run's {' and '.join(parts)} {'take' if len(parts) > 1 else 'takes'} no part here."

    @property
    def fits_function(self) -> bool:
        """Whether there is a result, and for the function that is shown."""
        return self.result is not None and self._made_for.get(FUNCTION) == self.session.experiment.formula

    # How it is done

    def settings_changed(self) -> None:
        """Tell that one of the study's own settings has changed."""
        self._seen = (self.conditions(), self.left_out)
        self.changed.emit()

    def _settings_changed(self) -> None:
        now = (self.conditions(), self.left_out)
        if now != self._seen:
            self._seen = now
            self.changed.emit()

    def adopted(self) -> None:
        self._made_for, self.subject = self._beginning, self._subject
