"""Step 7: the best templates for every price on large weights, and what they do to the loss."""

import base64
import functools
import io
import math

import numpy as np
from traitlets import List, TraitError, Unicode, validate

from softmax_lesson import arguments
from softmax_lesson.data import CLASS_NAMES, TILE
from softmax_lesson.loss import negative_log_likelihood
from softmax_lesson.regularisation import lambda_path
from softmax_lesson.scores import add_bias, scores
from softmax_lesson.widgets.kit.base import BLUE, Interactive, number
from softmax_lesson.widgets.kit.state import Number, sample, still_tile

STRENGTHS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
LARGEST = 1e6  # weight
SHOWN = 60  # photographs of each set that stand on the curve
ORANGE, GREY = "#AD7200", "#666666"  # Okabe and Ito's orange, darker: it has to be seen on white
# A strength in words, with at most three digits: 10, 0.5, 0.0005.
price = functools.partial(np.format_float_positional, precision=3, fractional=False, trim="-")
SETS = (("●", "training", "o", BLUE, "-"), ("◆", "test", "D", ORANGE, "--"))


class LambdaPath(Interactive, script="lambda_path"):
    """The best W for each strength of L2, learnt from the embedded training photographs.

    On the loss curve, against the margin f_y - LSE(other scores), stand the first 60 training and the first
    60 test photographs; all numbers, and the other two curves, are for all 600 and 300. Each template is
    scaled by its own largest weight: grey is 0, brighter is positive.

    Parameters: path, strengths (K,) and weights (K, 3, 3073): what `regularisation.lambda_path` takes and
    gives for the embedded training photographs; without it, one is computed, once in a kernel's life.
    strength, one of the strengths, can be set and observed at any time.
    Raises: TypeError, ValueError or traitlets.TraitError for unfit arguments.
    """

    still_colours = 40
    strength = Number(1.0).tag(sync=True)
    strengths = List(read_only=True).tag(sync=True)  # (K,), the smallest first
    sizes = List(read_only=True).tag(sync=True)  # how many photographs: training, test
    losses = List(read_only=True).tag(sync=True)  # (2, K), their mean loss
    right = List(read_only=True).tag(sync=True)  # (2, K), how many get the correct class
    largest = List(read_only=True).tag(sync=True)  # (K, C), the largest weight of each template
    class_names = List(list(CLASS_NAMES), read_only=True).tag(sync=True)
    margins = Unicode(read_only=True).tag(sync=True)  # (K, 2, SHOWN) int16, in thousandths
    templates = Unicode(read_only=True).tag(sync=True)  # a picture: C rows of K tiles

    def __init__(self, path=None, **kwargs):
        """Measure every W of the path on all photographs, and make the picture."""
        strengths, weights = usual_path() if path is None else strengths_and_weights(path)
        shape = weights.shape
        strengths, weights = strengths[order := np.argsort(strengths)], weights[order]
        losses, right, margins = zip(*(measure(weights, *pair) for pair in examples()), strict=True)
        largest = abs(weights[:, :, :-1]).max(axis=2, keepdims=True)
        pixels = 0.5 + 0.5 * weights[:, :, :-1] / np.maximum(largest, 1e-300)
        self._templates = pixels.reshape(*shape[:2], TILE, TILE, 3)
        self._margins = np.stack([of_set[:, :SHOWN] for of_set in margins], axis=1).clip(-32, 32)
        thousandths = (1000 * self._margins).round().astype("<i2")
        facts = {
            "strengths": strengths.tolist(),
            "sizes": [of_set.shape[1] for of_set in margins],
            "losses": np.round(losses, 6).tolist(),  # the same text everywhere
            "right": np.array(right).tolist(),
            "largest": largest[:, :, 0].round(6).tolist(),
            "margins": base64.b64encode(thousandths.tobytes()).decode(),
            "templates": as_sheet(self._templates),
        }
        for name, value in facts.items():
            self.set_trait(name, value)
        super().__init__(**{"strength": 1.0 if 1.0 in self.strengths else self.strengths[-1], **kwargs})

    @validate("strength")
    def _fits(self, proposal):
        if proposal.value not in self.strengths:
            known = ", ".join(map(price, self.strengths))
            raise TraitError(f"strength: expected one of {known}, got {proposal.value:g}.")
        return proposal.value

    def sentence(self):
        """Return the picture in words."""
        k, names = self.strengths.index(self.strength), self.class_names
        (loss, test), (n, n_test) = ([of_set[k] for of_set in both] for both in (self.losses, self.right))
        pairs = zip(names, self.largest[k], strict=True)
        return self._said(
            "sentence",
            strength=price(self.strength),
            training=number(loss),
            test=number(test),
            right=n,
            all=self.sizes[0],
            right_test=n_test,
            all_test=self.sizes[1],
            largest=", ".join(self._said("largest", name=name, weight=number(w)) for name, w in pairs),
        )

    def draw(self, figure):
        """Draw the still picture: the photographs on the curve, the path of the loss, the templates."""
        k, margins = self.strengths.index(self.strength), self._margins
        curve, path = figure.add_axes((0.07, 0.2, 0.36, 0.66)), figure.add_axes((0.49, 0.2, 0.27, 0.66))
        x = np.linspace(math.floor(margins.min()), math.floor(margins.max()) + 1, 241)
        curve.plot(x, np.logaddexp(0, -x), color=GREY, linewidth=1)
        path.axhline(math.log(len(self.class_names)), color=GREY, linewidth=1, linestyle=":")
        path.axvline(self.strength, color=GREY, linewidth=1)
        for i, (sign, name, mark, colour, style) in enumerate(SETS):
            curve.plot(
                margins[k, i], np.logaddexp(0, -margins[k, i]), mark, color=colour, markersize=3.5, alpha=0.7
            )
            words = self._said("mean_of", set=f"{sign} {self._said(name)}", loss=number(self.losses[i][k]))
            curve.text(0.99, 0.92 - 0.11 * i, words, color=colour, transform=curve.transAxes, ha="right")
            path.semilogx(self.strengths, self.losses[i], color=colour, linestyle=style)
            path.plot(self.strength, self.losses[i][k], mark, color=colour)
        top = math.ceil(np.logaddexp(0, -margins.min()))
        curve.set(xlim=(x[0], x[-1]), ylim=(0, top), xlabel=self._said("margin_axis"))
        path.set(ylim=(0, None), xlabel=self._said("strength_axis"))
        path.xaxis.set_major_formatter(lambda strength, _: price(strength))
        mean_loss = self._said("mean_loss_at", strength=price(self.strength))
        for axes, title in (curve, self._said("loss_of_y")), (path, mean_loss):
            axes.set_title(title, loc="left", fontsize=10)
            axes.spines[["top", "right"]].set_visible(False)
        for c, name in enumerate(self.class_names):
            write = still_tile(figure, 490, 171 - 78 * c, self._templates[k, c], 2)
            write(69, 31, name, va="center", fontsize=9)


