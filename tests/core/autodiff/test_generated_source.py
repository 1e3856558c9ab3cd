"""The generated text: what simplification promises, and that it consists of nothing but fixed parts."""

from __future__ import annotations

import inspect
import io
import keyword
import re
import tokenize
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from random_programs import RandomProgram, programs

from gdsim.core.autodiff import PRIMITIVES, compile, elementwise_grad, grad, ops, value_and_grad
from gdsim.core.autodiff.array_code import base_names
from gdsim.core.autodiff.scalar_code import FAST

X = np.linspace(0.1, 1.0, 6)
MATRIX = np.arange(6.0).reshape(2, 3)


def calls(source: str, name: str) -> int:
    """How often the text calls `name` (also as a method)."""
    return len(re.findall(rf"\b{name}\(", source)) - len(re.findall(rf"def {name}\(", source))


def statements(source: str) -> list[str]:
    """What runs in every call, views that are made at the top of a call left out."""
    body = source.split("def run(")[1].splitlines()[1:]
    lines = [line.strip() for line in body]
    views = re.compile(r"\w+ = \w+(\[[^]]*\]|\.T|\.reshape\(.*\)|\.transpose\(.*\))$")
    return [line for line in lines if line and not views.match(line) and not line.startswith("return ")]


def arrays_of(program: Any) -> dict[str, Any]:
    return dict(inspect.getclosurevars(program.function).nonlocals)


# -- simplification -------------------------------------------------------------------------------------------------
def test_dead_code_is_not_written() -> None:
    for x in (0.5, X):
        source = compile(lambda x: (ops.exp(x), ops.sin(x), x * 3.0)[1], x).source
        assert (calls(source, "exp"), calls(source, "multiply"), calls(source, "sin")) == (0, 0, 1)


def test_constants_are_folded() -> None:
    for x in (0.5, X):
        program = compile(lambda x: x * (ops.sin(2.0) * 3.0) / ops.exp(1.0), x)
        assert calls(program.source, "sin") == calls(program.source, "exp") == 0
        np.testing.assert_allclose(program(x), np.asarray(x) * np.sin(2.0) * 3.0 / np.e)


def test_common_parts_are_computed_once() -> None:
    for x in (0.5, X):
        source = compile(lambda x: ops.sin(x * 2.0) * x + ops.sin(2.0 * x) / (1.0 + ops.sin(x + x) ** 2), x).source
        assert calls(source, "sin") == 1
        assert calls(compile(lambda x: ops.square(ops.square(ops.sin(x))), x).source, "sin") == 1


def test_a_value_and_its_gradient_share_what_they_have_in_common() -> None:
    source = compile(value_and_grad(lambda x: ops.sum(ops.exp(ops.sin(x)))), X).source
    assert (calls(source, "exp"), calls(source, "sin"), calls(source, "cos")) == (1, 1, 1)


def test_constant_factors_become_one_multiplication() -> None:
    def step(x: Any) -> Any:
        return x - 0.1 * grad(lambda x: -ops.mean(3.0 * ops.sin(2.0 * x)) / 4.0)(x)

    source = compile(step, X).source
    assert calls(source, "multiply") + calls(source, "divide") + calls(source, "negative") == 1
    assert calls(source, "cos") == 1


def test_factors_come_out_of_sums_and_products() -> None:
    for f in (
        lambda x: ops.sum(3.0 * ops.sin(x)),
        lambda x: ops.sum(ops.square(-3.0 * x)),
        lambda x: (2.0 * x) @ (x / 3.0),
    ):
        assert calls(compile(f, X).source, "multiply") == 0
        assert compile(f, X)(X) == pytest.approx(f(X), rel=1e-14)
    source = compile(lambda a: (2.0 * a) @ (5.0 * a.T), MATRIX).source
    assert calls(source, "multiply") == 1


def test_small_whole_powers_are_multiplied_out() -> None:
    for x in (0.5, X):
        for k in (2, 3, 5, -1, -3, 8):
            program = compile(lambda x: x**k, x)  # noqa: B023
            assert not re.search(r"pow(er)?\(", program.source)
            np.testing.assert_allclose(program(x), np.asarray(x) ** float(k), rtol=1e-14)
        assert re.search(r"pow(er)?\(", compile(lambda x: x**2.5, x).source)


