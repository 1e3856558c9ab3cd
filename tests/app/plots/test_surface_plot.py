from __future__ import annotations

import math
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from gdsim.app.plots.drawing import square
from gdsim.app.plots.surface_image import BasinMap
from gdsim.app.plots.surface_picture import HIT_RADIUS, SurfacePicture, SurfaceShown
from gdsim.app.plots.surface_plot import SurfacePlot
from tests.app.gestures import click, drag, keys, let_go, line, move, press


def bowl(x, y):
    return x[None, :] ** 2 + y[:, None] ** 2


def picture(x, y):
    return SurfacePicture(x=x, y=y, value=x * x + y * y, gradient=(2 * x, 2 * y), delta=(-0.2 * x, -0.2 * y))


@pytest.fixture
def plot(shown, themes):
    """A bowl on −2..2 with the ball at (−1, 0.5); a picture follows each wish, as a session would."""
    plot = SurfacePlot(themes)
    plot.set_surface(bowl, ((-2.0, 2.0), (-2.0, 2.0)), lowest=0.0)
    plot.set_picture(picture(-1.0, 0.5))
    shown(plot, 700, 500)
    plot.fit()
    for signal in (plot.dragged, plot.dropped, plot.nudged):
        signal.connect(lambda x, y: plot.set_picture(picture(x, y)))
    return plot


@pytest.fixture
def wishes(plot):
    seen = {"dragged": [], "dropped": [], "nudged": [], "hovered": []}
    for name, places in seen.items():
        getattr(plot, name).connect(lambda x, y, places=places: places.append((x, y)))
    return seen


def turn_wheel(plot, x, y, clicks=1):
    pixel = plot.pixel_of(x, y)
    where = QPointF(plot.viewport().mapToGlobal(pixel))
    modifiers, buttons = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.NoButton
    event = QWheelEvent(
        pixel, where, QPoint(), QPoint(0, 120 * clicks), buttons, modifiers, Qt.ScrollPhase.NoScrollPhase, False
    )
    QApplication.sendEvent(plot.viewport(), event)


def test_the_ball_follows_the_mouse_in_both_directions(plot, wishes):
    drag(plot, line((-1.0, 0.5), (0.7, -1.1), moves=15))
    assert len(wishes["dragged"]) >= 13
    assert wishes["dropped"] == [pytest.approx((0.7, -1.1), abs=0.03)]


def test_the_ball_is_held_where_it_was_gripped(plot, wishes):
    grip = plot.pixel_of(-1.0, 0.5) + QPointF(HIT_RADIUS - 3, 0)
    press(plot, grip)
    let_go(plot, grip + QPointF(0, 60))
    below = plot.point_at(plot.pixel_of(-1.0, 0.5) + QPointF(0, 60))
    assert wishes["dropped"] == [pytest.approx(below, abs=0.03)]


def test_a_ball_dragged_over_the_edge_stays_at_it_and_comes_back(plot, wishes):
    (_, right), (_, top) = plot.view_box.viewRange()
    over = QPointF(plot.width() + 300, -200)
    press(plot, plot.pixel_of(-1.0, 0.5))
    for pixel in (plot.pixel_of(1.0, 1.0), over):
        move(plot, pixel)
    assert wishes["dragged"][-1] == pytest.approx((right, top), abs=1e-4)
    assert not any("the ball is at" in line for label in plot.marks.drawing.labels for line, _ in label.lines)
    move(plot, plot.pixel_of(0.3, -0.4))
    assert wishes["dragged"][-1] == pytest.approx((0.3, -0.4), abs=0.02)
    move(plot, over)
    let_go(plot, over)
    assert wishes["dropped"] == [pytest.approx((right, top), abs=1e-4)]


def test_a_click_puts_the_ball_there(plot, wishes):
    click(plot, 1.2, -0.8)
    assert wishes["dropped"] == [pytest.approx((1.2, -0.8), abs=0.02)]
    assert wishes["dragged"] == []


def test_dragging_beside_the_ball_pans_and_leaves_the_ball(plot, wishes):
    before = np.array(plot.view_box.viewRange())
    drag(plot, line((1.0, 1.0), (0.5, 0.7)))
    moved = np.array(plot.view_box.viewRange()) - before
    assert moved == pytest.approx(np.array([[0.5, 0.5], [0.3, 0.3]]), abs=0.06)
    assert wishes["dropped"] == wishes["dragged"] == []
    assert not plot.follows


