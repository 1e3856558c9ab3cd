"""Further looks at the training of one network: its own loss landscape, many starts, and sweeps.

Each is a page of the right column; some have a picture of their own, which stands beside the diagram.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from gdsim.app.tabs.train.studies.page import StudyPage

if TYPE_CHECKING:
    from gdsim.app.context import Context
    from gdsim.app.tabs.train.session import TrainSession

Make = Callable[["Context", "TrainSession"], StudyPage]


def makers() -> tuple[tuple[str, str, Make], ...]:
    """Title, what it is for, and how the page is made when it is first turned to."""
    return ()
