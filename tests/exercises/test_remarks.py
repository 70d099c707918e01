"""A slip that changes no number in the lesson's own use is no mistake: the answer is right, with a remark."""

import numpy as np
import pytest
from retyped import retyped
from shares import some_and_more

from softmax_lesson import exercises
from softmax_lesson.exercises import derivatives, many_examples, regularisation, training
from softmax_lesson.exercises.engine import line
from softmax_lesson.exercises.engine.remarks import has_loop
from softmax_lesson.probabilities import softmax


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("SOFTMAX_LESSON_HOME", str(tmp_path))


def equation_4_as_it_stands(p, x, y):
    return -x + p[y] * x


def gradient_like_the_weights(W, x, y):
    slope = softmax(W @ x)
    slope[y] -= 1
    dW = np.zeros_like(W)
    for k in range(len(W)):
        dW[k] = slope[k] * x
    return dW


def batch_gradient_like_the_weights(W, X, y):
    dW = np.zeros_like(W)
    num_train, num_classes = X.shape[0], W.shape[0]
    for i in range(num_train):
        scores = W.dot(X[i])
        scores -= np.max(scores)
        p = np.exp(scores) / np.sum(np.exp(scores))
        for k in range(num_classes):
            dW[k, :] += (p[k] - (k == y[i])) * X[i, :]
    dW /= num_train
    return dW


def penalty_in_place(weights, strength):
    gradient = weights.copy()
    gradient *= strength
    return 0.5 * strength * np.sum(weights * weights), gradient


def step_on_a_copy(W, gradient, learning_rate):
    W = W.copy()
    W -= learning_rate * gradient
    return W


SLIPS = [
    (derivatives.correct_row, equation_4_as_it_stands),
    (many_examples.batch_gradient, batch_gradient_like_the_weights),
    (regularisation.l2_term, penalty_in_place),
    (training.descent_step, step_on_a_copy),
]


@pytest.mark.parametrize(("exercise", "answer"), SLIPS, ids=lambda x: getattr(x, "__name__", None))
def test_a_dtype_slip_is_right_with_a_remark(exercise, answer):
    for seed in range(5):
        feedback = exercise.check(answer, seed=seed)
        assert (feedback.status, feedback.mistake) == ("correct", None), feedback.text
        assert "astype(float)" in feedback.text


def gradient_added_to_zeros_like_the_weights(W, x, y):
    dW = np.zeros_like(W)
    dW += np.outer(softmax(W @ x) - np.eye(len(W))[y], x)
    return dW


def batch_gradient_row_by_row(W, X, y):
    dW = np.zeros_like(W)
    for slope, x in zip(softmax(X @ W.T) - np.eye(len(W))[y], X, strict=True):
        for k in range(len(W)):
            dW[k] = dW[k] + slope[k] * x
    return dW / len(X)


STOPPING = [
    (derivatives.gradient, gradient_added_to_zeros_like_the_weights),
    (many_examples.batch_gradient, batch_gradient_like_the_weights),
]
CUTTING = [
    (derivatives.gradient, gradient_like_the_weights),
    (many_examples.batch_gradient, batch_gradient_row_by_row),
]


@pytest.mark.parametrize(("exercise", "answer"), STOPPING, ids=lambda x: getattr(x, "__name__", None))
def test_who_stops_for_whole_numbers_misleads_nobody(exercise, answer):
    feedback = exercise.check(answer)
    assert (feedback.status, feedback.mistake) == ("correct", None), feedback.text
    assert "For whole numbers as weights your function stops." in feedback.text


@some_and_more("seeds", range(1), range(1, 5))
@pytest.mark.parametrize(("exercise", "answer"), CUTTING, ids=lambda x: getattr(x, "__name__", None))
def test_who_cuts_fractions_off_is_wrong_where_the_task_speaks_of_it(exercise, answer, seeds, monkeypatch):
    monkeypatch.setattr(line, "SECONDS_WHEN_NAMED", 1e6)
    monkeypatch.setattr(line, "SECONDS_IN_ALL", 1e6)
    assert "whole numbers" in exercise.task
    for seed in seeds:
        feedback = exercise.check(answer, seed=seed)
        assert (feedback.status, feedback.mistake) == ("wrong", "whole_numbers_inherited"), feedback.text
    assert "`np.zeros_like(W)`: this is where it goes wrong" in feedback.text


def test_no_remark_without_a_slip():
    for exercise in exercises.catalogue():
        feedback = exercise.check(retyped(exercise))
        assert feedback.text.count("\n") == 1, feedback.text


def with_a_loop(slopes, X):
    total = np.zeros((slopes.shape[1], X.shape[1]))
    for i in range(len(X)):
        total += np.outer(slopes[i], X[i])
    return total


def with_a_comprehension(slopes, X):
    return np.sum([np.outer(s, x) for s, x in zip(slopes, X, strict=True)], axis=0)


def with_a_while(slopes, X):
    total, i = 0, 0
    while i < len(X):
        total, i = total + np.outer(slopes[i], X[i]), i + 1
    return total


@pytest.mark.parametrize("answer", [with_a_loop, with_a_comprehension, with_a_while])
def test_a_loop_is_remarked_on_where_none_is_needed(answer):
    feedback = many_examples.sum_of_outer_products.check(answer)
    assert feedback.status == "correct"
    assert "There is a loop in it" in feedback.text


def test_a_product_is_no_loop():
    assert not has_loop((lambda slopes, X: slopes.T @ X).__code__)
    assert "loop" not in many_examples.sum_of_outer_products.check(lambda slopes, X: slopes.T @ X).text


def test_weights_on_their_side_are_said():
    right = training.learn.reference
    feedback = training.learn.check(lambda X, y: 2 * right(X, y).T)  # twice the scores, the same winners
    assert (feedback.status, feedback.mistake) == ("wrong", "transposed")
    assert "lying on its side" in feedback.text
