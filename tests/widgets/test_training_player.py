"""TrainingPlayer as Python sees it: its runs are those of `training.train`, its state is looked after."""

import base64
import functools
import io
import math

import numpy as np
import pytest
from PIL import Image
from traitlets import TraitError

from softmax_lesson.data import load_sample
from softmax_lesson.training import accuracy, train
from softmax_lesson.widgets import TrainingPlayer
from softmax_lesson.widgets.kit.base import number
from softmax_lesson.widgets.training_runs import from_sheet


@pytest.fixture(scope="module")
def photographs():
    sample = load_sample()
    X, X_test = (part.images.reshape(len(part), -1) / 255 for part in (sample.train, sample.test))
    X_test, X = (np.column_stack([a - X.mean(axis=0), np.ones(len(a))]) for a in (X_test, X))
    return X, sample.train.labels, X_test, sample.test.labels


@pytest.fixture(scope="module")
def runs(photographs):
    """Return what `train` does with a learning rate, once for each."""
    X, y, _, _ = photographs
    return functools.cache(lambda rate: train(X, y, learning_rate=rate, steps=30))


@pytest.fixture(params=enumerate([0.002, 0.02, 0.2, 2.0]), ids=lambda p: str(p[1]))
def run(request, runs):
    """Return the place of a learning rate, and what `train` does with it."""
    place, rate = request.param
    return place, runs(rate)


def test_the_runs_are_those_of_train(photographs, run):
    X, y, X_test, y_test = photographs
    (r, history), picture = run, TrainingPlayer()
    first = np.sort(np.concatenate([np.flatnonzero(y == k)[:10] for k in range(3)]))
    margins = np.frombuffer(base64.b64decode(picture.margins), "<i2").reshape(4, len(picture.steps), 30) / 100
    assert picture.labels == y[first].tolist()
    for k, step in enumerate(step for step in picture.steps if step <= 30):
        W = history.weights[step]
        assert picture.losses[r][k] == pytest.approx(history.loss[step], abs=1e-5)
        assert picture.right[0][r][k] == round(600 * history.accuracy[step])
        assert picture.right[1][r][k] == round(300 * accuracy(W, X_test, y_test))
        S = X[first] @ W.T
        others = np.where(np.eye(3, dtype=bool)[y[first]], -np.inf, S)
        margin = S[np.arange(30), y[first]] - np.logaddexp.reduce(others, axis=1)
        np.testing.assert_allclose(margins[r, k], margin, atol=0.0051)


def test_the_templates_that_travel_are_the_weights(run):
    r, history = run
    picture = TrainingPlayer()
    sheet = from_sheet(picture.templates).reshape(4, 3, 16, len(picture.steps), 16, 3)
    for k, step in enumerate(step for step in picture.steps if step <= 30):
        small = history.weights[step][:, :-1].reshape(3, 16, 2, 16, 2, 3).mean(axis=(2, 4))
        exact = 127.5 + 127.5 * small / abs(small).max(axis=(1, 2, 3), keepdims=True)
        wrong = sheet[r, :, :, k].astype(float) - exact
        assert np.sqrt((wrong**2).mean()) < (24 if step == 30 else 38)  # noise first, which JPEG drops


def test_the_sentence_has_the_numbers():
    picture = TrainingPlayer(learning_rate=0.2, step=1)
    loss = picture.losses[2][1]
    where = "above" if loss > math.log(3) else "below"
    assert picture.sentence() == (
        f"With the learning rate 0.2, after step 1, the mean loss is {number(loss)}, {where} the "
        f"{number(math.log(3))} of knowing nothing; right are {picture.right[0][2][1]} of 600 training "
        f"photographs and {picture.right[1][2][1]} of 300 test photographs."
    )
    picture.step = 100
    assert f"{number(picture.losses[2][-1])}, below the 1.099" in picture.sentence()


@pytest.mark.default_sample
def test_the_largest_rate_never_comes_to_rest_and_the_lessons_own_does():
    _, own, faster, wild = np.array(TrainingPlayer().losses)
    assert (np.diff(own) < 0).all()
    assert faster[-1] < own[-1] < math.log(3) < wild[1:].min()
    assert wild.max() > 18


BAD = [
    ({"learning_rate": 0.05}, "learning_rate: expected one of 0.002, 0.02, 0.2, 2, got 0.05."),
    ({"learning_rate": math.nan}, "learning_rate: expected a finite number, got nan."),
    ({"step": 7}, "step: expected one of 0, 1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 40, 60, 80, 100, got 7."),
    ({"step": -1}, "step: expected one of 0, 1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 40, 60, 80, 100, got -1."),
]


@pytest.mark.parametrize(("bad", "sentence"), BAD)
def test_bad_state_is_refused_with_the_argument_named(bad, sentence):
    with pytest.raises(TraitError) as caught:
        TrainingPlayer(**bad)
    assert str(caught.value) == sentence
    picture = TrainingPlayer()
    before = picture.state()
    with pytest.raises(TraitError) as caught:
        setattr(picture, *next(iter(bad.items())))
    assert str(caught.value) == sentence
    assert picture.state() == before


@pytest.mark.parametrize("state", [{}, {"step": 0}, {"learning_rate": 2.0, "step": 3}])
def test_the_still_picture_can_be_drawn_in_every_state(state):
    png = TrainingPlayer(**state).png()
    with Image.open(io.BytesIO(png)) as image:
        assert image.size == (630, 252)
    assert len(png) < 24_000
