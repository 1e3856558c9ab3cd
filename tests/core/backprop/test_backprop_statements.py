"""Texts of several definitions: what they mean, and what is said about those that mean nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdsim.core.backprop import MOST_VERTICES, chain_of_doublings, compute, read
from gdsim.core.backprop.statements import vertices_of
from gdsim.core.expression import ParseError


def test_lines_and_semicolons_are_the_same():
    for text in ("q = x + y; f = q*z", "q = x + y\nf = q z", "\n q=x+y ;; f = q·z;\n"):
        statements = read(text)
        assert statements.output == "f"
        assert statements.inputs == ("x", "y", "z")
        assert [d.name for d in statements.definitions] == ["q", "f"]
        assert compute(statements, {"x": -2, "y": 5, "z": -4}).value == -12.0


def test_a_formula_without_a_name_is_called_f():
    assert read("x^2").output == "f"
    assert read("f^2 + x").output == "L"
    assert read("q = x^2\nq + 1").output == "f"
    assert read("f = 3; x^2").output == "L"
    assert read("f = x^2\n2x").output == "L"
    assert read("f = 3; x^2").named_output is False
    assert read("g = x^2").named_output is True
    assert read("f(x, y) = x*y").output == "f"


def test_a_line_with_a_number_gives_an_input_its_value():
    statements = read("x = -2; f = x*y; y = 2*3")
    assert statements.given == {"x": -2.0, "y": 6.0}
    assert statements.start({"x": 9.0, "y": 9.0}) == {"x": -2.0, "y": 6.0}
    assert compute(statements).value == -12.0
    assert compute(statements, {"x": 1.0}).value == 6.0


def test_values_are_carried_over_from_another_text():
    assert read("a*x").start({"a": 7.0, "q": 1.0}) == {"a": 7.0, "x": 3.0}
    assert compute("a*x", {"a": 7.0, "q": 1.0, "x": 2.0}).value == 14.0


def test_names_are_one_however_they_are_spelled():
    statements = read("θ₁ = w_1 + λ; f = theta1*w₁")
    assert [d.name for d in statements.definitions] == ["theta1", "f"]
    assert statements.inputs == ("w1", "lambda")
    assert compute(statements, {"w1": 2, "λ": 4}).value == 12.0


def test_what_the_output_does_not_need_is_left_out_and_said():
    statements = read("r = x + y; k = 3; f = x^2")
    assert statements.unused == ("r", "k")
    assert statements.inputs == ("x",)
    assert statements.note == "r and k are not used by f and therefore not in the graph."
    assert read("x^2").note == ""
    assert read("θ = x; w1 = y^2").note == "θ is not used by w₁ and therefore not in the graph."


def test_a_last_line_that_is_a_constant_is_said_not_to_be_the_output():
    said = "The last line, q, is a constant: nothing changes it, so the output is p."
    assert read("p = x\nq = relu(atan(3))").note == said
    assert read("r = 2x; p = x; q = 3").note == f"{said} r is not used by p and therefore not in the graph."
    assert read("p = x*q; q = 3").note == ""
    assert read("w1 = x; λ = 3").note == "The last line, λ, is a constant: nothing changes it, so the output is w₁."


def test_definitions_are_shared_and_repetitions_are_not():
    shared = compute("q = x + 1; f = q*q")
    typed_twice = compute("(x + 1)*(x + 1)")
    assert [v.key for v in shared.vertices].count("add") == 1
    assert [v.key for v in typed_twice.vertices].count("add") == 2
    assert [(e.source, e.position) for e in compute("x*x").edges] == [(0, 0), (0, 1)]


def test_another_name_for_a_value_is_a_vertex_that_passes_on():
    graph = compute("q = x; f = q")
    assert [v.key for v in graph.vertices] == ["input", "identity", "identity"]
    assert graph.gradient == {"x": 1.0}


REFUSED = [
    ("", 0, "nothing to differentiate"),
    ("  \n ", 0, "nothing to differentiate"),
    ("x = 2", 4, "nothing to differentiate"),
    ("q = x + ; f = q", 8, "missing after +"),
    ("q = x\nf = q * (z", 14, "not closed"),
    ("q = x; q = y; f = q", 7, "defined twice"),
    ("f = q*z; q = x + y; g = f + q", 9, "used before it is defined"),
    ("q = q + 1", 0, "both sides"),
    ("x + y; f = x", 0, "Give this line a name"),
    ("3; f = x", 0, "give it a name"),
    ("f = y = x", 6, "equals sign"),
    ("q = x + y, f = q*z", 13, "Each definition has a line of its own."),
    ("loss = x^2", 0, "Write l or l1."),
    ("e = x^2", 0, "number already"),
    ("sin = x^2", 0, "function already"),
    ("f = sni(x)", 4, "Did you mean sin?"),
    ("p = x; r = y; f = prx", 18, "Write p*r*x if a product is meant."),
    ("q = x; f = dgh", 11, "Write d or d1."),
    ("w11 = x; f = w1l", 13, "Did you mean w11?"),
    ("w1 = w1 + 1", 0, "w₁ stands on both sides"),
    ("q = x; x + y; f = q", 7, "Give this line a name"),
    ("q = 3; x = 2", 11, "nothing to differentiate"),
    ("q = x; 3; f = x", 7, "give it a name"),
    ("f = w1; w1 = x; g = f + w1", 8, "w₁ is used before it is defined"),
    ("q = x; q = y", 7, "q is defined twice"),
    ("eps = x^2", 0, "Write f or f1."),
    ("σ = x", 0, "σ is a function already"),
]


@pytest.mark.parametrize(("text", "column", "words"), REFUSED, ids=[repr(text) for text, _, _ in REFUSED])
def test_refusals_say_where_and_why(text, column, words):
    with pytest.raises(ParseError) as caught:
        read(text)
    assert words in caught.value.message
    assert caught.value.column == column


def test_the_limit_is_said():
    assert len(compute(chain_of_doublings(MOST_VERTICES - 1)).vertices) == MOST_VERTICES
    with pytest.raises(ParseError, match=r"too large: 201 inputs, constants and operations, where 200 are possible"):
        read(chain_of_doublings(MOST_VERTICES))
    lines = [f"a{i + 1} = " + "+".join([f"a{i}"] * 50) for i in range(5)]  # 49 sums a line
    assert len(read("\n".join(lines[:4])).definitions) == 4
    with pytest.raises(ParseError, match="too large: 246 inputs") as caught:
        read("\n".join(lines))
    assert caught.value.column == len("\n".join(lines[:4])) + len("\na5 = ")
    for line, limit in (("x + " * 80 + "x", "321 characters, where 300 are"), ("(" * 50 + "x", "40 levels are")):
        with pytest.raises(ParseError, match=rf"{limit} possible\. Give a part of it a name"):
            read(f"q = x\nf = {line}")
    with pytest.raises(ParseError, match="too long: 4001 characters"):
        read("x" + " " * 4000)


def test_the_limit_counts_what_the_graph_has():
    """Constants count, a power's exponent too, and constants computed together are one."""
    for text in ("x^2 + 2*3*x", "q = sin(x); q*q - 1/(2 + pi)", "f = x", "max(x, 1, y)"):
        graph = compute(text)
        counted = len(graph.statements.inputs)
        for definition in graph.statements.definitions:
            counted += max(1, vertices_of(definition.formula))
        assert counted == len(graph.vertices)


@given(st.text(alphabet="xyzq=+-*/^();\n 123.sincoe|,λ₁σ", max_size=40))
def test_any_text_is_read_or_refused(text):
    refusal = None
    try:
        assert compute(text).vertices
    except ParseError as error:
        refusal = error
    if refusal is not None:
        assert 0 <= refusal.column <= len(text)
        assert refusal.message.endswith((".", "?"))


def test_inputs_have_to_be_finite():
    with pytest.raises(ValueError, match="x has to be a finite number"):
        compute("x^2", {"x": float("inf")})
