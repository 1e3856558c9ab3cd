"""How wrong a network's outputs are: the data term of the objective, as a mean over the points.

The two entropies take logits, the outputs before the sigmoid or softmax, because that is exact where probabilities
round to 0 or 1; `link` turns outputs into what is shown as the prediction.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gdsim.core.autodiff import ops
from gdsim.core.registry import Registry

Entries = Callable[[Any, Any, int], Any]
Link = Callable[[Any, int], Any]


@dataclass(frozen=True)
class Loss:
    """Outputs and targets have the same shape, a point a row: (n, k); with `axis` 0 a point a column: (k, n).

    `task` is "regression" or "classification"; `cut` is the output above which a single column means class 1;
    `least_columns` is how many outputs it needs.  Conventions (means, not sums) are PyTorch's.
    """

    key: str
    title: str
    latex: str
    about: str
    source: str
    task: str
    link_name: str
    cut: float
    least_columns: int
    entries: Entries  # (outputs, targets, axis) -> what `value` is the mean of
    link_function: Link

    def value(self, outputs: Any, targets: Any, axis: int = -1) -> Any:
        """The mean loss, one number: over all entries, for `cross_entropy` over the points."""
        return ops.mean(self.entries(outputs, targets, axis))

    def pointwise(self, outputs: Any, targets: Any, axis: int = -1) -> Any:
        """The loss of each point, shape (n,); its mean is `value`."""
        return ops.mean(self.entries(outputs, targets, axis), axis=axis)

    def link(self, outputs: Any, axis: int = -1) -> Any:
        """The prediction that outputs stand for: themselves, or probabilities."""
        return self.link_function(outputs, axis)


LOSSES: Registry[Loss] = Registry("loss")


def _squared(outputs: Any, targets: Any, axis: int) -> Any:
    return ops.square(outputs - targets)


def _absolute(outputs: Any, targets: Any, axis: int) -> Any:
    return ops.abs(outputs - targets)


def _huber(outputs: Any, targets: Any, axis: int) -> Any:
    """With c the error's size up to 1, |e|·c − c²/2 is e²/2 within and |e| − 1/2 beyond, in one formula."""
    size = ops.abs(outputs - targets)
    near = ops.minimum(size, 1.0)
    return near * (size - 0.5 * near)


def _binary_cross_entropy(outputs: Any, targets: Any, axis: int) -> Any:
    return ops.softplus(outputs) - targets * outputs


def _cross_entropy(outputs: Any, targets: Any, axis: int) -> Any:
    return ops.sum(targets * (ops.logsumexp(outputs, axis=axis, keepdims=True) - outputs), axis=axis, keepdims=True)


def _identity(outputs: Any, axis: int) -> Any:
    return outputs


def _sigmoid(outputs: Any, axis: int) -> Any:
    # The half-angle form of 1/(1 + e^−z): no overflow however large z is.
    return 0.5 * ops.tanh(0.5 * outputs) + 0.5


def _softmax(outputs: Any, axis: int) -> Any:
    return ops.softmax(outputs, axis=axis)


LOSSES.add("mse", Loss(
    "mse", "Squared error", r"L = \frac{1}{n}\sum_i (y_i - t_i)^2",
    "The mean of the squared errors: large errors count most, so outliers pull the fit.",
    "Gauss, Theoria motus (1809); the mean over all entries as in PyTorch",
    "regression", "identity", 0.5, 1, _squared, _identity,
))  # fmt: skip
LOSSES.add("mae", Loss(
    "mae", "Absolute error", r"L = \frac{1}{n}\sum_i |y_i - t_i|",
    "The mean of the errors' sizes: every error pulls with the same force, so outliers hardly matter.",
    "Boscovich (1757), Laplace (1793); the slope at an error of 0 is taken as 0",
    "regression", "identity", 0.5, 1, _absolute, _identity,
))  # fmt: skip
LOSSES.add("huber", Loss(
    "huber", "Huber", r"L = \frac{1}{n}\sum_i \begin{cases} e_i^2/2 & |e_i| \le 1 \\ |e_i| - 1/2 & |e_i| > 1"
    r" \end{cases} \qquad e_i = y_i - t_i",
    "Squared for errors up to 1, absolute beyond: smooth at the minimum, yet outliers pull no harder than others.",
    "Huber, Robust estimation of a location parameter (1964), with δ = 1",
    "regression", "identity", 0.5, 1, _huber, _identity,
))  # fmt: skip
LOSSES.add("binary_cross_entropy", Loss(
    "binary_cross_entropy", "Binary cross-entropy",
    r"L = -\frac{1}{n}\sum_i \left(t_i \ln p_i + (1 - t_i) \ln(1 - p_i)\right) \qquad p_i = \sigma(y_i)",
    "The surprise at the true class when the output's sigmoid is taken as the probability of class 1.",
    "Cox, The regression analysis of binary sequences (1958); computed from logits",
    "classification", "sigmoid", 0.0, 1, _binary_cross_entropy, _sigmoid,
))  # fmt: skip
LOSSES.add("cross_entropy", Loss(
    "cross_entropy", "Cross-entropy (softmax)",
    r"L = -\frac{1}{n}\sum_i \sum_c t_{ic} \ln p_{ic} \qquad p_{ic} = \frac{e^{y_{ic}}}{\sum_j e^{y_{ij}}}",
    "The surprise at the true class when the softmax of the outputs gives each class its probability.",
    "Bridle, Probabilistic interpretation of feedforward classification network outputs (1990); from logits",
    "classification", "softmax", 0.5, 2, _cross_entropy, _softmax,
))  # fmt: skip
