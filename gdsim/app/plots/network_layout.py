"""Where everything of the network diagram goes: plain geometry in pixels of the widget, without Qt.

Units shrink with the room there is: boxes with a name, boxes alone, boxes in several staggered columns, and where even
those would be smaller than six pixels the bias bar alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from gdsim.app.plots.drawing import Array, Rect
from gdsim.app.plots.network_grid import (
    Button,
    Caption,
    Grid,
    Measure,
    make_buttons,
    make_captions,
    make_counts,
    make_grid,
    titled_with_activations,
)
from gdsim.app.plots.network_picture import NetworkPicture, UnitPicture

SMALLEST_BOX = 6.0
_EVEN_BOX = 24.0
_PAD = 8.0
_BAR, _BAR_GAP = 5.0, 2.0
LEGEND_SAMPLE, LEGEND_GAP = 24.0, 14.0
_LEGEND = ("width ∝ |w|, thickest 0.1234", "bias, longest 0.123", "w > 0", "w < 0", "thin: below 0.123")
_MOST_ROWS = 4
_NARROW_BAR, _SMALL = 3.0, 16.0  # the width of the bar beside boxes smaller than this
_STAGGERED, _MOST_STAGGERED = 0.56, 6  # of the way to the next layer, and columns, that a crowded layer may take


@dataclass(frozen=True, eq=False)
class NetworkLayout:
    """Rectangles by column (the inputs are column 0) and unit; the ends of the lines (in, out, 4) by layer."""

    width: float
    height: float
    unit: float
    """What lengths of the design are multiplied by: Large type, as far as there is room for it."""
    body: Rect
    boxes: tuple[tuple[Rect, ...], ...]
    bars: tuple[tuple[Rect, ...], ...]
    labels: tuple[tuple[Rect, ...], ...]
    label_at: tuple[str, ...]
    """Where each column has its names: "left", "right", "above", or "" for none."""
    small: tuple[bool, ...]
    """Columns that have no room for boxes: the bar is all that there is of a unit."""
    lines: tuple[Array, ...]
    buttons: tuple[Button, ...]
    captions: tuple[Caption, ...]
    counts: tuple[Caption, ...]
    message: Rect | None
    legend: tuple[Rect, ...]

    @property
    def coarse(self) -> tuple[bool, ...]:
        """Columns whose boxes are too small for every cell of a response."""
        return tuple(bool(boxes) and boxes[0].width < _SMALL * self.unit for boxes in self.boxes)

    def without_buttons(self) -> NetworkLayout:
        """The same for a file, where nothing can be pressed."""
        return replace(self, buttons=())

    def target(self, column: int, index: int) -> Rect:
        """Where a unit can be pointed at, its bias bar included."""
        box = self.boxes[column][index]
        left = box.x if self.small[column] or not column else self.bars[column][index].x
        return Rect(left, box.y, box.right - left, box.height)

    def span(self, column: int) -> tuple[float, float]:
        """Where a column's units begin and end from left to right."""
        targets = [self.target(column, index) for index in range(len(self.boxes[column]))]
        return min(rect.x for rect in targets), max(rect.right for rect in targets)


@dataclass(frozen=True)
class _Column:
    """The units of one column: where they are, and what there is room for."""

    boxes: tuple[Rect, ...]
    bars: tuple[Rect, ...]
    labels: tuple[Rect, ...]
    label_at: str
    small: bool


