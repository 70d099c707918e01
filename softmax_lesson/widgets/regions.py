"""Steps 3 and 8: where the classes change. Two features of real photographs, and three straight borders."""

import base64
import io
from itertools import combinations

import numpy as np
from traitlets import List, TraitError, TraitType, Unicode, observe, validate

from softmax_lesson import arguments
from softmax_lesson.data import CLASS_NAMES, SAMPLE_FACTS, two_features
from softmax_lesson.data.features import AVERAGE, DEVIATION
from softmax_lesson.loss import negative_log_likelihood
from softmax_lesson.probabilities import log_softmax, softmax
from softmax_lesson.widgets.kit.base import BLUE, GREEN, VERMILLION, Interactive, number, score
from softmax_lesson.widgets.kit.state import (
    ENDS,
    LARGEST_WHOLE,
    MOST_PHOTOGRAPHS,
    Label,
    Number,
    photographs,
    rows_of_numbers,
    sample,
    still_tile,
)

MOST_WEIGHT = 1000
LIMIT = 3  # the plane reaches from -LIMIT to LIMIT both ways; what lies beyond is drawn at its edge
SIDE = 24  # pixels of a photograph's side as it travels
ACROSS = 20  # photographs in a row of the sheet
# What the training photographs teach, to one decimal: a test trains it again.
LEARNED = SAMPLE_FACTS["two_features"]["weights"]
PURPLE = "#9C5A7F"
MARKS = (("o", BLUE), ("s", PURPLE), ("^", GREEN))  # one for each class, as in TrainingPlayer
SHADES = np.array([[0, 114, 178], [204, 121, 167], [0, 158, 115]])  # Okabe and Ito's, for the regions


class Numbers(List):
    """Rows of finite numbers, as lists; an array or tuples become some."""

    set = TraitType.set  # List's own would take "123" for ["123"]

    def __init__(self, width, most, **kwargs):
        """Say how long a row is, and how large a number may be."""
        super().__init__(**kwargs)
        self.width, self.most = width, most

    def validate(self, obj, value):
        """Return `value` as rows of floats, or say what is wrong with it."""
        numbers = rows_of_numbers(self.name, value)
        if numbers is None or numbers.ndim != 2 or numbers.shape[1] != self.width:
            came = arguments.shown(value) if numbers is None else f"shape {numbers.shape}"
            raise TraitError(f"{self.name}: expected rows of {self.width} numbers, got {came}.")
        if len(numbers) > MOST_PHOTOGRAPHS:
            raise TraitError(f"{self.name}: expected at most {MOST_PHOTOGRAPHS} rows, got {len(numbers):,}.")
        numbers = numbers.astype(np.longdouble)  # int8 has no room for the size of -128
        if not (np.abs(numbers) <= self.most).all():
            bad = numbers[~(np.abs(numbers) <= self.most)][0]
            raise TraitError(f"{self.name}: expected numbers from -{self.most} to {self.most}, got {bad}.")
        return (numbers.astype(float) + 0.0).tolist()  # + 0.0: never -0.0


FEATURES = ("brightness", "blue")  # the words of the two features


