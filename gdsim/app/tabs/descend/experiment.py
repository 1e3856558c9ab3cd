"""All that Descend shows, as one frozen value: function, start, optimizer, and what was changed at which step.

A run is a function of this value, so undoing, saving and reopening are operations on it.  `to_json` and
`from_json` are inverse to one another.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from gdsim.app.options import Options
from gdsim.core.expression import parse
from gdsim.core.objective import Objective
from gdsim.core.optimizers import OPTIMIZERS, Optimizer
from gdsim.core.params import params_of
from gdsim.core.schedules import SCHEDULES, Schedule
from gdsim.core.surfaces import SURFACES, Surface

VARIABLES = ("x", "y")
"""What a formula may contain; one of x alone is a curve, any other a surface."""
FASTEST = "as fast as it goes"
_USUAL_DOMAIN, _USUAL_START = (-3.0, 3.0), 1.5  # of y, when a formula gains it
_OWN_RATE = 0.5  # optimizers whose usual rate is above this scale a step of their own making


@dataclass(frozen=True)
class Setting:
    """What makes the steps from step `step` on."""

    step: int
    optimizer: Optimizer
    schedule: Schedule = field(default_factory=SCHEDULES["constant"])
    noise: float = 0.0


@dataclass(frozen=True)
class Experiment:
    """`surface` is a key of SURFACES, or empty for a typed `formula`; `plan` holds the settings in order of their
    steps, the first from step 0; `speed` is in steps a second.
    """

    surface: str
    formula: str
    domain: tuple[tuple[float, float], ...]
    start: tuple[float, ...]
    plan: tuple[Setting, ...]
    seed: int = 0
    speed: float = 4.0

    @property
    def dim(self) -> int:
        return len(self.domain)

    @property
    def known_surface(self) -> Surface | None:
        """The entry of the gallery, when the function comes from there."""
        return SURFACES[self.surface] if self.surface else None

    def objective(self) -> Objective:
        """The function with its gradient; the same object as long as function and domain stay."""
        return _objective(self.formula, self.domain)

    def setting_at(self, step: int) -> Setting:
        """What makes the move from step `step`."""
        return [setting for setting in self.plan if setting.step <= step or setting.step == 0][-1]

    def changed_from(self, step: int, **changes: Any) -> Experiment:
        """With other settings from `step` on; what was planned for later steps is dropped."""
        now = replace(self.setting_at(step), step=step, **changes)
        return replace(self, plan=(*(setting for setting in self.plan if setting.step < step), now))

    def started_at(self, start: tuple[float, ...], step: int) -> Experiment:
        """Beginning anew at `start` with the settings in force at `step`."""
        return replace(self, start=start, plan=(replace(self.setting_at(step), step=0),))

    def with_formula(self, text: str, surface: Experiment | None = None) -> Experiment:
        """A typed formula in place of the function; another number of variables keeps what it can of the start.

        A y that is gained starts where it did on `surface`, an experiment of two variables.  Raises ParseError.
        """
        used = parse(text, VARIABLES).variables
        dim = 2 if "y" in used else 1 if used else self.dim
        same = range(min(dim, self.dim))
        gained = range(self.dim, dim)
        domain = (*(self.domain[i] for i in same), *(surface.domain[i] if surface else _USUAL_DOMAIN for i in gained))
        start = (*(self.start[i] for i in same), *(surface.start[i] if surface else _USUAL_START for i in gained))
        return replace(self, surface="", formula=text, domain=domain, start=start)


@lru_cache(maxsize=32)
def _objective(formula: str, domain: tuple[tuple[float, float], ...]) -> Objective:
    variables = VARIABLES[: len(domain)]
    return Objective.from_expression(parse(formula, variables), domain, variables)


def of_surface(surface: Surface, optimizer: Optimizer | None = None) -> Experiment:
    """The surface's own start and rate; an `optimizer` given stays, but for a rate that belongs to the surface."""
    if optimizer is None:
        chosen = OPTIMIZERS["gd"](lr=surface.lr)
    else:
        chosen = optimizer if _has_own_rate(type(optimizer)) else replace(optimizer, lr=surface.lr)
    return Experiment(surface.key, surface.formula, surface.domain, surface.start, (Setting(0, chosen),))


