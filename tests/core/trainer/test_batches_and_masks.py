"""Orders and masks are numpy's own streams under fixed names, so that a saved experiment is trained again as it was."""

from __future__ import annotations

import numpy as np
import pytest

from gdsim.core.trainer.sampling import Epochs, Masks


def stream(*key: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(key)))


@pytest.mark.parametrize(("points", "together"), [(7, 16), (2000, 8), (5000, 3), (20_000, 1)])
def test_an_epochs_order_is_a_row_of_its_block(points: int, together: int) -> None:
    """Blocks of 16 epochs, of fewer when there are more than 16,384 numbers in them; first step 40, seed 5."""
    columns = np.zeros((1, points))
    epochs = Epochs(columns, columns, 3, seed=5, first_step=40)
    for epoch in (0, together - 1, together, 2 * together + together // 2):
        block, row = divmod(epoch, together)
        expected = stream(5, 1, 40, block).permuted(np.tile(np.arange(points), (together, 1)), axis=1)[row]
        np.testing.assert_array_equal(epochs.order(epoch), expected)


@pytest.mark.parametrize(("points", "lengths"), [(7, [3, 3, 1]), (6, [3, 3]), (3, [3]), (2, [2])])
def test_batches_are_the_order_cut_into_pieces(points: int, lengths: list[int]) -> None:
    columns = np.arange(2.0 * points).reshape(2, points)
    targets = 100.0 + np.arange(points)[None, :]
    epochs = Epochs(columns, targets, 3, seed=1, first_step=0)
    for epoch in (0, 1, 1, 0):  # also there and back
        batches = epochs.batches(epoch)
        assert [part.shape[1] for part, _ in batches] == lengths
        joined = np.concatenate([np.vstack(batch) for batch in batches], axis=1)
        np.testing.assert_array_equal(joined, np.vstack([columns, targets])[:, epochs.order(epoch)])
        assert all(part.flags.c_contiguous for batch in batches for part in batch)


@pytest.mark.parametrize(("units", "points", "together"), [(4, 5, 64), (64, 512, 4), (64, 2000, 1), (300, 500, 1)])
def test_a_mask_is_a_row_of_its_block(units: int, points: int, together: int) -> None:
    """A neuron is dropped where 16 random bits are below the rate's share of 65,536; 2¹⁷ numbers at a time."""
    masks = Masks(units, points, seed=9)
    for step in (0, together, 2 * together + together // 2, 1):
        block, row = divmod(step, together)
        bits = stream(9, 2, block).integers(0, 65_536, (together, units, points), np.uint16)[row]
        whole, part = np.empty((units, points)), np.empty((units, 3))
        masks.fill(step, 0.25, whole)
        masks.fill(step, 0.25, part, first=1)
        np.testing.assert_array_equal(whole, np.where(bits < 16_384, 0.0, 4.0 / 3.0))
        np.testing.assert_array_equal(part, whole[:, 1:4])
