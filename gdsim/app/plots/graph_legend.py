"""What the colours and signs of the computation graph mean, on one line."""

from __future__ import annotations

from gdsim.app.plots.drawing import Rect
from gdsim.app.plots.graph_ink import FLOWING, LOCAL, Ink, Piece


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


def paint_legend(ink: Ink, place: Rect, local: bool, products: bool) -> None:
    """As many of its parts as there is room for."""
    ink.painter.setFont(ink.font(11))
    left, gap = place.x, 18 * ink.scale
    for pieces in legend_pieces(local, products):
        width = sum(ink.width(text) for text, _ in pieces)
        if left + width > place.right:
            break
        ink.pieces(left + width / 2, place.y, place.height, pieces)
        left += width + gap
