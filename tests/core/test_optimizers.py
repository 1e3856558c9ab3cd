"""What holds for every optimizer of the table, and what is particular to one.  PyTorch's paths are in the next file."""

from __future__ import annotations

import copy
import math
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gdsim.core.autodiff import compile, trees
from gdsim.core.expression import parse
from gdsim.core.numerals import in_latex
from gdsim.core.objective import Objective
from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.optimizers.one_point import UNUSABLE, _solved, backtrack_one, newton_direction_one
from gdsim.core.optimizers.safeguarded import Search, _backtrack
from gdsim.core.params import params_of
from gdsim.core.run import Run, StopReason
from gdsim.core.surfaces import SURFACES

every_optimizer = pytest.mark.parametrize("key", list(OPTIMIZERS))
ROSENBROCK = Objective.from_expression(parse("(1 - x)^2 + 100(y - x^2)^2"))
RAVINE = Objective.from_expression(parse("x^2 + 30y^2"))
BOWL = Objective.from_expression(parse("(x - 1)^2 + 2(y + 1)^2"))
# A rate at which each visibly descends the two bowls; without an entry, 0.01.
RATES = {"adagrad": 0.5, "rmsprop": 0.02, "adadelta": 30.0, "adam": 0.05, "adamw": 0.05, "nadam": 0.05,
         "line_search": 1.0, "newton": 1.0}  # fmt: skip


def variants(key: str):
    """The optimizer as it is by default, with each switch thrown, and with weight decay."""
    kind = OPTIMIZERS[key]
    yield kind()
    for spec in params_of(kind):
        if spec.kind is bool:
            yield kind(**{spec.name: not spec.default})
        if spec.name in ("weight_decay", "momentum"):
            yield kind(**{spec.name: 0.3})


def walk(optimizer, start, objective=ROSENBROCK, steps=5):
    """Points visited and the memory at the end, by calling update alone."""
    point = np.array(start, float)
    state = optimizer.init(point)
    points = [point]
    for _ in range(steps):
        delta, state = optimizer.update(objective.gradient(point), state, point=point, objective=objective)
        point = point + delta
        points.append(point)
    return np.array(points), state


def leaves(state) -> list:
    return [np.array(entry) for entry in state]


@every_optimizer
@pytest.mark.parametrize("objective", [BOWL, RAVINE], ids=["bowl", "ravine"])
def test_descends(key, objective):
    optimizer = OPTIMIZERS[key](lr=RATES.get(key, 0.01))
    run = Run(objective, optimizer, (2.5, 1.5), max_steps=400)
    last = run.advance(400)
    assert last.value < 0.02 * run.steps[0].value


@every_optimizer
def test_update_leaves_its_arguments_alone(key):
    for optimizer in variants(key):
        _, state = walk(optimizer, (-1.2, 1.0))
        point = np.array([0.3, -0.2])
        gradient = ROSENBROCK.gradient(point)
        before = copy.deepcopy((gradient, state, point))
        first = optimizer.update(gradient, state, point=point, objective=ROSENBROCK)
        again = optimizer.update(gradient, state, point=point, objective=ROSENBROCK)
        np.testing.assert_array_equal(first[0], again[0])
        for old, new in zip([before[0], *leaves(before[1]), before[2]], [gradient, *leaves(state), point], strict=True):
            np.testing.assert_array_equal(old, new)


@every_optimizer
@given(starts=arrays(float, (4, 2), elements=st.floats(-1.5, 1.5).map(lambda x: round(x, 3))))
def test_many_at_once_are_the_same_as_one_by_one(key, starts):
    for optimizer in variants(key):
        together, _ = walk(optimizer, starts)
        apart = np.stack([walk(optimizer, start)[0] for start in starts], axis=1)
        np.testing.assert_allclose(together, apart, rtol=1e-9, atol=1e-12)


@every_optimizer
def test_any_number_of_leading_axes(key):
    optimizer = OPTIMIZERS[key]()
    starts = np.linspace(-1.5, 1.5, 12).reshape(3, 2, 2)
    deep, _ = walk(optimizer, starts)
    flat, _ = walk(optimizer, starts.reshape(6, 2))
    np.testing.assert_allclose(deep.reshape(-1, 6, 2), flat, rtol=1e-12)


