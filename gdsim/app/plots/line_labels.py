"""The names of lines in a small chart: each above or below its own line, where it covers neither a line nor a name.

A name for which there is no such place is left out.  Lines run to the right, so each is known by its lowest and highest
place in narrow columns, and all candidates are judged at once: charts of a run are drawn many times a second.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gdsim.app.plots.drawing import Array, Label, Rect, Viewport
from gdsim.app.plots.labels import Measure

_SHARES = (1.0, 0.8, 0.6, 0.4, 0.25)  # where on the visible part of a line its name may stand, the best first
_ALIGNED = (1.0, 0.5, 0.0)  # left of the place, over it, right of it, as a share of the name's width
_AWAY = (0.0, 6.0, 14.0)  # pixels further off, where there is no room nearer
_OFF = 2.0  # pixels between a name and any line
_EDGE = 4.0  # pixels between a name and the edge of the chart
_COLUMN = 4.0  # pixels


@dataclass(frozen=True, eq=False)
class NamedLine:
    """Words in a colour, the line's `top` and `bottom` (columns,), NaN where it is not, and the points (m, 2) that
    the words may stand at.  `host` is the text of the line that a point lies on.
    """

    text: str
    colour: str
    top: Array
    bottom: Array
    anchors: Array
    distance: float = 4.0
    host: str = ""


def named_line(text: str, colour: str, line: Array, view: Viewport) -> list[NamedLine]:
    """Words at the end of the visible part of a polyline, or further back on it; none for a line out of sight."""
    seen = line[np.isfinite(line[:, 0]) & np.isfinite(line[:, 1])]
    x, y = seen[:, 0], seen[:, 1]
    inside = seen[(x >= 0) & (x <= view.width) & (y >= 0) & (y <= view.height)]
    if not len(inside) or not text:
        return []
    anchors = inside[[round(share * (len(inside) - 1)) for share in _SHARES]]
    return [NamedLine(text, colour, *_extent(seen, view.width), anchors)]


def named_point(text: str, colour: str, place: tuple[float, float], host: str, view: Viewport) -> NamedLine:
    """Words at a point of the line called `host`."""
    point = np.array([place])
    return NamedLine(text, colour, *_extent(point, view.width), point, 8.0, host)


def label_lines(
    named: Sequence[NamedLine], view: Viewport, measure: Measure, forbidden: Sequence[Rect]
) -> tuple[Label, ...]:
    """Labels for the lines, the important ones first; nothing is put on `forbidden`."""
    if not named:
        return ()
    tops, bottoms = np.stack([one.top for one in named]), np.stack([one.bottom for one in named])
    taken = [(rect.x, rect.y, rect.right, rect.bottom) for rect in forbidden]
    placed: list[Label] = []
    for number, one in enumerate(named):
        width, height = measure(one.text)
        boxes = _candidates(one, width, height)
        free = (boxes[:, 0] >= _EDGE) & (boxes[:, 2] <= view.width - _EDGE)
        free &= (boxes[:, 1] >= _EDGE) & (boxes[:, 3] <= view.height - _EDGE)
        for left, top, right, bottom in taken:
            free &= (boxes[:, 0] >= right) | (boxes[:, 2] <= left) | (boxes[:, 1] >= bottom) | (boxes[:, 3] <= top)
        boxes = boxes[free]
        if not len(boxes):
            continue
        gaps = _gaps(boxes, tops, bottoms)
        own = gaps[:, number]
        # Nearer to their own line than to any other, but for the line on which a point lies.
        kin = np.array([other is one or other.text == one.host for other in named])
        clear = (gaps >= np.where(kin, _OFF, np.maximum(own, _OFF)[:, None])).all(axis=1)
        if one.host and not clear.any():  # a point has its own mark, so its words may have other lines for neighbours
            clear = (gaps >= _OFF).all(axis=1) & (own <= one.distance + _OFF)
        if clear.any():
            left, top, right, bottom = (float(end) for end in boxes[np.argmax(clear)])
            placed.append(Label(Rect(left, top, right - left, bottom - top), ((one.text, one.colour),)))
            taken.append((left - 3, top - 1, right + 3, bottom + 1))
    return tuple(placed)


def _extent(line: Array, width: float) -> tuple[Array, Array]:
    """The highest and the lowest pixel of a polyline that runs to the right, in each column of the chart."""
    count = max(1, math.ceil(width / _COLUMN))
    edges = np.arange(count + 1) * _COLUMN
    at_edges = np.interp(edges, line[:, 0], line[:, 1], left=math.nan, right=math.nan)
    top, bottom = np.fmin(at_edges[:-1], at_edges[1:]), np.fmax(at_edges[:-1], at_edges[1:])
    columns = np.floor(line[:, 0] / _COLUMN)
    inside = (columns >= 0) & (columns < count)
    if inside.any():
        y, columns = line[inside, 1], columns[inside].astype(int)
        starts = np.flatnonzero(np.append(True, columns[1:] != columns[:-1]))
        found = columns[starts]
        top[found] = np.fmin(top[found], np.minimum.reduceat(y, starts))
        bottom[found] = np.fmax(bottom[found], np.maximum.reduceat(y, starts))
    return top, bottom


def _candidates(one: NamedLine, width: float, height: float) -> Array:
    """Boxes (k, 4) of left, top, right, bottom, the best first: above a place, below it, then further off."""
    boxes = []
    for x, y in one.anchors.tolist():
        for away in _AWAY:
            reach = one.distance + away
            for top in (y - reach - height, y + reach):
                boxes += [(x - share * width, top, x + (1 - share) * width, top + height) for share in _ALIGNED]
    return np.array(boxes)


def _gaps(boxes: Array, tops: Array, bottoms: Array) -> Array:
    """The free height (k, lines) between each box (k, 4) and each line; negative where it is covered."""
    left = np.arange(tops.shape[1]) * _COLUMN
    over = (left < boxes[:, 2:3] + _OFF) & (left + _COLUMN > boxes[:, :1] - _OFF)
    gap = np.fmax(boxes[:, 1, None, None] - bottoms, tops - boxes[:, 3, None, None])
    return np.asarray(np.fmin.reduce(np.where(over[:, None, :], gap, np.inf), axis=2, initial=np.inf))


def words_in_the_middle(sentence: str, view: Viewport, measure: Measure) -> Label:
    """What an empty chart says, in as many lines as it needs."""
    lines: list[str] = []
    for word in sentence.split(" "):
        if lines and measure(f"{lines[-1]} {word}")[0] <= view.width - 16:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    sizes = [measure(line) for line in lines]
    width, height = max(size[0] for size in sizes), sum(size[1] for size in sizes)
    rect = Rect((view.width - width) / 2, (view.height - height) / 2, width, height)
    return Label(rect, tuple((line, "muted") for line in lines))
