"""Descend: a loss surface, a ball that steps down it, and why each step goes where it goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gdsim.app.tabs import TabSpec

if TYPE_CHECKING:
    from gdsim.app.context import Context
    from gdsim.app.tabs.descend.tab import DescendTab


def begin(context: Context) -> DescendTab:
    """The tab, as the command line asks for it, with nothing in it yet."""
    from gdsim.app.tabs.descend.session import DescendSession
    from gdsim.app.tabs.descend.tab import DescendTab

    session = DescendSession(context.ticker, context.options.seed or 0)
    try:
        session.apply(context.options)
    except ValueError as error:
        context.notices.say(str(error), "bad")
    return DescendTab(context, session, whole=False)


TAB = TabSpec("descend", "Descend", 20, begin)
