"""The examples of CONTRIBUTING, "A new exercise": they run, and pass the tests of the catalogue."""

import importlib
import inspect
import re
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import test_catalogue

from softmax_lesson.exercises import chain
from softmax_lesson.exercises.engine import Exercise
from softmax_lesson.probabilities import softmax

PAGE = (Path(__file__).parents[2] / "CONTRIBUTING.md").read_text(encoding="utf-8")
SECTION = PAGE.split("## A new exercise\n")[1].split("\n## ")[0]
COMPLETE, LINK = re.findall(r"```python\n(.*?)```", SECTION, re.DOTALL)


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("SOFTMAX_LESSON_HOME", str(tmp_path))


@pytest.fixture
def example(tmp_path, monkeypatch):
    """The exercise of the guide, read from a file as any other."""
    (tmp_path / "exercise_of_the_guide.py").write_text(COMPLETE, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    yield importlib.import_module("exercise_of_the_guide").row_means
    del sys.modules["exercise_of_the_guide"]


TESTS = [
    test_catalogue.test_a_declaration_is_complete,
    test_catalogue.test_the_task_says_what_is_checked_beside_the_numbers,
    test_catalogue.test_the_starter_is_a_short_cell_and_not_attempted,
    test_catalogue.test_the_reference_is_right,
    test_catalogue.test_the_solution_runs_by_itself_and_is_right,
    test_catalogue.test_every_declared_mistake_is_named_with_its_own_sentence,
    test_catalogue.test_a_mistake_is_told_in_the_same_words_every_time,
    test_catalogue.test_every_declared_mistake_is_named_whatever_the_seed,
    test_catalogue.test_no_two_mistakes_share_a_sentence,
    test_catalogue.test_hints_come_one_by_one_and_then_stay,
]


@pytest.mark.parametrize("of_the_catalogue", TESTS, ids=lambda test: test.__name__)
def test_the_complete_example_passes_the_test_of_the_catalogue(of_the_catalogue, example):
    assert isinstance(example, Exercise)
    wanted = inspect.signature(of_the_catalogue).parameters
    draws = {"exercise": example, "seeds": range(20), "every": 1}
    of_the_catalogue(**{name: draws[name] for name in wanted})


def test_a_slip_declared_for_a_link_is_a_mistake_of_the_exercise_that_contains_it():
    declared = {}
    gradient = SimpleNamespace(mistake=lambda function: declared.update({function.__name__: function}))
    names = {
        "chain": SimpleNamespace(scores=chain.Link()),
        "softmax": softmax,
        "gradient": gradient,
        "right_gradient": lambda f, x, y: np.outer(softmax(f) - np.eye(len(f))[y], x),
    }
    exec(LINK, names)
    W, x = np.array([[1.0, 2.0], [0.5, -1.0], [0.0, 1.0]]), np.array([2.0, 1.0])
    twice = np.outer(softmax(softmax(W @ x)) - [1, 0, 0], x)
    np.testing.assert_allclose(declared["softmax_twice"](W, x, 0), twice)
    assert "Softmax is applied twice" in declared["softmax_twice"].__doc__
