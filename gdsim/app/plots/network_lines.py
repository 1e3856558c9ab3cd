"""The weights of the diagram as lines: how wide each is, which are only hairlines, and drawing thousands quickly.

Width is proportional to |w|, but no weight is without a line.  Sign shows in colour and dash.  On the screen lines are
drawn as short straight pieces, grouped by width and colour, because Qt takes a hundred times longer for dashed curves;
files get true curves.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from gdsim.app.plots.drawing import Array, Rect
from gdsim.app.plots.network_picture import NetworkPicture
from gdsim.app.theme import Theme
from gdsim.app.tokens import mix

Width = TypeVar("Width", float, Array)

MOST_LINES = 1500
"""More wide lines than these are a fog, on a small area fewer; the smallest are hairlines, which the legend says."""

_AREA = 130.0  # square px a line

_GRAIN = 0.3  # px by which drawn widths differ
_BROKEN = 127  # the level of a weight that is no number
ZERO = 2
_NEAR_ZERO = 0.01  # size of a weight that does next to nothing: as the count beside the histogram has it
"""In place of a sign: the weight is 0."""
HAIR = 0.8
"""The width of a hairline, px."""
_THINNEST = 0.2
FEW_HAIRLINES = 300
"""Up to so many hairlines are drawn as smoothly as the other lines; more are left to `network_hairlines`."""


@dataclass(frozen=True, eq=False)
class LinePlan:
    """How each weight is drawn.

    `levels` hold by layer (in, out) the width in steps of `widest / steps` px, negative for a negative weight, 0 for a
    hairline.  `thin` holds the sign of those, ZERO for a weight that is 0 or nearly so, and 0 for all others.  `faded`
    marks lines to or from a dropped unit.
    """

    widest: float
    steps: int
    largest: float
    levels: tuple[NDArray[np.int8], ...]
    thin: tuple[NDArray[np.int8], ...]
    faded: tuple[NDArray[np.bool_], ...]
    hairlines: int
    limit: float
    """Weights below this are hairlines."""
    broken: int

    def width(self, level: int) -> float:
        return 1.5 if level == _BROKEN else abs(level) / self.steps * self.widest

    def widths(self, layer: int) -> Array:
        """Drawn widths (in, out) of a layer; 0 for hairlines."""
        levels = self.levels[layer]
        return np.where(levels == _BROKEN, 1.5, np.abs(levels.astype(float)) * (self.widest / self.steps))

    @property
    def many_hairlines(self) -> bool:
        return self.hairlines > FEW_HAIRLINES

    def same_lines(self, other: LinePlan | None) -> bool:
        """Whether nothing that can be seen of the lines differs, hairlines included while they are few."""
        return (
            other is not None
            and self.widest == other.widest
            and len(self.levels) == len(other.levels)
            and self.many_hairlines == other.many_hairlines
            and (
                self.many_hairlines
                or all(np.array_equal(one, two) for one, two in zip(self.thin, other.thin, strict=True))
            )
            and all(np.array_equal(one, two) for one, two in zip(self.levels, other.levels, strict=True))
            and all(np.array_equal(one, two) for one, two in zip(self.faded, other.faded, strict=True))
        )


def most_lines(body: Rect) -> int:
    """How many lines wider than a hair an area can hold."""
    return int(min(MOST_LINES, max(300.0, body.width * body.height / _AREA)))


def plan_lines(picture: NetworkPicture, unit: float, most: int = MOST_LINES) -> LinePlan:
    """Widths for the weights of a picture; `unit` enlarges them with the type, `most` is how many can be drawn."""
    count = sum(weights.size for weights in picture.weights)
    widest = unit * min(max(7.0 - 0.42 * math.log2(count + 1.0), 1.8), 6.0)
    steps = min(max(10, math.ceil(widest / _GRAIN)), 100)
    flat = np.concatenate([np.abs(weights).ravel() for weights in picture.weights]) if count else np.zeros(0)
    finite = np.isfinite(flat)
    sizes = np.where(finite, flat, 0.0)
    largest = float(sizes.max(initial=0.0))
    # Divided first, so that neither 1e308 nor 5e-324 overflows.
    shares = sizes / largest if largest > 1e-300 else np.zeros(len(sizes))
    least = _THINNEST / widest
    if count > most:
        least = max(least, float(np.partition(shares, count - most)[count - most]))
    drawn = shares >= least
    levels = np.where(drawn, np.maximum(np.round(shares * steps), 1.0), 0.0)
    hair = finite & ~drawn
    shaped, thin, faded, start = [], [], [], 0
    for layer, weights in enumerate(picture.weights):
        part = slice(start, start + weights.size)
        start += weights.size
        signed = levels[part].reshape(weights.shape) * np.where(weights < 0, -1.0, 1.0)
        signed[~finite[part].reshape(weights.shape)] = _BROKEN
        shaped.append(signed.astype(np.int8))
        near = np.abs(weights) < min(_NEAR_ZERO, largest)
        signs = np.where(near | (weights == 0), ZERO, np.where(weights < 0, -1, 1))
        thin.append(np.where(hair[part].reshape(weights.shape), signs, 0).astype(np.int8))
        gone = [np.array([each.dropped for each in picture.columns[at]], dtype=bool) for at in (layer, layer + 1)]
        faded.append(gone[0][:, None] | gone[1][None, :])
    return LinePlan(
        widest, steps, largest, tuple(shaped), tuple(thin), tuple(faded), int(np.count_nonzero(hair)), least * largest,
        int(np.count_nonzero(~finite)),
    )  # fmt: skip


def line_style(plan: LinePlan, level: int, faded: bool, theme: Theme) -> tuple[str, float]:
    """Colour and width of a line; a small weight is also fainter."""
    width = max(plan.width(level), 0.35)
    if level == _BROKEN:
        return theme.bad, width
    if faded:
        return mix(theme.muted, theme.panel, 0.3), min(width, 1.0)
    colour = theme.weight_positive if level > 0 else theme.weight_negative
    return mix(colour, theme.panel, 0.42 + 0.58 * min(abs(level) / plan.steps * 1.6, 1.0)), width


def hair_colour(sign: int, faded: bool, theme: Theme, *, many: bool = False) -> str:
    """The colour of a hairline: as faint as lines can be that are to be told from the panel, fainter among many."""
    if faded or sign == ZERO:
        return mix(theme.muted, theme.panel, 0.12 if many and not faded else 0.2 if many else 0.3)
    return mix(theme.weight_positive if sign > 0 else theme.weight_negative, theme.panel, 0.3 if many else 0.42)


def dash_lengths(width: Width) -> tuple[Width, Width]:
    """Dash and gap of a negative weight's line, px."""
    return 6.0 + 1.1 * width, 3.2 + 0.9 * width


