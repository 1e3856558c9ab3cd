from __future__ import annotations

import math
from dataclasses import replace

import pytest
from gestures import keys
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QFont, QMouseEvent, QPainter, QPixmap, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gdsim.app.plots.drawing import Rect
from gdsim.app.plots.graph_edge_drawing import paint_words
from gdsim.app.plots.graph_ink import Ink
from gdsim.app.plots.graph_labels import Place
from gdsim.app.plots.graph_legend import paint_foot
from gdsim.app.plots.graph_picture import EDGE, INPUT, NODE, EdgePicture, GraphPicture, NodePicture
from gdsim.app.plots.graph_sizes import DETAILS
from gdsim.app.plots.graph_view import NOBODY, GraphView

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton


def notes(**changes) -> GraphPicture:
    """f = q·z with q = x + y, walked half way back."""
    nodes = (
        NodePicture("x", INPUT, value=-2.0, partial="∂f/∂x"),
        NodePicture("y", INPUT, value=5.0, partial="∂f/∂y"),
        NodePicture("q", symbol="+", value=3.0, partial="∂f/∂q", adjoint=-4.0, frontier=True),
        NodePicture("z", INPUT, value=-4.0, partial="∂f/∂z", adjoint=3.0),
        NodePicture("f", symbol="×", value=-12.0, partial="∂f/∂f", adjoint=1.0, working=True, output=True, order=1),
    )
    edges = (
        EdgePicture(0, 2, 1.0),
        EdgePicture(1, 2, 1.0),
        EdgePicture(2, 4, -4.0, "z", upstream=1.0, contribution=-4.0, working=True),
        EdgePicture(3, 4, 3.0, "q", upstream=1.0, contribution=3.0, working=True),
    )
    words = {NODE: ("x = −2", "y = 5", "q = 3", "z = −4", "f = −12"), EDGE: ("∂q/∂x = 1", "", "", "")}
    return GraphPicture(nodes, edges, describe=lambda spot: words[spot[0]][spot[1]], **changes)


@pytest.fixture
def view(themes, shown):
    view = GraphView(themes)
    view.set_picture(notes())
    return shown(view, 700, 420)


def centre(view, node) -> QPoint:
    box = view.box_of(node)
    return QPoint(round(box.x + box.width / 2), round(box.y + box.height / 2))


def wheel(view, at: QPoint, notches: int) -> None:
    event = QWheelEvent(
        QPointF(at), QPointF(view.mapToGlobal(at)), QPoint(), QPoint(0, 120 * notches), NONE,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view, event)


def drag(view, start: QPoint, end: QPoint) -> None:
    def send(kind, at, button, held):
        event = QMouseEvent(kind, QPointF(at), QPointF(view.mapToGlobal(at)), button, held,
                            Qt.KeyboardModifier.NoModifier)  # fmt: skip
        QApplication.sendEvent(view, event)

    send(QEvent.Type.MouseButtonPress, start, LEFT, LEFT)
    send(QEvent.Type.MouseMove, (start + end) / 2, NONE, LEFT)
    send(QEvent.Type.MouseMove, end, NONE, LEFT)
    send(QEvent.Type.MouseButtonRelease, end, LEFT, NONE)


def colours(view) -> set[str]:
    image = view.grab().toImage()
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(0, image.height(), 2)}


def test_all_of_a_small_graph_is_in_sight(view):
    for node in range(5):
        box = view.box_of(node)
        assert box.x > 0
        assert box.right < view.width()
        assert box.y > 0
        assert box.bottom < view.height()


def test_a_click_chooses_a_vertex_and_a_click_beside_all_of_them_none(view, qtbot):
    with qtbot.waitSignal(view.node_chosen) as told:
        QTest.mouseClick(view, LEFT, pos=centre(view, 2))
    assert told.args == [2]
    with qtbot.waitSignal(view.node_chosen) as told:
        QTest.mouseClick(view, LEFT, pos=QPoint(5, 5))
    assert told.args == [NOBODY]


def test_a_double_click_asks_to_go_there(view, qtbot):
    with qtbot.waitSignal(view.jump_requested) as told:
        QTest.mouseDClick(view, LEFT, pos=centre(view, 0))
    assert told.args == [0]


def test_the_wheel_zooms_about_the_pointer(view):
    at = centre(view, 2)
    before = view.box_of(2)
    wheel(view, at, 3)
    after = view.box_of(2)
    assert after.width > 1.5 * before.width
    assert abs(centre(view, 2).x() - at.x()) <= 1
    assert abs(centre(view, 2).y() - at.y()) <= 1
    assert view.zoomed
    view.fit()
    assert view.box_of(2) == before
    assert not view.zoomed


def test_zoom_stays_between_its_ends(view):
    for _ in range(40):
        wheel(view, QPoint(350, 200), 5)
    assert view.view.zoom == pytest.approx(6.0)
    for _ in range(80):
        wheel(view, QPoint(350, 200), -5)
    assert view.view.zoom == pytest.approx(0.15)


