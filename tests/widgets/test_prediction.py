"""Predictions as Python sees them: choice, text twin, answer, what is kept. No browser here."""

import io
import json
import re
import subprocess
import sys

import ipywidgets
import pytest
from traitlets import TraitError

from softmax_lesson.exercises.engine import progress_file
from softmax_lesson.exercises.engine.questions import Option, Question, questions, steps_with_questions
from softmax_lesson.widgets import Prediction
from softmax_lesson.widgets.prediction import Answer

NUDGE = "05_derivatives.nudge"
VIEW = "application/vnd.jupyter.widget-view+json"
EVERY = [one for step in steps_with_questions() for one in questions(step).values()]


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("SOFTMAX_LESSON_HOME", str(tmp_path / "home"))
    new_kernel(monkeypatch)


def new_kernel(monkeypatch):
    for name, empty in {"_here": {}, "_predicted": {}, "_trouble": []}.items():
        monkeypatch.setattr(progress_file, name, empty)


def test_the_text_twin_shows_the_options_and_the_choice():
    nudge = Prediction(NUDGE)
    assert repr(nudge) == (
        "Predict: What does the loss do, roughly?\n  ( ) It falls by .0001\n  ( ) It falls by .001\n"
        "  ( ) It falls by .002\n  ( ) It rises by .002\nNo prediction yet."
    )
    nudge.choice = 1
    assert "  (x) It falls by .001\n" in repr(nudge)
    assert repr(nudge).endswith("This is your prediction.")


def test_the_answer_says_what_was_predicted_and_what_it_overlooks():
    one = Prediction(NUDGE).content
    wrong, right = one.options[1], one.answer
    assert repr(Answer(one)) == f"You made no prediction. The answer: It falls by .002.\n{right.sentence}"
    assert repr(Answer(one, 1)) == (
        f"You predicted: It falls by .001. The answer: It falls by .002.\n{wrong.sentence}"
    )
    assert repr(Answer(one, 2)) == f"You predicted: It falls by .002. That is right.\n{right.sentence}"


def said(texts, choice):
    options = Option(texts[0], True, ""), Option(texts[1], False, "No.")
    return repr(Answer(Question("01_scores", "wrap", "How many?", options), choice))


def test_without_a_sentence_nothing_is_added_and_one_full_stop_is_enough():
    assert said(("44", "300"), None) == "You made no prediction. The answer: 44."
    assert said(("44", "Never!"), 1) == "You predicted: Never! The answer: 44.\nNo."


@pytest.mark.parametrize("one", EVERY, ids=lambda one: one.key)
def test_the_cell_that_asks_gives_nothing_away(one):
    nudge = Prediction(one.key)
    given = nudge._repr_mimebundle_()[0] | {"state": nudge.get_state(), "repr": repr(nudge)}
    text = json.dumps({name: str(value) for name, value in given.items()}, ensure_ascii=False)
    for option in one.options:
        assert not option.sentence or option.sentence[:40] not in text
    assert "right" not in nudge.state() and "sentences" not in nudge.state()
    others = [Prediction(one.key).html() for _ in range(2)]
    assert others[0] == others[1]


def test_before_the_result_the_choice_can_be_changed_and_after_it_not():
    nudge = Prediction(NUDGE)
    nudge.choice = 1
    nudge.choice = 3
    nudge.choice = None
    nudge.choice = 0
    assert repr(nudge.answer()).startswith("You predicted: It falls by .0001.")
    with pytest.raises(TraitError, match="choice: the answer has been shown"):
        nudge.choice = 2
    assert nudge.choice == 0
    assert repr(nudge.answer()).startswith("You predicted: It falls by .0001.")


def test_no_choice_is_allowed_and_said():
    nudge = Prediction(NUDGE)
    assert repr(nudge.answer()).startswith("You made no prediction. The answer: It falls by .002.")
    assert nudge.closed
    assert progress_file.predictions() == {}


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        (4, "choice: expected 0 to 3 or None, got 4. Options count from 0."),
        (-1, "choice: expected 0 to 3 or None, got -1. Options count from 0."),
        (1.0, "choice: expected the number of an option or None, got 1.0."),
        (True, "choice: expected the number of an option or None, got True."),
        ("It falls", "choice: expected the number of an option or None, got 'It falls'."),
    ],
)
def test_a_choice_that_does_not_exist_is_refused(bad, sentence):
    nudge = Prediction(NUDGE)
    with pytest.raises(TraitError) as caught:
        nudge.choice = bad
    assert str(caught.value) == sentence
    assert nudge.choice is None


