"""The small style sheet on top of Fusion: flat controls with hairlines, one filled button, a visible focus ring.

Widgets ask for a look with the dynamic property `role` (panel, secondary, number, heading, primary, quiet, ...), so
that colours and type sizes follow the theme by themselves.
"""

from __future__ import annotations

from string import Template

from gdsim.app.resources import resource
from gdsim.app.tokens import SIZES, Theme, mix

_SHEET = Template("""
QWidget { font-size: ${text_size}px; }
QToolTip { color: $text; background: $raised; border: 1px solid $border; padding: ${p4}px ${p6}px; }
*[role="panel"] { background: $panel; border: 1px solid $border; border-radius: ${p6}px; }
QFrame[role="notice"] { background: $raised; border: 1px solid $control; border-radius: ${p6}px; }
*[role="clear"] { background: transparent; border: none; }
QLabel { background: transparent; }
QLabel[role="secondary"] { color: $muted; font-size: ${secondary_size}px; }
QLabel[role="muted"] { color: $muted; }
QLabel[role="number"] { font-size: ${number_size}px; }
QLabel[role="sentence"] { font-size: ${sentence_size}px; }
QLabel[role="heading"] { font-weight: 600; }
QLabel[role="problem"] { color: $bad; font-size: ${secondary_size}px; }

QLineEdit, QComboBox, QPushButton, QSpinBox {
  background: $raised; color: $text; border: 1px solid $control; border-radius: ${p6}px;
  min-height: ${inner}px; padding: 0 ${p8}px; selection-background-color: $accent; selection-color: $on_accent; }
QLineEdit:hover, QComboBox:hover, QPushButton:hover { border-color: $text; }
QPushButton, QToolButton, QCheckBox, QRadioButton { outline: none; }
QLineEdit:focus, QComboBox:focus, QPushButton:focus { border: 2px solid $accent; padding: 0 ${p7}px; }
QLineEdit[wrong="true"] { border: 2px solid $bad; padding: 0 ${p7}px; }
QLineEdit:disabled, QComboBox:disabled, QPushButton:disabled { color: $faint; border-color: $border; }
QPushButton:pressed { background: $pressed; }
QPushButton:checked { background: $pressed; border-color: $accent; font-weight: 600; }
QPushButton[role="primary"] { background: $accent; color: $on_accent; border: 1px solid $accent; font-weight: 600;
  padding: 0 ${p16}px; }
QPushButton[role="primary"]:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[role="primary"]:pressed { background: $accent_pressed; }
QPushButton[role="primary"]:focus { border: 2px solid $text; padding: 0 ${p15}px; }
QPushButton[role="primary"]:disabled { background: $border; color: $faint; border-color: $border; }
QComboBox::drop-down { border: none; width: ${p24}px; }
QComboBox::down-arrow { image: none; }
QComboBox QAbstractItemView { background: $raised; color: $text; border: 1px solid $control; outline: none;
  selection-background-color: $accent; selection-color: $on_accent; }
QComboBox QAbstractItemView::item { min-height: ${p24}px; padding: 0 ${p6}px; }

QToolButton { background: transparent; border: 1px solid transparent; border-radius: ${p6}px;
  min-width: ${inner}px; min-height: ${inner}px; padding: 0; }
QToolButton:hover { background: $hover; }
QToolButton:pressed, QToolButton:checked { background: $pressed; }
QToolButton:focus { border: 2px solid $accent; }
QToolButton[role="fold"] { text-align: left; font-weight: 600; background: transparent; }
QToolButton[role="fold"]:hover { background: $hover; }
QToolButton::menu-indicator { image: none; }

QCheckBox, QRadioButton { spacing: ${p8}px; min-height: ${p24}px; border-radius: ${p4}px; padding: 0 ${p2}px; }
QCheckBox:focus, QRadioButton:focus { border: 2px solid $accent; padding: 0; }
QCheckBox::indicator { width: ${p16}px; height: ${p16}px; border: 1px solid $control; border-radius: ${p4}px;
  background: $raised; }
QCheckBox::indicator:hover { border-color: $text; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent; image: url("$tick"); }
QCheckBox::indicator:disabled { border-color: $border; }
QCheckBox::indicator:checked:disabled { background: $control; border-color: $control; }

QTabWidget::pane { border: none; }
QTabBar { background: transparent; qproperty-drawBase: 0; outline: none; }
QTabBar::tab { background: transparent; color: $muted; border: none; border-bottom: 2px solid transparent;
  padding: ${p6}px ${p12}px; margin: 0; min-height: ${p18}px; }
QTabBar[role="dense"]::tab { padding: ${p6}px ${p4}px; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $text; border-bottom: 2px solid $accent; }
QTabBar::tab:focus { border: 2px solid $accent; border-radius: ${p4}px; padding: ${p4}px ${p10}px; }
QTabBar[role="dense"]::tab:focus { padding: ${p4}px ${p2}px; }

QScrollArea { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: ${p10}px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: ${p10}px; margin: 0; }
QScrollBar::handle { background: $control; border-radius: ${p3}px; margin: ${p2}px;
  min-height: ${p24}px; min-width: ${p24}px; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QTableView { background: $panel; color: $text; border: 1px solid $border; border-radius: ${p6}px;
  alternate-background-color: $window; }
QTableView::item { padding: 0 ${p8}px; }
QHeaderView { background: transparent; }
QHeaderView::section { background: $panel; color: $muted; border: none; border-bottom: 1px solid $border;
  padding: ${p4}px ${p10}px; }
QHeaderView::section:vertical { border-bottom: none; }
QTableCornerButton::section { background: $panel; border: none; border-bottom: 1px solid $border; }

QMenuBar { background: $window; color: $text; padding: ${p2}px; }
QMenuBar::item { padding: ${p4}px ${p8}px; border-radius: ${p4}px; background: transparent; }
QMenuBar::item:selected { background: $hover; }
QMenu { background: $raised; color: $text; border: 1px solid $border; padding: ${p4}px; }
QMenu::item { padding: ${p6}px ${p24}px ${p6}px ${p32}px; border-radius: ${p4}px; }
QMenu::indicator { width: ${p16}px; height: ${p16}px; left: ${p8}px; }
QMenu::indicator:checked { image: url("$menu_tick"); }
QMenu::indicator:checked:selected { image: url("$tick"); }
QMenu::item:selected { background: $accent; color: $on_accent; }
QMenu::item:disabled { color: $faint; background: transparent; }
QMenu::separator { height: 1px; background: $border; margin: ${p4}px ${p8}px; }
""")


