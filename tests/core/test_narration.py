from __future__ import annotations

import dataclasses
import re

import numpy as np
import pytest

from gdsim.core.expression import parse
from gdsim.core.narration import Arrow, narrate
from gdsim.core.numerals import in_latex, in_words
from gdsim.core.objective import Objective
from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.run import Run
from gdsim.core.surfaces import SURFACES

VARIANTS = [
    *(pytest.param(kind(lr=0.02), id=key) for key, kind in OPTIMIZERS.items()),
    pytest.param(OPTIMIZERS["gd"](lr=0.02, weight_decay=0.1), id="gd with decay"),
    pytest.param(OPTIMIZERS["adam"](lr=0.02, bias_correction=False), id="adam without correction"),
    pytest.param(OPTIMIZERS["rmsprop"](lr=0.02, momentum=0.5, centered=True), id="rmsprop with all"),
]


def told(optimizer, surface, updates):
    objective = surface.objective()
    run = Run(objective, optimizer, surface.start)
    step = run.advance(updates)
    return step, narrate(step, optimizer, objective), objective


@pytest.mark.parametrize("optimizer", VARIANTS)
@pytest.mark.parametrize("surface", [SURFACES["double_well"], SURFACES["booth"]], ids=["1-D", "2-D"])
@pytest.mark.parametrize("updates", [0, 3])
def test_the_numbers_are_those_of_the_step(optimizer, surface, updates):
    step, stages, objective = told(optimizer, surface, updates)
    by_arrow = {stage.arrow: stage for stage in stages}
    assert stages[0].arrow is Arrow.GRADIENT
    assert stages[0].vector == tuple(step.gradient)
    assert stages[0].latex == f"g = {in_latex(step.gradient)}"
    assert by_arrow[Arrow.STEP].vector == tuple(step.delta)
    assert by_arrow[Arrow.STEP].latex.endswith(f"= {in_latex(step.landing)}")
    assert in_words(step.delta[0]) in by_arrow[Arrow.STEP].text
    if Arrow.DIRECTION in by_arrow:
        share = getattr(step.next_state, "fraction", 1.0)
        assert -share * step.lr * np.array(by_arrow[Arrow.DIRECTION].vector) == pytest.approx(step.delta)
    memory = [tuple(np.ravel(field)) for field in step.next_state]
    assert all(stage.vector in memory for stage in stages if stage.arrow in (Arrow.VELOCITY, Arrow.SIZE))
    assert in_words(objective.value(step.landing)) in stages[-1].text
    assert stages[-1].latex.startswith(r"f\left(x\right)" if objective.dim == 1 else r"f\left(x, y\right)")


@pytest.mark.parametrize("optimizer", VARIANTS)
def test_every_line_of_the_rule_is_in_one_stage_and_has_a_title_of_its_own(optimizer):
    step, stages, _ = told(optimizer, SURFACES["booth"], 2)
    lines = [line.replace("&", "") for line in optimizer.lines(step) if line]
    middle = "".join(stage.latex for stage in stages[1:-1]).replace("&", "")
    assert all(line in middle for line in lines)
    titles = [stage.title for stage in stages]
    assert len(set(titles)) == len(titles)
    assert "Next quantity" not in titles
    assert titles[-2:] == ["Step", "Landing"]
    assert all(re.search(r"\.$", stage.text) and "nan" not in stage.text for stage in stages)


@pytest.mark.parametrize("optimizer", VARIANTS)
def test_all_of_the_memory_that_changes_coordinate_by_coordinate_is_told(optimizer):
    step, stages, _ = told(optimizer, SURFACES["booth"], 2)
    vectors = {stage.vector for stage in stages}
    for before, after in zip(step.state, step.next_state, strict=True):
        if np.shape(after) == (2,) and not np.array_equal(before, after):
            assert tuple(after) in vectors


def test_adam_in_words():
    objective = Objective.from_expression(parse("x^2"), ((-3, 3),))
    optimizer = OPTIMIZERS["adam"](lr=0.5)
    run = Run(objective, optimizer, [1.0])
    stages = narrate(run.steps[0], optimizer, objective)
    assert [stage.title for stage in stages] == [
        "Gradient", "First moment", "Second moment", "Bias correction", "Step", "Landing",
    ]  # fmt: skip
    texts = [stage.text for stage in stages]
    assert texts[0] == "The slope at x = 1 is 2: uphill is to the right."
    assert "from 0 to 0.2" in texts[1]
    assert "from 0 to 0.004" in texts[2]
    assert "m by 1 − β₁ᵗ = 0.1 and v by 1 − β₂ᵗ = 0.001" in texts[3]
    assert texts[4] == "The step is −0.5: from 1 to 0.5, with the learning rate 0.5."
    assert texts[5] == "At x = 0.5 the value falls by 0.75, from 1 to 0.25."


