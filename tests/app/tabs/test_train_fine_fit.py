"""The fit of two inputs is drawn coarsely while training plays, and finely once it rests."""

from __future__ import annotations

import numpy as np
import pytest

from gdsim.app.plots.decision_picture import centres
from gdsim.app.tabs.train.fine_fit import coarser, finest
from gdsim.app.tabs.train.session import TrainSession
from gdsim.app.tabs.train.tab import TrainTab


@pytest.fixture
def tab(context, shown, clock, ticker) -> TrainTab:
    tab = shown(TrainTab(context, TrainSession(ticker, clock)), 900, 700)
    tab.session.apply_preset("overfits_labels")
    return tab


def _drawn_at(tab, inputs):
    """Whether the lines that are drawn put points (n, 2) on the side of class 1: between cells the odds are even."""
    picture = tab.fit_view.regions.picture
    sure = np.clip(picture.values[..., 0], 1e-12, 1 - 1e-12)
    odds = np.log(sure / (1 - sure))
    rows, columns = odds.shape
    (left, right), (low, high) = picture.covered
    across = np.clip((inputs[:, 0] - left) / (right - left) * columns - 0.5, 0, columns - 1.001)
    up = np.clip((inputs[:, 1] - low) / (high - low) * rows - 0.5, 0, rows - 1.001)
    i, j = up.astype(int), across.astype(int)
    u, v = up - i, across - j
    below = odds[i, j] * (1 - v) + odds[i, j + 1] * v
    above = odds[i + 1, j] * (1 - v) + odds[i + 1, j + 1] * v
    return below * (1 - u) + above * u > 0


def test_at_rest_no_point_is_on_the_wrong_side_of_the_boundary(tab):
    session = tab.session
    tab.advance(1500)
    inputs = session.data.inputs
    truly = session.scene.point_probe.ask(session.parameters).output[:, 0] > 0.5
    np.testing.assert_array_equal(_drawn_at(tab, inputs), truly)
    picture = tab.fit_view.regions.picture
    part = tab.fit_view.regions.visible_part
    assert picture.values.shape[:2] == (round(part.height / 2), round(part.width / 2)), "a cell is two pixels wide"
    x, y = (centres(ends, count) for ends, count in zip(picture.covered, picture.values.shape[1::-1], strict=True))
    inputs = session.scene.preparation.network_inputs(np.array([[x[7], y[-3]]]))
    logit = session.trainer.network.responses(session.parameters, inputs)[-1][0, 0]
    assert picture.values[-3, 7, 0] == pytest.approx(1 / (1 + np.exp(-logit)), rel=1e-12)


def test_the_fine_fit_comes_in_pieces_and_gives_way_to_training(tab, ticker):
    session, fine = tab.session, tab.fine_fit
    session.advance(3)
    fine.finish()
    coarse = session.scene.side
    assert tab.fit_view.regions.picture.values.shape[0] > coarse
    session.play(True)
    ticker.tick()
    ticker.tick()
    assert tab.fit_view.regions.picture.values.shape[0] == coarse
    assert not fine.running
    session.play(False)
    assert fine.running
    assert tab.fit_view.regions.picture.values.shape[0] == coarse, "pausing doesn't wait for it"
    picture = tab.pictures()[0].image(0.2)
    assert not picture.isNull()
    assert not fine.running, "a picture that is saved is fine"
    session.select((0, 0, 0))
    assert not fine.running, "what is known is not computed again"


def test_a_ghost_is_drawn_as_finely(tab):
    session = tab.session
    tab.advance(20)
    session.keep_ghost()
    tab.advance(5)
    picture = tab.fit_view.regions.picture
    assert picture.ghosts[0].values.shape == picture.values.shape
    assert not np.allclose(picture.ghosts[0].values, picture.values)


def test_a_point_in_the_hand_is_waited_for(tab, ticker, clock):
    session, fine = tab.session, tab.fine_fit
    tab.advance(5)
    session.show_preview(session.parameters + 0.1)
    clock.now += 0.1
    ticker.tick()
    coarse = session.scene.side
    assert tab.fit_view.regions.picture.values.shape[0] == coarse
    assert fine.running
    clock.now += 0.1
    ticker.tick()
    ticker.tick()
    assert tab.fit_view.regions.picture.values.shape[0] > coarse
    session.put_back()
    fine.finish()


@pytest.mark.parametrize(("size", "outputs"), [((600, 230), 1), ((617, 750), 1), ((3000, 2000), 1), ((900, 900), 8)])
def test_cells_are_as_small_as_time_allows(size, outputs):
    rows, columns = finest(*size, outputs)
    assert rows * columns * (outputs if outputs > 1 else 1.5) <= 302_000
    assert rows / columns == pytest.approx(size[1] / size[0], rel=0.02)
    assert rows <= size[1] / 2 + 1
    assert max(coarser((rows, columns))) <= 160
