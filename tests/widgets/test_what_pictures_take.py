"""What the pictures say of what does not fit: every error begins with the name of what it is about."""

import re

import numpy as np
import pytest
from traitlets import TraitError

from softmax_lesson.widgets import (
    BatchCurve,
    FirstTouch,
    LambdaPath,
    LossCurve,
    Normaliser,
    OverflowLab,
    PixelVotes,
    Prediction,
    Regions,
    RowGradient,
    TrainingPlayer,
)
from softmax_lesson.widgets.kit.state import photographs
from softmax_lesson.widgets.pixel_votes import common_sense_weights

PHOTOGRAPHS = np.zeros((5, 32, 32, 3), np.uint8)
LABELS = [0, 1, 2, 1, 0]
X = np.column_stack([np.arange(5.0), np.ones(5)])
WEIGHTS = common_sense_weights()


def says(error, sentence):
    """Expect an error with exactly that sentence."""
    return pytest.raises(error, match=f"^{re.escape(sentence)}$")


@pytest.mark.parametrize(
    ("picture", "name", "bad", "sentence"),
    [
        (FirstTouch, "correct_score", None, "expected a number, got NoneType."),
        (FirstTouch, "correct_score", True, "expected a number, got bool."),
        (FirstTouch, "correct_score", 10**400, f"expected a finite number, got 1{49 * '0'}...{20 * '0'}."),
        (FirstTouch, "correct_score", 1e301, "expected a number from -1e+300 to 1e+300, got 1e+301."),
        (FirstTouch, "correct_score", -1e301, "expected a number from -1e+300 to 1e+300, got -1e+301."),
        (Normaliser, "offset", "1", "expected a number, got str."),
        (Normaliser, "temperature", [1.0], "expected a number, got list."),
        (LossCurve, "likelihood", 1, "expected True or False, got int."),
        (
            LossCurve,
            "scores",
            [0, 1e301, 0],
            "expected numbers from -1e+300 to 1e+300, got 1e+301 at position 1.",
        ),
        (LossCurve, "scores", np.zeros(101), "expected at most 100 classes, got 101."),
        (LossCurve, "correct_class", 2**53 + 1, "expected a whole number below 2**53, got 9007199254740993."),
        (LossCurve, "correct_class", np.timedelta64(1), "expected a whole number, got np.timedelta64(1)."),
        (LossCurve, "class_names", 3, "expected a list of names, got 3."),
        (
            LossCurve,
            "class_names",
            ["a", "b", "c" * 1001],
            "expected names of at most 1000 letters, got 1,001.",
        ),
        (
            OverflowLab,
            "dtype",
            np.float32,
            "expected one of 'float16', 'float32', 'float64', got <class 'numpy.float32'>.",
        ),
        (OverflowLab, "method", "cut", "expected one of 'plain', 'clip', 'shift', got 'cut'."),
        (RowGradient, "view", None, "expected one of 'rows', 'element', got None."),
        (
            RowGradient,
            "image",
            [[1], [1, 2]],
            "expected a photograph in rows of one length, got different lengths.",
        ),
        (RowGradient, "image", "é" * 4096, "expected a photograph (32, 32, 3) of uint8, got () of <U4096."),
        (Regions, "X", [[1, 2]] * 1001, "expected at most 1000 rows, got 1,001."),
        (TrainingPlayer, "step", 1.0, "expected a whole number, got 1.0."),
        (TrainingPlayer, "learning_rate", None, "expected a number, got NoneType."),
        (LambdaPath, "strength", None, "expected a number, got NoneType."),
        (BatchCurve, "learning_rate", 1e6 + 1, "expected a number from 0 to 1e+06, got 1000001.0."),
    ],
)
def test_a_trait_that_is_set_to_what_does_not_fit(picture, name, bad, sentence):
    made = picture()
    before = repr(made)
    with says(TraitError, f"{name}: {sentence}"):
        setattr(made, name, bad)
    assert repr(made) == before
    with says(TraitError, f"{name}: {sentence}"):
        picture(**{name: bad})


def test_the_smallest_number_of_a_byte_is_a_weight():
    assert Regions(W=np.full((3, 3), -128, np.int8)).W == [[-128.0] * 3] * 3


def test_a_masked_array_is_no_list_of_scores():
    with pytest.raises(TraitError, match=r"^scores: expected a list of numbers"):
        LossCurve(np.ma.array([1.0, 2.0, 3.0], mask=[0, 1, 0]))
    with pytest.raises(TraitError, match=r"^correct_score: .* masked array"):
        FirstTouch(correct_score=np.ma.masked)


