"""Step 8, its first half: how good is W, and what did a training run do?"""

from dataclasses import dataclass

import numpy as np

from softmax_lesson import arguments
from softmax_lesson.loss import mean_loss
from softmax_lesson.many_examples import blocks_of, together
from softmax_lesson.scores import scores


@dataclass(frozen=True, eq=False, repr=False)
class History:
    """What a training run of T steps did; step 0 is before the first move.

    `loss` (T + 1,) is the mean of -log P(y) over the training examples, `penalty` (T + 1,) what L2 adds to
    it, `accuracy` (T + 1,) the share of examples that get the right class. The two of validation are the same
    for examples that were not learnt from, or None. `weights` (K, C, D) are the W of `steps` (K,). `state` is
    what `train` needs to go on: the last W in the units it learns in, and its velocity.
    """

    weights: np.ndarray
    steps: np.ndarray
    loss: np.ndarray
    penalty: np.ndarray
    accuracy: np.ndarray
    validation_loss: np.ndarray | None = None
    validation_accuracy: np.ndarray | None = None
    state: tuple[np.ndarray, np.ndarray] | None = None

    @property
    def final(self):
        """The last W (C, D)."""
        return self.weights[-1]

    @property
    def best(self):
        """The W (C, D), of those kept, with the smallest validation loss; without validation the last."""
        if self.validation_loss is None:
            return self.final
        return self.weights[self.validation_loss[self.steps].argmin()]

    def unpacked(self):
        """Return what `train` goes on from: the kept W by their step, and the measured rows but the last."""
        columns = self.loss, self.penalty, self.accuracy, self.validation_loss, self.validation_accuracy
        rows = list(zip(*(column for column in columns if column is not None), strict=True))
        return dict(zip(self.steps.tolist(), self.weights, strict=True)), rows[:-1]

    def __repr__(self):
        """Tell the run in one line."""
        line = f"History of {len(self.loss) - 1} steps: loss {self.loss[0]:.4g} to {self.loss[-1]:.4g}"
        for name, share in ("accuracy", self.accuracy), ("validation accuracy", self.validation_accuracy):
            line += "" if share is None else f", {name} {share[0]:.1%} to {share[-1]:.1%}"
        return line


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
    predicted = predict(W, X)
    return float(np.mean(predicted == arguments.labels(y, predicted.shape, classes=len(W))))


def scores_in_blocks(W, X):
    """Return scores(W, X) without a copy of X: uint8 rows become float block by block, in W's dtype."""
    W, X = arguments.weights_and_features(W, X, ndim=(1, 2), in_blocks=True)
    if X.dtype != np.uint8 or X.ndim == 1:
        return scores(W, X)
    return np.concatenate(list(together(lambda rows: scores(W, X[rows].astype(W.dtype)), blocks_of(X))))


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
    except (TypeError, ValueError) as error:
        raise type(error)(f"validation: {error}") from None
