from __future__ import annotations

import csv
import io
import math
import xml.etree.ElementTree as ET

import pytest
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage

from gdsim.app import saving
from gdsim.app.files import FileProblem
from gdsim.app.pictures import Picture, Table


def paint_red_left_half(painter, rect):
    painter.fillRect(QRectF(0, 0, rect.width() / 2, rect.height()), QColor("#FF0000"))


@pytest.fixture
def picture(qapp):
    return Picture("curve", "the curve", QSize(40, 20), "#00FF00", paint_red_left_half)


TABLE = Table("steps", "the steps", ("step", "x", "note"), [(0, 0.1, "a, b"), (1, math.nan, ""), (2, -math.inf, "c")])


def test_png_is_drawn_at_twice_the_size(picture, tmp_path):
    image = QImage(str(picture.save(tmp_path / "a.png")))
    assert (image.width(), image.height()) == (80, 40)
    assert image.pixelColor(10, 20) == QColor("#FF0000")
    assert image.pixelColor(70, 20) == QColor("#00FF00")


def test_svg_is_a_drawing_of_the_same_size(picture, tmp_path):
    root = ET.parse(picture.save(tmp_path / "a.svg")).getroot()
    assert root.get("viewBox") == "0 0 40 20"
    assert "the curve" in "".join(root.itertext())
    assert "#ff0000" in (tmp_path / "a.svg").read_text().lower()


def test_a_name_without_an_ending_becomes_png(picture, tmp_path):
    assert picture.save(tmp_path / "a").name == "a.png"


def test_another_ending_is_refused(picture, tmp_path):
    with pytest.raises(FileProblem, match=r"not as \.gif"):
        picture.save(tmp_path / "a.gif")


def test_csv_keeps_every_digit_and_names_what_is_no_number(tmp_path):
    rows = list(csv.reader(io.StringIO(TABLE.save(tmp_path / "steps").read_text())))
    assert rows == [["step", "x", "note"], ["0", "0.1", "a, b"], ["1", "nan", ""], ["2", "-inf", "c"]]
    assert float(Table("t", "t", ("x",), [(1 / 3,)]).csv().splitlines()[1]) == 1 / 3


@pytest.fixture
def said(context):
    heard = []
    context.notices.said.connect(lambda text, tone: heard.append((text, tone)))
    return heard


def answer(monkeypatch, path, chosen="SVG drawing (*.svg)"):
    monkeypatch.setattr(saving.QFileDialog, "getSaveFileName", lambda *_: (str(path) if path else "", chosen))


def test_saving_says_where(picture, context, said, tmp_path, monkeypatch):
    answer(monkeypatch, tmp_path / "mine")
    saving.save_picture(picture, context, None)
    assert (tmp_path / "mine.svg").exists()
    assert said == [(f"Saved to {tmp_path / 'mine.svg'}", "good")]
    assert saving.folder(context) == tmp_path


def test_giving_up_says_nothing(context, said, monkeypatch):
    answer(monkeypatch, None)
    saving.save_table(TABLE, context, None)
    assert said == []


def test_a_failure_is_said(context, said, tmp_path, monkeypatch):
    answer(monkeypatch, tmp_path / "nowhere" / "steps.csv")
    saving.save_table(TABLE, context, None)
    ((text, tone),) = said
    assert "steps.csv could not be saved" in text
    assert tone == "bad"


def test_copy_puts_the_picture_into_the_clipboard(picture, context, said):
    saving.copy_picture(picture, context)
    image = QGuiApplication.clipboard().image()
    assert image.size() == QSize(80, 40)
    assert image.pixelColor(10, 20) == QColor(Qt.GlobalColor.red)
    assert len(said) == 1


def test_a_picture_without_room_is_neither_copied_nor_saved(picture, context, said, monkeypatch):
    flat = picture._replace(size=QSize(40, 0))
    monkeypatch.setattr(saving.QFileDialog, "getSaveFileName", lambda *_: pytest.fail("asked for a name"))
    saving.copy_picture(flat, context)
    saving.save_picture(flat, context, None)
    assert [tone for _, tone in said] == ["warning", "warning"]
    assert "no room for the curve" in said[0][0]
