"""Text to formula: what may stand in front, the limits, then the grammar."""

from __future__ import annotations

import contextlib
import itertools
import re
from collections.abc import Iterable

from gdsim.core.expression import names
from gdsim.core.expression.errors import ParseError
from gdsim.core.expression.grammar import Parser, Reading
from gdsim.core.expression.limits import LIMITS, Limits
from gdsim.core.expression.tokens import scan
from gdsim.core.expression.tree import Expr

_PREFIX = re.compile(r"\s*([A-Za-z])\s*(\([A-Za-z0-9_,\s]*\))?\s*=(?!=)")


def parse(text: str, variables: Iterable[str] | None = None, *, limits: Limits = LIMITS) -> Expr:
    """The formula that `text` writes down, as students write: see `grammar` for how ambiguous notation is read.

    `variables` are the names that may occur; by default any Latin letter except e and any Greek letter except π and
    σ, possibly numbered.  "y =" or "f(x) =" in front is dropped.  For any text at all this returns an Expr or
    raises ParseError.  What is returned can be written out and parsed again: `parse(str(e)) == e`.
    """
    return _read(text, variables, limits, frozenset())


def other_readings(text: str, variables: Iterable[str] | None = None, *, limits: Limits = LIMITS) -> tuple[Expr, ...]:
    """What an ambiguous text, which `parse` reads in one way, may also have meant: 1/2x as 1/(2x), 2^-2x as 2^(-2x).

    Each other formula once; none for a clear text, and for one that cannot be read.
    """
    found: dict[Expr, None] = {}
    permitted = None if variables is None else tuple(variables)
    try:
        usual = parse(text, permitted, limits=limits)
    except ParseError:
        return ()
    for count in (1, 2):
        for chosen in itertools.combinations(Reading, count):
            with contextlib.suppress(ParseError):
                found[_read(text, permitted, limits, frozenset(chosen))] = None
    return tuple(expr for expr in found if expr != usual)


def _read(text: str, variables: Iterable[str] | None, limits: Limits, other: frozenset[Reading]) -> Expr:
    permitted = names.permitted_names(variables)
    limits.check_characters(len(text), limits.characters)
    start, defined = _prefix(text)
    tokens = scan(text, start, permitted)
    limits.check_tokens(len(tokens) - 1, tokens[min(limits.tokens, len(tokens) - 1)].column)
    expr = Parser(tokens, limits, other).formula()
    if defined is not None and defined in expr.variables:
        raise ParseError(f"{defined} stands on both sides of the equals sign: write only what is to be drawn.", 0)
    limits.check_tree(expr)
    return expr


def _prefix(text: str) -> tuple[int, str | None]:
    """Where the formula begins behind "y =" or "f(x) =", and the letter that is defined without brackets."""
    found = _PREFIX.match(text)
    if found is None or found.group(1) in ("x", "e"):
        return 0, None
    return found.end(), None if found.group(2) else found.group(1)
