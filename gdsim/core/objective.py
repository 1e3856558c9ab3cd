"""What is descended: a function of a point, with its gradient, its Hessian and its values on a grid.

Everything is traced from the same formula and compiled once per shape of input: a single point runs as plain float
code, many points and open grids as straight-line numpy.  Undefined and overflowing values are nan and inf, silently.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gdsim.core.autodiff import IndependentOutputWarning, compile, elementwise_grad
from gdsim.core.expression import Expr

Array = NDArray[np.float64]
Domain = tuple[tuple[float, float], ...]
Traced = Callable[..., Any]

_COORDINATES = ("x", "y", "z", "u", "v", "w")
_KEPT_PROGRAMS = 24


class Programs:
    """Compiled programs of one function, by the shapes of its arguments; the longest unused one goes first."""

    def __init__(self, function: Traced) -> None:
        self._function = function
        self._programs: dict[tuple[tuple[int, ...], ...], Callable[..., Any]] = {}

    def __len__(self) -> int:
        return len(self._programs)

    def __call__(self, *args: Any) -> Any:
        shapes = tuple(np.shape(arg) for arg in args)
        program = self._programs.pop(shapes, None)
        if program is None:
            if len(self._programs) >= _KEPT_PROGRAMS:
                del self._programs[next(iter(self._programs))]
            program = compiled(self._function, *args)
        self._programs[shapes] = program
        return program(*args)


def compiled(function: Traced, *example: Any) -> Callable[..., Any]:
    """`compile` for formulas, in which a coordinate without influence is nothing to warn of."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", IndependentOutputWarning)
        return compile(function, *example)


