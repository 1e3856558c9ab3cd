from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QColor

from gdsim.app.plots.drawing import Viewport
from gdsim.app.plots.fit_colours import ghost_style
from gdsim.app.plots.losses_picture import EMPTY, arrange_losses, losses_range, nearest_step, thinned
from gdsim.app.plots.training_losses import LossCourse, LossesPicture, LossesPlot
from gdsim.app.tokens import LIGHT
from tests.app.gestures import LEFT, NONE, _send, click, drag, line

VIEW = Viewport(0.0, 100.0, 0.0, 1.0, 300.0, 200.0)


def measure(text):
    return 7.0 * len(text), 15.0


def course(label="", last=100, training=0.3, penalty=0.2, validation=0.8, records=None):
    steps = np.linspace(0, last, records or last + 1)
    return LossCourse(label, steps, *(np.full(len(steps), value) for value in (training, penalty, validation)))


def stroke(drawing, colour, dashes=()):
    return next(one for one in drawing.strokes if one.colour == colour and one.dashes == dashes)


def texts(drawing):
    return {label.lines[0][0]: label for label in drawing.labels}


def test_lines_stand_at_their_losses():
    drawing = arrange_losses(LossesPicture(course()), VIEW, measure, LIGHT)
    assert stroke(drawing, "training").points[:, 1] == pytest.approx(140.0)
    assert stroke(drawing, "validation", (6.0, 4.0)).points[:, 1] == pytest.approx(40.0)
    assert stroke(drawing, "training").points[:, 0].min() == pytest.approx(0.0)
    assert stroke(drawing, "training").points[:, 0].max() == pytest.approx(300.0)


def test_the_penalty_is_a_hatched_band_from_the_training_loss_to_the_objective():
    drawing = arrange_losses(LossesPicture(course()), VIEW, measure, LIGHT)
    (band,) = drawing.areas
    assert (band.outline[:, 1].min(), band.outline[:, 1].max()) == pytest.approx((100.0, 140.0))
    assert band.colour == "penalty"
    assert len(band.hatch) > 30
    assert band.hatch[..., 1].min() >= 99.0
    assert band.hatch[..., 1].max() <= 141.0
    assert stroke(drawing, "penalty").points[:, 1] == pytest.approx(100.0)
    assert arrange_losses(LossesPicture(course(penalty=0.0)), VIEW, measure, LIGHT).areas == ()


def test_on_a_log_axis_the_top_of_the_band_is_still_the_objective():
    view = Viewport(0.0, 100.0, -2.0, 0.0, 300.0, 200.0)
    drawing = arrange_losses(LossesPicture(course(training=0.1, penalty=0.3), log=True), view, measure, LIGHT)
    (band,) = drawing.areas
    expected = [-100 * math.log10(0.4), 100.0]
    assert [band.outline[:, 1].min(), band.outline[:, 1].max()] == pytest.approx(expected)


def test_ghosts_are_told_apart_by_the_dashes_of_the_other_plots():
    ghosts = tuple(replace(course(f"Ghost {name}", validation=0.4 + 0.1 * i), style=i) for i, name in enumerate("ABC"))
    drawing = arrange_losses(LossesPicture(course(), ghosts), VIEW, measure, LIGHT)
    looks = [ghost_style(i, LIGHT) for i in range(4)]
    heights = [stroke(drawing, *looks[i]).points[0, 1] for i in range(3)]
    assert heights == pytest.approx([120.0, 100.0, 80.0])
    assert len({colour for colour, _ in looks}) == len({dashes for _, dashes in looks}) == 4
    unheld = course("Ghost A", validation=math.nan, training=0.6)
    drawing = arrange_losses(LossesPicture(course(), (unheld,)), VIEW, measure, LIGHT)
    assert stroke(drawing, *looks[0]).points[0, 1] == pytest.approx(80.0)


def test_names_stand_beside_their_own_lines_and_cover_none():
    picture = LossesPicture(course(validation=0.75), (course("Ghost A", validation=0.95),), best=40, step=100)
    drawing = arrange_losses(picture, VIEW, measure, LIGHT)
    assert set(texts(drawing)) == {"training", "validation", "best", "penalty", "Ghost A"}
    rows = {"training": 140.0, "validation": 50.0, "penalty": 100.0, "Ghost A": 10.0}
    for name, label in texts(drawing).items():
        rect = label.rect
        distances = {other: max(rect.y - y, y - rect.bottom) for other, y in rows.items()}
        assert all(distance >= 2 for distance in distances.values()), name
        if name in rows:
            assert min(distances, key=distances.get) == name
        assert rect.x >= 0
        assert rect.right <= 300
    rects = [label.rect for label in drawing.labels]
    assert all(one is other or one.overlap(other) == 0 for one in rects for other in rects)


def test_a_name_without_room_is_left_out():
    crowd = tuple(course(f"Ghost {i}", validation=0.3 + 0.02 * i) for i in range(4))
    drawing = arrange_losses(LossesPicture(course(validation=0.31, penalty=0.0), crowd), VIEW, measure, LIGHT)
    assert len(drawing.labels) < 6
    for label in drawing.labels:
        for height in (0.3, 0.31, 0.32, 0.34, 0.36):
            y = 200 * (1 - height)
            assert not label.rect.y < y < label.rect.bottom


