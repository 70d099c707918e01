"""Before the first step: what `train` was told, checked, and where it begins."""

from dataclasses import dataclass

import numpy as np

from softmax_lesson import arguments
from softmax_lesson.training import standardising
from softmax_lesson.training.history import History, State

MOST_STEPS = 10**9  # years, for any data


@dataclass(frozen=True, eq=False)
class Options:
    """How to learn. The names are those of `train`, which says what they mean."""

    learning_rate: float
    steps: int
    strength: float
    seed: int
    validation: tuple | None
    keep_every: int
    batch: int | None
    standardise: bool
    patience: int | None

    @classmethod
    def checked(cls, **told):
        """Return the options when they are fit. Raises: TypeError, ValueError for those that are not."""
        checked = {
            "steps": arguments.whole("steps", told["steps"], least=0, most=MOST_STEPS),
            "keep_every": arguments.whole("keep_every", told["keep_every"], least=1),
            "learning_rate": arguments.positive("learning_rate", told["learning_rate"]),
            "strength": arguments.positive("strength", told["strength"], or_zero=True),
            "seed": arguments.whole("seed", told["seed"], least=0),
            "standardise": arguments.yes_or_no("standardise", told["standardise"]),
        }
        for name in "batch", "patience":
            if told[name] is not None:
                checked[name] = min(arguments.whole(name, told[name], least=1), MOST_STEPS)
        if told["patience"] is not None and told["validation"] is None:
            raise ValueError("validation: expected a pair (X, y) to be patient with, got None.")
        return cls(**{**told, **checked})


def first_weights(X, y, classes=None, seed=0, start=None):
    """Return `start` when there is one, else small random weights, in a dtype that suits X.

    Raises: TypeError, ValueError for unfit arguments.
    """
    X = arguments.floats("X", X, ndim=(2,), in_blocks=True)
    if start is None:
        classes = arguments.labels(y, X.shape[:1]).max() + 1 if classes is None else classes
        classes = arguments.whole("classes", classes, least=1)
        if classes * X.shape[1] > arguments.MOST:
            came = arguments.shown(classes)
            raise ValueError(f"classes: expected at most {arguments.MOST:,} weights, got {came} classes.")
        draw = np.random.default_rng(arguments.whole("seed", seed, least=0))
        dtype = np.float32 if X.dtype == np.uint8 else X.dtype
        return (0.001 * draw.standard_normal((classes, X.shape[1]))).astype(dtype)
    W = arguments.floats("start", start, ndim=(2,))
    if classes is not None and arguments.whole("classes", classes, least=1) != len(W):
        came = arguments.shown(classes)
        raise ValueError(f"classes: expected {len(W)}, one for each row of start, got {came}.")
    return W


def to_go_on_with(before, options):
    """Refuse options under which the numbers of a run, a `History`, would not go with the earlier ones."""
    if before.state is None:
        raise ValueError(
            "start: expected a History with the state that train left in it, got none. To begin from its "
            "weights: start=history.final."
        )
    if (before.validation_loss is None) != (options.validation is None):
        wish, came = ("a pair (X, y)", "None") if options.validation is None else ("None", "a pair")
        raise ValueError(f"validation: expected {wish}, as in the run that start comes from, got {came}.")
    if before.state.standardise != options.standardise:
        raise ValueError(
            f"standardise: expected {before.state.standardise}, as in the run that start comes from, got "
            f"{options.standardise}. To learn in other units from its weights: start=history.final."
        )
    return before


def first_state(X, W, start, options):
    """Return where the first step begins: at W, or where the run of a `History` stood."""
    units = (standardising.of_examples if options.standardise else standardising.as_they_are)(X, W.dtype)
    if isinstance(start, History):
        return start.state.in_units(units)
    V = W if start is None else units.standardised(W)  # the random ones are small in the units of V
    return State(V, np.zeros_like(V), units, options.standardise)