def make_layout(picture: NetworkPicture, width: float, height: float, scale: float, measure: Measure) -> NetworkLayout:
    """Lay out `picture` in a widget of this size; `scale` is that of the type, `measure` measures with its font."""
    unit = max(1.0, min(scale, width / 460.0, height / 320.0))
    pad, text = _PAD * unit, measure("Ag")[1]
    legend = _legend(picture, width, height, pad, unit, measure)
    bottom = legend[0].y
    message = None
    if picture.message:
        rows = 2 if measure(picture.message)[0] > width - 2 * pad and height >= 200.0 * unit else 1
        message = Rect(pad, bottom - rows * text - 2, width - 2 * pad, rows * text)
        bottom = message.y
    if not picture.columns:
        body = Rect(pad, pad, width - 2 * pad, max(bottom - 2 * pad, 1.0))
        return NetworkLayout(width, height, unit, body, (), (), (), (), (), (), (), (), (), message, legend)
    grid = make_grid(picture, width, pad, unit, measure)
    captions = make_captions(grid)
    below = any(picture.activations) and grid.pitch >= 66.0 * scale and height >= 240.0 * scale
    below = below and not titled_with_activations(grid)
    if below:
        bottom -= text + 2
    top = pad / 2 + grid.header_height + 6 * unit
    body = Rect(pad, top, width - 2 * pad, max(bottom - top - 4 * unit, 8.0))
    columns = _columns(grid, body)
    boxes, bars = tuple(each.boxes for each in columns), tuple(each.bars for each in columns)
    return NetworkLayout(
        width=width,
        height=height,
        unit=unit,
        body=body,
        boxes=boxes,
        bars=bars,
        labels=tuple(each.labels for each in columns),
        label_at=tuple(each.label_at for each in columns),
        small=tuple(each.small for each in columns),
        lines=tuple(map(_ends, boxes[:-1], boxes[1:], bars[1:])),
        buttons=make_buttons(grid, captions, body.y),
        captions=captions + (_activations(grid, body) if below else ()),
        counts=make_counts(grid),
        message=message,
        legend=legend,
    )


def line_height(ends: Array, x: float) -> Array:
    """How high every line of a layer (in, out, 4) is at x: the smooth step between its ends."""
    start, y_start, end, y_end = np.moveaxis(ends, -1, 0)
    share = np.clip((x - start) / np.maximum(end - start, 1e-9), 0.0, 1.0)
    return np.asarray(y_start + (y_end - y_start) * share * share * (3.0 - 2.0 * share))


def nearest_line(ends: Array, widths: Array, x: float, y: float, reach: float) -> tuple[int, int] | None:
    """The line (from, to) that a pointer at (x, y) means, no further off than `reach` from its edge.

    What is drawn wider wins where lines cross; what is too thin to be seen has to be met closely.
    """
    if not ends.size or not ends[..., 0].min() <= x <= ends[..., 2].max():
        return None
    slope = (line_height(ends, x + 0.5) - line_height(ends, x - 0.5)) / 1.0
    apart = np.abs(line_height(ends, x) - y) / np.sqrt(1.0 + slope * slope)
    apart = np.maximum(apart - widths / 2, 0.0) - 0.05 * np.minimum(widths, 8.0)
    apart = np.where(widths > 0, apart, apart + reach * 0.6)
    apart = np.where((ends[..., 0] <= x) & (x <= ends[..., 2]), apart, np.inf)
    best = int(np.argmin(apart))
    if apart.flat[best] > reach:
        return None
    i, j = divmod(best, ends.shape[1])
    return i, j


def place_bubble(size: tuple[float, float], at: tuple[float, float], bounds: Rect, avoid: tuple[Rect, ...]) -> Rect:
    """A place for a bubble near a point that covers as little as possible of what is to be avoided."""
    width, height = size
    x, y = at
    lefts = [x - width / 2, x + 12.0, x - 12.0 - width]
    tops = [y + away for step in (0.0, 22.0, 44.0, 66.0) for away in (-12.0 - height - step, 16.0 + step)]
    pointer = Rect(x - 5, y - 5, 10, 10)

    def cost(rect: Rect) -> float:
        far = abs(rect.x + rect.width / 2 - x) + abs(rect.y + rect.height / 2 - y)
        return 50.0 * rect.overlap(pointer) + sum(rect.overlap(other) for other in avoid) + 2.5 * far

    return min((Rect(left, top, width, height).within(bounds) for left in lefts for top in tops), key=cost)


