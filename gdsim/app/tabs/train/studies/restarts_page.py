"""The page of many starts: the fan of their losses, where they end, and all their fits, each of which can be loaded."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from gdsim.app.context import Context
from gdsim.app.pictures import Picture
from gdsim.app.plots.fan_histogram import ends_picture
from gdsim.app.plots.fan_picture import FanPicture
from gdsim.app.plots.fan_plot import EndsPlot, FanPlot
from gdsim.app.plots.small_multiples import FRAMES, Tile
from gdsim.app.plots.text import count
from gdsim.app.tabs.train.session import TrainSession
from gdsim.app.tabs.train.studies.fan_fits import FitsPanel
from gdsim.app.tabs.train.studies.fan_page import FanPage, heading, in_a_row, whole_field
from gdsim.app.tabs.train.studies.restarts import FEWEST, LARGEST_SEED, MOST, Restarts, RestartsStudy
from gdsim.app.widgets.buttons import CheckBox
from gdsim.app.widgets.figures import format_number
from gdsim.app.widgets.rows import FieldRow, say, secondary, stack
from gdsim.app.widgets.slider import ValueSlider

_ABOUT = (
    "The same network on the same data from other start weights. It ends elsewhere each time: its loss has many low "
    "places, and which one training finds depends on the start."
)
_EMPTY = "The fits of all starts will stand here, the lowest loss first. Press Train all."
_SINGLE = (
    "Computed with 7 digits, in half the time or less. A click loads the very weights that are shown; trained again "
    "with all digits the same start can end elsewhere, since training is sensitive to rounding."
)
_HINT = "Point at a curve or a fit to see its numbers. Click a fit, or press Return on it, to load it into the run."


class RestartsPage(FanPage):
    """Shows a RestartsStudy."""

    study: RestartsStudy

    def __init__(self, context: Context, session: TrainSession) -> None:
        fits = FitsPanel(context, "Fits of all starts", _EMPTY)
        super().__init__(context, RestartsStudy(session, context.ticker), _ABOUT, "Train all", fits)
        self.count = whole_field(self.study.count, FEWEST, MOST, "number of starts", "How many networks are trained.")
        self.slider = ValueSlider(FEWEST, MOST, self.study.count, whole=True, name="Number of starts")
        self.first = whole_field(
            self.study.first, 0, LARGEST_SEED, "first seed", "Of the start weights; the others count on from it."
        )
        self.double = CheckBox(
            "Double precision", "Train all with the 16 digits of a network by itself; takes twice the time"
        )
        self.precision = secondary(_SINGLE)
        self.fan = FanPlot(context.themes)
        self.ends = EndsPlot(context.themes)
        self.validation = CheckBox("Validation", "Losses on validation points; else on training points", checked=True)
        self.log = CheckBox("Log axis", "Shows the losses by powers of ten", checked=True)
        self.pointed = secondary(_HINT)
        self._order: tuple[int, ...] = ()
        self.add_settings(
            stack(FieldRow("Starts", self.count), self.slider, spacing=0), FieldRow("First seed", self.first),
            self.double, self.precision,
        )  # fmt: skip
        self.add_all(
            in_a_row(heading("Losses"), self.validation, self.log, stretch=(1,)),
            self.fan, self.pointed, heading("Where they end"), self.ends,
        )  # fmt: skip
        self.ends.setAccessibleName("How many starts end at which training and validation loss")
        self.count.entered.connect(self._count_set)
        self.slider.moved.connect(self._count_set)
        self.first.entered.connect(self._first_set)
        self.double.toggled.connect(self.study.set_double)
        self.validation.toggled.connect(self._draw_fan)
        self.log.toggled.connect(self._draw_fan)
        self.fan.pointed.connect(self._point_at)
        fits.pointed.connect(self._tile_pointed)
        fits.picked.connect(self._tile_picked)
        self.prepare_chart(self.fan, 230, self._fan_picture)
        self.prepare_chart(self.ends, 150, self._ends_picture)

    def show_settings(self) -> None:
        study = self.study
        self.count.set_value(study.count)
        self.slider.set_value(study.count)
        self.first.set_value(study.first)
        self.double.setChecked(study.double)
        self.precision.setVisible(not study.double)
        self.validation.setVisible(study.result is None or study.result.fan.by_validation)

    def summary(self) -> str:
        study = self.study
        return f"{study.count} starts of {count(study.steps, 'step')}"

    def drawings(self) -> Sequence[Callable[[], object]]:
        return self._draw_fan, self._draw_tiles, self._draw_ends

    def _draw_ends(self) -> None:
        fan = self.study.result.fan
        self.ends.set_picture(ends_picture(fan.final_losses, fan.final_validation_losses))

    def _draw_tiles(self) -> None:
        study, result = self.study, self.study.result
        fan = result.fan
        self._order = tuple(range(len(fan.seeds))) if study.running else fan.ranking
        name = "validation" if fan.by_validation else "training"
        words = (
            f"{len(fan.seeds)} fits by seed, drawn in turn, each with its {name} loss when drawn: sorted at the end"
            if study.running
            else f"{len(fan.seeds)} fits, the lowest {name} loss first; click loads one"
        )
        newest = int(fan.trained.steps[-1])
        if not study.running and any(step < newest for step, _ in result.drawn):  # cancelled before all were drawn
            words = (
                f"{len(fan.seeds)} fits, some from before step {newest}, each with its {name} loss when drawn; "
                "click loads one"
            )
        self.picture.show_tiles(study.scene, [self._tile(result, row) for row in self._order], words)

    def show_marks(self) -> None:
        row = self.study.loaded()
        self.picture.tiles.set_chosen(self._order.index(row) if row in self._order else None)

    def pictures(self) -> Sequence[Picture]:
        if not self.has_result():
            return ()
        fits = self.picture.saved_picture("restarts-fits", "the fits of all starts")
        return self._fan_picture(), self._ends_picture(), fits

    # How it is done

    def _draw_fan(self) -> None:
        if not self.has_result():
            return
        result: Restarts = self.study.result
        fan, on_validation = result.fan, self.validation.isChecked() and result.fan.by_validation
        alive = int((fan.trained.diverged_at < 0).sum())
        strong = ((role, row) for role, row in zip(FRAMES, (fan.best, fan.median, fan.worst), strict=True))
        unique: dict[int, str] = {}
        for role, row in strong:
            unique.setdefault(row, role)
        name = "validation" if on_validation else "training"
        self.fan.set_picture(FanPicture(
            fan.trained.steps, fan.trained.validation_losses if on_validation else fan.trained.losses,
            tuple(f"seed {seed}" for seed in fan.seeds),
            tuple((role, row) for row, role in unique.items()) if alive else (),
            name, f"{name} loss", self.log.isChecked(),
        ))  # fmt: skip
        self.fan.setAccessibleName(f"{name.capitalize()} loss of each start against step")
        self.fan.setAccessibleDescription(self.study.sentence)
        self.ends.setAccessibleDescription(self.study.sentence)

    def _tile(self, result: Restarts, row: int) -> Tile:
        loss = result.drawn[row][1]
        number = format_number(loss, 3) if math.isfinite(loss) else "–"
        role = result.role(row)
        if self.study.running and role in FRAMES:
            role = ""  # told by the newest losses, which are not those of the fits that are drawn
        return Tile(f"seed {result.fan.seeds[row]}", number, role, result.fits[row], _words(result, row))

    def _point_at(self, row: int) -> None:
        """Show the numbers of one start, drawn over the others."""
        result = self.study.result
        if not self.has_result() or not 0 <= row < len(result.fan.seeds):
            say(self.pointed, _HINT)
            self.fan.set_lit(None)
            self.ends.set_mark((math.nan, math.nan))
            return
        say(self.pointed, _words(result, row))
        self.fan.set_lit(row)
        self.ends.set_mark((float(result.fan.final_losses[row]), float(result.fan.final_validation_losses[row])))

    def _tile_pointed(self, place: int) -> None:
        self._point_at(self._order[place] if 0 <= place < len(self._order) else -1)

    def _tile_picked(self, place: int) -> None:
        if 0 <= place < len(self._order):
            self.study.load(self._order[place])

    def _count_set(self, count: float) -> None:
        self.study.set_count(round(count))

    def _first_set(self, seed: float) -> None:
        self.study.set_first(int(seed))

    def _fan_picture(self) -> Picture:
        return self.picture_of("restarts-losses", "the losses of all starts", self.fan)

    def _ends_picture(self) -> Picture:
        return self.picture_of("restarts-ends", "where the starts end", self.ends)


def _words(result: Restarts, row: int) -> str:
    """One start with its losses."""
    fan = result.fan
    role = result.role(row)
    text = f"Seed {fan.seeds[row]}" + (f", the {role}" if role in FRAMES else "")
    gone = int(fan.trained.diverged_at[row])
    if gone >= 0:
        return f"{text}: diverged by step {gone}."
    parts = [f"training loss {format_number(float(fan.final_losses[row]))}"]
    if fan.by_validation:
        parts.append(f"validation loss {format_number(float(fan.final_validation_losses[row]))}")
    return f"{text}: {', '.join(parts)} after {int(fan.trained.steps[-1])} steps."
