"""The page of sweeps: one knob over a row of values, and the losses, sizes of weights and fits that come of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from PySide6.QtWidgets import QLabel

from gdsim.app.context import Context
from gdsim.app.pictures import Picture
from gdsim.app.plots.small_multiples import Tile
from gdsim.app.plots.sweep_picture import SweepLine, SweepPicture, number_words
from gdsim.app.plots.sweep_plot import SweepPlot
from gdsim.app.plots.text import count
from gdsim.app.tabs.train.session import TrainSession
from gdsim.app.tabs.train.studies.fan_fits import FitsPanel
from gdsim.app.tabs.train.studies.fan_page import FanPage, heading, in_a_row, number_field, whole_field
from gdsim.app.tabs.train.studies.sweep import MOST_SEEDS, SweepStudy, Swept
from gdsim.app.tabs.train.studies.sweep_knobs import FEWEST_VALUES, KNOBS, MOST_VALUES, value_now
from gdsim.app.widgets.buttons import TextButton
from gdsim.app.widgets.figures import format_number
from gdsim.app.widgets.number_field import NumberField
from gdsim.app.widgets.registry_combo import RegistryCombo
from gdsim.app.widgets.rows import FieldRow, say, secondary, titled

_ABOUT = "The same training at a row of values of one knob, from several seeds each."
_EMPTY = "A fit for each value will stand here, from the lowest to the highest. Press Train all."
_LARGEST = 1e9


class SweepPage(FanPage):
    """Shows a SweepStudy."""

    study: SweepStudy

    def __init__(self, context: Context, session: TrainSession) -> None:
        fits = FitsPanel(context, "A fit for each value", _EMPTY)
        super().__init__(context, SweepStudy(session, context.ticker), _ABOUT, "Train all", fits)
        study = self.study
        self.knob = RegistryCombo(KNOBS, study.entry.knob.value, name="Knob")
        self.low = number_field(study.grid.low, 0.0, _LARGEST, "lowest value", "The grid begins here.")
        self.high = number_field(study.grid.high, 0.0, _LARGEST, "highest value", "The grid ends here.")
        self.count = whole_field(study.grid.count, FEWEST_VALUES, MOST_VALUES, "number of values", "In the grid.")
        self.seeds = whole_field(study.seeds, 1, MOST_SEEDS, "number of seeds", "Networks trained at each value.")
        self.grid_words = secondary()
        self.losses = SweepPlot(context.themes)
        self.norms = SweepPlot(context.themes)
        self.norms.setAccessibleName("Size of the weights against the value")
        self.chosen = QLabel(wordWrap=True)
        self.load_button = TextButton("Load this fit", "Train the run as the network was whose fit is chosen")
        self.use_button = TextButton("Use this value")
        self.use_words = secondary()
        self._shown_knob = ""
        self.add_settings(
            titled("Knob", self.knob), FieldRow("Lowest value", self.low), FieldRow("Highest value", self.high),
            FieldRow("Values", self.count), self.grid_words, FieldRow("Seeds each", self.seeds),
        )  # fmt: skip
        self.add_all(
            self.losses, self.chosen, in_a_row(self.load_button, self.use_button), self.use_words,
            heading("Size of the weights"), self.norms,
        )  # fmt: skip
        self.knob.chosen.connect(study.set_knob)
        for field in (self.low, self.high, self.count):
            field.entered.connect(self._grid_entered)
        self.seeds.entered.connect(self._seeds_entered)
        for plot in (self.losses, self.norms):
            plot.picked.connect(study.choose)
            plot.pointed.connect(self._pointed)
        fits.picked.connect(study.choose)
        fits.pointed.connect(self._pointed)
        self.load_button.clicked.connect(self._load)
        self.use_button.clicked.connect(self._use)
        self.prepare_chart(self.losses, 230, self._losses_picture)
        self.prepare_chart(self.norms, 150, self._norms_picture)

    def show_settings(self) -> None:
        study, entry, grid = self.study, self.study.entry, self.study.grid
        if self.knob.key() != entry.knob.value:
            self.knob.set_key(entry.knob.value)
        if self._shown_knob != entry.knob.value:
            self._shown_knob = entry.knob.value
            for field in (self.low, self.high):
                field.revert()
        for field, value in ((self.low, grid.low), (self.high, grid.high), (self.count, grid.count)):
            field.set_value(value)
        self.seeds.set_value(study.seeds)
        spaced = "by equal factors" if entry.log else "by equal steps"
        say(self.grid_words, f"Spaced {spaced}{', and 0: none at all' if entry.none else ''}.")

    def summary(self) -> str:
        study = self.study
        words = study.entry.knob.words
        return f"{words[0].upper()}{words[1:]}: {study.grid.count} values, {count(study.seeds, 'seed')}"

    def drawings(self) -> Sequence[Callable[[], object]]:
        return self._draw_charts, self._draw_tiles

    def _draw_charts(self) -> None:
        study, result = self.study, self.study.result
        found, entry = result.sweep, study.made_of
        means = [("training", found.losses, "disc", ()), ("validation", found.validation_losses, "square", (6.0, 4.0))]
        lines = tuple(
            SweepLine(name, name, found.mean(table), found.spread(table), table, dashes, marker,
                      found.best if (name == "validation") == result.held_out else None)
            for name, table, marker, dashes in means if name == "training" or result.held_out
        )  # fmt: skip
        picture = SweepPicture(
            np.array(found.values), lines, entry.title, "loss", entry.log, entry.whole or not entry.log, study.chosen,
            lowest_label=f"lowest at {number_words(found.values[found.best])}" if study.complete else "",
        )  # fmt: skip
        self.losses.set_picture(picture)
        norms = SweepLine("", "text", found.mean(found.weight_norms), found.spread(found.weight_norms),
                          found.weight_norms)  # fmt: skip
        self.norms.set_picture(replace(picture, lines=(norms,), y_title="√Σw²", lowest_label=""))
        self.losses.setAccessibleName(f"Training and validation loss against {entry.title}")

    def _draw_tiles(self) -> None:
        study, result = self.study, self.study.result
        tiles = [self._tile(result, place) for place in range(len(result.sweep.values))]
        self.picture.show_tiles(study.scene, tiles, self._heading(result))

    def show_marks(self) -> None:
        study, session = self.study, self.study.session
        place, entry = study.chosen, study.made_of
        now = value_now(entry.knob, session.experiment, session.setting)
        for plot in (self.losses, self.norms):
            if not _same(plot.picture.now, now):
                plot.set_picture(replace(plot.picture, now=now))
            plot.set_chosen(place)
        self.picture.tiles.set_chosen(place, in_sight=True)
        self._pointed(-1)
        settled = not study.running and place is not None
        self.load_button.setEnabled(settled and study.result.shown[place] >= 0)
        self.use_button.setEnabled(settled and study.can_use)
        say(
            self.use_words,
            "Use this value: from the next step, without a reset."
            if entry.live
            else "Use this value: a new run, since it makes another network or other data.",
        )
        self.use_button.setToolTip(f"Set {entry.knob.words} of the run to the value that is chosen")

    def pictures(self) -> Sequence[Picture]:
        if not self.has_result():
            return ()
        fits = self.picture.saved_picture("sweep-fits", "the fits of the sweep")
        return self._losses_picture(), self._norms_picture(), fits

    # How it is done

    def _tile(self, result: Swept, place: int) -> Tile:
        found = result.sweep
        mean = float(found.mean(result.compared)[place])
        gone = bool(found.diverged[place].all())
        role = "diverged" if gone else "best" if place == found.best and self.study.complete else ""
        number = format_number(mean, 3) if math.isfinite(mean) else "–"
        return Tile(number_words(found.values[place]), number, role, result.fits[place], self.study.words_of(place))

    def _heading(self, result: Swept) -> str:
        word = "validation" if result.held_out else "training"
        which = "the median of its seeds" if len(result.sweep.seeds) > 1 else "its seed"
        behind = ", drawn in turn, so some steps behind" if self.study.running else ""
        return f"{self.study.made_of.title} and mean {word} loss; each fit is that of {which}{behind}"

    def _pointed(self, place: int) -> None:
        """The numbers of the value under the pointer, else of the one that is chosen."""
        study = self.study
        if not self.has_result():
            return
        shown = place if 0 <= place < len(study.result.sweep.values) else study.chosen
        text = "" if shown is None else study.words_of(shown)
        say(self.chosen, text[:1].upper() + text[1:])
        self.losses.setAccessibleDescription(text)

    def _grid_entered(self, _: float) -> None:
        entry, grid = self.study.entry, self.study.grid
        fields: tuple[NumberField, ...] = (self.low, self.high)
        for field in fields:
            if not entry.least <= field.value() <= entry.most:
                field.say(f"{entry.title} lies between {number_words(entry.least)} and {number_words(entry.most)}.")
                return
        low, high = (field.value() for field in fields)
        if not low < high:
            self.high.say("The highest value has to be above the lowest.")
            return
        self.study.set_grid(replace(grid, low=low, high=high, count=int(self.count.value())))

    def _seeds_entered(self, seeds: float) -> None:
        self.study.set_seeds(int(seeds))

    def _load(self) -> None:
        if self.study.chosen is not None:
            self.study.load(self.study.chosen)

    def _use(self) -> None:
        if self.study.chosen is not None:
            self.study.use(self.study.chosen)

    def _losses_picture(self) -> Picture:
        return self.picture_of("sweep-losses", "the losses of the sweep", self.losses)

    def _norms_picture(self) -> Picture:
        return self.picture_of("sweep-weights", "the size of the weights in the sweep", self.norms)


def _same(one: float, other: float) -> bool:
    return one == other or (math.isnan(one) and math.isnan(other))
