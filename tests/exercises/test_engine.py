"""The engine against clumsy and hostile answers: never a traceback of ours, never a wrong "correct"."""

import asyncio
import contextlib
import functools
import html
import inspect
import io
import math
import re
import signal
import sys
import warnings
from fractions import Fraction

import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell
from retyped import retyped
from shares import some_and_more
from traitlets.config import Config

from softmax_lesson import many_examples
from softmax_lesson.exercises import loss, progress, scores, start_here
from softmax_lesson.exercises.engine import exercise, nasty
from softmax_lesson.exercises.engine.error_messages import STOPS
from softmax_lesson.exercises.engine.feedback import Code, Feedback, Words
from softmax_lesson.exercises.engine.general import GENERAL, PATTERNS
from softmax_lesson.exercises.engine.running import is_placeholder


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("SOFTMAX_LESSON_HOME", str(tmp_path))


# An exercise as short as they come: 20 lines with two mistakes. CONTRIBUTING shows this one.


def row_inputs(rng):
    yield (np.array([[1.0, 2.0, 6.0], [4.0, 0.0, 2.0]]),)
    yield (rng.normal(size=(3, 3)),)
    yield nasty("whole numbers", rng.integers(0, 200, size=(4, 2), dtype=np.uint8))


@exercise("06_many_examples", inputs=row_inputs, hints=("One for each row.", "Which axis is left?"))
def row_means(X):
    """Return the mean of each row of X (N, D): shape (N,)."""
    return X.mean(axis=1)  # axis 1 runs along the row and is summed away


@row_means.mistake
def of_columns(X):
    """Your answer has the mean of every *column*. Look at the axis."""
    return X.mean(axis=0)


@row_means.mistake
def in_place(X):
    """You divide X itself by D. Divide the sum instead."""
    X /= X.shape[1]
    return X.sum(axis=1)


def truth(X):
    return X.astype(float).mean(axis=1)


def text_of(function, of=row_means):
    return of.check(function).text


def verdict(function, of=row_means):
    feedback = of.check(function)
    return feedback.status, feedback.mistake


# ---- not attempted -----------------------------------------------------------------------------------------


def dots(X): ...


def docstring_only(X):
    """Return the mean."""


def passing(X):
    pass


def returning_dots(X):
    return ...


def returning(X):
    return


def raising(X):
    raise NotImplementedError


def raising_with_words(X):
    raise NotImplementedError("to do")


def dots_in_the_middle(X):
    total = ...
    return total / X.shape[1]


def dots_at_the_end(X):
    total = X.sum(axis=1)
    total[0]
    ...


def dots_named(X):
    answer = ...
    return answer


BLANKS = [dots, docstring_only, passing, returning_dots, returning, raising, raising_with_words]


@pytest.mark.parametrize("blank", [..., None, *BLANKS, dots_in_the_middle, dots_at_the_end, dots_named])
def test_a_placeholder_is_not_attempted(blank):
    assert verdict(blank) == ("not attempted", None)


def test_check_without_an_argument_is_not_attempted():
    assert row_means.check().status == "not attempted"


@pytest.mark.parametrize("blank", [dots, docstring_only, passing, returning_dots, returning])
def test_a_placeholder_is_seen_without_its_source(blank):
    namespace = {}
    exec(compile(inspect.getsource(blank), "<nowhere>", "exec"), namespace)
    assert is_placeholder(namespace[blank.__name__])
    assert verdict(namespace[blank.__name__])[0] == "not attempted"


def test_an_ellipsis_that_indexes_is_an_attempt():
    def indexing(X):
        X[..., 0]

    assert verdict(indexing) == ("wrong", "returned_nothing")
    assert verdict(lambda X: X[..., :].astype(float).mean(axis=-1))[0] == "correct"


# ---- it did not run ----------------------------------------------------------------------------------------


def dividing_by_zero(X):
    rows = len(X)
    return X.sum() / (rows - rows)[0]


def never_ending(X):
    return never_ending(X)


def leaving(X):
    sys.exit(3)


def nasty_only(X):
    if X.dtype == np.uint8:
        raise ValueError("no bytes, please")
    return truth(X)


class OddError(Exception):
    def __str__(self):
        raise RuntimeError


def odd_error(X):
    raise OddError


def test_an_exception_is_shown_with_the_students_own_line_only():
    feedback = row_means.check(dividing_by_zero)
    assert feedback.status == "error"
    assert "TypeError: 'int' object is not subscriptable" in feedback.text
    assert "    return X.sum() / (rows - rows)[0]" in feedback.text.split("\n")
    assert "Traceback" not in feedback.text and ".py" not in feedback.text


