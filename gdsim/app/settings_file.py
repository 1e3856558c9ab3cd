"""The file behind the settings: read with all doubt, put aside when it is of no use, and kept twice.

A power cut may leave a file empty, full of zeros or cut short, whatever was done to write it whole.  So the file as it
was a while ago stays beside it, and is what gdsim goes on with then.
"""

from __future__ import annotations

import contextlib
import json
import os
import stat
import time
from datetime import datetime
from pathlib import Path
from typing import Any

FORMAT = 1
"""Of the file; a file of a higher one is put aside and not touched."""
LARGEST = 50_000_000
"""Bytes; gdsim itself never writes a tenth of it."""
VERSION = "format"
_DEEPEST = 100  # lists in lists; Python can read more than it can write
_PREVIOUS, _UNREADABLE, _NEWER = "previous", "unreadable", "newer"
_LEAST_AGE = 60.0  # seconds by which what is kept twice is older than what is written


class NoUse(Exception):
    """A file that cannot be used; the text goes on after "could not be read"."""


class Newer(NoUse):
    """Written by a newer gdsim."""


def read_values(path: Path) -> dict[str, Any]:
    """What the file holds; empty when there is none.  Raises NoUse."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):  # a pipe would be waited for, and a device read for ever
            raise NoUse("there is a folder or a device of this name")
        if found.st_size > LARGEST:
            raise NoUse(f"it is larger than {LARGEST // 1_000_000} MB")
        values = _parsed(path.read_bytes())
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise NoUse(error.strerror or str(error)) from error
    version = values.pop(VERSION, FORMAT)
    if isinstance(version, int) and version > FORMAT:
        raise Newer
    return values


def keep_previous(path: Path) -> None:
    """Before another one takes its place: keep the file as it is, unless what is kept is still fresh.

    It costs no writing, for the second name belongs to the same file; where a file cannot have two, nothing is kept.
    """
    previous, fresh = previous_of(path), path.with_name(f"{path.name}.second")  # like what is taken away at a start
    with contextlib.suppress(OSError):
        if 0.0 <= time.time() - previous.stat().st_mtime < _LEAST_AGE:
            return
    with contextlib.suppress(OSError, NotImplementedError):
        fresh.unlink(missing_ok=True)
        os.link(path.resolve(), fresh)
        fresh.replace(previous)
        fresh.unlink(missing_ok=True)  # two names of one file are not made one by renaming


def previous_of(path: Path) -> Path:
    """settings-previous.json"""
    return path.with_name(f"{path.stem}-{_PREVIOUS}{path.suffix}")


def put_aside(path: Path, problem: NoUse, instead: str) -> str:
    """Rename the file; a sentence on that and on what gdsim does `instead`."""
    newer = isinstance(problem, Newer)
    what = "were written by a newer gdsim" if newer else f"could not be read ({problem})"
    aside = free_name(path, _NEWER if newer else _UNREADABLE)
    try:
        path.replace(aside)
    except OSError:
        return f"The settings in {path} {what}; gdsim {instead}."
    return f"The settings {what}, so gdsim {instead}; the old file is kept as {aside.name}."


def written_at(path: Path) -> float | None:
    """In seconds of the epoch; None when there is no such file."""
    try:
        return path.stat().st_mtime
    except OSError:
        return None


def in_words(moment: float | None) -> str:
    """Such as " at 12:38", with the date when that was another day."""
    if moment is None:
        return ""
    try:
        kept = datetime.fromtimestamp(moment)
    except (ValueError, OverflowError, OSError):  # a disk may hold any number
        return ""
    return f" at {kept:%H:%M}" if kept.date() == datetime.now().date() else f" on {kept:%Y-%m-%d} at {kept:%H:%M}"


def free_name(path: Path, why: str) -> Path:
    """settings-unreadable.json, or with a number when there is one already; the tenth is overwritten."""
    names = [path.with_name(f"{path.stem}-{why}{number}{path.suffix}") for number in ("", *map(str, range(2, 11)))]
    return next((name for name in names if not name.exists()), names[-1])


def _parsed(data: bytes) -> dict[str, Any]:
    """Raises NoUse for anything that is not a JSON object, in words for those who know no JSON."""
    if not data.strip(b"\0 \t\r\n"):
        raise NoUse("it is empty, as a power cut may leave it")
    try:
        values = json.loads(data.decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        raise NoUse(f"it is damaged in line {error.lineno}") from error
    except (ValueError, RecursionError) as error:
        raise NoUse("it is damaged") from error
    if not isinstance(values, dict) or _is_deeper(values, _DEEPEST):
        raise NoUse("it is damaged")
    return values


def _is_deeper(value: Any, most: int) -> bool:
    """Whether lists and objects in it are nested more than so many times."""
    parts = value.values() if isinstance(value, dict) else value
    return most == 0 or any(isinstance(part, (dict, list)) and _is_deeper(part, most - 1) for part in parts)
