"""Whatever comes in: a documented result, or an error that begins with the argument's name.

By default each public name gets a few calls, the same in every run, and five times as many in
`make test-long`. Many more, others each time:

    python -m pytest tests/project/test_odd_arguments.py --hypothesis-profile=long

The number of calls is printed at the end.
"""

import importlib
import inspect
import pkgutil
import zlib

import numpy as np
import odd_arguments
import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st
from odd_arguments import complaint, draw, is_picture, parameters_of, public_names
from traitlets import TraitError

import softmax_lesson
from softmax_lesson.data import download

NAMES = public_names()
CASES = [
    pytest.param(name, how, id=f"{name}-{how}")
    for name, thing in NAMES.items()
    for how in (("call", "set") if is_picture(thing) else ("call",))
]


@pytest.fixture(scope="module", autouse=True)
def nothing_of_the_user_or_the_network(tmp_path_factory):
    def no_network(*_):
        raise OSError("no network in tests")

    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("here"))
        patch.setattr(download, "fetch", no_network)
        patch.setattr(download, "user_cache", lambda: tmp_path_factory.mktemp("cache"))
        yield


@pytest.mark.parametrize("share", [20, pytest.param(4, marks=pytest.mark.long)], ids=["few", "more"])
@pytest.mark.parametrize(("name", "how"), CASES)
def test_odd_arguments_lead_to_a_result_or_to_an_error_that_names_one(name, how, share, record_property):
    thing, calls = NAMES[name], []

    @settings(max_examples=settings().max_examples // share if parameters_of(thing) else 1)
    @given(st.data())
    def one_call(data):
        words, arguments = draw(name, thing, lambda options: data.draw(st.sampled_from(options)))
        calls.append(words)
        wrong = complaint(thing, arguments, how)
        assert wrong is None, f"{words} {wrong}"

    if settings().derandomize:  # the same in every run, and others for each name
        one_call = seed(zlib.crc32(f"{name} {how}{share}".encode()))(one_call)
    one_call()
    record_property("odd calls", len(calls))


# ---- a new name is covered at once --------------------------------------------------------------------


def faces():
    """Return the modules whose public names are called."""
    names = [module.name for module in pkgutil.iter_modules(softmax_lesson.__path__)]
    return [name for name in names if name not in odd_arguments.NO_CALLS]


@pytest.mark.parametrize("module", faces())
def test_what_says_what_it_raises_is_public_and_the_other_way_round(module):
    face = importlib.import_module(f"softmax_lesson.{module}")
    own = {
        name: f for name, f in vars(face).items() if inspect.isfunction(f) and f.__module__ == face.__name__
    }
    documented = {name for name, f in own.items() if "Raises" in f.__doc__}
    public = {name for name, f in own.items() if name in face.__all__}
    assert documented <= public
    assert {name for name in public - documented if inspect.signature(own[name]).parameters} == set()


def test_every_exercise_and_every_picture_is_there():
    assert sum(name.endswith(".check") for name in NAMES) == 28
    assert sum(map(is_picture, NAMES.values())) == len(softmax_lesson.widgets.catalogue()) + 1


def test_the_methods_of_pictures_that_take_something_are_there():
    pictures = {thing.__name__ for thing in softmax_lesson.widgets.catalogue()}
    methods = [name for name in NAMES if name.startswith("widgets.") and name.count(".") == 2]
    assert methods == ["widgets.Regions.scores"], "a new one is covered; name it here"
    assert {name.split(".")[1] for name in methods} <= pictures


# ---- the judge sees what is wrong ---------------------------------------------------------------------


def gives(result):
    """Return a function that gives a result, whatever comes in."""
    return lambda X: result


def says(error):
    """Return a function that raises an error, whatever comes in."""

    def function(X):
        raise error

    return function


@pytest.mark.parametrize(
    "function",
    [
        gives(1.0),
        gives(None),
        gives(np.array([np.inf, 1.0])),
        says(TypeError("X: expected features.")),
        says(ValueError("X, W: expected features.")),
        says(FloatingPointError("X: too large.")),
    ],
)
def test_the_judge_lets_pass(function):
    assert complaint(function, {"X": 1}) is None


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (gives(float("nan")), "returns NaN"),
        (gives((1, [np.array([[0, np.nan]])])), "returns NaN"),
        (says(TypeError("unhashable type")), "says TypeError: unhashable type"),
        (says(ValueError("W: is no parameter.")), "says ValueError: W: is no parameter."),
        (says(ValueError("X is bad.")), "says ValueError: X is bad."),
        (says(KeyError("X: no error of ours")), "leaks KeyError"),
        (says(MemoryError("X: too much")), "leaks MemoryError"),
        (says(TraitError("X: of no picture")), "a TraitError"),
        (lambda X: np.array([1.0]) / 0, "warns RuntimeWarning: divide by zero"),
        (lambda X: np.int8(127) + np.int8(X), "warns RuntimeWarning: overflow"),
    ],
)
def test_the_judge_sees(function, words):
    assert complaint(function, {"X": 1}).startswith(words)


@pytest.mark.skipif(not hasattr(odd_arguments.signal, "SIGALRM"), reason="this system has no alarms")
def test_the_judge_does_not_wait_without_end(monkeypatch):
    monkeypatch.setattr(odd_arguments, "PATIENCE", 0.1)

    def endless(X):
        while True:
            pass

    assert complaint(endless, {"X": 1}) == "does not end"
