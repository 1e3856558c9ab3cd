"""What a neuron makes of its weighted sum: one function of one number, entry by entry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gdsim.core.autodiff import ops
from gdsim.core.registry import Registry


@dataclass(frozen=True)
class Activation:
    """`entry(z)` computes on numbers and arrays and records on traced values.  `latex` is the formula of a(z).

    `dies` says that where it is 0 its slope is 0 too, so that a neuron which answers 0 to all cannot learn.
    """

    key: str
    title: str
    latex: str
    about: str
    source: str
    function: Callable[[Any], Any]
    dies: bool = False

    def __call__(self, z: Any) -> Any:
        return self.function(z)


ACTIVATIONS: Registry[Activation] = Registry("activation")


def _add(
    key: str, title: str, function: Callable[[Any], Any], latex: str, about: str, source: str, dies: bool = False
) -> None:  # fmt: skip
    ACTIVATIONS.add(key, Activation(key, title, latex, about, source, function, dies))


_add(
    "tanh", "tanh", ops.tanh, r"a(z) = \tanh z",
    "From −1 to 1, steepest at 0: smooth fits.  Flat far from 0, where its neurons learn slowly.",
    "LeCun, Bottou, Orr, Müller, Efficient backprop (1998)",
)  # fmt: skip
_add(
    "sigmoid", "Sigmoid", ops.sigmoid, r"a(z) = \frac{1}{1 + e^{-z}}",
    "From 0 to 1, never steeper than 1/4: in several layers the gradient shrinks from layer to layer.",
    "Rumelhart, Hinton, Williams, Learning representations by back-propagating errors (1986)",
)  # fmt: skip
_add(
    "relu", "ReLU", ops.relu, r"a(z) = \max(0, z)",
    "A straight line with a kink: fits of straight pieces.  A neuron below 0 on all data is dead and never learns.",
    "Nair, Hinton, Rectified linear units improve restricted Boltzmann machines (2010)", dies=True,
)  # fmt: skip
_add(
    "leaky_relu", "Leaky ReLU", ops.leaky_relu, r"a(z) = \max(0.01\,z, z)",
    "ReLU with the slope 0.01 below 0, so that no neuron dies.",
    "Maas, Hannun, Ng, Rectifier nonlinearities improve neural network acoustic models (2013)",
)  # fmt: skip
_add(
    "elu", "ELU", ops.elu, r"a(z) = \begin{cases} z & z > 0 \\ e^{z} - 1 & z \le 0 \end{cases}",
    "A line above 0 that bends smoothly to −1 below.",
    "Clevert, Unterthiner, Hochreiter, Fast and accurate deep network learning by exponential linear units (2016)",
)  # fmt: skip
_add(
    "gelu", "GELU", ops.gelu, r"a(z) = z\,\Phi(z)",
    "z times the normal distribution's share below z: a ReLU with a rounded kink that dips below 0.",
    "Hendrycks, Gimpel, Gaussian error linear units (2016)",
)  # fmt: skip
_add(
    "softplus", "Softplus", ops.softplus, r"a(z) = \ln(1 + e^{z})",
    "A rounded ReLU, above 0 everywhere; its slope is the sigmoid.",
    "Dugas, Bengio, Bélisle, Nadeau, Garcia, Incorporating second-order functional knowledge (2001)",
)  # fmt: skip
_add(
    "sine", "Sine", ops.sin, r"a(z) = \sin z",
    "Repeats for ever: fits waves, and has many local minima.",
    "Sitzmann et al., Implicit neural representations with periodic activation functions (2020)",
)  # fmt: skip
_add(
    "linear", "Linear", ops.identity, r"a(z) = z",
    "No bend: however many layers, the network is one straight line or plane.",
    "the identity; linear regression when it is all there is",
)  # fmt: skip
