from __future__ import annotations

import json

import numpy as np
import pytest
from gestures import drag, keys, line, move, press
from PySide6.QtCore import Qt

from gdsim.app.tabs.train.session import TrainSession
from gdsim.app.tabs.train.studies.slice_line import NO_GHOST, OTHER_SPACE, LineStudy
from gdsim.app.tabs.train.studies.slice_names import parameter_label, weight_index
from gdsim.app.tabs.train.studies.slice_page import SlicePage
from gdsim.app.tabs.train.studies.slice_plane import Kind
from gdsim.app.tabs.train.studies.slice_study import COARSE, FINE, SliceStudy
from gdsim.app.tabs.train.tab import TrainTab
from gdsim.core.network import REGULARIZERS


@pytest.fixture
def session(context, clock):
    session = TrainSession(context.ticker, clock)  # time stands still, so that steps are made at once
    yield session
    session.play(False)
    session.finish()


@pytest.fixture
def study(context, session):
    study = SliceStudy(session, context.ticker)
    session.changed.connect(study.synchronize)
    session.stepped.connect(study.stepped)
    study.turn(True)
    yield study
    study.turn(False)


@pytest.fixture
def page(context, session, shown):
    page = SlicePage(context, session)
    session.changed.connect(page.synchronize)
    shown(page.picture, 520, 480)
    shown(page, 280, 800)
    page.opened(True)
    page.synchronize()
    context.ticker.finish()
    yield page
    page.opened(False)


def at(session: TrainSession, parameters: np.ndarray) -> tuple[float, float]:
    """Loss and penalty at other weights, asked of the trainer itself, which is put back."""
    before = session.trainer.memo()
    session.trainer.place(parameters)
    found = session.trainer.loss, session.trainer.penalty
    session.trainer.place(before.parameters)
    return found


def choose(page: SlicePage, kind: str) -> None:
    page.kinds.setCurrentIndex(page.kinds.findData(kind))
    page.kinds.activated.emit(page.kinds.currentIndex())


# The surface is true


@pytest.mark.parametrize("kind", list(Kind))
def test_the_point_lies_on_the_surface_and_the_surface_is_the_loss(context, session, study, kind):
    session.advance(60)
    session.finish()
    session.set_regularizer(REGULARIZERS["l2"](strength=0.02))
    study.choose(kind)
    context.ticker.finish()
    assert study.height.loss == pytest.approx(session.trainer.loss, rel=1e-12)
    assert study.height.penalty == pytest.approx(session.trainer.penalty, rel=1e-12)
    found = study.result
    assert found.stride == 1
    assert len(found.first) == FINE
    parameters = session.trainer.parameters
    np.testing.assert_allclose(study.plane.parameters_at(*study.place), parameters, atol=1e-12)
    for row, column in ((0, 0), (17, 40), (64, 31)):
        moved = study.plane.parameters_at(found.first[column], found.second[row])
        loss, penalty = at(session, moved)
        assert found.loss[row, column] == pytest.approx(loss, rel=1e-12)
        assert found.penalty[row, column] == pytest.approx(penalty, rel=1e-12)


@pytest.mark.parametrize("other", ["another weight", Kind.RANDOM])
def test_another_plane_is_laid_through_the_weights_that_were_moved(context, session, page, other):
    study = page.study
    study.move(0.7, -0.4)
    moved = session.parameters
    if other in list(Kind):
        choose(page, other)
    else:
        session.select((1, 2, 3))
    context.ticker.finish()
    np.testing.assert_array_equal(session.parameters, moved)
    found, (a, b) = study.result, study.place
    np.testing.assert_allclose(study.plane.parameters_at(a, b), moved, atol=1e-12)
    assert study.plane.parameters_at(found.first[3], found.second[5]) == pytest.approx(
        moved + (found.first[3] - a) * study.plane.first + (found.second[5] - b) * study.plane.second
    )
    assert found.loss[5, 3] == pytest.approx(at(session, study.plane.parameters_at(found.first[3], found.second[5]))[0])
    assert page.plot.picture.home is None  # training is not in this plane
    study.move(a, b)
    np.testing.assert_allclose(session.parameters, moved, atol=1e-12)
    session.put_back()
    context.ticker.finish()
    np.testing.assert_allclose(study.plane.parameters_at(*study.place), session.trainer.parameters, atol=1e-12)


