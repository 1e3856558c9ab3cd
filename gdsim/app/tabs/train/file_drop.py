"""A text file dropped onto a widget."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QWidget

from gdsim.app.file_names import path_of_url

_MOVES = (QEvent.Type.DragEnter, QEvent.Type.DragMove)


def install_drop(widget: QWidget, callback: Callable[[Path], object]) -> None:
    """From now on `callback(path)` is called for a file that is dropped onto `widget`."""
    widget.setAcceptDrops(True)
    widget.installEventFilter(_Drops(widget, callback))


class _Drops(QObject):
    def __init__(self, widget: QWidget, callback: Callable[[Path], object]) -> None:
        super().__init__(widget)
        self._callback = callback

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() not in (*_MOVES, QEvent.Type.Drop) or not isinstance(event, QDropEvent):
            return False
        path = dropped_file(event.mimeData())
        if path is None:
            return False
        event.setDropAction(Qt.DropAction.CopyAction)  # whoever offers to move a file might delete it
        event.accept()
        if event.type() == QEvent.Type.Drop:
            self._callback(path)
        return True


def dropped_file(mime: QMimeData) -> Path | None:
    """The file that is dragged, if it is one alone and on this machine."""
    urls = mime.urls()
    return path_of_url(urls[0]) if len(urls) == 1 and urls[0].isLocalFile() else None
