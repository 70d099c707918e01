"""The quick look at the first number never decides otherwise than all numbers would."""

import itertools

import numpy as np
import pytest
from shares import in_shares, share

from softmax_lesson.exercises.engine.comparing import close_numbers, fitting, same

NUMBERS = [0, 1, -1, 3, 1e-9, 1 + 1e-10, 1 + 1e-6, 2**53, 1e5, 1e308, 5e-324, np.nan, np.inf, -np.inf]
DTYPES = [np.float16, np.float32, np.float64, np.int64, np.uint8, bool]


@pytest.mark.filterwarnings("ignore:invalid value encountered in cast", "ignore:overflow encountered in cast")
@in_shares(3)
@pytest.mark.parametrize(
    ("one", "other"), list(itertools.product(DTYPES, repeat=2)), ids=lambda d: d.__name__
)
def test_one_number_or_two_equal_ones_are_compared_alike(one, other, every):
    verdicts = []
    for x, y, scale in share(itertools.product(NUMBERS, NUMBERS, (1.0, 1e4)), every):
        a, t = np.array(x).astype(one), np.array(y).astype(other)
        for left, right in (
            (a, t),
            (np.array([a, a]), np.array([t, t])),
            (np.array([a, a]), np.array([t, 1])),
        ):
            right = np.asarray(right, dtype=other)
            left = left.astype(one)
            in_full = fitting(left, right) and bool(np.all(close_numbers(left, right, scale)))
            assert same((left,), (right,), scale) == in_full, (x, y, scale)
            verdicts.append(in_full)
    assert not all(verdicts)
    assert any(verdicts) == (
        (one is bool) == (other is bool) and (one is other or np.float16 not in (one, other))
    )
