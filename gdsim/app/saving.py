"""Asks where to save a picture or a table, saves it, and says so in passing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from gdsim.app.context import Context
from gdsim.app.files import FileProblem
from gdsim.app.pictures import PICTURE_FILTER, TABLE_FILTER, Picture, Table

FOLDER = "folder"


def ask_path(parent: QWidget, title: str, suggestion: Path, filters: str) -> Path | None:
    """The system's own save dialog; None when the user gives up.  A name without an ending gets the filter's."""
    name, chosen = QFileDialog.getSaveFileName(parent, title, str(suggestion), filters)
    if not name:
        return None
    path = Path(name)
    return path if path.suffix else path.with_name(path.name + chosen[chosen.find("*") + 1 : chosen.find(")")])


def save_picture(picture: Picture, context: Context, parent: QWidget) -> None:
    """File > Save picture, for the window and for a plot's own menu."""
    if _is_nothing(picture, context):
        return
    path = ask_path(parent, f"Save {picture.title}", folder(context) / f"{picture.name}.png", PICTURE_FILTER)
    _save(picture.save, path, context)


def save_table(table: Table, context: Context, parent: QWidget) -> None:
    """File > Save data."""
    path = ask_path(parent, f"Save {table.title}", folder(context) / f"{table.name}.csv", TABLE_FILTER)
    _save(table.save, path, context)


def copy_picture(picture: Picture, context: Context) -> None:
    """The picture in the clipboard, at twice the resolution of the screen."""
    if _is_nothing(picture, context):
        return
    QGuiApplication.clipboard().setImage(picture.image())
    context.notices.say(f"Copied {picture.title} to the clipboard.")


def _is_nothing(picture: Picture, context: Context) -> bool:
    """Whether it has no room in the window, which is then said."""
    if picture.size.isEmpty():
        context.notices.say(f"There is no room for {picture.title} now: make the window or its part larger.", "warning")
    return picture.size.isEmpty()


def folder(context: Context) -> Path:
    """Where the user saved last, or the system's folder for documents."""
    remembered = Path(context.settings.text(FOLDER))
    if context.settings.text(FOLDER) and remembered.is_dir():
        return remembered
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))


def _save(save: Callable[[Path], Path], path: Path | None, context: Context) -> None:
    if path is None:
        return
    try:
        with context.record.writing(path):
            saved = save(path)
    except FileProblem as problem:
        context.notices.say(str(problem), "bad")
        return
    context.settings.set(FOLDER, str(saved.absolute().parent))
    context.notices.say(f"Saved to {saved.absolute()}")
