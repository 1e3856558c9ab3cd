"""The examples against closed forms, the autodiff network, and the typesetter."""

import math
import warnings

import numpy as np
import pytest

from gdsim.core.autodiff import value_and_grad
from gdsim.core.backprop import (
    EXAMPLES,
    Order,
    chain_of_doublings,
    chain_rule,
    compute,
    multiplications,
    narrate,
    walk,
    walk_in_order,
)
from gdsim.core.network import LOSSES, MLP

with warnings.catch_warnings():
    # ziamath opens its font by a call that Python 3.11 and 3.12 call deprecated.
    warnings.simplefilter("ignore", DeprecationWarning)
    import ziamath


def example(key):
    return compute(EXAMPLES[key].text, EXAMPLES[key].inputs)


def test_the_notes_come_first():
    assert next(iter(EXAMPLES)) == "notes"


@pytest.mark.parametrize("key", list(EXAMPLES))
def test_every_example_is_complete(key):
    entry = EXAMPLES[key]
    graph = example(key)
    assert set(entry.inputs) == set(graph.statements.inputs)
    assert entry.held <= set(entry.inputs)
    assert graph.trouble is None
    assert not graph.steep
    assert not graph.statements.unused
    assert len(graph.vertices) <= 60
    assert entry.key == key
    assert all(text.endswith(".") for text in (entry.about, entry.look_for))


def test_the_sigmoid_s_derivative_is_f_times_one_minus_f():
    graph = example("sigmoid")
    f = 1 / (1 + math.exp(-1.0))
    assert graph.value == pytest.approx(f, rel=1e-15)
    assert graph.gradient == pytest.approx({"w": -f * (1 - f), "x": 2 * f * (1 - f), "b": f * (1 - f)}, rel=1e-12)


def test_the_neuron_by_hand():
    graph, at = example("neuron"), EXAMPLES["neuron"].inputs
    z = at["w1"] * at["x1"] + at["w2"] * at["x2"] + at["b"]
    y = math.tanh(z)
    back = 2 * (y - at["t"]) * (1 - y * y)
    assert graph.gradient["w1"] == pytest.approx(back * at["x1"] + 2 * at["lambda"] * at["w1"], rel=1e-12)
    assert graph.gradient["w2"] == pytest.approx(back * at["x2"] + 2 * at["lambda"] * at["w2"], rel=1e-12)
    assert graph.gradient["b"] == pytest.approx(back, rel=1e-12)
    assert graph.gradient["t"] == pytest.approx(-2 * (y - at["t"]), rel=1e-12)


def test_softmax_with_cross_entropy_gives_probability_minus_truth():
    graph = example("softmax")
    logits = np.array([EXAMPLES["softmax"].inputs[name] for name in ("z1", "z2", "z3")])
    probability = np.exp(logits) / np.exp(logits).sum()
    assert graph.value == pytest.approx(-math.log(probability[0]), rel=1e-12)
    assert list(graph.gradient.values()) == pytest.approx(list(probability - [1, 0, 0]), rel=1e-12)


def test_the_examples_values_by_hand():
    first, second = math.tanh(0.5 - 0.3 * 0.8 + 0.1), math.tanh(-0.7 + 0.4 * 0.8 + 0.2)
    expected = {
        "notes": (-2 + 5) * -4,
        "sigmoid": 1 / (1 + math.exp(-1)),
        "neuron": (math.tanh(0.5 - 0.4 * 2 + 0.1) - 1) ** 2 + 0.05 * (0.5**2 + 0.4**2),
        "softmax": math.log(math.exp(1) + math.exp(2) + math.exp(0.5)) - 1,
        "fan_out": 9,
        "doubling": 6,
        "chain_of_n": 64,
        "network": (1.2 * first - 0.6 * second + 0.05 - 1) ** 2,
    }
    assert {key: example(key).value for key in EXAMPLES} == pytest.approx(expected, rel=1e-14)
    held = {"neuron": {"x1", "x2", "t", "lambda"}, "network": {"x1", "x2", "t"}}
    assert {key: set(entry.held) for key, entry in EXAMPLES.items()} == {key: set() for key in expected} | held
    assert EXAMPLES["neuron"].inputs["w1"] == 0.5
    assert chain_of_doublings(1) == "a1 = a0 + a0"


def test_fan_out_and_doublings():
    assert example("fan_out").gradient == {"x": 6.0}
    assert example("doubling").gradient == {"a": 4.0}
    assert example("chain_of_n").gradient == {"a0": 64.0}
    with pytest.raises(ValueError, match="at least one"):
        chain_of_doublings(0)


def test_the_network_is_the_autodiff_network():
    """The scalar graph against MLP and LOSSES, traced with arrays."""
    at = EXAMPLES["network"].inputs
    graph = example("network")
    order = ["w11", "w12", "w21", "w22", "b1", "b2", "v1", "v2", "c"]
    network = MLP((2, 2, 1), "tanh")
    columns = network.columns([[at["x1"], at["x2"]]])

    def loss(parameters):
        return LOSSES["mse"].value(network.forward(parameters, columns), np.array([[at["t"]]]), axis=0)

    value, gradient = value_and_grad(loss)(np.array([at[name] for name in order]))
    assert graph.value == pytest.approx(value, rel=1e-12)
    assert [graph.gradient[name] for name in order] == pytest.approx(list(gradient), rel=1e-12)


def typeset(latex):
    if latex:
        width, height = ziamath.Latex(latex).getsize()
        assert width > 3
        assert height > 3


@pytest.mark.parametrize("key", list(EXAMPLES))
def test_all_latex_can_be_typeset(key):
    graph = example(key)
    written = {text for v in graph.vertices for text in (v.latex, v.rule, v.numbers)}
    written |= {edge.latex for edge in graph.edges}
    for order in Order:
        steps = walk_in_order(graph, order)
        written |= {
            t for i in range(min(steps.last, 40)) for ln in narrate(steps, i).lines for t in (ln.symbols, ln.numbers)
        }
    written.add(multiplications(graph).formula)
    for text in written:
        typeset(text)


@pytest.mark.parametrize("key", ["notes", "fan_out", "chain_of_n", "sigmoid"])
def test_chain_rules_can_be_typeset(key):
    graph = example(key)
    for vertex in graph.vertices:
        if not vertex.is_constant:
            rule = chain_rule(graph, vertex.index, vertex.adjoint)
            typeset(rule.latex)
            typeset(rule.latex_numbers)
            for path in rule.paths[:2]:
                typeset(path.chain)
                typeset(path.symbols)
                typeset(path.numbers)


def test_a_sum_that_waits_shows_a_question_mark_that_can_be_typeset():
    steps = walk(example("softmax"))
    waiting = [ln for i in range(steps.last) for ln in narrate(steps, i).lines if "?" in ln.numbers]
    assert waiting
    for line in waiting:
        typeset(line.numbers)
