from __future__ import annotations

import os

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from gdsim.app.plots.math_plot import MathPlot
from gdsim.app.tabs import TABS
from gdsim.app.tabs.train.controls import TrainControls
from gdsim.app.tabs.train.file_drop import dropped_file, install_drop
from gdsim.app.tabs.train.session import TrainSession
from gdsim.app.tabs.train.tables import data_table

FLOWERS = "no;width;height;species\n" + "".join(
    f"{i};{2 + i / 10:.1f};{5 - i / 8:.2f};{('rose', 'tulip', 'aster')[i % 3]}\n".replace(".", ",") for i in range(30)
)


@pytest.fixture
def session(context):
    session = TrainSession(context.ticker)
    yield session
    session.play(False)
    session.finish()


@pytest.fixture
def said(context):
    said = []
    context.notices.said.connect(lambda text, tone: said.append((tone, text)))
    return said


@pytest.fixture
def controls(context, session, shown):
    controls = TrainControls(context, session)
    session.changed.connect(controls.synchronize)
    controls.synchronize()
    yield shown(controls, 240, 700)
    controls.stop()
    for _ in range(3):
        context.ticker.tick()


@pytest.fixture
def opened(controls, context, tmp_path):
    """Writes a file and opens it; gives the dialog, or None."""

    def open_file(content: str | bytes, name: str = "points.csv"):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        controls.accept_file(path)
        context.ticker.finish()
        return controls.opener.dialog

    return open_file


def pick(combo, value) -> None:
    place = combo.findData(value)
    assert place >= 0
    combo.setCurrentIndex(place)
    combo.activated.emit(place)


def test_what_became_of_the_run_so_far_is_said_with_the_points(opened, session, said):
    session.advance(3)
    opened(FLOWERS).import_button.click()
    assert said[-1][1].startswith(
        "30 points from points.csv. Other data need a new run; the one so far, 3 steps, stays"
    )


def test_a_table_is_understood_shown_and_imported(opened, session, said):
    dialog = opened("\ufeff" + FLOWERS)
    assert (dialog.delimiter.currentData(), dialog.decimal.currentData(), dialog.header.currentData()) == (
        ";", ",", True,
    )  # fmt: skip
    assert dialog.preview.rowCount() == 20
    assert [dialog.preview.item(1, i).text() for i in range(4)] == ["1", "2.1", "4.88", "tulip"]
    assert dialog.preview.verticalHeaderItem(0).text() == "2"
    assert dialog.columns.inputs == ("width", "height")  # a mere numbering of the rows is no input to begin with
    assert (dialog.columns.target, dialog.columns.kind) == ("species", "classification")
    assert dialog.outcome.text() == "21 training points, 9 held out for validation: 3 classes."
    dialog.import_button.click()
    data = session.data
    assert (data.input_names, data.target_name, data.class_names) == (
        ("width", "height"), "species", ("aster", "rose", "tulip"),
    )  # fmt: skip
    np.testing.assert_allclose(data.inputs[:, 0], 2 + np.arange(30) / 10)
    assert int(data.validation.sum()) == 9
    assert session.experiment.name == "points.csv"
    assert said == [("good", "30 points from points.csv")]
    session.undo()
    assert session.experiment.own is None


def test_columns_are_chosen(opened, session):
    dialog = opened(FLOWERS)
    boxes = dialog.columns.boxes
    assert not boxes["species"].isEnabled()
    boxes["no"].click()
    assert dialog.data.dim == 3
    assert "first two inputs" in dialog.outcome.text()
    boxes["height"].click()
    pick(dialog.columns.target_box, "height")
    assert dialog.columns.kind == "regression"
    assert not boxes["height"].isEnabled()
    assert "text" in boxes["species"].toolTip()
    dialog.import_button.click()
    assert (session.data.input_names, session.data.target_name) == (("no", "width"), "height")
    assert session.data.kind == "regression"
    assert session.experiment.net.loss == "mse"


def test_whole_numbers_can_be_values_or_classes(opened):
    dialog = opened("a,b,count\n" + "".join(f"{2 * i},{i * i},{i % 3}\n" for i in range(12)))
    assert dialog.columns.kind == "regression"
    pick(dialog.columns.kind_box, "classification")
    assert dialog.data.class_names == ("0", "1", "2")