def style_sheet(theme: Theme, scale: float) -> str:
    """The sheet for one theme and one type scale."""
    lengths = {f"p{n}": round(n * scale) for n in (2, 3, 4, 6, 7, 8, 10, 12, 15, 16, 18, 24, 32)}
    sizes = {f"{role}_size": round(size * scale) for role, size in SIZES.items()}
    colours = {
        token: getattr(theme, token)
        for token in ("text", "muted", "window", "panel", "raised", "border", "control", "accent", "on_accent", "bad")
    }
    shades = {
        "hover": mix(theme.text, theme.panel, 0.06),
        "pressed": mix(theme.text, theme.panel, 0.14),
        "faint": mix(theme.text, theme.panel, 0.45),
        "accent_hover": mix(theme.accent, theme.text, 0.88),
        "accent_pressed": mix(theme.accent, theme.text, 0.76),
    }
    # A style sheet's pictures can't take its colours: there is a white tick, for light's accent, and a dark one.
    ticks = [resource("icons", f"check-{name}.svg").as_posix() for name in ("light", "dark")]
    tick, menu_tick = reversed(ticks) if theme.dark else ticks
    lengths["inner"] = round(26 * scale)
    return _SHEET.substitute(lengths, **sizes, **colours, **shades, tick=tick, menu_tick=menu_tick)
