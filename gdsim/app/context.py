"""What the application hands to every tab: the one ticker, the themes, the settings, the command line, and a way to
tell the user something in passing.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Signal

from gdsim.app.journal import Journal
from gdsim.app.options import Options
from gdsim.app.run_record import RunRecord
from gdsim.app.settings import Settings
from gdsim.app.theme import ThemeManager
from gdsim.app.ticker import Ticker


class Notices(QObject):
    """Passing remarks such as "Saved to curve.svg"; the window shows them for a few seconds, never as a dialog."""

    said = Signal(str, str)

    def say(self, text: str, tone: str = "good") -> None:
        """`tone` is neutral, good, warning or bad, as in the sentence bar."""
        self.said.emit(text, tone)


@dataclass(frozen=True)
class Context:
    """One for the whole application."""

    ticker: Ticker
    themes: ThemeManager
    settings: Settings
    options: Options = Options()
    notices: Notices = field(default_factory=Notices)
    record: RunRecord = field(default_factory=RunRecord)
    journal: Journal = field(default_factory=Journal)
