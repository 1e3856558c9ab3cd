"""One line at the foot of the computation graph: what its colours and signs mean, and what has no place in it."""

from __future__ import annotations

from collections.abc import Sequence

from gdsim.app.plots.drawing import Rect
from gdsim.app.plots.graph_edge_drawing import edge_name, note_pieces
from gdsim.app.plots.graph_ink import FLOWING, LOCAL, Ink, Piece
from gdsim.app.plots.graph_picture import GraphPicture
from gdsim.app.plots.text import count


def legend_pieces(local: bool, products: bool) -> list[tuple[Piece, ...]]:
    """In the order of their importance; `local` and `products` tell what is to be seen on edges."""
    pieces: list[tuple[Piece, ...]] = [
        (("3", "text"), ("  value", "muted")),
        (("∂ −4", FLOWING), ("  derivative of the output by it", "muted")),
        (("?", "muted"), ("  not computed yet", "muted")),
    ]
    if local:
        pieces.insert(1, (("1", LOCAL), ("  local derivative", "muted")))
        product = (("1", LOCAL), (" × (−4) = −4", FLOWING), ("  contribution", "muted"))
        pieces.append(product if products else (("−4", FLOWING), ("  contribution", "muted")))
    return pieces


def paint_legend(ink: Ink, place: Rect, local: bool, products: bool, silent: int) -> None:
    """As many of its parts as there is room for; first of all how many edges are `silent` for want of room."""
    ink.painter.setFont(ink.font(11))
    pieces = legend_pieces(local, products)
    if silent:
        text = f"{count(silent, 'edge')} without numbers: zoom in"
        width = ink.width(text)
        ink.pieces(place.right - width / 2, place.y, place.height, ((text, "accent"),))
        place = Rect(place.x, place.y, place.width - width - 12 * ink.scale, place.height)
    _paint_row(ink, place, pieces)


def paint_foot(ink: Ink, place: Rect, picture: GraphPicture, edges: Sequence[int]) -> None:
    """What these edges carry, each with the names of its ends, in the place of the legend."""
    ink.painter.setFont(ink.font(11))
    named = [(picture.edges[edge], edge_name(picture, picture.edges[edge])) for edge in edges]
    _paint_row(ink, place, [note_pieces(edge, name) for edge, name in named])


def _paint_row(ink: Ink, place: Rect, row: Sequence[Sequence[Piece]]) -> None:
    left, gap = place.x, 18 * ink.scale
    for pieces in row:
        width = sum(ink.width(text) for text, _ in pieces)
        if left + width > place.right:
            break
        ink.pieces(left + width / 2, place.y, place.height, pieces)
        left += width + gap
