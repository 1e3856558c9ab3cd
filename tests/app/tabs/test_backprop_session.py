from __future__ import annotations

import math

import numpy as np
import pytest

from gdsim.app.options import Options
from gdsim.app.tabs.backprop.session import BackpropSession
from gdsim.core.autodiff import grad, ops
from gdsim.core.backprop.examples import EXAMPLES
from gdsim.core.backprop.walk import Order


@pytest.fixture
def session(qapp):
    return BackpropSession()


def adjoint(session, name):
    return session.state.adjoints[session.computation.named(name).index]


def value(session, name):
    return session.state.values[session.computation.named(name).index]


def inputs(session):
    return dict(session.experiment.inputs)


def test_the_notes_first_example_digit_by_digit(session):
    assert inputs(session) == {"x": -2.0, "y": 5.0, "z": -4.0}
    assert value(session, "q") is None
    session.advance()
    assert value(session, "q") == 3.0
    assert value(session, "f") is None
    session.advance()
    assert value(session, "f") == -12.0
    assert adjoint(session, "f") is None
    session.advance()
    assert adjoint(session, "f") == 1.0
    assert adjoint(session, "q") is None
    session.advance()
    assert (adjoint(session, "z"), adjoint(session, "q")) == (3.0, -4.0)
    assert adjoint(session, "x") is None
    session.advance()
    assert (adjoint(session, "x"), adjoint(session, "y")) == (-4.0, -4.0)
    assert not session.can_step
    assert session.sentence.tone == "good"


def test_back_seek_and_reset(session):
    session.advance(4)
    session.back()
    assert session.index == 3
    session.seek(99)
    assert session.index == session.count
    session.reset()
    assert session.index == 0
    assert inputs(session)["x"] == -2.0


def test_every_change_is_told_once(session, qtbot):
    told = []
    session.changed.connect(lambda: told.append(session.index))
    for act in (
        session.advance, session.back, session.nudge, session.undo, session.redo, lambda: session.select(2),
        lambda: session.set_input("x", 1.0), lambda: session.set_order(Order.EVERY_PATH),
        lambda: session.set_text("a*b"), lambda: session.set_rate(0.2), lambda: session.set_predict(True),
        lambda: session.set_example("sigmoid"), lambda: session.jump_to(3), session.reset,
    ):  # fmt: skip
        told.clear()
        act()
        assert len(told) == 1


def test_an_input_changes_the_numbers_and_not_the_step(session):
    session.seek(4)
    session.set_input("z", 2.0)
    assert session.index == 4
    assert value(session, "f") == 6.0
    assert adjoint(session, "q") == 2.0
    for bad in (math.nan, math.inf, 1e13):
        with pytest.raises(ValueError, match="between"):
            session.set_input("z", bad)
    assert inputs(session)["z"] == 2.0


def test_a_dragged_slider_is_undone_as_one(session):
    for moved in (0.0, 1.0, 2.0):
        session.set_input("x", moved)
    session.set_input("y", 7.0)
    session.undo()
    assert inputs(session) == {"x": 2.0, "y": 5.0, "z": -4.0}
    session.undo()
    assert inputs(session)["x"] == -2.0
    session.redo()
    assert inputs(session)["x"] == 2.0


def test_steps_against_the_gradient_go_where_the_gradient_says(session):
    session.set_text("f = x^2 + 3*y^2")
    session.set_input("x", 2.0)
    session.set_input("y", 1.0)
    session.set_rate(0.1)
    session.nudge()
    assert inputs(session) == pytest.approx({"x": 2.0 - 0.1 * 4.0, "y": 1.0 - 0.1 * 6.0})
    session.nudge()
    assert session.steps.values == pytest.approx((7.0, 1.6**2 + 3 * 0.4**2, 1.28**2 + 3 * 0.16**2))
    assert session.sentence.tone == "good"
    assert session.can_return
    session.return_to_start()
    assert inputs(session) == {"x": 2.0, "y": 1.0}
    assert session.steps.values == ()
    session.undo()
    assert len(session.steps.nudges) == 2


def test_too_large_a_rate_is_told(session):
    session.set_text("f = x^2")
    session.set_rate(5.0)
    session.nudge()
    assert session.sentence.tone == "warning"
    assert "rose" in session.sentence.text


def test_data_are_left_alone_by_a_gradient_step(session):
    session.set_example("neuron")
    before = inputs(session)
    session.nudge()
    after = inputs(session)
    assert {name for name in after if after[name] == before[name]} == {"x1", "x2", "t", "lambda"}


def test_gradient_steps_that_lead_nowhere_say_why(session):
    session.set_text("f = ln(x)")
    session.set_input("x", -1.0)
    session.nudge()
    assert session.sentence.tone == "bad"
    assert "no gradient" in session.sentence.text
    session.set_text("f = 1/x")
    session.set_input("x", 1e-6)
    session.set_rate(10.0)
    session.nudge()
    assert session.sentence.tone == "bad"
    assert inputs(session)["x"] == 1e-6


