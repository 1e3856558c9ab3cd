"""Small fully connected networks: what they are made of, how they start, what they are measured and held back by."""

from __future__ import annotations

from .activations import ACTIVATIONS, Activation
from .initializers import INITIALIZERS, Initializer
from .inspection import WeightHistogram, dead_units, near_zero, twin_units, weight_histogram
from .losses import LOSSES, Loss
from .mlp import MLP, Layer
from .regularizers import REGULARIZERS, Regularizer

__all__ = [
    "ACTIVATIONS",
    "INITIALIZERS",
    "LOSSES",
    "MLP",
    "REGULARIZERS",
    "Activation",
    "Initializer",
    "Layer",
    "Loss",
    "Regularizer",
    "WeightHistogram",
    "dead_units",
    "near_zero",
    "twin_units",
    "weight_histogram",
]
