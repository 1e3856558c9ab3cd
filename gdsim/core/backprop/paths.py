"""Paths through the graph: how many there are, exactly, and the chain rule written out along them.

The derivative of the output by a value is the sum, over all paths between them, of the products of the local
derivatives (F. L. Bauer, "Computational graphs and rounding error", 1974).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from gdsim.core.backprop import notation
from gdsim.core.backprop.computation import Computation
from gdsim.core.backprop.rules import is_number
from gdsim.core.expression.tree import ONE
from gdsim.core.numerals import factor_in_latex, in_latex, in_words

MOST_PATHS: Final = 8
_MOST_IN_A_SUM: Final = 4
_MOST_FACTORS: Final = 9
_DOT: Final = r" \cdot "


def path_counts(computation: Computation) -> tuple[int, ...]:
    """For each vertex the number of paths from the output to it, by dynamic programming; 0 for constants."""
    counts = [0] * len(computation.vertices)
    counts[computation.output] = 1
    for vertex in reversed(computation.operations):
        for edge in computation.into[vertex]:
            if computation.edges[edge].local is not None:
                counts[computation.edges[edge].source] += counts[vertex]
    return tuple(counts)


@dataclass(frozen=True)
class Path:
    """One way from the output to a vertex: its edges, and the product of their local derivatives.

    `chain` multiplies the derivatives by name, `symbols` what they are in symbols, `numbers` in numbers; each is
    LaTeX, and `text` the same in one line.
    """

    edges: tuple[int, ...]
    product: float
    chain: str
    symbols: str
    numbers: str
    text: str


@dataclass(frozen=True)
class ChainRule:
    """∂output/∂vertex as a sum over all `count` paths, of which `paths` lists the first.

    `latex` writes the sum by name, `latex_numbers` with numbers, `text` is the whole in one line.
    """

    vertex: int
    count: int
    paths: tuple[Path, ...]
    total: float
    latex: str
    latex_numbers: str
    text: str

    @property
    def hidden(self) -> int:
        """How many paths are not listed."""
        return self.count - len(self.paths)


def all_paths(computation: Computation, vertex: int) -> Iterator[tuple[int, ...]]:
    """The paths from the output to a vertex one by one, each as its edges; there may be 2^n of them."""
    stack: list[tuple[int, tuple[int, ...]]] = [(vertex, ())]
    while stack:
        at, edges = stack.pop()
        if at == computation.output:
            yield edges
            continue
        stack.extend((computation.edges[edge].target, (edge, *edges)) for edge in reversed(computation.out_of[at]))


def chain_rule(computation: Computation, vertex: int, total: float, most: int = MOST_PATHS) -> ChainRule:
    """The derivative by a vertex (no constant) along its paths; `total` is its adjoint."""
    paths = tuple(_path(computation, edges) for edges in islice(all_paths(computation, vertex), most))
    count = path_counts(computation)[vertex]
    name, name_text = computation.partial_latex(vertex), computation.partial_text(vertex)
    more = [r"\cdots"] if count > min(len(paths), _MOST_IN_A_SUM) else []
    shown = paths[:_MOST_IN_A_SUM]
    chain = [path.chain for path in shown] + more
    products = [in_latex(shown[0].product), *(factor_in_latex(path.product) for path in shown[1:]), *more]
    direct = chain == [name]
    written = [path.symbols for path in shown] + more
    latex = " = ".join(dict.fromkeys([name, " + ".join(chain), " + ".join(written)]))
    numbers = [_numbers(computation, path.edges, index > 0) for index, path in enumerate(shown)] + more
    steps = [name, " + ".join(numbers), " + ".join(products), in_latex(total)]
    text = " + ".join([*(path.text for path in shown), *(["…"] if more else [])])
    text_numbers = notation.sum_text(path.product for path in shown) + (" + …" if more else "")
    words = [name_text, *([] if direct else [text]), text_numbers, in_words(total)]
    return ChainRule(
        vertex, count, paths, total, latex, " = ".join(dict.fromkeys(steps)), " = ".join(dict.fromkeys(words))
    )


def _path(computation: Computation, edges: tuple[int, ...]) -> Path:
    along = [computation.edges[edge] for edge in edges]
    if not along:
        name, text = computation.partial_latex(computation.output), computation.partial_text(computation.output)
        return Path((), 1.0, name, "1", "1", text)
    factors = [edge.symbol for edge in along]
    # Ones are left out of a product in symbols, unless nothing else is in it.
    written = [factor for factor in factors if factor != ONE] or [ONE]
    latex = [notation.expression_latex(factor) for factor in written]
    several = len(written) > 1
    symbols = [_bracketed(text, several, is_number(factor)) for text, factor in zip(latex, written, strict=True)]
    return Path(
        edges,
        0.0 if any(edge.flat for edge in along) else math.prod(_values(computation, edges)),
        _DOT.join(_shortened([edge.partial_latex for edge in along], r"\cdots")),
        _DOT.join(_shortened(symbols, r"\cdots")),
        _numbers(computation, edges, False),
        " · ".join(_shortened([edge.partial_text for edge in along], "…")),
    )


def _values(computation: Computation, edges: tuple[int, ...]) -> list[float]:
    return [computation.edges[edge].local or 0.0 for edge in edges]


def _numbers(computation: Computation, edges: tuple[int, ...], behind: bool) -> str:
    """A path's local derivatives multiplied; `behind` a plus sign, the first may need brackets."""
    first, *rest = _values(computation, edges) or [1.0]
    start = factor_in_latex(first) if behind else in_latex(first)
    return _DOT.join(_shortened([start, *(factor_in_latex(value) for value in rest)], r"\cdots"))


def _shortened(factors: list[str], dots: str) -> list[str]:
    """The first and the last of many factors, with dots between."""
    if len(factors) <= _MOST_FACTORS:
        return factors
    half = _MOST_FACTORS // 2
    return [*factors[:half], dots, *factors[-half:]]


def _bracketed(latex: str, product: bool, number: bool) -> str:
    """A factor in brackets where it is a sum or has a sign."""
    depth = 0
    for index, character in enumerate(latex):
        depth += {"{": 1, "}": -1, "(": 1, ")": -1}.get(character, 0)
        if product and depth == 0 and character in "+-" and (index == 0 or not number):
            return rf"\left({latex}\right)"
    return latex
