"""A race of any optimizers from where the ball is, at the rates that are set or each at the best of one sweep."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from enum import StrEnum
from typing import Any

import numpy as np
from PySide6.QtCore import QObject

from gdsim.app.pictures import Table
from gdsim.app.plots.series_picture import Series, SeriesPicture
from gdsim.app.plots.surface_tracks import Track
from gdsim.app.tabs.descend.experiment import optimizer_after
from gdsim.app.tabs.descend.session import DescendSession
from gdsim.app.tabs.descend.studies.looks import racer_look, racer_name
from gdsim.app.tabs.descend.studies.study import FUNCTION, Conditions, Study, StudyOverlay
from gdsim.app.theme import theme_manager
from gdsim.app.ticker import Ticker
from gdsim.core.numerals import in_words
from gdsim.core.optimizers import OPTIMIZERS, Optimizer
from gdsim.core.race import TOLERANCE, RaceResult, race

USUAL = ("gd", "momentum", "rmsprop", "adam")
"""Who races unless the user says otherwise, together with the optimizer of the run."""
MOST_GRADIENTS = 20_000
LEAST_LEFT, MOST_LEFT = 1e-8, 50.0  # per cent of the way down that may be left for a racer to have arrived
_LOWEST_RATE, _HIGHEST_RATE = 1e-6, 1e3


class Origin(StrEnum):
    """Where a racer's learning rate comes from."""

    PANEL = "panel"
    TYPED = "typed"
    OWN = "own"
    """It makes step lengths itself and has a rate of its own."""
    USUAL = "usual"
    """The panel's optimizer makes step lengths itself: its rate suits no other."""


_ORIGINS = {
    Origin.TYPED: "as typed here",
    Origin.OWN: "at a default of its own, as it makes step lengths itself",
    Origin.USUAL: "at the rate that is usual for this function, as the panel's optimizer makes step lengths itself",
}


