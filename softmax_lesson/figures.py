"""Static pictures of the lesson (matplotlib), each with the sentence that says what it shows.

Every function that draws returns a `Picture`: as the last line of a cell it gives an image with alt text and
the same sentence as plain text, which is what nbval compares and a screen reader reads.
"""

import base64
import html
import io
import warnings

import numpy as np
from matplotlib import style
from matplotlib.figure import Figure
from PIL import Image, ImageChops

from softmax_lesson import arguments

__all__ = [
    "Picture",
    "as_images",
    "check_errors",
    "confusion",
    "images",
    "minus_log",
    "reliability",
    "smoothed_loss",
]

BLUE, VERMILLION, GREEN = "#0072B2", "#D55E00", "#009E73"  # Okabe and Ito's, told apart by everyone
DOTS = 100  # to an inch of a figure, as it is shown
PROJECTOR = {"font.size": 13, "lines.linewidth": 2.5, "axes.spines.top": False, "axes.spines.right": False}


def ours(more=None):
    """Return a context in which matplotlib's settings are the lesson's, whatever a student has set."""
    return style.context(["default", PROJECTOR | (more or {})])


class Picture:
    """A matplotlib figure and the sentence that stands for it where nobody can see it."""

    def __init__(self, figure, alt):
        """Keep `figure` (matplotlib.figure.Figure) and `alt` (str). Raises: TypeError for anything else."""
        if not isinstance(figure, Figure):
            raise TypeError(f"figure: expected a matplotlib Figure, got {type(figure).__name__}.")
        self.figure, self.alt = figure, arguments.text("alt", alt)

    def __repr__(self):
        """Return the sentence: what a terminal, a screen reader and nbval get."""
        return self.alt

    def png(self):
        """Return the picture as PNG bytes, on white so that it is legible in a dark theme too.

        It has twice the pixels that it is shown with: sharp screens have them, and so has paper.
        """
        dots, drawn, small = 2 * DOTS, io.BytesIO(), io.BytesIO()
        with ours(), warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Glyph")  # no letter for a sign in a name: a box stands there
            self.figure.savefig(drawn, format="rgba", dpi=dots, facecolor="white")
        width, height = (int(dots * inches) for inches in self.figure.get_size_inches())
        image = Image.frombytes("RGBA", (width, height), drawn.getvalue()).convert("RGB")
        in_few_colours(image).save(small, "PNG", dpi=(dots, dots))
        return small.getvalue()

    def _repr_html_(self):
        # JupyterLab gives a bare image/png no alt text; this form carries its own.
        alt, data = html.escape(self.alt), base64.b64encode(self.png()).decode()
        width = round(DOTS * self.figure.get_figwidth())
        return f'<img width="{width}" style="max-width:100%" alt="{alt}" src="data:image/png;base64,{data}">'


def in_few_colours(image):
    """Return an RGB image with 256 colours where nobody sees it; photographs need more, and keep theirs."""
    few = image.quantize(256, Image.Quantize.MAXCOVERAGE)
    apart = ImageChops.difference(image, few.convert("RGB")).getextrema()
    return few if max(most for _, most in apart) <= 8 else image


def canvas(width=9.0, height=3.4):
    """Return a figure of `width` x `height` inches with type that can be read from the last row."""
    return Figure(figsize=(width, height), layout="constrained")


