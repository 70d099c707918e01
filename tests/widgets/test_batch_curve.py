"""BatchCurve as Python sees it: its numbers are those of the definitions, its state is looked after."""

import base64
import io
import math
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image
from traitlets import TraitError

from softmax_lesson.data import CLASS_NAMES, load_sample
from softmax_lesson.widgets import BatchCurve
from softmax_lesson.widgets.kit.base import number

FIRST, SECOND, THIRD = CLASS_NAMES


@pytest.fixture(scope="module")
def batch():
    """Return 24 photographs, eight of each class, as in the notebook, and their scores after a step of 1."""
    train = load_sample().train
    pixels = train.images.reshape(600, -1) / 255
    first = np.sort(np.concatenate([np.flatnonzero(train.labels == k)[:8] for k in range(3)]))
    X = np.column_stack([(pixels - pixels.mean(axis=0))[first], np.ones(24)])
    y = train.labels[first]
    step = sum(np.outer(np.eye(3)[label] - 1 / 3, x) for x, label in zip(X, y, strict=True)) / 24
    return X, y, train.images[first], X @ step.T


def losses(S, y):
    """Return -log P(y) of each row by its definition; the scores here are small."""
    powers = np.exp(S)
    return -np.log(powers[np.arange(len(y)), y] / powers.sum(axis=1))


@pytest.mark.parametrize("rate", [0.0, 0.05, 0.15, 0.3, 1.0])
def test_every_example_lies_on_the_curve_after_the_step_that_the_definition_takes(batch, rate):
    X, y, images, per_length = batch
    picture = BatchCurve(X, y, images, learning_rate=rate)
    margin, loss, pull, best = picture.measure()
    np.testing.assert_allclose(loss, losses(rate * per_length, y), rtol=1e-4, atol=1e-9)
    np.testing.assert_allclose(loss, np.logaddexp(0, -margin), rtol=1e-9)
    np.testing.assert_allclose(pull, 1 - np.exp(-loss), rtol=1e-9, atol=1e-15)
    assert list(best) == ([-1] * 24 if rate == 0 else list(per_length.argmax(axis=1)))
    order = picture.order()
    assert sorted(order) == list(range(24))
    assert all(pull[a] > pull[b] or (pull[a] == pull[b] and a < b) for a, b in pairwise(order))


def test_without_arguments_it_is_the_batch_of_the_notebook(batch):
    X, y, images, _ = batch
    assert BatchCurve().state() == BatchCurve(X, y, images).state()


def test_the_sentence_has_the_numbers_of_the_definitions(batch):
    X, y, images, per_length = batch
    loss = losses(0.3 * per_length, y)
    pulls = np.sort(1 - np.exp(-loss))[::-1]
    half = next(n for n in range(1, 25) if pulls[:n].sum() >= pulls.sum() / 2)
    sentence = BatchCurve(X, y, images, learning_rate=0.3).sentence()
    assert f"the 24 photographs have the mean loss {loss.mean():.3f}, and {half} of them do half" in sentence
    assert sentence.endswith(f"its loss {loss.max():.3f}, its pull {pulls[0]:.3f}.")
    third = loss[y == 2]
    sentence = BatchCurve(X, y, images, learning_rate=0.3, shown=2).sentence()
    assert f"the 8 photographs of the class {THIRD} have the mean loss {third.mean():.3f}," in sentence
    assert f"Number 1 by its pull is of the class {THIRD};" in sentence


def test_before_the_step_all_are_alike():
    words = repr(BatchCurve(learning_rate=0))
    assert f"mean loss {number(math.log(3))}, and 12 of them do half of the pulling" in words
    assert "it scores highest for no class, its margin −0.693, its loss 1.099, its pull 0.667." in words


def test_an_example_of_a_class_that_is_not_shown_gives_way_to_the_hardest_that_is():
    of_second = BatchCurve().labels.index(1)
    picture = BatchCurve(example=of_second)
    picture.shown = 0
    assert f"Number 1 by its pull is of the class {FIRST};" in picture.sentence()
    picture.shown = -1
    assert f"is of the class {SECOND};" in picture.sentence()


