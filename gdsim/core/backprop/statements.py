"""Several definitions, such as "q = x + y; f = q*z", to named formulas that use each other.

A line that defines a name as a number gives an input its value.  What is computed is the last line that is not such a
number; what it does not use is left out of the graph.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from gdsim.core.backprop.notation import name_text
from gdsim.core.expression import Call, Constant, Expr, Number, ParseError, Variable, parse
from gdsim.core.expression.names import FUNCTIONS, GREEK, listing, variable_name
from gdsim.core.expression.tree import postorder

MOST_VERTICES: Final = 200
MOST_CHARACTERS: Final = 4000

_LINE: Final = re.compile(r"[^;\n]*")
_DEFINED: Final = re.compile(rf"\s*([A-Za-z{''.join(GREEK)}][A-Za-z0-9_]*[₀-₉]*)\s*(\([^()=]*\))?\s*=(?!=)")
_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_USUAL_VALUES: Final = (2.0, 3.0, 0.5, 1.5, 4.0, 0.25, 2.5, 1.0)
_OUTPUT_NAMES: Final = ("f", "L", "g", "h", "y", "F", "J", "z")


@dataclass(frozen=True)
class Definition:
    """One line: `name` is canonical (w11, lambda); `column` is where its formula begins in the whole text."""

    name: str
    formula: Expr
    column: int


@dataclass(frozen=True)
class Statements:
    """What a text defines.

    `definitions` are those that the output needs, the last being the output; `inputs` are the names without a
    formula, in order of appearance; `given` the values that the text gives them; `unused` the names of lines that the
    output does not depend on; `constant_end` is the name of a last line that is only a number, and so no output.
    """

    text: str
    definitions: tuple[Definition, ...]
    inputs: tuple[str, ...]
    given: Mapping[str, float]
    unused: tuple[str, ...] = ()
    named_output: bool = field(default=True)
    constant_end: str = field(default="")

    @property
    def output(self) -> str:
        return self.definitions[-1].name

    @property
    def note(self) -> str:
        """Sentences about lines that are left out, or nothing."""
        output, end = name_text(self.output), name_text(self.constant_end)
        said = [f"The last line, {end}, is a constant: nothing changes it, so the output is {output}."] if end else []
        others = [name_text(name) for name in self.unused if name != self.constant_end]
        if others:
            verb = "is" if len(others) == 1 else "are"
            said.append(f"{listing(others)} {verb} not used by {output} and therefore not in the graph.")
        return " ".join(said)

    def start(self, previous: Mapping[str, float] | None = None) -> dict[str, float]:
        """A value for every input: the text's own, else the previous one, else one that hides nothing (not 0 or 1)."""
        before = previous or {}
        values: dict[str, float] = {}
        for index, name in enumerate(self.inputs):
            usual = _USUAL_VALUES[index % len(_USUAL_VALUES)]
            values[name] = self.given[name] if name in self.given else before.get(name, usual)
        return values


@dataclass(frozen=True)
class _Line:
    name: str | None
    formula: Expr
    column: int
    name_column: int


def read(text: str) -> Statements:
    """The definitions in `text`, one a line or separated by semicolons; a single formula needs no name.

    Later lines use earlier ones by name, and each use is an edge to the same vertex.  Raises ParseError whose column
    counts from the beginning of the whole text, and nothing else.
    """
    if len(text) > MOST_CHARACTERS:
        raise ParseError(f"The text is too long: {len(text)} characters, where {MOST_CHARACTERS} are possible.", 0)
    lines = _lines(text)
    formulas = [line for line in lines if not is_number(line.formula)]
    if not formulas:
        column = lines[-1].column if lines else 0
        raise ParseError("There is nothing to differentiate by yet: write a line with a letter, as f = x^2.", column)
    given = _given(lines)
    _check_names(formulas, given)
    output = formulas[-1].name or _free_name(formulas, given)
    definitions = [Definition(line.name or output, line.formula, line.column) for line in formulas]
    needed = _needed(definitions)
    used = [definition for definition in definitions if definition.name in needed]
    inputs = _inputs(used, text)
    _check_size(used, inputs)
    return Statements(
        text,
        tuple(used),
        inputs,
        {name: value for name, value in given.items() if name in inputs},
        tuple(name for name in (*(d.name for d in definitions), *given) if name not in needed),
        formulas[-1].name is not None,
        end if (end := lines[-1].name or "") in given and end not in inputs else "",
    )


def _lines(text: str) -> list[_Line]:
    lines: list[_Line] = []
    seen: set[str] = set()
    for found in _LINE.finditer(text):
        if not found.group().strip():
            continue
        line = _line(found.group(), found.start(), seen)
        if line.name is not None and line.name in {other.name for other in lines}:
            raise ParseError(f"{name_text(line.name)} is defined twice: use another letter.", line.name_column)
        lines.append(line)
        seen.update(line.formula.variables, [line.name] if line.name else [])
    return lines


