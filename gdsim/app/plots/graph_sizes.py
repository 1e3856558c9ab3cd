"""How much a graph says at the size it is shown: type size, digits, and how much stands on an edge.

A small graph has room for the whole product on every edge; a large one says it where the work is, and stays readable.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gdsim.app.plots.graph_layout import GraphLayout, Spacing, least_size, make_layout
from gdsim.app.plots.graph_order import Order
from gdsim.app.plots.graph_picture import CONSTANT, OPERATION, EdgePicture, GraphPicture, NodePicture

Measure = Callable[[str], tuple[float, float]]
"""Width and height of a text in px."""

PRODUCTS, NUMBERS, NOTHING = "products", "numbers", "nothing"
_MOST_SPREAD = (24.0, 28.0)  # px that distances across and down grow by, at most, where there is room
_FILLED = 0.92  # the share of the height that rows are spread over
_BOLD = 1.1  # how much wider bold letters are
_WIDEST_SYMBOL = 12  # letters of a local derivative that is written out on an edge
_READABLE = 0.85  # the share of its size below which the smallest type is not shrunk further: the rest is panned to


@dataclass(frozen=True)
class Detail:
    """Type sizes in px before Large type; `edges` says what every edge carries."""

    font: float
    edge_font: float
    digits: int
    edges: str
    column: float
    row: float


DETAILS = (
    Detail(13, 12, 4, PRODUCTS, 14, 22),
    Detail(12, 11, 4, PRODUCTS, 10, 18),
    Detail(12, 11, 4, NUMBERS, 10, 18),
    Detail(11, 10, 4, NUMBERS, 6, 14),
    Detail(10, 10, 3, NUMBERS, 4, 12),
    Detail(11, 10, 4, NOTHING, 15, 14),
    Detail(10, 10, 4, NOTHING, 10, 12),
    Detail(10, 10, 3, NOTHING, 7, 8),
    Detail(10, 10, 3, NOTHING, 4, 5),
)
"""From the most that can be said to the least."""


def choose_detail(
    picture: GraphPicture, order: Order, width: float, height: float, scale: float, measure: Callable[[float], Measure]
) -> tuple[Detail, GraphLayout]:
    """The first detail at which the whole graph fits, else the last; `measure(size)` measures text of a size in px.

    `scale` is that of Large type.
    """
    chosen: tuple[Detail, GraphLayout] | None = None
    for detail in DETAILS:
        sizes, labels, spacing = sizes_of(picture, detail, scale, measure)
        least_width, least_height = least_size(order, sizes, labels, spacing)
        last = detail is DETAILS[-1]
        if not last and (least_width > width or least_height > height):
            continue
        layout = make_layout(order, sizes, labels, spacing)
        if layout.height <= height or last:
            chosen = detail, make_layout(order, sizes, labels, _spread(spacing, layout, order, width, height, scale))
            break
    if chosen is None:
        raise ValueError("there are no details to choose from")
    return chosen


def _spread(spacing: Spacing, layout: GraphLayout, order: Order, width: float, height: float, scale: float) -> Spacing:
    """Distances that use the room that is left, so far as it does not tear the graph apart."""
    gaps = max(len(order.columns) - 1, 1)
    rows = max((len(column) for column in layout.columns), default=1)
    across = min(max((width - layout.width) / gaps, 0.0), _MOST_SPREAD[0] * scale)
    down = min(max((_FILLED * height - layout.height) / max(rows - 1, 1), 0.0), _MOST_SPREAD[1] * scale)
    return Spacing(spacing.column + across, spacing.row + down, spacing.lane + down / 4)


def smallest_zoom(detail: Detail) -> float:
    """How far a graph may be shrunk to be seen whole."""
    return _READABLE if detail is DETAILS[-1] else 1.0


def sizes_of(
    picture: GraphPicture, detail: Detail, scale: float, measure: Callable[[float], Measure]
) -> tuple[list[tuple[float, float]], list[tuple[float, float]], Spacing]:
    """Sizes of boxes and of labels for any values, and the distances between them."""
    font, edge_font = measure(detail.font * scale), measure(detail.edge_font * scale)
    sizes = [box_size(node, detail, scale, font) for node in picture.nodes]
    labels: list[tuple[float, float]] = []
    if detail.edges != NOTHING:
        labels = [label_size(edge, detail, scale, edge_font) for edge in picture.edges]
    return sizes, labels, Spacing(detail.column * scale, detail.row * scale, max(4.0, detail.row / 3) * scale)


def widest_number(digits: int) -> str:
    """As wide as most numbers of so many digits; a wider one is written with fewer."""
    return "\N{MINUS SIGN}0." + "0" * digits


def box_size(node: NodePicture, detail: Detail, scale: float, measure: Measure) -> tuple[float, float]:
    """A line for the name, one for the value, one for the adjoint; a constant is a line alone."""
    pad = padding(detail) * scale
    if node.kind == CONSTANT:
        width, height = measure(node.title)
        return max(width, 8 * scale) + 2 * pad, height + 0.6 * pad
    number, height = measure(widest_number(detail.digits))
    title = node.title + (f"  {node.symbol}" if node.kind == OPERATION else "")
    width = max(_BOLD * measure(title)[0], number)
    if node.partial and (detail.digits > 3 or node.uses > 1):
        width = max(width, number + measure(adjoint_mark(node))[0])
    lines = 3 if node.partial else 2
    return width + 2 * pad, lines * height + pad


def padding(detail: Detail) -> float:
    """Between the rim of a box and its words, in px before Large type."""
    return 5.0 if detail.row > 7 else 3.0


def adjoint_mark(node: NodePicture) -> str:
    """What stands before an adjoint, or behind it while its sum is being filled."""
    return " + ?" if node.uses > 1 else "∂ "


def label_size(edge: EdgePicture, detail: Detail, scale: float, measure: Measure) -> tuple[float, float]:
    """The local derivative over the line and what flows back under it."""
    number, height = measure(widest_number(3))
    if not edge.carries:
        return 0.0, 2.0
    above = number
    if detail.edges == PRODUCTS:
        if edge.symbol and len(edge.symbol) <= _WIDEST_SYMBOL:
            above += measure(f"{edge.symbol} = ")[0]
        below = measure("\N{MINUS SIGN}0.00 × (\N{MINUS SIGN}0.00) = \N{MINUS SIGN}0.00")[0]
        number = max(above, below)
    return number + 4 * scale, 2 * height + 3 * scale
