"""The tests of the exercises check thousands of functions; only those that are about it look for the line."""

import pytest

from softmax_lesson import exercises
from softmax_lesson.exercises.engine import line

LOOKING = ("test_line",)
CATALOGUE = exercises.catalogue()
USUAL = {}  # the trials of seed 0, by exercise


@pytest.fixture(autouse=True)
def no_time_to_look_for_the_line(request, monkeypatch):
    if request.module.__name__.split(".")[-1] not in LOOKING:
        monkeypatch.setattr(line, "SECONDS", 0)
        monkeypatch.setattr(line, "SECONDS_WHEN_NAMED", 0)


@pytest.fixture(autouse=True)
def what_known_mistakes_make_of_the_usual_inputs_is_computed_once():
    """An exercise keeps its last trial: here the one of seed 0 comes back when others were between."""
    yield
    for exercise in CATALOGUE:
        if exercise._trial and exercise._trial.seed == 0:
            USUAL[exercise.step, exercise.name] = exercise._trial
        else:
            exercise._trial = USUAL.get((exercise.step, exercise.name), exercise._trial)
