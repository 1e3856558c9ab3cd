"""Random texts of several definitions that share values, smooth everywhere, and what they are as Python functions."""

from __future__ import annotations

from hypothesis import strategies as st

from gdsim.core.autodiff import ops

INPUTS = ("x", "y", "z")
UNARY = ("sin", "cos", "tanh", "sigmoid", "atan", "-")
BINARY = ("+", "-", "*")


@st.composite
def texts(draw, most_lines=6):
    """Lines q1 = ..., q2 = ...; each uses inputs and earlier lines, some more than once."""
    known = list(INPUTS)
    lines = []
    for number in range(draw(st.integers(1, most_lines))):
        a, b, c = (draw(st.sampled_from(known)) for _ in range(3))
        unary = draw(st.sampled_from(UNARY))
        first, second = draw(st.sampled_from(BINARY)), draw(st.sampled_from(BINARY))
        shape = draw(
            st.sampled_from(
                [f"{a} {first} {b}", f"{unary}({a} {first} {b})", f"{unary}({a}) {first} {b} {second} {c}", f"{a}*{a}",
                 f"0.5*{a} {first} {b}", f"({a} {first} {b})/(2 + {c}^2)", f"{a}"]
            )
        )  # fmt: skip
        known.append(f"q{number}")
        lines.append(f"q{number} = {shape}")
    return "\n".join(lines)


values = st.fixed_dictionaries({name: st.floats(-1.5, 1.5).map(lambda v: round(v, 3)) for name in INPUTS})


def python_function(text):
    """The last line as a function of the inputs by Python's own reading of the text: independent of the parser."""
    code = []
    for line in text.splitlines():
        name, body = line.split(" = ")
        code.append((name, compile(body.replace("^", "**"), "<text>", "eval")))
    functions = {name: getattr(ops, name) for name in UNARY if name != "-"}

    def function(*inputs):
        scope = dict(zip(INPUTS, inputs, strict=True)) | functions
        for name, body in code:
            scope[name] = eval(body, {}, scope)
        return scope[name]

    return function
