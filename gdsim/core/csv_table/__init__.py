"""Tables of numbers and labels from text files, as data to train on, and data as text again.

`read_table` guesses encoding, delimiter, decimal sign and header, all of which a preview can override;
`table_to_data` takes the chosen columns; `to_csv` writes what `data_from_csv` reads back equal.
"""

from __future__ import annotations

from gdsim.core.csv_table.convert import MOST_CLASSES, data_from_csv, left_out, suggested_kind, table_to_data
from gdsim.core.csv_table.layout import DELIMITERS, Layout
from gdsim.core.csv_table.problem import TableProblem
from gdsim.core.csv_table.reader import Reading, read_in_pieces, read_table
from gdsim.core.csv_table.samples import SAMPLES, Sample
from gdsim.core.csv_table.table import MOST_COLUMNS, MOST_ROWS, Column, Table
from gdsim.core.csv_table.write import to_csv

__all__ = [
    "DELIMITERS", "MOST_CLASSES", "MOST_COLUMNS", "MOST_ROWS", "SAMPLES", "Column", "Layout", "Reading", "Sample",
    "Table", "TableProblem", "data_from_csv", "left_out", "read_in_pieces", "read_table", "suggested_kind",
    "table_to_data", "to_csv",
]  # fmt: skip