def test_two_weights_vary_and_all_others_stay(context, session, study):
    session.advance(5)
    first, second = weight_index(session.trainer.network, (1, 2, 3)), weight_index(session.trainer.network, (2, 1, 0))
    study.pick(0, first)
    study.pick(1, second)
    context.ticker.finish()
    assert study.place == pytest.approx((session.trainer.parameters[first], session.trainer.parameters[second]))
    moved = study.plane.parameters_at(9.0, -7.0) - session.trainer.parameters
    assert set(np.flatnonzero(moved)) == {first, second}
    assert study.plane.names == (parameter_label(session.scene, first), parameter_label(session.scene, second))
    assert parameter_label(session.scene, first) == "w(h₁.₃→h₂.₄)"
    study.pick(0, second)  # they change places: a plane needs two
    assert study.choice.picks == (second, first)


def test_a_weight_picked_on_the_diagram_goes_where_the_button_is_pressed(session, study):
    study.synchronize()
    before = study.choice.picks
    study.arm(1)
    session.select((0, 1, 4))
    assert study.choice.picks == (before[0], weight_index(session.trainer.network, (0, 1, 4)))
    session.select((2, 5, 0))
    assert study.choice.picks[0] == weight_index(session.trainer.network, (2, 5, 0))


def test_random_directions_come_from_their_seed(context, session, study):
    study.choose(Kind.RANDOM)
    first = study.plane.first
    study.set_seed(1)
    assert not np.allclose(study.plane.first, first)
    study.set_seed(0)
    np.testing.assert_array_equal(study.plane.first, first)
    for layer in session.trainer.network.layers:  # each unit's part is as long as its weights are
        drawn = session.trainer.network.weights(first, layer.index)
        own = session.trainer.network.weights(session.trainer.parameters, layer.index)
        np.testing.assert_allclose(np.linalg.norm(drawn, axis=0), np.linalg.norm(own, axis=0))


def test_main_directions_need_a_path_and_say_so(context, session, study):
    study.choose(Kind.PRINCIPAL)
    assert study.plane is None
    assert "path" in study.choice.problem
    session.advance(50)
    session.finish()
    context.ticker.finish()
    assert study.choice.problem == ""
    places = study.path.up_to(50)[1]
    values = np.sort(np.linalg.eigvalsh(np.cov(places.T)))[::-1]
    shares = [f"{100 * value / values.sum():.0f} %" for value in values[:2]]
    assert study.plane.names == (f"main direction 1 ({shares[0]})", f"main direction 2 ({shares[1]})")
    assert f"Across goes {shares[0]} of the path's variance" in study.plane.held


# The path


def test_the_path_is_that_of_training_and_its_distances_are_told(context, session, study):
    study.synchronize()
    seen = [session.trainer.parameters]
    for _ in range(20):
        session.advance(1)
        seen.append(session.trainer.parameters)
    steps, places = study.path.up_to(session.index)
    np.testing.assert_array_equal(steps, np.arange(21))
    np.testing.assert_array_equal(places, seen)
    path, away = study.path_in_plane()
    both = list(study.choice.picks)
    np.testing.assert_allclose(path, np.array(seen)[:, both], atol=1e-12)
    others = np.delete(np.array(seen) - seen[-1], both, axis=1)
    np.testing.assert_allclose(away, np.linalg.norm(others, axis=1), atol=1e-9)


