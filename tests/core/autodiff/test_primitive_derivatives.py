"""Every operation of the table: value, first and second derivative against independent ones."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import mpmath
import numpy as np
import pytest
import sympy

from gdsim.core.autodiff import PRIMITIVES, NotDifferentiableError, compile, grad, hessian_vector_product, ops
from gdsim.core.autodiff.primitive import apply

RNG = np.random.default_rng
SHAPES = [((3, 1), (4,)), ((4,), (3, 1)), ((), (2, 3)), ((2, 3), ()), ((1,), (1, 1)), ((2, 3), (2, 3)), ((0, 2), (1,))]


@dataclass(frozen=True)
class Argument:
    """Random numbers of a shape between two bounds; the truth values of an operation are given as they are."""

    shape: tuple[int, ...]
    low: float = -2.0
    high: float = 2.0
    fixed: Any = None

    def draw(self, rng: np.random.Generator) -> Any:
        return rng.uniform(self.low, self.high, self.shape) if self.fixed is None else self.fixed


@dataclass(frozen=True)
class Sample:
    args: tuple[Argument, ...]
    params: dict[str, Any] = field(default_factory=dict)


def array(*shape: int, low: float = -2.0, high: float = 2.0) -> Argument:
    return Argument(shape, low, high)


MASK = np.array([[True, False, True], [False, False, True]])


def pairs(low: float = -2.0, high: float = 2.0) -> list[Sample]:
    return [Sample((Argument(a, low, high), Argument(b, low, high))) for a, b in SHAPES]


def one(low: float = -2.0, high: float = 2.0, **params: Any) -> list[Sample]:
    return [Sample((Argument(shape, low, high),), params) for shape in ((), (3,), (2, 3), (0,))]


X = sympy.Symbol("x", real=True)

# Functions of one number: the interval on which they are tested, and what they are by sympy.
UNARY: dict[str, tuple[float, float, Any]] = {
    "neg": (-3, 3, -X),
    "square": (-3, 3, X**2),
    "sqrt": (0.1, 4, sympy.sqrt(X)),
    "exp": (-3, 3, sympy.exp(X)),
    "expm1": (-2, 2, sympy.exp(X) - 1),
    "log": (0.1, 4, sympy.log(X)),
    "log1p": (-0.9, 4, sympy.log(1 + X)),
    "log2": (0.1, 4, sympy.log(X, 2)),
    "log10": (0.1, 4, sympy.log(X, 10)),
    "sin": (-4, 4, sympy.sin(X)),
    "cos": (-4, 4, sympy.cos(X)),
    "tan": (-1.4, 1.4, sympy.tan(X)),
    "asin": (-0.95, 0.95, sympy.asin(X)),
    "acos": (-0.95, 0.95, sympy.acos(X)),
    "atan": (-4, 4, sympy.atan(X)),
    "sinh": (-3, 3, sympy.sinh(X)),
    "cosh": (-3, 3, sympy.cosh(X)),
    "tanh": (-3, 3, sympy.tanh(X)),
    "erf": (-3, 3, sympy.erf(X)),
    "sigmoid": (-4, 4, 1 / (1 + sympy.exp(-X))),
    "softplus": (-4, 4, sympy.log(1 + sympy.exp(X))),
    "gelu": (-3, 3, X * (1 + sympy.erf(X / sympy.sqrt(2))) / 2),
    "identity": (-3, 3, X),
}
# With kinks: on both sides of 0.
KINKED: dict[str, tuple[Any, Any]] = {
    "abs": (-X, X),
    "relu": (0 * X, X),
    "leaky_relu": (X / 100, X),
    "elu": (sympy.exp(X) - 1, X),
}

SAMPLES: dict[str, list[Sample]] = {
    **{key: one(low, high) for key, (low, high, _) in UNARY.items()},
    **{key: one(-3.0, -0.1) + one(0.1, 3.0) for key in KINKED},
    "leaky_relu": one(-3.0, -0.1, slope=0.2) + one(0.1, 3.0),
    "elu": one(-3.0, -0.1, alpha=0.7) + one(0.1, 3.0, alpha=0.7),
    "stop_gradient": one(),
    "add": pairs(),
    "sub": pairs(),
    "mul": pairs(),
    "div": pairs(0.3, 2.0),
    "pow": pairs(0.3, 2.0),
    "maximum": pairs(),
    "minimum": pairs(),
    "where": [
        Sample((Argument((2, 3), fixed=MASK), array(2, 3), array(3))),
        Sample((Argument((2, 3), fixed=MASK), array(), array(2, 1))),
        Sample((Argument((2, 3), fixed=MASK[0]), array(2, 1), array())),
        Sample((Argument((), fixed=True), array(3), array(2, 1))),
        Sample((Argument((), fixed=False), array(), array())),
    ],
    "sum": [
        Sample((array(2, 3, 4),), {"axis": axis, "keepdims": keep})
        for axis in (None, 0, -1, (0, 2), (-1, 1), (0, 1, 2), ())
        for keep in (False, True)
    ]
    + [Sample((array(),), {}), Sample((array(0, 3),), {"axis": 0})],
    "matmul": [
        Sample((array(2, 3), array(3, 4))),
        Sample((array(5, 2, 3), array(3, 4))),
        Sample((array(2, 3), array(5, 3, 4))),
        Sample((array(5, 1, 2, 3), array(4, 3, 1))),
    ],
    "dense": [
        Sample((array(4, 2), array(3, 5)), {"row": 1.0}),
        Sample((array(4, 2), array(3, 5)), {"row": 0.0}),
        Sample((array(6, 4, 2), array(3, 5)), {"row": 1.0}),
        Sample((array(4, 2), array(6, 3, 5)), {"row": 1.0}),
        Sample((array(2, 1), array(1, 1)), {}),
    ],
    "dense_weights": [
        Sample((array(3, 5), array(2, 5)), {"row": 1.0}),
        Sample((array(3, 5), array(2, 5)), {"row": 0.0}),
        Sample((array(6, 3, 5), array(2, 5)), {"row": 1.0}),
    ],
    "dense_back": [Sample((array(4, 2), array(2, 5))), Sample((array(6, 4, 2), array(2, 5)))],
    "reshape": [Sample((array(2, 6),), {"shape": (3, 4)}), Sample((array(1, 1),), {"shape": ()})],
    "transpose": [Sample((array(2, 3, 4),), {"axes": axes}) for axes in ((2, 0, 1), (1, 2, 0), (0, 2, 1))],
    "broadcast_to": [
        Sample((array(3, 1),), {"shape": (2, 3, 4)}),
        Sample((array(),), {"shape": (2, 2)}),
        Sample((array(1),), {"shape": (0,)}),
    ],
    "getitem": [
        Sample((array(4, 3),), {"index": index})
        for index in (
            1,
            (slice(None), -1),
            slice(None, None, -2),
            (Ellipsis, None, 0),
            np.array([0, 2, 2, 0]),
            (np.array([1, 1]), np.array([0, 0])),
            np.array([True, False, True, True]),
            (slice(1, 3), np.array([2, 2])),
        )
    ],
    "embed": [
        Sample((array(2, 3),), {"index": slice(1, 3), "shape": (4, 3)}),
        Sample((array(3),), {"index": np.array([0, 2, 2]), "shape": (4,)}),
    ],
    "concatenate": [
        Sample((array(2, 3), array(1, 3), array(2, 3)), {"axis": 0}),
        Sample((array(2, 1), array(2, 3)), {"axis": 1}),
        Sample((array(2), array(0)), {"axis": 0}),
    ],
}  # fmt: skip
for _key in ("amax", "amin"):
    SAMPLES[_key] = [Sample((array(2, 3, 4),), {"axis": a, "keepdims": k}) for a in (None, 1, (0, -1)) for k in (0, 1)]

# Constant between jumps: the derivative is 0 by definition (or, without any rule, refused).
FLAT = {
    "sign": 1, "step": 1, "isfinite": 1, "equal": 2, "not_equal": 2, "greater": 2, "less": 2, "greater_equal": 2,
    "less_equal": 2,
}  # fmt: skip
REFUSED = ("floor", "ceil", "round", "argmax")

CASES = [pytest.param(key, s, id=f"{key}-{i}") for key, many in SAMPLES.items() for i, s in enumerate(many)]


def test_every_primitive_is_tested_here() -> None:
    assert set(PRIMITIVES) == {*SAMPLES, *FLAT, *REFUSED}
    for key, primitive in PRIMITIVES.items():
        unary = primitive.elementwise and primitive.arity == 1 and primitive.differentiable
        if unary and key not in FLAT and key != "stop_gradient":
            assert key in UNARY or key in KINKED


def loss_of(key: str, sample: Sample, args: list[Any]) -> Callable[..., Any]:
    """A number that depends on every element of the result, each with another weight, and not linearly."""
    primitive = PRIMITIVES[key]
    shape = np.shape(primitive.forward(*args, **sample.params))
    weights = np.cos(np.arange(1.0, math.prod(shape) + 1.0)).reshape(shape)

    def loss(*inner: Any) -> Any:
        result = apply(primitive, *inner, **sample.params)
        return ops.sum(weights * result + 0.3 * weights * ops.square(result))

    return loss


def central_differences(f: Callable[..., Any], args: list[Any], position: int) -> Any:
    base = np.array(args[position], dtype=float)
    result = np.zeros(base.shape)
    for index in np.ndindex(base.shape):
        sides = []
        for sign in (1.0, -1.0):
            moved = base.copy()
            moved[index] += sign * 1e-5
            sides.append(float(f(*args[:position], moved[()], *args[position + 1 :])))
        result[index] = (sides[0] - sides[1]) / 2e-5
    return result


@pytest.mark.parametrize(("key", "sample"), CASES)
def test_first_derivative_agrees_with_central_differences(key: str, sample: Sample) -> None:
    rng = RNG(7)
    args = [arg.draw(rng) for arg in sample.args]
    loss = loss_of(key, sample, args)
    for position, arg in enumerate(sample.args):
        if arg.fixed is not None:
            continue
        if key == "stop_gradient":
            with pytest.warns(UserWarning, match="does not depend"):
                assert np.all(np.asarray(grad(loss)(*args)) == 0.0)
            continue
        exact = grad(loss, position)(*args)
        assert np.shape(exact) == arg.shape
        numeric = central_differences(loss, args, position)
        np.testing.assert_allclose(exact, numeric, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize(("key", "sample"), [case for case in CASES if case.values[0] != "stop_gradient"])
def test_second_derivative_agrees_with_differences_of_the_first(key: str, sample: Sample) -> None:
    """Along a random direction in all arguments at once, which takes in the mixed derivatives."""
    rng = RNG(8)
    args = [arg.draw(rng) for arg in sample.args]
    places = [i for i, arg in enumerate(sample.args) if arg.fixed is None]
    direction = tuple(rng.uniform(-1.0, 1.0, sample.args[i].shape) for i in places)
    loss = loss_of(key, sample, args)

    def at(point: tuple[Any, ...]) -> Any:
        full = list(args)
        for i, value in zip(places, point, strict=True):
            full[i] = value
        return loss(*full)

    here = tuple(args[i] for i in places)
    product = hessian_vector_product(at)(here, direction)
    moved = [tuple(x + step * d for x, d in zip(here, direction, strict=True)) for step in (1e-5, -1e-5)]
    sides = [grad(at)(point) for point in moved]
    for exact, up, down in zip(product, *sides, strict=True):
        np.testing.assert_allclose(exact, (np.asarray(up) - down) / 2e-5, rtol=2e-6, atol=1e-6)


@pytest.mark.parametrize(("key", "sample"), [case for case in CASES if case.values[0] != "stop_gradient"])
def test_compiled_derivatives_are_the_same(key: str, sample: Sample) -> None:
    rng = RNG(9)
    args = [arg.draw(rng) for arg in sample.args]
    places = tuple(i for i, arg in enumerate(sample.args) if arg.fixed is None)
    loss = loss_of(key, sample, args)
    result = compile(grad(loss, places), *args)(*args)
    for mine, eager in zip(result, grad(loss, places)(*args), strict=True):
        np.testing.assert_allclose(mine, eager, rtol=1e-12, atol=1e-12)


def sympy_derivatives(expression: Any, points: np.ndarray) -> list[np.ndarray]:
    """Value, first and second derivative to 30 digits, rounded."""
    with mpmath.workdps(30):
        rows = []
        for order in range(3):
            function = sympy.lambdify(X, sympy.diff(expression, X, order), "mpmath")
            rows.append(np.array([float(function(mpmath.mpf(point))) for point in points]))
    return rows


UNARY_CASES = [(key, low, high, expression) for key, (low, high, expression) in UNARY.items()]
UNARY_CASES += [(key, -3, -1e-3, left) for key, (left, _) in KINKED.items()]
UNARY_CASES += [(key, 1e-3, 3, right) for key, (_, right) in KINKED.items()]


@pytest.mark.parametrize(("key", "low", "high", "expression"), UNARY_CASES)
def test_functions_of_one_number_agree_with_sympy(key: str, low: float, high: float, expression: Any) -> None:
    points = np.concatenate([RNG(3).uniform(low, high, 20), [low, high]])
    function = getattr(ops, key)
    expected = sympy_derivatives(expression, points)
    value, first = function, grad(function)
    exact = [value(points), [first(float(x)) for x in points]]
    if key not in LINEAR:
        exact.append([grad(first)(float(x)) for x in points])
    for mine, reference in zip(exact, expected, strict=False):
        np.testing.assert_allclose(mine, reference, rtol=2e-14, atol=2e-15)


LINEAR = ("neg", "identity", "abs", "relu", "leaky_relu")  # their first derivative does not depend on the point


@pytest.mark.parametrize("key", sorted(set(UNARY) - {"erf", "softplus", "gelu"}))  # numpy has no complex form of these
def test_analytic_functions_agree_with_the_complex_step(key: str) -> None:
    low, high, _ = UNARY[key]
    points = RNG(4).uniform(low, high, 10)
    step = 1e-30
    derivative = PRIMITIVES[key].forward(points + 1j * step).imag / step
    mine = grad(lambda x: ops.sum(getattr(ops, key)(x)))(points)
    np.testing.assert_allclose(mine, derivative, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize(("key", "arity"), FLAT.items())
def test_what_only_jumps_has_derivative_zero(key: str, arity: int) -> None:
    def f(x: Any) -> Any:
        return ops.sum(x * getattr(ops, key)(*[x, 0.5][:arity]))

    x = np.array([-1.0, 0.0, 0.5, 2.0])
    factor = np.asarray(PRIMITIVES[key].forward(*[x, 0.5][:arity]), float)
    np.testing.assert_array_equal(grad(f)(x), factor)  # the product rule's other half is zero


@pytest.mark.parametrize("key", REFUSED)
def test_what_has_no_useful_derivative_is_refused_in_a_sentence(key: str) -> None:
    with pytest.raises(NotDifferentiableError, match=rf"^{key} has no useful derivative: .*stop_gradient"):
        grad(lambda x: ops.sum(getattr(ops, key)(x) * x))(np.array([1.5, 2.5]))
    held = grad(lambda x: ops.sum(ops.stop_gradient(getattr(ops, key)(x)) * x))(np.array([1.2, 2.7]))
    np.testing.assert_array_equal(held, np.broadcast_to(PRIMITIVES[key].forward(np.array([1.2, 2.7])), 2))