def paint_lines(painter: QPainter, plan: LinePlan, lines: tuple[Array, ...], theme: Theme, *, exact: bool) -> None:
    """Draw all lines, faint ones first.  `exact` draws them as curves, for files.

    Hairlines are among them if they are few, or for files.
    """
    groups = _groups(plan, lines)
    styles = [line_style(plan, level, faded, theme) for level, faded, _ in groups]
    if exact or not plan.many_hairlines:
        hairs = hairline_groups(plan, lines)
        styles = [(hair_colour(sign, faded, theme), HAIR) for sign, faded, _ in hairs] + styles
        groups = [(min(sign, 1), faded, ends) for sign, faded, ends in hairs] + groups
    if not groups:
        return
    painter.setBrush(Qt.BrushStyle.NoBrush)
    pens = [QPen(QColor(colour), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap) for colour, width in styles]
    dashed = [level < 0 or level == _BROKEN for level, _, _ in groups]
    if exact:
        for pen, (_, width), broken, (_, _, ends) in zip(pens, styles, dashed, groups, strict=True):
            if broken:
                pen.setDashPattern([length / width for length in dash_lengths(width)])
            painter.setPen(pen)
            for row in ends:
                painter.drawPath(line_path(row))
        return
    # All lines are cut in two calls; one for each of some forty groups would take longer than the drawing.
    cut: list[Array] = [np.zeros((0, 4))] * len(groups)
    for which, cutter in ((False, _pieces), (True, _dashes)):
        chosen = [index for index in range(len(groups)) if dashed[index] == which]
        if chosen:
            counts = [len(groups[index][2]) for index in chosen]
            widths = np.repeat([styles[index][1] for index in chosen], counts)
            parts, of_line = cutter(np.concatenate([groups[index][2] for index in chosen]), widths)
            edges = np.searchsorted(of_line, np.cumsum(counts)[:-1])
            for index, part in zip(chosen, np.split(parts, edges), strict=True):
                cut[index] = part
    buffer = PrimitiveArray(QLineF, 4)
    for pen, part in zip(pens, cut, strict=True):
        painter.setPen(pen)
        draw_lines(painter, buffer, part)


