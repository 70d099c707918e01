"""Step 8: gradient descent. Measure the loss, take a small step downhill, again and again."""

import os

import numpy as np
from tqdm.auto import tqdm

from softmax_lesson import arguments
from softmax_lesson.many_examples import loss_and_gradient
from softmax_lesson.regularisation import l2
from softmax_lesson.stability import quietly
from softmax_lesson.training import standardising
from softmax_lesson.training.measuring import History, accuracy, loss_and_accuracy, of_validation

MOMENTUM = 0.9  # of the velocity, kept from one batch to the next


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
    validation=None, keep_every=1, batch=None, standardise=False, patience=None,
):  # fmt: skip
    """Fit W by gradient descent on mean loss + L2, and return a `History`.

    A step is one move along the gradient of all examples. With `batch`, it is one pass over them in
    batches: a move along the gradient of each, with momentum, and the learning rate falling to 0 along half
    a cosine.

    Parameters: X (N, D), the bias feature last, uint8 stays uint8; y (N,), labels counted from 0; classes,
    how many (else the largest label + 1); learning_rate, above 0; steps, 0 or more; strength of L2, 0 or
    more; seed of the small random W of step 0 and of the order of batches, or start, that W (C, D), or a
    History to go on from, up to `steps` in all; validation, a pair (X, y) to measure but not to learn from;
    keep_every, the steps from one W kept to the next (the last is always kept); batch, how many neighbouring
    rows, their classes mixed; standardise: learn as if each feature had mean 0 and standard deviation 1, and
    pay L2 for those weights; patience: stop when the validation loss found no new minimum in so many steps,
    and keep the W of the minimum, `History.best`.

    A run of seconds shows a progress bar, unless the environment says TQDM_DISABLE=1. Interrupt it
    (KeyboardInterrupt), and it returns what it has learnt.
    Raises: TypeError, ValueError for unfit arguments; FloatingPointError, with the step, when it diverges.
    Source: the handout's gradient descent; momentum: Nesterov (1983), in the form of Sutskever et al. (2013),
    proceedings.mlr.press/v28/sutskever13; the cosine: Loshchilov and Hutter (2017), arXiv 1608.03983.
    """
    X = arguments.floats("X", X, ndim=(2,), in_blocks=True)
    before = start if isinstance(start, History) else None
    W = first_weights(X, y, classes, seed, before.final if before else start)
    arguments.weights_and_features(W, X, in_blocks=True)
    steps = arguments.whole("steps", steps, least=0)
    keep_every = arguments.whole("keep_every", keep_every, least=1)
    learning_rate = arguments.positive("learning_rate", learning_rate)
    batch = None if batch is None else arguments.whole("batch", batch, least=1)
    if patience is not None and arguments.whole("patience", patience, least=1) and validation is None:
        raise ValueError("validation: expected a pair (X, y) to be patient with, got None.")
    if before and (before.validation_loss is None) != (validation is None):
        wish, came = ("None", "a pair") if validation is not None else ("a pair (X, y)", "None")
        raise ValueError(f"validation: expected {wish}, as in the run that start comes from, got {came}.")
    units = (standardising.of_examples if standardise else standardising.as_they_are)(X, W.dtype)
    V = W if start is None else units.standardised(W)  # the random ones are small in the units of V
    V, velocity = before.state if before else (V, np.zeros_like(V))
    path, measured = ({}, []) if before is None else before.unpacked()
    no_bar = bool(os.environ.get("TQDM_DISABLE"))  # tqdm's own switch, which its notebook form overlooks
    todo = range(len(measured), max(steps, len(measured)) + 1)
    bar = tqdm(todo, desc="training", unit="step", delay=2, leave=False, disable=no_bar)
    state, best = (V, velocity), 0
    try:
        for step in bar:
            W = path[step] = units.weights(V)
            penalty, pull = l2(V, strength)
            if batch is None:
                loss, gradient = loss_and_gradient(W, X, y)
                found = loss, penalty, accuracy(W, X, y)
            else:
                loss, share = loss_and_accuracy(W, X, y)
                found = loss, penalty, share
            if not np.isfinite(loss + penalty):
                raise FloatingPointError(f"the loss is {loss:.3g} and its penalty {penalty:.3g}.")
            measured.append(found if validation is None else (*found, *of_validation(W, validation)))
            state = V, velocity
            if patience:
                best = min(range(len(measured)), key=lambda t: measured[t][3])
            for old in [t for t in path if t % keep_every and t != step and not (patience and t == best)]:
                del path[old]
            if step == steps or (patience and step - best >= patience):
                break
            if batch is None:
                V = descent_step(V, units.gradient(gradient) + pull, learning_rate)
            else:
                draw, rate = np.random.default_rng((seed, step)), (learning_rate, step, steps)
                V, velocity = one_pass(V, velocity, units, X, y, strength, batch, rate, draw)
    except FloatingPointError as overflow:
        hint = f"Try a learning_rate below {learning_rate:g}, or smaller features."
        raise FloatingPointError(f"training diverged at step {step}: {overflow} {hint}") from None
    except KeyboardInterrupt:
        if not measured:
            raise
    path.pop(len(measured), None)  # reached, but interrupted before it was measured
    history = np.array(measured).T
    none = [None] * (5 - len(history))
    return History(np.stack(list(path.values())), np.array(list(path)), *history, *none, state)


def one_pass(V, velocity, units, X, y, strength, batch, rate, draw):
    """Return V and its velocity after one move for each batch, the batches in a new order.

    Each move looks at the slope where the velocity is about to lead, not where V stands.
    """
    highest, done, passes = rate
    starts = draw.permutation(np.arange(0, len(y), batch))
    for count, start in enumerate(starts):
        now = highest * (1 + np.cos(np.pi * (done + count / len(starts)) / passes)) / 2
        ahead = V + MOMENTUM * velocity
        rows = slice(start, start + batch)
        gradient = units.gradient(loss_and_gradient(units.weights(ahead), X[rows], y[rows])[1])
        velocity = (MOMENTUM * velocity - now * (gradient + l2(ahead, strength)[1])).astype(V.dtype)
        V = V + velocity
        if not np.isfinite(V).all():
            raise FloatingPointError(f"W: got a weight that {V.dtype.name} cannot hold.")
    return V, velocity


def first_weights(X, y, classes=None, seed=0, start=None):
    """Return `start` when there is one, else small random weights, in a dtype that suits X."""
    if start is None:
        classes = arguments.labels(y, X.shape[:1]).max() + 1 if classes is None else classes
        classes = arguments.whole("classes", classes, least=1)
        draw = np.random.default_rng(arguments.whole("seed", seed, least=0))
        dtype = np.float32 if X.dtype == np.uint8 else X.dtype
        return (0.001 * draw.standard_normal((classes, X.shape[1]))).astype(dtype)
    W = arguments.floats("start", start, ndim=(2,))
    if classes not in (None, len(W)):
        raise ValueError(f"classes: expected {len(W)}, one for each row of start, got {classes}.")
    return W
