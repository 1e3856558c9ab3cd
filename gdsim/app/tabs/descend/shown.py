"""What the user wants to see over the curve or the surface; what has no meaning in a dimension is left out there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gdsim.app.plots import curve_picture

if TYPE_CHECKING:
    from gdsim.app.plots.surface_picture import SurfaceShown


@dataclass(frozen=True)
class Shown:
    """The switches of Descend by name; `TITLES` says what each is called and in which dimensions it means something."""

    tangent: bool = True
    gradient: bool = True
    step: bool = True
    path: bool = True
    ahead: bool = False
    memory: bool = True
    curvature: bool = False

    def on_curve(self) -> curve_picture.Shown:
        return curve_picture.Shown(self.tangent, self.gradient, self.step, self.path, self.ahead)

    def on_surface(self) -> SurfaceShown:
        from gdsim.app.plots.surface_picture import SurfaceShown

        return SurfaceShown(
            gradient=self.gradient, step=self.step, path=self.path, ahead=self.ahead, memory=self.memory,
            curvature=self.curvature,
        )  # fmt: skip


TITLES: dict[str, tuple[str, str, tuple[int, ...]]] = {
    "tangent": ("Tangent", "The line with the slope of the curve at the ball", (1,)),
    "gradient": ("Gradient, uphill", "An arrow for the gradient, drawn at the scale written beside it", (1, 2)),
    "step": ("Next step", "An arrow of the step's true length, and where it lands", (1, 2)),
    "path": ("Path", "The steps so far, the newest largest", (1, 2)),
    "ahead": ("Path ahead", "Where the run would go from here with the settings of now", (1, 2)),
    "memory": (
        "Optimizer's memory",
        "The velocity as an arrow; squared gradients as an ellipse of the effective rate in each direction",
        (2,),
    ),
    "curvature": ("Curvature", "The Hessian's directions as a cross, each with its eigenvalue", (2,)),
}
"""Title, help and dimensions of each switch."""
