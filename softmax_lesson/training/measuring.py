"""Step 8, its first half: how good is W?"""

import numpy as np

from softmax_lesson import arguments
from softmax_lesson.loss import mean_loss
from softmax_lesson.many_examples import blocks_of, together
from softmax_lesson.scores import scores


def predict(W, X):
    """Return the class with the highest score, the first of a tie: (N,) for X (N, D), one number for (D,).

    Raises: what `scores` raises.
    """
    return scores_in_blocks(W, X).argmax(axis=-1)


def accuracy(W, X, y):
    """Return the share of examples, 0 to 1, that get the right class.

    Parameters: W (C, D); X (N, D) and y (N,), labels counted from 0, or X (D,) and one label.
    Raises: TypeError, ValueError for unfit arguments; FloatingPointError when a score overflows.
    """
    W = arguments.floats("W", W, (2,))
    predicted = predict(W, X)
    return float(np.mean(predicted == arguments.labels(y, predicted.shape, classes=len(W))))


def scores_in_blocks(W, X):
    """Return scores(W, X) without a copy of X: uint8 rows become float block by block, in W's dtype."""
    W, X = arguments.weights_and_features(W, X, ndim=(1, 2), in_blocks=True)
    if X.dtype != np.uint8 or X.ndim == 1:
        return scores(W, X)

    def of_block(rows):
        return scores(W, X[rows].astype(W.dtype))

    return np.concatenate(list(together(of_block, blocks_of(X))))


def loss_and_accuracy(W, X, y):
    """Return the mean loss and the accuracy of W on the examples X (N, D) and y (N,)."""
    S = scores_in_blocks(W, X)
    return float(mean_loss(S, y)), float(np.mean(S.argmax(axis=1) == y))


def of_validation(W, examples):
    """Return the same for a pair (X, y), and say that it is the validation where they are unfit."""
    if not isinstance(examples, tuple | list) or len(examples) != 2:
        raise TypeError(f"validation: expected a pair (X, y), got {type(examples).__name__}.")
    try:
        return loss_and_accuracy(W, *examples)
    except (TypeError, ValueError, FloatingPointError) as error:
        raise type(error)(f"validation: {error}") from None
