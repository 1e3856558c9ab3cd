"""Why a file cannot be used."""

from __future__ import annotations


class TableProblem(Exception):
    """A file is no table, or its columns are no data to train on; the text is a sentence for the user."""
