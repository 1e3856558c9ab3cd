"""A number with as many digits as its place has room for."""

from __future__ import annotations

from collections.abc import Callable

from gdsim.app.widgets.figures import format_number


def fitting(value: float, width: Callable[[str], int], room: float, most: int = 4, fewest: int = 1) -> str:
    """With `most` significant digits, or as many fewer as it takes to be no wider than `room`."""
    return format_number(value, fitting_digits(value, width, room, most, fewest), trim=most <= 4)


def fitting_digits(value: float, width: Callable[[str], int], room: float, most: int = 4, fewest: int = 1) -> int:
    """How many digits these are; at least `fewest`."""
    return next(
        (digits for digits in range(most, fewest, -1) if width(format_number(value, digits, trim=most <= 4)) <= room),
        fewest,
    )
