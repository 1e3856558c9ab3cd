"""The widget: what is painted, how it is turned, and that no numbers make it fail."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QImage, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gdsim.app.pictures import Picture
from gdsim.app.plots.camera_3d import AZIMUTH, ELEVATION
from gdsim.app.plots.colour_maps import colour_table
from gdsim.app.plots.surface_3d import Surface3D
from gdsim.app.plots.surface_picture import SurfacePicture, SurfaceShown
from gdsim.app.plots.surface_tracks import MARKERS, Track

AXIS = np.linspace(-2.0, 2.0, 61)
X, Y = np.meshgrid(AXIS, AXIS)
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton


@pytest.fixture
def clock():
    """Seconds that pass at each look."""

    class Clock:
        now, pace = 0.0, 0.0

        def __call__(self):
            self.now += self.pace
            return self.now

    return Clock()


@pytest.fixture
def widget(shown, themes, clock):
    widget = shown(Surface3D(themes, clock=clock), 420, 360)
    widget.clearFocus()
    widget.set_surface(AXIS, AXIS, X**2 + Y**2, colour_table())
    return widget


def pixels(widget, scale=1):
    image = QImage(widget.size() * scale, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(scale)
    widget.render(image)
    return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1, 4)[..., 2::-1].astype(int)


def mouse(widget, kind, x, y, button=LEFT, buttons=LEFT):
    place = QPointF(x, y)
    event = QMouseEvent(kind, place, widget.mapToGlobal(place), button, buttons, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(widget, event)


def near(picture, colour, slack=12):
    wanted = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return (np.abs(picture - wanted).max(axis=-1) <= slack).sum()


def test_the_surface_has_the_colours_of_the_map(widget):
    picture = pixels(widget)
    low, high = ("#" + "".join(f"{part:02x}" for part in colour_table()[index]) for index in (20, 250))
    assert near(picture, low) > 50
    assert near(picture, high) > 20


def test_the_ball_is_drawn_and_taken_away(widget, themes):
    before = near(pixels(widget), themes.theme.step, 4)
    widget.set_ball((0.0, 0.0))
    assert near(pixels(widget), themes.theme.step, 4) > before + 120
    widget.set_ball(None)
    assert near(pixels(widget), themes.theme.step, 4) == before


def test_arrows_and_cross_are_drawn_in_their_colours_and_only_if_asked_for(widget, themes):
    widget.set_ball((1.0, 0.0))
    picture = SurfacePicture(
        1.0, 0.0, 1.0, (2.0, 0.0), (-1.5, 0.0), eigenvalues=np.array([2.0, 2.0]), eigenvectors=np.eye(2),
        gradient_scale=0.4, shown=SurfaceShown(curvature=True),
    )  # fmt: skip
    amounts = []
    for about in (None, picture, replace(picture, shown=SurfaceShown(False, False))):
        widget.set_about_ball(about, alone=True)
        seen = pixels(widget)
        amounts.append([near(seen, themes.theme.colour(name), 6) for name in ("gradient", "step", "curvature")])
    assert (np.array(amounts[1]) - amounts[0] > (60, 100, 60)).all()
    assert amounts[2] == amounts[0]


def test_a_hidden_path_is_fainter(widget):
    widget.set_surface(AXIS, AXIS, np.exp(-(((Y + 0.5) / 0.3) ** 2)), colour_table())
    path = np.column_stack([np.linspace(-1, 1, 9), np.full(9, 0.3)])
    difference = []
    for azimuth in (0.0, 180.0):
        widget.set_path(np.empty((0, 2)))
        widget.set_view(azimuth, 10.0)
        plain = pixels(widget)
        widget.set_path(path)
        difference.append(np.abs(pixels(widget) - plain).sum())
    assert 0 < difference[0] < 0.5 * difference[1]


def test_runs_of_a_race_are_all_drawn(widget, themes):
    colours = themes.theme.classes[:3]
    widget.set_paths([
        Track(np.array([(-1.0, 0.3 * i - 0.3), (1.0, 0.3 * i - 0.3)]), colour, marker=MARKERS[i])
        for i, colour in enumerate(colours)
    ])  # fmt: skip
    picture = pixels(widget)
    assert all(near(picture, colour, 6) > 40 for colour in colours)


def test_cut_heights_are_said(widget, themes):
    assert near(pixels(widget), themes.theme.warning) == 0
    widget.set_surface(AXIS, AXIS, 1 / np.maximum(X**2 + Y**2, 1e-5), colour_table())
    assert near(pixels(widget), themes.theme.warning, 30) > 10
    assert "cut at" in widget.accessibleDescription()


def test_without_a_surface_it_says_what_would_be_there(widget):
    widget.clear()
    assert np.unique(pixels(widget).reshape(-1, 3), axis=0).shape[0] > 3
    assert "no surface yet" in widget.accessibleDescription()


def test_a_drag_turns_and_tells(widget, qtbot):
    with qtbot.waitSignal(widget.view_changed) as told:
        mouse(widget, QEvent.Type.MouseButtonPress, 100, 100)
        mouse(widget, QEvent.Type.MouseMove, 150, 120, NONE)
    mouse(widget, QEvent.Type.MouseButtonRelease, 150, 120, buttons=NONE)
    assert told.args == list(widget.view)
    assert widget.view[0] < AZIMUTH
    assert widget.view[1] > ELEVATION
    mouse(widget, QEvent.Type.MouseMove, 200, 160, NONE, NONE)
    assert told.args == list(widget.view)


def test_keys_turn_zoom_and_reset(widget, qtbot):
    for key, index, sign in (
        (Qt.Key.Key_Left, 0, 1), (Qt.Key.Key_Right, 0, -1), (Qt.Key.Key_Up, 1, 1), (Qt.Key.Key_Down, 1, -1),
        (Qt.Key.Key_Plus, 2, 1), (Qt.Key.Key_Minus, 2, -1),
    ):  # fmt: skip
        before = widget.view[index]
        with qtbot.waitSignal(widget.view_changed):
            QTest.keyClick(widget, key)
        assert (widget.view[index] - before) * sign > 0
    QTest.keyClick(widget, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert widget.view[0] == pytest.approx(AZIMUTH + 15)
    QTest.keyClick(widget, Qt.Key.Key_Home)
    assert widget.view == (AZIMUTH, ELEVATION, 1.0)


def test_the_wheel_zooms_and_set_view_tells_nobody(widget, qtbot):
    event = QWheelEvent(
        QPointF(50, 50), QPointF(50, 50), QPoint(), QPoint(0, 120), NONE, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    with qtbot.waitSignal(widget.view_changed):
        QApplication.sendEvent(widget, event)
    assert widget.view[2] > 1
    with qtbot.assertNotEmitted(widget.view_changed):
        widget.set_view(10.0, 20.0, 2.0)
    assert widget.view == (10.0, 20.0, 2.0)


def test_a_slow_turn_is_coarser_until_it_ends(widget, clock):
    still = pixels(widget)
    clock.pace = 1.0  # each picture takes a second
    mouse(widget, QEvent.Type.MouseButtonPress, 100, 100)
    mouse(widget, QEvent.Type.MouseMove, 101, 100, NONE)
    first = pixels(widget)
    mouse(widget, QEvent.Type.MouseMove, 102, 100, NONE)
    mouse(widget, QEvent.Type.MouseMove, 101, 100, NONE)
    assert (pixels(widget) != first).any()
    mouse(widget, QEvent.Type.MouseMove, 100, 100, NONE)
    mouse(widget, QEvent.Type.MouseButtonRelease, 100, 100, buttons=NONE)
    assert (pixels(widget) == still).all()


def test_a_step_does_not_paint_the_surface_again(widget, clock):
    pixels(widget)
    looked = clock.now
    clock.pace = 1.0
    widget.set_ball((0.5, 0.5))
    widget.set_path([(1, 1), (0.5, 0.5)])
    widget.set_about_ball(SurfacePicture(0.5, 0.5, 0.5, (1.0, 1.0), (-0.1, -0.1)))
    pixels(widget)
    assert clock.now == looked


def test_the_theme_changes_the_picture(widget, themes):
    light = pixels(widget)
    themes.set_mode("dark")
    assert pixels(widget)[2, 2].sum() < 150 < light[2, 2].sum()


def test_it_is_sharp_at_two_hundred_per_cent(widget):
    widget.set_ball((1.0, 1.0))
    one, two = pixels(widget), pixels(widget, 2)
    blown_up = one.repeat(2, axis=0).repeat(2, axis=1)
    assert np.abs(two - blown_up).mean() < 8  # the same picture
    # Differences between the halves of what was one pixel: none in a picture that was only made larger.
    within = np.abs(np.diff(two, axis=1)[:, ::2]).max(axis=-1)
    assert (within > 20).sum() > 400
    assert not np.diff(blown_up, axis=1)[:, ::2].any()


def test_a_file_is_drawn_afresh_as_vectors(widget):
    widget.set_path([(1.5, 1.5), (0.5, 0.2)])
    widget.set_ball((0.5, 0.2))
    picture = Picture("surface", "Surface", QSize(400, 300), "#ffffff", widget.paint_scene)
    svg = picture.svg()
    assert b"<image" not in svg
    assert svg.count(b"<path") + svg.count(b"<poly") > 3000
    assert not picture.image().isNull()


def test_no_numbers_make_painting_fail(widget):
    random = np.random.default_rng(7)
    pool = [np.nan, np.inf, -np.inf, 1e308, -1e308, 5e-324, 0.0, 1.0, 1e150]
    grids = [np.full((21, 21), value) for value in pool]
    grids += [random.choice(pool, (21, 21)) for _ in range(25)]
    grids += [np.zeros((0, 0)), np.zeros(3), np.zeros((1, 9))]
    axis = np.linspace(-1, 1, 21)
    for index, grid in enumerate(grids):
        across = [axis, axis, np.zeros(21), np.full(21, np.nan), axis * 1e-320, np.array([1e308, -1e308])][index % 6]
        widget.set_surface(across, axis, grid, colour_table(), log_heights=index % 2 == 0)
        points = random.choice(pool, (12, 2))
        widget.set_path(points)
        widget.set_minima(points[:2])
        widget.set_ball(tuple(points[3]))
        pairs = [tuple(pair) for pair in points[4:8].tolist()]
        widget.set_about_ball(SurfacePicture(
            *points[3].tolist(), 1.0, *pairs, eigenvalues=points[8], eigenvectors=points[9:11],
            gradient_scale=float(points[11, 0]), shown=SurfaceShown(curvature=True),
        ))  # fmt: skip
        widget.set_paths([Track(points, "#ff0000", dashes=(3.0, 2.0), marker=MARKERS[index % len(MARKERS)])])
        widget.set_view(*random.choice([*pool, 45.0, 90.0], 3))
        widget.set_perspective(index % 3 > 0)
        widget.resize(int(random.integers(1, 300)), int(random.integers(1, 300)))
        pixels(widget)
