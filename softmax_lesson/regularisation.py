"""Step 7: a price on large weights, added to the loss. The bias, W's last column, costs nothing.

The bias only says how common a class is; shrinking it would not make the classifier simpler.
"""

import math

import numpy as np

from softmax_lesson import arguments
from softmax_lesson.many_examples import loss_and_gradient
from softmax_lesson.probabilities import softmax

__all__ = ["l1", "l2", "lambda_path"]

BLOCK = 10  # examples at once in lambda_path
MOST_STRENGTHS = 1000


def l2(W, strength):
    """Return strength / 2 times the sum of the squared weights, and its gradient strength * W.

    The 1/2 cancels the 2 of the derivative. A large weight pays most, so L2 spreads ("diffuses") the weights.

    Parameters: W (C, D), its last column the bias, complex for `derivatives.complex_step`; strength (lambda),
    0 or more.
    Returns: the value, a float, and the gradient (C, D), in W's dtype, 0 in the last column; inf where they
    are too large to hold.
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
    Returns: the value, a float, and the gradient (C, D), in W's dtype, 0 in the last column; inf where they
    are too large to hold.
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


def lambda_path(X, y, strengths, tolerance=1e-5):
    """Return the best W for each strength of L2: where mean loss + penalty is smallest, run to convergence.

    For each strength there is one such W. Meant for some hundred examples, 16,384 at most: N x N numbers are
    kept.

    Parameters: X (N, D), its last column the constant 1; y (N,), labels counted from 0, each class at least
    once; strengths (K,), each above 0; tolerance: a search ends when the gradient, with the examples centred,
    is shorter than tolerance times the strength or 1, the smaller of them. The weights are then within about
    tolerance of the best ones.
    Returns: the weights (K, C, D) and the lengths (K,) of the gradients of loss + penalty there, in float64.
    Raises: TypeError, ValueError for unfit arguments, and for a strength too weak for a search to end.
    """
    X = arguments.float64s("X", X, (2,))
    if len(X) ** 2 > arguments.MOST:
        raise ValueError(f"X: expected at most {math.isqrt(arguments.MOST):,} examples, got {len(X):,}.")
    if np.any(X[:, -1] != 1):
        raise ValueError("X: expected a last column of 1 for the bias, got other numbers. See add_bias(X).")
    y = arguments.labels(y, X.shape[:1])
    counts = np.bincount(np.minimum(y, len(y)))  # a label of N or more is one too many, whatever it is
    if 0 in counts:
        raise ValueError(f"y: expected each label from 0 to {y.max()}, got none of class {counts.argmin()}.")
    strengths = above_0(strengths)
    tolerance = arguments.positive("tolerance", tolerance)
    with np.errstate(all="ignore"):  # overflow is said below
        centre = X[:, :-1].mean(axis=0)
        Z, basis = coordinates(X[:, :-1] - centre)
    within_reach(strengths, tolerance, Z)
    best = descend(Z, np.eye(len(counts))[y], strengths, tolerance)
    weights = best[:, :, :-1] @ basis
    bias = best[:, :, -1:] - weights @ centre[:, None]  # the bias pays nothing, so it can undo the centring
    path = np.concatenate([weights, bias], axis=2)
    slopes = []
    for W, strength in zip(path, strengths, strict=True):
        _, gradient = loss_and_gradient(W, X, y)
        _, pull = l2(W, strength)
        slopes.append(gradient + pull)
    return path, np.linalg.norm(slopes, axis=(1, 2))


def above_0(strengths):
    """Return strengths as an array (K,), each a finite number above 0."""
    strengths = arguments.as_array("strengths", strengths, "numbers above 0")
    if not 0 < strengths.size <= MOST_STRENGTHS:
        raise ValueError(f"strengths: expected 1 to {MOST_STRENGTHS:,} numbers, got {strengths.size:,}.")
    return np.array([arguments.positive("strengths", strength) for strength in strengths.flat])


def within_reach(strengths, tolerance, Z):
    """Refuse a gradient as short as rounding never leaves it: the search for it would not end."""
    least = 1e-16 * max(1, np.abs(Z).max())
    weakest = min(strengths.min(), 1)
    if weakest < 1 and 1e-5 * weakest < least:
        raise ValueError(f"strengths: expected {1e5 * least:.2g} or more for this X, got {weakest:g}.")
    if tolerance * weakest < least:
        raise ValueError(f"tolerance: expected {least / weakest:.2g} or more, got {tolerance:g}.")


def coordinates(X):
    """Return centred examples (N, D) as coordinates Z (N, R + 1), the last of them 1, and their basis (R, D).

    The best weights are sums of examples, so the R < N directions of the examples are all that is needed. The
    basis is orthonormal, and the columns of Z are at right angles to each other, too.
    """
    products = X @ X.T
    if not np.isfinite(products).all():
        raise ValueError("X: expected features whose squares float64 can hold, got some that overflow.")
    squares, turn = np.linalg.eigh(products)
    kept = squares > 1e-10 * squares[-1]
    sizes, turn = np.sqrt(squares[kept]), turn[:, kept]
    return np.column_stack([turn * sizes, np.ones(len(X))]), (turn / sizes).T @ X


def descend(Z, Y, strengths, tolerance, most=50_000):
    """Return the best weights (K, C, R + 1) for Z (N, R + 1); Y (N, C) is 1 at each example's correct class.

    Descent on all K strengths at once, with two helpers. Each direction has a step of its own: along it the
    loss bends by at most sum z^2 / 2N (Boehning 1992, Ann. Inst. Statist. Math. 44, 197). And there is
    momentum, which starts afresh when it leads uphill (O'Donoghue and Candes, doi 10.1007/s10208-013-9150-3).
    """
    (N, features), C = Z.shape, Y.shape[1]
    bend = np.sum(Z**2, axis=0) / (2 * N)
    price = np.repeat(strengths[:, None, None], features, axis=2)  # (K, 1, R + 1)
    price[:, :, -1] = 0  # the bias
    # Small blocks of examples: a large product is shared among threads, and on a busy machine their hand-over
    # takes longer than the product. The rows of 0 that fill the last block add nothing.
    Z, Y = blocks_with_zeros(Z), blocks_with_zeros(Y)[:, :, None]
    best = np.zeros((len(strengths), C, features))
    V, ahead, age = best, best, np.zeros((len(best), 1, 1))
    going = np.arange(len(best))  # the strengths whose search goes on
    for _ in range(most):
        gradient = mean_slopes(ahead, Z, Y, N) + price * ahead
        left = np.linalg.norm(gradient, axis=(1, 2)) > tolerance * np.minimum(strengths[going], 1)
        best[going[~left]] = ahead[~left]
        if not left.any():
            return best
        going, V, ahead, age = going[left], V[left], ahead[left], age[left]
        price, gradient = price[left], gradient[left]
        after = ahead - gradient / (bend + price)
        downhill = np.sum(gradient * (after - V), axis=(1, 2), keepdims=True) < 0
        age = np.where(downhill, age + 1, 0)
        V, ahead = after, after + age / (age + 3) * (after - V)
    raise ValueError(f"strengths: {strengths[going].min():g} is too weak for a search of {most:,} steps.")


def blocks_with_zeros(A):
    """Return the rows of A (N, M) in blocks (B, BLOCK, M), the last one filled with rows of 0."""
    filled = np.append(A, np.zeros((-len(A) % BLOCK, A.shape[1])), axis=0)
    return filled.reshape(-1, BLOCK, A.shape[1])


def mean_slopes(W, Z, Y, N):
    """Return the gradients (K, C, R + 1) of the mean loss of N examples, for K weights at once."""
    S = Z @ W.reshape(-1, W.shape[2]).T  # (B, BLOCK, K C)
    P = softmax(S.reshape(*Z.shape[:2], -1, W.shape[1]))  # (B, BLOCK, K, C)
    slope = (P - Y).reshape(S.shape)
    return np.sum(slope.swapaxes(1, 2) @ Z, axis=0).reshape(W.shape) / N
