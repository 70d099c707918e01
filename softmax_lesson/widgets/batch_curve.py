"""Step 6: every example of a batch on one loss curve, and who pulls how hard."""

import base64
import io
import math

import numpy as np
from traitlets import List, TraitError, Unicode, validate

from softmax_lesson import arguments
from softmax_lesson.data import CLASS_NAMES
from softmax_lesson.many_examples import loss_and_gradient
from softmax_lesson.probabilities import log_softmax
from softmax_lesson.scores import add_bias, scores
from softmax_lesson.stability import logsumexp
from softmax_lesson.widgets.kit.base import BLUE, GREEN, VERMILLION, Interactive, number, score
from softmax_lesson.widgets.kit.state import (
    MOST_CLASSES,
    Label,
    Number,
    photographs,
    sample,
    still_tile,
)

LARGEST = 1e6  # score at the learning rate 1, and learning rate
LONGEST = 0.3  # the longest step on the slider
STRIP = 6  # photographs shown at once
MARKS = (("o", BLUE), ("s", "#9C5A7F"), ("^", GREEN), ("D", "#666666"))  # one per class


class BatchCurve(Interactive, script="batch_curve"):
    """A batch on one loss curve, after one step from W = 0 along minus the batch's own gradient.

    Drawn against the margin, f_y - LSE(other scores), every example lies on log(1 + exp(-margin)). A slider
    sets its learning rate, a bar shows how much of the pulling, 1 - P(y), each example does.

    Parameters: X (N, D) features, y (N,) labels counted from 0, images (N, 32, 32, 3) uint8, the photographs
    that belong to X; without them, the first eight training photographs of each class. class_names, C texts.
    learning_rate, 0 to a million; shown, the one class to show, or -1 for all; example, the place in the
    batch of the one looked at, else the one that pulls hardest. These three can be set and observed at any
    time.
    Raises: TypeError, ValueError or traitlets.TraitError for unfit arguments.
    Source: equation (2) for the loss, (4) and (5) of all examples for the step.
    """

    still_colours = 48
    scores = List(read_only=True).tag(sync=True)  # (N, C), at the learning rate 1; others are in proportion
    labels = List(read_only=True).tag(sync=True)
    class_names = List(read_only=True).tag(sync=True)
    images = Unicode(read_only=True).tag(sync=True)
    learning_rate = Number(0.15).tag(sync=True)
    shown = Label(-1).tag(sync=True)
    example = Label(0).tag(sync=True)

    def __init__(self, X=None, y=None, images=None, class_names=CLASS_NAMES, example=None, **kwargs):
        """Compute the batch's gradient once, and make the picture."""
        if X is None:
            X, y, images = first_photographs()
        class_names = arguments.texts("class_names", class_names)
        if not 2 <= len(class_names) <= MOST_CLASSES:
            raise ValueError(f"class_names: expected 2 to {MOST_CLASSES}, got {len(class_names)}.")
        X = arguments.float64s("X", X, (2,))
        y = arguments.labels(y, X.shape[:1], classes=len(class_names))
        self.set_trait("scores", after_one_step(X, y, len(class_names)).tolist())
        self.set_trait("labels", y.tolist())
        self.set_trait("class_names", class_names)
        self._photographs = photographs("images", images)
        if len(self._photographs) != len(y):
            came = len(self._photographs)
            raise ValueError(f"images: expected {len(y)}, one for each row of X, got {came}.")
        self.set_trait("images", as_sheet(self._photographs))
        super().__init__(**kwargs)
        self.example = self.order()[0] if example is None else example

    @validate("learning_rate", "shown", "example")
    def _fits(self, proposal):
        name, value = proposal.trait.name, proposal.value
        if name == "learning_rate" and not 0 <= value <= LARGEST:
            raise TraitError(f"learning_rate: expected a number from 0 to {LARGEST:g}, got {value}.")
        if name == "shown" and value not in (-1, *self.labels):
            raise TraitError(f"shown: expected a class of the batch, or -1 for all, got {value}.")
        if name == "example" and not 0 <= value < len(self.labels):
            raise TraitError(f"example: expected 0 to {len(self.labels) - 1}, got {value}.")
        return abs(value) if value == 0 else value  # never -0.0

    def measure(self):
        """Return margin, loss and pull of each example and the class with its highest score, four of (N,)."""
        return self._measured(self.learning_rate)

    def _measured(self, rate):
        S, y = rate * np.array(self.scores), np.array(self.labels)
        rows = np.arange(len(y))
        others = S[np.arange(S.shape[1]) != y[:, None]].reshape(len(y), -1)
        log_p = log_softmax(S)[rows, y]
        best = np.where(np.ptp(S, axis=1) == 0, -1, S.argmax(axis=1))  # -1: no class leads
        return S[rows, y] - logsumexp(others), 0 - log_p, -np.expm1(log_p), best

    def order(self):
        """Return the examples shown, by their places in the batch, the hardest pull first."""
        hardest_first = np.argsort(-self.measure()[2], kind="stable").tolist()
        return [i for i in hardest_first if self.shown in (-1, self.labels[i])]

    def sentence(self):
        """Return the picture in words."""
        (margin, loss, pull, best), order, names = self.measure(), self.order(), self.class_names
        i = self.example if self.example in order else order[0]
        half = 1 + int(np.argmax(np.cumsum(pull[order]) >= pull[order].sum() / 2 - 1e-9))
        return self._said(
            "sentence",
            rate=score(self.learning_rate),
            batch=self._said_of_batch(len(order), loss[order].mean()),
            pulling=self._said("one_pulls" if half == 1 else "some_pull", half=half),
            rank=1 + order.index(i),
            name=names[self.labels[i]],
            leader=[*names, self._said("no_class")][best[i]],
            margin=number(margin[i]),
            loss=number(loss[i]),
            pull=number(pull[i]),
        )

    def _said_of_batch(self, count, mean):
        which = "" if self.shown < 0 else self._said("of_the_class", name=self.class_names[self.shown])
        words = "batch_of_one" if count == 1 else "batch"
        return self._said(words, count=count, which=which, mean=number(mean))

    def draw(self, figure):
        """Draw the still picture: the batch on the curve, and the photographs that pull hardest."""
        (margin, loss, pull, _), order = self.measure(), self.order()
        ends = np.stack([self._measured(rate)[:2] for rate in (0, max(LONGEST, self.learning_rate))], axis=1)
        curve = figure.add_axes((0.07, 0.2, 0.42, 0.66))
        x = np.linspace(math.floor(ends[0].min()), math.floor(ends[0].max()) + 1, 241)
        curve.plot(x, np.logaddexp(0, -x), color=BLUE, linewidth=2)
        curve.axhline(loss[order].mean(), color="black", linewidth=1, linestyle="--")
        chosen = self.example if self.example in order else order[0]
        for i in [i for i in order if i != chosen] + [chosen]:
            marker, colour = MARKS[self.labels[i] % len(MARKS)]
            colour, size = (VERMILLION, 11) if i == chosen else (colour, 8)
            curve.plot(margin[i], loss[i], marker, color=colour, markersize=size, markeredgecolor="white")
        curve.set(xlim=(x[0], x[-1]), ylim=(0, math.ceil(ends[1].max())))
        curve.set_xlabel(self._said("margin_axis"))
        curve.locator_params(nbins=5)
        curve.set_title(self._said("loss_of_y"), loc="left", fontsize=10)
        mean = self._said("mean_loss_is", loss=number(loss[order].mean()))
        curve.text(0.98, 0.97, mean, transform=curve.transAxes, ha="right", va="top")
        curve.spines[["top", "right"]].set_visible(False)
        for place, i in enumerate(order[:STRIP]):
            row, column = divmod(place, 3)
            write = still_tile(figure, 326 + 102 * column, 134 - 122 * row, self._photographs[i], 3)
            write(48, 103.5, self._said("pull", pull=number(pull[i])), fontsize=9, ha="center")


