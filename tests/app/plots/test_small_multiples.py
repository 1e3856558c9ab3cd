"""Small fits: upright, in the large picture's colours, and reached by keyboard and pointer."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest

from gdsim.app.plots.data_points import DataPoints
from gdsim.app.plots.decision_picture import BINARY, CLASSES, VALUES
from gdsim.app.plots.fit_colours import shade
from gdsim.app.plots.small_multiples import CURVE, Tile, TilesPicture, tile_image
from gdsim.app.plots.small_multiples_view import SmallMultiples
from gdsim.app.theme import DARK, LIGHT

SIDE = 60


def pixel(image: QImage, x: float, y: float) -> np.ndarray:
    """The colour at shares of the width and of the height from the bottom."""
    place = QColor(image.pixel(round(x * (image.width() - 1)), round((1 - y) * (image.height() - 1))))
    return np.array([place.red(), place.green(), place.blue()])


def colour(text: str) -> np.ndarray:
    found = QColor(text)
    return np.array([found.red(), found.green(), found.blue()])


def corner(value: float = 1.0) -> np.ndarray:
    """Class 1 in the upper right quarter alone."""
    values = np.zeros((24, 24, 1))
    values[12:, 12:] = value
    return values


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_an_image_is_upright_and_in_the_classes_colours(qapp, theme, ratio):
    image = tile_image(TilesPicture(kind=BINARY), Tile(values=corner()), SIDE, theme, ratio)
    assert image.width() == SIDE * ratio
    for x, y, index in ((0.85, 0.85, 1), (0.15, 0.15, 0), (0.15, 0.85, 0), (0.85, 0.15, 0)):
        np.testing.assert_allclose(pixel(image, x, y), colour(shade(index, theme)), atol=3)


def test_the_boundary_is_drawn_where_the_class_changes(qapp):
    values = np.repeat(np.linspace(0.0, 1.0, 24)[None, :, None], 24, axis=0)
    image = tile_image(TilesPicture(kind=BINARY), Tile(values=values), SIDE, LIGHT)
    darkness = [pixel(image, x, 0.5).sum() for x in np.linspace(0.0, 1.0, SIDE)]
    assert abs(int(np.argmin(darkness)) - SIDE / 2) <= 1


def test_a_curve_stands_at_its_heights(qapp):
    xs = np.linspace(-1.0, 1.0, 40)
    picture = TilesPicture(kind=CURVE, domain=((-1.0, 1.0), (0.0, 2.0)), xs=xs, y_range=(0.0, 2.0))
    image = tile_image(picture, Tile(values=np.full(40, 1.5)), SIDE, LIGHT)
    darkness = [pixel(image, 0.5, y).sum() for y in np.linspace(0.0, 1.0, SIDE)]
    assert int(np.argmin(darkness)) / (SIDE - 1) == pytest.approx(0.75, abs=0.03)


@pytest.mark.parametrize("kind", [BINARY, CLASSES, VALUES, CURVE])
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e300])
def test_hostile_values_are_painted_all_the_same(qapp, kind, bad):
    outputs = 3 if kind == CLASSES else 1
    values = np.full(8, bad) if kind == CURVE else np.full((6, 6, outputs), bad)
    points = DataPoints(np.array([[0.0, bad]]), np.array([0.0])) if kind != CURVE else DataPoints(
        np.array([bad]), np.array([bad])
    )  # fmt: skip
    picture = TilesPicture(kind=kind, xs=np.linspace(0, 1, 8), points=points)
    assert tile_image(picture, Tile(values=values), SIDE, LIGHT).width() == SIDE


@pytest.mark.parametrize("values", [None, np.empty((0, 0, 1)), np.empty(0), np.zeros(7), np.zeros((1, 1, 1))])
@pytest.mark.parametrize("kind", [BINARY, CURVE])
def test_a_fit_that_is_not_known_or_does_not_fit_is_left_empty(qapp, kind, values):
    picture = TilesPicture(kind=kind, xs=np.linspace(0, 1, 8))
    assert not tile_image(picture, Tile(values=values), SIDE, LIGHT).isNull()


# The grid


@pytest.fixture
def grid(themes, shown):
    view = shown(SmallMultiples(themes, "Fits"), 360, 240)
    roles = ("best", "", "", "median", "", "", "", "", "", "worst")
    tiles = tuple(
        Tile(f"seed {i}", "0.1234", role, corner(0.1 * i), f"Seed {i}: loss 0.1234") for i, role in enumerate(roles)
    )
    view.set_picture(TilesPicture(tiles))
    return view


def test_tiles_are_read_aloud_and_explained(grid):
    index = grid.model().index(3, 0)
    for role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
        assert index.data(role) == "Seed 3: loss 0.1234"
    assert grid.accessibleName() == "Fits"


def test_arrows_go_from_tile_to_tile_and_return_takes_one(grid):
    picked, pointed = [], []
    grid.picked.connect(picked.append)
    grid.pointed.connect(pointed.append)
    grid.setFocus()
    grid.setCurrentIndex(grid.model().index(0, 0))
    QTest.keyClick(grid, Qt.Key.Key_Right)
    assert grid.currentIndex().row() == 1
    columns = grid.viewport().width() // grid.gridSize().width()
    assert columns == 3
    QTest.keyClick(grid, Qt.Key.Key_Down)
    assert grid.currentIndex().row() == 1 + columns
    QTest.keyClick(grid, Qt.Key.Key_Return)
    assert picked == [1 + columns]
    QTest.keyClick(grid, Qt.Key.Key_End)
    assert grid.currentIndex().row() == 9
    assert pointed[-1] == 9


def test_other_keys_take_nothing(grid):
    heard = []
    grid.setCurrentIndex(grid.model().index(0, 0))
    grid.picked.connect(heard.append)
    for key in (Qt.Key.Key_Space, Qt.Key.Key_R, Qt.Key.Key_Escape):
        QTest.keyClick(grid, key)
    assert heard == []
    assert grid.currentIndex().row() == 0


def test_nothing_scrolls_sideways_and_every_tile_is_within_the_view(grid):
    for width in (180, 360, 777, 1300):
        grid.resize(width, 240)
        for row in range(10):
            rect = grid.visualRect(grid.model().index(row, 0))
            assert rect.left() >= 0
            assert rect.right() <= grid.viewport().width()


def test_images_are_made_once_until_the_fit_or_the_theme_changes(grid, themes):
    tile = grid.picture.tiles[2]
    image = grid.image_of(tile)
    assert grid.image_of(tile) is image
    grid.set_picture(TilesPicture(grid.picture.tiles[::-1], points=grid.picture.points))
    assert grid.image_of(tile) is image
    themes.set_mode("dark")
    assert grid.image_of(tile) is not image


def test_a_painting_makes_a_few_images_and_the_next_ones_the_rest(grid, qtbot):
    grid.resize(700, 600)
    fresh = tuple(Tile(f"seed {i}", values=corner(0.09 * i)) for i in range(10))
    grid.set_picture(TilesPicture(fresh, points=grid.picture.points))
    before = len(grid._images)
    grid.viewport().repaint()
    assert 0 < len(grid._images) - before <= 3
    qtbot.waitUntil(lambda: len(grid._images) == 10)


def test_the_list_shrinks_and_empties(grid):
    grid.setCurrentIndex(grid.model().index(9, 0))
    grid.set_picture(TilesPicture(grid.picture.tiles[:2]))
    assert grid.model().rowCount() == 2
    grid.set_picture(TilesPicture())
    assert grid.model().rowCount() == 0
    grid.grab()


def test_the_chosen_tile_is_scrolled_into_sight_only_when_asked(grid):
    grid.set_chosen(9)
    assert grid.verticalScrollBar().value() == 0
    grid.set_chosen(8)
    grid.set_chosen(9, in_sight=True)
    assert grid.verticalScrollBar().value() > 0


def test_the_ground_follows_the_theme_while_it_is_shown(grid, themes):
    for mode, theme in (("light", LIGHT), ("dark", DARK), ("light", LIGHT)):
        themes.set_mode(mode)
        themes.apply()
        ground = grid.viewport().grab().toImage()
        place = ground.pixelColor(ground.width() // 2, ground.height() - 2)
        assert place.name().lower() == theme.panel.lower()
