from __future__ import annotations

from dataclasses import replace

import pytest
from gestures import keys, type_over
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QScrollArea

from gdsim.app.tabs.train.controls import TrainControls
from gdsim.app.tabs.train.presets import PRESETS
from gdsim.app.tabs.train.session import TrainSession
from gdsim.app.tabs.train.training_panel import batch_words
from gdsim.app.tabs.train.words import counts_words, warnings_of
from gdsim.app.widgets.fold_group import FoldGroup
from gdsim.app.widgets.tab_frame import TabFrame
from gdsim.core.csv_table import SAMPLES
from gdsim.core.datasets import DATASETS, Data
from gdsim.core.network import ACTIVATIONS, INITIALIZERS, REGULARIZERS
from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.schedules import SCHEDULES


@pytest.fixture
def session(context):
    session = TrainSession(context.ticker)
    yield session
    session.play(False)
    session.finish()


@pytest.fixture
def refusals(session):
    said = []
    session.refused.connect(said.append)
    return said


@pytest.fixture
def controls(context, session, shown):
    controls = TrainControls(context, session)
    session.changed.connect(controls.synchronize)
    for group in controls.findChildren(FoldGroup):
        group.set_open(True)
    controls.synchronize()
    yield shown(controls, 240, 2600)
    controls.stop()
    for _ in range(3):
        context.ticker.tick()


def choose(combo: QComboBox, key: str) -> None:
    """As the user does: the list tells of the choice."""
    place = combo.findData(key)
    assert place >= 0, f"{key} is not offered"
    combo.setCurrentIndex(place)
    combo.activated.emit(place)


def enter(field, text: str) -> None:
    type_over(field.edit, text)
    keys(field.edit, Qt.Key.Key_Return)


# Presets


def test_every_preset_is_offered_under_its_group_and_headings_cannot_be_chosen(controls):
    combo = controls.presets.combo
    entries = [(combo.itemText(i), combo.itemData(i)) for i in range(combo.count())]
    heading, found = "", {}
    for i, (title, key) in enumerate(entries):
        if key is None:
            heading = title
            assert not combo.model().item(i).flags() & Qt.ItemFlag.ItemIsEnabled
        else:
            found[key] = (heading, title)
    assert found == {key: (preset.group, preset.title) for key, preset in PRESETS.items()}


def test_a_preset_says_what_to_look_for_until_the_first_step_and_stays_in_the_panel(controls, session):
    choose(controls.presets.combo, "underfits")
    sentence = PRESETS["underfits"].look_for
    assert session.experiment == PRESETS["underfits"].experiment
    assert controls.preset_words("Step 0.") == sentence
    assert controls.presets.look_for.text() == sentence
    session.advance(3)
    session.finish()  # compiling may take longer than a frame
    assert controls.preset_words("The loss falls.") == "The loss falls."
    assert controls.presets.look_for.text() == sentence
    session.set_hidden((4,))
    assert controls.preset_words("Step 0.") == "Step 0."
    assert controls.presets.look_for.isHidden()
    assert controls.presets.combo.key() is None
    assert controls.presets.combo.placeholderText() == "Too small: it underfits, changed"
    session.undo()
    assert controls.presets.combo.key() == "underfits"
    session.redo()
    session.reset()
    assert controls.presets.combo.placeholderText() == "Too small: it underfits, changed"
    session.set_dataset("xor")
    assert controls.presets.combo.placeholderText() == "Choose one to begin with"


def test_a_preset_folds_what_it_has_chosen_and_says_it_in_the_heading(controls, session):
    data, network = controls.groups["Data"], controls.groups["Network"]
    assert data.open
    choose(controls.presets.combo, "fits_curve")
    assert not data.open
    assert not network.open
    assert data.header.text() == "Data: sine (200)"
    assert network.header.text() == "Network: 8 units"
    data.set_open(True)
    session.set_data(replace(session.experiment.spec, n=1500))
    assert data.open
    assert data.header.text() == "Data: sine (1,500)"
    session.load_data(Data([[0.0], [1.0]], [[1.0], [0.0]], "regression"), "measurements of a long winter.csv")
    assert data.header.text() == "Data: measurements of a l… (2)"