def test_the_next_kernel_finds_the_choice(monkeypatch):
    Prediction(NUDGE).choice = 3
    new_kernel(monkeypatch)
    again = Prediction(NUDGE)
    assert (again.choice, again.closed) == (3, False)
    again.choice = 1
    again.answer()
    new_kernel(monkeypatch)
    assert Prediction(NUDGE).choice == 1
    assert progress_file.predictions() == {NUDGE: {"choice": "It falls by .001", "seen": True}}


def test_a_kept_choice_that_the_lesson_no_longer_has_is_none():
    progress_file.record_prediction(NUDGE, "It stays as it is", seen=True)
    assert Prediction(NUDGE).choice is None


def test_made_anew_it_is_open_and_keeps_what_was_predicted_before_the_answer_was_seen():
    first = Prediction(NUDGE)
    first.choice = 1
    first.answer()
    again = Prediction(NUDGE)
    again.choice = 2
    assert repr(again.answer()).startswith("You predicted: It falls by .002. That is right.")
    assert progress_file.predictions()[NUDGE]["choice"] == "It falls by .001"


def test_one_output_has_a_live_view_and_words_for_wherever_there_is_none():
    nudge = Prediction(NUDGE)
    for shown, lead in ((nudge, "<strong>Predict: "), (nudge.answer(), "<strong>You made no prediction.")):
        data, _ = shown._repr_mimebundle_()
        assert set(data) == {VIEW, "text/html", "text/plain"}
        assert data["text/plain"] == repr(shown)
        words = re.sub(r"<script>.*</script>", "", data["text/html"], flags=re.DOTALL)
        assert lead in words and "<script" not in words


def test_what_stands_in_the_file_cannot_break_out_of_the_html(monkeypatch):
    one = Prediction(NUDGE).content
    nasty = "</script><script>alert(1)</script><img src=x onerror=alert(1)> `a<b` *x*"
    option = type(one.options[0])(nasty, False, nasty)
    changed = type(one)(one.step, one.name, nasty, (option, *one.options[1:]))
    monkeypatch.setattr("softmax_lesson.widgets.prediction.question", lambda key: changed)
    nudge = Prediction(NUDGE)
    for page in (nudge.html(), nudge.answer().html()):
        assert page.count("<script>") == page.count("</script") == 1
        assert "<img" not in page
    assert "<code>a&lt;b</code> <em>x</em>" in nudge.question


def test_a_closed_widget_still_has_its_words():
    nudge = Prediction(NUDGE)
    page, model = nudge.html(), nudge.model_id
    nudge.close()
    assert model not in ipywidgets.widgets.widget._instances
    assert nudge.html() == page and repr(nudge).startswith("Predict: ")


def test_it_is_small():
    nudge = Prediction(NUDGE)
    assert len(nudge.html()) < 16_000 > len(nudge.answer().html())


def test_predicting_waits_for_no_drawing():
    code = (
        f"from softmax_lesson.widgets import Prediction as P; p = P('{NUDGE}'); p.html(); p.answer().html()"
    )
    check = "import sys; sys.exit('matplotlib' in sys.modules)"
    subprocess.run([sys.executable, "-c", f"{code}; {check}"], check=True)


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "utf-8"])
def test_every_prediction_and_its_answer_can_be_printed_whatever_the_encoding_of_the_output(
    encoding, monkeypatch
):
    asked = [Prediction(one.key) for step in steps_with_questions() for one in questions(step).values()]
    said = [*asked, *(one.answer() for one in asked)]
    assert len(said) > 60
    written = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(written, encoding=encoding))
    for thing in said:
        print(thing, flush=True)
    if encoding == "utf-8":
        assert written.getvalue().decode() == "".join(f"{thing!r}\n" for thing in said)
