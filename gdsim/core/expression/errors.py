"""The one exception that reading a formula can raise."""

from __future__ import annotations


class ParseError(ValueError):
    """A text that is no formula.

    `message` is a sentence for the person who typed it; `column` (from 0) is the place in the text to point at.
    """

    def __init__(self, message: str, column: int) -> None:
        super().__init__(message, column)
        self.message = message
        self.column = column

    def __str__(self) -> str:
        return self.message
