"""Knows whether gdsim ended properly: each run leaves a mark while it lasts and takes it away when it ends.

A mark that is found with nobody behind it tells of a crash, a power cut or a killed process.  Several runs at a time
have numbers, and so a mark and a log each.
"""

from __future__ import annotations

import contextlib
import faulthandler
import json
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from PySide6.QtCore import QLockFile, QStandardPaths

MOST_RUNS = 9
_MOST_STARTS = 1000
STARTING, RUNNING, LEAVING = "starting", "running", "leaving"


def record_folder() -> Path:
    """Where marks and logs live for this user (elsewhere in Qt's test mode)."""
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppLocalDataLocation))


class Crash(NamedTuple):
    """What is known of a run that did not end properly."""

    phase: str = RUNNING
    failed_starts: int = 0
    """How many starts in a row got no further than this one, when it was still starting."""
    cleaned: tuple[Path, ...] = ()
    """Files that were being written; what was left of them has been taken away."""
    faults: str = ""
    """What Python saw of it, for the log."""


class RunRecord:
    """One run.  `folder=None` leaves no mark: for screenshots and tests."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._lock: QLockFile | None = None
        self._facts: dict[str, Any] = {"phase": STARTING, "failed_starts": 0, "writing": []}
        self._faults: TextIO | None = None
        self.number = 0
        """From 1, the lowest that is free; 0 when no mark can be left."""
        self.crashes: tuple[Crash, ...] = ()
        """The runs found at the start that had not ended properly."""

    @property
    def log_path(self) -> Path | None:
        """The log of this run; None where nothing can be written."""
        if self._folder is None or self.number == 0:
            return None
        return self._folder / ("gdsim.log" if self.number == 1 else f"gdsim-{self.number}.log")

    @property
    def failed_starts(self) -> int:
        """How many starts in a row, up to now, ended before the window was there."""
        return int(self._facts["failed_starts"])

    def begin(self) -> None:
        """Leave the mark, and look for others' whose process is gone."""
        if self._folder is None:
            return
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
        crashes = []
        for number in range(1, MOST_RUNS + 1):
            if self._lock is not None and not self._path("json", number).exists():
                continue  # nobody has left a mark there, and each lock is a wait for the disk
            lock = lock_file(self._folder / f"run-{number}.lock")
            if not lock.tryLock(0):
                continue
            crash = self._found(number)
            if crash is not None and crash.phase != LEAVING:
                crashes.append(crash)
            if self._lock is None:
                self._lock, self.number = lock, number
            else:
                lock.unlock()
        self.crashes = tuple(crashes)
        self._facts["failed_starts"] = max((crash.failed_starts for crash in crashes), default=0)
        self._write()

    def started(self) -> None:
        """The window is there: what ends the process from now on is not the start."""
        self._facts |= {"phase": RUNNING, "failed_starts": 0}
        self._write()

    def leaving(self) -> None:
        """The desktop's session ends: if nothing more is heard of this run, that was no crash."""
        self._facts["phase"] = LEAVING
        self._write()

    @contextlib.contextmanager
    def writing(self, path: Path) -> Iterator[None]:
        """While a file of the user's is written, so that no leavings of it stay after a crash."""
        self._facts["writing"] = [str(path.absolute()), time.time()]
        self._write()
        try:
            yield
        finally:
            self._facts["writing"] = []
            self._write()

    def watch_faults(self) -> None:
        """Let Python write where it was when the process dies of a fault in compiled code."""
        if self.number:
            with contextlib.suppress(OSError):
                self._faults = self._path("faults").open("w", encoding="utf-8")
                faulthandler.enable(self._faults)

    def end(self) -> None:
        """A proper end: the mark is taken away."""
        if self._faults is not None:
            faulthandler.disable()
            self._faults.close()
            self._faults = None
        if self._lock is not None:
            self._take_away(self.number)
            self._lock.unlock()
            self._lock, self.number = None, 0

    def _path(self, ending: str, number: int = 0) -> Path:
        assert self._folder is not None
        return self._folder / f"run-{number or self.number}.{ending}"

    def _write(self) -> None:
        if self.number:
            with contextlib.suppress(OSError):
                self._path("json").write_text(json.dumps(self._facts), encoding="utf-8")

    def _found(self, number: int) -> Crash | None:
        """What the mark says, which is then taken away; None without one."""
        if not self._path("json", number).exists():
            return None
        faults = ""
        try:
            facts = json.loads(self._path("json", number).read_text(encoding="utf-8"))
            failed = _count(facts["failed_starts"]) + (facts["phase"] == STARTING)
            cleaned = _clean(facts["writing"])
        except (OSError, ValueError, LookupError, TypeError, ArithmeticError, RecursionError):
            facts, failed, cleaned = {"phase": RUNNING}, 0, ()  # it was killed while it wrote the mark itself
        with contextlib.suppress(OSError):
            faults = self._path("faults", number).read_text(encoding="utf-8", errors="replace")
        self._take_away(number)
        phase = facts["phase"] if facts["phase"] in (STARTING, RUNNING, LEAVING) else RUNNING
        return Crash(phase, failed, cleaned, faults)

    def _take_away(self, number: int) -> None:
        for ending in ("json", "faults"):
            with contextlib.suppress(OSError):
                self._path(ending, number).unlink()


def lock_file(path: Path) -> QLockFile:
    """A lock that a dead process does not hold, though its file is still there.

    Whether the process lives is what counts, for a run may last for days; but one that died while it made the file has
    left no number in it, and a power cut zeros.
    """
    lock = QLockFile(str(path))
    lock.setStaleLockTime(0 if _names_a_process(path) else 1000)
    return lock


def _names_a_process(lock: Path) -> bool:
    with contextlib.suppress(OSError):
        if lock.is_file():
            with lock.open("rb") as file:
                return file.readline(32).strip().isdigit()
    return False


def leavings(path: Path, since: float) -> list[Path]:
    """Files beside `path` that an interrupted save of it has left since then (seconds of the epoch)."""
    name = re.compile(re.escape(path.name) + r"\.[A-Za-z]{6}")
    with contextlib.suppress(OSError), os.scandir(path.parent) as entries:
        return [
            Path(entry.path)
            for entry in entries
            if name.fullmatch(entry.name) and entry.is_file(follow_symlinks=False) and entry.stat().st_mtime >= since
        ]
    return []


def _count(number: Any) -> int:
    """Of starts; a damaged file may hold any number, with more digits than Python writes."""
    return max(0, min(int(number), _MOST_STARTS))


def _clean(writing: list[Any]) -> tuple[Path, ...]:
    if not writing:
        return ()
    path, since = Path(writing[0]), float(writing[1])
    for left in leavings(path, since - 2.0):  # some file systems keep times in steps of two seconds
        with contextlib.suppress(OSError):
            left.unlink()
    return (path,)
