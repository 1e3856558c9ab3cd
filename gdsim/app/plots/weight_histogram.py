"""How many weights are how large: bars stacked by layer, each layer with its own hue and hatch."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QWidget

from gdsim.app.plots.drawing import Area, Array, Drawing, Label, Rect, Stroke, Viewport
from gdsim.app.plots.hatching import HATCHES, hatch_lines
from gdsim.app.plots.labels import Measure
from gdsim.app.plots.legend_rows import BETWEEN, GAP, legend_rows
from gdsim.app.plots.math_plot import MathPlot
from gdsim.app.plots.ticks import Tick, linear_ticks
from gdsim.app.ranges import LARGEST, Range, finite_range
from gdsim.app.theme import ThemeManager
from gdsim.app.tokens import Theme

_FIRST_HUE = 2  # of the theme's class colours; the first two are those of the data's classes
_TINT = 0.35
_ROW = 4.0  # pixels
_SAMPLE = 12.0
_ROUND = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0)


@dataclass(frozen=True, eq=False)
class HistogramPicture:
    """`counts` (layers, bins) between neighbouring `edges` (bins + 1,); `note` is said above the bars."""

    edges: Array = field(default_factory=lambda: np.linspace(-1.0, 1.0, 2))
    counts: Array = field(default_factory=lambda: np.zeros((0, 1)))
    layers: tuple[str, ...] = ()
    note: str = ""

    @property
    def tops(self) -> Array:
        """The upper edge of each layer's bars (layers, bins), the first layer being the lowest."""
        counts = np.where(np.isfinite(self.counts), np.maximum(self.counts, 0.0), 0.0)
        return np.cumsum(counts, axis=0)

    @property
    def usable(self) -> bool:
        """Whether edges and counts go together and are finite and in order."""
        return (
            self.counts.ndim == 2 and self.counts.shape[0] > 0 and self.counts.shape[1] == len(self.edges) - 1
            and bool(np.isfinite(self.edges).all()) and bool((np.diff(self.edges) > 0).all())
        )  # fmt: skip


def layer_look(index: int, theme: Theme) -> tuple[str, str]:
    """Colour and hatch of a layer's bars."""
    return theme.classes[(index + _FIRST_HUE) % len(theme.classes)], HATCHES[index % len(HATCHES)]


def histogram_range(picture: HistogramPicture, words: float = 0.0) -> tuple[Range, Range]:
    """All bars, with a share of the height left free at the top for `words`."""
    if not picture.usable:
        return (-1.0, 1.0), (0.0, 1.0)
    most = round_above(float(picture.tops[-1].max()))
    free = min(max(words, 0.05), 0.6)
    low, high = (math.copysign(round_above(abs(end)), end) for end in (picture.edges[0], picture.edges[-1]))
    return finite_range(low, high, padding=0.02), (0.0, most / (1.0 - free))


def round_above(value: float) -> float:
    """The next round number, so that the axes stand still while the bars grow; 0.001 at least."""
    value = min(max(value, 1e-3), LARGEST)
    power = 10.0 ** math.floor(math.log10(value))
    return next((part * power for part in _ROUND if part * power >= value * (1 - 1e-9)), 10 * power)


def arrange_histogram(picture: HistogramPicture, view: Viewport, measure: Measure, theme: Theme) -> Drawing:
    """The bars in pixels, and above them the note and what each layer looks like."""
    if not view.usable:
        return Drawing()
    strokes: list[Stroke] = []
    areas: list[Area] = []
    zero = float(view.to_pixels(np.array([0.0, 0.0]))[0])
    if picture.usable:
        below = np.zeros(picture.counts.shape[1])
        for index, top in enumerate(picture.tops):
            colour, hatch = layer_look(index, theme)
            if (top > below).any():
                areas.append(_bars(picture.edges, below, top, view, colour, hatch))
                strokes += _outline(picture.edges, below, top, view, colour)
            below = top
    if 0 <= zero <= view.width:
        top = min(words_height(picture, view.width, measure), view.height)
        strokes.append(Stroke(np.array([[zero, top], [zero, view.height]]), "text", 1.0, (4.0, 3.0), 0.7))
    samples, labels = _legend(picture, view, measure, theme)
    return Drawing(strokes=tuple(strokes), labels=labels, areas=(*areas, *samples))


def words_height(picture: HistogramPicture, width: float, measure: Measure) -> float:
    """How much the note and the legend need above the bars, in pixels."""
    rows = len(_note_lines(picture.note, width, measure)) + len(legend_rows(picture.layers, width, measure, _SAMPLE))
    return rows * (measure("0")[1] + BETWEEN) + 2 * _ROW


