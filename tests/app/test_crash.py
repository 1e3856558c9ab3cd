from __future__ import annotations

import gc
import re
import sys
import threading
from contextlib import suppress

import pytest
from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from gdsim.app.crash import QUIET, CrashDialog, CrashReporter, signature
from gdsim.app.journal import Journal


def raised(message, kind=ValueError):
    try:
        raise kind(message)
    except kind:
        return sys.exc_info()


@pytest.fixture
def reporter(shown, clock, tmp_path):
    window = shown(QWidget())
    journal = Journal(tmp_path / "gdsim.log")
    yield window, CrashReporter(window, journal, clock)
    journal.close()


def dialogs(window):
    """What has been asked for is shown when the event loop comes round."""
    QApplication.processEvents()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return window.findChildren(CrashDialog)


def test_one_calm_window_for_many_errors(reporter, qtbot, capsys, tmp_path):
    window, report = reporter
    report(*raised("the first"))
    report(*raised("the second", KeyError))
    (dialog,) = dialogs(window)
    assert not dialog.isModal()
    text = dialog.details.toPlainText()
    assert "the first" in text
    assert "the second" in text
    assert "PySide6" in text
    assert str(tmp_path / "gdsim.log") in dialog.where.text()
    assert dialog.count.text() == "It happened 2 times, 2 kinds of error"
    qtbot.mouseClick(dialog.copy_button, Qt.MouseButton.LeftButton)
    assert text in QGuiApplication.clipboard().text()
    assert "ValueError: the first" in capsys.readouterr().err
    assert "ValueError: the first" in report._journal.newest()


@pytest.mark.parametrize("problem", [BrokenPipeError(32, "closed"), OSError(28, "full"), ValueError("closed file")])
def test_without_a_terminal_the_window_comes_all_the_same(reporter, monkeypatch, problem):
    class Gone:
        def write(self, text):
            raise problem

    window, report = reporter
    monkeypatch.setattr(sys, "stderr", Gone())
    report(*raised("the first"))
    monkeypatch.undo()
    (dialog,) = dialogs(window)
    assert "the first" in dialog.details.toPlainText()


def test_the_same_error_in_each_frame_is_one_with_a_count(reporter, capsys):
    window, report = reporter
    for number in range(300):
        report(*raised(f"frame {number}"))
    (dialog,) = dialogs(window)
    assert dialog.details.toPlainText().count("ValueError") == 1
    assert dialog.count.text() == "It happened 300 times"
    report(*raised("one more"))
    dialogs(window)
    assert dialog.count.text() == "It happened 301 times"
    assert capsys.readouterr().err.count("ValueError") == 1
    assert report._journal.newest().count("Traceback") == 3  # the 1st, the 10th, the 100th


def test_after_it_is_closed_a_stream_does_not_open_it_again_but_what_comes_later_does(reporter, qtbot, clock):
    window, report = reporter
    report(*raised("the first"))
    (dialog,) = dialogs(window)
    qtbot.mouseClick(dialog.close_button, Qt.MouseButton.LeftButton)
    assert not dialogs(window)
    for _ in range(100):
        clock.now += QUIET / 60
        report(*raised("the same"))
    assert not dialogs(window)
    report(*raised("another", KeyError))
    (dialog,) = dialogs(window)
    dialog.close()
    clock.now += QUIET
    report(*raised("the same again"))
    (dialog,) = dialogs(window)
    assert "the same again" in dialog.details.toPlainText()
    assert "another" not in dialog.details.toPlainText()


