"""Regions as Python sees it: words and borders against the definition, its state, its still picture."""

import base64
import io
import json
import math
import re
from itertools import combinations as pairs_of

import numpy as np
import pytest
from combinations import with_one_of_the_last
from PIL import Image
from traitlets import TraitError

from softmax_lesson import data
from softmax_lesson.probabilities import softmax
from softmax_lesson.scores import add_bias, scores
from softmax_lesson.training import accuracy, train
from softmax_lesson.widgets import Regions
from softmax_lesson.widgets.kit.base import number
from softmax_lesson.widgets.regions import LEARNED, first_photographs, moved

FIRST, SECOND, THIRD = data.CLASS_NAMES

SAMPLE = data.load_sample()
NAMES = list(data.CLASS_NAMES)
RNG = np.random.default_rng(5)
PATH = RNG.normal(size=(4, 3, 3)).round(3)


@pytest.mark.default_sample
def test_without_arguments_it_shows_a_red_airplane_in_the_region_of_the_frogs():
    assert repr(Regions()) == (
        "The rows of W are airplane 0.6, 1.1, −0.2; automobile −0.1, 0.0, 0.3; frog −0.5, −1.1, −0.2. "
        "Photograph 11 of 60, airplane, lies at brightness −0.36 and blue minus red −2.09, in the region of "
        "frog. Its scores are −2.715, 0.336, 2.279; divided by the temperature 1.0 they give the "
        "probabilities 0.006, 0.125, 0.870; airplane is correct, so the loss −log P(airplane) is 5.134. Of "
        "all 60 photographs 34 lie in the region of their class, and the mean loss is 0.980."
    )


def test_its_weights_are_what_the_training_photographs_teach():
    X, X_test = (add_bias(data.two_features(part.images)) for part in (SAMPLE.train, SAMPLE.test))
    history = train(X, SAMPLE.train.labels, learning_rate=0.5, steps=1000, strength=0.0)
    np.testing.assert_allclose(history.final, LEARNED, atol=0.05)
    assert accuracy(np.array(LEARNED), X_test, SAMPLE.test.labels) == pytest.approx(
        data.SAMPLE_FACTS["two_features"]["right"], abs=0.02
    )


def test_its_points_are_the_photographs():
    images, labels = first_photographs()
    picture = Regions()
    assert np.bincount(labels).tolist() == [20, 20, 20]
    assert picture.labels == labels.tolist()
    np.testing.assert_allclose(picture.X, data.two_features(images), atol=0.005)
    units = {"average": picture.average, "deviation": picture.deviation}
    assert units.items() <= data.SAMPLE_FACTS["two_features"].items()  # what the script counts the light in
    sheet = np.asarray(Image.open(io.BytesIO(base64.b64decode(picture.images.partition(",")[2]))))
    for i in (0, 10, 59):  # JPEG and the smaller size change a photograph's features by very little
        row, column = divmod(i, 20)
        tile = sheet[24 * row : 24 * row + 24, 24 * column : 24 * column + 24]
        np.testing.assert_allclose(data.two_features(tile), picture.X[i], atol=0.2)


@pytest.mark.parametrize("seed", range(10))
def test_the_words_have_the_numbers_of_the_definition(seed):
    rng = np.random.default_rng(seed)
    W, X, T, i = rng.normal(size=(3, 3)), rng.normal(size=(60, 2)), float(10 ** rng.uniform(-1, 1)), 7 + seed
    picture = Regions(W, X=X, temperature=T, example=i)
    S, y = scores(W, add_bias(X)), np.array(picture.labels)
    np.testing.assert_allclose(picture.scores(), S, rtol=1e-12, atol=1e-12)
    powers = np.exp(S / T - (S / T).max(axis=1, keepdims=True))
    P = powers / powers.sum(axis=1, keepdims=True)
    words = picture.sentence()
    assert f"Its scores are {', '.join(map(number, S[i]))}; divided" in words
    assert f"probabilities {', '.join(map(number, P[i]))};" in words
    assert f"in the region of {NAMES[P[i].argmax()]}." in words
    assert f"so the loss −log P({NAMES[y[i]]}) is {number(-math.log(P[i, y[i]]))}." in words
    mean = -np.log(P[np.arange(60), y]).mean()
    right = (P.argmax(axis=1) == y).sum()
    assert words.endswith(f" {right} lie in the region of their class, and the mean loss is {number(mean)}.")