class Objective:
    """A function of `dim` coordinates.

    `function` takes the coordinates one by one and is written with `ops`.  Points have shape (..., dim); all leading
    axes are independent points.  `domain` is what is shown, ((low, high), ...), not a limit: nothing is clipped.
    """

    def __init__(
        self, function: Traced, variables: Sequence[str], domain: Sequence[Sequence[float]] | None = None,
        expression: Expr | None = None,
    ) -> None:  # fmt: skip
        """Raises ValueError, in a sentence, when the domain does not fit the variables."""
        self.function = function
        self.variables = tuple(variables)
        self.dim = len(self.variables)
        self.domain = checked_domain(domain, self.dim)
        self.expression = expression
        every = tuple(range(self.dim))
        gradient = elementwise_grad(function, argnum=every)
        self._value = Programs(function)
        self._gradient = Programs(gradient)
        self._both = Programs(lambda *point: (function(*point), gradient(*point)))
        self._second = _second_derivatives(function, self.dim)
        self._hessian = Programs(self._second)
        zero = (0.0,) * self.dim
        self._value_at = compiled(function, *zero)
        self._both_at = compiled(lambda *point: (function(*point), gradient(*point)), *zero)

    @classmethod
    def from_expression(
        cls, expression: Expr, domain: Sequence[Sequence[float]] | None = None, variables: Sequence[str] | None = None
    ) -> Objective:
        """The objective of a formula.

        `variables` names the coordinates in order; by default the formula's own in alphabetical order, "x" for a
        constant, and further ones as long as `domain` has more dimensions.  Raises ValueError in a sentence.
        """
        names = _variable_names(expression, variables, None if domain is None else len(domain))
        return cls(expression.function(*names), names, domain, expression)

    def __repr__(self) -> str:
        return f"Objective({self.expression if self.expression is not None else self.function}, dim={self.dim})"

    @cached_property
    def _hessian_at(self) -> Traced:
        """Second derivatives at one point; compiled when first asked for, since many objectives never are."""
        return compiled(self._second, *(0.0,) * self.dim)

    def value(self, points: ArrayLike) -> Any:
        """f at points (..., dim): a float for one point, else an array (...).

        A single point as a tuple of floats is quickest: searches along a line ask so.
        """
        if isinstance(points, tuple) and len(points) == self.dim and isinstance(points[0], float):
            return self._value_at(*points)
        array = self._points(points)
        if array.ndim == 1:
            return self._value_at(*array.tolist())
        columns, shape = _columns(array)
        return _filled(self._value(*columns), columns[0].shape).reshape(shape)

    def gradient(self, points: ArrayLike) -> Array:
        """∇f at points (..., dim), of the same shape."""
        array = self._points(points)
        if array.ndim == 1:
            return np.array(self._both_at(*array.tolist())[1])
        columns, shape = _columns(array)
        return _joined(self._gradient(*columns), columns[0].shape, shape)

    def value_and_gradient(self, points: ArrayLike) -> tuple[Any, Array]:
        """Both at once, which costs little more than the value."""
        array = self._points(points)
        if array.ndim == 1:
            value, gradient = self._both_at(*array.tolist())
            return value, np.array(gradient)
        columns, shape = _columns(array)
        value, gradient = self._both(*columns)
        return _filled(value, columns[0].shape).reshape(shape), _joined(gradient, columns[0].shape, shape)

    def at(self, *point: float) -> tuple[float, tuple[float, ...]]:
        """Value and gradient at one point, all plain floats: the quickest way, for runs of many steps."""
        return self._both_at(*point)  # type: ignore[no-any-return]

    def value_at(self, *point: float) -> float:
        """The value alone, likewise."""
        return self._value_at(*point)  # type: ignore[no-any-return]

    def hessian_at(self, *point: float) -> tuple[float, ...]:
        """The upper triangle of the Hessian at one point, row by row, likewise."""
        return self._hessian_at(*point)  # type: ignore[no-any-return]

    def hessian(self, points: ArrayLike) -> Array:
        """Second derivatives at points (..., dim), shape (..., dim, dim)."""
        array = self._points(points)
        flat: tuple[int, ...] = ()
        if array.ndim == 1:
            entries = iter(self._hessian_at(*array.tolist()))
        else:
            columns, _ = _columns(array)
            flat = columns[0].shape
            entries = iter(self._hessian(*columns))
        result = np.empty((*flat, self.dim, self.dim))
        for i in range(self.dim):
            for j in range(i, self.dim):
                result[..., i, j] = result[..., j, i] = next(entries)
        return result.reshape((*array.shape, self.dim))

    def curvatures(self, points: ArrayLike) -> tuple[Array, Array]:
        """Eigenvalues, ascending, and eigenvectors (as columns) of the Hessian; nan where it is not finite."""
        hessian = self.hessian(points)
        known: Any = np.isfinite(hessian).all(axis=(-2, -1), keepdims=True)
        values, vectors = np.linalg.eigh(np.where(known, hessian, 0.0))
        return np.where(known[..., 0], values, np.nan), np.where(known, vectors, np.nan)

    def curvature(self, points: ArrayLike) -> Any:
        """The largest eigenvalue of the Hessian, with its sign: a float for one point, else an array."""
        array = self._points(points)
        if array.ndim == 1 and self.dim == 1:
            return float(self._hessian_at(array.item())[0])
        if array.ndim == 1 and self.dim == 2:
            a, b, c = self._hessian_at(*array.tolist())
            middle = 0.5 * (a + c)
            return middle + math.hypot(0.5 * (a - c), b)
        largest = self.curvatures(array)[0][..., -1]
        return float(largest) if largest.ndim == 0 else largest

    def grid(self, *axes: ArrayLike) -> Array:
        """f on the grid spanned by one axis a coordinate.

        The first coordinate runs along the last dimension, as in a picture: two axes x and y give shape
        (len(y), len(x)), one axis its own shape.
        """
        opened, shape = self._open_grid(axes)
        return _filled(self._value(*opened), shape)

    def derivative_grid(self, *axes: ArrayLike) -> tuple[Array, ...]:
        """The partial derivative by each coordinate on the grid of `grid`."""
        opened, shape = self._open_grid(axes)
        return tuple(_filled(part, shape) for part in self._gradient(*opened))

    def _points(self, points: ArrayLike) -> Array:
        array = np.asarray(points, dtype=np.float64)
        if array.ndim == 0 and self.dim == 1:
            return array.reshape(1)
        if array.ndim == 0 or array.shape[-1] != self.dim:
            raise ValueError(
                f"a point of this objective has {self.dim} coordinate{'s' if self.dim > 1 else ''} "
                f"({', '.join(self.variables)}), along the last axis; the array has shape {array.shape}"
            )
        return array

    def _open_grid(self, axes: tuple[ArrayLike, ...]) -> tuple[list[Array], tuple[int, ...]]:
        if len(axes) != self.dim:
            raise ValueError(f"the grid needs one axis for each of {', '.join(self.variables)}, not {len(axes)}")
        lines = [np.ascontiguousarray(axis, dtype=np.float64) for axis in axes]
        if any(line.ndim != 1 for line in lines):
            raise ValueError("each axis of a grid is a one-dimensional array of coordinates")
        opened = [line.reshape((-1,) + (1,) * position) for position, line in enumerate(lines)]
        shape = tuple(line.size for line in reversed(lines))
        return [line.reshape((1,) * (self.dim - line.ndim) + line.shape) for line in opened], shape


