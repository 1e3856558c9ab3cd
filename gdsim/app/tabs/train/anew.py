"""What is announced when a run begins anew, and what became of the one before."""

from __future__ import annotations

from dataclasses import replace

from gdsim.app.tabs.train.experiment import Experiment


def in_steps(count: int) -> str:
    """1 step, 2 steps."""
    return f"{count} step" if count == 1 else f"{count} steps"


def anew_words(before: Experiment, after: Experiment, step: int, lost: int, ghost: str) -> str:
    """What a reset was for, and what became of the run so far, in a sentence."""
    why = (
        "Other data need a new run"
        if before.data != after.data
        else "Other start weights need a new run"
        if replace(before.net, seed=after.net.seed) == after.net != before.net
        else "Other units of the data need a new run"
        if before.scaled != after.scaled
        else "Another network needs a new run"
        if before.net != after.net
        else "Back to the start weights"
    )
    text = f"{why}; the one so far, {in_steps(step)}, stays as the ghost \u201c{ghost}\u201d."
    if lost > 0:
        text += f" {lost} parameter{' that was' if lost == 1 else 's that were'} set by hand went with it."
    return text + " Ctrl+Z brings it back."
