"""Automatic differentiation on numpy: trace, differentiate, simplify, generate.

`ops` holds the operations; `grad` and its relatives differentiate functions written with them; `compile` turns such
a function into straight-line numpy.
"""

from __future__ import annotations

from . import ops
from .backward import (
    IndependentOutputWarning,
    NotDifferentiableError,
    elementwise_grad,
    grad,
    value_and_grad,
)
from .check import GradientMismatchError, check_grad
from .graph import Graph, trace
from .node import Node
from .primitive import PRIMITIVES, Primitive, ShapeError
from .program import Program, compile
from .second_order import hessian, hessian_vector_product

__all__ = [
    "PRIMITIVES",
    "GradientMismatchError",
    "Graph",
    "IndependentOutputWarning",
    "Node",
    "NotDifferentiableError",
    "Primitive",
    "Program",
    "ShapeError",
    "check_grad",
    "compile",
    "elementwise_grad",
    "grad",
    "hessian",
    "hessian_vector_product",
    "ops",
    "trace",
    "value_and_grad",
]
