from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from gdsim.app.crash import CrashDialog, CrashReporter


def raised(message):
    try:
        raise ValueError(message)
    except ValueError:
        return sys.exc_info()


@pytest.fixture
def reporter(shown, capsys):
    window = shown(QWidget())
    return window, CrashReporter(window)


def test_one_calm_window_for_many_errors(reporter, qtbot, capsys):
    window, report = reporter
    report(*raised("the first"))
    report(*raised("the second"))
    (dialog,) = window.findChildren(CrashDialog)
    assert not dialog.isModal()
    text = dialog.details.toPlainText()
    assert "the first" in text
    assert "the second" in text
    assert "PySide6" in text
    qtbot.mouseClick(dialog.copy_button, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == text
    assert "ValueError: the first" in capsys.readouterr().err


def test_after_it_is_closed_the_next_error_opens_it_again(reporter, qtbot):
    window, report = reporter
    report(*raised("the first"))
    (dialog,) = window.findChildren(CrashDialog)
    qtbot.mouseClick(dialog.close_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not window.findChildren(CrashDialog))
    report(*raised("the second"))
    (dialog,) = window.findChildren(CrashDialog)
    assert "the first" not in dialog.details.toPlainText()


def test_an_endless_stream_of_errors_stays_small(reporter):
    window, report = reporter
    for _ in range(500):
        report(*raised("again " * 50))
    (dialog,) = window.findChildren(CrashDialog)
    assert dialog.details.document().characterCount() < 30_000