def first_photographs():
    """Return X, y and images: the first 8 training photographs of each class, centred by the mean of all."""
    train = sample().train
    pixels = train.images.reshape(len(train), -1) / 255
    first = np.sort(np.concatenate([np.flatnonzero(train.labels == k)[:8] for k in range(3)]))
    return add_bias((pixels - pixels.mean(axis=0))[first]), train.labels[first], train.images[first]


def after_one_step(X, y, C):
    """Return the scores (N, C) after one step from W = 0 at the learning rate 1."""
    try:
        f = scores(-loss_and_gradient(np.zeros((C, X.shape[1])), X, y)[1], X)
    except FloatingPointError:
        f = np.array([np.inf])
    if np.abs(f).max() > LARGEST:
        raise ValueError(f"X: expected features that lead to scores up to {LARGEST:g}, got larger ones.")
    return f.round(6) + 0.0  # the same text everywhere


def as_sheet(images):
    """Return the photographs side by side as the address of a picture; the quality keeps it small."""
    from PIL import Image  # here, so that importing the pictures stays quick

    sheet, content = Image.fromarray(np.concatenate(images, axis=1)), io.BytesIO()
    sheet.save(content, "JPEG", quality=60, subsampling=0, optimize=True)
    return f"data:image/jpeg;base64,{base64.b64encode(content.getvalue()).decode()}"
