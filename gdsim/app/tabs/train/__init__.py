"""Train: a small network learns before your eyes, and regularization changes what it makes of its data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gdsim.app.tabs import TabSpec

if TYPE_CHECKING:
    from gdsim.app.context import Context
    from gdsim.app.tabs.train.tab import TrainTab


def begin(context: Context) -> TrainTab:
    """The tab, as the command line asks for it, with nothing in it yet."""
    from gdsim.app.tabs.train.session import TrainSession
    from gdsim.app.tabs.train.tab import TrainTab

    session = TrainSession(context.ticker)
    try:
        session.apply(context.options)
    except ValueError as error:
        context.notices.say(str(error), "bad")
    return TrainTab(context, session, whole=False)


TAB = TabSpec("train", "Train", 40, begin)
