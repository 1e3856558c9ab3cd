"""The graph of a computation as it is walked: the autodiff core's own trace, with names and rules beside the numbers.

Values, local derivatives and adjoints are those that `gdsim.core.autodiff.graph.Graph` recorded; nothing is computed
a second way here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from gdsim.core.backprop import notation, rules
from gdsim.core.backprop.statements import Statements
from gdsim.core.backprop.trouble import Kink, Trouble
from gdsim.core.expression import Expr


@dataclass(frozen=True)
class Vertex:
    """One value of the graph.

    `key` is "input", "const" or the key of a primitive; `symbol` the operation's sign (×, σ); `name` what the text
    calls it, else "".  `title` is how sentences call it (q, v₁, 2) and `latex` the same typeset.  `rule` and
    `rule_text` write the operation in symbols (q = x + y), `numbers` and `numbers_text` with its numbers
    (q = −2 + 5 = 3).  `adjoint` is the core's derivative of the output by this value, None for constants.
    """

    index: int
    key: str
    symbol: str
    name: str
    value: float
    adjoint: float | None
    title: str
    latex: str
    rule: str
    rule_text: str
    numbers: str
    numbers_text: str

    @property
    def is_operation(self) -> bool:
        return self.key not in ("input", "const")

    @property
    def is_constant(self) -> bool:
        return self.key == "const"


@dataclass(frozen=True)
class Edge:
    """Use of vertex `source` as argument `position` of vertex `target`.

    `local` is ∂target/∂source with the other arguments held fixed, None where the source is a constant.  `symbol`
    writes it in symbols as a formula (1, z, q(1 − q)); `flat` marks a derivative that is 0 because the operation has
    jumps only.  `partial_text` is its name: ∂q/∂x, or ∂₁f (by the first argument) where ∂f/∂x would mean the whole
    derivative over all edges (`by_place`).
    """

    index: int
    source: int
    target: int
    position: int
    local: float | None
    flat: bool
    partial_text: str
    partial_latex: str
    structure: rules.Structure
    by_place: bool = False

    @property
    def symbol(self) -> Expr:
        """∂target/∂source as a formula of the vertices' names."""
        return rules.local_rule(self.structure, self.position)

    @property
    def text(self) -> str:
        """∂f/∂q = z; nothing where the source is a constant, by which nobody differentiates."""
        if self.local is None:
            return ""
        return f"{self.partial_text} = {notation.expression_text(self.symbol)}"

    @property
    def latex(self) -> str:
        if self.local is None:
            return ""
        return f"{self.partial_latex} = {notation.expression_latex(self.symbol)}"

    @property
    def why(self) -> str:
        """A sentence on why the local derivative is what it is."""
        if self.local is None:
            constant = notation.expression_text(self.structure.arguments[self.position])
            return f"{constant} is a constant: it never changes, so that no derivative by it is needed."
        return f"{self.text}: {rules.why(self.structure, self.position)}"


@dataclass(frozen=True)
class Computation:
    """Vertices in topological order, edges in order of use, and the index of the output.

    `trouble` is where a value is undefined, `steep` where a derivative is not finite, `kinks` where none exists and one
    is chosen.
    """

    statements: Statements
    inputs: Mapping[str, float]
    vertices: tuple[Vertex, ...]
    edges: tuple[Edge, ...]
    output: int
    trouble: Trouble | None
    steep: tuple[Trouble, ...]
    kinks: tuple[Kink, ...] = ()

    @cached_property
    def into(self) -> tuple[tuple[int, ...], ...]:
        """For each vertex the edges from its arguments, by position."""
        found: list[list[int]] = [[] for _ in self.vertices]
        for edge in self.edges:
            found[edge.target].append(edge.index)
        return tuple(tuple(edges) for edges in found)

    @cached_property
    def out_of(self) -> tuple[tuple[int, ...], ...]:
        """For each vertex the edges to the operations that use it, in the order in which contributions arrive."""
        found: list[list[int]] = [[] for _ in self.vertices]
        for target in reversed(self.vertices):
            for edge in self.into[target.index]:
                found[self.edges[edge].source].append(edge)
        return tuple(tuple(edges) for edges in found)

    @cached_property
    def operations(self) -> tuple[int, ...]:
        """Vertices that compute something, in topological order."""
        return tuple(vertex.index for vertex in self.vertices if vertex.is_operation)

    def kink_text(self, vertex: int) -> str:
        """What is said of a vertex at a kink; nothing of another."""
        return next((kink.text for kink in self.kinks if kink.vertex == vertex), "")

    @cached_property
    def input_vertices(self) -> dict[str, int]:
        return {vertex.name: vertex.index for vertex in self.vertices if vertex.key == "input"}

    @property
    def value(self) -> float:
        return self.vertices[self.output].value

    @cached_property
    def gradient(self) -> dict[str, float]:
        """∂output/∂input by name, from the core; 0 where the output depends on an input by jumps only."""
        adjoints = {name: self.vertices[index].adjoint for name, index in self.input_vertices.items()}
        return {name: 0.0 if adjoint is None else adjoint for name, adjoint in adjoints.items()}

    def named(self, title: str) -> Vertex:
        """The vertex of this name or title.  Raises KeyError."""
        for vertex in self.vertices:
            if title in (vertex.name, vertex.title) and not vertex.is_constant:
                return vertex
        raise KeyError(f"no vertex called {title!r}")

    def partial_text(self, vertex: int) -> str:
        """∂f/∂q for the derivative of the output by a vertex."""
        return notation.partial_text(self.vertices[self.output].title, self.vertices[vertex].title)

    def partial_latex(self, vertex: int) -> str:
        return notation.partial_latex(self.vertices[self.output].latex, self.vertices[vertex].latex)


def is_undefined(computation: Computation, edge: Edge) -> bool:
    """Whether the edge has no local derivative at these inputs because the value at its end is undefined."""
    trouble = computation.trouble
    return trouble is not None and trouble.vertex == edge.target and edge.local is not None