def test_a_drag_pans_and_chooses_nothing(view, qtbot):
    before = view.box_of(4)
    with qtbot.assertNotEmitted(view.node_chosen):
        drag(view, centre(view, 2), centre(view, 2) + QPoint(60, -30))
    assert view.box_of(4).x == pytest.approx(before.x + 60)
    assert view.box_of(4).y == pytest.approx(before.y - 30)


def test_the_graph_cannot_be_dragged_out_of_sight(view):
    for _ in range(10):
        drag(view, QPoint(350, 200), QPoint(3000, 2000))
    assert view.box_of(0).x < view.width()
    assert view.box_of(0).y < view.height()


def test_a_zoom_stays_while_the_graph_is_walked_and_ends_with_another_graph(view):
    wheel(view, centre(view, 2), 2)
    before = view.view
    nodes = tuple(replace(node, adjoint=None, working=False) for node in notes().nodes)
    view.set_picture(GraphPicture(nodes, notes().edges))
    assert view.view == before
    view.set_picture(GraphPicture(nodes[:2], ()))
    assert not view.zoomed


def test_arrow_keys_walk_along_the_edges(view, qtbot):
    view.setFocus(Qt.FocusReason.TabFocusReason)
    assert view.spot == 4  # where the work is
    keys(view, Qt.Key.Key_Left)
    assert view.spot in (2, 3)
    view.go_to(2)
    keys(view, Qt.Key.Key_Left)
    assert view.spot in (0, 1)
    view.go_to(0)
    keys(view, Qt.Key.Key_Down)
    assert view.spot == 1
    keys(view, Qt.Key.Key_Up, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right)
    assert view.spot == 4
    with qtbot.waitSignal(view.node_chosen) as told:
        keys(view, Qt.Key.Key_Return)
    assert told.args == [4]
    with qtbot.waitSignal(view.jump_requested) as told:
        keys(view, Qt.Key.Key_Return, shift=True)
    assert told.args == [4]
    keys(view, Qt.Key.Key_Home)
    assert view.accessibleDescription() == "x = −2"


def test_keys_zoom_and_escape_gives_the_keyboard_back(view, qtbot):
    view.setFocus()
    keys(view, Qt.Key.Key_Plus)
    assert view.zoomed
    keys(view, Qt.Key.Key_0)
    assert not view.zoomed
    with qtbot.waitSignal(view.node_chosen) as told:
        keys(view, Qt.Key.Key_Escape)
    assert told.args == [NOBODY]
    assert not view.hasFocus()


def long_chain(working):
    nodes = tuple(NodePicture(f"v{n}", partial="∂f/∂v", value=1.0, working=n == working) for n in range(60))
    return GraphPicture(nodes, tuple(EdgePicture(n, n + 1, 1.0) for n in range(59)))


def all_in_sight(view) -> bool:
    boxes = [view.box_of(node) for node in range(len(view.picture.nodes))]
    return all(box.x >= 0 and box.y >= 0 and box.right <= view.width() and box.bottom <= view.height() for box in boxes)


def test_zoomed_in_the_view_follows_the_work(themes, shown):
    view = GraphView(themes)
    view.set_picture(long_chain(0))
    shown(view, 600, 300)
    assert all_in_sight(view)
    view.zoom_by(4.0)
    for working in (20, 59, 3):
        view.set_picture(long_chain(working))
        assert view.box_of(working).x >= 0
        assert view.box_of(working).right <= view.width()


@pytest.mark.parametrize("picture", [notes(), long_chain(7)])
def test_the_whole_stays_in_sight_when_the_room_changes_until_somebody_zooms(themes, shown, picture):
    view = GraphView(themes)
    view.set_picture(picture)
    shown(view, 600, 400)
    for width, height in ((320, 240), (1100, 700), (500, 180)):
        view.resize(width, height)
        assert all_in_sight(view)
    view.zoom_by(3.0)
    zoom = view.view.zoom
    view.resize(700, 500)
    assert view.view.zoom == zoom
    view.set_picture(GraphPicture(picture.nodes[:2], (EdgePicture(0, 1, 1.0),)))
    assert all_in_sight(view)


def test_what_was_in_the_middle_stays_there_when_a_zoomed_graph_gets_other_room(view):
    view.zoom_by(2.5, *(float(part) for part in centre(view, 2).toTuple()))
    drag(view, centre(view, 2), QPoint(350, 210))
    view.resize(900, 420)
    assert abs(centre(view, 2).x() - 450) < 40


def test_what_is_pointed_at_is_read_out(view):
    QTest.mouseMove(view, centre(view, 0))
    QTest.mouseMove(view, centre(view, 1))
    assert view._told()[0] == "y = 5"
    start, end = view.box_of(0), view.box_of(2)
    route = view.layout_now.routes[0]
    x, y = route.middle(0.4)
    seen = view.view
    place = QPoint(round(seen.left + seen.zoom * x), round(seen.top + seen.zoom * y))
    assert start.right < place.x() < end.x
    QTest.mouseMove(view, place)
    assert view._told()[0] == "∂q/∂x = 1"


