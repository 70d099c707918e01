"""Step 1: every pixel of a photograph votes, and the votes add up to the scores."""

import base64
import functools
import io

import numpy as np
from traitlets import List, TraitError, Unicode, validate

from softmax_lesson import arguments
from softmax_lesson.data import CLASS_NAMES, SAMPLE_FACTS, TILE
from softmax_lesson.loss import negative_log_likelihood
from softmax_lesson.widgets.kit.base import VERMILLION, Interactive, number
from softmax_lesson.widgets.kit.state import Label, photographs, sample, still_curve, still_tile

PIXELS = TILE * TILE
KEYS = [1]  # the same random numbers as in the browser; in their order the pixels are shuffled
while len(KEYS) < PIXELS:
    KEYS.append((75 * KEYS[-1] + 74) % 65537)
SHUFFLED = np.argsort(KEYS)
HOW = (None, "both_shuffled", "photograph_shuffled")  # its words, by `shuffle`
FEW = SAMPLE_FACTS["photographs"]["one_of_each"]
# What is above 0 is blue, what is below it brown, and 0 is nearly white.
FOR, AGAINST, ZERO = np.array([0, 114, 178]), np.array([150, 75, 0]), 247
LARGEST = 1e100  # weight: the votes of all pixels are added up
BRIGHTER = 100  # the most that can be added to each of a photograph's numbers, or taken from it


class PixelVotes(Interactive, script="pixel_votes"):
    """A photograph times the weights of a class, pixel by pixel: votes for the class, and votes against it.

    With the bias they add up to the score; the three scores put the photograph on the loss curve. Shuffling
    the pixels of photograph and weights alike changes the pictures, and no number. A slider makes the
    photograph brighter or darker. Weights and votes are shown by one map: blue above 0, brown below it.

    Parameters: W (C, 3073) weights, the bias last; without them, the average photograph of each class minus
    the average of all, times .05, as in notebook 01. images (N, 32, 32, 3) uint8, a few photographs, with
    labels (N,) counted from 0; without them, one test photograph of each class. class_names, C texts. Four
    can be set and observed at any time: example, the place of the photograph; row, the class whose weights
    are shown, the correct one by default; shuffle, 0 no, 1 photograph and weights, 2 the photograph alone;
    brightness, -100 to 100, added to each number of the photograph, which stays within 0 to 255.
    A weight is rounded to 1/127 of the largest in its row, which moves a score by a thousandth or so.
    Raises: TypeError, ValueError or traitlets.TraitError for unfit arguments. Source: the handout's f = W x.
    """

    still_colours = 44
    sheet = Unicode(read_only=True).tag(sync=True)  # `as_png`: the photographs, then the weights, 128 being 0
    units = List(read_only=True).tag(sync=True)  # what a weight of 129 adds to a score at brightness 1 of 255
    biases = List(read_only=True).tag(sync=True)
    labels = List(read_only=True).tag(sync=True)
    class_names = List(read_only=True).tag(sync=True)
    example = Label(0).tag(sync=True)
    row = Label(0).tag(sync=True)
    shuffle = Label(0).tag(sync=True)
    brightness = Label(0).tag(sync=True)

    def __init__(self, W=None, images=None, labels=None, class_names=CLASS_NAMES, row=None, **kwargs):
        """Round the weights, and make the picture."""
        if images is None:
            test = sample().test
            images, labels = test.images[FEW], test.labels[FEW]
        images = photographs("images", images)
        class_names = arguments.texts("class_names", class_names)
        W = arguments.float64s("W", common_sense_weights() if W is None else W, (2,))
        if W.shape != (len(class_names), 3 * PIXELS + 1):
            raise ValueError(f"W: expected shape ({len(class_names)}, {3 * PIXELS + 1}), got {W.shape}.")
        if np.abs(W).max() > LARGEST:
            raise ValueError(f"W: expected weights from -1e100 to 1e100, got {np.abs(W).max():.3g} in size.")
        labels = arguments.labels(labels, (len(images),), len(W), "labels").tolist()
        largest = np.abs(W[:, :-1]).max(axis=1)
        largest[largest == 0] = 1
        self._x = images.reshape(-1, PIXELS, 3).astype(int)
        self._w = np.rint(127 * (W[:, :-1] / largest[:, None])).astype(int).reshape(-1, PIXELS, 3)
        self.set_trait("sheet", as_png(np.concatenate([self._x, self._w + 128])))
        self.set_trait("units", (largest / 127 / 255).tolist())
        self.set_trait("biases", (W[:, -1] + 0.0).tolist())
        self.set_trait("labels", labels)
        self.set_trait("class_names", list(class_names))
        super().__init__(**kwargs)
        self.row = labels[self.example] if row is None else row

    @validate("example", "row", "shuffle", "brightness")
    def _fits(self, proposal):
        name, value = proposal.trait.name, proposal.value
        counts = {"example": len(self.labels), "row": len(self.class_names), "shuffle": len(HOW)}
        least, most = (-BRIGHTER, BRIGHTER) if name == "brightness" else (0, counts[name] - 1)
        if not least <= value <= most:
            raise TraitError(f"{name}: expected {least} to {most}, got {value}.")
        return value

    def pictures(self):
        """Return photograph (1024, 3) and all weights (C, 1024, 3), as they are shown, as whole numbers."""
        x, w = np.clip(self._x[self.example] + self.brightness, 0, 255), self._w
        return x[SHUFFLED] if self.shuffle else x, w[:, SHUFFLED] if self.shuffle == 1 else w

    def votes(self):
        """Return the vote of each pixel for each class, (C, 1024): its three products, added up."""
        x, w = self.pictures()
        return (w * x).sum(axis=2) * np.array(self.units)[:, None]

    def scores(self):
        """Return the three scores, (C,): whole numbers are added, so their order cannot matter."""
        x, w = self.pictures()
        return (w * x).sum(axis=(1, 2)) * np.array(self.units) + self.biases

    def sentence(self):
        """Return the picture in words."""
        f, votes, k, names = self.scores(), self.votes()[self.row], self.row, self.class_names
        y = self.labels[self.example]
        pairs = zip(names, f, strict=True)
        words = {
            "number": self.example + 1,
            "name": names[y],
            "light": self._said_of_light(),
            "row": names[k],
            "shuffled": self._said(HOW[self.shuffle]) if self.shuffle else "",
            "for": (votes > 0).sum(),
            "votes_for": number(votes[votes > 0].sum()),
            "against": (votes < 0).sum(),
            "votes_against": number(votes[votes < 0].sum()),
            "bias": number(self.biases[k]),
            "score": number(f[k]),
            "scores": ", ".join(self._said("one_score", name=name, score=number(v)) for name, v in pairs),
            "loss": number(negative_log_likelihood(f, y)),
        }
        return self._said("sentence", **words)

    def _said_of_light(self):
        lit = self.brightness
        return self._said("brighter" if lit > 0 else "darker", by=abs(lit)) if lit else ""

    def draw(self, figure):
        """Draw the still picture: photograph, weights and votes; the scores; the loss curve."""
        (x, w), f, k, y = self.pictures(), self.scores(), self.row, self.labels[self.example]
        weights, votes = signed(w[k].sum(axis=1)), signed(self.votes()[k])
        template = self._said("times_weights", name=self.class_names[k])
        tiles = {self._said("photograph"): x, template: weights, self._said("equals_votes"): votes}
        for place, (title, pixels) in enumerate(tiles.items()):
            photo = pixels.reshape(TILE, TILE, 3).astype(np.uint8)
            still_tile(figure, 8 + 124 * place, 90, photo, 3)(48, 103.5, title, fontsize=8, ha="center")
        figure.text(0.01, 0.27, self._said("map"), fontsize=8)
        for j, name in enumerate(self.class_names):
            words, colour = (f"★ {name}", VERMILLION) if j == y else (name, "black")
            where = (0.01 + 0.56 * j / len(f), 0.1)
            figure.text(
                *where, f"{words}\n{self._said('score_is', score=number(f[j]))}", fontsize=9, color=colour
            )
        still_curve(figure.add_axes((0.64, 0.19, 0.35, 0.68)), self._said, f, y, self.class_names[y])


