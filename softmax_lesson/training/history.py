"""What a training run leaves behind: its numbers, the W it kept, and what is needed to go on."""

from dataclasses import dataclass, replace

import numpy as np

from softmax_lesson.training.standardising import Units


@dataclass(frozen=True, eq=False)
class State:
    """Where a run stands, with all that the next step needs.

    `V` (C, D) is the last W in the `units` that it learns in, `velocity` (C, D) how V moves with each batch.
    `batches` counts those that are done of a pass which is not finished.
    """

    V: np.ndarray
    velocity: np.ndarray
    units: Units
    standardise: bool
    batches: int = 0

    def in_units(self, units):
        """Return the same W, moving in the same direction, for a run that learns in other units."""
        if units.same_as(self.units):
            return self  # to the last bit
        return replace(
            self,
            V=units.standardised(self.units.weights(self.V)),
            velocity=units.standardised(self.units.weights(self.velocity)),
            units=units,
        )


@dataclass(frozen=True, eq=False, repr=False)
class History:
    """What a training run of T steps did; step 0 is before the first move.

    `loss` (T + 1,) is the mean of -log P(y) over the training examples, `penalty` (T + 1,) what L2 adds to
    it, `accuracy` (T + 1,) the share of examples that get the right class. The two of validation are the same
    for examples that were not learnt from, or None. `weights` (K, C, D) are the W of `steps` (K,). `state` is
    what `train` needs to go on. After an interrupt in the middle of a pass over batches, the last step is as
    much of that pass as was done.
    """

    weights: np.ndarray
    steps: np.ndarray
    loss: np.ndarray
    penalty: np.ndarray
    accuracy: np.ndarray
    validation_loss: np.ndarray | None = None
    validation_accuracy: np.ndarray | None = None
    state: State | None = None

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

    def __repr__(self):
        """Tell the run in one line."""
        taken = len(self.loss) - 1
        line = f"History of {taken} step{'' if taken == 1 else 's'}"
        line += f": loss {self.loss[0]:.4g} to {self.loss[-1]:.4g}"
        for name, share in ("accuracy", self.accuracy), ("validation accuracy", self.validation_accuracy):
            if share is not None:
                line += f", {name} {share[0]:.1%} to {share[-1]:.1%}"
        return line


class Diary:
    """What a run writes down on its way: the numbers of every step, and the W of some.

    A run that goes on from another has what that one wrote, its last step apart: it is measured again.
    """

    def __init__(self, keep_every, patience, before=None):
        """Keep every keep_every-th W; be patient for so many steps, or for ever when it is None."""
        self.keep_every, self.patience = keep_every, patience
        self.weights, self.rows = {}, []
        if before is not None:
            self.weights = dict(zip(before.steps.tolist(), before.weights, strict=True))
            self.rows = rows_of(before)[:-1]

    @property
    def step(self):
        """The last step that was written down; -1 before the first."""
        return len(self.rows) - 1

    @property
    def best(self):
        """The step with the smallest validation loss, the first of several."""
        return min(range(len(self.rows)), key=lambda step: self.rows[step][3])

    @property
    def out_of_patience(self):
        """Did the validation loss find no new minimum in so many steps?"""
        return self.patience is not None and self.step - self.best >= self.patience

    def write(self, state, W, numbers):
        """Write down a step: its state, W, and loss, penalty, accuracy and, with validation, two more."""
        loss, penalty = numbers[:2]
        if not np.isfinite(loss + penalty):
            raise FloatingPointError(f"the loss is {loss:.3g} and its penalty {penalty:.3g}.")
        self.state = state
        self.rows.append(numbers)
        self.weights[self.step] = W
        wanted = {self.step} if self.patience is None else {self.step, self.best}
        for step in list(self.weights):
            if step % self.keep_every and step not in wanted:
                del self.weights[step]

    def history(self):
        """Return all of it, and the last state, which a next run goes on from."""
        columns = np.array(self.rows).T
        no_validation = [None] * (5 - len(columns))
        weights, steps = np.stack(list(self.weights.values())), np.array(list(self.weights))
        return History(weights, steps, *columns, *no_validation, self.state)


def rows_of(history):
    """Return the numbers of each step as a tuple: those of a diary."""
    columns = history.loss, history.penalty, history.accuracy
    if history.validation_loss is not None:
        columns += history.validation_loss, history.validation_accuracy
    return list(zip(*columns, strict=True))
