"""Every loss with every activation against PyTorch: value, gradient, and 20 steps of Adam with L2.

The numbers come from tests/fixtures/make_pytorch_networks.py.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from gdsim.core.network import ACTIVATIONS, LOSSES, MLP
from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.trainer import Trainer

FIXTURE = json.loads((Path(__file__).parents[2] / "fixtures" / "pytorch_networks.json").read_text())
CASES = {(case["loss"], case["activation"]): case for case in FIXTURE["cases"]}


def trainer_of(case, **settings) -> Trainer:
    network = MLP(tuple(case["sizes"]), case["activation"])
    return Trainer(network, FIXTURE["inputs"], case["targets"], case["loss"], parameters=case["start"], **settings)


def test_the_fixture_covers_every_loss_and_activation():
    assert set(CASES) == {(loss, activation) for loss in LOSSES for activation in ACTIVATIONS}


@pytest.mark.parametrize(("loss", "activation"), CASES)
class TestAgainstPyTorch:
    def test_value_and_gradient(self, loss, activation):
        case = CASES[loss, activation]
        trainer = trainer_of(case)
        assert trainer.loss == pytest.approx(case["value"], rel=1e-12)
        np.testing.assert_allclose(trainer.gradient, case["gradient"], rtol=1e-10, atol=1e-13)

    def test_twenty_steps_of_adam_with_l2(self, loss, activation):
        case = CASES[loss, activation]
        trainer = trainer_of(case, optimizer=OPTIMIZERS["adam"](lr=FIXTURE["rate"]), l2=FIXTURE["l2"])
        trainer.advance(FIXTURE["steps"])
        np.testing.assert_allclose(trainer.parameters, case["end"], rtol=1e-9, atol=1e-10)
        assert trainer.loss == pytest.approx(case["end_value"], rel=1e-10)
        assert trainer.penalty == pytest.approx(case["end_penalty"], rel=1e-10)
