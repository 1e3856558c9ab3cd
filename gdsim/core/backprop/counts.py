"""How many multiplications the backward pass takes, with reuse and without.

Backpropagation multiplies once an edge (local × upstream, the output's 1 included).  A walk that starts every path
afresh multiplies once for every edge of every path, which doubles with each fork.  Counts are exact integers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from gdsim.core.backprop.computation import Computation
from gdsim.core.backprop.notation import count_latex, count_text
from gdsim.core.backprop.paths import path_counts

_MOST_TERMS: Final = 5
_RAISED: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Multiplications:
    """`reuse`: backpropagation; `afresh`: depth first, passing on every contribution by itself (paths share their
    beginnings); `separately`: every path from the output to an input multiplied out on its own; `paths`: how many
    such paths there are.  `formula` is LaTeX for `afresh`, `text` a sentence with the counts.
    """

    reuse: int
    afresh: int
    separately: int
    paths: int
    formula: str
    text: str


def multiplications(computation: Computation) -> Multiplications:
    """Counts for a graph, in time linear in its size however many paths it has."""
    visits = path_counts(computation)
    lengths = [0] * len(computation.vertices)
    terms: list[tuple[int, int]] = []
    for vertex in reversed(computation.operations):
        edges = [computation.edges[edge] for edge in computation.into[vertex]]
        flowing = [edge for edge in edges if edge.local is not None]
        terms.append((len(flowing), visits[vertex]))
        for edge in flowing:
            lengths[edge.source] += lengths[vertex] + visits[vertex]
    ends = [vertex.index for vertex in computation.vertices if vertex.key == "input"]
    reuse = sum(edges for edges, _ in terms)
    afresh = sum(edges * times for edges, times in terms)
    paths = sum(visits[index] for index in ends)
    doublings = len(terms) if _is_chain_of_doublings(computation) else 0
    return Multiplications(
        reuse, afresh, sum(lengths[index] for index in ends), paths,
        _formula(terms, afresh, doublings), _text(reuse, afresh, paths, doublings),
    )  # fmt: skip


def _is_chain_of_doublings(computation: Computation) -> bool:
    """Whether every operation uses one and the same value twice."""
    return bool(computation.operations) and all(
        len(edges := computation.into[vertex]) == 2
        and computation.edges[edges[0]].source == computation.edges[edges[1]].source
        for vertex in computation.operations
    )


def _formula(terms: list[tuple[int, int]], afresh: int, doublings: int) -> str:
    r"""Edges into each operation times how often it is reached, added up."""
    if doublings > 1:
        # Dots stand for one power at least.
        start = " + ".join(f"2^{{{i + 1}}}" if i else "2" for i in range(3 if doublings > 4 else doublings))
        rest = rf" + \cdots + 2^{{{doublings}}}" if doublings > 4 else ""
        return f"{start}{rest} = 2^{{{doublings + 1}}} - 2 = {count_latex(afresh)}"
    written = [rf"{edges} \cdot {count_latex(times)}" for edges, times in terms[:_MOST_TERMS]]
    if len(terms) > _MOST_TERMS:
        written.append(r"\cdots")
    return f"{' + '.join(written) or '0'} = {count_latex(afresh)}"


def _text(reuse: int, afresh: int, paths: int, doublings: int) -> str:
    power = f" = 2{str(doublings).translate(_RAISED)}" if doublings > 1 else ""
    along = f"the {count_text(paths)}{power} paths" if paths != 1 else "the only path"
    edges = f"{reuse} multiplication{'' if reuse == 1 else 's'}, one for each edge"
    if afresh == reuse:
        why = "since no intermediate value is used twice"
        return f"Backpropagation takes {edges}; walking {along} afresh takes as many, {why}."
    return f"Backpropagation takes {edges}; walking {along} afresh takes {count_text(afresh)}."
