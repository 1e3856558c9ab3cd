"""The basin map: where each start of the visible part ends, for the run's optimizer at its rate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject

from gdsim.app.pictures import Table
from gdsim.app.plots.colour_maps import PATTERNS, Area
from gdsim.app.plots.surface_image import NEVER_SETTLES, BasinMap
from gdsim.app.plots.surface_image import UNKNOWN as BLANK
from gdsim.app.plots.surface_tracks import Marks
from gdsim.app.ranges import Range
from gdsim.app.tabs.descend.session import DescendSession
from gdsim.app.tabs.descend.studies.looks import (
    MOVING_COLOUR,
    MOVING_PATTERN,
    RESTING_COLOUR,
    UNDEFINED_COLOUR,
    UNDEFINED_PATTERN,
    Look,
    look_of,
)
from gdsim.app.tabs.descend.studies.minima import minima_numbers
from gdsim.app.tabs.descend.studies.strip import BasinStrip, strip_of
from gdsim.app.tabs.descend.studies.study import FUNCTION, Conditions, Study, StudyOverlay
from gdsim.app.theme import theme_manager
from gdsim.app.ticker import Ticker
from gdsim.app.widgets.figures import format_number
from gdsim.core.basins import (
    GONE,
    MOVING,
    RESTING,
    UNDEFINED,
    BasinPicture,
    LabelRow,
    basin_map,
    label_rows,
    where_from,
)
from gdsim.core.objective import Domain
from gdsim.core.run.border import border_of

MOST_STEPS = 100_000
SIZE = 256
MOST_MARKERS = 24
MORE = 5  # times as many steps, when more are asked for


_MARGIN = 0.04  # share of what is seen by which a map reaches beyond it, to each side
_OPACITY, _OLD = 0.72, 0.3  # of the colours of a map of now, and of one made for other settings
_NUDGE = 0.036  # shares of the map's extent by which what is seen may change before it is another part


@dataclass(frozen=True, eq=False)
class _Drawn:
    """What has been made for drawing, and of what: as long as that stays, so does the drawing."""

    labels: object = None
    minima: int = 0
    theme: str = ""
    basins: BasinMap | None = None
    strip: BasinStrip | None = None
    looks: tuple[Look, ...] = ()
    running: bool = False
    note: str = ""


class BasinStudy(Study):
    """`result` is a BasinPicture."""

    table_title = "the table of the basin map"
    result: BasinPicture | None

    def __init__(
        self, session: DescendSession, ticker: Ticker, size: int = SIZE, parent: QObject | None = None
    ) -> None:
        self.size = size
        self.steps = 300
        self._visible: Domain | None = None
        self._drawn = _Drawn()
        self._asked: Domain | None = None
        self.seen: Domain | None = None
        """The part of the result's map that was seen when it was begun, without its margin."""
        super().__init__(session, ticker, parent)

    @property
    def domain(self) -> Domain:
        """What the next map will cover: the visible part with a margin if it was told, else the experiment's domain."""
        seen, domain = self._visible, self.session.experiment.domain
        if seen is None or len(seen) != len(domain):
            return domain
        # A little more than is seen, so that a slightly larger window shows no edge.
        return tuple((low - _MARGIN * (high - low), high + _MARGIN * (high - low)) for low, high in seen)

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

    def more_steps(self) -> None:
        """Draw the map again, with several times the steps."""
        self.set_steps(min(MORE * self.steps, MOST_STEPS))
        self.start()

    @property
    def moving(self) -> float:
        """The share of the starts seen that are still moving."""
        return 0.0 if self.result is None else self.result.share(MOVING, self.seen)

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
        seen, domain = self._visible, self.session.experiment.domain
        self._asked = domain if seen is None or len(seen) != len(domain) else seen
        return basin_map(self.session.objective, self.session.optimizer, self.domain, self.size, self.steps)

    # For the picture

    def _progressed(self, result: Any) -> None:
        self.seen = self._asked
        super()._progressed(result)

    @property
    def seen_axes(self) -> tuple[NDArray[np.float64], ...]:
        """The coordinates of the starts that are seen, of columns and rows."""
        assert self.result is not None
        axes = self.result.axes
        if self.seen is None:
            return axes
        return tuple(axis[(axis >= low) & (axis <= high)] for axis, (low, high) in zip(axes, self.seen, strict=True))

    @property
    def has_border(self) -> bool:
        """Whether the function has places without a value that a run would not jump over; a map looks at none."""
        return self.subject is not None and border_of(self.subject[0]) is not None

    @property
    def made_with(self) -> str:
        """What an outdated map was made for, in few words for the picture; empty while it is right where it is."""
        different = [name for name in self.differences if name != "domain"]
        if not different:
            return ""
        rate, steps = self._made_for["learning rate"], self._made_for["steps"]
        known = {
            "optimizer": self._made_for["optimizer"].title,
            "learning rate": f"rate {format_number(rate, trim=True)}",
            "steps": f"{steps} steps",
        }
        return f"old map, made for {', '.join(known.get(name, name) for name in different)}"

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
        if self.crowded:
            points = np.array([minimum.point for minimum in self.result.minima])
            names = tuple(self.name(label) for label in range(len(points)))
            return (Marks(points, "text", "disc", 3.0, badges=names),)
        marks = []
        for label, minimum in enumerate(self.result.minima):
            look = look_of(self.number(label), theme)
            badges = (self.name(label),)
            marks.append(Marks(np.array([minimum.point]), look.colour, look.marker, 5.0, badges=badges))
        return tuple(marks)

    @property
    def crowded(self) -> bool:
        """Whether there are so many minima that they have a dot and a number, but no marker of their own."""
        return self.result is not None and len(self.result.minima) > MOST_MARKERS

    def number(self, label: int) -> int:
        """The number by which the minimum with this label has its look, here and among many starts."""
        assert self.result is not None
        assert self.subject is not None
        point, domain = self.result.minima[label].point, self.subject[1]
        return minima_numbers(self.session).number(self._made_for[FUNCTION], point, domain)

    def name(self, label: int) -> str:
        """The number as it is written beside the minimum and in the legends."""
        return str(self.number(label) + 1)

    def look(self, label: int) -> Look:
        """How the minimum with this label and its basin are drawn."""
        looks = self._drawing().looks
        return looks[label] if label < len(looks) else look_of(self.number(label), theme_manager().theme)

    def _legend(self, looks: tuple[Look, ...]) -> tuple[Area, ...]:
        """What the picture shows, by number."""
        assert self.result is not None
        labels = self.result.labels
        sizes = np.bincount(labels[labels >= 0], minlength=len(self.result.minima))
        areas = [
            Area(self.name(label), looks[label].colour, looks[label].pattern)
            for label in sorted(range(len(sizes)), key=self.number)
            if sizes[label]
        ]
        if (labels == RESTING).any():
            areas.append(Area("level", RESTING_COLOUR))
        if (labels == MOVING).any():
            areas.append(Area("moving", MOVING_COLOUR, MOVING_PATTERN))
        if (labels == UNDEFINED).any():
            areas.append(Area("no value", UNDEFINED_COLOUR, UNDEFINED_PATTERN))
        if (labels == GONE).any():
            areas.append(Area("gone"))
        return tuple(areas)

    def rows(self) -> tuple[LabelRow, ...]:
        """The legend: the minima by falling share, then what else became of starts."""
        if self.result is None or self.subject is None:
            return ()
        return label_rows(self.result, self.subject[0], self.seen)

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
        note = self.made_with
        made_for = (self._drawn.labels, self._drawn.theme, self._drawn.running, self._drawn.note)
        if made_for[0] is not result.labels or made_for[1:] != (theme.name, self.running, note):
            count = len(result.minima)
            looks = tuple(look_of(self.number(label), theme) for label in range(count))
            if count > len(theme.classes) and not self.running:
                looks = _told_apart(looks, result.labels)
            colours = (*(look.colour for look in looks), RESTING_COLOUR, MOVING_COLOUR, UNDEFINED_COLOUR)
            patterns = (*(look.pattern for look in looks), 0, MOVING_PATTERN, UNDEFINED_PATTERN)
            labels = _for_picture(result.labels, count)
            if len(result.axes) == 2:
                reach = (_covered(result.axes[0]), _covered(result.axes[1]))
                opacity = _OLD if note else _OPACITY
                basins = BasinMap(labels, *reach, colours, patterns, self._legend(looks), opacity, note)
                self._drawn = _Drawn(result.labels, count, theme.name, basins, None, looks, self.running, note)
            else:
                strip = strip_of(result.axes[0], labels[0], colours, NEVER_SETTLES, count + 1)
                self._drawn = _Drawn(result.labels, count, theme.name, None, strip, looks, self.running, note)
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
        return Table("basins", self.table_title, ("ends in", *names, "value", "share of starts"), cells)

    def settings(self) -> dict[str, Any]:
        return {"steps": self.steps}

    def restore(self, settings: dict[str, Any]) -> None:
        steps = settings.get("steps")
        if isinstance(steps, int) and 1 <= steps <= MOST_STEPS:
            self.set_steps(steps)