class RaceStudy(Study):
    """`result` is a RaceResult."""

    table_title = "the results of the race"
    result: RaceResult | None

    def __init__(self, session: DescendSession, ticker: Ticker, parent: QObject | None = None) -> None:
        self._wanted: dict[str, bool] = {}
        self._rates: dict[str, float] = {}
        self._tracks: tuple[object, tuple[Track, ...]] = (None, ())
        self.budget = 200
        self.tuned = False
        self.tolerance = TOLERANCE
        super().__init__(session, ticker, parent)

    # Who races, and how

    @property
    def racing(self) -> tuple[str, ...]:
        """The keys of those who take part."""
        usual = {*USUAL, self.session.optimizer.key}
        return tuple(key for key in OPTIMIZERS if self._wanted.get(key, key in usual))

    def set_racing(self, key: str, on: bool) -> None:
        self._wanted[key] = on
        self.settings_changed()

    def entrant(self, key: str) -> Optimizer:
        """With its rate: the run's optimizer as it is set; others take over the run's rate or have their own."""
        own = self.session.optimizer
        entrant = own if own.key == key else optimizer_after(own, key, self.session.surface)
        return replace(entrant, lr=self._rates[key]) if key in self._rates else entrant

    def set_rate(self, key: str, rate: float) -> None:
        """A rate of its own, instead of the run's."""
        self._rates[key] = rate
        self.settings_changed()

    @property
    def has_own_rates(self) -> bool:
        """Whether any rate was set here."""
        return bool(self._rates)

    @property
    def all_at_panel_rate(self) -> bool:
        """Whether everybody who takes part races at the rate of the panel."""
        return all(self.rate_origin(key) is Origin.PANEL for key in self.racing)

    def use_panel_rate(self) -> None:
        """The panel's rate for all, also for those that usually have a rate of their own."""
        self._rates.clear()
        rate = self.session.optimizer.lr
        self._rates.update({key: rate for key in OPTIMIZERS if self.entrant(key).lr != rate})
        self.settings_changed()

    def rate_origin(self, key: str) -> Origin:
        """Where the rate of an optimizer comes from."""
        rate = self.entrant(key).lr
        if rate == self.session.optimizer.lr:
            return Origin.PANEL
        if key in self._rates:
            return Origin.TYPED
        return Origin.OWN if rate == OPTIMIZERS[key]().lr else Origin.USUAL

    @property
    def rates_in_words(self) -> str:
        """Where the rates of those who take part come from, as a sentence about the panel's learning rate."""
        if self.tuned:
            return "The rates are found by the sweep; those set here do not count."
        rate = in_words(self.session.optimizer.lr)
        by_origin: dict[Origin, list[str]] = {}
        for key in self.racing:
            by_origin.setdefault(self.rate_origin(key), []).append(key)
        others = [f"{_listed(keys)} {_ORIGINS[origin]}" for origin, keys in by_origin.items() if origin in _ORIGINS]
        if not others:
            return f"All race at the panel's learning rate, η = {rate}." if self.racing else ""
        first = (
            f"The panel's learning rate is η = {rate}"
            if Origin.PANEL not in by_origin
            else (f"{_listed(by_origin[Origin.PANEL])} at the panel's learning rate, η = {rate}")
        )
        return "; ".join((first, *others)) + "."

    @property
    def summary(self) -> str:
        """Who races and how, in a line."""
        count = len(self.racing)
        rates = (
            "rates tuned by one sweep" if self.tuned
            else f"all at the panel's rate {in_words(self.session.optimizer.lr)}" if self.all_at_panel_rate
            else "each at the rate in the table"
        )  # fmt: skip
        return f"{count} optimizer{'' if count == 1 else 's'}, {self.budget} gradients each, {rates}."

    def forget_rates(self) -> None:
        """All rates follow the run again."""
        self._rates.clear()
        self.settings_changed()

    def set_budget(self, gradients: int) -> None:
        self.budget = gradients
        self.settings_changed()

    def set_tuned(self, tuned: bool) -> None:
        self.tuned = tuned
        self.settings_changed()

    def set_tolerance(self, share: float) -> None:
        """Which share of the way down may be left for a racer to have arrived."""
        self.tolerance = share
        self.settings_changed()

    # The study

    def conditions(self) -> Conditions:
        session = self.session
        entrants = [self.entrant(key) for key in self.racing]
        return {
            FUNCTION: session.experiment.formula,
            "start": _point(session.step.point),
            "optimizers": tuple(replace(entrant, lr=1.0) for entrant in entrants),
            "learning rates": () if self.tuned else tuple((entrant.key, entrant.lr) for entrant in entrants),
            "gradients for each": self.budget,
            "tuning": self.tuned,
            "what counts as arrived": self.tolerance,
        }

    def same(self, name: str, made_for: Any, now: Any) -> bool:
        # A ball that has walked on from the race's start belongs to the race as well.
        return bool(made_for == now) or (name == "start" and made_for == _point(self.session.experiment.start))

    def work(self) -> Iterator[RaceResult]:
        session = self.session
        entrants = [self.entrant(key) for key in self.racing]
        minimum = session.surface.minimum if session.surface is not None else None
        start = np.array(session.step.point, dtype=float)
        return race(session.objective, entrants, start, self.budget, self.tuned, minimum, self.tolerance)

    def overlay(self) -> StudyOverlay:
        return StudyOverlay(tracks=self.tracks(), note=self.note)

    def tracks(self) -> tuple[Track, ...]:
        """The paths of all racers on a surface of two variables."""
        result, theme = self.result, theme_manager().theme
        if result is None or not self.fits_function or self.session.objective.dim != 2:
            return ()
        made_of = (tuple(racer.run for racer in result.racers), theme.name)
        if self._tracks[0] != made_of:
            tracks = []
            for racer in result.racers:
                look = racer_look(racer.key, theme)
                points = np.array([step.point for step in racer.run.steps], dtype=float)
                tracks.append(Track(points, look.colour, racer_name(racer.key), look.dashes, look.marker))
            self._tracks = (made_of, tuple(tracks))
        return self._tracks[1]

    @property
    def floor(self) -> float:
        """The surface's lowest value, NaN where nobody knows it."""
        surface = self.session.surface if self.fits_function else None
        return surface.minimum if surface is not None and surface.minimum is not None else math.nan

    def losses(self) -> SeriesPicture:
        """Loss against step, for a chart."""
        theme, result = theme_manager().theme, self.result
        series = []
        for racer in result.racers if result is not None else ():
            look = racer_look(racer.key, theme)
            steps = np.arange(len(racer.losses), dtype=float)
            series.append(Series(steps, racer.losses, look.colour, racer_name(racer.key), look.dashes, look.marker))
        level = math.nan if result is None or result.level is None else result.level
        return SeriesPicture(
            tuple(series), "step", "loss", level=level, level_label="arrived", floor=self.floor, whole_x=True
        )

    def sweeps(self) -> SeriesPicture:
        """Final loss against learning rate, the chosen rates marked."""
        theme, result = theme_manager().theme, self.result
        series = []
        for sweep in result.sweeps if result is not None else ():
            look = racer_look(sweep.key, theme)
            rates, finals = np.array(sweep.rates), np.array(sweep.finals)
            chosen = () if sweep.best is None else (sweep.rates.index(sweep.best),)
            series.append(Series(rates, finals, look.colour, racer_name(sweep.key), look.dashes, look.marker, chosen))
        return SeriesPicture(tuple(series), "learning rate η", "final loss", floor=self.floor)

    # For files

    def table(self) -> Table | None:
        if self.result is None or not self.result.racers:
            return None
        rows = self.result.rows()
        filled = [tuple("" if value is None else value for value in row.values()) for row in rows]
        return Table("race", self.table_title, tuple(rows[0]), filled)

    def loss_table(self) -> Table | None:
        """Loss by step, a column for each optimizer; empty after a run's end."""
        if self.result is None or not self.result.racers:
            return None
        racers = self.result.racers
        longest = max(len(racer.losses) for racer in racers)
        rows = [
            (step, *(float(racer.losses[step]) if step < len(racer.losses) else "" for racer in racers))
            for step in range(longest)
        ]
        return Table("race-losses", "the losses of the race", ("step", *(racer.title for racer in racers)), rows)

    def sweep_table(self) -> Table | None:
        """Final loss by rate, a column for each optimizer."""
        if self.result is None or not self.result.sweeps:
            return None
        sweeps = self.result.sweeps
        rows = [(rate, *(sweep.finals[row] for sweep in sweeps)) for row, rate in enumerate(sweeps[0].rates)]
        header = ("learning rate", *(OPTIMIZERS[sweep.key].title for sweep in sweeps))
        return Table("race-sweep", "the sweep of learning rates", header, rows)

    def settings(self) -> dict[str, Any]:
        return {
            "racing": dict(self._wanted), "rates": dict(self._rates), "budget": self.budget, "tuned": self.tuned,
            "tolerance": self.tolerance,
        }  # fmt: skip

    def restore(self, settings: dict[str, Any]) -> None:
        wanted, rates, budget = settings.get("racing"), settings.get("rates"), settings.get("budget")
        if isinstance(wanted, dict):
            self._wanted = {key: on is True for key, on in wanted.items() if key in OPTIMIZERS}
        if isinstance(rates, dict):
            self._rates = {
                key: float(rate)
                for key, rate in rates.items()
                if key in OPTIMIZERS and isinstance(rate, int | float) and _LOWEST_RATE <= rate <= _HIGHEST_RATE
            }
        if isinstance(budget, int) and 1 <= budget <= MOST_GRADIENTS:
            self.budget = budget
        self.tuned = settings.get("tuned") is True
        tolerance = settings.get("tolerance")
        if isinstance(tolerance, float) and LEAST_LEFT <= 100.0 * tolerance <= MOST_LEFT:
            self.tolerance = tolerance
        self.settings_changed()


def _listed(keys: list[str]) -> str:
    names = [racer_name(key) for key in keys]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _point(point: Any) -> tuple[float, ...]:
    return tuple(float(part) for part in point)
