"""What Backprop keeps between two starts: the experiment, the step, and gradient steps that are made again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gdsim.app.tabs.backprop.experiment import Experiment, check_input, check_rate, from_json, to_json
from gdsim.app.tabs.backprop.state import Moment
from gdsim.core.backprop import descent

_KEPT_STEPS = 40


def to_saved(moment: Moment) -> dict[str, Any]:
    """JSON-able: the experiment, the step, the vertex that is explained, and the last gradient steps."""
    kept = moment.steps.nudges[-_KEPT_STEPS:]
    return {
        "experiment": to_json(moment.experiment),
        "index": moment.index,
        "selected": moment.selected,
        "descent_start": dict(kept[0].before.inputs) if kept else {},
        "descent_rates": [step.rate for step in kept],
    }


def from_saved(state: Mapping[str, Any]) -> Moment:
    """What `to_saved` described.  Raises ValueError, in a sentence, for what is none."""
    try:
        experiment = from_json(state["experiment"])
        index, selected = int(state["index"]), state["selected"]
        rates = [check_rate(float(rate)) for rate in state["descent_rates"][:_KEPT_STEPS]]
        begun = {str(name): check_input(float(value)) for name, value in state["descent_start"].items()}
    except (KeyError, TypeError, AttributeError, OverflowError) as error:
        raise ValueError(f"this is not a saved state of Backprop ({error})") from error
    inside = isinstance(selected, int) and 0 <= selected < len(experiment.computation.vertices)
    index = max(0, min(index, experiment.walk.last))
    return Moment(experiment, index, selected if inside else None, _steps_again(experiment, begun, rates))


def _steps_again(experiment: Experiment, begun: Mapping[str, float], rates: list[float]) -> descent.History:
    """The gradient steps of a saved state; none if they do not lead to its inputs."""
    if set(begun) != {name for name, _ in experiment.inputs}:
        return descent.History()
    steps = descent.History()
    now = experiment.with_inputs(begun)
    for rate in rates:
        try:
            step = descent.nudge(now.computation, rate, now.held)
        except ValueError:  # it led out of the domain, where no step goes any more
            return descent.History()
        steps = steps.then(step)
        now = now.with_inputs(step.after.inputs)
    return steps if now.inputs == experiment.inputs else descent.History()