@pytest.mark.parametrize("seed", range(20))
def test_on_a_border_two_classes_are_equal_and_no_third_is_ahead(seed):
    W = np.random.default_rng(seed).normal(size=(3, 3))
    picture, drawn = Regions(W), []
    for (j, k), (whole, part) in zip(pairs_of(range(3), 2), picture.borders(), strict=True):
        third = 3 - j - k
        assert (np.abs(whole) <= 3 + 1e-9).all()
        if not len(whole):  # they are equal nowhere in the plane
            S = picture.scores(np.random.default_rng(0).uniform(-3, 3, (4000, 2)))
            assert len(set(np.sign(S[:, j] - S[:, k]))) == 1
            continue
        along = whole[0] + np.linspace(0, 1, 101)[:, None] * (whole[1] - whole[0])
        S = picture.scores(along)
        np.testing.assert_allclose(S[:, j], S[:, k], atol=1e-12)
        leads = S[:, third] <= S[:, j] + 1e-9
        assert leads.any() == bool(len(part))
        if len(part):
            drawn.append((j, k))
            S = picture.scores(part[0] + np.linspace(0, 1, 101)[:, None] * (part[1] - part[0]))
            assert (S[:, third] <= S[:, j] + 1e-9).all()
            share = np.linalg.norm(part[1] - part[0]) / np.linalg.norm(whole[1] - whole[0])
            assert share == pytest.approx(leads.mean(), abs=0.02)
        # At right angles to the way from one arrow's tip to the other's.
        assert (whole[1] - whole[0]) @ (W[j] - W[k])[:2] == pytest.approx(0, abs=1e-9)
    winners = set(picture.scores(np.random.default_rng(0).uniform(-3, 3, (4000, 2))).argmax(axis=1).tolist())
    assert len(drawn) == (0, 1, 3)[len(winners) - 1] or len(drawn) == len(winners) - 1