def test_data_that_were_changed_by_hand_are_called_by_what_they_were(controls, session):
    session.set_dataset("sine")
    session.add_point((0.5,), 2.0)
    assert controls.groups["Data"].header.text() == f"Data: sine, edited ({len(session.data)})"


@pytest.mark.parametrize("key", list(PRESETS))
def test_rate_and_regularization_are_in_sight_under_every_preset(context, shown, key):
    session = TrainSession(context.ticker)
    controls = TrainControls(context, session)
    session.changed.connect(controls.synchronize)
    controls.synchronize()
    choose(controls.presets.combo, key)
    frame = TabFrame()
    frame.set_controls(controls)
    shown(frame, 1280, 720)  # what menus and tabs leave of 800
    column = next(area for area in frame.findChildren(QScrollArea) if area.accessibleName() == "Controls")
    for widget in (controls.groups["Data"].header, controls.training.rate, controls.regularization.rows["dropout"].box):
        foot = widget.mapTo(column.widget(), widget.rect().bottomLeft())
        assert foot.y() <= column.viewport().height()
    controls.stop()
    session.finish()


# Data


@pytest.mark.parametrize("key", list(DATASETS))
def test_every_dataset_can_be_chosen_and_shows_the_parameters_that_mean_something_for_it(controls, session, key):
    choose(controls.data.dataset, key)
    data, entry = controls.data, DATASETS[key]
    assert session.experiment.spec.dataset == key
    assert data.about.text() == entry.about
    assert data.labels.isVisible() == (entry.kind == "classification")
    assert data.outliers.isVisible() == (entry.kind == "regression")
    assert not data.domain.isVisible()
    assert not data.formula.isVisible()
    assert data.truth.latex == entry.latex


def test_parameters_of_the_data_are_set_and_undone(controls, session):
    panel = controls.data
    enter(panel.points.field("n"), "50")
    enter(panel.labels.field("wrong_labels"), "0.2")
    enter(panel.split.field("validation_share"), "0.4")
    assert (len(session.data), int(session.data.wrong.sum()), int(session.data.validation.sum())) == (50, 10, 20)
    assert panel.counts.text() == "30 training points, 20 held out for validation, 10 wrong labels."
    session.undo()
    assert panel.split.field("validation_share").value() == 0.3
    session.undo()
    assert panel.labels.field("wrong_labels").value() == 0
    session.undo()
    assert panel.points.field("n").value() == 300


def test_the_distance_of_outliers_appears_with_the_outliers(controls, session):
    choose(controls.data.dataset, "sine")
    assert not controls.data.distance.isVisible()
    enter(controls.data.outliers.field("outliers"), "0.1")
    assert controls.data.distance.isVisible()
    enter(controls.data.distance.field("outlier_size"), "5")
    assert session.experiment.spec.outlier_size == 5
    assert "12 outliers" not in controls.data.counts.text()
    assert f"{round(0.1 * len(session.data))} outliers" in controls.data.counts.text()


def test_new_points_take_the_next_seed(controls, session):
    before = session.data
    controls.data.dice.click()
    assert session.experiment.data_seed == 1
    assert controls.data.seed.value() == 1
    assert session.data != before
    session.undo()
    assert controls.data.seed.value() == 0
    assert session.data == before


