"""What a study of Train is for the tab: a page of the right column, perhaps with a picture in the middle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtWidgets import QWidget

from gdsim.app.pictures import Picture, Table


class StudyPage(QWidget):
    """Override what applies.  Long work is pulled by the ticker; results of other settings stay, marked as such."""

    picture: QWidget | None = None
    """Stands beside the diagram while the page is open."""

    def synchronize(self) -> None:
        """Show the session as it is: anything may have changed.  Only called while the page is open."""

    def stepped(self) -> None:
        """Training went on: draw what follows it live, in a few milliseconds."""

    def opened(self, on: bool) -> None:
        """The page is turned to, or left."""

    def stop(self) -> None:
        """The tab is left or the window closes: end work in the background."""

    def save_state(self) -> dict[str, Any]:
        """Its settings, JSON-able; results are not kept."""
        return {}

    def restore_state(self, state: Mapping[str, Any]) -> None:
        """Take settings over that `save_state` described; what is of no use is left out."""

    def pictures(self) -> Sequence[Picture]:
        """What can be saved of it."""
        return ()

    def table(self) -> Table | None:
        """What Save data writes while the page is open; None for the history of training."""
        return None
