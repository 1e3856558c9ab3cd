"""Backprop: a computation graph walked forward and back, with local × upstream on every edge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gdsim.app.tabs import TabSpec

if TYPE_CHECKING:
    from gdsim.app.context import Context
    from gdsim.app.tabs.backprop.tab import BackpropTab


def begin(context: Context) -> BackpropTab:
    """The tab, as the command line asks for it, with nothing in it yet."""
    from gdsim.app.tabs.backprop.session import BackpropSession
    from gdsim.app.tabs.backprop.tab import BackpropTab

    session = BackpropSession(context.ticker)
    try:
        session.apply(context.options)
    except ValueError as error:  # a formula meant for another tab may be none for this one
        if context.options.tab == TAB.key:
            context.notices.say(str(error), "bad")
    return BackpropTab(context, session, whole=False)


TAB = TabSpec("backprop", "Backprop", 30, begin)
