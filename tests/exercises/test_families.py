"""A mistake may be a family that differs in one number: it stands once, and each member is named."""

import numpy as np
import pytest

from softmax_lesson.exercises.engine import exercise


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("SOFTMAX_LESSON_HOME", str(tmp_path))


def columns(rng):
    yield (rng.uniform(0, 1, size=5),)
    yield (np.array([0.5, 0.0, 0.25, 0.0, 1.0]),)


@exercise("03_probabilities", inputs=columns, hints=("One.", "Two."))
def logarithms(p):
    """Return the logarithm of each number of p (K,), shape (K,)."""
    return np.log(p)  # -inf for 0


@logarithms.mistake(limit=(1e-4, 1e-8), least=np.log)
def cut_off(p, limit):
    """You keep every number at {limit:g} or more, so none of your answers is below {least:.1f}."""
    return np.log(np.maximum(p, limit))


def test_a_member_has_a_name_and_a_sentence_of_its_own():
    assert [mistake.name for mistake in logarithms.mistakes] == ["cut_off_0.0001", "cut_off_1e-08"]
    assert logarithms.mistakes[0].sentence.endswith(
        "at 0.0001 or more, so none of your answers is below -9.2."
    )
    assert logarithms.mistakes[1].sentence.endswith(
        "at 1e-08 or more, so none of your answers is below -18.4."
    )


@pytest.mark.parametrize("limit", [1e-4, 1e-8])
def test_each_member_is_recognised(limit):
    feedback = logarithms.check(lambda p: np.log(np.clip(p, limit, None)))
    assert feedback.mistake == f"cut_off_{limit}"
    assert f"{limit:g}" in feedback.text


def test_a_number_outside_the_family_is_not_taken_for_a_member():
    assert logarithms.check(lambda p: np.log(np.maximum(p, 1e-6))).mistake is None


def test_what_is_decorated_stays_as_it_is():
    assert cut_off(np.array([0.0]), 0.01) == np.log(0.01)
