"""The state that pictures share, with a sentence for what does not fit, and their still loss curve."""

import functools
import math

import numpy as np
from traitlets import Int, List, TraitError, TraitType, validate

from softmax_lesson import arguments
from softmax_lesson.data import CLASS_NAMES, TILE, load_sample
from softmax_lesson.loss import negative_log_likelihood
from softmax_lesson.probabilities import log_softmax
from softmax_lesson.widgets.kit.base import BLUE, GREEN, VERMILLION, Interactive, number

# Where the axes of the loss may end: few places, so that they hold still under a hand. kit.js has the same.
ENDS = (6, 10, 20, 50, 100, 200, 500, 1000)
MOST_PHOTOGRAPHS = 1000  # side by side they are as wide as a JPEG can be
MOST_CLASSES = 100  # more bars than anyone can tell apart
LARGEST = 1e300  # so that the axes around it can be counted
LARGEST_WHOLE = 2**53  # whole numbers above have no place of their own in a browser
sample = functools.cache(load_sample)  # read once in a kernel's life: the pictures do not change it


class Checked(TraitType):
    """A trait that one of the checks of `arguments` looks at; what is wrong is a TraitError that names it."""

    def __init__(self, check, default, **kwargs):
        """Take the check, a function of name and value, and the value without any other."""
        super().__init__(default, **kwargs)
        self.check = check

    def validate(self, obj, value):
        """Return `value` as the check hands it on, or say what is wrong with it."""
        try:
            return self.check(self.name, value)
        except (TypeError, ValueError) as error:
            raise TraitError(str(error)) from None


def number_of_a_browser(name, value):
    """Return a number as a float, never -0.0."""
    number = arguments.finite(name, value)
    if abs(number) > LARGEST:
        raise ValueError(f"{name}: expected a number from -{LARGEST:g} to {LARGEST:g}, got {number:g}.")
    return number + 0.0


def Number(default):
    """Return a trait that is one finite number."""
    return Checked(number_of_a_browser, default)


def YesOrNo(default):
    """Return a trait that is True or False."""
    return Checked(arguments.yes_or_no, default)


def OneOf(choices, default):
    """Return a trait that is one of a few texts."""

    def one_of(name, value):
        if not isinstance(value, str) or value not in choices:
            wish, came = ", ".join(map(repr, choices)), arguments.shown(value)
            raise ValueError(f"{name}: expected one of {wish}, got {came}.")
        return str(value)

    return Checked(one_of, default)


class Scores(List):
    """A list of finite floats; a tuple or an array becomes one."""

    set = TraitType.set  # List's own would take "123" for ["123"]

    def validate(self, obj, value):
        """Return `value` as a list of floats, or say what is wrong with it."""
        numbers = rows_of_numbers(self.name, value)
        if numbers is None or numbers.ndim != 1:
            came = arguments.shown(value)
            raise TraitError(f"{self.name}: expected a list of numbers, one for each class, got {came}.")
        if numbers.size > MOST_CLASSES:
            raise TraitError(f"{self.name}: expected at most {MOST_CLASSES} classes, got {numbers.size:,}.")
        with np.errstate(over="ignore"):  # of numbers wider than float64, said below
            numbers = numbers.astype(float) + 0.0  # + 0.0: never -0.0
        for k, v in enumerate(numbers):
            if not np.isfinite(v):
                raise TraitError(f"{self.name}: expected finite numbers, got {v} at position {k}.")
            if abs(v) > LARGEST:
                wish = f"numbers from -{LARGEST:g} to {LARGEST:g}"
                raise TraitError(f"{self.name}: expected {wish}, got {v} at position {k}.")
        return numbers.tolist()


def rows_of_numbers(name, value):
    """Return an array of numbers, or None where it is none, or has a mask."""
    try:
        numbers = arguments.as_array(name, value)
    except (TypeError, ValueError):
        return None
    return numbers if numbers.dtype.kind in "iuf" else None


