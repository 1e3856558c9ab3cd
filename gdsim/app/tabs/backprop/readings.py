"""What Backprop says about its session in words, numbers, formulas and tables; all of it pure."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import numpy as np

from gdsim.app.pictures import Table
from gdsim.app.plots.series_picture import Series, SeriesPicture
from gdsim.app.plots.text import count
from gdsim.app.tabs.backprop.session import BackpropSession
from gdsim.app.tabs.backprop.worked import packed, split_equalities
from gdsim.app.widgets.figures import format_number
from gdsim.app.widgets.number_table import NumberRow
from gdsim.core.backprop.descent import Nudge
from gdsim.core.backprop.inspection import Inspection
from gdsim.core.backprop.narration import Line, Narration
from gdsim.core.backprop.notation import name_latex, name_text
from gdsim.core.backprop.paths import MOST_PATHS
from gdsim.core.backprop.statements import read
from gdsim.core.expression.names import listing
from gdsim.core.numerals import in_latex, in_words

_MOST_LINES = 4  # worked equations of one step
_MOST_REASONS = 4
_EXACT = 10**12  # counts beyond this are told in powers of ten

COUNT_ROWS = (
    NumberRow("now", "this pass, so far", "gradient", "Multiplications local × upstream made so far in this walk"),
    NumberRow("reuse", "with reuse", "", "Backpropagation: one multiplication for each edge"),
    NumberRow("afresh", "every path afresh", "", "Every contribution passed on by itself, depth first"),
    NumberRow("separately", "path by path", "", "Every path from the output to an input multiplied out on its own"),
    NumberRow("paths", "paths to the inputs", "", "How many ways lead from the output to an input"),
)
"""Multiplications of this pass, and of the other ways to make it."""

WAYS = (
    "Every path afresh goes depth first: below a value that several paths reach, all is multiplied again for each. "
    "Path by path multiplies each path out on its own, from the output to the input, and shares nothing."
)
"""How the counts differ."""

_ADJOINTS = re.compile(r"∂\w+/∂\w+")


def typeset_lines(text: str) -> list[str]:
    """The definitions as they were read, typeset."""
    statements = read(text)
    lines = [rf"{name_latex(given)} = {_number(value)}" for given, value in statements.given.items()]
    return [
        *lines,
        *(f"{name_latex(each.name)} = {each.formula.to_latex()}" for each in statements.definitions),
    ]


def _number(value: float) -> str:
    return f"{value:g}"


def step_lines(narration: Narration) -> list[str]:
    """The worked equations of a step: first in symbols, then with the numbers put in."""
    lines: list[str] = []
    for line in narration.lines[:_MOST_LINES]:
        lines += worked_lines(line)
    return lines


def worked_lines(line: Line) -> list[str]:
    """One equation: its sides in symbols and then those with numbers, as many on a line as can be read."""
    sides, numbers = split_equalities(line.symbols), split_equalities(line.numbers)
    more = numbers[1:] if numbers[0] == sides[0] else numbers
    return packed([*sides, *(side for side in more if side not in sides)])


def why_words(narration: Narration) -> str:
    return "\n".join(narration.why[:_MOST_REASONS])


def more_words(narration: Narration) -> str:
    hidden = len(narration.lines) - _MOST_LINES
    return f"And {count(hidden, 'more line')}." if hidden > 0 else ""


def chain_lines(inspection: Inspection) -> list[str]:
    """The derivative by a vertex as the sum over its paths, a path a line: by name, in symbols, with numbers."""
    chain = inspection.chain
    if chain is None:
        return []
    name = split_equalities(chain.latex)[0]
    if chain.count == 1:
        path = chain.paths[0]
        sides = [name, path.chain, path.symbols, path.numbers, in_latex(chain.total)]
        return packed(list(dict.fromkeys(sides)))
    lines = [f"{name} ="]
    for place, path in enumerate(chain.paths[:MOST_PATHS]):
        sides = list(dict.fromkeys([path.chain, path.numbers, in_latex(path.product)]))
        first, *others = packed(sides)
        lines += [(r"+ \;" if place else r"\quad") + first, *(rf"\quad {line}" for line in others)]
    if chain.count > MOST_PATHS:
        lines.append(r"+ \; \cdots")
    return [*lines, rf"= {in_latex(chain.total)}"]


def chain_words(inspection: Inspection) -> str:
    """How many paths there are, and how many of them are written out."""
    chain = inspection.chain
    if chain is None:
        return inspection.text
    if chain.count == 1:
        return "One path leads here from the output."
    shown = min(len(chain.paths), MOST_PATHS)
    hidden = chain.count - shown
    listed = f"; {shown} of them are written out" if hidden > 0 else ""
    return f"A sum over {whole(chain.count)} paths from the output{listed}."


def share_words(inspection: Inspection, last: Nudge | None) -> str:
    """What this vertex accounts for in the `last` gradient step, and of how much."""
    share = inspection.share
    if share is None or last is None:
        return ""
    output = last.before.vertices[last.before.output].title
    return (
        f"In the last gradient step it moved by {in_words(share.move)}: {in_words(share.derivative)} · "
        f"{_bracketed(share.move)} = {in_words(share.amount)} of the change of {output}. "
        f"The gradient promised {in_words(last.predicted)} in all, and {in_words(last.change)} came."
    )


def _bracketed(value: float) -> str:
    text = in_words(value)
    return f"({text})" if text.startswith("−") else text


def whole(number: int) -> str:
    """A count, exactly as long as it can be read."""
    return str(number) if number < _EXACT else format_number(float(number)) if number < 10**300 else "more than 10³⁰⁰"


def descent_words(session: BackpropSession) -> str:
    """What came of the last gradient step, or why none can be made."""
    if session.computation.trouble is not None:
        return "There is no gradient to step against: the output is undefined."
    if session.refused:
        return session.refused
    last = session.steps.last
    aside = " The grey inputs are data and stay." if session.experiment.held else ""
    if last is None:
        return f"x ← x − rate · ∂{name_text(session.computation.statements.output)}/∂x for every input.{aside}"
    return f"Step {len(session.steps.nudges)}: {last.text}"


def moved_words(names: Sequence[str]) -> str:
    """Of inputs whose values were typed and then changed."""
    if not names:
        return ""
    verb = "starts" if len(names) == 1 else "start"
    return f"{listing([name_text(name) for name in names])} {verb} as typed here; now see Inputs."


def history_picture(session: BackpropSession) -> SeriesPicture:
    """The output against gradient steps."""
    values = np.array([value if math.isfinite(value) else math.nan for value in session.steps.values])
    output = session.computation.vertices[session.computation.output].title
    steps = np.arange(len(values), dtype=float)
    line = Series(steps, values, "function", every_point=True)
    return SeriesPicture((line,), "gradient step", output, log_x=False, log_y=False, whole_x=True, all_seen=True)


def coloured(text: str) -> dict[str, str]:
    """The derivatives that a sentence names, in the colour of the gradient."""
    return {found.group(0).rstrip("."): "gradient" for found in _ADJOINTS.finditer(text)}


def table_of(session: BackpropSession) -> Table:
    """The vertices as they stand at this step; what has not been computed yet is empty."""
    computation, state = session.computation, session.state
    rows: list[tuple[float | int | str, ...]] = []
    for vertex in computation.vertices:
        value, adjoint = state.values[vertex.index], state.adjoints[vertex.index]
        rows.append(
            (
                vertex.index,
                vertex.title,
                vertex.rule_text,
                "" if value is None else value,
                "" if adjoint is None or vertex.is_constant else adjoint,
            )
        )
    return Table("backprop", "the vertices of this graph", ("vertex", "name", "rule", "value", "adjoint"), rows)
