from __future__ import annotations

from types import SimpleNamespace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget

from gdsim.app.widgets.fold_group import FoldGroup
from gdsim.app.widgets.number_table import NumberRow, NumberTable
from gdsim.app.widgets.registry_combo import RegistryCombo
from gdsim.app.widgets.sentence_bar import SentenceBar
from gdsim.core.registry import Registry


def colours(widget):
    image = widget.grab().toImage()
    return {image.pixelColor(x, y).name().upper() for x in range(image.width()) for y in range(image.height())}


class TestSentenceBar:
    @pytest.fixture
    def bar(self, shown):
        return shown(SentenceBar(), 400, 60)

    @pytest.mark.parametrize("tone", ["neutral", "good", "warning", "bad"])
    def test_the_tone_has_an_icon_in_its_colour(self, bar, themes, tone):
        bar.show("The slope is negative here.", tone)
        token = "muted" if tone == "neutral" else tone
        assert getattr(themes.theme, token) in colours(bar.icon)
        assert bar.label.isVisible()

    def test_the_sentence_is_spoken(self, bar):
        bar.show("Step <right> & on", "good")
        assert bar.label.accessibleName() == bar.text == "Step <right> & on"
        assert "<right> & on" in bar.label.text().replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")

    def test_quantities_keep_their_colours(self, bar, themes):
        bar.show("The step 0.31 < 2/λ", "neutral", {"0.31": "step", "2/λ": "curvature"})
        assert {themes.theme.step, themes.theme.curvature} <= colours(bar.label)
        assert bar.text == "The step 0.31 < 2/λ"

    def test_the_longest_phrase_wins(self, bar):
        bar.show("2/λ = 0.25", "neutral", {"2": "step", "2/λ": "curvature"})
        assert ">2/λ</b>" in bar.label.text()

    def test_the_label_is_never_wider_than_the_room_beside_the_icon(self, bar):
        bar.resize(300, 60)
        QWidget.show(bar)
        bar.show("")
        QApplication.processEvents()
        bar.show("The step carries it uphill, and that this is so " * 2)
        QApplication.processEvents()
        assert bar.icon.isVisible()
        assert bar.label.width() <= bar.scroll.viewport().width()

    def test_a_long_sentence_wraps_within_its_width(self, bar):
        bar.show("The step is larger than two over the curvature here. " * 3)
        assert bar.width() == 400
        assert bar.label.height() >= 2 * bar.label.fontMetrics().height()

    def test_three_lines_are_seen_and_more_can_be_scrolled_to_without_moving_the_picture(self, shown):
        holder = QWidget()
        layout = QVBoxLayout(holder)
        bar = SentenceBar()
        layout.addWidget(QLabel("picture"), 1)
        layout.addWidget(bar)
        shown(holder, 300, 300)
        bar.show("Short.")
        QApplication.processEvents()
        before = bar.geometry()
        bar.show("The step is larger than two over the curvature. It overshoots more and more.")
        QApplication.processEvents()
        line = bar.label.fontMetrics().lineSpacing()
        assert bar.label.height() >= bar.label.heightForWidth(bar.label.width()) > 2.5 * line
        assert bar.geometry() == before
        assert bar.height() >= 3 * bar.label.fontMetrics().lineSpacing()
        assert not bar.scroll.verticalScrollBar().isVisible()
        bar.show("The step is larger than two over the curvature here. " * 8)
        QApplication.processEvents()
        assert bar.geometry() == before
        assert bar.scroll.verticalScrollBar().isVisible()
        assert bar.label.height() >= bar.label.heightForWidth(bar.label.width()) > bar.height()

    def test_without_a_text_it_is_the_widget_that_is_shown(self, bar):
        bar.hide()
        bar.show()
        assert bar.isVisible()


class TestFoldGroup:
    def test_a_click_folds_and_tells(self, shown, qtbot):
        group = FoldGroup("Optimizer")
        inside = group.add(QLabel("inside"))
        shown(group, 240, 120)
        with qtbot.waitSignal(group.toggled) as toggled:
            qtbot.mouseClick(group.header, Qt.MouseButton.LeftButton)
        assert toggled.args == [False]
        assert not inside.isVisible()
        assert group.header.accessibleDescription() == "folded"
        qtbot.keyClick(group.header, Qt.Key.Key_Space)
        assert inside.isVisible()

    def test_setting_is_silent(self, shown, qtbot):
        group = shown(FoldGroup("Show", open=False), 240, 60)
        with qtbot.assertNotEmitted(group.toggled):
            group.set_open(True)
        assert group.open


class TestNumberTable:
    @pytest.fixture
    def table(self, shown):
        rows = [
            NumberRow("f", "f(x)", "function", main=True),
            NumberRow("g", "slope", "gradient", "f′(x)"),
            NumberRow("n", "n"),
        ]
        return shown(NumberTable(rows), 280, 100)

    def test_values_have_four_digits_and_a_missing_one_a_dash(self, table):
        table.synchronize({"f": 1.28414, "g": "none"})
        assert [table.value_text(key) for key in "fgn"] == ["1.284", "none", "–"]

    def test_a_value_is_spoken_with_its_name(self, table):
        table.set_value("g", -2.6)
        label = next(label for label in table.findChildren(QLabel) if label.text() == "−2.600")
        assert label.accessibleName() == "slope: −2.600"
        assert label.toolTip() == "f′(x)"

    def test_a_quantity_has_its_colour(self, table, themes):
        assert themes.theme.gradient in colours(table)
        assert themes.theme.curvature not in colours(table)

    def test_values_end_at_the_same_place(self, table):
        table.synchronize({"f": 1.0, "g": -1.0, "n": 100.0})
        ends = {label.geometry().right() for label in table.findChildren(QLabel) if label.text()[-1].isdigit()}
        assert len(ends) == 1

    def test_a_name_can_change(self, table):
        table.set_name("g", "slope f′(t)")
        assert any(label.text() == "slope f′(t)" for label in table.findChildren(QLabel))


class TestRegistryCombo:
    @pytest.fixture
    def combo(self, shown):
        registry = Registry("surface")
        for key in ("bowl", "ripple", "kink"):
            registry.add(key, SimpleNamespace(title=key.title(), about=f"About the {key}."))
        return shown(RegistryCombo(registry, "ripple"), 200)

    def test_it_walks_the_registry(self, combo):
        assert [combo.itemText(i) for i in range(combo.count())] == ["Bowl", "Ripple", "Kink"]
        assert combo.key() == "ripple"
        assert combo.accessibleName() == "surface: Ripple"
        assert combo.toolTip() == "Ripple\nAbout the ripple."

    def test_a_choice_is_told_by_key(self, combo, qtbot):
        with qtbot.waitSignal(combo.chosen) as chosen:
            qtbot.keyClick(combo, Qt.Key.Key_Down)
        assert chosen.args == ["kink"]
        assert combo.toolTip() == "Kink\nAbout the kink."
        assert combo.accessibleName() == "surface: Kink"

    def test_setting_is_silent(self, combo, qtbot):
        with qtbot.assertNotEmitted(combo.chosen):
            combo.set_key("bowl")
            combo.set_key(None)
        assert combo.key() is None
        combo.set_key("no such key")
        assert combo.key() is None

    def test_the_wheel_chooses_nothing(self, combo):
        place = QPointF(20, 10)
        event = QWheelEvent(
            place, QPointF(combo.mapToGlobal(place)), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(combo, event)
        assert combo.key() == "ripple"

    def test_the_arrow_is_drawn(self, combo, themes):
        assert QColor(themes.theme.muted).name().upper() in colours(combo)
