"""What the charts of a page offer on a right click: the whole of it, copying, and saving as picture or as numbers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from gdsim.app.actions import Action
from gdsim.app.context import Context
from gdsim.app.pictures import Picture, Table
from gdsim.app.plots.math_plot import MathPlot
from gdsim.app.saving import copy_picture, save_picture, save_table
from gdsim.app.tabs.train.studies.page import StudyPage


class ChartFiles:
    """For the pictures of a page, by their names."""

    def __init__(self, context: Context, page: StudyPage) -> None:
        self._context, self._page = context, page

    def offer(
        self, plot: MathPlot, fit: Callable[[], None], name: str, table: Callable[[], Table | None]
    ) -> None:  # fmt: skip
        """Give a chart its menu; `table` is what its numbers are saved from."""
        plot.set_menu((
            Action("Fit", "", fit, "View"),
            Action("Copy picture", "", partial(self._copy, name), "File"),
            Action("Save picture…", "", partial(self._save, name), "File"),
            Action("Save the numbers…", "", partial(self._save_numbers, table), "File"),
        ))  # fmt: skip

    def _copy(self, name: str) -> None:
        copy_picture(self._picture(name), self._context)

    def _save(self, name: str) -> None:
        save_picture(self._picture(name), self._context, self._page)

    def _picture(self, name: str) -> Picture:
        return next(picture for picture in self._page.pictures() if picture.name == name)

    def _save_numbers(self, table: Callable[[], Table | None]) -> None:
        found = table()
        if found is not None:
            save_table(found, self._context, self._page)
