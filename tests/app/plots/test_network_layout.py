"""Nothing of the network diagram lies over anything else or outside, at any size."""

from __future__ import annotations

import itertools
from itertools import combinations

import numpy as np
import pytest

from gdsim.app.plots.drawing import Rect
from gdsim.app.plots.network_layout import NetworkLayout, make_layout, place_bubble
from gdsim.app.plots.network_legend import placed_legend
from gdsim.app.plots.network_lines import plan_lines
from tests.app.plots.network_examples import network

SHAPES = [
    (2, 1),
    (1, 1),
    (2, 4, 2, 1),
    (2, 8, 8, 1),
    (7, 8, 8, 3),
    (2, *[32] * 6, 1),
    (20, 5, 1),
    (1, 1, 1),
    (2, *[3] * 6, 8),
]
SIZES = [(360, 260), (520, 300), (640, 320), (1200, 500)]


def measure(text: str) -> tuple[float, float]:
    return 7.0 * len(text), 15.0


def large(text: str) -> tuple[float, float]:
    return 10.5 * len(text), 22.0


def laid_out(shape: tuple[int, ...], size: tuple[int, int], scale: float = 1.0, message: str = "") -> NetworkLayout:
    return make_layout(network(*shape, message=message), *size, scale, large if scale > 1 else measure)


def apart(rects: list[Rect]) -> bool:
    return all(one.overlap(other) < 1e-6 for one, other in combinations(rects, 2))


@pytest.mark.parametrize("scale", [1.0, 1.5])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("shape", SHAPES)
def test_all_is_inside_and_nothing_overlaps(shape, size, scale):
    layout = laid_out(shape, size, scale, "2 of 8 units are dead")
    boxes = [box for column in layout.boxes for box in column]
    bars = [bar for column, small in zip(layout.bars, layout.small, strict=True) if not small for bar in column]
    buttons = [button.rect for button in layout.buttons if button.steady]
    counts = [caption.rect for caption in layout.counts]
    lines = [*layout.legend, layout.message]
    names = [
        label for column, at in zip(layout.labels, layout.label_at, strict=True) if at == "above" for label in column
    ]
    for rect in (*boxes, *bars, *buttons, *counts, *lines, *(caption.rect for caption in layout.captions)):
        assert min(rect.x, rect.y) >= -0.01, rect
        assert max(rect.right - size[0], rect.bottom - size[1]) <= 0.01, rect
        assert rect.width > 0
        assert rect.height > 0
    assert apart([*boxes, *bars, *buttons, *counts, *lines])
    assert all(name.overlap(rect) < 1e-6 for name in names for rect in (*boxes, *buttons, *lines))


@pytest.mark.parametrize("shape", SHAPES)
def test_titles_do_not_touch_at_normal_type(shape):
    for size in SIZES:
        layout = laid_out(shape, size)
        assert apart([caption.rect for caption in layout.captions]), size


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("shape", SHAPES)
def test_no_button_lies_over_another(shape, size):
    assert apart([button.rect for button in laid_out(shape, size).buttons])


def test_lines_run_from_box_to_bias():
    layout = laid_out((2, 3, 1), (640, 320))
    ends = layout.lines[0]
    assert ends.shape == (2, 3, 4)
    for i in range(2):
        for j in range(3):
            source, target = layout.boxes[0][i], layout.boxes[1][j]
            assert ends[i, j, 0] == source.right
            assert source.y <= ends[i, j, 1] <= source.bottom
            assert ends[i, j, 2] == layout.bars[1][j].x - 1
            assert target.y <= ends[i, j, 3] <= target.bottom


def test_lines_leave_a_box_in_the_order_of_their_targets():
    ends = laid_out((2, 5, 1), (640, 320)).lines[0]
    assert (ends[0, 1:, 1] > ends[0, :-1, 1]).all()
    assert (ends[1, :, 3] > ends[0, :, 3]).all()


def test_crowded_columns_have_bars_instead_of_boxes_and_others_do_not():
    layout = laid_out((2, *[32] * 6, 1), (300, 160))
    assert layout.small == (False, *[True] * 6, False)
    assert layout.bars[1] == layout.boxes[1]
    assert min(box.height for column in (0, 7) for box in layout.boxes[column]) >= 10


