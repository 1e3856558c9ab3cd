from __future__ import annotations

import numpy as np
import pytest
from gestures import click
from PySide6.QtWidgets import QApplication

from gdsim.app.plots.loss_picture import LossPicture
from gdsim.app.plots.loss_plot import LossPlot


@pytest.fixture
def plot(shown, themes):
    plot = LossPlot(themes)
    plot.set_picture(LossPicture(2.0 ** -np.arange(21.0), 20))
    return shown(plot, 300, 220)


def test_a_click_goes_to_a_step(plot):
    picked = []
    plot.picked.connect(picked.append)
    click(plot, 7.1, 0.3)
    click(plot, 400.0, 0.3)
    assert picked == [7, 20]


def test_the_view_follows_the_run_until_the_user_pans(plot):
    plot.set_picture(LossPicture(np.linspace(5, 1, 50), 49))
    assert plot.visible_part.contains(49, 5)
    plot.view_box.sigRangeChangedManually.emit([True, True])
    plot.set_picture(LossPicture(np.linspace(50, 1, 500), 499))
    assert not plot.visible_part.contains(499, 50)
    plot.fit()
    assert plot.visible_part.contains(499, 50)


def test_the_log_switch_shows_decades_and_names_what_it_shows(plot):
    plot.set_log(True)
    texts = [text for _, text in plot.plot_item.getAxis("left")._tickLevels[0]]
    assert "0.01" in texts
    plot.set_picture(LossPicture(np.array([1.0, -1.0]), 1, log=True))
    assert plot.plot_item.getAxis("left").labelText == "f(x) − lowest"


@pytest.mark.parametrize("values", [(170.0, 110.0, 32.5, 32.8), (0.294, 0.292, 0.29, 0.2876), (1.0, 1.03)])
def test_the_loss_axis_never_has_a_single_number(plot, values):
    plot.set_picture(LossPicture(np.array(values), len(values) - 1))
    plot.resize(280, 190)
    QApplication.processEvents()
    assert len(plot.plot_item.getAxis("left")._tickLevels[0]) >= 2
