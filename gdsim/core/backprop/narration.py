"""What a step of a walk did: a sentence, and for every adjoint it touched the rule in symbols and with numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from gdsim.core.backprop import notation
from gdsim.core.backprop.computation import Computation
from gdsim.core.backprop.depth_first import mistaken
from gdsim.core.backprop.notation import factor_text
from gdsim.core.backprop.walk import Contribution, Order, Phase, State, Sum, Walk
from gdsim.core.expression.names import listing
from gdsim.core.numerals import factor_in_latex, in_latex, in_words

_MOST_TERMS: Final = 4
_MOST_LISTED: Final = 6
_FEWEST_LISTED: Final = 3
_LONGEST: Final = 175  # characters of a last sentence, so that it is seen whole under the graph
_ORDINALS: Final = ("first", "second")
_DOT: Final = r" \cdot "
_DOTS: Final = r"\cdots"


@dataclass(frozen=True)
class Line:
    """One worked equation about `vertex`, in symbols and with numbers (LaTeX).

    `text` is all of it in one line, `short` without the chain by name (∂f/∂x = −4 · 1 = −4).
    """

    vertex: int
    symbols: str
    numbers: str
    text: str
    short: str


@dataclass(frozen=True)
class Narration:
    """`sentence` tells the step, `lines` work it out, `why` explains the local derivatives it used."""

    title: str
    sentence: str
    lines: tuple[Line, ...] = ()
    why: tuple[str, ...] = ()


def narrate(walk: Walk, index: int) -> Narration:
    """The step at `index` of the walk in words and formulas."""
    state = walk.state(index)
    match state.phase:
        case Phase.START:
            return _start(walk.computation)
        case Phase.FORWARD:
            return _forward(walk.computation, state)
        case Phase.SEED:
            return _seed(walk.computation)
    if walk.order is Order.TOPOLOGICAL:
        return _backward(walk, state)
    return _depth_first(walk, state)


def _start(computation: Computation) -> Narration:
    places = computation.input_vertices
    inputs = [computation.vertices[places[name]] for name in computation.statements.inputs if name in places]
    given = [v.numbers_text for v in inputs[:_MOST_LISTED]]
    more = f" and {len(inputs) - _MOST_LISTED} more" if len(inputs) > _MOST_LISTED else ""
    if not given:
        return Narration("Inputs", "There are constants only.  Everything else is still to be computed.", ())
    text = ", ".join(given) + more if more else listing(given)
    lines = tuple(Line(v.index, v.rule, v.numbers, v.numbers_text, v.numbers_text) for v in inputs)
    return Narration("Inputs", f"Given: {text}.  Everything else is still to be computed.", lines)


def _forward(computation: Computation, state: State) -> Narration:
    assert state.working is not None
    vertex = computation.vertices[state.working]
    worked = vertex.numbers_text.split(" = ", 1)[1]
    text = f"{vertex.rule_text} = {worked}" if worked != vertex.rule_text.split(" = ", 1)[1] else vertex.rule_text
    line = Line(vertex.index, vertex.rule, vertex.numbers, text, text)
    trouble = computation.trouble
    if trouble is not None and trouble.vertex == vertex.index:
        return Narration("Undefined", f"{trouble.text} The pass stops here.", (line,))
    end = " This is the output: from here it goes back." if vertex.index == computation.output else ""
    return Narration("Forward", f"Forward: {text}.{end}", (line,))


def _seed(computation: Computation) -> Narration:
    output = computation.output
    text = f"{computation.partial_text(output)} = 1"
    latex = f"{computation.partial_latex(output)} = 1"
    sentence = f"Back: the output changes exactly as itself, {text}. All other derivatives are not yet known (?)."
    return Narration("Output", sentence, (Line(output, latex, latex, text, text),))


def _backward(walk: Walk, state: State) -> Narration:
    computation = walk.computation
    assert state.working is not None
    receivers = list(dict.fromkeys(part.source for part in state.contributions))
    lines: list[Line] = []
    waiting: list[str] = []
    for receiver in receivers:
        total = state.sums[receiver]
        assert total is not None
        fresh = sum(part.source == receiver for part in state.contributions)
        lines.append(adjoint_line(computation, receiver, total, fresh))
        if not total.complete:
            more = f"{total.awaited} more contribution{'s' if total.awaited > 1 else ''}"
            waiting.append(f" {computation.vertices[receiver].title} waits for {more}.")
    through = computation.vertices[state.working].rule_text
    sentence = f"Back through {through}: {listing([line.short for line in lines])}.{''.join(waiting)}"
    if state.finished:
        sentence += f" All derivatives are there: {_gradient(computation, state, _LONGEST - len(sentence))}."
    return Narration("Backward", sentence, tuple(lines), _why(computation, state.contributions))


def _why(computation: Computation, parts: Sequence[Contribution]) -> tuple[str, ...]:
    """Where the local derivatives of a step come from, and what is special about them."""
    reasons = [computation.edges[part.edge].why for part in parts]
    kinks = [computation.kink_text(part.target) for part in parts]
    return tuple(filter(None, dict.fromkeys([*kinks, *reasons, by_place_text(computation, parts)])))


def by_place_text(computation: Computation, parts: Sequence[Contribution]) -> str:
    """What ∂₁b means, where a step uses such a derivative."""
    edges = [edge for edge in (computation.edges[part.edge] for part in parts) if edge.by_place]
    if not edges:
        return ""
    names = listing([edge.partial_text for edge in edges])
    places = listing([_ORDINALS[edge.position] for edge in edges])
    target, source = computation.vertices[edges[0].target].title, computation.vertices[edges[0].source].title
    verb = "is the derivative" if len(edges) == 1 else "are the derivatives"
    return (
        f"{names} {verb} of {target} by its {places} argument alone. {source} is used more than once: "
        f"{computation.partial_text(edges[0].source)} is the sum over all uses."
    )


def adjoint_line(computation: Computation, vertex: int, total: Sum, fresh: int | None = None) -> Line:
    """∂f/∂vertex as the sum that has come together so far, with a question mark for what is awaited.

    The last `fresh` contributions (by default all) are those of the step; `short` works out only these.
    """
    name, name_text = computation.partial_latex(vertex), computation.partial_text(vertex)
    parts = total.parts[-_MOST_TERMS:]
    hidden = len(parts) < len(total.parts)
    new = len(parts) - (len(total.parts) if fresh is None else fresh)
    direct = all(part.target == computation.output for part in parts)
    behind = [hidden or index > 0 for index in range(len(parts))]
    products = [_product_text(computation, part, after) for part, after in zip(parts, behind, strict=True)]
    amounts = [factor_text(p.amount) if after else in_words(p.amount) for p, after in zip(parts, behind, strict=True)]
    recent = [products[index] if index >= new else amounts[index] for index in range(len(parts))]
    rules = [_rule_text(computation, part) for part in parts]
    chain = [_chain_text(computation, part) for part in parts]

    def added(terms: Sequence[str], dots: str = "…") -> str:
        return " + ".join([*([dots] if hidden else []), *terms, *(["?"] if total.awaited else [])])

    result = [] if total.awaited or total.partial is None else [in_words(total.partial)]
    text = [name_text, added(chain), *([added(rules)] if direct else []), added(products), added(amounts), *result]
    short = [name_text, *([added(rules)] if direct else []), added(recent), *(result or [added(amounts)])]

    products = [_product(computation, part, after) for part, after in zip(parts, behind, strict=True)]
    amounts = [
        factor_in_latex(p.amount) if after else in_latex(p.amount) for p, after in zip(parts, behind, strict=True)
    ]
    rules = [_rule(computation, part) for part in parts]
    chain = [_chain(computation, part) for part in parts]
    result = [] if total.awaited or total.partial is None else [in_latex(total.partial)]
    symbols = [name, added(chain, _DOTS), added(rules, _DOTS)]
    numbers = [name, added(products, _DOTS), added(amounts, _DOTS), *result]
    return Line(vertex, *(" = ".join(dict.fromkeys(pieces)) for pieces in (symbols, numbers, text, short)))


def _chain(computation: Computation, part: Contribution) -> str:
    """∂f/∂q · ∂q/∂x; from the output itself only ∂f/∂q."""
    edge = computation.edges[part.edge]
    if part.target == computation.output:
        return edge.partial_latex
    return computation.partial_latex(part.target) + _DOT + edge.partial_latex


def _chain_text(computation: Computation, part: Contribution) -> str:
    edge = computation.edges[part.edge]
    if part.target == computation.output:
        return edge.partial_text
    return f"{computation.partial_text(part.target)} · {edge.partial_text}"


def _rule(computation: Computation, part: Contribution) -> str:
    """The chain with the local derivative written in symbols: ∂f/∂q · 1."""
    symbol = computation.edges[part.edge].symbol
    latex = notation.expression_latex(symbol)
    if part.target == computation.output:
        return latex
    signed = latex.startswith("-") or any(sign in str(symbol) for sign in (" + ", " - "))
    return computation.partial_latex(part.target) + _DOT + (rf"\left({latex}\right)" if signed else latex)


def _rule_text(computation: Computation, part: Contribution) -> str:
    text = notation.expression_text(computation.edges[part.edge].symbol)
    if part.target == computation.output:
        return text
    signed = text.startswith("−") or " + " in text or " − " in text
    return f"{computation.partial_text(part.target)} · {f'({text})' if signed else text}"


def _product(computation: Computation, part: Contribution, behind: bool) -> str:
    if part.target == computation.output:
        return factor_in_latex(part.amount) if behind else in_latex(part.amount)
    first = factor_in_latex(part.upstream) if behind else in_latex(part.upstream)
    return first + _DOT + factor_in_latex(part.local)


def _product_text(computation: Computation, part: Contribution, behind: bool) -> str:
    if part.target == computation.output:
        return factor_text(part.amount) if behind else in_words(part.amount)
    first = factor_text(part.upstream) if behind else in_words(part.upstream)
    return f"{first} · {factor_text(part.local)}"


def _depth_first(walk: Walk, state: State) -> Narration:
    """One edge of a pass that does not wait."""
    computation = walk.computation
    [part] = state.contributions
    edge = computation.edges[part.edge]
    giver, receiver = computation.vertices[part.target].title, computation.vertices[part.source].title
    product = f"{in_words(part.upstream)} · {factor_text(part.local)}"
    numbers = f"{in_latex(part.upstream)}{_DOT}{factor_in_latex(part.local)} = {in_latex(part.amount)}"
    total = state.sums[part.source]
    so_far = in_words(total.partial) if total and total.partial is not None else "?"
    sentence = f"{giver} passes {in_words(part.upstream)} times {edge.partial_text} = {in_words(part.local)} to "
    sentence += f"{receiver}: {product} = {in_words(part.amount)}, so {receiver} has {so_far}."
    if part.late:
        sentence += f" This is too late: {receiver} has already passed on what it had, and the rest is lost."
    elif total and total.awaited and walk.order is Order.NOT_WAITING and computation.vertices[part.source].is_operation:
        sentence += f" {receiver} passes it on at once, although {total.awaited} more will come."
    if state.finished:
        sentence += _verdict(walk, state)
    symbols = rf"{in_latex(part.upstream)}{_DOT}{edge.partial_latex} = {numbers}"
    text = f"{product} = {in_words(part.amount)}"
    line = Line(part.source, symbols, numbers, text, text)
    return Narration("Depth first", sentence, (line,), _why(computation, state.contributions))


def _verdict(walk: Walk, state: State) -> str:
    computation = walk.computation
    if walk.cut:
        more = notation.count_text(walk.cut)
        return f" There are too many paths: {more} more steps follow that are not shown, so the sums are not complete."
    if walk.order is Order.EVERY_PATH:
        return f" The sums are right, after {state.multiplications} multiplications."
    found = mistaken(walk)
    wrong = [
        f"{computation.partial_text(index)} came out as {in_words(mine)} and is {in_words(true)}"
        for index, (mine, true) in found.items()
        if computation.vertices[index].key == "input"
    ]
    if not wrong:
        if state.lost:
            return " What came too late makes no difference here, at these values."
        return " Nothing was lost here, because no intermediate value is used twice."
    if len(wrong) <= 3:
        return f" Wrong: {listing(wrong)}."
    rest = len(wrong) - 3
    return f" Wrong: {', '.join(wrong[:3])}, and {rest} more {'is' if rest == 1 else 'are'} wrong."


def _gradient(computation: Computation, state: State, room: int) -> str:
    """The derivatives by the inputs; of many, as many as `room` characters hold, but two at least; of three all."""
    found = [
        f"{computation.partial_text(index)} = {in_words(value)}"
        for index in computation.input_vertices.values()
        if (value := state.adjoints[index]) is not None
    ]
    if len(found) <= _FEWEST_LISTED or (len(found) <= _MOST_LISTED and len(listing(found)) <= room):
        return listing(found)
    listed = found[: min(_MOST_LISTED, len(found) - 2)]  # "and 1 more" would be as long as that one
    while len(listed) > 2 and len(", ".join(listed)) > room:
        listed.pop()
    return f"{', '.join(listed)}, and {len(found) - len(listed)} more"
