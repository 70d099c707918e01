"""Step 8: gradient descent. Measure the loss, take a small step downhill, again and again."""

from dataclasses import replace
from itertools import count

import numpy as np

from softmax_lesson import arguments
from softmax_lesson.many_examples import loss_and_gradient, loss_gradient_and_share
from softmax_lesson.regularisation import l2
from softmax_lesson.stability import quietly
from softmax_lesson.training import diverging
from softmax_lesson.training.history import Diary, History
from softmax_lesson.training.measuring import loss_and_accuracy, of_validation
from softmax_lesson.training.starting import Options, first_state, first_weights, to_go_on_with
from softmax_lesson.training.watching import Interrupt, progress_bar

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
    with np.errstate(all="ignore"):  # what overflows is said below
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

    A run of seconds shows a progress bar, unless the environment says TQDM_DISABLE=1. Interrupt it (Ctrl-C,
    Jupyter's square button), and after the move or measurement under way it returns what it has learnt; a
    second interrupt is a KeyboardInterrupt.
    Raises: TypeError, ValueError for unfit arguments; FloatingPointError, with the step, when it diverges.
    Source: the handout's gradient descent; momentum: Nesterov (1983), in the form of Sutskever et al. (2013),
    proceedings.mlr.press/v28/sutskever13; the cosine: Loshchilov and Hutter (2017), arXiv 1608.03983.
    """
    X = arguments.floats("X", X, ndim=(2,), in_blocks=True)
    W = first_weights(X, y, classes, seed, start.final if isinstance(start, History) else start)
    arguments.weights_and_features(W, X, in_blocks=True)  # refuses shapes that do not go together
    y = arguments.labels(y, X.shape[:1], classes=len(W))
    options = Options.checked(
        learning_rate=learning_rate, steps=steps, strength=strength, seed=seed, validation=validation,
        keep_every=keep_every, batch=batch, standardise=standardise, patience=patience,
    )  # fmt: skip
    before = to_go_on_with(start, options) if isinstance(start, History) else None
    diary = Diary(options.keep_every, options.patience, before)
    first_step = diary.step + 1
    with Interrupt() as interrupt, progress_bar(first_step, options.steps) as bar:
        beginning = first_state(X, W, start, options)
        try:
            for state, W, numbers in descent(X, y, beginning, first_step, options, interrupt):
                diary.write(state, W, numbers)
                bar.update(diary.step - bar.n)
                if diary.step >= options.steps or diary.out_of_patience or interrupt.came:
                    break
        except FloatingPointError as overflow:
            nothing_measured = diary.step < first_step
            if nothing_measured and not beginning.batches:
                raise diverging.before_any_move(overflow, first_step, options, X, start, beginning) from None
            raise diverging.after_moves(overflow, diary.step + 1, options) from None
    return diary.history()


def descent(X, y, state, first_step, options, interrupt):
    """Yield the state, W and what is measured there, for each step from the first on, without an end."""
    if options.batch is None:
        walk = all_at_once(X, y, state, options)
    else:
        walk = in_batches(X, y, state, first_step, options, interrupt)
    for state, W, numbers in walk:
        if options.validation is not None:
            numbers += of_validation(W, options.validation)
        yield state, W, numbers


def all_at_once(X, y, state, options):
    """Yield where descent stands and what it measures there; then take a step downhill."""
    V, units = state.V, state.units
    while True:
        W = units.weights(V)
        loss, gradient, share = loss_gradient_and_share(W, X, y)
        penalty, pull = l2(V, options.strength)
        yield replace(state, V=V), W, (loss, penalty, share)
        V = descent_step(V, units.gradient(gradient) + pull, options.learning_rate)


def in_batches(X, y, state, first_step, options, interrupt):
    """Yield where descent stands and what it measures there; then take a step for each batch."""
    if state.batches and first_step <= options.steps:  # the pass in which an earlier run was interrupted
        state = one_pass(X, y, state, first_step - 1, options, interrupt)
    for step in count(first_step):
        W = state.units.weights(state.V)
        loss, share = loss_and_accuracy(W, X, y)
        penalty, _ = l2(state.V, options.strength)
        yield state, W, (loss, penalty, share)
        state = one_pass(X, y, state, step, options, interrupt)


def one_pass(X, y, state, step, options, interrupt):
    """Return the state after one move for each batch, the batches in a new order; an interrupt ends it.

    Each move looks at the slope where the velocity is about to lead, not where V stands.
    """
    V, velocity, units = state.V, state.velocity, state.units
    starts = np.random.default_rng((options.seed, step)).permutation(np.arange(0, len(y), options.batch))
    for done in range(state.batches, len(starts)):
        rows = slice(starts[done], starts[done] + options.batch)
        rate = options.learning_rate * half_a_cosine(step + done / len(starts), options.steps)
        ahead = V + MOMENTUM * velocity
        _, gradient = loss_and_gradient(units.weights(ahead), X[rows], y[rows])
        _, pull = l2(ahead, options.strength)
        velocity = (MOMENTUM * velocity - rate * (units.gradient(gradient) + pull)).astype(V.dtype)
        V = V + velocity
        if not np.isfinite(V).all():
            raise FloatingPointError(f"W: got a weight that {V.dtype.name} cannot hold.")
        if interrupt.came:
            return replace(state, V=V, velocity=velocity, batches=(done + 1) % len(starts))
    return replace(state, V=V, velocity=velocity, batches=0)


def half_a_cosine(done, whole):
    """Return a number that falls from 1 to 0 while what is done grows from 0 to the whole."""
    return (1 + np.cos(np.pi * done / whole)) / 2
