"""Notices what went wrong: exceptions that reach Qt, warnings of Qt and of Python."""

from __future__ import annotations

import re
import sys
import traceback
import warnings
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

ALLOWED = {
    "Mouse event at": "QTest says so of a drag that goes on outside the window",
    "This plugin does not support": "the offscreen platform has no window manager to raise, size or grab for it",
    "Registering dynamic slot": "PySide6 says so of a bound method of a plain object, and then connects it correctly",
}
"""Beginnings of Qt's messages that are no mistake of gdsim's, and why."""


@dataclass(frozen=True)
class Problem:
    """`signature` is the same for the same mistake, so that a shorter script can be held against it."""

    kind: str
    signature: str
    text: str


class Watch:
    """Collects problems while it is installed; use it in a `with`."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def __enter__(self) -> Watch:
        self._hook, sys.excepthook = sys.excepthook, self.exception
        self._handler = qInstallMessageHandler(self._qt_message)
        self._filters = warnings.catch_warnings()
        self._filters.__enter__()
        warnings.simplefilter("always")
        warnings.showwarning = self._python_warning
        return self

    def __exit__(self, *_: object) -> None:
        self._filters.__exit__(None, None, None)
        qInstallMessageHandler(self._handler)
        sys.excepthook = self._hook

    def exception(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """An exception that nobody caught."""
        frames = traceback.extract_tb(trace)
        own = [frame for frame in frames if "gdsim" in frame.filename and "tests" not in frame.filename] or list(frames)
        place = f"{own[-1].filename.rpartition('gdsim/')[2]}:{own[-1].name}" if own else "?"
        text = "".join(traceback.format_exception(kind, error, trace))
        self.problems.append(Problem("exception", f"{kind.__name__} in {place}", text))

    def _qt_message(self, kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
        harmless = kind in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg)
        if not harmless and not any(message.startswith(words) for words in ALLOWED):
            where = "".join(traceback.format_stack(limit=12)[:-1])
            self.problems.append(Problem("Qt warning", _without_figures(message), f"{message}\n{where}"))

    def _python_warning(
        self, message: Warning | str, category: type[Warning], filename: str, lineno: int, *_: Any, **__: Any
    ) -> None:
        where = "".join(traceback.format_stack(limit=12)[:-1])
        signature = f"{category.__name__} in {filename.rpartition('/')[2]}: {_without_figures(str(message))}"
        self.problems.append(Problem("warning", signature, f"{filename}:{lineno}: {message}\n{where}"))


def _without_figures(text: str) -> str:
    return re.sub(r"0x[0-9a-f]+|\d+", "#", text)[:160]
