"""The judge of accuracy: the exact answers at 50 digits, and the bound that every result must keep."""

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mpf

mpmath.mp.dps = 50
FLOATS = (np.float16, np.float32, np.float64)


def exactly(number):
    return mpf(float(number))


def exact(f):
    """Return softmax, log_softmax and logsumexp of one row of scores."""
    f = [exactly(score) for score in f]
    top = f.index(max(f))
    shifted = [score - f[top] for score in f]
    # log1p here too: at 50 digits 1 + 1e-58 is 1, and a loss of 1e-58 would be judged against 0
    rest = mpmath.fsum(mpmath.exp(d) for j, d in enumerate(shifted) if j != top)
    log_total = mpmath.log1p(rest)
    return [mpmath.exp(d) / (1 + rest) for d in shifted], [d - log_total for d in shifted], f[top] + log_total


def bound(f):
    """Return (C + 4 + 2 (max f - min f)) u, where min f skips scores so low that their exp is 0 in the dtype.

    The issue's bound has no such exception; leaving those scores out makes it stricter, and never empty:
    with a score of -1e300 in the row, the plain bound would forgive everything.
    """
    kind = np.finfo(f.dtype)
    top = exactly(f.max())
    distances = [top - exactly(score) for score in f]
    smallest = -mpmath.log(exactly(kind.smallest_subnormal))
    return (len(f) + 4 + 2 * max(d for d in distances if d <= smallest + 1)) * exactly(kind.eps) / 2


def share_of_bound(computed, true, f):
    """Return the largest error of the computed numbers as a share of what the bound allows."""
    kind, allowed, worst = np.finfo(f.dtype), bound(f), mpf(0)
    assert np.asarray(computed).dtype == f.dtype
    for number, truth in zip(np.atleast_1d(computed), np.atleast_1d(true), strict=True):
        truth = mpf(truth)
        if np.isinf(number):  # right when the truth is too large for the dtype, within the bound
            large = abs(truth) * (1 + allowed) > exactly(kind.max)
            error = mpf(0 if large and (number < 0) == (truth < 0) else "inf")
        elif abs(truth) < exactly(kind.smallest_normal):  # few digits are left: only the size is judged
            error = mpf(0 if abs(exactly(number)) <= exactly(kind.smallest_normal) * (1 + allowed) else "inf")
        else:
            error = abs(exactly(number) - truth) / (abs(truth) * allowed)
        worst = max(worst, error if error == error else mpf("inf"))  # NaN is as wrong as can be
    return worst


@st.composite
def rows(draw, dtype, most=50):
    """Draw a row of scores: small or huge, ties, -inf, one far above the rest, all far from 0."""
    largest = float(np.finfo(dtype).max)
    values = draw(st.lists(st.floats(-1, 1), min_size=1, max_size=most))
    scale = draw(st.sampled_from([1e-3, 1.0, 10.0, 17.0, 80.0, 700.0, 1e4, largest / 2]))
    offset = draw(st.sampled_from([0.0, 1.0, -1000.0, largest / 4, -largest / 4]))
    f = np.clip(np.array(values) * scale + offset, -largest, largest).astype(dtype)
    if draw(st.booleans()):
        f[draw(st.integers(0, len(f) - 1))] = np.clip(
            float(f.max()) + draw(st.sampled_from([0.0, 8.0, 20.0, 40.0])), -largest, largest
        )
    if draw(st.booleans()):
        f[draw(st.integers(0, len(f) - 1))] = -np.inf
    if np.isneginf(f).all():
        f[0] = 0
    return f


# So many rows of scores are drawn; `make test-long` begins with the same ones and goes on.
each_number_of_draws = pytest.mark.parametrize("draws", [40, pytest.param(400, marks=pytest.mark.long)])


def for_rows(dtype, draws, check):
    """Call a function of one row of scores with many."""

    @settings(max_examples=draws)
    @given(f=rows(dtype))
    def each(f):
        check(f)

    each()
