"""Step 7: a price on large weights, added to the loss. The bias, W's last column, costs nothing.

The bias only says how common a class is; shrinking it would not make the classifier simpler.
"""

import numpy as np

from softmax_lesson import arguments


def l2(W, strength):
    """Return strength / 2 times the sum of the squared weights, and its gradient strength * W.

    The 1/2 cancels the 2 of the derivative. A large weight pays most, so L2 spreads ("diffuses") the weights.

    Parameters: W (C, D), its last column the bias; strength (lambda), 0 or more.
    Returns: the value, a float, and the gradient (C, D), in W's dtype, 0 in the last column.
    Raises: TypeError, ValueError for unfit arguments.
    Source: the handout names L2; the formula is the usual one.
    """
    W = arguments.floats("W", W, (2,), complex_step=True)
    strength = arguments.positive("strength", strength, or_zero=True)
    weights = without_bias(W)
    with np.errstate(over="ignore", under="ignore"):
        value = np.sum(strength * weights * weights) / 2
        return value.item(), (strength * weights).astype(W.dtype)


def l1(W, strength):
    """Return strength times the sum of the weights' sizes, and its gradient strength * sign(W).

    Every weight pays at the same rate, however small, so L1 empties those that are not worth it.
    At 0 the size has a corner and no derivative: sign(0) = 0 is chosen there.

    Parameters: W (C, D), its last column the bias; strength (lambda), 0 or more.
    Returns: the value, a float, and the gradient (C, D), in W's dtype, 0 in the last column.
    Raises: TypeError, ValueError for unfit arguments.
    Source: the handout names L1; the formula is the usual one.
    """
    W = arguments.floats("W", W, (2,))
    strength = arguments.positive("strength", strength, or_zero=True)
    weights = without_bias(W)
    with np.errstate(over="ignore", under="ignore"):
        value = np.sum(strength * abs(weights))
        return value.item(), (strength * np.sign(weights)).astype(W.dtype)


def without_bias(W):
    """Return a copy of W (C, D), in float64 or wider, with 0 in the bias column."""
    weights = W.astype(np.result_type(W, np.float64))
    weights[:, -1] = 0
    return weights
