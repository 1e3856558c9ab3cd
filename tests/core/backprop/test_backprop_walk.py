"""Every state of a walk is consistent with those before and after it, in the right order and in the wrong ones."""

import itertools

import pytest
from hypothesis import given

from gdsim.core.backprop import (
    EXAMPLES,
    Order,
    Phase,
    compute,
    every_path,
    mistaken,
    narrate,
    not_waiting,
    walk,
    walk_in_order,
)
from tests.core.backprop.backprop_programs import texts, values


@given(texts(), values)
def test_states_grow_and_never_take_back(text, at):
    graph = compute(text, at)
    steps = walk(graph)
    assert steps.last == 2 * len(graph.operations) + 1
    states = [steps.state(index) for index in range(steps.last + 1)]
    seen_frontier = set()
    for before, now in itertools.pairwise(states):
        for old, new in (
            *zip(before.values, now.values, strict=True),
            *zip(before.adjoints, now.adjoints, strict=True),
        ):
            assert old is None or new == old
        if now.phase is Phase.BACKWARD:
            assert now.working in before.frontier
            assert now.working not in now.frontier
            assert before.frontier - {now.working} <= now.frontier
            seen_frontier |= before.frontier
            for part in now.contributions:
                assert part.amount == part.local * part.upstream
                assert part.upstream == now.adjoints[part.target]
                assert not part.late
        elif now.phase is Phase.FORWARD:
            assert now.working in before.frontier
            assert before.values[now.working] is None
            assert now.values[now.working] is not None
    assert seen_frontier == set(graph.operations)
    assert not states[-1].frontier
    assert states[-1].finished
    assert all(total is None or total.complete for total in states[-1].sums)


@given(texts(), values)
def test_awaited_contributions_count_down_to_nothing(text, at):
    graph = compute(text, at)
    steps = walk(graph)
    for vertex in graph.vertices:
        if vertex.is_constant or vertex.index == graph.output:
            continue
        sums = [steps.state(i).sums[vertex.index] for i in range(steps.turning, steps.last + 1)]
        uses = sum(edge.source == vertex.index for edge in graph.edges)
        assert all(len(total.parts) + total.awaited == uses for total in sums)
        assert sums[0].partial is None
        assert [total.awaited for total in sums] == sorted((total.awaited for total in sums), reverse=True)
        step = steps.adjoint_step(vertex.index)
        assert steps.state(step).adjoints[vertex.index] is not None
        assert steps.state(step - 1).adjoints[vertex.index] is None


@given(texts(), values)
def test_multiplications_so_far(text, at):
    steps = walk(compute(text, at))
    counts = [steps.state(i).multiplications for i in range(steps.last + 1)]
    assert counts == sorted(counts)
    assert counts[-1] == sum(edge.local is not None for edge in steps.computation.edges)


@given(texts(), values)
def test_not_waiting_is_wrong_exactly_below_operations_used_more_than_once(text, at):
    graph = compute(text, at)
    steps = not_waiting(graph)
    forks = {v.index for v in graph.vertices if v.is_operation and len(graph.out_of[v.index]) > 1}
    assert {part.source for event in steps.events for part in event.contributions if part.late} == forks
    below = set()
    for vertex in reversed(graph.vertices):
        if vertex.index in forks or vertex.index in below:
            below.update(graph.edges[edge].source for edge in graph.into[vertex.index])
    assert set(mistaken(steps)) <= below
    lost = {part.source for event in steps.events for part in event.contributions if part.late and part.amount}
    if not lost:
        assert not mistaken(steps)


@given(texts(most_lines=4), values)
def test_every_path_is_right(text, at):
    steps = every_path(compute(text, at))
    if not steps.cut:
        assert mistaken(steps) == {}
        assert all(total is None or total.complete for total in steps.end.sums)


def test_two_doublings_in_the_wrong_order():
    graph = compute(EXAMPLES["doubling"].text, {"a": 1.5})
    wrong = not_waiting(graph)
    assert mistaken(wrong) == {graph.named("a").index: (2.0, 4.0)}
    assert len(wrong.end.lost) == 1
    assert narrate(wrong, wrong.last).sentence.endswith("Wrong: ∂c/∂a came out as 2 and is 4.")
    assert "too late: b has already passed on" in narrate(wrong, wrong.last).sentence
    again = every_path(graph)
    assert [again.state(i).multiplications for i in range(again.last + 1)] == [0, 0, 0, 0, 1, 2, 3, 4, 5, 6]
    assert again.end.adjoints[graph.named("a").index] == 4.0


def test_x_times_x_keeps_both_edges_in_every_order():
    graph = compute("x*x", {"x": 3.0})
    for order in Order:
        assert walk_in_order(graph, order).end.adjoints[0] == 6.0
        assert walk_in_order(graph, order).order is order


