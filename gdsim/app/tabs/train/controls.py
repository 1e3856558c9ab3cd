"""The left column of Train: a preset, then data, network, training and regularization as four groups that fold.

What a preset has chosen is folded to a line that says it, so that rate and regularization are at hand below.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from gdsim.app.context import Context
from gdsim.app.pieces import make_all
from gdsim.app.tabs.train.data_panel import DataPanel
from gdsim.app.tabs.train.network_panel import NetworkPanel
from gdsim.app.tabs.train.open_table import TableOpener
from gdsim.app.tabs.train.presets import PRESETS
from gdsim.app.tabs.train.presets_menu import PresetsMenu
from gdsim.app.tabs.train.regularization_panel import RegularizationPanel
from gdsim.app.tabs.train.session import TrainSession
from gdsim.app.tabs.train.training_panel import TrainingPanel
from gdsim.app.tabs.train.words import summary_words
from gdsim.app.widgets.fold_group import FoldGroup

_DATA, _NETWORK, _TRAINING, _REGULARIZATION = "Data", "Network", "Training", "Regularization"


class TrainControls(QWidget):
    """Asks the session; `synchronize` shows what came of it, silently."""

    def __init__(
        self, context: Context, session: TrainSession, parent: QWidget | None = None, *, whole: bool = True
    ) -> None:
        super().__init__(parent)
        self._context, self._session = context, session
        if whole:
            make_all(self.build())

    def build(self) -> Iterator[None]:
        context, session = self._context, self._session
        self.presets = PresetsMenu(session)
        self.groups = {
            _DATA: FoldGroup(_DATA, open=not session.preset), _NETWORK: FoldGroup(_NETWORK, open=False),
            _TRAINING: FoldGroup(_TRAINING), _REGULARIZATION: FoldGroup(_REGULARIZATION),
        }  # fmt: skip
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self.presets)
        for group in self.groups.values():
            layout.addWidget(group)
        layout.addStretch(1)
        yield
        self.data = DataPanel(context, session)
        self.groups[_DATA].add(self.data)
        yield
        self.network = NetworkPanel(session)
        self.groups[_NETWORK].add(self.network)
        yield
        self.training = TrainingPanel(session)
        self.groups[_TRAINING].add(self.training)
        yield
        self.regularization = RegularizationPanel(session)
        self.groups[_REGULARIZATION].add(self.regularization)
        yield
        self._panels = (self.data, self.network, self.training, self.regularization)
        self.opener = TableOpener(context, session, self)
        self.presets.combo.chosen.connect(self._fold)
        self.data.table_wanted.connect(self.open_table)
        self.data.sample_wanted.connect(self.opener.sample)

    def synchronize(self) -> None:
        self.presets.synchronize()
        for panel in self._panels:
            panel.synchronize()
        experiment = self._session.experiment
        self.groups[_DATA].set_title(f"{_DATA}: {summary_words(experiment)}")
        widths = ", ".join(map(str, experiment.net.hidden))
        self.groups[_NETWORK].set_title(f"{_NETWORK}: {widths} units" if widths else f"{_NETWORK}: no hidden units")
        on = self.regularization.count
        self.groups[_REGULARIZATION].set_title(f"{_REGULARIZATION}: {on} on" if on else _REGULARIZATION)

    def preset_words(self, text: str) -> str:
        """What to say under the pictures: before the first step of a preset what to look for in it, else `text`."""
        session = self._session
        return PRESETS[session.preset].look_for if session.preset and session.index == 0 else text

    def _fold(self) -> None:
        """A preset was chosen: its data and its network are said in their headings."""
        for name in (_DATA, _NETWORK):
            self.groups[name].set_open(False)

    def open_table(self) -> None:
        """Ask for a file, and then what its columns are."""
        self.opener.ask()

    def accept_file(self, path: Path) -> None:
        """A file that was dropped, or named in another way."""
        self.opener.accept(path)

    def stop(self) -> None:
        """The tab is left: wait for nothing, read nothing."""
        self.data.stop()
        self.opener.stop()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """After Return in a field the keyboard is the window's again: Space plays, the arrows step.

        What is refused stays there, marked, to be typed anew.
        """
        field = QApplication.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(field, QLineEdit):
            if field.property("wrong"):
                field.selectAll()
            else:
                field.clearFocus()
        else:
            super().keyPressEvent(event)
