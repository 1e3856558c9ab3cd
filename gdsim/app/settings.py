"""What gdsim remembers between two starts: the window, the theme, the last tab and each tab's state.

One JSON file in the user's configuration folder, written whole.  Several runs share it: each writes only what it has
changed itself.  A file that cannot be read is put aside under another name and said in a sentence; gdsim then goes on
with the one before it, or with its defaults.
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
from gdsim.app.settings_file import (
    FORMAT,
    VERSION,
    Newer,
    NoUse,
    free_name,
    in_words,
    keep_previous,
    previous_of,
    put_aside,
    read_values,
    written_at,
)

FILE_NAME = "settings.json"
_PATIENCE = 50  # ms to wait for another run that is just writing
_MOST_LEAVINGS = 200  # taken away at a start; should there be thousands, the next starts go on


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
                for left in leavings(path, 0.0)[:_MOST_LEAVINGS]:
                    with contextlib.suppress(OSError):
                        left.unlink()
                self._begin(path)
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

    def begin_with(self, key: str, value: object) -> None:
        """`value` came of itself, nobody chose it: while this run has nothing else, what others save there stays."""
        self._written[key] = _as_json(value)

    def begin_tab_with(self, key: str, state: Mapping[str, Any]) -> None:
        """The same for what a tab showed when it was made."""
        tabs = self._written.get("tabs")
        self.begin_with("tabs", {**(tabs if isinstance(tabs, dict) else {}), key: dict(state)})

    def put_tabs_aside(self) -> str:
        """Forget what the tabs showed, and which was open, for it may be the one that cannot be made; keep the file as
        it is under another name; a sentence on that.
        """
        kept = self._put_aside(("tabs", "tab"))
        return f"gdsim could not start with what its tabs showed last, so they begin afresh{kept}."

    def put_all_aside(self) -> str:
        """As `put_tabs_aside`, with everything."""
        kept = self._put_aside(tuple(self._values))
        return f"gdsim could not start with its settings, so it begins with its defaults{kept}."

    def _put_aside(self, keys: tuple[str, ...]) -> str:
        for key in keys:
            self._values.pop(key, None)
        kept = ""
        if self.path is not None and QFileInfo(str(self.path)).exists():
            aside = free_name(self.path, "before")
            with contextlib.suppress(OSError, FileProblem):
                self.path.replace(aside)
                kept = f"; what was remembered is kept as {aside.name}"
                self.save()
        return kept

    def save(self) -> None:
        """Write the file, if there is anything new.  Raises FileProblem with a sentence."""
        if self.path is None:
            return
        try:
            mine = _as_json(self._values)
            if mine == self._written and self.path.exists():
                return
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with _alone(self.path):
                values = merged(self._written, mine, self._read(self.path))
                # In ASCII, for a folder that is remembered may have a name that is no Unicode.
                text = json.dumps({VERSION: FORMAT, **values}, indent=1)
                keep_previous(self.path)
                save_text(self.path, text + "\n")
        except (OSError, ValueError, TypeError, RecursionError) as error:
            raise FileProblem(f"The settings could not be saved in {self.path.parent}: {_short(error)}.") from error
        self._written = mine

    def _begin(self, path: Path) -> None:
        """Take over what is in the file; where it is of no use, what is in the one before it, and say so."""
        try:
            self._values, self.kept_at = read_values(path), written_at(path)
        except NoUse as problem:
            before, instead = previous_of(path), "starts with its defaults"
            with contextlib.suppress(NoUse):
                self._values = {} if isinstance(problem, Newer) else read_values(before)
            if self._values:
                self.kept_at = written_at(before)
                instead = f"goes on with those kept{in_words(self.kept_at)}"
            self.problem = put_aside(path, problem, instead)

    def _read(self, path: Path) -> dict[str, Any]:
        """What another run may have written meanwhile; empty, and the file put aside, when it is of no use."""
        try:
            return read_values(path)
        except NoUse as problem:
            self.problem = put_aside(path, problem, "writes them anew")
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


def _as_json(value: Any) -> Any:
    """As it will be read again.  Raises TypeError or ValueError for what is no JSON."""
    return json.loads(json.dumps(value))


def _short(error: Exception) -> str:
    if isinstance(error, (FileExistsError, NotADirectoryError)):
        return "something else is where this folder should be"
    text = getattr(error, "strerror", None) or str(error)
    return text if len(text) <= 80 else text[:80] + "…"
