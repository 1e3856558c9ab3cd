"""The graph against the core's `grad`, its symbols against its numbers, and undefined values where they arise."""

import math
import warnings

import pytest
from hypothesis import assume, given

from gdsim.core.autodiff import PRIMITIVES, grad, ops
from gdsim.core.backprop import chain_rule, compute, walk
from gdsim.core.backprop.narration import narrate
from gdsim.core.backprop.notation import expression_text
from gdsim.core.backprop.rules import constant
from tests.core.backprop.backprop_programs import INPUTS, python_function, texts, values

with warnings.catch_warnings():
    # ziamath opens its font by a call that Python 3.11 and 3.12 call deprecated.
    warnings.simplefilter("ignore", DeprecationWarning)
    import ziamath


def close(a, b, tolerance=1e-12):
    return math.isclose(a, b, rel_tol=tolerance, abs_tol=tolerance)


@given(texts(), values)
def test_random_graphs_have_the_core_s_value_and_gradient(text, at):
    graph = compute(text, at)
    function = python_function(text)
    point = [at[name] for name in INPUTS]
    used = [index for index, name in enumerate(INPUTS) if name in graph.statements.inputs]
    assume(used)
    assert close(graph.value, function(*point))
    expected = grad(function, tuple(used))(*point)
    end = walk(graph).end
    for index, slope in zip(used, expected, strict=True):
        name = INPUTS[index]
        assert close(graph.gradient[name], slope)
        assert close(end.adjoints[graph.input_vertices[name]], slope)


@given(texts(), values)
def test_walked_adjoints_are_the_core_s_at_every_vertex(text, at):
    graph = compute(text, at)
    end = walk(graph).end
    for vertex in graph.vertices:
        if vertex.is_constant:
            assert end.adjoints[vertex.index] is None
        else:
            assert close(end.adjoints[vertex.index], vertex.adjoint)


@given(texts(), values)
def test_local_derivatives_in_symbols_have_the_core_s_value(text, at):
    graph = compute(text, at)
    by_name = {}
    for vertex in graph.vertices:
        symbol = next((e.structure.result for e in graph.edges if e.target == vertex.index), None)
        name = symbol.name if symbol is not None else vertex.name
        if name:
            by_name[name] = vertex.value
    for edge in graph.edges:
        if edge.local is not None:
            value = edge.symbol(**{name: by_name[name] for name in edge.symbol.variables})
            assert close(value, edge.local, 1e-9)


@pytest.mark.parametrize(
    ("formula", "symbol"),
    [
        ("x/y", ["1/y", "−x/y²"]),
        ("x^3", ["3x²"]),
        ("sigmoid(x)", ["f·(1 − f)"]),
        ("e^x", ["f"]),
        ("sin(x)", ["cos(x)"]),
        ("relu(x)", ["step(x)"]),
        ("sign(x)", ["0"]),
        ("x - y", ["1", "−1"]),
        ("-x", ["−1"]),
        ("|x|", ["sign(x)"]),
    ],
)
def test_rules_as_textbooks_write_them(formula, symbol):
    graph = compute(formula)
    found = [expression_text(edge.symbol) for edge in graph.edges if edge.local is not None]
    assert found == symbol


FUNCTIONS = [p for p in PRIMITIVES.values() if p.names]


# sign and step: `grad` warns that nothing gets through them, which is what is tested.
@pytest.mark.filterwarnings("ignore::gdsim.core.autodiff.IndependentOutputWarning")
@pytest.mark.parametrize("primitive", FUNCTIONS, ids=lambda primitive: primitive.key)
def test_every_function_has_a_rule_that_agrees_with_its_slope(primitive):
    arguments = ("x", "y")[: primitive.arity]
    at = {"x": 0.4, "y": 0.7}
    graph = compute(f"{primitive.names[0]}({', '.join(arguments)})", at)
    slopes = grad(getattr(ops, primitive.key), tuple(range(primitive.arity)))(*(at[name] for name in arguments))
    named = at | {"f": graph.value}
    for edge, slope in zip(graph.edges, slopes, strict=True):
        assert edge.local == slope
        assert math.isclose(edge.symbol(**{n: named[n] for n in edge.symbol.variables}), slope, rel_tol=1e-12)
        assert edge.text.startswith(f"∂f/∂{arguments[edge.position]} = ")
        assert edge.why.endswith(".")
        ziamath.Latex(edge.latex)
    for text in (graph.vertices[-1].rule, graph.vertices[-1].numbers):
        ziamath.Latex(text)


