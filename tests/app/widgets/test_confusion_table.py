from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel

from gdsim.app.theme import DARK, LIGHT
from gdsim.app.tokens import contrast
from gdsim.app.widgets.confusion_table import ConfusionTable, cell_text, shade

COUNTS = [[40, 3, 7], [0, 25, 25], [0, 0, 0]]
NAMES = ("setosa", "versicolor", "virginica")


@pytest.fixture
def table(shown):
    table = ConfusionTable()
    table.set_counts(COUNTS, NAMES, "validation")
    return shown(table, 276, 220)


def cell(table, row, column):
    return next(
        label for label in table.findChildren(QLabel)
        if label.accessibleName().startswith(f"{row} predicted as {column}:")
    )  # fmt: skip


def texts(table):
    return [label.text() for label in table.findChildren(QLabel)]


def ground(table, label):
    return label.grab().toImage().pixelColor(3, 3)


def test_rows_are_true_classes_and_columns_predicted_ones(table):
    assert cell(table, "setosa", "virginica").text() == "7\n14 %"
    assert cell(table, "versicolor", "virginica").text() == "25\n50 %"
    assert cell(table, "virginica", "setosa").text() == "0"
    assert cell(table, "setosa", "versicolor").y() == cell(table, "setosa", "setosa").y()
    assert cell(table, "setosa", "virginica").x() == cell(table, "versicolor", "virginica").x()
    assert cell(table, "setosa", "setosa").y() < cell(table, "versicolor", "setosa").y()
    assert cell(table, "setosa", "setosa").x() < cell(table, "setosa", "versicolor").x()


def test_it_says_what_it_shows(table):
    assert "true ↓ / predicted →" in texts(table)
    assert any(text.startswith("100 validation points;") for text in texts(table))
    assert table.accessibleDescription() == "65 of 100 validation points are classed rightly."
    assert cell(table, "setosa", "virginica").accessibleName() == "setosa predicted as virginica: 7, 14.0 % of 50"
    assert cell(table, "virginica", "virginica").accessibleName() == "virginica predicted as virginica: 0"
    table.set_counts(COUNTS, NAMES, "training")
    assert any(text.startswith("100 training points;") for text in texts(table))


def test_headings_stand_over_their_cells(table):
    for name in NAMES:
        heads = [label for label in table.findChildren(QLabel) if label.accessibleName() == name]
        row, column = sorted(heads, key=lambda label: label.x())
        assert abs(column.geometry().center().x() - cell(table, "setosa", name).geometry().center().x()) <= 1
        assert abs(row.geometry().center().y() - cell(table, name, "setosa").geometry().center().y()) <= 1


def darkest(label):
    image = label.grab().toImage()
    values = [image.pixelColor(x, y).lightness() for x in range(image.width()) for y in range(image.height())]
    return sum(value < 128 for value in values)


def test_the_diagonal_is_emphasised_by_weight_and_shade(table, themes):
    diagonal, other = cell(table, "versicolor", "versicolor"), cell(table, "versicolor", "virginica")
    assert diagonal.text() == other.text()
    assert darkest(diagonal) > 1.15 * darkest(other)
    assert ground(table, diagonal) == QColor(shade(0.5, True, themes.theme))
    assert ground(table, other) == QColor(shade(0.5, False, themes.theme))
    assert ground(table, cell(table, "versicolor", "setosa")) == QColor(themes.theme.panel)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_numbers_can_be_read_on_every_ground(theme):
    for share in np.linspace(0, 1, 11):
        for right in (True, False):
            assert contrast(theme.text, shade(share, right, theme)) >= 4.5
    grounds = [contrast(shade(share, True, theme), theme.panel) for share in (0, 0.5, 1)]
    assert grounds == sorted(grounds)


@pytest.mark.parametrize(("count", "row", "text"), [
    (0, 10, "0"), (10, 10, "10\n100 %"), (999, 1000, "999\n>99 %"), (1, 1000, "1\n<1 %"), (1, 3, "1\n33 %"),
])  # fmt: skip
def test_shares_do_not_claim_all_or_nothing(count, row, text):
    assert cell_text(count, row, short=False) == text
    assert cell_text(count, row, short=True) == text.removesuffix(" %")


def test_ten_classes_fit_the_column_in_any_type(shown, themes):
    names = [f"class number {i}" for i in range(10)]
    table = ConfusionTable()
    table.set_counts(np.full((10, 10), 345), names, "training")
    shown(table, 276, 420)
    for large in (False, True):
        themes.set_large(large)
        table.resize(themes.px(276), themes.px(460))
        table.grab()
        assert table.minimumSizeHint().width() <= themes.px(276)
        cells = [cell(table, "class number 9", name) for name in names]
        assert all(one.text() == "345\n10" for one in cells)
        assert min(one.width() for one in cells) >= themes.px(20)
        assert cells[-1].geometry().right() < table.width()


def test_a_number_is_never_cut_off(shown):
    table = ConfusionTable()
    table.set_counts(np.diag([12345] * 10), [str(i) for i in range(10)], "training")
    shown(table, 276, 420)
    label = cell(table, "3", "3")
    image = label.grab().toImage()
    back = ground(table, label)
    edge = [image.pixelColor(x, y) for x in (0, image.width() - 1) for y in range(image.height())]
    assert all(colour == back for colour in edge)
    inside = {image.pixelColor(x, y).rgb() for x in range(image.width()) for y in range(image.height())}
    assert len(inside) > 3


def test_other_classes_take_the_place_of_the_old(table, qtbot):
    def seen():
        labels = [label for label in table.findChildren(QLabel) if label.isVisible()]
        return sorted(name for label in labels if " predicted as " in (name := label.accessibleName()))

    assert len(seen()) == 9
    table.set_counts([[1, 2], [3, 4]], ("A", "B"), "training")
    assert cell(table, "B", "A").text() == "3\n43 %"
    qtbot.waitUntil(lambda: [name[:18] for name in seen()] == [
        "A predicted as A: ", "A predicted as B: ", "B predicted as A: ", "B predicted as B: ",
    ])  # fmt: skip
    table.set_counts([[5, 0], [0, 5]], ("C", "D"), "training")
    assert cell(table, "C", "C").text() == "5\n100 %"


def test_a_table_that_does_not_fit_its_classes_is_refused(table):
    with pytest.raises(ValueError, match="2 classes need a square table"):
        table.set_counts(COUNTS, ("A", "B"), "training")
