"""How much a graph says at the size it is shown: type size, digits, the shape of its boxes, how much stands on an edge.

A small graph has columns of their own for what its edges carry.  In a larger one that stands beside the edges, wherever
there is room; a deep graph has narrow boxes and a wide one has low ones.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gdsim.app.plots.graph_layout import Extent
from gdsim.app.plots.graph_picture import CONSTANT, OPERATION, EdgePicture, GraphPicture, NodePicture

Measure = Callable[[str], tuple[float, float]]
"""Width and height of a text in px."""

PRODUCTS, NUMBERS, BESIDE = "products", "numbers", "beside"
"""What the columns between boxes have room for: local × upstream = contribution, numbers, or the edges alone."""

LINES, TALL, FLAT = "lines", "tall", "flat"
"""Name, value and adjoint under one another; the sign of the operation on its own line too; or name beside value."""

NUMBER_TYPE = 9.0
"""The type size of the number of a step, in px before Large type."""
RIM = 4.0
"""How far the second rim of the output reaches beyond its box, in px before Large type."""
_HEAD = 12.0  # px over a box for that number
_TYPE_GROWS_TO = 15.0  # px, to which type grows when zoomed in: further zoom makes room for more words
_BOLD = 1.1  # how much wider bold letters are
_WIDEST_SYMBOL = 12  # letters of a local derivative that is written out on an edge


@dataclass(frozen=True)
class Detail:
    """Type sizes and distances in px before Large type; `edges` says what the columns between boxes have room for."""

    font: float
    edge_font: float
    digits: int
    edges: str
    column: float
    row: float
    shape: str = LINES


DETAILS = (
    Detail(13, 12, 4, PRODUCTS, 14, 16),
    Detail(12, 11, 4, PRODUCTS, 10, 12),
    Detail(12, 11, 4, NUMBERS, 10, 10),
    Detail(11, 10, 4, NUMBERS, 6, 8),
    Detail(12, 11, 4, BESIDE, 12, 14),
    Detail(11, 10, 4, BESIDE, 9, 10),
    Detail(10, 10, 3, BESIDE, 7, 6),
    Detail(10, 10, 3, BESIDE, 6, 6, TALL),
    Detail(10, 10, 3, BESIDE, 8, 4, FLAT),
    Detail(10, 10, 2, BESIDE, 5, 4, TALL),
    Detail(10, 10, 2, BESIDE, 5, 3, FLAT),
)
"""From the most that can be said to the least."""


def type_size(size: float, zoom: float) -> float:
    """On the screen: it shrinks with the graph, and grows with it up to a size for comfortable reading."""
    return size * zoom if zoom <= 1.0 else min(size * zoom, max(size, _TYPE_GROWS_TO))


def box_sizes(picture: GraphPicture, detail: Detail, scale: float, measure: Measure) -> list[Extent]:
    """Sizes of the boxes for any values; `scale` is that of Large type and `measure` measures in the type of boxes."""
    return [box_size(node, detail, scale, measure) for node in picture.nodes]


def label_sizes(
    edges: Sequence[EdgePicture], products: bool, scale: float, measure: Measure
) -> list[tuple[float, float]]:
    """Sizes of what edges carry for any values."""
    return [label_size(edge, products, scale, measure) for edge in edges]


def widest_number(digits: int) -> str:
    """As wide as most numbers of so many digits; a wider one is written with fewer."""
    return "\N{MINUS SIGN}0." + "0" * digits


def box_size(node: NodePicture, detail: Detail, scale: float, measure: Measure) -> Extent:
    """Room for the name, the value and the adjoint, and over the box for the number of its step."""
    pad = padding(detail) * scale
    if node.kind == CONSTANT:
        width, height = measure(node.title)
        return Extent(max(width, 8 * scale) + 2 * pad, height + 0.6 * pad)
    number, height = measure(widest_number(detail.digits))
    name, sign = _BOLD * measure(node.title)[0], measure(node.symbol)[0] if has_sign(node) else 0.0
    gap = measure("  ")[0]
    adjoint = number
    if node.partial and (detail.digits > 3 or node.uses > 1):
        adjoint = number + measure(adjoint_mark(node))[0]
    lines = 3 if node.partial else 2
    head = _HEAD * scale
    if detail.shape == TALL:
        width, lines = max(name, sign, number), lines + bool(sign)
    elif detail.shape == FLAT:
        width, lines, head = name + (sign + gap if sign else 0.0) + gap + number, lines - 1, 0.0
    else:
        width = max(name + (sign + gap if sign else 0.0), adjoint)
    rim = RIM * scale if node.output else 0.0
    return Extent(width + 2 * pad, lines * height + pad, rim + (head if node.partial else 0.0), rim)


def has_sign(node: NodePicture) -> bool:
    """Whether the sign of the operation is written beside the name."""
    return node.kind == OPERATION and bool(node.symbol) and node.symbol != node.title


def padding(detail: Detail) -> float:
    """Between the rim of a box and its words, in px before Large type."""
    return 5.0 if detail.row > 6 else 4.0


def satellite_gap(scale: float) -> float:
    """Between a constant and the box that uses it, in px."""
    return 7.0 * scale


def adjoint_mark(node: NodePicture) -> str:
    """What stands before an adjoint, or behind it while its sum is being filled."""
    return " + ?" if node.uses > 1 else "∂ "


def label_size(edge: EdgePicture, products: bool, scale: float, measure: Measure) -> tuple[float, float]:
    """The local derivative over the line and what flows back under it."""
    number, height = measure(widest_number(3))
    if not edge.carries:
        return 0.0, 2.0
    above = number
    if products:
        if edge.symbol and len(edge.symbol) <= _WIDEST_SYMBOL:
            above += measure(f"{edge.symbol} = ")[0]
        below = measure("\N{MINUS SIGN}0.00 × (\N{MINUS SIGN}0.00) = \N{MINUS SIGN}0.00")[0]
        number = max(above, below)
    return number + 4 * scale, 2 * height + 3 * scale
