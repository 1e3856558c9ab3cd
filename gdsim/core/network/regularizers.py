"""What holds a network back from fitting the noise: descriptions with their strengths, for panels and help.

Each says in `settings` what it means to a Trainer, which does the work.  Penalties act on weights, never on biases.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from gdsim.core.params import check_params, param
from gdsim.core.registry import Registry


@dataclass(frozen=True)
class Regularizer(ABC):
    key: ClassVar[str]
    title: ClassVar[str]
    latex: ClassVar[str]
    about: ClassVar[str]
    source: ClassVar[str]

    def __post_init__(self) -> None:
        check_params(self)

    @property
    @abstractmethod
    def settings(self) -> Mapping[str, float]:
        """The keywords of `Trainer` and `Trainer.set` that put it in force."""


REGULARIZERS: Registry[type[Regularizer]] = Registry("regularizer")


@REGULARIZERS.register("l1")
@dataclass(frozen=True)
class L1(Regularizer):
    """λ₁·Σ|w|.  Its subgradient λ₁·sign(w) is used, 0 at 0; so weights hover about 0 within rate·λ₁ and hardly ever
    are exactly 0: `near_zero` counts them by a threshold.
    """

    strength: float = param(
        1e-3, 0.0, 10.0, title="strength", log=True, symbol=r"\lambda_1", help="Pulls every weight towards 0 equally."
    )

    key = "l1"
    title = "L1"
    latex = r"\lambda_1 \sum_j |w_j|"
    about = "A pull of the same force on every weight: those that help little go to 0 and stay there."
    source = "Tibshirani, Regression shrinkage and selection via the lasso (1996)"

    @property
    def settings(self) -> Mapping[str, float]:
        return {"l1": self.strength}


@REGULARIZERS.register("l2")
@dataclass(frozen=True)
class L2(Regularizer):
    """(λ₂/2)·Σw², whose gradient is λ₂·w."""

    strength: float = param(
        1e-3, 0.0, 100.0, title="strength", log=True, symbol=r"\lambda_2",
        help="Pulls every weight towards 0 in proportion to its size.",
    )  # fmt: skip

    key = "l2"
    title = "L2"
    latex = r"\frac{\lambda_2}{2} \sum_j w_j^2"
    about = "A pull in proportion to the weight: large weights shrink most, and the fit becomes smoother."
    source = "Hoerl, Kennard, Ridge regression (1970)"

    @property
    def settings(self) -> Mapping[str, float]:
        return {"l2": self.strength}


@REGULARIZERS.register("elastic")
@dataclass(frozen=True)
class Elastic(Regularizer):
    """λ·(ρ·Σ|w| + (1 − ρ)/2·Σw²)."""

    strength: float = param(
        1e-3, 0.0, 10.0, title="strength", log=True, symbol=r"\lambda", help="The strength of both parts together."
    )
    share: float = param(0.5, 0.0, 1.0, title="share of L1", symbol=r"\rho", help="0 is L2 alone, 1 is L1 alone.")

    key = "elastic"
    title = "Elastic net"
    latex = r"\lambda \rho \sum_j |w_j| + \frac{\lambda (1 - \rho)}{2} \sum_j w_j^2"
    about = "L1 and L2 together: weights that help little go to 0, the others shrink smoothly."
    source = "Zou, Hastie, Regularization and variable selection via the elastic net (2005)"

    @property
    def settings(self) -> Mapping[str, float]:
        return {"l1": self.strength * self.share, "l2": self.strength * (1.0 - self.share)}


@REGULARIZERS.register("weight_decay")
@dataclass(frozen=True)
class WeightDecay(Regularizer):
    """w ← w − η·λ·w beside the optimizer's move.  With gradient descent it is L2; with Adam it is not, for it is not
    divided by the gradients' size.  It is no part of the loss.
    """

    strength: float = param(
        1e-2, 0.0, 100.0, title="strength", log=True, symbol=r"\lambda",
        help="Every step multiplies the weights by 1 − ηλ.",
    )  # fmt: skip

    key = "weight_decay"
    title = "Weight decay (decoupled)"
    latex = r"w \leftarrow w - \eta\,\lambda\,w"
    about = "Shrinks the weights in every step by the same share, apart from the gradient and the optimizer's memory."
    source = "Loshchilov, Hutter, Decoupled weight decay regularization (2019)"

    @property
    def settings(self) -> Mapping[str, float]:
        return {"weight_decay": self.strength}


@REGULARIZERS.register("dropout")
@dataclass(frozen=True)
class Dropout(Regularizer):
    """a ← a·m/(1 − q) with m 0 for a share q of the hidden neurons, drawn anew for every point and step.

    Inverted: what stays is scaled up, so that the expectation is unchanged and predictions need no scaling.
    """

    rate: float = param(0.2, 0.0, 0.9, title="rate", symbol="q", help="The share of hidden neurons switched off.")

    key = "dropout"
    title = "Dropout"
    latex = r"a \leftarrow \frac{m \odot a}{1 - q} \qquad P(m = 0) = q"
    about = "Switches off a random share of the hidden neurons in every step, so that none can rely on another."
    source = "Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov, Dropout (2014)"

    @property
    def settings(self) -> Mapping[str, float]:
        return {"dropout": self.rate}


@REGULARIZERS.register("early_stopping")
@dataclass(frozen=True)
class EarlyStopping(Regularizer):
    """Stops when the validation loss has not been below its lowest for so many epochs; the best weights are kept."""

    patience: int = param(
        100, 1, 1_000_000, title="patience", log=True, unit="epochs", symbol="p",
        help="Epochs to wait for a lower validation loss.",
    )  # fmt: skip

    key = "early_stopping"
    title = "Early stopping"
    latex = r"\text{stop when } L_{val} > \min L_{val} \text{ for } p \text{ epochs}"
    about = "Stops when the validation loss no longer falls, and offers the weights of its lowest point."
    source = "Prechelt, Early stopping: but when? (1998)"

    @property
    def settings(self) -> Mapping[str, float]:
        return {"patience": self.patience}
