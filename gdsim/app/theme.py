"""The application's appearance: which theme is on, how large the type is, and what Qt has to know about it.

Widgets read `theme_manager().theme` and listen to `changed`; the tokens themselves are in `tokens.py`.
"""

from __future__ import annotations

from weakref import WeakKeyDictionary

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication

from gdsim.app.style_sheet import style_sheet
from gdsim.app.tokens import DARK, LIGHT, SIZES, Theme, mix

__all__ = ["DARK", "LIGHT", "MODES", "Theme", "ThemeManager", "palette", "theme_manager"]

MODES = ("system", "light", "dark")
LARGE = 1.5


class ThemeManager(QObject):
    """Which theme is on, and how large the type is.  The only writer of palette, font and style."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None, held: bool = False) -> None:
        """`held` leaves the style sheet for `dress`."""
        super().__init__(parent)
        self._held = held
        self._worn: tuple[object, ...] = ()
        self._mode = "system"
        self._large = False
        self._family = QFont(QApplication.font()).families() or [QFont(QApplication.font()).family()]
        QApplication.styleHints().colorSchemeChanged.connect(self._follow_system)
        self.theme = self._wanted_theme()

    @property
    def mode(self) -> str:
        return self._mode

    @property
    def large(self) -> bool:
        return self._large

    @property
    def scale(self) -> float:
        """What every length and type size is multiplied by."""
        return LARGE if self._large else 1.0

    def set_mode(self, mode: str) -> None:
        """Follow the desktop ("system"), also when that changes, or stay "light" or "dark"."""
        if mode not in MODES:
            raise ValueError(f"the theme is system, light or dark, not {mode!r}")
        self._mode = mode
        # Tells the desktop to draw the window's title bar to match; does nothing where the platform has no such thing.
        schemes = {"system": Qt.ColorScheme.Unknown, "light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
        QApplication.styleHints().setColorScheme(schemes[mode])
        self._refresh()

    def set_large(self, large: bool) -> None:
        self._large = large
        self._refresh()

    def px(self, length: float) -> int:
        """A length of the design, in the current scale."""
        return round(length * self.scale)

    def font(self, role: str = "text", bold: bool = False) -> QFont:
        """The interface font in the size of `role` (text, secondary, sentence, number), with figures of equal width."""
        font = QFont()
        font.setFamilies(self._family)
        font.setPixelSize(self.px(SIZES[role]))
        font.setFeature(QFont.Tag("tnum"), 1)
        if bold:
            font.setWeight(QFont.Weight.DemiBold)
        return font

    def apply(self) -> None:
        """Dress the application; called once at the start and by itself after each change."""
        wanted = (self.theme, self.scale, self._held)
        if wanted == self._worn:
            return
        only_held = self._worn[:2] == wanted[:2]
        application = QApplication.instance()
        if not self._worn:
            application.setStyle("Fusion")  # once: a style set anew is put on every widget, before the sheet is
        self._worn = wanted
        if not only_held:
            application.setPalette(palette(self.theme))
            application.setFont(self.font())
        if not self._held:
            application.setStyleSheet(style_sheet(self.theme, self.scale))

    def dress(self) -> None:
        """Give the widgets made so far their style, all at once: one by one as they are made takes twice as long."""
        self._held = False
        self.apply()

    def _wanted_theme(self) -> Theme:
        if self._mode == "system":
            return DARK if QApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark else LIGHT
        return DARK if self._mode == "dark" else LIGHT

    def _follow_system(self) -> None:
        if self._mode == "system" and self._wanted_theme() != self.theme:
            self._refresh()

    def _refresh(self) -> None:
        self.theme = self._wanted_theme()
        self.apply()
        self.changed.emit()


def palette(theme: Theme) -> QPalette:
    """The tokens as Qt's colour roles, for everything that Fusion draws."""
    roles = QPalette.ColorRole
    result = QPalette()
    for role, colour in {
        roles.Window: theme.window, roles.WindowText: theme.text, roles.Base: theme.panel,
        roles.AlternateBase: theme.window, roles.Text: theme.text, roles.PlaceholderText: theme.muted,
        roles.Button: theme.raised, roles.ButtonText: theme.text, roles.BrightText: theme.bad,
        roles.ToolTipBase: theme.raised, roles.ToolTipText: theme.text, roles.Highlight: theme.accent,
        roles.HighlightedText: theme.on_accent, roles.Accent: theme.accent, roles.Link: theme.accent,
        roles.LinkVisited: theme.curvature, roles.Light: theme.raised, roles.Midlight: theme.border,
        roles.Mid: theme.border, roles.Dark: theme.control, roles.Shadow: theme.border,
    }.items():  # fmt: skip
        result.setColor(role, QColor(colour))
    faint = QColor(mix(theme.text, theme.panel, 0.45))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, role, faint)
    return result


def theme_manager(held: bool = False) -> ThemeManager:
    """The one of this QApplication, made at the first call; then with `held` it waits for `dress`."""
    application = QApplication.instance()
    if application is None:
        raise RuntimeError("a QApplication has to exist before its theme")
    found = _managers.get(application)
    if found is None:
        found = _managers[application] = ThemeManager(application, held)
        found.apply()
    return found


_managers: WeakKeyDictionary[QCoreApplication, ThemeManager] = WeakKeyDictionary()
