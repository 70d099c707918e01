"""In which language the lesson speaks: English, or any that has a catalogue (gettext) in `../locale`.

The English text itself is the name under which a translation is looked up, *before* values are put in:

    translate("Write `{name}` in place of the `...` and check it again.", name=exercise.name)

`translate` looks up now; `mark` marks a text that is looked up later. `scripts/words.py` finds both, and the
texts that stand elsewhere: docstrings of mistakes, hints, predictions, the pictures' words.
"""

import contextlib
import functools
import gettext
import os
from pathlib import Path

from softmax_lesson import arguments

FOLDER = Path(__file__).parents[1] / "locale"
DOMAIN = "softmax_lesson"
VARIABLE = "SOFTMAX_LESSON_LANGUAGE"
ENGLISH = "en"

_chosen = None


def languages() -> list[str]:
    """Return the languages that the lesson can speak, English first."""
    return list(_languages(FOLDER))


def language(name=None) -> str:
    """Choose the language of all that is said from now on; return the one that is spoken.

    name: "de" and the like; without it nothing changes. At first it is what the variable
    SOFTMAX_LESSON_LANGUAGE says, else English. What has no translation yet is said in English.
    Raises: ValueError for a language without a catalogue.
    """
    global _chosen
    if name is not None:
        if not isinstance(name, str) or name not in languages():
            known = ", ".join(languages())
            raise ValueError(f"name: expected one of {known}, got {arguments.shown(name)}.")
        _chosen = name
    return _spoken()


@contextlib.contextmanager
def speaking(name):
    """Speak another language for a while."""
    global _chosen
    before = _chosen
    language(name)
    try:
        yield
    finally:
        _chosen = before


def translate(text: str, /, **values) -> str:
    """Return a text in the language that is spoken, with the values in their places.

    It stays English where there is no translation. Without values, curly brackets are nothing special.
    """
    name = _spoken()
    found = text if name == ENGLISH or not text else _catalogue(name).gettext(text)
    return found.format(**values) if values else found


def mark(text: str) -> str:
    """Return the text itself: it is found by `scripts/words.py`, and looked up where it is used."""
    return text


def everywhere(text: str) -> list[str]:
    """Return a text in each language of the lesson, for who looks for it in what was said."""
    return list(dict.fromkeys([text, *(_catalogue(name).gettext(text) for name in languages()[1:])]))


def after(prefix: str, sentence: str) -> str:
    """Return a sentence as it goes on after a prefix: with a small letter, where the language wants one."""
    if not prefix or language() != ENGLISH:
        return prefix + sentence
    return prefix + sentence[0].lower() + sentence[1:]


def capital(text: str) -> str:
    """Return a text with a capital letter in front."""
    return text[0].upper() + text[1:]


def _spoken() -> str:
    """Return the language that was chosen, or that the variable names; an unknown one is English."""
    if _chosen is not None:
        return _chosen
    wished = os.environ.get(VARIABLE, "")
    return wished if wished in languages() else ENGLISH


@functools.cache
def _languages(folder: Path) -> tuple[str, ...]:
    """Look into the folder once: every text that is said asks for it."""
    return ENGLISH, *sorted(path.name for path in folder.glob("*") if path.is_dir())


@functools.cache
def _catalogue(name: str) -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, FOLDER, [name])
