from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import qCritical, qDebug, qWarning
from PySide6.QtWidgets import QApplication

from gdsim.app import application
from gdsim.app.endings import QtMessages, Signals
from gdsim.app.journal import Journal
from gdsim.app.options import Options
from gdsim.app.resources import resource_text
from gdsim.app.run_record import RunRecord


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGHUP"])
def test_a_signal_asks_the_window_to_close(qtbot, name):
    asked = []
    before = signal.getsignal(getattr(signal, name))
    signals = Signals(lambda: asked.append(True))
    os.kill(os.getpid(), getattr(signal, name))
    qtbot.waitUntil(lambda: asked == [True])
    signals.stop()
    assert signal.getsignal(getattr(signal, name)) == before


@pytest.mark.qt_log_ignore("a warning of Qt", "a grave one", "The X11 connection broke")
def test_complaints_of_qt_are_logged_and_a_lost_screen_is_noticed(qapp, tmp_path, capsys):
    journal, gone = Journal(tmp_path / "gdsim.log"), []
    messages = QtMessages(journal, screen_gone=lambda: gone.append(True))
    qDebug("only for developers")
    qWarning("a warning of Qt")
    qCritical("a grave one")
    assert gone == []
    qWarning("The X11 connection broke (error 1). Did the X11 server die?")
    messages.stop()
    qDebug("heard by nobody")
    journal.close()
    levels = [line.split(" ", 3)[2:] for line in journal.newest().splitlines()]
    assert levels[:2] == [["WARNING", "Qt: a warning of Qt"], ["ERROR", "Qt: a grave one"]]
    assert gone == [True]
    assert capsys.readouterr().err.splitlines()[:2] == ["a warning of Qt", "a grave one"]


# The application as it is started, with something that happens once the window is there.
_RUN = """
import os, signal, sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from gdsim.app.application import run_application, start_qt
from gdsim.app.main_window import MainWindow
from gdsim.app.options import Options
start_qt()
def window():
    return next(w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow) and w.isVisible())
def act():
    {act}
QTimer.singleShot(0, act)
sys.exit(run_application(Options(tab={tab!r})))
"""
CACHE = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")  # or all fonts are looked through anew
KILL = "window().keep(); os.kill(os.getpid(), signal.SIGKILL)"
TERMINATE = "os.kill(os.getpid(), signal.SIGTERM)"


def run(folder, act, before="", tab="slope"):
    own = {"HOME": str(folder), "XDG_CONFIG_HOME": "", "XDG_DATA_HOME": "", "XDG_CACHE_HOME": CACHE}
    command = [sys.executable, "-c", before + _RUN.format(act=act, tab=tab)]
    return subprocess.run(command, env=os.environ | own, capture_output=True, text=True, timeout=60)


def test_a_killed_run_is_noticed_at_the_next_start_and_a_terminated_one_is_not(tmp_path):
    assert run(tmp_path, KILL).returncode == -signal.SIGKILL
    noticed = run(tmp_path, f"print(window().notice.text, flush=True); {TERMINATE}")
    assert noticed.returncode == 0, noticed.stderr
    assert "gdsim did not end properly last time. Your settings and the experiment in Slope are" in noticed.stdout
    quiet = run(tmp_path, "print(window().notice.text); window().close()")
    assert quiet.stdout == "\n"
    log = (tmp_path / ".local/share/gdsim/gdsim.log").read_text()
    assert log.count("did not end properly") == 2  # the mark that was found, and what was said


# A window that cannot be built with what the tabs showed last.
_POISON = """
from gdsim.app.main_window import MainWindow
whole = MainWindow.__init__
def fail(window, context, tabs):
    whole(window, context, tabs)
    if context.settings.tab_state("slope") or context.settings.text("folder") == "poison":
        raise ZeroDivisionError("while it is built")
MainWindow.__init__ = fail
"""


