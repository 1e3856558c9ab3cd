"""A dataset from any formula that the user types: of x a curve, of x and y a surface."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gdsim.core.datasets.entry import Array, Dataset
from gdsim.core.datasets.regression import uniform
from gdsim.core.expression import Expr, parse
from gdsim.core.numerals import in_words, place_in_words
from gdsim.core.objective import checked_domain

_LARGEST = 1e12


def formula_dataset(formula: str | Expr, domain: Sequence[Sequence[float]] = ((-5.0, 5.0),)) -> Dataset:
    """The entry for a formula of x, or of x and y, over `domain` ((low, high) an input; one serves both).

    Raises ParseError for text that is no formula, and ValueError, in a sentence, for other variables, an impossible
    domain, and values that are undefined or above 10¹² on it.
    """
    expression = parse(formula) if isinstance(formula, str) else formula
    strangers = [name for name in expression.variables if name not in ("x", "y")]
    if strangers:
        raise ValueError(f"The formula contains {', '.join(strangers)}; the inputs are called x and y.")
    dim = 2 if "y" in expression.variables else 1
    box = checked_domain(tuple(domain) * dim if len(domain) == 1 else tuple(domain)[:dim], dim)
    assert box is not None
    names = ("x", "y")[:dim]

    def function(inputs: Array) -> Array:
        values = expression(**{name: inputs[:, i] for i, name in enumerate(names) if name in expression.variables})
        return np.array(np.broadcast_to(np.asarray(values, dtype=np.float64), len(inputs)))

    axes = [np.linspace(low, high, 201 if dim == 1 else 41) for low, high in box]
    grid = np.stack([axis.ravel() for axis in np.meshgrid(*axes, indexing="ij")], axis=1)
    values = function(grid)
    refused = ~(np.abs(values) <= _LARGEST)
    if refused.any():
        worst = int(np.argmax(refused))
        where = place_in_words(grid[worst], names)
        text = "is undefined" if not np.isfinite(values[worst]) else f"reaches {in_words(values[worst], 2)}"
        raise ValueError(f"The formula {text} at {where}; choose a domain on which it has a value everywhere.")
    return Dataset(
        "formula", str(expression), "regression", box, uniform(box, function),
        "The points are drawn from the formula that was typed.", "typed formula", 0.1, latex=expression.to_latex(),
        function=function,
    )  # fmt: skip
