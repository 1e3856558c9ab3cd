"""Columns of a table as data to train on, with a sentence for everything that stands in the way."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gdsim.core.csv_table.problem import TableProblem
from gdsim.core.csv_table.reader import read_table
from gdsim.core.csv_table.table import Column, Table, number_text, plural
from gdsim.core.datasets import MARK_NAMES, Data, targets_of
from gdsim.core.datasets.entry import Kind
from gdsim.core.features import MOST_INPUTS

MOST_CLASSES = 10
_LARGEST = 1e12
_CLASS_COLUMNS = frozenset({"class", "label", "target", "category", "species", "group"})


def suggested_kind(table: Table, target: str) -> Kind:
    """What a target column is for: text is classes, and so are two or few whole numbers under a name that says so."""
    column = table.column(target)
    if column.is_text or _mark(table, "wrong_label") is not None:
        return "classification"
    if _mark(table, "outlier") is not None:
        return "regression"
    values = np.unique(column.values[column.known])
    whole = bool(np.all(values == np.round(values)))
    few = 3 <= values.size <= MOST_CLASSES and target.lower() in _CLASS_COLUMNS
    return "classification" if whole and (values.size == 2 or few) else "regression"


def table_to_data(table: Table, inputs: Sequence[str], target: str, kind: Kind | None = None) -> Data:
    """The rows that have a value in each of these columns; `kind` is by default the suggested one.

    Columns called wrong_label, outlier and validation, if they hold 0 and 1, become the marks.  Raises TableProblem.
    """
    _check_choice(table, inputs, target)
    used = _complete(table, [*inputs, target])
    rows = np.flatnonzero(used)
    if rows.size < 2:
        count = "no row has" if not rows.size else "only one row has"
        raise TableProblem(f"It takes two points or more, but {count} a value in every chosen column.")
    places = np.column_stack([table.column(name).values[rows] for name in inputs])
    kind = kind or suggested_kind(table, target)
    classes: tuple[str, ...] = ()
    if kind == "classification":
        targets, classes = _classes(table.column(target), rows)
    else:
        targets = _values(table.column(target), rows)
    _check_sizes(table, rows, [*inputs, *([target] if kind == "regression" else [])])
    marks = {name: _marked(table, name, rows) for name in MARK_NAMES}
    return Data(
        places, targets, kind, input_names=tuple(inputs), target_name=target, class_names=classes,
        wrong=marks["wrong_label"] if classes else marks["outlier"] & False,
        outlier=marks["wrong_label"] & False if classes else marks["outlier"],
        validation=marks["validation"],
    )  # fmt: skip


def left_out(table: Table, inputs: Sequence[str], target: str) -> str:
    """How many rows lack a value in these columns, in a sentence; empty when none does."""
    lacking = np.flatnonzero(~_complete(table, [*inputs, target]))
    if not lacking.size:
        return ""
    rows = plural(int(lacking.size), "row is", "rows are")
    return f"{rows} left out for want of a value, the first in line {table.lines[lacking[0]]}."


def data_from_csv(source: bytes | str) -> Data:
    """Reads what `to_csv` wrote: the marks in the last two columns, the target before them."""
    table = read_table(source, delimiter=",", decimal=".", header=True)
    names = table.names
    if len(names) < 4 or names[-1] != "validation" or names[-2] not in ("wrong_label", "outlier"):
        raise TableProblem("This file was not saved by gdsim: its last columns are not the marks of points.")
    kind: Kind = "classification" if names[-2] == "wrong_label" else "regression"
    return table_to_data(table, names[:-3], names[-3], kind)


def _check_choice(table: Table, inputs: Sequence[str], target: str) -> None:
    if all(name in MARK_NAMES for name in table.names):
        raise TableProblem(
            "The columns here only mark points; to learn from, a table needs a column of inputs and one of targets."
        )
    if not inputs:
        raise TableProblem("Choose a column as input.")
    if len(inputs) > MOST_INPUTS:
        raise TableProblem(f"Up to {MOST_INPUTS} columns can be inputs, not {len(inputs)}.")
    if len(set(inputs)) < len(inputs):
        raise TableProblem("Each column can be an input once.")
    if target in inputs:
        raise TableProblem(f"{target!r} is the target, so it cannot be an input as well.")
    for name in (*inputs, target):
        if name in MARK_NAMES:
            raise TableProblem(f"The column {name!r} marks points; it cannot be an input or the target.")
        column = table.column(name)
        if not column.known.any():
            raise TableProblem(f"The column {name!r} has no values.")
        if column.is_text and name != target:
            raise TableProblem(f"The column {name!r} holds text, such as {column.labels[0]!r}; inputs are numbers.")


def _check_sizes(table: Table, rows: NDArray[np.int64], names: Sequence[str]) -> None:
    for name in names:
        values = np.abs(table.column(name).values[rows])
        if values.max() > _LARGEST:
            line = table.lines[rows[int(values.argmax())]]
            raise TableProblem(f"The column {name!r} has a value above 10¹² in line {line}; use another unit.")


def _complete(table: Table, names: Sequence[str]) -> NDArray[np.bool_]:
    return np.asarray(np.logical_and.reduce([table.column(name).known for name in names]))


def _classes(column: Column, rows: NDArray[np.int64]) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    cells = column.codes[rows] if column.is_text else column.values[rows]
    found, numbers = np.unique(cells, return_inverse=True)
    names = [column.labels[code] for code in found] if column.is_text else [number_text(value) for value in found]
    if len(names) < 2:
        raise TableProblem(f"All points are of the class {names[0]!r}; it takes two classes to tell them apart.")
    if len(names) > MOST_CLASSES:
        raise TableProblem(
            f"The column {column.name!r} has {len(names):,} different values; up to {MOST_CLASSES} can be classes."
        )
    order = sorted(range(len(names)), key=lambda i: names[i]) if column.is_text else list(range(len(names)))
    ranks = np.argsort(order)
    return targets_of(ranks[numbers.ravel()], len(names)), tuple(names[i] for i in order)


def _values(column: Column, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    if column.is_text:
        raise TableProblem(f"The column {column.name!r} holds text, such as {column.labels[0]!r}, not numbers.")
    values = column.values[rows]
    if np.all(values == values[0]):
        raise TableProblem(f"The target {column.name!r} is {number_text(values[0])} in every row: nothing to learn.")
    return np.array(values.reshape(-1, 1))


def _mark(table: Table, name: str) -> NDArray[np.bool_] | None:
    """A column of that name that holds 0 and 1 alone, as a mask; None when there is no such column."""
    if name not in table.names:
        return None
    column = table.column(name)
    if column.is_text or not np.isin(column.values, (0.0, 1.0)).all():
        return None
    return np.asarray(column.values == 1.0)


def _marked(table: Table, name: str, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    mask = _mark(table, name)
    return np.zeros(rows.size, dtype=bool) if mask is None else mask[rows]
