"""Across the network diagram: where its columns stand, and above them titles and the buttons that edit the layers.

Plain geometry in pixels of the widget, without Qt.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gdsim.app.plots.drawing import Array, Rect
from gdsim.app.plots.network_picture import MOST_LAYERS, MOST_UNITS, NetworkPicture, column_title

Measure = Callable[[str], tuple[float, float]]
"""Width and height of a line of text."""

_LARGEST_BOX, _WIDEST_PITCH = 46.0, 230.0
_BUTTON, _LOW_BUTTON = 24.0, 20.0


@dataclass(frozen=True)
class Button:
    """`kind` is "add_unit", "remove_unit", "add_layer" or "remove_layer"; `place` the layer or the new position.

    One that is not `steady` is there only while the pointer or the keyboard is in the diagram.
    """

    kind: str
    place: int
    rect: Rect
    enabled: bool = True
    steady: bool = True


@dataclass(frozen=True)
class Caption:
    """One line of words, centred in its rectangle."""

    rect: Rect
    text: str


@dataclass(frozen=True, eq=False)
class Grid:
    """The middles of the columns (at least two), the largest side of a box, and the sizes all else follows from."""

    picture: NetworkPicture
    width: float
    pad: float
    unit: float
    measure: Measure
    centres: Array
    largest: float

    @property
    def pitch(self) -> float:
        return float(self.centres[1] - self.centres[0])

    @property
    def text(self) -> float:
        """The height of a line of text."""
        return self.measure("Ag")[1]

    @property
    def wide(self) -> bool:
        """Whether a layer's buttons have room with its count between them."""
        return self.pitch >= 92.0 * self.unit

    @property
    def stacked(self) -> bool:
        """Whether + and − stand one over the other."""
        return self.pitch < 52.0 * self.unit

    @property
    def title_height(self) -> float:
        return max(self.text + 4, 22.0 * self.unit)

    @property
    def header_height(self) -> float:
        if not self.picture.editable_layers:
            return self.title_height
        return self.title_height + (2 * _LOW_BUTTON if self.stacked else _BUTTON) * self.unit

    def kept(self, rect: Rect) -> Rect:
        """Moved to be inside, from left to right."""
        return rect.within(Rect(6.0, 0.0, self.width - 12.0, 1e9))

    def width_of(self, text: str) -> float:
        return self.measure(text)[0]


def make_grid(picture: NetworkPicture, width: float, pad: float, unit: float, measure: Measure) -> Grid:
    """Columns evenly apart, in the middle of the room that the names of inputs and outputs leave."""
    count = len(picture.columns)
    room = 0.22 * width
    left = min(max((measure(each.label)[0] for each in picture.inputs), default=0.0), room) + 8 * unit
    right = min(max((measure(each.label)[0] for each in picture.layers[-1]), default=0.0), room) + 8 * unit
    inner = max(width - 2 * pad - left - right, 20.0)
    largest = min(_LARGEST_BOX * unit, max(6.0, 0.42 * inner / (count - 1)))
    pitch = min((inner - largest) / (count - 1), _WIDEST_PITCH * unit)
    start = pad + left + largest / 2 + (inner - largest - pitch * (count - 1)) / 2
    return Grid(picture, width, pad, unit, measure, start + pitch * np.arange(count), largest)


def titled_with_activations(grid: Grid) -> bool:
    """Whether all titles have room for the layer's activation beside them."""
    picture, last = grid.picture, len(grid.picture.columns) - 1
    if not any(picture.activations) or not grid.wide:
        return False
    return all(
        grid.width_of(f"{column_title(picture, column)} · {title}") + (48.0 * grid.unit if column < last else 16.0)
        <= grid.pitch
        for column, title in enumerate(picture.activations[:last], 1)
    )


def make_captions(grid: Grid) -> tuple[Caption, ...]:
    """The titles of the columns; a hidden layer's is its number of units where there is no room for more."""
    picture, hidden = grid.picture, grid.picture.hidden
    titled = titled_with_activations(grid)
    captions = []
    for column, x in enumerate(grid.centres):
        is_hidden = 0 < column <= len(hidden)
        title = column_title(picture, column)
        if titled and 0 < column <= len(picture.activations):
            title = f"{title} · {picture.activations[column - 1]}"
        length = grid.width_of(title)
        if is_hidden and (not grid.wide or length + _BUTTON * grid.unit + 4 > grid.pitch):
            title = str(hidden[column - 1])
        elif not is_hidden and length > grid.pitch * 0.9:
            title = "In" if column == 0 else "Out"
        length = grid.width_of(title)
        captions.append(Caption(grid.kept(Rect(x - length / 2, grid.pad / 2, length + 1, grid.title_height)), title))
    return tuple(captions)


def make_counts(grid: Grid) -> tuple[Caption, ...]:
    """The number of units between a layer's − and +, where there is room."""
    if not grid.wide or not grid.picture.editable_layers:
        return ()
    top, between = grid.pad / 2 + grid.title_height, _between(grid)
    return tuple(
        Caption(Rect(x - between / 2, top, between, _BUTTON * grid.unit), str(units))
        for x, units in zip(grid.centres[1:], grid.picture.hidden, strict=False)  # outputs have no count
    )


def make_buttons(grid: Grid, captions: tuple[Caption, ...], body_top: float) -> tuple[Button, ...]:
    """Fewer and more units and an end for each hidden layer, and a new layer between any two columns."""
    if not grid.picture.editable_layers:
        return ()
    buttons: list[Button] = []
    unit, hidden, top = grid.unit, grid.picture.hidden, grid.pad / 2 + grid.title_height
    side, low, between = _BUTTON * unit, _LOW_BUTTON * unit, _between(grid)
    for layer, units in enumerate(hidden):
        x, title = float(grid.centres[layer + 1]), captions[layer + 1].rect
        buttons.append(
            Button("remove_layer", layer, Rect(title.right, title.y + 1, low, title.height - 2), steady=False)
        )
        if grid.stacked:
            more, less = Rect(x - side / 2, top, side, low), Rect(x - side / 2, top + low, side, low)
        else:
            less = Rect(x - between / 2 - side, top, side, side)
            more = Rect(x + between / 2, top, side, side)
        buttons.append(Button("remove_unit", layer, less, enabled=units > 1))
        buttons.append(Button("add_unit", layer, more, enabled=units < MOST_UNITS))
    if len(hidden) < MOST_LAYERS:
        stepper = side if grid.stacked else 2 * side + between
        beside = grid.pitch - stepper >= side + 4
        wide = side if beside else min(low, grid.pitch * 0.5)
        if not hidden:
            wide = grid.width_of("+ layer") + 16 * unit
        for position, middle in enumerate((grid.centres[1:] + grid.centres[:-1]) / 2):
            place = Rect(float(middle) - wide / 2, top if beside else body_top + 1, wide, side if beside else low)
            buttons.append(Button("add_layer", position, place, steady=not hidden))
    return tuple(buttons)


def _between(grid: Grid) -> float:
    return grid.width_of(str(MOST_UNITS)) + 6 * grid.unit if grid.wide else 0.0
