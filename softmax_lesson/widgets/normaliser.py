"""Step 3: from scores to probabilities in two stages, and the map of all answers."""

import math

import numpy as np
from traitlets import TraitError, validate

from softmax_lesson.loss import negative_log_likelihood
from softmax_lesson.probabilities import log_softmax, softmax
from softmax_lesson.widgets.kit.base import BLUE, GREEN, VERMILLION, number, score
from softmax_lesson.widgets.kit.state import Number, OneExample

# The bars of the exponentials reach from 10^-n to 10^n; normaliser.js has the same.
DECADES = (4, 10, 20, 50, 100, 310)


class Normaliser(OneExample, script="normaliser"):
    """Scores become positive by exp and add up to 1 by division, in two visible stages.

    Sliders move the scores, add one number to all of them, and divide them by a temperature. The dot shows
    the answer on the map of all answers (a triangle for three classes, a line for two), the road through it
    where other temperatures would put it, and the loss curve what it costs.

    Parameters: those of `OneExample`, for 2 or 3 classes; offset, added to every score; temperature, 0.001 to
    1000, which then divides them. All can be read, set and observed at any time.
    Raises: traitlets.TraitError for unfit arguments.
    Source: the handout's exp(f) / sum exp(f).
    """

    offset = Number(0.0).tag(sync=True)
    temperature = Number(1.0).tag(sync=True)

    def __init__(self, scores=(1.0, 4.0, 2.0), correct_class=0, class_names=None, **kwargs):
        """Make the picture; without scores, it is the lesson's small example."""
        super().__init__(scores, correct_class, class_names, **kwargs)

    @validate("scores", "correct_class", "class_names")
    def _agree(self, proposal):
        if proposal.trait.name == "scores" and len(proposal.value) > 3:
            raise TraitError(
                f"scores: expected 2 or 3 scores, as the map is flat, got {len(proposal.value)}."
            )
        return super()._agree(proposal)

    @validate("offset", "temperature")
    def _finite(self, proposal):
        name, value = proposal.trait.name, proposal.value
        if name == "temperature" and not 1e-3 <= value <= 1e3:
            raise TraitError(f"temperature: expected 0.001 to 1000, got {value}.")
        return value

    def _stages(self):
        """Return what goes into exp, the exponentials, their sum and the probabilities."""
        z = (np.array(self.scores) + self.offset) / self.temperature
        with np.errstate(over="ignore", under="ignore"):
            e = np.exp(z)
            return z, e, e.sum(), softmax(z)

    def sentence(self):
        """Return the picture in words."""
        (z, e, total, p), y, names = self._stages(), self.correct_class, self.class_names
        pairs = zip(names, self.scores, strict=True)
        return self._said(
            "sentence",
            scores=", ".join(self._said("one_score", name=name, score=score(v)) for name, v in pairs),
            offset=score(self.offset),
            temperature=score(self.temperature),
            powers=", ".join(map(self._power, e)),
            sum=self._power(total),
            probabilities=", ".join(map(number, p)),
            name=names[y],
            loss=number(negative_log_likelihood(z, y)),
        )

    def _power(self, x):
        """Write an exponential, which may be too large for the computer; normaliser.js has the same."""
        return number(x) if math.isfinite(x) else self._said("too_large")

    def draw(self, figure):
        """Draw the still picture: the two stages, the map of all answers, the loss curve."""
        (z, e, _, p), y = self._stages(), self.correct_class
        names = [f"★ {name}" if k == y else name for k, name in enumerate(self.class_names)]
        first, second, right = (
            figure.add_axes((left, 0.2, width, 0.6))
            for left, width in ((0.155, 0.13), (0.31, 0.13), (0.775, 0.205))
        )
        tens = z / math.log(10)  # the bars of the exponentials are powers of ten
        reach = next((n for n in DECADES if n >= np.abs(tens).max()), DECADES[-1])
        long = ((tens / reach + 1) / 2).clip(0, 1)
        stages = (
            (first, self._said("first_bars"), e, self._power, long),
            (second, self._said("second_bars"), p, number, p),
        )
        for axes, title, numbers, words, lengths in stages:
            bars = axes.barh(names, lengths, color=BLUE)
            bars[y].set(facecolor=VERMILLION, hatch="//", edgecolor="white", linewidth=0)
            axes.bar_label(bars, [words(v) for v in numbers], padding=2, fontsize=8)
            axes.set(xlim=(0, 1.8), xticks=[])
            axes.set_title(title, loc="left", fontsize=10)
            axes.set_xlabel(self._said("sum_is", sum=words(numbers.sum())), loc="left", fontsize=9)
            axes.tick_params(labelsize=9)
            axes.invert_yaxis()
            axes.spines[["top", "right", "bottom"]].set_visible(False)
        second.set_yticklabels([])
        self._draw_map(figure.add_axes((0.43, 0, 0.29, 1)), names, p)
        self._draw_loss(right, z, y)

    def _draw_map(self, axes, names, p):
        corners = np.array([[0, 0], [1, 0], [0.5, 0.75**0.5]][: len(p)])
        axes.plot(*corners[[*range(len(p)), 0]].T, color="grey", linewidth=1)
        for k, name in enumerate(names):
            if len(p) == 3:  # where two classes are equal
                ends = np.array([np.full(3, 1 / 3), np.where(np.arange(3) == k, 0, 0.5)])
                axes.plot(*(ends @ corners).T, color="grey", linewidth=1, linestyle=(0, (4, 4)))
            axes.text(*(corners[k] + (0, 0.06 if k == 2 else -0.13)), name, ha="center", fontsize=9)
        road = softmax(np.array(self.scores) * 10 ** np.linspace(-2, 2, 81)[:, None])
        axes.plot(*(road @ corners).T, color=BLUE, linewidth=2)
        axes.plot(*(p @ corners), "o", color=VERMILLION, markersize=10, markeredgecolor="white", zorder=3)
        axes.set(xlim=(-0.3, 1.3), ylim=(-0.22, 1.05), aspect="equal")
        axes.set_axis_off()

    def _draw_loss(self, axes, z, y):
        name, loss, slope = self.class_names[y], negative_log_likelihood(z, y), np.expm1(log_softmax(z)[y])
        slope, at = slope / self.temperature, self.scores[y] + self.offset
        limit = max(6.0, *np.ceil(np.abs(self.scores))) + max(3.0, np.ceil(abs(self.offset)))
        need = max(2 * limit, 1.05 * loss)
        high = next((top for top in (20, 50, 100, 200) if top >= need), 1.2 * (2 * limit + loss))
        x = np.linspace(-limit, limit, 241)
        moved = np.where(np.arange(len(z)) == y, x[:, None] / self.temperature, z)
        axes.plot(x, negative_log_likelihood(moved, np.full(len(x), y)), color=BLUE, linewidth=2.5)
        half = 0.25 / np.hypot(1 / (2 * limit), slope / high)
        step = np.array([-half, min(half, -loss / slope) if slope else half])
        axes.plot(at + step, loss + slope * step, color=GREEN, linewidth=2)
        axes.plot(
            at, loss, "o", color=VERMILLION, markersize=10, markeredgecolor="white", clip_on=False, zorder=3
        )
        axes.set(xlim=(-limit, limit), ylim=(0, high))
        axes.set_xlabel(self._said("score_of", name=name), fontsize=9)
        axes.tick_params(labelsize=9)
        axes.set_title(self._said("loss_is", loss=number(loss)), loc="left", fontsize=10)
        axes.locator_params(nbins=4)
        axes.spines[["top", "right"]].set_visible(False)
