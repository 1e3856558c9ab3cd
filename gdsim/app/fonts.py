"""Letters where the system has none: then the font is borrowed that comes with the typesetter of formulas."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from PySide6.QtGui import QFontDatabase, QFontMetrics
from PySide6.QtWidgets import QApplication

NO_LETTERS = (
    "The system has no font with letters; gdsim uses one of its own. On Debian or Ubuntu: apt install fonts-dejavu-core"
)
_BORROWED = ("fonts", "DejaVuSans.ttf")


def has_letters() -> bool:
    """Whether the interface's font can write; a bare server or container may have none that does."""
    return QFontMetrics(QApplication.font()).inFont("a")


def ensure_letters() -> str:
    """Borrow a font if need be; a sentence when it was needed, else empty."""
    if has_letters():
        return ""
    package = find_spec("ziafont")
    for folder in package.submodule_search_locations or () if package is not None else ():
        QFontDatabase.addApplicationFont(str(Path(folder).joinpath(*_BORROWED)))
    return NO_LETTERS
