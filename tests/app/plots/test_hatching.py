from __future__ import annotations

import numpy as np
import pytest

from gdsim.app.plots.hatching import HATCHES, hatch_lines

TOP, BOTTOM = np.full(60, 10.0), np.full(60, 50.0)


@pytest.mark.parametrize("pattern", [name for name in HATCHES if name != "plain"])
def test_lines_fill_the_region_and_stay_inside(pattern):
    lines = hatch_lines(TOP, BOTTOM, pattern)
    x, y = lines[..., 0], lines[..., 1]
    assert 0 <= x.min() < 6
    assert 54 < x.max() <= 60
    assert 9 <= y.min() < 16
    assert 44 < y.max() <= 51


def slopes(pattern):
    (x0, y0), (x1, y1) = np.moveaxis(hatch_lines(TOP, BOTTOM, pattern), 0, -1)
    return {float(angle) for angle in np.round(np.degrees(np.arctan2(y0 - y1, x1 - x0)))}


def test_each_pattern_looks_different():
    assert slopes("rising") == {45.0}
    assert slopes("falling") == {-45.0}
    assert slopes("crossed") == {45.0, -45.0}
    assert slopes("level") == slopes("dotted") == {0.0}
    assert slopes("upright") == {-90.0}
    lengths = np.diff(hatch_lines(TOP, BOTTOM, "dotted")[..., 0], axis=1)
    assert lengths.max() < 3 < np.diff(hatch_lines(TOP, BOTTOM, "level")[..., 0], axis=1).min()
    assert len(hatch_lines(TOP, BOTTOM, "plain")) == 0


@pytest.mark.parametrize("pattern", HATCHES)
def test_nothing_is_hatched_where_there_is_no_region(pattern):
    assert len(hatch_lines(BOTTOM, TOP, pattern)) == 0
    assert len(hatch_lines(np.empty(0), np.empty(0), pattern)) == 0
    assert len(hatch_lines(np.full(60, np.nan), BOTTOM, pattern)) == 0
    top = TOP.copy()
    top[20:40] = np.nan
    lines = hatch_lines(top, BOTTOM, pattern)
    assert not ((lines[..., 0] > 21) & (lines[..., 0] < 39)).any()


def test_a_curved_edge_cuts_the_lines():
    x = np.arange(200) + 0.5
    top = 60 - 50 * np.sin(x / 60)
    lines = hatch_lines(top, np.full(200, 90.0), "rising")
    ends = np.interp(lines[..., 0], x, top)
    assert (lines[..., 1] >= ends - 1.5).all()
    assert (lines[..., 1] <= 91).all()
