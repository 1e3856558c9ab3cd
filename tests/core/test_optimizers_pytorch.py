"""Every optimizer that PyTorch has walks PyTorch's path (numbers from tests/fixtures/make_pytorch_optimizers.py)."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from gdsim.core.expression import parse
from gdsim.core.objective import Objective
from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.run import Run

FIXTURE = json.loads((Path(__file__).parents[1] / "fixtures" / "pytorch_optimizers.json").read_text())
# No counterpart in torch.optim.
WITHOUT_COUNTERPART = {"line_search", "newton"}


@pytest.mark.parametrize(
    "case", FIXTURE["runs"], ids=lambda case: f"{case['optimizer']}-{case['surface']}-{len(case['keywords'])}"
)
def test_same_path(case):
    objective = Objective.from_expression(parse(FIXTURE["formulas"][case["surface"]]))
    optimizer = OPTIMIZERS[case["optimizer"]](**case["keywords"])
    run = Run(objective, optimizer, case["points"][0], max_steps=FIXTURE["steps"][-1], tolerance=0.0)
    path = np.array([step.point for step in run])
    np.testing.assert_allclose(path[FIXTURE["steps"]], case["points"], rtol=0, atol=1e-8)


def test_no_optimizer_is_left_out():
    compared = {case["optimizer"] for case in FIXTURE["runs"]}
    assert compared | WITHOUT_COUNTERPART == set(OPTIMIZERS)


def test_the_defaults_are_compared_too():
    with_defaults = {case["optimizer"] for case in FIXTURE["runs"] if not case["keywords"]}
    # PyTorch's SGD has no momentum by default, so momentum and nesterov have no defaults to agree with.
    assert with_defaults | WITHOUT_COUNTERPART | {"momentum", "nesterov"} == set(OPTIMIZERS)
