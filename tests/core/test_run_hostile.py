"""Runs on functions with holes, jumps and overflow, from extreme starts, at extreme rates.

Nothing raises or warns (warnings are errors here), every point stays finite, every run ends with a reason, and there
is a sentence without "nan" for every step.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdsim.core.expression import parse
from gdsim.core.objective import Objective
from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.params import params_of
from gdsim.core.run import Run, StopReason
from gdsim.core.verdict import verdict_of

FORMULAS = {
    1: ["x^2", "1/x", "log(x)", "sqrt(x)", "e^(x^2)", "tan(x)", "|x|", "x^x", "1e308x^2", "5", "sign(x)", "asin(x)",
        "x^(1/3)", "x^(1/0)", "x^(0/0)", "0/x", "max(x, 0)", "e^(-1/x^2)", "1e-300x^2", "x^99"],
    2: ["x y", "x/y", "log(x y)", "x^y", "sqrt(x^2 + y^2)", "min(x, y)", "7", "1e308x - 1e308y", "1/(x - y)"],
}  # fmt: skip
COORDINATES = st.sampled_from([0.0, 1.0, -1.0, 1e-300, 1e150, -1e150, 1.7e308, -1.7e308, 0.5, 3.0, 1e-8])
DOMAINS = st.sampled_from([None, (-3.0, 3.0), (0.0, 1e-9), (-8e307, 8e307)])
OBJECTIVES = {
    (formula, domain): Objective.from_expression(parse(formula), domain and [domain] * dim, ("x", "y")[:dim])
    for dim, formulas in FORMULAS.items()
    for formula in formulas
    for domain in (None, (-3.0, 3.0), (0.0, 1e-9), (-8e307, 8e307))
}


@st.composite
def optimizers(draw, key):
    """An optimizer with any of its parameters at the end of its range."""
    kind = OPTIMIZERS[key]
    chosen = {"lr": draw(st.sampled_from([1e-6, 1e-3, 0.1, 1.0, 30.0, 1000.0]))}
    for spec in params_of(kind):
        if spec.name != "lr" and draw(st.integers(0, 3)) == 0:
            ends = (False, True) if spec.kind is bool else (spec.low, spec.high)
            chosen[spec.name] = draw(st.sampled_from(ends))
    return kind(**chosen)


@pytest.mark.parametrize("key", list(OPTIMIZERS))
@given(data=st.data())
def test_nothing_breaks_a_run(key, data):
    dim = data.draw(st.sampled_from([1, 2]))
    objective = OBJECTIVES[data.draw(st.sampled_from(FORMULAS[dim])), data.draw(DOMAINS)]
    point = st.lists(COORDINATES, min_size=dim, max_size=dim)
    start = data.draw(st.one_of(point, st.lists(point, min_size=3, max_size=3)))
    noise = data.draw(st.sampled_from([0.0, 1.0]))
    run = Run(objective, data.draw(optimizers(key)), start, max_steps=25, noise=noise, rng=np.random.default_rng(0))
    run.advance(25)
    assert run.stop_reason is not None
    assert run.explanation
    assert all(np.isfinite(step.point).all() for step in run.steps)
    if not run.many and run.stop_reason is not StopReason.NOT_A_NUMBER:
        assert all(np.isfinite(step.value) for step in run.steps)
    for position in range(0, len(run.steps), 6):
        assert "nan" not in verdict_of(run, position).text
        if not run.many:
            run.optimizer.describe(run.steps[position])
    run.fork(0, optimizer=OPTIMIZERS["gd"]()).advance(3)
