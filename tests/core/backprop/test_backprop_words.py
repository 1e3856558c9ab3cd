r"""What is said and written about a step, letter by letter: sums that fill, dots where much is left out, brackets."""

from __future__ import annotations

import pytest

from gdsim.core.backprop import Order, chain_of_doublings, chain_rule, compute, multiplications, narrate, walk_in_order
from gdsim.core.backprop.narration import Narration
from gdsim.core.backprop.notation import name_latex, name_text


def step(text, at, index, order=Order.TOPOLOGICAL) -> Narration:
    """The words of a step, counted from the end where the index is negative."""
    steps = walk_in_order(compute(text, at), order)
    return narrate(steps, index if index >= 0 else steps.last + 1 + index)


def d(of, by):
    return rf"\frac{{\partial {of}}}{{\partial {by}}}"


THREE = ("q = x^2; r = x^3; f = (q - x)*r", {"x": -2.0})


def test_a_sum_fills_term_by_term():
    first, second, third = (step(*THREE, index) for index in (-3, -2, -1))
    assert first.sentence == "Back through r = x³: ∂f/∂x = 6 · 12 + ? = 72 + ?. x waits for 2 more contributions."
    assert second.sentence == (
        "Back through v₁ = q − x: ∂f/∂q = −8 · 1 = −8 and ∂f/∂x = 72 + (−8) · (−1) + ? = 72 + 8 + ?. "
        "x waits for 1 more contribution."
    )
    assert third.sentence == (
        "Back through q = x²: ∂f/∂x = 72 + 8 + (−8) · (−4) = 112. All derivatives are there: ∂f/∂x = 112."
    )
    assert [line.vertex for line in second.lines] == [2, 0]


def test_a_sum_in_symbols_and_numbers():
    [line] = step(*THREE, -1).lines
    chain = " + ".join(rf"{d('f', v)} \cdot {d(v, 'x')}" for v in ("r", "v_{1}", "q"))
    rules = " + ".join(
        rf"{d('f', v)} \cdot {rule}" for v, rule in (("r", "3 x^{2}"), ("v_{1}", r"\left(-1\right)"), ("q", "2 x"))
    )
    assert line.symbols == f"{d('f', 'x')} = {chain} = {rules}"
    assert line.numbers == (
        rf"{d('f', 'x')} = 6 \cdot 12 + \left(-8\right) \cdot \left(-1\right) + \left(-8\right) \cdot \left(-4\right)"
        " = 72 + 8 + 32 = 112"
    )
    assert line.text == (
        "∂f/∂x = ∂f/∂r · ∂r/∂x + ∂f/∂v₁ · ∂v₁/∂x + ∂f/∂q · ∂q/∂x"
        " = 6 · 12 + (−8) · (−1) + (−8) · (−4) = 72 + 8 + 32 = 112"
    )
    assert line.short == "∂f/∂x = 72 + 8 + (−8) · (−4) = 112"
    [waiting] = step(*THREE, -3).lines
    assert (
        waiting.symbols == rf"{d('f', 'x')} = {d('f', 'r')} \cdot {d('r', 'x')} + ? = {d('f', 'r')} \cdot 3 x^{{2}} + ?"
    )
    assert waiting.numbers == rf"{d('f', 'x')} = 6 \cdot 12 + ? = 72 + ?"


def test_of_many_terms_the_last_four_are_written():
    [line] = step("f = x + x + x + x*x + x^2", {"x": -1.0}, -1).lines
    assert line.short == "∂f/∂x = … + (−1) + 1 + 1 · 1 + 1 · 1 = −1"
    assert line.text == (
        "∂f/∂x = … + ∂f/∂v₃ · ∂₂v₃ + ∂f/∂v₂ · ∂v₂/∂x + ∂f/∂v₁ · ∂₁v₁ + ∂f/∂v₁ · ∂₂v₁"
        " = … + 1 · (−1) + 1 · 1 + 1 · 1 + 1 · 1 = … + (−1) + 1 + 1 + 1 = −1"
    )
    assert line.numbers == (
        rf"{d('f', 'x')} = \cdots + 1 \cdot \left(-1\right) + 1 \cdot 1 + 1 \cdot 1 + 1 \cdot 1"
        r" = \cdots + \left(-1\right) + 1 + 1 + 1 = -1"
    )
    first, second = rf"{d('f', 'v_{3}')} \cdot ", rf"{d('f', 'v_{2}')} \cdot "
    third = rf"{d('f', 'v_{1}')} \cdot "
    assert line.symbols == (
        rf"{d('f', 'x')} = \cdots + {first}\partial_{{2}} v_{{3}} + {second}{d('v_{2}', 'x')}"
        rf" + {third}\partial_{{1}} v_{{1}} + {third}\partial_{{2}} v_{{1}}"
        rf" = \cdots + {first}x + {second}1 + {third}1 + {third}1"
    )