def test_a_formula_is_learned_after_a_pause_and_a_wrong_one_is_pointed_at(controls, session, context, clock):
    choose(controls.data.dataset, "formula")
    edit = controls.data.formula
    assert edit.isVisible()
    type_over(edit.edit, "x^2")
    assert session.experiment.spec.formula != "x^2"
    clock.now += 1
    context.ticker.tick()
    assert session.experiment.spec.formula == "x^2"
    inputs, targets = session.data.inputs[:, 0], session.data.targets[:, 0]
    assert abs(targets - inputs**2).max() < 1
    type_over(edit.edit, "x +* 2")
    clock.now += 1
    context.ticker.tick()
    assert edit.pointer.column == 3
    assert edit.message.text()
    assert session.experiment.spec.formula == "x^2"


def test_what_is_typed_stays_while_something_else_changes(controls, session, context, clock):
    choose(controls.data.dataset, "formula")
    edit = controls.data.formula
    type_over(edit.edit, "x^2")
    session.set_speed(3.0)
    assert edit.text() == "x^2"
    type_over(edit.edit, "x^2 +")
    clock.now += 1
    context.ticker.tick()
    session.set_speed(5.0)
    assert edit.text() == "x^2 +"
    assert edit.message.text()
    session.set_formula("x^3")
    assert edit.text() == "x^3"
    assert not edit.edit.property("wrong")


def test_return_takes_a_formula_at_once_and_undo_shows_the_one_before(controls, session):
    choose(controls.data.dataset, "formula")
    before = session.experiment.spec.formula
    edit = controls.data.formula
    type_over(edit.edit, "x*y")
    keys(edit.edit, Qt.Key.Key_Return)
    assert session.experiment.spec.formula == "x*y"
    assert session.data.dim == 2
    session.undo()
    assert edit.text() == before
    assert session.data.dim == 1


def test_a_formula_without_a_value_somewhere_is_refused_in_place(controls, session):
    choose(controls.data.dataset, "formula")
    edit = controls.data.formula
    type_over(edit.edit, "ln(x)")
    keys(edit.edit, Qt.Key.Key_Return)
    assert "undefined" in edit.message.text()
    assert session.experiment.spec.formula != "ln(x)"


def test_the_domain_of_a_formula_is_set_and_kept_in_order(controls, session):
    choose(controls.data.dataset, "formula")
    assert controls.data.domain.isVisible()
    enter(controls.data.domain.field("low"), "0")
    assert session.data.inputs.min() >= 0
    enter(controls.data.domain.field("high"), "-1")
    assert session.experiment.spec.high == 5
    assert "below" in controls.data.domain.field("high").problem.text()


def test_standardizing_says_what_it_does(controls, session):
    controls.data.scaled.click()
    assert session.experiment.scaled
    assert controls.data.scaling.text().startswith("On")
    assert "both units" in controls.data.scaling.text()
    session.undo()
    assert not controls.data.scaled.isChecked()
    assert controls.data.scaling.text().startswith("Off")


@pytest.mark.parametrize("key", list(SAMPLES))
def test_a_shipped_table_is_loaded_with_a_split(controls, session, key):
    sample = SAMPLES[key]
    choose(controls.data.dataset, f"sample {key}")
    assert (session.data.input_names, session.data.target_name) == (sample.inputs, sample.target)
    assert int(session.data.validation.sum()) == round(0.3 * len(session.data))
    assert controls.data.dataset.key() == f"sample {key}"
    assert controls.data.about.text() == sample.about
    assert not controls.data.points.isVisible()
    session.undo()
    assert controls.data.dataset.key() == "moons"


def test_points_changed_by_hand_are_named(controls, session):
    session.remove_point(0)
    assert controls.data.dataset.key() is None
    assert controls.data.dataset.placeholderText() == "Two moons, changed by hand"
    assert controls.data.dataset.accessibleName() == "Data: Two moons, changed by hand"
    assert "points of your own" in controls.data.about.text()