def test_what_is_repeated_is_not_summed_one_by_one() -> None:
    program = compile(lambda x: ops.sum(ops.broadcast_to(ops.sin(x), (1000, 6)), axis=0), X)
    assert calls(program.source, "broadcast") == calls(program.source, "add_reduce") == 0
    np.testing.assert_allclose(program(X), 1000.0 * np.sin(X))


def test_views_and_transposes_cost_nothing_twice() -> None:
    program = compile(lambda a: ops.transpose(ops.transpose(ops.reshape(ops.reshape(a, (6,)), (2, 3)))) * 2.0, MATRIX)
    assert calls(program.source, "reshape") == calls(program.source, "transpose") == 0


def test_on_an_open_grid_what_depends_on_one_axis_is_computed_on_one_line() -> None:
    """Rastrigin's function with its derivatives: sines and cosines of the row and of the column, never of the grid."""

    def rastrigin(x: Any, y: Any) -> Any:
        return 20.0 + sum(v * v - 10.0 * ops.cos(2.0 * np.pi * v) for v in (x, y))

    def everything(x: Any, y: Any) -> Any:
        return rastrigin(x, y), *elementwise_grad(rastrigin, (0, 1))(x, y)

    for rows, columns in ((4, 6), (256, 300)):
        x, y = np.linspace(-5.0, 5.0, columns)[None, :], np.linspace(-4.0, 4.0, rows)[:, None]
        program = compile(everything, x, y)
        known = {**arrays_of(program), "a0": x, "a1": y}
        for function in ("cos", "sin"):
            uses = re.findall(rf"\b{function}\((\w+), (\w+)\)", program.source)
            sizes = sorted(known[result].size for _, result in uses)
            assert sizes == [rows, columns]
        assert len(re.findall(r"\b(add|subtract|multiply)\((b\d+), (b\d+), o?\w*\)", program.source)) <= 4
        full_x, full_y = np.broadcast_arrays(x, y)
        for mine, expected in zip(program(x, y), everything(full_x, full_y), strict=True):
            np.testing.assert_allclose(mine, expected, rtol=1e-12, atol=1e-10)


def test_sums_of_row_and_column_are_not_formed_before_they_have_to() -> None:
    x, y = X[None, :], X[:4, None]
    program = compile(lambda x, y: (x + y) + x * x + 3.0, x, y)
    full = [line for line in statements(program.source) if line.startswith(("add(", "subtract("))]
    known = {**arrays_of(program), "a0": x, "a1": y}
    large = [line for line in full if known[re.findall(r"\w+", line)[-1]].size == 24]
    assert len(large) == 1


def test_float_code_is_plain_arithmetic() -> None:
    program = compile(grad(lambda x, y: (1.0 - x) ** 2 + 100.0 * (y - x * x) ** 2, (0, 1)), 0.0, 0.0)
    fast = program.source.split("def run")[1].split("except")[0]
    assert not re.search(r"[a-zA-Z]\w*\(", fast.split("try:")[1])
    assert fast.count("*") <= 6


def test_a_network_step_is_a_short_list_of_calls() -> None:
    """2-8-8-1 with tanh: biases lie in a row below the activations, factors merge into the update, and so on."""
    sizes = ((3, 8), (9, 8), (9, 1))
    cuts = np.cumsum([0, *(a * b for a, b in sizes)])

    def loss(p: Any, inputs: Any, targets: Any) -> Any:
        first, second, third = (p[a:b].reshape(s) for a, b, s in zip(cuts, cuts[1:], sizes, strict=False))
        hidden = ops.tanh(ops.matmul(first.T, inputs))
        hidden = ops.tanh(ops.dense(second, hidden))
        return ops.mean(ops.square(ops.dense(third, hidden) - targets))

    def step(p: Any, inputs: Any, targets: Any) -> Any:
        value, gradient = value_and_grad(loss)(p, inputs, targets)
        return p - 0.05 * gradient, value

    rng = np.random.default_rng(0)
    p, inputs, targets = rng.normal(size=105), rng.normal(size=(3, 200)), rng.normal(size=(1, 200))
    source = compile(step, p, inputs, targets, donate=0, reuse=True).source
    assert calls(source, "dot") + len(re.findall(r"_dot\(", source)) == 9  # 3 forward, 2 back, 3 weights, 1 loss
    assert calls(source, "tanh") == 2
    assert calls(source, "add") <= 1  # the update at most: biases are not added
    assert calls(source, "copyto") == calls(source, "concatenate") == calls(source, "empty") == 0
    assert calls(source, "copy") == 0  # everything is written where it belongs
    assert len(statements(source)) <= 23


