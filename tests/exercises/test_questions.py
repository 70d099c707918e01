"""What the predictions ask: every file says what it must, and says it where a teacher would look."""

import re

import pytest

from softmax_lesson.exercises.engine import questions as module
from softmax_lesson.exercises.engine.questions import question, questions, steps_with_questions

EVERY = [one for step in steps_with_questions() for one in questions(step).values()]
GOOD = """
[nudge]
question = "What does it do?"
options = [
    { text = "It falls by .001", wrong = "That is what the *weight* moved." },
    { text = "It falls by .002", right = "" },
    { text = "It rises", wrong = "The other way." },
]
"""


@pytest.fixture
def written(tmp_path, monkeypatch):
    """Return a function that writes the file of step 05 and reads it."""
    monkeypatch.setattr(module, "FOLDER", tmp_path)

    def written(text):
        questions.cache_clear()
        (tmp_path / "05_derivatives.toml").write_text(text, encoding="utf-8")
        return questions("05_derivatives")

    yield written
    questions.cache_clear()


def test_there_are_questions():
    assert len(EVERY) >= 2


@pytest.mark.parametrize("one", EVERY, ids=lambda one: one.key)
def test_a_question_of_the_course_can_be_read_where_no_formula_is_drawn(one):
    texts = [one.question, *(o.text for o in one.options), *(o.sentence for o in one.options)]
    assert not [text for text in texts if re.search(r"\$|\\\\|<\w", text)]
    assert one.question.endswith("?")
    sentences = [o.sentence for o in one.options if o.sentence]
    assert all(sentence.endswith((".", "?", "!", "`")) for sentence in sentences)
    assert len(set(sentences)) == len(sentences), "each thought has a sentence of its own"
    assert not [o.text for o in one.options if o.text.endswith(".")], "the full stop comes by itself"


@pytest.mark.parametrize("one", EVERY, ids=lambda one: one.key)
def test_the_question_does_not_give_the_answer_away(one):
    assert one.answer.text.lower() not in one.question.lower()


def test_the_right_option_is_not_always_at_the_same_place():
    places = {one.options.index(one.answer) for one in EVERY}
    assert len(places) > 1


def test_a_file_is_read(written):
    one = written(GOOD)["nudge"]
    assert (one.key, one.question) == ("05_derivatives.nudge", "What does it do?")
    assert [o.text for o in one.options] == ["It falls by .001", "It falls by .002", "It rises"]
    assert (one.answer.text, one.answer.sentence) == ("It falls by .002", "")
    assert question("05_derivatives.nudge") is one


def test_a_long_sentence_may_go_over_several_lines(written):
    longer = GOOD.replace('"What does it do?"', '"""What\n  does\nit do?"""')
    assert written(longer)["nudge"].question == "What does it do?"


PLACE = "05_derivatives.toml, [nudge]"


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("[nudge]", "[nudge", "05_derivatives.toml is no TOML: "),
        ("[nudge]", "nudge = 3\n[other]", f"{PLACE}: expected question and options."),
        ("question =", "asks =", f"{PLACE}: expected question and options."),
        ('"What does it do?"', '" "', f"{PLACE}: expected a question in words."),
        ('{ text = "It rises", wrong = "The other way." },', "", f"{PLACE}: expected 3 or 4 tables"),
        ('right = ""', 'wrong = "No."', f"{PLACE}: expected one right option."),
        ('wrong = "The other way."', 'right = ""', f"{PLACE}: expected one right option."),
        ('wrong = "The other way."', 'wrong = ""', f"{PLACE}, option 3: expected the tutor's sentence"),
        ('wrong = "The other way."', "wrong = true", f"{PLACE}, option 3: expected wrong to be a sentence."),
        ('"It rises", wrong', '"It rises", false', f"{PLACE}, option 3: expected text, and either right or"),
        ('text = "It rises"', "text = 3", f"{PLACE}, option 3: expected a text."),
        ('"It rises"', '"It falls by .001"', f"{PLACE}: expected options that differ."),
    ],
)
def test_a_file_that_does_not_say_what_it_must_is_refused_with_the_place(written, old, new, sentence):
    assert old in GOOD
    with pytest.raises(ValueError) as caught:
        written(GOOD.replace(old, new))
    assert str(caught.value).startswith(sentence)


@pytest.mark.parametrize("key", ["05_derivatives.none", "05_derivatives", "", ".nudge", "../x.y", None, 5])
def test_a_prediction_that_does_not_exist_is_refused(key):
    with pytest.raises(ValueError, match="key: expected a step and a name, such as"):
        question(key)


def test_a_step_without_a_file_has_none():
    assert questions("99_nothing") == {}