def test_what_cannot_be_trained_on_is_said_and_not_imported(opened, session):
    dialog = opened("a,b,name\n" + "".join(f"{2 * i},{i * i},{'xyz'[i % 3]}\n" for i in range(12)))
    dialog.columns.boxes["b"].click()
    assert "3 classes over one input cannot be drawn" in dialog.problem.text()
    assert not dialog.import_button.isEnabled()
    dialog.columns.boxes["a"].click()
    assert dialog.problem.text() == "Choose a column as input."
    assert dialog.data is None
    before = session.experiment
    dialog.import_button.click()
    assert session.experiment is before
    dialog.columns.boxes["a"].click()
    dialog.columns.boxes["b"].click()
    assert dialog.problem.isHidden()
    assert dialog.import_button.isEnabled()


def test_a_table_of_marks_alone_is_told_and_can_be_read_otherwise(opened, context):
    dialog = opened("validation,outlier\n1,2\n0,3\n1,5\n")
    assert "columns here only mark points" in dialog.problem.text()
    assert not dialog.import_button.isEnabled()
    assert (dialog.columns.target, dialog.columns.inputs) == ("", ())
    pick(dialog.header, False)
    context.ticker.finish()
    assert "only mark points" not in dialog.problem.text()
    assert dialog.columns.target == "column 2"


def test_broken_lines_and_missing_values_are_named(opened):
    dialog = opened("x,y\n1,2\n2,4\n3\n4,\n5,oops\n6,12\n7,14\n8,16\n9,18\n")
    notes = dialog.notes.text()
    assert "line 4 has 1 field" in notes
    assert "line 5" in notes
    assert "line 6" in notes
    assert "2 rows are left out" in notes
    assert len(dialog.data) == 6


def test_the_guess_is_overridden(opened, context):
    dialog = opened("1,5;2,5\n2,5;3,5\n3,5;7,5\n")
    assert (dialog.delimiter.currentData(), dialog.header.currentData()) == (";", False)
    np.testing.assert_allclose(dialog.data.inputs[:, 0], [1.5, 2.5, 3.5])
    pick(dialog.header, True)
    context.ticker.finish()
    assert dialog.preview.rowCount() == 2
    assert dialog.columns.target == "2,5"
    pick(dialog.delimiter, "\t")
    context.ticker.finish()
    assert "only one column" in dialog.problem.text()
    assert not dialog.import_button.isEnabled()
    assert not dialog.columns.isEnabled()
    pick(dialog.delimiter, ",")
    context.ticker.finish()
    pick(dialog.delimiter, ";")
    pick(dialog.decimal, ",")
    context.ticker.finish()
    assert dialog.problem.isHidden()
    assert dialog.import_button.isEnabled()


def test_a_large_table_is_thinned_and_that_is_said(opened, session):
    x = np.random.default_rng(0).normal(size=(6000, 2))
    dialog = opened("a,b,c\n" + "".join(f"{a:.6f},{b:.6f},{a * b:.6f}\n" for a, b in x))
    assert dialog.outcome.text().startswith("6,000 points, of which 5,000 drawn at random are used.")
    dialog.import_button.click()
    assert len(session.data) == 5000
    assert len({tuple(row) for row in session.data.inputs.tolist()}) == 5000
    given = {(round(a, 6), round(b, 6)) for a, b in x.tolist()}
    assert {tuple(row) for row in session.data.inputs.round(6).tolist()} <= given