@pytest.mark.parametrize("picture", [FirstTouch, LossCurve, BatchCurve, PixelVotes])
def test_a_name_that_no_trait_has(picture):
    name = picture.__name__
    with says(TypeError, f"colour: expected the name of a trait, and {name} has none so."):
        picture(colour="red")


@pytest.mark.parametrize(
    ("call", "error", "sentence"),
    [
        (
            lambda: PixelVotes(WEIGHTS, PHOTOGRAPHS, LABELS, 3),
            TypeError,
            "class_names: expected a list of names, got 3.",
        ),
        (lambda: Regions(class_names=None), TypeError, "class_names: expected a list of names, got None."),
        (lambda: Regions(class_names=["a"]), ValueError, "class_names: expected 3 names, got 1."),
        (lambda: BatchCurve(class_names=3), TypeError, "class_names: expected a list of names, got 3."),
        (
            lambda: BatchCurve(X, np.zeros(5, int), PHOTOGRAPHS, ["a"]),
            ValueError,
            "class_names: expected 2 to 100, got 1.",
        ),
        (
            lambda: PixelVotes(np.where(np.arange(3073) == 0, 1e101, WEIGHTS)),
            ValueError,
            "W: expected weights from -1e100 to 1e100, got 1e+101 in size.",
        ),
        (
            lambda: Regions(np.full((2, 3, 3), [[[1]], [[-1001]]])),
            ValueError,
            "W: expected numbers from -1000 to 1000, got -1001.0.",
        ),
        (
            lambda: Regions(np.zeros((2, 3, 3)), steps=[0.0, 1.0]),
            TypeError,
            "steps: expected whole numbers, got float64.",
        ),
        (
            lambda: Regions(np.zeros((2, 3, 3)), steps=[-1, 1]),
            ValueError,
            "steps: expected whole numbers from 0 to 2**53, got others.",
        ),
        (
            lambda: BatchCurve(1e4 * X, LABELS, PHOTOGRAPHS),
            ValueError,
            "X: expected features that lead to scores up to 1e+06, got larger ones.",
        ),
        (
            lambda: BatchCurve(1e200 * X, LABELS, PHOTOGRAPHS),
            ValueError,
            "X: expected features that lead to scores up to 1e+06, got larger ones.",
        ),
        (lambda: LambdaPath(3), TypeError, "path: expected a pair (strengths, weights), got 3."),
        (
            lambda: LambdaPath(([1.0, 1.0], np.ones((2, 3, 3073)))),
            ValueError,
            "path: expected strengths from 1e-30 to 1e30, each once, got others.",
        ),
        (
            lambda: LambdaPath(([0.0], np.ones((1, 3, 3073)))),
            ValueError,
            "path: expected strengths from 1e-30 to 1e30, each once, got others.",
        ),
        (
            lambda: LambdaPath(([1.0], np.full((1, 3, 3073), 1e7))),
            ValueError,
            "path: expected weights up to 1e+06, got 1e+07.",
        ),
    ],
)
def test_arguments_that_do_not_fit(call, error, sentence):
    with says(error, sentence):
        call()


def test_few_photographs_are_enough_for_the_regions():
    assert Regions(images=PHOTOGRAPHS, labels=LABELS).example == 4


def test_no_more_photographs_than_a_sheet_holds():
    many = np.broadcast_to(PHOTOGRAPHS[:1], (1001, 32, 32, 3))
    assert photographs("images", many[1:]).shape == (1000, 32, 32, 3)
    with says(ValueError, "images: expected at most 1000 photographs, got 1,001."):
        photographs("images", many)
    with says(
        ValueError, "images: expected uint8 of shape (N, 32, 32, 3), got float64 of shape (0, 32, 32, 3)."
    ):
        photographs("images", PHOTOGRAPHS[:0] + 0.5)
    assert photographs("images", np.zeros((2, 5, 7, 3), np.uint8), (None, None, 3)).shape == (2, 5, 7, 3)


def test_a_prediction_shows_what_came_in_a_line():
    for bad in (10**5000, "x" * 1000, ["x"]):
        with pytest.raises(ValueError, match=r"^key: expected a step and a name") as error:
            Prediction(bad)
        assert len(str(error.value)) < 300
    with says(TraitError, "choice: expected the number of an option or None, got [None, None]."):
        Prediction("05_derivatives.nudge").choice = [None, None]
