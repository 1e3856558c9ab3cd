"""Descend on functions of x and y, as a user has it: by mouse and keys, against closed forms."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gdsim.app import cli
from gdsim.app.options import Options
from gdsim.app.tabs import TABS
from gdsim.app.tabs.descend.look import Look
from gdsim.app.tabs.descend.readings import numbers_of
from gdsim.app.tabs.descend.session import DescendSession
from gdsim.app.tabs.descend.shown import Shown
from gdsim.app.tabs.descend.surface_readings import (
    gradient_latex,
    gradient_words,
    surface_numbers,
    surface_picture_of,
    surface_scale_of,
)  # fmt: skip
from gdsim.app.tabs.descend.surface_view import SurfaceView
from gdsim.app.widgets.figures import format_number, parse_number
from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.schedules import SCHEDULES
from gdsim.core.surfaces import SURFACES
from tests.app.gestures import click, drag, keys, let_go, line, press, type_over

START = (-2.2, 1.6)  # of the round bowl x² + y², whose gradient is (2x, 2y) and whose rate is 0.1


@pytest.fixture
def open_tab(context, shown):
    """Opens Descend as the command line would, with these options."""
    tabs = []

    def opened(**options):
        tab = shown(TABS["descend"].make(replace(context, options=Options(**options))), 1280, 740)
        tabs.append(tab)
        return tab

    yield opened
    for tab in tabs:
        tab.stop()


@pytest.fixture
def tab(open_tab):
    return open_tab(surface="bowl")


@pytest.fixture
def plot(tab):
    return tab.surface.plot


@pytest.fixture
def rest(ticker, clock):
    """Lets so much time pass that a view which has moved counts as resting."""

    def wait():
        QApplication.processEvents()  # a hidden plot is told its new size only now
        for _ in range(3):
            clock.now += 0.1
            ticker.tick()

    return wait


@pytest.fixture
def session(ticker, themes):
    return DescendSession(ticker)


def point_of(tab) -> tuple[float, ...]:
    return tuple(tab.session.step.point.tolist())


def enter(field, text) -> None:
    type_over(field.edit, text)
    keys(field.edit, Qt.Key.Key_Return)


def press_box(box) -> None:
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(10, box.height() // 2))


def choose(combo, key) -> None:
    """Walk to an entry of a closed combo box with the arrow keys."""
    combo.setFocus()
    while combo.currentData() != key:
        down = combo.findData(key) > combo.currentIndex()
        keys(combo, Qt.Key.Key_Down if down else Qt.Key.Key_Up)


def turn_wheel(plot, x, y, clicks) -> None:
    pixel = plot.pixel_of(x, y)
    event = QWheelEvent(
        pixel, QPointF(plot.viewport().mapToGlobal(pixel)), QPoint(), QPoint(0, 120 * clicks),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(plot.viewport(), event)


def words(plot) -> list[str]:
    """Everything that is written over the picture."""
    return [text for label in plot.marks._drawing.labels for text, _ in label.lines]


def colours(plot) -> set[str]:
    drawing = plot.marks._drawing
    return {item.colour for item in (*drawing.strokes, *drawing.arrows)}


def pair(text: str) -> list[float]:
    """The two numbers of a row of the table."""
    return [parse_number(part) for part in text.split(", ")]


# The ball under mouse and keys


def test_dragging_shows_the_path_to_the_end_and_dropping_starts_there(tab, plot, ticker):
    tab.advance(3)
    drag(plot, line(point_of(tab), (1.0, -0.5)), release=False)
    ticker.finish()
    preview = plot.picture.preview
    assert len(preview) > 40
    assert preview == pytest.approx(preview[0] * 0.8 ** np.arange(len(preview))[:, None], abs=1e-12)
    assert np.abs(preview[-1]).max() < 1e-4
    assert point_of(tab) == pytest.approx((1.0, -0.5), abs=0.03)
    assert tab.transport.position.text() == "step 0"
    assert not tab.numbers.worked.isVisible()
    let_go(plot, plot.pixel_of(1.0, -0.5))
    assert tab.session.preview is None
    assert len(plot.picture.preview) == 0
    assert (tab.session.index, tab.session.count) == (0, 0)
    assert tab.session.experiment.start == pytest.approx((1.0, -0.5), abs=0.03)
    assert tab.controls.start_y.value() == tab.session.experiment.start[1]
    assert len(plot.picture.ghost) == 4


def test_a_click_puts_the_ball_there_and_undo_brings_it_back(tab, plot):
    click(plot, 1.2, -0.7)
    there = point_of(tab)
    assert there == pytest.approx((1.2, -0.7), abs=0.03)
    tab.undo()
    assert point_of(tab) == START
    tab.redo()
    assert point_of(tab) == there


def test_arrow_keys_nudge_shift_nudges_further_and_undo_takes_them_as_one(tab, plot):
    press(plot, plot.pixel_of(*START))
    let_go(plot, plot.pixel_of(*START))
    assert plot.hasFocus()
    part = plot.visible_part
    keys(plot, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Up)
    nudged = point_of(tab)
    across, up = 0.005 * (part.x_high - part.x_low), 0.005 * (part.y_high - part.y_low)
    assert nudged == pytest.approx((START[0] + 2 * across, START[1] + up), rel=1e-9)
    keys(plot, Qt.Key.Key_Down, shift=True)
    assert point_of(tab)[1] == pytest.approx(nudged[1] - 10 * up, rel=1e-9)
    tab.undo()
    assert point_of(tab) == START
    assert not tab.can_undo()
    keys(plot, Qt.Key.Key_Escape)
    assert not plot.hasFocus()


def test_both_coordinates_of_the_start_can_be_typed(tab):
    tab.advance(2)
    enter(tab.controls.start, "0.5")
    assert point_of(tab) == (0.5, 1.6)
    enter(tab.controls.start_y, "-1.25")
    assert point_of(tab) == (0.5, -1.25)
    assert (tab.session.index, tab.session.count) == (0, 0)
    enter(tab.controls.start_y, "north")
    assert "type a number" in tab.controls.start_y.problem.text()
    assert point_of(tab) == (0.5, -1.25)


# Another function


def test_a_formula_with_y_turns_the_curve_into_a_surface_and_back(open_tab):
    tab = open_tab()
    assert not tab.controls.start_y.isVisible()
    type_over(tab.controls.formula.edit, "x^2+3y^2")
    assert tab.pages.currentWidget() is tab.surface
    assert tab.surface.plot.isVisible()
    assert not tab.curve.isVisible()
    assert tab.controls.start_y.isVisible()
    assert point_of(tab) == (-1.55, 1.5)
    assert tab.session.step.gradient.tolist() == pytest.approx([-3.1, 9.0])
    assert tab.numbers.surface_table.isVisible()
    assert not tab.numbers.table.isVisible()
    assert tab.surface.plot.visible_part.contains(*point_of(tab))
    type_over(tab.controls.formula.edit, "x^2")
    assert tab.pages.currentWidget() is tab.curve
    assert point_of(tab) == (-1.55,)
    assert not tab.controls.start_y.isVisible()
    assert tab.numbers.table.isVisible()
    tab.advance(1)
    assert tab.curve._picture.x == point_of(tab)[0]
    tab.undo()
    assert tab.pages.currentWidget() is tab.curve
    assert tab.session.experiment.surface == "double_well"
    tab.redo()
    tab.session.set_surface("bowl")
    type_over(tab.controls.formula.edit, "x^4")
    tab.undo()
    assert tab.pages.currentWidget() is tab.surface
    assert tab.controls.formula.text() == SURFACES["bowl"].formula
    assert point_of(tab) == START


def test_a_wrong_formula_keeps_the_last_good_surface(tab, plot):
    edit, bowl = tab.controls.formula.edit, "x^2 + y^2"
    for added, told in (("*z", "z"), ("+", "after +"), ("+foo(x)", "foo"), (")", "bracket")):
        edit.setFocus()
        keys(edit, Qt.Key.Key_End)
        QTest.keyClicks(edit, added)
        assert told in tab.controls.formula.message.text()
        assert tab.session.experiment.formula == bowl
        sampled = plot._scene.sampled
        assert sampled.values == pytest.approx(np.add.outer(sampled.y**2, sampled.x**2))
        before = np.array(point_of(tab))
        tab.advance(1)
        assert point_of(tab) == pytest.approx(tuple(0.8 * before))
        assert edit.text() == f"{bowl}{added}"
        keys(edit, Qt.Key.Key_End, *[Qt.Key.Key_Backspace] * len(added))
        assert tab.controls.formula.message.text() == ""


def test_the_domain_of_y_is_typed_and_a_wrong_order_is_refused(tab, plot):
    controls = tab.controls
    enter(controls.top, "5")
    assert tab.session.experiment.domain == ((-3.0, 3.0), (-3.0, 5.0))
    assert plot.visible_part.contains(0.0, 4.99)
    for wrong in ("-9", "-3"):
        enter(controls.top, wrong)
        assert controls.top.problem.text() == "The lower end of the domain has to be less than the upper end."
        assert tab.session.experiment.domain == ((-3.0, 3.0), (-3.0, 5.0))
    assert plot.visible_part.contains(0.0, 4.99)
    enter(controls.top, "2")
    assert controls.top.problem.text() == ""
    assert tab.session.experiment.domain == ((-3.0, 3.0), (-3.0, 2.0))
    enter(controls.bottom, "1.9999999999")
    assert plot.visible_part.usable
    assert plot.visible_part.contains(0.0, 2.0)
    assert "nan" not in tab.sentence.text


@pytest.mark.parametrize(("field", "wrong"), [("bottom", "9"), ("top", "-9"), ("low", "9"), ("high", "-9")])
def test_a_refused_end_is_explained_in_its_own_field_until_something_else_is_in_force(tab, plot, field, wrong):
    controls = tab.controls
    ends = {name: getattr(controls, name) for name in ("low", "high", "bottom", "top")}
    enter(controls.start, "1")
    enter(ends[field], wrong)
    assert {name for name, end in ends.items() if end.problem.text()} == {field}
    assert "has to be less than" in ends[field].problem.text()
    assert tab.session.experiment.domain == ((-3.0, 3.0), (-3.0, 3.0))
    tab.undo()
    assert not any(end.problem.text() for end in ends.values())
    assert [end.value() for end in ends.values()] == [-3.0, 3.0, -3.0, 3.0]
    assert ends[field].edit.text() == ("−3" if field in ("low", "bottom") else "3")


def test_noise_and_schedule_are_named_on_their_folded_group(tab):
    header = tab.controls.randomness.header
    assert not tab.controls.randomness.open
    assert header.text() == "Noise and schedule"
    assert "noise" not in tab.controls.rate.words.text()
    tab.session.set_noise(0.5)
    assert header.text() == "Noise 0.5"
    tab.session.set_schedule(SCHEDULES["cosine"]())
    tab.session.set_surface("himmelblau")
    assert header.text() == header.accessibleName() == "Noise 0.5, cosine"
    assert header.sizeHint().width() <= tab.controls.width()
    tab.session.set_surface("bowl")
    tab.advance(3)
    said = tab.controls.rate.words.text()
    assert said.startswith(f"The schedule (cosine) makes it {format_number(tab.session.step.lr, trim=True)} at")
    assert tab.session.step.lr < tab.controls.rate.field.value()
    assert "Gradient noise: 0.5. " in said
    tab.session.set_noise(0.0)
    assert header.text() == "Cosine"


def test_a_long_formula_stays_readable_and_scrolls(tab):
    window = tab.controls.formula.window_on_typeset
    assert not window.scrolls
    tab.session.set_surface("goldstein_price")
    QApplication.processEvents()
    label = tab.controls.formula.typeset
    assert window.scrolls
    assert label.width() >= 0.79 * label.sizeHint().width()
    assert label.height() >= label.sizeHint().height()
    bar = window.horizontalScrollBar()
    assert bar.maximum() == label.width() - window.viewport().width()
    at = QPointF(10, 10)
    wheel = QWheelEvent(at, window.viewport().mapToGlobal(at), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
                        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False)  # fmt: skip
    QApplication.sendEvent(window.viewport(), wheel)
    assert bar.value() > 0
    tab.session.set_surface("ackley")
    assert bar.value() == 0
    tab.session.set_surface("bowl")
    QApplication.processEvents()
    assert not window.scrolls


# Arrows, memory, curvature


def test_arrows_are_labelled_with_their_sizes_and_scale(tab, plot):
    gradient = 2 * math.hypot(*START)
    written = words(plot)
    assert f"gradient ∇f {gradient:.3f}" in written
    assert f"step {0.1 * gradient:.4f}, to scale" in written
    assert any(text.startswith("uphill, drawn ×") for text in written)
    assert "known minimum" in written
    assert colours(plot) >= {"gradient", "step"}


def test_the_memory_is_drawn_and_can_be_switched_off(tab, plot):
    choose(tab.controls.optimizer, "momentum")
    tab.advance(3)
    assert any(text.startswith("velocity") for text in words(plot))
    assert "tangent" in colours(plot)
    press_box(tab.controls.switches["memory"])
    assert not tab.controls.switches["memory"].isChecked()
    assert not any(text.startswith("velocity") for text in words(plot))
    assert "tangent" not in colours(plot)
    press_box(tab.controls.switches["memory"])
    choose(tab.controls.optimizer, "adam")
    tab.advance(1)
    assert "effective rate" in words(plot)
    ellipse = [stroke for stroke in plot.marks._drawing.strokes if stroke.dashes == (6.0, 3.0)]
    assert ellipse
    press_box(tab.controls.switches["memory"])
    assert "effective rate" not in words(plot)


def test_the_curvature_cross_is_drawn_on_demand(tab, plot):
    type_over(tab.controls.formula.edit, "x^2-3y^2")
    assert "curvature" not in colours(plot)
    press_box(tab.controls.switches["curvature"])
    assert {"λ 2, bends up", "λ −6, bends down"} <= set(words(plot))
    arms = [stroke for stroke in plot.marks._drawing.strokes if stroke.colour == "curvature"]
    solid = [np.ptp(arm.points, axis=0) for arm in arms if not arm.dashes]
    dashed = [np.ptp(arm.points, axis=0) for arm in arms if arm.dashes]
    assert all(across > 5 * abs(down) for across, down in solid)
    assert all(down > 5 * abs(across) for across, down in dashed)
    assert solid
    assert dashed


def test_what_is_shown_can_be_chosen(tab, plot):
    tab.advance(3)
    for name, colour in (("gradient", "gradient"), ("step", "step"), ("path", "text")):
        assert colour in colours(plot)
        press_box(tab.controls.switches[name])
        assert colour not in colours(plot)


def test_the_path_ahead_ends_where_the_run_will_end(tab, plot):
    assert len(plot.picture.preview) == 0
    press_box(tab.controls.switches["ahead"])
    ahead = plot.picture.preview
    assert ahead[0].tolist() == list(START)
    assert np.abs(ahead[-1]).max() < 1e-4
    assert tab.session.count == 0
    tab.advance(5)
    assert point_of(tab) == pytest.approx(ahead[5])


# The numbers


def test_the_numbers_of_himmelblau_by_hand(open_tab):
    tab = open_tab(surface="himmelblau", start=(1.0, 2.0))
    table = tab.numbers.surface_table
    assert parse_number(table.value_text("value")) == 68
    assert pair(table.value_text("point")) == [1, 2]
    assert pair(table.value_text("gradient")) == [-36, -32]
    assert parse_number(table.value_text("size")) == pytest.approx(math.hypot(36, 32), rel=1e-3)
    assert pair(table.value_text("step")) == pytest.approx([0.36, 0.32])
    largest = 2 + math.hypot(24, 12)  # the Hessian is ((−22, 12), (12, 26))
    assert pair(table.value_text("curvature")) == pytest.approx([2 - math.hypot(24, 12), largest], rel=1e-3)
    assert parse_number(table.value_text("limit")) == pytest.approx(2 / largest, rel=1e-3)
    (mark,) = tab.controls.rate.slider.marks()
    assert (mark.value, mark.label) == (pytest.approx(2 / largest), "2/λ")
    choose(tab.controls.optimizer, "momentum")
    (mark,) = tab.controls.rate.slider.marks()
    assert (mark.value, mark.label) == (pytest.approx(2 * 1.9 / largest), "2(1+β)/λ")
    tab.controls.rate.slider.take(0.2)
    assert tab.controls.rate.words.text().startswith("Above 2(1+β)/λ = 0.1318")
    choose(tab.controls.optimizer, "adam")
    assert tab.controls.rate.slider.marks() == []


@pytest.mark.parametrize("key", [key for key, surface in SURFACES.items() if surface.dim == 2])
def test_the_numbers_agree_with_differences_of_the_values(session, key):
    session.set_surface(key)
    start = np.add(session.experiment.start, (0.013, 0.017))
    session.move_to(tuple(start))
    value, h = session.objective.value, 1e-4
    unit = np.eye(2) * h

    def second(i, j):
        corners = [value(start + a * unit[i] + b * unit[j]) * a * b for a in (1, -1) for b in (1, -1)]
        return sum(corners) / (4 * h * h)

    hessian = np.array([[second(i, j) for j in (0, 1)] for i in (0, 1)])
    low, high = np.linalg.eigvalsh(hessian)
    gradient = [(value(start + unit[i]) - value(start - unit[i])) / (2 * h) for i in (0, 1)]
    told = surface_numbers(session)
    close = {"rel": 2e-3, "abs": 2e-3 * max(abs(low), abs(high))}
    assert pair(told["gradient"]) == pytest.approx(gradient, rel=2e-3, abs=1e-3 * math.hypot(*gradient))
    assert pair(told["curvature"]) == pytest.approx([low, high], **close)
    limit = numbers_of(session)["limit"]
    assert limit == (pytest.approx(2 / high, rel=4e-3) if high > 0 else "none here")


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_every_optimizer_draws_what_it_remembers(session, key):
    """A velocity is the move it asks for, an effective rate turns the gradient into a move; others draw nothing."""
    session.set_surface("stretched_10")
    session.choose_optimizer(key)
    session.advance(3)
    picture = surface_picture_of(session, Shown(curvature=True), surface_scale_of(session))
    assert (picture.velocity is not None) == (key in ("momentum", "nesterov"))
    assert (picture.rates is not None) == (key in ("adagrad", "rmsprop", "adadelta", "adam", "adamw", "nadam"))
    assert picture.eigenvalues.tolist() == pytest.approx([2.0, 20.0])
    assert np.abs(picture.eigenvectors) == pytest.approx(np.eye(2))
    if key == "momentum":
        assert picture.velocity == pytest.approx(picture.delta)
    if key in ("adagrad", "rmsprop"):
        assert np.multiply(picture.rates, picture.gradient) == pytest.approx(np.negative(picture.delta))
    hidden = surface_picture_of(session, Shown(memory=False), 0.1)
    assert (hidden.velocity, hidden.rates, hidden.eigenvalues) == (None, None, None)


@pytest.mark.parametrize("later", ["adadelta", "adam", "gd"])
def test_a_step_of_before_shows_what_its_own_optimizer_remembered(session, later):
    session.set_surface("stretched_10")
    session.choose_optimizer("momentum")
    session.advance(3)
    drawn = surface_picture_of(session, Shown(), 0.1)
    session.advance()
    session.choose_optimizer(later)
    session.advance(2)
    session.seek(3)
    again = surface_picture_of(session, Shown(), 0.1)
    assert again.velocity == pytest.approx(drawn.velocity)
    assert again.rates is None


def test_a_rate_of_099_of_the_limit_settles_and_of_101_flies_off(tab):
    tab.session.set_surface("stretched_100")
    limit = tab.controls.rate.slider.marks()[0].value
    assert limit == pytest.approx(2 / 200)
    enter(tab.controls.rate.field, repr(1.01 * limit))
    assert tab.controls.rate.words.text().startswith("Above 2/λ = 0.01")
    tab.advance(3000)
    assert tab.sentence.tone == "bad"
    assert "2/curvature = 0.01" in tab.sentence.text
    tab.transport.reset_button.click()
    enter(tab.controls.rate.field, repr(0.99 * limit))
    tab.advance(3000)
    assert tab.sentence.tone == "good"
    assert np.abs(point_of(tab)).max() < 1e-3


# From above and in space


def test_what_is_hidden_is_not_computed_and_both_pictures_show_one_path(tab, plot, rest):
    space, look = tab.surface.space, tab.controls.look
    tab.advance(2)
    assert not space.isVisible()
    assert space._scene.mesh is None
    assert "space" not in [picture.name for picture in tab.pictures()]
    choose(look, Look.BOTH)
    assert plot.isVisible()
    assert space.isVisible()
    tab.advance(2)
    path = START * 0.8 ** np.arange(5)[:, None]
    assert plot.picture.path == pytest.approx(path)
    assert space._scene.path == pytest.approx(path)
    assert space._scene.ball == pytest.approx(path[-1])
    assert space._scene.minima.tolist() == [[0.0, 0.0]]
    mesh = space._scene.mesh
    choose(look, Look.MAP)
    tab.session.set_surface("booth")
    assert space._scene.mesh is mesh
    choose(look, Look.SPACE)
    assert not plot.isVisible()
    assert space.isVisible()
    assert space._scene.mesh is not mesh
    rest()


def test_another_surface_is_shown_whole_wherever_the_ball_was_before(tab, plot):
    tab.session.set_surface("saddle")
    assert plot.follows
    assert plot.reach == tab.session.experiment.domain == ((-2.0, 2.0), (-2.0, 2.0))


@pytest.mark.parametrize("look", [Look.BOTH, Look.SPACE])
def test_the_surface_in_space_grows_with_the_run_as_the_map_does(tab, plot, look):
    tab.session.set_surface("saddle")
    choose(tab.controls.look, look)
    small = tab.surface.space._scene.mesh
    tab.advance(32)
    mesh = tab.surface.space._scene.mesh
    _, y = point_of(tab)
    assert small.y_range == (-2.0, 2.0)
    assert mesh.y_range[0] <= y <= mesh.y_range[1]
    assert mesh.y_range[1] > 2.0
    assert not mesh.cut


def test_the_surface_in_space_follows_a_typed_formula_and_is_among_the_pictures(tab, plot, rest):
    choose(tab.controls.look, Look.SPACE)
    before = space_image(tab)
    type_over(tab.controls.formula.edit, "x*y")
    assert tab.surface.space._scene.mesh is not None
    after = space_image(tab)
    assert before != after
    picture = next(picture for picture in tab.pictures() if picture.name == "space")
    image = picture.image()
    seen = {image.pixelColor(x, y).name() for x in range(0, image.width(), 7) for y in range(0, image.height(), 7)}
    assert len(seen) > 20
    assert b"<path" in picture.svg()
    tab.transport.step_button.click()
    assert tab.surface.space._scene.ball == point_of(tab)
    type_over(tab.controls.formula.edit, "x^2")
    assert "space" not in [picture.name for picture in tab.pictures()]
    rest()


def test_the_surface_in_space_takes_the_colours_that_the_map_takes_when_it_rests(tab, plot, rest):
    choose(tab.controls.look, Look.BOTH)
    rest()
    plot.grab()  # there is a picture that can be moved along
    before = plot.levels
    turn_wheel(plot, *START, 3)
    assert tab.surface.space._levels == before == plot.levels
    rest()
    assert tab.surface.space._levels == plot.levels != before


def space_image(tab):
    return tab.surface.space.grab().toImage()


def test_the_path_of_a_held_ball_is_shown_in_space_too(tab, plot, ticker):
    choose(tab.controls.look, Look.BOTH)
    QApplication.processEvents()
    drag(plot, line(START, (1.0, 1.0)), release=False)
    ticker.finish()
    assert tab.surface.space._scene.path == pytest.approx(plot.picture.preview)
    assert len(plot.picture.preview) > 40
    let_go(plot, plot.pixel_of(1.0, 1.0))
    assert len(tab.surface.space._scene.path) == 1
    tab.advance(4)
    assert len(tab.surface.space._scene.path) == 5
    press_box(tab.controls.switches["path"])
    assert len(tab.surface.space._scene.path) == 0


# The visible part


def test_a_zoom_is_not_lost_and_fit_shows_everything_again(tab, plot):
    whole = plot.view_box.viewRange()
    turn_wheel(plot, 1.0, 1.0, 6)
    zoomed = plot.view_box.viewRange()
    assert zoomed[0][1] - zoomed[0][0] < 0.8 * (whole[0][1] - whole[0][0])
    tab.transport.step_button.click()
    tab.advance(5)
    tab.transport.reset_button.click()
    press_box(tab.controls.switches["curvature"])
    tab.controls.formula.edit.setFocus()
    keys(tab.controls.formula.edit, Qt.Key.Key_End)
    QTest.keyClicks(tab.controls.formula.edit, "+y")
    assert tab.session.step.gradient.tolist() == pytest.approx([-4.4, 4.2])
    click(plot, 1.0, 1.0)
    assert plot.view_box.viewRange() == zoomed
    sampled = plot._scene.sampled
    assert (sampled.x[0], sampled.x[-1]) == (zoomed[0][0], zoomed[0][1])
    tab.fit()
    part = plot.visible_part
    for corner in ((-3, -3), (3, 3), (-3, 3), (3, -3)):
        assert part.contains(*corner)
    assert plot.follows
    before = np.array(plot.view_box.viewRange())
    drag(plot, line((-1.0, -1.0), (-1.5, -1.3)))
    assert np.array(plot.view_box.viewRange()) - before == pytest.approx(np.array([[0.5, 0.5], [0.3, 0.3]]), abs=0.08)
    assert not plot.follows
    assert tab.session.experiment.start == pytest.approx((1.0, 1.0), abs=0.05)


def test_a_run_that_leaves_the_picture_is_followed_until_the_user_zooms(tab, plot):
    tab.controls.rate.slider.take(1.1)
    tab.advance(3)
    assert plot.visible_part.contains(*point_of(tab))
    assert abs(point_of(tab)[0]) > 3
    tab.transport.reset_button.click()
    turn_wheel(plot, *START, 3)
    zoomed = plot.view_box.viewRange()
    tab.advance(3)
    assert plot.view_box.viewRange() == zoomed


@pytest.mark.parametrize("size", [(1280, 800), (1400, 880), (1600, 900), (1100, 700)])
def test_a_run_that_flies_off_is_followed_with_one_scale_and_in_colours_that_tell(open_tab, rest, size):
    tab = open_tab(surface="himmelblau", lr=0.05)
    tab.resize(*size)
    rest()
    plot = tab.surface.plot
    of_the_domain = plot.levels.high
    for _ in range(12):
        tab.advance(1)
        part = plot.visible_part
        assert part.scale[0] == pytest.approx(-part.scale[1], rel=1e-6)
        assert max(part.x_high - part.x_low, part.y_high - part.y_low) <= 4 * 12 * 1.5
    rest()
    path = tab.session.trace.rows()
    assert np.abs(path[-1, 0]) > 1e6
    assert all(part.contains(x, y) for x, y, _ in path[np.abs(path[:, 0]) < 13])
    assert plot.levels.high > 5 * of_the_domain
    inside = np.abs(np.meshgrid(plot._scene.sampled.x, plot._scene.sampled.y)).max(axis=0) < 13.5
    places = plot.levels.position(plot._scene.sampled.values[inside])
    assert (places > 0.99).mean() < 0.15, "not all of it is at the end of the colours"
    assert any(text.startswith("the ball is at x = ") for text in words(plot))
    tab.fit()
    assert plot.visible_part.contains(*path[-1, :2]), "as the words beside the pointer say"


def test_the_worked_rule_fits_its_column_from_the_start(context, shown, rest):
    """The steps of the command line are made before the column has its width."""
    tab = TABS["descend"].make(replace(context, options=Options(surface="himmelblau", lr=0.05)))
    tab.advance(3)
    shown(tab, 1400, 820)
    rest()
    rest()
    windows = [window for window in tab.numbers.worked._lines if window.isVisible()]
    assert len(windows) == 2
    assert not any(window.scrolls for window in windows)
    tab.stop()


def test_a_typed_domain_keeps_the_run(tab, plot):
    tab.advance(7)
    before = tab.session.trace.rows().copy()
    enter(tab.controls.high, "4")
    assert tab.session.experiment.domain[0] == (-3.0, 4.0)
    assert tab.session.index == 7
    assert np.array_equal(tab.session.trace.rows(), before)
    assert plot.visible_part.x_high >= 4
    tab.session.undo()
    assert (tab.session.experiment.domain[0], tab.session.index) == ((-3.0, 3.0), 7)


# Where there is no value


def test_a_run_stops_at_the_border_of_what_is_defined(open_tab):
    tab = open_tab(formula="log(x)+y^2", start=(1.0, 1.0), lr=0.1)
    plot = tab.surface.plot
    assert "undefined here" in words(plot)
    assert np.isnan(plot._scene.sampled.values[:, plot._scene.sampled.x < 0]).all()
    tab.advance(1000)
    path = tab.session.trace.rows()
    assert 3 < len(path) < 30
    assert (path[:, 0] > 0).all()
    assert path[-1, 0] - 0.1 / path[-1, 0] <= 0
    assert "the function has no value at (−" in tab.sentence.text.lower()
    assert tab.sentence.tone == "bad"
    assert not tab.transport.step_button.isEnabled()
    assert tab.transport.back_button.isEnabled()


def test_the_ball_may_be_put_where_there_is_no_value(open_tab):
    tab = open_tab(formula="log(x)+y^2", start=(1.0, 1.0))
    plot = tab.surface.plot
    drag(plot, line((1.0, 1.0), (-1.0, 1.0)))
    assert point_of(tab) == pytest.approx((-1.0, 1.0), abs=0.05)
    assert "the loss has no value here" in words(plot)
    assert "no value" in tab.sentence.text
    assert tab.numbers.surface_table.value_text("value") == "undefined"
    drag(plot, line(point_of(tab), (1.0, 0.5)))
    assert "the loss has no value here" not in words(plot)
    assert tab.transport.step_button.isEnabled()


def test_a_constant_is_flat_and_said_to_be(tab, plot):
    type_over(tab.controls.formula.edit, "3")
    assert tab.pages.currentWidget() is tab.surface
    assert tab.numbers.surface_table.value_text("value") == "3.000"
    assert pair(tab.numbers.surface_table.value_text("gradient")) == [0, 0]
    tab.advance(5)
    assert "flat" in tab.sentence.text
    assert point_of(tab) == START
    choose(tab.controls.look, Look.BOTH)
    tab.surface.space.grab()


def test_enormous_values_are_drawn_and_spoken_of(tab, rest):
    tab.set_look(Look.BOTH)
    for formula in ("1e308*(x^2+y^2)", "-1e308*x*y", "1e308+x*y", "-1e308+0y", "1/(x*y)^200"):
        tab.session.set_formula(formula)
        tab.session.move_to((1.5, -1.0))
        tab.advance(10)
        tab.fit()
        QApplication.processEvents()
        assert tab.surface.plot.visible_part.usable
        assert np.isfinite(tab.session.trace.rows()[:, :2]).all()
        assert tab.sentence.text
        assert "nan" not in tab.sentence.text.lower()
        assert not tab.surface.plot.grab().isNull()
        assert not tab.surface.space.grab().isNull()
    rest()


def test_a_surface_beyond_what_is_drawn_is_not_called_constant(tab, plot):
    tab.session.set_formula("1e200*(1+x^2+y^2)")
    QApplication.processEvents()
    assert plot._scene.levels.title == "too large to draw everywhere"
    assert "the loss here is too large to draw" in words(plot)
    assert "The picture is cut off at ±10¹⁵⁰" in tab.sentence.text


def test_an_enormous_start_is_pointed_to_from_the_edge(tab, plot):
    enter(tab.controls.start_y, "1e308")
    tab.advance(2)
    assert plot.visible_part.usable
    assert any(text.startswith("the ball is at x = ") for text in words(plot))
    assert "nan" not in tab.sentence.text.lower()
    tab.fit()
    assert plot.visible_part.contains(0, 0)


# From the command line, and from a file


def adam_by_hand(point, steps, lr):
    """Adam with its usual numbers on x² + 3y²."""
    point, mean, square = np.array(point), np.zeros(2), np.zeros(2)
    for count in range(1, steps + 1):
        gradient = np.array([2.0, 6.0]) * point
        mean, square = 0.9 * mean + 0.1 * gradient, 0.999 * square + 0.001 * gradient**2
        point = point - lr * (mean / (1 - 0.9**count)) / (np.sqrt(square / (1 - 0.999**count)) + 1e-8)
    return point


def test_the_command_line_says_what_is_descended(context, shown):
    arguments = "--tab descend --formula x^2+3y^2 --start -1.5,2 --optimizer adam --lr 0.1 --steps 20"
    options = cli.parse_options(arguments.split())
    assert cli.check_names(options) == ""
    tab = shown(TABS["descend"].make(replace(context, options=options)), 1280, 740)
    tab.advance(options.steps)
    assert tab.pages.currentWidget() is tab.surface
    assert tab.session.index == 20
    assert point_of(tab) == pytest.approx(adam_by_hand((-1.5, 2.0), 20, 0.1), rel=1e-9)
    assert (tab.controls.optimizer.key(), tab.controls.rate.field.value()) == ("adam", 0.1)
    assert (tab.controls.start.value(), tab.controls.start_y.value()) == (-1.5, 2.0)
    assert tab.controls.formula.text() == "x^2+3y^2"
    tab.stop()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [("--formula x^2+y^2 --start 1", "1 coordinate,"), ("--formula x^2 --start 1,2", "2 coordinates")],
)
def test_a_start_that_does_not_fit_is_answered_with_a_remark(context, arguments, told, shown):
    said = []
    context.notices.said.connect(lambda text, tone: said.append((text, tone)))
    options = cli.parse_options(arguments.split())
    tab = shown(TABS["descend"].make(replace(context, options=options)), 1280, 740)
    ((text, tone),) = said
    assert told in text
    assert tone == "bad"
    assert tab.session.surface is not None


def test_three_variables_are_refused_by_the_command_line():
    assert "z" in cli.check_names(cli.parse_options(["--formula", "x*y*z"]))


def test_a_session_of_two_dimensions_goes_through_json(session, ticker):
    session.set_surface("himmelblau")
    session.move_to((-0.5, 1.0))
    session.advance(4)
    session.choose_optimizer("adam")
    session.set_noise(0.3)
    session.advance(5)
    session.seek(6)
    saved = json.loads(json.dumps(session.state()))
    twin = DescendSession(ticker)
    twin.restore(saved)
    assert twin.state() == session.state()
    assert np.array_equal(twin.trace.rows(), session.trace.rows())
    assert twin.index == 6
    session.set_formula("x*y+0.5y^4")
    session.set_domain(-1.0, 4.0, axis=1)
    twin.restore(json.loads(json.dumps(session.state())))
    assert twin.experiment == session.experiment
    assert twin.experiment.domain == ((-6.0, 6.0), (-1.0, 4.0))


def test_the_table_holds_every_step_in_both_coordinates(tab):
    tab.advance(6)
    table = tab.table()
    assert table.header[:4] == ("step", "x", "y", "f(x, y)")
    rows = np.array(table.rows, dtype=float)
    assert rows[:, 1:3] == pytest.approx(START * 0.8 ** np.arange(7)[:, None])
    assert rows[:, 3] == pytest.approx((rows[:, 1:3] ** 2).sum(axis=1))


def test_with_noise_the_true_gradient_is_shown(tab):
    session = tab.session
    session.set_noise(20.0)
    session.advance(3)
    true = session.objective.gradient(session.step.point)
    assert not np.allclose(true, session.step.gradient)
    np.testing.assert_allclose(tab.main_plot.picture.gradient, true)


def test_where_there_is_no_value_there_are_no_derivatives(tab):
    session = tab.session
    session.set_formula("log(x) + y^2")
    session.move_to((-1.0, 1.0))
    for key in ("gradient", "step", "curvature", "limit"):
        assert tab.numbers.surface_table.value_text(key) == "undefined here"


# What is kept


def test_what_is_saved_is_shown_again(tab, plot, open_tab):
    tab.session.set_surface("himmelblau")
    tab.advance(5)
    press_box(tab.controls.switches["curvature"])
    choose(tab.controls.look, Look.BOTH)
    tab.side.strip.setCurrentIndex(2)
    QApplication.processEvents()
    plot.zoom_to((1.0, 4.0), (0.0, 3.0))
    saved = tab.save_state()
    twin = open_tab()
    twin.restore_state(json.loads(json.dumps(saved)))
    QApplication.processEvents()
    assert point_of(twin) == point_of(tab)
    assert twin.surface.look is Look.BOTH
    assert twin.side.strip.currentIndex() == 2
    assert not twin.surface.plot.follows
    (x_low, x_high), (y_low, y_high) = twin.surface.plot.view_box.viewRange()
    assert (x_low + x_high) / 2 == pytest.approx(2.5, abs=0.05)
    assert (y_low + y_high) / 2 == pytest.approx(1.5, abs=0.05)
    assert words(twin.surface.plot) == words(plot)


def test_retyping_a_formula_keeps_start_and_domain_of_y(tab):
    tab.session.set_surface("himmelblau")
    tab.session.move_to((1.0, -4.0))
    type_over(tab.controls.formula.edit, "x+y")
    assert tab.session.experiment.start == (1.0, -4.0)
    assert tab.session.experiment.domain == ((-6.0, 6.0), (-6.0, 6.0))


def test_the_cursor_stays_while_a_wrong_formula_is_typed_and_the_run_goes_on(tab):
    edit = tab.controls.formula.edit
    edit.setFocus()
    keys(edit, Qt.Key.Key_End)
    QTest.keyClicks(edit, "+")
    tab.advance(1)  # as each frame of playing does
    QTest.keyClicks(edit, "y")
    assert edit.text() == "x^2 + y^2+y"


def test_an_enormous_domain_is_refused_and_the_tab_lives_on(tab, plot):
    enter(tab.controls.top, "1e308")
    assert tab.controls.top.problem.text()
    tab.advance(1)
    enter(tab.controls.bottom, "-2")
    enter(tab.controls.top, "2")
    assert tab.session.experiment.domain == ((-3.0, 3.0), (-2.0, 2.0))


@pytest.mark.parametrize(
    ("size", "wide"), [((800, 560), True), ((500, 700), False), ((790, 660), False), ((1300, 500), True)]
)
def test_map_and_3d_share_the_room_by_its_shape(context, shown, size, wide):
    view = shown(SurfaceView(context), *size)
    surface = SURFACES["himmelblau"]
    view.set_surface(surface.objective(), surface)
    view.set_look(Look.BOTH)
    view.plot.fit()
    QApplication.processEvents()
    assert (view.orientation() == Qt.Orientation.Horizontal) == wide
    first, second = view.sizes()
    assert first == pytest.approx(second, rel=0.1)
    part = view.plot.visible_part
    assert part.height > 0.35 * size[1] or part.width > 0.6 * size[0]
    scale = np.abs(part.scale)
    assert scale[0] == pytest.approx(scale[1], rel=1e-6), "gradients stand at right angles on contour lines"
    seen = np.array([part.x_high - part.x_low, part.y_high - part.y_low]) / 12
    assert seen.min() == pytest.approx(1.0, rel=0.02)
    assert seen.max() <= 1.55, "little is seen beside the domain"
    on_map, under_space = view.plot.colour_bar.minimumWidth() > 0, view.space._has_bar(QRectF(view.space.rect()))
    assert (on_map, under_space) == ((False, True) if wide else (True, False)), "one colour bar is enough"
    view.set_look(Look.MAP)
    assert view.plot.colour_bar.minimumWidth() > 40


def test_the_surface_in_3d_has_a_colour_bar_in_the_colours_of_the_map(context, shown):
    view = shown(SurfaceView(context), 684, 560)
    surface = SURFACES["himmelblau"]
    view.set_surface(surface.objective(), surface)
    view.set_look(Look.SPACE)
    QApplication.processEvents()
    image = view.space.grab().toImage()
    rows = [row for row in range(image.height() - 60, image.height()) if colours_along(image, row) > 100]
    assert 8 <= len(rows) <= 12


def colours_along(image, row):
    return len({image.pixelColor(x, row).rgb() for x in range(image.width())})


@pytest.mark.parametrize("name", sorted(key for key, surface in SURFACES.items() if surface.dim == 2))
def test_the_gradient_is_typeset_or_said_to_be_too_long(session, name):
    session.set_surface(name)
    assert len(gradient_latex(session)) + gradient_words(session).count("∂f/∂") == 2


def test_a_gradient_too_long_to_typeset_is_counted(session):
    session.set_formula(" + ".join(f"sin({n} x) * cos({n} y)" for n in range(2, 30)))
    if not gradient_latex(session):
        assert re.search(r"∂f/∂x: \d+ terms", gradient_words(session))
    assert gradient_latex(session) or gradient_words(session)
