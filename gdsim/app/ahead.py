"""Imports ahead what tabs, surfaces and studies need, so that the first look at one of them only makes its widgets.

One module at a time, those that it imports before it, and only while nothing moves: whoever plays or drags keeps every
frame.  The modules of a package come before its own code, which would import them all at once.  A module that cannot be
imported is left to the tab that needs it, which will say so.
"""

from __future__ import annotations

import importlib
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import module_from_spec
from pathlib import Path
from types import CodeType

from PySide6.QtCore import SIGNAL, QObject, Qt
from PySide6.QtGui import QGuiApplication

import gdsim
from gdsim.app.ticker import Ticker

_FOLDER = Path(gdsim.__file__).parent
_SHARE = 0.004  # seconds of a frame
_OTHERS = ("numpy.ma", "numpy.random")  # which numpy imports when something first needs them


class Ahead(QObject):
    """Begins at once; `done` is called when everything is there."""

    def __init__(self, ticker: Ticker, done: Callable[[], object], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ticker, self._done = ticker, done
        self._imports = imports_in_turn()
        ticker.frame.connect(self._go_on)

    def _go_on(self, _elapsed: float) -> None:
        end = time.perf_counter() + _SHARE
        while not self._somebody_moves() and time.perf_counter() < end:
            if next(self._imports, None) is None:
                self._ticker.frame.disconnect(self._go_on)
                self._done()
                return

    def _somebody_moves(self) -> bool:
        others = self._ticker.receivers(SIGNAL("frame(double)")) > 1
        return others or self._ticker.working or QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton


def imports_in_turn() -> Iterator[str]:
    """Import the modules of all tabs, one at each pull, and tell its name."""
    for name in _OTHERS:
        importlib.import_module(name)
        yield name
    seen: set[str] = {"gdsim"}
    for file in sorted((_FOLDER / "app" / "tabs").rglob("*.py")):
        for name in _in_turn(_name_of(file), seen, set()):
            _import(name)
            yield name
    for name, module in list(sys.modules.items()):  # those that came before their package are in it, too
        package, _, last = name.rpartition(".")
        if name.startswith("gdsim.") and package in sys.modules:
            vars(sys.modules[package]).setdefault(last, module)


def _in_turn(name: str, seen: set[str], begun: set[str]) -> Iterator[str]:
    """`name` after all that it imports, but before its package if that is `begun`."""
    code = None if name in seen or not name.startswith("gdsim.") else _code_of(name)
    if code is None:
        return
    package = name.rpartition(".")[0]
    if package not in begun:
        yield from _in_turn(package, seen, begun)
    if name in seen:
        return
    seen.add(name)
    siblings = _siblings(name)
    for needed in code.co_names:  # among them those of what is imported at its top
        yield from _in_turn(siblings.get(needed, needed), seen, begun | {name})
    yield name


def _import(name: str) -> None:
    """One module alone: meanwhile a package that is not there yet stands round it in name only."""
    hollow = [package for package in _packages_of(name) if package not in sys.modules]
    for package in hollow:
        spec = _spec_of(package)
        if spec is not None:
            sys.modules[package] = module_from_spec(spec)
    try:
        with suppress(ImportError):
            importlib.import_module(name)
    finally:
        for package in hollow:
            sys.modules.pop(package, None)


def _packages_of(name: str) -> list[str]:
    """The outermost first."""
    parts = name.split(".")
    return [".".join(parts[:count]) for count in range(1, len(parts))]


def _code_of(name: str) -> CodeType | None:
    """The compiled module; None when there is no such module."""
    spec = _spec_of(name)
    return None if spec is None or spec.loader is None else spec.loader.get_code(name)  # type: ignore[attr-defined]


def _siblings(name: str) -> dict[str, str]:
    """The modules that this one may import by their last names, `from .sibling import ...`."""
    folder, package = _FOLDER.joinpath(*name.split(".")[1:]), name
    if not folder.is_dir():
        folder, package = folder.parent, name.rpartition(".")[0]
    return {file.stem: f"{package}.{file.stem}" for file in folder.glob("*.py") if file.stem != "__init__"}


def _spec_of(name: str) -> ModuleSpec | None:
    """Where the module is; importing nothing."""
    return PathFinder.find_spec(name, [str(_FOLDER.joinpath(*name.split(".")[1:-1]))])


def _name_of(file: Path) -> str:
    parts = file.relative_to(_FOLDER.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
