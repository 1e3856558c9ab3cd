"""From where a surface is seen."""

from __future__ import annotations

from enum import StrEnum


class Look(StrEnum):
    """The pictures of a surface, by the words of their menu."""

    MAP = "From above"
    BOTH = "From above and in 3-D"
    SPACE = "In 3-D"
