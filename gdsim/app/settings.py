"""What gdsim remembers between two starts: the window, the theme, the last tab and each tab's state.

One JSON file in the user's configuration folder, written whole.  A file that cannot be read is put aside under another
name and said in a sentence; gdsim then starts with its defaults.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QStandardPaths

from gdsim.app.files import FileProblem, save_text

FILE_NAME = "settings.json"


def settings_path() -> Path:
    """Where the file lives for this user (elsewhere in Qt's test mode)."""
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppConfigLocation)) / FILE_NAME


class Settings:
    """A JSON object in memory.  `path=None` remembers nothing: for screenshots and tests."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self.problem = ""
        """A sentence when the file could not be read, else empty."""
        self._values: dict[str, Any] = {}
        if path is not None and path.exists():
            self._load(path)

    def text(self, key: str, default: str = "") -> str:
        value = self._values.get(key, default)
        return value if isinstance(value, str) else default

    def flag(self, key: str, default: bool = False) -> bool:
        value = self._values.get(key, default)
        return value if isinstance(value, bool) else default

    def mapping(self, key: str) -> dict[str, Any]:
        value = self._values.get(key)
        return dict(value) if isinstance(value, dict) else {}

    def set(self, key: str, value: object) -> None:
        """`value` has to be JSON-able; it is kept until `save`."""
        self._values[key] = value

    def tab_state(self, key: str) -> dict[str, Any]:
        value = self.mapping("tabs").get(key)
        return dict(value) if isinstance(value, dict) else {}

    def set_tab_state(self, key: str, state: Mapping[str, Any]) -> None:
        self.set("tabs", {**self.mapping("tabs"), key: dict(state)})

    def save(self) -> None:
        """Write the file.  Raises FileProblem with a sentence."""
        if self.path is None:
            return
        try:
            text = json.dumps(self._values, indent=1, ensure_ascii=False)
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except (OSError, ValueError, TypeError) as error:
            raise FileProblem(f"The settings could not be saved: {error}.") from error
        save_text(self.path, text + "\n")

    def _load(self, path: Path) -> None:
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
            if not isinstance(values, dict):
                raise ValueError("it does not hold a JSON object")
            self._values = values
        except (OSError, ValueError, RecursionError) as error:
            self.problem = self._set_aside(path, error)

    @staticmethod
    def _set_aside(path: Path, error: Exception) -> str:
        aside = path.with_name(f"{path.stem}-unreadable{path.suffix}")
        try:
            path.replace(aside)
        except OSError:
            return f"The settings file {path} could not be read ({error}); gdsim starts with its defaults."
        return (
            f"The settings could not be read, so gdsim starts with its defaults; the old file is kept as {aside.name}."
        )
