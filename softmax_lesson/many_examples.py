"""Step 6: the mean loss of a whole batch and its gradient, in one pass over the examples."""

import functools
import math
import os
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from softmax_lesson import arguments
from softmax_lesson.scores import scores
from softmax_lesson.stability import quietly, shift_and_rest

__all__ = ["loss_and_gradient"]

BLOCK = 2**22  # bytes of X at once: they are still in the processor's cache when the gradient needs them
FEW = 16  # rows in one small product: for so few, BLAS calls no other threads, which may take longer
CORES = 1 if sys.platform == "emscripten" else min(os.cpu_count() or 1, 8)  # in a browser: no threads


@quietly
def loss_and_gradient(W, X, y):
    """Return the mean loss of N examples and its derivative, (P - Y)^T X / N.

    P (N, C) are the probabilities, and Y is 1 at each example's correct class and 0 elsewhere. The product
    adds up the N outer products of `derivatives.gradient`; 1 / N makes the sum a mean. X is read once, block
    by block, and never copied; it may be larger than the memory, such as a numpy.memmap.

    Parameters: W (C, D); X (N, D), one example per row; y (N,), labels counted from 0.
    Returns: the loss, a float, and the gradient (C, D) in the floating dtype of W and X together; uint8 X,
    such as pixels, take that of W.
    Raises: TypeError, ValueError for unfit arguments; FloatingPointError when a score overflows.
    Source: equations (2), (4) and (5) of the handout, extended to many examples as it proposes.
    """
    W, X = arguments.weights_and_features(W, X, in_blocks=True)
    y = arguments.labels(y, X.shape[:1], classes=len(W))
    W = W.astype(W.dtype if X.dtype == np.uint8 else np.result_type(W, X), copy=False)
    losses, gradient = [], np.zeros(W.shape, np.result_type(W, np.float32))
    try:
        for loss, product in together(lambda rows: one_block(W, X[rows], y[rows], len(y)), blocks_of(X)):
            losses.append(loss)
            gradient += product
    except FloatingPointError:
        scores(W, X)  # slow and careful: says which number it was
        raise
    return math.fsum(losses), gradient.astype(W.dtype, copy=False)


@np.errstate(all="ignore")  # overflow is said below
def one_block(W, X, y, N):
    """Return a block's share of the mean loss of N examples and of its gradient."""
    X = X.astype(W.dtype, copy=False)
    rows = next((n for n in range(FEW, 7, -1) if len(X) % n == 0), len(X))
    X = X.reshape(-1, rows, X.shape[1])  # a stack of few rows each; @ multiplies one after the other
    S = (X @ W.T).reshape(len(y), -1)
    if not np.isfinite(S).all():
        raise FloatingPointError(
            f"W, X: expected scores that {W.dtype.name} can hold, got one that overflows."
        )
    shifted, rest = shift_and_rest(S, axis=1)
    P = np.exp(shifted) / (1 + rest)
    correct = np.arange(len(y)), y  # one place in each row; P[:, y] would be whole columns
    log_p = shifted[correct] - np.log1p(rest[:, 0])  # as in log_softmax
    P[correct] = np.expm1(log_p)  # p - 1, with its digits when p is nearly 1
    slopes = (P / N).astype(W.dtype).reshape(-1, rows, len(W))
    return float(np.sum(-log_p / N)), np.sum(slopes.swapaxes(1, 2) @ X, axis=0)  # (P - Y)^T X / N


def blocks_of(X):
    """Return the slices that cut X into blocks of rows: only one, or enough for the cores to share."""
    count = -(-len(X) * X.shape[1] * max(X.itemsize, 4) // BLOCK)  # uint8 has 4 bytes as a float
    rows = -(-len(X) // (count * FEW)) * FEW if count >= 4 else len(X)
    return [slice(start, start + rows) for start in range(0, len(X), rows)]


def together(work, parts):
    """Return an iterator over work(part) for each part, in order; the processor's cores share the work."""
    if len(parts) == 1 or CORES == 1:
        return map(work, parts)
    return threads(os.getpid()).map(work, parts)


@functools.cache
def threads(process):
    """Return the threads of a process: one that is forked from it has none of them, and needs its own."""
    return ThreadPoolExecutor(CORES, thread_name_prefix="many_examples")
