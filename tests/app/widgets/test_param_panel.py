from __future__ import annotations

import math
from dataclasses import dataclass

import pytest
from mouse import drag
from PySide6.QtCore import Qt

from gdsim.app.widgets.param_panel import ParamPanel, slider_range, tooltip
from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.params import check_params, param, params_of
from gdsim.core.schedules import SCHEDULES


@dataclass(frozen=True)
class Settings:
    lr: float = param(0.1, 1e-5, 10.0, log=True, title="learning rate", symbol=r"\eta", help="How long a step is.")
    low: float = param(0.0, 0.0, 1.0)
    high: float = param(1.0, 0.0, 1.0)
    count: int = param(10, 1, 100, unit="steps")
    on: bool = param(False, help="whether")

    def __post_init__(self):
        check_params(self)
        if self.low > self.high:
            raise ValueError("low has to stay below high")


@dataclass(frozen=True)
class Other:
    size: float = param(2.0, 0.0, 5.0)


@pytest.fixture
def panel(shown):
    return shown(ParamPanel(Settings()), 240, 320)


def test_every_field_has_a_control_with_name_and_tooltip(panel):
    assert panel.names() == ("lr", "low", "high", "count", "on")
    assert panel.slider("lr").accessibleName() == "Learning rate"
    assert panel.field("lr").edit.accessibleName() == "Learning rate"
    assert panel.slider("lr").toolTip() == "How long a step is.\nRange: 10⁻⁵ to 10. Default: 0.1."
    assert panel.check_box("on").text() == "On"


def test_a_slider_makes_a_new_instance(panel, qtbot):
    told = []
    panel.changed.connect(told.append)
    track = panel.slider("lr").track
    y = track.height() / 2
    drag(track, (track.width() / 2, y), (track.width(), y))
    assert told[-1] == Settings(lr=10.0)
    assert panel.instance == told[-1]
    assert panel.field("lr").edit.text() == "10"


def test_a_typed_number_makes_a_new_instance_of_the_right_type(panel, qtbot):
    field = panel.field("count")
    field.edit.setFocus()
    field.edit.selectAll()
    with qtbot.waitSignal(panel.changed) as changed:
        qtbot.keyClicks(field.edit, "25")
        qtbot.keyClick(field.edit, Qt.Key.Key_Return)
    assert changed.args == [Settings(count=25)]
    assert type(panel.instance.count) is int
    assert panel.slider("count").value() == 25


def test_a_switch(panel, qtbot):
    with qtbot.waitSignal(panel.changed) as changed:
        qtbot.mouseClick(
            panel.check_box("on"), Qt.MouseButton.LeftButton, pos=panel.check_box("on").rect().center() / 4
        )
    assert changed.args == [Settings(on=True)]


def test_what_the_dataclass_refuses_is_said_under_the_field(panel, qtbot):
    panel.set_instance(Settings(high=0.5))
    field = panel.field("low")
    field.edit.setFocus()
    field.edit.selectAll()
    with qtbot.assertNotEmitted(panel.changed):
        qtbot.keyClicks(field.edit, "0.7")
        qtbot.keyClick(field.edit, Qt.Key.Key_Return)
    assert field.problem.text() == "Low has to stay below high."
    panel.slider("low").track.setFocus()
    with qtbot.assertNotEmitted(panel.changed):
        qtbot.keyClick(panel.slider("low").track, Qt.Key.Key_End)
    assert panel.slider("low").value() == 0.0
    assert field.problem.text() == "low has to stay below high"


def test_setting_is_silent(panel, qtbot):
    with qtbot.assertNotEmitted(panel.changed):
        panel.set_instance(Settings(lr=0.5, on=True))
        panel.set_instance(Other())
    assert panel.names() == ("size",)


def test_fields_shown_elsewhere_are_left_out(shown):
    assert ParamPanel(Settings(), leave_out=("lr", "on")).names() == ("low", "high", "count")


def test_numbers_and_switches_are_not_mixed_up(panel):
    with pytest.raises(KeyError, match="switch"):
        panel.slider("on")
    with pytest.raises(KeyError, match="number"):
        panel.check_box("lr")


@pytest.mark.parametrize("owner", [*OPTIMIZERS.values(), *SCHEDULES.values()], ids=lambda owner: owner.key)
def test_every_optimizer_and_schedule_gets_a_panel(shown, owner):
    panel = shown(ParamPanel(owner()), 240, 400)
    assert panel.names() == tuple(spec.name for spec in params_of(owner))
    for spec in params_of(owner):
        assert tooltip(spec)
        if spec.kind is not bool:
            low, high = slider_range(spec)
            assert math.isfinite(low)
            assert math.isfinite(high)
            assert low < high
            assert low > 0 or not spec.log
    assert panel.minimumSizeHint().width() <= 240
