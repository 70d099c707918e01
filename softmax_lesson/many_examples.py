"""Step 6: the mean loss of a whole batch and its gradient, in one pass over the examples."""

import collections
import contextlib
import functools
import itertools
import math
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from softmax_lesson import arguments
from softmax_lesson.scores import scores
from softmax_lesson.stability import quietly

__all__ = ["loss_and_gradient"]

OWN_CACHE = Path("/sys/devices/system/cpu/cpu0/cache/index2/size")  # where Linux tells it: "1024K"
CORES = 1 if sys.platform == "emscripten" else min(os.cpu_count() or 1, 8)  # in a browser: no threads
SHARES, SHARE = 32, 2**21  # what the cores are given: as many shares at most, each of so many bytes at least
SMALL = 10**6  # multiplications in one product: up to here OpenBLAS neither copies X nor calls other threads
DESK = threading.local()  # what each thread works on
PIECE = 2**22  # bytes of X as floats, for those who only want to be done with X bit by bit


# The large cache is shared, on a rented machine with strangers, and a core may get little of it.
# Blocks smaller than this would be nearer still, but then Python's part of the work shows.
def block_size(own_cache=OWN_CACHE):
    """Return how many bytes of X are worked on at once: three times the cache of one core, or about 3 MB."""
    cache = 2**20
    with contextlib.suppress(OSError, ValueError):
        cache = 1024 * int(own_cache.read_text().rstrip("K\n"))
    return min(max(3 * cache, 2**20), 2**22)


BLOCK = block_size()


@quietly
def loss_and_gradient(W, X, y):
    """Return the mean loss of N examples and its derivative, (P - Y)^T X / N.

    P (N, C) are the probabilities, and Y is 1 at each example's correct class and 0 elsewhere. The product
    adds up the N outer products of `derivatives.gradient`; 1 / N makes the sum a mean. X is read once, block
    by block, and never copied; it may be larger than the memory, such as a numpy.memmap. How large a block
    is, and how many cores there are, changes the time and not one digit: the sum has the same order always.

    Parameters: W (C, D); X (N, D), one example per row; y (N,), labels counted from 0.
    Returns: the loss, a float, and the gradient (C, D) in the floating dtype of W and X together; uint8 X,
    such as pixels, take that of W.
    Raises: TypeError, ValueError for unfit arguments; FloatingPointError when a score overflows.
    Source: equations (2), (4) and (5) of the handout, extended to many examples as it proposes.
    """
    return loss_gradient_and_share(W, X, y)[:2]


@quietly
def loss_gradient_and_share(W, X, y):
    """Return the same and the share of examples whose largest score is the correct class's: it is at hand."""
    W, X = arguments.weights_and_features(W, X, in_blocks=True)
    y = arguments.labels(y, X.shape[:1], classes=len(W))
    W = W.astype(W.dtype if X.dtype == np.uint8 else np.result_type(W, X), copy=False)
    rows = rows_at_once(W, len(X))

    def work(share):
        return one_share(W, X[share], y[share], len(y), rows)

    losses, gradient, right = [], np.zeros(W.shape, np.result_type(W, np.float32)), 0
    try:
        for loss, product, count in together(work, shares_of(W, X, rows)):
            losses.append(loss)
            gradient += product
            right += count
    except FloatingPointError:
        scores(W, X)  # slow and careful: says which number it was
        raise
    return math.fsum(losses), gradient.astype(W.dtype, copy=False), right / len(y)


