"""Bytes as lines of text: the encoding by its mark or by trial, every kind of line end, and no binary files."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from dataclasses import dataclass, field

from gdsim.core.csv_table.problem import TableProblem

LONGEST_LINE = 100_000
_TRIED = 1 << 20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", 1),
    (codecs.BOM_UTF32_LE, "utf-32", 4),
    (codecs.BOM_UTF32_BE, "utf-32", 4),
    (codecs.BOM_UTF16_LE, "utf-16", 2),
    (codecs.BOM_UTF16_BE, "utf-16", 2),
)
_NO_TEXT = "This file is not text, so it cannot be a table of values separated by commas."


@dataclass
class Lines:
    """The lines of a source one by one, each ending in a line feed; `taken` counts characters, `number` lines."""

    stream: io.TextIOBase
    encoding: str
    characters: int
    taken: int = 0
    number: int = 0
    _waiting: list[str] = field(default_factory=list)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._waiting.pop(0) if self._waiting else self._read()
        self.number += 1
        self.taken += len(line)
        return line

    def peek(self, count: int) -> list[str]:
        """The next lines, fewer at the end; they stay to be read."""
        while len(self._waiting) < count:
            try:
                self._waiting.append(self._read())
            except StopIteration:
                break
        return self._waiting[:count]

    def _read(self) -> str:
        line = self.stream.readline(LONGEST_LINE)
        if not line:
            raise StopIteration
        where = self.number + len(self._waiting) + 1
        if "\0" in line:
            raise TableProblem(_NO_TEXT)
        if len(line) == LONGEST_LINE:
            raise TableProblem(f"Line {where} is longer than {LONGEST_LINE:,} characters, so this is no table.")
        return line

    @property
    def share(self) -> float:
        """About what share of the source has been read."""
        return min(1.0, self.taken / max(1, self.characters))


def open_lines(source: bytes | str) -> Lines:
    """Raises TableProblem for a file that is not text."""
    data = source.encode("utf-8", errors="replace") if isinstance(source, str) else source
    encoding, width = _encoding(data)
    wrapper = io.TextIOWrapper(io.BytesIO(data), encoding=encoding, errors="replace", newline=None)
    lines = Lines(wrapper, encoding, len(data) // width)
    sample = "".join(lines.peek(50))
    strange = sum(ord(letter) < 32 and letter not in "\t\n\r\f\v" for letter in sample)
    if strange > 0.01 * len(sample):
        raise TableProblem(_NO_TEXT)
    return lines


def _encoding(data: bytes) -> tuple[str, int]:
    """The codec's name, and bytes a character."""
    if data.startswith(b"PK\x03\x04"):
        raise TableProblem("This is a spreadsheet or another packed file, not text: save the sheet as CSV first.")
    for mark, name, width in _MARKS:
        if data.startswith(mark):
            return name, width
    head = data[:4096]
    if b"\0" in head:
        # ASCII letters in UTF-16 have a zero in every other byte.
        for start, name in ((1, "utf-16-le"), (0, "utf-16-be")):
            zeros, others = head[start::2].count(0), head[1 - start :: 2].count(0)
            if zeros > 0.4 * len(head[start::2]) and others < 0.05 * len(head):
                return name, 2
        raise TableProblem(_NO_TEXT)
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data[:_TRIED])
    except UnicodeDecodeError:
        return "cp1252", 1
    return "utf-8", 1
