"""What every entry of the network's registries promises to panels and help."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from gdsim.core.network import ACTIVATIONS, INITIALIZERS, LOSSES, MLP, REGULARIZERS
from gdsim.core.params import params_of
from gdsim.core.trainer import Trainer

with warnings.catch_warnings():
    # ziamath opens its font by a call that Python 3.11 and 3.12 call deprecated.
    warnings.simplefilter("ignore", DeprecationWarning)
    import ziamath

KEYS = {
    "activation": (ACTIVATIONS, "tanh sigmoid relu leaky_relu elu gelu softplus sine linear"),
    "initializer": (INITIALIZERS, "xavier he uniform zeros"),
    "loss": (LOSSES, "mse mae huber binary_cross_entropy cross_entropy"),
    "regularizer": (REGULARIZERS, "l1 l2 elastic weight_decay dropout early_stopping"),
}
ENTRIES = [(kind, key) for kind, (registry, _) in KEYS.items() for key in registry]


@pytest.mark.parametrize("kind", KEYS)
def test_the_agreed_keys_in_their_order(kind):
    registry, keys = KEYS[kind]
    assert list(registry) == keys.split()
    assert registry.kind == kind


@pytest.mark.parametrize(("kind", "key"), ENTRIES)
def test_every_entry_says_what_it_is(kind, key):
    entry = KEYS[kind][0][key]
    assert entry.key == key
    for text in (entry.title, entry.latex, entry.about, entry.source):
        assert text == text.strip() != ""
    assert entry.about.endswith(".")


@pytest.mark.parametrize(("kind", "key"), ENTRIES)
def test_every_formula_can_be_typeset(kind, key):
    entry = KEYS[kind][0][key]
    assert min(ziamath.Latex(entry.latex).getsize()) > 10.0
    if kind == "regularizer":
        assert all(min(ziamath.Latex(spec.symbol).getsize()) > 0.0 for spec in params_of(entry))


@pytest.mark.parametrize("key", REGULARIZERS)
def test_a_regularizer_is_understood_by_the_trainer(key):
    regularizer = REGULARIZERS[key]()
    assert params_of(regularizer)
    rng = np.random.default_rng(0)
    inputs, targets = rng.standard_normal((20, 2)), rng.standard_normal((20, 1))
    trainer = Trainer(MLP((2, 4, 1)), inputs, targets, validation=(inputs, targets))
    trainer.set(**regularizer.settings)
    for name, value in regularizer.settings.items():
        assert getattr(trainer.settings, name) == value > 0
    trainer.advance(3)
    assert np.isfinite(trainer.loss)


def test_the_elastic_net_is_a_mixture():
    assert REGULARIZERS["elastic"](strength=0.4, share=0.25).settings == pytest.approx({"l1": 0.1, "l2": 0.3})


def test_zero_weights_never_break_symmetry():
    from gdsim.core.network import twin_units

    rng = np.random.default_rng(0)
    inputs, targets = rng.standard_normal((20, 2)), rng.standard_normal((20, 1))
    trainer = Trainer(MLP((2, 4, 3, 1), "sigmoid"), inputs, targets, initializer="zeros")
    trainer.advance(200)
    assert trainer.parameters.any()
    assert twin_units(trainer.network, trainer.parameters) == [(0, (0, 1, 2, 3)), (1, (0, 1, 2))]
