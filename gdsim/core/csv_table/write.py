"""Data as text: a column an input, the target, and two columns of 0 and 1 for the marks."""

from __future__ import annotations

import csv
import io

from gdsim.core.csv_table.table import number_text
from gdsim.core.datasets import Data


def to_csv(data: Data) -> str:
    """Comma-separated with a header; numbers with all their digits, classes by name.

    The last two columns are wrong_label (classes) or outlier (values), and validation.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    mark = "wrong_label" if data.classes else "outlier"
    # A first line that begins with # would be read as a comment, but not in quotes.
    all_quoted = data.input_names[0].startswith("#")
    names = [*data.input_names, data.target_name, mark, "validation"]
    csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL if all_quoted else csv.QUOTE_MINIMAL).writerow(names)
    marks = data.wrong if data.classes else data.outlier
    if data.classes:
        targets = [data.class_names[label] for label in data.labels]
    else:
        targets = [number_text(value) for value in data.targets[:, 0]]
    for inputs, target, marked, held_out in zip(
        data.inputs.tolist(), targets, marks.tolist(), data.validation.tolist(), strict=True
    ):
        writer.writerow([*map(number_text, inputs), target, int(marked), int(held_out)])
    return text.getvalue()
