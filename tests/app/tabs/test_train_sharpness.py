from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gdsim.app.tabs.train.session import TrainSession
from gdsim.app.tabs.train.studies import sharpness_study
from gdsim.app.tabs.train.studies.flatness_study import DIRECTIONS, NO_GHOST, FlatnessStudy
from gdsim.app.tabs.train.studies.sharpness_page import SharpnessPage
from gdsim.app.tabs.train.studies.sharpness_study import SharpnessStudy
from gdsim.app.tabs.train.training import begun
from gdsim.core.network import REGULARIZERS
from gdsim.core.optimizers import OPTIMIZERS


@pytest.fixture
def session(context, clock):
    session = TrainSession(context.ticker, clock)  # time stands still, so that steps are made at once
    session.set_hidden((4,))
    session.set_optimizer(OPTIMIZERS["gd"](lr=0.2))
    session.drop_regularizer("l2")
    yield session
    session.play(False)
    session.finish()


@pytest.fixture
def study(context, session, clock):
    study = SharpnessStudy(session, context.ticker, clock=clock)
    session.changed.connect(study.synchronize)
    session.stepped.connect(study.stepped)
    study.turn(True)
    study.synchronize()
    context.ticker.finish()
    yield study
    study.turn(False)


@pytest.fixture
def page(context, session, shown):
    page = SharpnessPage(context, session)
    session.changed.connect(page.synchronize)
    session.stepped.connect(page.stepped)
    shown(page.picture, 480, 480)
    shown(page, 280, 900)
    page.opened(True)
    page.synchronize()
    context.ticker.finish()
    yield page
    page.opened(False)


def hessian(session: TrainSession) -> np.ndarray:
    """Of the whole objective at the session's weights: differences of the trainer's gradient."""
    trainer, parameters, step = begun(session.experiment).trainer, session.trainer.parameters, 1e-5
    settings = session.trainer.settings
    trainer.set(l1=settings.l1, l2=settings.l2)
    rows = []
    for i in range(parameters.size):
        ends = []
        for sign in (1.0, -1.0):
            moved = parameters.copy()
            moved[i] += sign * step
            trainer.place(moved)
            ends.append(trainer.gradient)
        rows.append((ends[0] - ends[1]) / (2 * step))
    return np.array(rows)


def largest(matrix: np.ndarray) -> float:
    return float(np.linalg.eigvalsh((matrix + matrix.T) / 2)[-1])


def test_the_number_is_the_largest_eigenvalue_of_the_whole_hessian(context, session, study):
    session.advance(50)
    session.finish()
    context.ticker.finish()
    assert study.latest.step == 50
    assert study.latest.found.value == pytest.approx(largest(hessian(session)), rel=1e-3)
    assert study.latest.limit == pytest.approx(2.0 / 0.2)
    assert study.limit_name == "2/rate"


def test_l2_counts_and_the_page_says_so(context, session, page):
    session.advance(20)
    session.finish()
    context.ticker.finish()
    alone = page.study.latest.found.value
    assert page.what.text() == "Of the training loss."
    session.set_regularizer(REGULARIZERS["l2"](strength=0.3))
    context.ticker.finish()
    assert page.study.latest.found.value == pytest.approx(largest(hessian(session)), rel=1e-3)
    assert page.study.latest.found.value > alone
    assert page.what.text() == "Of training loss and L2 penalty together."


def test_adam_is_measured_along_its_own_divided_gradients(context, session, study):
    session.set_optimizer(OPTIMIZERS["adam"](lr=0.01))
    session.advance(30)
    session.finish()
    context.ticker.finish()
    optimizer, state = session.optimizer, session.trainer.state
    divisors = np.sqrt(state.second_moment / (1 - optimizer.beta2**30)) + optimizer.eps
    scale = 1.0 / np.sqrt(divisors)
    assert study.latest.scaled
    assert study.latest.found.value == pytest.approx(largest(scale[:, None] * hessian(session) * scale), rel=2e-3)
    assert study.latest.limit * 0.01 == pytest.approx(38.0)  # 2(1 + 0.9)/(1 − 0.9)
    study.set_scaled(False)
    context.ticker.finish()
    assert study.latest.found.value == pytest.approx(largest(hessian(session)), rel=1e-3)
    assert [record.scaled for record in study.records] == [False]


