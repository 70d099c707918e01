"""PixelVotes as Python sees it: its numbers against f = W x, its photograph and weights against the data."""

import base64
import io
import json
import re

import numpy as np
import pytest
from PIL import Image
from traitlets import TraitError

from softmax_lesson import data
from softmax_lesson.loss import negative_log_likelihood
from softmax_lesson.scores import add_bias, scores
from softmax_lesson.widgets import PixelVotes
from softmax_lesson.widgets.kit.base import number
from softmax_lesson.widgets.pixel_votes import FEW

FIRST, SECOND, THIRD = data.CLASS_NAMES

RNG = np.random.default_rng(8)
IMAGES = RNG.integers(0, 256, (5, 32, 32, 3), dtype=np.uint8)
LABELS = [2, 0, 1, 1, 0]
W = RNG.normal(0, 0.01, (3, 3073))


def rounded(weights):
    """Return W as the picture has it: 127 steps on either side of 0."""
    largest = abs(weights[:, :-1]).max(axis=1, keepdims=True)
    return np.column_stack([np.rint(weights[:, :-1] / largest * 127) * largest / 127, weights[:, -1]])


def test_the_scores_are_w_x():
    picture = PixelVotes(W, IMAGES, LABELS)
    for i, image in enumerate(IMAGES):
        picture.example = i
        x = add_bias(image.reshape(-1) / 255)
        np.testing.assert_allclose(picture.scores(), scores(rounded(W), x), rtol=1e-11)
        np.testing.assert_allclose(picture.scores(), scores(W, x), atol=0.01)
        f = picture.scores()
        for k in range(3):
            picture.row = k
            words = picture.sentence()
            votes = (rounded(W)[k, :-1] * x[:-1]).reshape(1024, 3).sum(axis=1)
            assert f"vote for it with {number(votes[votes > 0].sum())}, " in words
            assert f"against it with {number(votes[votes < 0].sum())};" in words
            assert f"the bias {number(W[k, -1])} that makes its score {number(f[k])}." in words
        assert words.endswith(f"is {number(negative_log_likelihood(f, LABELS[i]))}.")


def test_without_arguments_it_has_the_weights_of_notebook_01():
    sample = data.load_sample()
    X = sample.train.images.reshape(600, -1) / 255
    average = X.mean(axis=0)
    weights = 0.05 * np.array([X[sample.train.labels == k].mean(axis=0) - average for k in range(3)])
    X_test = add_bias(sample.test.images.reshape(300, -1) / 255)
    expected = scores(np.column_stack([weights, -weights @ average]), X_test)
    picture = PixelVotes()
    assert picture.labels == [0, 1, 2] == sample.test.labels[FEW].tolist()
    for place, i in enumerate(FEW):
        picture.example = place
        np.testing.assert_allclose(picture.scores(), expected[i], atol=2e-3)
    average_photograph = PixelVotes(
        images=np.rint(255 * average).astype(np.uint8).reshape(1, 32, 32, 3), labels=[0]
    )
    np.testing.assert_allclose(average_photograph.scores(), 0, atol=2e-3)


def test_shuffled_alike_no_number_changes_and_shuffled_alone_they_do():
    picture = PixelVotes(W, IMAGES, LABELS)
    for i in (0, 4):
        picture.example, picture.shuffle = i, 0
        before, words, still = picture.scores(), picture.sentence(), picture.png()
        x, w = picture.pictures()
        picture.shuffle = 1
        assert picture.scores().tolist() == before.tolist()
        assert picture.sentence() == words.replace(":", ", both shuffled alike:", 1)
        assert picture.png() != still
        shuffled_x, shuffled_w = picture.pictures()
        assert (shuffled_x != x).any(axis=1).sum() > 1000
        assert sorted(map(tuple, shuffled_x)) == sorted(map(tuple, x))
        assert sorted(map(tuple, shuffled_w[0])) == sorted(map(tuple, w[0]))
        picture.shuffle = 2
        assert abs(picture.scores() - before).max() > 0.01
        assert sorted(map(tuple, picture.pictures()[0])) == sorted(map(tuple, x))


def test_brightness_is_added_to_every_number_and_stays_a_byte():
    picture = PixelVotes(W, IMAGES, LABELS)
    still = picture.png()
    for brightness, word in ((60, "brighter by 60"), (-100, "darker by 100")):
        picture.brightness = brightness
        images = np.clip(IMAGES.astype(int) + brightness, 0, 255)
        np.testing.assert_array_equal(picture.pictures()[0], images[0].reshape(-1, 3))
        expected = scores(rounded(W), add_bias(images[0].reshape(-1) / 255))
        np.testing.assert_allclose(picture.scores(), expected, rtol=1e-11)
        assert picture.sentence().startswith(f"Photograph 1, {THIRD}, {word}, times")
        assert picture.png() != still


