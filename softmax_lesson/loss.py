"""Step 4: how wrong? The loss is the negative logarithm of the probability given to the correct class."""

import numpy as np

from softmax_lesson import arguments
from softmax_lesson.probabilities import log_softmax
from softmax_lesson.stability import quietly


def negative_log_likelihood(f, y):
    """Return the loss of each example, -log P(y), in nats (the natural logarithm).

    Its relative error is small even when the loss is nearly 0: float32 scores [20, 0, 0] and class 0 give
    4.1223e-09. It is inf when the correct class has the score -inf.

    Parameters: f (N, C) scores and y (N,) labels counted from 0, or f (C,) and y one label.
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
    Returns: one number in f's dtype, added up in float64.
    Raises: what `negative_log_likelihood` raises.
    """
    losses = negative_log_likelihood(f, y)
    wide = np.result_type(losses, np.float64)
    shares = losses.astype(wide) / losses.size  # divided first, so that the sum cannot overflow
    return shares.sum().astype(losses.dtype)
