"""The formulas whose zeros are the only places where a formula may be anything but smooth.

They are read off its parts: denominators, arguments of roots and logarithms, what stands in |·|.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Final

from gdsim.core.expression import Call, Expr, Number
from gdsim.core.expression.tree import ONE, call, postorder

_ARGUMENT: Final = ("abs", "sign", "step", "relu", "leaky_relu", "elu", "log", "log2", "log10", "sqrt")


@functools.lru_cache(maxsize=32)
def conditions(f: Expr, variable: str) -> tuple[Expr, ...]:
    """Each different one once; where none of them is zero and f has a value, f is smooth."""
    return tuple(dict.fromkeys(_conditions(f, variable)))


def _conditions(f: Expr, variable: str) -> Iterator[Expr]:
    for part in postorder(f):
        if not isinstance(part, Call) or variable not in part.variables:
            continue
        match part.key:
            case "div":
                yield part.args[1]
            case "pow" if not _harmless(part.args[1]):
                yield part.args[0]
            case "tan":
                yield call("cos", part.args[0])
            case "asin" | "acos":
                yield call("sub", call("abs", part.args[0]), ONE)
            case "maximum" | "minimum":
                yield call("sub", *part.args)
            case key if key in _ARGUMENT:
                yield part.args[0]


def _harmless(exponent: Expr) -> bool:
    return isinstance(exponent, Number) and exponent.value.is_integer()
