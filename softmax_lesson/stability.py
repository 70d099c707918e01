"""Step 2: exp without overflow.

exp(89) is already too large for float32, and exp(12) for float16. Clipping the scores avoids the overflow and
changes the answer; subtracting the largest score avoids it and changes nothing.
"""

import warnings

import numpy as np

from softmax_lesson import arguments

__all__ = ["clip_scores", "logsumexp", "overflow_threshold", "shift_scores"]

# Two scores from opposite ends of a dtype's range differ by more than it can hold. Their difference rounds to
# -inf and its exp to 0: the right answers, so NumPy need not warn.
quietly = np.errstate(over="ignore", under="ignore")


def overflow_threshold(dtype):
    """Return the largest number of a floating dtype whose exp that dtype can still hold.

    float16 11.09, float32 88.72, float64 709.78. A *sum* of several exp overflows sooner.
    Returns: a scalar of that dtype. Raises: TypeError when it is not a floating dtype.
    """
    try:
        with warnings.catch_warnings(action="error"):  # of what NumPy will soon take for no dtype
            kind = np.dtype(dtype) if dtype is not None else None
    except Exception:  # a TypeError, or another error: NumPy publishes no list
        kind = None
    if kind is None or kind.kind != "f":
        came = arguments.shown(dtype)
        raise TypeError(f"dtype: expected a floating dtype such as numpy.float32, got {came}.")
    number = np.log(np.finfo(kind).max)  # rounded, so perhaps a step too far or too short
    with np.errstate(over="ignore"):
        while np.isinf(np.exp(number)):
            number = np.nextafter(number, kind.type(0))
        while np.isfinite(np.exp(above := np.nextafter(number, kind.type(np.inf)))):
            number = above
    return number


def clip_scores(f, limit):
    """Cut every score to -limit..limit: the handout's guard against overflow, and a wrong answer.

    Kept in the lesson to be seen failing: [800, 790, 780] clipped at 700 are three equal scores, and a score
    that was clipped has lost its gradient. `shift_scores` is what to use.

    Parameters: f, scores of any shape, -inf allowed; limit, a number above 0. Returns: f's shape and dtype.
    Raises: TypeError, ValueError for unfit arguments. Source: the handout's first note.
    """
    f = arguments.floats("f", f, minus_infinity=True)
    limit = min(arguments.positive("limit", limit), float(np.finfo(f.dtype).max))
    return np.clip(f, -limit, limit)


@quietly
def shift_scores(f, axis=-1):
    """Subtract the largest score of each row, so that the largest becomes 0 and no exp can overflow.

    exp(f - m) / sum exp(f - m) = exp(f) / sum exp(f) for every m: the probabilities stay what they are.

    Parameters: f, scores (C,), (N, C) or any shape, -inf allowed; axis, the one that counts the classes.
    f may be complex, for `derivatives.complex_step`: imaginary parts up to 0.5.
    Returns: f's shape and dtype, nothing above 0.
    Raises: TypeError, ValueError for unfit arguments, and for a row that has nothing but -inf.
    """
    f, axis = arguments.scores_along(f, axis)
    return f - largest(f, axis)[0]


@quietly
def logsumexp(f, axis=-1):
    """Return log(sum(exp(f))) for each row, for scores of any size.

    With m the largest score, log sum exp(f) = m + log(1 + rest), where rest = sum exp(f - m) over all the
    other classes. log1p(rest) keeps a rest that 1 + rest would round away. Where m and log(1 + rest) nearly
    cancel, as for [-0.7, -0.7], the error is small beside m and not beside the result.

    Parameters: f, scores (C,), (N, C) or any shape, -inf allowed; axis, the one that counts the classes.
    f may be complex, for `derivatives.complex_step`: imaginary parts up to 0.5.
    Returns: f's shape without that axis, f's dtype; -inf for a row that has nothing but -inf.
    Raises: TypeError, ValueError for unfit arguments.
    Source: the shifted algorithm of Blanchard, Higham and Higham (2021), doi 10.1093/imanum/draa038.
    """
    f, axis = arguments.scores_along(f, axis, some_finite=False)
    m, _ = largest(f, axis)
    _, rest = shift_and_rest(f, axis)
    return np.squeeze(m + np.log1p(rest), axis).astype(f.dtype)[()]


def largest(f, axis):
    """Return the largest score of each row and its place along the axis, both with the axis kept."""
    place = f.argmax(axis=axis, keepdims=True)
    return np.take_along_axis(f, place, axis), place


def shift_and_rest(f, axis):
    """Return f - m and rest = sum exp(f - m) over every class but one of the largest, in float64 or wider.

    To be called `quietly`.
    """
    m, place = largest(f, axis)
    shifted = f - np.where(m == -np.inf, 0, m)  # -inf - -inf would be NaN
    others = np.exp(shifted)
    np.put_along_axis(others, place, 0, axis)
    return shifted, others.sum(axis=axis, keepdims=True, dtype=np.result_type(f, np.float64))
