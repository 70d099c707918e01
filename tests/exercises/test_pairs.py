"""Two mistakes at once are both said, the earlier one first, and only where they explain every number."""

import numpy as np
import pytest

from softmax_lesson.exercises import many_examples, regularisation
from softmax_lesson.exercises.engine import exercise, nasty


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("SOFTMAX_LESSON_HOME", str(tmp_path))


def bias_pays_and_all_subtracted(loss, gradient, W, strength):
    return loss - strength * np.sum(W * W) / 2, gradient - strength * W


def lambda_missing_and_downhill(weights, strength):
    return np.sum(weights * weights) / 2, -strength * weights


def value_doubled_gradient_tripled(weights, strength):
    return strength * np.sum(weights * weights), 3 * strength * weights


def lying_and_negative(P, y):
    return (np.eye(P.shape[1])[y] - P).T


def sentences(of, *names):
    known = {mistake.name: mistake.sentence for mistake in of.mistakes}
    return [known[name] for name in names]


def test_a_mistake_in_what_is_added_to_an_argument():
    feedback = regularisation.add_penalty.check(bias_pays_and_all_subtracted)
    assert feedback.mistake == "bias_pays and subtracted"
    (first,) = sentences(regularisation.add_penalty, "bias_pays")
    assert f"First: {first}\nThen: What you add to the argument has the wrong sign" in feedback.text


def test_each_of_two_things_may_have_a_mistake_of_its_own():
    feedback = regularisation.l2_term.check(lambda_missing_and_downhill)
    assert feedback.mistake == "no_strength_in_value and way_down"
    assert "First: Lambda is missing in your value" in feedback.text
    assert "is right" not in feedback.text  # "Your gradient is right, and ..." would be false here


def test_half_an_explanation_is_none():
    feedback = regularisation.l2_term.check(value_doubled_gradient_tripled)
    assert " and " not in (feedback.mistake or "")


def test_two_general_mistakes_are_both_said():
    feedback = many_examples.slopes.check(lying_and_negative)
    assert feedback.status == "wrong" and " and " in feedback.mistake
    assert "First: " in feedback.text and "Then: " in feedback.text


# ---- on every input, or not at all -----------------------------------------------------------------


def tables(rng):
    yield (np.array([[1.0, 2.0, 6.0], [4.0, 0.0, 2.0]]),)
    yield (rng.normal(size=(3, 3)),)
    yield nasty("a table full of large numbers", 1e5 * rng.normal(size=(4, 2)))


@exercise("06_many_examples", inputs=tables, hints=("One for each row.", "Which axis is left?"))
def row_roots(X):
    """Return the root of the size of the sum of each row of X (N, D): shape (N,)."""
    return np.sqrt(np.abs(X.sum(axis=1)))


@row_roots.mistake
def of_means(X):
    """You take the mean of each row, where the sum is asked."""
    return np.sqrt(np.abs(X.mean(axis=1)))


def of_means_negative(X):
    return -np.sqrt(np.abs(X.mean(axis=1)))


def of_means_negative_for_some(X):
    return of_means_negative(X) * (1 if X.shape == (2, 3) else 1.25)


def of_means_negative_for_small_ones(X):
    return of_means_negative(X) + (np.abs(X).max() > 100)


def test_a_mistake_and_a_sign():
    feedback = row_roots.check(of_means_negative)
    assert feedback.mistake == "of_means and sign_flipped"
    assert feedback.text.startswith("Not right yet: row_roots.\nTwo mistakes at once")


def test_a_pair_that_explains_one_input_only_is_none():
    assert row_roots.check(of_means_negative_for_some).mistake is None


def test_a_pair_that_explains_the_ordinary_inputs_says_so():
    feedback = row_roots.check(of_means_negative_for_small_ones)
    assert feedback.mistake == "of_means and sign_flipped"
    assert "On ordinary inputs: two mistakes at once" in feedback.text