@pytest.mark.parametrize("earlier", [False, True])
def test_above_a_modal_dialog_it_comes_in_front_and_can_be_used(reporter, qtbot, earlier):
    window, report = reporter
    if earlier:
        report(*raised("before"))
        dialogs(window)
    modal = QDialog(window)
    modal.open()
    report(*raised("the first"))
    report(*raised("the second", KeyError))
    (dialog,) = dialogs(window)
    assert QApplication.activeModalWidget() is dialog
    report(*raised("the first again"))
    assert dialogs(window) == [dialog]
    button = dialog.close_button
    place = button.mapTo(dialog, button.rect().center())
    QTest.mouseClick(dialog.windowHandle(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier(0), place)
    assert not dialogs(window)
    assert QApplication.activeModalWidget() is modal
    modal.close()
    report(*raised("behind nothing", TypeError))
    (dialog,) = dialogs(window)
    assert not dialog.isModal()
    dialog.close()


class Mute(Exception):
    def __str__(self):
        raise Mute

    __repr__ = __str__


class Ambiguous(Exception):
    def __bool__(self):
        raise ValueError("neither true nor false")


class Endless(Exception):
    def __getattr__(self, name):
        return self.data[name]


@pytest.mark.parametrize("kind", [Mute, Endless, Ambiguous])
def test_an_error_that_cannot_even_be_described_is_shown_and_logged(reporter, kind):
    window, report = reporter
    try:
        try:
            raise kind
        except kind as error:
            raise ValueError(Mute()) from error
    except ValueError:
        found = sys.exc_info()
    for error in (found, raised("", kind)):
        with suppress(Mute, RecursionError, ValueError):  # which pytest itself could not describe
            report(*error)
    (dialog,) = dialogs(window)
    # Python 3.13 itself sees to an error whose attributes cannot be asked for, and it has no message.
    words = r": \(its message cannot be shown\)" + "|" * (kind is Endless)
    for text in (dialog.details.toPlainText(), report._journal.newest()):
        assert "test_crash.py" in text
        assert re.search(rf"^(test_crash\.)?{kind.__name__}(?:{words})$", text, re.MULTILINE)
        assert "ValueError: (its message cannot be shown)" in text
    assert report.newest in ("(its message cannot be shown)", "Endless")


def test_what_pyside_puts_before_a_message_is_left_out(reporter):
    window, report = reporter
    passed_on = "Error calling Python override of QFrame::eventFilter(): "
    report(*raised(passed_on * 3 + "no room"))
    (dialog,) = dialogs(window)
    assert report.newest == "no room"
    for text in (dialog.details.toPlainText(), report._journal.newest()):
        assert "\nValueError: no room\n" in f"{text}\n"
        assert "Error calling" not in text


def test_an_endless_stream_of_errors_stays_small(reporter):
    window, report = reporter
    for number in range(300):
        report(*raised("again " * 50, type(f"Error{number}", (Exception,), {})))
        QApplication.processEvents()
    (dialog,) = dialogs(window)
    assert dialog.details.document().characterCount() < 30_000


def test_an_error_after_the_window_is_closed_opens_nothing(reporter):
    window, report = reporter
    report(*raised("while it closes"))
    window.close()
    assert not dialogs(window)
    assert "while it closes" in report._journal.newest()


def test_errors_are_told_apart_by_place_and_kind_not_by_words():
    first, same = (signature(kind, trace) for kind, _, trace in (raised("a"), raised("b")))
    other, _, trace = raised("a", KeyError)
    assert first == same != signature(other, trace)


def test_a_painter_that_was_left_open_is_ended_or_it_would_end_the_process(reporter):
    _, report = reporter
    image = QImage(10, 10, QImage.Format.Format_RGB32)

    def paint():
        painter = QPainter(image)
        painter.drawLine(0, 0, 5, 5)
        raise ValueError("in the middle")

    def paint_on():
        try:
            paint()
        except ValueError as error:
            raise KeyError("on the way") from error

    try:
        paint_on()
    except KeyError:
        found = sys.exc_info()
    assert image.paintingActive()
    report(*found)
    assert not image.paintingActive()


class Source(QObject):
    asked = Signal()


class Faulty(QWidget):
    """Raises in a slot, in painting, in an event handler and when it is let go, as it is told."""

    fault = ""

    def answer(self):
        raise ValueError("in a slot")

    def paintEvent(self, event):
        if self.fault == "paint":
            raise ValueError("in painting")

    def resizeEvent(self, event):
        if self.fault == "resize":
            raise ValueError("in an event handler")


class Unwilling:
    def __del__(self):
        raise ValueError("when it is let go")


@pytest.mark.parametrize("where", ["in a slot", "in painting", "in an event handler", "when it is let go"])
def test_errors_of_every_kind_arrive(reporter, shown, where, monkeypatch):
    window, report = reporter
    for name in ("excepthook", "unraisablehook"):
        monkeypatch.setattr(sys, name, getattr(sys, name))
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    widget, source = shown(Faulty(), 100, 100), Source()
    report.install()
    if where == "in a slot":
        source.asked.connect(widget.answer)
        source.asked.emit()
    elif where == "when it is let go":
        Unwilling()
        gc.collect()
    else:
        widget.fault = "paint" if where == "in painting" else "resize"
        QApplication.postEvent(widget, QEvent(QEvent.Type.UpdateRequest))
        with report:  # what is called from Python comes back to the caller
            widget.resize(120, 120)
            widget.repaint()
    (dialog,) = dialogs(window)
    assert where in dialog.details.toPlainText()


def test_an_error_in_a_thread_is_logged_and_opens_nothing(reporter, monkeypatch, capsys):
    window, report = reporter
    monkeypatch.setattr(threading, "excepthook", report._in_thread)

    def fail():
        raise ValueError("in a thread")

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    assert not dialogs(window)
    assert "in a thread" in report._journal.newest()
    assert "in a thread" in capsys.readouterr().err


def test_what_goes_wrong_inside_is_said_and_what_ends_the_program_passes(reporter):
    window, report = reporter
    with report:
        raise ValueError("inside")
    assert dialogs(window)
    with pytest.raises(SystemExit), report:
        raise SystemExit(3)
