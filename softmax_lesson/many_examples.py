"""Step 6: the mean loss of a whole batch and its gradient, in one pass over the examples."""

import collections
import functools
import itertools
import math
import os
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from softmax_lesson import arguments
from softmax_lesson.scores import scores
from softmax_lesson.stability import quietly

__all__ = ["loss_and_gradient"]

CORES = 1 if sys.platform == "emscripten" else min(os.cpu_count() or 1, 8)  # in a browser: no threads
BLOCK = 2**22  # bytes of X as floats that are worked on at once: they stay in the large cache meanwhile
FEW = 5  # classes: up to here one after the other is quicker, for then BLAS never copies X
NEAR = 2**19  # bytes of X that are multiplied at once: they stay in a core's own cache
SMALL, LONG = 450_000, 10_000  # multiplications in a product, columns: OpenBLAS calls no threads up to here


def loss_and_gradient(W, X, y):
    """Return the mean loss of N examples and its derivative, (P - Y)^T X / N.

    P (N, C) are the probabilities, and Y is 1 at each example's correct class and 0 elsewhere. The product
    adds up the N outer products of `derivatives.gradient`; 1 / N makes the sum a mean. X is read once, block
    by block, and never copied; it may be larger than the memory, such as a numpy.memmap. How many cores there
    are changes the time and not one digit: the sum has the same order always.

    Parameters: W (C, D); X (N, D), one example per row; y (N,), labels counted from 0.
    Returns: the loss, a float, and the gradient (C, D) in the floating dtype of W and X together; uint8 X,
    such as pixels, take that of W.
    Raises: TypeError, ValueError for unfit arguments; FloatingPointError when a score overflows.
    Source: equations (2), (4) and (5) of the handout, extended to many examples as it proposes.
    """
    return loss_gradient_and_share(W, X, y)[:2]


