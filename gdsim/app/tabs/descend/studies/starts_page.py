"""The page of many starts: how many and from which seed, the minima found, and what may be said of the lowest."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QWidget

from gdsim.app.context import Context
from gdsim.app.tabs.descend.studies.looks import Look, look_of
from gdsim.app.tabs.descend.studies.page import SizedField, StudyPage, add_all, field_row, secondary
from gdsim.app.tabs.descend.studies.rows import Row, RowTable, percent
from gdsim.app.tabs.descend.studies.starts import MOST_STARTS, StartsStudy
from gdsim.app.tabs.descend.studies.swatch import DOT, Swatch
from gdsim.app.theme import theme_manager
from gdsim.app.widgets.buttons import TextButton
from gdsim.app.widgets.figures import format_number
from gdsim.app.widgets.fold_group import FoldGroup
from gdsim.core.basins import SETTLED_RULE
from gdsim.core.numerals import place_in_words

_ABOUT = "Random starts all over the domain: which minima does this optimizer find from them, and how low are they?"
_HEADINGS = (
    ("minimum at", "The place of the minimum"),
    ("value", "The value of the function there, the lowest first"),
    ("starts", "How many starts ended there, and their share"),
)
_MOST_ROWS = 12


class StartsPage(StudyPage):
    """Shows a StartsStudy."""

    study: StartsStudy

    def __init__(self, context: Context, study: StartsStudy, parent: QWidget | None = None) -> None:
        run = TextButton("Run all starts", "Draw the starts at random and follow each to its end")
        super().__init__(context, study, _ABOUT, run, parent)
        self._told: object = None
        self._look: tuple[object, ...] = ()
        self.count = SizedField(study.count, 1, MOST_STARTS, name="number of starts", whole=True)
        self.seed = SizedField(study.seed, 0, 2**32 - 1, name="seed", whole=True)
        self.sentence = QLabel(wordWrap=True)
        self.found = RowTable(_HEADINGS, name="Minima found")
        self.more = secondary("")
        self.rule = FoldGroup("What counts as settled", open=False)
        self.rule.add(secondary(SETTLED_RULE))
        add_all(
            self.settings,
            field_row("Number of starts", self.count, "Spread evenly at random over the domain."),
            field_row("Seed", self.seed, "The same seed draws the same starts."),
        )
        add_all(self.content, 4, self.sentence, self.found, self.more)
        self.layout().insertWidget(self.layout().count() - 1, self.rule)
        self.count.entered.connect(self._count_entered)
        self.seed.entered.connect(self._seed_entered)

    def show_settings(self) -> None:
        self.count.set_value(self.study.count)
        self.seed.set_value(self.study.seed)

    def show_result(self) -> None:
        study, themes = self.study, theme_manager()
        result = study.result
        assert result is not None
        look = (themes.theme.name, themes.scale)
        if result is self._told and look == self._look:
            return
        self._told, self._look = result, look
        self.sentence.setText(result.sentence)
        n = len(result.starts)
        rows = [
            Row(
                place_in_words(row.point, study.variables),
                (format_number(row.value), f"{row.count} · {percent(row.share)}"),
                Swatch(DOT, look_of(study.number(row), themes.theme)),
            )
            for row in result.rows[:_MOST_ROWS]
        ]
        astray = Swatch(DOT, Look("muted", (), "cross"))
        rows += [
            Row(words[:1].upper() + words[1:], ("", f"{count} · {percent(count / n)}"), astray if drawn else None)
            for words, count, drawn in study.others()
            if count
        ]
        self.found.synchronize(rows)
        left = result.rows[_MOST_ROWS:]
        self.more.setText(f"and {len(left)} more minima, from {sum(row.count for row in left)} starts")
        self.more.setVisible(bool(left))

    def waiting_text(self) -> str:
        return "The minima found, the lowest first, will be here. Press Run all starts."

    def _count_entered(self, count: float) -> None:
        self.study.set_count(int(count))

    def _seed_entered(self, seed: float) -> None:
        self.study.set_seed(int(seed))
