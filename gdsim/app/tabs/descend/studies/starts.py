"""Many seeded random starts at once: the minima they find, how often, and how low."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from PySide6.QtCore import QObject

from gdsim.app.pictures import Table
from gdsim.app.plots.surface_tracks import Marks
from gdsim.app.tabs.descend.session import DescendSession
from gdsim.app.tabs.descend.studies.looks import look_of
from gdsim.app.tabs.descend.studies.minima import minima_numbers
from gdsim.app.tabs.descend.studies.study import FUNCTION, Conditions, Study, StudyOverlay
from gdsim.app.theme import theme_manager
from gdsim.app.ticker import Ticker
from gdsim.core.basins import MOVING, RESTING
from gdsim.core.many_starts import FoundMinimum, ManyStarts, many_starts

MOST_STARTS = 10_000
_LAST_SEED = 2**32 - 1
_SAME_VALUE = 1e-6  # relative to max(1, |value|)


class StartsStudy(Study):
    """`result` is a ManyStarts."""

    table_title = "the minima found"
    result: ManyStarts | None

    def __init__(self, session: DescendSession, ticker: Ticker, parent: QObject | None = None) -> None:
        self.count = 30
        self.seed = 0
        self.steps = 1000
        super().__init__(session, ticker, parent)

    def set_count(self, count: int) -> None:
        self.count = count
        self.settings_changed()

    def set_seed(self, seed: int) -> None:
        self.seed = seed
        self.settings_changed()

    def conditions(self) -> Conditions:
        experiment, optimizer = self.session.experiment, self.session.optimizer
        return {
            FUNCTION: experiment.formula,
            "optimizer": replace(optimizer, lr=1.0),
            "learning rate": optimizer.lr,
            "domain": experiment.domain,
            "number of starts": self.count,
            "seed": self.seed,
        }

    def work(self) -> Iterator[ManyStarts]:
        session = self.session
        return many_starts(
            session.objective, session.optimizer, np.random.default_rng(self.seed), self.count,
            self.domain, self.steps, session.surface,
        )  # fmt: skip

    def overlay(self) -> StudyOverlay:
        return StudyOverlay(marks=self.marks(), note=self.note)

    def marks(self) -> tuple[Marks, ...]:
        """On a surface of two variables: the starts faintly, then the ends, those in one minimum alike."""
        result, theme = self.result, theme_manager().theme
        if result is None or not self.fits_function or self.session.objective.dim != 2:
            return ()
        marks = [Marks(result.starts, "muted", "disc", 2.0, "", 0.55)]
        astray = result.ends[(result.labels == MOVING) | (result.labels == RESTING)]
        if len(astray):
            marks.append(Marks(astray, "muted", "cross", 4.0))
        numbered = [(row, look_of(self.number(row), theme)) for row in result.rows]
        for row, look in reversed(numbered):  # the lowest last: they are drawn over the others, and larger
            ends, lowest = result.ends[result.labels == row.label], self.is_lowest(row)
            label = "lowest found" if lowest else ""
            marks.append(Marks(ends, look.colour, look.marker, 7.0 if lowest else 4.5, label))
        return tuple(marks)

    def is_lowest(self, row: FoundMinimum) -> bool:
        """Whether no minimum that was found is lower, but for rounding."""
        best = self.result.rows[0].value if self.result is not None else row.value
        return row.value <= best + _SAME_VALUE * max(1.0, abs(best))

    def number(self, row: FoundMinimum) -> int:
        """The number by which this minimum has its look, here and in the basin map."""
        return minima_numbers(self.session).number(self._made_for[FUNCTION], row.point, self._made_for["domain"])

    def table(self) -> Table | None:
        """The minima found and what else became of starts."""
        result = self.result
        if result is None:
            return None
        blank = ("",) * len(self.variables)
        rows: list[tuple[float | int | str, ...]] = [
            ("minimum", *row.point, row.value, row.count, row.share) for row in result.rows
        ]
        n = len(result.starts)
        rows += [(words, *blank, "", count, count / n) for words, count, _ in self.others() if count]
        return Table("starts", self.table_title, ("ended in", *self.variables, "value", "starts", "share"), rows)

    def start_table(self) -> Table | None:
        """Every start and where it ended."""
        result = self.result
        if result is None:
            return None
        rows = [
            (*start.tolist(), *end.tolist(), int(label))
            for start, end, label in zip(result.starts, result.ends, result.labels, strict=True)
        ]
        header = (*(f"start {name}" for name in self.variables), *(f"end {name}" for name in self.variables), "label")
        return Table("starts-all", "all starts and ends", header, rows)

    def others(self) -> tuple[tuple[str, int, bool], ...]:
        """What became of starts that ended in no minimum, of how many, and whether their ends are drawn."""
        result = self.result
        if result is None:
            return ()
        return (
            (f"not settled after {self.steps} steps (still moving)", result.moving, True),
            ("gone: diverged, or left for good", result.gone, False),
            ("no value or no slope", result.undefined, False),
            ("rests, but in no minimum", result.resting, True),
        )

    def settings(self) -> dict[str, Any]:
        return {"count": self.count, "seed": self.seed}

    def restore(self, settings: dict[str, Any]) -> None:
        count, seed = settings.get("count"), settings.get("seed")
        if isinstance(count, int) and 1 <= count <= MOST_STARTS:
            self.count = count
        if isinstance(seed, int) and 0 <= seed <= _LAST_SEED:
            self.seed = seed
        self.settings_changed()