def test_marks_of_a_saved_table_are_kept(opened, session):
    session.set_dataset("moons")
    saved = data_table(session)
    before = session.data
    text = "\n".join(",".join(map(str, row)) for row in (saved.header, *saved.rows)) + "\n"
    dialog = opened(text)
    assert dialog.columns.target == "class"
    assert "validation says which are held out" in dialog.outcome.text()
    dialog.import_button.click()
    assert session.data == before


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"\x00\x01\x02\xff" * 200, "not text"),
        (b"PK\x03\x04 and so on", "spreadsheet"),
        (b"x,y\n", "no rows"),
        (b"x\n1\n2\n", "one column"),
        (b'x,y\n1,"2\n3,4\n', "quotation mark"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_a_sentence(opened, session, said, content, word):
    before = session.experiment
    assert opened(content, "odd.csv") is None
    assert session.experiment is before
    assert len(said) == 1
    assert said[0][0] == "bad"
    assert said[0][1].startswith("odd.csv: ")
    assert word in said[0][1]


def test_a_path_that_cannot_be_read_is_refused_in_a_sentence(controls, context, session, said, tmp_path, monkeypatch):
    before = session.experiment
    (tmp_path / "large.csv").write_text("x,y\n1,2\n")
    os.truncate(tmp_path / "large.csv", 200_000_000)
    (tmp_path / "secret.csv").write_text("x,y\n1,2\n")
    real = type(tmp_path).open

    def guarded(path, *args, **kwargs):
        if path.name == "secret.csv":
            raise PermissionError(13, "Permission denied")
        return real(path, *args, **kwargs)

    monkeypatch.setattr(type(tmp_path), "open", guarded)
    names = ("gone.csv", "", os.devnull, "large.csv", "secret.csv", "x" * 300)
    for name in names:
        controls.accept_file(tmp_path / name)
        context.ticker.finish()
    words = ("There is no file gone.csv", "is a folder", "not a file", "larger than 100 MB", "permission", "could not")
    assert len(said) == len(words)
    for (tone, text), word in zip(said, words, strict=True):
        assert tone == "bad"
        assert word in text
    assert controls.opener.dialog is None
    assert session.experiment is before


def test_a_long_read_shows_how_far_it_is_and_can_be_given_up(controls, context, session, clock, tmp_path, said):
    path = tmp_path / "long.csv"
    path.write_text("x,y\n" + "".join(f"{i},{i % 7}\n" for i in range(30_000)))
    clock.pace = 0.01
    controls.accept_file(path)
    for _ in range(10):
        context.ticker.tick()
    assert controls.opener.dialog is None  # not yet worth a window
    for _ in range(40):
        context.ticker.tick()
    dialog = controls.opener.dialog
    assert dialog.progress.isVisible()
    assert 0 < dialog.progress.value() < dialog.progress.maximum()
    assert not dialog.import_button.isEnabled()
    before = session.experiment
    dialog.cancel_button.click()
    context.ticker.tick()
    assert controls.opener.dialog is None
    assert not context.ticker.active
    assert session.experiment is before
    assert not said


def test_a_long_read_that_is_waited_for_ends_in_the_same_dialog(controls, context, session, clock, tmp_path):
    path = tmp_path / "long.csv"
    path.write_text("x,y\n" + "".join(f"{i * i},{i % 7}\n" for i in range(12_000)))
    clock.pace = 0.01
    controls.accept_file(path)
    for _ in range(35):
        context.ticker.tick()
    dialog = controls.opener.dialog
    assert dialog is not None
    context.ticker.finish(1e6)
    assert controls.opener.dialog is dialog
    assert not dialog.progress.isVisible()
    dialog.import_button.click()
    assert len(session.data) == 5000


def test_the_dialog_is_filled_a_piece_a_frame_and_imports_nothing_before(controls, context, clock, tmp_path):
    path = tmp_path / "points.csv"
    path.write_text(FLOWERS)
    clock.pace = 0.01  # each pull takes longer than a frame has
    controls.accept_file(path)
    filled = []
    while not filled or filled[-1] != (20, 4, True):
        context.ticker.tick()
        dialog = controls.opener.dialog
        if dialog is not None:
            targets = dialog.columns.target_box.count()
            filled.append((dialog.preview.rowCount(), targets, dialog.import_button.isEnabled()))
    assert filled == [(0, 0, False), (20, 0, False), (20, 4, False), (20, 4, True)]


def test_leaving_the_tab_or_opening_another_file_gives_up_the_first(controls, context, opened, tmp_path):
    first = opened(FLOWERS, "first.csv")
    second = opened("x,y\n1,2\n2,3\n", "second.csv")
    assert second is not first
    assert second.windowTitle() == "Open second.csv"
    controls.stop()
    assert controls.opener.dialog is None
    controls.accept_file(tmp_path / "first.csv")
    controls.stop()
    context.ticker.tick()
    assert controls.opener.dialog is None
    assert not context.ticker.active


def test_the_menu_asks_for_a_file(controls, context, monkeypatch, tmp_path):
    path = tmp_path / "points.csv"
    path.write_text("x,y\n1,2\n2,3\n")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    controls.open_table()
    context.ticker.finish()
    assert controls.opener.dialog.data is not None
    controls.opener.dialog.reject()
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("", ""))
    controls.open_table()
    assert controls.opener.dialog is None


def test_own_table_in_the_list_of_data_asks_and_changes_nothing_before(controls, session, monkeypatch):
    asked = []
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: asked.append(1) or ("", ""))
    pick(controls.data.dataset, "table")
    assert asked == [1]
    assert controls.data.dataset.key() == "moons"
    assert session.experiment.own is None


# Drag and drop


