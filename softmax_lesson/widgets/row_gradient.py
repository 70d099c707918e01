"""Step 5: the gradient of one photograph, a row a class, in the hand."""

import base64

import numpy as np
from traitlets import TraitError, TraitType, default, observe, validate

from softmax_lesson import arguments
from softmax_lesson.data import SAMPLE_FACTS, TILE
from softmax_lesson.loss import negative_log_likelihood
from softmax_lesson.probabilities import log_softmax, softmax
from softmax_lesson.widgets.kit.base import VERMILLION, number
from softmax_lesson.widgets.kit.state import Label, OneExample, OneOf, sample, still_tile

BIAS = TILE * TILE * 3  # the last feature, the constant 1, comes behind the pixels


class Photograph(TraitType):
    """A photograph, (32, 32, 3) of uint8; the browser gets its bytes as text."""

    def validate(self, obj, value):
        """Return a copy of `value` that nobody changes, or say what is wrong with it."""
        if isinstance(value, str) and len(value) == 4 * TILE * TILE:  # as `state()` writes it
            value = from_text(value)
        try:
            image = arguments.as_array("image", value, "a photograph")
        except (TypeError, ValueError) as error:
            raise TraitError(str(error)) from None
        if image.shape != (TILE, TILE, 3) or image.dtype != np.uint8:
            raise TraitError(
                f"image: expected a photograph (32, 32, 3) of uint8, got {image.shape} of {image.dtype}."
            )
        image = np.array(image)
        image.flags.writeable = False
        return image


def as_text(image, widget=None):
    """Return the photograph's bytes, base64."""
    return base64.b64encode(image.tobytes()).decode()


def from_text(text):
    """Return the photograph that `as_text` wrote, or the text where it did not write it."""
    try:
        return np.frombuffer(base64.b64decode(text, validate=True), np.uint8).reshape(TILE, TILE, 3)
    except ValueError:
        return text


COLOURS = ("red", "green", "blue")


