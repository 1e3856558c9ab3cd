"""The log: what went wrong, with dates, in a file that never grows large and never leaves the computer."""

from __future__ import annotations

import logging
import sys
from contextlib import suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path

LARGEST = 256_000  # bytes, after which a new file is begun and two older ones are kept
_OLDER = 2
_MOST_KINDS = 1000


def to_terminal(text: str) -> None:
    """Also where there is none, or where it has been closed, or leads to a full disk."""
    if sys.stderr is not None:
        with suppress(OSError, ValueError):
            sys.stderr.write(text)
            sys.stderr.flush()


class _QuietHandler(RotatingFileHandler):
    """On a full disk the log has a gap, and nobody is disturbed."""

    def handleError(self, record: logging.LogRecord) -> None:
        if self.stream is not None:
            self.stream = None  # a half-written file is opened anew


class Journal:
    """`path=None` keeps nothing.  What comes again and again is written the 1st, 10th, 100th ... time only."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self._counts: dict[object, int] = {}
        self._handler: _QuietHandler | None = None
        if path is not None:
            self._handler = _QuietHandler(
                path, maxBytes=LARGEST, backupCount=_OLDER, encoding="utf-8", errors="backslashreplace", delay=True
            )
            self._handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))

    def write(self, text: str, key: object = None, level: int = logging.INFO) -> int:
        """Write `text`; the how-manieth time it is for this `key` (or this text)."""
        key = text if key is None else key
        if len(self._counts) >= _MOST_KINDS:
            self._counts.clear()
        count = self._counts[key] = self._counts.get(key, 0) + 1
        if self._handler is not None and _is_power_of_ten(count):
            again = f" (the {count:,}th time)" if count > 1 else ""
            self._handler.handle(logging.LogRecord("gdsim", level, "", 0, text.rstrip() + again, None, None))
        return count

    def newest(self, most: int = 40_000) -> str:
        """The end of the file, at most so many characters, from the beginning of a line; empty without a file."""
        if self.path is None:
            return ""
        try:
            text = self.path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""
        return text if len(text) <= most else text[-most:].partition("\n")[2]

    def close(self) -> None:
        if self._handler is not None:
            self._handler.close()


def _is_power_of_ten(count: int) -> bool:
    while count % 10 == 0:
        count //= 10
    return count == 1