def test_an_exception_without_source_is_still_told():
    namespace = {}
    exec(compile("def mean(X):\n    return 1 / 0", "<nowhere>", "exec"), namespace)
    assert text_of(namespace["mean"]).endswith("your function stops: ZeroDivisionError: division by zero")


def test_recursion_exit_and_odd_exceptions_are_said_in_words():
    assert "calls itself without end" in text_of(never_ending)
    assert "exit()" in text_of(leaving)
    assert "OddError: (without a message)" in text_of(odd_error)


def test_stopping_on_a_nasty_input_only_is_said():
    feedback = row_means.check(nasty_only)
    assert feedback.status == "error"
    assert "right for other inputs, but for whole numbers your function stops: ValueError" in feedback.text


def test_a_mistake_is_named_even_if_the_function_stops_on_a_nasty_input():
    def twice_wrong(X):
        return of_columns(nasty_only(X) * 0 + X) if X.dtype == np.uint8 else of_columns(X)

    feedback = row_means.check(twice_wrong)
    assert (feedback.status, feedback.mistake) == ("error", "of_columns")
    assert "no bytes, please" in feedback.text


def test_the_students_own_wish_to_stop_passes_through():
    def stopped(X):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt, match="you stopped the check") as stop:
        row_means.check(stopped)
    shown = "\n".join(stop.value._render_traceback_())  # what Jupyter shows in place of a traceback
    assert "    raise KeyboardInterrupt" in shown.split("\n")
    assert "Traceback" not in shown and ".py" not in shown