def test_reasons_come_once_and_places_are_explained():
    told = step("q = x + x; f = sin(q)", {"x": 1.0}, -1)
    assert told.why == (
        "∂₁q = 1: when x grows by a little, the sum q grows by exactly as much, whatever the other term is.",
        "∂₂q = 1: when x grows by a little, the sum q grows by exactly as much, whatever the other term is.",
        "∂₁q and ∂₂q are the derivatives of q by its first and second argument alone. x is used more than once: "
        "∂f/∂x is the sum over all uses.",
    )
    assert len(told.lines) == 1
    assert step("q = |x|; f = 2*q", {"x": 0.0}, -1).why[0].startswith("q has a kink at x = 0, slope −1 from the left")
    tie = step("f = max(x, y)", {"x": 1.0, "y": 1.0}, -1).why
    assert tie[0].startswith("Both arguments of f are 1: either may be the larger")
    assert len(tie) == len(set(tie)) == 3


def test_nothing_is_said_of_what_a_constant_might_be():
    [why] = step("f = x + 1", {"x": 2.0}, -1).why
    assert why == "∂f/∂x = 1: when x grows by a little, the sum f grows by exactly as much."
    [why] = step("f = pi + x", {"x": 2.0}, -1).why
    assert why == "∂f/∂x = 1: when x grows by a little, the sum f grows by exactly as much."


def test_inputs_are_listed_up_to_six():
    six, seven = ("f = " + " + ".join(names) for names in ("abcdgh", "abcdghk"))
    ones = dict.fromkeys("abcdghk", 1.0)
    rest = "Everything else is still to be computed."
    assert step(six, ones, 0).sentence == f"Given: a = 1, b = 1, c = 1, d = 1, g = 1 and h = 1.  {rest}"
    assert step(seven, ones, 0).sentence == f"Given: a = 1, b = 1, c = 1, d = 1, g = 1, h = 1 and 1 more.  {rest}"
    assert len(step(seven, ones, 0).lines) == 7
    ends = step(seven, ones, -1).sentence.split("there: ")[1]
    assert ends == "∂f/∂a = 1, ∂f/∂b = 1, ∂f/∂c = 1, ∂f/∂d = 1, ∂f/∂g = 1, and 2 more."
    small = step("f = a*b*c*d*g*h", dict.fromkeys("abcdgh", 0.0123), -1).sentence.split("there: ")[1]
    assert small == ", ".join(f"∂f/∂{name} = 2.815·10⁻¹⁰" for name in "abc") + ", and 3 more."
    four = step("f = a + b + c + d", ones, -1).sentence.split("there: ")[1]
    assert four == "∂f/∂a = 1, ∂f/∂b = 1, ∂f/∂c = 1 and ∂f/∂d = 1."


FORK = ("q = x*y; f = q*q", {"x": 2.0, "y": -3.0})


def test_depth_first_in_words():
    early, late = step(*FORK, -4, Order.NOT_WAITING), step(*FORK, -1, Order.NOT_WAITING)
    assert early.sentence == (
        "f passes 1 times ∂₁f = −6 to q: 1 · (−6) = −6, so q has −6. q passes it on at once, although 1 more will come."
    )
    assert late.sentence == (
        "f passes 1 times ∂₂f = −6 to q: 1 · (−6) = −6, so q has −12. This is too late: q has already passed on what "
        "it had, and the rest is lost. Wrong: ∂f/∂x came out as 18 and is 36 and ∂f/∂y came out as −12 and is −24."
    )
    [line] = step(*FORK, -3, Order.NOT_WAITING).lines
    assert (line.text, line.short) == ("−6 · (−3) = 18", "−6 · (−3) = 18")
    assert line.numbers == r"-6 \cdot \left(-3\right) = 18"
    assert line.symbols == rf"-6 \cdot {d('q', 'x')} = -6 \cdot \left(-3\right) = 18"
    assert early.why == (
        "∂₁f = q: a change of q reaches the product f multiplied by the other factor, q.",
        "∂₁f is the derivative of f by its first argument alone. q is used more than once: "
        "∂f/∂q is the sum over all uses.",
    )
    every = step(*FORK, -1, Order.EVERY_PATH).sentence
    assert every.endswith("so y has −24. The sums are right, after 6 multiplications.")
    straight = step("f = x^2 + 3x", {"x": 2.0}, -1, Order.NOT_WAITING).sentence
    assert straight.endswith("so x has 7. Nothing was lost here, because no intermediate value is used twice.")
    assert "at once" not in "".join(step(*FORK, index, Order.EVERY_PATH).sentence for index in range(10))


