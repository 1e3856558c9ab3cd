"""Dataclass fields that know their range, unit and meaning.

A parameter panel, its tooltips, the validation and the tests are built from these, so a new hyper-parameter is
one line in the dataclass that uses it.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import Any

_KEY = "gdsim.param"


@dataclass(frozen=True)
class Param:
    """What a field means to the user.

    `low` and `high` bound what is accepted (both inclusive); `log` asks for a logarithmic slider; `symbol` is
    LaTeX; `kind` is float, int or bool, taken from the default.
    """

    name: str
    title: str
    default: float | int | bool
    low: float
    high: float
    log: bool
    unit: str
    symbol: str
    help: str

    @property
    def kind(self) -> type:
        return type(self.default)

    def check(self, value: Any) -> None:
        """Raise ValueError, in a sentence for the user, unless `value` is acceptable."""
        if self.kind is bool:
            if not isinstance(value, bool):
                raise ValueError(f"{self.title} is either on or off, not {value!r}")
            return
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            raise ValueError(f"{self.title} has to be a finite number, not {value!r}")
        if self.kind is int and value != int(value):
            raise ValueError(f"{self.title} has to be a whole number, not {value:g}")
        if not self.low <= value <= self.high:
            raise ValueError(f"{self.title} has to lie between {self.low:g} and {self.high:g}, not at {value:g}")


def param(
    default: float | int | bool,
    low: float = -math.inf,
    high: float = math.inf,
    *,
    title: str = "",
    log: bool = False,
    unit: str = "",
    symbol: str = "",
    help: str = "",
) -> Any:
    """A dataclass field with the description of `Param`; `title` is by default the field's name in words."""
    spec = {"default": default, "low": low, "high": high, "title": title, "log": log, "unit": unit,
            "symbol": symbol, "help": help}  # fmt: skip
    return dataclasses.field(default=default, metadata={_KEY: spec})


def params_of(owner: Any) -> tuple[Param, ...]:
    """The described fields of a dataclass (or an instance of one), in order."""
    return tuple(
        Param(name=field.name, **{**spec, "title": spec["title"] or field.name.replace("_", " ")})
        for field in dataclasses.fields(owner)
        if (spec := field.metadata.get(_KEY)) is not None
    )


def check_params(instance: Any) -> None:
    """Check every described field of `instance`; for `__post_init__`.  Raises ValueError with a sentence."""
    for spec in params_of(instance):
        spec.check(getattr(instance, spec.name))
