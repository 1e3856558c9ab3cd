"""The table of the window's own commands; a tab adds its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gdsim.app.actions import Action
from gdsim.app.pages import Page, about_page, help_page, log_page
from gdsim.app.saving import copy_picture, save_picture, save_table

if TYPE_CHECKING:
    from gdsim.app.main_window import MainWindow


class Commands:
    """What the entries do, each for the tab that is shown at that moment."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window

    def save_picture(self) -> None:
        save_picture(self.window.tab.pictures()[0], self.window.context, self.window)

    def copy_picture(self) -> None:
        copy_picture(self.window.tab.pictures()[0], self.window.context)

    def has_picture(self) -> bool:
        return bool(self.window.tab.pictures())

    def save_data(self) -> None:
        table = self.window.tab.table()
        if table is not None:
            save_table(table, self.window.context, self.window)

    def has_data(self) -> bool:
        return self.window.tab.table() is not None

    def name_data(self) -> str:
        table = self.window.tab.table()
        return "Save data…" if table is None else f"Save {table.title}…"

    def undo(self) -> None:
        self.window.tab.undo()

    def redo(self) -> None:
        self.window.tab.redo()

    def can_undo(self) -> bool:
        return self.window.tab.can_undo()

    def can_redo(self) -> bool:
        return self.window.tab.can_redo()

    def play(self) -> None:
        self.window.tab.transport.toggle_play()

    def step(self) -> None:
        self.window.tab.transport.request_step()

    def name_step(self) -> str:
        return f"Step: {self.window.tab.step_words}"

    def back(self) -> None:
        self.window.tab.transport.request_back()

    def reset(self) -> None:
        self.window.tab.transport.reset_requested.emit()

    def use_system_theme(self) -> None:
        self.window.set_theme_mode("system")

    def use_light_theme(self) -> None:
        self.window.set_theme_mode("light")

    def use_dark_theme(self) -> None:
        self.window.set_theme_mode("dark")

    def follows_system(self) -> bool:
        return self.window.context.themes.mode == "system"

    def is_light(self) -> bool:
        return self.window.context.themes.mode == "light"

    def is_dark(self) -> bool:
        return self.window.context.themes.mode == "dark"

    def is_large(self) -> bool:
        return self.window.context.themes.large

    def toggle_large(self) -> None:
        self.window.toggle_large_type()

    def controls_shown(self) -> bool:
        return not self.window.tab.controls_collapsed

    def explain_pictures(self) -> None:
        help_page("pictures", self.window).show()

    def explain_formulas(self) -> None:
        help_page("formulas", self.window).show()

    def explain_words(self) -> None:
        help_page("glossary", self.window).show()

    def show_log(self) -> None:
        journal = self.window.context.journal
        Page("Error log", log_page(journal.path, journal.newest()), self.window, wide=True).show()

    def about(self) -> None:
        Page("About gdsim", about_page(), self.window).show()


def window_actions(window: MainWindow) -> list[Action]:
    """In the order of the menus."""
    do = Commands(window)
    return [
        Action("Save picture…", "Ctrl+Shift+S", do.save_picture, "File", "As PNG or SVG", enabled=do.has_picture),
        Action("Copy picture", "Ctrl+Shift+C", do.copy_picture, "File", "To the clipboard", enabled=do.has_picture),
        Action("Save data…", "Ctrl+Shift+D", do.save_data, "File", "As CSV", enabled=do.has_data, says=do.name_data),
        Action("Quit", "Ctrl+Q", window.close, "File", separator=True, place=1),
        Action("Undo", "Ctrl+Z", do.undo, "Edit", enabled=do.can_undo),
        Action("Redo", "Ctrl+Shift+Z", do.redo, "Edit", enabled=do.can_redo),
        Action("Play or pause", "Space", do.play, "Run"),
        Action("Step", "Right", do.step, "Run", says=do.name_step),
        Action("Step back", "Left", do.back, "Run"),
        Action("Reset", "R", do.reset, "Run", "Back to the same start"),
        Action("Follow the system's theme", "", do.use_system_theme, "View", checked=do.follows_system),
        Action("Light theme", "", do.use_light_theme, "View", checked=do.is_light),
        Action("Dark theme", "", do.use_dark_theme, "View", checked=do.is_dark),
        Action("Large type", "Ctrl+L", do.toggle_large, "View", "For a projector", checked=do.is_large, separator=True),
        Action("Controls", "F9", window.toggle_controls, "View", "Show or hide", checked=do.controls_shown),
        Action("Full screen", "F11", window.toggle_full_screen, "View", checked=window.isFullScreen),
        Action("What the pictures mean", "", do.explain_pictures, "Help"),
        Action("Typing a formula", "", do.explain_formulas, "Help"),
        Action("Words", "", do.explain_words, "Help"),
        Action("Keyboard shortcuts", "F1", window.show_shortcuts, "Help"),
        Action("Error log", "", do.show_log, "Help", "What went wrong, if anything did, and the file it is kept in"),
        Action("About gdsim", "", do.about, "Help"),
    ]  # fmt: skip
