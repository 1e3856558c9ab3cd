"""Puts the parts together: the QApplication, the context, the window."""

from __future__ import annotations

import logging
from functools import partial

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication, QMessageBox

from gdsim import __version__
from gdsim.app.context import Context
from gdsim.app.crash import CrashReporter
from gdsim.app.endings import QtMessages, Signals
from gdsim.app.files import FileProblem
from gdsim.app.first_picture import FirstPicture
from gdsim.app.fonts import ensure_letters
from gdsim.app.icons import application_icon
from gdsim.app.journal import Journal, to_terminal
from gdsim.app.last_time import FAILED_STARTS, recovery_note
from gdsim.app.later import later
from gdsim.app.main_window import MainWindow
from gdsim.app.options import Options
from gdsim.app.resources import resources_folder
from gdsim.app.run_record import RunRecord, record_folder
from gdsim.app.screenshot import take_screenshot
from gdsim.app.settings import Settings, settings_path
from gdsim.app.tabs import TABS
from gdsim.app.theme import MODES, theme_manager
from gdsim.app.ticker import Ticker
from gdsim.app.widgets.formula_label import typesetter

KEEP_EVERY = 5.0
"""Seconds between two looks whether there is anything new to keep: at most so much is lost in a crash."""


def start_qt() -> QApplication:
    """The QApplication, named so that its files go to gdsim's own folders."""
    QCoreApplication.setApplicationName("gdsim")
    QCoreApplication.setApplicationVersion(__version__)
    application = QApplication.instance() or QApplication(["gdsim"])
    application.setApplicationDisplayName("gdsim")
    ensure_letters()
    application.setWindowIcon(application_icon())
    return application


def build_window(
    options: Options, settings: Settings, record: RunRecord | None = None, journal: Journal | None = None
) -> MainWindow:
    """The window as `options` and `settings` ask for it, not yet shown."""
    themes = theme_manager()
    remembered = settings.text("theme", "system")
    themes.set_mode(options.theme or (remembered if remembered in MODES else "system"))
    themes.set_large(settings.flag("large_type"))
    context = Context(Ticker(), themes, settings, options, record=record or RunRecord(), journal=journal or Journal())
    window = MainWindow(context, TABS)
    if options.steps:
        window.tab.advance(options.steps)
    return window


def run_application(options: Options) -> int:
    """Show the window until it is closed, or take the screenshot; the process's exit code."""
    try:
        resources_folder()
    except FileNotFoundError as error:
        return refuse(str(error))
    application = start_qt()
    if options.screenshot is not None:
        return _screenshot(options)
    record = RunRecord(record_folder())
    record.begin()
    record.watch_faults()
    journal = Journal(record.log_path)
    reporter = CrashReporter(journal=journal)
    reporter.install()
    messages = QtMessages(journal, screen_gone=record.end)
    journal.write(f"gdsim {__version__} started")
    for crash in record.crashes:
        journal.write(f"the last run did not end properly, it was {crash.phase}\n{crash.faults}", level=logging.ERROR)
    later.wait()
    typesetter.wait()
    themes = theme_manager(held=True)
    window = _first_window(options, record, journal, reporter)
    if window is None:
        _end(record, journal, reporter, messages)
        details = f" Details are in {journal.path}" if journal.path else ""
        return refuse(f"gdsim could not start: {reporter.newest}.{details}")
    themes.dress()
    FirstPicture(window, window.context.ticker)
    reporter.parent_window = window
    signals = Signals(application.closeAllWindows)  # with a dialog in front, closing the window would not do
    application.commitDataRequest.connect(partial(_logging_out, window, record))
    with reporter:
        window.show()
    window.activateWindow()  # without a window manager nobody else would, and shortcuts would be dead
    window.context.ticker.every(KEEP_EVERY, window.keep)
    record.started()
    code = application.exec()
    signals.stop()
    _end(record, journal, reporter, messages)
    return code


def _end(record: RunRecord, journal: Journal, reporter: CrashReporter, messages: QtMessages) -> None:
    """A proper end, though perhaps of a start that failed."""
    messages.stop()
    reporter.uninstall()
    journal.write("ended")
    journal.close()
    record.end()


def refuse(sentence: str) -> int:
    """Say why gdsim cannot start, also to those who started it from a menu; the exit code."""
    to_terminal(f"gdsim: {sentence}\n")
    application = QApplication.instance() or QApplication(["gdsim"])
    if application.platformName() not in ("offscreen", "minimal"):
        QMessageBox.critical(None, "gdsim", sentence)
    return 1


def _first_window(options: Options, record: RunRecord, journal: Journal, reporter: CrashReporter) -> MainWindow | None:
    """As it was left; without what the tabs showed, if it cannot be built with that, or without anything remembered,
    and with a note on a crash.

    None when it cannot be built at all.
    """
    settings = Settings(settings_path())
    notes = [settings.problem]
    if record.failed_starts >= FAILED_STARTS:
        again = record.failed_starts > FAILED_STARTS
        notes.append(settings.put_all_aside() if again else settings.put_tabs_aside())
    titles = {key: spec.title for key, spec in TABS.items()}
    with reporter:
        notes.append(recovery_note(record.crashes, settings, titles))
    window = None
    with reporter:
        window = build_window(options, settings, record, journal)
    for put_aside in (settings.put_tabs_aside, settings.put_all_aside):
        if window is None:
            notes.append(put_aside())
            with reporter:
                window = build_window(options, settings, record, journal)
    note = " ".join(filter(None, notes))
    if window is not None and note:
        journal.write(note, level=logging.WARNING)
        window.say(note, "warning", stays=True)
    return window


def _logging_out(window: MainWindow, record: RunRecord, _manager: object = None) -> None:
    """The desktop's session ends, and may end gdsim without a further word."""
    window.keep()
    record.leaving()


def _screenshot(options: Options) -> int:
    """A picture must not depend on what was shown last, so nothing remembered is read or written."""
    window = build_window(options, Settings())
    try:
        take_screenshot(window, options.screenshot)
    except FileProblem as problem:
        to_terminal(f"gdsim: {problem}\n")
        return 1
    finally:
        window.close()
    return 0
