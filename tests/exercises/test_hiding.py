"""A name of the notebook or of the function that hides what is called is said, and no line is blamed."""

import numpy as np
import pytest
from test_mutations import from_a_cell

from softmax_lesson.exercises import probabilities

USUAL = "def softmax(f):\n    e = np.exp(f - f.max())\n    return e / sum(e)\n"
OWN = "def softmax(f):\n    sum = 0.0\n    e = np.exp(f - f.max())\n    return e / sum(e)\n"
UNBOUND = "def softmax(f):\n    e = np.exp(f - f.max())\n    sum = sum(e)\n    return e / sum\n"


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("SOFTMAX_LESSON_HOME", str(tmp_path))


def check(source, **names):
    function = from_a_cell(f"import numpy as np\n{source}", "softmax")
    function.__globals__.update(names)
    return probabilities.softmax.check(function)


def test_a_name_of_the_notebook_that_hides_pythons_own_is_said_and_no_line_is_blamed():
    feedback = check(USUAL, sum=3.0)
    assert (feedback.status, feedback.mistake, feedback.line) == ("error", "builtin_hidden", None)
    assert "`sum` is Python's own function" in feedback.text and "a float. `del sum`" in feedback.text
    assert "square ones" not in feedback.text


def test_numpy_hidden_is_said():
    feedback = check(USUAL, np=np.zeros(3))
    assert (feedback.mistake, feedback.line) == ("numpy_hidden", None)
    assert "`np` is no longer NumPy" in feedback.text


@pytest.mark.parametrize("source", [OWN, UNBOUND])
def test_a_name_of_the_function_that_hides_pythons_own_is_said(source):
    feedback = check(source)
    assert (feedback.mistake, feedback.line) == ("builtin_hidden_in_the_function", None)


def test_a_name_that_hides_nothing_or_does_no_harm_is_not_said():
    assert check(USUAL).status == "correct"
    assert check(USUAL, sum=np.sum, max=3.0).status == "correct"
    assert check(USUAL.replace("sum(e)", "total(e)"), total=3.0).mistake == "called_instead_of_multiplied"
    assert check(USUAL.replace("sum(e)", "np.sun(e)"), sum=3.0).mistake == "no_such_attribute"
