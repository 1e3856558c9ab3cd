"""Described fields: what a parameter panel reads off a dataclass, and the sentences for values out of range."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdsim.core.params import check_params, param, params_of


@dataclass(frozen=True)
class Oven:
    heat: float = param(180.0, 50.0, 250.0, log=True, unit="°C", symbol="T", help="how hot")
    cook_time: int = param(40, 1, 600, unit="min")
    fan: bool = param(False, title="Fan on")
    label: str = "not described"

    def __post_init__(self) -> None:
        check_params(self)


def test_fields_come_in_order_with_their_descriptions():
    heat, cook_time, fan = params_of(Oven)
    assert (heat.name, heat.title, heat.default) == ("heat", "heat", 180.0)
    assert (heat.low, heat.high, heat.log) == (50.0, 250.0, True)
    assert (heat.unit, heat.symbol, heat.help) == ("°C", "T", "how hot")
    assert cook_time.title == "cook time"
    assert fan.title == "Fan on"
    assert [spec.kind for spec in (heat, cook_time, fan)] == [float, int, bool]


def test_an_instance_describes_itself_as_its_class_does():
    assert params_of(Oven(heat=200.0)) == params_of(Oven)


def test_defaults_are_the_dataclass_defaults():
    assert Oven() == Oven(heat=180.0, cook_time=40, fan=False)


@given(st.floats(50.0, 250.0), st.integers(1, 600), st.booleans())
def test_everything_within_the_bounds_is_accepted(heat, cook_time, fan):
    oven = Oven(heat=heat, cook_time=cook_time, fan=fan)
    assert (oven.heat, oven.cook_time, oven.fan) == (heat, cook_time, fan)


def test_the_bounds_themselves_are_accepted():
    assert Oven(50.0, 1) != Oven(250.0, 600)


@given(st.floats(allow_nan=True, allow_infinity=True).filter(lambda heat: not 50.0 <= heat <= 250.0))
def test_nothing_outside_the_bounds_is_accepted(heat):
    with pytest.raises(ValueError, match="heat has to"):
        Oven(heat=heat)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"heat": 251.0}, "heat has to lie between 50 and 250, not at 251"),
        ({"heat": math.nan}, "heat has to be a finite number, not nan"),
        ({"heat": "hot"}, "heat has to be a finite number, not 'hot'"),
        ({"heat": True}, "heat has to be a finite number, not True"),
        ({"cook_time": 1.5}, "cook time has to be a whole number, not 1.5"),
        ({"cook_time": 0}, "cook time has to lie between 1 and 600, not at 0"),
        ({"fan": 1}, "Fan on is either on or off, not 1"),
    ],
)
def test_a_wrong_value_gets_a_sentence(change, sentence):
    with pytest.raises(ValueError) as error:
        replace(Oven(), **change)
    assert str(error.value) == sentence


def test_without_bounds_every_finite_number_will_do():
    @dataclass(frozen=True)
    class Free:
        amount: float = param(0.0)

    assert Free().amount == 0.0
    assert params_of(Free())[0].log is False
    check_params(Free(amount=-1e300))
    with pytest.raises(ValueError, match="finite"):
        check_params(Free(amount=math.inf))