@pytest.mark.parametrize("key", [key for key, kind in OPTIMIZERS.items() if "objective" not in kind.needs])
@pytest.mark.parametrize("shape", [(), (2,), (5, 2)], ids=str)
def test_update_can_be_compiled(key, shape):
    for optimizer in variants(key):
        point = np.full(shape, 0.7)[()]
        gradient = np.full(shape, -1.3)[()]
        state = optimizer.update(gradient, optimizer.init(point), point=point)[1]

        kind = type(state)

        def update(gradient, point, rate, *memory, optimizer=optimizer, kind=kind):
            delta, following = optimizer.update(gradient, kind(*memory), point=point, lr=rate)
            return (delta, *following)

        program = compile(update, gradient, point, 0.1, *state)
        delta, following = optimizer.update(gradient, state, point=point, lr=0.25)
        results = program(gradient, point, 0.25, *state)
        for compiled, plain in zip(results if isinstance(results, tuple) else (results,), (delta, *following),
                                   strict=True):  # fmt: skip
            np.testing.assert_allclose(compiled, plain, rtol=1e-13)


@every_optimizer
def test_the_rate_in_force_replaces_the_set_one(key):
    point, objective = np.array([0.3, -0.2]), BOWL
    gradient = objective.gradient(point)
    set_so, given_so = OPTIMIZERS[key](lr=0.125), OPTIMIZERS[key](lr=0.5)
    for optimizer, rate in ((set_so, None), (given_so, 0.125)):
        delta, _ = optimizer.update(gradient, optimizer.init(point), point=point, objective=objective, lr=rate)
        np.testing.assert_array_equal(
            delta, set_so.update(gradient, set_so.init(point), point=point, objective=objective)[0]
        )


@every_optimizer
def test_bad_hyper_parameters_get_a_sentence(key):
    kind = OPTIMIZERS[key]
    with pytest.raises(ValueError, match="learning rate has to"):
        kind(lr=-1.0)
    for spec in params_of(kind):
        assert spec.help
        assert spec.title
        if spec.kind is float:
            with pytest.raises(ValueError, match="finite number"):
                kind(**{spec.name: math.nan})


@every_optimizer
def test_frozen_and_compared_by_value(key):
    kind = OPTIMIZERS[key]
    assert kind(lr=0.5) == kind(lr=0.5) != kind(lr=0.25)
    assert hash(kind(lr=0.5)) == hash(kind(lr=0.5))
    with pytest.raises(AttributeError):
        kind().lr = 1.0


@every_optimizer
@pytest.mark.parametrize("start", [(0.7,), (0.7, -1.2)], ids=["1-D", "2-D"])
def test_description_ends_with_where_the_step_lands(key, start):
    objective = Objective.from_expression(parse("x^4 - x^2 + 0.3x" if len(start) == 1 else "x^4 - x^2 + x y + y^2"))
    for optimizer in variants(key):
        run = Run(objective, optimizer, start)
        run.advance(3)
        for step in run.steps:
            text = optimizer.describe(step)
            assert text.count("{") == text.count("}")
            assert text.count(r"\begin") == text.count(r"\end")
            assert "nan" not in text
            assert text.removesuffix(r" \end{aligned}").endswith(f" = {in_latex(step.point + step.delta)}")


def computed(latex: str, letters: dict[str, float]) -> float:
    """A sum of products in LaTeX, worked out."""
    text = latex.replace(r"\left", "").replace(r"\right", "").replace(r"\cdot", "*")
    for letter in sorted(letters, key=len, reverse=True):
        text = re.sub(rf"(?<![a-z\\]){re.escape(letter)}(?![a-z])", f"({letters[letter]!r})", text)
    while (brackets := re.search(r"\{([^{}]*)\}", text)) is not None:
        text = text[: brackets.start()] + f"({brackets.group(1)})" + text[brackets.end() :]
    text = re.sub(r"\\frac(\((?:[^()]|\([^()]*\))*\))", r"\1/", text).replace(r"\sqrt", "math.sqrt").replace("^", "**")
    return eval(text, {"math": math})