def mime(*paths) -> QMimeData:
    data = QMimeData()
    data.setUrls([path if isinstance(path, QUrl) else QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def drop(widget: QWidget, data: QMimeData) -> tuple[bool, bool, bool]:
    """What a drag over `widget` and a drop on it do; whether each was accepted."""
    offered = Qt.DropAction.CopyAction | Qt.DropAction.MoveAction
    how = (offered, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    events = (
        QDragEnterEvent(QPoint(9, 9), *how), QDragMoveEvent(QPoint(9, 9), *how), QDropEvent(QPointF(9, 9), *how),
    )  # fmt: skip
    for event in events:
        event.ignore()
        QApplication.sendEvent(widget, event)
    assert all(event.dropAction() == Qt.DropAction.CopyAction for event in events if event.isAccepted())
    return tuple(event.isAccepted() for event in events)


def test_one_file_of_this_machine_can_be_dropped(shown, tmp_path):
    dropped = []
    widget = shown(QWidget(), 50, 50)
    install_drop(widget, dropped.append)
    path = tmp_path / "points.csv"
    assert drop(widget, mime(path)) == (True, True, True)
    assert dropped == [path]
    text = QMimeData()
    text.setText("1,2")
    for other in (mime(path, path), mime(QUrl("https://example.org/points.csv")), text):
        assert drop(widget, other) == (False, False, False)
        assert dropped_file(other) is None
    assert dropped == [path]


def test_a_file_dropped_onto_the_tab_is_opened(context, shown, tmp_path):
    path = tmp_path / "points.csv"
    path.write_text(FLOWERS)
    tab = shown(TABS["train"].make(context), 1280, 740)
    for picture in tab.findChildren(MathPlot):
        target = picture.viewport()
        while not target.acceptDrops():  # as Qt looks for who takes it
            target = target.parentWidget()
        assert target is tab
    drop(tab, mime(path))
    context.ticker.finish()
    dialog = tab.controls.opener.dialog
    assert dialog.windowTitle() == "Open points.csv"
    dialog.import_button.click()
    assert tab.session.experiment.name == "points.csv"
    tab.stop()
    context.ticker.finish()


@pytest.mark.parametrize("answered", [False, True])
def test_a_file_whose_name_is_no_unicode_is_opened_under_a_name_that_can_be_shown(
    controls, context, session, monkeypatch, tmp_path, answered
):
    folder = os.fsencode(tmp_path) + b"/\xe9t\xe9"
    os.mkdir(folder)
    with open(folder + b"/caf\xe9 \xff.csv", "wb") as file:
        file.write(FLOWERS.encode())
    if answered:
        name = str(tmp_path / "\ufffdt\ufffd" / "caf\ufffd \ufffd.csv")
        monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (name, ""))
        controls.open_table()
    else:
        url = QUrl.fromEncoded(f"{QUrl.fromLocalFile(str(tmp_path)).toString()}/%E9t%E9/caf%E9%20%FF.csv".encode())
        controls.accept_file(dropped_file(mime(url)))
    context.ticker.finish()
    dialog = controls.opener.dialog
    assert dialog.windowTitle() == "Open caf\ufffd \ufffd.csv"
    dialog.import_button.click()
    assert session.experiment.name == "caf\ufffd \ufffd.csv"
    assert os.fsencode(context.settings.text("folder")) == folder


def test_what_is_the_matter_with_a_name_is_said(controls, context, monkeypatch, said, tmp_path):
    for name in ("a\0b.csv", "a\ud800b.csv"):
        monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_, name=name: (str(tmp_path / name), ""))
        controls.open_table()
        context.ticker.finish()
        why = "its name holds a character that no name of a file has"
        assert said.pop() == ("bad", f"a\ufffdb.csv cannot be opened: {why}.")
    for alike in (b"a\xff.csv", b"a\xfe\xff.csv"):  # which of them is meant, nobody knows
        open(os.fsencode(tmp_path) + b"/" + alike, "wb").close()
    for where in (tmp_path, tmp_path / "a\0b"):
        monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_, where=where: (str(where / "a\ufffd.csv"), ""))
        controls.open_table()
        context.ticker.finish()
        assert said.pop()[1].startswith("a\ufffd.csv cannot be ")
    controls.accept_file(dropped_file(mime(QUrl("file:///data/a%00b.csv"))))
    context.ticker.finish()
    assert said.pop() == ("bad", f"a\ufffdb.csv cannot be opened: {why}.")


def test_an_input_that_never_changes_is_warned_of_in_the_dialog(opened):
    table = "year,size,price\n" + "".join(f"2024,{i % 7},{3 * i}\n" for i in range(20))
    dialog = opened(table)
    for name, box in dialog.columns.boxes.items():
        box.setChecked(name in ("year", "size"))
    assert dialog.notes.text().startswith("year has the same value at every training point")
    dialog.columns.boxes["year"].setChecked(False)
    assert "same value" not in dialog.notes.text()


def test_columns_of_the_largest_numbers_are_shown(opened):
    dialog = opened("x,y\n1e308,-1e308\n-1e308,1e308\n5e-324,0\n1,2\n")
    assert (dialog.columns.inputs, dialog.columns.target) == (("x",), "y")
    assert dialog.preview.rowCount() == 4
