"""The tabs: every module in this folder that has a `TAB` is one, listed in the order of a first course.

The modules themselves are light; what a tab draws with is imported when it is first shown.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from gdsim.app.pieces import make_all
from gdsim.core.registry import Registry

if TYPE_CHECKING:
    from gdsim.app.context import Context
    from gdsim.app.widgets.tab_frame import TabFrame


class TabSpec(NamedTuple):
    """`place` orders the tabs; `begin(context)` is called when one is first shown, and gives it with nothing in it."""

    key: str
    title: str
    place: int
    begin: Callable[[Context], TabFrame]

    def make(self, context: Context) -> TabFrame:
        """The whole tab at once."""
        tab = self.begin(context)
        make_all(tab.build())
        return tab


def _found_tabs() -> Registry[TabSpec]:
    modules = [importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]
    specs: list[TabSpec] = [module.TAB for module in modules]
    tabs: Registry[TabSpec] = Registry("tab")
    for spec in sorted(specs, key=lambda spec: spec.place):
        tabs.add(spec.key, spec)
    return tabs


TABS = _found_tabs()
