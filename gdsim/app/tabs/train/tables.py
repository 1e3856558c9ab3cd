"""What Train saves as CSV: what was recorded while training, and the points."""

from __future__ import annotations

from gdsim.app.pictures import Table
from gdsim.app.tabs.train.session import TrainSession
from gdsim.core.datasets import MARK_NAMES


def history_table(session: TrainSession) -> Table:
    """A row a record: step, epoch, losses, penalty, scores, gradient by layer."""
    columns = session.trainer.history.as_columns()
    rows = [list(row) for row in zip(*(column.tolist() for column in columns.values()), strict=True)]
    return Table("training", "the history of training", list(columns), rows)


def data_table(session: TrainSession) -> Table:
    """A row a point: inputs, target, and its marks as 0 or 1, so that it can be opened again."""
    data = session.data
    targets = [data.class_names[i] for i in data.labels] if data.classes else data.targets[:, 0].tolist()
    marks = [getattr(data, name).astype(int).tolist() for name in ("wrong", "outlier", "validation")]
    rows = [list(row) for row in zip(*data.inputs.T.tolist(), targets, *marks, strict=True)]
    return Table("data", "the data points", [*data.input_names, data.target_name, *MARK_NAMES], rows)
