"""The table of operations, by kind: elementwise, activations, reductions, shapes, linear algebra."""

from __future__ import annotations

from . import activations, elementwise, linear, reductions, shapes

__all__ = ["activations", "elementwise", "linear", "reductions", "shapes"]