@every_optimizer
def test_the_numbers_of_a_description_fit_together(key):
    """Every line is worked out from its own numbers and those of the lines above, to the four digits shown."""
    objective = Objective.from_expression(parse("x^4 - x^2 + 0.3x"))
    for optimizer in variants(key):
        # So large an ε and such rates that each term is seen in the digits.
        chosen = {"lr": 0.03, "eps": 0.1, "beta1": 0.6, "beta2": 0.7}
        optimizer = replace(optimizer, **{name: chosen[name] for name in chosen if hasattr(optimizer, name)})
        run = Run(objective, optimizer, (1.1,), max_steps=9)
        run.advance(3)
        letters: dict[str, float] = {}
        text = optimizer.describe(run.steps[2]).removeprefix(r"\begin{aligned} ").removesuffix(r" \end{aligned}")
        for line in text.replace("&", "").split(r" \\ "):
            name, rest = re.split(r" = | \\leftarrow ", line, maxsplit=1)
            *sides, result = rest.split(" = ")
            number = computed(result, {})
            for side in sides:
                assert computed(side, letters) == pytest.approx(number, rel=2e-3, abs=3e-4), line
            letters[name] = number
        if r"\hat v" in letters:
            assert letters[r"\hat v"] == pytest.approx(letters["v"] / (1.0 - 0.7**3), rel=2e-3)


def test_description_of_gradient_descent():
    objective = Objective.from_expression(parse("x^2"))
    run = Run(objective, OPTIMIZERS["gd"](lr=0.1), -1.3)
    assert OPTIMIZERS["gd"]().describe(run.steps[0]) == (r"x \leftarrow -1.3 - 0.1 \cdot \left(-2.6\right) = -1.04")


def test_description_of_momentum_in_two_dimensions():
    run = Run(BOWL, OPTIMIZERS["momentum"](lr=0.1, momentum=0.5), (2.0, 0.0))
    run.advance()
    text = run.optimizer.describe(run.steps[1])
    first = r"v &\leftarrow 0.5 \cdot \begin{pmatrix} 2 \\ 4 \end{pmatrix} + \begin{pmatrix} 1.6 \\ 2.4 \end{pmatrix}"
    assert first + r" = \begin{pmatrix} 2.6 \\ 4.4 \end{pmatrix} \\ " in text


@pytest.mark.parametrize(("key", "limit"), [("gd", 2.0), ("momentum", 2 * 1.9), ("nesterov", 2 * 1.9 / 2.8)])
@pytest.mark.parametrize("curvature", [0.5, 16.0])
def test_the_limit_on_a_parabola(key, limit, curvature):
    objective = Objective.from_expression(parse(f"{curvature / 2} x^2"))
    assert OPTIMIZERS[key]().rate_limit(curvature) == pytest.approx(limit / curvature)
    for share, reason in ((0.99, StopReason.CONVERGED), (1.01, StopReason.DIVERGED)):
        run = Run(objective, OPTIMIZERS[key](lr=share * limit / curvature), 1.0, max_steps=20_000)
        run.advance(20_000)
        assert run.stop_reason is reason


@every_optimizer
def test_no_limit_without_curvature(key):
    assert OPTIMIZERS[key]().rate_limit(0.0) is None
    assert OPTIMIZERS[key]().rate_limit(-1.0) is None


def test_weight_decay_moves_the_limit():
    assert OPTIMIZERS["gd"](weight_decay=1.0).rate_limit(3.0) == pytest.approx(0.5)
    assert OPTIMIZERS["momentum"](momentum=0.5, weight_decay=1.0).rate_limit(3.0) == pytest.approx(0.75)
    assert OPTIMIZERS["nesterov"](momentum=0.5, weight_decay=1.0).rate_limit(3.0) == pytest.approx(0.375)


@pytest.mark.parametrize("key", [key for key, kind in OPTIMIZERS.items() if "objective" in kind.needs])
def test_searches_say_what_they_need(key):
    optimizer = OPTIMIZERS[key]()
    with pytest.raises(ValueError, match="objective"):
        optimizer.update(np.array([1.0]), optimizer.init(np.array([1.0])))


@pytest.mark.parametrize("key", ["gd", "adamw"])
def test_weight_decay_says_what_it_needs(key):
    optimizer = OPTIMIZERS[key](weight_decay=0.1)
    with pytest.raises(ValueError, match="point"):
        optimizer.update(np.array([1.0]), optimizer.init(np.array([1.0])))


def test_adam_without_bias_correction_says_so_and_starts_with_longer_steps():
    plain, uncorrected = OPTIMIZERS["adam"](lr=0.1), OPTIMIZERS["adam"](lr=0.1, bias_correction=False)
    assert (plain.name, uncorrected.name) == ("Adam", "Adam without bias correction")
    start = np.array([3.0])
    gradient = np.array([2.0])
    first = plain.update(gradient, plain.init(start))[0]
    longer = uncorrected.update(gradient, uncorrected.init(start))[0]
    assert first[0] == pytest.approx(-0.1)
    assert longer[0] == pytest.approx(-0.1 * 0.1 / math.sqrt(0.001), rel=1e-6)