def test_a_redraw_never_loses_a_zoom(plot):
    turn_wheel(plot, 0.5, 0.5, clicks=5)
    zoomed = plot.view_box.viewRange()
    assert zoomed[0][1] - zoomed[0][0] < 4
    plot.set_picture(picture(1.5, 1.5))
    plot.follow(np.array([[1.9, -1.9]]))
    plot.set_surface(lambda x, y: bowl(x, y) + 1, ((-2.0, 2.0), (-2.0, 2.0)))
    assert plot.view_box.viewRange() == zoomed
    plot.fit()
    assert plot.view_box.viewRange()[0][1] >= 2


def test_both_axes_have_one_scale(plot):
    assert abs(plot.visible_part.scale[0]) == pytest.approx(abs(plot.visible_part.scale[1]), rel=1e-6)
    plot.set_surface(bowl, ((0.0, 1.0), (0.0, 1000.0)))
    plot.fit()
    assert abs(plot.visible_part.scale[0]) > 100 * abs(plot.visible_part.scale[1])


def test_arrow_keys_move_the_ball_and_shift_moves_it_further(plot, wishes):
    plot.setFocus()
    keys(plot, Qt.Key.Key_Up)
    keys(plot, Qt.Key.Key_Right, shift=True)
    (x0, y0), (x1, y1) = wishes["nudged"]
    assert (x0, y1) == (-1.0, y0)
    assert y0 > 0.5
    assert x1 - x0 > 5 * (y0 - 0.5)


def test_keys_beside_the_arrows_are_left_to_the_window(plot, wishes):
    plot.setFocus()
    keys(plot, Qt.Key.Key_A)
    assert wishes["nudged"] == []


def test_the_pointer_tells_where_it_is_and_what_is_there(plot, wishes):
    plot.set_describe(lambda x, y: f"goes to {x:.1f}")
    _hover(plot, 1.0, 1.0)
    assert wishes["hovered"][-1] == pytest.approx((1.0, 1.0), abs=0.02)
    assert plot._readout._drawing.labels[0].lines[0][0] == "goes to 1.0"
    QApplication.sendEvent(plot, QEvent(QEvent.Type.Leave))
    assert math.isnan(wishes["hovered"][-1][0])
    assert plot._readout._drawing.labels == ()


def test_the_read_out_keeps_off_labels_and_ball(plot):
    plot.set_describe(lambda x, y: "ends at (1.234, 5.678)\nafter 12 steps")
    plot.set_picture(replace(picture(0.3, 0.2), eigenvalues=np.array([2.0, 2.0]), eigenvectors=np.eye(2),
                             rates=(0.1, 0.1), shown=SurfaceShown(curvature=True)))  # fmt: skip
    labels = [label.rect for label in plot.marks.drawing.labels]
    ball = plot.visible_part.to_pixels(np.array([0.3, 0.2]))
    assert len(labels) == 5
    hovered = 0
    for x, y in np.random.default_rng(3).uniform(-1.9, 1.9, (60, 2)):
        _hover(plot, x, y)
        for words in plot._readout.drawing.labels:
            hovered += 1
            assert all(words.rect.overlap(rect) == 0 for rect in labels)
            assert words.rect.overlap(square(*ball, 9.0)) == 0
            assert 0 <= words.rect.x < words.rect.right <= plot.visible_part.width
            assert 0 <= words.rect.y < words.rect.bottom <= plot.visible_part.height
    assert hovered > 50


