"""Imports ahead what tabs, surfaces and studies need, so that the first look at one of them only makes its widgets.

One module at a time, those that it imports before it, and only while nothing moves: whoever plays or drags keeps every
frame.  A module that cannot be imported is left to the tab that needs it, which will say so.
"""

from __future__ import annotations

import importlib
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib.machinery import PathFinder
from pathlib import Path
from types import CodeType

from PySide6.QtCore import SIGNAL, QObject, Qt
from PySide6.QtGui import QGuiApplication

import gdsim
from gdsim.app.ticker import Ticker

_FOLDER = Path(gdsim.__file__).parent
_SHARE = 0.004  # seconds of a frame


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
    """Import the modules of all tabs, a module of gdsim at each pull, and tell its name."""
    seen: set[str] = {"gdsim"}
    passed_over: list[str] = []
    for file in sorted((_FOLDER / "app" / "tabs").rglob("*.py")):
        for name, package_begun in _in_turn(_name_of(file), seen, set()):
            if package_begun:
                passed_over.append(name)
            else:
                _import(name)
                yield name
    for name in passed_over:
        if name not in sys.modules:
            _import(name)
            yield name


def _in_turn(name: str, seen: set[str], begun: set[str]) -> Iterator[tuple[str, bool]]:
    """`name` after all that it imports, each with whether its package is `begun`.

    Such a module comes with its package, without which it cannot be imported, or else has to be imported afterwards.
    """
    code = None if name in seen or not name.startswith("gdsim.") else _code_of(name)
    if code is None:
        return
    package = name.rpartition(".")[0]
    if package not in begun:
        yield from _in_turn(package, seen, begun)
    if name in seen:
        return
    seen.add(name)
    for needed in code.co_names:  # among them those of what is imported at its top
        yield from _in_turn(needed, seen, begun | {name})
    yield name, package in begun


def _import(name: str) -> None:
    with suppress(ImportError):
        importlib.import_module(name)


def _code_of(name: str) -> CodeType | None:
    """The compiled module; None when there is no such module."""
    folder = _FOLDER.joinpath(*name.split(".")[1:-1])
    spec = PathFinder.find_spec(name, [str(folder)])
    return None if spec is None or spec.loader is None else spec.loader.get_code(name)  # type: ignore[attr-defined]


def _name_of(file: Path) -> str:
    parts = file.relative_to(_FOLDER.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