@quietly
def loss_gradient_and_share(W, X, y):
    """Return the loss, its derivative and the share of right answers, which the same scores tell.

    Parameters and errors: as those of `loss_and_gradient`. An answer is right where no score is larger than
    the correct class's, and none before it as large.
    """
    W, X = arguments.weights_and_features(W, X, in_blocks=True)
    y = arguments.labels(y, X.shape[:1], classes=len(W))
    W = W.astype(W.dtype if X.dtype == np.uint8 else np.result_type(W, X), copy=False)
    rows, columns = tile_of(W, len(X))
    scores_a_row = 8 * len(W) * -(-W.shape[1] // columns)  # bytes: each strip has its own, to be added up

    def work(block):
        return one_block(W, X[block], y[block], len(y), rows, columns)

    losses, gradient, right = [], np.zeros(W.shape, np.result_type(W, np.float64)), 0
    try:
        for loss, product, count in together(work, blocks_of(X, rows, scores_a_row)):
            losses.append(loss)
            gradient += product
            right += count
    except FloatingPointError:
        scores(W, X)  # slow and careful: says which number it was
        raise
    return math.fsum(losses), gradient.astype(W.dtype, copy=False), right / len(y)


@np.errstate(all="ignore")  # overflow is said below
def one_block(W, X, y, N, rows, columns):
    """Return what some rows add to the mean loss of N examples, to its gradient and to the right answers."""
    X = X.astype(W.dtype, copy=False)
    tiles = tiles_of(X, rows, columns)
    S = scores_in_tiles(W, tiles)
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
    gradient = gradient_in_tiles((P / N).astype(W.dtype), tiles)  # (P - Y)^T X / N
    return -(log_p / N).sum(), gradient, np.count_nonzero(predicted == y)


def scores_in_tiles(W, tiles):
    """Return X W^T of shape (N, C), added up tile by tile."""
    W = W.reshape(*groups_of(len(W)), W.shape[1])
    S = sum(
        (tile @ weights.transpose(2, 0, 3, 1)).sum(axis=1)
        for tile, weights in zip(tiles, strips(W, tiles[0].shape[4]), strict=True)
    )
    return S.swapaxes(1, 2).reshape(-1, W.shape[0] * W.shape[1])


def gradient_in_tiles(B, tiles):
    """Return B^T X of shape (C, D), added up tile by tile, for B (N, C); float16 is added up as float32."""
    D = sum(tile.shape[1] * tile.shape[4] for tile in tiles)
    gradient = np.empty((*groups_of(B.shape[1]), D), np.result_type(B, np.float32))
    B = B.reshape(-1, 1, tiles[0].shape[3], *gradient.shape[:2]).transpose(0, 1, 3, 4, 2)
    for tile, part in zip(tiles, strips(gradient, tiles[0].shape[4]), strict=True):
        part[...] = np.matmul(B, tile, dtype=gradient.dtype).sum(axis=0).transpose(1, 2, 0, 3)
    return gradient.reshape(B.shape[2] * B.shape[3], D)


def groups_of(C):
    """Return how many groups of classes there are, and how many classes in each: few have each its turn."""
    return (C, 1) if C <= FEW else (1, C)


def tile_of(W, N):
    """Return how many rows and columns of X are multiplied at once.

    So few that they stay near and that BLAS calls no threads; the rows with no rest if possible, for that
    would be a block of its own, and four by four; the columns in strips of nearly one width.
    """
    C = groups_of(len(W))[1]
    most = min(NEAR // W[0].nbytes, 1024) if C == 1 else min(math.isqrt(SMALL // C), 100)
    most = max(8, most // 4 * 4)
    by_four, others = range(most, most // 2, -4), range(most, most // 2 - 1, -1)
    rows = next((rows for rows in (*by_four, *others) if N % rows == 0), min(most, N))
    most = max(1, min(SMALL // (rows * C), NEAR // (rows * W.itemsize), LONG))
    return rows, equal_parts(W.shape[1], most)


def equal_parts(whole, most):
    """Return the size of the parts, nearly equal and at most so large, that a whole is cut into."""
    return -(-whole // -(-whole // most))


def tiles_of(X, rows, columns):
    """Return X (N, D) in tiles, shape (N / rows, D / columns, 1, rows, columns), and the rest in others."""
    X = X.reshape(-1, min(rows, len(X)), X.shape[1])
    return [strip.swapaxes(1, 2)[:, :, np.newaxis] for strip in strips(X, columns)]


def strips(A, columns):
    """Return A cut into strips of so many columns, shape (..., strips, columns), and what is left of it."""
    whole, rest = divmod(A.shape[-1], columns)
    cut = [A[..., : whole * columns].reshape(*A.shape[:-1], whole, columns)]
    return cut if rest == 0 else [*cut, A[..., np.newaxis, whole * columns :]]


def blocks_of(X, rows=1, bytes_a_row=0):
    """Return the slices that cut X into blocks of nearly one size, each of so many rows or a multiple.

    Where there would be three or four, there are two: in more, two threads would wait for each other longer
    than they work. What is left of X is a block of its own.
    """
    bytes_a_row = max(bytes_a_row, X.shape[1] * max(X.itemsize, 4))  # uint8 has 4 bytes as a float
    count = -(-len(X) * bytes_a_row // BLOCK)
    size = -(-len(X) // (rows * (2 if count in (3, 4) else count))) * rows
    ends = sorted({*range(0, len(X), size), len(X) - len(X) % rows, len(X)})
    return [slice(*ends) for ends in itertools.pairwise(ends)]


def together(work, parts):
    """Yield work(part) for each part, in order; this thread and the other cores' share the work."""
    done, waiting, following = {}, iter(list(enumerate(parts))), 0

    def help_out():
        try:
            for place, part in waiting:
                done[place] = work(part)
                yield
        finally:
            collections.deque(waiting, maxlen=0)  # after an error or Ctrl-C nobody begins another

    helpers = min(CORES, len(parts)) - 1
    others = [threads(os.getpid()).submit(list, help_out()) for _ in range(helpers)]
    for _ in help_out():
        while following in done:
            yield done.pop(following)
            following += 1
    for other in others:
        other.result()
    yield from (done[place] for place in sorted(done))


@functools.cache
def threads(process):
    """Return the threads of a process: one that is forked from it has none of them, and needs its own."""
    return ThreadPoolExecutor(CORES - 1, thread_name_prefix="many_examples")
