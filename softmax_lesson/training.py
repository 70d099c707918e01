"""Step 8: gradient descent. Measure the loss, take a small step downhill, again and again."""

import os
from dataclasses import dataclass

import numpy as np
from tqdm.auto import tqdm

from softmax_lesson import arguments
from softmax_lesson.loss import mean_loss
from softmax_lesson.many_examples import loss_and_gradient
from softmax_lesson.regularisation import l2
from softmax_lesson.scores import scores
from softmax_lesson.stability import quietly


@dataclass(frozen=True, eq=False, repr=False)
class History:
    """What a training run of T steps did; step 0 is before the first move.

    `loss` (T + 1,) is the mean of -log P(y) over the training examples, `penalty` (T + 1,) what L2 adds to
    it, `accuracy` (T + 1,) the share of examples that get the right class. The two of validation are the same
    for examples that were not learnt from, or None. `weights` (K, C, D) are the W of `steps` (K,).
    """

    weights: np.ndarray
    steps: np.ndarray
    loss: np.ndarray
    penalty: np.ndarray
    accuracy: np.ndarray
    validation_loss: np.ndarray | None = None
    validation_accuracy: np.ndarray | None = None

    @property
    def final(self):
        """The last W (C, D)."""
        return self.weights[-1]

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
    return scores(W, X).argmax(axis=-1)


def accuracy(W, X, y):
    """Return the share of examples, 0 to 1, that get the right class.

    Parameters: W (C, D); X (N, D) and y (N,), labels counted from 0, or X (D,) and one label.
    Raises: TypeError, ValueError for unfit arguments; FloatingPointError when a score overflows.
    """
    predicted = predict(W, X)
    return float(np.mean(predicted == arguments.labels(y, predicted.shape, classes=len(W))))


@quietly
def descent_step(W, gradient, learning_rate):
    """Return W - learning_rate * gradient: one step downhill, as steep as the slope.

    Parameters: W (C, D); gradient (C, D); learning_rate, above 0.
    Raises: TypeError, ValueError for unfit arguments; FloatingPointError when a weight overflows.
    Source: the handout's gradient descent.
    """
    W, gradient = arguments.floats("W", W), arguments.floats("gradient", gradient)
    if W.shape != gradient.shape:
        raise ValueError(f"gradient: expected the shape of W, {W.shape}, got {gradient.shape}.")
    W = W - arguments.positive("learning_rate", learning_rate) * gradient
    if not np.isfinite(W).all():
        raise FloatingPointError(f"W: expected weights that {W.dtype.name} can hold, got one that overflows.")
    return W


@quietly
def train(
    X, y, *, classes=None, learning_rate=0.02, steps=200, strength=0.01, seed=0, start=None,
    validation=None, keep_every=1,
):  # fmt: skip
    """Fit W to all examples at once, by plain gradient descent on mean loss + L2, and return a `History`.

    Parameters: X (N, D), the bias feature last; y (N,), labels counted from 0; classes, how many (else the
    largest label + 1); learning_rate, above 0; steps, 0 or more; strength of L2, 0 or more; seed of the small
    random W of step 0, or start, that W (C, D); validation, a pair (X, y) to measure but not to learn from;
    keep_every, the steps from one W kept to the next (the last is always kept).

    A run of seconds shows a progress bar, unless the environment says TQDM_DISABLE=1. Interrupt it
    (KeyboardInterrupt), and it returns what it has learnt.
    Raises: TypeError, ValueError for unfit arguments; FloatingPointError, with the step, when it diverges.
    Source: the handout's gradient descent.
    """
    X = arguments.floats("X", X, ndim=(2,))
    W = first_weights(X, y, classes, seed, start)
    steps = arguments.whole("steps", steps, least=0)
    keep_every = arguments.whole("keep_every", keep_every, least=1)
    learning_rate = arguments.positive("learning_rate", learning_rate)
    no_bar = bool(os.environ.get("TQDM_DISABLE"))  # tqdm's own switch, which its notebook form overlooks
    bar = tqdm(range(steps + 1), desc="training", unit="step", delay=2, leave=False, disable=no_bar)
    path, measured = {}, []
    try:
        for step in bar:
            path[step] = W
            loss, gradient = loss_and_gradient(W, X, y)
            penalty, pull = l2(W, strength)
            if not np.isfinite(loss + penalty):
                raise FloatingPointError(f"the loss is {loss:.3g} and its penalty {penalty:.3g}.")
            measured.append((loss, penalty, accuracy(W, X, y), *loss_and_accuracy(W, validation)))
            if (step - 1) % keep_every:
                path.pop(step - 1, None)
            W = descent_step(W, gradient + pull, learning_rate) if step < steps else W
    except FloatingPointError as overflow:
        hint = f"Try a learning_rate below {learning_rate:g}, or smaller features."
        raise FloatingPointError(f"training diverged at step {step}: {overflow} {hint}") from None
    except KeyboardInterrupt:
        if not measured:
            raise
    path.pop(len(measured), None)  # reached, but interrupted before it was measured
    weights, steps = np.stack(list(path.values())), np.array(list(path))
    return History(weights, steps, *np.array(measured).T)


def first_weights(X, y, classes=None, seed=0, start=None):
    """Return `start` when there is one, else small random weights, in a dtype that suits X."""
    if start is None:
        classes = arguments.labels(y, X.shape[:1]).max() + 1 if classes is None else classes
        classes = arguments.whole("classes", classes, least=1)
        draw = np.random.default_rng(arguments.whole("seed", seed, least=0))
        return (0.001 * draw.standard_normal((classes, X.shape[1]))).astype(X.dtype)
    W = arguments.floats("start", start, ndim=(2,))
    if classes not in (None, len(W)):
        raise ValueError(f"classes: expected {len(W)}, one for each row of start, got {classes}.")
    return W


def loss_and_accuracy(W, examples):
    """Return the mean loss and the accuracy of W on a pair (X, y); nothing for None."""
    if examples is None:
        return ()
    if not isinstance(examples, tuple | list) or len(examples) != 2:
        raise TypeError(f"validation: expected a pair (X, y), got {type(examples).__name__}.")
    X, y = examples
    return float(mean_loss(scores(W, X), y)), accuracy(W, X, y)