def test_what_happened_before_anybody_looked_is_traced_to_the_last_bit(context, session):
    seen = {}
    for step in (40, 90, 130):
        session.advance(step - session.index)
        session.finish()
        seen[step] = session.trainer.parameters
        if step == 90:
            session.set_weight(0, 0, 0, 2.0)
    study = SliceStudy(session, context.ticker)
    study.turn(True)
    study.synchronize()
    assert len(study.path_in_plane()[0]) == 1  # no straight line in place of what is not known yet
    context.ticker.finish()
    steps, places = study.path.up_to(session.index)
    kept = dict(zip(steps.tolist(), places, strict=True))
    assert len(kept) > 100
    np.testing.assert_array_equal(kept[40], seen[40])
    np.testing.assert_array_equal(kept[130], seen[130])
    study.turn(False)


def test_no_line_is_drawn_over_steps_that_nobody_saw(context, session, study):
    session.stepped.disconnect(study.stepped)
    session.stepped.disconnect(study._record)
    study.synchronize()
    session.advance(3)
    session.changed.disconnect(study.synchronize)
    session.advance(50)
    session.finish()
    session.changed.connect(study.synchronize)
    session.advance(1)
    path, away = study.path_in_plane()
    assert np.flatnonzero(np.isnan(away)).tolist() == [2]
    assert np.isnan(path[2]).all()
    context.ticker.finish()
    assert study.path.whole
    assert np.isfinite(study.path_in_plane()[1]).all()


def test_a_step_back_shortens_the_path_and_another_course_cuts_it(context, session, study):
    session.advance(30)
    session.finish()
    context.ticker.finish()
    assert study.path.up_to(session.index)[0][-1] == 30
    session.seek(10)
    assert study.path_in_plane()[0].shape[0] == np.count_nonzero(study.path.up_to(30)[0] <= 10)
    session.set_weight(0, 0, 0, 1.0)
    assert study.path.up_to(10_000)[0].max() == 10


# Following


def test_an_edit_on_the_diagram_moves_the_point(context, session, study):
    session.advance(3)
    context.ticker.finish()
    session.set_weight(0, 0, 0, 1.75)
    assert study.choice.picks[0] == 0
    assert study.place[0] == pytest.approx(1.75, abs=1e-12)
    context.ticker.finish()
    assert study.current


def test_while_training_plays_the_picture_is_coarse_and_says_its_step(context, session, study, clock):
    study.synchronize()
    context.ticker.finish()
    session.set_speed(60.0)
    session.play(True)
    for _ in range(40):
        clock.now += 1 / 60
        context.ticker.tick()
    assert session.index > 20
    assert len(study.result.first) == COARSE
    assert 0 < study.made_for <= session.index
    np.testing.assert_array_equal(study.plane.coordinates(session.trainer.parameters)[2] < 1e-12, True)
    session.play(False)
    context.ticker.finish()
    assert len(study.result.first) == FINE
    assert study.made_for == session.index
    assert study.current


def test_a_picture_that_is_done_when_training_has_gone_on_is_not_called_that_of_now(context, session, study):
    session.advance(5)
    session.finish()
    context.ticker.finish()
    session.changed.disconnect(study.synchronize)  # as while playing, where pictures take turns
    session.set_bias(0, 0, 0.5)
    study.synchronize()
    made = study.made_for
    session.set_bias(0, 0, -0.5)
    context.ticker.finish()
    assert study.made_for == made
    assert not study.current
    np.testing.assert_allclose(study.plane.parameters_at(*study.place), session.trainer.parameters, atol=1e-12)
    session.changed.connect(study.synchronize)
    study.synchronize()
    context.ticker.finish()
    assert study.current


def test_another_theme_asks_nothing_of_a_study_that_is_closed(context, session, page):
    page.opened(False)
    session.set_hidden((3,))
    context.themes.set_mode("dark")
    page.opened(True)
    page.synchronize()
    context.ticker.finish()
    assert page.study.current


