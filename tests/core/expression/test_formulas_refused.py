"""What is no formula is refused with a sentence and a column, whatever it is."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gdsim.core.expression import Expr, ParseError, parse
from gdsim.core.expression import tokens as tokens_module
from gdsim.core.expression.limits import LIMITS, nesting

# (typed, column, words of the sentence)
REFUSED = [
    ("", 0, "no formula yet"),
    ("   ", 3, "no formula yet"),
    ("y =", 3, "no formula yet"),
    ("x +", 3, "missing after +"),
    ("x ×", 3, "missing after ×"),
    ("x^", 2, "missing after ^"),
    ("-", 1, "missing after -"),
    ("sin^|x|", 4, "Write the power behind the argument: sin(x)^2."),
    ("(", 1, "missing after ("),
    ("(x + 1", 0, "not closed"),
    ("x)", 1, "never opened"),
    ("2(x+)", 4, "missing after +"),
    ("()", 0, "nothing between these brackets"),
    ("|x", 0, "not closed"),
    ("||", 0, "nothing between these bars"),
    ("* x", 0, "missing before *"),
    ("x // 2", 3, "cannot follow"),
    ("x */ 2", 3, "cannot follow"),
    ("²", 0, "in front of it"),
    ("x⁺", 1, "not a raised whole number"),
    ("1..2", 2, "one decimal point"),
    ("1.2.3", 3, "one decimal point"),
    ("1e", 1, "1e is an unfinished number: write 1e3, or 1*e for a product."),
    ("x + 2.5E y", 7, "2.5E is an unfinished number: write 2.5E3, or 2.5*E for a product."),
    ("xysin", 2, "sin needs something"),
    ("xsiny(2)", 0, "xsiny"),
    ("1e+x", 1, "unfinished number"),
    ("2 3", 2, "side by side"),
    ("x 2", 2, "sign is missing before 2"),
    ("(x)2", 3, "sign is missing before 2"),
    ("1,5", 1, "decimals with a point: 1.5 in place of 1,5"),
    ("1.000,5", 5, "decimals with a point, and nothing between thousands: 1000.5 in place of 1.000,5"),
    ("sin(2,5x)", 5, "decimals with a point: 2.5 in place of 2,5"),
    ("e^(-0,5x)", 5, "0.5 in place of 0,5"),
    ("2 3^x", 2, "side by side"),
    ("x 2y", 2, "sign is missing before 2"),
    ("(x) 2 + 1", 4, "sign is missing before 2"),
    ("x²2^3", 2, "sign is missing before 2"),
    ("2 3x", 2, "side by side"),
    ("x*2 3x", 4, "side by side"),
    ("x^2 4 x", 4, "side by side"),
    ("(x)3(x+1)", 3, "sign is missing before 3"),
    ("sec^-1 x", 0, "two ways"),
    ("x, y", 1, "comma"),
    ("1_000", 1, "digits only"),
    ("0x10", 0, "decimal system"),
    ("2 + 0x1", 4, "decimal system"),
    ("1e999", 0, "too large"),
    ("1e-999", 0, "too close to zero"),
    ("x.real", 1, "dot"),
    ("2.real", 1, "dot"),
    ("(1).real", 3, "dot"),
    ("x.__class__", 1, "dot"),
    ("__import__('os')", 0, "cannot be used"),
    ("sine(x)", 0, "Write sin(x) instead."),
    ("2cosine x", 1, "Write cos(x) instead."),
    ("sinn(x)", 0, "Did you mean sin?"),
    ("softmx(x)", 0, "There is no function softmx here. If softmax is meant, write e^x/(e^x + e^y)."),
    ("lamda*x", 0, "Did you mean lambda?"),
    ("wieght*x", 0, "a variable is one letter, possibly with a number. Write w or w1."),
    ("x + e1", 4, "e is the number 2.718…: write e^1 for a power, e*1 for a product, or another letter, such as u1."),
    ("bar(x)", 0, "There are sin, cos, exp, ln, sqrt"),
    ("sqr(x)", 0, "Did you mean sqrt?"),
    ("eval(x)", 0, "no function called eval"),
    ("f(x)", 0, "no function f"),
    ("tg x", 0, "tan(x)"),
    ("sums(x)", 0, "There is no function called sums. There are sin, cos,"),
    ("lg(x)", 0, "log10(x)"),
    ("foo", 0, "neither a variable nor a function"),
    ("hello world", 0, "neither a variable nor a function"),
    ("sin", 0, "needs something"),
    ("sin * 2", 0, "needs something"),
    ("x sin", 2, "needs something"),
    ("sin()", 3, "nothing between these brackets"),
    ("sin(x, y)", 0, "only one argument"),
    ("sin(max(2,3), 4)", 0, "only one argument"),
    ("max(x)", 0, "needs 2 arguments"),
    ("max x", 0, "needs brackets"),
    ("exp^-1 x", 0, "two ways"),
    ("x < 2", 2, "not a comparison"),
    ("x == 2", 2, "equals sign"),
    ("x = 2", 2, "equals sign"),
    ("y = y + 1", 0, "both sides"),
    ("[x]", 0, "round brackets"),
    ("{x}", 0, "round brackets"),
    ("(x]", 2, "round brackets"),
    ("а + 1", 0, "cyrillic small letter a"),
    ("x + Α", 4, "greek capital letter alpha"),
    ("𝑥", 0, "mathematical italic small x"),
    ("３x", 0, "fullwidth digit three"),
    ("٣", 0, "arabic-indic digit three"),
    ("x\u0301", 1, "U+0301 (combining acute accent) cannot be used in a formula."),
    ("x☃", 1, "☃ (snowman) cannot be used in a formula."),
    ("x\u200b", 1, "zero width space"),
    ("x\x00", 1, "U+0000"),
    ("\ud800", 0, "U+D800"),
    ("∞", 0, "Infinity"),
    ("90°", 2, "radians"),
    ("x!", 1, "factorials"),
    ("f'(x)", 1, "prime"),
    ("\\frac{1}{2}", 0, "calculator"),
    ("x" * 301, 300, "too long"),
    ("1" * 10_000, 300, "too long"),
    ("+".join("x" * 101), 200, "too long"),
    ("(" * 41 + "x" + ")" * 41, 40, "too deeply"),
    ("-" * 41 + "x", 0, "too deeply"),
    ("-" * 150 + "x", 81, "too deeply"),
    ("√" * 41 + "x", 0, "too deeply"),
    ("(x)+" * 10 + "-" * 100 + "x", 120, "too deeply"),
    ("x^" * 41 + "x", 0, "too deeply"),
    ("|" * 41 + "x" + "|" * 41, 0, "too deeply"),
    ("2x+" * 66 + "x", 0, "too large"),
    ("sin x+" * 49 + "x", 0, "too long"),
    ("√x" * 40, 0, "too long: 319 characters, where 300"),
    ("x⁻¹ " * 29, 0, "too long: 202 numbers, names and signs, where 200"),
    ("|sin|", 1, "needs something"),
    ("max(1,2) + sin(2,5x)", 16, "2.5 in place of 2,5"),
    ("xey^2", 0, "xey is neither a variable nor a function"),
    ("wxyz", 0, "wxyz is neither a variable nor a function"),
    ("LG(x)", 0, "Write log10(x) instead."),
    ("softmx + 1", 0, "If softmax is meant, write e^x/(e^x + e^y)."),
    ("cosin x", 0, "There is no function cosin here. If cosine is meant, write cos(x)."),
    ("cosin(x)", 0, "If cosine is meant, write cos(x)."),
    ("eewq", 0, "Write w or w1."),
]


@pytest.mark.parametrize(("typed", "column", "words"), REFUSED)
def test_refused_with_a_sentence_at_its_column(typed: str, column: int, words: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse(typed)
    assert words in caught.value.message
    assert caught.value.column == column
    assert caught.value.message == str(caught.value)
    assert caught.value.message[-1] in ".?"


@pytest.mark.parametrize(
    ("typed", "levels"),
    [("x", 0), ("-x", 1), ("a+b+c", 1), ("a-(b-(c-d))", 3), ("sin(x)+1", 1), ("1+sin(x)", 2), ("max(x, sin y)", 2),
     ("max(sin y, x)", 2), ("x^y^z", 2), ("a*b/c*d", 1)],
)  # fmt: skip
def test_levels_of_a_formula(typed: str, levels: int) -> None:
    assert nesting(parse(typed)) == levels


def test_a_refusal_can_be_stored() -> None:
    again = pickle.loads(pickle.dumps(ParseError("No.", 3)))
    assert (again.message, again.column) == ("No.", 3)


def test_a_name_that_the_caller_does_not_permit() -> None:
    with pytest.raises(ParseError, match="abcwxyz is neither"):
        parse("abcwxyz", "abcwxyz")
    with pytest.raises(ParseError, match=r"y is neither a variable .* This formula can use x") as caught:
        parse("x + y", ("x",))
    assert caught.value.column == 4
    with pytest.raises(ParseError, match="can use x and y"):
        parse("x2 + y", ("x", "y"))
    with pytest.raises(ParseError, match="no variables"):
        parse("x", ())


hostile = st.text(
    st.one_of(
        st.characters(),
        st.characters(categories=["Cs", "Cc", "Cf", "Mn", "No", "Nd", "Sm"]),
        st.sampled_from("xyeπσ()||+-*/^²⁻√.,12 ="),
    ),
    max_size=330,
)
pieces = st.lists(
    st.sampled_from([
        "x", "y", "e", "π", "2", "0.5", "1e-3", "1e", "..", "(", ")", "((", "|", "||", "+", "-", "−", "*", "**", "/",
        "^", "^-", "²", "⁻¹", "√", "σ", "σ(", "sin ", "sin²", "sin^-1", "ln", "max(", ",", " ", "e^", "e^-2", "xe^",
        "w₁", "θ", "=", "y = ", "__", "а", "\ud800", "\u0301", "9" * 40, "sinx", "xy", "exp(", "lambda", "import os",
    ]),
    max_size=60,
).map("".join)  # fmt: skip


def read(text: str) -> Expr | None:
    """The formula, or None after a proper ParseError; any other exception fails the test."""
    try:
        return parse(text)
    except ParseError as error:
        refusal = error
    assert 0 <= refusal.column <= len(text)
    assert refusal.message.encode()
    return None


@given(st.one_of(hostile, pieces))
@example("x" * 299 + "(")
@example("sin" * 100)
@example("lambda" * 50)
@example("e^" * 100)
@example("(σ" * 100)
@example("|" * 200)
@example("²" * 300)
@example("9" * 300)
@example("\ud800\udc00" * 150)
@example("a\u0301" * 150)
def test_any_text_is_read_or_refused_and_what_is_read_can_be_written(text: str) -> None:
    expr = read(text)
    if expr is not None:
        assert expr.size <= LIMITS.nodes
        assert nesting(expr) <= LIMITS.depth
        assert parse(str(expr)) == expr
        assert expr.to_latex()


@pytest.mark.parametrize(
    "part", ["(", "-", "x^", "√", "sin ", "|", "x(", "e^-", "1+(", "max(x,", "sin^2 ", "xe^", "2*"]
)
def test_reading_takes_a_bounded_number_of_steps(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No text makes the parser look at tokens again and again: work is counted, not timed."""
    looks = 0
    original = tokens_module.Token.__getattribute__

    def counting(self: tokens_module.Token, name: str) -> object:
        nonlocal looks
        looks += 1
        return original(self, name)

    monkeypatch.setattr(tokens_module.Token, "__getattribute__", counting)
    for text in (part * (300 // len(part)), part * 40 + "x", part * 20 + "x" + ")" * 20, part * 20 + "x" + "|" * 20):
        read(text)
    assert looks < 4 * 300 * 60
