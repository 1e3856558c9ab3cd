"""The pages of the Help menu: those that are shipped, the keyboard shortcuts (from the same table as the menus), and
what gdsim is made of.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QDesktopServices, QKeySequence
from PySide6.QtWidgets import QDialog, QTextBrowser, QVBoxLayout, QWidget

from gdsim.app.actions import MENUS, Action
from gdsim.app.resources import resource_text
from gdsim.app.theme import theme_manager

# Keys that belong to what has the focus, not to a menu.
_IN_PLACE = {
    "In the picture": (
        ("Left, Right", "move the focused ball along x; with Shift in large steps"),
        ("Up, Down", "move it along y on a surface; with Shift in large steps"),
        ("Ctrl++, Ctrl+−", "zoom in and out, about the middle"),
        ("Ctrl+arrow keys", "move what is seen"),
        ("Esc", "leave the ball"),
        ("Tab", "go to the next control"),
    ),
    "In the surface in 3-D": (
        ("Arrow keys", "turn it; with Shift further"),
        ("+, −", "zoom in and out"),
        ("Home", "the first view"),
        ("Esc", "leave the picture"),
    ),
    "In the network of Train": (
        ("Arrow keys", "go from neuron to weight to neuron; on a weight, Shift changes where it starts"),
        ("+, −", "add a neuron to the layer, remove one"),
        ("Insert, Delete", "add a layer, remove it"),
        ("Enter", "type the chosen number"),
        ("Esc", "leave the network"),
    ),
    "Among the data points of Train": (
        ("Arrow keys", "choose a point; with Ctrl move it, with Shift as well further"),
        ("Home, End", "the first and the last point"),
        ("Insert, Delete", "add a point, remove the chosen one"),
        ("Esc", "leave the points"),
    ),
    "On a slider": (
        ("Left, Right", "a small change"),
        ("Page Up, Page Down", "a large one"),
        ("Home, End", "to the ends"),
    ),
    "In a number": (("Up, Down", "change the second digit; with Shift ten times as much"), ("Esc", "undo the typing")),
}


_ENTRY = re.compile(r"^(?=\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)", re.MULTILINE)  # of the log


class Page(QDialog):
    """A page of text in a window of its own; not modal, gone when closed."""

    def __init__(self, title: str, text: str, parent: QWidget, *, markdown: bool = False, wide: bool = False) -> None:
        """`text` is HTML, or Markdown; long lines want a `wide` page."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.browser = QTextBrowser(openLinks=False)  # by itself it would show a folder as an empty page
        self.browser.anchorClicked.connect(QDesktopServices.openUrl)
        self.browser.setAccessibleName(title)
        if markdown:
            self.browser.setMarkdown(text)
        else:
            self.browser.setHtml(text)
        self.browser.document().setDocumentMargin(24)
        self.browser.setProperty("role", "clear")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.browser)
        themes = theme_manager()
        width = themes.px(760 if wide else 520)
        self.browser.document().setTextWidth(width)
        height = min(round(self.browser.document().size().height()) + 4, themes.px(680))
        self.resize(QSize(width, height).boundedTo(self.screen().availableSize() * 0.9))


def help_page(name: str, parent: QWidget) -> Page:
    """A shipped page of resources/help; its title is its first line."""
    text = resource_text("help", f"{name}.md")
    return Page(text.partition("\n")[0].removeprefix("# "), text, parent, markdown=True)


def shortcuts_page(actions: Iterable[Action]) -> str:
    """All keys as HTML, menu by menu."""
    listed = list(actions)
    blocks = []
    for menu in MENUS:
        rows = [
            (_native(action.shortcut), action.title) for action in listed if action.menu == menu and action.shortcut
        ]
        if rows:
            blocks.append(_block(menu, rows))
    blocks += [_block(title, rows) for title, rows in _IN_PLACE.items()]
    return "<h2>Keyboard shortcuts</h2>" + "".join(blocks)


def about_page() -> str:
    """Name, purpose and versions as HTML."""
    from gdsim.app.self_test import versions

    return (
        "<h2>gdsim</h2><p>A desktop simulator of gradient descent. Everything on the screen is computed by one "
        "automatic-differentiation core, from the same numbers, at the moment it is drawn.</p>"
        + _block("Versions", list(versions().items()))
        + "<p>MIT licence.</p>"
    )


def log_page(path: Path | None, text: str) -> str:
    """Where the log is and what it says, the newest entry first, as HTML."""
    if path is None:
        return "<h2>Error log</h2><p>No log is kept: gdsim found no folder in which it may write.</p>"
    folder = path.parent.absolute().as_uri()  # with %26 for "&", since Qt reads no "&amp;" in an address
    where = f"{html.escape(str(path))}<br><a href='{folder}'>Open its folder</a>"
    words = "Kept on this computer only, and never large. The newest entry is shown first."
    text = "".join(reversed(_ENTRY.split(text)))
    body = f"<pre style='white-space: pre-wrap'>{html.escape(text)}</pre>" if text else "<p>Nothing is in it yet.</p>"
    return f"<h2>Error log</h2><p>{words}</p><p>{where}</p>{body}"


def _native(shortcut: str) -> str:
    return QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.NativeText)


def _block(title: str, rows: Iterable[tuple[str, str]]) -> str:
    width = theme_manager().px(180)
    lines = "".join(
        f"<tr><td width='{width}'><b>{html.escape(left)}</b></td><td>{html.escape(right)}</td></tr>"
        for left, right in rows
    )
    return f"<h3>{html.escape(title)}</h3><table cellpadding='2'>{lines}</table>"
