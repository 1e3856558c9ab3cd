"""The graph in Graphviz's DOT language (https://graphviz.org/doc/info/lang.html), as it stands at a step."""

from __future__ import annotations

from collections.abc import Collection

from gdsim.core.backprop.computation import Computation, Edge, Vertex, is_undefined
from gdsim.core.backprop.notation import factor_text
from gdsim.core.backprop.walk import State
from gdsim.core.numerals import in_words


def to_dot(computation: Computation, state: State | None = None, hidden: Collection[int] = ()) -> str:
    """A directed graph from left to right; without a state all values and the core's adjoints are shown.

    Of edges that are `hidden`, by index, the local derivatives are left out.
    """
    lines = [
        "digraph backprop {",
        "  rankdir=LR;",
        '  node [fontname="sans-serif"];',
        '  edge [fontname="sans-serif"];',
    ]
    lines += [f"  {_vertex(computation, vertex, state)}" for vertex in computation.vertices]
    lines += [f"  {_edge(computation, edge, state, edge.index not in hidden)}" for edge in computation.edges]
    return "\n".join([*lines, "}", ""])


def _vertex(computation: Computation, vertex: Vertex, state: State | None) -> str:
    value = vertex.value if state is None else state.values[vertex.index]
    adjoint = vertex.adjoint if state is None else state.adjoints[vertex.index]
    rows = [vertex.rule_text]
    if not vertex.is_constant:
        rows.append(f"{vertex.title} = {'?' if value is None else in_words(value)}")
        rows.append(f"{computation.partial_text(vertex.index)} = {'?' if adjoint is None else in_words(adjoint)}")
    if not vertex.is_operation:
        rows = rows[1:] or rows
    shape = "ellipse" if vertex.is_operation else "plaintext" if vertex.is_constant else "box"
    style = ""
    if state is not None and state.working == vertex.index:
        style = ", penwidth=3"
    elif state is not None and vertex.index in state.frontier:
        style = ", style=dashed"
    return f"n{vertex.index} [label={_quoted(rows)}, shape={shape}{style}];"


def _edge(computation: Computation, edge: Edge, state: State | None, told: bool) -> str:
    local = "undefined" if is_undefined(computation, edge) else "" if edge.local is None else in_words(edge.local)
    rows = [f"{edge.partial_text} = {local}"] if local and told else []
    rows += [
        f"{in_words(part.upstream)} · {factor_text(part.local)} = {in_words(part.amount)}"
        for part in (state.contributions if state is not None else ())
        if part.edge == edge.index
    ]
    label = f" [label={_quoted(rows)}]" if rows else ""
    return f"n{edge.source} -> n{edge.target}{label};"


def _quoted(rows: list[str]) -> str:
    r"""Rows of a label between quotation marks, separated by \n, with what would end them escaped."""
    escaped = [row.replace("\\", "\\\\").replace('"', '\\"') for row in rows]
    return '"' + "\\n".join(escaped) + '"'
