"""From a secant to a derivative: curves, difference quotients, the limit by algebra, errors, and rules line by line."""

from __future__ import annotations

from gdsim.core.slope.curves import CURVES, Curve
from gdsim.core.slope.derivation import DerivationLine, derivation_lines, derive
from gdsim.core.slope.difference_errors import ErrorChart, Method, error_chart
from gdsim.core.slope.limit import LimitAlgebra, LimitLine, SlopeRow, Stage, limit_algebra, slope_table
from gdsim.core.slope.places import Local, Place, local, value_at
from gdsim.core.slope.secants import Secant, secant
from gdsim.core.slope.special_points import breaks, special_points

__all__ = [
    "CURVES",
    "Curve",
    "DerivationLine",
    "ErrorChart",
    "LimitAlgebra",
    "LimitLine",
    "Local",
    "Method",
    "Place",
    "Secant",
    "SlopeRow",
    "Stage",
    "breaks",
    "derivation_lines",
    "derive",
    "error_chart",
    "limit_algebra",
    "local",
    "secant",
    "slope_table",
    "special_points",
    "value_at",
]
