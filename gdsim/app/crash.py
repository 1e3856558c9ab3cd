"""When gdsim itself makes a mistake: one calm window with details to copy, and the program stays usable."""

from __future__ import annotations

import sys
import traceback
from types import TracebackType

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from gdsim.app.self_test import versions
from gdsim.app.widgets.buttons import TextButton

_SENTENCE = (
    "Something went wrong inside gdsim. You can go on working; if the picture looks wrong, press Reset. "
    "Please send the details below to whoever gave you gdsim."
)


class CrashReporter:
    """Set as `sys.excepthook`; a second error while the window is open is added to it."""

    def __init__(self, parent: QWidget) -> None:
        self._parent = parent
        self._dialog: CrashDialog | None = None

    def __call__(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QGuiApplication.quit()
            return
        text = "".join(traceback.format_exception(kind, error, trace))
        sys.stderr.write(text)
        if self._dialog is None:
            self._dialog = CrashDialog(self._parent)
            self._dialog.finished.connect(self._closed)
            self._dialog.show()
        self._dialog.add(text)

    def _closed(self, _result: int) -> None:
        self._dialog = None


class CrashDialog(QDialog):
    """Not modal: the window behind it goes on working."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("gdsim: an error")
        sentence = QLabel(_SENTENCE, wordWrap=True)
        header = "\n".join(f"{name}: {version}" for name, version in versions().items())
        self.details = QPlainTextEdit(header + "\n\n", readOnly=True)
        self.details.setAccessibleName("Details of the error")
        self.copy_button = TextButton("Copy details")
        self.close_button = TextButton("Go on", primary=True)
        self.copy_button.clicked.connect(self.copy)
        self.close_button.clicked.connect(self.close)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.copy_button)
        buttons.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.addWidget(sentence)
        layout.addWidget(self.details, 1)
        layout.addLayout(buttons)
        self.resize(640, 400)

    def add(self, text: str) -> None:
        if self.details.document().characterCount() < 20_000:
            self.details.appendPlainText(text)

    def copy(self) -> None:
        QGuiApplication.clipboard().setText(self.details.toPlainText())
