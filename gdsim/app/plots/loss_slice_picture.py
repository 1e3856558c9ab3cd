"""What is drawn over a plane through a network's weights: the point, the way of training, and how far off that is.

`LossSlicePicture` says it in the plane's coordinates, `arrange_slice` turns it into a `Drawing` in pixels.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from gdsim.app.plots.arrows import BALL_RADIUS, HIT_RADIUS
from gdsim.app.plots.drawing import Area, Array, Disc, Drawing, Label, Rect, Stroke, Viewport, square
from gdsim.app.plots.labels import LabelRequest, Measure, place_labels, points_inside
from gdsim.app.plots.surface_image import Sampled, contour_lines
from gdsim.app.plots.surface_levels import choose_levels
from gdsim.app.plots.surface_marks import draw_ball
from gdsim.app.plots.surface_tracks import CASING, NOWHERE, Layers, dotted, in_pieces
from gdsim.app.ranges import Range
from gdsim.app.widgets.figures import format_number

NEARNESS = ((0.02, 1.0, ()), (0.35, 0.85, ()), (0.7, 0.7, (6.0, 3.0)), (math.inf, 0.5, (2.0, 3.0)))
"""Up to which share of the largest distance a piece of the path counts, its opacity, and its dashes."""
_SETS = (("loss", "training", ()), ("penalty", "penalty", (6.0, 4.0)))
_SET_LINES = 6  # contour lines of each of two sets that lie over one another
_SAMPLE = 26.0  # px of a line in the legend
_MOST_LEGEND = 0.25  # of the picture's height


@dataclass(frozen=True, eq=False)
class LossSlicePicture:
    """`values` (k, m) over the coordinates `first` (m,) and `second` (k,) are coloured; with `loss` and `penalty` of
    the same shape, their contour lines are drawn too.

    The ball is at (x, y), where the loss is `value`; `home` is where training is, if that is elsewhere.  `path` are
    the places (n, 2) that training came by, `away` (n,) their distances from the plane.  `note` says what the picture
    was made for where that is not now.
    """

    first: Array = field(default_factory=lambda: np.empty(0))
    second: Array = field(default_factory=lambda: np.empty(0))
    values: Array = field(default_factory=lambda: np.empty((0, 0)))
    loss: Array | None = None
    penalty: Array | None = None
    x: float = math.nan
    y: float = math.nan
    value: float = math.nan
    home: tuple[float, float] | None = None
    path: Array = field(default_factory=lambda: NOWHERE)
    away: Array = field(default_factory=lambda: np.empty(0))
    window: tuple[Range, Range] | None = None
    x_title: str = ""
    y_title: str = ""
    title: str = "loss"
    note: str = ""
    focused: bool = False
    held: bool = False

    @property
    def sampled(self) -> Sampled | None:
        """The values as a surface, None before there are any."""
        return _sampled(self, self.values)


def _sampled(picture: LossSlicePicture, values: Array | None) -> Sampled | None:
    if values is None or min(values.shape) < 2:
        return None
    return Sampled(picture.first, picture.second, values, np.isnan(values))


def contour_sets(picture: LossSlicePicture, view: Viewport) -> tuple[Stroke, ...]:
    """The lines of loss and of penalty over the colours of their sum."""
    strokes = []
    for name, colour, dashes in _SETS:
        sampled = _sampled(picture, getattr(picture, name))
        if sampled is None:
            continue
        for line in contour_lines(sampled, choose_levels(sampled.values, count=_SET_LINES)):
            if len(line):
                points, joined = in_pieces(view.to_pixels(line), 32)
                strokes.append(Stroke(points, CASING, 3.0, (), 0.55, joined))
                strokes.append(Stroke(points, colour, 1.4, dashes, 1.0, joined))
    return tuple(strokes)


def arrange_slice(picture: LossSlicePicture, view: Viewport, measure: Measure) -> Drawing:
    """The drawing of `picture` in pixels."""
    if not view.usable:
        return Drawing()
    bounds = Rect(0, 0, view.width, view.height).grown(-6)
    layers = Layers()
    areas: list[Area] = []
    labels: list[Label] = []
    _draw_path(picture, view, layers)
    _add_legend(picture, view, bounds, measure, areas, labels, layers)
    if picture.note:
        width, height = measure(picture.note)
        labels.append(Label(Rect(bounds.x + 3, bounds.y + 1, width, height), ((picture.note, "warning"),)))
    forbidden = [label.rect.grown(4) for label in labels]
    requests = []
    if math.isfinite(picture.x) and math.isfinite(picture.y):
        x, y = view.to_pixels(np.array([picture.x, picture.y])).tolist()
        if picture.home is not None:
            home_x, home_y = view.to_pixels(np.array(picture.home)).tolist()
            layers.discs.append(Disc(home_x, home_y, BALL_RADIUS, "panel", "step", 2.0, dashed=True))
            if math.hypot(home_x - x, home_y - y) > 3 * BALL_RADIUS:
                words = (("training is here", "text"),)
                requests.append(LabelRequest(words, (home_x, home_y), ("s", "n", "e", "w"), BALL_RADIUS + 5))
        if view.shows(x, y):
            draw_ball(x, y, math.isfinite(picture.value), picture.focused, picture.held, layers)
            forbidden.append(square(x, y, HIT_RADIUS + 2))
            finite = math.isfinite(picture.value)
            text = f"{picture.title} {format_number(picture.value)}" if finite else "no finite loss"
            tone = "step" if finite else "bad"
            compass = ("n", "s", "ne", "nw", "se", "sw", "e", "w")
            requests.insert(0, LabelRequest(((text, tone),), (x, y), compass, HIT_RADIUS + 3))
    lines = np.concatenate(layers.kept_clear) if layers.kept_clear else NOWHERE
    labels += place_labels(requests, measure, bounds, forbidden, (), lines)
    return Drawing((), tuple(layers.strokes), tuple(layers.dots), (), tuple(layers.discs), tuple(labels), tuple(areas))


def nearness(away: Array) -> Array:
    """Which entry of NEARNESS each distance (n,) falls under."""
    furthest = float(np.max(away[np.isfinite(away)], initial=0.0))
    if not furthest > 0.0:
        return np.zeros(len(away), dtype=np.int64)
    limits = np.array([limit for limit, _, _ in NEARNESS[:-1]])
    return np.asarray(np.searchsorted(limits, away / furthest, "left"), dtype=np.int64)


def _draw_path(picture: LossSlicePicture, view: Viewport, layers: Layers) -> None:
    """Solid where it runs in the plane, fainter and broken the further off it is; a small square where it began."""
    known = np.isfinite(picture.path).all(axis=1) & np.isfinite(picture.away)
    if known.sum() < 2:
        return
    pixels, away = view.to_pixels(picture.path), picture.away
    layers.kept_clear.append(dotted(pixels[known], view))
    kinds = np.where(known[:-1] & known[1:], nearness((away[:-1] + away[1:]) / 2), -1)
    for number, (_, opacity, dashes) in reversed(list(enumerate(NEARNESS))):
        joined = np.append(kinds == number, False)
        if joined.any():
            layers.strokes.append(Stroke(pixels, CASING, 5.0, (), opacity, joined))
            layers.strokes.append(Stroke(pixels, "text", 2.25, dashes, opacity, joined))
    x, y = pixels[known][0].tolist()
    layers.discs.append(Disc(x, y, 4.0, "panel", "text", 1.75))


def path_words(path: Array, away: Array) -> str:
    """What the look of the path means; empty without one."""
    furthest = float(np.max(away[np.isfinite(away)], initial=0.0))
    if len(path) < 2:
        return ""
    if not furthest > 1e-9:
        return "The path of training runs in the plane."
    return (
        "The path of training is drawn where it would be seen from straight above: solid in the plane, fainter and "
        f"broken further off, up to a distance of {format_number(furthest, 3, trim=True)}."
    )


def _add_legend(
    picture: LossSlicePicture, view: Viewport, bounds: Rect, measure: Measure, areas: list[Area], labels: list[Label],
    layers: Layers,
) -> None:  # fmt: skip
    """Samples of the lines beside their words: bottom left, or in the corner where least of the path is covered."""
    rows: list[tuple[str, list[tuple[str, tuple[float, ...], float]]]] = []
    if len(picture.path) > 1:
        furthest = float(np.max(picture.away[np.isfinite(picture.away)], initial=0.0))
        far = furthest > 1e-9
        words = f"path, up to {format_number(furthest, 3, trim=True)} off the plane" if far else "path of training"
        kinds = NEARNESS if far else NEARNESS[:1]
        rows.append((words, [("text", dashes, opacity) for _, opacity, dashes in kinds]))
    if picture.loss is not None and picture.penalty is not None:
        rows += [(f"equal {name}", [(colour, dashes, 1.0)]) for name, colour, dashes in _SETS]
    height = measure("Ay")[1]
    if len(rows) * (height + 2) > _MOST_LEGEND * bounds.height:
        rows = rows[1:]
    wide = [_SAMPLE * len(samples) ** 0.5 + measure(words)[0] + 14 for words, samples in rows]
    rows = [row for row, width in zip(rows, wide, strict=True) if width <= bounds.width]
    whole = Rect(0, 0, max((width for width in wide if width <= bounds.width), default=0.0), len(rows) * (height + 2))
    below_note = bounds.y + height + 6.0
    corner = _quietest_corner(whole, below_note, picture, bounds, view, layers)
    for number, (words, samples) in enumerate(rows):
        width = measure(words)[0]
        lying = _SAMPLE * len(samples) ** 0.5
        top = corner.y + number * (height + 2)
        box = Rect(corner.x, top, lying + width + 14, height + 2)
        corners = [(box.x, box.y), (box.right, box.y), (box.right, box.bottom), (box.x, box.bottom)]
        areas.append(Area(np.array(corners), "panel", 0.82))
        piece = lying / len(samples)
        for i, (colour, dashes, opacity) in enumerate(samples):
            left, y = box.x + 4 + i * piece, top + height / 2 + 1
            layers.strokes.append(Stroke(np.array([[left, y], [left + piece, y]]), colour, 2.0, dashes, opacity))
        labels.append(Label(Rect(box.x + lying + 10, top + 1, width, height), ((words, "muted"),)))


def _quietest_corner(
    legend: Rect, top: float, picture: LossSlicePicture, bounds: Rect, view: Viewport, layers: Layers
) -> Rect:
    """The legend moved into a corner, `top` being below the note."""
    right, bottom = bounds.right - legend.width, bounds.bottom - legend.height
    corners = [legend._replace(x=x, y=y) for x, y in ((bounds.x, bottom), (right, bottom), (right, top))]
    ball = view.to_pixels(np.array([[picture.x, picture.y]]))
    path = np.concatenate(layers.kept_clear) if layers.kept_clear else NOWHERE

    def covered(corner: Rect) -> int:
        return 1000 * points_inside(ball, corner.grown(HIT_RADIUS)) + points_inside(path, corner.grown(6.0))

    return min(corners, key=covered)
