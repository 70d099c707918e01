"""Step 4: the loss against the score of the correct class, in the hand."""

import math

import numpy as np
from traitlets import TraitError, validate

from softmax_lesson.loss import negative_log_likelihood
from softmax_lesson.probabilities import log_softmax, softmax
from softmax_lesson.widgets.base import BLUE, GREEN, VERMILLION, Interactive, number, score
from softmax_lesson.widgets.state import Label, Names, Scores

SAMPLE_NAMES = ("airplane", "automobile", "frog")


class LossCurve(Interactive, script="loss_curve"):
    """The loss -log P(y) while the score of the correct class moves and all other scores are held.

    Sliders move the scores. The point shows where this example stands, its tangent the slope P(y) - 1, the
    bars the probabilities.

    Parameters: scores, a list of C >= 2 finite numbers; correct_class, 0..C-1; class_names, C texts. All
    three can be read, set and observed at any time; to change C, set them together under
    `hold_trait_notifications()`. A list is set as a whole: `picture.scores[0] = 2` goes unnoticed.
    Raises: traitlets.TraitError for unfit arguments.
    Source: equations (1) and (2) of the handout, and the slope from (4).
    """

    scores = Scores([1.0, 2.0, -1.0]).tag(sync=True)
    correct_class = Label(0).tag(sync=True)
    class_names = Names(list(SAMPLE_NAMES)).tag(sync=True)

    def __init__(self, scores=(1.0, 2.0, -1.0), correct_class=0, class_names=None, **kwargs):
        """Make the picture; without names, three classes are the lesson's and any others are counted."""
        if class_names is None:
            count = len(scores) if hasattr(scores, "__len__") else 3
            class_names = SAMPLE_NAMES if count == 3 else [f"class {k}" for k in range(count)]
        super().__init__(scores=scores, correct_class=correct_class, class_names=class_names, **kwargs)

    @validate("scores", "correct_class", "class_names")
    def _agree(self, proposal):
        scores, names, y = (
            proposal.value if name == proposal.trait.name else getattr(self, name)
            for name in ("scores", "class_names", "correct_class")
        )
        if len(scores) < 2:
            raise TraitError(f"scores: expected a score for each of 2 classes or more, got {len(scores)}.")
        if len(scores) != len(names):
            raise TraitError(
                f"class_names: expected one name for each of {len(scores)} scores, got {len(names)}."
            )
        if not 0 <= y < len(scores):
            raise TraitError(
                f"correct_class: expected 0 to {len(scores) - 1}, got {y}. Classes count from 0."
            )
        return proposal.value

    def sentence(self):
        """Return the picture in words."""
        f, y, names = self.scores, self.correct_class, self.class_names
        scores = ", ".join(f"{name} {score(v)}" for name, v in zip(names, f, strict=True))
        return (
            f"With the scores {scores} the probabilities are {', '.join(map(number, softmax(f)))}; "
            f"{names[y]} is correct, so the loss −log P({names[y]}) is "
            f"{number(negative_log_likelihood(f, y))} "
            f"and its slope P − 1 is {number(np.expm1(log_softmax(f)[y]))}."
        )

    def draw(self, figure):
        """Draw the still picture: curve, point and tangent on the left, probabilities on the right."""
        y, names, p = self.correct_class, self.class_names, softmax(self.scores)
        left = figure.add_axes((0.08, 0.19, 0.46, 0.68))
        right = figure.add_axes((0.7, 0.19, 0.22, 0.68))
        self.draw_curve(left)

        short = [name if len(name) < 15 else f"{name[:13]}…" for name in names]
        bars = right.barh(range(len(p)), p, color=BLUE)
        bars[y].set(facecolor=VERMILLION, hatch="//", edgecolor="white", linewidth=0)
        right.bar_label(bars, [number(v) for v in p], padding=3)
        right.set_yticks(range(len(p)), [f"★ {name}" if k == y else name for k, name in enumerate(short)])
        right.set(xlim=(0, 1), xticks=(0, 0.5, 1), xlabel="probability")
        right.invert_yaxis()
        right.spines[["top", "right"]].set_visible(False)

    def draw_curve(self, axes):
        """Draw the loss against the correct class's score into matplotlib axes: curve, point, tangent."""
        still_curve(axes, self.scores, self.correct_class, self.class_names[self.correct_class])


def still_curve(axes, scores, y, name):
    """Draw the loss against the score of class y, which has this name, into matplotlib axes."""
    f = np.array(scores)
    limit = max(6.0, *np.ceil(np.abs(f)))
    x = np.linspace(-limit, limit, 241)
    moved = np.where(np.arange(len(f)) == y, x[:, None], f)
    loss, slope = negative_log_likelihood(f, y), np.expm1(log_softmax(f)[y])
    axes.plot(x, negative_log_likelihood(moved, np.full(len(x), y)), color=BLUE, linewidth=2.5)
    half = 0.4 * limit
    step = np.array([-min(half, f[y] + limit), min(half, limit - f[y], -loss / slope if slope else half)])
    axes.plot(f[y] + step, loss + slope * step, color=GREEN, linewidth=2)
    dot = {"color": VERMILLION, "markersize": 10, "markeredgecolor": "white"}
    axes.plot(f[y], loss, "o", clip_on=False, zorder=3, **dot)
    axes.set(xlim=(-limit, limit), ylim=(0, 2 * limit + max(1, math.log(max(1, len(f) - 1)))))
    axes.locator_params(nbins=4)
    axes.set_xlabel(f"score of {name} (the others held)")
    axes.set_title(f"loss = −log P({name})", loc="left", fontsize=10)
    words = f"loss = {number(loss)}\nslope = {number(slope)}"
    axes.text(0.98, 0.97, words, transform=axes.transAxes, ha="right", va="top")
    axes.spines[["top", "right"]].set_visible(False)
