"""A combo box whose entries stand under headings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QPalette, QStandardItemModel
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from gdsim.app.theme import theme_manager
from gdsim.app.widgets.registry_combo import RegistryCombo


class Choice(NamedTuple):
    """What the list says of an entry."""

    title: str
    about: str = ""


class GroupedCombo(RegistryCombo):
    """`groups` maps a heading to entries by their keys; headings can't be chosen."""

    def __init__(
        self, groups: Mapping[str, Mapping[str, Choice]], *, name: str, parent: QWidget | None = None
    ) -> None:  # fmt: skip
        super().__init__({key: choice for group in groups.values() for key, choice in group.items()}, name=name,
                         parent=parent)  # fmt: skip
        place = 0
        self._headings: list[int] = []
        self.view().setItemDelegate(_Delegate(self))
        for heading, entries in groups.items():
            self.insertItem(place, heading)
            self._headings.append(place)
            place += 1 + len(entries)
        self.setMaxVisibleItems(self.count())
        self.set_key(None)
        theme_manager().changed.connect(self._dress_headings)
        self._dress_headings()

    def showPopup(self) -> None:
        """As wide as the longest title."""
        view = self.view()
        view.setMinimumWidth(min(view.sizeHintForColumn(0) + theme_manager().px(24), self.window().width()))
        super().showPopup()

    def _dress_headings(self) -> None:
        model = self.model()
        if not isinstance(model, QStandardItemModel):
            return
        themes = theme_manager()
        for place in self._headings:
            item = model.item(place)
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            item.setFont(themes.font("secondary", bold=True))


class _Delegate(QStyledItemDelegate):
    """Draws headings in the colour of other small print, where Qt would draw them as faint as what is out of reach."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        super().initStyleOption(option, index)
        if not index.flags() & Qt.ItemFlag.ItemIsEnabled:
            option.state |= QStyle.StateFlag.State_Enabled
            option.palette.setColor(QPalette.ColorRole.Text, QColor(theme_manager().theme.muted))
