"""All that Backprop shows, as one frozen value: the definitions, the inputs, the order of the walk, the rate.

Graph and walk are functions of this value.  `to_json` and `from_json` are inverse to one another.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from gdsim.app.options import Options
from gdsim.core.backprop.computation import Computation
from gdsim.core.backprop.depth_first import walk_in_order
from gdsim.core.backprop.examples import EXAMPLES
from gdsim.core.backprop.statements import Statements, read
from gdsim.core.backprop.tracing import compute
from gdsim.core.backprop.walk import Order, Walk

FASTEST = "as fast as it goes"
LOWEST_RATE, HIGHEST_RATE = 1e-4, 10.0
LARGEST_INPUT = 1e12

Inputs = tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Experiment:
    """`example` is a key of EXAMPLES, or empty for a `text` of one's own; `speed` is in steps a second."""

    example: str
    text: str
    inputs: Inputs
    order: Order = Order.TOPOLOGICAL
    rate: float = 0.05
    predict: bool = False
    speed: float = 1.0

    @property
    def computation(self) -> Computation:
        """The graph with its numbers; the same object as long as definitions and inputs stay."""
        return _computation(self.text, self.inputs)

    @property
    def walk(self) -> Walk:
        return _walk(self.text, self.inputs, self.order)

    @property
    def held(self) -> frozenset[str]:
        """Inputs that are data, which a gradient step leaves alone."""
        return EXAMPLES[self.example].held if self.example else frozenset()

    def with_text(self, text: str) -> Experiment:
        """Other definitions; inputs keep their values, unless the text gives them others.  Raises ParseError."""
        statements, before = statements_of(text), statements_of(self.text).given
        now = dict(self.inputs)
        values = statements.start(now)
        values |= {name: now[name] for name in values if name in now and statements.given.get(name) == before.get(name)}
        return replace(self, example="", text=text, inputs=tuple(values.items()))

    def computed_at(self, values: Mapping[str, float]) -> Computation:
        """The graph at other inputs; shown there, it is not computed again."""
        return self.with_inputs(values).computation

    @property
    def moved(self) -> tuple[str, ...]:
        """Inputs that have left the value that the text gives them."""
        given = statements_of(self.text).given
        return tuple(name for name, value in self.inputs if given.get(name, value) != value)

    def with_input(self, name: str, value: float) -> Experiment:
        return self.with_inputs({**dict(self.inputs), name: value})

    def with_inputs(self, values: Mapping[str, float]) -> Experiment:
        return replace(self, inputs=tuple((name, float(values[name])) for name, _ in self.inputs))


@lru_cache(maxsize=16)
def statements_of(text: str) -> Statements:
    """The definitions in a text.  Raises ParseError."""
    return read(text)


@lru_cache(maxsize=64)
def _computation(text: str, inputs: Inputs) -> Computation:
    return compute(statements_of(text), dict(inputs))


@lru_cache(maxsize=16)
def _walk(text: str, inputs: Inputs, order: Order) -> Walk:
    return walk_in_order(_computation(text, inputs), order)


def of_example(key: str) -> Experiment:
    """An entry of the gallery with its own values."""
    example = EXAMPLES[key]
    return Experiment(key, example.text, tuple(read(example.text).start(example.inputs).items()))


def of_options(options: Options, before: Experiment) -> Experiment:
    """What the command line asks for.  Raises ValueError, in a sentence, for a formula that cannot be read."""
    wanted = before if options.formula is None else before.with_text(options.formula)
    return wanted if options.lr is None else replace(wanted, rate=check_rate(options.lr))


def check_rate(rate: float) -> float:
    """Raises ValueError, in a sentence, for what is no rate of a gradient step."""
    if not (math.isfinite(rate) and rate > 0):
        raise ValueError("the rate has to be a positive number, such as 0.05")
    return rate


def check_input(value: float) -> float:
    """Raises ValueError, in a sentence, for a number that cannot be computed with."""
    if not (math.isfinite(value) and abs(value) <= LARGEST_INPUT):
        raise ValueError("an input has to lie between −10¹² and 10¹²")
    return value


def to_json(experiment: Experiment) -> dict[str, Any]:
    """As numbers, texts, lists and dictionaries."""
    return {
        "example": experiment.example,
        "text": experiment.text,
        "inputs": dict(experiment.inputs),
        "order": str(experiment.order),
        "rate": experiment.rate,
        "predict": experiment.predict,
        "speed": FASTEST if math.isinf(experiment.speed) else experiment.speed,
    }


def from_json(values: Mapping[str, Any]) -> Experiment:
    """The inverse of `to_json`.  Raises ValueError, in a sentence, for anything that is not an experiment."""
    try:
        example = str(values["example"])
        text = EXAMPLES[example].text if example else str(values["text"])
        given = {str(name): check_input(_number(value)) for name, value in values["inputs"].items()}
        inputs = {name: given.get(name, usual) for name, usual in read(text).start(given).items()}
        speed = math.inf if values["speed"] == FASTEST else _number(values["speed"])
        rate = check_rate(_number(values["rate"]))
        return Experiment(example, text, tuple(inputs.items()), Order(values["order"]), rate,
                          values["predict"] is True, max(0.01, speed))  # fmt: skip
    except (KeyError, TypeError, AttributeError, OverflowError) as error:
        raise ValueError(f"this is not a description of a computation graph ({error})") from error


def _number(value: Any) -> float:
    number = float(value)
    if isinstance(value, bool) or not math.isfinite(number):
        raise ValueError(f"{value!r} is not a finite number")
    return number