def test_intermediate_values_get_a_free_letter():
    assert [v.title for v in compute("sin(x)*y + 1").vertices] == ["x", "v₁", "y", "v₂", "1", "f"]
    assert [v.title for v in compute("v1 = x + 1; f = sin(v1)*x").vertices][-2:] == ["u₁", "f"]


def test_parallel_edges_are_told_apart_by_place():
    assert [edge.text for edge in compute("x*x").edges] == ["∂₁f = x", "∂₂f = x"]
    assert [edge.latex for edge in compute("x*x").edges] == [r"\partial_{1} f = x", r"\partial_{2} f = x"]
    # ∂f/∂x would be the whole derivative 2x + 1 here, not that of the product's first place.
    assert [e.text for e in compute("q = x + 1; f = x*q").edges if e.target == 3] == ["∂₁f = q", "∂f/∂q = x"]


def test_constants_are_no_inputs():
    graph = compute("2*x + pi")
    constants = [v for v in graph.vertices if v.is_constant]
    assert [(v.title, v.adjoint) for v in constants] == [("2", None), ("π", None)]
    assert [e.local is None for e in graph.edges] == [True, False, False, True]
    assert "constant" in graph.edges[0].why
    assert graph.edges[0].text == ""
    assert graph.edges[3].why.startswith("π is a constant: it never changes")


def test_uses_come_in_the_order_in_which_contributions_arrive():
    graph = compute("q = x^2; r = x^3; f = q + r + x")
    uses = [graph.edges[edge].target for edge in graph.out_of[graph.named("x").index]]
    assert uses == sorted(uses, reverse=True)
    assert len(uses) == 3


@pytest.mark.parametrize(
    ("value", "written"),
    [(math.pi, "pi"), (math.e, "e"), (math.log(2.0), "ln(2)"), (1 / 3, "0.3333"), (-0.5, "-0.5"), (123456.0, "123500"),
     (0.0, "0"), (math.inf, "0"), (math.nan, "0")],
)  # fmt: skip
def test_constants_are_written_shortly(value, written):
    assert str(constant(value)) == written


WORKED = [
    ("f = x + y", "x + y", "x + y", r"-2 + \left(-3\right) = -5", "−2 + (−3) = −5"),
    ("f = x - y", "x - y", "x − y", r"-2 - \left(-3\right) = 1", "−2 − (−3) = 1"),
    ("f = x*y", "x y", "x·y", r"-2 \cdot \left(-3\right) = 6", "−2 · (−3) = 6"),
    ("f = x/y", r"\frac{x}{y}", "x/y", r"\frac{-2}{-3} = 0.6667", "−2 / (−3) = 0.6667"),
    ("f = -x", "-x", "−x", r"-\left(-2\right) = 2", "−(−2) = 2"),
    ("f = x^y", "x^{y}", "x^y", r"\left(-2\right)^{-3} = -0.125", "(−2)^(−3) = −0.125"),
    ("f = x^3", "x^{3}", "x³", r"\left(-2\right)^{3} = -8", "(−2)³ = −8"),
    ("f = e^x", "e^{x}", "e^x", "e^{-2} = 0.1353", "e^(−2) = 0.1353"),
    ("f = |x|", r"\left|x\right|", "abs(x)", r"\left|-2\right| = 2", "|−2| = 2"),
    ("f = x", "x", "x", "-2", "−2"),
    ("f = sin(x)", r"\sin x", "sin(x)", r"\sin\left(-2\right) = -0.9093", "sin(−2) = −0.9093"),
    ("f = max(x, y)", r"\max\left(x, y\right)", "max(x, y)", r"\max\left(-2, -3\right) = -2", "max(−2, −3) = −2"),
]


