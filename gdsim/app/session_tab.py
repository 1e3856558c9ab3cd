"""What every tab has that shows one session: undo, the transport, and pictures that are copied and saved."""

from __future__ import annotations

from functools import partial
from typing import Any

from gdsim.app.actions import Action
from gdsim.app.context import Context
from gdsim.app.pictures import Picture
from gdsim.app.pieces import make_all
from gdsim.app.plots.math_plot import MathPlot
from gdsim.app.saving import copy_picture, save_picture
from gdsim.app.widgets.tab_frame import TabFrame


class SessionTab(TabFrame):
    """A session can `advance`, go `back`, `seek`, `reset`, `play`, `set_speed`, `undo` and `redo`."""

    def __init__(self, context: Context, session: Any, *, whole: bool = True) -> None:
        """Without `whole` there is nothing in it until `build` was run to its end."""
        super().__init__()
        self.context, self.session = context, session
        session.setParent(self)
        if whole:
            make_all(self.build())

    def advance(self, steps: int) -> None:
        self.session.advance(steps)

    def undo(self) -> None:
        self.session.undo()

    def redo(self) -> None:
        self.session.redo()

    def can_undo(self) -> bool:
        return self.session.can_undo

    def can_redo(self) -> bool:
        return self.session.can_redo

    def connect_transport(self) -> None:
        """What the bar asks for is done by the session."""
        session, transport = self.session, self.transport
        transport.reset_requested.connect(session.reset)
        transport.back_requested.connect(session.back)
        transport.play_requested.connect(session.play)
        transport.step_requested.connect(session.advance)
        transport.speed_changed.connect(session.set_speed)
        transport.seek_requested.connect(session.seek)

    def picture_of(self, name: str, title: str, plot: MathPlot) -> Picture:
        """A plot as it is seen, for a file or the clipboard."""
        return Picture(name, title, plot.viewport().size(), self.context.themes.theme.panel, plot.paint_into)

    def picture_entries(self, which: int) -> tuple[Action, ...]:
        """Of a plot's own menu: copy and save the `which`-th of `pictures()`."""
        return (
            Action("Copy picture", "", partial(self._copy, which), "File"),
            Action("Save picture…", "", partial(self._save, which), "File"),
        )

    def _copy(self, which: int) -> None:
        copy_picture(self.pictures()[which], self.context)

    def _save(self, which: int) -> None:
        save_picture(self.pictures()[which], self.context, self)