def signed(values):
    """Return colours (1024, 3) for numbers (1024,): the further from 0, the stronger blue or brown."""
    share = values[:, None] / max(np.abs(values).max(), 1e-300)
    return ZERO + np.abs(share) * (np.where(share > 0, FOR, AGAINST) - ZERO)


@functools.cache
def common_sense_weights(train=None):
    """Return W (3, 3073): class averages minus the average, times .05; the average photograph scores 0.

    train: training photographs; the lesson's own by default.
    """
    train = sample().train if train is None else train
    X = train.images.reshape(len(train), -1) / 255
    average = X.mean(axis=0)
    weights = 0.05 * np.array([X[train.labels == k].mean(axis=0) - average for k in range(3)])
    return np.column_stack([weights, -weights @ average])


def as_png(pixels):
    """Return pictures (N, 1024, 3), one under the other, as the address of a PNG: every number is kept.

    Red and blue are written as what they are more than green, modulo 256: that packs a sixth better.
    """
    from PIL import Image  # here, so that importing the pictures stays quick

    content, sheet = io.BytesIO(), pixels.reshape(-1, TILE, 3).astype(np.uint8)
    sheet[..., ::2] -= sheet[..., 1:2]
    Image.fromarray(sheet).save(content, "PNG", optimize=True)
    return f"data:image/png;base64,{base64.b64encode(content.getvalue()).decode()}"
