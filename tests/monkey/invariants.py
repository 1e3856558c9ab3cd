"""What has to be true at any time: views show what their session says, numbers are numbers, undo undoes, nothing piles
up.
"""

from __future__ import annotations

import gc
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import shiboken6
from PySide6.QtCore import QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QLayout,
    QLineEdit,
    QMenu,
    QScrollBar,
    QWidget,
)

from gdsim.app.main_window import MainWindow
from gdsim.app.plots.graph_view import GraphView
from gdsim.app.plots.math_plot import MathPlot
from gdsim.app.plots.network_view import NetworkView
from gdsim.app.plots.small_multiples_view import SmallMultiples
from gdsim.app.plots.surface_3d import Surface3D
from gdsim.app.session_tab import SessionTab
from gdsim.app.tabs.train.session import TrainSession
from gdsim.app.tabs.train.training import settings_of
from gdsim.app.ticker import Ticker
from gdsim.app.widgets.formula_label import FormulaLabel
from tests.monkey.places import is_tooltip, name_of
from tests.monkey.watch import Problem
from tests.monkey.world import World

MOST_MEMORY = 900  # MB; a window with all tabs and studies open has about 300
MOST_DIALOGS = 30  # pages of help, which stay until they are closed
MOST_MENUS = 12  # of the menu bar, and one that a plot was asked for
PICTURES = (MathPlot, NetworkView, GraphView, Surface3D)
_TYPED = "something typed, which is not in force"
_REST = 600  # frames in which what is under way may come to its end
_TIMERS = (
    (Ticker, "the one that all motion comes from"),
    (NetworkView, "single shot: paints hairlines once the signs of weights rest"),
    (SmallMultiples, "single shot: paints one tile more a turn of the event loop"),
)
_TOLD_PARENT = re.compile(r"^parent\.+ <([\w.]+).* at (0x[0-9a-f]+)>", re.MULTILINE)
_STAND_INS = ("PySide6.QtWidgets.QLabel", "PySide6.QtWidgets.QWidgetAction")  # of a buddy, and pyqtgraph's menus
_NOT_A_NUMBER = re.compile(r"(?<![\w'‘“\"])[-−+]?(nan|NaN|NAN|inf|Infinity|None)(?![\w'’”\"])")


def problems(world: World, pause: bool) -> Iterator[Problem]:
    """Everything that is wrong now.  `pause` ends playing first, so that more can be held against the session."""
    yield from kinship()  # first: to ask for children is to tell PySide6 of them
    yield from numbers_shown(world.window)
    yield from timers(world.window)
    yield from piles(world.window)
    yield from memory()
    tab = world.window.tab
    if not isinstance(tab, SessionTab):
        return
    yield from course(tab)
    if pause:
        tab.session.play(False)
    if not tab.session.playing:
        world.frames(_REST)
    if world.ticker.active or world.scope is not world.window:
        return
    yield from agreement(tab, world)
    yield from undo_and_redo(tab, world)


def numbers_shown(window: QWidget) -> Iterator[Problem]:
    """No NaN, inf or None in what can be read; "undefined" and ∞ are words for a student."""
    for widget in window.findChildren(QWidget):
        if not widget.isVisible():
            continue
        for text in _texts(widget):
            found = _NOT_A_NUMBER.search(text)
            if found:
                place = f"{type(widget).__name__} of {_owner(widget)}"
                yield Problem("number", f"{found[0]} in {place}", f"{text!r} in {name_of(widget, window)}")


def timers(window: QWidget) -> Iterator[Problem]:
    """Only the ticker's, and the few that paint later what a frame has no time for."""
    known = [each for each in gc.get_objects() if isinstance(each, QTimer) and shiboken6.isValid(each)]
    for timer in {*known, *window.findChildren(QTimer)}:
        owner = timer.parent()
        if timer.isActive() and not isinstance(owner, tuple(kind for kind, _ in _TIMERS)):
            yield Problem("timer", f"a timer of {type(owner).__name__}", f"every {timer.interval()} ms, of {owner}")