def test_a_cancelled_picture_stays_and_is_marked(context, session, page):
    page.study.cancel()
    session.advance(1)
    page.study.cancel()
    page.study.changed.emit()
    assert not page.study.current
    assert page.study.result is not None
    assert "step 0" in page.note.text
    assert "step 0" in page.plot.picture.note
    page.again.click()
    context.ticker.finish()
    assert page.study.current
    assert page.note.text == ""
    assert page.plot.picture.note == ""


def test_another_penalty_is_another_surface(context, session, study):
    study.synchronize()
    context.ticker.finish()
    before = study.result
    session.set_regularizer(REGULARIZERS["l2"](strength=0.5))
    assert not study.current
    context.ticker.finish()
    assert study.current
    np.testing.assert_array_equal(study.result.loss, before.loss)
    assert not np.allclose(study.result.penalty, before.penalty)


def test_the_window_follows_the_point_only_when_it_comes_near_the_edge(context, session, study):
    study.synchronize()
    window = study.window
    (low, high), _ = window
    session.set_weight(0, 0, 0, study.place[0] + 0.2 * (high - low) / 2)
    assert study.window == window
    session.set_weight(0, 0, 0, high - 0.02 * (high - low))
    assert study.window != window
    assert study.window[0][0] < study.place[0] < study.window[0][1]


# Dragging, taking up, putting back


def test_dragging_moves_the_weights_along_the_plane_and_not_training(context, session, page):
    session.advance(25)
    session.finish()
    context.ticker.finish()
    before, plot = session.trainer.parameters, page.plot
    x, y = page.study.place
    goal = x + 0.3, y - 0.4
    drag(plot, line((x, y), goal))
    np.testing.assert_array_equal(session.trainer.parameters, before)
    moved = session.preview
    np.testing.assert_allclose(moved[list(page.study.choice.picks)], goal, atol=0.02)
    untouched = np.delete(np.arange(before.size), list(page.study.choice.picks))
    np.testing.assert_array_equal(moved[untouched], before[untouched])
    loss = at(session, moved)[0]
    assert page.study.height.loss == pytest.approx(loss, rel=1e-12)
    assert page.plot.picture.home == pytest.approx((x, y))


def test_putting_back_is_exact_and_taking_up_is_one_edit(context, session, page):
    session.advance(25)
    session.finish()
    context.ticker.finish()
    before = session.trainer.parameters
    assert not page.take.isEnabled()
    page.study.move(0.5, 0.25)
    assert page.take.isEnabled()
    page.back.click()
    assert session.preview is None
    np.testing.assert_array_equal(session.parameters, before)
    page.study.move(0.5, 0.25)
    wanted = session.preview
    page.take.click()
    np.testing.assert_array_equal(session.trainer.parameters, wanted)
    assert session.preview is None
    assert session.index == 25
    session.advance(5)
    session.undo()
    session.finish()
    np.testing.assert_array_equal(session.trainer.parameters, before)
    session.redo()
    session.seek(25)
    session.finish()
    np.testing.assert_array_equal(session.trainer.parameters, wanted)


def test_a_taken_up_network_is_saved_and_made_again(context, session, page):
    session.advance(10)
    choose(page, Kind.RANDOM)
    page.study.move(0.4, -0.3)
    page.take.click()
    session.advance(15)
    session.finish()
    other = TrainSession()
    other.restore(json.loads(json.dumps(session.state())))
    np.testing.assert_array_equal(other.trainer.parameters, session.trainer.parameters)
    other.seek(0)
    other.seek(25)
    np.testing.assert_array_equal(other.trainer.parameters, session.trainer.parameters)


def test_a_step_takes_the_moved_weights_up_and_a_step_back_drops_them(session):
    session.advance(4)
    moved = session.trainer.parameters + 0.125
    session.show_preview(moved)
    session.back()
    assert session.preview is None
    session.seek(4)
    session.show_preview(moved)
    session.advance(1)
    assert session.index == 5
    session.back()
    np.testing.assert_array_equal(session.trainer.parameters, moved)