class Label(Int):
    """A whole number, NumPy's too."""

    def validate(self, obj, value):
        """Return `value` as an int, or say what is wrong with it."""
        if isinstance(value, bool | np.timedelta64) or not isinstance(value, int | np.integer):
            came = arguments.shown(value)
            raise TraitError(f"{self.name}: expected a whole number, got {came}.")
        if abs(int(value)) > LARGEST_WHOLE:
            came = arguments.shown(value)
            raise TraitError(f"{self.name}: expected a whole number below 2**53, got {came}.")
        return int(value)


class Names(List):
    """A list of texts."""

    set = TraitType.set

    def validate(self, obj, value):
        """Return `value` as a list of texts, or say what is wrong with it."""
        try:
            return arguments.texts(self.name, value)
        except (TypeError, ValueError) as error:
            raise TraitError(str(error)) from None


def photographs(name, images, shape=(TILE, TILE, 3), most=MOST_PHOTOGRAPHS):
    """Return photographs (N, *shape) of uint8 as a new array; a None in the shape is any size."""
    images = arguments.as_array(name, images, "photographs")
    fits = images.ndim == 1 + len(shape) and all(
        wish in (None, size) for wish, size in zip(shape, images.shape[1:], strict=True)
    )
    if not fits or images.dtype != np.uint8 or not 0 < images.size <= arguments.MOST:
        wish = ", ".join(["H", "W"][k] if size is None else str(size) for k, size in enumerate(shape))
        came = f"{images.dtype.name} of shape {images.shape}"
        raise ValueError(f"{name}: expected uint8 of shape (N, {wish}), got {came}.")
    if len(images) > most:
        raise ValueError(f"{name}: expected at most {most} photographs, got {len(images):,}.")
    return np.array(images)


class OneExample(Interactive):
    """One example's scores and its correct class: the state of every picture that shows it on the loss curve.

    Parameters: scores, a list of 2 to 100 numbers up to 1e300; correct_class, 0..C-1; class_names, C texts.
    All can be read, set and observed at any time; to change C, set the three together under
    `hold_trait_notifications()`. A list is set as a whole: `picture.scores[0] = 2` goes unnoticed.
    Raises: traitlets.TraitError for unfit arguments.
    """

    scores = Scores([1.0, 2.0, -1.0]).tag(sync=True)
    correct_class = Label(0).tag(sync=True)
    class_names = Names(list(CLASS_NAMES)).tag(sync=True)

    def __init__(self, scores=(1.0, 2.0, -1.0), correct_class=0, class_names=None, **kwargs):
        """Make the picture; without names, three classes are the lesson's and any others are counted."""
        if class_names is None:
            numbers = rows_of_numbers("scores", scores)
            count = min(numbers.size, MOST_CLASSES) if numbers is not None else 3
            class_names = CLASS_NAMES if count == 3 else [f"class {k}" for k in range(count)]
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

    def draw_curve(self, axes):
        """Draw the loss against the correct class's score into matplotlib axes: curve, point, tangent."""
        still_curve(axes, self._said, self.scores, self.correct_class, self.class_names[self.correct_class])


def still_tile(figure, left, bottom, pixels, scale):
    """Put a photograph into a still picture, each of its pixels a square of `scale`.

    Return a function that writes near it: `write(x, y, words)`, in pixels from its lower left corner. Axes,
    which would do the same, take ten times as long.
    """
    figure.figimage(pixels.repeat(scale, axis=0).repeat(scale, axis=1), left, bottom)
    return lambda x, y, words, **style: figure.text(left + x, bottom + y, words, transform=None, **style)


def still_curve(axes, say, scores, y, name):
    """Draw the loss against the score of class y, which has this name, into matplotlib axes; `say` is the
    picture's own `_said`."""
    f = np.array(scores)
    largest = np.abs(f).max()
    limit = next((end for end in ENDS if end >= largest), np.ceil(largest))
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
    axes.set_xlabel(say("score_of_held", name=name))
    axes.set_title(say("loss_axis", name=name), loc="left", fontsize=10)
    words = f"{say('loss_is', loss=number(loss))}\n{say('slope_is', slope=number(slope))}"
    axes.text(0.98, 0.97, words, transform=axes.transAxes, ha="right", va="top")
    axes.spines[["top", "right"]].set_visible(False)