def _bars(edges: Array, below: Array, top: Array, view: Viewport, colour: str, hatch: str) -> Area:
    """All bars of a layer as one outline: up along their tops, back along their feet."""
    x = np.repeat(edges, 2)[1:-1]
    up = view.to_pixels(np.column_stack([x, np.repeat(top, 2)]))
    back = view.to_pixels(np.column_stack([x, np.repeat(below, 2)]))
    columns = np.arange(math.ceil(view.width)) + 0.5
    at = np.searchsorted(edges, view.to_data(np.column_stack([columns, columns]))[:, 0], side="right") - 1
    inside = (at >= 0) & (at < len(top))
    at = np.clip(at, 0, len(top) - 1)
    heights = [np.where(inside, view.to_pixels(np.column_stack([columns, side[at]]))[:, 1], np.nan)
               for side in (top, below)]  # fmt: skip
    lines = hatch_lines(np.maximum(heights[0], 0.0), np.minimum(heights[1], view.height), hatch, 4.0)
    return Area(np.concatenate([up, back[::-1]]), colour, _TINT, lines, 1.0)


def _outline(edges: Array, below: Array, top: Array, view: Viewport, colour: str) -> list[Stroke]:
    """A frame about each bar that is not empty, all in one stroke."""
    full = np.flatnonzero(top > below)
    left, right, low, high = edges[full], edges[full + 1], below[full], top[full]
    corners = np.stack([np.column_stack(pair) for pair in ((left, low), (left, high), (right, high), (right, low))], 1)
    joined = np.tile([True, True, True, False], len(full))
    return [Stroke(view.to_pixels(corners.reshape(-1, 2)), colour, 1.25, (), 1.0, joined)]


def _note_lines(note: str, width: float, measure: Measure) -> list[str]:
    """The note broken into as many lines as it takes."""
    lines: list[str] = []
    for word in note.split():
        if lines and measure(f"{lines[-1]} {word}")[0] <= width - 8:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _legend(
    picture: HistogramPicture, view: Viewport, measure: Measure, theme: Theme
) -> tuple[list[Area], tuple[Label, ...]]:
    samples: list[Area] = []
    labels: list[Label] = []
    height = measure("0")[1]
    y = 2.0
    for line in _note_lines(picture.note, view.width, measure):
        labels.append(Label(Rect(4.0, y, measure(line)[0], height), ((line, "text"),)))
        y += height + BETWEEN
    for row in legend_rows(picture.layers, view.width, measure, _SAMPLE):
        for entry in row:
            x = entry.x
            if entry.place >= 0:
                samples.append(_sample(entry.place, x, y + (height - _SAMPLE) / 2, theme))
                x += _SAMPLE + GAP
            labels.append(Label(Rect(x, y, measure(entry.text)[0], height), ((entry.text, "muted"),)))
        y += height + BETWEEN
    return samples, tuple(labels)


def _sample(layer: int, x: float, y: float, theme: Theme) -> Area:
    """A small square as the layer's bars look."""
    colour, hatch = layer_look(layer, theme)
    corners = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]) * _SAMPLE + (x, y)
    count = round(_SAMPLE)
    lines = hatch_lines(np.zeros(count), np.full(count, _SAMPLE), hatch, 4.0)
    return Area(corners, colour, _TINT, np.add(lines, (x, y)), 1.0)


class HistogramPlot(MathPlot):
    """Follows the weights; there is nothing to zoom into."""

    def __init__(self, themes: ThemeManager, parent: QWidget | None = None) -> None:
        self._picture = HistogramPicture()
        super().__init__(themes, "weight", "count", parent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view_box.setMouseEnabled(False, False)
        self.view_box.sigResized.connect(self.fit)

    @property
    def picture(self) -> HistogramPicture:
        return self._picture

    def set_picture(self, picture: HistogramPicture) -> None:
        self._picture = picture
        self._show()

    def fit(self, *_: object) -> None:
        """Show all bars, and room for the words above them."""
        self._show()

    def arrange(self, viewport: Viewport) -> Drawing:
        return arrange_histogram(self._picture, viewport, self.marks.measure, self.themes.theme)

    def ticks(self, viewport: Viewport) -> tuple[tuple[Tick, ...], tuple[Tick, ...]]:
        scale = self.themes.scale
        counts = linear_ticks(viewport.y_low, viewport.y_high, viewport.height, apart=28.0 * scale)
        whole = tuple(tick for tick in counts if abs(tick.position - round(tick.position)) < 1e-9)
        return linear_ticks(viewport.x_low, viewport.x_high, viewport.width, apart=44.0 * scale), whole

    def _show(self) -> None:
        before = self.view_box.viewRange()
        part, scale = self.visible_part, self.themes.scale
        if part.usable:
            words = words_height(self._picture, part.width / scale, self.marks.measure) * scale / part.height
            self.show_range(*histogram_range(self._picture, words))
        if self.view_box.viewRange() == before:
            self.redraw()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Left to the column, which scrolls."""
        event.ignore()
