"""From statements and inputs to a Computation: the autodiff core traces, and what it recorded is given names."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from typing import Any

from gdsim.core.autodiff import PRIMITIVES, Graph, Node
from gdsim.core.autodiff import graph as traced
from gdsim.core.autodiff.primitive import apply
from gdsim.core.backprop import notation, rules
from gdsim.core.backprop.computation import Computation, Edge, Vertex
from gdsim.core.backprop.statements import Statements, read
from gdsim.core.backprop.trouble import first_trouble, kinks, steep_places
from gdsim.core.expression import Call, Constant, Expr, Number, Variable
from gdsim.core.expression.names import variable_name
from gdsim.core.numerals import in_words


def compute(statements: Statements | str, inputs: Mapping[str, float] | None = None) -> Computation:
    """Trace the statements at these inputs by name.

    Missing ones take `Statements.start`; names that the graph does not have are left aside, so that values can be
    carried over from another text.

    Raises ParseError for a text that cannot be read and ValueError for an input that is no finite number.
    """
    if isinstance(statements, str):
        statements = read(statements)
    values = statements.start()
    chosen = {variable_name(name) or name: float(value) for name, value in (inputs or {}).items()}
    values.update({name: value for name, value in chosen.items() if name in values})
    for name, value in values.items():
        if not math.isfinite(value):
            raise ValueError(f"{notation.name_text(name)} has to be a finite number, not {in_words(value)}.")
    graph, names = _trace(statements, values)
    return _Writer(statements, values, graph, names).computation()


def _trace(statements: Statements, values: Mapping[str, float]) -> tuple[Graph, dict[int, str]]:
    """The core's picture of the computation, and the names of its vertices by index."""
    known: dict[str, Any] = {name: Node(values[name]) for name in statements.inputs}
    inputs = list(known.values())
    for definition in statements.definitions:
        result = evaluate_as_typed(definition.formula, known)
        # A name for what has one already ("f = q") is a vertex of its own that passes everything on.
        if isinstance(definition.formula, Variable):
            result = apply(PRIMITIVES["identity"], result)
        known[definition.name] = result
    labels = {id(node): name for name, node in known.items()}
    graph = Graph.of([known[statements.output]], labels)
    for node in inputs:
        node.live = False
    return graph, {vertex.index: vertex.name for vertex in graph.vertices if vertex.key != "const" and vertex.name}


def evaluate_as_typed(formula: Expr, known: Mapping[str, Any]) -> Any:
    """The formula's value with every operation done as often as it is written; only names are shared."""
    results: list[Any] = []
    stack: list[tuple[Expr, bool]] = [(formula, False)]
    while stack:
        part, ready = stack.pop()
        if isinstance(part, Variable):
            results.append(known[part.name])
        elif isinstance(part, (Number, Constant)):
            results.append(part.value)
        elif isinstance(part, Call) and ready:
            args = results[len(results) - len(part.args) :]
            del results[len(results) - len(part.args) :]
            result = apply(part.primitive, *args)
            if not isinstance(result, Node) and not math.isfinite(result):
                # What is undefined is a vertex even if it is made of constants: there its reason is told.
                result = Node(result, part.primitive, tuple(args))
            results.append(result)
        else:
            stack.append((part, True))
            stack.extend((arg, False) for arg in reversed(part.args))
    return results[0]


class _Writer:
    """Names and rules for the vertices of a graph."""

    def __init__(self, statements: Statements, values: Mapping[str, float], graph: Graph,
                 names: dict[int, str]) -> None:  # fmt: skip
        self.statements = statements
        self.values = values
        self.graph = graph
        self.names = names
        taken = {*names.values(), *statements.inputs}
        letter = notation.automatic_letter(taken)
        self.symbols: list[Expr] = []
        count = 0
        for vertex in graph.vertices:
            if vertex.key == "const":
                self.symbols.append(rules.constant(float(vertex.value)))
            elif vertex.index in names:
                self.symbols.append(Variable(names[vertex.index]))
            else:
                count += 1
                self.symbols.append(Variable(f"{letter}{count}"))

    def computation(self) -> Computation:
        arguments: list[list[traced.Edge]] = [[] for _ in self.graph.vertices]
        for edge in self.graph.edges:
            arguments[edge.target].append(edge)
        structures = [self.structure(vertex, arguments[vertex.index]) for vertex in self.graph.vertices]
        vertices = tuple(
            self.vertex(vertex, structures[vertex.index], arguments[vertex.index]) for vertex in self.graph.vertices
        )
        uses = Counter(edge.source for edge in self.graph.edges)
        parallel = Counter((edge.source, edge.target) for edge in self.graph.edges)
        edges = tuple(
            self.edge(
                index, edge, structures[edge.target], vertices,
                parallel[edge.source, edge.target] > 1
                or (edge.target == self.graph.outputs[0] and uses[edge.source] > 1),
            )
            for index, edge in enumerate(self.graph.edges)
        )  # fmt: skip
        plain = [(v.key, v.value, [vertices[e.source].value for e in arguments[v.index]]) for v in vertices]
        titles = [v.title for v in vertices]
        named = [(v.title, [titles[e.source] for e in arguments[v.index]]) for v in vertices]
        return Computation(
            self.statements, self.values, vertices, edges, self.graph.outputs[0],
            first_trouble(plain, titles), steep_places([(e.source, e.target, e.local) for e in edges], plain, titles),
            kinks(plain, named),
        )  # fmt: skip

    def structure(self, vertex: traced.Vertex, arguments: list[traced.Edge]) -> rules.Structure:
        return rules.Structure(
            vertex.key, self.symbols[vertex.index], tuple(self.symbols[edge.source] for edge in arguments)
        )

    def vertex(self, vertex: traced.Vertex, structure: rules.Structure, arguments: list[traced.Edge]) -> Vertex:
        value = float(vertex.value)
        written = [float(self.graph.vertices[edge.source].value) for edge in arguments]
        rule, rule_text, numbers, numbers_text = rules.written_out(structure, written, value)
        symbol = self.symbols[vertex.index]
        plain = vertex.key == "const" and rules.is_number(symbol) and not isinstance(symbol, Constant)
        title = in_words(value) if plain else notation.expression_text(symbol)
        return Vertex(
            vertex.index, vertex.key, vertex.symbol, self.names.get(vertex.index, ""), value,
            None if vertex.adjoint is None else float(vertex.adjoint), title, notation.expression_latex(symbol),
            rule, rule_text, numbers, numbers_text,
        )  # fmt: skip

    def edge(self, index: int, edge: traced.Edge, structure: rules.Structure, vertices: tuple[Vertex, ...],
             by_place: bool) -> Edge:  # fmt: skip
        """`by_place`: ∂target/∂source would be ambiguous, so the derivative is named by the argument's place."""
        source, target = vertices[edge.source], vertices[edge.target]
        primitive = PRIMITIVES[target.key]
        flat = not primitive.variadic and primitive.vjps[edge.position] is None
        if by_place:
            text = notation.place_text(target.title, edge.position + 1)
            latex = notation.place_latex(target.latex, edge.position + 1)
        else:
            text = notation.partial_text(target.title, source.title)
            latex = notation.partial_latex(target.latex, source.latex)
        local = None if source.is_constant else edge.local
        return Edge(index, edge.source, edge.target, edge.position, local, flat, text, latex, structure, by_place)
