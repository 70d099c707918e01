"""RowGradient as Python sees it: its words and numbers against the gradient of the package."""

import io
import json
import re

import numpy as np
import pytest
from PIL import Image
from traitlets import TraitError

from softmax_lesson.derivatives import gradient
from softmax_lesson.loss import negative_log_likelihood
from softmax_lesson.scores import add_bias
from softmax_lesson.widgets import RowGradient
from softmax_lesson.widgets.kit.base import number

PHOTOGRAPH = np.random.default_rng(5).integers(0, 256, (32, 32, 3), dtype=np.uint8)


def test_row_and_element_are_those_of_the_gradient():
    x = add_bias(PHOTOGRAPH.reshape(-1) / 255)
    W = np.random.default_rng(6).normal(0, 0.02, (3, 3073))
    f = W @ x
    picture = RowGradient(PHOTOGRAPH, f, 2, view="element")
    for y in range(3):
        G = gradient(W, x, y)
        picture.correct_class = y
        np.testing.assert_allclose(np.outer(picture.factors(), x), G, rtol=1e-12, atol=1e-16)
        for k in range(3):
            for d in (0, 1500, 3071, 3072):
                picture.row, picture.feature = k, d
                words = picture.sentence()
                assert words.startswith(f"Row {k + 1} of the gradient, {picture.class_names[k]}, ")
                assert f"Its element {d + 1} (" in words
                equation, total = re.search(r"equation \((\d)\) .* = (\S+)\. The rows", words).groups()
                assert equation == ("4" if k == y else "5")
                assert total == number(G[k, d])
                assert ("puts some of it into" in words) == (k == y)
        assert (
            f"The loss is {number(negative_log_likelihood(f, y))} and its slope {number(G[y, -1])}." in words
        )


def test_the_place_of_an_element_is_said_as_a_person_counts():
    where = {0: "line 1, column 1, red", 4: "line 1, column 2, green", 98: "line 2, column 1, blue"}
    where |= {3071: "line 32, column 32, blue", 3072: "the bias"}
    for d, place in where.items():
        assert f"Its element {d + 1} ({place}) is" in RowGradient(feature=d, view="element").sentence()


def test_a_photograph_that_is_already_right_keeps_its_digits():
    picture = RowGradient(scores=[40.0, 0.0, 0.0], correct_class=0)
    exact = -2 * np.exp(-40.0)
    assert picture.factors()[0] == pytest.approx(exact, rel=1e-12, abs=0)
    assert picture.factors().sum() == pytest.approx(0, abs=1e-30)


BAD = [
    (
        {"image": PHOTOGRAPH / 255},
        "image: expected a photograph (32, 32, 3) of uint8, got (32, 32, 3) of float64.",
    ),
    ({"image": PHOTOGRAPH[0]}, "image: expected a photograph (32, 32, 3) of uint8, got (32, 3) of uint8."),
    ({"image": "frog.png"}, "image: expected a photograph (32, 32, 3) of uint8, got () of <U8."),
    ({"row": 3}, "row: expected 0 to 2, got 3."),
    ({"row": -1}, "row: expected 0 to 2, got -1."),
    ({"row": "frog"}, "row: expected a whole number, got 'frog'."),
    ({"feature": 3073}, "feature: expected 0 to 3072, got 3073."),
    ({"feature": 0.5}, "feature: expected a whole number, got 0.5."),
]


@pytest.mark.parametrize(("bad", "sentence"), BAD)
def test_bad_state_is_refused_with_the_argument_named(bad, sentence):
    picture = RowGradient()
    before = picture.state()
    [(name, value)] = bad.items()
    for refused in (lambda: RowGradient(**bad), lambda: setattr(picture, name, value)):
        with pytest.raises(TraitError) as caught:
            refused()
        assert str(caught.value) == sentence
    assert picture.state() == before


def test_state_goes_there_and_back():
    picture = RowGradient(PHOTOGRAPH, [0.5, 1.5, -1.0], 1, row=2, feature=7)
    again = RowGradient(**json.loads(json.dumps(picture.state(), allow_nan=False)))
    assert again.html() == picture.html()
    np.testing.assert_array_equal(again.image, PHOTOGRAPH)


def test_the_picture_keeps_its_own_photograph():
    image = PHOTOGRAPH.copy()
    picture = RowGradient(image)
    words = picture.sentence()
    image[:] = 0
    assert picture.sentence() == words
    with pytest.raises(ValueError, match="read-only"):
        picture.image[:] = 0


def test_fewer_classes_take_the_row_with_them():
    picture = RowGradient(row=2)
    with picture.hold_trait_notifications():
        picture.scores, picture.correct_class, picture.class_names = [1.0, 2.0], 0, ["cat", "dog"]
    assert picture.row == 0
    assert picture.png()
    assert RowGradient(scores=range(10), correct_class=9).png()


def test_the_still_picture_shows_the_photograph_and_its_negative():
    photograph = np.full((32, 32, 3), (200, 90, 40), np.uint8)
    still = np.asarray(Image.open(io.BytesIO(RowGradient(photograph).png())).convert("RGB")).astype(int)
    colourful = np.abs(still - still.mean(axis=2, keepdims=True)).max(axis=2) > 40
    assert colourful.mean() > 0.02  # the photograph is there, in its colours
    grey = (np.abs(still - 128).max(axis=2) < 8).mean()
    assert grey > 0.05  # and so is the sum of the rows: nothing but grey