def test_a_step_out_of_the_domain_is_refused_and_the_last_good_state_stays(session):
    session.set_text("f = sqrt(x)")
    session.set_input("x", 0.25)
    session.set_rate(0.1)
    session.nudge()  # to 0.25 − 0.1·1 = 0.15
    session.seek(session.count)
    session.set_rate(1.0)
    session.nudge()  # to 0.15 − 1.29 < 0
    assert inputs(session)["x"] == pytest.approx(0.15)
    assert session.steps.values == pytest.approx((0.5, math.sqrt(0.15)))
    assert session.sentence.tone == "bad"
    assert "goes too far, so the inputs stay. There f has no value" in session.refused
    assert "square root of −1.141" in session.refused
    session.set_rate(0.05)
    session.nudge()
    assert session.refused == ""
    assert len(session.steps.nudges) == 2


def test_gradient_steps_are_taken_back_one_by_one_and_done_again(session):
    seen = [inputs(session)]
    for _ in range(3):
        session.nudge()
        seen.append(inputs(session))
    session.take_back()
    assert (inputs(session), len(session.steps.nudges)) == (seen[2], 2)
    session.take_back()
    assert (inputs(session), len(session.steps.nudges)) == (seen[1], 1)
    session.undo()
    assert (inputs(session), len(session.steps.nudges)) == (seen[2], 2)
    session.redo()
    session.take_back()
    assert (inputs(session), session.can_return) == (seen[0], False)
    session.take_back()
    assert inputs(session) == seen[0]


def test_an_undefined_value_stops_the_walk_where_it_arises(session):
    session.set_text("q = ln(x)\nf = q + y*q")
    session.set_input("x", -1.0)
    session.seek(session.count)
    assert session.state.working == session.computation.named("q").index
    assert value(session, "f") is None
    assert session.sentence.tone == "bad"
    assert "logarithm" in session.sentence.text


def test_the_wrong_order_goes_wrong_and_every_path_is_right_with_more_work(session):
    session.set_example("doubling")
    session.set_order(Order.NOT_WAITING)
    session.seek(session.count)
    assert adjoint(session, "a") == 2.0
    assert session.sentence.tone == "warning"
    session.set_order(Order.EVERY_PATH)
    assert session.state.adjoints == (None,) * 3
    session.seek(session.count)
    assert adjoint(session, "a") == 4.0
    assert session.state.multiplications == 6
    session.set_order(Order.TOPOLOGICAL)
    session.seek(session.count)
    assert session.state.multiplications == 4


def test_an_end_that_is_not_right_has_no_tick(session):
    session.set_text("\n".join(f"a{n} = a{n - 1} + a{n - 1}" for n in range(1, 13)))
    session.set_order(Order.EVERY_PATH)
    session.seek(session.count)
    assert session.walk.cut == 2**13 - 2 - 1000
    assert (session.sentence.tone, "7190 more steps" in session.sentence.text) == ("warning", True)
    session.set_text("f = |y|")
    session.set_order(Order.TOPOLOGICAL)
    session.set_input("y", 0.0)
    session.seek(session.count)
    assert session.sentence.tone == "warning"
    assert "0 is taken" in session.sentence.text
    session.set_input("y", 1.0)
    session.seek(session.count)
    assert session.sentence.tone == "good"


def test_what_the_first_argument_alone_means_is_told(session):
    session.set_example("doubling")
    session.seek(session.count)
    assert "by its first and second argument alone. a is used more than once" in session.narration.why[-1]
    session.set_example("notes")
    session.seek(session.count)
    assert not any("alone" in reason for reason in session.narration.why)


def test_a_jump_goes_to_where_a_vertex_is_worked_on(session):
    q = session.computation.named("q").index
    session.jump_to(q)
    assert (session.index, session.selected) == (1, q)
    session.seek(session.count)
    session.jump_to(q)
    assert adjoint(session, "q") == -4.0
    assert adjoint(session, "x") is None
    session.jump_to(session.computation.named("x").index)
    assert adjoint(session, "x") == -4.0


def test_predictions_are_judged_and_never_hold_up_the_walk(session):
    session.set_predict(True)
    assert session.question is None  # on the way forward
    session.seek(3)
    question = session.question
    assert question.text in ("∂f/∂q = ?", "∂f/∂z = ?")
    session.predict(str(-question.expected))
    assert (session.index, session.right, session.asked) == (3, 0, 1)
    assert "sign" in session.answer.text
    session.predict("nonsense(")
    assert session.asked == 1
    session.predict(str(question.expected))
    assert session.index == 3  # the step completes two derivatives, and both are asked
    assert {question.text, session.question.text} == {"∂f/∂q = ?", "∂f/∂z = ?"}
    session.predict(str(session.question.expected))
    assert session.index == 4
    assert session.sentence.tone == "good"
    assert "Right" in session.sentence.text
    session.advance()
    assert session.index == 5
    assert session.question is None


def test_a_right_answer_at_once_counts(session):
    session.set_predict(True)
    session.seek(2)
    session.predict("1")
    assert (session.right, session.asked, session.index) == (1, 1, 3)
    assert session.predict("") is None or session.index == 3


