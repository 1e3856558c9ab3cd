"""Values to be learned: curves over one input, surfaces over two.

The inputs are uniform in the domain, the noise is on the values.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gdsim.core.datasets.entry import Array, Dataset, Interval, Points

CURVES: list[Dataset] = []
SURFACES: list[Dataset] = []


def uniform(domain: tuple[Interval, ...], function: Callable[[Array], Array]) -> Callable[..., Points]:
    """Draws points uniformly in `domain`, with `function` of the inputs (n, d) as targets."""
    low, high = np.array(domain, dtype=np.float64).T

    def draw(n: int, rng: np.random.Generator) -> Points:
        inputs = rng.uniform(low, high, (n, len(domain)))
        return Points(inputs, function(inputs).reshape(n, 1))

    return draw


def _add(
    key: str, title: str, domain: tuple[Interval, ...], latex: str, function: Callable[[Array], Array], *, about: str,
    source: str, noise: float,
) -> None:  # fmt: skip
    (CURVES if len(domain) == 1 else SURFACES).append(Dataset(
        key, title, "regression", domain, uniform(domain, function), about, source, noise, latex=latex,
        function=function,
    ))  # fmt: skip


def _multi_gauss(inputs: Array) -> Array:
    """At each point the hill or hollow that reaches it most: 1 − distance/2 times its sign, 0 beyond 2."""
    offsets = inputs[:, None, :] - _CENTRES[:, :2]
    heights = np.maximum(1.0 - np.sqrt((offsets**2).sum(axis=-1)) / 2.0, 0.0) * _CENTRES[:, 2]
    strongest = np.abs(heights).argmax(axis=1)
    return np.asarray(heights[np.arange(len(inputs)), strongest])


_CENTRES = np.array([[-4.0, 2.5, 1.0], [0.0, 2.5, -1.0], [4.0, 2.5, 1.0],
                     [-4.0, -2.5, -1.0], [0.0, -2.5, 1.0], [4.0, -2.5, -1.0]])  # fmt: skip
_TEXTBOOK = "textbook example"
_PLAYGROUND = "TensorFlow Playground"

_add(
    "sine", "Sine", ((-5.0, 5.0),), r"\sin x", lambda inputs: np.sin(inputs[:, 0]), noise=0.2,
    about="A smooth curve with two hills and two hollows: a few neurons are enough, a straight line is not.",
    source=_TEXTBOOK,
)  # fmt: skip
_add(
    "x_sin_x", "x · sin x", ((-6.0, 6.0),), r"x \sin x", lambda inputs: inputs[:, 0] * np.sin(inputs[:, 0]), noise=0.4,
    about="The swings grow outwards, so a network that fits the middle well can still be poor at the ends.",
    source=_TEXTBOOK,
)  # fmt: skip
_add(
    "step", "Step", ((-3.0, 3.0),), r"\begin{cases} 0 & x < 0 \\ 1 & x \ge 0 \end{cases}",
    lambda inputs: np.where(inputs[:, 0] < 0.0, 0.0, 1.0), noise=0.1,
    about="A jump: smooth activations need one large weight for it, and ripple beside it when they have too many.",
    source=_TEXTBOOK,
)  # fmt: skip
_add(
    "polynomial", "Cubic polynomial", ((-2.0, 2.0),), r"\tfrac{1}{2} x^3 - x",
    lambda inputs: 0.5 * inputs[:, 0] ** 3 - inputs[:, 0], noise=0.2,
    about="With the features x, x², x³ and no hidden layer it is fitted exactly; higher degrees only follow the noise.",
    source=_TEXTBOOK,
)  # fmt: skip
_add(
    "linear", "Straight line", ((-3.0, 3.0),), r"\tfrac{1}{2} x + 1", lambda inputs: 0.5 * inputs[:, 0] + 1.0,
    noise=0.3, about="One weight and one bias are enough; everything more that a network learns here is noise.",
    source=_TEXTBOOK,
)  # fmt: skip
_add(
    "plane", "Plane", ((-6.0, 6.0), (-6.0, 6.0)), r"\tfrac{1}{10} (x_1 + x_2)",
    lambda inputs: inputs.sum(axis=1) / 10.0, noise=0.1,
    about="A tilted plane: a single linear neuron learns it.", source=_PLAYGROUND,
)  # fmt: skip
_add(
    "multi_gauss", "Hills and hollows", ((-6.0, 6.0), (-6.0, 6.0)),
    r"\pm \max \left( 1 - \tfrac{1}{2} r, 0 \right)", _multi_gauss, noise=0.05,
    about="Three hills and three hollows in turn, flat between them (r is the distance from the nearest centre).",
    source=_PLAYGROUND,
)  # fmt: skip