def legend_rows(widths: Sequence[float], room: float, gap: float, most: int) -> list[int | None]:
    """In which row each piece of these widths stands; None for one that has no room in `most` rows."""
    rows: list[int | None] = []
    row, x = 0, 0.0
    for width in widths:
        if x + width > room and x > 0 and row + 1 < most:
            row, x = row + 1, 0.0
        fits = x + width <= room
        rows.append(row if fits else None)
        x += width + gap if fits else 0.0
    return rows


def _legend(
    picture: NetworkPicture, width: float, height: float, pad: float, unit: float, measure: Measure
) -> tuple[Rect, ...]:
    """As many lines of legend as its words need, up to four, but no more than a quarter of the height."""
    text = measure("Ag")[1]
    words = [measure(piece)[0] for piece in _LEGEND]
    units = [each for column in picture.columns for each in column]
    words += [measure("dead")[0]] * any(each.dead for each in units)
    words += [measure("dropped")[0]] * (any(each.dropped for each in units) and not picture.message)
    words[0] = min(words[0], width - 2 * pad)  # shorter words are used where these are too long
    widths = [words[0], *(each + LEGEND_SAMPLE * unit for each in words[1:])]
    most = max(1, min(_MOST_ROWS, int(0.27 * height / (text + 1))))
    found = legend_rows(widths, width - 2 * pad, LEGEND_GAP * unit, most)
    rows = max((row for row in found if row is not None), default=0) + 1
    top = height - pad / 2 - rows * (text + 1)
    return tuple(Rect(pad, top + row * (text + 1), width - 2 * pad, text) for row in range(rows))


def _activations(grid: Grid, body: Rect) -> tuple[Caption, ...]:
    """The activations under their layers."""
    found = []
    for x, title in zip(grid.centres[1:], grid.picture.activations, strict=False):  # one may be left away
        wide = grid.width_of(title) + 2
        found.append(Caption(grid.kept(Rect(float(x) - wide / 2, body.bottom + 2, wide, grid.text)), title))
    return tuple(found)


def _columns(grid: Grid, body: Rect) -> list[_Column]:
    """All columns; boxes are equal where they can be, and smaller only in a column that is crowded."""
    unit, text, last = grid.unit, grid.text, len(grid.picture.columns) - 1
    most = grid.largest + text + 30 * unit
    plans = []
    for column, units in enumerate(grid.picture.columns):
        if 0 < column < last and (crowded := _staggered(grid, body, len(units))) is not None:
            plans.append(crowded)
            continue
        cell = min(body.height / max(len(units), 1), most)
        free = cell - min(5 * unit, 0.2 * cell)
        side = "left" if column == 0 else "right" if column == last else "above"
        if side == "above" and free - text < _EVEN_BOX * 0.9 * unit:
            side = ""
        plans.append((cell, min(grid.largest, free - (text - 1 if side == "above" else 0.0)), side, 1))
    even = min((size for _, size, _, _ in plans if size >= _EVEN_BOX), default=grid.largest)
    return [
        _column(grid, body, column, cell, min(size, even), side)
        if across == 1
        else _staggered_column(grid, body, column, cell, size, across)
        for column, (cell, size, side, across) in enumerate(plans)
    ]


def _staggered(grid: Grid, body: Rect, count: int) -> tuple[float, float, str, int] | None:
    """Height of a cell, side of a box, no names, and the number of columns for a layer too crowded for one column.

    None where one column has room for boxes of a good size, or more of them wouldn't make them larger.
    """
    if count < 2:
        return None
    room, best = _STAGGERED * grid.pitch, (0.0, 0.0, 1)
    for across in range(1, _MOST_STAGGERED + 1):
        cell = body.height / ((count - 1) / across + 1)
        size = min(grid.largest, cell - min(5 * grid.unit, 0.2 * cell))
        if across > 1:
            size = min(size, room / across - _beside(grid, size))
        if size > best[0] + 0.5:
            best = (size, cell, across)
        if best[0] >= _EVEN_BOX * grid.unit:
            break
    size, cell, across = best
    return None if across == 1 or size < SMALLEST_BOX else (cell, size, "", across)


