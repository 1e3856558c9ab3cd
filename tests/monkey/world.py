"""The real main window with a clock of its own, temporary files, and dialogs that answer by themselves."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QTimer, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QWidget

from gdsim.app.context import Context
from gdsim.app.main_window import MainWindow
from gdsim.app.settings import Settings
from gdsim.app.tabs import TABS
from gdsim.app.theme import theme_manager
from gdsim.app.ticker import FRAME, Ticker
from tests.monkey.clock import VirtualClock
from tests.monkey.tables import write_tables

NEVER = 2_000_000_000  # ms


class World(QObject):
    """Frames pass only when `frames` says so: the ticker's own timer never fires."""

    def __init__(self, folder: Path, clock: VirtualClock, took: list[float] | None = None) -> None:
        """`took` gets the seconds of work that each frame takes."""
        super().__init__()
        self.folder, self.clock, self._took = folder, clock, took
        self.answer = ""
        """What the next file dialog answers: a name in the folder, or nothing for Cancel."""
        self.shown_pages: list[str] = []
        write_tables(folder)
        self.ticker: Ticker
        self.window: MainWindow
        self.open()

    def open(self) -> None:
        """Start gdsim."""
        settings = Settings(self.folder / "settings.json")
        themes = theme_manager()
        themes.set_mode(settings.text("theme", "light"))
        themes.set_large(settings.flag("large_type"))
        self.ticker = Ticker(self.clock)
        self.ticker.findChild(QTimer).setInterval(NEVER)
        self.window = MainWindow(Context(self.ticker, themes, settings), TABS)
        self.window.show()
        self.window.activateWindow()
        self.settle()

    def close(self) -> None:
        """Quit gdsim."""
        self.window.close()
        self.window.deleteLater()
        self.settle()

    def frames(self, count: int) -> None:
        """Let so many frames pass, as long as anything moves."""
        for _ in range(count):
            if not self.ticker.active:
                break
            self.clock.advance(FRAME)
            begun = time.thread_time()
            self.ticker.tick()
            self.settle()
            if self._took is not None:
                self._took.append(time.thread_time() - begun)

    def settle(self) -> None:
        """Let Qt paint, and delete what is to be deleted."""
        application = QApplication.instance()
        application.processEvents()
        application.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    @property
    def scope(self) -> QWidget:
        """What takes events now: a popup, a modal dialog, or the window."""
        return QApplication.activePopupWidget() or QApplication.activeModalWidget() or self.window

    @Slot(QUrl)
    def open_page(self, url: QUrl) -> None:
        """A link would open the browser."""
        self.shown_pages.append(url.toString())

    @contextmanager
    def without_blocking(self) -> Iterator[None]:
        """Everything that would wait for somebody is answered, until the end of the `with`."""
        before: list[tuple[type, str, Callable[..., object]]] = []
        replacements = (
            (QFileDialog, "getSaveFileName", self._file_name),
            (QFileDialog, "getOpenFileName", self._file_name),
            (QMessageBox, "question", self._question),
        )
        for owner, name, replacement in replacements:
            before.append((owner, name, getattr(owner, name)))
            setattr(owner, name, staticmethod(replacement))
        for scheme in ("http", "https", "file"):
            QDesktopServices.setUrlHandler(scheme, self, "open_page")
        distance = QApplication.startDragDistance()
        QApplication.setStartDragDistance(100_000)  # dragging selected text would wait for a drop
        rate = pg.getConfigOption("mouseRateLimit")
        pg.setConfigOption("mouseRateLimit", -1)  # else pyqtgraph drops moves by the clock on the wall
        flash = QApplication.cursorFlashTime()
        QApplication.setCursorFlashTime(0)
        try:
            yield
        finally:
            QApplication.setCursorFlashTime(flash)
            pg.setConfigOption("mouseRateLimit", rate)
            QApplication.setStartDragDistance(distance)
            for scheme in ("http", "https", "file"):
                QDesktopServices.unsetUrlHandler(scheme)
            for owner, name, original in before:
                setattr(owner, name, original)

    def _file_name(self, *_: object, **__: object) -> tuple[str, str]:
        return (str(self.folder / self.answer), "Tables (*.csv)") if self.answer else ("", "")

    def _question(self, *_: object, **__: object) -> QMessageBox.StandardButton:
        return QMessageBox.StandardButton.Reset if self.answer else QMessageBox.StandardButton.Cancel
