"""Every number of every optimizer, with its default and its bounds; defaults are PyTorch's where it has them."""

from __future__ import annotations

import pytest

from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.params import params_of
from tests.core.settings_table import check_bounds, numbers_of

_RATE = (1e-6, 1e3, True, r"\eta")
_KEPT = (0.0, 0.9999999, False)
_EPS = (1e-16, 1.0, True, r"\varepsilon")
_DECAY = ("weight_decay", 0.0, 0.0, 10.0, False, r"\lambda")
_BETAS = (("beta1", 0.9, *_KEPT, r"\beta_1"), ("beta2", 0.999, *_KEPT, r"\beta_2"))

# Name, default, lowest, highest, whether the slider is logarithmic, symbol.
NUMBERS = {
    OPTIMIZERS["gd"]: [("lr", 0.001, *_RATE), _DECAY],
    OPTIMIZERS["momentum"]: [("lr", 0.001, *_RATE), ("momentum", 0.9, *_KEPT, r"\beta"), _DECAY],
    OPTIMIZERS["nesterov"]: [("lr", 0.001, *_RATE), ("momentum", 0.9, *_KEPT, r"\beta"), _DECAY],
    OPTIMIZERS["adagrad"]: [("lr", 0.01, *_RATE), ("eps", 1e-10, *_EPS), _DECAY],
    OPTIMIZERS["rmsprop"]: [
        ("lr", 0.01, *_RATE), ("alpha", 0.99, *_KEPT, r"\alpha"), ("eps", 1e-8, *_EPS),
        ("momentum", 0.0, *_KEPT, r"\beta"), _DECAY,
    ],
    OPTIMIZERS["adadelta"]: [("lr", 1.0, *_RATE), ("rho", 0.9, *_KEPT, r"\rho"), ("eps", 1e-6, *_EPS), _DECAY],
    OPTIMIZERS["adam"]: [("lr", 0.001, *_RATE), *_BETAS, ("eps", 1e-8, *_EPS), _DECAY],
    OPTIMIZERS["adamw"]: [
        ("lr", 0.001, *_RATE), *_BETAS, ("eps", 1e-8, *_EPS), ("weight_decay", 0.01, 0.0, 10.0, False, r"\lambda"),
    ],
    OPTIMIZERS["nadam"]: [
        ("lr", 0.002, *_RATE), *_BETAS, ("eps", 1e-8, *_EPS), ("momentum_decay", 0.004, 0.0, 1.0, False, r"\psi"),
        _DECAY,
    ],
    OPTIMIZERS["line_search"]: [
        ("lr", 1.0, *_RATE), ("sufficient", 1e-4, 1e-8, 0.5, True, "c"), ("shrink", 0.5, 0.05, 0.95, False, "s"),
    ],
    OPTIMIZERS["newton"]: [("lr", 1.0, *_RATE)],
}  # fmt: skip


@pytest.mark.parametrize("kind", NUMBERS, ids=lambda kind: kind.__name__)
def test_defaults_and_bounds(kind) -> None:
    assert numbers_of(kind) == NUMBERS[kind]
    check_bounds(kind, NUMBERS[kind])


def test_none_is_left_out() -> None:
    assert set(NUMBERS) == set(OPTIMIZERS.values())


def test_switches() -> None:
    switches = {
        (key, spec.name): spec.default
        for key, kind in OPTIMIZERS.items()
        for spec in params_of(kind)
        if spec.kind is bool
    }
    assert switches == {("adam", "bias_correction"): True, ("rmsprop", "centered"): False}