class Regions(Interactive, script="regions"):
    """Photographs as points in a plane of two features, and the region in which each class wins.

    Two classes are equal on a straight border; the shade says how sure the softmax is. Each row of W is an
    arrow, and borders stand at right angles to the way from one arrow's tip to another's. A point or an arrow
    can be dragged. The chosen photograph stands on the loss curve beside it.

    Parameters: W (3, 3): one row per class, a weight for each feature and the bias last; or W (K, 3, 3), the
    W of a training run, to be played, with `steps` (K,), their numbers. images (N, H, W, 3) of uint8 with
    labels (N,) counted from 0; without them, the first 20 training photographs of each class. class_names, 3
    texts. These can be read, set and observed at any time: W; X (N, 2), the two features; temperature, 0.1 to
    10; example, the place of the chosen photograph; row, the row of W that the sliders move, or -1 for the
    photograph; step, one of `steps`.
    Raises: TypeError, ValueError or traitlets.TraitError for unfit arguments.
    Source: the handout's f = W x and exp(f) / sum exp(f), for two features and the constant 1.
    """

    still_colours = 44
    W = Numbers(3, MOST_WEIGHT).tag(sync=True)
    X = Numbers(2, 100).tag(sync=True)
    labels = List(read_only=True).tag(sync=True)
    class_names = List(read_only=True).tag(sync=True)
    images = Unicode(read_only=True).tag(sync=True)
    average = List(AVERAGE.tolist(), read_only=True).tag(sync=True)  # of the two features, light from 0 to 1
    deviation = List(DEVIATION.tolist(), read_only=True).tag(sync=True)
    path = List(read_only=True).tag(sync=True)  # the W of a training run, or none
    steps = List(read_only=True).tag(sync=True)
    step = Label(0).tag(sync=True)
    temperature = Number(1.0).tag(sync=True)
    example = Label(10).tag(sync=True)  # without arguments, the eleventh of the first class
    row = Label(-1).tag(sync=True)

    def __init__(
        self, W=LEARNED, images=None, labels=None, class_names=CLASS_NAMES, steps=None, step=None, **kwargs
    ):
        """Measure the photographs, and make the picture."""
        if images is None:
            images, labels = first_photographs()
        images = photographs("images", images, (None, None, 3))
        class_names = arguments.texts("class_names", class_names, 3)
        X = two_features(images)
        self.set_trait("labels", arguments.labels(labels, (len(X),), 3, "labels").tolist())
        self.set_trait("class_names", list(class_names))
        self._tiles = as_tiles(images)
        self.set_trait("images", as_sheet(self._tiles))
        path = arguments.float64s("W", W)
        if path.shape[-2:] != (3, 3) or path.ndim not in (2, 3):
            raise ValueError(f"W: expected shape (3, 3), or (K, 3, 3) for K steps, got {path.shape}.")
        if path.ndim == 3:
            self._keep_path(path, steps)
            kwargs["step"] = self.steps[0] if step is None else step
        kwargs.setdefault("example", min(10, len(X) - 1))
        kwargs = {"X": X.round(2), "W": path if path.ndim == 2 else path[0], **kwargs}
        super().__init__(**kwargs)
        if path.ndim == 3:
            self.W = self.path[self.steps.index(self.step)]

    def _keep_path(self, path, steps):
        if np.abs(path).max() > MOST_WEIGHT:
            largest = path.flat[np.abs(path).argmax()]
            raise ValueError(f"W: expected numbers from -{MOST_WEIGHT} to {MOST_WEIGHT}, got {largest}.")
        steps = arguments.as_array("steps", np.arange(len(path)) if steps is None else steps)
        if steps.dtype.kind not in "iu":
            raise TypeError(f"steps: expected whole numbers, got {arguments.kind_of(steps)}.")
        if steps.size and not 0 <= steps.min() <= steps.max() <= LARGEST_WHOLE:
            raise ValueError("steps: expected whole numbers from 0 to 2**53, got others.")
        steps, came = steps.astype(np.int64), np.array2string(steps, threshold=20)
        if steps.shape != (len(path),) or not (np.diff(steps) > 0).all():
            raise ValueError(f"steps: expected {len(path)} numbers that rise, one for each W, got {came}.")
        self.set_trait("path", (path.round(3) + 0.0).tolist())
        self.set_trait("steps", steps.tolist())

    @validate("W", "X")
    def _as_many_rows(self, proposal):
        name, value = proposal.trait.name, proposal.value
        rows = {"W": 3, "X": len(self.labels)}[name]
        if len(value) != rows:
            raise TraitError(f"{name}: expected {rows} rows, got {len(value)}.")
        return value

    @validate("example", "row", "step")
    def _is_there(self, proposal):
        name, value = proposal.trait.name, proposal.value
        if name == "step":
            if self.path and value not in self.steps:
                raise TraitError(f"step: expected one of {self.steps}, got {value}.")
            return value
        least, most = {"example": (0, len(self.labels) - 1), "row": (-1, 2)}[name]
        if not least <= value <= most:
            raise TraitError(f"{name}: expected {least} to {most}, got {value}.")
        return value

    @validate("temperature")
    def _is_a_temperature(self, proposal):
        if not 0.1 <= proposal.value <= 10:
            raise TraitError(f"temperature: expected 0.1 to 10, got {proposal.value}.")
        return proposal.value

    @observe("step")
    def _play(self, change):
        if self.path:
            self.W = self.path[self.steps.index(change.new)]

    def scores(self, X=None):
        """Return the scores of the photographs, or of other points X (N, 2): f = W x, (N, 3).

        Raises: TypeError, ValueError for unfit points; FloatingPointError when a score overflows.
        """
        X, W = np.array(self.X) if X is None else arguments.float64s("X", X, (2,)), np.array(self.W)
        if X.shape[1] != 2:
            raise ValueError(f"X: expected points of shape (N, 2), got shape {X.shape}.")
        with np.errstate(all="ignore"):
            S = X[:, :1] * W[:, 0] + X[:, 1:] * W[:, 1] + W[:, 2]
        if not np.isfinite(S).all():
            raise FloatingPointError(
                "X: expected points whose scores float64 can hold, got one that overflows."
            )
        return S

    def sentence(self):
        """Return the picture in words."""
        S, names, i, T = self.scores(), self.class_names, self.example, self.temperature
        y, f, x = np.array(self.labels), S[i], np.array(self.X[i])
        losses, name = negative_log_likelihood(S / T, y), names[y[i]]
        one, other = map(self._listed, map(self._said, FEATURES), x[:, None])
        sentence = self._said(
            "sentence",
            number=i + 1,
            count=len(y),
            name=name,
            place=self._said("and", one=one, other=other),
            region=names[f.argmax()],
            scores=", ".join(map(number, f)),
            temperature=score(T),
            probabilities=", ".join(map(number, softmax(f / T))),
            loss=number(losses[i]),
            right=(S.argmax(axis=1) == y).sum(),
            mean=number(losses.mean()),
        )
        rows = "; ".join(map(self._listed, names, self.W))
        return f"{self._said('rows_after' if self.path else 'rows', step=self.step, rows=rows)} {sentence}"

    def _listed(self, name, values):
        return self._said("listed", name=name, values=", ".join(map(score, values)))

    def draw(self, figure):
        """Draw the still picture: the plane with its regions, and the loss curve of the chosen photograph."""
        plane = figure.add_axes((0.065, 0.16, 0.32, 0.8))  # a square
        self._draw_regions(plane)
        self._draw_borders(plane)
        self._draw_points(plane)
        self._draw_arrows(plane)
        plane.set(xlim=(-LIMIT, LIMIT), ylim=(-LIMIT, LIMIT))
        plane.set_xlabel(self._said(FEATURES[0]), fontsize=9, labelpad=1)
        plane.set_ylabel(self._said(FEATURES[1]), fontsize=9, labelpad=1)
        plane.tick_params(labelsize=8)
        self._draw_loss(figure.add_axes((0.62, 0.19, 0.36, 0.68)))
        i = self.example
        write = still_tile(figure, 268, 90, moved(self._tiles[i], self.X[i]), 3)
        for line, words in enumerate(
            [self._said("number", number=i + 1), f"★ {self.class_names[self.labels[i]]}"]
        ):
            write(36, 92 - 14 * line, words, fontsize=8, ha="center", color=(VERMILLION if line else "black"))

    def _grid(self, count):
        """Return the points (count², 2) of a grid over the plane, from the upper left, row by row."""
        places = LIMIT * ((2 * np.arange(count) + 1) / count - 1)
        return np.column_stack([np.tile(places, count), np.repeat(-places, count)])

    def _draw_regions(self, axes):
        S = self.scores(self._grid(60))
        p = softmax(S / self.temperature)
        sure = (6 * (1.5 * p.max(axis=1) - 0.5)).round()[:, None] / 6  # few colours pack well
        colour = 255 + (0.08 + 0.42 * sure) * (SHADES[S.argmax(axis=1)] - 255)
        axes.imshow(colour.astype(np.uint8).reshape(60, 60, 3), extent=2 * (-LIMIT, LIMIT), aspect="auto")
        lead = np.diff(np.sort(S)[:, 1:])[:, 0]
        for k, name in enumerate(self.class_names):
            if (S.argmax(axis=1) == k).any():
                x, y = self._grid(60)[np.where(S.argmax(axis=1) == k, lead, -1).argmax()]
                x, y, side = 0.95 * x, np.clip(y, -2.8, 2.5), "right" if x > 0 else "left"
                axes.text(x, y, name, ha=side, fontsize=9, fontweight="bold")

    def _draw_borders(self, axes):
        for whole, part in self.borders():
            axes.plot(*whole.T, color="#444444", linewidth=0.8, linestyle=(0, (4, 4)))
            axes.plot(*part.T, color="black", linewidth=1.8)

    @np.errstate(over="ignore", invalid="ignore")  # a line whose place overflows is not in the plane
    def borders(self):
        """Return for each two classes the line on which they are equal, and its part where both lead.

        They are three pairs of ends, (2, 2) each and inside the plane, or (0, 2) where there is no line.
        """
        W, found = np.array(self.W), []
        for j, k in combinations(range(3), 2):
            [third] = set(range(3)) - {j, k}
            line = line_of(W[j] - W[k])
            part = line if line is None else ahead(line, W[j] - W[third])
            found.append(tuple(map(ends_of, (line, part))))
        return found

    def _draw_points(self, axes):
        X, y = np.clip(self.X, -LIMIT, LIMIT), np.array(self.labels)
        for k, (mark, colour) in enumerate(MARKS):
            axes.plot(*X[y == k].T, mark, color=colour, markersize=5, markeredgecolor="white", linewidth=0)
        mark = MARKS[y[self.example]][0]
        axes.plot(*X[self.example], mark, color=VERMILLION, markersize=10, markeredgecolor="white")

    def _draw_arrows(self, axes):
        for w in np.array(self.W):
            w = w / max(1, np.abs(w[:2]).max() / LIMIT)
            how = {"arrowstyle": "-|>", "color": "black", "linewidth": 1.5, "shrinkA": 0, "shrinkB": 0}
            axes.annotate("", w[:2], (0, 0), arrowprops=how, annotation_clip=False)

    def _draw_loss(self, axes):
        T, y = self.temperature, self.labels[self.example]
        f, name = self.scores()[self.example], self.class_names[y]
        loss, slope = negative_log_likelihood(f / T, y), np.expm1(log_softmax(f / T)[y]) / T
        limit = next((n for n in ENDS if n >= np.abs(f).max()), np.abs(f).max())
        high = next((n for n in ENDS if n >= 1.05 * loss), 1.05 * loss)
        x = np.linspace(-limit, limit, 241)
        others = np.where(np.arange(3) == y, x[:, None], f)
        axes.plot(x, negative_log_likelihood(others / T, np.full(len(x), y)), color=BLUE, linewidth=2.5)
        half = 0.25 / np.hypot(1 / (2 * limit), slope / high)
        step = np.array([-half, min(half, -loss / slope) if slope else half])
        axes.plot(f[y] + step, loss + slope * step, color=GREEN, linewidth=2)
        dot = {"color": VERMILLION, "markersize": 10, "markeredgecolor": "white"}
        axes.plot(f[y], loss, "o", clip_on=False, zorder=3, **dot)
        axes.set(xlim=(-limit, limit), ylim=(0, high))
        axes.set_xlabel(self._said("score_of", name=name), fontsize=9)
        axes.set_title(self._said("loss_of", name=name, loss=number(loss)), loc="left", fontsize=10)
        axes.tick_params(labelsize=8)
        axes.locator_params(nbins=4)
        axes.spines[["top", "right"]].set_visible(False)


