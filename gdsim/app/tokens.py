"""The colours and type sizes of the design, for light and dark; plain values without Qt.

Colour belongs to quantities: the gradient has one colour in the plot, in the sentence, in the table and in the
formula.  The frame around them is grey.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

SIZES = {"text": 13, "secondary": 12, "sentence": 15, "number": 20}
"""Type sizes in px by role, before Large type."""


@dataclass(frozen=True)
class Theme:
    """Tokens as "#rrggbb".  `grid` is already mixed with `panel`; `classes` are told apart by colour-blind eyes too."""

    name: str
    window: str
    panel: str
    raised: str
    border: str
    control: str
    text: str
    muted: str
    accent: str
    on_accent: str
    function: str
    gradient: str
    step: str
    tangent: str
    curvature: str
    path: str
    training: str
    validation: str
    penalty: str
    weight_positive: str
    weight_negative: str
    good: str
    warning: str
    bad: str
    grid: str
    classes: tuple[str, ...]

    @property
    def dark(self) -> bool:
        return self.name == "dark"

    def colour(self, token: str) -> str:
        """The colour of a token by name; a "#rrggbb" is given back as it is."""
        return token if token.startswith("#") else getattr(self, token)


LIGHT = Theme(
    name="light", window="#F5F6F7", panel="#FFFFFF", raised="#FFFFFF", border="#D9DDE1", control="#858E97",
    text="#1B1F23", muted="#59626B", accent="#0B63C5", on_accent="#FFFFFF", function="#1B1F23",
    gradient="#BE4B00", step="#0072B2", tangent="#8A6100", curvature="#9B3F87", path="#5F6265",
    training="#0072B2", validation="#AE5700", penalty="#59626B", weight_positive="#0072B2", weight_negative="#BE4B00",
    good="#1A7F4B", warning="#8A6100", bad="#B3261E", grid="#EDEDEE",
    classes=("#E69F00", "#56B4E9", "#009E73", "#0072B2", "#D55E00", "#CC79A7", "#B3A000", "#000000"),
)  # fmt: skip

DARK = Theme(
    name="dark", window="#14171A", panel="#1C2024", raised="#242930", border="#343B43", control="#77818B",
    text="#E8EBEE", muted="#A0AAB4", accent="#6CB6FF", on_accent="#14171A", function="#E8EBEE",
    gradient="#FF8F4D", step="#5BB8F5", tangent="#F0C04A", curvature="#E08CC8", path="#ABAEB1",
    training="#5BB8F5", validation="#FFA64D", penalty="#A0AAB4", weight_positive="#5BB8F5", weight_negative="#FF8F4D",
    good="#5CCB8F", warning="#F0C04A", bad="#FF8A80", grid="#2E3235",
    classes=("#FFB733", "#7CC7F2", "#2EC4A0", "#4FA3E0", "#FF8A4D", "#E79CC4", "#F0E442", "#E8EBEE"),
)  # fmt: skip


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""

    def luminance(colour: str) -> float:
        parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
        red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def mix(one: str, other: str, share: float) -> str:
    """`share` of `one` laid over `other`."""
    pairs = ((int(one[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02X}" for a, b in pairs)


def token_names() -> tuple[str, ...]:
    """The names of all single colours."""
    return tuple(field.name for field in fields(Theme) if field.name not in ("name", "classes"))
