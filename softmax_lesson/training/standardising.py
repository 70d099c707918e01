"""Features of mean 0 and standard deviation 1, without touching X: the change is made to W instead.

With z = (x - mean) / spread for every feature but the bias, V z = W x for the W that `weights` makes of V. So
one can learn V, as if X had been standardised, from X as it is: 50,000 photographs stay uint8.
"""

from dataclasses import dataclass

import numpy as np

from softmax_lesson import arguments
from softmax_lesson.many_examples import blocks_of


@dataclass(frozen=True, eq=False)
class Units:
    """The mean and the spread (D,) of each feature; the last one, the bias, has 0 and 1."""

    mean: np.ndarray
    spread: np.ndarray

    def weights(self, V):
        """Return W (C, D) for X as it is, from V (C, D) for standardised X."""
        W = V / self.spread
        W[:, -1] -= W @ self.mean
        return W

    def standardised(self, W):
        """Return V (C, D) from W (C, D): `weights` the other way round."""
        V = W * self.spread
        V[:, -1] += W @ self.mean
        return V

    def same_as(self, other):
        """Are these the same units, to the last bit?"""
        return np.array_equal(self.mean, other.mean) and np.array_equal(self.spread, other.spread)

    def gradient(self, G):
        """Return the derivative with respect to V, from that with respect to W: the chain rule."""
        return (G - G[:, -1:] * self.mean) / self.spread


def as_they_are(X, dtype):
    """Return units that change nothing."""
    return Units(np.zeros(X.shape[1], dtype), np.ones(X.shape[1], dtype))


def of_examples(X, dtype):
    """Return the mean and the standard deviation of each feature of X (N, D), added up in float64.

    A feature that never changes keeps the spread 1.
    Raises: ValueError for NaN and infinity, for features whose squares overflow, and when the last feature is
    not the bias.
    """
    if np.any(X[:, -1] != 1):
        raise ValueError("X: expected a last column of 1 for the bias, got other numbers. See add_bias(X).")
    mean, spread = mean_and_spread(X)
    if not (np.isfinite(mean) & np.isfinite(spread)).all():
        arguments.floats("X", X)  # names a NaN or an infinity
        raise ValueError(f"X: expected features whose squares float64 can hold, got {abs(X).max():.3g}.")
    mean[-1] = 0
    spread[spread == 0] = 1
    return Units(mean.astype(dtype), spread.astype(dtype))


@np.errstate(all="ignore")  # what is not finite is said by the caller
def mean_and_spread(X):
    """Return the mean and the standard deviation (D,) of the columns of X (N, D), in one pass of blocks.

    The first row is subtracted before squaring, or large numbers would lose their digits.
    """
    first = X[0].astype(np.float64)
    total, squares = np.zeros_like(first), np.zeros_like(first)
    for rows in blocks_of(X):
        block = X[rows] - first
        total += block.sum(axis=0)
        squares += np.square(block).sum(axis=0)
    mean = total / len(X)
    variance = np.maximum(squares / len(X) - mean**2, 0)  # rounding may leave it a little below 0
    return first + mean, np.sqrt(variance)
