"""Two things that importing Qt does for nothing are left out: a quarter of the start, and 14 MB that stay.

PySide6 reads the source of every module that is imported after it, for its own name: it wants to know where the
switches of its module `__feature__` count.  Nothing here uses them (they give Qt's methods other names), so it is told
that no module does.

pyqtgraph copies every name of Qt into modules of its own, and so PySide6 makes all its thousand classes and enums.
Here each of these modules asks for a name when somebody does.
"""

from __future__ import annotations

import importlib
import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FunctionType, ModuleType

_NAME = "_mod_uses_pyside"
_COPIED = ("QtCore", "QtGui", "QtWidgets")
_MISSING = object()


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


def spare_names() -> None:
    """Import pyqtgraph with modules that look names up in place of those that it would fill with copies.

    What it finds by `dir` it copies, so Qt's modules name nothing as long as it is imported.
    """
    if "pyqtgraph" in sys.modules:
        return
    sources = [importlib.import_module(f"PySide6.{name}") for name in _COPIED]
    for source in sources:
        mirror = ModuleType(f"pyqtgraph.Qt.{source.__name__.rpartition('.')[2]}")
        vars(mirror)["__getattr__"] = _looked_up(source, mirror)
        sys.modules[mirror.__name__] = mirror
    with _unnamed(sources):
        importlib.import_module("pyqtgraph")


def _looked_up(source: ModuleType, mirror: ModuleType) -> Callable[[str], object]:
    def look_up(name: str) -> object:
        found = getattr(source, name)
        setattr(mirror, name, found)  # the next time it is there
        return found

    return look_up


@contextmanager
def _unnamed(modules: list[ModuleType]) -> Iterator[None]:
    """Meanwhile `dir` finds nothing in them."""
    before = [vars(module).get("__dir__", _MISSING) for module in modules]
    for module in modules:
        vars(module)["__dir__"] = list
    try:
        yield
    finally:
        for module, was in zip(modules, before, strict=True):
            if was is _MISSING:
                del vars(module)["__dir__"]
            else:
                vars(module)["__dir__"] = was
