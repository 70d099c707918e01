"""LambdaPath as Python sees it: its numbers are those of the definitions, its state is looked after."""

import base64
import io
import math
from itertools import chain

import numpy as np
import pytest
from PIL import Image
from traitlets import TraitError

from softmax_lesson.data import CLASS_NAMES, load_sample
from softmax_lesson.regularisation import lambda_path
from softmax_lesson.widgets import LambdaPath


@pytest.fixture(scope="module")
def sets():
    """Return (X, y) of the 600 training and of the 300 test photographs."""
    sample = load_sample()
    return [
        (np.column_stack([part.images.reshape(len(part), -1) / 255, np.ones(len(part))]), part.labels)
        for part in (sample.train, sample.test)
    ]


@pytest.fixture(scope="module")
def path(sets):
    """Return a short path: strengths and weights."""
    strengths = np.array([3.0, 0.1, 0.01])
    return strengths, lambda_path(*sets[0], strengths)[0]


def losses(W, X, y):
    """Return -log P(y) of each row by its definition; the scores here are small."""
    powers = np.exp(X @ W.T)
    return -np.log(powers[np.arange(len(y)), y] / powers.sum(axis=1))


def test_every_number_is_the_one_of_the_definition(sets, path):
    picture = LambdaPath(path)
    assert picture.strengths == [0.01, 0.1, 3.0]
    assert picture.sizes == [600, 300]
    for k, W in enumerate(path[1][::-1]):
        assert picture.largest[k] == pytest.approx(abs(W[:, :-1]).max(axis=1), abs=1e-6)
        for i, (X, y) in enumerate(sets):
            loss = losses(W, X, y)
            assert picture.losses[i][k] == pytest.approx(loss.mean(), abs=1e-6)
            assert picture.right[i][k] == np.sum((X @ W.T).argmax(axis=1) == y)
            np.testing.assert_allclose(picture._margins[k, i], -np.log(np.expm1(loss[:60])), rtol=1e-6)


def test_the_sentence_has_the_numbers_of_the_definitions(sets, path):
    picture = LambdaPath(path, strength=0.1)
    (L, L_test), W = (losses(path[1][1], X, y).mean() for X, y in sets), path[1][1]
    right = [np.sum((X @ W.T).argmax(axis=1) == y) for X, y in sets]
    words = picture.sentence()
    assert words.startswith(f"With the strength λ = 0.1 the mean loss is {L:.3f} on the training and ")
    assert (
        f" and {L_test:.3f} on the test photographs; right are {right[0]} of 600 and {right[1]} of 300."
        in words
    )
    assert words.endswith(
        "The largest weights are {} {:.3f}, {} {:.3f}, {} {:.3f}.".format(
            *chain.from_iterable(zip(CLASS_NAMES, abs(W[:, :-1]).max(axis=1), strict=True))
        )
    )


def test_the_path_without_arguments_is_converged_and_tells_the_story(sets):
    picture = LambdaPath()
    best = lambda_path(*sets[0], picture.strengths, tolerance=1e-7)[0]
    for k, W in enumerate(best):
        assert picture.losses[0][k] == pytest.approx(losses(W, *sets[0]).mean(), abs=5e-6)
        assert picture.losses[1][k] == pytest.approx(losses(W, *sets[1]).mean(), abs=2e-5)
    training, test = np.array(picture.losses)
    assert (np.diff(training) > 0).all()  # a higher price never helps on the training photographs
    assert 0 < test.argmin() < len(test) - 1  # on others the best is in between
    assert picture.right[0][0] == 600
    assert training[0] < 0.05 and test[0] > math.log(3)  # learnt by heart, worse than knowing nothing
    assert max(picture.right[1]) > picture.right[1][0]


def test_what_travels_is_what_was_measured(path):
    picture = LambdaPath(path)
    sent = np.frombuffer(base64.b64decode(picture.margins), "<i2").reshape(3, 2, 60) / 1000
    np.testing.assert_allclose(sent, picture._margins, rtol=0, atol=0.00051)
    address = picture.templates.removeprefix("data:image/jpeg;base64,")
    with Image.open(io.BytesIO(base64.b64decode(address))) as sheet:
        pixels = np.asarray(sheet).reshape(3, 32, 3, 32, 3).transpose(2, 0, 1, 3, 4) / 255.0
    W = path[1][::-1, :, :-1]
    truth = 0.5 + 0.5 * W / abs(W).max(axis=2, keepdims=True)
    wrong = pixels - truth.reshape(pixels.shape)
    assert np.sqrt((wrong**2).mean(axis=(2, 3, 4))).max() < 0.07  # the noise is noise, the shapes are shapes


def test_the_strength_can_be_set_and_observed(path):
    picture, seen = LambdaPath(path), []
    assert picture.strength == 3.0  # 1 is not on this path, so the strongest
    assert LambdaPath().strength == 1.0
    picture.observe(lambda change: seen.append(change.new), "strength")
    picture.strength = 0.1
    assert seen == [0.1]
    assert repr(picture) == repr(LambdaPath(path, strength=0.1))
    assert repr(picture) != repr(LambdaPath(path))


def test_what_does_not_fit_is_refused_with_the_argument_named(path):
    strengths, weights = path
    with pytest.raises(TraitError, match=r"^strength: expected one of 0\.01, 0\.1, 3, got 0\.2\.$"):
        LambdaPath(path, strength=0.2)
    picture = LambdaPath(path)
    with pytest.raises(TraitError, match=r"^strength: expected a finite number, got nan"):
        picture.strength = math.nan
    assert picture.strength == 3.0
    with pytest.raises(
        ValueError,
        match=r"^path: expected strengths \(K,\) and weights",
    ):
        LambdaPath((strengths[:2], weights))
    with pytest.raises(TraitError, match=r"^losses: cannot be set"):
        picture.losses = []


@pytest.mark.parametrize("strength", [0.0005, 0.05, 10.0])
def test_the_still_picture_can_be_drawn_in_every_state(strength):
    png = LambdaPath(strength=strength).png()
    with Image.open(io.BytesIO(png)) as image:
        assert image.size == (630, 252)
    assert len(png) < 24_000


def test_a_path_of_one_strength(path):
    picture = LambdaPath(([0.1], path[1][1:2]))
    assert picture.sentence() == LambdaPath(path, strength=0.1).sentence()
    assert picture.png()
