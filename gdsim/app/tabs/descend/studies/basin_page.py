"""The page of the basin map: how long to wait, the legend with its shares, and the rule that decides."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from gdsim.app.context import Context
from gdsim.app.tabs.descend.studies.basins import MORE, MOST_STEPS, BasinStudy
from gdsim.app.tabs.descend.studies.looks import (
    MOVING_COLOUR,
    MOVING_PATTERN,
    RESTING_COLOUR,
    UNDEFINED_COLOUR,
    UNDEFINED_PATTERN,
    Look,
)
from gdsim.app.tabs.descend.studies.page import SizedField, StudyPage, add_all, field_row, secondary
from gdsim.app.tabs.descend.studies.rows import Row, RowTable, percent
from gdsim.app.tabs.descend.studies.swatch import HATCHED, PATCH, Swatch
from gdsim.app.theme import theme_manager
from gdsim.app.widgets.buttons import TextButton
from gdsim.app.widgets.figures import format_number
from gdsim.app.widgets.fold_group import FoldGroup
from gdsim.core.basins import GONE, MOVING, RESTING, SETTLED_RULE, UNDEFINED, LabelRow
from gdsim.core.numerals import place_in_words

_ABOUT = "Where does each start end? Colours what is seen by the minimum that this optimizer reaches at this rate."
_HEADINGS = (
    ("ends at", "What becomes of a start: the minimum it settles in, or none"),
    ("value", "The value of the function at the minimum"),
    ("starts", "The share of the starts of the grid that are seen"),
)
_MOST_ROWS = 12


class BasinPage(StudyPage):
    """Shows a BasinStudy."""

    study: BasinStudy

    def __init__(self, context: Context, study: BasinStudy, parent: QWidget | None = None) -> None:
        run = TextButton("Draw map", "Follow a grid of starts over what is seen, coarsely first, then finer")
        super().__init__(context, study, _ABOUT, run, parent)
        self.again_text = "Draw again"
        self.more_steps = TextButton("More steps", f"Draw the map again with {MORE} times the steps")
        self._labels: object = None
        self._look: tuple[object, ...] = ()
        self._stride = 0
        self.steps = SizedField(study.steps, 1, MOST_STEPS, name="steps", whole=True)
        self.legend = RowTable(_HEADINGS, name="Legend of the basin map")
        self.found = secondary("")
        self.more = secondary("")
        self.covered = secondary("")
        self.hint = secondary("Hover over the picture to read where a start goes; click to put the ball there.")
        self.rule = FoldGroup("What counts as settled", open=False)
        self.rule.add(secondary(SETTLED_RULE))
        add_all(
            self.settings,
            field_row("Steps from each start", self.steps, "A start that has not settled by then is still moving."),
        )
        add_all(self.content, 4, self.found, self.legend, self.more)
        self.content.addWidget(self.more_steps, 0, Qt.AlignmentFlag.AlignLeft)
        add_all(self.content, self.covered, self.hint)
        self.layout().insertWidget(self.layout().count() - 1, self.rule)
        self.steps.entered.connect(self._steps_entered)
        self.more_steps.clicked.connect(study.more_steps)

    def show_settings(self) -> None:
        self.steps.set_value(self.study.steps)

    def show_result(self) -> None:
        study, themes = self.study, theme_manager()
        assert study.result is not None
        labels, look = study.result.labels, (themes.theme.name, themes.scale, study.running)
        self.more_steps.setVisible(not study.running and study.moving > 0.0 and study.steps < MOST_STEPS)
        if look == self._look and (labels is self._labels or self._may_wait()):
            return
        self._labels, self._look, self._stride = labels, look, study.result.stride
        rows = study.rows()
        minima = [row for row in rows if row.label >= 0]
        others = [row for row in rows if row.label < 0]
        self.legend.synchronize([_legend_row(study, row) for row in (*minima[:_MOST_ROWS], *others)])
        self.found.setText(_found(len(minima)))
        left = minima[_MOST_ROWS:]
        self.more.setText(f"and {len(left)} more minima, with {percent(sum(row.share for row in left))} of the starts")
        self.more.setVisible(bool(left))
        axes = study.seen_axes
        grid = f"{' × '.join(str(axis.size) for axis in axes)} starts"
        ranges = [
            f"{name} from {format_number(axis[0], trim=True)} to {format_number(axis[-1], trim=True)}"
            for name, axis in zip(study.variables, axes, strict=True)
        ]
        self.hint.setVisible(len(study.result.axes) == 2)
        moving = study.moving > 0.0 and not study.running
        more = " With more steps, what is still moving may settle, or be gone." if moving else ""
        poles = " A step that jumps over a place without a value counts as a step here." if study.has_border else ""
        self.covered.setText(f"{grid}, {', '.join(ranges)}; {study.result.steps} steps each.{more}{poles}")

    def _may_wait(self) -> bool:
        """A long legend takes several milliseconds: while the map is refined it follows from level to level."""
        study = self.study
        assert study.result is not None
        return study.running and len(study.result.minima) > _MOST_ROWS and study.result.stride == self._stride

    def waiting_text(self) -> str:
        return "The minima, with the share of starts that end in each, will be here. Press Draw map."

    def _steps_entered(self, steps: float) -> None:
        self.study.set_steps(int(steps))


def _legend_row(study: BasinStudy, row: LabelRow) -> Row:
    if row.point is None:
        title = row.title[:1].upper() + row.title[1:]
    else:
        title = f"{study.name(row.label)}  {place_in_words(row.point, study.variables)}"
    value = "" if row.value is None else format_number(row.value)
    return Row(title, (value, percent(row.share)), _swatch(study, row.label))


def _found(count: int) -> str:
    """How many minima the map has."""
    if not count:
        return "No start has settled in a minimum."
    if count <= _MOST_ROWS:
        return f"{count} {'minimum' if count == 1 else 'minima'} reached, by share of the starts:"
    return f"{count} minima reached; the {_MOST_ROWS} that most starts end in:"


def _swatch(study: BasinStudy, label: int) -> Swatch:
    """The sample of what the picture shows for a label."""
    if label >= 0:
        look = study.look(label)
        return Swatch(PATCH, Look(look.colour, (), "" if study.crowded else look.marker, look.pattern))
    return _OTHERS.get(label, Swatch(PATCH, Look("", (), "")))


_OTHERS = {
    MOVING: Swatch(PATCH, Look(MOVING_COLOUR, (), "", MOVING_PATTERN)),
    GONE: Swatch(HATCHED, Look("muted", (), "")),
    RESTING: Swatch(PATCH, Look(RESTING_COLOUR, (), "")),
    UNDEFINED: Swatch(PATCH, Look(UNDEFINED_COLOUR, (), "", UNDEFINED_PATTERN)),
}
