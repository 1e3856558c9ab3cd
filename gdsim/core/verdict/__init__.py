"""One modest sentence about a run: what is happening and why.

Pure functions from a run to a frozen `Verdict`; nothing is claimed that the numbers do not show.
"""

from __future__ import annotations

from gdsim.core.verdict.sentences import Tone, Verdict, VerdictKind, limit_sentence, slope_sentence, verdict_of

__all__ = ["Tone", "Verdict", "VerdictKind", "limit_sentence", "slope_sentence", "verdict_of"]
