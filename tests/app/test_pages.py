from __future__ import annotations

import pytest
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from gdsim.app.pages import Page, log_page


class Desktop(QObject):
    """Takes the place of the system's programs for files."""

    def __init__(self):
        super().__init__()
        self.opened = []

    @Slot(QUrl)
    def open(self, url):
        self.opened.append(url)


@pytest.fixture
def desktop():
    desktop = Desktop()
    QDesktopServices.setUrlHandler("file", desktop, "open")
    yield desktop
    QDesktopServices.unsetUrlHandler("file")


def test_the_folder_of_the_log_opens_outside_and_the_page_stays(shown, desktop, qtbot, tmp_path):
    path = tmp_path / "a b & <c> 'd'" / "gdsim.log"
    page = shown(Page("Error log", log_page(path, "2026-01-02 03:04:05 ERROR it broke"), shown(QWidget()), wide=True))
    text = page.browser.toPlainText()
    cursor = page.browser.document().find("Open its folder")
    place = page.browser.cursorRect(cursor).center()
    place.setX(place.x() - 10)
    qtbot.mouseClick(page.browser.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert [url.toLocalFile() for url in desktop.opened] == [str(path.parent)]
    assert page.browser.toPlainText() == text
    assert "it broke" in text
    # The path stands alone on its line, not in the link, so that it can be marked and copied.
    assert str(path) in text.splitlines()
    assert page.browser.document().find(str(path)).charFormat().anchorHref() == ""
