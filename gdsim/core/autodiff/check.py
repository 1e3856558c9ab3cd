"""A gradient is checked against central differences before it is believed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from . import ops, trees
from .backward import value_and_grad
from .node import value_of


class GradientMismatchError(AssertionError):
    """A gradient that disagrees with finite differences; the message names the entry."""


def central_difference(f: Callable[..., Any], args: tuple[Any, ...], argnum: int) -> list[Any]:
    """Numerical gradient by argument `argnum`, leaf by leaf; truncation and round-off near 1e-10 at best.

    The step 6e-6·max(1, |x|) is near the cube root of the rounding error, which balances the two.
    """
    leaves = [np.array(leaf, dtype=np.float64) for leaf in trees.leaves(args[argnum])]
    result = []
    for leaf in leaves:
        numeric = np.zeros(leaf.shape)
        for index in np.ndindex(leaf.shape):
            old = float(leaf[index])
            step = 6e-6 * max(1.0, abs(old))
            sides = []
            for moved in (old + step, old - step):
                leaf[index] = moved
                changed = trees.rebuild(args[argnum], iter([part[()].copy() for part in leaves]))
                full = (*args[:argnum], changed, *args[argnum + 1 :])
                sides.append(float(value_of(f(*full))))
            leaf[index] = old
            numeric[index] = (sides[0] - sides[1]) / ((old + step) - (old - step))
        result.append(numeric[()])
    return result


def check_grad(
    f: Callable[..., Any],
    *args: Any,
    gradient: Callable[..., Any] | None = None,
    rtol: float = 1e-6,
    atol: float = 1e-8,
) -> None:
    """Compare the gradient of f by each of its arguments with central differences.

    `gradient(*args)` may give the gradient to be checked in place of `grad`'s: a tuple over the arguments, or for a
    single argument the gradient itself.  An entry passes when it is within atol + rtol·max(1, |difference|).
    Raises GradientMismatchError with the worst entry.
    """
    numbers = tuple(range(len(args)))
    given = gradient(*args) if gradient is not None else value_and_grad(f, numbers)(*args)[1]
    if not isinstance(given, tuple) or len(given) != len(args):
        given = (given,)
    if len(given) != len(args):
        raise GradientMismatchError(f"the gradient has {len(given)} parts for {len(args)} arguments")
    for argnum in numbers:
        analytic = list(trees.leaves(given[argnum]))
        numeric = central_difference(f, args, argnum)
        if len(analytic) != len(numeric):
            raise GradientMismatchError(
                f"argument {argnum}: the gradient has {len(analytic)} parts, not {len(numeric)}"
            )
        for part, (mine, reference) in enumerate(zip(analytic, numeric, strict=True)):
            if ops.shape_of(mine) != np.shape(reference):
                shapes = f"{ops.shape_of(mine)}, not {np.shape(reference)}"
                raise GradientMismatchError(f"argument {argnum}: the gradient has shape {shapes}")
            difference = np.abs(np.asarray(mine) - reference)
            allowed = atol + rtol * np.maximum(np.abs(reference), 1.0)
            bad = ~(difference <= allowed)
            if bad.any():
                excess = np.nan_to_num(np.where(bad, difference / allowed, -1.0), nan=np.inf)
                worst = np.unravel_index(np.argmax(excess), np.shape(bad))
                entry = tuple(int(i) for i in worst)
                raise GradientMismatchError(
                    f"argument {argnum}{f', part {part}' if len(analytic) > 1 else ''}, entry {entry}: "
                    f"gradient {np.asarray(mine)[entry]:.10g}, central difference {np.asarray(reference)[entry]:.10g}"
                )