def test_typed_definitions_keep_the_inputs_they_share(session):
    session.set_input("x", 7.0)
    assert session.set_text("f = x*y + w") is None
    assert session.experiment.example == ""
    assert {name: inputs(session)[name] for name in ("x", "y")} == {"x": 7.0, "y": 5.0}
    assert session.index == 0


def test_values_that_were_typed_and_moved_stay_moved_until_typed_anew(session):
    session.set_text("x = 2; f = x*y")
    assert session.experiment.moved == ()
    session.set_input("x", 5.0)
    session.set_text("x = 2; f = x*y + x")
    assert (inputs(session)["x"], session.experiment.moved) == (5.0, ("x",))
    session.set_text("x = 3; f = x*y + x")
    assert (inputs(session)["x"], session.experiment.moved) == (3.0, ())


def test_what_cannot_be_read_changes_nothing(session):
    before = session.experiment
    error = session.set_text("q = x + y\nf = q*sinn(z)")
    assert "sin" in error.message
    assert error.column == len("q = x + y\nf = q*")
    assert session.experiment is before
    assert "200" in session.set_text(";".join(f"a{n}=a{n - 1}+a{n - 1}" for n in range(1, 230))).message


def test_definitions_typed_in_a_row_are_undone_as_one(session):
    for text in ("x", "x*", "x*y", "x*y+1"):
        session.set_text(text)
    session.finish_text()
    session.set_text("x*y+12")
    session.undo()
    assert session.experiment.text == "x*y+1"
    session.undo()
    assert session.experiment.example == "notes"


def test_a_saved_state_comes_back(session, qapp):
    session.set_text("f = x^2 + 3*y^2")
    session.set_rate(0.1)
    session.set_order(Order.EVERY_PATH)
    for _ in range(3):
        session.nudge()
    session.seek(4)
    session.select(2)
    other = BackpropSession()
    other.restore(session.state_to_save())
    assert other.experiment == session.experiment
    assert (other.index, other.selected) == (4, 2)
    assert other.steps.values == session.steps.values


@pytest.mark.parametrize(
    "spoilt",
    [
        {}, {"experiment": 3}, {"experiment": {"text": "x +"}},
        {"experiment": {"example": "", "text": "x", "inputs": {"x": "no"}, "order": "topological"}},
    ],
)  # fmt: skip
def test_a_spoilt_state_is_refused(session, spoilt):
    state = {**session.state_to_save(), **spoilt} if spoilt else {}
    with pytest.raises(ValueError, match=r".+"):
        session.restore(state)
    assert session.experiment.example == "notes"


def test_speed_without_end_is_saved(session):
    session.set_speed(math.inf)
    session.restore(session.state_to_save())
    assert math.isinf(session.experiment.speed)


def test_the_command_line_gives_definitions_and_a_rate(session):
    session.apply(Options(formula="q = x + y; f = q*q", lr=0.25))
    assert session.computation.named("q").name == "q"
    assert session.experiment.rate == 0.25
    with pytest.raises(ValueError, match="foo"):
        session.apply(Options(formula="foo + x"))


def test_playing_steps_at_its_speed_and_stops_at_the_end(ticker, clock):
    session = BackpropSession(ticker, clock)
    session.set_speed(2.0)
    session.play(True)
    clock.now = 0.01
    ticker.tick()
    assert session.index == 1
    clock.now = 1.02
    ticker.tick()
    assert session.index == 3
    for _ in range(5):
        clock.now += 1.0
        ticker.tick()
    assert session.index == session.count
    assert not session.playing


def test_playing_stops_where_something_is_to_be_predicted(ticker, clock):
    session = BackpropSession(ticker, clock)
    session.set_predict(True)
    session.set_speed(100.0)
    session.play(True)
    for _ in range(9):
        clock.now += 1.0
        ticker.tick()
    assert (session.index, session.playing, session.question.text) == (2, False, "∂f/∂f = ?")


@pytest.mark.parametrize("key", EXAMPLES)
def test_every_example_ends_with_the_gradient_of_the_core(session, key):
    session.set_example(key)
    session.seek(session.count)
    check = session.computation.gradient
    assert set(check) == set(inputs(session))
    for name, slope in check.items():
        mine = adjoint(session, session.computation.vertices[session.computation.input_vertices[name]].title)
        assert (0.0 if mine is None else mine) == pytest.approx(slope, rel=1e-12, abs=1e-15)


def test_the_sigmoid_agrees_with_grad_of_the_same_function(session):
    session.set_example("sigmoid")
    session.seek(session.count)

    def sigmoid(w, x, b):
        return 1.0 / (1.0 + ops.exp(-(w * x + b)))

    right = grad(sigmoid, argnum=(0, 1, 2))(*inputs(session).values())
    mine = [adjoint(session, name) for name in ("w", "x", "b")]
    np.testing.assert_allclose(mine, right, rtol=1e-12)


def test_an_unfinished_text_leaves_the_last_that_could_be_read(session):
    for text in ("x", "x*", "x*y", "x*y+"):
        error = session.set_text(text)
    assert error is not None
    assert session.experiment.text == "x*y"
    session.set_text("x*y+2")
    session.finish_text()
    session.undo()
    assert session.experiment.example == "notes"
