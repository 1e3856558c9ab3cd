"""What Descend says of a surface of two variables: its picture and its numbers.  Pure functions of a session."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gdsim.app.plots.surface_picture import SurfacePicture, Vector, surface_gradient_scale
from gdsim.app.plots.surface_tracks import NOWHERE, Marks, Track
from gdsim.app.tabs.descend.readings import no_number, true_gradient
from gdsim.app.tabs.descend.session import DescendSession
from gdsim.app.tabs.descend.shown import Shown
from gdsim.app.widgets.figures import format_number
from gdsim.app.widgets.number_table import NumberRow

SURFACE_ROWS = (
    NumberRow("value", "f(x, y)", main=True, help="The loss where the ball is."),
    NumberRow("point", "x, y", help="Where the ball is."),
    NumberRow("gradient", "gradient ∇f", "gradient", "The slopes along x and along y."),
    NumberRow("size", "its length", "gradient", "The slope in the steepest direction."),
    NumberRow("step", "next step", "step", "How far the optimizer moves the ball next."),
    NumberRow("curvature", "curvatures λ", "curvature", "The Hessian's eigenvalues: curvature along its directions."),
    NumberRow("limit", "2/λmax", "curvature", "A larger rate overshoots further and further on a bowl so bent."),
    NumberRow("evaluations", "gradients taken", help="How often the gradient has been computed in this run."),
)  # fmt: skip


def surface_numbers(session: DescendSession) -> dict[str, float | str]:
    """The values of SURFACE_ROWS that belong to two dimensions alone."""
    step = session.step
    if not math.isfinite(step.value):
        nothing = dict.fromkeys(("gradient", "size", "step", "curvature", "limit"), no_number(session))
        return {"point": _pair(step.point), **nothing}
    low, high = session.objective.curvatures(step.point)[0].tolist()
    defined = math.isfinite(low) and math.isfinite(high)
    gradient = true_gradient(session)
    return {
        "point": _pair(step.point),
        "gradient": _pair(gradient),
        "size": _length(gradient),
        "step": _pair(step.delta),
        "curvature": _pair((low, high)) if defined else "–",
    }


def surface_picture_of(
    session: DescendSession, shown: Shown, scale: float, tracks: tuple[Track, ...] = (), marks: tuple[Marks, ...] = ()
) -> SurfacePicture:
    """What is drawn over the surface; `tracks` and `marks` are those of a race and of many starts."""
    step, trace, preview = session.step, session.trace, session.preview
    path = ahead = NOWHERE
    if preview is None:
        path, ahead = trace.rows(0, session.index + 1)[:, :2], trace.rows(session.index)[:, :2]
        if shown.ahead and len(ahead) < 2:
            preview = session.lookahead()
    eigenvalues = eigenvectors = None
    if shown.curvature:
        eigenvalues, eigenvectors = session.objective.curvatures(step.point)
        if not np.isfinite(eigenvalues).all():
            eigenvalues = eigenvectors = None
    optimizer = session.optimizer  # which made this step; the run may have gone on with another
    if tracks:  # the runs of a race are enough to look at
        shown = replace(shown, gradient=False, step=False, memory=False, curvature=False)
    return SurfacePicture(
        x=float(step.point[0]),
        y=float(step.point[1]),
        value=float(step.value) if abs(float(step.value)) <= 1e150 else math.nan,
        gradient=_vector(true_gradient(session)) if math.isfinite(step.value) else None,
        delta=_vector(step.delta) if math.isfinite(step.value) else None,
        velocity=_vector(optimizer.remembered_move(step)) if shown.memory and step.index else None,
        rates=_vector(optimizer.effective_rates(step)) if shown.memory else None,
        eigenvalues=eigenvalues,
        eigenvectors=eigenvectors,
        path=path,
        ahead=ahead if shown.ahead else NOWHERE,
        preview=preview.rows()[:, :2] if preview is not None else NOWHERE,
        missing="" if math.isnan(step.value) else "the loss here is too large to draw",
        ghost=session.ghost.rows()[:, :2] if session.ghost is not None else NOWHERE,
        minima=_bare(session, marks),
        tracks=tracks,
        marks=marks,
        gradient_scale=scale,
        shown=shown.on_surface(),
    )


def _bare(session: DescendSession, marks: tuple[Marks, ...]) -> NDArray[np.float64]:
    """The known minima at which no end of many starts is marked: its own mark is to be seen there."""
    minima = np.array(session.surface.minima if session.surface is not None else (), dtype=float).reshape(-1, 2)
    extent = np.array([high - low for low, high in session.experiment.domain])
    ends = [part.points for part in marks if part.radius >= _END]
    if not ends or not len(minima):
        return minima
    apart = np.abs(minima[:, None, :] - np.concatenate(ends)[None, :, :]) / extent
    from gdsim.core.basins import NEAR

    return minima[~(apart < NEAR).all(axis=2).any(axis=1)]


def surface_scale_of(session: DescendSession) -> float:
    """At which scale gradient arrows are drawn: one for the whole surface, so that lengths can be compared."""
    domain = session.experiment.domain
    axes = [np.linspace(low, high, 48) for low, high in domain]
    return surface_gradient_scale(session.objective.derivative_grid(*axes), domain)


def gradient_latex(session: DescendSession) -> tuple[str, ...]:
    """Both partial derivatives as formulas, those left out that would take long to typeset and to read."""
    lines = (rf"\frac{{\partial f}}{{\partial {name}}} = {latex}" for name, latex in _derivatives(session))
    return tuple(line for line in lines if len(line) < _LONGEST)


def gradient_words(session: DescendSession) -> str:
    """What is said in place of the partial derivatives that `gradient_latex` leaves out; else empty."""
    long = [(name, latex) for name, latex in _derivatives(session) if len(latex) >= _LONGEST - len(_PREFIX)]
    told = [f"∂f/∂{name}: {len(_TERM.findall(latex)) + 1} terms" for name, latex in long]
    return f"Too long to typeset: {', '.join(told)}. Its numbers stand above." if told else ""


def _derivatives(session: DescendSession) -> list[tuple[str, str]]:
    expression = session.objective.expression
    return [] if expression is None else [(name, expression.derivative(name).to_latex()) for name in "xy"]


_PREFIX = r"\frac{\partial f}{\partial x} = "
_LONGEST = 400  # characters of LaTeX
_TERM = re.compile(r"(?<=[\w)}]) [+-] ")
_END = 4.0  # pixels: marks smaller than that are starts
_WIDEST = 20  # characters of a pair of numbers


def _vector(values: Any) -> Vector | None:
    if values is None or not np.isfinite(values).all():
        return None
    return float(values[0]), float(values[1])


def _pair(values: Any) -> str:
    """Two numbers, with a digit less each where they would be too wide for the column."""
    for digits in (4, 3, 2):
        text = ", ".join(format_number(float(value), digits) for value in values)
        if len(text) <= _WIDEST:
            break
    return text


def _length(vector: Any) -> float:
    """Also where the squares of the parts are too large for a double."""
    return math.hypot(*map(float, vector))
