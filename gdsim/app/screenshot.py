"""`gdsim --screenshot FILE`: the window as the user would see it, without a screen if need be."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QEvent, QIODevice, Qt
from PySide6.QtWidgets import QApplication

from gdsim.app.files import FileProblem, save_bytes
from gdsim.app.main_window import MainWindow


def take_screenshot(window: MainWindow, path: Path) -> None:
    """Lay the window out without putting it on the screen, and save it as PNG.  Raises FileProblem."""
    if path.suffix.lower() not in ("", ".png"):
        raise FileProblem(f"A screenshot is saved as .png, not as {path.suffix}.")
    window.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    window.show()
    settle()
    window.context.ticker.finish()
    settle()
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    window.grab().save(buffer, "PNG")
    save_bytes(path if path.suffix else path.with_name(path.name + ".png"), data.data())


def settle() -> None:
    """Let all layouts and delayed updates happen; two rounds, for a layout may ask for another."""
    for _ in range(3):
        QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
        QApplication.processEvents()
