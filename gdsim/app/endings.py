"""Ways to end that are no crash: a signal, a screen that goes away; and what Qt itself complains of, logged."""

from __future__ import annotations

import logging
import signal
import socket
from collections.abc import Callable

from PySide6.QtCore import QMessageLogContext, QObject, QSocketNotifier, QtMsgType, qInstallMessageHandler

from gdsim.app.journal import Journal, to_terminal

_LEVELS = {
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}
_SCREEN_GONE = ("connection broke", "X11 server died", "compositor died")


class Signals(QObject):
    """Calls `ask_to_end` when the system asks the process to end, as at a logout or by Ctrl+C in a terminal.

    Python acts on signals only while it runs; a socket that Qt watches wakes it.
    """

    def __init__(self, ask_to_end: Callable[[], object]) -> None:
        super().__init__()
        self._ask_to_end = ask_to_end
        self._ours, theirs = socket.socketpair()
        self._theirs = theirs
        for end in (self._ours, theirs):
            end.setblocking(False)
        self._before = {number: signal.signal(number, _noted) for number in _endings()}
        self._waking = signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)
        self._notifier = QSocketNotifier(self._ours.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._came)

    def stop(self) -> None:
        """Leave all as it was."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._waking)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._ours.close()
        self._theirs.close()

    def _came(self) -> None:
        if set(self._ours.recv(64)) & set(_endings()):
            self._ask_to_end()


def _endings() -> tuple[int, ...]:
    names = ("SIGTERM", "SIGINT", "SIGHUP", "SIGBREAK")
    return tuple(int(getattr(signal, name)) for name in names if hasattr(signal, name))


def _noted(_number: int, _frame: object) -> None:
    """What is to be done is done by the event loop."""


class QtMessages:
    """Writes Qt's complaints into the log and to the terminal; `screen_gone` is called before Qt ends the process."""

    def __init__(self, journal: Journal, screen_gone: Callable[[], object]) -> None:
        self._journal, self._screen_gone = journal, screen_gone
        self._before = qInstallMessageHandler(self)

    def stop(self) -> None:
        qInstallMessageHandler(self._before)

    def __call__(self, kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
        if kind in _LEVELS:
            self._journal.write(f"Qt: {text}", level=_LEVELS[kind])
        if any(words in text for words in _SCREEN_GONE):
            self._screen_gone()
        if kind != QtMsgType.QtDebugMsg:
            to_terminal(f"{text}\n")
