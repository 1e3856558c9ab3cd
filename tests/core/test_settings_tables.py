"""Every number of every optimizer, schedule and regularizer, with its default and its bounds.

Defaults of optimizers are PyTorch's where it has them.
"""

from __future__ import annotations

from itertools import chain

import pytest

from gdsim.core.network import REGULARIZERS
from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.params import params_of
from gdsim.core.schedules import SCHEDULES

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
    SCHEDULES["constant"]: [],
    SCHEDULES["step"]: [("every", 50, 1, 100_000, False, "n"), ("gamma", 0.5, 0.01, 1.0, False, r"\gamma")],
    SCHEDULES["exponential"]: [("gamma", 0.99, 0.5, 1.0, False, r"\gamma")],
    SCHEDULES["cosine"]: [("length", 200, 1, 100_000, False, "n"), ("floor", 0.0, 0.0, 1.0, False, "r")],
    SCHEDULES["inverse_time"]: [("decay", 0.01, 1e-6, 10.0, True, "d")],
    SCHEDULES["warmup"]: [("length", 20, 1, 100_000, False, "n")],
    REGULARIZERS["l1"]: [("strength", 0.001, 0.0, 10.0, True, r"\lambda_1")],
    REGULARIZERS["l2"]: [("strength", 0.001, 0.0, 100.0, True, r"\lambda_2")],
    REGULARIZERS["elastic"]: [
        ("strength", 0.001, 0.0, 10.0, True, r"\lambda"), ("share", 0.5, 0.0, 1.0, False, r"\rho"),
    ],
    REGULARIZERS["weight_decay"]: [("strength", 0.01, 0.0, 100.0, True, r"\lambda")],
    REGULARIZERS["dropout"]: [("rate", 0.2, 0.0, 0.9, False, "q")],
    REGULARIZERS["early_stopping"]: [("patience", 100, 1, 1_000_000, True, "p")],
}  # fmt: skip


@pytest.mark.parametrize("kind", NUMBERS, ids=lambda kind: kind.__name__)
def test_defaults_and_bounds(kind) -> None:
    """Both bounds are accepted, and nothing beyond."""
    assert NUMBERS[kind] == [
        (spec.name, spec.default, spec.low, spec.high, spec.log, spec.symbol)
        for spec in params_of(kind)
        if spec.kind is not bool
    ]
    for name, _, low, high, *_ in NUMBERS[kind]:
        for bound in (low, high):
            assert getattr(kind(**{name: bound}), name) == bound
        for beyond in (low - 1, high + 1):
            with pytest.raises(ValueError, match="has to lie between"):
                kind(**{name: beyond})


def test_none_is_left_out() -> None:
    assert set(NUMBERS) == set(chain(OPTIMIZERS.values(), SCHEDULES.values(), REGULARIZERS.values()))


def test_switches() -> None:
    switches = {
        (key, spec.name): spec.default
        for key, kind in OPTIMIZERS.items()
        for spec in params_of(kind)
        if spec.kind is bool
    }
    assert switches == {("adam", "bias_correction"): True, ("rmsprop", "centered"): False}


@pytest.mark.parametrize(
    ("key", "numbers", "settings"),
    [
        ("l1", {"strength": 0.25}, {"l1": 0.25}),
        ("l2", {"strength": 0.25}, {"l2": 0.25}),
        ("elastic", {"strength": 0.5, "share": 0.25}, {"l1": 0.125, "l2": 0.375}),
        ("weight_decay", {"strength": 0.25}, {"weight_decay": 0.25}),
        ("dropout", {"rate": 0.25}, {"dropout": 0.25}),
        ("early_stopping", {"patience": 7}, {"patience": 7}),
    ],
)
def test_what_each_regularizer_sets(key, numbers, settings) -> None:
    assert REGULARIZERS[key](**numbers).settings == settings