def test_gradients_by_parts_are_written_into_the_whole() -> None:
    def loss(p: Any) -> Any:
        return ops.sum(ops.sin(p[:2]) * 3.0) + ops.sum(ops.exp(p[2:]))

    program = compile(grad(loss), X)
    assert calls(program.source, "add") == calls(program.source, "fill") == calls(program.source, "copyto") == 0
    np.testing.assert_allclose(program(X), [*(3.0 * np.cos(X[:2])), *np.exp(X[2:])])


def test_work_in_place_needs_few_buffers() -> None:
    program = compile(lambda x: ops.sin(ops.exp(ops.cos(ops.tanh(x * 2.0) + 1.0))), X, reuse=True)
    buffers = {name for name in arrays_of(program) if re.fullmatch(r"b\d+", name)}
    assert len(buffers) <= 2  # what is handed out, and one for all that comes before


# -- nothing but fixed parts ----------------------------------------------------------------------------------------
FIXED = {
    "make", "run", "careful", "block", "n", "i", "j", "_", "T", "item", "sum", "dot", "reshape", "transpose", "fill",
    "copy", "new", "where", "out", "None", "True", "False", "ArithmeticError", "ValueError", "params",
}  # fmt: skip
NUMBERED = re.compile(
    r"(([abckostvxy]|s|params_)\d+)((_[vp]\d+|_t|_h|_dot|_flat|_row))*|do_(" + "|".join(PRIMITIVES) + ")"
)


def strange_names(source: str) -> set[str]:
    known = FIXED | set(base_names()) | set(FAST) | set(keyword.kwlist)
    names = {
        token.string for token in tokenize.generate_tokens(io.StringIO(source).readline) if token.type == tokenize.NAME
    }
    return {name for name in names if name not in known and not NUMBERED.fullmatch(name)}


@given(programs())
def test_generated_text_has_only_names_of_its_own(program: RandomProgram) -> None:
    args = program.arguments()
    assert strange_names(compile(program, *args).source) == set()
    assert strange_names(compile(program, *args, reuse=True).source) == set()


def test_names_and_texts_of_the_user_do_not_get_into_the_source() -> None:
    class __import__(NamedTuple):  # noqa: N801
        os_system: Any

    def evil_name(x: Any) -> Any:
        return __import__(x + 1.0), __import__(x[0] if np.ndim(x) else x)

    evil_name.__name__ = "evil(); import os"
    for x in (1.0, X):
        program = compile(evil_name, x)
        assert not re.search(r"import|os_system|evil|class", program.source)
        assert strange_names(program.source) == set()
        first, second = program(x)
        assert type(first) is type(second) is __import__


def test_classes_of_the_same_name_are_kept_apart() -> None:
    def make(name: str) -> type:
        return NamedTuple(name, [("value", float)])

    first, second, third = make("add"), make("add"), make("b0")
    result = compile(lambda x: (first(x + x[::-1]), second(x * 2.0), third(x)), X)(X)
    assert [type(part) for part in result] == [first, second, third]
    np.testing.assert_allclose(result[0].value, X + X[::-1])


@pytest.mark.parametrize(("x", "objects"), [(0.5, FAST), (X, {**base_names(), "b0": np.empty(6)})])
def test_the_source_is_what_runs(x: Any, objects: dict[str, Any]) -> None:
    """Carried out again in an empty room, the text makes the same function."""
    program = compile(lambda x: ops.sin(x), x)
    space: dict[str, Any] = {}
    exec(program.source, space)
    names = inspect.signature(space["make"]).parameters
    again = space["make"](**{name: {**base_names(), **objects}[name] for name in names})
    np.testing.assert_array_equal(again(x), np.sin(x))
