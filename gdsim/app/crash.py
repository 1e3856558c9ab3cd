"""When gdsim itself makes a mistake: one calm window with details to copy, an entry in the log, and work goes on.

The same error sixty times a second is one error with a count.  What is to be shown waits until the event loop comes
round, for an error may have come in the middle of painting.
"""

from __future__ import annotations

import logging
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from gdsim.app.journal import Journal, to_terminal
from gdsim.app.theme import theme_manager
from gdsim.app.tracebacks import in_full, message
from gdsim.app.widgets.buttons import TextButton

_SENTENCE = (
    "Something went wrong inside gdsim. You can go on working, and save what you have; if the picture looks wrong, "
    "press Reset. Please send the details below to whoever gave you gdsim."
)
QUIET = 60.0
"""Seconds without an error after which it is shown again, though its window has been closed."""
_LONGEST = 20_000  # characters of details
_FRAMES = 6  # of a traceback, that tell one error from another


class CrashReporter(QObject):
    """Set as `sys.excepthook`; more errors while the window is open are added to it, the same ones counted.

    As a context manager it catches what goes wrong inside, says it, and goes on behind.
    """

    _news = Signal()

    def __init__(
        self,
        parent: QWidget | None = None,
        journal: Journal | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self.parent_window = parent
        """Above which the dialog is shown; it may come later than the reporter."""
        self.newest = ""
        """What the last error said."""
        self._journal = journal or Journal()
        self._clock = clock
        self._dialog: CrashDialog | None = None
        self._last: dict[object, float] = {}
        self._waiting: dict[object, _News] = {}
        self._news.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Hear of every error in slots, event handlers, `__del__`, and threads, of which gdsim itself has none."""
        sys.excepthook = self
        sys.unraisablehook = self._unraisable
        threading.excepthook = self._in_thread

    def uninstall(self) -> None:
        sys.excepthook, sys.unraisablehook = sys.__excepthook__, sys.__unraisablehook__
        threading.excepthook = threading.__excepthook__

    def __call__(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QGuiApplication.quit()
            return
        text = in_full(kind, error, trace)
        key = signature(kind, trace)
        self.newest = message(error) or kind.__name__
        _let_go(error)
        count = self._journal.write(text, key, level=logging.ERROR)
        if count == 1:
            to_terminal(text)
        now = self._clock()
        fresh = key not in self._last or now - self._last[key] >= QUIET
        self._last[key] = now
        if not self._waiting:
            self._news.emit()
        news = self._waiting.setdefault(key, _News(text))
        news.times += 1
        news.fresh = news.fresh or fresh

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if kind is None or error is None or not issubclass(kind, Exception):
            return False
        self(kind, error, trace)
        return True

    def _show(self) -> None:
        waiting, self._waiting = self._waiting, {}
        if self.parent_window is not None and not self.parent_window.isVisible():
            return  # it has been closed; a window opened now would keep the process alive
        for key, news in waiting.items():
            if self._dialog is None and news.fresh:
                self._dialog = CrashDialog(self.parent_window, str(self._journal.path or ""))
                self._dialog.finished.connect(self._closed)
            if self._dialog is not None:
                self._dialog.add(news.text, key, news.times)
        if self._dialog is not None:
            self._dialog.show_in_front()

    def _closed(self, _result: int) -> None:
        self._dialog = None

    def _unraisable(self, what: Any) -> None:
        error = what.exc_value if what.exc_value is not None else what.exc_type()
        self(what.exc_type, error, what.exc_traceback)

    def _in_thread(self, what: Any) -> None:
        """No window from here: widgets belong to the main thread."""
        text = in_full(what.exc_type, what.exc_value, what.exc_traceback)
        self._journal.write(text, level=logging.ERROR)
        to_terminal(text)


@dataclass
class _News:
    """Of one error, since the event loop last came round."""

    text: str
    times: int = 0
    fresh: bool = False


class CrashDialog(QDialog):
    """Not modal, so the window behind it goes on working; modal only above a modal dialog, or it would be dead."""

    def __init__(self, parent: QWidget | None, log: str = "") -> None:
        """`log` is where the details are kept, or empty."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("gdsim: an error")
        sentence = QLabel(_SENTENCE, wordWrap=True)
        self.where = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText, visible=bool(log))
        self.where.setProperty("role", "secondary")
        self.where.setText(f"The details are also kept on this computer, in {log}")
        self.where.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.count = QLabel()
        self.count.setProperty("role", "secondary")
        from gdsim.app.self_test import versions

        header = "\n".join(f"{name}: {version}" for name, version in versions().items())
        self.details = QPlainTextEdit(header + "\n", readOnly=True)
        self.details.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.details.setAccessibleName("Details of the error")
        self._counts: dict[object, int] = {}
        self.copy_button = TextButton("Copy details")
        self.close_button = TextButton("Go on", primary=True)
        self.copy_button.clicked.connect(self.copy)
        self.close_button.clicked.connect(self.close)
        buttons = QHBoxLayout()
        buttons.addWidget(self.count)
        buttons.addStretch(1)
        buttons.addWidget(self.copy_button)
        buttons.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        layout.addWidget(sentence)
        layout.addWidget(self.details, 1)
        layout.addWidget(self.where)
        layout.addLayout(buttons)
        themes = theme_manager()
        self.resize(QSize(themes.px(680), themes.px(440)).boundedTo(self.screen().availableSize() * 0.9))

    def show_in_front(self) -> None:
        """Also of a modal dialog, which would keep all clicks from it."""
        modal = QApplication.activeModalWidget()
        if modal is not None and modal is not self:
            self.hide()  # only what is not shown can become modal
            self.setWindowModality(Qt.WindowModality.ApplicationModal)
        if self.isHidden():
            self.show()
            self.activateWindow()

    def add(self, text: str, key: object, times: int) -> None:
        """Tell of an error that came so many times; those of the same `key` are one."""
        if key not in self._counts and self.details.document().characterCount() < _LONGEST:
            self.details.appendPlainText(text)
        self._counts[key] = self._counts.get(key, 0) + times
        total = sum(self._counts.values())
        kinds = f", {len(self._counts)} kinds of error" if len(self._counts) > 1 else ""
        self.count.setText(f"It happened {total:,} times{kinds}" if total > 1 else "")

    def copy(self) -> None:
        times = f"\n{self.count.text()}\n" if self.count.text() else ""
        QGuiApplication.clipboard().setText(self.details.toPlainText() + times)


def _let_go(error: BaseException | None) -> None:
    """Of all that the frames of a traceback hold: a painter that was left open in one would end the process."""
    seen = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        traceback.clear_frames(error.__traceback__)
        error = error.__cause__ if error.__cause__ is not None else error.__context__


def signature(kind: type[BaseException], trace: TracebackType | None) -> tuple[object, ...]:
    """What tells errors apart: their kind and where they were raised, not their words, in which numbers may change."""
    places: list[tuple[str, int]] = []
    while trace is not None:
        places.append((trace.tb_frame.f_code.co_filename, trace.tb_lineno))
        trace = trace.tb_next
    return (kind, *places[-_FRAMES:])
