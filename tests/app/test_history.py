from __future__ import annotations

from gdsim.app.history import MOST_BYTES, History


def test_undo_and_redo_walk_the_same_way():
    history: History[str] = History()
    history.remember("a")
    history.remember("b")
    assert history.undo("c") == "b"
    assert history.undo("b") == "a"
    assert history.undo("a") is None
    assert history.redo("a") == "b"
    assert history.redo("b") == "c"
    assert not history.can_redo


def test_a_slider_that_is_dragged_is_undone_as_one():
    history: History[int] = History()
    for value in range(5):
        history.remember(value, "rate")
    assert history.undo(5) == 0
    assert not history.can_undo


def test_an_interruption_ends_the_merging():
    history: History[int] = History()
    history.remember(0, "rate")
    history.interrupt()
    history.remember(1, "rate")
    assert history.undo(2) == 1


def test_a_change_after_undo_forgets_the_future():
    history: History[str] = History()
    history.remember("a")
    history.undo("b")
    history.remember("a")
    assert not history.can_redo


def test_the_memory_is_bounded():
    history: History[int] = History()
    for value in range(1000):
        history.remember(value)
    undone = 0
    while history.undo(-1) is not None:
        undone += 1
    assert undone == 200


def test_what_takes_much_memory_is_kept_less_long():
    history: History[int] = History(lambda moment, before: MOST_BYTES / 4 if before is None or moment % 2 else 0.0)
    for value in range(20):
        history.remember(value)
    assert len(history._past) == 8  # four of them weigh something


def test_the_newest_moment_is_kept_however_large():
    history: History[int] = History(lambda moment, before: 2 * MOST_BYTES)
    for value in range(3):
        history.remember(value)
    assert history.undo(3) == 2
    assert not history.can_undo
