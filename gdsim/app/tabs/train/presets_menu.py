"""The choice of a preset, with the sentence that says what to look for in it."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from gdsim.app.tabs.train.presets import PRESETS
from gdsim.app.tabs.train.session import TrainSession
from gdsim.app.widgets.grouped_combo import Choice, GroupedCombo
from gdsim.app.widgets.rows import say, secondary, titled

_NONE = "Choose one to begin with"


class PresetsMenu(QWidget):
    """A choice begins the preset; the sentence stays until something of it is changed."""

    def __init__(self, session: TrainSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        groups: dict[str, dict[str, Choice]] = {}
        for key, preset in PRESETS.items():
            groups.setdefault(preset.group, {})[key] = Choice(preset.title, preset.look_for)
        self.combo = GroupedCombo(groups, name="Preset")
        self.look_for = secondary()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(titled("Preset", self.combo))
        layout.addWidget(self.look_for)
        self.combo.chosen.connect(session.apply_preset)

    def synchronize(self) -> None:
        preset, story = self._session.preset, self._session.story
        self.combo.setPlaceholderText(f"{PRESETS[story].title}, changed" if story else _NONE)
        self.combo.set_key(preset or None)
        say(self.look_for, PRESETS[preset].look_for if preset else "")
