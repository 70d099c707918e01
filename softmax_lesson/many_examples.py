"""Step 6: the mean loss of a whole batch and its gradient, without a loop."""

import numpy as np

from softmax_lesson import arguments
from softmax_lesson.loss import mean_loss
from softmax_lesson.probabilities import softmax
from softmax_lesson.scores import scores


def loss_and_gradient(W, X, y):
    """Return the mean loss of N examples and its derivative, (P - Y)^T X / N.

    P (N, C) are the probabilities, and Y is 1 at each example's correct class and 0 elsewhere. The product
    adds up the N outer products of `derivatives.gradient`; 1 / N makes the sum a mean.

    Parameters: W (C, D); X (N, D), one example a row; y (N,), labels counted from 0.
    Returns: the loss, a float, and the gradient (C, D) in the floating dtype of W and X together.
    Raises: TypeError, ValueError for unfit arguments; FloatingPointError when a score overflows.
    Source: equations (2), (4) and (5) of the handout, extended to many examples as it proposes.
    """
    W, X = arguments.weights_and_features(W, X)
    y = arguments.labels(y, X.shape[:1], classes=len(W))
    S = scores(W, X)
    P = softmax(S)
    P[np.arange(len(y)), y] -= 1  # one place in each row; P[:, y] would be whole columns
    with np.errstate(all="ignore"):  # nothing can exceed max |X|, but some BLAS libraries warn for no reason
        gradient = (P / len(y)).T @ X
    return float(mean_loss(S, y)), gradient