def _groups(plan: LinePlan, lines: tuple[Array, ...]) -> list[tuple[int, bool, Array]]:
    """Lines that look alike, as (level, faded, ends (n, 4)): faded ones first, then from thin to wide."""
    if not lines:
        return []
    ends = np.concatenate([each.reshape(-1, 4) for each in lines])
    levels = np.concatenate([each.ravel() for each in plan.levels]).astype(int)
    faded = np.concatenate([each.ravel() for each in plan.faded]) & (levels != _BROKEN)
    # One number for each look, so that finding the groups is a single sort.
    looks = np.where(faded, 0, np.abs(levels) * 2) + (levels < 0)
    drawn = np.flatnonzero(levels)
    order = drawn[np.argsort(looks[drawn], kind="stable")]
    groups = np.split(order, np.flatnonzero(np.diff(looks[order])) + 1)
    return [(int(levels[group[0]]), bool(faded[group[0]]), ends[group]) for group in groups if len(group)]


def hairline_groups(plan: LinePlan, lines: tuple[Array, ...]) -> list[tuple[int, bool, Array]]:
    """Hairlines that look alike, as (sign, faded, ends (n, 4)): those of dropped units first."""
    if not lines or not plan.hairlines:
        return []
    ends = np.concatenate([each.reshape(-1, 4) for each in lines])
    thin = np.concatenate([each.ravel() for each in plan.thin])
    faded = np.concatenate([each.ravel() for each in plan.faded])
    found = [(sign, gone, ends[(thin == sign) & (faded == gone)]) for gone in (True, False) for sign in (ZERO, 1, -1)]
    return [group for group in found if len(group[2])]


def line_path(ends: Array) -> QPainterPath:
    """One line (x, y, x, y) as a curve."""
    x0, y0, x1, y1 = map(float, ends)
    third = (x1 - x0) / 3.0
    path = QPainterPath(QPointF(x0, y0))
    path.cubicTo(x0 + third, y0, x1 - third, y1, x1, y1)
    return path


def draw_lines(painter: QPainter, buffer: PrimitiveArray, lines: Array) -> None:
    """Draw straight lines (n, 4)."""
    if len(lines):
        buffer.resize(len(lines))
        buffer.ndarray()[:] = lines
        painter.drawLines(*buffer.drawargs())


def piece_points(ends: Array, shares: Array) -> tuple[Array, Array]:
    """Where lines (n, 4) are at these shares of their way (n, m) or (m,)."""
    x = ends[:, :1] + (ends[:, 2:3] - ends[:, :1]) * shares
    y = ends[:, 1:2] + (ends[:, 3:] - ends[:, 1:2]) * (shares * shares * (3.0 - 2.0 * shares))
    return x, y


def _pieces(ends: Array, widths: Array) -> tuple[Array, Array]:
    """Lines as straight pieces, and which line each is of.  They overlap a little, so that wide ones have no notch."""
    count = int(np.clip(3000 // max(len(ends), 1), 5, 18))
    x, y = piece_points(ends, np.linspace(0.0, 1.0, count + 1))
    dx, dy = np.diff(x), np.diff(y)
    more = np.where(widths > 1.0, np.minimum(0.2 * widths, 0.8), 0.0)[:, None] / np.maximum(np.hypot(dx, dy), 1e-9)
    dx, dy = dx * more, dy * more
    pieces = np.stack([x[:, :-1] - dx, y[:, :-1] - dy, x[:, 1:] + dx, y[:, 1:] + dy], axis=-1)
    return pieces.reshape(-1, 4), np.repeat(np.arange(len(ends)), count)


def _dashes(ends: Array, widths: Array) -> tuple[Array, Array]:
    """Lines as dashes of equal length along them, and which line each is of."""
    dash, gap = dash_lengths(widths)
    shares = np.linspace(0.0, 1.0, 13)
    x, y = piece_points(ends, shares)
    along = np.zeros_like(x)
    np.cumsum(np.hypot(np.diff(x), np.diff(y)), axis=1, out=along[:, 1:])
    length = np.maximum(along[:, -1], 1e-9)
    amounts = np.maximum(np.round((length + gap) / (dash + gap)), 1.0).astype(int)
    which = np.repeat(np.arange(len(ends)), amounts)
    number = np.arange(len(which)) - np.repeat(np.cumsum(amounts) - amounts, amounts)
    period = (length + gap) / amounts / length
    start = number * period[which]
    stop = np.minimum(start + (period - gap / length)[which], 1.0)
    # Share of the length -> share of the way, for all lines in one rising table.
    rows = 2.0 * np.arange(len(ends))[:, None]
    both = np.stack([start, stop], axis=1) + 2.0 * which[:, None]
    ways = np.interp(both, (along / length[:, None] + rows).ravel(), (shares + rows).ravel())
    x, y = piece_points(ends[which], ways - 2.0 * which[:, None])
    return np.stack([x[:, 0], y[:, 0], x[:, 1], y[:, 1]], axis=1), which
