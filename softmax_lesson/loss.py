"""Step 4: how wrong? The loss is the negative logarithm of the probability given to the correct class."""

import math

import numpy as np

from softmax_lesson import arguments
from softmax_lesson.probabilities import log_softmax
from softmax_lesson.stability import quietly

__all__ = ["mean_loss", "negative_log_likelihood"]


def negative_log_likelihood(f, y):
    """Return the loss of each example, -log P(y), in nats (the natural logarithm).

    Its relative error is small even when the loss is nearly 0: float32 scores [20, 0, 0] and class 0 give
    4.1223e-09. It is inf when the correct class has the score -inf.

    Parameters: f (N, C) scores and y (N,) labels counted from 0, or f (C,) and y one label.
    f may be complex, for `derivatives.complex_step`: imaginary parts up to 0.5.
    Returns: (N,), or one number, in f's dtype; 0 or more.
    Raises: TypeError, ValueError for unfit arguments, and for a row of scores that has nothing but -inf.
    Source: equations (1) and (2) of the handout, L_i = -log P(y_i | x_i; W) = -f_{y_i} + log sum_j exp(f_j).
    """
    f = arguments.floats("f", f, ndim=(1, 2), complex_step=True, minus_infinity=True)
    y = arguments.labels(y, f.shape[:-1], classes=f.shape[-1])
    log_p = log_softmax(f)
    log_p_correct = log_p[y] if f.ndim == 1 else log_p[np.arange(len(y)), y]  # pairs (0, y_0), (1, y_1), ...
    return 0 - log_p_correct  # a plain minus would turn 0 into -0


@quietly
def mean_loss(f, y):
    """Return the mean of the examples' losses.

    A mean, not a sum: the size of the batch must not change the size of a step.

    Parameters: f (N, C) scores and y (N,) labels counted from 0, or f (C,) and y one label.
    f may be complex, for `derivatives.complex_step`: imaginary parts up to 0.5.
    Returns: one number in f's dtype; the sum is exact and only its result is rounded.
    Raises: what `negative_log_likelihood` raises.
    """
    losses = np.atleast_1d(negative_log_likelihood(f, y))
    N = losses.size
    if np.result_type(losses, np.float64) != np.float64:
        return losses.mean()  # complex, from a gradient check: more than fsum can add up
    wide = losses.astype(np.float64)
    # Divided first where the sum could overflow, last where a share of a tiny loss could underflow.
    mean = math.fsum(wide / N) if wide.max() > 1 else math.fsum(wide) / N
    return losses.dtype.type(mean)