def kinship() -> Iterator[Problem]:
    """What PySide6 takes for the parent of a widget or layout is above it, or stands for it; with it the part is dead.

    Else anything may turn out to be "already deleted" when something elsewhere goes.
    """
    for part in [each for each in gc.get_objects() if isinstance(each, (QWidget, QLayout)) and shiboken6.isValid(each)]:
        told = _TOLD_PARENT.search(shiboken6.dump(part))
        if told is None or told[1] in _STAND_INS:
            continue
        above, known = part.parent(), set[int]()
        while above is not None:
            known.add(id(above))
            above = above.parent()
        if int(told[2], 16) not in known:
            text = f"{part} of {part.parent()} belongs to {told[0]}"
            yield Problem("kinship", f"{type(part).__name__} belongs to a {told[1]}", text)


def piles(window: QWidget) -> Iterator[Problem]:
    """Windows, dialogs and menus that nobody needs any more are gone."""
    windows = [widget for widget in QApplication.topLevelWidgets() if isinstance(widget, MainWindow)]
    if len(windows) > 1:
        yield Problem("pile", "windows", f"{len(windows)} main windows")
    hidden = [dialog for dialog in window.findChildren(QDialog) if not dialog.isVisible()]
    if len(hidden) > 1 or len(window.findChildren(QDialog)) > MOST_DIALOGS:
        yield Problem("pile", "dialogs", f"{len(window.findChildren(QDialog))} dialogs, {len(hidden)} of them hidden")
    menus = window.findChildren(QMenu)
    if len(menus) > MOST_MENUS:
        titles = Counter(f"{type(menu.parent()).__name__}: {menu.title()}" for menu in menus)
        yield Problem("pile", "menus", f"{len(menus)} menus: {titles}")


def memory() -> Iterator[Problem]:
    used = memory_used()
    if used > MOST_MEMORY:
        yield Problem("memory", "too much memory", f"{used:.0f} MB")


def memory_used() -> float:
    """MB of this process that are in real memory; 0 where the system does not tell."""
    statm = Path("/proc/self/statm")
    return int(statm.read_text().split()[1]) * 4096 / 1e6 if statm.exists() else 0.0


def course(tab: SessionTab) -> Iterator[Problem]:
    """The step that is looked at is one of those made, and undo is offered when there is something to undo."""
    session = tab.session
    if not 0 <= session.index <= session.count:
        yield Problem("history", "step outside the course", f"step {session.index} of {session.count}")
    past, future = session._history._past, session._history._future
    if (session.can_undo, session.can_redo) != (bool(past), bool(future)) or max(len(past), len(future)) > 200:
        yield Problem("history", "undo", f"{len(past)} to undo, {len(future)} to redo")


def plan(window: MainWindow) -> Iterator[Problem]:
    """Training follows the settings that the session tells of, step by step; looked at after each event."""
    session = getattr(window.tab, "session", None)
    if not isinstance(session, TrainSession):
        return
    points, experiment = session.trainer.training.points, session.experiment
    followed = dict(session.trainer.plan)
    for step in sorted({*followed, *(setting.step for setting in experiment.plan)}):
        told = replace(followed[0], **settings_of(experiment.setting_at(step), points))
        kept = followed[max(start for start in followed if start <= step)]
        if told != kept:
            yield Problem("history", "plan", f"from step {step} training follows {kept}, and the session says {told}")


def agreement(tab: SessionTab, world: World) -> Iterator[Problem]:
    """Drawn anew from the session, all looks as it did."""
    name = type(tab).__name__
    texts, pictures = _shown(tab), _pictures(tab)
    tab.synchronize()
    world.settle()
    world.frames(_REST)
    changed = {
        place: (texts.get(place), now)
        for place, now in _shown(tab).items()
        if texts.get(place) != now and _TYPED not in (texts.get(place), now)
    }
    if changed:
        yield Problem("agreement", f"{name}: texts", f"{name} shows before and after synchronize: {changed}")
    for place, now in _pictures(tab).items():
        before = pictures.get(place)
        if before is not None and before.size() == now.size() and before != now:
            before.save(str(world.folder / "before.png"))
            now.save(str(world.folder / "after.png"))
            what = place.rpartition("/")[2].partition(":")[0]
            text = f"{place} looks otherwise after synchronize: before.png and after.png in {world.folder}"
            yield Problem("agreement", f"{name}: {what}", text)


