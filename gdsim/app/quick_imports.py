"""PySide6 reads the source of every module that is imported after it: a tenth of the start, and 10 MB that stay.

It looks for its own name, to know where the switches of its module `__feature__` count.  Nothing here uses them (they
give Qt's methods other names), so it is told that no module does.
"""

from __future__ import annotations

from contextlib import suppress
from types import ModuleType


def spare_sources() -> None:
    """Let PySide6 take its word for it.  Where a version of it does this in another way nothing changes."""
    import shiboken6  # noqa: F401  (brings shibokensupport)

    with suppress(ImportError):
        from shibokensupport import feature

        feature._mod_uses_pyside = _uses_no_switches


def _uses_no_switches(module: ModuleType) -> bool:
    return False
