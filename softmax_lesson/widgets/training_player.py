"""Step 8: a training run, step by step: templates, loss, and photographs that slide down the loss curve."""

import base64
import math

import numpy as np
from traitlets import List, TraitError, Unicode, validate

from softmax_lesson.data import CLASS_NAMES
from softmax_lesson.widgets.kit.base import BLUE, GREEN, Interactive, number, score
from softmax_lesson.widgets.kit.state import Label, Number, still_tile
from softmax_lesson.widgets.training_runs import RATES, SIDE, STEPS, from_sheet, measured

MARKS = (("o", BLUE), ("s", "#9C5A7F"), ("^", GREEN))  # one per class


class TrainingPlayer(Interactive, script="training_player"):
    """Gradient descent on the embedded photographs, with four learning rates, to be played.

    The points are the first ten training photographs of each class, against their margin, f_y - LSE(other
    scores); the mean loss, and all other numbers, are for all 600 and 300. Each template is as bright as its
    own largest weight.

    Parameters: learning_rate, one of 0.002, 0.02, 0.2 and 2; step, one of `steps`. Both can be set and
    observed at any time. The runs are computed once, within a second; they are those of `training.train` with
    pixels centred and divided by 255, strength 0.01, seed 0.
    Raises: traitlets.TraitError for unfit arguments.
    Source: the handout's gradient descent.
    """

    still_colours = 40
    learning_rates = List(list(RATES), read_only=True).tag(sync=True)
    learning_rate = Number(0.02).tag(sync=True)
    steps = List(list(STEPS), read_only=True).tag(sync=True)
    step = Label(STEPS[0]).tag(sync=True)
    losses = List(read_only=True).tag(sync=True)  # (rates, steps): the mean over the training photographs
    right = List(read_only=True).tag(sync=True)  # (2, rates, steps): training, test
    sizes = List(read_only=True).tag(sync=True)  # how many photographs: training, test
    class_names = List(list(CLASS_NAMES), read_only=True).tag(sync=True)
    labels = List(read_only=True).tag(sync=True)  # (SHOWN,)
    margins = Unicode(read_only=True).tag(sync=True)  # (rates, steps, SHOWN) int16, in hundredths
    templates = Unicode(read_only=True).tag(sync=True)  # a picture: a row of tiles for each rate and class

    def __init__(self, **kwargs):
        """Train once in a kernel's life, and make the picture."""
        for name, value in measured().items():
            self.set_trait(name, value)
        super().__init__(**kwargs)

    @validate("learning_rate", "step")
    def _fits(self, proposal):
        name, value, known = proposal.trait.name, proposal.value, getattr(self, f"{proposal.trait.name}s")
        if value not in known:
            raise TraitError(f"{name}: expected one of {', '.join(f'{v:g}' for v in known)}, got {value:g}.")
        return value

    def place(self):
        """Return where the present state is in the lists: (which rate, which of the kept steps)."""
        return self.learning_rates.index(self.learning_rate), self.steps.index(self.step)

    def sentence(self):
        """Return the picture in words."""
        r, k = self.place()
        loss, nothing = self.losses[r][k], math.log(len(self.class_names))
        pairs = zip(self.right, self.sizes, strict=True)
        training, test = (self._said("share", right=of[r][k], all=size) for of, size in pairs)
        return self._said(
            "sentence_below" if loss < nothing else "sentence_above",
            rate=score(self.learning_rate),
            step=self.step,
            loss=number(loss),
            nothing=number(nothing),
            training=training,
            test=test,
        )

    def draw(self, figure):
        """Draw the still picture: the photographs on the curve, the loss step by step, the templates."""
        r, k = self.place()
        margins = (
            np.frombuffer(base64.b64decode(self.margins), "<i2").reshape(len(RATES), len(STEPS), -1) / 100
        )
        curve, path = figure.add_axes((0.06, 0.2, 0.35, 0.66)), figure.add_axes((0.5, 0.2, 0.24, 0.66))
        x = np.linspace(math.floor(margins[r].min()), math.ceil(margins[r].max()), 241)
        curve.plot(x, np.logaddexp(0, -x), color="#666666", linewidth=1.5)
        for label, (mark, colour) in enumerate(MARKS):
            of_class = margins[r, k][np.array(self.labels) == label]
            curve.plot(
                of_class,
                np.logaddexp(0, -of_class),
                mark,
                color=colour,
                markersize=6,
                markeredgecolor="white",
            )
        curve.set(xlim=(x[0], x[-1]), ylim=(0, None), xlabel=self._said("margin_axis"))
        curve.set_title(self._said("loss_of_y"), loc="left", fontsize=10)
        path.axhline(math.log(len(CLASS_NAMES)), color="#666666", linewidth=1, linestyle=":")
        path.plot(STEPS[: k + 1], self.losses[r][: k + 1], "o-", color=BLUE, markersize=3)
        path.set(xlim=(0, STEPS[-1]), ylim=(0, 1.1 * max(self.losses[r])), xlabel=self._said("step"))
        path.set_title(self._said("mean_loss", loss=number(self.losses[r][k])), loc="left", fontsize=10)
        for axes in curve, path:
            axes.spines[["top", "right"]].set_visible(False)
        for c, name in enumerate(self.class_names):
            top = SIDE * (r * len(CLASS_NAMES) + c)
            template = from_sheet(self.templates)[top : top + SIDE, SIDE * k : SIDE * (k + 1)]
            write = still_tile(figure, 485, 171 - 78 * c, template, 4)
            write(70, 30, name, va="center", fontsize=9)
