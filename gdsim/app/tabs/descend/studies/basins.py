"""The basin map: where each start of the visible part ends, for the run's optimizer at its rate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from PySide6.QtCore import QObject

from gdsim.app.pictures import Table
from gdsim.app.plots.ranges import Range
from gdsim.app.plots.surface_image import NEVER_SETTLES, BasinMap
from gdsim.app.plots.surface_image import UNKNOWN as BLANK
from gdsim.app.plots.surface_tracks import Marks
from gdsim.app.tabs.descend.session import DescendSession
from gdsim.app.tabs.descend.studies.looks import RESTING_COLOUR, look_of
from gdsim.app.tabs.descend.studies.minima import minima_numbers
from gdsim.app.tabs.descend.studies.strip import BasinStrip, strip_of
from gdsim.app.tabs.descend.studies.study import FUNCTION, Conditions, Study, StudyOverlay
from gdsim.app.theme import theme_manager
from gdsim.app.ticker import Ticker
from gdsim.core.basins import GONE, MOVING, RESTING, BasinPicture, LabelRow, basin_map, label_rows, where_from
from gdsim.core.objective import Domain

MOST_STEPS = 100_000
SIZE = 256


_NUDGE = 0.05  # shares of the domain by which the visible part may differ from that of the map


@dataclass(frozen=True, eq=False)
class _Drawn:
    """What has been made for drawing, and of what: as long as that stays, so does the drawing."""

    labels: object = None
    minima: int = 0
    theme: str = ""
    basins: BasinMap | None = None
    strip: BasinStrip | None = None


class BasinStudy(Study):
    """`result` is a BasinPicture."""

    result: BasinPicture | None

    def __init__(
        self, session: DescendSession, ticker: Ticker, size: int = SIZE, parent: QObject | None = None
    ) -> None:
        self.size = size
        self.steps = 300
        self._visible: Domain | None = None
        self._drawn = _Drawn()
        super().__init__(session, ticker, parent)

    @property
    def domain(self) -> Domain:
        """What the next map will cover: the visible part if it was told, else the domain of the experiment."""
        seen, domain = self._visible, self.session.experiment.domain
        return seen if seen is not None and len(seen) == len(domain) else domain

    def set_visible(self, domain: Domain | None) -> None:
        """The part of the plane that is seen; None follows the domain of the experiment."""
        before, self._visible = self.domain, domain
        if not self.same("domain", before, self.domain):
            self.settings_changed()

    def same(self, name: str, made_for: Any, now: Any) -> bool:
        """A window that became a little larger or smaller does not make the map one of another part."""
        if name != "domain" or len(made_for) != len(now):
            return super().same(name, made_for, now)
        return all(
            max(abs(low - new_low), abs(high - new_high)) <= _NUDGE * (high - low)
            for (low, high), (new_low, new_high) in zip(made_for, now, strict=True)
        )

    def set_steps(self, steps: int) -> None:
        self.steps = steps
        self.settings_changed()

    def conditions(self) -> Conditions:
        experiment, optimizer = self.session.experiment, self.session.optimizer
        return {
            FUNCTION: experiment.formula,
            "optimizer": replace(optimizer, lr=1.0),
            "learning rate": optimizer.lr,
            "domain": self.domain,
            "steps": self.steps,
        }

    def work(self) -> Iterator[BasinPicture]:
        return basin_map(self.session.objective, self.session.optimizer, self.domain, self.size, self.steps)

    # For the picture

    def overlay(self) -> StudyOverlay:
        return StudyOverlay(marks=self.marks(), basins=self.basins(), strip=self.strip(), note=self.note)

    def basins(self) -> BasinMap | None:
        """The map over a surface of two variables; the same object until there is something new."""
        return self._drawing().basins

    def strip(self) -> BasinStrip | None:
        """The map over a curve of one variable."""
        return self._drawing().strip

    def marks(self) -> tuple[Marks, ...]:
        """The minima, each with the marker that it has in the legend."""
        if self.result is None or not self.fits_function or self.session.objective.dim != 2:
            return ()
        theme = theme_manager().theme
        marks = []
        for label, minimum in enumerate(self.result.minima):
            look = look_of(self.number(label), theme)
            marks.append(Marks(np.array([minimum.point]), look.colour, look.marker, 5.0))
        return tuple(marks)

    def number(self, label: int) -> int:
        """The number by which the minimum with this label has its look, here and among many starts."""
        assert self.result is not None
        assert self.subject is not None
        point, domain = self.result.minima[label].point, self.subject[1]
        return minima_numbers(self.session).number(self._made_for[FUNCTION], point, domain)

    def rows(self) -> tuple[LabelRow, ...]:
        """The legend: the minima by falling share, then what else became of starts."""
        if self.result is None or self.subject is None:
            return ()
        return label_rows(self.result, self.subject[0])

    def describe(self, x: float, y: float = 0.0) -> str:
        """What becomes of a start there, in a sentence; empty outside of the map."""
        if self.result is None or self.subject is None or not self.fits_function:
            return ""
        objective, domain = self.subject
        point = (x, y)[: objective.dim]
        if not all(low <= value <= high for value, (low, high) in zip(point, domain, strict=True)):
            return ""
        told = where_from(self.result, objective, *point)
        return f"{told}\n(made for other settings)" if self.outdated else told

    def _drawing(self) -> _Drawn:
        result, theme = self.result, theme_manager().theme
        if result is None or not self.fits_function:
            return _Drawn()
        if self._drawn.labels is not result.labels or self._drawn.theme != theme.name:
            count = len(result.minima)
            colours = (*(look_of(self.number(label), theme).colour for label in range(count)), RESTING_COLOUR)
            labels = _for_picture(result.labels, count)
            if len(result.axes) == 2:
                basins = BasinMap(labels, _covered(result.axes[0]), _covered(result.axes[1]), colours)
                self._drawn = _Drawn(result.labels, count, theme.name, basins)
            else:
                strip = strip_of(result.axes[0], labels[0], colours, NEVER_SETTLES)
                self._drawn = _Drawn(result.labels, count, theme.name, None, strip)
        return self._drawn

    # For files

    def table(self) -> Table | None:
        rows = self.rows()
        if not rows or self.subject is None:
            return None
        names = self.variables
        cells = [
            (row.title, *(row.point or ("",) * len(names)), "" if row.value is None else row.value, row.share)
            for row in rows
        ]
        return Table("basins", "the basins of attraction", ("ends in", *names, "value", "share of starts"), cells)

    def settings(self) -> dict[str, Any]:
        return {"steps": self.steps}

    def restore(self, settings: dict[str, Any]) -> None:
        steps = settings.get("steps")
        if isinstance(steps, int) and 1 <= steps <= MOST_STEPS:
            self.set_steps(steps)


def _for_picture(labels: Any, count: int) -> Any:
    """The core's labels as the picture knows them: `count` stands for a rest that is no minimum."""
    shown = np.where(labels >= 0, labels, BLANK)
    shown[(labels == MOVING) | (labels == GONE)] = NEVER_SETTLES
    shown[labels == RESTING] = count
    return shown


def _covered(axis: Any) -> Range:
    """The starts stand in the middle of their cells."""
    half = 0.5 * float(axis[1] - axis[0])
    return float(axis[0]) - half, float(axis[-1]) + half