def _told_apart(looks: tuple[Look, ...], labels: NDArray[np.int32]) -> tuple[Look, ...]:
    """With another pattern where two neighbours on the map would look alike."""
    count, apart = len(looks), list(looks)
    sides = ((labels[:, :-1], labels[:, 1:]), (labels[:-1], labels[1:]))
    one, other = (np.concatenate([pair[side].ravel() for pair in sides]) for side in (0, 1))
    differ = (one != other) & (one >= 0) & (other >= 0)
    borders = np.unique(one[differ].astype(np.int64) * count + other[differ])
    neighbours: dict[int, set[int]] = {}
    for low, high in np.stack(np.divmod(borders, count), axis=1).tolist():
        neighbours.setdefault(low, set()).add(high)
        neighbours.setdefault(high, set()).add(low)
    for label, look in enumerate(apart):
        taken = {(apart[beside].colour, apart[beside].pattern) for beside in neighbours.get(label, ())}
        tried = ((look.pattern + more) % PATTERNS for more in range(PATTERNS))
        free = (pattern for pattern in tried if (look.colour, pattern) not in taken)
        apart[label] = replace(look, pattern=next(free, look.pattern))
    return tuple(apart)


def _for_picture(labels: Any, count: int) -> Any:
    """The core's labels as the picture knows them: from `count` on for a rest that is no minimum, for what is still
    moving, and for a way into a place without a value.
    """
    shown = np.where(labels >= 0, labels, BLANK)
    shown[labels == GONE] = NEVER_SETTLES
    for number, label in enumerate((RESTING, MOVING, UNDEFINED)):
        shown[labels == label] = count + number
    return shown


def _covered(axis: Any) -> Range:
    """The starts stand in the middle of their cells."""
    half = 0.5 * float(axis[1] - axis[0])
    return float(axis[0]) - half, float(axis[-1]) + half
