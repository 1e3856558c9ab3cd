"""The window: tabs from their registry, menus from one table, and what is remembered between two starts."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Generator, Iterator, Mapping
from typing import Any

from PySide6.QtCore import QByteArray, QEvent, QSize, Qt
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QTabWidget, QVBoxLayout, QWidget
from shiboken6 import isValid

from gdsim.app.cli import SMALLEST_SIZE
from gdsim.app.context import Context
from gdsim.app.files import FileProblem
from gdsim.app.icons import application_icon
from gdsim.app.journal import to_terminal
from gdsim.app.menus import Menus
from gdsim.app.pages import Page, shortcuts_page
from gdsim.app.pieces import make_all
from gdsim.app.widgets.buttons import IconButton
from gdsim.app.widgets.formula_label import typesetter
from gdsim.app.widgets.notice import Notice
from gdsim.app.widgets.small_screen import SmallScreen
from gdsim.app.widgets.tab_frame import TabFrame
from gdsim.app.widgets.tab_order import next_stop
from gdsim.app.window_actions import window_actions

FIRST_SIZE = QSize(1280, 800)
_FRAME = QSize(16, 48)  # room for a border and a title bar, whose size is known only after the window is shown
_AROUND = QSize(16, 48)  # what a scroll bar and the menu bar leave of the window's smallest size
_NO_REPEAT = ("Space", "R")


class MainWindow(QMainWindow):
    """A tab is made when it is first shown; `first_tab` is where the first start opens."""

    def __init__(self, context: Context, tabs: Mapping[str, Any], first_tab: str = "descend") -> None:
        """`tabs` maps keys to entries with `title` and `begin(context) -> TabFrame`."""
        super().__init__()
        self.context = context
        self._specs = tabs
        self._tabs: dict[str, TabFrame] = {}
        self._under_way: dict[str, Iterator[None]] = {}  # the making of tabs that are not there yet
        self._problem_said = ""
        self._pages = QTabWidget(documentMode=True)
        self._pages.tabBar().setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._pages.tabBar().setAccessibleName("Tabs")
        self.menus = Menus(self.menuBar())
        self.setWindowTitle("gdsim")
        self.setWindowIcon(application_icon())
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._add_corner_buttons()
        for spec in tabs.values():
            page = QWidget()
            layout = QVBoxLayout(page)
            layout.setContentsMargins(0, 0, 0, 0)
            self._pages.addTab(page, spec.title)
        smallest, room = QSize(*SMALLEST_SIZE), self.screen().availableSize() - _FRAME
        self.setMinimumSize(smallest.boundedTo(room))
        content = SmallScreen(self._pages, smallest - _AROUND)
        self.setCentralWidget(content)
        self.notice = Notice(self, content, context.ticker)
        context.notices.said.connect(self.notice.say)
        context.themes.changed.connect(self._follow_theme)
        self._follow_theme()
        self._restore(first_tab)
        self._pages.currentChanged.connect(self._tab_chosen)
        self._left: QWidget | None = None
        QApplication.instance().focusChanged.connect(self._remember_focus)

    @property
    def tab(self) -> TabFrame:
        """The tab that is shown."""
        return self._made(self._keys()[self._pages.currentIndex()])

    @property
    def tab_key(self) -> str:
        return self._keys()[self._pages.currentIndex()]

    def show_tab(self, key: str) -> TabFrame:
        """Switch to a tab and return it."""
        self._pages.setCurrentIndex(self._keys().index(key))
        return self.tab

    def set_theme_mode(self, mode: str) -> None:
        """Follow the "system", or stay "light" or "dark"; remembered."""
        self.context.settings.set("theme", mode)
        self.context.themes.set_mode(mode)

    def toggle_theme(self) -> None:
        self.set_theme_mode("light" if self.context.themes.theme.dark else "dark")

    def toggle_large_type(self) -> None:
        large = not self.context.themes.large
        self.context.settings.set("large_type", large)
        self.context.themes.set_large(large)

    def toggle_controls(self) -> None:
        """Show or hide the controls of every tab."""
        collapsed = not self.tab.controls_collapsed
        self.context.settings.set("controls_collapsed", collapsed)
        for tab in self._tabs.values():
            tab.set_controls_collapsed(collapsed)
        self._describe_controls_button(collapsed)

    def toggle_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def show_shortcuts(self) -> None:
        Page("Keyboard shortcuts", shortcuts_page(self._actions()), self).show()

    def say(self, sentence: str, tone: str = "neutral", *, stays: bool = False) -> None:
        """A passing remark at the head of the window, or one that stays until it is dismissed."""
        self.notice.say(sentence, tone, stays=stays)

    def keep(self) -> None:
        """Write down now what is remembered, if there is anything new; a problem is said once."""
        problem = self._remember()
        if problem and problem != self._problem_said:
            self.context.journal.write(problem, level=logging.WARNING)
            self.say(f"{problem} What you set now will be forgotten when gdsim ends.", "warning")
        self._problem_said = problem

    def _keys(self) -> list[str]:
        return list(self._specs)

    def _made(self, key: str) -> TabFrame:
        """The tab; what is missing in it is made at once."""
        if key not in self._tabs:
            make_all(self._under_way.pop(key, ()))
        if key not in self._tabs:  # nobody had begun, or that failed
            make_all(self._making(key))
        return self._tabs[key]

    def _making(self, key: str) -> Iterator[None]:
        """Make a tab as it was left; then it is there."""
        try:
            tab = yield from self._new_tab(key)
            if not self._restore_tab(key, tab):
                tab.stop()
                tab.close()
                tab.deleteLater()
                tab = yield from self._new_tab(key)  # a state that was taken over by half is worse than none
            yield
        finally:
            self._under_way.pop(key, None)
        self._tabs[key] = tab
        tab.set_controls_collapsed(self.context.settings.flag("controls_collapsed"))
        tab.show()
        if key == self.tab_key:
            self._build_menus()

    def _new_tab(self, key: str) -> Generator[None, None, TabFrame]:
        """It is in its place from the beginning: to be moved there would style all that is in it anew."""
        tab = self._specs[key].begin(self.context)
        tab.hide()
        self._pages.widget(self._keys().index(key)).layout().addWidget(tab)
        made = False
        try:
            yield
            yield from tab.build()
            made = True
        finally:
            if not made and isValid(tab):
                tab.deleteLater()
        return tab

    def _restore_tab(self, key: str, tab: TabFrame) -> bool:
        """False when the remembered state is of no use."""
        state = self.context.settings.tab_state(key)
        if self.context.options.scene_given:
            return True
        try:
            if state:
                tab.restore_state(state)
            self.context.settings.begin_tab_with(key, tab.save_state())
        except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError):
            self.context.journal.write(traceback.format_exc(), level=logging.WARNING)
            self.say(f"What {self._specs[key].title} showed last time could not be restored.", "warning")
            return False
        return True

    def _tab_chosen(self) -> None:
        for key, tab in self._tabs.items():
            if key != self.tab_key:
                tab.stop()
        key = self.tab_key
        if key in self._tabs:
            self._build_menus()
            return
        self.menus.build(window_actions(self))  # those of the tab that was left do not reach it any more
        if key not in self._under_way:
            self._under_way[key] = self._making(key)
            self.context.ticker.pull(typesetter.after(self._under_way[key]))

    def _actions(self) -> list[Any]:
        return [*window_actions(self), *self.tab.actions()]

    def _build_menus(self) -> None:
        self.menus.build(self._actions())

    def _restore(self, first_tab: str) -> None:
        """Size, place and tab as they were left, unless the command line says otherwise."""
        settings, options = self.context.settings, self.context.options
        geometry = QByteArray.fromBase64(settings.text("geometry").encode("ascii", "replace"))
        if options.size is not None:
            self.resize(*options.size)
        elif geometry.isEmpty() or not self.restoreGeometry(geometry):
            drawn_only = options.screenshot is not None
            self.resize(FIRST_SIZE if drawn_only else FIRST_SIZE.boundedTo(self.screen().availableSize() - _FRAME))
        key = options.tab or settings.text("tab") or first_tab
        if key in self._specs:
            self._pages.setCurrentIndex(self._keys().index(key))
        if not options.tab:
            settings.begin_with("tab", self.tab_key)
        self._made(self.tab_key)
        self._describe_controls_button(settings.flag("controls_collapsed"))
        if settings.problem:
            self.say(settings.problem, "warning")

    def _add_corner_buttons(self) -> None:
        self._controls_button = IconButton("panel", "Hide the controls")
        self._theme_button = IconButton("moon", "Dark theme")
        self._help_button = IconButton("help", "Keyboard shortcuts", "Keyboard shortcuts (F1)")
        self._controls_button.clicked.connect(self.toggle_controls)
        self._theme_button.clicked.connect(self.toggle_theme)
        self._help_button.clicked.connect(self.show_shortcuts)
        for corner, buttons in (
            (Qt.Corner.TopLeftCorner, (self._controls_button,)),
            (Qt.Corner.TopRightCorner, (self._theme_button, self._help_button)),
        ):
            holder = QWidget()
            row = QHBoxLayout(holder)
            row.setContentsMargins(8, 4, 8, 0)
            row.setSpacing(4)
            for button in buttons:
                row.addWidget(button)
            self._pages.setCornerWidget(holder, corner)

    def _describe_controls_button(self, collapsed: bool) -> None:
        verb = "Show" if collapsed else "Hide"
        self._controls_button.describe(f"{verb} the controls", f"{verb} the controls (F9)")

    def _follow_theme(self) -> None:
        dark = self.context.themes.theme.dark
        self._theme_button.set_icon("sun" if dark else "moon")
        self._theme_button.describe("Light theme" if dark else "Dark theme")

    def _remember(self) -> str:
        """Keep window, tab and the tabs' states; a sentence when they could not be written."""
        settings = self.context.settings
        settings.set("geometry", bytes(self.saveGeometry().toBase64()).decode())
        settings.set("tab", self.tab_key)
        try:
            for key, tab in self._tabs.items():
                settings.set_tab_state(key, tab.save_state())
        finally:  # one tab that fails does not take the others with it
            problem = ""
            try:
                settings.save()
            except FileProblem as error:
                problem = str(error)
        return problem

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Plain keys that the focused widget had no use for: Space, arrows, R."""
        key = QKeySequence(event.keyCombination()).toString(QKeySequence.SequenceFormat.PortableText)
        if event.isAutoRepeat() and key in _NO_REPEAT:
            return
        if not self.menus.act_on(key):
            super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes on from the control that gave the keyboard back to the window, as fields do with Return.

        From the last control it goes to the first: the window itself, where nothing is seen to have the keyboard, is
        no stop on the way round.
        """
        left, now = self._left, self.focusWidget() or self
        if now is self and left is not None and isValid(left) and left.isVisible() and self.isAncestorOf(left):
            now = left
        stop = next_stop(now, forward)
        if stop is not None:
            stop.setFocus(Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason)
        return stop is not None

    def _remember_focus(self, before: QWidget | None, now: QWidget | None) -> None:
        if before not in (None, self) and now in (None, self):
            self._left = before

    def showEvent(self, event: QShowEvent) -> None:
        """At first nothing has the keyboard but the window, so that Space plays and Right steps."""
        super().showEvent(event)
        self._pages.blockSignals(False)
        if self.focusWidget() is None or self.focusWidget() is self._pages.tabBar():
            self.setFocus()

    def changeEvent(self, event: QEvent) -> None:
        """Out of sight nothing plays."""
        if event.type() == QEvent.Type.WindowStateChange and self.isMinimized():
            for tab in self._tabs.values():
                tab.stop()
        super().changeEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.setFocus()  # what is being typed ends now, and not after everything was stopped
        try:
            for tab in self._tabs.values():
                tab.stop()
            problem = self._remember()
            if problem:
                to_terminal(f"gdsim: {problem}\n")
        finally:  # whatever is wrong, the window can be closed
            self._pages.blockSignals(True)  # as it is taken apart, one tab after another becomes the current one
            self.context.ticker.stop()
            super().closeEvent(event)
