"""PySide6 reads the source of every module that is imported after it: a tenth of the start, and 10 MB that stay.

It looks for its own name, to know where the switches of its module `__feature__` count.  Nothing here uses them (they
give Qt's methods other names), so it is told that no module does.
"""

from __future__ import annotations

import inspect
from contextlib import suppress
from types import FunctionType, ModuleType

_NAME = "_mod_uses_pyside"


def spare_sources() -> None:
    """Let PySide6 take its word for it."""
    import shiboken6  # noqa: F401  (brings shibokensupport)

    with suppress(ImportError):
        from shibokensupport import feature

        answer_in_place(feature)


def answer_in_place(feature: ModuleType) -> None:
    """Replace the function that asks.  It is private: where a version has none, or another, nothing changes."""
    asks = getattr(feature, _NAME, None)
    if isinstance(asks, FunctionType) and str(inspect.signature(asks)) == "(module)":
        setattr(feature, _NAME, _uses_no_switches)


def _uses_no_switches(module: ModuleType) -> bool:
    return False
