"""What a picture says stands once, in its TOML: Python and the script fill the same words."""

import re
import tomllib

import pytest

from softmax_lesson import widgets
from softmax_lesson.exercises.engine.language import language, languages, speaking
from softmax_lesson.widgets.kit.base import WIDGETS, filled

KINDS = [*widgets.catalogue(), widgets.Prediction]
PLACE = re.compile(r"\{(\w+)\}")


def files_of(kind):
    """Return the texts of a picture's TOML, module and script."""
    name = kind.__module__.rpartition(".")[2]
    return [(WIDGETS / f"{name}.{ending}").read_text("utf-8") for ending in ("toml", "py", "js")]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_word_is_used_and_the_sentence_by_both(kind):
    words, module, script = files_of(kind)
    for name in tomllib.loads(words):
        used = [text for text in (module, script) if re.search(rf'["`\'.\s]{name}\b', text)]
        # Three fields of the overflow lab are chosen by their kind.
        assert used or (name.startswith("field_") and "field_" in module and "field_" in script), name
    assert "_said(" in module and "say(" in script


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_no_sentence_stands_in_a_script_or_a_module_beside_it(kind):
    words, module, script = files_of(kind)
    # The name in `frame(el, "First touch", ...)` is that of the style's class.
    lines = [line for line in script.splitlines() if not line.strip().startswith("//")]
    code = "\n".join(line for line in lines if "frame(el," not in line)
    for text in re.findall(r"[\"`]((?:[^\"`\\]|\\.)*)[\"`]", code):
        bare = re.sub(r"\$\{[^}]*\}", "", text)
        # Four words in a row are a sentence; a path of SVG has no words.
        assert not re.search(r"(?:[a-z]{2,}[ ,]+){3}[a-z]{2,}", bare), text
    for text in tomllib.loads(words).values():
        if len(text.split()) > 5:
            assert text[:30] not in code and text[:30] not in module


@pytest.mark.parametrize("name", languages()[1:])
@pytest.mark.parametrize("kind", widgets.catalogue(), ids=lambda kind: kind.__name__)
def test_a_picture_can_be_said_and_drawn_in_every_language(kind, name):
    with speaking(name):
        picture = kind()
        sentence = repr(picture)
        assert not PLACE.search(sentence)
        assert picture.png().startswith(b"\x89PNG")
        assert f'<html lang="{name}">' in picture.page()
    assert language() == "en"


@pytest.mark.parametrize("kind", widgets.catalogue(), ids=lambda kind: kind.__name__)
def test_a_picture_speaks_english_without_being_asked(kind):
    """In test_catalogue each is drawn in English, and one stands on a page."""
    picture = kind()
    assert picture._words == kind._english
    assert not PLACE.search(repr(picture))


def test_a_picture_keeps_the_language_it_was_made_in():
    with speaking("de"):
        picture = widgets.LossCurve()
    picture.correct_class = 1
    assert repr(picture).startswith("Mit den Scores") and '"sentence": "Mit den' in picture.html()
    assert repr(widgets.LossCurve()).startswith("With the scores")


def test_values_are_put_in_once_and_as_they_are():
    assert filled("{a} and {b}", {"a": "{b}", "b": r"\1 $& {a}"}) == r"{b} and \1 $& {a}"
    assert filled("no place", {"a": 1}) == "no place"
