"""The network diagram under real mouse and key events, and what is seen on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtTest import QTest

from gdsim.app.plots.fit_colours import classes_table
from gdsim.app.plots.network_bubble import SIDE, UnitBubble
from gdsim.app.plots.network_drawing import Brush
from gdsim.app.plots.network_picture import NetworkPicture, UnitPicture
from gdsim.app.plots.network_spots import Spot
from gdsim.app.plots.network_view import NetworkView
from tests.app.gestures import keys
from tests.app.plots.network_examples import network, one_weight

KEY = Qt.Key


@pytest.fixture
def view(themes, shown) -> NetworkView:
    view = shown(NetworkView(themes), 640, 320)
    view.set_picture(network(2, 4, 3, 1))
    return view


@pytest.fixture
def heard(view) -> list[tuple[object, ...]]:
    """What the view told, in order."""
    told: list[tuple[object, ...]] = []
    for name in (
        "weight_entered", "bias_entered", "weight_chosen", "layer_added", "layer_removed", "unit_added", "unit_removed"
    ):  # fmt: skip
        getattr(view, name).connect(lambda *values, name=name: told.append((name, *values)))
    return told


def on_line(view: NetworkView, layer: int, i: int, j: int, share: float = 0.9) -> QPoint:
    """A pixel on the line of a weight, near its end, where it runs alone."""
    x0, y0, x1, y1 = view.geometry_now.lines[layer][i, j]
    return QPoint(round(x0 + share * (x1 - x0)), round(y0 + (y1 - y0) * share**2 * (3 - 2 * share)))


def on_unit(view: NetworkView, layer: int, j: int) -> QPoint:
    box = view.geometry_now.boxes[layer + 1][j]
    return QPoint(round(box.x + box.width / 2), round(box.y + box.height / 2))


def press(view: NetworkView, kind: str, place: int) -> None:
    button = next(each for each in view.geometry_now.buttons if (each.kind, each.place) == (kind, place))
    rect = button.rect
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(round(rect.x + rect.width / 2), round(rect.y + 8)))


def click(view: NetworkView, pixel: QPoint) -> None:
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=pixel)


def type_in(view: NetworkView, text: str) -> None:
    QTest.keyClicks(view.field.number.edit, text)


def seen(view: NetworkView) -> QImage:
    return view.grab().toImage()


def near(one: QColor, other: str | QColor, by: int = 40) -> bool:
    other = QColor(other)
    return max(abs(one.red() - other.red()), abs(one.green() - other.green()), abs(one.blue() - other.blue())) <= by


def share_of(image: QImage, colour: str, left: int, right: int) -> float:
    """In how many of the columns of pixels there is a colour."""
    columns = range(left, right)
    found = sum(any(near(image.pixelColor(x, y), colour, 30) for y in range(image.height() - 40)) for x in columns)
    return found / len(columns)


# Editing by mouse


@pytest.mark.parametrize("kind", ["add_unit", "remove_unit", "layer_removed", "layer_added"])
def test_buttons_tell_their_layer(view, heard, kind):
    names = {"add_unit": "unit_added", "remove_unit": "unit_removed"}
    buttons = {"layer_removed": "remove_layer", "layer_added": "add_layer"}
    press(view, buttons.get(kind, kind), 1)
    assert heard == [(names.get(kind, kind), 1)]


def test_a_button_at_its_limit_does_nothing(view, heard):
    view.set_picture(network(2, 32, 1, 1))
    press(view, "add_unit", 0)
    press(view, "remove_unit", 1)
    assert heard == []


def test_a_button_leaves_the_keyboard_where_it_was_and_a_place_takes_it(view):
    view.clearFocus()
    press(view, "add_unit", 0)
    assert not view.hasFocus()
    click(view, on_unit(view, -1, 0))
    assert view.hasFocus()


def test_a_press_that_slides_off_does_nothing(view, heard):
    rect = view.geometry_now.buttons[1].rect
    start = QPoint(round(rect.x + 5), round(rect.y + 5))
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(320, 300))
    assert heard == []


def test_a_click_on_a_line_chooses_the_weight_and_return_sets_it(view, heard):
    click(view, on_line(view, 1, 2, 1))
    assert heard == [("weight_chosen", 1, 2, 1)]
    type_in(view, "-0,75")
    keys(view.field.number.edit, KEY.Key_Return)
    assert heard[1:] == [("weight_entered", 1, 2, 1, -0.75)]
    assert view.field is None
    assert view.hasFocus()


@pytest.mark.parametrize("pixel", ["unit", "bar"])
def test_a_click_on_a_unit_or_its_bar_opens_its_bias(view, heard, pixel):
    bar = view.geometry_now.bars[1][2]
    click(view, on_unit(view, 0, 2) if pixel == "unit" else QPoint(round(bar.x + 2), round(bar.y + 3)))
    assert view.field.number.value() == view.picture.layers[0][2].bias
    type_in(view, "2")
    keys(view.field.number.edit, KEY.Key_Return)
    assert heard == [("bias_entered", 0, 2, 2.0)]


def test_the_bias_of_the_output_is_there_too(view, heard):
    click(view, on_unit(view, 2, 0))
    type_in(view, "1e-3")
    keys(view.field.number.edit, KEY.Key_Enter)
    assert heard == [("bias_entered", 2, 0, 0.001)]


def test_escape_leaves_the_number(view, heard):
    click(view, on_unit(view, 0, 0))
    type_in(view, "5")
    keys(view.field.number.edit, KEY.Key_Escape)
    assert heard == []
    assert view.field is None
    assert view.hasFocus()


def test_return_on_an_unchanged_number_just_closes(view, heard):
    click(view, on_unit(view, 0, 0))
    keys(view.field.number.edit, KEY.Key_Return)
    assert heard == []
    assert view.field is None


@pytest.mark.parametrize(("text", "word"), [("abc", "type a number"), ("inf", "finite"), ("nan", "finite")])
def test_bad_input_gets_a_sentence_inside_the_diagram(view, heard, text, word):
    view.resize(360, 260)
    click(view, on_unit(view, 1, 1))
    type_in(view, text)
    keys(view.field.number.edit, KEY.Key_Return)
    assert heard == []
    assert word in view.field.number.problem.text()
    assert view.field.number.problem.isVisible()
    assert view.rect().contains(view.field.geometry())
    assert view.field.rect().contains(view.field.number.geometry())


def test_a_click_on_an_input_opens_nothing(view, heard):
    click(view, on_unit(view, -1, 0))
    assert view.field is None
    assert heard == []
    assert view.spot == Spot(-1, 0)


def test_an_open_field_lives_through_new_numbers_but_not_through_new_layers(view, heard):
    click(view, on_unit(view, 0, 3))
    type_in(view, "7")
    view.set_picture(network(2, 4, 3, 1))
    assert view.field.number.edit.text() == "7"
    view.set_picture(network(2, 3, 3, 1))
    assert view.field is None
    assert heard == []


def test_choosing_another_place_takes_what_was_typed(view, heard):
    click(view, on_unit(view, 0, 0))
    type_in(view, "3")
    click(view, on_unit(view, 0, 1))
    assert heard == [("bias_entered", 0, 0, 3.0)]
    assert view.field.number.value() == view.picture.layers[0][1].bias


def test_a_button_takes_what_was_typed_too(view, heard):
    click(view, on_unit(view, 0, 0))
    type_in(view, "3")
    press(view, "add_unit", 1)
    assert heard == [("bias_entered", 0, 0, 3.0), ("unit_added", 1)]
    assert view.field is None


# Pointer


def test_hovering_a_unit_tells_it_once(view, qtbot):
    told: list[tuple[int, int]] = []
    view.unit_hovered.connect(lambda *values: told.append(values))
    for pixel in (on_unit(view, 0, 1), on_unit(view, 0, 1) + QPoint(1, 1), on_unit(view, -1, 1), QPoint(5, 160)):
        QTest.mouseMove(view, pixel)
    assert told == [(0, 1), (-1, 1), (-1, -1)]


def test_hovering_a_line_shows_a_bubble_and_does_not_hide_the_place(view):
    view.clearFocus()
    before = seen(view)
    pixel = on_line(view, 0, 1, 3)
    QTest.mouseMove(view, pixel)
    after = seen(view)
    assert after != before
    assert view.cursor().shape() == Qt.CursorShape.PointingHandCursor
    assert not near(after.pixelColor(pixel), view.themes.theme.raised, 8)
    QTest.mouseMove(view, QPoint(3, 160))
    assert view.cursor().shape() == Qt.CursorShape.ArrowCursor


# Keys


def test_arrows_walk_and_say_where(view):
    view.setFocus()
    keys(view, KEY.Key_Down, KEY.Key_Right, KEY.Key_Up, KEY.Key_Right)
    assert view.spot == Spot(0, 2)
    assert view.accessibleDescription().startswith("Hidden 1, unit 3 of 4: b(h₃) = ")
    keys(view, KEY.Key_Right)
    assert view.accessibleDescription().startswith("Weight to Hidden 2: w(h₃→h₂) = ")
    assert view.accessibleName() == "Network diagram"


def test_return_edits_where_the_keyboard_is(view, heard):
    view.setFocus()
    keys(view, KEY.Key_Right, KEY.Key_Return)
    assert heard == [("weight_chosen", 0, 0, 1)]
    type_in(view, "0.5")
    keys(view.field.number.edit, KEY.Key_Return)
    assert heard[1:] == [("weight_entered", 0, 0, 1, 0.5)]


def test_plus_and_minus_change_the_layer_of_the_keyboard(view, heard):
    view.go_to(Spot(1, 2))
    keys(view, KEY.Key_Plus, KEY.Key_Minus, KEY.Key_Insert, KEY.Key_Delete)
    assert heard == [("unit_added", 1), ("unit_removed", 1), ("layer_added", 2), ("layer_removed", 1)]
    heard.clear()
    view.go_to(Spot(2, 0))
    keys(view, KEY.Key_Plus, KEY.Key_Minus, KEY.Key_Delete)
    assert heard == []


def test_the_keyboard_stays_on_the_network(view):
    view.go_to(Spot(0, 3))
    view.set_picture(network(2, 2, 1))
    assert view.spot == Spot(-1, 0)


# What is seen


def test_a_thumbnail_is_upright_and_in_the_colours_of_the_large_picture(view):
    view.clearFocus()
    box, table = view.geometry_now.boxes[1][0], classes_table(view.themes.theme)
    image, x = seen(view), round(box.x + box.width / 2)
    assert near(image.pixelColor(x, round(box.y + 3)), QColor(*map(int, table[-1])), 12)  # the highest y is on top
    assert near(image.pixelColor(x, round(box.bottom - 3)), QColor(*map(int, table[0])), 12)


def test_each_unit_has_its_own_thumbnail(view):
    picture = network(2, 3, 1)
    levels = (-1.0, 0.0, 1.0)
    flat = [
        replace(unit, thumbnail=np.full((8, 8), level)) for unit, level in zip(picture.layers[0], levels, strict=True)
    ]
    view.set_picture(replace(picture, layers=(tuple(flat), picture.layers[1])))
    view.clearFocus()
    image, table = seen(view), classes_table(view.themes.theme)
    for index, shade in enumerate((0, 128, 255)):
        assert near(image.pixelColor(on_unit(view, 0, index)), QColor(*map(int, table[shade])), 4)


def test_two_weights_of_one_size_have_the_colours_of_their_signs(view, themes):
    view.set_picture(replace(network(2, 1), weights=(np.array([[1.0], [-1.0]]),)))
    view.clearFocus()
    image = seen(view)
    for i, colour in enumerate((themes.theme.weight_positive, themes.theme.weight_negative)):
        around = [on_line(view, 0, i, 0, share) for share in np.linspace(0.05, 0.6, 40)]
        assert sum(near(image.pixelColor(pixel), colour, 30) for pixel in around) > 15


def test_a_curve_rises_to_the_right(view):
    view.set_picture(network(1, 2, 1, curve=True))
    view.clearFocus()
    box, image = view.geometry_now.boxes[1][0], seen(view)
    dark = [
        (x, y)
        for x in range(round(box.x) + 2, round(box.right) - 2)
        for y in range(round(box.y) + 2, round(box.bottom) - 2)
        if image.pixelColor(x, y).lightness() < 90
    ]
    assert len(dark) > 10
    assert np.corrcoef(np.array(dark).T)[0, 1] < -0.95


@pytest.mark.parametrize(("value", "low", "high"), [(1.5, 0.98, 1.0), (-1.5, 0.4, 0.85)])
def test_a_positive_line_is_solid_and_a_negative_one_dashed(view, themes, value, low, high):
    view.set_picture(one_weight(value))
    view.clearFocus()
    ends = view.geometry_now.lines[0][0, 0]
    colour = themes.theme.weight_positive if value > 0 else themes.theme.weight_negative
    other = themes.theme.weight_negative if value > 0 else themes.theme.weight_positive
    image = seen(view)
    assert low <= share_of(image, colour, round(ends[0]) + 1, round(ends[2]) - 1) <= high
    assert share_of(image, other, round(ends[0]) + 1, round(ends[2]) - 1) == 0


@pytest.mark.parametrize(("bias", "up"), [(0.5, True), (-0.5, False)])
def test_a_bias_bar_points_up_or_down_in_its_colour(view, themes, bias, up):
    view.set_picture(one_weight(0.0, bias))
    view.clearFocus()
    bar, image = view.geometry_now.bars[1][0], seen(view)
    x, colour = round(bar.x), themes.theme.weight_positive if bias > 0 else themes.theme.weight_negative
    heights = [y for y in range(round(bar.y), round(bar.bottom)) if near(image.pixelColor(x, y), colour, 70)]
    middle = bar.y + bar.height / 2
    assert len(heights) > bar.height / 3
    assert all((y < middle) == up for y in heights if abs(y - middle) > 2)


def ink(view: NetworkView, picture: NetworkPicture) -> QImage:
    view.set_picture(picture)
    box = view.geometry_now.boxes[-1][0].grown(4)
    return seen(view).copy(round(box.x), round(box.y), round(box.width), round(box.height))


def test_dropped_and_dead_units_look_different(view):
    view.clearFocus()
    plain, dropped = ink(view, one_weight(1.0)), ink(view, one_weight(1.0, dropped=True))
    dead = UnitPicture("y", bias=0.0, dead=True)
    marked = ink(view, replace(one_weight(1.0), layers=((dead,),)))
    assert plain != dropped
    assert plain != marked
    assert dropped != marked


def test_the_chosen_weight_stands_out(view):
    view.clearFocus()
    picture = network(2, 4, 1)
    view.set_picture(picture)
    before = seen(view)
    view.set_picture(replace(picture, selected=(0, 1, 2)))
    after, pixel = seen(view), on_line(view, 0, 1, 2, 0.5)
    changed = [
        (x, y) for x in range(pixel.x() - 3, pixel.x() + 4) for y in range(pixel.y() - 6, pixel.y() + 7)
        if before.pixelColor(x, y) != after.pixelColor(x, y)
    ]  # fmt: skip
    assert len(changed) > 20


def test_showing_the_same_changes_nothing_and_tells_nobody(view, heard):
    picture = network(2, 4, 3, 1)
    view.set_picture(picture)
    first = seen(view)
    view.set_picture(picture)
    view.set_picture(replace(picture))
    assert seen(view) == first
    assert heard == []


def test_both_themes_and_large_type(view, themes):
    view.clearFocus()
    looks = [seen(view)]
    themes.set_mode("dark")
    looks.append(seen(view))
    themes.set_large(True)
    looks.append(seen(view))
    assert near(looks[1].pixelColor(3, 160), themes.theme.panel, 2)
    assert looks[0] != looks[1]
    assert looks[1] != looks[2]


@pytest.mark.parametrize("size", [(360, 260), (1200, 500)])
def test_a_file_gets_vectors_and_no_buttons(view, size):
    view.resize(*size)
    view.set_picture(network(2, 4, 3, 1, grid=4))
    picture = view.picture_for_export()
    text = picture.svg().decode()
    assert (picture.size.width(), picture.size.height()) == size
    assert text.count(" C") >= 2 * 4 + 4 * 3 + 3  # one curve a weight
    assert "stroke-dasharray" in text
    assert "thickest" in text
    assert "+ layer" not in text


def test_thumbnails_in_a_file_are_upright_too(view):
    picture = view.picture_for_export()
    image = QImage(view.size(), QImage.Format.Format_RGB32)
    painter = QPainter(image)
    QSvgRenderer(picture.svg()).render(painter)
    painter.end()
    box, table = view.geometry_now.boxes[1][1], classes_table(view.themes.theme)
    x = round(box.x + box.width / 2)
    assert near(image.pixelColor(x, round(box.y + 3)), QColor(*map(int, table[-1])), 25)
    assert near(image.pixelColor(x, round(box.bottom - 3)), QColor(*map(int, table[0])), 25)


def export_ink(function: Callable[[], QImage]) -> float:
    image = function()
    shown = [
        image.pixelColor(x, y) != image.pixelColor(0, 0)
        for x in range(0, image.width(), 4)
        for y in range(0, image.height(), 4)
    ]
    return sum(shown) / len(shown)


def test_a_png_has_as_much_ink_as_the_screen(view):
    view.clearFocus()
    assert export_ink(lambda: view.picture_for_export().image(1.0)) == pytest.approx(
        export_ink(lambda: seen(view)), rel=0.3
    )


# What is small is shown large, and the field stands by


def bubble_of(view: NetworkView, spot: Spot) -> UnitBubble:
    layout = view.geometry_now
    themes = view.themes
    return view._canvas.unit_bubble(
        layout, spot, Brush(QPainter(), themes.theme, themes.font("secondary"), layout.unit)
    )


@pytest.mark.parametrize("size", [(680, 235), (320, 400), (1200, 500)])
def test_a_unit_under_the_pointer_is_shown_large_with_its_words(view, size):
    view.resize(*size)
    picture = network(2, *[32] * 2, 1)
    marked = replace(picture.layers[1][7], dropped=True, dead=True)
    view.set_picture(
        replace(
            picture,
            layers=(picture.layers[0], (*picture.layers[1][:7], marked, *picture.layers[1][8:]), picture.layers[2]),
        )
    )
    for spot in (Spot(-1, 0), Spot(0, 31), Spot(1, 7), Spot(2, 0)):
        bubble = bubble_of(view, spot)
        assert bubble.response.width == bubble.response.height >= 96 == SIDE
        assert bubble.rect.x >= 0
        assert bubble.rect.y >= 0
        assert bubble.rect.right <= size[0]
        assert bubble.rect.bottom <= size[1]
        assert view.picture.unit(spot.layer, spot.unit).label in bubble.text
    words = bubble_of(view, Spot(1, 7)).text
    assert "bias" in words
    assert "dropped" in words
    assert "dead" in words


def test_the_enlarged_response_is_seen_as_in_the_large_picture(view, themes):
    view.resize(680, 300)
    view.set_picture(network(2, 32, 1))
    QTest.mouseMove(view, on_unit(view, 0, 16))
    rect = bubble_of(view, Spot(0, 16)).response
    image, table = seen(view), classes_table(themes.theme)
    x = round(rect.x + rect.width / 2)
    assert near(image.pixelColor(x, round(rect.y + 5)), "#{:02x}{:02x}{:02x}".format(*table[255]), 12)
    assert near(image.pixelColor(x, round(rect.bottom - 5)), "#{:02x}{:02x}{:02x}".format(*table[0]), 12)


@pytest.mark.parametrize("large", [False, True])
def test_the_field_opens_beside_the_click_and_is_not_cut_off(view, themes, large):
    themes.set_large(large)
    view.resize(680, 235)
    view.set_picture(network(2, 8, 8, 1))
    for layer, i, j in ((0, 0, 0), (0, 1, 7), (2, 7, 0), (2, 0, 0)):
        at = on_line(view, layer, i, j)
        click(view, at)
        field = view.field
        away = max(
            field.x() - at.x(),
            at.x() - field.geometry().right(),
            field.y() - at.y(),
            at.y() - field.geometry().bottom(),
        )
        assert 0 < away < 40
        assert view.rect().contains(field.geometry())
        edit = field.number.edit
        assert edit.height() >= edit.minimumSizeHint().height()
        assert field.rect().contains(edit.rect().translated(edit.mapTo(field, QPoint(0, 0))))
        field.give_up()


def test_the_field_shows_six_digits_and_keeps_the_others(view, heard):
    view.edit_spot(Spot(1, 1, 2))
    exact = view.picture.weight(1, 2, 1)
    text = view.field.number.edit.text()
    assert text == f"{exact:.6g}"
    assert len(text.lstrip("-0.").replace(".", "")) <= 6
    assert view.field.number.value() == exact
    keys(view.field.number.edit, KEY.Key_Backspace)
    type_in(view, text)
    keys(view.field.number.edit, KEY.Key_Return)
    assert heard == []
    view.edit_spot(Spot(1, 1, 2))
    type_in(view, "0.5")
    keys(view.field.number.edit, KEY.Key_Return)
    assert heard == [("weight_entered", 1, 2, 1, 0.5)]


# Hairlines


def test_zero_weights_are_seen_as_faint_lines(view, themes):
    view.clearFocus()  # or its bubble lies over them
    picture = network(2, 3, 1)
    view.set_picture(replace(picture, weights=tuple(np.zeros_like(each) for each in picture.weights)))
    image, layout = seen(view), view.geometry_now
    for layer, i, j in ((0, 0, 0), (0, 1, 2), (1, 2, 0)):
        at = on_line(view, layer, i, j, 0.8)
        column = [image.pixelColor(at.x(), at.y() + dy) for dy in range(-3, 4)]
        assert any(not near(colour, themes.theme.panel, 12) for colour in column)
    assert layout.lines


def test_many_hairlines_are_drawn_in_turn_until_all_are_up_to_date(view, themes):
    picture = network(2, 32, 32, 32, 1)
    small = [np.where(each < 0, -1.0, 1.0) * (0.011 + 0.001 * np.abs(each)) for each in picture.weights]
    small[0][0, 0] = 5.0
    view.set_picture(replace(picture, weights=tuple(small)))
    seen(view)
    assert view.line_plan.many_hairlines
    assert not view._canvas.behind
    before = [np.array(each.thin) for each in view._canvas._hairlines._layers]
    view.set_picture(replace(picture, weights=tuple(-each for each in small)))
    seen(view)
    assert view._canvas.behind
    for _ in range(5):
        seen(view)
    assert not view._canvas.behind
    after = [each.thin for each in view._canvas._hairlines._layers]
    assert all((old == -new).all() for old, new in zip(before, after, strict=True))
    x0, _, x1, _ = view.geometry_now.lines[3][0, 0]
    assert share_of(seen(view), themes.theme.panel, round(x0) + 4, round(x1) - 4) == 1.0
