"""The command line: what may be asked for, and a sentence for what may not.

Reading it imports neither Qt nor numpy, so that `--help` and `--version` answer at once.
"""

from __future__ import annotations

import argparse
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from gdsim import __version__
from gdsim.app.options import Options

SMALLEST_SIZE = (1000, 640)
LARGEST_SIZE = (7680, 4320)
MOST_STEPS = 100_000

_EPILOG = """examples:
  gdsim                                         open where you left off
  gdsim --formula "x^4 - 2x^2" --start 1.4      a formula and a starting point of your own
  gdsim --tab descend --steps 12 --theme dark --screenshot descend.png
"""


def build_parser() -> argparse.ArgumentParser:
    """The parser; it ends the process with exit code 2 and a sentence for a bad value."""
    parser = argparse.ArgumentParser(
        prog="gdsim",
        description="A desktop simulator of gradient descent: drag a point on a curve, step, and see why it moves.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--version", action="version", version=f"gdsim {__version__}")
    add("--self-test", action="store_true", help="say versions, platform and what is missing, and end")
    add("--tab", metavar="NAME", help="open this tab, e.g. descend")
    add("--steps", metavar="N", type=_steps, default=0, help="take this many steps at once")
    add("--size", metavar="WxH", type=_size, help="size of the window, e.g. 1280x800")
    add("--theme", metavar="light|dark", type=_theme, help="instead of the remembered or the system's theme")
    add("--screenshot", metavar="FILE", type=Path, help="save a PNG of the window and end; needs no screen")
    scene = parser.add_argument_group("what the tab shows")
    scene.add_argument("--formula", metavar="TEXT", help='of x or of x and y; for backprop "q = x + y; f = q*z"')
    scene.add_argument("--surface", metavar="NAME", help="a surface of the gallery, e.g. double_well")
    scene.add_argument("--start", metavar="X[,Y]", type=_start, help="where to start, e.g. 1.4")
    scene.add_argument("--optimizer", metavar="NAME", help="e.g. gd, momentum, adam")
    scene.add_argument("--lr", metavar="RATE", type=_rate, help="learning rate, e.g. 0.1")
    scene.add_argument("--seed", metavar="N", type=_seed, help="seed of all random numbers")
    return parser


def parse_options(arguments: Sequence[str] | None = None) -> Options:
    """The options; prints and ends the process for --help, --version and for bad values."""
    return Options(**vars(build_parser().parse_args(join_negative(arguments))))


def join_negative(arguments: Sequence[str] | None) -> list[str] | None:
    """`--start -1,2` as `--start=-1,2`, and `--formula -x`: argparse would take them for options."""
    if arguments is None:
        import sys

        arguments = sys.argv[1:]
    joined: list[str] = []
    for argument in arguments:
        if (
            joined
            and joined[-1] in ("--start", "--formula")
            and argument.startswith("-")
            and not argument.startswith("--")
        ):
            joined[-1] = f"{joined[-1]}={argument}"
        else:
            joined.append(argument)
    return joined


def check_names(options: Options) -> str:
    """A sentence for a name that there isn't, or a formula, start or rate that cannot be used; else empty."""
    from gdsim.app.tabs import TABS
    from gdsim.app.tabs.descend.experiment import of_options, of_surface
    from gdsim.core.expression import ParseError, parse
    from gdsim.core.optimizers import OPTIMIZERS
    from gdsim.core.surfaces import SURFACES

    tables: tuple[tuple[str | None, Mapping[str, object]], ...] = (
        (options.tab, TABS), (options.surface, SURFACES), (options.optimizer, OPTIMIZERS)
    )  # fmt: skip
    for name, table in tables:
        if name is not None and name not in table:
            try:
                table[name]
            except KeyError as error:
                return str(error.args[0])
    if options.formula is not None and options.surface is not None:
        return "give either --formula or --surface, not both"
    if options.tab == "backprop":
        return _check_definitions(options.formula)
    if options.formula is not None:
        try:
            parse(options.formula, ("x", "y"))
        except ParseError as error:
            return f"the formula cannot be read at column {error.column + 1}: {error.message}"
    try:
        of_options(options, of_surface(SURFACES["double_well"]))
    except ValueError as error:
        return str(error)
    return ""


def _check_definitions(text: str | None) -> str:
    """A sentence for definitions that no graph can be made of; else empty."""
    from gdsim.core.backprop.statements import read
    from gdsim.core.expression import ParseError

    try:
        read(text or "f = x")
    except ParseError as error:
        return f"the formula cannot be read at column {error.column + 1}: {error.message}"
    return ""


def _size(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{1,5})[x×X](\d{1,5})", text.strip())
    if match is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not a size; write width x height, such as 1280x800")
    size = int(match[1]), int(match[2])
    inside = all(low <= value <= high for low, value, high in zip(SMALLEST_SIZE, size, LARGEST_SIZE, strict=True))
    if not inside:
        low, high = ("x".join(map(str, ends)) for ends in (SMALLEST_SIZE, LARGEST_SIZE))
        raise argparse.ArgumentTypeError(f"{text} is out of range; the window can be from {low} to {high}")
    return size


def _steps(text: str) -> int:
    return _whole(text, "a number of steps", MOST_STEPS)


def _seed(text: str) -> int:
    return _whole(text, "a seed", 2**32 - 1)


def _whole(text: str, what: str, highest: int) -> int:
    if not re.fullmatch(r"[0-9]{1,12}", text) or int(text) > highest:
        raise argparse.ArgumentTypeError(f"{text!r} is not {what}; it has to be a whole number from 0 to {highest}")
    return int(text)


def _theme(text: str) -> str:
    if text not in ("light", "dark"):
        raise argparse.ArgumentTypeError(f"there is no theme {text!r}; choose light or dark")
    return text


def _start(text: str) -> tuple[float, ...]:
    try:
        point = tuple(float(part) for part in text.split(","))
    except ValueError:
        point = ()
    if not point or not all(math.isfinite(value) for value in point):
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a point; write a number, such as 1.4, or two, such as 1.4,-2"
        )
    return point


def _rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = math.nan
    if not (math.isfinite(rate) and rate > 0):
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a learning rate; it has to be a positive number, such as 0.1"
        )
    return rate