def strengths_and_weights(path):
    """Return strengths (K,) and weights (K, C, D) of a path, when it is one."""
    if not isinstance(path, tuple | list) or len(path) != 2:
        raise TypeError(f"path: expected a pair (strengths, weights), got {arguments.shown(path)}.")
    strengths, weights = (arguments.float64s("path", part) for part in path)
    shape = (strengths.size, len(CLASS_NAMES), 3 * TILE**2 + 1)
    if strengths.ndim != 1 or weights.shape != shape:
        came = f"strengths of shape {strengths.shape}, weights of shape {weights.shape}"
        raise ValueError(f"path: expected strengths (K,) and weights of shape {shape}, got {came}.")
    if not ((strengths >= 1e-30) & (strengths <= 1e30)).all() or len(set(strengths)) < len(strengths):
        raise ValueError("path: expected strengths from 1e-30 to 1e30, each once, got others.")
    if np.abs(weights).max() > LARGEST:
        raise ValueError(f"path: expected weights up to {LARGEST:g}, got {np.abs(weights).max():.3g}.")
    return strengths, weights


@functools.cache
def examples():
    """Return the embedded photographs, (X, y) to train with and (X, y) to test with."""
    photographs = sample()
    return tuple(
        (add_bias(s.images.reshape(len(s), -1) / 255), s.labels)
        for s in (photographs.train, photographs.test)
    )


@functools.cache
def usual_path():
    """Return STRENGTHS and the best W for each of them, (K, 3, 3073)."""
    return np.array(STRENGTHS), lambda_path(*examples()[0], STRENGTHS)[0]


def measure(weights, X, y):
    """Return, for each W of a path, the mean loss, the number of right answers and the margins (K, N)."""
    S = scores(weights.reshape(-1, X.shape[1]), X).reshape(len(X), *weights.shape[:2]).swapaxes(0, 1)
    loss = np.array([negative_log_likelihood(f, y) for f in S])
    with np.errstate(divide="ignore", over="ignore"):  # a loss of 0 has no margin but inf
        margins = -np.log(np.expm1(loss))
    return loss.mean(axis=1), np.sum(S.argmax(axis=2) == y, axis=1), margins


def as_sheet(tiles):
    """Return templates (K, C, 32, 32, 3), 0..1, as the address of a picture with C rows of K tiles."""
    from PIL import Image  # slow

    rows = (255 * tiles).round().astype(np.uint8).transpose(1, 2, 0, 3, 4)
    sheet, content = Image.fromarray(rows.reshape(TILE * len(rows), -1, 3)), io.BytesIO()
    sheet.save(content, "JPEG", quality=44, subsampling=1, optimize=True)
    return f"data:image/jpeg;base64,{base64.b64encode(content.getvalue()).decode()}"
