"""What networks are trained on: generated sets with their sources, typed formulas, and the points of a table.

`DATASETS[key](n=..., noise=..., rng=...)` draws points; `make_data(spec, seed)` adds wrong labels, outliers and a split
and gives the immutable `Data` that training and its pictures share.
"""

from __future__ import annotations

from gdsim.core.datasets.data import MARK_NAMES, Data, labels_of, targets_of
from gdsim.core.datasets.entry import Dataset, Points
from gdsim.core.datasets.formula import formula_dataset
from gdsim.core.datasets.gallery import DATASETS
from gdsim.core.datasets.scaling import Scaling
from gdsim.core.datasets.spec import FORMULA, DataSpec, make_data

__all__ = [
    "DATASETS", "FORMULA", "MARK_NAMES", "Data", "DataSpec", "Dataset", "Points", "Scaling", "formula_dataset",
    "labels_of", "make_data", "targets_of",
]  # fmt: skip