def checked_domain(domain: Sequence[Sequence[float]] | None, dim: int) -> Domain | None:
    """The domain as a tuple of pairs.  Raises ValueError, in a sentence, when it is no box of `dim` dimensions."""
    if domain is None:
        return None
    pairs = tuple((float(low), float(high)) for low, high in domain)
    if len(pairs) != dim:
        raise ValueError(f"the domain has {len(pairs)} intervals, but the formula has {dim} variables")
    for low, high in pairs:
        if not math.isfinite(high - low):
            raise ValueError(f"both ends of the domain have to be finite numbers, not {low:g} and {high:g}")
        if low >= high:
            raise ValueError(f"the domain's lower end, {low:g}, has to lie below its upper end, {high:g}")
    return pairs


def _variable_names(expression: Expr, given: Sequence[str] | None, dim: int | None) -> tuple[str, ...]:
    own = expression.variables
    if given is not None:
        missing = [name for name in own if name not in given]
        if missing:
            raise ValueError(f"the formula contains {', '.join(missing)}, which is not among {', '.join(given)}")
        if not given or len(set(given)) < len(given):
            raise ValueError("the variables have to be different names, at least one")
        return tuple(given)
    wanted = 1 if dim is None else dim
    names = list(own)
    spare = [name for name in _COORDINATES if name not in own]
    while len(names) < wanted and spare:
        names.append(spare.pop(0))
    return tuple(sorted(names)) if set(names) <= set("xyz") else tuple(names)


def _second_derivatives(function: Traced, dim: int) -> Traced:
    """The entries of the Hessian's upper triangle, row by row, as a function of the coordinates."""

    def entries(*point: Any) -> tuple[Any, ...]:
        rows = [elementwise_grad(elementwise_grad(function, argnum=i), argnum=tuple(range(i, dim))) for i in range(dim)]
        return tuple(entry for row in rows for entry in row(*point))

    return entries


def _columns(array: Array) -> tuple[list[Array], tuple[int, ...]]:
    """One contiguous array a coordinate, and the shape of the leading axes."""
    flat = np.ascontiguousarray(array.reshape(-1, array.shape[-1]).T)
    return list(flat), array.shape[:-1]


def _filled(result: Any, shape: tuple[int, ...]) -> Array:
    """`result` as an array of `shape`, also where it depends on fewer coordinates or none."""
    array = np.asarray(result, dtype=np.float64)
    return array if array.shape == shape else np.array(np.broadcast_to(array, shape))


def _joined(parts: Sequence[Any], flat: tuple[int, ...], shape: tuple[int, ...]) -> Array:
    joined = np.empty((*flat, len(parts)))
    for i, part in enumerate(parts):
        joined[:, i] = part
    return joined.reshape((*shape, len(parts)))