def test_points_of_ones_own_are_split_anew(controls, session):
    inputs = [[float(i)] for i in range(20)]
    session.load_data(Data(inputs, inputs, "regression"), "twenty.csv")
    controls.data.split.slider("validation_share").take(0.25)
    assert int(session.data.validation.sum()) == 5
    held = session.data.validation
    controls.data.dice.click()
    assert int(session.data.validation.sum()) == 5
    assert (session.data.validation != held).any()
    assert session.experiment.name == "twenty.csv"
    session.undo()  # changes in a row are one
    assert not session.data.validation.any()


def test_a_constant_column_and_a_large_one_are_warned_of(session):
    session.load_data(Data([[1.0, 300.0], [1.0, 100.0], [1.0, 200.0]], [[0.0], [1.0], [2.0]], "regression"), "three")
    said = " ".join(warnings_of(session.scene))
    assert "x₁ has the same value" in said
    assert "x₂ reaches 300" in said
    session.set_scaled(True)
    said = " ".join(warnings_of(session.scene))
    assert "shifted but not scaled" in said
    assert "reaches" not in said


def test_large_features_have_their_remedy_beside_the_warning(controls, session):
    assert controls.data.remedy.isHidden()
    inputs, names = [[900.0, 50.0], [1500.0, 100.0], [2000.0, 200.0]], ("weight", "power")
    session.load_data(Data(inputs, [[0.0], [1.0], [2.0]], "regression", names), "cars.csv")
    assert "weight reaches 2000" in controls.data.warnings.text
    controls.data.remedy.click()
    assert session.experiment.scaled
    assert controls.data.remedy.isHidden()


def test_an_empty_class_is_named():
    data = Data(
        [[0.0], [1.0], [2.0]], [[0.0], [0.0], [1.0]], "classification", class_names=("no", "yes"),
        validation=[False, False, True],
    )  # fmt: skip
    assert counts_words(data) == (
        "2 training points, 1 held out for validation. No training point is of class yes."
    )  # fmt: skip


# Network


def test_features_are_switched_and_at_least_one_stays(controls, session, refusals):
    boxes = controls.network.features.boxes
    boxes["x1_x2"].click()
    assert session.experiment.net.features == ("x1", "x2", "x1_x2")
    session.undo()
    assert not boxes["x1_x2"].isChecked()
    boxes["x1"].click()
    boxes["x2"].click()
    assert session.experiment.net.features == ("x2",)
    assert boxes["x2"].isChecked()
    assert len(refusals) == 1


def test_features_follow_the_data(controls, session):
    choose(controls.data.dataset, "sine")
    assert list(controls.network.features.boxes)[:3] == ["x", "x_power_2", "x_power_3"]
    choose(controls.data.dataset, "sample braking")
    assert "speed (mph)" in controls.network.features.boxes["x"].toolTip()


def test_layers_are_added_removed_and_widened(controls, session):
    session.set_hidden((8,))
    layers = controls.network.layers
    layers.add.click()
    assert session.experiment.net.hidden == (8, 8)
    enter(layers.fields[1], "3")
    assert session.experiment.net.hidden == (8, 3)
    assert controls.network.size.text() == "2 → 8 → 3 → 1: 55 weights and biases"
    enter(layers.fields[1], "33")
    assert session.experiment.net.hidden == (8, 3)
    assert "1 and 32" in layers.fields[1].problem.text()
    layers.fewer.click()
    layers.fewer.click()
    assert session.experiment.net.hidden == ()
    assert layers.none.isVisible()
    assert not layers.fewer.isEnabled()
    session.undo()
    assert layers.fields[0].value() == 8
    assert layers.fields[0].isVisible()
    for _ in range(5):
        layers.add.click()
    assert not layers.add.isEnabled()


