"""What gdsim remembers between two starts: the window, the theme, the last tab and each tab's state.

One JSON file in the user's configuration folder, written whole.  Several runs share it: each writes only what it has
changed itself.  A file that cannot be read is put aside under another name and said in a sentence; gdsim then starts
with its defaults.
"""

from __future__ import annotations

import contextlib
import copy
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QFileInfo, QStandardPaths

from gdsim.app.files import FileProblem, save_text
from gdsim.app.merging import merged
from gdsim.app.run_record import leavings, lock_file

FILE_NAME = "settings.json"
FORMAT = 1
"""Of the file; a file of a higher one is put aside and not touched."""
_VERSION = "format"
_PATIENCE = 50  # ms to wait for another run that is just writing


def settings_path() -> Path:
    """Where the file lives for this user (elsewhere in Qt's test mode)."""
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppConfigLocation)) / FILE_NAME


class Settings:
    """A JSON object in memory.  `path=None` remembers nothing: for screenshots and tests."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self.problem = ""
        """A sentence when the file could not be read, else empty."""
        self.kept_at: float | None = None
        """When the file that was read had been written, in seconds of the epoch."""
        self._values: dict[str, Any] = {}
        self._written: dict[str, Any] = {}
        """The values when they were last read or written."""
        if path is not None and QFileInfo(str(path.parent)).isDir():
            with _alone(path):
                for left in leavings(path, 0.0):
                    with contextlib.suppress(OSError):
                        left.unlink()
                self._values = self._read(path)
                with contextlib.suppress(OSError):
                    self.kept_at = path.stat().st_mtime
        self._written = copy.deepcopy(self._values)

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

    def put_tabs_aside(self) -> str:
        """Forget what the tabs showed, and keep the file as it is under another name; a sentence on that."""
        self._values.pop("tabs", None)
        kept = ""
        if self.path is not None and QFileInfo(str(self.path)).exists():
            aside = _free_name(self.path, "before")
            with contextlib.suppress(OSError, FileProblem):
                self.path.replace(aside)
                kept = f"; what was remembered is kept as {aside.name}"
                self.save()
        return f"gdsim could not start with what its tabs showed last, so they begin afresh{kept}."

    def save(self) -> None:
        """Write the file, if there is anything new.  Raises FileProblem with a sentence."""
        if self.path is None:
            return
        try:
            mine = json.loads(json.dumps(self._values))
            if mine == self._written and self.path.exists():
                return
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with _alone(self.path):
                values = merged(self._written, mine, self._read(self.path))
                text = json.dumps({_VERSION: FORMAT, **values}, indent=1, ensure_ascii=False)
                save_text(self.path, text + "\n")
        except (OSError, ValueError, TypeError, RecursionError) as error:
            raise FileProblem(f"The settings could not be saved: {_short(error)}.") from error
        self._written = mine

    def _read(self, path: Path) -> dict[str, Any]:
        """What the file holds; empty, and the file put aside, when it is of no use."""
        try:
            if not path.exists():
                return {}
            values = json.loads(path.read_text(encoding="utf-8"))
            if not isinstance(values, dict):
                raise ValueError("it does not hold a JSON object")
            version = values.pop(_VERSION, FORMAT)
            if not isinstance(version, int) or version <= FORMAT:
                return values
        except (OSError, ValueError, RecursionError) as error:
            self.problem = _put_aside(path, "unreadable", f"could not be read ({_short(error)})")
        else:
            self.problem = _put_aside(path, "newer", "were written by a newer gdsim")
        return {}


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    """No other run writes the file meanwhile; one that takes too long is not waited for."""
    lock = lock_file(path.with_name(f"{path.name}.lock"))
    locked = lock.tryLock(_PATIENCE)
    try:
        yield
    finally:
        if locked:
            lock.unlock()


def _put_aside(path: Path, why: str, what: str) -> str:
    """Rename the file; a sentence on that."""
    aside = _free_name(path, why)
    try:
        path.replace(aside)
    except OSError:
        return f"The settings in {path} {what}; gdsim starts with its defaults."
    return f"The settings {what}, so gdsim starts with its defaults; the old file is kept as {aside.name}."


def _free_name(path: Path, why: str) -> Path:
    """settings-unreadable.json, or with a number when there is one already; the tenth is overwritten."""
    names = [path.with_name(f"{path.stem}-{why}{number}{path.suffix}") for number in ("", *map(str, range(2, 11)))]
    return next((name for name in names if not name.exists()), names[-1])


def _short(error: Exception) -> str:
    text = getattr(error, "strerror", None) or str(error)
    return text if len(text) <= 80 else text[:80] + "…"