def line_of(w):
    """Return the line w . (x, 1) = 0 in the plane, or None: a foot, a direction, from where, to where."""
    length = np.hypot(*w[:2])
    if not length:
        return None
    foot, along = -w[2] / length * (w[:2] / length), np.array([-w[1], w[0]]) / length
    low, high = -np.inf, np.inf
    for place, step in zip(foot, along, strict=True):
        if step:
            ends = sorted([(-LIMIT - place) / step, (LIMIT - place) / step])
            low, high = max(low, ends[0]), min(high, ends[1])
        elif abs(place) > LIMIT:
            return None
    return (foot, along, low, high) if low < high else None


def ahead(line, w):
    """Return the part of a line on which w . (x, 1) is above 0, or None."""
    foot, along, low, high = line
    start, rise = w[:2] @ foot + w[2], w[:2] @ along
    if rise > 0:
        low = max(low, -start / rise)
    elif rise < 0:
        high = min(high, -start / rise)
    elif start <= 0:
        return None
    return (foot, along, low, high) if low < high else None


def ends_of(line):
    """Return the two ends of a line, (2, 2), or (0, 2) without one."""
    if line is None:
        return np.empty((0, 2))
    foot, along, low, high = line
    return foot + np.outer([low, high], along)


def first_photographs():
    """Return images and labels: the first 20 training photographs of each class, in their order."""
    train = sample().train
    first = np.sort(np.concatenate([np.flatnonzero(train.labels == k)[:20] for k in range(3)]))
    return train.images[first], train.labels[first]


