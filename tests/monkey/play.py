"""Plays events, drawn or from a script, and looks after each whether something went wrong."""

from __future__ import annotations

import faulthandler
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TextIO

from tests.monkey.deeds import Event, do
from tests.monkey.invariants import difference, plan, problems, state_of
from tests.monkey.watch import Problem, Watch
from tests.monkey.world import World

LONGEST = 60.0  # seconds for one event, after which the process ends itself and says where it hangs
_SLOWEST = 8


@dataclass
class Outcome:
    """`problem` is None when all went well."""

    problem: Problem | None = None
    signatures: set[str] = field(default_factory=set)
    events: int = 0
    checks: int = 0
    slowest: list[tuple[float, Event]] = field(default_factory=list)


def play(
    next_event: Callable[[], Event | None],
    world: World,
    watch: Watch,
    script: TextIO | None = None,
    told: Callable[[int, Problem], object] | None = None,
) -> Outcome:
    """Until there is no event left, or something goes wrong.  Each event is written to `script` before it is done.

    With `told` it goes on after a mistake, and each other one is told with the number of the event.
    """
    outcome = Outcome()
    while (event := next_event()) is not None:
        if script is not None:
            script.write(json.dumps(event) + "\n")
            script.flush()
        faulthandler.dump_traceback_later(LONGEST, exit=True)
        begun = time.thread_time()
        try:
            watch.problems += _one(event, world, outcome)
        except Exception:  # noqa: BLE001 - whatever gdsim lets through is what is looked for
            watch.exception(*sys.exc_info())  # type: ignore[arg-type]
        outcome.events += 1
        took = time.thread_time() - begun
        outcome.slowest = sorted([*outcome.slowest, (took, event)], key=lambda each: -each[0])[:_SLOWEST]
        if watch.problems and told is None:
            outcome.problem = watch.problems[0]
            break
        for problem in watch.problems:
            if problem.signature not in outcome.signatures:
                outcome.signatures.add(problem.signature)
                told(outcome.events, problem)
        watch.problems.clear()
    faulthandler.cancel_dump_traceback_later()
    return outcome


def _one(event: Event, world: World, outcome: Outcome) -> list[Problem]:
    if event[0] == "check":
        outcome.checks += 1
        return list(problems(world, bool(event[1])))
    if event[0] == "restart":
        return _restart(world)
    do(event, world)
    world.frames(1)
    return list(plan(world.window))


def _restart(world: World) -> list[Problem]:
    """Quit and start again: every tab shows what it showed."""
    tabs = world.window._tabs
    world.window.setFocus()  # what is being typed counts, as it does when the window is closed
    for tab in tabs.values():
        tab.stop()
    world.frames(5)
    before = {key: state_of(tab) for key, tab in tabs.items()}
    shown = world.window.tab_key
    world.close()
    world.open()
    found: list[Problem] = []
    for key, state in before.items():
        world.window.show_tab(key)
        world.settle()
        now = state_of(world.window.tab)
        different: list[Any] = [name for name in state if state[name] != now.get(name)]
        if different:
            found.append(Problem("restart", f"{key}: {', '.join(different)}", difference(state, now)))
    world.window.show_tab(shown)
    world.settle()
    return found