def test_the_best_step_is_ringed_and_the_present_one_marked():
    drawing = arrange_losses(LossesPicture(course(), step=50, best=20), VIEW, measure, LIGHT)
    ring = next(disc for disc in drawing.discs if not disc.fill)
    assert (ring.x, ring.y, ring.ring) == pytest.approx((60.0, 40.0, "validation"))
    assert {(disc.x, round(disc.y)) for disc in drawing.discs if disc.fill} == {(150.0, 40), (150.0, 140)}
    upright = stroke(drawing, "muted").points
    assert upright[:, 0] == pytest.approx(150.0)
    assert [disc for disc in arrange_losses(LossesPicture(course()), VIEW, measure, LIGHT).discs if not disc.fill] == []


def test_the_range_follows_the_run_and_twice_as_much_of_a_ghost():
    (low, high), _ = losses_range(LossesPicture(course(last=100), (course("g", last=5000, records=51),)))
    assert low == 0
    assert 200 <= high < 210
    (_, high), _ = losses_range(LossesPicture(course(last=100), (course("g", last=150),)))
    assert 150 <= high < 160
    (_, high), (bottom, top) = losses_range(LossesPicture(course(last=100)))
    assert 100 <= high < 105
    assert bottom == 0
    assert 0.8 < top < 0.9


def test_what_flies_off_does_not_squeeze_the_rest():
    losses = np.concatenate([np.linspace(1, 0.5, 95), 10.0 ** np.arange(5)])
    now = LossCourse("", np.arange(100.0), losses, np.zeros(100), losses)
    (_, top) = losses_range(LossesPicture(now))[1]
    assert 4 <= top < 5
    low, high = losses_range(LossesPicture(now, log=True))[1]
    assert low < math.log10(0.5)
    assert high < 1


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("values", [
    [], [0.5], [math.nan], [math.nan] * 9, [math.inf] * 9, [0.0] * 9, [-1.0] * 9, [1e300, 1e-300, -1e300],
    [0.5, math.nan, 0.4, math.inf, 0.3, -math.inf], [1e308] * 6000, [math.nan, *[0.2] * 6000],
])  # fmt: skip
def test_hostile_numbers_are_drawn_or_left_out(values, log, shown, themes):
    values = np.array(values, dtype=float)
    hostile = LossCourse("Ghost A", np.arange(float(len(values))), values, values, values)
    plot = LossesPlot(themes)
    shown(plot, 300, 190)
    for picture in (
        LossesPicture(hostile, (), log, 3, 2), LossesPicture(course(), (hostile,), log, 3, 2),
        LossesPicture(hostile, (hostile, course("Ghost B")), log, 10**9, 10**9),
    ):  # fmt: skip
        plot.set_picture(picture)
        plot.grab()
        drawing = plot.marks.drawing
        assert np.isfinite(plot.view_box.viewRange()).all()
        for one in drawing.strokes:
            joined = one.joined if one.joined is not None else np.ones(len(one.points), dtype=bool)
            assert np.isfinite(one.points[joined]).all()
    assert drawing.strokes


@pytest.mark.parametrize("count", [0, 1])
def test_before_the_first_step_a_sentence_stands_in_place_of_axes(count, shown, themes):
    start = course()
    now = LossCourse("", *(values[:count] for values in (start.steps, start.training, start.penalty, start.validation)))
    plot = shown(LossesPlot(themes), 200, 170)
    plot.set_picture(LossesPicture(now))
    (label,) = plot.marks.drawing.labels
    assert " ".join(text for text, _ in label.lines) == EMPTY
    assert label.rect.x >= 0
    assert plot.ticks(plot.visible_part) == ((), ())
    plot.set_picture(LossesPicture(start))
    assert all(plot.ticks(plot.visible_part))


def test_before_the_first_step_a_ghost_is_named_and_nothing_is_said_over_it():
    drawing = arrange_losses(LossesPicture(ghosts=(course("Ghost A"),)), VIEW, measure, LIGHT)
    assert list(texts(drawing)) == ["Ghost A"]


def test_a_ghost_that_diverged_does_not_flatten_the_run():
    gone = replace(course("Last run"), validation=np.geomspace(0.5, 1e12, 101))
    _, (_, high) = losses_range(LossesPicture(course(), (gone,)))
    assert 0.8 < high < 3.0
    assert losses_range(LossesPicture(course(), (gone,), log=True))[1][1] > 7


def test_a_gap_stays_a_gap():
    losses = np.full(101, 0.5)
    losses[40:60] = math.nan
    picture = LossesPicture(LossCourse("", np.arange(101.0), losses, np.zeros(101), np.full(101, math.nan)))
    drawn = stroke(arrange_losses(picture, VIEW, measure, LIGHT), "training")
    assert not ((drawn.points[:, 0] > 120) & (drawn.points[:, 0] < 177)).any()
    last = np.flatnonzero(drawn.points[:, 0] < 120)[-1]
    assert not drawn.joined[last]


