"""The sample tables that ship with gdsim, in resources/data, with what they are and where they come from."""

from __future__ import annotations

from dataclasses import dataclass

from gdsim.core.datasets.entry import Kind
from gdsim.core.registry import Registry


@dataclass(frozen=True)
class Sample:
    """`file` is the name in resources/data; `inputs` and `target` are the columns worth choosing first."""

    key: str
    title: str
    file: str
    inputs: tuple[str, ...]
    target: str
    kind: Kind
    about: str
    source: str


SAMPLES: Registry[Sample] = Registry("sample table")

for _sample in (
    Sample(
        "braking", "Braking distance", "braking.csv", ("speed (mph)",), "distance (ft)", "regression",
        "How far cars of the 1920s rolled until they stood: more than in proportion to the speed, and widely spread.",
        "Ezekiel, Methods of Correlation Analysis (1930)",
    ),
    Sample(
        "cooling", "Cooling tea", "cooling.csv", ("minutes",), "temperature", "regression",
        "A cup cools towards the room: fast at first, then slowly; a straight line fits it badly.",
        "simulated for gdsim: 21 + 63·e^(−t/22) °C with measuring errors of 0.8 °C",
    ),
    Sample(
        "fruit", "Apples and pears", "fruit.csv", ("width", "height"), "fruit", "classification",
        "Pears are longer than they are wide, apples are not, and a few of each look like the other.",
        "simulated for gdsim: two tilted normal clouds, in centimetres",
    ),
):  # fmt: skip
    SAMPLES.add(_sample.key, _sample)
