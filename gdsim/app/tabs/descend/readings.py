"""What Descend says beside the picture: the numbers, the rate against its limit, the colours of words in a sentence.

Pure functions of a session; the picture itself is described by `picture_of`.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gdsim.app.pictures import Table
from gdsim.app.plots.curve_picture import CurvePicture, Stretch, gradient_scale
from gdsim.app.plots.text import signed
from gdsim.app.tabs.descend.session import DescendSession
from gdsim.app.tabs.descend.shown import Shown
from gdsim.app.widgets.figures import format_number
from gdsim.app.widgets.number_table import NumberRow
from gdsim.core.optimizers import Optimizer
from gdsim.core.run import Step
from gdsim.core.run.beyond import Beyond, why_no_slope, why_no_value

if TYPE_CHECKING:
    from gdsim.app.plots.loss_picture import LossPicture

ROWS = (
    NumberRow("value", "f(x)", main=True, help="The loss where the ball is."),
    NumberRow("x", "x", help="Where the ball is."),
    NumberRow("slope", "slope f′(x)", "gradient", "The derivative: in one dimension the whole gradient."),
    NumberRow("step", "next step", "step", "How far the optimizer moves the ball next, with its sign."),
    NumberRow("curvature", "curvature λ", "curvature", "The second derivative: how fast the slope changes."),
    NumberRow("limit", "2/λ", "curvature", "A larger rate overshoots further and further on a parabola so bent."),
    NumberRow("evaluations", "gradient evaluations", help="How often the gradient has been computed in this run."),
)  # fmt: skip

_NUMBER = r"−?(?:[\d.]*\d(?:·10⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)?)"
_RAISED = rf"(?:−?10⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+|{_NUMBER}|∞)"
_SIDE = r"(?:right|left|uphill|downhill|the other way|on)\b(?:, (?:up|down)hill)?"
_PHRASES = (
    (re.compile(rf"slope (?:is )?(?:negative|positive|zero|undefined|only {_RAISED}|{_RAISED})"), "gradient"),
    (re.compile(rf"(?:noisy gradient|slope jumps from {_RAISED} to) {_RAISED}|gradient is zero"), "gradient"),
    (re.compile(rf"(?:step|carry it|carries it) {_SIDE}(?:,? by {_RAISED})?"), "step"),
    (re.compile(rf"the next step(?: only|,) {_RAISED}|steps by {_RAISED}"), "step"),
    (re.compile(rf"2(?:\(1 \+ β\))?/(?:curvature|\(\(1 \+ 2β\)·curvature\)) = {_RAISED}"), "curvature"),
)


def numbers_of(session: DescendSession) -> dict[str, float | str]:
    """The values of ROWS by key; what has no value here is left out."""
    step, optimizer = session.step, session.optimizer
    curvature = session.objective.curvature(step.point)
    limit = rate_limit(optimizer, curvature)
    values: dict[str, float | str] = {
        "value": float(step.value),
        "x": float(step.point[0]),
        "slope": float(true_gradient(session)[0]),
        "step": signed(float(step.delta[0])) if math.isfinite(step.delta[0]) else float(step.delta[0]),
        "curvature": curvature,
        "limit": limit if limit is not None else "none here" if optimizer.limit_text else "no fixed one",
        "evaluations": str(step.index + 1),
    }
    searched = dict(zip(getattr(step.next_state, "_fields", ()), step.next_state, strict=False)).get("evaluations")
    unbounded = no_number(session)
    values.update({key: unbounded for key, value in values.items() if value in (math.inf, -math.inf)})
    if not math.isfinite(step.value):
        values.update(dict.fromkeys(("slope", "step", "curvature", "limit"), unbounded))
    if searched is not None:
        values["evaluations"] = f"{step.index + 1}, of f alone {int(np.max(searched))}"
    return values


def no_number(session: DescendSession) -> str:
    """What stands in place of a number that is not finite where the ball is."""
    objective, point = session.objective, session.step.point
    why = why_no_value(objective, point) or why_no_slope(objective, point)
    return {Beyond.UNDEFINED: "undefined here", Beyond.INFINITE: "infinite"}.get(why, "too large")


def true_gradient(session: DescendSession) -> NDArray[np.float64]:
    """The gradient of the function where the ball is; with gradient noise the optimizer sees another."""
    step = session.step
    return session.objective.gradient(step.point) if session.run.noise else step.gradient


def rate_limit(optimizer: Optimizer, curvature: float) -> float | None:
    """The learning rate above which a parabola of this curvature is left, where there is such a rate."""
    limit = optimizer.rate_limit(curvature) if math.isfinite(curvature) else None
    return limit if limit is not None and math.isfinite(limit) and limit > 0 else None


def worked_lines(session: DescendSession) -> tuple[str, ...]:
    """The rule with the numbers of this step, line by line; none where the function has no value.

    There the derivative's formula may still give numbers, as 1/x does where log x has no value; but nobody steps there.
    """
    step = session.step
    if not math.isfinite(step.value):
        return ()
    return tuple(line.replace("&", "") for line in session.optimizer.lines(step) if line)


def limit_name(optimizer: Optimizer) -> str:
    """The limit as a formula, "2/λ"; empty for an optimizer without one."""
    return optimizer.limit_text.replace("curvature", "λ").replace("·", "").replace(" + ", "+")


def aside_words(session: DescendSession) -> str:
    """That noise or a schedule is at work, which are set further down and stay with another surface; else empty."""
    setting, words = session.setting, []
    if setting.schedule.key != "constant":
        rate = format_number(session.step.lr, trim=True)
        words.append(f"The schedule ({setting.schedule.title.lower()}) makes it {rate} at this step.")
    if setting.noise:
        words.append(f"Gradient noise: {format_number(setting.noise, trim=True)}.")
    return " ".join(words)


def rate_words(session: DescendSession) -> tuple[str, str]:
    """A sentence on the rate in force against its limit here, and its tone."""
    optimizer, step = session.optimizer, session.step
    if not optimizer.limit_text or not math.isfinite(step.value):
        return "", "neutral"
    curvature = session.objective.curvature(step.point)
    limit = rate_limit(optimizer, curvature)
    name = limit_name(optimizer)
    if limit is None:
        shape = "curve" if session.experiment.dim == 1 else "surface"
        return (f"No limit here: the {shape} does not bend upwards." if math.isfinite(curvature) else ""), "neutral"
    text = format_number(limit, trim=True)
    if math.isclose(step.lr, limit, rel_tol=1e-9):
        return f"Exactly {name} = {text}: on a parabola bent like this, it would bounce for ever.", "warning"
    if step.lr > limit:
        words = f"Above {name} = {text}: on a parabola bent like this, each step would overshoot further."
        return words, "warning"
    if step.lr > limit / 2 and name == "2/λ":
        return f"Below {name} = {text}, but above half of it: steps overshoot and come back.", "neutral"
    return f"Below {name} = {text} here.", "neutral"


def derivative_latex(session: DescendSession) -> str:
    """The derivative as a formula, found by rules and simplified."""
    expression = session.objective.expression
    return "" if expression is None else f"g = f'(x) = {expression.derivative('x').to_latex()}"


def formula_lines(latex: str) -> tuple[str, ...]:
    """The lines of an aligned formula one by one, so that a long one does not make all of them small."""
    begin, end = r"\begin{aligned}", r"\end{aligned}"
    if not latex.startswith(begin):
        return (latex,)
    inner = latex.removeprefix(begin).removesuffix(end)
    return tuple(line.replace("&", "").strip() for line in inner.split(r" \\ "))


def coloured(text: str) -> dict[str, str]:
    """The phrases of a sentence that name a quantity, with its colour."""
    return {match.group(0): token for pattern, token in _PHRASES for match in pattern.finditer(text)}


def scale_of(session: DescendSession) -> float:
    """At which scale the gradient arrow is drawn: one for the whole function, so that lengths can be compared."""
    low, high = session.experiment.domain[0]
    (slopes,) = session.objective.derivative_grid(np.linspace(low, high, 128))
    return gradient_scale(slopes, high - low)


def picture_of(session: DescendSession, shown: Shown, scale: float, basins: tuple[Stretch, ...] = ()) -> CurvePicture:
    """What is drawn over the curve."""
    step, trace = session.step, session.trace
    surface = session.surface
    preview, ahead = session.preview, trace.rows(session.index)
    if preview is not None:
        path = ahead = np.empty((0, 2))
    else:
        path = trace.rows(0, session.index + 1)
        if shown.ahead and len(ahead) < 2:
            preview = session.lookahead()
    minima = [(*minimum, surface.minimum) for minimum in surface.minima] if surface is not None else []
    return CurvePicture(
        x=float(step.point[0]),
        value=_finite(step.value),
        slope=_finite(true_gradient(session)[0]) if math.isfinite(step.value) else math.nan,
        delta=_finite(step.delta[0]) if math.isfinite(step.value) else math.nan,
        landing=_landing_value(session, step),
        path=path,
        ahead=ahead,
        preview=preview.rows() if preview is not None else np.empty((0, 2)),
        ghost=session.ghost.rows() if session.ghost is not None else np.empty((0, 2)),
        minima=np.array(minima, dtype=float).reshape(-1, 2),
        basins=basins,
        gradient_scale=scale,
        shown=shown.on_curve(),
        hint="" if session.touched else "drag the ball, or press Step" if session.can_step else "drag the ball",
    )


def losses_of(session: DescendSession, log: bool) -> LossPicture:
    """What is drawn for loss against step."""
    from gdsim.app.plots.loss_picture import LossPicture

    surface, trace = session.surface, session.preview or session.trace
    return LossPicture(
        trace.values,
        session.index,
        session.ghost.values if session.ghost is not None else np.empty(0),
        log,
        surface.minimum if surface is not None and surface.minimum is not None else math.nan,
        "f(x)" if session.experiment.dim == 1 else "f(x, y)",
    )


def table_of(session: DescendSession) -> Table:
    """All steps so far, for a file."""
    names = session.objective.variables
    steps = session.trace.run.steps
    parts = [(*step.point, step.value, *step.gradient, *step.delta, step.lr) for step in steps]
    rows = [(step.index, *map(float, numbers)) for step, numbers in zip(steps, parts, strict=True)]
    of = ", ".join(names)
    slopes = ("slope seen",) if len(names) == 1 else tuple(f"slope seen along {name}" for name in names)
    moves = ("next step",) if len(names) == 1 else tuple(f"next step along {name}" for name in names)
    header = ("step", *names, f"f({of})", *slopes, *moves, "learning rate")
    return Table("descend", "the steps of this run", header, rows)


def _landing_value(session: DescendSession, step: Step) -> float:
    landing = step.landing
    return _finite(session.objective.value(landing)) if np.isfinite(landing).all() else math.nan


def _finite(value: float) -> float:
    return float(value) if abs(float(value)) <= 1e150 else math.nan
