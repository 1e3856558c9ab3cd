"""The head of the fit is never cut off, and ghosts of other data are not drawn over these."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QApplication

from gdsim.app.plots.data_points import DataPoints
from gdsim.app.plots.fit_picture import FitPicture
from gdsim.app.tabs.train.fit_view import FitView
from gdsim.app.tabs.train.pictures import Pictures
from gdsim.app.tabs.train.session import TrainSession
from gdsim.app.tabs.train.tab import TrainTab
from gdsim.core.datasets import Data


@pytest.fixture
def view(context, shown) -> FitView:
    view = FitView(context)
    xs = np.linspace(-1, 1, 20)
    view.set_picture(FitPicture((-1.0, 1.0), xs, xs, points=DataPoints(xs[:, None], xs)))
    return shown(view, 700, 400)


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("width", [0, 380, 480, 700, 1000])
def test_every_word_of_the_head_has_room(view, context, large, width):
    context.themes.set_large(large)
    view.resize(max(width, view.minimumSizeHint().width()), 400)
    QApplication.processEvents()
    view.grab()
    shown = [view.title, view.neurons, *view.tools.values()]
    for widget in shown:
        at = widget.mapTo(view, QPoint(0, 0))
        assert widget.width() >= widget.sizeHint().width()
        assert at.x() >= 0
        assert at.x() + widget.width() <= view.width()
    rows = {widget.mapTo(view, QPoint(0, widget.height() // 2)).y() for widget in view.tools.values()}
    assert len(rows) == 1


def test_the_tool_in_use_has_room_for_its_bold_word(view):
    button = view.tools["remove"]
    font = button.font()
    plain = button.sizeHint().width()
    button.setCheckable(False)
    around = button.sizeHint().width() - QFontMetrics(font).horizontalAdvance(button.text())
    font.setWeight(QFont.Weight.DemiBold)
    assert plain >= around + QFontMetrics(font).horizontalAdvance(button.text())


def test_another_task_is_seen_whole_and_other_points_of_the_same_leave_the_zoom(context, shown, clock):
    session = TrainSession(context.ticker, clock)
    tab = shown(TrainTab(context, session), 1280, 800)
    session.set_dataset("sine")
    plot = tab.fit_view.curve
    plot.zoom_to((0.0, 1.0), (0.0, 1.0))
    tab.fit_view.choose_tool("move")
    session.set_data(replace(session.experiment.spec, n=50))
    session.add_point((0.5,), 0.5)
    assert plot.visible_part.x_high < 1.2
    assert tab.fit_view.tool == "move"
    session.set_dataset("linear")
    assert tab.fit_view.tool == "look"
    (low, high), up = plot.whole_range()
    assert (plot.visible_part.x_low, plot.visible_part.x_high) == pytest.approx((low, high))
    assert (plot.visible_part.y_low, plot.visible_part.y_high) == pytest.approx(up)
    tab.stop()


def test_the_tools_stand_beside_the_title_where_there_is_room(view):
    def apart() -> int:
        view.grab()
        return view.tools["look"].mapTo(view, QPoint(0, 0)).y() - view.title.mapTo(view, QPoint(0, 0)).y()

    view.resize(1000, 400)
    assert apart() < 12
    view.resize(view.minimumSizeHint().width(), 400)
    assert apart() > 20


@pytest.mark.parametrize("dataset", ["sine", "moons"])
def test_a_ghost_is_drawn_only_over_the_data_that_it_saw(qtbot, dataset):
    session = TrainSession()
    session.set_dataset(dataset)
    session.advance(2)
    session.keep_ghost()
    kept = session.ghosts

    def drawn() -> tuple[object, ...]:
        pictures, parameters = Pictures(session.scene), session.trainer.parameters
        ghosts = session.ghosts
        made = (
            pictures.fit(parameters, None, ghosts, False)
            if session.data.dim == 1
            else pictures.decision(parameters, None, ghosts)
        )
        return tuple(ghost.label for ghost in made.ghosts)

    assert drawn() == tuple(ghost.label for ghost in kept) != ()
    session.set_data(replace(session.experiment.spec, n=session.experiment.spec.n + 20))
    session.finish()
    assert drawn() == ()
    assert kept[0].label in [ghost.label for ghost in session.ghosts]


def test_own_inputs_are_coloured_over_what_they_span_and_fill_the_plot():
    session = TrainSession()
    places = np.column_stack([np.linspace(150.0, 190.0, 20), np.linspace(-2.0, 8.0, 20)])
    data = Data(
        places,
        np.repeat([[0.0], [1.0]], 10, axis=0),
        "classification",
        input_names=("height", "change"),
        class_names=("a", "b"),
    )
    session.load_data(data, "own")
    pictures = Pictures(session.scene)
    height, change = pictures.network(session.parameters, session.scene.point_probe.ask(session.parameters), None, None,
                                      "").inputs  # fmt: skip
    assert height.high - height.low < 60.0
    assert change.low == -change.high
    assert not pictures.decision(session.parameters, None, ()).alike
