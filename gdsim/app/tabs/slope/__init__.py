"""Slope: a secant that becomes a tangent, the derivative it traces, the algebra and rules behind it, and practice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gdsim.app.tabs import TabSpec

if TYPE_CHECKING:
    from gdsim.app.context import Context
    from gdsim.app.tabs.slope.tab import SlopeTab


def begin(context: Context) -> SlopeTab:
    """The tab, as the command line asks for it, with nothing in it yet."""
    from gdsim.app.tabs.slope.motion import motion_reduced
    from gdsim.app.tabs.slope.session import SlopeSession
    from gdsim.app.tabs.slope.tab import SlopeTab

    session = SlopeSession(context.ticker, reduced_motion=motion_reduced)
    try:
        session.apply(context.options)
    except ValueError as error:
        # What is meant for another tab is no mistake of the user's.
        context.notices.say(str(error), "bad" if context.options.tab == "slope" else "warning")
    return SlopeTab(context, session, whole=False)


TAB = TabSpec("slope", "Slope", 10, begin)
