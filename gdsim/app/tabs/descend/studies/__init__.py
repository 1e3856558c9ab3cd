"""Long looks at a surface, each in the background: a race of optimizers, a basin map, many starts; and one update told
in stages.
"""

from __future__ import annotations

from gdsim.app.tabs.descend.studies.basin_page import BasinPage
from gdsim.app.tabs.descend.studies.basins import BasinStudy
from gdsim.app.tabs.descend.studies.narration import NarrationView
from gdsim.app.tabs.descend.studies.page import StudyPage
from gdsim.app.tabs.descend.studies.race import RaceStudy
from gdsim.app.tabs.descend.studies.race_page import RacePage
from gdsim.app.tabs.descend.studies.starts import StartsStudy
from gdsim.app.tabs.descend.studies.starts_page import StartsPage
from gdsim.app.tabs.descend.studies.strip import BasinStrip
from gdsim.app.tabs.descend.studies.study import Study, StudyOverlay

__all__ = [
    "BasinPage",
    "BasinStrip",
    "BasinStudy",
    "NarrationView",
    "RacePage",
    "RaceStudy",
    "StartsPage",
    "StartsStudy",
    "Study",
    "StudyOverlay",
    "StudyPage",
]