def test_many_records_are_drawn_by_columns_without_losing_a_peak():
    x = np.linspace(0, 300, 5000)
    y = 100 + 10 * np.sin(x / 20)
    y[1234], y[3456] = 5.0, 195.0
    drawn = thinned(np.column_stack([x, y]), 300)
    assert len(drawn) <= 602
    assert (drawn[:, 1].min(), drawn[:, 1].max()) == (5.0, 195.0)
    columns = np.floor(drawn[:, 0])
    for column in (10, 150, 290):
        inside = y[np.floor(x) == column]
        assert set(drawn[columns == column, 1]) == {inside.min(), inside.max()}


def test_steps_are_picked_within_the_run():
    picture = LossesPicture(course(last=100), step=100)
    assert [nearest_step(picture, x) for x in (-5.0, 33.4, 33.6, 170.0, math.nan)] == [0, 33, 34, 100, 100]


@pytest.fixture
def plot(shown, themes):
    plot = LossesPlot(themes)
    plot.set_picture(LossesPicture(course(), step=100, best=30))
    shown(plot, 300, 190)
    return plot


def test_a_click_asks_for_its_step_and_a_drag_for_nothing(plot):
    picked = []
    plot.picked.connect(picked.append)
    click(plot, 42.0, 0.5)
    assert picked == [pytest.approx(42, abs=1)]
    before = plot.view_box.viewRange()
    drag(plot, line((50, 0.5), (20, 0.5)))
    assert len(picked) == 1
    assert plot.view_box.viewRange() != before
    for kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease):
        _send(plot, kind, plot.pixel_of(50, 0.5), Qt.MouseButton.RightButton, NONE)
    plot.set_picture(LossesPicture())
    click(plot, 5.0, 0.5)
    assert len(picked) == 1


def test_a_part_that_was_chosen_stays_until_fit(plot):
    drag(plot, line((50, 0.5), (20, 0.5)))
    chosen = plot.view_box.viewRange()
    plot.set_picture(LossesPicture(course(last=400), step=400))
    assert plot.view_box.viewRange() == chosen
    plot.fit()
    assert plot.view_box.viewRange()[0][1] >= 400
    plot.set_picture(LossesPicture(course(last=800), step=800))
    assert plot.view_box.viewRange()[0][1] >= 800
    drag(plot, line((500, 0.5), (200, 0.5)))
    _send(plot, QEvent.Type.MouseButtonDblClick, plot.pixel_of(700, 0.5), LEFT, LEFT)
    assert plot.view_box.viewRange()[0] == pytest.approx([0, 824])


def test_axes_say_what_they_are(plot, themes):
    assert [plot.plot_item.getAxis(side).labelText for side in ("bottom", "left")] == ["step", "loss"]
    plot.set_picture(LossesPicture(course(last=3), log=True, step=3))
    assert plot.plot_item.getAxis("left").labelText == "loss, log scale"
    lying, _ = plot.ticks(Viewport(0.0, 3.1, -1.0, 0.0, 220.0, 120.0))
    assert [tick.text for tick in lying] == ["0", "1", "2", "3"]


def test_numbers_at_the_axis_are_not_cut_off(plot):
    lying, _ = plot.ticks(Viewport(0.0, 100_100.0, 0.0, 1.0, 220.0, 120.0))
    assert lying[-1].position == 50_000


def test_colours_are_those_of_the_quantities(plot, themes):
    image = plot.grab().toImage()
    at = plot.pixel_of(70.0, 0.3)
    column = [image.pixelColor((at + QPointF(0, dy)).toPoint()) for dy in (-1, 0, 1)]
    assert QColor(themes.theme.training) in column
    shades = {image.pixelColor((plot.pixel_of(60.0, 0.4) + QPointF(dx, 0)).toPoint()).name() for dx in range(12)}
    assert len(shades) > 2


def test_a_new_number_of_steps_is_drawn_once(plot):
    drawn = []
    arrange = plot.arrange
    plot.arrange = lambda view: drawn.append(view) or arrange(view)
    plot.set_picture(LossesPicture(course(last=120), step=120))
    plot.set_picture(LossesPicture(course(last=120), step=60))
    assert len(drawn) == 2


def test_the_best_step_is_named_also_between_other_lines():
    ghost = course("Ghost A", validation=0.76)
    labels = texts(arrange_losses(LossesPicture(course(), (ghost,), best=40), VIEW, measure, LIGHT))
    rect = labels["best"].rect
    assert rect.bottom <= 40 - 2
    assert rect.x <= 120 <= rect.right


def test_a_steep_beginning_does_not_squeeze_what_comes_after():
    losses = 0.1 + 2.0 * np.exp(-np.arange(1001.0) / 3)
    now = LossCourse("", np.arange(1001.0), losses, np.zeros(1001), losses)
    _, (bottom, top) = losses_range(LossesPicture(now))
    assert bottom == 0
    assert 0.1 < top < 0.2
    assert losses_range(LossesPicture(now, log=True))[1][1] > math.log10(2.1)
