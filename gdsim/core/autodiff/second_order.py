"""Second derivatives are gradients of gradients: the Hessian, and its product with a vector without forming it.

B. A. Pearlmutter, "Fast exact multiplication by the Hessian", Neural Computation 6 (1994).
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from . import ops, trees
from .backward import Function, IndependentOutputWarning, grad
from .primitive import ShapeError


def hessian_vector_product(f: Function) -> Function:
    """(x, v) -> H(x)·v without forming H: the gradient of ∇f(x)·v.

    x and v have the same shape or nesting, which is also the result's; ShapeError otherwise.
    """

    def product(x: Any, v: Any) -> Any:
        directions = list(trees.leaves(v))
        shapes, others = [ops.shape_of(part) for part in trees.leaves(x)], [ops.shape_of(part) for part in directions]
        if shapes != others:
            raise ShapeError(f"the direction has to have the shape of the point: {others} does not fit {shapes}")

        def slope(point: Any) -> Any:
            gradients = trees.leaves(grad(f)(point))
            return _total([ops.sum(ops.mul(g, part)) for g, part in zip(gradients, directions, strict=True)])

        with warnings.catch_warnings():
            # A constant gradient is an answer here (H = 0), not a mistake.
            warnings.simplefilter("ignore", IndependentOutputWarning)
            return grad(slope)(x)

    return product


def _total(terms: list[Any]) -> Any:
    total = terms[0]
    for term in terms[1:]:
        total = ops.add(total, term)
    return total


def hessian(f: Function) -> Function:
    """x -> matrix of second derivatives.  x of shape s gives shape s + s; a float gives a float.

    Raises TypeError for nested arguments: put them into one array (`ops.concatenate`) first.
    """
    product = hessian_vector_product(f)

    def matrix(x: Any) -> Any:
        if isinstance(x, (tuple, list)):
            raise TypeError("hessian needs one number or one array as the argument, not several in a tuple or list")
        shape = ops.shape_of(x)
        if shape == ():
            return product(x, 1.0)
        size = int(np.prod(shape))
        columns = [ops.ravel(product(x, np.reshape(row, shape))) for row in np.eye(size)]
        return ops.reshape(ops.stack(columns), shape + shape) if columns else np.zeros(shape + shape)

    return matrix