@pytest.mark.parametrize(
    ("names", "end"),
    [
        ("abc", "∂f/∂b came out as 32 and is 64 and ∂f/∂c came out as 32 and is 64."),
        ("abcd", "∂f/∂c came out as 128 and is 256, and 1 more is wrong."),
        ("abcdg", "∂f/∂c came out as 512 and is 1024, and 2 more are wrong."),
    ],
)
def test_of_many_wrong_derivatives_three_are_told(names, end):
    told = step(f"q = {'*'.join(names)}; f = q*q", dict.fromkeys(names, 2.0), -1, Order.NOT_WAITING).sentence
    assert told.endswith(end)
    assert told.count("came out as") == 3


def test_a_cut_is_counted():
    steps = walk_in_order(compute(chain_of_doublings(40)), Order.EVERY_PATH)
    assert narrate(steps, steps.last).sentence.endswith(
        " There are too many paths: 2.199·10¹² more steps follow that are not shown, so the sums are not complete."
    )


def along(text, at, name="x", **more):
    graph = compute(text, at)
    vertex = graph.named(name)
    return chain_rule(graph, vertex.index, vertex.adjoint, **more)


def test_paths_written_out():
    rule = along("q = x - y; r = 2 - x; f = q*r*(x + 1)", {"x": 3.0, "y": 5.0})
    assert rule.latex == " = ".join(
        [
            d("f", "x"),
            rf"{d('f', 'v_{2}')} \cdot {d('v_{2}', 'x')}"
            rf" + {d('f', 'v_{1}')} \cdot {d('v_{1}', 'r')} \cdot {d('r', 'x')}"
            rf" + {d('f', 'v_{1}')} \cdot {d('v_{1}', 'q')} \cdot {d('q', 'x')}",
            r"v_{1} + v_{2} \cdot q \cdot \left(-1\right) + v_{2} \cdot r",
        ]
    )
    assert rule.latex_numbers == (
        rf"{d('f', 'x')} = 2 \cdot 1 + 4 \cdot \left(-2\right) \cdot \left(-1\right) + 4 \cdot \left(-1\right) \cdot 1"
        r" = 2 + 8 + \left(-4\right) = 6"
    )
    assert rule.text == (
        "∂f/∂x = ∂f/∂v₂ · ∂v₂/∂x + ∂f/∂v₁ · ∂v₁/∂r · ∂r/∂x + ∂f/∂v₁ · ∂v₁/∂q · ∂q/∂x = 2 + 8 + (−4) = 6"
    )
    assert [path.product for path in rule.paths] == [2.0, 8.0, -4.0]
    assert [path.edges for path in rule.paths] == [(9, 6), (8, 5, 3), (8, 4, 0)]


def test_factors_that_are_sums_stand_in_brackets():
    rule = along("q = x*(1 + x); f = sigmoid(q)", {"x": 0.5})
    first, second = rule.paths
    assert {first.symbols, second.symbols} == {
        r"f \left(1 - f\right) \cdot x", r"f \left(1 - f\right) \cdot v_{1}",
    }  # fmt: skip
    assert (
        along("q = -x; f = 1/q", {"x": 0.5}).paths[0].symbols == r"\left(-\frac{1}{q^{2}}\right) \cdot \left(-1\right)"
    )
    assert along("f = x^y", {"x": 2.0, "y": 3.0}).paths[0].symbols == "y x^{y - 1}"
    for function in ("gelu", "elu"):
        [path] = along(f"q = 3x; f = {function}(q)", {"x": 0.5}).paths
        assert path.symbols.startswith(r"\left(")
        assert path.symbols.endswith(r"\right) \cdot 3")
    assert along("q = tanh(x); f = q^2", {"x": 0.5}).paths[0].symbols == r"2 q \cdot \left(1 - q^{2}\right)"


