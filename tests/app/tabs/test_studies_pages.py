from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit

from gdsim.app.tabs.descend.session import DescendSession
from gdsim.app.tabs.descend.studies.basin_page import BasinPage
from gdsim.app.tabs.descend.studies.basins import BasinStudy
from gdsim.app.tabs.descend.studies.narration import NarrationView, lines_of
from gdsim.app.tabs.descend.studies.race import RaceStudy
from gdsim.app.tabs.descend.studies.race_page import RacePage
from gdsim.app.tabs.descend.studies.rows import Row, RowTable, percent
from gdsim.app.tabs.descend.studies.starts import StartsStudy
from gdsim.app.tabs.descend.studies.starts_page import StartsPage
from gdsim.app.widgets.figures import format_number
from gdsim.app.widgets.formula_label import FormulaWindow
from gdsim.core.narration import Arrow
from gdsim.core.optimizers import OPTIMIZERS
from tests.app.gestures import type_over

LEFT = Qt.MouseButton.LeftButton
WIDTH = 276


@pytest.fixture
def session(ticker, clock, themes):
    session = DescendSession(ticker, clock=clock)
    session.set_surface("himmelblau")
    return session


@pytest.fixture
def race(context, session, ticker, shown):
    return shown(RacePage(context, RaceStudy(session, ticker)), WIDTH, 1200)


@pytest.fixture
def basins(context, session, ticker, shown):
    return shown(BasinPage(context, BasinStudy(session, ticker, size=32)), WIDTH, 700)


@pytest.fixture
def starts(context, session, ticker, shown):
    return shown(StartsPage(context, StartsStudy(session, ticker)), WIDTH, 700)


@pytest.fixture
def narration(session, shown):
    return shown(NarrationView(session), WIDTH, 500)


@pytest.fixture(params=["race", "basins", "starts"])
def page(request):
    return request.getfixturevalue(request.param)


def click(button: QAbstractButton) -> None:
    QTest.mouseClick(button, LEFT)


