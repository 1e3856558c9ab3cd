"""All the LaTeX that the core writes about optimizers and schedules is understood by ziamath, which draws it.

ziamath knows only a part of LaTeX: a power of a matrix, for one, is an AssertionError there.
"""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from gdsim.core.expression import parse
from gdsim.core.numerals import in_latex
from gdsim.core.objective import Objective
from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.params import params_of
from gdsim.core.run import Run
from gdsim.core.schedules import SCHEDULES

with warnings.catch_warnings():
    # ziamath opens its font by a call that Python 3.11 and 3.12 call deprecated.
    warnings.simplefilter("ignore", DeprecationWarning)
    import ziamath

FORMULAS = ["x^4 - x^2 + 0.3x", "x^4 - x^2 + x y + 1e-9y^2"]


def typeset(latex):
    width, height = ziamath.Latex(latex).getsize()
    assert width > 10
    assert height > 5


@pytest.mark.parametrize("kind", [*OPTIMIZERS.values(), *SCHEDULES.values()], ids=lambda kind: kind.key)
def test_rules_and_symbols(kind):
    typeset(kind.latex)
    for spec in params_of(kind):
        if spec.symbol:
            ziamath.Latex(spec.symbol)


@pytest.mark.parametrize("formula", FORMULAS, ids=["1-D", "2-D"])
@pytest.mark.parametrize("key", list(OPTIMIZERS))
def test_rules_with_numbers(key, formula):
    kind = OPTIMIZERS[key]
    fields = {spec.name: spec for spec in params_of(kind)}
    variants = [kind()]
    if "weight_decay" in fields:
        variants.append(kind(weight_decay=0.3))
    variants += [kind(**{name: not spec.default}) for name, spec in fields.items() if spec.kind is bool]
    if key == "rmsprop":
        variants.append(kind(momentum=0.5, centered=True))
    objective = Objective.from_expression(parse(formula))
    for optimizer in variants:
        run = Run(objective, optimizer, np.full(objective.dim, -0.7), max_steps=3)
        run.advance(3)
        # A start with its empty memory looks alike in any number of dimensions.
        for step in run.steps[:2] if objective.dim == 1 else run.steps[1:2]:
            typeset(optimizer.describe(step))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e300, -2.5e-300, 0.0])
def test_extreme_numbers(value):
    ziamath.Latex(f"x = {in_latex(value)}")
    ziamath.Latex(f"x = {in_latex(np.array([value, 1.0]))}")
