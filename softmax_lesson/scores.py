"""Step 1: from features to scores, f = W x.

`W` (C, D) has one row of weights for each class; `x` (D,) is one example, `X` (N, D) has one example per row.
The last of the D features is a constant 1, so the last column of W is the bias.
"""

import numpy as np

from softmax_lesson import arguments

__all__ = ["add_bias", "scores"]


def add_bias(X):
    """Append the constant feature 1 that carries the bias.

    Parameters: X (N, D) or (D,), real numbers; integers become float64.
    Returns: (N, D + 1) or (D + 1,), a new array.
    Raises: TypeError, ValueError when X is no such array, is empty or has a NaN or an infinity.
    """
    X = arguments.floats("X", X, ndim=(1, 2))
    ones = np.ones((*X.shape[:-1], 1), X.dtype)
    return np.concatenate([X, ones], axis=-1)


def scores(W, X):
    """Return the score of every class: a dot product of its row of W with the example.

    Parameters: W (C, D) weights; X (N, D) examples, or (D,) one example, with the bias feature. W may be
    complex, for `derivatives.complex_step`: imaginary parts up to 0.5.
    Returns: (N, C), or (C,) for one example. Any real number may come out; they are not probabilities yet.
    Raises: TypeError, ValueError for unfit arguments; FloatingPointError when a score overflows the dtype.
    Source: the handout's f = W x. For many examples, one per row, it reads S = X W^T.
    """
    W, X = arguments.weights_and_features(W, X, ndim=(1, 2), complex_step=True)
    with np.errstate(all="ignore"):  # overflow is said below; some BLAS libraries warn for no reason
        f = X @ W.T
    if not np.isfinite(f).all():
        raise FloatingPointError(
            f"W, X: expected scores that {f.dtype.name} can hold, got one that overflows: "
            f"max |W| is {abs(W).max():.3g}, max |X| is {abs(X).max():.3g}."
        )
    return f