def test_a_preview_ends_when_training_is_elsewhere(session):
    before = session.trainer.parameters
    session.show_preview(before + 1.0)
    session.place(before + 2.0)
    assert session.preview is None
    np.testing.assert_array_equal(session.parameters, before + 2.0)
    session.show_preview(before)
    session.set_weight_seed(8)
    assert session.preview is None


def test_a_weight_typed_while_the_point_is_moved_changes_what_is_seen(session):
    moved = session.trainer.parameters * 1.5
    session.show_preview(moved)
    session.set_weight(0, 1, 2, -3.0)
    place = weight_index(session.trainer.network, (0, 1, 2))
    expected = moved.copy()
    expected[place] = -3.0
    np.testing.assert_array_equal(session.trainer.parameters, expected)


def test_leaving_the_page_puts_the_weights_back(session, page):
    page.study.move(0.5, 0.25)
    assert session.preview is not None
    page.opened(False)
    assert session.preview is None
    page.opened(True)


def test_what_is_not_finite_or_of_another_shape_is_not_shown(session):
    session.show_preview(np.full(session.trainer.network.parameter_count, np.nan))
    assert session.preview is None
    session.show_preview(np.zeros(3))
    assert session.preview is None


# The page and the tab


def test_the_fit_and_the_diagram_follow_the_drag(context, session, shown):
    tab = shown(TrainTab(context, session), 1280, 800)
    session.advance(30)
    session.finish()
    titles = [tab.column.strip.tabText(i) for i in range(tab.column.strip.count())]
    tab.column.strip.setCurrentIndex(titles.index("Slice"))
    context.ticker.finish()
    page = tab.column.study
    fit, width = tab.fit_view.plot.picture.values.mean(), tab.diagram.picture.weights[0][0, 0]
    plot, (x, y) = page.plot, page.study.place
    press(plot, plot.pixel_of(x, y))
    move(plot, plot.pixel_of(x + 0.5, y + 0.5))
    assert abs(tab.fit_view.plot.picture.values.mean() - fit) > 0.001
    assert tab.diagram.picture.weights[0][0, 0] == pytest.approx(x + 0.5, abs=0.02)
    assert "moved by hand" in tab.sentence.text
    page.back.click()
    context.ticker.finish()
    assert tab.fit_view.plot.picture.values.mean() == fit
    assert tab.diagram.picture.weights[0][0, 0] == width
    tab.stop()


def test_a_weight_chosen_meanwhile_on_another_network_becomes_a_direction(context, session, shown):
    tab = shown(TrainTab(context, session), 1280, 800)
    tab.column.strip.setCurrentIndex(1)
    context.ticker.finish()
    tab.column.strip.setCurrentIndex(0)
    session.set_hidden((3,))
    session.select((1, 2, 0))
    tab.column.strip.setCurrentIndex(1)
    context.ticker.finish()
    study = tab.column.study.study
    assert weight_index(session.trainer.network, (1, 2, 0)) in study.choice.picks
    assert study.result.plane is study.plane
    tab.stop()


def test_the_line_is_no_longer_worked_out_when_a_plane_is_chosen(context, session, page, clock):
    session.advance(5)
    session.keep_ghost()
    session.advance(5)
    clock.pace = 0.004
    choose(page, "line")
    assert page.line.running
    choose(page, Kind.WEIGHTS.value)
    assert not page.line.running
    clock.pace = 0.0
    context.ticker.finish()


def test_another_part_of_the_same_plane_is_worked_out_and_shown(context, session, page):
    (low, high), (bottom, top) = page.study.window
    page.study.show_window(((low - 1, high), (bottom, top + 2)))
    context.ticker.finish()
    picture = page.plot.picture
    assert (picture.first[0], picture.second[-1]) == pytest.approx((low - 1, top + 2))
    corner = at(session, page.study.plane.parameters_at(low - 1, top + 2))
    assert picture.values[-1, 0] == pytest.approx(sum(corner), rel=1e-12)
    page.plot.fit()
    assert page.study.window[0] == pytest.approx((low, high))


