"""Step 2: softmax and its loss in three kinds of number, typed as they stand, clipped, or shifted."""

from itertools import pairwise

import numpy as np
from traitlets import TraitError, validate

from softmax_lesson.loss import negative_log_likelihood
from softmax_lesson.probabilities import log_softmax, softmax
from softmax_lesson.stability import clip_scores, shift_scores
from softmax_lesson.widgets.kit.base import BLUE, GREEN, VERMILLION, number, score
from softmax_lesson.widgets.kit.state import Number, OneExample, OneOf

LIMIT = {"float16": 9, "float32": 80, "float64": 700}  # where "clip" cuts: safe for a few classes
# How a stretch of the curve is hatched in the still picture.
HATCH = {"nan": "//", "inf": r"\\", "dead": ".."}


class OverflowLab(OneExample, script="overflow_lab"):
    """Softmax and its loss as float16, float32 or float64 really compute them, beside the truth.

    One slider adds an offset to all scores, another moves the correct class's own. The blue curve is the loss
    that the method gives, the dashed one the truth; where there is no loss, or a slope that clipping killed,
    the picture is hatched. "plain" and "clip" take the logarithm of the probability, "shift" subtracts.

    Parameters: those of `OneExample`, with scores from -10000 to 10000; offset, likewise; dtype, "float16",
    "float32" or "float64"; method, "plain" (typed as it stands), "clip" (cut at 9, 80 or 700, by dtype) or
    "shift" (the largest score subtracted). All can be read, set and observed at any time.
    Raises: traitlets.TraitError for unfit arguments.
    Source: the handout's note on clipping, and its equations (1) and (2).
    """

    offset = Number(700.0).tag(sync=True)
    dtype = OneOf(list(LIMIT), "float64").tag(sync=True)
    method = OneOf(["plain", "clip", "shift"], "clip").tag(sync=True)

    def __init__(self, scores=(1.0, 4.0, 2.0), correct_class=2, class_names=None, **kwargs):
        """Make the picture; without arguments, three scores around 700 that clipping makes equal."""
        super().__init__(scores, correct_class, class_names, **kwargs)

    @validate("scores", "correct_class", "class_names")
    def _agree(self, proposal):
        if proposal.trait.name == "scores" and not all(abs(v) <= 1e4 for v in proposal.value):
            raise TraitError(f"scores: expected numbers from -10000 to 10000, got {proposal.value}.")
        return super()._agree(proposal)

    @validate("offset")
    def _within_reach(self, proposal):
        if not abs(proposal.value) <= 1e4:
            raise TraitError(f"offset: expected a number from -10000 to 10000, got {proposal.value}.")
        return proposal.value

    def computed(self):
        """Return what NumPy gives: probabilities, their sum, loss, slope, and whether that is dead."""
        return self._computed(self.scores)

    def _stored(self, scores):
        """Return scores with the offset added, as the dtype holds them."""
        return (np.array(scores) + self.offset).astype(self.dtype)

    def _computed(self, scores):
        f, y, limit = self._stored(scores), self.correct_class, LIMIT[self.dtype]
        dead = self.method == "clip" and bool(abs(f[y]) > limit)
        if self.method == "clip":
            f = clip_scores(f, limit)
        elif self.method == "shift":
            f = shift_scores(f)
        with np.errstate(all="ignore"):
            e = np.exp(f)
            p = e / e.sum()
            loss = np.log(e.sum()) - f[y] if self.method == "shift" else 0 - np.log(p[y])
            return p, p.sum(), loss, 0.0 if dead else p[y] - 1, dead

    def verdict(self):
        """Say how the computed answer stands to the truth, to within a hundredth."""
        p, total, loss, _, dead = self.computed()
        truth = negative_log_likelihood(self.scores, self.correct_class)
        if not total > 0:
            return self._said("no_answer")
        if np.isinf(loss):
            return self._said("no_loss")
        near = (abs(p - softmax(self.scores)) <= 0.01).all() and abs(loss - truth) <= 0.02 * (1 + truth)
        return self._said("right" if near else "dead" if dead else "wrong")

    def sentence(self):
        """Return the picture in words."""
        f, y, names, dtype = self.scores, self.correct_class, self.class_names, self.dtype
        p, total, loss, slope, _ = self._computed(f)
        pairs = zip(names, self._stored(f), strict=True)
        scores = (self._said("one_score", name=name, score=score(float(v))) for name, v in pairs)
        return self._said(
            "sentence",
            scores=", ".join(scores),
            dtype=dtype,
            how=self._said(self.method, limit=LIMIT[dtype]),
            probabilities=", ".join(map(_shown, p)),
            sum=_shown(total),
            true=", ".join(map(number, softmax(f))),
            name=names[y],
            loss=_shown(loss),
            true_loss=number(negative_log_likelihood(f, y)),
            slope=_shown(slope),
            true_slope=number(np.expm1(log_softmax(f)[y])),
            verdict=self.verdict(),
        )

    def draw(self, figure):
        """Draw the still picture: computed and true curve, computed bars and true marks."""
        self._draw_curves(figure.add_axes((0.075, 0.19, 0.47, 0.67)))
        axes, p, y = (
            figure.add_axes((0.72, 0.19, 0.19, 0.67)),
            self.computed()[0],
            self.correct_class,
        )
        names = [f"★ {name}" if k == y else name for k, name in enumerate(self.class_names)]
        axes.barh(names, np.nan_to_num(p.astype(float)), color=BLUE)
        axes.patches[y].set(facecolor=VERMILLION, hatch="//", edgecolor="white", linewidth=0)
        axes.plot(softmax(self.scores), names, "|", color="black", markersize=24, markeredgewidth=2)
        for k, value in enumerate(p):
            axes.text(1.05, k, _shown(value), va="center")
        axes.set(xlim=(0, 1), xticks=(0, 0.5, 1), xlabel=self._said("share_axis"))
        axes.invert_yaxis()
        axes.spines[["top", "right"]].set_visible(False)

    def _draw_curves(self, axes):
        f, y, c = np.array(self.scores), self.correct_class, self.offset
        others = np.delete(f, y)
        x = np.linspace(min(np.floor(f[y]), others.min() - 7), max(np.ceil(f[y]), others.max() + 7), 341)
        moved = np.where(np.arange(len(f)) == y, x[:, None], f)
        _, _, losses, _, dead = zip(*map(self._computed, moved), strict=True)
        kinds = [_shown(v) if not np.isfinite(v) else d * "dead" for v, d in zip(losses, dead, strict=True)]
        edges = [0, *(i for i in range(1, len(x)) if kinds[i] != kinds[i - 1]), len(x)]
        for i, j in pairwise(edges):
            if kinds[i]:
                ends, hatch = (x[i] + c, x[j - 1] + c), HATCH[kinds[i]]
                axes.axvspan(*ends, facecolor="none", edgecolor="darkgrey", hatch=hatch, linewidth=0)
                words = self._said(f"field_{kinds[i]}")
                axes.text(np.mean(ends), 3, words if j - i > 20 else "", rotation=90, ha="center", fontsize=9)
        truth, (_, _, loss, slope, _) = negative_log_likelihood(moved, np.full(len(x), y)), self._computed(f)
        axes.plot(x + c, truth, "--", color="black", linewidth=1)
        axes.plot(x + c, np.where(np.isfinite(losses), losses, np.nan), color=BLUE, linewidth=2.5)
        axes.plot(f[y] + c, negative_log_likelihood(f, y), "o", color="black", markersize=9, fillstyle="none")
        if np.isfinite(loss):
            step = np.array([-2.5, min(2.5, -loss / slope) if slope else 2.5])
            axes.plot(f[y] + c + step, loss + slope * step, color=GREEN, linewidth=2)
            axes.plot(f[y] + c, loss, "o", color=VERMILLION, markersize=9, markeredgecolor="white", zorder=3)
        axes.set(xlim=(x[0] + c, x[-1] + c), ylim=(0, np.ceil(truth[0]) + 1))
        axes.locator_params(nbins=5)
        axes.set_xlabel(self._said("score_of_held", name=self.class_names[y]))
        title = self._said("loss_in", dtype=self.dtype, method=self.method, verdict=self.verdict())
        axes.set_title(title, loc="left", fontsize=10)
        axes.spines[["top", "right"]].set_visible(False)


def _shown(x):
    """Write a number, or NumPy's word for what is none."""
    return number(float(x)) if np.isfinite(x) else str(float(x))