def images(images, titles, alt, columns=6):
    """Show images, each under its title.

    Parameters: images, up to 100 of (H, W, 3), uint8 or floats in 0..1; titles, a text for each; alt, the
    sentence that stands for them; columns, how many to a line, 1 to 20. Returns: a `Picture`.
    Raises: TypeError, ValueError for unfit arguments.
    """
    images = photographs(images)
    titles = [one_line(title, 60) for title in arguments.texts("titles", titles, len(images))]
    alt = arguments.text("alt", alt)
    columns = min(arguments.whole("columns", columns, least=1, most=20), len(images))
    rows = -(-len(images) // columns)
    width = max(1.6 * columns, 2.4)  # a single image may be larger
    height = (width / columns + 0.35) * rows  # of the images and their titles
    with ours():
        figure = canvas(width, height)
        axes = figure.subplots(rows, columns, squeeze=False).flat
        for axis, image, title in zip(axes, images, titles, strict=False):
            axis.imshow(image)
            axis.set_title(title, fontsize=12, parse_math=False)  # a $ in a name is a $
        for axis in figure.axes:
            axis.set_axis_off()
    return Picture(figure, alt)


def as_images(W):
    """Turn rows of weights into pictures: grey is 0, bright positive; a row of zeros is grey all over.

    Parameters: W (C, 3073), bias last. Returns: (C, 32, 32, 3), floats in 0..1.
    Raises: TypeError, ValueError for unfit arguments.
    """
    W = arguments.floats("W", W, (2,))
    if W.shape[1] != 3073:
        raise ValueError(f"W: expected shape (C, 3073), got {W.shape}.")
    weights = W[:, :-1].reshape(-1, 32, 32, 3)
    largest = np.abs(weights).max(axis=(1, 2, 3), keepdims=True)
    return 0.5 + 0.5 * weights / np.where(largest == 0, 1, largest)


def photographs(images):
    """Return images as a list of arrays (H, W, 3) that can be drawn, uint8 or floats in 0..1."""
    if not isinstance(images, list | tuple):
        images = arguments.as_array("images", images, "a list of images")
        images = list(images[:101]) if images.ndim == 4 else []
    if not 1 <= len(images) <= 100:
        came = "more" if images else "none"
        raise ValueError(f"images: expected 1 to 100 of shape (H, W, 3), got {came}.")
    return [photograph(image) for image in images]


def photograph(image):
    """Return one image as an array (H, W, 3) that can be drawn."""
    image = arguments.as_array("images", image, "images")
    if image.ndim != 3 or image.shape[2] != 3 or not 0 < image.size <= arguments.MOST:
        raise ValueError(f"images: expected shape (H, W, 3) for each, got {image.shape}.")
    if image.dtype.kind == "f":
        if not ((image >= 0) & (image <= 1)).all():
            raise ValueError("images: expected floats in 0..1, got others.")
        return image.astype(np.float32)  # more than a screen can show
    if image.dtype != np.uint8:
        raise TypeError(f"images: expected uint8 or floats in 0..1, got {arguments.kind_of(image)}.")
    return image


def one_line(name, letters=14):
    """Return a name that fits into a picture."""
    return name if len(name) <= letters else f"{name[: letters - 1]}…"


def minus_log():
    """Plot the loss -log P against the probability P of the correct class, handout equation (1)."""
    P = np.linspace(0.002, 1, 500)
    with ours():
        figure = canvas()
        axis = figure.subplots()
        axis.plot(P, -np.log(P), color=BLUE)
        for p in (0.1, 1 / 3, 0.9):
            axis.plot(p, -np.log(p), "o", color=VERMILLION, markersize=9)
            words = f"P = {p:.2g}: loss {-np.log(p):.2f}"
            axis.annotate(words, (p, -np.log(p)), (10, 8), textcoords="offset points")
        axis.set(xlim=(0, 1.02), xlabel="P, the probability of the correct class")
        axis.set(ylim=(0, 6), ylabel="loss = -log P")
    return Picture(
        figure,
        "The loss -log P falls from infinity at P = 0 to 0 at P = 1: 2.30 at P = 0.1, 1.10 at P = 1/3, "
        "0.11 at P = 0.9. It is steep on the left and nearly flat on the right.",
    )


def in_a_legend(name):
    """Return a name that fits into a legend, in which a $ is a $."""
    return one_line(name, 30).replace("$", r"\$")


def check_errors(steps, errors):
    """Plot how far checks of the gradient are off against the lengths of their steps.

    Parameters: steps (K,), each above 0; errors, {name: numbers (K,), 0 or more}, one or two. All of them up
    to 1e30, and steps from 1e-30: the axes are logarithmic. Returns: a `Picture`.
    Raises: TypeError, ValueError for unfit arguments.
    """
    steps = in_range("steps", steps, 1e-30, 1e30)
    errors = {
        name: in_range("errors", values, 0, 1e30, steps.shape)
        for name, values in named("errors", errors, most=2).items()
    }
    with ours():
        figure = canvas()
        axis = figure.subplots()
        for (name, values), colour, mark in zip(errors.items(), (VERMILLION, BLUE), "sD", strict=False):
            above_0 = np.maximum(values, 1e-17)  # a logarithmic axis has no 0
            axis.loglog(steps, above_0, color=colour, marker=mark, label=in_a_legend(name))
        axis.set(xlabel="h, the length of the step", ylabel="error of the check")
        axis.legend(frameon=False)
    return Picture(
        figure,
        "The error of the check against the length h of its step. From right to left it first falls, because "
        "a long step sees the curve bend, and then rises again, because of rounding. A step to both sides is "
        "best near h = 0.00001, with about ten correct digits; a step to one side never gets as good.",
    )


def named(name, things, most):
    """Return a dict of things by name as it came, when it is one, and not larger than it may be."""
    if not isinstance(things, dict) or not all(isinstance(key, str) for key in things):
        raise TypeError(f"{name}: expected a dict with names as keys, got {arguments.shown(things)}.")
    if not 1 <= len(things) <= most:
        raise ValueError(f"{name}: expected 1 to {most} names in it, got {len(things)}.")
    arguments.texts(name, list(things))
    return things


def in_range(name, values, least, most, shape=None):
    """Return numbers (K,) as floats, each from least to most."""
    values = arguments.float64s(name, values)
    if values.ndim != 1 or shape not in (None, values.shape):
        raise ValueError(f"{name}: expected numbers of shape {shape or '(K,)'}, got shape {values.shape}.")
    if not ((least <= values) & (values <= most)).all():
        raise ValueError(f"{name}: expected numbers from {least:g} to {most:g}, got others.")
    return values


def matrix_of_counts(counts, C):
    """Return counts (C, C) as whole numbers from 0."""
    counts = arguments.as_array("counts", counts, "whole numbers")
    if counts.dtype.kind not in "iu":
        raise TypeError(f"counts: expected whole numbers, got {arguments.kind_of(counts)}.")
    if counts.shape != (C, C):
        raise ValueError(f"counts: expected shape {(C, C)}, a row for each class name, got {counts.shape}.")
    if not ((counts >= 0) & (counts < 2**53)).all():
        raise ValueError("counts: expected numbers from 0 to 2**53, got others.")
    return counts.astype(np.int64)


def confusion(counts, class_names):
    """Show a confusion matrix: a row for each true class, a column for each answer.

    Parameters: counts (C, C), whole numbers from 0; class_names, C texts, 1 to 20. Returns: a `Picture`.
    Raises: TypeError, ValueError for unfit arguments.
    """
    class_names = arguments.texts("class_names", class_names)
    if not 1 <= len(class_names) <= 20:
        raise ValueError(f"class_names: expected 1 to 20 names, got {len(class_names)}.")
    counts = matrix_of_counts(counts, len(class_names))
    shown = [one_line(name) for name in class_names]
    with ours({"axes.spines.left": False, "axes.spines.bottom": False}):
        figure = canvas(6.0, 3.8)
        axis = figure.subplots()
        axis.imshow(counts, cmap="Blues")
        for (row, column), count in np.ndenumerate(counts):
            colour = "white" if count > np.max(counts) / 2 else "black"
            weight = "bold" if row == column else "normal"
            axis.text(column, row, int(count), ha="center", va="center", color=colour, weight=weight)
        places = range(len(class_names))
        axis.set_xticks(places, shown, parse_math=False)
        axis.set_yticks(places, shown, parse_math=False)
        axis.tick_params(length=0)
        axis.set(xlabel="class that was said", ylabel="true class")
    told = []
    for name, row in zip(class_names, counts, strict=True):
        answers = [f"{count} as {other}" for count, other in zip(row, class_names, strict=True)]
        told.append(f"{name}: {', '.join(answers)}")
    alt = f"The confusion matrix. Of each true class, how many were taken for what. {'; '.join(told)}."
    return Picture(figure, alt)


BINS = np.linspace(0, 1, 11)


def reliability(answers):
    """Plot how often answers are right against how sure they were; on the diagonal, as often as they say.

    Parameters: answers, {name: (confidence (N,), right (N,))}, one to three: the largest probability of each
    example, in 0..1, and whether its class is the correct one. Returns: a `Picture`.
    Raises: TypeError, ValueError for unfit arguments.
    Source: Guo et al. (2017), arXiv 1706.04599, figure 1, with ten bins.
    """
    answers = {name: sure_and_right(pair) for name, pair in named("answers", answers, most=3).items()}
    told = []
    with ours():
        figure = canvas(6.0, 4.2)
        axis = figure.subplots()
        axis.plot([0, 1], [0, 1], color="0.5", linewidth=1.5, linestyle="--")
        along = {"rotation": 45, "transform_rotates_text": True, "rotation_mode": "anchor"}
        axis.text(0.53, 0.44, "says what it keeps", color="0.35", fontsize=11, **along)
        for (name, (confidence, right)), colour, mark in zip(
            answers.items(), (BLUE, VERMILLION, GREEN), "osD", strict=False
        ):
            says, keeps = in_bins(confidence, right)
            axis.plot(says, keeps, color=colour, marker=mark, markersize=8, label=in_a_legend(name))
            pairs = ", ".join(f"{s:.2f}: {k:.2f}" for s, k in zip(says, keeps, strict=True))
            told.append(f"{name}: {pairs}.")
        axis.set(xlim=(0.3, 1), xlabel="how sure it is: its largest probability")
        axis.set(ylim=(0, 1.02), ylabel="share that is right")
        axis.legend(frameon=False, loc="lower right")
    return Picture(
        figure, "How sure a classifier is, and how often it is right, in ten bins. " + " ".join(told)
    )


def sure_and_right(pair):
    """Return how sure (N,) and whether right (N,) as arrays, when they are such a pair."""
    if not isinstance(pair, tuple | list) or len(pair) != 2:
        came = arguments.shown(pair)
        raise TypeError(f"answers: expected a pair (confidence, right) for each name, got {came}.")
    confidence = in_range("answers", pair[0], 0, 1)
    right = arguments.as_array("answers", pair[1], "True or False for each example")
    if right.dtype != bool or right.shape != confidence.shape:
        came = f"{right.dtype.name} of shape {right.shape}"
        raise ValueError(f"answers: expected True or False of shape {confidence.shape}, got {came}.")
    return confidence, right


def in_bins(confidence, right):
    """Return the mean confidence and the share of right answers of each bin that has examples."""
    bins = np.digitize(confidence, BINS[1:-1], right=True)
    used = np.unique(bins)
    return (np.array([np.mean(values[bins == b]) for b in used]) for values in (confidence, right))


def smoothed_loss(smoothing):
    """Plot the loss curve with hard and with smoothed labels, for three classes, the two other scores 0.

    Parameters: smoothing, the share of the label that is spread over all classes, .001 to 1.
    Returns: a `Picture`. Raises: TypeError, ValueError for anything else.
    Source: Szegedy et al. (2016), arXiv 1512.00567, section 7.
    """
    smoothing = arguments.finite("smoothing", smoothing)
    if not 0.001 <= smoothing <= 1:
        raise ValueError(f"smoothing: expected 0.001 to 1, got {smoothing}.")
    C = 3
    q = np.full(C, smoothing / C)
    q[0] += 1 - smoothing
    f = np.linspace(-4, 12, 401)
    log_p = np.stack([f - np.logaddexp(f, np.log(C - 1)), -np.logaddexp(f, np.log(C - 1))])
    hard, smooth = -log_p[0], -(q[0] * log_p[0] + (1 - q[0]) * log_p[1])
    entropy, lowest = -np.sum(q * np.log(q)), np.log(q[0] / q[1])
    with ours():
        figure = canvas()
        axis = figure.subplots()
        axis.plot(f, hard, color=BLUE, label="one-hot: −log p of the correct class")
        axis.plot(f, smooth, color=VERMILLION, linestyle="--", label=f"smoothed by {smoothing:g}")
        axis.axhline(entropy, color="0.5", linewidth=1.5, linestyle=":")
        axis.plot(lowest, entropy, "o", color=VERMILLION, markersize=9)
        axis.annotate(
            f"floor {entropy:.3f}, where p = q", (lowest, entropy), (-30, 16), textcoords="offset points"
        )
        axis.set(xlim=(-4, 12), xlabel="score of the correct class (the two others are 0)")
        axis.set(ylim=(0, 5), ylabel="loss")
        axis.legend(frameon=False)
    return Picture(
        figure,
        f"Two loss curves. With one-hot labels it falls towards 0 and never rises. With labels smoothed by "
        f"{smoothing:g} it falls to {entropy:.3f}, at a score of {lowest:.2f}, and then rises again.",
    )
