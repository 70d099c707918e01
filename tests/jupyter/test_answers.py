"""The answer to an exercise is found in a notebook's code, and only what it needs is run."""

import json

import pytest
from handing_in import bare, vote

from softmax_lesson.jupyter.grading import answers, notebooks

DRAFT = "def softmax(f):\n    return 'draft'"
FINAL = "def softmax(f):\n    return 'final'"
OPEN = 'def softmax(f):\n    """Task."""\n    ...'
NEVER = "raise SystemExit('this is not needed')"


@pytest.fixture(autouse=True)
def same_main(monkeypatch):
    """`make` puts a module of its own in the place of this process' main one."""
    import sys

    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


def made(*cells, exercise="softmax"):
    code = answers.parse(list(cells))
    answer = answers.find(code, exercise)
    function, trouble = answers.make(code, answer)
    return function, trouble


@pytest.mark.parametrize(
    "cells",
    [
        (FINAL,),
        (DRAFT, FINAL),
        (FINAL, OPEN),
        (OPEN, NEVER, FINAL, "exercise.softmax.check(softmax)"),
        (FINAL, "softmax = exercise.softmax.use(softmax)"),
        (FINAL, "from softmax_lesson.probabilities import softmax"),
        ("def mine(f):\n    return 'final'", "softmax = mine"),
        ("def mine(f):\n    return 'final'", OPEN, "exercise.softmax.check(mine)"),
        ("softmax = lambda f: 'final'",),
        (OPEN, "exercise.softmax.check(lambda f: 'final')"),
        ("word = 'final'", "exercise.softmax.check(lambda f: word)"),
        ("word = 'final'", "def softmax(f):\n    return word"),
        ("def softmax(f):\n    return helper()", "def helper():\n    return word", "word = 'final'"),
        ("words = []", "words.append('final')", "def softmax(f):\n    return words[0]"),
        ("words = {}", "words['a'] = 'final'", "def softmax(f):\n    return words['a']"),
        ("from string import *", "def softmax(f):\n    return 'final' if digits else 0"),
        ("%matplotlib inline\n!ls", "%%time\n" + FINAL, "?print"),
        ("x = 1\nif x:\n    word = 'final'\nelse:\n    word = 0", "def softmax(f):\n    return word"),
        ("import functools", "def mine(f, g):\n    return g", "softmax = functools.partial(mine, g='final')"),
        ("class softmax:\n    def __new__(cls, f):\n        return 'final'",),
        ("this is no Python", FINAL),
        ("def softmax(f):\n    return f and softmax(0) or 'final'",),
        (DRAFT, "global_words = 3\n" + FINAL, NEVER),
    ],
)
def test_the_answer_is_found_and_made(cells):
    function, trouble = made(*cells)
    assert function(1) == "final" and trouble is None


def test_what_it_needs_and_nothing_else_is_run():
    cells = ["a = 1", "b = a + 1", NEVER, "c = 1 / 0", "def softmax(f):\n    return b", "b = 'later'"]
    code = answers.parse(cells)
    assert [s.cell for s in answers.find(code, "softmax").statements] == [0, 1, 4]
    assert made(*cells)[0](0) == 2


def test_what_stops_on_the_way_is_said():
    function, trouble = made("import numpy as np", "a = np.load('gone.npy')", "def softmax(f):\n    return a")
    assert trouble.startswith("Code cell 2 stopped: FileNotFoundError")
    with pytest.raises(NameError):
        function(0)


def test_no_answer_and_an_unreadable_one():
    code = answers.parse(["x = 3", "def one_loss(f, y):\n    return (f"])
    assert answers.find(code, "softmax") is None
    assert "no Python" in answers.find(code, "one_loss").problem


def test_an_array_of_an_exercises_name_is_no_answer():
    assert answers.find(answers.parse(["slopes = P - Y", "gradient = train(X, y)"]), "slopes") is None


def test_lines_are_shown_without_comments_and_docstrings():
    function = 'def softmax(f):\n    """By Anna."""\n\n    # Anna\n    return f  # Anna'
    cell = f"# by Anna\nimport numpy as np\n\n{function}"
    code = answers.parse([cell])
    answer = answers.find(code, "softmax")
    assert answers.shown(code, answer, None) == ["def softmax(f):", "    return f"]
    assert answers.shown(code, answer, 8) == ["return f"]


def test_votes_are_read_from_outputs():
    """The answer's output counts, which is final; what cannot be is no vote."""
    notebook = vote(vote(bare("x = 1"), "04_loss.knows_nothing", 2), "04_loss.gone", 1)
    notebook = vote(notebook, "05_derivatives.nudge", 99)
    read = notebooks.read(json.dumps(notebook).encode())
    assert read.votes == {"04_loss.knows_nothing": 2} and read.cells[0] == "x = 1"


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"[]", b"{}", b'{"cells": [{}]}', b"[" * 100_000, b'{"cells": 3}', b"null"]
)
def test_what_is_no_notebook_is_said(content):
    with pytest.raises(notebooks.NoNotebook, match="no notebook"):
        notebooks.read(content)
