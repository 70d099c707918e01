"""Where it goes wrong: the line of the student's own code, found by trying small changes of it.

The clock is taken away in these tests, so nothing here depends on how fast the machine is; what must end does
so by the number of its rounds.
"""

import ast
import inspect
import itertools
import linecache
import math
import random
import time
from pathlib import Path

import numpy as np
import pytest
from retyped import retyped

from softmax_lesson.exercises import loss, probabilities
from softmax_lesson.exercises.engine import exercise, harmless, line, nasty
from softmax_lesson.exercises.engine.edits import edits
from softmax_lesson.exercises.engine.harmless import NotHarmless, TooLong, Watch, prepare
from softmax_lesson.exercises.engine.reading import never_reached, never_used, read
from softmax_lesson.exercises.engine.running import Interrupted
from softmax_lesson.probabilities import softmax as probabilities_of_rows


@pytest.fixture(autouse=True)
def own_home_and_all_the_time(tmp_path, monkeypatch):
    monkeypatch.setenv("SOFTMAX_LESSON_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(line, "SECONDS", 1e6)
    monkeypatch.setattr(line, "SECONDS_WHEN_NAMED", 1e6)
    monkeypatch.setattr(line, "SECONDS_IN_ALL", 1e6)


def table_inputs(rng):
    yield (np.array([[1.0, 2.0, 6.0], [4.0, 0.0, 2.0]]),)
    yield (rng.normal(size=(3, 3)),)
    yield (rng.normal(size=(4, 2)),)
    yield nasty("large numbers", 1e9 * rng.normal(size=(4, 2)))


@exercise("06_many_examples", inputs=table_inputs, hints=("One for each row.", "Which axis is left?"))
def row_sizes(X):
    """Return the root of the mean square of each row of X (N, D): shape (N,)."""
    return np.sqrt((X**2).mean(axis=1))


def line_of(function, words):
    """Return the number of the line of this file that holds some words of a function."""
    lines, first = inspect.getsourcelines(function)
    (place,) = (place for place, text in enumerate(lines) if words in text)
    return first + place


# ---- the line is found ---------------------------------------------------------------------------


def wrong_axis(X):
    squares = X * X
    means = squares.sum(axis=0) / X.shape[1]
    return np.sqrt(means)


def wrong_operator(X):
    squares = X + X
    means = squares.sum(axis=1) / X.shape[1]
    return np.sqrt(means)


def wrong_name(X):
    squares = X * X  # noqa: F841
    means = X.sum(axis=1) / X.shape[1]
    return np.sqrt(np.abs(means))


def missing_root(X):
    columns = X.shape[1]
    return (X * X).sum(axis=1) / columns


def too_late(X):
    sizes = np.zeros(len(X))
    for row in range(len(X)):
        square = np.sqrt((X[row] ** 2).mean())
    sizes[row] = square
    return sizes


def wrong_bracket(X):
    squares = X * X
    return np.sqrt(squares.sum(axis=1)) / X.shape[1]


def plus_missing(X):
    total = np.zeros(len(X))
    for column in range(X.shape[1]):
        total = X[:, column] ** 2
    return np.sqrt(total / X.shape[1])


def over_two_lines(X):
    return np.sqrt(
        (X * X).sum(axis=1)
        * X.shape[1]
    )  # fmt: skip


LINES = [
    (wrong_axis, "axis=0", "squares.sum(axis=0)"),
    (wrong_operator, "X + X", "X + X"),
    (wrong_name, "X.sum", None),
    (missing_root, "X * X", None),
    (too_late, "sizes[row] =", "sizes[row] = square"),
    (wrong_bracket, "np.sqrt(", None),
    (plus_missing, "total = X", "total = X[:, column] ** 2"),
    (over_two_lines, "* X.shape[1]", None),
]


@pytest.mark.parametrize("function, words, said", LINES, ids=lambda v: getattr(v, "__name__", None))
def test_the_line_is_said_and_not_the_repair(function, words, said):
    feedback = row_sizes.check(function)
    assert feedback.status == "wrong"
    assert feedback.line == line_of(function, words)
    assert f"Line {feedback.line}" in feedback.text and feedback.text.endswith("this is where it goes wrong.")
    assert said is None or f", `{said}`:" in feedback.text


def two_mistakes(X):
    squares = X - X[0]
    means = squares.sum(axis=0) / X.shape[0]
    return np.exp(means)


def doubled_somewhere(X):
    squares = X * X
    means = squares.mean(axis=1)
    roots = np.exp(means) * 0.5
    return np.where(roots > 3, roots * 7, roots - 0.125)


@pytest.mark.parametrize("function", [two_mistakes, doubled_somewhere])
def test_what_no_single_change_repairs_gets_no_line(function):
    feedback = row_sizes.check(function)
    assert feedback.status == "wrong" and feedback.line is None and "goes wrong" not in feedback.text


def plain_exp(f):
    powers = np.exp(f)
    return powers / powers.sum()


def test_what_is_wrong_for_nasty_inputs_only_is_repaired_for_them():
    feedback = probabilities.softmax.check(plain_exp)
    assert feedback.mistake == "plain_exp" and feedback.line == line_of(plain_exp, "np.exp(f)")


def test_a_right_answer_gets_no_line():
    assert row_sizes.check(retyped(row_sizes)).line is None


# ---- what reading tells --------------------------------------------------------------------------


def behind_continue(X):
    sizes = np.zeros(len(X))
    for row in range(len(X)):
        if row % 2:
            continue
            sizes[row] = 3.0
        sizes[row] = X[row, 0] ** 3
    return sizes - 0.3 * sizes.max()


def behind_return(X):
    return X[:, 0] ** 3 - 2
    X = X + 1


def never_looked_at(X):
    roots = np.sqrt((X**2).mean(axis=1))  # noqa: F841
    return X[:, 0] ** 3 - 2


def all_looked_at(X):
    y = X
    y += 1
    for _ in range(2):
        rows, columns = X.shape  # noqa: RUF059
    return X[:, 0] ** 3 - rows


def test_reading_tells_what_never_runs_and_what_nothing_looks_at():
    assert never_reached(read(behind_continue)) == (line_of(behind_continue, "= 3.0"), "continue")
    assert never_reached(read(behind_return)) == (line_of(behind_return, "X + 1"), "return")
    assert never_reached(read(all_looked_at)) is None
    assert never_used(read(never_looked_at)) == (line_of(never_looked_at, "roots ="), "roots")
    assert never_used(read(all_looked_at)) is None


def test_what_reading_tells_is_said():
    feedback = row_sizes.check(behind_continue)
    assert feedback.line == line_of(behind_continue, "= 3.0")
    assert f"Line {feedback.line} is never reached: it stands after `continue`." in feedback.text
    assert "The name `roots` gets its value in line" in row_sizes.check(never_looked_at).text


def test_another_text_than_the_one_that_runs_is_not_read(monkeypatch):
    assert read(wrong_axis).tree.name == "wrong_axis"
    file = wrong_axis.__code__.co_filename
    edited = Path(file).read_text(encoding="utf-8").replace("squares.sum(axis=0)", "squares.sum(axis=1)")
    monkeypatch.setitem(linecache.cache, file, (len(edited), None, edited.splitlines(keepends=True), file))
    assert read(wrong_axis) is None


# ---- nothing is done on the student's behalf -----------------------------------------------------

HAPPENED, TABLE, COUNT = [], np.zeros(3), 0


def note(what):
    HAPPENED.append(what)


def writes_a_file(X):
    with open("written", "a") as file:
        file.write("x")
    return X.sum(axis=0)


def writes_by_numpy(X):
    X.tofile("written")
    np.save("written", X)
    return X.sum(axis=0)


def writes_by_a_path(X):
    Path("written").write_text("x")
    return X.sum(axis=0)


def sleeps(X):
    time.sleep(0)
    return X.sum(axis=0)


def calls_what_does_something(X):
    note("called")
    return X.sum(axis=0)


def changes_a_global(X):
    global COUNT
    COUNT += 1
    return X.sum(axis=0)


def changes_a_table(X):
    TABLE[0] += 1
    return X.sum(axis=0)


def fills_a_list(X):
    HAPPENED.append("filled")
    return X.sum(axis=0)


def keeps_in_itself(X):
    keeps_in_itself.calls = X
    return X.sum(axis=0)


def recurses(X):
    return recurses(X[1:]) if len(X) > 1 else X.sum(axis=0)


def draws(X):
    np.random.seed(1)
    random.random()
    return X.sum(axis=0)


def imports(X):
    import os

    os.environ["HAPPENED"] = "yes"
    return X.sum(axis=0)


def evaluates(X):
    return eval("X.sum(axis=0)")


def reaches_round(X):
    return X.__class__.sum(X, axis=0)


def catches_everything(X):
    try:
        return X.sum(axis=0)
    except BaseException:
        return X


def asks(X):
    input("?")
    return X.sum(axis=0)


HARMFUL = [
    *(writes_a_file, writes_by_numpy, writes_by_a_path, sleeps, calls_what_does_something, changes_a_global),
    *(fills_a_list, keeps_in_itself, recurses, draws, imports, evaluates, reaches_round, asks),
    catches_everything,
]


@pytest.mark.parametrize("function", HARMFUL, ids=lambda f: f.__name__)
def test_what_may_do_more_than_compute_is_not_run_again(function, monkeypatch):
    monkeypatch.setenv("HAPPENED", "not yet")  # put back after the test
    with pytest.raises(NotHarmless):
        prepare(function, Watch())
    assert row_sizes.check(function).line is None


def test_nothing_happens_more_often_because_the_line_is_looked_for(monkeypatch):
    def effects():
        HAPPENED.clear()
        TABLE[:] = 0
        before = COUNT
        for function in (calls_what_does_something, fills_a_list, changes_a_table, changes_a_global):
            row_sizes.check(function)
        return len(HAPPENED), TABLE[0], COUNT - before

    looking = effects()
    monkeypatch.setattr(line, "find_line", None)
    monkeypatch.setattr("softmax_lesson.exercises.engine.judging.find_line", lambda *_, **__: None)
    assert looking == effects()
    assert min(looking) > 0


def prints(X):
    print("summing", X.shape)
    return np.sqrt((X**2).mean(axis=0))


def test_what_changed_functions_print_is_not_shown(capsys):
    feedback = row_sizes.check(prints)
    assert feedback.line == line_of(prints, "axis=0")
    assert feedback.text.count("summing") == 1
    assert capsys.readouterr() == ("", "")


def half(x):
    return x / 2


def two_helpers(X):
    first, second = half(X), probabilities_of_rows(X)
    return np.sqrt((4 * first * first).mean(axis=0)) + 0 * math.pi * second[0, 0]


def test_helpers_that_only_compute_are_called():
    assert row_sizes.check(two_helpers).line == line_of(two_helpers, "axis=0")


def counts_down(X):
    total, left = np.zeros(len(X)), X.shape[1]
    while left > 0:
        left -= 1
        total += X[:, left] ** 2
    return total / X.shape[1] ** 3 - 7.25


def counts_up(X):
    total = np.zeros(len(X))
    for column in range(4 ** X.shape[1]):
        if column < X.shape[1]:
            total += X[:, column] ** 2
    return total / X.shape[1] ** 3 - 7.25


def multiplies_whole_numbers(X):
    size, one = 3, 1
    for _ in range(40):
        size = size * one
    return X[:, 0] ** 3 - size


def grows_a_list(X):
    found, one = [X[0, 0]], [1.0]
    for _ in range(40):
        found = found + one
    return X[:, 0] ** 3 - len(found)


def grows_an_array(X):
    found, one = X[0, :1], X[0, :1]
    for _ in range(40):
        found = np.concatenate((found, one))
    return X[:, 0] ** 3 - len(found)


# A whole search each: what ends the others is tested below without one.
MORE_ENDLESS = [
    pytest.param(function, marks=pytest.mark.long) for function in (counts_up, grows_a_list, grows_an_array)
]


@pytest.mark.parametrize("function", [counts_down, multiplies_whole_numbers, *MORE_ENDLESS])
def test_a_change_that_makes_a_loop_endless_is_given_up(function, monkeypatch):
    monkeypatch.setattr(harmless, "FEWEST", 500)  # each of many changes takes so many rounds
    feedback = row_sizes.check(function)  # and it comes to an end, though there is no clock here
    assert feedback.status == "wrong"


@pytest.mark.parametrize(
    ("first", "larger"),
    [
        (3, lambda value: value * value),
        ([1.0], lambda value: value + value),
        (np.ones(1), lambda value: np.concatenate((value, value))),
    ],
    ids=["whole number", "list", "array"],
)
def test_a_loop_in_which_something_grows_is_given_up_soon(first, larger):
    watch, value = Watch(), first
    watch.end_after_more_than(0)
    with pytest.raises(TooLong):
        for _ in watch.each(itertools.count()):
            value = larger(value)
    assert watch.rounds < 30


def test_a_loop_without_end_is_given_up_though_nothing_grows():
    counting, waiting = Watch(), Watch()
    for watch in (counting, waiting):
        watch.end_after_more_than(0)
    with pytest.raises(TooLong):
        for _ in counting.each(itertools.count()):
            pass
    with pytest.raises(TooLong):
        while True:
            waiting.tick()
    assert counting.rounds == waiting.rounds == harmless.FEWEST + 1


def joined_by_an_index_trick(X):
    both = np.c_[X / 255, np.ones(len(X))]
    return both.sum(axis=1) ** 3 - 7.25


def test_no_change_lets_numpy_ask_an_index_trick_for_its_end():
    tree = prepare(joined_by_an_index_trick, Watch()).tree
    for edit in edits(tree):
        with edit.made():
            changed = ast.unparse(tree)
        assert changed.count("np.c_") == changed.count("np.c_["), changed


def test_the_clock_ends_the_search(monkeypatch):
    monkeypatch.setattr(line, "SECONDS", 0)
    monkeypatch.setattr(line, "SECONDS_WHEN_NAMED", 0)
    assert row_sizes.check(wrong_axis).line is None


def test_the_students_wish_to_stop_passes_through(monkeypatch):
    def interrupted(tree):
        raise KeyboardInterrupt

    monkeypatch.setattr(line, "edits", interrupted)
    with pytest.raises(Interrupted, match="looking for the line"):
        row_sizes.check(wrong_axis)


def test_the_students_function_is_as_it_was():
    before = wrong_axis.__code__
    row_sizes.check(wrong_axis)
    assert wrong_axis.__code__ is before
    assert loss.mean_loss.check(retyped(loss.mean_loss)).status == "correct"