def _line(part: str, start: int, seen: set[str]) -> _Line:
    found = _DEFINED.match(part)
    name = None
    body = 0
    name_column = start
    if found:
        name_column, body = start + found.start(1), found.end()
        name = _name(found.group(1), name_column)
    body += len(part[body:]) - len(part[body:].lstrip())
    second = part.find("=", body)
    if second >= 0:
        several = " Each definition has a line of its own." if name is not None else ""
        raise ParseError(
            f"An equals sign can only stand behind a name in front, as in q = x + y.{several}", start + second
        )
    try:
        formula = parse(part[body:])
    except ParseError as error:
        hint = _hint(part[body:], error, seen)
        raise ParseError(error.message + hint, start + body + error.column) from None
    if name is not None and name in formula.variables:
        shown = name_text(name)
        raise ParseError(f"{shown} stands on both sides of the equals sign: give the new value another name.",
                         name_column)  # fmt: skip
    return _Line(name, formula, start + body, name_column)


def is_number(formula: Expr) -> bool:
    """Whether it can be computed on reading.  A formula with an undefined part, such as ln(−1), is to be walked: then
    the value is missing where it arises.
    """
    parts = (part for part in postorder(formula) if part.args)
    return not formula.variables and all(math.isfinite(part()) for part in parts)


def _name(word: str, column: int) -> str:
    name = variable_name(word)
    if name is not None:
        return name
    if word in ("e", "pi", "π"):
        raise ParseError(f"{word} is a number already: use another letter.", column)
    if word in FUNCTIONS or word in ("σ", "sigma"):
        raise ParseError(f"{word} is a function already: use a letter.", column)
    letter = word[0] if variable_name(word[0]) else "f"
    raise ParseError(
        f"{word} cannot be a name: a name is one letter other than e, possibly with a number. "
        f"Write {letter} or {letter}1.", column,
    )  # fmt: skip


def _hint(body: str, error: ParseError, seen: set[str]) -> str:
    """What was probably meant by an unknown word: a product of names, or a name that is nearly the same; or what can be
    done about a line that is too long.
    """
    if error.message.startswith(("The formula is too", "The formula is nested")):
        return " Give a part of it a name, on a line of its own above."
    found = _WORD.match(body, error.column)
    if found is None or "neither a variable" not in error.message or "Did you mean" in error.message:
        return ""
    word = found.group()
    pieces = re.findall(r"[A-Za-z][0-9]*", word)
    if "".join(pieces) == word and len(pieces) > 1 and any(piece in seen for piece in pieces) and len(pieces) <= 4:
        return f" Write {'*'.join(pieces)} if a product is meant."
    near = difflib.get_close_matches(word, seen, n=1, cutoff=0.5)
    return f" Did you mean {near[0]}?" if near else ""


def _given(lines: list[_Line]) -> dict[str, float]:
    """Names that are defined as numbers."""
    given: dict[str, float] = {}
    for line in lines:
        if not is_number(line.formula):
            continue
        if line.name is None:
            raise ParseError("This number is not used: give it a name, as in x = 2.", line.column)
        given[line.name] = float(line.formula())
    return given


def _check_names(formulas: list[_Line], given: Mapping[str, float]) -> None:
    seen: set[str] = set()
    for line in formulas:
        if line.name is None and line is not formulas[-1]:
            raise ParseError("Give this line a name, as in q = x + y, so that the next lines can use it.", line.column)
        if line.name is not None and line.name in seen:
            shown = name_text(line.name)
            raise ParseError(f"{shown} is used before it is defined: move this line up.", line.name_column)
        seen.update(line.formula.variables)


def _free_name(formulas: list[_Line], given: Mapping[str, float]) -> str:
    taken = {name for line in formulas for name in line.formula.variables} | set(given)
    taken |= {line.name for line in formulas if line.name}
    return next((name for name in _OUTPUT_NAMES if name not in taken), "f0")


def _needed(definitions: list[Definition]) -> set[str]:
    needed = {definitions[-1].name}
    for definition in reversed(definitions):
        if definition.name in needed:
            needed.update(definition.formula.variables)
    return needed


def _inputs(definitions: list[Definition], text: str) -> tuple[str, ...]:
    """Names without a formula, in the order in which they are read."""
    defined = {definition.name for definition in definitions}
    found: dict[str, None] = {}
    for definition in definitions:
        for part in leaves(definition.formula):
            if isinstance(part, Variable) and part.name not in defined:
                found.setdefault(part.name)
    return tuple(found)


def leaves(expr: Expr) -> list[Expr]:
    """Variables, numbers and constants from left to right, repeated as they are written."""
    found: list[Expr] = []
    stack = [expr]
    while stack:
        part = stack.pop()
        if part.args:
            stack.extend(reversed(part.args))
        else:
            found.append(part)
    return found


def _check_size(definitions: list[Definition], inputs: tuple[str, ...]) -> None:
    count, first_beyond = len(inputs), None
    for definition in definitions:
        count += max(1, vertices_of(definition.formula))
        if count > MOST_VERTICES and first_beyond is None:
            first_beyond = definition.column
    if first_beyond is not None:
        raise ParseError(
            f"The graph is too large: {count} inputs, constants and operations, where {MOST_VERTICES} are possible.",
            first_beyond,
        )


def vertices_of(expr: Expr) -> int:
    """How many operations and constants a formula adds to the graph; operations on constants alone are one constant."""
    count = 0
    stack = [expr]
    while stack:
        part = stack.pop()
        if isinstance(part, (Number, Constant)) or (isinstance(part, Call) and not part.variables):
            count += 1
        elif isinstance(part, Call):
            count += 1
            stack.extend(part.args)
    return count
