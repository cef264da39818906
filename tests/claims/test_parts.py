"""What of a block is kept: counts in as few bytes as they need."""

import numpy as np
import pytest

from detente.claims.parts import _counts_of, _counts_state


@pytest.mark.parametrize(("most", "width"), [(0, 2), (65_535, 2), (65_536, 4), (2**32 - 1, 4)])
def test_counts_come_back_from_as_few_bytes_as_hold_them(most, width):
    counts = np.array([[0, 1, 2], [3, 4, most]], dtype=np.uint32)
    state = _counts_state(counts)
    assert len(state) == width * counts.size
    assert np.array_equal(_counts_of(state, counts.shape), counts)


def test_counts_of_another_shape_are_refused():
    with pytest.raises(ValueError, match="reshape"):
        _counts_of(_counts_state(np.ones((2, 3), np.uint32)), (2, 4))