def _hover(plot, x, y):
    pixel, none = plot.pixel_of(x, y), Qt.MouseButton.NoButton
    where = QPointF(plot.viewport().mapToGlobal(pixel))
    event = QMouseEvent(QEvent.Type.MouseMove, pixel, where, none, none, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(plot.viewport(), event)


def test_colours_are_computed_for_what_is_seen(plot):
    plot.zoom_to((0.9, 1.1), (0.9, 1.1))
    sampled = plot._scene.sampled
    part = plot.visible_part
    assert (sampled.x[0], sampled.x[-1], sampled.y[0], sampled.y[-1]) == (
        part.x_low,
        part.x_high,
        part.y_low,
        part.y_high,
    )
    assert plot.levels.low > 1
    assert plot.levels.high < 3


def test_movement_takes_the_picture_along_and_rest_makes_a_new_one(shown, themes, ticker, clock):
    plot = SurfacePlot(themes, ticker)
    asked = []
    plot.set_surface(lambda x, y: asked.append(len(x)) or bowl(x, y), ((-2.0, 2.0), (-2.0, 2.0)))
    shown(plot, 700, 500)
    plot.fit()
    plot.grab()
    sampled, levels = plot._scene.sampled, plot.levels
    asked.clear()
    plot.view_box.translateBy(x=1.5)
    (left, top, width, height), under = plot._backdrop._moved
    # Where in the picture at hand (0.5, -0.5) is, and where it belongs now.
    across = (0.5 - sampled.x[0]) / (sampled.x[-1] - sampled.x[0])
    down = (sampled.y[-1] + 0.5) / (sampled.y[-1] - sampled.y[0])
    wanted = plot.visible_part.to_pixels(np.array([0.5, -0.5]))
    assert (left + across * width, top + down * height) == pytest.approx(tuple(wanted))
    assert under is not None, "the strip that comes into view has colours"
    assert max(asked) <= 80, "only coarse values while it moves"
    assert (plot._scene.sampled is sampled, plot.levels is levels) == (True, True)
    assert ticker.active
    for _ in range(4):
        clock.now += 0.05
        ticker.tick()
    assert plot._backdrop._moved is None
    assert plot._scene.sampled.values.size == pytest.approx(sampled.values.size, rel=0.1)
    assert plot._scene.sampled.x[0] == plot.visible_part.x_low


def test_zooming_in_computes_nothing_until_it_rests(shown, themes, ticker):
    plot = SurfacePlot(themes, ticker)
    asked = []
    plot.set_surface(lambda x, y: asked.append(len(x)) or bowl(x, y), ((-2.0, 2.0), (-2.0, 2.0)))
    shown(plot, 700, 500)
    plot.fit()
    plot.grab()
    asked.clear()
    plot.view_box.scaleBy((0.5, 0.5))
    assert asked == []
    (_, _, width, height), under = plot._backdrop._moved
    part = plot.visible_part
    assert (width, height) == (pytest.approx(2 * part.width), pytest.approx(2 * part.height))
    assert under is None


def test_a_slow_frame_is_no_pause(shown, themes, ticker, clock):
    plot = SurfacePlot(themes, ticker)
    plot.set_surface(bowl, ((-2.0, 2.0), (-2.0, 2.0)))
    shown(plot, 700, 500)
    plot.fit()
    plot.grab()
    plot.view_box.translateBy(x=0.3)
    clock.now += 1.0
    ticker.tick()
    assert plot._backdrop._moved is not None


def test_a_moved_picture_shows_the_colours_that_belong_there(shown, themes, ticker):
    """Colours before the rest are those after it, but for what interpolation does."""
    plot = SurfacePlot(themes, ticker)
    plot.set_surface(lambda x, y: x[None, :] + 0 * y[:, None], ((-2.0, 2.0), (-2.0, 2.0)))
    plot.set_contours(False)
    shown(plot, 700, 500)
    plot.fit()
    plot.grab()
    plot.view_box.translateBy(x=0.5)
    pixels = [plot.pixel_of(x, 1.0).toPoint() for x in (-1.2, 0.0, 1.0, 1.9)]
    moving = plot.viewport().grab().toImage()
    scale = plot.levels
    for pixel, x in zip(pixels, (-1.2, 0.0, 1.0, 1.9), strict=True):
        wanted = plot._scene.table[round(float(scale.position(x)) * 255)]
        seen = moving.pixelColor(pixel)
        assert np.abs(np.array([seen.red(), seen.green(), seen.blue()]) - wanted).max() <= 12


def test_a_hidden_map_computes_and_draws_nothing_until_it_is_shown(shown, themes, ticker):
    plot = SurfacePlot(themes, ticker)
    asked, arranged = [], []
    plot.set_surface(lambda x, y: asked.append(len(x)) or bowl(x, y), ((-2.0, 2.0), (-2.0, 2.0)))
    shown(plot, 700, 500)
    plot.fit()
    plot.hide()
    asked.clear()
    arrange = plot.arrange
    plot.arrange = lambda view: arranged.append(view) or arrange(view)
    plot.zoom_to((-1.0, 0.0), (-1.0, 0.0))
    plot.set_picture(SurfacePicture(x=-0.5, y=-0.5, value=0.5))
    ticker.tick()
    assert (asked, arranged, ticker.active) == ([], [], False)
    plot.show()
    assert asked
    assert arranged
    assert plot._scene.sampled.x[0] == plot.visible_part.x_low
    assert plot.marks.drawing.discs, "the ball is there again"


def veil_at(plot, x, y):
    """How near the colour at a point is to that of the panel: 0 for the purest yellow, 1 for the panel itself."""
    colour = plot.grab().toImage().pixelColor(plot.pixel_of(x, y).toPoint())
    return min(colour.getRgbF()[:3])


@pytest.mark.parametrize("size", [(900, 300), (300, 700), (640, 560), (520, 560)])
@pytest.mark.parametrize("domain", [((-6.0, 4.0), (-2.5, 2.5)), ((-1.0, 1.0), (-1.0, 1.0))])
def test_the_domain_is_what_is_seen_whatever_the_shape_of_the_window(shown, themes, size, domain):
    plot = SurfacePlot(themes)
    plot.set_surface(lambda x, y: x[None, :] ** 2 + y[:, None] ** 2, domain)
    shown(plot, *size)
    plot.fit()
    QApplication.processEvents()
    part = plot.visible_part
    across = (part.x_high - part.x_low) / (domain[0][1] - domain[0][0])
    up = (part.y_high - part.y_low) / (domain[1][1] - domain[1][0])
    assert min(across, up) == pytest.approx(1.0, rel=0.02)
    assert max(across, up) < 1.7
    x_scale, y_scale = np.abs(part.scale)
    title = plot.plot_item.getAxis("bottom").labelText
    assert "not at the scale of y" not in title
    assert x_scale == pytest.approx(y_scale, rel=1e-6)


def test_a_resized_window_shows_the_domain_again_but_keeps_a_zoom(shown, themes):
    plot = SurfacePlot(themes)
    plot.set_surface(lambda x, y: x[None, :] ** 2 + y[:, None] ** 2, ((-1.0, 1.0), (-1.0, 1.0)))
    shown(plot, 500, 500)
    plot.fit()
    plot.resize(1200, 400)
    QApplication.processEvents()
    assert (plot.visible_part.y_low, plot.visible_part.y_high) == pytest.approx((-1.0, 1.0))
    assert plot.visible_part.x_high == pytest.approx(1.5, rel=0.02), "beside it blank, not more of the surface"
    plot.zoom_to((0.2, 0.4), (0.1, 0.2))
    plot.resize(1100, 400)
    QApplication.processEvents()
    assert plot.visible_part.x_high - plot.visible_part.x_low < 0.5


def test_colours_are_chosen_by_the_part_of_the_domain_that_is_seen(shown, themes):
    """A somewhat wider window shows more than the domain, where the function towers over all that matters."""
    plot = SurfacePlot(themes)
    plot.set_surface(lambda x, y: x[None, :] ** 4 + y[:, None] ** 4, ((-1.0, 1.0), (-1.0, 1.0)))
    shown(plot, 500, 500)
    plot.fit()
    square = (plot.levels.rule, plot.levels.high)
    plot.resize(780, 500)
    QApplication.processEvents()
    plot.fit()
    assert plot.visible_part.x_high > 1.25
    assert veil_at(plot, 1.15, 0.0) > 1.5 * veil_at(plot, 0.9, 0.0), "no full colours where they mean nothing"
    assert plot.levels.rule == square[0]
    assert plot.levels.high == pytest.approx(square[1], rel=0.1)
    plot.zoom_to((3.0, 5.0), (3.0, 5.0))
    plot.settle()
    assert plot.levels.low > 80, "away from the domain they follow what is seen"


def test_nothing_is_computed_twice_for_one_view(plot):
    calls = []

    def counted(x, y):
        calls.append((len(x), len(y)))
        return bowl(x, y)

    plot.set_surface(counted, ((-2.0, 2.0), (-2.0, 2.0)))
    calls.clear()
    for x in np.linspace(-1, 1, 20):
        plot.set_picture(picture(x, 0.0))
    plot.grab()
    assert calls == []


def _colour(plot, x, y):
    image = plot.grab().toImage()
    return image.pixelColor(plot.pixel_of(x, y).toPoint())


def test_low_is_dark_and_high_is_light(plot):
    plot.set_picture(SurfacePicture())
    plot.set_contours(False)
    assert _colour(plot, 0.0, 0.0).lightnessF() < 0.35
    assert _colour(plot, 1.9, 1.9).lightnessF() > 0.5


def test_what_is_undefined_is_hatched_and_named(plot):
    def half(x, y):
        with np.errstate(all="ignore"):
            return np.log(x)[None, :] + y[:, None] ** 2

    plot.set_surface(half, ((-2.0, 2.0), (-2.0, 2.0)))
    plot.set_picture(SurfacePicture())
    assert [label.lines[0][0] for label in plot.marks._drawing.labels] == ["undefined here"]
    grey = _colour(plot, -1.0, 1.0)
    assert max(grey.red(), grey.green(), grey.blue()) - min(grey.red(), grey.green(), grey.blue()) < 25


def test_a_basin_map_lies_over_the_colours_and_goes_away(plot):
    plot.set_picture(SurfacePicture())
    plot.set_contours(False)
    before = _colour(plot, 1.0, 1.0)
    plot.set_basins(BasinMap(np.array([[0, 0], [0, 1]]), (-2, 2), (-2, 2), ("#0000ff", "#ff0000")))
    over = _colour(plot, 1.0, 1.0)
    assert over.red() > 150 > over.green()
    plot.set_basins(None)
    assert _colour(plot, 1.0, 1.0) == before


def test_the_bar_shows_the_lines_and_where_the_ball_is(plot):
    texts = [tick.text for tick in plot.colour_bar.ticks]
    assert len(texts) > 5
    plot.set_picture(picture(0.0, 0.0))
    low = plot.colour_bar._picture.mark
    plot.set_picture(picture(1.9, 1.9))
    assert low == 0
    assert plot.colour_bar._picture.mark > 0.8


def test_the_theme_changes_colours_and_keeps_the_view(plot, themes):
    before, seen = _colour(plot, 1.9, 1.9), plot.view_box.viewRange()
    themes.set_mode("dark")
    assert _colour(plot, 1.9, 1.9) != before
    assert np.array(plot.view_box.viewRange()) == pytest.approx(np.array(seen), abs=0.05)


CODE = """
import itertools, math, warnings
import numpy as np
from PySide6.QtWidgets import QApplication
application = QApplication([])
from gdsim.app.plots.surface_image import BasinMap
from gdsim.app.plots.surface_picture import Marks, SurfacePicture, SurfaceShown, Track
from gdsim.app.plots.surface_plot import SurfacePlot
from gdsim.app.theme import theme_manager

warnings.simplefilter("error")
HOSTILE = [0.0, math.nan, math.inf, -math.inf, 1e308, -1e308, 5e-324, 1e150]
plot = SurfacePlot(theme_manager())
plot.resize(400, 300)
plot.show()
for value, other in itertools.product(HOSTILE, HOSTILE):
    pattern = np.array([value, other, 1.0])
    plot.set_surface(lambda x, y: np.resize(pattern, (len(y), len(x))), ((value, other), (other, 1.0)), value)
    points = np.array([[value, other], [other, value]])
    pair = (value, other)
    plot.set_picture(SurfacePicture(value, other, 1.0, pair, pair, pair, pair, np.array(pair), points, points, points,
        points, points, points, (Track(points, "good", "a"),), (Marks(points, "bad"),), abs(value),
        SurfaceShown(curvature=True)))
    plot.set_basins(BasinMap(np.array([[-2, -1], [0, 1]]), (-1.0, 1.0), (0.0, 1.0), ("good",)))
    plot.fit()
    plot.follow(points)
    plot.show_range((value, other), (other, value))
    application.processEvents()
    plot.grab()
plot.set_surface(lambda x, y: x[None, :] + y[:, None], ((-1.0, 1.0), (-1.0, 1.0)))
for size in ((1, 1), (5, 400), (400, 5), (60, 60)):
    plot.resize(*size)
    application.processEvents()
    plot.grab()
print("alive")
"""


def test_no_numbers_end_the_process():
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, timeout=110)
    assert (done.returncode, done.stdout.strip(), done.stderr.strip()[-2000:]) == (0, "alive", "")


def test_words_are_measured_anew_in_another_font(plot, themes):
    font = themes.font("secondary")
    small = plot.marks.measure("known minimum")
    assert plot.marks.measure("known minimum") == small
    font.setPixelSize(2 * font.pixelSize())
    plot.marks.set_style(themes.theme, font)
    assert plot.marks.measure("known minimum")[0] > 1.5 * small[0]