@pytest.mark.parametrize(("text", "rule", "rule_text", "numbers", "numbers_text"), WORKED)
def test_an_operation_with_its_numbers(text, rule, rule_text, numbers, numbers_text):
    output = compute(text, {"x": -2.0, "y": -3.0}).vertices[-1]
    assert (output.rule, output.rule_text) == (f"f = {rule}", f"f = {rule_text}")
    assert (output.numbers, output.numbers_text) == (f"f = {numbers}", f"f = {numbers_text}")
    assert (output.title, output.latex, output.name) == ("f", "f", "f")


REASONS = [
    ("f = w1 + y", 0, "when w₁ grows by a little, the sum f grows by exactly as much, whatever y is."),
    ("f = w1 + y", 1, "when y grows by a little, the sum f grows by exactly as much, whatever w₁ is."),
    ("f = w1 - y", 0, "when w₁ grows by a little, the difference f grows by exactly as much."),
    ("f = w1 - y", 1, "when y grows by a little, the difference f falls by exactly as much."),
    ("f = w1*y", 0, "a change of w₁ reaches the product f multiplied by the other factor, y."),
    ("f = w1*y", 1, "a change of y reaches the product f multiplied by the other factor, w₁."),
    ("f = w1/y", 0, "a change of w₁ reaches the quotient f divided by y."),
    ("f = w1/y", 1, "quotient rule."),
    ("w2 = -w1", 0, "when w₁ grows by a little, w₂ falls by exactly as much."),
    ("w2 = w1", 0, "w₂ is only another name for w₁."),
    ("f = w1^y", 0, "power rule."),
    ("f = y^w1", 1, "exponential rule, because w₁ is the exponent."),
]


@pytest.mark.parametrize(("text", "position", "reason"), REASONS)
def test_why_a_local_derivative_is_what_it_is(text, position, reason):
    edge = compute(text).edges[position]
    assert edge.position == position
    assert edge.why == f"{edge.text}: {reason}"


UNDEFINED = [
    ("q = x - 3; f = ln(q)*x", 2.0, "f0", "ln of −1 is undefined"),
    ("ln(x)", 0.0, "f", "ln of 0 is undefined"),
    ("sqrt(x)", -4.0, "f", "square root of −4"),
    ("1/(x - 1)", 1.0, "f", "1 divided by 0"),
    ("x^0.5", -1.0, "f", "negative base needs a whole number"),
    ("x^(-1)", 0.0, "f", "division by 0"),
    ("asin(x)", 2.0, "f", "no angle has a sine beyond"),
    ("acos(x)", 2.0, "f", "no angle has a cosine beyond"),
    ("exp(x)", 1000.0, "f", "too large"),
    ("x + ln(-1)", 2.0, "f0", "ln of −1 is undefined"),
    ("ln(-1)", 2.0, "f", "ln of −1 is undefined"),
    ("x*(1/(1/0))", 2.0, "f0", "1 divided by 0"),
    ("y = sqrt(-4); f = x*y", 2.0, "y", "square root of −4"),
]


@pytest.mark.parametrize(("text", "x", "name", "words"), UNDEFINED, ids=[case[0] for case in UNDEFINED])
def test_an_undefined_value_is_named_where_it_arises(text, x, name, words):
    graph = compute(text, {"x": x})
    assert words in graph.trouble.text
    at = graph.vertices[graph.trouble.vertex]
    assert not math.isfinite(at.value)
    assert all(math.isfinite(v.value) for v in graph.vertices[: at.index])
    assert at.title == ("v₁" if name == "f0" else name)
    steps = walk(graph)
    assert steps.events[-1].vertex == at.index
    assert all(adjoint is None for adjoint in steps.end.adjoints)