class RowGradient(OneExample, script="row_gradient"):
    """The gradient of one photograph's loss, (p - one-hot) times the photograph: one picture a row.

    In two steps, one idea each. First whole rows: a slider moves the score of the correct class, and with it
    the point on the loss curve; its slope P(y) - 1 is the factor of the correct class's row. Then one
    element: the pointer, or the keys, choose a row and an element, and its equation is written out: (4) for
    the correct class, (5) for the others.

    Parameters: image, a photograph (32, 32, 3) of uint8, or None for one of the sample; scores, correct_class
    and class_names as in `OneExample`; row, 0..C-1, the correct class's by default; feature, 0..3071 for
    pixels as in `image.reshape(-1)`, 3072 for the bias; view, "rows" or "element". All can be read,
    set and observed at any time.
    Raises: traitlets.TraitError for unfit arguments. Source: equations (4) and (5) of the handout.
    """

    still_colours = 64  # of the still picture, which shows photographs

    image = Photograph().tag(sync=True, to_json=as_text)
    row = Label(1).tag(sync=True)
    feature = Label(1865).tag(sync=True)
    view = OneOf(["rows", "element"], "rows").tag(sync=True)

    def __init__(
        self, image=None, scores=(-1.1, 0.1, 1.0), correct_class=1, class_names=None, row=None, **kwargs
    ):
        """Make the picture; without arguments, of the second class and taken for the third."""
        if image is not None:
            kwargs["image"] = image
        row = correct_class if row is None else row
        super().__init__(scores, correct_class, class_names, row=row, **kwargs)

    @default("image")
    def _sample_photograph(self):
        return sample().test.images[SAMPLE_FACTS["photographs"]["mistaken"]]

    @validate("row")
    def _row_is_there(self, proposal):
        if not 0 <= proposal.value < len(self.scores):
            raise TraitError(f"row: expected 0 to {len(self.scores) - 1}, got {proposal.value}.")
        return proposal.value

    @validate("feature")
    def _feature_is_there(self, proposal):
        if not 0 <= proposal.value <= BIAS:
            raise TraitError(f"feature: expected 0 to {BIAS}, got {proposal.value}.")
        return proposal.value

    @observe("scores")
    def _keep_row(self, change):
        if self.row >= len(change.new):
            self.row = self.correct_class

    def state(self):
        """Return the picture's own traits, by name, the photograph as text."""
        return super().state() | {"image": as_text(self.image)}

    def factors(self):
        """Return what each row multiplies the photograph by, p - one-hot (C,); near 0 with all its digits."""
        factors = softmax(self.scores)
        factors[self.correct_class] = np.expm1(log_softmax(self.scores)[self.correct_class])
        return factors

    def sentence(self):
        """Return the picture in words."""
        y, k, factors = self.correct_class, self.row, self.factors()
        words = "correct_row" if k == y else "other_row"
        row = self._said(words, row=k + 1, name=self.class_names[k], factor=number(factors[k]))
        sums = self._said(
            "sums",
            factors=", ".join(map(number, factors)),
            loss=number(negative_log_likelihood(self.scores, y)),
            slope=number(factors[y]),
        )
        return " ".join([row, *([self._said_of_element()] if self.view == "element" else []), sums])

    def _said_of_element(self):
        k, d, p = self.row, self.feature, softmax(self.scores)[self.row]
        x = 1.0 if d == BIAS else self.image.reshape(-1)[d] / 255
        terms = {"equation": 5, "letters": "p x", "numbers": f"{number(p)} · {number(x)}"}
        if k == self.correct_class:
            terms = {"equation": 4, "letters": "−x + p x", "numbers": f"{number(-x)} + {number(p * x)}"}
        derivative = number(self.factors()[k] * x)
        return self._said("element", element=d + 1, place=self._place(d), derivative=derivative, **terms)

    def _place(self, d):
        """Say where in the photograph the element d is."""
        if d == BIAS:
            return self._said("bias")
        line, column, colour = np.unravel_index(d, (TILE, TILE, 3))
        return self._said("place", line=line + 1, column=column + 1, colour=self._said(COLOURS[colour]))

    def draw(self, figure):
        """Draw the still picture: the loss curve; the photograph, the rows of its gradient, and their sum."""
        from matplotlib.lines import Line2D  # slow to import: not before a picture is wanted

        y, d, factors = self.correct_class, self.feature, self.factors()
        self.draw_curve(figure.add_axes((0.07, 0.19, 0.38, 0.68)))

        photograph = self.image / 255
        names = [f"★ {name}" if k == y else name for k, name in enumerate(self.class_names)]
        rows = [(names[k], 0.5 + v * photograph / 2, f"× {number(v)}") for k, v in enumerate(factors)]
        tiles = [
            (self._said("photograph"), photograph, ""),
            *rows,
            (self._said("sum_of_rows"), np.full_like(photograph, 0.5), "0"),
        ]
        columns = -(-len(tiles) // 2)
        width = 315 // columns
        for i, (name, pixels, factor) in enumerate(tiles):
            row, column = divmod(i, columns)
            scale = max(1, min(3, width // TILE))
            left, bottom, side = 315 + column * width, 141 - 123 * row, scale * TILE
            write = still_tile(figure, left, bottom, pixels, scale)
            style = {"fontsize": 9, "ha": "center"}
            write(side / 2, side + 2.5, name, color=VERMILLION if i == y + 1 else "black", **style)
            write(side / 2, -0.05 * side, factor, va="top", **style)
            if d < BIAS and self.view == "element":
                line, column, _ = np.unravel_index(d, (TILE, TILE, 3))
                x, y_up = left + scale * (column + 0.5), bottom + side - scale * (line + 0.5)
                mark = {"marker": "s", "markersize": 5, "markerfacecolor": "none", "color": "black"}
                figure.add_artist(Line2D([x], [y_up], transform=None, **mark))
