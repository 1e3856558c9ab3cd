"""The figures by which runs are given up, the same for one run and for many."""

from __future__ import annotations

# Far away: so many times the domain's largest coordinate (or the start's, if that is larger).
FAR = 100.0
# Beyond so many times more, even a run whose value wavers is given up.
HOPELESS = 1e6
# So many rises of the value in a row, far away, are a divergence.
CLIMB = 3
# Coordinates and values beyond this lead to overflow, not to a hole in the function.
OVERFLOW = 1e100