def test_activation_start_loss_and_seed(controls, session):
    network = controls.network
    for key in ACTIVATIONS:
        choose(network.activation, key)
        assert session.experiment.net.activation == key
        assert network.activation_formula.latex == ACTIVATIONS[key].latex
    for key in INITIALIZERS:
        choose(network.initializer, key)
        assert session.experiment.net.initializer == key
    network.dice.click()
    assert session.experiment.net.seed == 1
    enter(network.seed, "7")
    assert session.experiment.net.seed == 7
    session.undo()
    session.undo()
    assert network.seed.value() == 0
    assert [network.loss.itemData(i) for i in range(network.loss.count())] == [
        "mse", "mae", "huber", "binary_cross_entropy",
    ]  # fmt: skip
    choose(network.loss, "mse")
    assert session.experiment.net.loss == "mse"
    choose(controls.data.dataset, "three_gaussians")
    assert network.loss.key() == "cross_entropy"
    assert network.loss.findData("binary_cross_entropy") < 0


# Training


def test_only_optimizers_that_can_train_a_network_are_offered(controls, session, refusals):
    combo = controls.training.optimizer
    offered = [combo.itemData(i) for i in range(combo.count())]
    assert {"line_search", "newton"}.isdisjoint(offered)
    for key in offered:
        choose(combo, key)
        assert session.optimizer.key == key
        session.advance()
        session.finish()  # compiling may take longer than a frame
    assert not refusals
    assert set(offered) == {key for key in OPTIMIZERS if key not in ("line_search", "newton")}


def test_the_rate_applies_from_the_next_step_without_a_reset(controls, session):
    session.advance(5)
    session.finish()  # compiling may take longer than a frame
    enter(controls.training.rate.field, "0.5")
    assert (session.index, session.optimizer.lr) == (5, 0.5)
    assert session.experiment.setting_at(4).optimizer.lr == 0.01
    assert controls.training.rate.slider.value() == 0.5
    session.undo()
    assert controls.training.rate.field.value() == 0.01


def test_after_divergence_a_button_goes_back_with_a_rate_that_holds(controls, session):
    button = controls.training.retreat
    assert not button.isVisible()
    choose(controls.presets.combo, "diverges")
    session.advance(200)
    session.finish()
    stop = session.trainer.stop
    assert button.isVisible()
    assert button.text() == f"Back to step {stop.sound_step} with rate {stop.suggested_rate}"
    session.set_optimizer(replace(session.optimizer, lr=stop.suggested_rate))
    assert not button.isVisible()
    session.advance()
    session.finish()
    assert button.isVisible()
    button.click()
    assert session.index == stop.sound_step
    assert session.optimizer.lr == stop.suggested_rate
    assert not button.isVisible()
    session.advance(300)
    session.finish()
    assert session.index == stop.sound_step + 300


def test_rare_parameters_are_folded_away_and_work(controls, session):
    training = controls.training
    assert "eps" in training.seldom.names()
    assert not training.parameters.isVisible()
    enter(training.seldom.field("beta1"), "0.5")
    assert session.optimizer.beta1 == 0.5
    choose(training.optimizer, "momentum")
    assert training.parameters.names() == ("momentum",)
    enter(training.parameters.field("momentum"), "0.7")
    assert session.optimizer.momentum == 0.7


def test_batches(controls, session):
    training = controls.training
    assert training.batch.value() == 210
    enter(training.batch, "32")
    assert session.setting.batch_size == 32
    assert training.batch_words.text() == "32 of 210 training points in a step, drawn anew every epoch of 7 steps."
    enter(training.batch, "211")
    assert session.setting.batch_size == 32
    assert "1 to 210" in training.batch.problem.text()
    training.batch_slider.take(210.0)
    assert session.setting.batch_size == 0
    assert training.batch_words.text().startswith("All 210")
    session.undo()
    session.undo()
    assert training.batch.value() == 210


def test_words_for_batches_count_the_short_last_one():
    assert "every epoch of 3 steps" in batch_words(4, 9)
    assert batch_words(9, 9) == "All 9 training points in every step, so an epoch is one step."
    assert batch_words(1, 1) == "There is one training point, so a step is an epoch."


