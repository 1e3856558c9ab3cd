"""What early stopping says, with its numbers."""

from __future__ import annotations

from gdsim.core.numerals import in_words


def early(step: int, best: int, lowest: float, now: float, patience: int) -> str:
    epochs = "1 epoch" if patience == 1 else f"{patience} epochs"
    return (
        f"Stopped early at step {step}: for {epochs} the validation loss has not fallen below {in_words(lowest)}, "
        f"which it had at step {best}; now it is {in_words(now)}. The weights of step {best} are kept."
    )