def test_penalty_and_sum_are_offered_only_with_a_penalty(context, session, page):
    session.drop_regularizer("l2")
    context.ticker.finish()
    assert page.quantity_row.isHidden()
    assert page.plot.picture.penalty is None
    session.set_regularizer(REGULARIZERS["l2"](strength=0.1))
    context.ticker.finish()
    assert not page.quantity_row.isHidden()
    shown = page.plot.picture
    np.testing.assert_allclose(shown.values, shown.loss + shown.penalty)
    page.quantities.setCurrentIndex(2)
    page.quantities.activated.emit(2)
    np.testing.assert_array_equal(page.plot.picture.values, page.study.result.penalty)
    assert page.plot.picture.value == pytest.approx(session.trainer.penalty, rel=1e-12)


def test_what_is_held_fixed_is_said(context, session, page):
    assert page.held.text() == f"All {session.trainer.network.parameter_count - 2} other parameters stay as they are."


def test_the_table_has_every_place_with_its_loss(context, session, page):
    table = page.table()
    assert table.header[2:] == ("loss", "penalty", "sum")
    assert len(table.rows) == FINE**2
    a, b, loss, penalty, total = table.rows[1234]
    expected = at(session, page.study.plane.parameters_at(a, b))
    assert (loss, penalty) == pytest.approx(expected, rel=1e-12)
    assert total == pytest.approx(loss + penalty)
    assert [picture.name for picture in page.pictures()] == ["slice", "line"]
    assert not page.pictures()[0].image(1.0).isNull()


def test_escape_puts_the_point_back(session, page):
    page.study.move(0.5, 0.25)
    page.plot.setFocus()
    keys(page.plot, Qt.Key.Key_Escape)
    assert session.preview is None


# The line between two runs


@pytest.fixture
def between(context, session):
    study = LineStudy(session, context.ticker)
    session.changed.connect(study.synchronize)
    yield study
    study.leave()


def test_a_line_needs_two_runs(session, between):
    between.synchronize()
    assert between.problem == NO_GHOST


def test_the_line_has_both_runs_at_its_ends_and_marks_what_has_changed(context, session, between):
    session.advance(40)
    session.finish()
    session.keep_ghost()
    session.set_weight_seed(9)
    session.advance(40)
    session.finish()
    between.choose("Ghost A", "This run")
    context.ticker.finish()
    found, ghost = between.result, session.ghosts[0]
    for alpha, loss in ((0.0, ghost.training_loss), (1.0, session.trainer.loss)):
        place = int(np.argmin(np.abs(found.alphas - alpha)))
        assert found.alphas[place] == pytest.approx(alpha, abs=1e-12)
        assert found.loss[place] == pytest.approx(loss, rel=1e-9)
    middle = int(np.argmin(np.abs(found.alphas - 0.5)))
    halfway = 0.5 * (ghost.parameters + session.trainer.parameters)
    assert found.loss[middle] == pytest.approx(at(session, halfway)[0], rel=1e-12)
    assert between.note == ""
    height = found.barrier
    assert between.sentence.startswith(f"A barrier: between Ghost A and This run the loss rises by up to {height:.3f}")
    rises = found.objective[(found.alphas > 0) & (found.alphas < 1)].max() > max(found.loss[0], found.loss[-1])
    assert between.sentence.endswith("A ridge lies between the two.") == rises
    between.cancel()
    session.changed.disconnect(between.synchronize)
    session.advance(3)
    assert "step 40" in between.note
    session.changed.connect(between.synchronize)


def test_networks_of_other_shapes_have_no_line_between_them(context, session, between):
    session.advance(5)
    session.keep_ghost()
    session.set_hidden((5,))
    between.choose("Ghost A", "This run")
    assert between.problem == OTHER_SPACE