@pytest.mark.parametrize(
    ("remembered", "sentence", "stays"),
    [
        ({"tabs": {"slope": {"poison": 1}}}, "with what its tabs showed last, so they begin afresh", "dark"),
        ({"folder": "poison"}, "with its settings, so it begins with its defaults", None),
    ],
)
def test_a_window_that_cannot_be_built_as_it_was_left_begins_afresh(tmp_path, remembered, sentence, stays):
    settings = tmp_path / ".config/gdsim/settings.json"
    settings.parent.mkdir(parents=True)
    settings.write_text(json.dumps({"theme": "dark", **remembered}))
    done = run(tmp_path, "print(window().notice.text); window().close()", _POISON)
    assert done.returncode == 0, done.stderr
    assert f"could not start {sentence}" in done.stdout
    assert "while it is built" in done.stderr
    assert "poison" in (settings.parent / "settings-before.json").read_text()
    left = json.loads(settings.read_text())
    assert left.get("theme") == stays
    assert "folder" not in left


# What only somebody who writes the file by hand, or a broken disk, can bring about.
_BROKEN = {
    "geometry": "\ud800", "tab": "descend", "tabs": {"descend": {"experiment": None}, "slope": {"x": "\ud800"}},
}  # fmt: skip


_LOOK = """
def look():
    from gdsim.app.later import later
    if later._work is None:
        print(window().notice.text, "the chart is there:", window().tab.numbers._losses is not None)
        window().close()
    else:
        QTimer.singleShot(5, look)
"""


def test_settings_that_nobody_writes_are_refused_in_a_sentence_and_the_pictures_come(tmp_path):
    settings = tmp_path / ".config/gdsim/settings.json"
    settings.parent.mkdir(parents=True)
    settings.write_text(json.dumps({"format": 1, **_BROKEN}))
    done = run(tmp_path, "look()", _LOOK, "descend")
    assert done.returncode == 0, done.stderr
    assert "What Descend showed last time could not be restored." in done.stdout
    assert "the chart is there: True" in done.stdout
    assert "Error" not in done.stderr


def test_a_window_that_cannot_be_built_at_all_is_said_and_the_log_knows_why(monkeypatch, themes, tmp_path, capsys):
    def fail(*arguments):
        raise ZeroDivisionError("while it is built")

    monkeypatch.setattr(application, "build_window", fail)
    monkeypatch.setattr(application, "start_qt", QApplication.instance)
    monkeypatch.setattr(type(application.typesetter), "wait", lambda typesetter: None)
    monkeypatch.setattr(application, "record_folder", lambda: tmp_path)
    monkeypatch.setattr(application, "settings_path", lambda: tmp_path / "settings.json")
    monkeypatch.setattr(RunRecord, "watch_faults", lambda record: None)  # which would be in the way of pytest's own
    hooks = sys.excepthook, sys.unraisablehook
    assert application.run_application(Options()) == 1
    assert (sys.excepthook, sys.unraisablehook) == (sys.__excepthook__, sys.__unraisablehook__)
    sys.excepthook, sys.unraisablehook = hooks
    sentence = f"gdsim: gdsim could not start: while it is built. Details are in {tmp_path / 'gdsim.log'}"
    assert capsys.readouterr().err.splitlines()[-1] == sentence
    assert "ZeroDivisionError: while it is built" in (tmp_path / "gdsim.log").read_text()
    assert [file.name for file in tmp_path.iterdir()] == ["gdsim.log"]


def test_at_a_logout_all_is_kept_and_the_mark_says_so(tmp_path):
    class Window:
        kept = False

        def keep(self):
            self.kept = True

    window, record = Window(), RunRecord(tmp_path)
    record.begin()
    application._logging_out(window, record, None)
    assert window.kept
    assert json.loads((tmp_path / "run-1.json").read_text())["phase"] == "leaving"
    record.end()


def test_without_its_pages_and_icons_gdsim_says_so(monkeypatch, qapp, capsys):
    def missing():
        raise FileNotFoundError("gdsim's icons and pages are missing. Please install gdsim again.")

    monkeypatch.setattr(application, "resources_folder", missing)
    assert application.run_application(Options()) == 1
    assert capsys.readouterr().err == "gdsim: gdsim's icons and pages are missing. Please install gdsim again.\n"
    with pytest.raises(FileNotFoundError, match=r"file help/nothing\.md is missing; please install"):
        resource_text("help", "nothing.md")