def as_tiles(images):
    """Return small copies of the photographs, (N, SIDE, SIDE, 3): each pixel an average of some."""
    from PIL import Image  # here, so that importing the pictures stays quick

    size, way = (SIDE, SIDE), Image.Resampling.BOX
    return np.array([np.asarray(Image.fromarray(image).resize(size, way)) for image in images])


def as_sheet(tiles):
    """Return the small photographs, ACROSS in a row, as the address of a JPEG."""
    from PIL import Image

    rows, content = -(-len(tiles) // ACROSS), io.BytesIO()
    sheet = np.zeros((rows * ACROSS, SIDE, SIDE, 3), np.uint8)
    sheet[: len(tiles)] = tiles
    sheet = sheet.reshape(rows, ACROSS, SIDE, SIDE, 3).swapaxes(1, 2).reshape(rows * SIDE, ACROSS * SIDE, 3)
    Image.fromarray(sheet).save(content, "JPEG", quality=40, optimize=True)
    return f"data:image/jpeg;base64,{base64.b64encode(content.getvalue()).decode()}"


def moved(tile, x):
    """Return a photograph that is so bright and so blue: the same amount is added to each of its pixels."""
    brighter, bluer = (np.array(x) - two_features(tile)) * DEVIATION
    change = 255 * (brighter + bluer * np.array([-0.5, 0, 0.5]))
    return np.clip(np.rint(tile + change), 0, 255).astype(np.uint8)