@pytest.mark.parametrize("key", ["line_search", "newton"])
@pytest.mark.parametrize("surface", ["(1 - x)^2 + 100(y - x^2)^2", "x^4 - x^2 + y^2", "sin(3x) + cos(2y) + x^2/5"])
def test_searches_never_go_up(key, surface):
    objective = Objective.from_expression(parse(surface), variables=("x", "y"))
    starts = np.random.default_rng(3).uniform(-2, 2, (20, 2))
    run = Run(objective, OPTIMIZERS[key](lr=3.0), starts, max_steps=60)
    values = np.array([step.value for step in run])
    assert (np.diff(values, axis=0) <= 1e-13 * np.maximum(1.0, np.abs(values[:-1]))).all()


def test_line_search_keeps_armijos_condition_and_counts_evaluations():
    counted = Objective.from_expression(parse("(1 - x)^2 + 100(y - x^2)^2"))
    calls = []
    value, value_at = counted.value, counted.value_at
    counted.value_at = lambda *point: calls.append(1) or value_at(*point)
    optimizer = OPTIMIZERS["line_search"]()
    point = np.array([-1.2, 1.0])
    gradient = counted.gradient(point)
    delta, state = optimizer.update(gradient, optimizer.init(point), point=point, objective=counted)
    assert value(point + delta) <= value(point) + 1e-4 * float(gradient @ delta)
    # The next larger trial failed.
    assert value(point + 2 * delta) > value(point) + 1e-4 * float(gradient @ (2 * delta))
    assert state.evaluations == len(calls)
    assert state.fraction == 2.0 ** -(state.evaluations - 2)
    assert "of it was taken" in state.note


def test_newton_reaches_the_bottom_of_a_bowl_in_one_step():
    run = Run(Objective.from_expression(parse("3x^2 + 2x y + y^2 - x + 5")), OPTIMIZERS["newton"](), (7.0, -3.0))
    np.testing.assert_allclose(run.advance().point, (0.25, -0.25), atol=1e-12)
    assert run.steps[0].next_state.note == ""


@pytest.mark.parametrize("formula", ["x^4 - x^2", "x^4 - x^2 + y^2"], ids=["1-D", "2-D"])
def test_newton_replaces_a_direction_that_leads_uphill_and_says_so(formula):
    objective = Objective.from_expression(parse(formula))
    start = np.full(objective.dim, 0.1)
    run = Run(objective, OPTIMIZERS["newton"](), start)
    first = run.steps[0]
    assert float(first.gradient @ first.delta) < 0.0
    assert "not positive definite" in run.optimizer.note(first)
    assert run.advance(100).value == pytest.approx(-0.25)
    assert run.stop_reason is StopReason.CONVERGED


def test_newton_on_a_plane_follows_the_gradient():
    objective = Objective.from_expression(parse("2x + y"))
    first = Run(objective, OPTIMIZERS["newton"](lr=0.5), (0.0, 0.0)).steps[0]
    np.testing.assert_allclose(first.delta, (-1.0, -0.5))


def test_a_search_at_a_hole_shortens_its_step_to_where_the_function_is_defined():
    objective = Objective.from_expression(parse("x - log(x)"))
    run = Run(objective, OPTIMIZERS["line_search"](lr=8.0), 2.0)
    assert run.advance(200).point[0] == pytest.approx(1.0)
    assert run.stop_reason is StopReason.CONVERGED


@pytest.mark.parametrize("many", [False, True])
def test_newton_without_curvature_goes_against_the_gradient(many):
    surface = SURFACES["cliff"]
    start = np.array([[-3.0], [-2.5]]) if many else np.array([-3.0])
    kind = OPTIMIZERS["newton"]()
    gradient = surface.objective().gradient(start)
    delta, state = kind.update(gradient, kind.init(start), point=start, objective=surface.objective())
    np.testing.assert_allclose(delta, -gradient, rtol=1e-12)
    assert np.all(np.asarray(state.replaced) == 2.0)
    assert ("replaced by" if many else "no usable curvature here") in state.note


