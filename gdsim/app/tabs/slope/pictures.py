"""The middle of the Slope tab: the curve with its secant, and beneath it the derivative over the same x."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from gdsim.app.context import Context
from gdsim.app.plots.derivative_plot import DerivativePlot
from gdsim.app.plots.secant_plot import SecantPlot
from gdsim.app.tabs.slope.experiment import Experiment
from gdsim.app.tabs.slope.readings import (
    SlopeShown,
    curve_function,
    derivative_function,
    derivative_picture_of,
    secant_picture_of,
)
from gdsim.app.tabs.slope.session import SlopeSession


class SlopePictures(QWidget):
    """Both plots keep the same stretch of x under one another, to the pixel."""

    def __init__(self, context: Context, session: SlopeSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._drawn: tuple[str, tuple[float, float]] | None = None
        self._stretch: tuple[float, float] | None = None
        self._shown = SlopeShown()
        self.secant = SecantPlot(context.themes)
        self.derivative = DerivativePlot(context.themes)
        self.secant.setAccessibleName("Curve with two points, secant and tangent")
        self.derivative.setAccessibleName("Derivative, traced as x moves")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.secant, 3)
        layout.addWidget(self.derivative, 2)
        self.secant.viewed.connect(self._align)
        self.derivative.viewed.connect(self._align)

    def synchronize(self, shown: SlopeShown) -> None:
        """Show the session; another domain is shown whole, another formula on the same one keeps what is seen of x."""
        session, experiment = self._session, self._session.experiment
        self._shown = shown
        drawn = (experiment.formula, experiment.domain)
        new = drawn != self._drawn
        if new:
            self._drawn, self._stretch = drawn, None
            self.derivative.set_derivative(derivative_function(experiment))
        self._show()
        if new:
            self._change_curve(experiment)
        elif not session.held:
            self.secant.follow()

    def fit(self) -> None:
        self.secant.fit()

    def _change_curve(self, experiment: Experiment) -> None:
        self.secant.set_curve(curve_function(experiment), experiment.domain)
        self.secant.fit()
        self._align()

    def _show(self) -> None:
        self.secant.set_picture(secant_picture_of(self._session, self._shown))
        self.derivative.set_picture(derivative_picture_of(self._session, self._shown))

    def _align(self) -> None:
        """The same x below as above, and axes of one width, so that they stand under one another."""
        part = self.secant.visible_part
        stretch = (part.x_low, part.x_high)
        if stretch != self._stretch and self._drawn is not None:
            self._stretch = stretch
            self.derivative.show_stretch(stretch)
        axes = [plot.plot_item.getAxis("left") for plot in (self.secant, self.derivative)]
        widest = max(axis.width() for axis in axes)
        for axis in axes:
            if axis.width() != widest:
                axis.setWidth(widest)