@pytest.mark.parametrize(("length", "dots"), [(3, 0), (9, 0), (10, 1)])
def test_long_paths_are_shortened_in_the_middle(length, dots):
    rule = along("\n".join(f"a{i + 1} = sin(a{i})" for i in range(length)), {"a0": 0.5}, "a0")
    assert rule.text.count("…") == rule.paths[0].symbols.count("dots") == rule.paths[0].numbers.count("dots") == dots
    assert rule.latex.count("dots") == 2 * dots
    assert rule.text.count("∂") == 2 + 2 * (length if not dots else 8)
    if dots:
        factors = [rf"\cos a_{{{i}}}" for i in range(9, -1, -1)]
        assert rule.paths[0].symbols == r" \cdot ".join([*factors[:4], r"\cdots", *factors[-4:]])


def test_paths_of_doublings():
    one, two, three = (along(chain_of_doublings(n), {"a0": 0.5}, "a0") for n in (1, 2, 3))
    assert one.text == "∂a₁/∂a₀ = ∂₁a₁ + ∂₂a₁ = 1 + 1 = 2"
    assert one.latex == rf"{d('a_{1}', 'a_{0}')} = \partial_{{1}} a_{{1}} + \partial_{{2}} a_{{1}} = 1 + 1"
    assert two.text.endswith(" = 1 + 1 + 1 + 1 = 4")
    assert two.latex.endswith(" = 1 + 1 + 1 + 1")
    assert two.latex_numbers == (
        rf"{d('a_{2}', 'a_{0}')} = 1 \cdot 1 + 1 \cdot 1 + 1 \cdot 1 + 1 \cdot 1 = 1 + 1 + 1 + 1 = 4"
    )
    assert [path.edges for path in two.paths] == [(2, 0), (3, 0), (2, 1), (3, 1)]
    assert three.text.endswith(" + … = 1 + 1 + 1 + 1 + … = 8")
    assert three.latex.endswith(r" + \cdots = 1 + 1 + 1 + 1 + \cdots")
    assert r"1 \cdot 1 \cdot 1 + \cdots = 1 + 1 + 1 + 1 + \cdots = 8" in three.latex_numbers
    assert (len(three.paths), three.hidden, three.vertex, three.total) == (8, 0, 0, 8.0)
    some = along(chain_of_doublings(2), {"a0": 0.5}, "a0", most=2)
    assert some.text.endswith(" + … = 1 + 1 + … = 4")
    output = along("f = x^2", {"x": 3.0}, "f")
    assert (output.latex, output.latex_numbers, output.text) == (f"{d('f', 'f')} = 1",) * 2 + ("∂f/∂f = 1",)


SINES = "sin(cos(sin(cos(sin(x)))))"


@pytest.mark.parametrize(
    ("text", "formula", "words"),
    [
        (
            "sin(x)",
            r"1 \cdot 1 = 1",
            "1 multiplication, one for each edge; walking the only path afresh takes as many, ",
        ),
        ("x + y", r"2 \cdot 1 = 2", "2 multiplications, one for each edge; walking the 2 paths afresh takes as many, "),
        (chain_of_doublings(1), r"2 \cdot 1 = 2", "walking the 2 paths afresh takes as many, since"),
        (chain_of_doublings(2), "2 + 2^{2} = 2^{3} - 2 = 6", "walking the 4 = 2² paths afresh takes 6."),
        (chain_of_doublings(4), "2 + 2^{2} + 2^{3} + 2^{4} = 2^{5} - 2 = 30", "the 16 = 2⁴ paths afresh takes 30."),
        (chain_of_doublings(5), r"2 + 2^{2} + 2^{3} + \cdots + 2^{5} = 2^{6} - 2 = 62", "the 32 = 2⁵ paths"),
        (chain_of_doublings(40), r"\cdots + 2^{40} = 2^{41} - 2 = 2.199 \cdot 10^{12}", "takes 2.199·10¹²."),
        ("q = x*y; r = q*q; f = r*x", r"2 \cdot 1 + 2 \cdot 1 + 2 \cdot 2 = 8", "6 multiplications"),
        (SINES, " + ".join([r"1 \cdot 1"] * 5) + " = 5", "5 multiplications"),
        (f"cos({SINES})", " + ".join([r"1 \cdot 1"] * 5) + r" + \cdots = 6", "6 multiplications"),
    ],
)
def test_counts_of_multiplications_in_words(text, formula, words):
    counted = multiplications(compute(text))
    assert counted.formula.endswith(formula)
    assert words in counted.text


def test_names_are_printed_and_typeset():
    for name, text, latex in (("w11", "w₁₁", "w_{11}"), ("lambda", "λ", r"\lambda"), ("x", "x", "x")):
        assert (name_text(name), name_latex(name)) == (text, latex)