def test_newton_in_three_dimensions():
    """−H⁻¹·g with H = [[2, 1, 0], [1, 4, 0], [0, 0, 6]], whose steps are worked out by numpy."""
    objective = Objective.from_expression(parse("x^2 + x y + 2y^2 + 3z^2 - z"))
    run = Run(objective, OPTIMIZERS["newton"](), (1.0, -2.0, 0.5))
    np.testing.assert_allclose(run.advance().point, (0.0, 0.0, 1.0 / 6.0), atol=1e-12)


def test_elimination_of_a_matrix_that_is_singular_by_rounding():
    assert _solved((1.0, 1.0, 1.0), (1.0, 2.0)) == (math.inf, math.inf)
    np.testing.assert_allclose(_solved((2.0, 1.0, 4.0), (3.0, -2.0)), np.linalg.solve([[2, 1], [1, 4]], [3, -2]))


@pytest.mark.parametrize(
    ("formula", "start", "slope", "sufficient", "fraction", "evaluations"),
    [
        ("-x", 0.0, -1.0, 1.0, 1.0, 2.0),  # exactly as low as is asked for
        ("-x", 0.0, -1.0, 1.0 + 1e-12, 0.0, 61.0),
        ("log(1 - x)", 0.0, -1.0, 0.5, 0.5, 3.0),  # −∞ at the end of the full move
        ("log(0.5 - x)", 0.0, -1.0, 0.5, 0.25, 4.0),  # nan there, −∞ at half of it
        (f"x*(x - {1.5 * 2.0**-59})", 0.0, -0.0, 0.5, 2.0**-59, 61.0),  # the sixtieth trial is the last
        (f"x*(x - {0.75 * 2.0**-59})", 0.0, -0.0, 0.5, 0.0, 61.0),
    ],
)
def test_halving_ends_at_the_first_move_that_lowers_the_value_enough(
    formula, start, slope, sufficient, fraction, evaluations
):
    objective = Objective.from_expression(parse(formula, ("x",)), ((-1.0, 1.0),), ("x",))
    assert backtrack_one(objective, (start,), (1.0,), slope, sufficient, 0.5) == (fraction, evaluations)
    many = _backtrack(objective, np.array([[start]]), np.array([[1.0]]), np.array([slope]), sufficient, 0.5)
    assert [float(part[0]) for part in many] == [fraction, evaluations]


@every_optimizer
def test_the_memory_of_many_points_has_a_row_for_each(key):
    for leaf in trees.leaves(OPTIMIZERS[key]().init(np.zeros((3, 2)))):
        assert np.shape(leaf) in ((3, 1), (3, 2))


@pytest.mark.parametrize(
    ("optimizer", "expected"),
    [
        (
            OPTIMIZERS["gd"](lr=0.1, weight_decay=0.5),
            (r"g &\leftarrow 3 + 0.5 \cdot 1.5 = 3.75", r"x &\leftarrow 1.5 - 0.1 \cdot 3.75 = 1.125"),
        ),
        (
            OPTIMIZERS["adadelta"](lr=1.0),
            (
                "",
                r"v &\leftarrow 0.9 \cdot 0 + 0.1 \cdot 3^2 = 0.9",
                r"\Delta &= \frac{\sqrt{0 + 10^{-6}}}{\sqrt{0.9 + 10^{-6}}} \cdot 3 = 0.003162",
                r"u &\leftarrow 0.9 \cdot 0 + 0.1 \cdot 0.003162^2 = 10^{-6}",
                r"x &\leftarrow 1.5 - 1 \cdot 0.003162 = 1.497",
            ),
        ),
        (
            OPTIMIZERS["adam"](lr=0.1, beta1=0.5, beta2=0.75, eps=0.5, bias_correction=False),
            (
                "",
                r"m &\leftarrow 0.5 \cdot 0 + 0.5 \cdot 3 = 1.5",
                r"v &\leftarrow 0.75 \cdot 0 + 0.25 \cdot 3^2 = 2.25",
                r"x &\leftarrow 1.5 - 0.1 \cdot \frac{1.5}{\sqrt{2.25} + 0.5} = 1.425",
            ),
        ),
    ],
)
def test_the_rule_with_numbers_put_in(optimizer, expected):
    run = Run(Objective.from_expression(parse("x^2"), variables=("x",)), optimizer, (1.5,), 1)
    run.advance(1)
    assert optimizer.lines(run.steps[0]) == expected


