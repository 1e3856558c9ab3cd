"""Lines of a formula that are set one a frame, when their tab goes before they are all there."""

from __future__ import annotations

from shiboken6 import delete

from gdsim.app.tabs.descend.numbers import FormulaLines
from gdsim.app.widgets.formula_label import FormulaWindow


def test_lines_that_are_gone_are_not_set_any_more(qapp, ticker):
    lines = FormulaLines(1.0)
    lines.set_in_turn(("x", "y", "z"), "three letters", ticker)
    delete(lines)
    ticker.tick()
    assert not ticker.active


def test_other_lines_take_the_place_of_those_under_way(qapp, ticker):
    lines = FormulaLines(1.0)
    lines.set_in_turn(("x", "y", "z"), "three letters", ticker)
    lines.set_in_turn(("u", "v"), "two letters", ticker)
    ticker.finish()
    assert lines.lines == ("u", "v")
    delete(lines)


def test_who_comes_back_to_the_lines_that_are_shown_keeps_them(qapp, ticker):
    lines = FormulaLines(1.0)
    lines.set_lines(("x",), "a letter")
    lines.set_in_turn(("u",), "another", ticker)
    lines.set_in_turn(("x",), "a letter", ticker)
    ticker.finish()
    assert [window.label.latex for window in lines.findChildren(FormulaWindow)] == [r"\,x"]
    delete(lines)
