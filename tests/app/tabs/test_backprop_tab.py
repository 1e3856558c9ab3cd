from __future__ import annotations

import csv
import io
import re

import pytest
from gestures import keys, type_over
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from gdsim.app import cli
from gdsim.app.options import Options
from gdsim.app.tabs import TABS
from gdsim.app.tabs.backprop.readings import chain_lines, chain_words, coloured, whole
from gdsim.app.tabs.backprop.worked import WorkedLines, packed, seen_length, split_equalities
from gdsim.app.widgets.fold_group import FoldGroup
from gdsim.app.widgets.formula_label import FormulaLabel, FormulaWindow
from gdsim.app.widgets.tab_order import stops
from gdsim.core.backprop.examples import EXAMPLES
from gdsim.core.backprop.inspection import inspect
from gdsim.core.backprop.walk import Order
from gdsim.core.numerals import in_words

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def tab(context, shown):
    tab = shown(TABS["backprop"].make(context), 1280, 740)
    yield tab
    tab.stop()


@pytest.fixture
def session(tab):
    return tab.session


@pytest.fixture
def settle(context):
    """Let the formulas be typeset."""
    return context.ticker.finish


def click(tab, title: str, double: bool = False) -> None:
    box = tab.graph.box_of(tab.session.computation.named(title).index)
    place = QPoint(round(box.x + box.width / 2), round(box.y + box.height / 2))
    (QTest.mouseDClick if double else QTest.mouseClick)(tab.graph, LEFT, pos=place)


def node(tab, title: str):
    return tab.graph.picture.nodes[tab.session.computation.named(title).index]


def enter(field, text: str) -> None:
    type_over(field.edit, text)
    keys(field.edit, Qt.Key.Key_Return)


def test_the_first_ten_seconds(tab, session):
    assert "x = −2, y = 5" in tab.sentence.text
    assert node(tab, "q").value is None
    tab.transport.step_button.click()
    assert node(tab, "q").value == 3.0
    assert node(tab, "q").working
    assert "q = x + y = −2 + 5 = 3" in tab.sentence.text
    assert node(tab, "f").frontier
    assert tab.transport.position.text() == "step 1 of 5"


def test_the_chain_rule_of_the_notes_is_worked_in_symbols_and_numbers(tab, session, settle):
    session.seek(4)
    settle()
    lines = " ".join(tab.side.step.lines)
    assert r"\frac{\partial f}{\partial q} = z" in lines
    assert "-4" in lines
    session.seek(5)
    settle()
    assert "the sum q grows by exactly as much" in tab.side.why.text()
    assert r"\frac{\partial q}{\partial x}" in " ".join(tab.side.step.lines)
    edge = tab.graph.picture.edges[0]
    assert (edge.local, edge.upstream, edge.contribution) == (1.0, -4.0, -4.0)


def seen(lines) -> list[str]:
    return [each.latex for each in lines.findChildren(FormulaLabel) if each.isVisible()]


def test_worked_lines_of_two_steps_are_never_seen_together(context, shown):
    lines = shown(WorkedLines(context.ticker), 300, 300)
    lines.set_lines((r"\frac{a}{2} = 1", "b = 2"), "")
    context.ticker.finish()
    assert seen(lines) == [r"\frac{a}{2} = 1", "b = 2"]
    lines.set_lines(("c = 3", "d = 4", "g = 5"), "")
    assert seen(lines) == []
    for _ in lines._set():
        assert seen(lines) in ([], ["c = 3", "d = 4", "g = 5"])
    assert len(seen(lines)) == 3
    lines.set_lines(("h = 6",), "")
    lines.stop()
    lines.hide()
    lines.show()  # what was given up comes when it is looked at again
    context.ticker.finish()
    assert seen(lines) == ["h = 6"]


def test_long_chains_are_broken_and_nothing_scrolls_sideways(tab, session, settle):
    text = "k1 = l*y; k2 = l*(y + h*k1/2); k3 = l*(y + h*k2/2); k4 = l*(y + h*k3); f = y + h*(k1 + 2k2 + 2k3 + k4)/6"
    session.set_text(text)
    session.seek(session.count)
    settle()
    windows = [window for window in tab.findChildren(FormulaWindow) if window.isVisible()]
    assert len(windows) > 20
    assert [window.label.latex for window in windows if window.scrolls] == []