def test_a_spread_that_rounding_takes_below_zero_is_zero():
    """Equal gradients have no spread, so that a move is rate·gradient/ε once the start at zero is forgotten."""
    optimizer = OPTIMIZERS["rmsprop"](centered=True, alpha=0.5, eps=0.5)
    gradient = np.random.default_rng(0).uniform(-9.0, 9.0, 50)
    state, below = optimizer.init(gradient), 0
    for _ in range(100):
        delta, state = optimizer.update(gradient, state, lr=0.25)
        below += (state.second_moment < np.square(state.first_moment)).sum()
    assert below > 0
    np.testing.assert_allclose(delta, -0.5 * gradient, rtol=1e-5)


@pytest.mark.parametrize(
    ("formula", "point", "gradient", "direction", "replaced"),
    [
        ("x^2", (1.0,), (3.0,), (-1.5,), 0.0),
        ("-x^2", (1.0,), (3.0,), (-1.5,), 1.0),
        ("x^1.5", (0.0,), (3.0,), (-3.0,), UNUSABLE),  # curved beyond all numbers
        ("3x", (1.0,), (3.0,), (-3.0,), UNUSABLE),  # not at all
        ("1e-12*x^2 + 2e-12*y^2", (1.0, 1.0), (2e-12, 2e-12), (-1.0, -0.5), 0.0),  # curvature counts relatively
        ("1e6*x^2 + 0.00001*y^2", (1.0, 1.0), (2e6, 1.0), (-1.0, -5e-7), 1.0),
        ("1e-6*x^2", (100.0,), (100.0,), (-5e7,), 0.0),  # a million times the point is just not too long
        ("1e-6*x^2", (10.0,), (100.0,), (-100.0,), UNUSABLE),
        ("1e-6*x^2", (0.1,), (1.5,), (-7.5e5,), 0.0),
    ],
)
def test_newtons_direction_by_hand(formula, point, gradient, direction, replaced):
    """−H⁻¹·g, or −g/|λ|max, or −g."""
    names = ("x", "y")[: len(point)]
    objective = Objective.from_expression(parse(formula, names), ((-1.0, 1.0),) * len(point), names)
    found = newton_direction_one(objective, point, gradient)
    assert found == (pytest.approx(direction, rel=1e-12), replaced)


def test_what_the_safeguards_did_is_said():
    assert Search(1.0, 61.0, 0.0, 0.0).note == "no move along this direction lowers the value"
    assert Search(1.0, 2.0, 1.0, 0.0).note == ""


def test_what_the_safeguards_did_at_many_points_is_counted():
    column = np.array([[0.0], [0.5], [1.0], [0.25], [1.0]])
    assert Search(column, column, column, np.array([[0.0], [1.0], [2.0], [0.0], [1.0]])).note == (
        "3 of 5 directions were replaced by the one against the gradient; "
        "2 of 5 moves were shortened; 1 of 5 points found no lower value"
    )


@pytest.mark.parametrize("key", ["line_search", "newton"])
def test_a_search_in_points_of_any_shape_counts_what_it_did(key):
    """Of x⁴ − x² from four places, as a table and as a table of tables."""
    optimizer, objective = OPTIMIZERS[key](lr=8.0), Objective.from_expression(parse("x^4 - x^2"), variables=("x",))
    point = np.array([[-2.0], [-0.1], [0.3], [1.5]])
    state = optimizer.init(point)
    assert [part.ravel().tolist() for part in state] == [[0.0] * 4, [0.0] * 4, [1.0] * 4, [0.0] * 4]
    assert (state.note, optimizer.init(point[0]).note) == ("", "")
    squares, table = point.reshape(2, 2, 1), optimizer.init(point.reshape(2, 2, 1))
    for count in range(1, 4):
        move, state = optimizer.update(objective.gradient(point), state, point=point, objective=objective)
        moves, table = optimizer.update(objective.gradient(squares), table, point=squares, objective=objective)
        np.testing.assert_array_equal(moves.reshape(4, 1), move)
        for flat, part in zip(state, table, strict=True):
            np.testing.assert_array_equal(part.reshape(4, 1), flat)
        assert (state.count == count).all()
        assert (state.evaluations >= 2 * count).all()
        point, squares = point + move, squares + moves


def test_the_memory_of_a_number_is_a_number():
    for key in ("momentum", "adam", "adagrad"):
        memory = list(trees.leaves(OPTIMIZERS[key]().init(1.5)))
        assert {type(leaf) for leaf in memory} == {float}
        assert set(memory) == {0.0}