@pytest.fixture
def usual_interrupt():
    """Python's own, also where the tests were started in the background and an interrupt is ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("usual_interrupt")
def test_jupyter_shows_the_students_line_of_a_loop_without_end():
    shell = InteractiveShell(config=Config({"HistoryManager": {"enabled": False}}))
    shell.user_ns.update(exercise=row_means, stop=signal.raise_signal, SIGINT=signal.SIGINT)
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(out):
        shell.run_cell("def mean(X):\n    while len(X):\n        stop(SIGINT)")
        assert isinstance(shell.run_cell("exercise.check(mean)").error_in_exec, KeyboardInterrupt)
    assert out.getvalue().startswith("Interrupted: you stopped the check")
    assert "    stop(SIGINT)" in out.getvalue()
    assert "Traceback" not in out.getvalue() and "judging" not in out.getvalue()


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (lambda X: X @ X, "shapes_do_not_fit"),
        (lambda X: X + X[1:, 1:], "shapes_do_not_fit"),
        (lambda X: np.concatenate([X, X[0]]), "shapes_do_not_fit"),
        (lambda X: X[0, 0, 0], "too_many_indices"),
        (lambda X: X[0, 0][0], "too_many_indices"),
        (lambda X: np.exp[X], "function_in_square_brackets"),
        (lambda X: math.exp[X], "function_in_square_brackets"),
        (lambda X: np.max[X], "function_in_square_brackets"),
        (lambda X: X.sum(axis=2), "no_such_axis"),
        (lambda X: X[:, 5], "index_out_of_bounds"),
        (lambda X: nowhere, "name_without_value"),  # noqa: F821
        (lambda X: X(0), "called_instead_of_multiplied"),
        (lambda X: 1 if X > 0 else 2, "array_in_an_if"),
        (lambda X: X.sort()[0], "something_is_none"),
        (lambda X: X.sort() + 1, "something_is_none"),
        (lambda X: X.reshape(7, 7), "numbers_do_not_fit_the_shape"),
        (lambda X: np.array([[1], [1, 2]]), "parts_of_different_shapes"),
        (lambda X: X[0, 0] @ X, "product_with_a_number"),
        (lambda X: 1.0 @ X[0, 0], "product_with_a_number"),
        (lambda X: np.zeros(X[0, 0] / 3), "whole_number_wanted"),
        (lambda X: range(len(X) / 2), "whole_number_wanted"),
        (lambda X: X[X / 3], "index_is_no_whole_number"),
        (lambda X: [1] + 1, "lists_do_not_compute"),
        (lambda X: -[1], "lists_do_not_compute"),
        (lambda X: [1] * 2.0, "lists_do_not_compute"),
        (lambda X: sum(X[0, 0]), "several_numbers_wanted"),
        (lambda X: len(X[0, 0]), "several_numbers_wanted"),
        (lambda X: (lambda a, b: a)(*[1]), "other_number_of_arguments"),
        (lambda X: np.sum(X, axs=1), "other_number_of_arguments"),
        (lambda X: np.zeros(len(X), 3), "shape_without_parentheses"),
        (lambda X: np.concatenate(X, X), "arrays_without_brackets"),
        (lambda X: float(X), "one_number_wanted"),
        (lambda X: X.astype(np.uint8) + 300, "outside_the_integers"),
        (lambda X: math.exp(710), "number_too_large"),
        (lambda X: math.log(0), "outside_the_domain"),
        (lambda X: 1 / 0, "division_by_zero"),
        (lambda X: X.nothing, "no_such_attribute"),
        (lambda X: X.transpose(1, 1), "axes_of_a_transpose"),
        (lambda X: np.add(X, 0.5, out=np.zeros(X.shape, int)), "integers_in_place"),
        (lambda X: [a for a, b in X[:, :1]], "names_and_values"),
    ],
)
def test_messages_are_explained(function, name):
    assert verdict(function) == ("error", name)
    assert next(sentence for known, _, sentence in STOPS if known == name) in text_of(function)


def test_every_explanation_of_a_message_is_tested():
    marks = test_messages_are_explained.pytestmark[0].args[1]
    assert {name for name, *_ in STOPS} == {name for _, name in marks}


# ---- it is no function, or not of these parameters ---------------------------------------------------------


@pytest.mark.parametrize("thing", [3.0, "row_means", np.ones(3), [1], (), {}, object()])
def test_what_is_no_function_is_said(thing):
    assert verdict(thing) == ("error", None)
    assert "without parentheses" in text_of(thing)


def test_another_number_of_parameters_is_said():
    assert "(a, b)" in text_of(lambda a, b: a) and "with (X)" in text_of(lambda a, b: a)
    assert "takes the parameters ()" in text_of(lambda: 1)
    assert verdict(lambda X, axis=1: truth(X))[0] == "correct"
    assert verdict(lambda *args: truth(*args))[0] == "correct"
    assert verdict(lambda *, X: truth(X))[0] == "error"
    assert "takes the parameters (*, X), and" in text_of(lambda *, X: truth(X))


def test_parameters_in_another_order_are_said():
    def mean_loss(y, S):
        return loss.mean_loss.reference(S, y)

    assert verdict(mean_loss, loss.mean_loss) == ("error", "parameters_reordered")


class Callable:
    def __call__(self, X):
        return truth(X)

    def method(self, X):
        return truth(X)


@pytest.mark.parametrize(
    "answer",
    [
        lambda X: truth(X),
        functools.partial(np.mean, axis=1),
        functools.partial(lambda scale, X: scale * truth(X), 1),
        Callable(),
        Callable().method,
        functools.lru_cache(lambda X: truth(X)) and functools.wraps(truth)(lambda *a: truth(*a)),
        lambda X: truth(X).tolist(),
        lambda X: tuple(truth(X)),
        lambda X: truth(X).astype(np.float32),
        lambda X: truth(X).astype(np.longdouble),
        lambda X: np.ma.masked_array(truth(X)),
        lambda X: truth(X)[::-1][::-1],
    ],
)
def test_any_callable_with_right_answers_is_right(answer):
    assert verdict(answer) == ("correct", None)


@pytest.mark.parametrize("builtin", [len, print, np.exp, np.add, dict, np.ndarray, map])
def test_builtins_and_classes_get_an_answer(builtin):
    assert verdict(builtin)[0] in ("wrong", "error")


# ---- it returned something else ----------------------------------------------------------------------------


def generating(X):
    yield from truth(X)


async def waiting(X):
    return truth(X)


class Endless:
    def __getitem__(self, place):
        return self

    def __len__(self):
        return 3


class Sulking:
    def __array__(self, *args, **kwargs):
        raise RuntimeError


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda X: print(truth(X)), "nothing"),
        (lambda X: "3.0", "text"),
        (lambda X: {"mean": 3}, "a dictionary"),
        (lambda X: {1, 2}, "a set"),
        (lambda X: X.mean, "parentheses"),
        (generating, "yield"),
        (lambda X: map(float, truth(X)), "one value at a time"),
        (waiting, "a coroutine"),
        (lambda X: np.array([Fraction(1, 2)] * len(X)), "dtype object"),
        (lambda X: [[1.0], [1.0, 2.0]], "different shapes"),
        (lambda X: [None] * len(X), "dtype object"),
        (lambda X: truth(X) + 0j, "complex"),
        (lambda X: truth(X).astype(str), "array of str"),
        (lambda X: Sulking(), "Sulking"),
        (lambda X: Endless(), "an Endless"),
        (lambda X: np.c_, "a CClass"),
        (lambda X: Fraction(1, 2), "a Fraction"),
        (lambda X: object(), "an object"),
        (lambda X: truth(X) > 0, "True and False"),
        (lambda X: 3.0, "a single number"),
        (lambda X: np.zeros((0,)) + 1, "(0,)"),
    ],
)
def test_what_is_no_array_of_numbers_is_said(function, words):
    feedback = row_means.check(function)
    assert feedback.status == "wrong"
    assert words in feedback.text


class Liar(Exception):
    def __str__(self):
        raise SystemExit


class Sphinx:
    """Whatever it is asked, it raises."""

    def __getattribute__(self, name):
        raise SystemExit(name)

    def __call__(self, X):
        return self


def lying(X):
    raise Liar


def test_what_raises_when_it_is_asked_gets_an_answer():
    for function in (lying, Sphinx(), lambda X: Sphinx()):  # pytest cannot look at a sphinx
        status = row_means.check(function).status
        assert status == "error"


def test_memory_that_does_not_suffice_is_said():
    feedback = row_means.check(lambda X: np.broadcast_to(0.0, (10**9, 10**9)))
    assert feedback.status == "error" and "MemoryError" in feedback.text


def test_a_decorated_function_is_judged_by_what_is_below_the_decorator():
    def noting(function):
        return functools.wraps(function)(lambda *args: function(*args))

    assert verdict(noting(dots)) == ("not attempted", None)
    assert "    return X.sum() / (rows - rows)[0]" in text_of(noting(dividing_by_zero))


def test_several_things_may_come_as_one_array():
    assert verdict(lambda f, y: np.array(retyped(loss.two_terms)(f, y)), loss.two_terms)[0] == "correct"
    assert "returned 3 of them" in text_of(lambda f, y: np.ones(3), loss.two_terms)
    assert "returned a ndarray" in text_of(lambda f, y: np.array(1.0), loss.two_terms)


def test_nothing_warns_afterwards():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        row_means.check(waiting)
        row_means.check(lambda X: np.log(-X) / 0)
    assert not asyncio.iscoroutine(row_means.check(waiting))


def test_one_number_where_several_things_are_due():
    assert "2 things are to be returned" in text_of(lambda f, y: 1.0, loss.two_terms)
    assert "returned 3 of them" in text_of(lambda f, y: (1, 2, 3), loss.two_terms)
    assert "The second thing it returns" in text_of(lambda f, y: (-f[y], None), loss.two_terms)


def test_a_part_of_several_is_told_by_its_place():
    def second_doubled(f, y):
        first, second = loss.two_terms.reference(f, y)
        return first, 2 * second

    feedback = loss.two_terms.check(second_doubled)
    assert feedback.mistake == "twice"
    assert "The second thing it returns: your answer is twice" in feedback.text


# ---- it meddles --------------------------------------------------------------------------------------------


def test_a_changed_argument_is_said_though_the_answer_is_right():
    def sorting(X):
        answer = truth(X)
        X.sort()
        return answer

    def through_a_view(X):
        first = X[:, 0]
        first -= first
        return truth(X)

    def reshaping(X):
        answer = truth(X)
        X.resize((X.size,), refcheck=False)
        return answer

    for function in (sorting, through_a_view, reshaping):
        assert verdict(function) == ("wrong", "argument_changed")
        assert "argument `X`" in text_of(function)


def test_a_declared_mistake_may_change_its_argument():
    feedback = row_means.check(in_place)
    assert (feedback.status, feedback.mistake) == ("error", "in_place"), "uint8 cannot be divided in place"


def test_a_view_of_the_argument_is_a_right_answer():
    assert (
        verdict(lambda row: row.reshape(3, 32, 32).transpose(1, 2, 0), scores.planar_to_picture)[0]
        == "correct"
    )


def test_a_kept_array_cannot_be_changed_later():
    kept = []

    def keeping(X):
        kept.append(truth(X))
        for array in kept[:-1]:
            array[:] = 0
        return kept[-1]

    assert verdict(keeping)[0] == "correct", "every answer is copied when it comes back"


def test_numpys_settings_are_restored():
    def meddling(X):
        np.seterr(all="raise")
        np.set_printoptions(precision=1)
        warnings.simplefilter("error")
        return truth(X)

    before = np.geterr(), np.get_printoptions(), warnings.filters[:]
    assert verdict(meddling)[0] == "correct"
    assert (np.geterr(), np.get_printoptions(), warnings.filters[:]) == before


def test_printing_is_kept_out_of_the_notebook_and_quoted(capsys):
    def printing(X):
        print("sum", X.sum())

    def printing_and_right(X):
        print("fine", object())
        return truth(X)

    text = text_of(printing)
    assert text.endswith("While it ran it printed:\n    sum 15.0")
    assert text_of(lambda X: print("a\nb\nc\nd\n" + "x" * 101)).endswith(":\n    a\n    b\n    c\n    ...")
    assert text_of(lambda X: print("x" * 101)).endswith(f":\n    {'x' * 100} ...")
    assert verdict(printing_and_right)[0] == "correct"
    assert capsys.readouterr().out == ""


def test_what_goes_to_stderr_is_kept_out_and_quoted_too(capsys):
    def printing(X):
        print("to the log", file=sys.stderr)
        sys.stderr = None

    before = sys.stderr
    assert "it printed:\n    to the log" in text_of(printing)
    assert sys.stderr is before and capsys.readouterr().err == ""


def test_closing_the_output_does_no_harm():
    def closing(X):
        sys.stdout.close()
        return truth(X)

    assert verdict(closing)[0] == "correct"


def test_an_answer_that_remembers_is_said():
    calls = []

    def remembering(X):
        calls.append(1)
        return truth(X) + len(calls)

    assert verdict(remembering) == ("wrong", "not_repeatable")
    assert "np.empty" in text_of(remembering)


def test_no_memory_address_comes_into_the_text():
    def showing(X):
        print(object())
        raise ValueError(object())

    first, second = text_of(showing), text_of(showing)
    assert first == second
    assert not re.search(r"0x[0-9a-f]{4}", first)


# ---- the general mistakes ----------------------------------------------------------------------------------


def gradient_inputs(rng):
    for N, C, D in ((2, 3, 4), (5, 3, 3), (3, 3, 3), (4, 5, 2)):
        y = rng.integers(0, C, size=N)
        y[:2] = 1, 2
        yield rng.normal(size=(C, D)), rng.normal(size=(N, D)), y
    pixels = rng.integers(0, 256, size=(4, 3), dtype=np.uint8)
    yield nasty("pixels", rng.normal(0, 0.01, size=(3, 3)), pixels, np.array([0, 1, 2, 2]))


@exercise("06_many_examples", inputs=gradient_inputs, hints=("", ""))
def gradient(W, X, y):
    """Return the gradient of the mean loss, (C, D)."""
    return many_examples.loss_and_gradient(W, X, y)[1]


def right(W, X, y):
    return many_examples.loss_and_gradient(W, X, y)[1]


def per_example(W, X, y):
    return np.array([right(W, x[None], k[None]) for x, k in zip(X, y, strict=True)])


def rolled(step, axis):
    return lambda W, X, y: np.roll(right(W, X, y), step, axis)


def zeroed(place):
    def function(W, X, y):
        answer = right(W, X, y)
        answer[place] = 0
        return answer

    return function


GENERAL_MISTAKES = {
    "transposed": lambda W, X, y: right(W, X, y).T,
    "other_shape": lambda W, X, y: right(W, X, y).ravel(),
    "argument_returned": lambda W, X, y: W,
    "rows_shifted_late": rolled(1, 0),
    "rows_shifted_early": rolled(-1, 0),
    "columns_shifted_late": rolled(1, 1),
    "columns_shifted_early": rolled(-1, 1),
    "reversed_order": lambda W, X, y: right(W, X, y)[::-1],
    "labels_from_one": lambda W, X, y: right(W, X, (y - 1) % len(W)),
    "next_class": lambda W, X, y: right(W, X, (y + 1) % len(W)),
    "sign_flipped": lambda W, X, y: -right(W, X, y),
    "times_N": lambda W, X, y: per_example(W, X, y).sum(axis=0),
    "over_N": lambda W, X, y: right(W, X, y) / len(X),
    "over_C": lambda W, X, y: right(W, X, y) / len(W),
    "times_C": lambda W, X, y: right(W, X, y) * len(W),
    "over_NC": lambda W, X, y: right(W, X, y) / (len(W) * len(X)),
    "times_NC": lambda W, X, y: right(W, X, y) * (len(W) * len(X)),
    "over_N_and_one": lambda W, X, y: per_example(W, X, y).sum(axis=0) / (len(X) + 1),
    "over_N_less_one": lambda W, X, y: per_example(W, X, y).sum(axis=0) / (len(X) - 1),
    "without_first_example": lambda W, X, y: per_example(W, X, y)[1:].mean(axis=0),
    "without_last_example": lambda W, X, y: per_example(W, X, y)[:-1].mean(axis=0),
    "without_first_example_over_N": lambda W, X, y: per_example(W, X, y)[1:].sum(axis=0) / len(X),
    "without_last_example_over_N": lambda W, X, y: per_example(W, X, y)[:-1].sum(axis=0) / len(X),
    "rounded_down": lambda W, X, y: np.floor(right(W, X, y)),
    "penalty_added": lambda W, X, y: right(W, X, y) + 0.01 * W,
    "twice": lambda W, X, y: right(W, X, y) * 2,
    "half": lambda W, X, y: right(W, X, y) / 2,
    "base_two": lambda W, X, y: right(W, X, y) / np.log(2),
    "times_log_two": lambda W, X, y: right(W, X, y) * np.log(2),
    "base_ten": lambda W, X, y: right(W, X, y) / np.log(10),
    "times_log_ten": lambda W, X, y: right(W, X, y) * np.log(10),
    "integer_dtype_inherited": lambda W, X, y: right(W, X, y).astype(X.dtype),
    "only_first_example": lambda W, X, y: per_example(W, X, y)[0],
    "only_last_example": lambda W, X, y: per_example(W, X, y)[-1],
    "first_alone": lambda W, X, y: right(W, X, y)[0],
    "last_alone": lambda W, X, y: right(W, X, y)[-1],
    "rounded": lambda W, X, y: right(W, X, y).round(2),
    "W_negated": lambda W, X, y: right(-W, X, y),
    "W_without_signs": lambda W, X, y: right(abs(W), X, y),
    "W_as_integers": lambda W, X, y: right(W.astype(int), X, y),
    "X_as_integers": lambda W, X, y: right(W, X.astype(int), y),
    "first_repeated": lambda W, X, y: np.tile(right(W, X, y)[0], (len(W), 1)),
    "last_repeated": lambda W, X, y: np.tile(right(W, X, y)[-1], (len(W), 1)),
    "first_left_out": zeroed(0),
    "last_left_out": zeroed(-1),
    "all_zero": lambda W, X, y: np.zeros_like(W),
    "sign_lost": lambda W, X, y: abs(right(W, X, y)),
    "reciprocal": lambda W, X, y: 1 / right(W, X, y),
    "exponential": lambda W, X, y: np.exp(right(W, X, y)),
    "logarithm": lambda W, X, y: np.log(right(W, X, y)),
    "minus_logarithm": lambda W, X, y: -np.log(right(W, X, y)),
    "one_minus": lambda W, X, y: 1 - right(W, X, y),
    "squared": lambda W, X, y: right(W, X, y) ** 2,
    "root": lambda W, X, y: np.sqrt(right(W, X, y)),
    "summed_down": lambda W, X, y: right(W, X, y).sum(axis=0),
    "summed_along": lambda W, X, y: right(W, X, y).sum(axis=1),
    "right_for_first": lambda W, X, y: np.vstack([right(W, X, y)[:1], right(W, X, y)[1:] * 3 + 1]),
    "too_few_digits": lambda W, X, y: right(W, X, y).astype(np.float16),
    "same_answer_always": lambda W, X, y: np.ones((3, 3)) if W.shape == (3, 3) else np.ones(W.shape),
    "off_by_a_constant": lambda W, X, y: right(W, X, y) + 0.7,
    "off_by_a_factor": lambda W, X, y: right(W, X, y) * 1.7,
    "last_column_wrong": lambda W, X, y: right(W, X, y) + np.eye(W.shape[1])[-1],
    "first_column_wrong": lambda W, X, y: right(W, X, y) + np.eye(W.shape[1])[0],
    "first_row_wrong": lambda W, X, y: right(W, X, y) + np.eye(len(W))[:, :1],
    "last_row_wrong": lambda W, X, y: right(W, X, y) + np.eye(len(W))[:, -1:],
}


@some_and_more("seeds", range(1), range(1, 3))
@pytest.mark.parametrize("name", GENERAL_MISTAKES)
def test_a_general_mistake_is_named_in_an_exercise_that_declares_none(name, seeds):
    known = {mistake.name: mistake.sentence for mistake in [*GENERAL, *PATTERNS]}
    for seed in seeds:
        feedback = gradient.check(GENERAL_MISTAKES[name], seed=seed)
        assert (feedback.status, feedback.mistake) == ("wrong", name), feedback.text
        assert known[name] in feedback.text


def test_every_general_mistake_is_tested():
    elsewhere = {"other_axis", "summed", "averaged", "averaged_down", "averaged_along", "seven_digits"}
    elsewhere |= {"correct_class_wrong", "other_classes_wrong"}
    every = {mistake.name for mistake in [*GENERAL, *PATTERNS]}
    of_an_argument = {name for name in every if re.search("_(negated|without_signs|as_integers)$", name)}
    assert every - of_an_argument == {*GENERAL_MISTAKES, *elsewhere} - of_an_argument
    assert {"W_negated", "W_without_signs", "W_as_integers"} <= of_an_argument & {*GENERAL_MISTAKES}


def slope_inputs(rng):
    for C in (3, 4, 5):
        for y in (0, C - 1, 1):
            yield rng.normal(size=C), y


@exercise("05_derivatives", inputs=slope_inputs, hints=("", ""))
def slopes(f, y):
    """Return dL / df, (C,)."""
    p = np.exp(f) / np.exp(f).sum()
    return p - np.eye(len(f))[y]


def table_inputs(rng):
    yield (rng.normal(size=(2, 3)),)
    yield (rng.normal(size=(4, 4)),)


@exercise("03_probabilities", inputs=table_inputs, hints=("", ""))
def shares(f):
    """Return every row divided by its sum of exp, (N, C)."""
    return np.exp(f) / np.exp(f).sum(axis=1, keepdims=True)


def test_the_class_and_the_axis_are_found():
    assert verdict(lambda f, y: np.exp(f) / np.exp(f).sum(), slopes) == ("wrong", "correct_class_wrong")
    assert verdict(lambda f, y: np.exp(f) / np.exp(f).sum() - 1, slopes) == ("wrong", "other_classes_wrong")
    assert verdict(lambda f: np.exp(f) / np.exp(f).sum(axis=0), shares) == ("wrong", "other_axis")
    assert verdict(lambda f: shares.reference(f).sum(), shares) == ("wrong", "summed")
    assert verdict(lambda f: shares.reference(f).mean(), shares) == ("wrong", "averaged")
    assert verdict(lambda f: shares.reference(f).mean(axis=0), shares) == ("wrong", "averaged_down")
    assert verdict(lambda f: shares.reference(f).mean(axis=1), shares) == ("wrong", "averaged_along")


def test_properties_are_said_when_nothing_is_known():
    assert "add up to 1" in text_of(
        lambda f: np.exp(f) / (np.exp(f).sum(axis=1, keepdims=True) + f**2), shares
    )
    assert "below 0" in text_of(lambda f: shares.reference(f) - f**2, shares)
    assert "add up to 0" in text_of(lambda f, y: slopes.reference(f, y) + f**2, slopes)


def test_a_number_that_differs_is_the_last_resort():
    def odd(X):
        answer = truth(X)
        answer[1:] += X[1:, 0] ** 2
        answer[0] += X[0, 1] ** 2
        return answer

    text = text_of(odd)
    assert "The number at position [0] of your answer, 7, is too large." in text
    assert "    X = np.array([[1.0, 2.0, 6.0], [4.0, 0.0, 2.0]])\n    row_means(X)\n" in text
    assert "2 of 2 numbers differ" in text


def test_right_on_ordinary_inputs_only_is_said():
    def naive(X):
        return X.sum(axis=1, dtype=X.dtype) / X.shape[1]

    assert verdict(naive) == ("wrong", "only_ordinary_inputs")
    assert "right for ordinary inputs, but not for all." in text_of(naive)
    assert "It is so for whole numbers. To see it, paste this into a cell:" in text_of(naive)


def test_an_unused_parameter_is_said():
    assert verdict(lambda f, y: np.exp(f.max()) * 0.123, loss.one_loss) == ("wrong", "unused_parameter")
    assert "never looks at `y`" in text_of(lambda f, y: np.exp(f.max()) * 0.123, loss.one_loss)


def test_nan_and_infinity_are_said():
    def holes(X):
        answer = truth(X)
        answer[0] = np.nan if len(X) == 2 else answer[0] * 3
        return answer * 2

    assert "Your answer has nan at position [0], where a finite number is due" in text_of(holes)


def test_the_exercises_own_mistakes_come_before_the_general_ones():
    assert verdict(lambda f, y: np.argmax(f) + 1, start_here.winner)[0] == "error"
    assert verdict(lambda f, y: loss.one_loss.reference(f, y) * -1, loss.one_loss) == (
        "wrong",
        "log_likelihood",
    )


def test_a_mistake_is_named_though_the_nasty_inputs_go_wrong_otherwise():
    def summed_and_naive(f, y):
        return -np.log((np.exp(f) / np.exp(f).sum(axis=1, keepdims=True))[np.arange(len(y)), y]).sum()

    def flat_and_clipped(f, y):
        powers = np.exp(np.clip(f, -700, 700))
        return -np.log((powers / powers.sum(axis=1))[np.arange(len(y)), y]).mean()

    assert verdict(summed_and_naive, loss.mean_loss) == ("wrong", "sum_of_losses")
    assert verdict(flat_and_clipped, loss.mean_loss) == ("error", "plain_sums_lie_flat")


def test_float32_may_differ_in_its_last_digits_and_float64_may_not():
    assert verdict(lambda X: truth(X).astype(np.float32))[0] == "correct"
    assert verdict(lambda X: truth(X).astype(np.float32).astype(float)) == ("wrong", "seven_digits")
    assert verdict(lambda X: truth(X) + 1e-8) == ("wrong", "seven_digits")
    assert verdict(lambda X: truth(X).astype(np.float16)) == ("wrong", "too_few_digits")
    assert verdict(lambda X: truth(X) * 1.0001 - truth(X)[0] * 2e-4) == ("wrong", "too_few_digits")
    assert verdict(lambda X: truth(X).round(3)) == ("wrong", "rounded")


def test_whole_numbers_back_are_remarked_on():
    text = text_of(
        lambda X: np.pad(X.astype(int) if X.dtype == np.uint8 else X, ((0, 0), (0, 1)), constant_values=1),
        scores.bias_column,
    )
    assert text.startswith("Correct") and "whole numbers" in text


# ---- an exercise with many right answers -------------------------------------------------------------------


def near_zero(answer, X):
    worst = np.abs(answer).max()
    return None if worst < 0.1 else f"The largest of your numbers is {worst:.1f}, and should be below 0.1."


@exercise("08_training", inputs=row_inputs, hints=("", ""), accepts=near_zero)
def small(X):
    """Return N small numbers."""
    return np.zeros(len(X))


@small.mistake
def large(X):
    """Your numbers are all 5, which is not small at all."""
    return np.full(len(X), 5.0)


def test_many_answers_may_be_right():
    assert verdict(lambda X: np.full(len(X), 0.05), small) == ("correct", None)
    assert verdict(large, small) == ("wrong", "large")
    assert "is 2.0, and should be below" in text_of(lambda X: np.full(len(X), 2.0), small)
    rng = np.random.default_rng(0)
    assert "and should be below" in text_of(lambda X: rng.uniform(2, 3, len(X)), small), "randomness is fine"
    assert "(1,)" in text_of(lambda X: np.ones(1), small)


# ---- what it looks like ------------------------------------------------------------------------------------


def test_words_come_first_and_colour_adds_nothing():
    for function, word in (
        (truth, "Correct"),
        (dots, "Not attempted"),
        (of_columns, "Not right"),
        (leaving, "Did not run"),
    ):
        feedback = row_means.check(function)
        assert repr(feedback) == feedback.text
        assert feedback.text.startswith(word)
        markup = feedback._repr_html_()
        plain = html.unescape(re.sub("<[^>]+>", "", markup))
        words = re.sub(r"[\s`*]+", "", feedback.text)
        assert re.sub(r"\s+", "", plain) == words, "the HTML says the same words"
        assert " style=" in markup and "color:" not in re.sub("border-left[^;]*;", "", markup)


def test_a_stressed_word_and_code_are_marked_up():
    markup = row_means.check(of_columns)._repr_html_()
    assert "every <em>column</em>. Look" in markup
    markup = scores.scores_by_hand.check(lambda W, X: X[:, None, :] * W)._repr_html_()
    assert "<code>W * x</code> multiplies" in markup


def test_what_a_student_wrote_is_escaped():
    def scripting(X):
        print("<script>alert(1)</script>")
        raise ValueError("<b>&</b>")

    markup = row_means.check(scripting)._repr_html_()
    assert "<script>" not in markup and "&lt;script&gt;" in markup and "&lt;b&gt;&amp;" in markup


def test_the_solution_is_escaped_and_complete():
    code = start_here.winner.solution()
    assert "return np.argmax(f)" in repr(code)
    assert html.escape("# max() is the largest score") in code._repr_html_()
    assert code.code.startswith("def winner(f):") and "@exercise" not in code.code


def test_an_exercise_shows_its_task():
    assert repr(start_here.winner).startswith("winner (00_start_here)\nReturn the number of the class")


@pytest.mark.parametrize(
    ("bad", "error", "words"),
    [
        (None, TypeError, "expected a whole number, got NoneType."),
        (1.0, TypeError, "expected a whole number, got float."),
        (True, TypeError, "expected a whole number, got bool."),
        ([1, 2], TypeError, "expected a whole number, got list."),
        (np.ma.array(1), TypeError, "expected a whole number, got MaskedArray."),
        (-1, ValueError, "expected 0 or more, got -1."),
    ],
)
def test_a_seed_that_is_none_is_said(bad, error, words):
    with pytest.raises(error, match=f"^seed: {re.escape(words)}$"):
        loss.mean_loss.check(seed=bad)


@pytest.mark.parametrize("seed", [3, np.int8(3), np.uint64(3), np.array(3), 10**400])
def test_a_seed_is_any_whole_number_from_0(seed):
    assert loss.mean_loss.check(retyped(loss.mean_loss), seed=seed).status == "correct"


def test_the_first_letters_do_not_tell_which_seed():
    texts = {gradient.check(GENERAL_MISTAKES["times_N"], seed=seed).text for seed in range(5)}
    assert len(texts) == 1


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "utf-8"])
def test_whatever_is_said_can_be_printed_whatever_the_encoding_of_the_output(encoding, monkeypatch):
    said = [progress(), Words("x₁ − λ"), Feedback("f − 1 is not f."), Code("∂", code="x = '−'")]
    written = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(written, encoding=encoding))
    for thing in said:
        print(thing, flush=True)
    told = written.getvalue().decode(encoding)
    if encoding == "utf-8":
        assert told == "".join(f"{thing!r}\n" for thing in said)
    assert "f - 1 is not f.\n" in told.replace("−", "-")
