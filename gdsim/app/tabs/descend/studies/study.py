"""One long computation for a Descend session: begun, watched, cancelled; and whether it still fits what is set.

A study knows no widget.  The ticker pulls it, so the window stays alive, and the same settings give the same result.
What it has found stays on the screen when the settings change, but says that it was made for others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal

from gdsim.app.pictures import Table
from gdsim.app.plots.surface_image import BasinMap
from gdsim.app.plots.surface_tracks import Marks, Track
from gdsim.app.tabs.descend.session import DescendSession
from gdsim.app.tabs.descend.studies.strip import BasinStrip
from gdsim.app.ticker import Job, Ticker
from gdsim.core.objective import Domain, Objective

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


class Study(QObject):
    """`changed` tells of progress (at most once a frame), of an end, and of settings that make the result outdated."""

    changed = Signal()
    table_title = ""
    """What its table is called in menus: Save …."""

    def __init__(self, session: DescendSession, ticker: Ticker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._ticker = ticker
        self._job: Job | None = None
        self._beginning: Conditions = {}
        self._made_for: Conditions = {}
        self._seen: object = None
        self._subject: Subject | None = None
        self.subject: Subject | None = None
        """The function of the result and the domain that it covers."""
        self.result: Any = None
        """The newest result; also a part of one, while running and after a cancel."""
        self.problem = ""
        """Why it could not be computed, in a sentence; else empty."""
        self._fresh = False
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

    @property
    def running(self) -> bool:
        return self._job is not None and self._job.running

    @property
    def done(self) -> float:
        """The share of the work done, 0 to 1."""
        return float(self.result.done) if self._fresh and self.result is not None else 0.0

    @property
    def complete(self) -> bool:
        """Whether the result is there and was not cut short."""
        return self.result is not None and not self.running and self.done >= 1.0

    def start(self) -> None:
        """Begin anew with what is set now.  The old result stays until the new one has something to show."""
        self._end()
        self.problem, self._fresh = "", False
        self._beginning = self.conditions()
        self._subject = (self.session.objective, self.domain)
        try:
            iterator = self.work()
        except ValueError as error:
            self._object(error)
        else:
            self._job = self._ticker.pull(self._guarded(iterator), done=self._finished, progress=self._progressed)
        self.changed.emit()

    def cancel(self) -> None:
        """Stop; what has been found so far stays."""
        if self.running:
            self._end()
            self.changed.emit()

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
        if self.result is not None and not self.running and not self.complete and not self.problem:
            return f"Cancelled at {100 * self.done:.0f} %: this is what had been found."
        return ""

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

    def _guarded(self, iterator: Iterator[Any]) -> Iterator[Any]:
        try:
            yield from iterator
        except ValueError as error:
            self._object(error)

    def _object(self, error: ValueError) -> None:
        text = str(error)
        self.problem = text[:1].upper() + text[1:] + ("" if text.endswith((".", "!")) else ".")

    def _progressed(self, result: Any) -> None:
        self.result, self._fresh = result, True
        self._made_for, self.subject = self._beginning, self._subject
        if self.running:
            self.changed.emit()

    def _finished(self) -> None:
        self._job = None
        self.changed.emit()

    def _end(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None