@pytest.mark.parametrize(
    ("text", "at", "sentence"),
    [
        ("log2(x)", -1.0, "log₂ of −1 is undefined, because a logarithm needs a number above 0."),
        ("log10(x)", 0.0, "log₁₀ of 0 is undefined, because a logarithm needs a number above 0."),
        ("sqrt(x)", -0.25, "the square root of −0.25 is undefined, because a square is never negative."),
        ("arcsin(x)", -2.0, "arcsin of −2 is undefined, because no angle has a sine beyond −1 to 1."),
        ("arccos(x)", 1.5, "arccos of 1.5 is undefined, because no angle has a cosine beyond −1 to 1."),
        ("x/0", 3.0, "3 divided by 0 is undefined."),
        ("x^1.5", -2.0, "−2 to the power 1.5 is undefined: a negative base needs a whole number as power."),
        ("0^x", -2.0, "0 to the negative power −2 would be a division by 0."),
        ("x^3", -1e200, "the result is too large for a computer's numbers, which end at about 1.8·10³⁰⁸."),
        ("1e200/x", 1e-200, "the result is too large for a computer's numbers, which end at about 1.8·10³⁰⁸."),
    ],
)
def test_why_a_value_is_undefined(text, at, sentence):
    assert compute(text, {"x": at}).trouble.text == f"f has no value: {sentence}"
    assert compute(text.replace("/0", "/2"), {"x": 0.75}).trouble is None


def test_constants_have_their_names():
    titles = [vertex.title for vertex in compute("ln(2)*x + 0.25 - 2*π + 0.5*e").vertices if vertex.is_constant]
    assert titles == ["ln(2)", "0.25", "6.283", "1.359"]


def test_a_formula_of_constants_can_be_walked_to_where_it_ends():
    steps = walk(compute("ln(-1) + 2"))
    told = [narrate(steps, index).sentence for index in range(steps.last + 1)]
    assert "constants only" in told[0]
    assert "ln of −1 is undefined" in told[-1]


def test_a_vertical_tangent_is_told_although_the_value_exists():
    graph = compute("sqrt(x)", {"x": 0.0})
    assert graph.trouble is None
    assert graph.steep[0].text == (
        "The derivative of f by x is ∞ at x = 0: the graph of √ is vertical or has no tangent there."
    )
    behind = compute("q = w1^0.5; f = 2*q", {"w1": 0.0})
    assert [place.vertex for place in behind.steep] == [behind.named("q").index]
    assert "The derivative of q by w₁ is ∞ at w₁ = 0" in behind.steep[0].text
    assert compute("sqrt(x)", {"x": 1.0}).steep == ()


def test_a_jump_passes_nothing_on_even_from_an_infinite_adjoint():
    graph = compute("q = sign(x); f = sqrt(q)", {"x": 0.0})
    assert graph.gradient == {"x": 0.0}
    assert walk(graph).end.adjoints[graph.input_vertices["x"]] == 0.0
    assert chain_rule(graph, graph.input_vertices["x"], 0.0).paths[0].product == 0.0


@pytest.mark.parametrize(
    ("text", "slopes", "taken"),
    [("abs(x)", (-1.0, 1.0), 0.0), ("relu(x)", (0.0, 1.0), 0.0), ("leaky_relu(x)", (0.01, 1.0), 0.01)],
)
def test_at_a_kink_it_is_told_which_derivative_is_taken(text, slopes, taken):
    at_kink = compute(text, {"x": 0.0})
    [kink] = at_kink.kinks
    step = 1e-3
    measured = [(compute(text, {"x": side * step}).value - at_kink.value) / (side * step) for side in (-1, 1)]
    assert measured == pytest.approx(slopes)
    assert at_kink.gradient["x"] == taken
    left, right = (f"{slope:g}".replace("-", "−") for slope in slopes)
    assert f"at x = 0, slope {left} from the left and {right} from the right" in kink.text
    assert f"Taken is {taken:g}," in kink.text
    assert compute(text, {"x": 0.1}).kinks == ()


def test_jumps_and_ties_are_told_too():
    assert "jumps at x = 0" in compute("y*step(x)", {"x": 0.0}).kink_text(2)
    tie = compute("max(x, y)", {"x": 2.0, "y": 2.0})
    assert tie.gradient == {"x": 0.5, "y": 0.5}
    assert "half the slope for each" in tie.kink_text(tie.output)
    assert compute("max(x, x)", {"x": 2.0}).kinks == compute("x^2", {"x": 0.0}).kinks == ()