@pytest.mark.default_sample
def test_the_first_classifier_is_a_light_meter():
    test = data.load_sample().test
    picture = PixelVotes(images=test.images, labels=test.labels)
    score, light = [], test.images.mean(axis=(1, 2, 3))
    for i in range(len(test)):
        picture.example = i
        score.append(picture.scores()[0])
    assert np.corrcoef(score, light)[0, 1] > 0.97


def test_the_sheet_keeps_every_number():
    picture = PixelVotes(W, IMAGES, LABELS)
    content = base64.b64decode(picture.sheet.removeprefix("data:image/png;base64,"))
    sheet = np.array(Image.open(io.BytesIO(content))).reshape(8, 32, 32, 3)
    sheet[..., 0] += sheet[..., 1]  # red and blue travel as what they are more than green
    sheet[..., 2] += sheet[..., 1]
    np.testing.assert_array_equal(sheet[:5], IMAGES)
    levels = (sheet[5:].astype(int) - 128).reshape(3, -1)
    units = np.array(picture.units)[:, None] * 255
    np.testing.assert_allclose(levels * units, rounded(W)[:, :-1], rtol=1e-12)
    np.testing.assert_allclose(levels * units, W[:, :-1], atol=units.max() / 2 * 1.001)
    json.dumps(picture.state(), allow_nan=False)


BAD_ARGUMENTS = [
    (
        {"images": IMAGES / 255, "labels": LABELS},
        ValueError,
        "images: expected uint8 of shape (N, 32, 32, 3), got float64 of shape (5, 32, 32, 3).",
    ),
    (
        {"images": IMAGES[0], "labels": 0},
        ValueError,
        "images: expected uint8 of shape (N, 32, 32, 3), got uint8 of shape (32, 32, 3).",
    ),
    (
        {"images": IMAGES[:0], "labels": []},
        ValueError,
        "images: expected uint8 of shape (N, 32, 32, 3), got uint8 of shape (0, 32, 32, 3).",
    ),
    (
        {"images": IMAGES, "labels": LABELS[:4]},
        ValueError,
        "labels: expected shape (5,), one label an example, got shape (4,).",
    ),
    (
        {"images": IMAGES, "labels": [0, 1, 2, 3, 0]},
        ValueError,
        "labels: expected labels 0 to 2, got 3. Labels count from 0.",
    ),
    ({"W": W[:, :-1]}, ValueError, "W: expected shape (3, 3073), got (3, 3072)."),
    ({"W": W[:2]}, ValueError, "W: expected shape (3, 3073), got (2, 3073)."),
    ({"W": W * np.nan}, ValueError, "W: expected weights without NaN, got NaN at position (0, 0)."),
]


@pytest.mark.parametrize(("bad", "error", "sentence"), BAD_ARGUMENTS)
def test_bad_arguments_are_refused_by_name(bad, error, sentence):
    with pytest.raises(error, match=re.escape(sentence)):
        PixelVotes(**bad)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("example", 3, "example: expected 0 to 2, got 3."),
        ("example", -1, "example: expected 0 to 2, got -1."),
        ("row", 3, "row: expected 0 to 2, got 3."),
        ("row", 1.0, "row: expected a whole number, got 1.0."),
        ("shuffle", 3, "shuffle: expected 0 to 2, got 3."),
        ("shuffle", True, "shuffle: expected a whole number, got True."),
        ("brightness", 101, "brightness: expected -100 to 100, got 101."),
        ("brightness", 0.5, "brightness: expected a whole number, got 0.5."),
    ],
)
def test_bad_state_is_refused_by_name(name, value, sentence):
    picture = PixelVotes()
    before = picture.state()
    for refused in (lambda: setattr(picture, name, value), lambda: PixelVotes(**{name: value})):
        with pytest.raises(TraitError) as caught:
            refused()
        assert str(caught.value) == sentence
    assert picture.state() == before


def test_other_classes_and_weights_of_zero():
    picture = PixelVotes(np.zeros((2, 3073)), IMAGES[:2], [1, 0], ["cat", "dog"])
    assert picture.row == 1
    assert picture.scores().tolist() == [0, 0]
    assert "0 pixels vote for it with 0.000, 0 against it with 0.000" in picture.sentence()
    assert picture.png()


def test_the_still_picture_shows_the_photograph():
    still = np.asarray(Image.open(io.BytesIO(PixelVotes(example=1, row=2).png())).convert("RGB")).astype(int)
    photograph = np.kron(data.load_sample().test.images[FEW[1]].astype(int), np.ones((3, 3, 1), int))
    seen = still[252 - 90 - 96 : 252 - 90, 8 : 8 + 96]
    assert np.abs(seen - photograph).mean() < 16  # but for the few colours of a still picture
