"""Step 4: the loss against the score of the correct class, in the hand."""

import numpy as np

from softmax_lesson.loss import negative_log_likelihood
from softmax_lesson.probabilities import log_softmax, softmax
from softmax_lesson.widgets.kit.base import BLUE, GREEN, VERMILLION, number, score
from softmax_lesson.widgets.kit.state import OneExample, YesOrNo

STEP = 0.5  # a step is this times the slopes: the learning rate


class LossCurve(OneExample, script="loss_curve"):
    """The loss -log P(y) while the score of the correct class moves and all other scores are held.

    Sliders move the scores. The point shows where this example stands, its tangent the slope P(y) - 1, the
    bars the probabilities. With likelihood=True the likelihood P(y) stands beside it, and buttons take one
    step: down the loss, up the log-likelihood, up the likelihood.

    Parameters: those of `OneExample`: scores, correct_class, class_names; and likelihood, True or False. All
    can be read, set and observed at any time.
    Raises: traitlets.TraitError for unfit arguments.
    Source: equations (1) and (2) of the handout, and the slope from (4).
    """

    likelihood = YesOrNo(False).tag(sync=True)

    def landings(self):
        """Return the scores after a step down the loss, up the log-likelihood, up the likelihood, (3, C)."""
        f, y, p = np.array(self.scores), self.correct_class, softmax(self.scores)
        is_y = np.arange(len(f)) == y
        of_loss = np.where(is_y, np.expm1(log_softmax(f)[y]), p)  # p - 1 for y, p for the others
        of_log_likelihood = 0 - of_loss
        of_likelihood = p[y] * of_log_likelihood  # the chain rule: P = exp(log P)
        return np.array([f - STEP * of_loss, f + STEP * of_log_likelihood, f + STEP * of_likelihood])

    def sentence(self):
        """Return the picture in words."""
        f, y, names = self.scores, self.correct_class, self.class_names
        pairs = zip(names, f, strict=True)
        scores = ", ".join(self._said("one_score", name=name, score=score(v)) for name, v in pairs)
        sentence = self._said(
            "sentence",
            scores=scores,
            probabilities=", ".join(map(number, softmax(f))),
            name=names[y],
            loss=number(negative_log_likelihood(f, y)),
            slope=number(np.expm1(log_softmax(f)[y])),
        )
        return f"{sentence} {self._said_of_steps()}" if self.likelihood else sentence

    def _said_of_steps(self):
        down, up, raw = (", ".join(map(number, landing)) for landing in self.landings())
        slope = number(self._slope_of_likelihood())
        return self._said("steps", slope=slope, step=STEP, down=down, up=up, raw=raw)

    def _slope_of_likelihood(self):
        log_p = log_softmax(self.scores)[self.correct_class]
        return 0 - np.exp(log_p) * np.expm1(log_p)

    def draw(self, figure):
        """Draw the still picture: curve, point and tangent on the left, probabilities on the right."""
        y, names, p = self.correct_class, self.class_names, softmax(self.scores)
        left = figure.add_axes((0.08, 0.19, 0.27 if self.likelihood else 0.46, 0.68))
        right = figure.add_axes((0.8, 0.19, 0.13, 0.68) if self.likelihood else (0.7, 0.19, 0.22, 0.68))
        self.draw_curve(left)
        if self.likelihood:
            left.set_xlabel(self._said("score_of", name=names[y]))
            self._draw_likelihood(figure.add_axes((0.43, 0.19, 0.21, 0.68)), left.get_xlim())

        short = [name if len(name) < 15 else f"{name[:13]}…" for name in names]
        bars = right.barh(range(len(p)), p, color=BLUE)
        bars[y].set(facecolor=VERMILLION, hatch="//", edgecolor="white", linewidth=0)
        right.bar_label(bars, [number(v) for v in p], padding=3)
        right.set_yticks(range(len(p)), [f"★ {name}" if k == y else name for k, name in enumerate(short)])
        right.set(xlim=(0, 1), xticks=(0, 0.5, 1), xlabel=self._said("probability"))
        right.invert_yaxis()
        right.spines[["top", "right"]].set_visible(False)

    def _draw_likelihood(self, axes, limits):
        f, y, name = np.array(self.scores), self.correct_class, self.class_names[self.correct_class]
        x = np.linspace(*limits, 241)
        moved = np.where(np.arange(len(f)) == y, x[:, None], f)
        axes.plot(x, softmax(moved)[:, y], color=BLUE, linewidth=2.5)
        slope, P = self._slope_of_likelihood(), softmax(f)[y]
        half = 0.25 / np.hypot(1 / (limits[1] - limits[0]), slope)
        axes.plot(
            f[y] + np.array([-half, half]), P + slope * np.array([-half, half]), color=GREEN, linewidth=2
        )
        dot = {"color": VERMILLION, "markersize": 10, "markeredgecolor": "white"}
        axes.plot(f[y], P, "o", clip_on=False, zorder=3, **dot)
        axes.set(xlim=limits, ylim=(0, 1), xlabel=self._said("score_of", name=name))
        axes.locator_params(nbins=4)
        axes.set_title(self._said("likelihood_axis", name=name), loc="left", fontsize=10)
        axes.spines[["top", "right"]].set_visible(False)
