"""How long work takes, roughly and by shapes alone, so that it can be cut into pieces of some milliseconds."""

from __future__ import annotations

from gdsim.core.network import MLP

PIECE_SECONDS = 4e-3
# Of one layer's responses of the networks that are worked through together: they stay in the processor's cache.
TOGETHER_BYTES = 224 * 1024
_A_PRODUCT, _AN_ACTIVATION = 1e-10, 3.5e-9


def seconds_a_point(network: MLP) -> float:
    """To ask one network at one point; a gradient takes three times as long."""
    return _A_PRODUCT * network.parameter_count + _AN_ACTIVATION * sum(network.sizes[1:])


def together(network: MLP, points: int, single: bool = False) -> int:
    """How many networks stay in the cache together, one at least."""
    return max(1, TOGETHER_BYTES // ((4 if single else 8) * max(network.sizes) * points))


def block_size(network: MLP, points: int, times: float = 1.0) -> int:
    """How many points of one network make a piece of work, in parts of nearly equal size.

    `times` says how many times as long as asking a point takes.
    """
    most = max(64, int(PIECE_SECONDS / (times * seconds_a_point(network))))
    return -(-points // -(-points // most))
