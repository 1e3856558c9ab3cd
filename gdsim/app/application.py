"""Puts the parts together: the QApplication, the context, the window."""

from __future__ import annotations

import sys

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication

from gdsim import __version__
from gdsim.app.context import Context
from gdsim.app.crash import CrashReporter
from gdsim.app.files import FileProblem
from gdsim.app.icons import application_icon
from gdsim.app.main_window import MainWindow
from gdsim.app.options import Options
from gdsim.app.screenshot import take_screenshot
from gdsim.app.settings import Settings, settings_path
from gdsim.app.tabs import TABS
from gdsim.app.theme import MODES, theme_manager
from gdsim.app.ticker import Ticker


def start_qt() -> QApplication:
    """The QApplication, named so that its files go to gdsim's own folders."""
    QCoreApplication.setApplicationName("gdsim")
    QCoreApplication.setApplicationVersion(__version__)
    application = QApplication.instance() or QApplication(["gdsim"])
    application.setApplicationDisplayName("gdsim")
    application.setWindowIcon(application_icon())
    return application


def build_window(options: Options, settings: Settings) -> MainWindow:
    """The window as `options` and `settings` ask for it, not yet shown."""
    themes = theme_manager()
    remembered = settings.text("theme", "system")
    themes.set_mode(options.theme or (remembered if remembered in MODES else "system"))
    themes.set_large(settings.flag("large_type"))
    window = MainWindow(Context(Ticker(), themes, settings, options), TABS)
    if options.steps:
        window.tab.advance(options.steps)
    return window


def run_application(options: Options) -> int:
    """Show the window until it is closed, or take the screenshot; the process's exit code."""
    application = start_qt()
    if options.screenshot is not None:
        return _screenshot(options)
    window = build_window(options, Settings(settings_path()))
    sys.excepthook = CrashReporter(window)
    window.show()
    window.activateWindow()  # without a window manager nobody else would, and shortcuts would be dead
    return application.exec()


def _screenshot(options: Options) -> int:
    """A picture must not depend on what was shown last, so nothing remembered is read or written."""
    window = build_window(options, Settings())
    try:
        take_screenshot(window, options.screenshot)
    except FileProblem as problem:
        sys.stderr.write(f"gdsim: {problem}\n")
        return 1
    finally:
        window.close()
    return 0