def _bar(grid: Grid, size: float) -> float:
    return (_NARROW_BAR if size < _SMALL * grid.unit else _BAR) * grid.unit


def _beside(grid: Grid, size: float) -> float:
    """The room beside a box of a staggered layer: its bar, and a gap on either side of both."""
    return _bar(grid, size) + (_BAR_GAP + 3.0) * grid.unit


def _staggered_column(grid: Grid, body: Rect, column: int, cell: float, size: float, across: int) -> _Column:
    """Units in several columns in turn, each a little lower than the one before it."""
    units, unit = grid.picture.columns[column], grid.unit
    bar, step = _bar(grid, size), size + _beside(grid, size)
    left = float(grid.centres[column]) - (across * step - 3.0 * unit) / 2 + bar + _BAR_GAP * unit
    top = body.y + (body.height - cell * ((len(units) - 1) / across + 1)) / 2 + (cell - size) / 2
    boxes = tuple(
        Rect(left + (row % across) * step, top + row * cell / across, size, size) for row in range(len(units))
    )
    bars = tuple(Rect(box.x - bar - _BAR_GAP * unit, box.y, bar, size) for box in boxes)
    return _Column(boxes, bars, (), "", False)


def _column(grid: Grid, body: Rect, column: int, cell: float, size: float, side: str) -> _Column:
    units, unit, text = grid.picture.columns[column], grid.unit, grid.text
    small = size < SMALLEST_BOX
    wide = min(24.0 * unit, grid.largest) if small else size
    high = max(0.5, min(9.0 * unit, cell * 0.72)) if small else size
    above = text - 1 if side == "above" and not small else 0.0
    if cell < text * 0.9 or (small and side == "above"):
        side = ""
    x = float(grid.centres[column]) - wide / 2
    top = body.y + (body.height - cell * len(units)) / 2 + (cell - high - above) / 2 + above
    boxes = tuple(Rect(x, top + row * cell, wide, high) for row in range(len(units)))
    bars = tuple(Rect(box.x - (_BAR + _BAR_GAP) * unit, box.y, _BAR * unit, box.height) for box in boxes)
    names = tuple(_name(grid, body, side, box, each) for box, each in zip(boxes, units, strict=True)) if side else ()
    return _Column(boxes, () if column == 0 else boxes if small else bars, names, side, small)


def _name(grid: Grid, body: Rect, side: str, box: Rect, unit: UnitPicture) -> Rect:
    """Where a unit's name is."""
    if side == "above":
        wide = grid.pitch - 4
        return Rect(box.x + box.width / 2 - wide / 2, box.y - grid.text, wide, grid.text)
    middle, gap, wide = box.y + box.height / 2 - grid.text / 2, 6 * grid.unit, grid.width_of(unit.label)
    if side == "left":
        left = max(body.x, box.x - gap - wide)
        return Rect(left, middle, box.x - gap - left, grid.text)
    return Rect(box.right + gap, middle, min(wide + 1, max(body.right - box.right - gap, 1.0)), grid.text)


def _ends(before: tuple[Rect, ...], after: tuple[Rect, ...], bars: tuple[Rect, ...]) -> Array:
    """Lines leave a box and reach the bias bar of another, spread over its side so that they cross less."""
    ends = np.zeros((len(before), len(after), 4))
    if not before or not after:
        return ends
    ends[..., 0] = np.array([box.right for box in before])[:, None]
    ends[..., 2] = np.array([bar.x for bar in bars])[None, :] - 1.0
    ends[..., 1] = np.array([b.y + b.height / 2 for b in before])[:, None] + _spread(len(after), before[0].height)
    spread = _spread(len(before), after[0].height)
    ends[..., 3] = np.array([b.y + b.height / 2 for b in after])[None, :] + spread[:, None]
    return ends


def _spread(count: int, side: float) -> Array:
    reach = min(0.62 * side, 5.0 * (count - 1))
    return np.linspace(-reach / 2, reach / 2, count) if count > 1 else np.zeros(count)
