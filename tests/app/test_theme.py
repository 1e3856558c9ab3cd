from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from gdsim.app import theme as theme_module
from gdsim.app.style_sheet import style_sheet
from gdsim.app.theme import DARK, LIGHT, palette, theme_manager
from gdsim.app.tokens import contrast, mix, token_names

BOTH = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
BACKGROUNDS = ("window", "panel", "raised")
READ = ("text", "muted", "gradient", "step", "tangent", "curvature", "training", "validation", "good", "warning", "bad")


def test_contrast_of_black_and_white_is_21():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)  # the well-known grey that just fails


def test_mix():
    assert mix("#FFFFFF", "#000000", 0.5) == "#808080"
    assert mix("#123456", "#FFFFFF", 1.0) == "#123456"


@BOTH
@pytest.mark.parametrize("background", BACKGROUNDS)
@pytest.mark.parametrize("token", READ)
def test_what_is_read_has_contrast(theme, background, token):
    assert contrast(getattr(theme, token), getattr(theme, background)) >= 4.5


@BOTH
def test_words_on_the_filled_button_have_contrast(theme):
    assert contrast(theme.on_accent, theme.accent) >= 4.5


@BOTH
@pytest.mark.parametrize("token", ["accent", "control"])
def test_what_bounds_a_control_can_be_seen(theme, token):
    for background in BACKGROUNDS:
        assert contrast(getattr(theme, token), getattr(theme, background)) >= 3.0


@BOTH
def test_every_token_is_an_opaque_colour(theme):
    for name in token_names():
        assert QColor(getattr(theme, name)).isValid()
        assert len(getattr(theme, name)) == 7


@BOTH
def test_the_grid_is_text_or_white_at_8_percent_on_the_panel(theme):
    ink = "#FFFFFF" if theme.dark else theme.text
    grid, expected = QColor(theme.grid), QColor(mix(ink, theme.panel, 0.08))
    assert max(abs(a - b) for a, b in zip(grid.getRgb(), expected.getRgb(), strict=True)) <= 1


@BOTH
def test_classes_differ_from_each_other_and_from_the_panel(theme):
    assert len(set(theme.classes)) == 8
    for colour in theme.classes[:6]:
        assert contrast(colour, theme.panel) >= 2.0


def test_colour_finds_tokens_and_passes_colours():
    assert LIGHT.colour("gradient") == LIGHT.gradient
    assert LIGHT.colour("#ABCDEF") == "#ABCDEF"


@BOTH
def test_the_palette_holds_the_tokens(theme):
    made = palette(theme)
    assert made.color(QPalette.ColorRole.Window).name().upper() == theme.window
    assert made.color(QPalette.ColorRole.Text).name().upper() == theme.text
    assert made.color(QPalette.ColorRole.Highlight).name().upper() == theme.accent


@BOTH
def test_the_style_sheet_names_no_other_colour_than_the_themes(theme):
    sheet = style_sheet(theme, 1.0)
    assert "$" not in sheet
    assert theme.accent in sheet
    assert (DARK if theme is LIGHT else LIGHT).accent not in sheet


def test_one_manager_for_one_application(qapp):
    assert theme_manager() is theme_manager()


def test_a_mode_changes_the_palette_and_says_so(themes, qtbot):
    with qtbot.waitSignal(themes.changed):
        themes.set_mode("dark")
    assert themes.theme is DARK
    assert QApplication.palette().color(QPalette.ColorRole.Window).name().upper() == DARK.window


def test_a_change_styles_every_widget_once(themes, shown):
    class Styled(QWidget):
        times = 0

        def changeEvent(self, event):
            self.times += event.type() == QEvent.Type.StyleChange

    themes.set_mode("light")
    widget = shown(Styled(), 50, 50)
    widget.times = 0
    themes.set_mode("dark")
    assert widget.times == 1
    themes.set_large(True)
    assert widget.times == 2


def test_an_unknown_mode_is_refused(themes):
    with pytest.raises(ValueError, match="pink"):
        themes.set_mode("pink")


def test_system_follows_the_desktop(themes, monkeypatch):
    class Hints:
        scheme = Qt.ColorScheme.Light

        def colorScheme(self):
            return self.scheme

        def setColorScheme(self, scheme):
            pass

    class Application(QApplication):
        @staticmethod
        def styleHints():
            return hints

    hints = Hints()
    monkeypatch.setattr(theme_module, "QApplication", Application)
    themes.set_mode("system")
    assert themes.theme is LIGHT
    hints.scheme = Qt.ColorScheme.Dark
    QApplication.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert themes.theme is DARK


def test_a_chosen_mode_does_not_follow_the_desktop(themes):
    themes.set_mode("dark")
    QApplication.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert themes.theme is DARK


def test_large_type_is_one_and_a_half_times_as_large(themes):
    assert (themes.px(28), themes.font("sentence").pixelSize()) == (28, 15)
    themes.set_large(True)
    assert (themes.px(28), themes.font("sentence").pixelSize()) == (42, 22)
    assert QApplication.font().pixelSize() == 20


def test_figures_have_equal_width(themes):
    from PySide6.QtGui import QFont, QFontMetricsF

    assert themes.font().featureValue(QFont.Tag("tnum")) == 1
    metrics = QFontMetricsF(themes.font())
    assert len({round(metrics.horizontalAdvance(figure), 3) for figure in "0123456789"}) == 1