def test_too_many_paths_are_cut_and_counted():
    graph = compute("\n".join(f"a{i + 1} = a{i} + a{i}" for i in range(40)))
    steps = every_path(graph)
    shown = sum(event.phase is Phase.BACKWARD for event in steps.events)
    assert shown == 1000
    assert steps.cut == 2**41 - 2 - 1000
    assert "more steps follow" in narrate(steps, steps.last).sentence


def test_a_sum_being_filled_works_out_only_what_is_new():
    steps = walk(compute("q = x^2; r = x^3; f = q + r + x", {"x": 2.0}))
    found = [line.short for i in range(steps.last + 1) for line in narrate(steps, i).lines if line.short[:5] == "∂f/∂x"]
    assert found == ["∂f/∂x = 1 + ?", "∂f/∂x = 1 + 1 · 12 + ? = 1 + 12 + ?", "∂f/∂x = 1 + 12 + 1 · 4 = 17"]


@pytest.mark.parametrize("index", [-5, 0, 3, 99])
def test_any_index_is_brought_into_range(index):
    steps = walk(compute("x*y"))
    assert steps.last == 3
    assert steps.state(index).index == min(max(index, 0), 3)


@pytest.mark.parametrize("order", [Order.NOT_WAITING, Order.EVERY_PATH])
def test_depth_first_the_next_step_is_the_frontier(order):
    steps = walk_in_order(compute("q = x*y; f = q*q + x", {"x": 2.0, "y": 3.0}), order)
    found = [steps.state(index).frontier for index in range(steps.turning + 1, steps.last + 1)]
    assert found == [*({event.vertex} for event in steps.events[steps.turning + 2 :]), set()]
    assert steps.events[steps.turning + 1].vertex == steps.computation.output


def test_the_state_asked_for_last_is_kept():
    steps = walk(compute("x*y"))
    second = steps.state(2)
    assert steps.state(2) is second
    steps.state(3)
    assert steps.state(2) is not second
    assert steps.state(2) == second


def test_a_sum_that_waits_is_no_adjoint_yet():
    steps = walk(compute("q = x^2; r = x^3; f = q + r + x", {"x": 2.0}))
    x = steps.computation.named("x").index
    found = [(state.adjoints[x], state.sums[x].partial, state.sums[x].awaited) for state in map(steps.state, range(10))]
    nothing = (None, None, 3)
    assert found == [*[nothing] * 6, *[(None, 1.0, 2)] * 2, (None, 13.0, 1), (17.0, 17.0, 0)]


def test_where_to_jump_to():
    steps = walk(compute("q = x + y; f = q*z"))
    q = steps.computation.named("q").index
    assert steps.step_of(q) == 1
    assert steps.step_of(q, Phase.BACKWARD) == 5
    assert steps.adjoint_step(q) == 4
    assert steps.step_of(steps.computation.named("x").index) is None


@pytest.mark.parametrize("order", list(Order))
@pytest.mark.parametrize("key", list(EXAMPLES))
def test_every_step_of_every_example_has_its_words(key, order):
    example = EXAMPLES[key]
    steps = walk_in_order(compute(example.text, example.inputs), order)
    for index in range(steps.last + 1):
        words = narrate(steps, index)
        assert words.title
        assert words.sentence.endswith(".")
        assert "None" not in words.sentence
        assert words.lines


def test_what_came_too_late_may_have_been_nothing():
    steps = not_waiting(compute("q = x*y; f = q + z*q", {"x": 2.0, "y": 3.0, "z": 0.0}))
    assert steps.end.lost
    assert mistaken(steps) == {}
    assert narrate(steps, steps.last).sentence.endswith("What came too late makes no difference here, at these values.")


@pytest.mark.parametrize("order", list(Order))
def test_nothing_comes_back_from_what_has_no_value(order):
    steps = walk_in_order(compute("q = ln(x); f = q*q", {"x": -2.0}), order)
    assert [event.phase for event in steps.events if event.phase in (Phase.SEED, Phase.BACKWARD)] == []
    assert steps.cut == 0
    assert narrate(steps, steps.last).sentence.endswith("needs a number above 0. The pass stops here.")


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("f = x", ("∂f/∂x = 1: f is only another name for x.",)),
        (
            "f = x^y",
            ("∂f/∂x = y·x^(y − 1): power rule.", "∂f/∂y = f·ln(x): exponential rule, because y is the exponent."),
        ),
    ],
)
def test_reasons_for_names_and_powers(text, reasons):
    steps = walk(compute(text, {"x": 2.0, "y": 3.0}))
    assert narrate(steps, steps.last).why == reasons


def test_the_last_sentence_is_short_enough_to_be_seen_whole():
    many = "f = (a*b + c*d - h*k + l*m)*(n + o)/(p*q + t^2) + 0.001234*a"
    for text, ending in (
        (many, "∂f/∂h = −0.07463, and 8 more."),
        ("f = x*y*z", "∂f/∂x = 1.5, ∂f/∂y = 1 and ∂f/∂z = 6."),
    ):
        steps = walk(compute(text))
        sentence = narrate(steps, steps.last).sentence
        assert sentence.endswith(ending)
        assert len(sentence) <= 215