def test_a_clicked_vertex_is_explained(tab, session, settle):
    click(tab, "x")
    assert session.selected == session.computation.named("x").index
    assert tab.graph.picture.selected == session.selected
    settle()
    assert any(r"\frac{\partial q}{\partial x}" in line for line in tab.side.chain.lines)
    assert "they agree" in tab.side.check.text()
    session.nudge()
    # x went from −2 to −2 + 0.05·4 = −1.8, which accounts for −4 · 0.2
    assert "moved by 0.2" in tab.side.share.text()
    assert "−0.8" in tab.side.share.text()
    tab.side.close_button.click()
    assert session.selected is None
    assert tab.side.check.isHidden()


def test_a_double_click_jumps(tab, session):
    click(tab, "f", double=True)
    assert session.index == 2


def test_an_input_by_slider_and_by_field(tab, session):
    row = tab.controls.inputs.rows["x"]
    enter(row.field, "3")
    assert dict(session.experiment.inputs)["x"] == 3.0
    row.slider.track.setFocus()
    keys(row.slider.track, Qt.Key.Key_Right)
    assert dict(session.experiment.inputs)["x"] > 3.0
    enter(row.field, "1e15")
    assert "between" in row.field.problem.text()
    enter(row.field, "40")
    assert row.slider.scale.high == 50.0


def test_the_output_falls_by_the_button(tab, session):
    assert not tab.side.falls.isVisible()
    for _ in range(3):
        tab.controls.nudge.button.click()
    assert session.steps.values[0] == -12.0
    assert list(session.steps.values) == sorted(session.steps.values, reverse=True)
    assert tab.side.falls.isVisible()
    assert list(tab.side.falls.picture.series[0].y) == list(session.steps.values)
    assert "fell" in tab.controls.nudge.words.text()
    start, end = session.steps.values[-2:]
    session.select(session.computation.named("x").index)
    assert tab.side.share.text().endswith(f"in all, and {in_words(end - start)} came.")
    tab.controls.nudge.back_button.click()
    assert len(tab.side.falls.picture.series[0].y) == 3
    tab.controls.nudge.start_button.click()
    assert dict(session.experiment.inputs)["x"] == -2.0
    assert not tab.controls.nudge.back_button.isEnabled()


def test_a_rate_is_typed_or_refused(tab, session):
    enter(tab.controls.nudge.field, "0.3")
    assert session.experiment.rate == 0.3
    enter(tab.controls.nudge.field, "-1")
    assert tab.controls.nudge.field.problem.text()
    assert session.experiment.rate == 0.3


def test_definitions_are_walked_as_they_are_typed(tab, session):
    edit = tab.controls.statements.edit
    edit.setFocus()
    edit.selectAll()
    QTest.keyClicks(edit, "a = x*y")
    keys(edit, Qt.Key.Key_Return)
    QTest.keyClicks(edit, "f = a + a")
    assert session.experiment.text == "a = x*y\nf = a + a"
    assert tab.controls.example.currentIndex() == -1
    assert sorted(tab.controls.inputs.rows) == ["x", "y"]
    assert len(tab.graph.picture.edges) == 4
    tab.undo()
    assert session.experiment.example == "notes"
    assert edit.toPlainText() == EXAMPLES["notes"].text


def test_what_is_wrong_is_underlined_at_its_column_and_escape_goes_back(tab, session):
    statements = tab.controls.statements
    statements.edit.setFocus()
    statements.edit.selectAll()
    QTest.keyClicks(statements.edit, "f = x + foo")
    assert statements.edit.toPlainText() == "f = x + foo"
    assert statements.problem_column == 8
    assert statements.message.isVisible()
    assert statements.message.text().startswith("Column 9:")
    mark = statements.edit.extraSelections()[0]
    assert (mark.cursor.selectionStart(), mark.cursor.selectedText()) == (8, "f")
    assert statements.edit.accessibleDescription() == statements.message.text()
    keys(statements.edit, Qt.Key.Key_Escape)
    assert not statements.wrong
    assert statements.edit.toPlainText() == session.experiment.text


