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
    return (
        ("Slice", "The network's own loss over a plane through its weights: drag the point", _slice),
        ("Sharpness", "How sharply the loss curves here, and which learning rate that bears", _sharpness),
        ("Restarts", "The same network from many other start weights: where it ends, and what it learns", _restarts),
        ("Sweep", "One knob over a row of values: the U of regularization, learning curves", _sweep),
    )


def _slice(context: Context, session: TrainSession) -> StudyPage:
    from gdsim.app.tabs.train.studies.slice_page import SlicePage

    return SlicePage(context, session)


def _restarts(context: Context, session: TrainSession) -> StudyPage:
    from gdsim.app.tabs.train.studies.restarts_page import RestartsPage

    return RestartsPage(context, session)


def _sweep(context: Context, session: TrainSession) -> StudyPage:
    from gdsim.app.tabs.train.studies.sweep_page import SweepPage

    return SweepPage(context, session)


def _sharpness(context: Context, session: TrainSession) -> StudyPage:
    from gdsim.app.tabs.train.studies.sharpness_page import SharpnessPage

    return SharpnessPage(context, session)