def optimizer_after(before: Optimizer, key: str, surface: Surface | None) -> Optimizer:
    """A newly chosen optimizer: it takes over the rate, unless one of the two makes its own step lengths."""
    kind = OPTIMIZERS[key]
    if _has_own_rate(kind):
        return kind()
    if _has_own_rate(type(before)):
        return kind(lr=surface.lr if surface is not None else 0.1)
    return kind(lr=before.lr)


def _has_own_rate(kind: type[Optimizer]) -> bool:
    return kind().lr > _OWN_RATE


def of_options(options: Options, before: Experiment) -> Experiment:
    """What the command line asks for; `before` where it says nothing.

    Raises ValueError, in a sentence, for a formula that cannot be read and a start that does not fit it.
    """
    wanted = before
    if options.surface is not None:
        wanted = replace(of_surface(SURFACES[options.surface]), seed=before.seed)
    if options.formula is not None:
        wanted = wanted.with_formula(options.formula)
    optimizer = wanted.plan[0].optimizer
    if options.optimizer is not None:
        optimizer = optimizer_after(optimizer, options.optimizer, wanted.known_surface)
    if options.lr is not None:
        optimizer = replace(optimizer, lr=options.lr)
    start = wanted.start if options.start is None else options.start
    if len(start) != wanted.dim:
        given, needed = (f"{n} coordinate{'s' if n > 1 else ''}" for n in (len(start), wanted.dim))
        example = "--start 1.4" if wanted.dim == 1 else "--start 1.4,-2"
        raise ValueError(f"The start has {given}, but the function has {needed}: write it like {example}.")
    return replace(wanted, start=start, plan=(replace(wanted.plan[0], optimizer=optimizer),))


def to_json(experiment: Experiment) -> dict[str, Any]:
    """As numbers, texts, lists and dictionaries."""
    return {
        "surface": experiment.surface,
        "formula": experiment.formula,
        "domain": [list(interval) for interval in experiment.domain],
        "start": list(experiment.start),
        "plan": [
            {"step": setting.step, "optimizer": _described(setting.optimizer),
             "schedule": _described(setting.schedule), "noise": setting.noise}
            for setting in experiment.plan
        ],
        "seed": experiment.seed,
        "speed": FASTEST if math.isinf(experiment.speed) else experiment.speed,
    }  # fmt: skip


def from_json(values: Mapping[str, Any]) -> Experiment:
    """The inverse of `to_json`.  Raises ValueError, in a sentence, for anything that is not an experiment."""
    try:
        surface = str(values["surface"])
        known = SURFACES[surface] if surface else None
        formula = known.formula if known is not None else str(values["formula"])
        domain = tuple((_finite(low), _finite(high)) for low, high in values["domain"])
        parse(formula, VARIABLES[: len(domain)])
        start = tuple(_finite(part) for part in values["start"])
        if not 0 < len(start) == len(domain) <= len(VARIABLES) or any(low >= high for low, high in domain):
            raise ValueError("the start or the domain does not fit the function")
        plan = tuple(_setting(entry) for entry in values["plan"])
        steps = [setting.step for setting in plan]
        if not plan or steps[0] != 0 or steps != sorted(set(steps)):
            raise ValueError("the settings are not in order of their steps")
        speed = math.inf if values["speed"] == FASTEST else _finite(values["speed"])
        return Experiment(surface, formula, domain, start, plan, int(values["seed"]), max(0.01, speed))
    except (KeyError, TypeError, IndexError, OverflowError) as error:
        raise ValueError(f"this is not a description of an experiment ({error})") from error


def _described(instance: Optimizer | Schedule) -> dict[str, Any]:
    return {"key": instance.key, **{spec.name: getattr(instance, spec.name) for spec in params_of(instance)}}


def _setting(entry: Mapping[str, Any]) -> Setting:
    optimizer, schedule = dict(entry["optimizer"]), dict(entry["schedule"])
    return Setting(
        int(entry["step"]),
        OPTIMIZERS[optimizer.pop("key")](**optimizer),
        SCHEDULES[schedule.pop("key")](**schedule),
        max(0.0, _finite(entry["noise"])),
    )


def _finite(value: Any) -> float:
    number = float(value)
    if isinstance(value, bool) or not math.isfinite(number):
        raise ValueError(f"{value!r} is not a finite number")
    return number