def test_while_training_plays_each_measurement_is_stamped_with_its_step(context, session, study, clock):
    session.set_speed(60.0)
    session.play(True)
    for _ in range(120):
        clock.now += 1 / 60
        context.ticker.tick()
    session.play(False)
    context.ticker.finish()
    steps = [record.step for record in study.records]
    assert 15 <= len(steps) <= 20, "eight a second"
    assert max(np.diff(steps)) <= 10, "evenly spread"
    assert steps == sorted(set(steps))
    chosen = study.records[len(steps) // 2]
    session.seek(chosen.step)
    session.finish()
    assert chosen.found.value == pytest.approx(largest(hessian(session)), rel=5e-3)
    assert study.latest is chosen


def test_measurements_take_their_share_of_the_time_and_no_more(context, session, study, clock, monkeypatch):
    def slow(self, warm):
        clock.now += 0.02  # the time that it takes
        yield from measuring(self, warm)

    measuring = sharpness_study._Moment.measuring
    monkeypatch.setattr(sharpness_study._Moment, "measuring", slow)
    session.set_speed(60.0)
    session.play(True)
    while clock.now < 4.0:
        clock.now += 1 / 60
        context.ticker.tick()
    session.play(False)
    context.ticker.finish()
    assert 8 <= len(study.records) <= 12, "0.02 s each and 5 % of the time are 2.4 a second"


def test_while_training_plays_the_page_hears_of_measurements_a_few_times_a_second(context, session, study, clock):
    session.stepped.disconnect(study.stepped)  # the page's turn to draw, which comes less often
    session.play(True)
    heard = []
    study.changed.connect(lambda: heard.append(len(study.records)))
    for _ in range(120):
        clock.now += 1 / 60
        context.ticker.tick()
    assert 5 <= len(heard) <= 8
    while len(study.records) == heard[-1]:
        clock.now += 1 / 60
        context.ticker.tick()
    told = len(heard)
    study.stepped()
    study.stepped()
    assert len(heard) == told + 1, "what is not told yet, once"
    session.play(False)
    context.ticker.finish()


def test_the_run_so_far_can_be_measured_afterwards(context, session, study):
    session.advance(60)
    session.set_optimizer(replace(session.optimizer, lr=0.4))
    session.advance(60)
    session.finish()
    context.ticker.finish()
    before = {record.step: record for record in study.records}
    study.trace()
    assert study.tracing
    context.ticker.finish()
    assert not study.tracing
    records = {record.step: record for record in study.records}
    assert len(records) > 30
    assert all(records[step] is found for step, found in before.items())
    assert {record.rate for step, record in records.items() if step < 60} == {0.2}
    assert {record.rate for step, record in records.items() if step > 60} == {0.4}
    early = min(step for step in records if step > 5)
    session.seek(early)
    assert records[early].found.value == pytest.approx(largest(hessian(session)), rel=5e-3)
    rows = study.table().rows
    assert [row[0] for row in rows] == sorted(records)


def test_another_course_forgets_what_came_after_and_another_run_everything(context, session, study):
    for _ in range(4):
        session.advance(10)
        session.finish()
        context.ticker.finish()
    session.seek(20)
    context.ticker.finish()
    assert [record.step for record in study.records] == [0, 10, 20, 30, 40]
    session.set_weight(0, 0, 0, 1.0)
    context.ticker.finish()
    assert [record.step for record in study.records] == [0, 10, 20]
    assert study.latest.found.value == pytest.approx(largest(hessian(session)), rel=1e-3)
    session.set_weight_seed(3)
    context.ticker.finish()
    assert [record.step for record in study.records] == [0]


def test_at_the_edge_it_is_said(context, session, page):
    session.advance(10)
    session.finish()
    context.ticker.finish()
    value = page.study.latest.found.value
    assert page.edge.text == ""
    assert page.says.text().startswith("Stable")
    session.set_optimizer(replace(session.optimizer, lr=2.0 / value))
    context.ticker.finish()
    assert "edge of stability" in page.edge.text
    session.set_optimizer(replace(session.optimizer, lr=6.0 / value))
    context.ticker.finish()
    assert page.edge.text.startswith("Beyond")
    assert page.numbers.value_text("product") == "6.000"


def test_the_chart_shows_sharpness_and_limit(context, session, page):
    session.advance(10)
    session.finish()
    context.ticker.finish()
    sharp, limit = page.history.picture.series
    assert page.history.picture.log_y
    np.testing.assert_allclose(sharp.y, [record.found.value for record in page.study.records])
    np.testing.assert_allclose(limit.y, 10.0)
    assert limit.x[-1] > limit.x[0]  # a line, also of one measurement
    assert page.history.accessibleDescription().startswith("Stable")
    assert [picture.name for picture in page.pictures()] == ["sharpness"]


# Flat and sharp


@pytest.fixture
def pair(context, session):
    study = FlatnessStudy(session, context.ticker)
    session.changed.connect(study.synchronize)
    yield study
    study.cancel()


def two_runs(session: TrainSession) -> None:
    session.advance(40)
    session.finish()
    session.keep_ghost()
    session.set_weight_seed(11)
    session.advance(25)
    session.finish()


def test_two_networks_are_needed(session, pair):
    pair.synchronize()
    assert pair.problem == NO_GHOST
    pair.start()
    assert not pair.running


def test_one_network_is_not_compared_with_itself(session, pair):
    session.advance(10)
    session.keep_ghost()
    assert pair.problem.startswith("Ghost A and This run are the same network")
    session.advance()
    assert pair.problem == ""


def test_each_network_is_surrounded_by_its_own_loss(context, session, pair):
    two_runs(session)
    pair.choose("Ghost A", "This run")
    pair.start()
    context.ticker.finish()
    ghost = session.ghosts[0]
    one, other = pair.result
    assert one.loss == pytest.approx(ghost.training_loss, rel=1e-12)
    assert other.loss == pytest.approx(session.trainer.loss, rel=1e-12)
    assert other.gap == pytest.approx(session.trainer.validation_loss - session.trainer.loss, rel=1e-9)
    assert other.sharpness.value == pytest.approx(largest(hessian(session)), rel=1e-2)
    for part in (one, other):
        assert part.curves.shape[0] == DIRECTIONS
        middle = part.curves[:, np.argmin(np.abs(part.alphas))]
        np.testing.assert_allclose(middle, part.loss, rtol=1e-12)
    assert ("Ghost A" if one.sharpness.value < other.sharpness.value else "This run") in pair.sentence
    curves = pair.pictures()[0].series
    assert (curves[0].y >= curves[1].y).all()
    assert len(pair.table().rows) == 2 * one.curves.size


@pytest.mark.parametrize(
    ("share", "gap", "said", "unsaid"),
    [
        (1.001, 1.02, ("equally sharp, within 5 %", "are equal, within 5 %"), ("flatter", "smaller gap")),
        (1.5, 1.02, ("Ghost A is the flatter", "are equal, within 5 %"), ("equally sharp", "smaller gap")),
        (1.001, 3.0, ("equally sharp, within 5 %", "that of Ghost A"), ("flatter", "are equal, within")),
        (1.5, 3.0, ("Ghost A is the flatter", "its, too"), ("equally sharp", "are equal, within")),
    ],
)
def test_what_differs_by_less_than_a_twentieth_has_no_winner(context, session, pair, share, gap, said, unsaid):
    two_runs(session)
    pair.choose("Ghost A", "This run")
    pair.start()
    context.ticker.finish()
    one = pair.result[0]
    one = replace(one, validation_loss=one.loss + 0.1)
    sharp = replace(one.sharpness, value=share * one.sharpness.value)
    pair.result = (one, replace(one, validation_loss=one.loss + 0.1 * gap, sharpness=sharp))
    for words in said:
        assert words in pair.sentence
    for words in unsaid:
        assert words not in pair.sentence


def test_a_result_stays_and_tells_what_it_was_made_for(context, session, pair):
    two_runs(session)
    pair.start()
    context.ticker.finish()
    result = pair.result
    assert pair.note == ""
    session.advance(5)
    session.finish()
    assert pair.result is result
    assert "step 40" in pair.note
    assert "step 25" in pair.note
    session.back(5)
    session.finish()
    assert pair.note == ""
    pair.set_seed(4)
    assert "seed 0" in pair.note
    pair.start()
    context.ticker.finish()
    assert pair.note == ""
    assert not np.allclose(pair.result[0].curves, result[0].curves)
    pair.set_seed(0)
    pair.start()
    context.ticker.finish()
    np.testing.assert_array_equal(pair.result[0].curves, result[0].curves)


def test_both_charts_have_one_scale_and_the_page_shows_both_runs(context, session, page):
    assert page.pair_place.isHidden()
    two_runs(session)
    page.run.click()
    context.ticker.finish()
    assert not page.pair_place.isHidden()
    ranges = [plot.visible_part for plot in page.plots]
    assert (ranges[0].y_low, ranges[0].y_high) == pytest.approx((ranges[1].y_low, ranges[1].y_high))
    assert page.pair_numbers.value_text("runs") == "Ghost A | This run"
    assert [picture.name for picture in page.pictures()] == ["sharpness", "first", "second"]
    assert not page.pictures()[2].image(1.0).isNull()