def undo_and_redo(tab: SessionTab, world: World) -> Iterator[Problem]:
    """Back and forth leads to where it began."""
    for there, back, can in (("undo", "redo", tab.can_undo()), ("redo", "undo", tab.can_redo())):
        if can:
            before = state_of(tab)
            getattr(tab, there)()
            world.frames(_REST)
            getattr(tab, back)()
            world.frames(_REST)
            after = state_of(tab)
            if not world.ticker.active and after != before:
                yield Problem("history", f"{type(tab).__name__}: {there} and {back}", difference(before, after))


def state_of(tab: SessionTab) -> dict[str, Any]:
    """What the session would save, as it is read again."""
    session = tab.session
    state = session.state_to_save() if hasattr(session, "state_to_save") else session.state()
    read: dict[str, Any] = json.loads(json.dumps(state))
    memo = read.get("memo")
    if memo is not None:
        memo.pop("records")  # for the charts; that of the step one stands at is made when it is first needed
        if not memo["step"]:
            memo.pop("improvements")
    return read


def difference(before: Any, after: Any, place: str = "") -> str:
    """Where two states differ, line by line."""
    if isinstance(before, dict) and isinstance(after, dict):
        parts = [(key, before.get(key), after.get(key)) for key in {**before, **after}]
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        parts = [(number, *pair) for number, pair in enumerate(zip(before, after, strict=True))]
    else:
        return f"{place}: {str(before)[:200]} -> {str(after)[:200]}"
    return "\n".join(difference(one, other, f"{place}/{name}") for name, one, other in parts if one != other)


def _shown(tab: QWidget) -> dict[str, object]:
    """What can be read of a tab, by place; not the tooltips, which its session says nothing of."""
    found: dict[str, object] = {}
    for widget in tab.findChildren(QWidget):
        if not widget.isVisible() or is_tooltip(widget):
            continue
        place = name_of(widget, tab)
        if isinstance(widget, QLineEdit) and (widget.isModified() or widget.property("wrong")):
            found[place] = _TYPED
        elif isinstance(widget, (QLabel, QAbstractButton, QLineEdit)):
            found[place] = (widget.text(), widget.isEnabled())
        elif isinstance(widget, QAbstractSlider) and not isinstance(widget, QScrollBar):
            found[place] = (widget.value(), widget.maximum())
        elif isinstance(widget, QComboBox):
            found[place] = widget.currentText()
    return found


def _pictures(tab: QWidget) -> dict[str, QImage]:
    """What is drawn of a tab, by place."""
    seen = [each for kind in PICTURES for each in tab.findChildren(kind) if not each.visibleRegion().isEmpty()]
    return {name_of(widget, tab): widget.grab().toImage() for widget in seen}


def _texts(widget: QWidget) -> Iterator[str]:
    if widget.property("role") == "problem":
        return  # it repeats what was typed
    if isinstance(widget, (QLabel, QAbstractButton)):
        yield widget.text()
    elif isinstance(widget, QLineEdit):
        if not widget.isModified() and not widget.property("wrong"):
            yield widget.text()
    elif isinstance(widget, FormulaLabel):
        yield widget.latex
    elif isinstance(widget, MathPlot):
        for label in widget.marks.drawing.labels:
            yield from (text for text, _ in label.lines)
    if not isinstance(widget, (QLineEdit, QComboBox)):
        yield widget.accessibleName()
        yield widget.toolTip()


def _owner(widget: QWidget) -> str:
    """The nearest widget above that is gdsim's own."""
    parent = widget.parentWidget()
    while parent is not None and type(parent).__name__.startswith("Q"):
        parent = parent.parentWidget()
    return type(parent).__name__