def test_work_frontier_and_flow_have_colours_of_their_own(view, themes):
    view.clearFocus()
    seen = colours(view)
    for token in ("accent", "gradient", "tangent"):
        assert QColor(themes.theme.colour(token)).name() in seen
    resting = tuple(replace(node, working=False, frontier=False, adjoint=None) for node in notes().nodes)
    view.set_picture(GraphPicture(resting))
    assert QColor(themes.theme.accent).name() not in colours(view)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e308, -5e-324, 0.0])
def test_hostile_numbers_are_painted(view, value):
    nodes = tuple(replace(node, value=value, adjoint=value, sum_so_far=(value, value)) for node in notes().nodes)
    edges = tuple(replace(edge, local=value, upstream=value, contribution=value) for edge in notes().edges)
    view.set_picture(GraphPicture(nodes, edges))
    assert not view.grab().isNull()
    assert view.picture_for_export().svg().startswith(b"<?xml")


def test_an_empty_graph_says_why(view):
    before = view.grab().toImage()
    view.set_picture(GraphPicture(message="There is no graph yet."))
    assert view.grab().toImage() != before
    view.setFocus()
    keys(view, Qt.Key.Key_Return, Qt.Key.Key_Left, Qt.Key.Key_End)
    assert view.spot == NOBODY or not view.picture.nodes


def test_the_saved_picture_is_the_whole_graph_as_vectors(view):
    wheel(view, centre(view, 2), 8)
    picture = view.picture_for_export()
    svg = picture.svg().decode()
    for text in ("−12", "z = −4", "× 1 = −4", "local derivative"):
        assert text in svg
    assert "<image" not in svg
    assert "<path" in svg
    image = picture.image()
    ink = {image.pixelColor(x, y).name() for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)}
    assert len(ink) > 20


def test_themes_and_large_type(view, themes):
    themes.set_mode("dark")
    assert QColor(themes.theme.panel).name() in colours(view)
    before = view.box_of(0)
    themes.set_large(True)
    assert view.box_of(0).height > before.height


@pytest.mark.parametrize("room", [90.0, 55.0, 30.0])
def test_a_number_is_written_smaller_rather_than_cut(themes, qapp, room):
    canvas = QPixmap(300, 40)
    canvas.fill(QColor("white"))
    painter = QPainter(canvas)
    ink = Ink(painter, themes.theme, QFont(themes.font()), 1.0, DETAILS[0])
    painter.setFont(ink.font(14))
    ink.whole(Rect(100, 5, room, 30), "∂ −3·10⁻⁵⁷", "text")
    assert painter.font().pixelSize() == 14
    painter.end()
    image = canvas.toImage()
    inked = [x for x in range(300) if any(image.pixelColor(x, y) != QColor("white") for y in range(40))]
    assert min(inked) >= 98
    assert max(inked) <= 102 + room
    last = [x for x in inked if x > 100 + room * 0.8]
    assert last  # the exponent is there


def foot_colours(view) -> set[str]:
    """Of the last line, within the ring that shows the focus."""
    image = view.grab().toImage()
    across, down = range(6, image.width() - 6), range(image.height() - 18, image.height() - 6)
    return {image.pixelColor(x, y).name() for x in across for y in down}


def test_the_foot_says_that_edges_had_no_room_for_their_numbers(view, themes):
    assert themes.theme.accent.lower() not in foot_colours(view)
    nodes = tuple(NodePicture(f"v{n}", value=1.0, partial="p") for n in range(60))
    view.set_picture(GraphPicture(nodes, tuple(EdgePicture(n // 4, n, 1.0) for n in range(1, 60))))
    assert themes.theme.accent.lower() in foot_colours(view)


def painted(themes, monkeypatch, paint) -> list[tuple[str, Rect]]:
    """What is written, and where."""
    image, said = QPixmap(700, 40), []
    painter = QPainter(image)
    monkeypatch.setattr(Ink, "text", lambda self, rect, text, *_: said.append((text, rect)))
    paint(Ink(painter, themes.theme, QFont(), 1.0, DETAILS[0]))
    painter.end()
    return said


def test_the_foot_names_edges_whose_products_have_no_place(themes, monkeypatch):
    said = painted(themes, monkeypatch, lambda ink: paint_foot(ink, Rect(0, 0, 700, 24), notes(), [2, 3]))
    assert "".join(text for text, _ in said) == "f → q:  −4 × 1 = −4f → z:  3 × 1 = 3"


def test_both_rows_of_words_stand_at_the_end_of_their_place_that_is_nearer_to_the_edge(themes, monkeypatch):
    edge = replace(notes().edges[2], symbol="", local=1.0)

    def rows(anchor):
        place = Place(Rect(100.0, 0.0, 200.0, 30.0), (anchor, 15.0))
        return [rect for _, rect in painted(themes, monkeypatch, lambda ink: paint_words(ink, edge, place, False))]

    assert {rect.x for rect in rows(90.0)} == {100.0}
    assert all(rect.right == pytest.approx(300.0, abs=2.5) for rect in rows(320.0))
    assert len({rect.x for rect in rows(320.0)}) == 2