@np.errstate(all="ignore")  # overflow is said below
def one_share(W, X, y, N, rows):
    """Return a share's part of the mean loss of N examples and of its gradient, a block at a time.

    Also how many of its examples get the right class.
    """
    stacks = max(1, min(BLOCK // (rows * W[0].nbytes), BLOCK // W.nbytes))  # of rows, and of products
    block = rows * stacks
    products = desk(1 + min(stacks, -(-len(X) // rows)), W.shape, np.result_type(W, np.float32))
    products[0] = 0  # the sum of the others so far
    losses, right = np.empty(len(y)), 0
    rest = len(X) % rows
    ends = sorted({*range(0, len(X), block), len(X) - rest, len(X)})
    for start, end in itertools.pairwise(ends):
        here = slice(start, end)
        some = products[: 1 + -(-(end - start) // rows)]
        losses[here], count = one_block(W, X[here], y[here], N, some)
        right += count
    return float(losses.sum()), products[0].copy(), right


def one_block(W, X, y, N, products):
    """Return each row's share of the mean loss of N examples, and how many rows get the right class; add
    that of the gradient to products[0]."""
    X = X.astype(W.dtype, copy=False)
    X = X.reshape(len(products) - 1, -1, X.shape[1])  # few rows each; @ multiplies one after the other
    S = (X @ W.T).reshape(len(y), -1)
    if not np.isfinite(S).all():
        raise FloatingPointError(
            f"W, X: expected scores that {W.dtype.name} can hold, got one that overflows."
        )
    row, predicted = np.arange(len(y)), S.argmax(axis=1)
    largest, correct = (row, predicted), (row, y)  # one place in each row; S[:, y]: whole columns
    S -= S[largest][:, np.newaxis]
    P = np.exp(S, dtype=np.result_type(S, np.float64))
    P[largest] = 0
    rest = P.sum(axis=1)  # of all other classes: log1p keeps its digits
    P[largest] = 1
    P /= 1 + rest[:, np.newaxis]
    log_p = S[correct] - np.log1p(rest)  # as in log_softmax
    P[correct] = np.expm1(log_p)  # p - 1, with its digits when p is nearly 1
    slopes = (P / N).astype(W.dtype).reshape(*X.shape[:2], len(W))
    np.matmul(slopes.swapaxes(1, 2), X, out=products[1:])
    products[0] = products.sum(axis=0)  # (P - Y)^T X / N
    return -log_p / N, np.count_nonzero(predicted == y)


def desk(count, shape, dtype):
    """Return this thread's place for so many products: the same one each time, for new memory is slow."""
    have = getattr(DESK, "products", np.empty(0))
    if have.shape[1:] != shape or have.dtype != dtype or len(have) < count:
        have = DESK.products = np.empty((count, *shape), dtype)
    return have[:count]


def rows_at_once(W, N):
    """Return how many rows of X are multiplied at once: a small product, and if possible no rest of N."""
    most = min(max(8, SMALL // W.size), 1024, N)
    return next((rows for rows in range(most, most // 2, -1) if N % rows == 0), most)


def shares_of(W, X, rows):
    """Return the slices of X that the cores are given: 1, 2, 4, ... of nearly one size."""
    count = 1
    while count < SHARES and 2 * count * SHARE <= len(X) * W[0].nbytes:
        count *= 2
    size = -(-len(X) // (count * rows)) * rows
    return [slice(start, start + size) for start in range(0, len(X), size)]


def blocks_of(X):
    """Return the slices that cut X into blocks of rows: only one, or enough for the cores to share."""
    count = -(-len(X) * X.shape[1] * max(X.itemsize, 4) // PIECE)  # uint8 has 4 bytes as a float
    rows = -(-len(X) // (count * 16)) * 16 if count >= 4 else len(X)
    return [slice(start, start + rows) for start in range(0, len(X), rows)]


def together(work, parts):
    """Return work(part) for each part, in order; this thread and the other cores' share the work."""
    results, waiting = [None] * len(parts), iter(list(enumerate(parts)))

    def help_out():
        try:
            for place, part in waiting:
                results[place] = work(part)
        finally:
            collections.deque(waiting, maxlen=0)  # after an error or Ctrl-C nobody begins another

    helpers = min(CORES, len(parts)) - 1
    others = [threads(os.getpid()).submit(help_out) for _ in range(helpers)]
    help_out()
    for other in others:
        other.result()
    return results


@functools.cache
def threads(process):
    """Return the threads of a process: one that is forked from it has none of them, and needs its own."""
    return ThreadPoolExecutor(CORES - 1, thread_name_prefix="many_examples")
