"""Plain float code for computations on single numbers: some twenty times faster than numpy on 0-d arrays.

Only fixed templates reach the generated text; names are made here and numbers are written by `repr`.
"""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .ir import Op, reachable
from .primitive import PRIMITIVES

MAX_INLINE = 12  # operations nested in one expression; Python's parser has a limit

_TEMPLATES = {
    "scale": "{0} * {1}",
    "square": "{0} * {0}",
    "sign": "sign({0})",
    "step": "(1.0 if {0} > 0.0 else 0.0)",
    "maximum": "maximum({0}, {1})",
    "minimum": "minimum({0}, {1})",
    "where": "({1} if {0} else {2})",
    "equal": "({0} == {1})",
    "not_equal": "({0} != {1})",
    "greater": "({0} > {1})",
    "less": "({0} < {1})",
    "greater_equal": "({0} >= {1})",
    "less_equal": "({0} <= {1})",
    "isfinite": "isfinite({0})",
    "floor": "floor({0})",
    "ceil": "ceil({0})",
    "round": "rint({0})",
}


def template(kind: str) -> str:
    """Python text of one operation with {0}, {1}, ... for its arguments; "" if there is none."""
    return _TEMPLATES.get(kind) or (PRIMITIVES[kind].scalar if kind in PRIMITIVES else "")


def guarded_template(kind: str) -> str:
    """The same with functions that never raise: numpy's answer where Python would refuse."""
    text = "divide({0}, {1})" if kind == "div" else template(kind)
    name, bracket, rest = text.partition("(")
    return f"{name}_({rest}" if bracket and name.isidentifier() else text


def fast_template(kind: str) -> str:
    """The same for code in which numpy's functions have their plain names."""
    text = template(kind)
    name, bracket, rest = text.partition("(")
    return f"fast_{name}({rest}" if bracket and name.isidentifier() else text


def number(value: float) -> str:
    """A float literal (inf and nan are names that the generated function knows)."""
    if math.isnan(value):
        return "nan"
    if math.isinf(value):
        return "inf" if value > 0 else "(-inf)"
    return f"({value!r})" if value < 0 or math.copysign(1.0, value) < 0 else repr(value)


def _sign(x: float) -> float:
    return 1.0 if x > 0.0 else (-1.0 if x < 0.0 else x * 0.0)


def _maximum(x: float, y: float) -> float:
    return x if x >= y or x != x else y


def _minimum(x: float, y: float) -> float:
    return x if x <= y or x != x else y


def _guarded(fast: Callable[..., float], slow: Callable[..., Any]) -> Callable[..., float]:
    """numpy's answer (inf or nan, no warning) where Python raises."""

    def function(*args: float) -> float:
        try:
            return fast(*args)
        except (ArithmeticError, ValueError):
            with np.errstate(all="ignore"):
                return float(slow(*args))

    return function


FAST: dict[str, Any] = {
    **{name: getattr(math, name) for name in (
        "exp", "expm1", "log", "log1p", "log2", "log10", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh",
        "tanh", "sqrt", "erf", "pow", "isfinite",
    )},
    "abs": math.fabs, "sign": _sign, "maximum": _maximum, "minimum": _minimum, "inf": math.inf, "nan": math.nan,
    "floor": lambda x: float(math.floor(x)), "ceil": lambda x: float(math.ceil(x)), "rint": lambda x: float(round(x)),
}  # fmt: skip


def guarded_names() -> dict[str, Any]:
    """The functions that `guarded_template` names (with an underscore)."""
    names = dict(FAST)
    for name, fast in FAST.items():
        if name in PRIMITIVES and PRIMITIVES[name].scalar.startswith(f"{name}("):
            names[name] = _guarded(fast, PRIMITIVES[name].forward)
    for name in ("floor", "ceil"):
        names[name] = _guarded(FAST[name], PRIMITIVES[name].forward)
    names["rint"] = _guarded(FAST["rint"], np.rint)
    names["divide"] = _guarded(operator.truediv, np.divide)
    return {f"{name}_": function for name, function in names.items()}


def fast_names() -> dict[str, Any]:
    """The functions that `fast_template` names."""
    return {f"fast_{name}": function for name, function in FAST.items()}


class ScalarCode:
    """Statements and result expressions of a computation on floats.

    `careful` code calls guarded functions, so that 1/0 or log(-1) give what numpy gives.
    """

    def __init__(self, outputs: Sequence[Op], names: dict[int, str], careful: bool = False, prefix: str = "v") -> None:
        self.lines: list[str] = []
        self._text: dict[int, str] = {}
        self._weight: dict[int, int] = {}
        ops = reachable(outputs)
        uses: dict[int, int] = {}
        for op in ops:
            for arg in op.args:
                uses[arg.index] = uses.get(arg.index, 0) + (2 if op.kind == "square" else 1)
        for out in outputs:
            uses[out.index] = uses.get(out.index, 0) + 1
        for op in ops:
            if op.index in names:
                self._text[op.index], self._weight[op.index] = names[op.index], 0
            elif op.is_const:
                self._text[op.index], self._weight[op.index] = number(float(op.value)), 0
            else:
                self._write(op, uses[op.index] > 1, careful, prefix)
        self.results = [self._text[out.index] for out in outputs]

    def _write(self, op: Op, shared: bool, careful: bool, prefix: str) -> None:
        form = guarded_template(op.kind) if careful else template(op.kind)
        if op.kind == "scale" and op.args[0].number == -1.0:
            form = "-{1}"
        args = [self._text[arg.index] for arg in op.args]
        weight = 1 + max((self._weight[arg.index] for arg in op.args), default=0)
        text = form.format(*args)
        if shared or weight >= MAX_INLINE:
            name = f"{prefix}{op.index}"
            self.lines.append(f"{name} = {text}")
            text, weight = name, 0
        elif not _is_closed(form):
            text = f"({text})"
        self._text[op.index], self._weight[op.index] = text, weight


@functools.lru_cache(maxsize=4096)
def _is_closed(form: str) -> bool:
    """name(...) or (...): needs no brackets around it."""
    name, opened, rest = form.partition("(")
    return bool(opened) and (name == "" or name.isidentifier()) and rest.find(")") == len(rest) - 1