@pytest.mark.parametrize(("sizes", "least"), [((2, 8, 1), 24), ((1, 32, 32, 1), 12), ((2, *[32] * 6, 1), 7)])
def test_crowded_layers_stand_in_several_columns_of_square_boxes_that_do_not_touch(sizes, least):
    layout = laid_out(sizes, (680, 235))
    for column in range(1, len(sizes) - 1):
        boxes = layout.boxes[column]
        assert not layout.small[column]
        assert all(box.width == box.height >= least for box in boxes)
        assert all(below.y > above.y for above, below in itertools.pairwise(boxes))
        targets = [layout.target(column, index) for index in range(len(boxes))]
        assert all(one.overlap(other) == 0 for one, other in itertools.combinations(targets, 2))
        assert all(layout.body.y - 1 <= box.y and box.bottom <= layout.body.bottom + 1 for box in boxes)
        assert layout.span(column)[1] + 20 < layout.span(column + 1)[0]


def test_lines_end_at_their_own_units_in_staggered_layers():
    layout = laid_out((2, 32, 32, 1), (680, 235))
    for j, bar in enumerate(layout.bars[2]):
        assert layout.lines[1][:, j, 2] == pytest.approx(bar.x - 1)
        assert np.abs(layout.lines[1][:, j, 3] - bar.y - bar.height / 2).max() <= bar.height / 2
    for i, box in enumerate(layout.boxes[1]):
        assert layout.lines[1][i, :, 0] == pytest.approx(box.right)


@pytest.mark.parametrize(
    ("size", "scale"), [((680, 235), 1.0), ((250, 390), 1.5), ((300, 500), 1.5), ((590, 240), 1.5)]
)
def test_the_legend_keeps_the_scales_of_width_and_bias_whole(size, scale):
    picture = network(2, 8, 1)

    def wide(text):
        return 7.2 * scale * len(text), 16.0 * scale

    layout = make_layout(picture, *size, scale, wide)
    plan = plan_lines(picture, layout.unit)
    placed = placed_legend(picture, layout, plan, lambda text: wide(text)[0])
    words = [text for _, text, _ in placed]
    assert any("thickest" in text for text in words)
    assert any("bias, longest" in text for text in words)
    assert all(rect.right <= size[0] for _, _, rect in placed)


def test_a_long_message_takes_a_second_line():
    words = "crossed out: left out for the first point of the next step"
    one = make_layout(network(2, 8, 1, message=words), 680, 300, 1.0, measure)
    two = make_layout(network(2, 8, 1, message=words), 300, 300, 1.0, measure)
    assert two.message.height == pytest.approx(2 * one.message.height)
    assert two.message.bottom <= two.legend[0].y


def test_a_network_that_can_not_be_edited_has_no_buttons():
    layout = make_layout(network(2, 4, 1, editable_layers=False), 640, 320, 1.0, measure)
    assert layout.buttons == ()
    assert layout.counts == ()


def test_limits_of_layers_and_units():
    full = laid_out((2, *[32] * 6, 1), (1200, 500)).buttons
    assert not any(button.kind == "add_layer" for button in full)
    assert not any(button.enabled for button in full if button.kind == "add_unit")
    single = laid_out((2, 1, 1), (640, 320)).buttons
    assert [button.enabled for button in single if button.kind == "remove_unit"] == [False]
    assert [button.place for button in single if button.kind == "add_layer"] == [0, 1]


def test_without_hidden_layers_adding_one_is_always_offered():
    (button,) = laid_out((2, 1), (640, 320)).buttons
    assert (button.kind, button.place, button.steady) == ("add_layer", 0, True)


def test_a_bubble_stays_inside_and_off_what_matters():
    bounds = Rect(0, 0, 300, 200)
    thing = Rect(120, 60, 40, 30)
    for at in ((5, 5), (295, 195), (140, 92), (140, 58)):
        rect = place_bubble((120, 24), at, bounds, (thing,))
        assert rect.within(bounds) == rect
        assert rect.overlap(thing) == 0
