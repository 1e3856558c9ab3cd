"""What the charts show: numbers recorded at steps that depend on the step alone, so that memory and cost stay small."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# Every step is recorded up to twice this many records, from then on this many in each doubling of the step.
_DENSE = 128


def record_stride(step: int, base: int = 1) -> int:
    """The distance of records around `step`: `base`, and twice as much with each doubling beyond 256 records."""
    return base << max(0, (step // (_DENSE * base)).bit_length() - 1)


def is_recorded(step: int, base: int = 1) -> bool:
    return step % record_stride(step, base) == 0


def next_record(step: int, base: int = 1) -> int:
    """The first recorded step after `step`."""
    stride = record_stride(step, base)
    return step - step % stride + stride


@dataclass(frozen=True)
class Record:
    """One row of the history; nan where there are no validation data.

    `loss` is the data term on the whole training set without dropout, `score` accuracy or R², `gradient_norms` the
    size in each layer of the objective's gradient on the batch of the next step.
    """

    step: int
    epoch: float
    loss: float
    penalty: float
    score: float
    validation_loss: float
    validation_score: float
    gradient_norms: tuple[float, ...]


# The columns before those of the gradient norms, in the order of Record's fields.
_NAMES = tuple(field.name for field in fields(Record) if field.name != "gradient_norms")


class History:
    """Records in the order of their steps, read as columns; see `Record` for what they are.  Columns are copies."""

    def __init__(self, layers: int) -> None:
        self._layers = layers
        self._count = 0
        self._table = np.empty((1024, len(_NAMES) + layers))

    def __len__(self) -> int:
        return self._count

    def add(self, record: Record) -> None:
        if self._count == len(self._table):
            self._table = np.concatenate([self._table, np.empty_like(self._table)])
        numbers = [getattr(record, name) for name in _NAMES]
        self._table[self._count] = [*numbers, *record.gradient_norms]
        self._count += 1

    def cut(self, step: int) -> None:
        """Forget what comes after `step`."""
        self._count = int(np.searchsorted(self._table[: self._count, 0], step, side="right"))

    def rows(self, step: int) -> Array:
        """All columns (records, columns) up to `step`, for `fill`."""
        return self._table[: int(np.searchsorted(self._table[: self._count, 0], step, side="right"))].copy()

    def fill(self, rows: Array) -> None:
        """Hold these records in place of its own.  Raises ValueError for another number of columns."""
        if rows.ndim != 2 or rows.shape[1] != self._table.shape[1]:
            raise ValueError(f"a history has {self._table.shape[1]} columns, not a table of shape {rows.shape}")
        self._count = len(rows)
        self._table = np.concatenate([rows, np.empty((1024, rows.shape[1]))])

    @property
    def step(self) -> NDArray[np.int64]:
        return self._column("step").astype(np.int64)

    @property
    def epoch(self) -> Array:
        return self._column("epoch")

    @property
    def loss(self) -> Array:
        return self._column("loss")

    @property
    def penalty(self) -> Array:
        return self._column("penalty")

    @property
    def score(self) -> Array:
        return self._column("score")

    @property
    def validation_loss(self) -> Array:
        return self._column("validation_loss")

    @property
    def validation_score(self) -> Array:
        return self._column("validation_score")

    @property
    def gradient_norms(self) -> Array:
        """Shape (records, layers)."""
        return self._table[: self._count, len(_NAMES) :].copy()

    def as_columns(self) -> dict[str, Array]:
        """All columns by name, for files; the gradient norms as gradient_norm_1, ..."""
        norms = {f"gradient_norm_{i + 1}": column for i, column in enumerate(self.gradient_norms.T)}
        return {name: self._column(name) for name in _NAMES} | norms

    def _column(self, name: str) -> Array:
        return self._table[: self._count, _NAMES.index(name)].copy()
