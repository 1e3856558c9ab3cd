"""f = (x + y)·z at x = −2, y = 5, z = −4, digit by digit as in the course notes."""

import pytest

from gdsim.core.backprop import EXAMPLES, Phase, compute, narrate, walk

NOTES = EXAMPLES["notes"]


@pytest.fixture
def steps():
    return walk(compute(NOTES.text, NOTES.inputs))


def adjoints(steps, index):
    state = steps.state(index)
    return {v.title: state.adjoints[v.index] for v in steps.computation.vertices}


def test_forward_values_appear_one_by_one(steps):
    found = []
    for index in range(3):
        state = steps.state(index)
        found.append({v.title: state.values[v.index] for v in steps.computation.vertices})
    inputs = {"x": -2.0, "y": 5.0, "z": -4.0}
    assert found == [inputs | {"q": None, "f": None}, inputs | {"q": 3.0, "f": None}, inputs | {"q": 3.0, "f": -12.0}]


def test_backward_adjoints_are_unknown_until_they_are_complete(steps):
    nothing = dict.fromkeys("xyqzf")
    assert steps.last == 5
    assert adjoints(steps, 2) == nothing
    assert adjoints(steps, 3) == nothing | {"f": 1.0}
    assert adjoints(steps, 4) == nothing | {"f": 1.0, "q": -4.0, "z": 3.0}
    assert adjoints(steps, 5) == {"f": 1.0, "q": -4.0, "z": 3.0, "x": -4.0, "y": -4.0}


def test_each_edge_has_its_local_derivative(steps):
    assert [edge.text for edge in steps.computation.edges] == ["∂q/∂x = 1", "∂q/∂y = 1", "∂f/∂q = z", "∂f/∂z = q"]
    assert [edge.local for edge in steps.computation.edges] == [1.0, 1.0, -4.0, 3.0]
    assert steps.computation.edges[2].latex == r"\frac{\partial f}{\partial q} = z"


def test_contributions_are_local_times_upstream(steps):
    found = [(p.local, p.upstream, p.amount) for i in (4, 5) for p in steps.state(i).contributions]
    assert found == [(-4.0, 1.0, -4.0), (3.0, 1.0, 3.0), (1.0, -4.0, -4.0), (1.0, -4.0, -4.0)]


def test_the_words_of_every_step(steps):
    assert [narrate(steps, index).sentence for index in range(6)] == [
        "Given: x = −2, y = 5 and z = −4.  Everything else is still to be computed.",
        "Forward: q = x + y = −2 + 5 = 3.",
        "Forward: f = q·z = 3 · (−4) = −12. This is the output: from here it goes back.",
        "Back: the output changes exactly as itself, ∂f/∂f = 1. All other derivatives are not yet known (?).",
        "Back through f = q·z: ∂f/∂q = z = −4 and ∂f/∂z = q = 3.",
        "Back through q = x + y: ∂f/∂x = −4 · 1 = −4 and ∂f/∂y = −4 · 1 = −4. "
        "All derivatives are there: ∂f/∂x = −4, ∂f/∂y = −4 and ∂f/∂z = 3.",
    ]


def test_the_sum_passes_one_on_whatever_y_is(steps):
    last = narrate(steps, 5)
    assert last.why[0] == "∂q/∂x = 1: when x grows by a little, the sum q grows by exactly as much, whatever y is."
    assert last.lines[0].text == "∂f/∂x = ∂f/∂q · ∂q/∂x = −4 · 1 = −4"


def test_frontier_and_order(steps):
    titles = [v.title for v in steps.computation.vertices]
    frontier = [{titles[i] for i in steps.state(k).frontier} for k in range(6)]
    assert all(isinstance(steps.state(k).frontier, frozenset) for k in range(6))
    assert frontier == [{"q"}, {"f"}, {"f"}, {"f"}, {"q"}, set()]
    assert [titles[i] for i in steps.state(2).order] == ["q", "f"]
    assert [titles[i] for i in steps.state(5).order] == ["f", "q"]
    assert steps.state(3).phase is Phase.SEED