def test_the_step_that_is_best_is_neither_the_shortest_nor_the_longest():
    means = [BatchCurve(learning_rate=rate).measure()[1].mean() for rate in np.arange(0, 31) / 100]
    best = means.index(min(means))
    assert 0 < best < 30
    assert (np.diff(means[: best + 1]) < 0).all() and (np.diff(means[best:]) > 0).all()


@pytest.mark.default_sample
def test_the_step_that_is_best_is_the_one_that_notebook_06_speaks_of():
    means = [BatchCurve(learning_rate=rate).measure()[1].mean() for rate in (0.12, 0.13, 0.14)]
    assert means.index(min(means)) == 1


BAD = [
    ({"learning_rate": -0.1}, "learning_rate: expected a number from 0 to 1e+06, got -0.1."),
    ({"learning_rate": math.inf}, "learning_rate: expected a finite number, got inf."),
    ({"learning_rate": math.nan}, "learning_rate: expected a finite number, got nan."),
    ({"shown": 3}, "shown: expected a class of the batch, or -1 for all, got 3."),
    ({"shown": "frog"}, "shown: expected a whole number, got 'frog'."),
    ({"example": 24}, "example: expected 0 to 23, got 24."),
    ({"example": -1}, "example: expected 0 to 23, got -1."),
]


@pytest.mark.parametrize(("bad", "sentence"), BAD)
def test_bad_state_is_refused_with_the_argument_named(bad, sentence):
    with pytest.raises(TraitError) as caught:
        BatchCurve(**bad)
    assert str(caught.value) == sentence
    picture = BatchCurve()
    before = picture.state()
    with pytest.raises(TraitError) as caught:
        setattr(picture, *next(iter(bad.items())))
    assert str(caught.value) == sentence
    assert picture.state() == before


def test_a_bad_batch_is_refused_with_the_argument_named(batch):
    X, y, images, _ = batch
    with pytest.raises(ValueError, match=r"^y: expected labels 0 to 2, got 3\. Labels count from 0\.$"):
        BatchCurve(X, y + 1, images)
    with pytest.raises(ValueError, match=r"^images: expected 24, one for each row of X, got 23\.$"):
        BatchCurve(X, y, images[1:])
    with pytest.raises(ValueError, match=r"^images: .* got float64 of shape \(24, 32, 32, 3\)\.$"):
        BatchCurve(X, y, images / 255)
    with pytest.raises(TraitError, match=r"^labels: cannot be set\. Make a new picture: BatchCurve"):
        BatchCurve().labels = [0, 1, 2]


def test_the_photographs_that_travel_are_the_real_ones(batch):
    address = BatchCurve().images
    with Image.open(io.BytesIO(base64.b64decode(address.removeprefix("data:image/jpeg;base64,")))) as sheet:
        pixels = np.asarray(sheet.convert("RGB")).reshape(32, 24, 32, 3).transpose(1, 0, 2, 3)
    wrong = pixels.astype(float) - batch[2]
    assert np.sqrt((wrong**2).mean()) < 9  # of 255: fewer colours, the same photographs
    assert np.sqrt((wrong**2).mean(axis=(1, 2, 3))).max() < 20


@pytest.mark.parametrize(
    "state", [{}, {"learning_rate": 0}, {"shown": 1, "example": 0}, {"learning_rate": 5}]
)
def test_the_still_picture_can_be_drawn_in_every_state(state):
    png = BatchCurve(**state).png()
    with Image.open(io.BytesIO(png)) as image:
        assert image.size == (630, 252)
    assert len(png) < 24_000


def test_a_batch_of_another_size_and_other_classes(batch):
    X, y, images, _ = batch
    few = BatchCurve(X[:5], y[:5] % 2, images[:5], class_names=["cold", "warm"], learning_rate=0.1)
    loss = few.measure()[1]
    assert f"the 5 photographs have the mean loss {number(loss.mean())}" in few.sentence()
    assert few.png() != BatchCurve().png()


def test_a_batch_of_one_is_told_in_the_singular_and_can_be_drawn(batch):
    X, y, images, _ = batch
    one = BatchCurve(X[:1], y[:1], images[:1])
    assert "the 1 photograph has the mean loss" in one.sentence()
    assert "and 1 of them does half of the pulling" in one.sentence()
    assert one.png()
