"""The tests of the exercises check thousands of functions; only those that are about it look for the line."""

import pytest

from softmax_lesson.exercises.engine import line

LOOKING = ("test_line",)


@pytest.fixture(autouse=True)
def no_time_to_look_for_the_line(request, monkeypatch):
    if request.module.__name__.split(".")[-1] not in LOOKING:
        monkeypatch.setattr(line, "SECONDS", 0)
        monkeypatch.setattr(line, "SECONDS_WHEN_NAMED", 0)
