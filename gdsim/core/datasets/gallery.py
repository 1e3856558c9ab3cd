"""The gallery of datasets in the order in which it is offered: curves, classes, surfaces."""

from __future__ import annotations

from gdsim.core.datasets.classification import CLASSES
from gdsim.core.datasets.entry import Dataset
from gdsim.core.datasets.regression import CURVES, SURFACES
from gdsim.core.registry import Registry

DATASETS: Registry[Dataset] = Registry("dataset")

for _dataset in (*CURVES, *CLASSES, *SURFACES):
    DATASETS.add(_dataset.key, _dataset)