def test_a_safeguard_is_told():
    stages = told(OPTIMIZERS["newton"](), SURFACES["saddle"], 0)[1]
    assert "Safeguard: the Hessian is not positive definite" in stages[-2].text


def test_a_step_into_a_hole_is_told():
    objective = Objective.from_expression(parse("log(x)"), ((-1, 1),))
    optimizer = OPTIMIZERS["gd"](lr=1.0)
    stages = narrate(Run(objective, optimizer, [0.5]).steps[0], optimizer, objective)
    assert stages[-1].text == "The function has no value at x = −1.5, where this step leads."


def test_no_slope_is_told():
    objective = SURFACES["bowl"].objective()
    optimizer = OPTIMIZERS["gd"]()
    stages = narrate(Run(objective, optimizer, (0.0, 0.0)).steps[0], optimizer, objective)
    assert "there is no slope here" in stages[0].text
    assert stages[-1].text == "At (0, 0) the value is 0, as before."


def test_a_rule_with_new_symbols_is_narrated_all_the_same():
    class Halved(OPTIMIZERS["gd"]):
        def lines(self, step):
            return (rf"q &= {in_latex(0.5 * step.gradient)}", *super().lines(step))

    objective = SURFACES["bowl"].objective()
    optimizer = Halved(lr=0.1)
    assert dataclasses.is_dataclass(optimizer)
    stages = narrate(Run(objective, optimizer, (1.0, 2.0)).steps[0], optimizer, objective)
    assert [stage.title for stage in stages] == ["Gradient", "Next quantity", "Step", "Landing"]
    assert stages[1].latex.startswith("q = ")


@pytest.mark.parametrize("optimizer", VARIANTS)
def test_with_noise_the_optimizer_is_told_to_see_the_noisy_gradient(optimizer):
    objective = SURFACES["booth"].objective()
    run = Run(objective, optimizer, SURFACES["booth"].start, noise=3.0, rng=np.random.default_rng(1))
    step = run.advance(2)
    stages = narrate(step, optimizer, objective)
    first = stages[0]
    true = objective.gradient(step.point)
    numbers = [", ".join(in_words(value) for value in vector) for vector in (true, step.gradient - true, step.gradient)]
    assert first.title == "Noisy gradient"
    assert first.vector == tuple(step.gradient)
    said = (f"is ({numbers[0]}).", f"Noise of ({numbers[1]})", f"noisy gradient ({numbers[2]})")
    assert all(part in first.text for part in said)
    for stage in stages[1:]:
        assert "uphill" not in stage.text
        assert not re.search(r"(?<!noisy )(?<!squared )(?<!mean )gradient", stage.text)
        assert "squared gradient" not in stage.text


def test_a_landing_too_large_for_a_double_is_told():
    objective = Objective.from_expression(parse("-exp(1000x)"), ((-3, 3),))
    optimizer = OPTIMIZERS["gd"](lr=1.0)
    stages = narrate(Run(objective, optimizer, [0.1]).steps[0], optimizer, objective)
    assert "is infinite, or larger than 1.8" in stages[-1].text
    stages = narrate(Run(objective, optimizer, [1.5]).steps[0], optimizer, objective)
    assert stages[0].text.startswith("The value at x = 1.5 is a negative number beyond 1.8")
    assert "no value" not in stages[-1].text


def test_where_there_is_no_value_no_update_is_told():
    objective = Objective.from_expression(parse("log(x) + y"), ((-5, 5), (-5, 5)))
    step = Run(objective, OPTIMIZERS["gd"](lr=0.1), (-1.55, 1.0)).steps[0]
    assert np.isfinite(step.gradient).all()  # 1/x has a value there, but it is the slope of nothing
    (stage,) = narrate(step, OPTIMIZERS["gd"](lr=0.1), objective)
    assert stage.text == "The function has no value at (−1.55, 1)."
    assert (stage.latex, stage.arrow, stage.vector) == ("", Arrow.NONE, ())


def test_an_infinite_slope_is_said_to_be_none():
    run = Run(Objective.from_expression(parse("sqrt(x)")), OPTIMIZERS["gd"](lr=0.1), 0.0)
    first = narrate(run.steps[0], run.optimizer, run.objective)[0]
    assert first.text == "The function has the value 0 but no slope at x = 0: it is infinitely steep there."
