"""`check(exercise.softmax.reference)` is no answer, however it is wrapped; what only looks like it is one."""

import functools
import sys

import numpy as np
import pytest
from retyped import retyped

from softmax_lesson import exercises
from softmax_lesson.exercises import derivatives, loss, probabilities, regularisation
from softmax_lesson.exercises.engine import progress_file
from softmax_lesson.probabilities import softmax

CATALOGUE = exercises.catalogue()
GRADIENT = derivatives.gradient


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    """Nothing is done yet, on the disk and in this process."""
    monkeypatch.setenv("SOFTMAX_LESSON_HOME", str(tmp_path))
    monkeypatch.setattr(progress_file, "_here", {})


@pytest.mark.parametrize("exercise", CATALOGUE, ids=lambda e: e.name)
def test_the_lessons_own_is_no_answer_and_a_copy_of_it_is_one(exercise):
    handed_out = exercise.use(...)
    for own in (exercise.reference, exercise._function, handed_out, lambda *given: handed_out(*given)):
        said = exercise.check(own)
        assert said.status == "not attempted"
        assert f"Write `{exercise.name}` yourself" in said.text
    assert exercises.progress().states[f"{exercise.step}.{exercise.name}"] == "open"
    assert exercise.check(retyped(exercise)).status == "correct"


def renamed(W, x, y):
    mine = GRADIENT.reference
    return mine(W, x, y)


def copied_first(W, x, y):
    return 1.0 * GRADIENT.reference(W.copy(), np.array(x), int(y))


def sometimes(W, x, y):
    return GRADIENT.reference(W, x, y) if len(W) > 4 else retyped(GRADIENT)(W, x, y)


class Called:
    def __call__(self, W, x, y):
        return list(GRADIENT.reference(W=W, x=x, y=y))


@pytest.mark.parametrize(
    "wrapped",
    [
        renamed,
        copied_first,
        sometimes,
        Called(),
        functools.partial(GRADIENT.reference),
        functools.lru_cache(None)(lambda: GRADIENT.reference).__wrapped__(),
        lambda W, x, y: GRADIENT._function(W, x, y),
        lambda W, x, y: exercises.catch_up("06_many_examples").gradient(W, x, y),
        lambda W, x, y: GRADIENT.cases()[0].reference(W, x, y),
    ],
)
def test_who_hands_the_arguments_on_has_written_nothing(wrapped):
    assert GRADIENT.check(wrapped).status == "not attempted"


def test_the_reference_of_another_exercise_on_other_arguments_is_an_answer():
    assert probabilities.softmax_batch.reference is probabilities.softmax.reference
    rows = probabilities.softmax_batch.check(lambda S: np.array([softmax(row) for row in S]))
    assert rows.status == "correct"
    mean_of_one = loss.one_loss.check(lambda f, y: loss.mean_loss.reference(f[None], np.array([y])))
    assert mean_of_one.status == "correct"


def test_a_mistake_on_top_of_the_reference_is_still_named():
    said = GRADIENT.check(lambda W, x, y: -GRADIENT.reference(W, x, y))
    assert said.status == "wrong"
    said = regularisation.l2_term.check(lambda w, s: regularisation.l1_term.reference(w, s))
    assert said.status == "wrong"


def test_arguments_that_refuse_to_be_compared_are_no_trouble():
    class Odd(np.ndarray):
        def __eq__(self, other):
            raise RuntimeError("no")

    said = probabilities.softmax.check(lambda f: np.asarray(softmax(f.view(Odd))))
    assert said.status in ("correct", "not attempted")


def test_a_profiler_that_was_there_is_there_again():
    seen = []

    def theirs(frame, event, _):
        seen.append(event)

    before = sys.getprofile()
    sys.setprofile(theirs)
    try:
        probabilities.softmax.check(softmax)
        kept = sys.getprofile()
    finally:
        sys.setprofile(before)
    assert kept is theirs and seen