def tick_box(box: QAbstractButton) -> None:
    QTest.mouseClick(box, LEFT, pos=QPoint(10, box.height() // 2))


# What all pages do


def test_an_empty_page_says_what_would_be_there_and_how_to_get_it(page):
    assert page.empty.isVisible()
    assert page.run_button.text() in page.empty.text()
    assert not page.body.isVisible()
    assert not page.cancel_button.isVisible()
    assert not page.progress.isVisible()
    assert page.pictures() == ()
    assert page.table() is None


def test_the_button_runs_and_the_result_appears(page, ticker):
    click(page.run_button)
    assert page.progress.isVisible()
    assert page.cancel_button.isVisible()
    ticker.tick()
    assert page.body.isVisible()
    assert not page.empty.isVisible()
    assert not page.progress.isVisible()
    assert page.table() is not None


def test_cancel_stops_and_says_so(page, ticker, clock):
    clock.pace = 0.003
    click(page.run_button)
    while page.study.done < 0.3:
        ticker.tick()
    assert page.progress.value() == round(1000 * page.study.done)
    click(page.cancel_button)
    assert not page.study.running
    assert page.note.isVisible()
    assert page.note.text.startswith("Cancelled")
    assert not page.cancel_button.isVisible()


def test_a_result_for_other_settings_carries_a_note(page, session, ticker):
    click(page.run_button)
    ticker.tick()
    assert not page.note.isVisible()
    session.set_optimizer(replace(session.optimizer, lr=0.002))
    assert page.note.isVisible()
    assert "learning rate" in page.note.text
    assert page.body.isVisible()
    click(page.run_button)
    ticker.tick()
    assert not page.note.isVisible()


def test_a_hidden_page_rests_and_is_right_when_it_is_shown(page, ticker):
    page.hide()
    page.study.start()
    ticker.tick()
    assert page.body.isHidden()
    page.show()
    assert page.body.isVisible()


def test_every_control_has_a_name_and_is_reached_by_the_keyboard(page):
    controls = page.findChildren(QAbstractButton) + page.findChildren(QLineEdit)
    controls = [control for control in controls if control.isVisibleTo(page)]
    assert controls
    for control in controls:
        assert control.accessibleName()
        assert control.toolTip()
        assert control.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_nothing_is_wider_than_the_column_in_large_type(page, ticker, themes):
    click(page.run_button)
    ticker.tick()
    assert page.minimumSizeHint().width() <= WIDTH
    themes.set_large(True)
    assert page.minimumSizeHint().width() <= WIDTH * themes.scale


def test_the_theme_may_change_while_there_is_a_result(page, ticker, themes):
    click(page.run_button)
    ticker.tick()
    light = page.grab().toImage().pixelColor(2, 300)
    themes.set_mode("dark")
    assert page.grab().toImage().pixelColor(2, 300) != light


@pytest.mark.parametrize(("before", "after"), [("double_well", "himmelblau"), ("himmelblau", "double_well")])
def test_the_old_result_stays_whole_while_one_of_another_dimension_begins(page, session, ticker, before, after):
    session.set_surface(before)
    click(page.run_button)
    ticker.tick()
    variables = page.study.variables
    session.set_surface(after)
    click(page.run_button)
    page.synchronize()
    assert page.study.variables == variables
    page.table()
    ticker.tick()
    assert len(page.study.variables) == 3 - len(variables)


@pytest.mark.parametrize("stacked", [False, True])
def test_a_table_shows_its_rows_and_grows_and_shrinks(shown, stacked):
    headings = (("name", ""), ("one", "")) if not stacked else (("one", ""),)
    table = shown(RowTable(headings, name="Results", stacked=stacked), WIDTH, 300)

    def seen() -> list[str]:
        return [label.text() for label in table.findChildren(QLabel) if label.isVisible()]

    assert seen() == []
    table.synchronize([Row("first", ("1",)), Row("second", ("2",), detail="more of it")])
    assert set(seen()) == {heading for heading, _ in headings} | {"first", "1", "second", "2", "more of it"}
    table.synchronize([Row("third", ("3",))])
    assert set(seen()) == {heading for heading, _ in headings} | {"third", "3"}


# The race


def test_a_box_decides_who_races(race, ticker):
    tick_box(race.entries["gd"].box)
    tick_box(race.entries["newton"].box)
    assert race.study.racing == ("momentum", "rmsprop", "adam", "newton")
    assert not race.entries["gd"].rate.isEnabled()
    click(race.run_button)
    ticker.tick()
    assert {row.title for row in race.ranking.rows} == {"Momentum", "RMSProp", "Adam", "Newton"}


def test_a_typed_rate_is_raced_at_and_can_be_forgotten(race, ticker):
    type_over(race.entries["adam"].rate.edit, "0.5")
    QTest.keyClick(race.entries["adam"].rate.edit, Qt.Key.Key_Return)
    click(race.run_button)
    ticker.tick()
    adam = next(row for row in race.ranking.rows if row.title == "Adam")
    assert adam.cells[0] == "0.5"
    click(race.edit_button)
    assert "Adam as typed here" in race.rates.text()
    click(race.usual_rates)
    assert race.entries["adam"].rate.value() == race.study.session.optimizer.lr
    assert not race.usual_rates.isVisible()


def test_it_is_said_where_rates_come_from_and_all_can_have_the_panel_s(race, session):
    assert race.rates.text() == "All race at the panel's learning rate, η = 0.01."
    assert not race.panel_rate.isVisible()
    race.study.set_racing("newton", True)
    told = race.rates.text()
    assert told.startswith("Gradient descent, Momentum, RMSProp and Adam at the panel's learning rate, η = 0.01;")
    assert "Newton at a default of its own" in told
    assert race.entries["newton"].rate.value() == 1.0
    assert "its own default" in race.entries["newton"].rate.toolTip()
    click(race.panel_rate)
    assert race.entries["newton"].rate.value() == 0.01
    assert {race.study.entrant(key).lr for key in OPTIMIZERS} == {0.01}
    assert not race.panel_rate.isVisible()
    click(race.usual_rates)
    assert race.entries["newton"].rate.value() == 1.0
    session.choose_optimizer("newton")
    assert "at the rate that is usual for this function" in race.rates.text()


def test_after_a_race_the_entrants_fold_into_a_line(race, ticker):
    assert race.choices.open
    assert not race.summary.isVisible()
    assert not race.edit_button.isVisible()
    click(race.run_button)
    ticker.tick()
    assert not race.choices.open
    assert not race.entries["gd"].isVisible()
    assert race.summary.text() == "4 optimizers, 200 gradients each, all at the panel's rate 0.01."
    bottom = race.ranking.mapTo(race, race.ranking.rect().bottomLeft()).y()
    assert bottom < 680  # the column's height in a window of 1280 × 800
    click(race.edit_button)
    assert race.choices.open
    assert race.entries["gd"].isVisible()
    assert not race.summary.isVisible()
    race.study.set_tuned(True)
    click(race.choices.header)
    assert race.summary.text() == "4 optimizers, 200 gradients each, rates tuned by one sweep."


def test_the_page_of_a_tuned_race_fits_beside_a_scroll_bar(race, ticker):
    race.study.set_tuned(True)
    race.study.start()
    for _ in range(10_000):
        if not race.study.running:
            break
        ticker.tick()
    assert race.study.result.sweeps
    QApplication.processEvents()
    assert race.minimumSizeHint().width() <= 264  # of the column in a window of 1400 px, less the bar


def test_without_a_result_the_entrants_stay_open(race, ticker, clock):
    clock.pace = 0.02
    click(race.run_button)
    race.study.cancel()
    assert race.study.result is None
    assert race.choices.open


def test_a_rate_that_will_not_do_is_refused_in_a_sentence(race):
    entry = race.entries["adam"]
    type_over(entry.rate.edit, "-1")
    QTest.keyClick(entry.rate.edit, Qt.Key.Key_Return)
    assert "between" in entry.rate.problem.text()
    assert not race.study.has_own_rates


def test_the_table_is_the_ranking_and_the_rule_is_printed(race, ticker):
    click(race.run_button)
    ticker.tick()
    result = race.study.result
    assert [row.title for row in race.ranking.rows] == [racer.title for racer in result.ranking]
    assert race.rule.text() == result.short_rule
    assert race.whole_rule.text() == result.rule
    best = result.ranking[0]
    assert race.ranking.rows[0].cells[1] == str(best.to_tolerance)
    assert race.ranking.rows[0].cells[3] == str(best.gradients)


def test_what_else_was_evaluated_is_said(race, ticker):
    race.study.set_racing("newton", True)
    race.study.set_racing("line_search", True)
    click(race.run_button)
    ticker.tick()
    details = {row.title: row.detail for row in race.ranking.rows}
    newton = next(racer for racer in race.study.result.racers if racer.key == "newton")
    assert details["Newton"].startswith(f"and {newton.values} values and {newton.hessians} Hessians")
    assert "values" in details["Gradient descent with line search"]
    assert details["Gradient descent"] == ""


def test_a_failed_run_is_explained(race, session, ticker):
    session.set_optimizer(OPTIMIZERS["gd"](lr=0.5))
    click(race.run_button)
    ticker.tick()
    failed = next(row for row in race.ranking.rows if row.title == "Gradient descent")
    assert failed.cells[1] == "failed"
    assert "diverged" in failed.detail


def test_tuning_shows_the_sweep_and_turns_the_rates_off(race, ticker):
    race.study.set_budget(30)
    assert not race.sweep_part.isVisible()
    tick_box(race.tuned)
    assert not race.entries["adam"].rate.isEnabled()
    click(race.run_button)
    ticker.tick()
    assert race.sweep_part.isVisible()
    assert len(race.sweeps.picture.series) == 4
    assert [picture.name for picture in race.pictures()] == ["race", "race-sweep"]


def test_the_axes_can_be_switched(race, ticker):
    click(race.run_button)
    ticker.tick()
    assert race.losses.picture.log_x
    tick_box(race.log_steps)
    tick_box(race.log_losses)
    assert not race.losses.picture.log_x
    assert not race.losses.picture.log_y


def test_the_budget_is_typed(race):
    type_over(race.budget.edit, "50")
    QTest.keyClick(race.budget.edit, Qt.Key.Key_Return)
    assert race.study.budget == 50


def test_without_anybody_there_is_no_race(race):
    for key in race.study.racing:
        race.study.set_racing(key, False)
    assert not race.run_button.isEnabled()
    assert "at least one" in race.empty.text()


def test_pictures_have_ink(race, ticker):
    click(race.run_button)
    ticker.tick()
    (picture,) = race.pictures()
    image = picture.image()
    colours = {image.pixelColor(x, y).name() for x in range(0, image.width(), 4) for y in range(0, image.height(), 4)}
    assert len(colours) > 10


# The basin map and many starts


def test_the_legend_names_each_minimum_with_its_share(basins, ticker):
    click(basins.run_button)
    ticker.tick()
    named = {row.title.split("  ")[1]: row.title.split("  ")[0] for row in basins.legend.rows}
    assert set(named) >= {"(3, 2)", "(−2.805, 3.131)", "(−3.779, −3.283)"}
    assert sorted(named.values()) == ["1", "2", "3", "4"]
    assert basins.found.text() == "4 minima reached, by share of the starts:"
    assert sorted(mark.badges[0] for mark in basins.study.marks()) == ["1", "2", "3", "4"]
    at = {tuple(np.round(mark.points[0], 3).tolist()): mark.badges[0] for mark in basins.study.marks()}
    assert at[3.0, 2.0] == named["(3, 2)"]
    assert at[-2.805, 3.131] == named["(−2.805, 3.131)"]
    assert all(row.cells[1].endswith(" %") for row in basins.legend.rows)
    assert len({row.swatch for row in basins.legend.rows}) == len(basins.legend.rows)
    assert basins.covered.text().startswith("32 × 32 starts, x from −6 to 6, y from −6 to 6")


def test_a_long_legend_is_cut_and_counted(basins, session, ticker):
    session.set_surface("rastrigin")
    click(basins.run_button)
    ticker.tick()
    assert len([row for row in basins.legend.rows if row.cells[0]]) == 12
    assert basins.more.isVisible()
    count = len(basins.study.result.minima)
    assert f"and {count - 12} more minima" in basins.more.text()
    assert basins.found.text() == f"{count} minima reached; the 12 that most starts end in:"


def test_much_that_still_moves_may_settle_with_more_steps(basins, session, ticker):
    click(basins.run_button)
    ticker.tick()
    assert "may settle" not in basins.covered.text()
    session.set_surface("rosenbrock")
    click(basins.run_button)
    ticker.tick()
    assert basins.covered.text().endswith("With more steps, what is still moving may settle, or be gone.")


def test_the_rule_is_a_click_away(basins):
    assert not basins.rule.body.isVisible()
    click(basins.rule.header)
    assert basins.rule.body.isVisible()


def test_the_number_of_steps_is_typed(basins):
    type_over(basins.steps.edit, "50")
    QTest.keyClick(basins.steps.edit, Qt.Key.Key_Return)
    assert basins.study.steps == 50


def test_the_minima_found_and_the_modest_sentence(starts, session, ticker):
    session.set_formula("x^2 - cos(9*x) + y^2")
    click(starts.run_button)
    ticker.tick()
    assert starts.sentence.text() == starts.study.result.sentence
    assert "there may be lower ones" in starts.sentence.text()
    values = [row.value for row in starts.study.result.rows]
    assert values == sorted(values)
    assert len(starts.found.rows) >= len(values)


def test_number_and_seed_are_typed(starts):
    type_over(starts.count.edit, "12")
    QTest.keyClick(starts.count.edit, Qt.Key.Key_Return)
    type_over(starts.seed.edit, "7")
    QTest.keyClick(starts.seed.edit, Qt.Key.Key_Return)
    assert (starts.study.count, starts.study.seed) == (12, 7)


@pytest.mark.parametrize(("share", "text"), [(0.0, "0.0 %"), (0.0002, "<0.1 %"), (0.2634, "26.3 %"), (1.0, "100 %")])
def test_shares_read_well(share, text):
    assert percent(share) == text


# The narration


def test_the_stages_are_walked_and_the_step_is_made_at_the_end(narration, session):
    session.choose_optimizer("adam")
    titles = []
    for _ in narration.stages:
        titles.append(narration.title.text())
        last = narration.next_button.text() == "Make the step"
        click(narration.next_button)
    assert titles[0] == "Gradient"
    assert titles[-1] == "Landing"
    assert last
    assert session.index == 1
    assert narration.place.text() == f"Step 1 to 2, stage 1 of {len(titles)}"


def test_previous_goes_back_a_stage(narration):
    assert not narration.back_button.isEnabled()
    click(narration.next_button)
    click(narration.back_button)
    assert narration.title.text() == "Gradient"


def test_each_stage_tells_its_vector(narration, session):
    told = []
    narration.stage_changed.connect(told.append)
    click(narration.next_button)
    stage = told[-1]
    assert stage is narration.stage
    assert stage.arrow is Arrow.STEP
    assert stage.vector == pytest.approx(tuple(session.step.delta))
    narration.hide()
    assert told[-1] is None
    assert narration.stage is None


def test_the_formula_of_a_stage_is_broken_into_lines_that_fit(narration, session):
    session.set_surface("himmelblau")
    session.choose_optimizer("adam")
    session.advance(3)
    narration.resize(260, narration.height())
    QApplication.processEvents()
    narration.forward()  # the first moment, of three columns of numbers
    windows = [window for window in narration.formula.findChildren(FormulaWindow) if window.isVisible()]
    assert len(windows) > 1
    assert all(window.horizontalScrollBar().maximum() == 0 for window in windows)


def test_the_buttons_stay_where_they_are_whatever_is_told(narration, session):
    session.choose_optimizer("adam")
    places, heights = set(), []
    for _ in range(2 * len(narration.stages)):
        QApplication.processEvents()
        places.add((narration.next_button.y(), narration.back_button.y()))
        heights.append(narration.words.height())
        narration.forward()
    assert all(top in (0, 1) for pair in places for top in pair)  # a pixel is the rounding of the layout
    assert heights == sorted(heights)  # what stands below is pushed down, never pulled up again


def test_what_is_drawn_of_a_stage(narration, session):
    session.choose_optimizer("adam")
    session.advance(2)
    step, drawn = session.step, []
    for _ in narration.stages:
        drawn.append((narration.stage.title, narration.mark))
        if len(drawn) < len(narration.stages):
            narration.forward()
    marks = dict(drawn)
    assert marks["Gradient"].vector == pytest.approx(tuple(step.gradient))
    assert marks["Gradient"].slopes
    assert marks["Second moment"].extent
    assert marks["Second moment"].vector == pytest.approx(tuple(step.next_state.second_moment))
    assert marks["Bias correction"] == marks["Second moment"]  # it has no vector of its own
    assert marks["Step"].vector == marks["Landing"].vector == pytest.approx(tuple(step.delta))
    assert not marks["Step"].slopes
    assert marks["Landing"].note == f"to f = {format_number(session.objective.value(step.landing))}"
    narration.hide()
    assert narration.mark is None


def test_the_memory_of_moves_is_a_length(narration, session):
    session.choose_optimizer("adadelta")
    while narration.stage.title != "Memory of moves":
        narration.forward()
    assert narration.mark.extent
    assert not narration.mark.slopes


def test_the_stage_stays_while_steps_are_made_elsewhere(narration, session):
    click(narration.next_button)
    session.advance()
    assert narration.title.text() == "Step"
    assert narration.place.text().startswith("Step 1 to 2, stage 2")


def test_it_rests_while_playing_fast_and_while_the_ball_is_held(narration, session, ticker):
    session.drag_to((1.0, 1.0))
    assert narration.stage is None
    session.move_to((1.0, 1.0))
    assert narration.stage is not None
    session.set_speed(50.0)
    session.play(True)
    assert not narration.next_button.isEnabled()
    session.play(False)
    assert narration.next_button.isEnabled()


def test_every_optimizer_is_told_at_column_width(narration, session, themes):
    for key in OPTIMIZERS:
        session.choose_optimizer(key)
        session.advance(2)
        for _ in narration.stages[:-1]:
            narration.forward()
            assert narration.minimumSizeHint().width() <= WIDTH


def test_columns_of_numbers_are_not_torn_apart():
    column = r"\begin{pmatrix} 1 \\ 2 \end{pmatrix}"
    assert lines_of(rf"\begin{{aligned}} m &= {column} \\ v &= 3 \end{{aligned}}") == (f"m = {column}", "v = 3")
    assert lines_of(f"g = {column}") == (f"g = {column}",)
