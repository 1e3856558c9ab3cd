"""Where a computation leaves the numbers: the vertex at which an undefined value arises first, in a sentence."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from gdsim.core.autodiff import PRIMITIVES
from gdsim.core.numerals import in_words

Operation = tuple[str, float, Sequence[float]]

_LOGARITHMS: Final = {"log": "ln", "log2": "log₂", "log10": "log₁₀"}
_LARGEST: Final = "about 1.8·10³⁰⁸"


@dataclass(frozen=True)
class Trouble:
    """A value or a derivative that is undefined, and the vertex where that arises."""

    vertex: int
    text: str


@dataclass(frozen=True)
class Kink:
    """A vertex where no derivative exists: `text` says which is taken and why, `short` only which."""

    vertex: int
    text: str
    short: str


def first_trouble(operations: Sequence[Operation], titles: Sequence[str]) -> Trouble | None:
    """The first vertex, in topological order, whose value is not finite; those before it are all finite.

    `operations` are (key, value, values of the arguments) by vertex.
    """
    for index, (key, value, args) in enumerate(operations):
        if not math.isfinite(value):
            return Trouble(index, f"{titles[index]} has no value: {_reason(key, args)}")
    return None


def _reason(key: str, args: Sequence[float]) -> str:
    shown = [in_words(arg) for arg in args]
    match key:
        case "log" | "log2" | "log10" if args[0] <= 0.0:
            return f"{_LOGARITHMS[key]} of {shown[0]} is undefined, because a logarithm needs a number above 0."
        case "sqrt" if args[0] < 0.0:
            return f"the square root of {shown[0]} is undefined, because a square is never negative."
        case "asin" | "acos" if abs(args[0]) > 1.0:
            return f"arc{key[1:]} of {shown[0]} is undefined, because no angle has a {_FULL[key]} beyond −1 to 1."
        case "div" if args[1] == 0.0:
            return f"{shown[0]} divided by 0 is undefined."
        case "pow" if args[0] < 0.0 and not args[1].is_integer():
            return f"{shown[0]} to the power {shown[1]} is undefined: a negative base needs a whole number as power."
        case "pow" if args[0] == 0.0 and args[1] < 0.0:
            return f"0 to the negative power {shown[1]} would be a division by 0."
    return f"the result is too large for a computer's numbers, which end at {_LARGEST}."


_WHOLE: Final = "no derivative exists there; lines of any slope from {0} to {1} touch the graph (subgradients)"
_KINKS: Final = {
    "abs": f"slope −1 from the left and 1 from the right: {_WHOLE.format('−1', '1')}. "
    "Taken is 0, the middle, which prefers neither side.",
    "relu": f"slope 0 from the left and 1 from the right: {_WHOLE.format('0', '1')}. "
    "Taken is 0, as most programs do: at exactly 0 the unit counts as off.",
    "leaky_relu": f"slope 0.01 from the left and 1 from the right: {_WHOLE.format('0.01', '1')}. "
    "Taken is 0.01, as most programs do.",
}
_JUMPS: Final = ("sign", "step")
_TIES: Final = {"maximum": "larger", "minimum": "smaller"}


def kinks(operations: Sequence[Operation], names: Sequence[tuple[str, Sequence[str]]]) -> tuple[Kink, ...]:
    """Vertices whose arguments stand exactly at a kink or a jump, and which derivative is taken there, with the reason.

    `names` are the title of each vertex and those of its arguments.  That a subgradient is taken: R. T. Rockafellar,
    "Convex analysis", 1970; which one, is the convention of the primitives.
    """
    found: list[Kink] = []
    for index, ((key, _, args), (title, of)) in enumerate(zip(operations, names, strict=True)):
        if key in _KINKS and args[0] == 0.0:
            at, taken = f"{title} has a kink at {of[0]} = 0", "0.01" if key == "leaky_relu" else "0"
            short = f"{at}, where no derivative exists; {taken} is taken."
            found.append(Kink(index, f"{at}, {_KINKS[key]}", short))
        elif key in _JUMPS and args[0] == 0.0:
            text = f"{title} jumps at {of[0]} = 0, where no derivative exists; 0, the slope on both sides, is taken."
            found.append(Kink(index, text, text))
        elif key in _TIES and args[0] == args[1] and of[0] != of[1]:
            text = f"either may be the {_TIES[key]}, so there is a kink. Taken is half the slope for each."
            text = f"Both arguments of {title} are {in_words(args[0])}: {text}"
            found.append(Kink(index, text, text))
    return tuple(found)


_FULL: Final = {"asin": "sine", "acos": "cosine"}


def steep_places(
    locals_: Sequence[tuple[int, int, float | None]], operations: Sequence[Operation], titles: Sequence[str]
) -> tuple[Trouble, ...]:
    """Vertices with a value whose local derivative is not finite, as that of a square root at 0.

    `locals_` are (source, target, local derivative) by edge.
    """
    found: dict[int, Trouble] = {}
    for source, target, local in locals_:
        key, value, _ = operations[target]
        if local is None or math.isfinite(local) or not math.isfinite(value):
            continue
        at = in_words(operations[source][1])
        symbol = PRIMITIVES[key].symbol
        found.setdefault(
            target,
            Trouble(
                target,
                f"The derivative of {titles[target]} by {titles[source]} is {in_words(local)} at "
                f"{titles[source]} = {at}: the graph of {symbol} is vertical or has no tangent there.",
            ),
        )
    return tuple(found.values())
