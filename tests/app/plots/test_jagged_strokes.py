"""What is drawn jagged: thick lines only, in both painters of paths."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QGraphicsRectItem

from gdsim.app.plots.drawing import Drawing, Stroke
from gdsim.app.plots.overlay import Overlay
from gdsim.app.plots.pen_3d import Pen, paint_line

ACROSS = np.array([[3.0, 5.0], [57.0, 31.0]])
FLAT = 2  # colours of a jagged line on its ground


@pytest.fixture
def over(themes):
    """Strokes as the overlay of a plot paints them."""
    ground = QGraphicsRectItem(0.0, 0.0, 60.0, 40.0)

    def paint(painter, width, smooth):
        overlay = Overlay(ground, 1)
        overlay.set_style(themes.theme, themes.font("text"))
        overlay.set_drawing(Drawing(strokes=(Stroke(ACROSS, "text", width, smooth=smooth),)))
        overlay.paint(painter, None)

    return paint


@pytest.fixture
def in_space(themes):
    """The same over a surface in three dimensions, without its edge."""

    def paint(painter, width, smooth):
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        hidden = np.array([False, False])
        paint_line(Pen(painter, themes.theme, themes.font("text")), ACROSS, hidden, "text", width, (), smooth)

    return paint


def colours(paint, width, smooth, ratio=1.0) -> int:
    image = QImage(round(60 * ratio), round(40 * ratio), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(0xFFFFFF)
    painter = QPainter(image)
    paint(painter, width, smooth)
    assert painter.testRenderHint(QPainter.RenderHint.Antialiasing), "what is painted next is smooth"
    painter.end()
    return len(np.unique(np.frombuffer(image.constBits(), np.uint32)))


@pytest.mark.parametrize("name", ["over", "in_space"])
def test_only_a_thick_line_is_jagged_where_it_need_not_be_smooth(name, request):
    paint = request.getfixturevalue(name)
    assert colours(paint, 3.5, smooth=True) > FLAT
    assert colours(paint, 1.0, smooth=False) > FLAT, "a line of one pixel is quick to paint smoothly"
    assert colours(paint, 1.0, smooth=False, ratio=2.0) == FLAT, "of two pixels of a fine screen it is not"


def test_the_edge_of_a_line_is_jagged(over):
    assert colours(over, 3.5, smooth=False) == FLAT


def test_a_line_on_a_surface_that_need_not_be_smooth_is_thin(in_space):
    assert colours(in_space, 3.5, smooth=False) > FLAT
