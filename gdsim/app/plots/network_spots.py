"""The places of the diagram that can be pointed at and edited: units and weights, their words, and the way of the keys
from one to the next.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from gdsim.app.plots.network_grid import Button
from gdsim.app.plots.network_layout import NetworkLayout, nearest_line
from gdsim.app.plots.network_lines import LinePlan
from gdsim.app.plots.network_picture import INPUTS, MOST_UNITS, NetworkPicture, bias_text, column_title, weight_text


@dataclass(frozen=True)
class Spot:
    """A unit of a layer (INPUTS for an input), or with `source` the weight that comes to it from that unit."""

    layer: int
    unit: int
    source: int | None = None

    @property
    def is_weight(self) -> bool:
        return self.source is not None

    @property
    def has_number(self) -> bool:
        """Whether there is a weight or a bias to edit."""
        return self.layer != INPUTS


def spot_exists(picture: NetworkPicture, spot: Spot) -> bool:
    shape = picture.shape
    if not 0 <= spot.layer + 1 < len(shape) or not 0 <= spot.unit < shape[spot.layer + 1]:
        return False
    return spot.source is None or (spot.layer >= 0 and 0 <= spot.source < shape[spot.layer])


def spot_number(picture: NetworkPicture, spot: Spot) -> float:
    """The weight or the bias."""
    if spot.source is not None:
        return picture.weight(spot.layer, spot.source, spot.unit)
    return picture.unit(spot.layer, spot.unit).bias


def spot_name(picture: NetworkPicture, spot: Spot) -> str:
    """What is edited: "w(x₁→h₂)" or "b(h₂)"."""
    return spot_words(picture, spot).partition(" = ")[0]


def spot_words(picture: NetworkPicture, spot: Spot) -> str:
    """The place and its number as one line."""
    if spot.source is not None:
        return weight_text(picture, spot.layer, spot.source, spot.unit)
    unit = picture.unit(spot.layer, spot.unit)
    if spot.layer == INPUTS:
        return f"{unit.label}, an input"
    text = bias_text(picture, spot.layer, spot.unit)
    if unit.dropped:
        text += ", dropped in this step"
    if unit.dead:
        text += ", dead: its response is the same everywhere"
    return text


def spot_description(picture: NetworkPicture, spot: Spot) -> str:
    """The place for a screen reader: its number and in which layer it is."""
    column = spot.layer + 1
    where = column_title(picture, column)
    if spot.is_weight:
        return f"Weight to {where}: {spot_words(picture, spot)}"
    return f"{where}, unit {spot.unit + 1} of {len(picture.columns[column])}: {spot_words(picture, spot)}"


def button_words(button: Button) -> str:
    """What a button does, or why it does nothing."""
    if not button.enabled:
        return (
            f"A layer has at most {MOST_UNITS} units." if button.kind == "add_unit" else "A layer has at least 1 unit."
        )
    return {
        "add_unit": f"Add a unit to hidden layer {button.place + 1}",
        "remove_unit": f"Remove a unit from hidden layer {button.place + 1}",
        "add_layer": "Add a hidden layer here",
        "remove_layer": f"Remove hidden layer {button.place + 1}",
    }[button.kind]


def spot_at(layout: NetworkLayout, plan: LinePlan, x: float, y: float) -> Spot | None:
    """What a pointer at (x, y) means: a unit with its bias, else the nearest line."""
    for column, boxes in enumerate(layout.boxes):
        if not boxes:
            continue
        left, right = layout.span(column)
        if left - 2 <= x <= right + 2:
            for index in range(len(boxes)):
                target = layout.target(column, index)
                if target.x - 2 <= x <= target.right + 2 and target.y - 1 <= y <= target.bottom + 1:
                    return Spot(column - 1, index)
            if right - left <= layout.target(column, 0).width + 1:
                return None
    for layer, ends in enumerate(layout.lines):
        found = nearest_line(ends, plan.widths(layer), x, y, 6.0 * layout.unit)
        if found:
            return Spot(layer, found[1], found[0])
    return None


def first_spot(picture: NetworkPicture) -> Spot | None:
    """Where the keyboard begins."""
    for column, units in enumerate(picture.columns):
        if units:
            return Spot(column - 1, 0)
    return None


def moved_spot(picture: NetworkPicture, spot: Spot, key: str, shift: bool = False) -> Spot:
    """Where an arrow leads.

    Right goes from a unit to a weight that leaves it and on to the unit at its end, Left back; Up and Down go to the
    next unit of a column, on a weight to the next unit where it ends, with Shift where it starts.
    """
    if key in ("up", "down"):
        by = 1 if key == "down" else -1
        if spot.source is not None and shift:
            return replace(spot, source=_within(spot.source + by, picture.shape[spot.layer]))
        return replace(spot, unit=_within(spot.unit + by, picture.shape[spot.layer + 1]))
    if spot.source is not None:
        return Spot(spot.layer, spot.unit) if key == "right" else Spot(spot.layer - 1, spot.source)
    column = spot.layer + 1
    if key == "right" and column + 1 < len(picture.shape) and picture.shape[column + 1]:
        return Spot(spot.layer + 1, _opposite(picture, spot, column + 1), spot.unit)
    if key == "left" and column > 0 and picture.shape[column - 1]:
        return Spot(spot.layer, spot.unit, _opposite(picture, spot, column - 1))
    return spot


def _opposite(picture: NetworkPicture, spot: Spot, column: int) -> int:
    """The unit of another column at about the same height."""
    share = (spot.unit + 0.5) / picture.shape[spot.layer + 1]
    return _within(int(share * picture.shape[column]), picture.shape[column])


def _within(index: int, count: int) -> int:
    return max(0, min(index, count - 1))