@pytest.mark.parametrize("key", list(SCHEDULES))
def test_schedules_are_chosen_and_undone(controls, session, key):
    training = controls.training
    choose(training.schedule, key)
    assert session.setting.schedule == SCHEDULES[key]()
    assert training.schedule_formula.latex == SCHEDULES[key].latex
    assert SCHEDULES[key].title in training.schedule_group.header.text() or key == "constant"
    if key != "constant":
        session.undo()
        assert training.schedule.key() == "constant"


# Regularization


@pytest.mark.parametrize("key", list(REGULARIZERS))
def test_a_regularizer_is_switched_without_a_reset_and_keeps_its_strength(controls, session, key):
    session.drop_regularizer("l2")
    session.advance(4)
    session.finish()
    row = controls.regularization.rows[key]
    name = row.panel.names()[0]
    usual = row.panel.instance
    assert not row.body.isVisible()
    row.box.click()
    assert row.body.isVisible()
    assert session.setting.regularizers == (usual,)
    strength = {"dropout": "0.4", "early_stopping": "70"}.get(key, "0.05")
    enter(row.panel.field(name), strength)
    stronger = (replace(REGULARIZERS[key](), **{name: type(getattr(REGULARIZERS[key](), name))(float(strength))}),)
    assert session.setting.regularizers == stronger
    assert controls.groups["Regularization"].header.text() == "Regularization: 1 on"
    row.box.click()
    assert session.setting.regularizers == ()
    assert session.index == 4
    row.box.click()
    assert session.setting.regularizers == stronger
    session.undo()
    assert not row.box.isChecked()
    session.undo()
    assert row.panel.instance == stronger[0]
    assert row.body.isVisible()


def test_early_stopping_needs_validation_points(controls, session):
    box = controls.regularization.rows["early_stopping"].box
    assert box.isEnabled()
    enter(controls.data.split.field("validation_share"), "0")
    assert not box.isEnabled()
    assert "validation" in box.toolTip()


# All of it


def test_everything_has_a_name(controls):
    for kind in (QAbstractButton, QLineEdit, QComboBox):
        for widget in controls.findChildren(kind):
            if widget.isVisible():
                assert widget.accessibleName(), widget


def test_after_return_the_field_gives_up_the_keyboard(controls):
    for field in (controls.training.rate.field, controls.training.batch, controls.network.seed,
                  controls.data.points.field("n")):  # fmt: skip
        field.edit.setFocus()
        assert field.edit.hasFocus()
        keys(field.edit, Qt.Key.Key_Return)
        assert not field.edit.hasFocus()
        enter(field, "many")
        assert field.edit.hasFocus()
        assert field.edit.selectedText() == "many"
        keys(field.edit, Qt.Key.Key_Escape)


def test_showing_what_is_true_tells_nothing(controls, session):
    told = []
    session.changed.connect(lambda: told.append(1))
    before = session.experiment
    controls.synchronize()
    assert not told
    assert session.experiment == before


@pytest.mark.parametrize(("width", "large"), [(1280, False), (1100, False), (1280, True), (1100, True)])
def test_nothing_is_clipped_at_the_side(context, session, shown, themes, width, large):
    themes.set_large(large)
    controls = TrainControls(context, session)
    session.changed.connect(controls.synchronize)
    session.set_dataset("formula")
    session.set_data(replace(session.experiment.spec, outliers=0.1))
    session.set_hidden((32,) * 6)
    session.choose_optimizer("momentum")
    session.set_schedule(SCHEDULES["cosine"]())
    for kind in REGULARIZERS.values():
        session.set_regularizer(kind())
    for group in controls.findChildren(FoldGroup):
        group.set_open(True)
    frame = TabFrame()
    frame.set_controls(controls)
    controls.synchronize()
    shown(frame, width, 700)
    column = next(area for area in frame.findChildren(QScrollArea) if area.accessibleName() == "Controls")
    assert column.widget().minimumSizeHint().width() <= column.viewport().width()
    controls.stop()
