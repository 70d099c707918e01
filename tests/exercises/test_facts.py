"""A fault without a name still leads on: an input to paste, the property that is broken, how many are
right."""

import contextlib
import io

import numpy as np
import pytest
from retyped import retyped

from softmax_lesson import exercises
from softmax_lesson.exercises import derivatives, many_examples, probabilities, regularisation, start_here
from softmax_lesson.exercises.engine import exercise
from softmax_lesson.exercises.engine.facts import PRINTS, as_code
from softmax_lesson.exercises.engine.general import PROPERTIES


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("SOFTMAX_LESSON_HOME", str(tmp_path))


def pasted(text, **functions):
    """Run the code in a text, as a student would in a cell, and return what it prints or its last value."""
    code = [line[4:] for line in text.split("\n") if line.startswith("    ")]
    cell = {"np": np, **functions}
    exec("\n".join(code[:-1]), cell)
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        value = eval(code[-1], cell)
    return printed.getvalue().strip() or value


# ---- an input to paste -----------------------------------------------------------------------------


def nearly(f):
    powers = np.exp(f - f.max())
    return powers / (powers.sum() + 0.3 * powers[0])


def test_a_broken_property_is_shown_by_code_to_paste():
    text = probabilities.softmax.check(nearly).text
    assert "The numbers of each row of the right answer add up to 1, and yours do not." in text
    assert "print(np.sum(softmax(f), axis=-1))" in text
    assert float(pasted(text, softmax=nearly)) == pytest.approx(
        float(nearly(np.array([1.0, 4, 2])).sum()), 0.1
    )
    assert "It is right for 2 of the " in text  # where the first one has no share


def wrong_where_the_first_is_large(f):
    right = probabilities.softmax.reference(f)
    return right if f[0] < 2 else right**1.5 / (right**1.5).sum() + 0 * f


def test_the_inputs_that_are_right_are_counted():
    cases = probabilities.softmax.cases()
    right = sum(
        np.allclose(wrong_where_the_first_is_large(c.args[0]), c.reference(*c.args), 1e-9, 1e-12)
        for c in cases
    )
    text = probabilities.softmax.check(wrong_where_the_first_is_large).text
    assert 0 < right < len(cases)
    assert f"It is right for {right} of the {len(cases)} inputs it was tried on." in text


def test_the_number_that_differs_comes_out_of_the_pasted_code():
    def odd(f):
        return np.sort(probabilities.softmax.reference(f))

    feedback = probabilities.softmax.check(odd)
    assert "The number at position" in feedback.text and feedback.mistake is None
    assert f"{pasted(feedback.text, softmax=odd)[1]:.4g}" in feedback.text


@pytest.mark.parametrize("known", exercises.catalogue(), ids=lambda e: e.name)
def test_the_code_to_paste_runs_whatever_the_parameters_are_called(known):
    for case in [*known.cases(), *known.asides()]:
        if code := as_code(known.name, case):
            lines, call = code
            cell = {"np": np, known.name: lambda *args: args}
            exec(lines, cell)
            for given, due in zip(eval(call, cell), case.args, strict=True):
                assert np.array_equal(given, due) and np.asarray(given).dtype == np.asarray(due).dtype


def test_a_wrong_shape_is_shown_by_code_to_paste():
    def squeezed(S):
        return probabilities.softmax_batch.reference(S)[:, :-1] * 0.7

    text = probabilities.softmax_batch.check(squeezed).text
    shape = pasted(text, softmax_batch=squeezed)
    assert f"Your answer has the shape {shape}" in text


def test_every_property_says_what_to_print():
    assert set(PRINTS) == {known.name for known in PROPERTIES}


def large_inputs(rng):
    yield (rng.normal(size=(30, 30)),)
    yield (rng.normal(size=(31, 20)),)


@exercise("06_many_examples", inputs=large_inputs, hints=("One.", "Two."))
def cubes(X):
    """Return the cube of each number."""
    return X**3


def test_an_input_that_would_fill_the_screen_is_said_in_words():
    text = cubes.check(lambda X: X**3 + np.sin(X)).text
    assert "It is so for a X of shape (30, 30)." in text and "np.array" not in text


# ---- wrong kinds of answer -------------------------------------------------------------------------


def loss_and_gradient(W, X, y):
    return 0.5, many_examples.batch_gradient.reference(W, X, y)


def loss_and_wrong_gradient(W, X, y):
    return 0.5, 3 * many_examples.batch_gradient.reference(W, X, y)


def two_gradients(W, x, y):
    right = derivatives.gradient.reference(W, x, y)
    return right, 2 * right


def test_two_things_where_one_is_asked():
    feedback = many_examples.batch_gradient.check(loss_and_gradient)
    assert feedback.mistake == "too_much_returned"
    assert "Two things came back, and one is asked. The second of them is right" in feedback.text
    feedback = many_examples.batch_gradient.check(loss_and_wrong_gradient)
    assert feedback.mistake == "too_much_returned"
    assert "Two things came back: which is asked?" in feedback.text
    assert "The first of them is right" in derivatives.gradient.check(two_gradients).text


def test_one_thing_where_two_are_asked():
    feedback = regularisation.l2_term.check(lambda weights, strength: strength * weights)
    assert feedback.mistake == "one_of_several_returned"
    assert "One thing came back, where two are due. It is right, as the second of them" in feedback.text
    feedback = regularisation.l2_term.check(lambda weights, strength: strength * weights * 1.1)
    assert feedback.mistake is None and "is right" not in feedback.text


def test_a_name_where_a_number_is_asked():
    feedback = start_here.winner.check(lambda f: ("airplane", "automobile", "frog")[np.argmax(f) % 3])
    assert "of a class its number, counted from 0, not its name" in feedback.text


# ---- the hint --------------------------------------------------------------------------------------


def test_a_hint_begins_with_what_the_last_check_found():
    cubes.check(retyped(cubes))
    assert cubes.hint().text.startswith("Hint 1 of 2: cubes.\nOne.")
    cubes.check(lambda X: -(X**3))
    first, found, *hints = cubes.hint().text.split("\n")
    assert first == "Hint 2 of 2: cubes."
    assert found.startswith("The last check found: Your answer is the right one with the opposite sign.")
    assert hints[:2] == ["One.", "Two."]
    cubes.check(retyped(cubes))
    assert "The last check found" not in cubes.hint().text


def test_code_to_paste_is_left_out_of_the_hint():
    probabilities.softmax.check(nearly)
    assert "paste" not in probabilities.softmax.hint().text
