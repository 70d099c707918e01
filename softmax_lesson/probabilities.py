"""Step 3: from scores to probabilities.

exp makes every score positive; dividing by the sum makes them add up to 1. Only differences of scores matter.

Accuracy: with u the unit roundoff of the dtype, every result is within a relative error of
(C + 4 + 2 (max f - min f)) u, results below the smallest normal number aside; the tests compare 50 digits.
This is our own slack on the analysis of Blanchard, Higham and Higham (2021), doi 10.1093/imanum/draa038. The
programs they published with it (higham/logsumexp-softmax-tests) use C + 2 + 2 (max f - min f), to first order
in u, for the largest error of the shifted softmax relative to its largest entry.
"""

import numpy as np

from softmax_lesson import arguments
from softmax_lesson.stability import quietly, shift_and_rest, shift_scores

__all__ = ["log_softmax", "softmax"]


@quietly
def softmax(f, axis=-1):
    """Return the probability of each class, p = exp(f) / sum(exp(f)).

    Parameters: f, scores (C,), (N, C) or any shape, -inf allowed; axis, the one that counts the classes.
    f may be complex, for `derivatives.complex_step`: imaginary parts up to 0.5.
    Returns: f's shape and dtype, integers become float64; each row adds up to 1, and -inf has probability 0.
    Raises: TypeError, ValueError for unfit arguments, and for a row that has nothing but -inf.
    Source: the handout's exp(f) / sum exp(f), with the scores shifted first.
    """
    powers = np.exp(shift_scores(f, axis))
    total = powers.sum(axis=axis, keepdims=True, dtype=np.result_type(powers, np.float64))
    return (powers / total).astype(powers.dtype)


@quietly
def log_softmax(f, axis=-1):
    """Return the logarithm of each probability, log p = f - log(sum(exp(f))).

    Not log(softmax(f)): that is log(0) for an unlikely class, and 0 too soon for one that is nearly certain.
    With m the largest score, log p = (f - m) - log(1 + rest): see `logsumexp`.

    Parameters: f, scores (C,), (N, C) or any shape, -inf allowed; axis, the one that counts the classes.
    f may be complex, for `derivatives.complex_step`: imaginary parts up to 0.5.
    Returns: f's shape and dtype, nothing above 0; -inf where f is -inf.
    Raises: TypeError, ValueError for unfit arguments, and for a row that has nothing but -inf.
    Source: inside equation (2) of the handout.
    """
    f, axis = arguments.scores_along(f, axis)
    shifted, rest = shift_and_rest(f, axis)
    return (shifted - np.log1p(rest)).astype(f.dtype)
