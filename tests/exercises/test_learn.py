"""The exercise with many right answers, `learn`: what it says of weights that do not reach what is asked."""

import numpy as np
import pytest

from softmax_lesson.exercises import training as exercise
from softmax_lesson.many_examples import loss_and_gradient
from softmax_lesson.probabilities import softmax


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("SOFTMAX_LESSON_HOME", str(tmp_path))


def descending(steps, rate, slopes=None):
    """Return an answer: so many steps of a length; slopes(P, y) may do something else than P - Y."""

    def learn(X, y):
        W = np.zeros((3, X.shape[1]))
        for _ in range(steps):
            if slopes is None:
                G = loss_and_gradient(W, X, y)[1]
            else:
                G = slopes(softmax(X @ W.T), y).T @ X / len(y)
            W = W - rate * G
        return W

    return learn


def whole_columns(P, y):
    P[:, y] -= 1
    return P


def labels_from_one(P, y):
    P[np.arange(len(y)), y - 1] -= 1
    return P


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (descending(20, 0.01), "they have not learnt enough yet"),
        (descending(1, -0.3), "with all signs turned they would get"),
        (descending(20, -0.3), "with all signs turned they would get"),
        (descending(50, -0.04), "with all signs turned they would get"),
        pytest.param(descending(50, 50), "do the steps overshoot", marks=pytest.mark.default_sample),
        (descending(50, 0.3, whole_columns), "hardly more than by guessing"),
        (descending(50, 0.3, labels_from_one), "with its rows in another order W would get"),
    ],
)
def test_weights_that_do_not_reach_it_are_told_why(answer, words):
    feedback = exercise.learn.check(answer)
    assert feedback.status == "wrong"
    assert words in feedback.text
