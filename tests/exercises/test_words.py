"""Whatever an exercise says can be said in another language: nothing is put together beside the catalogue."""

import re
import string

import numpy as np
import pytest
import words
from babel.messages import pofile
from shares import in_shares, share

from softmax_lesson import exercises
from softmax_lesson.exercises.engine import judging, language
from softmax_lesson.exercises.engine.cases import template_of
from softmax_lesson.exercises.engine.general import GENERAL, PATTERNS, PROPERTIES

CATALOGUE = exercises.catalogue()
PLACE = re.compile(r"\{[^}]*\}")
# Letters that no English text has, one for each: what is still English was not looked up.
OTHER_LETTERS = str.maketrans(string.ascii_letters, "".join(chr(0x10A0 + k) for k in range(52)))


class Pretended:
    """A translation into letters of its own: places and code stay, and who asks for a new text is noted."""

    def __init__(self):
        self.asked = []

    def gettext(self, text):
        self.asked.append(text)
        kept = re.split(r"(`[^`]*`|\{[^}]*\}|\n)", text)
        return "".join(
            part if place % 2 else part.translate(OTHER_LETTERS) for place, part in enumerate(kept)
        )


@pytest.fixture(scope="module")
def templates():
    return words.templates()


@pytest.fixture
def pretended(monkeypatch, tmp_path):
    made = Pretended()
    monkeypatch.setattr(language, "_spoken", lambda: "xx")
    monkeypatch.setattr(language, "_catalogue", lambda name: made)
    monkeypatch.setenv("SOFTMAX_LESSON_HOME", str(tmp_path))
    return made


def english(said):
    """Return the words that were not looked up: code, numbers, names and Python's own messages are none."""
    lines = [line for line in said.split("\n") if not line.startswith("    ")]
    text = re.sub(r"`[^`]*`", "", "\n".join(lines))
    text = re.sub(r"[A-Za-z]*(Error|Warning|Exception): .*", "", text)
    return re.findall(r"[A-Za-z]{3,}", text)


# What may stand in a sentence as it is: names of the exercises, of arguments, of dtypes, and numbers.
NAMES = {name for exercise in CATALOGUE for name in (exercise.name, *exercise.parameters)}
KNOWN = {part for name in NAMES for part in re.split(r"[^A-Za-z]+", name)} | {"float", "uint", "nan", "inf"}
TYPES = {"bool", "complex", "list", "ndarray", "str", "tuple", "iterator", "args"}


@in_shares(8)
@pytest.mark.parametrize("exercise", CATALOGUE, ids=lambda e: f"{e.step[:2]}-{e.name}")
def test_every_sentence_to_a_declared_mistake_comes_from_the_catalogue(
    exercise, every, templates, pretended, monkeypatch
):
    monkeypatch.setattr(judging, "_where", lambda *args, **kept: (None, None))
    for mistake in share(exercise.mistakes, every):
        said = exercise.check(mistake.function).text
        assert said and not set(english(said)) - KNOWN - parts_of_values(mistake), said
    exercise.check(exercise.reference)
    for _ in exercise.hints:
        assert not set(english(exercise.hint().text)) - KNOWN - {"hint", "solution"}
    assert pretended.asked
    assert set(pretended.asked) <= set(templates)


def parts_of_values(mistake):
    """Return the words in the values of a family: a dtype's name, say."""
    return {
        part for value in (mistake.words or {}).values() for part in re.findall(r"[A-Za-z]{3,}", str(value))
    }


STRANGE = [
    lambda *args: None,
    lambda *args: "text",
    lambda *args: np.sum,
    lambda *args: {},
    lambda *args: (1, 2, 3),
    lambda *args: [[1.0], [1.0, 2.0]],
    lambda *args: np.array(["a"]),
    lambda *args: 1j,
    lambda *args: iter(()),
    lambda *args: np.nan,
    lambda *args: args[0],
    lambda *args: 0 * np.asarray(args[0]),
    lambda *args: np.random.default_rng().normal(size=np.shape(args[0])),
    lambda *args: 1 / 0,
    lambda *args: [][1],
    lambda *args: True,
    lambda: 1,
    42,
    ...,
]


@pytest.mark.parametrize("every", [8, pytest.param(4, marks=pytest.mark.long)], ids=["some", "more"])
@pytest.mark.parametrize("place", range(len(STRANGE)))
def test_so_do_the_sentences_to_strange_answers(place, every, templates, pretended):
    for exercise in share(CATALOGUE, every, place):  # others for each: all of them are asked
        said = exercise.check(STRANGE[place]).text
        assert not set(english(said)) - KNOWN - TYPES, said
    assert set(pretended.asked) <= set(templates)


def test_every_text_of_the_lesson_is_found(templates):
    found = set(templates)
    for exercise in CATALOGUE:
        assert {mistake.template for mistake in exercise.mistakes} | set(exercise.hints) <= found
    assert {known.template for known in (*GENERAL, *PATTERNS, *PROPERTIES)} <= found
    assert {"Correct", "Predict: {question}", "How many numbers is that?"} <= found


def test_a_number_that_was_drawn_is_no_part_of_the_text():
    assert template_of("scores around -1010") == "scores around {}"
    assert template_of("pixels as they come (uint8)") == "pixels as they come (uint8)"


@pytest.mark.parametrize("name", language.languages()[1:])
def test_a_catalogue_is_whole_and_fits_the_lesson(name, templates):
    folder = language.FOLDER / name / "LC_MESSAGES"
    with (folder / "softmax_lesson.po").open("rb") as file:
        pairs = {m.id: m.string for m in pofile.read_po(file) if m.id}
    assert set(pairs) <= set(templates), "words of the lesson have changed: python scripts/words.py"
    for text, its in pairs.items():
        assert its and sorted(set(PLACE.findall(text))) == sorted(set(PLACE.findall(its))), text
        assert text.count("`") == its.count("`") or its.count("`") % 2 == 0, text
    assert (folder / "softmax_lesson.mo").read_bytes() == words.as_mo(pairs)
    with language.speaking(name):
        assert all(language.translate(text) == its for text, its in pairs.items())


def test_the_language_is_chosen_by_a_call_or_by_the_variable(monkeypatch):
    assert language.language() == "en"
    monkeypatch.setenv("SOFTMAX_LESSON_LANGUAGE", "de")
    assert language.language() == "de" and language.translate("Correct") == "Richtig"
    with language.speaking("en"):
        assert language.language() == "en" and language.translate("Correct") == "Correct"
    monkeypatch.setenv("SOFTMAX_LESSON_LANGUAGE", "tlh")
    assert language.language() == "en"


@pytest.mark.parametrize("bad", ["tlh", "", 3, ["de"]])
def test_an_unknown_language_is_refused(bad):
    with pytest.raises(ValueError, match="name: expected one of en, de, got"):
        language.language(bad)