def test_equal_rows_have_no_border():
    assert not any(len(ends) for border in Regions(np.zeros((3, 3))).borders() for ends in border)
    two = Regions([[1.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    assert [len(whole) for whole, _ in two.borders()] == [0, 2, 2]
    assert two.png() and Regions(np.zeros((3, 3))).png()
    parallel = Regions([[1.0, 0.0, 0.0], [2.0, 0.0, 0.0], [3.0, 0.0, 50.0]])  # the third wins everywhere
    assert [len(whole) for whole, _ in parallel.borders()] == [2, 0, 0]
    assert len(parallel.borders()[0][1]) == 0
    assert parallel.png()


@pytest.mark.parametrize("temperature", [0.1, 3.0, 10.0])
def test_no_temperature_moves_a_border_or_a_photograph(temperature):
    cold, one = Regions(temperature=temperature), Regions()
    drawn = [[ends.tolist() for border in picture.borders() for ends in border] for picture in (cold, one)]
    assert drawn[0] == drawn[1] and any(drawn[0])
    counted = r"Of all 60 photographs \d+ lie"
    assert re.search(counted, cold.sentence())[0] == re.search(counted, one.sentence())[0]
    p, hotter = (softmax(picture.scores() / picture.temperature) for picture in (one, cold))
    assert (p.argmax(axis=1) == hotter.argmax(axis=1)).all()
    assert ((hotter.max(axis=1) > p.max(axis=1)) == (temperature < 1)).all()


def test_a_training_run_is_played():
    picture = Regions(PATH, steps=[0, 1, 5, 20])
    assert (picture.step, picture.steps) == (0, [0, 1, 5, 20])
    for step, W in zip(picture.steps, PATH, strict=True):
        picture.step = step
        assert np.array_equal(picture.W, W)
        same = Regions(W).sentence()
        assert picture.sentence() == same.replace("The rows", f"After step {step} the rows", 1)
    assert np.array_equal(Regions(PATH, step=2).W, PATH[2])
    assert Regions(PATH).steps == [0, 1, 2, 3]
    history = train(
        add_bias(data.two_features(SAMPLE.train.images)), SAMPLE.train.labels, steps=6, keep_every=4
    )
    played = Regions(history.weights, steps=history.steps)
    assert played.steps == [0, 4, 6]
    played.step = 6
    np.testing.assert_allclose(played.W, history.final, atol=5e-4)


BAD = [
    ({"X": [[0, 0]] * 59}, "X: expected 60 rows, got 59."),
    ({"X": [0, 0]}, "X: expected rows of 2 numbers, got shape (2,)."),
    ({"X": "ab"}, "X: expected rows of 2 numbers, got 'ab'."),
    ({"X": [[0, math.nan]] * 60}, "X: expected numbers from -100 to 100, got nan."),
    ({"W": [[2000, 0, 0]] * 3}, "W: expected numbers from -1000 to 1000, got 2000."),
    ({"example": 60}, "example: expected 0 to 59, got 60."),
    ({"example": 1.5}, "example: expected a whole number, got 1.5."),
    ({"row": 3}, "row: expected -1 to 2, got 3."),
    ({"temperature": 0.05}, "temperature: expected 0.1 to 10, got 0.05."),
    ({"temperature": math.nan}, "temperature: expected a finite number, got nan."),
]


@pytest.mark.parametrize(("bad", "sentence"), BAD)
def test_bad_state_is_refused_with_the_argument_named(bad, sentence):
    picture = Regions()
    before = picture.state()
    [(name, value)] = bad.items()
    for refused in (lambda: Regions(**bad), lambda: setattr(picture, name, value)):
        with pytest.raises(TraitError) as caught:
            refused()
        assert re.sub(r"got 2000(\.0)?", "got 2000", str(caught.value)) == sentence
    assert picture.state() == before


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        ({"W": np.zeros((2, 3))}, "W: expected shape (3, 3), or (K, 3, 3) for K steps, got (2, 3)."),
        ({"W": np.zeros((3, 3073))}, "W: expected shape (3, 3), or (K, 3, 3) for K steps, got (3, 3073)."),
        ({"W": PATH, "steps": [0, 1]}, "steps: expected 4 numbers that rise, one for each W, got [0 1]."),
        (
            {"W": PATH, "steps": [0, 1, 1, 2]},
            "steps: expected 4 numbers that rise, one for each W, got [0 1 1 2].",
        ),
        ({"W": PATH, "step": 9}, "step: expected one of [0, 1, 2, 3], got 9."),
        (
            {"images": np.zeros((2, 32, 32)), "labels": [0, 1]},
            "images: expected uint8 of shape (N, H, W, 3), got float64 of shape (2, 32, 32).",
        ),
    ],
)
def test_bad_arguments_are_refused(bad, sentence):
    with pytest.raises((ValueError, TraitError)) as caught:
        Regions(**bad)
    assert str(caught.value) == sentence


def test_photographs_of_your_own():
    white = np.full((2, 32, 32, 3), 255, np.uint8)
    white[1] //= 2
    picture = Regions(images=white, labels=[1, 0], example=0)
    assert picture.X[0][0] > 3 > picture.X[1][0]  # beyond the plane, and drawn at its edge
    assert f"Photograph 1 of 2, {SECOND}" in picture.sentence()
    assert picture.png()


@pytest.mark.parametrize("x", [(0.0, 0.0), (1.0, -1.0), (-0.5, 0.8)])
def test_a_moved_photograph_is_as_bright_and_as_blue_as_its_point(x):
    tile = np.clip(RNG.normal(128, 20, (24, 24, 3)), 70, 180).astype(np.uint8)
    np.testing.assert_allclose(data.two_features(moved(tile, x)), x, atol=0.02)
    change = moved(tile, x).astype(int) - tile
    assert (change == change[0, 0]).all()  # the same for every pixel


FAR = [np.zeros((3, 3)), 900 * np.eye(3), -1e-9 * np.ones((3, 3))]


@pytest.mark.parametrize(("W", "temperature"), with_one_of_the_last(FAR, [0.1, 10.0]))
def test_extremes_can_be_drawn(W, temperature):
    assert Regions(W, temperature=temperature).png()


@pytest.mark.parametrize("W", FAR)
@pytest.mark.parametrize("temperature", [0.1, 10.0])
def test_extremes_can_be_said(W, temperature):
    assert not re.search("nan|inf", Regions(W, temperature=temperature).sentence().lower())


def test_the_still_picture_has_the_colours_of_the_course_and_follows_the_state():
    picture = Regions()
    image = Image.open(io.BytesIO(picture.png())).convert("RGB")
    colours = np.array([colour for _, colour in image.getcolors()])
    for wanted in ((0x00, 0x72, 0xB2), (0xD5, 0x5E, 0x00), (0x00, 0x9E, 0x73)):
        assert np.abs(colours - wanted).max(axis=1).min() < 24
    seen = {picture.png()}
    X = [list(x) for x in picture.X]
    X[10] = [2.0, 2.0]
    changes = {"example": 9, "temperature": 0.3, "W": np.eye(3), "X": X}
    for name, value in changes.items():
        setattr(picture, name, value)
        seen.add(picture.png())
    assert len(seen) == 5
    json.dumps(picture.state(), allow_nan=False)
