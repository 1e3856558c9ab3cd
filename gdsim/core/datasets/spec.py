"""The description from which data is made again at any time: a dataset or formula, its disturbances, and the split.

Each purpose has a random stream of its own, derived from one seed: another noise moves no point of a curve, and another
share of wrong labels changes no other label.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gdsim.core.datasets.data import Data
from gdsim.core.datasets.entry import Dataset
from gdsim.core.datasets.formula import formula_dataset
from gdsim.core.datasets.gallery import DATASETS
from gdsim.core.params import check_params, param

FORMULA = "formula"
CLASS_LETTERS = "ABCDEFGHIJ"


@dataclass(frozen=True)
class DataSpec:
    """What to make: `dataset` is a key of DATASETS, or FORMULA for `formula` over [low, high] in each input.

    The noise is a standard deviation: of the targets for regression, of the inputs for classes.
    Raises ValueError, in a sentence, for values out of range; `entry` raises what the formula is refused for.
    """

    dataset: str = "spiral"
    formula: str = ""
    n: int = param(200, 2, 5000, log=True, title="points", help="How many points are drawn, with those held out.")
    noise: float = param(
        0.1, 0.0, 2.0, title="noise", symbol=r"\sigma",
        help="The standard deviation of the noise: on the values of a curve, on the places of classes.",
    )  # fmt: skip
    wrong_labels: float = param(
        0.0, 0.0, 0.5, title="wrong labels", help="The share of points that are given another class's label."
    )
    outliers: float = param(
        0.0, 0.0, 0.5, title="outliers", help="The share of points whose value is far from where it belongs."
    )
    outlier_size: float = param(
        3.0, 0.5, 10.0, title="outlier distance", unit="SD",
        help="How far outliers are moved at least, in standard deviations of all values.",
    )  # fmt: skip
    validation_share: float = param(
        0.3, 0.0, 0.9, title="validation share",
        help="The share of points that are held out: they show how well the network does on what it has not seen.",
    )  # fmt: skip
    low: float = param(-5.0, -1e6, 1e6, title="domain from", help="Where the inputs of a typed formula begin.")
    high: float = param(5.0, -1e6, 1e6, title="domain to", help="Where the inputs of a typed formula end.")

    def __post_init__(self) -> None:
        check_params(self)
        if self.dataset != FORMULA and self.dataset not in DATASETS:
            raise ValueError(f"There is no dataset called {self.dataset!r}; there are {', '.join(DATASETS)}.")
        if self.low >= self.high:
            raise ValueError(f"The domain's lower end, {self.low:g}, has to lie below its upper end, {self.high:g}.")

    def entry(self) -> Dataset:
        """The dataset meant.  Raises ParseError or ValueError, in a sentence, for a formula that can't be used."""
        if self.dataset == FORMULA:
            return formula_dataset(self.formula, ((self.low, self.high),))
        return DATASETS[self.dataset]


def make_data(spec: DataSpec, seed: int) -> Data:
    """The data of `spec`; the same `seed` (0 or more) gives the same."""
    entry = spec.entry()
    points, flips, jumps, split = (np.random.default_rng([seed, purpose]) for purpose in range(4))
    inputs, targets = entry(n=spec.n, noise=spec.noise, rng=points)
    data = Data(
        inputs, targets, entry.kind, input_names=entry.input_names, class_names=tuple(CLASS_LETTERS[: entry.classes])
    )
    if entry.kind == "classification":
        data = data.with_wrong_labels(spec.wrong_labels, flips)
    else:
        data = data.with_outliers(spec.outliers, jumps, spec.outlier_size)
    return data.split(spec.validation_share, split)
