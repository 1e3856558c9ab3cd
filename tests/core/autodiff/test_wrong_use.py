"""Whoever uses the core wrongly reads a sentence that says what to do."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np
import pytest

from gdsim.core.autodiff import (
    IndependentOutputWarning,
    Node,
    NotDifferentiableError,
    ShapeError,
    compile,
    elementwise_grad,
    grad,
    hessian,
    hessian_vector_product,
    ops,
    value_and_grad,
)


@pytest.mark.parametrize(
    ("result", "said"),
    [
        (lambda x: x, r"returned shape \(3,\)\. Take ops\.sum or ops\.mean"),
        (lambda x: ops.sum(x, keepdims=True), r"returned shape \(1,\)"),
        (lambda x: (ops.sum(x), x), "returned a tuple"),
        (lambda x: [ops.sum(x)], "returned a list"),
        (lambda x: None, "returned nothing"),
    ],
)
def test_gradient_of_what_is_no_single_number(result: Any, said: str) -> None:
    for make in (grad, value_and_grad):
        with pytest.raises(
            ValueError, match=f"^grad needs a function with a single number as its result; this one {said}"
        ):
            make(result)(np.ones(3))


@pytest.mark.parametrize(
    ("f", "said"),
    [
        (lambda x: ops.add(x, np.ones(4)), r"^add cannot combine shapes \(2, 3\) and \(4,\)"),
        (lambda x: ops.mul(x, np.ones((3, 2))), r"^mul cannot combine shapes \(2, 3\) and \(3, 2\)"),
        (lambda x: ops.matmul(x, np.ones(2)), r"^matmul cannot combine shapes \(2, 3\) and \(2,\)"),
        (lambda x: ops.matmul(np.ones(3), x), r"^matmul cannot combine shapes \(3,\) and \(2, 3\)"),
        (lambda x: ops.matmul(2.0, x), r"^matmul cannot combine shapes \(\) and \(2, 3\)"),
        (lambda x: ops.matmul(x, np.ones((5, 2, 2))), r"^matmul cannot combine shapes \(2, 3\) and \(5, 2, 2\)"),
        (lambda x: ops.dense(x, np.ones((2, 4))), r"^dense cannot combine shapes \(2, 3\) and \(2, 4\)"),
        (lambda x: ops.reshape(x, (4, -1)), r"^reshape does not work on shape \(2, 3\): "),
        (lambda x: ops.reshape(x, (-1, -1)), r"^reshape does not work on shape \(2, 3\): "),
        (lambda x: ops.broadcast_to(x, (3, 3)), r"^broadcast_to does not work on shape \(2, 3\): "),
        (lambda x: ops.sum(x, axis=2), r"^sum does not work on shape \(2, 3\): axis 2"),
        (lambda x: ops.softmax(x, axis=-3), r"^amax does not work on shape \(2, 3\): axis -3"),
        (lambda x: ops.concatenate([x, np.ones((2, 2))]), r"^concatenate cannot combine shapes \(2, 3\) and \(2, 2\)"),
        (lambda x: ops.concatenate([x, x], axis=2), r"^there is no axis 2 in shape \(2, 3\)"),
        (lambda x: ops.stack([x, np.ones(3)]), r"^stack needs parts of one shape, not \(2, 3\) and \(3,\)"),
        (lambda x: ops.stack([x, x], axis=3), r"^there is no axis 3 in shape \(2, 3\)"),
        (lambda x: ops.transpose(x, (0, 0)), r"^transpose does not work on shape \(2, 3\): "),
        (lambda x: ops.transpose(x, (0, 2)), r"^there is no axis 2 in shape \(2, 3\)"),
        (lambda x: ops.swapaxes(x, 0, 2), r"^there is no axis 2 in shape \(2, 3\)"),
        (lambda x: ops.amax(x[:, :0]), r"^amax does not work on shape \(2, 0\): "),
    ],
)
def test_shapes_that_do_not_fit_are_both_named(f: Any, said: str) -> None:
    x = np.ones((2, 3))
    for attempt in (lambda: f(x), lambda: grad(lambda x: ops.sum(f(x)))(x), lambda: compile(f, x)):
        with pytest.raises(ShapeError, match=said):
            attempt()


@pytest.mark.parametrize(
    ("use", "said"),
    [
        (float, r"^a traced value cannot become a plain number .* \(ops\.sin, not math\.sin\)$"),
        (int, "^a traced value cannot become a plain number"),
        (math.sin, "^a traced value cannot become a plain number"),
        (np.asarray, "^a traced value cannot become a numpy array"),
        (lambda x: np.array([x, 1.0]), "^a traced value cannot become a numpy array"),
        (lambda x: ops.add(x, [x, 1.0]), "^a traced value cannot become a numpy array"),
        (np.sum, r"^np\.sum does not record .* use ops\.sum of gdsim\.core\.autodiff$"),
        (lambda x: np.arctan2(x, 1.0), r"^np\.arctan2 does not record .* the functions of gdsim\.core\.autodiff\.ops$"),
        (lambda x: np.dot(x, x), r"^np\.dot does not record .* use ops\.dot"),
        (lambda x: np.concatenate([x, x]), r"^np\.concatenate does not record .* use ops\.concatenate"),
        (lambda x: np.add.reduce(x), r"^np\.add does not record"),
        (lambda x: np.add(1.0, x, out=np.zeros(())), r"^np\.add does not record"),
        (len, "^a single number has no length$"),
        (lambda x: ops.add(x, "1"), "^expected numbers, got str"),
        (lambda x: ops.add(x, 1j), "^expected numbers, got complex"),
        (lambda x: ops.add(x, None), "^expected numbers, got NoneType"),
    ],
)
def test_uses_of_a_traced_value_that_would_lose_its_gradient(use: Any, said: str) -> None:
    with pytest.raises(TypeError, match=said):
        grad(lambda x: ops.sum(use(x)))(0.5)


def test_a_compiled_function_may_not_branch_on_a_traced_value() -> None:
    for f in (
        lambda x: x if x > 0.0 else -x,
        lambda x: x if x == 0.0 else -x,
        lambda x: max(x, 0.0),
        lambda x: grad(lambda y: y * y if y > 0.0 else y)(x),
    ):
        with pytest.raises(TypeError, match=r"^a compiled function cannot branch on a traced value; use ops\.where"):
            compile(f, 1.0)


def test_argnum_that_does_not_fit() -> None:
    for argnum in (1, -2, (0, 1)):
        with pytest.raises(ValueError, match="does not fit a call with 1 arguments"):
            grad(lambda x: x, argnum)(1.0)


def test_elementwise_gradient_of_what_is_not_elementwise() -> None:
    for f, shape in ((ops.sum, r"\(\)"), (lambda x: x[:2], r"\(2,\)"), (lambda x: ops.stack([x, x]), r"\(2, 3\)")):
        with pytest.raises(
            ValueError, match=rf"element by element; arguments of shape \(3,\) gave a result of shape {shape}"
        ):
            elementwise_grad(f)(np.ones(3))


def test_second_order_with_arguments_that_do_not_fit() -> None:
    with pytest.raises(ShapeError, match=r"shape of the point: \[\(2,\)\] does not fit \[\(3,\)\]"):
        hessian_vector_product(ops.sum)(np.ones(3), np.ones(2))
    with pytest.raises(ShapeError, match="shape of the point"):
        hessian_vector_product(ops.sum)(np.ones(3), 1.0)
    with pytest.raises(TypeError, match="hessian needs one number or one array"):
        hessian(lambda p: p[0] * p[1])((1.0, 2.0))


def test_an_operation_without_derivative_names_itself_and_the_way_out() -> None:
    with pytest.raises(
        NotDifferentiableError, match=r"^floor has no useful derivative: it is constant between its jumps\. Wrap"
    ):
        grad(ops.floor)(1.5)
    with pytest.raises(NotDifferentiableError, match=r"^argmax has no useful derivative"):
        compile(grad(lambda x: ops.sum(x) * ops.argmax(x)), np.ones(2))
    # Where nothing is differentiated by, nothing is refused.
    assert grad(lambda x, y: x * ops.floor(y))(2.0, 1.5) == 1.0


# -- warnings -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("call", [
    lambda: grad(lambda x: 3.0)(1.0),
    lambda: value_and_grad(lambda x: 3.0)(1.0),
    lambda: elementwise_grad(lambda x: 3.0)(1.0),
    lambda: grad(lambda x: ops.stop_gradient(x))(1.0),
    lambda: grad(lambda x, y: y, (0, 1))(1.0, 2.0),
    lambda: grad(lambda p: 2.0)((1.0, np.ones(2))),
])  # fmt: skip
def test_independence_is_said_once_where_the_call_is(call: Any) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        call()
    assert [warning.category for warning in caught] == [IndependentOutputWarning]
    assert (caught[0].filename, caught[0].lineno) == (__file__, call.__code__.co_firstlineno)
    assert str(caught[0].message) == "the output does not depend on argument 0: the gradient there is zero"


def test_the_gradient_by_what_does_not_matter_is_zero() -> None:
    with pytest.warns(IndependentOutputWarning, match="on arguments 0 and 2: "):
        by_x, by_y, by_z = grad(lambda x, y, z: y * y, (0, 1, 2))(np.ones(2), 3.0, 4.0)
    np.testing.assert_array_equal(by_x, np.zeros(2))
    assert (by_y, by_z) == (6.0, 0.0)


def test_second_derivatives_of_linear_functions_are_no_mistake() -> None:
    assert hessian(lambda x: 3.0 * x)(1.0) == 0.0
    np.testing.assert_array_equal(hessian_vector_product(ops.sum)(np.ones(2), np.ones(2)), np.zeros(2))


# -- programs -------------------------------------------------------------------------------------------------------
def test_a_program_refuses_other_arguments() -> None:
    program = compile(lambda x, y: x * y, np.ones((2, 3)), 1.0)
    for args in ((np.ones((3, 2)), 1.0), (np.ones(3), 1.0), (1.0, 1.0), (np.ones((2, 3)), np.ones(1))):
        for call in (program, program.bind):
            with pytest.raises(ShapeError, match=r"the program was compiled for shape .* as value [01], not "):
                call(*args)
    for args in ((), (np.ones((2, 3)),), (np.ones((2, 3)), 1.0, 2.0)):
        for call in (program, program.bind):
            with pytest.raises(TypeError, match=f"the program takes 2 values, not {len(args)}"):
                call(*args)
    with pytest.raises(TypeError, match="expected numbers"):
        program(np.full((2, 3), "a"), 1.0)
    np.testing.assert_array_equal(program(np.ones((2, 3)), 2.0), np.full((2, 3), 2.0))


def test_a_program_of_numbers_refuses_other_arguments() -> None:
    program = compile(lambda x, y: x * y, 1.0, 1.0)
    with pytest.raises(ShapeError, match=r"compiled for shape \(\) as value 1, not \(2,\)"):
        program(1.0, np.ones(2))
    for args in ((), (1.0,), (1.0, 2.0, 3.0), (1, 2, 3)):
        with pytest.raises(TypeError, match=f"the program takes 2 values, not {len(args)}"):
            program(*args)
    assert program(2, np.float64(3.0)) == program(np.array(2.0), True) * 3.0 == 6.0


def test_an_iterated_program_needs_rounds_and_results_of_the_arguments_shapes() -> None:
    with pytest.raises(ShapeError, match=r"results have to have the arguments' shapes \[\(2,\)\], not \[\(\)\]"):
        compile(ops.sum, np.ones(2), iterate=True)
    with pytest.raises(ShapeError, match="results have to have the arguments' shapes"):
        compile(lambda x: (x, x), 1.0, iterate=True)
    program = compile(lambda x: x * 2.0, 1.0, iterate=True)
    for args in ((), (3,), (3, 1.0, 1.0)):
        with pytest.raises(TypeError, match="the program takes 1 value, not"):
            program(*args)
    with pytest.raises(TypeError, match="cannot be bound"):
        program.bind(1.0)


@pytest.mark.parametrize("array", [np.ones(4, dtype=int), np.ones(8)[::2], [1.0] * 4, np.ones(4, dtype=np.float32)])
def test_a_donated_argument_has_to_be_an_array_that_can_be_written(array: Any) -> None:
    program = compile(lambda x: x * 2.0, np.ones(4), donate=0)
    with pytest.raises(ValueError, match="value 0 is donated: it has to be a contiguous array of float64"):
        program(array)


def test_results_of_a_compiled_function_have_to_be_numbers() -> None:
    for result in ({"a": 1.0}, "text", object()):
        with pytest.raises(TypeError, match="expected numbers, got"):
            compile(lambda x: result, 1.0)  # noqa: B023


def test_a_node_shows_where_it_comes_from() -> None:
    shown: list[str] = []

    def f(x: Any) -> Any:
        assert isinstance(x, Node)
        shown.extend([repr(x), repr(ops.sin(x))])
        return x

    grad(f)(0.0)
    assert shown[0] == "Node(input, 0.0)"
    assert shown[1].startswith("Node(sin, ")


@pytest.mark.parametrize("pair", [(np.ones(3), 2.0), (2.0, np.ones(3)), (2.0, 2.0), (np.ones(3), np.ones(2))])
def test_matrix_products_of_what_does_not_fit(pair) -> None:
    with pytest.raises(ShapeError, match="matmul cannot combine shapes"):
        ops.matmul(*pair)
