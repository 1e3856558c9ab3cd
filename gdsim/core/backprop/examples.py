"""Graphs worth walking, from the course notes' first to a small network: an entry is a text with values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gdsim.core.registry import Registry


@dataclass(frozen=True)
class Example:
    """`text` is read by `statements.read`, `inputs` are values by name; `held` names inputs that are data, which a
    gradient step leaves alone.  `about` says what is computed, `look_for` what there is to see.
    """

    key: str
    title: str
    text: str
    inputs: Mapping[str, float]
    about: str
    look_for: str
    held: frozenset[str] = field(default=frozenset())


EXAMPLES: Registry[Example] = Registry("example")


def chain_of_doublings(count: int) -> str:
    """a1 = a0 + a0, a2 = a1 + a1, ...: 2 edges a line, and 2^count paths.  At most 199 lines fit the graph's limit.

    Raises ValueError for a count below 1.
    """
    if count < 1:
        raise ValueError(f"a chain needs at least one doubling, not {count}")
    return "\n".join(f"a{i + 1} = a{i} + a{i}" for i in range(count))


def _add(key: str, title: str, text: str, inputs: Mapping[str, float], about: str, look_for: str,
         held: str = "") -> None:  # fmt: skip
    EXAMPLES.add(key, Example(key, title, text, inputs, about, look_for, frozenset(held.split())))


_add(
    "notes", "(x + y)·z",
    "q = x + y\nf = q*z",
    {"x": -2.0, "y": 5.0, "z": -4.0},
    "The first graph of the course notes: a sum, then a product.",
    "A product hands each factor the other one: ∂f/∂q = z = −4.  A sum hands −4 on to x and to y unchanged, "
    "because ∂q/∂x = ∂q/∂y = 1.",
)  # fmt: skip
_add(
    "sigmoid", "Sigmoid of w·x + b",
    "f = 1/(1 + e^-(w*x + b))",
    {"w": 2.0, "x": -1.0, "b": 3.0},
    "The sigmoid of a weighted input, taken apart into single operations.",
    "The many local derivatives between f and w·x + b multiply to f·(1 − f): that is why σ′ = σ(1 − σ).",
)  # fmt: skip
_add(
    "neuron", "Neuron, loss and penalty",
    "z = w1*x1 + w2*x2 + b\ny = tanh(z)\nL = (y - t)^2 + λ*(w1^2 + w2^2)",
    {"w1": 0.5, "x1": 1.0, "w2": -0.4, "x2": 2.0, "b": 0.1, "t": 1.0, "lambda": 0.05},
    "One neuron's squared error on one point, plus an L2 penalty on its weights.",
    "Each weight is used twice, so that its derivative is a sum: one part from the error, one from the penalty.",
    held="x1 x2 t lambda",
)  # fmt: skip
_add(
    "softmax", "Softmax with cross-entropy",
    "u1 = e^z1\nu2 = e^z2\nu3 = e^z3\ns = u1 + u2 + u3\np = u1/s\nL = -ln(p)",
    {"z1": 1.0, "z2": 2.0, "z3": 0.5},
    "Three logits, their softmax, and the cross-entropy when the first class is the true one.",
    "u₁ is used twice.  What arrives at the logits is probability minus truth: ∂L/∂z₁ = p − 1.",
)  # fmt: skip
_add(
    "fan_out", "x·x",
    "f = x*x",
    {"x": 3.0},
    "One input with two edges into the same product.",
    "Two contributions of x each add up to 2x = 6.  A graph that kept only one edge would say 3.",
)  # fmt: skip
_add(
    "doubling", "b = a + a, c = b + b",
    "b = a + a\nc = b + b",
    {"a": 1.5},
    "Two doublings: four paths lead from c to a.",
    "b has to wait for both contributions before it passes on.  Depth first without waiting gives 2 in place of 4.",
)  # fmt: skip
_add(
    "chain_of_n", "Chain of 6 doublings",
    chain_of_doublings(6),
    {"a0": 1.0},
    "Six doublings in a row: 12 edges, but 2⁶ = 64 paths.",
    "Backpropagation needs one multiplication an edge; walking every path afresh takes twice as many with each line.",
)  # fmt: skip
_add(
    "network", "Network 2-2-1",
    "h1 = tanh(w11*x1 + w21*x2 + b1)\nh2 = tanh(w12*x1 + w22*x2 + b2)\ny = v1*h1 + v2*h2 + c\nL = (y - t)^2",
    {"w11": 0.5, "x1": 1.0, "w21": -0.3, "x2": 0.8, "b1": 0.1, "w12": -0.7, "w22": 0.4, "b2": 0.2,
     "v1": 1.2, "v2": -0.6, "c": 0.05, "t": 1.0},
    "A network with two inputs, two hidden neurons and one output, and its squared error on one point.",
    "The error's derivative by y is computed once and shared by all nine parameters: that is the reuse.",
    held="x1 x2 t",
)  # fmt: skip
