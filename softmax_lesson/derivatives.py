"""Step 5: the derivative of one example's loss with respect to W, by formula and by two checks.

For every class k and feature d: dL / dw_kd = (p_k - 1[k = y]) x_d. A step downhill pushes x into the correct
class's row of W and pulls it from all the others. The rows of the gradient add up to 0.
"""

import numpy as np

from softmax_lesson import arguments
from softmax_lesson.probabilities import log_softmax, softmax
from softmax_lesson.scores import scores
from softmax_lesson.stability import quietly

MOST_CHECKED = 100_000  # elements of W: each costs a copy of all of them
__all__ = ["central_difference", "complex_step", "element", "gradient", "row"]


def element(W, x, y, k, d):
    """Return one derivative, dL / dw_kd = (p_k - 1[k = y]) x_d.

    Parameters: W (C, D), x (D,), y the correct class, k a class, d a feature, each counted from 0.
    Returns: one number in the arguments' floating dtype.
    Raises: TypeError, ValueError for unfit arguments; FloatingPointError when a score overflows.
    Source: one line of equation (4) when k is the correct class, one line of (5) when it is not.
    """
    slopes = row(W, x, y, k)
    return slopes[arguments.whole("d", d, least=0, most=len(slopes) - 1)]


@quietly
def row(W, x, y, k):
    """Return the derivatives with respect to row k of W, (p_k - 1[k = y]) x.

    Parameters: W (C, D), x (D,), y the correct class, k a class, both counted from 0.
    Returns: (D,) in the arguments' floating dtype.
    Raises: TypeError, ValueError for unfit arguments; FloatingPointError when a score overflows.
    Source: equation (4) when k is the correct class, (5) when it is not; row 3 is the handout's exercise.
    """
    W, x = arguments.weights_and_features(W, x, "x", ndim=(1,))
    y = arguments.labels(y, (), classes=len(W))
    k = arguments.whole("k", k, least=0, most=len(W) - 1)
    return score_slopes(scores(W, x), y)[k] * x


@quietly
def gradient(W, x, y):
    """Return all derivatives at once: the outer product of (p - 1[y]) and x.

    Parameters: W (C, D), x (D,), y the correct class counted from 0.
    Returns: (C, D), like W, in the arguments' floating dtype.
    Raises: TypeError, ValueError for unfit arguments; FloatingPointError when a score overflows.
    Source: equations (4) and (5) of the handout, and the row it leaves out.
    """
    W, x = arguments.weights_and_features(W, x, "x", ndim=(1,))
    y = arguments.labels(y, (), classes=len(W))
    return np.outer(score_slopes(scores(W, x), y), x)


def score_slopes(f, y):
    """Return the derivatives of the loss with respect to the scores, p - 1[y], for f (C,) and its label y.

    p_y - 1 is computed from log p_y: with p_y = 1 - 1e-20, which rounds to 1, the difference would be 0.
    """
    slopes = softmax(f)
    slopes[y] = np.expm1(log_softmax(f)[y])  # p_y - 1
    return slopes


def central_difference(function, W, h=1e-5):
    """Return (function(W + h) - function(W - h)) / 2h for each element of W in turn.

    Good to about 10 digits: a larger h misses the curve's bend, a smaller h loses digits in the subtraction.

    Parameters: function, takes an array like W and returns one real number; W, any shape; h, a step above 0.
    Returns: W's shape, always in float64: a check should have more digits than what it checks.
    Raises: TypeError, ValueError for unfit arguments, for a step so small that it is rounded away or so large
    that W + h or 2h overflows, and for a function that returns anything but one finite real number. What the
    function itself raises goes through.
    """
    W = _to_be_checked(W)
    h = arguments.positive("h", h)
    slopes = np.empty(W.shape)
    for place in np.ndindex(W.shape):
        above, below = W.copy(), W.copy()
        with np.errstate(over="ignore"):  # said below
            above[place] += h
            below[place] -= h
            width = above[place] - below[place]  # 2h, as rounding left it
        if width == 0:
            raise ValueError(f"h: expected a step that changes {W[place]:g}, got {h:g}: it is rounded away.")
        if not np.isfinite(width):
            raise ValueError(f"h: expected a step with which W + h, W - h and 2h are finite, got {h:g}.")
        rise = _one_number(function, above) - _one_number(function, below)
        slopes[place] = rise / width
    return slopes


def complex_step(function, W):
    """Return imag(function(W + ih)) / h for each element of W in turn, with h = 1e-30.

    Nothing is subtracted, so no digits are lost: right to the last digit or two. The function must be made of
    smooth steps that take complex numbers, as the scores, softmax, loss and L2 of this package are.

    Parameters: function, takes a complex array like W and returns one complex number; W, any shape, real.
    Returns: W's shape, in float64.
    Raises: TypeError, ValueError for unfit arguments, and for a function that returns anything but one finite
    complex number: abs, float and .real lose the imaginary part, which carries the answer.
    Source: Squire and Trapp (1998), doi 10.1137/S003614459631241X.
    """
    W = _to_be_checked(W).astype(np.complex128)
    slopes = np.empty(W.shape)
    for place in np.ndindex(W.shape):
        stepped = W.copy()
        stepped[place] += 1e-30j
        slopes[place] = _one_number(function, stepped, is_complex=True).imag / 1e-30
    return slopes


def _to_be_checked(W):
    """Return W in float64, when it is small enough for a check of each of its elements."""
    W = arguments.float64s("W", W)
    if W.size > MOST_CHECKED:
        raise ValueError(f"W: expected at most {MOST_CHECKED:,} numbers to check, got shape {W.shape}.")
    return W


def _one_number(function, W, is_complex=False):
    """Return function(W), when it is one finite number of the kind asked for."""
    if not callable(function):
        raise TypeError(f"function: expected a function of W, got {type(function).__name__}.")
    result = function(W)
    several = isinstance(result, tuple | list | dict)
    number = None if several else arguments.as_array("function", result, "one number back")
    if several or number.ndim:
        shape = f" of shape {result.shape}" if isinstance(result, np.ndarray) else ""
        raise TypeError(f"function: expected one number back, got {type(result).__name__}{shape}.")
    kind = number.dtype.kind
    if kind not in "fiuc":
        raise TypeError(f"function: expected one number back, got {type(result).__name__}.")
    if is_complex and kind != "c":
        raise TypeError(
            "function: expected a complex number back, got a real one: the imaginary part got lost."
        )
    if kind == "c" and not is_complex:
        raise TypeError(f"function: expected a real number back, got {result}.")
    if not np.isfinite(result):
        raise ValueError(f"function: expected a finite number back, got {result}.")
    return result