def test_the_line_of_a_mistake_is_named(tab):
    statements = tab.controls.statements
    statements.edit.setPlainText("q = x + y\nf = q*")
    assert statements.message.text().startswith("Line 2, column 7:")


def test_what_was_read_is_typeset_after_a_pause(tab, clock, context):
    statements = tab.controls.statements
    statements.edit.setPlainText("f = sqrt(x)")
    assert not any("sqrt" in line for line in statements.typeset.lines)
    clock.now += 1.0
    context.ticker.tick()
    assert statements.typeset.lines == (r"f = \sqrt{x}",)


def test_control_return_gives_the_keyboard_back(tab):
    edit = tab.controls.statements.edit
    edit.setFocus()
    QTest.keyClick(edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert not edit.hasFocus()


@pytest.mark.parametrize("key", EXAMPLES)
def test_every_example_is_shown_whole_and_to_its_end(tab, session, settle, key):
    tab.controls.example.chosen.emit(key)
    assert session.experiment.example == key
    for index in range(session.count + 1):
        session.seek(index)
    settle()
    assert all(box.right * tab.graph.view.zoom < tab.graph.width() for box in tab.graph.layout_now.boxes)
    for shown, vertex in zip(tab.graph.picture.nodes, session.computation.vertices, strict=True):
        assert shown.value == vertex.value
        assert shown.adjoint == vertex.adjoint
    assert EXAMPLES[key].look_for in tab.controls.about.text()


def test_a_sum_is_seen_being_filled(tab, session):
    session.set_example("neuron")
    w1 = session.computation.named("w₁").index
    filling = []
    for index in range(session.count + 1):
        session.seek(index)
        shown = tab.graph.picture.nodes[w1]
        filling.append((len(shown.sum_so_far), shown.awaited, shown.adjoint is None))
    assert (0, 2, True) in filling
    assert (1, 1, True) in filling
    assert filling[-1] == (2, 0, False)


def test_an_undefined_value_is_marked_at_its_vertex(tab, session):
    session.set_text("f = y*ln(x)")
    tab.controls.inputs.rows["x"].field.edit.setFocus()
    enter(tab.controls.inputs.rows["x"].field, "-1")
    session.seek(session.count)
    marked = [shown for shown in tab.graph.picture.nodes if shown.problem]
    assert [shown.symbol for shown in marked] == ["ln"]
    assert tab.sentence.tone == "bad"
    assert not tab.controls.nudge.button.isEnabled()


def test_the_wrong_order_is_chosen_and_marked(tab, session):
    session.set_example("doubling")
    tab.controls.order.setCurrentIndex(1)
    tab.controls.order.activated.emit(1)
    assert session.experiment.order is Order.NOT_WAITING
    session.seek(session.count)
    assert (node(tab, "a").adjoint, node(tab, "a").right) == (2.0, 4.0)
    assert any(edge.lost for edge in tab.graph.picture.edges)
    assert tab.sentence.tone == "warning"
    session.set_order(Order.EVERY_PATH)
    session.seek(session.count)
    assert [edge.passes for edge in tab.graph.picture.edges] == [2, 2, 1, 1]
    assert tab.side.counts.value_text("now") == "6"
    assert tab.side.counts.value_text("reuse") == "4"


def test_two_to_the_sixty_is_counted(tab, session):
    session.set_text("\n".join(f"a{n} = a{n - 1} + a{n - 1}" for n in range(1, 61)))
    assert tab.side.counts.value_text("reuse") == "120"
    assert tab.side.counts.value_text("paths") == "1.153·10¹⁸"
    assert "2^{61} - 2" in tab.side.count_formula.lines[0]


def test_predictions_are_asked_for_judged_and_skipped(tab, session):
    bar = tab.predict_bar
    assert not bar.isVisible()
    tab.controls.predict.click()
    assert bar.isVisible()
    assert not bar.edit.isVisible()
    session.seek(4)
    assert bar.question.text() == "∂f/∂x = ? (1 of 2)"
    type_over(bar.edit, "4")
    keys(bar.edit, Qt.Key.Key_Return)
    assert "sign" in bar.reply.text()
    QTest.keyClicks(bar.edit, "q*0 - 4")  # over the wrong one
    bar.check_button.click()
    assert (session.index, bar.question.text(), bar.edit.text()) == (4, "∂f/∂y = ? (2 of 2)", "")
    assert "Right: ∂f/∂x" in tab.sentence.text
    type_over(bar.edit, "7")
    bar.check_button.click()
    assert tab.sentence.tone == "neutral"
    type_over(bar.edit, "z")
    keys(bar.edit, Qt.Key.Key_Return)
    assert session.index == 5
    assert bar.score.text() == "0 of 2 right at once"
    session.seek(3)
    bar.skip_button.click()
    assert session.index == 4


def test_what_is_asked_can_be_read_nowhere(tab, session):
    tab.controls.predict.click()
    x = session.computation.named("x").index
    session.select(x)
    for index in range(session.count):
        session.seek(index)
        answers = {"−4", "-4.0"} if index < 4 else {"∂f/∂x = −4", "∂q/∂x = 1"}
        seen = [tab.controls.about.text(), tab.dot().replace("z = −4", ""), tab.graph.picture.describe(("node", x))]
        seen += [tab.graph.picture.describe(("edge", number)) for number in range(4)] if index < 4 else []
        assert tab.side.chain.isHidden()
        assert not [text for text in seen for answer in answers if answer in text], index
        shown = tab.graph.picture.edges
        assert [edge.local is None for edge in shown] == [True, True, index < 4, index < 4]
    session.advance()
    assert not tab.side.chain.isHidden()
    assert [edge.local for edge in tab.graph.picture.edges] == [1.0, 1.0, -4.0, 3.0]


def test_the_step_button_goes_on_without_an_answer(tab, session):
    session.set_predict(True)
    session.seek(3)
    tab.transport.step_button.click()
    assert session.index == 4


def test_everything_by_keyboard(tab, session, qtbot):
    actions = {action.title: action for action in tab.actions()}
    actions["Walk on the graph with the arrow keys"].callback()
    assert tab.graph.hasFocus()
    keys(tab.graph, Qt.Key.Key_Home, Qt.Key.Key_Right, Qt.Key.Key_Return)
    assert session.selected == session.computation.named("q").index
    assert "q" in tab.graph.accessibleDescription()
    keys(tab.graph, Qt.Key.Key_Return, shift=True)
    assert session.index == 1
    keys(tab.graph, Qt.Key.Key_Escape)
    assert session.selected is None
    actions["Step against the gradient"].callback()
    assert len(session.steps.nudges) == 1
    session.set_predict(True)
    session.seek(3)
    assert actions["Answer the question"].enabled()
    actions["Answer the question"].callback()
    assert tab.predict_bar.edit.hasFocus()
    keys(tab.predict_bar.edit, Qt.Key.Key_Escape)
    assert session.index == 4
    actions["Predict first"].callback()
    assert not session.experiment.predict
    actions["Way back: depth first without waiting"].callback()
    assert session.experiment.order is Order.NOT_WAITING
    ticked = [title for title, action in actions.items() if action.checked is not None and action.checked()]
    assert ticked == ["Way back: depth first without waiting"]


def test_every_control_has_a_name(tab):
    session = tab.session
    for widget in (
        tab.graph, tab.controls.example, tab.controls.statements.edit, tab.controls.order, tab.controls.predict,
        tab.controls.nudge.button, tab.controls.nudge.field.edit, tab.controls.nudge.slider, tab.predict_bar.edit,
        *(row.field.edit for row in tab.controls.inputs.rows.values()),
        *(row.slider for row in tab.controls.inputs.rows.values()), tab.side.falls,
    ):  # fmt: skip
        assert widget.accessibleName()
    session.seek(2)
    assert "2 of 5" in tab.transport.position.text()


def test_pictures_table_and_dot(tab, session, tmp_path):
    session.seek(4)
    (graph,) = tab.pictures()
    assert b"<svg" in graph.svg()
    assert graph.png().startswith(b"\x89PNG")
    rows = list(csv.reader(io.StringIO(tab.table().csv())))
    assert rows[0] == ["vertex", "name", "rule", "value", "adjoint"]
    by_name = {row[1]: row[2:] for row in rows[1:]}
    assert by_name["q"] == ["q = x + y", "3.0", "-4.0"]
    assert by_name["x"][2] == ""  # not computed yet, which is not 0
    tab.save_dot_to(tmp_path / "graph")
    dot = (tmp_path / "graph.dot").read_text(encoding="utf-8")
    assert dot.startswith("digraph")
    assert len(re.findall(r"->", dot)) == 4
    session.nudge()
    assert [picture.name for picture in tab.pictures()] == ["graph", "descent"]


def test_a_file_that_cannot_be_written_is_told(tab, context, qtbot, tmp_path):
    with qtbot.waitSignal(context.notices.said) as told:
        tab.save_dot_to(tmp_path / "missing" / "graph.dot")
    assert told.args[1] == "bad"


def test_what_was_shown_is_shown_again(tab, context, shown):
    tab.session.set_example("neuron")
    tab.session.set_predict(True)
    tab.session.seek(15)
    other = shown(TABS["backprop"].make(context), 1100, 700)
    other.restore_state(tab.save_state())
    assert other.session.experiment == tab.session.experiment
    assert other.graph.picture == tab.graph.picture
    assert other.predict_bar.isVisible()
    other.stop()


def test_the_command_line_opens_a_formula(ticker, themes, shown):
    from gdsim.app.context import Context
    from gdsim.app.settings import Settings

    tab = shown(TABS["backprop"].make(Context(ticker, themes, Settings(), Options(formula="q=a+b; f=q^2"))), 1280, 740)
    tab.advance(2)
    assert node(tab, "f").value is not None
    assert tab.transport.position.text().startswith("step 2")
    tab.stop()


@pytest.mark.parametrize(
    ("formula", "said"),
    [("(x+y)*z", ""), ("q = a + b; f = q*w1", ""), ("q = x +; f = q", "column 8"), ("x + foo", "foo"), ("3", "letter")],
)
def test_the_command_line_checks_definitions_for_this_tab(formula, said):
    found = cli.check_names(Options(tab="backprop", formula=formula))
    assert (said in found) if said else found == ""


def test_what_is_pointed_at_is_told_with_its_reason(tab, session):
    session.seek(4)
    describe = tab.graph.picture.describe
    q, x = session.computation.named("q").index, session.computation.named("x").index
    assert describe(("node", q)) == "q = −2 + 5 = 3. ∂f/∂q = −4."
    assert describe(("node", x)) == "x = −2. ∂f/∂x is not computed yet."
    edges = {(edge.source, edge.target): number for number, edge in enumerate(session.computation.edges)}
    assert "whatever y is" in describe(("edge", edges[x, q]))
    flowed = describe(("edge", edges[q, session.computation.output]))
    assert flowed == "∂f/∂q = z = −4. local × upstream = contribution: −4 × 1 = −4."


def test_equations_are_split_and_packed():
    assert split_equalities(r"\frac{a = b}{c} = z = -4") == [r"\frac{a = b}{c}", "z", "-4"]
    assert packed(["a", "b", "-4"]) == ["a = b = {-4}"]
    assert packed(["a", "b" * 20, "c" * 20]) == ["a = " + "b" * 20, r"\quad = " + "c" * 20]
    assert seen_length(r"\frac{\partial f}{\partial q} \cdot 2") == 3


def test_derivatives_have_their_colour_in_sentences():
    assert coloured("Back: ∂f/∂q = z = −4 and ∂L/∂w₁₁ = 2.") == {"∂f/∂q": "gradient", "∂L/∂w₁₁": "gradient"}


@pytest.mark.parametrize(("number", "text"), [(12, "12"), (10**12 - 1, "999999999999"), (2**60, "1.153·10¹⁸")])
def test_counts_are_exact_as_long_as_they_can_be_read(number, text):
    assert whole(number) == text
    assert whole(10**400) == "more than 10³⁰⁰"


def explained(session, title):
    return inspect(session.computation, session.computation.named(title).index, None)


def test_eight_paths_are_written_out(tab, session):
    session.set_text("b = a + a; c = b + b")
    assert chain_words(explained(session, "a")) == "A sum over 4 paths from the output."
    assert sum(line.startswith(r"+ \;") for line in chain_lines(explained(session, "a"))) == 3
    session.set_text("b = a + a; c = b + b; d = c + c; f = d + d")
    assert chain_words(explained(session, "a")).endswith("16 paths from the output; 8 of them are written out.")


def test_in_a_narrow_window_a_click_brings_the_explanation_forward(context, shown):
    tab = shown(TABS["backprop"].make(context), 1000, 640)
    assert tab.narrow
    assert not tab.side.isVisible()
    click(tab, "q")
    assert tab.side.isVisible()
    tab.stop()


def test_an_edge_into_an_undefined_value_says_so(tab, session):
    session.set_text("log(x) + y")
    session.set_input("x", -1.0)
    session.seek(session.count)
    into = session.computation.trouble.vertex
    assert [edge.undefined for edge in tab.graph.picture.edges] == [
        edge.target == into for edge in tab.graph.picture.edges
    ]
    number = next(n for n, edge in enumerate(tab.graph.picture.edges) if edge.target == into)
    assert tab.graph.picture.describe(("edge", number)).startswith("∂v₁/∂x is undefined here")


def reached_by_tab(start, count):
    """The names of what Tab comes to from a widget on."""
    return [widget.accessibleName() for widget in stops(start)][:count]


def test_tab_follows_the_eye_also_after_other_definitions(tab, session):
    session.set_text("f = y*ln(x)")
    assert reached_by_tab(tab.controls.statements.edit, 7) == [
        "Inputs", "Input y 5", "Input y", "Input x −2", "Input x", "Gradient step", "rate",
    ]  # fmt: skip
    assert reached_by_tab(tab.controls.order, 3) == ["Predict first", "Computation graph", "Your prediction"]


@pytest.fixture
def window(context, qtbot):
    from gdsim.app.main_window import MainWindow

    window = MainWindow(context, {"backprop": TABS["backprop"]}, "backprop")
    qtbot.addWidget(window)
    window.resize(1280, 800)
    window.show()
    assert QTest.qWaitForWindowActive(window)
    yield window
    window.close()


def test_a_question_once_answered_leaves_the_keyboard_where_it_is(window):
    tab, session = window.tab, window.tab.session
    session.set_predict(True)
    session.seek(session.walk.turning + 1)
    tab.predict_bar.ask()
    keys(tab.predict_bar.edit, Qt.Key.Key_3, Qt.Key.Key_Return)
    session.set_predict(False)
    assert window.focusWidget() is window  # the field is gone: Space plays, and presses no button
    edit = tab.controls.statements.edit
    edit.setFocus()
    edit.selectAll()
    for letter in "f = log(x)*y":
        QTest.keyClicks(window.focusWidget(), letter)
    assert (edit.toPlainText(), session.playing) == ("f = log(x)*y", False)
    tab.graph.setFocus()
    tab.transport.request_step()
    assert tab.graph.hasFocus()


def test_arrows_step_whatever_was_clicked_and_wherever_tab_has_gone(window):
    tab, session = window.tab, window.tab.session
    tab.controls.inputs.rows["x"].field.edit.setFocus()
    click(tab, "q")
    for focused in (None, tab.controls.example, tab.controls.order, tab.side.findChild(FoldGroup).header):
        if focused is not None:
            focused.setFocus(Qt.FocusReason.TabFocusReason)
        before = session.index
        keys(window.focusWidget(), Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left)
        assert session.index == before + 1, focused
    assert session.experiment.example == "notes"
    assert session.experiment.order is Order.TOPOLOGICAL
    tab.graph.setFocus(Qt.FocusReason.TabFocusReason)
    keys(tab.graph, Qt.Key.Key_Right)
    assert session.index == 4  # there the arrows walk on the graph
    tab.controls.statements.edit.setFocus()
    QTest.keyClick(tab.controls.statements.edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    keys(window, Qt.Key.Key_Left)
    assert session.index == 3
    keys(window, Qt.Key.Key_Tab)
    assert window.focusWidget().accessibleName() == "Inputs"  # what follows the definitions
