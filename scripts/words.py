"""All that the lesson says, for who brings it into another language: `python scripts/words.py de`.

It writes both files of gettext into softmax_lesson/exercises/locale/de/LC_MESSAGES: softmax_lesson.po, which
has what is translated, for people; and softmax_lesson.mo, which Python reads. What is still missing goes to
build/words/de.po: translate there as much as you like, and call the command again, which takes it in.
"""

import ast
import datetime
import io
import sys
from pathlib import Path

from babel.messages import mofile, pofile
from babel.messages.catalog import Catalog

from softmax_lesson import exercises, widgets
from softmax_lesson.exercises.engine.cases import template_of
from softmax_lesson.exercises.engine.error_messages import STOPS
from softmax_lesson.exercises.engine.general import GENERAL, PATTERNS, PROPERTIES
from softmax_lesson.exercises.engine.language import DOMAIN, FOLDER
from softmax_lesson.exercises.engine.pairs import about_one_part
from softmax_lesson.exercises.engine.questions import questions, steps_with_questions

ROOT = Path(__file__).parents[1]
WITH_WORDS = ("softmax_lesson", "scripts")  # folders of Python in which `translate` and `mark` are called
WHEN = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)  # no other day changes the file
SEEDS = range(3)  # of the inputs, whose words stand in their generators


def templates():
    """Return every text that can be translated, {text: where it stands}, each once."""
    found = {}
    for text, where in (*called(), *of_exercises(), *of_the_engine(), *of_predictions(), *of_pictures()):
        found.setdefault(text, where)
    return found


def called():
    """Yield the texts that stand in a call of `translate` or `mark`."""
    for path in sorted(path for folder in WITH_WORDS for path in (ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""
            if name in ("translate", "mark") and isinstance(node.args[0], ast.Constant):
                yield node.args[0].value, path.relative_to(ROOT).as_posix()


def of_exercises():
    """Yield the sentences of mistakes, whole and for one of two parts, the hints, and the words of inputs."""
    for exercise in exercises.catalogue():
        where = f"{exercise.step}.{exercise.name}"
        for known in exercise.mistakes:
            parts = known.template, about_one_part(known.template)
            yield from ((text, f"{where}, {known.name}") for text in parts if text)
        yield from ((hint, f"{where}, a hint") for hint in exercise.hints)
        cases = [case for seed in SEEDS for case in (*exercise.cases(seed), *exercise.asides(seed))]
        yield from ((template_of(case.what), f"{where}, an input") for case in cases if case.what)


def of_the_engine():
    """Yield the sentences of general mistakes, and of what stops a function."""
    yield from ((known.template, known.name) for known in (*GENERAL, *PATTERNS, *PROPERTIES))
    yield from ((sentence, name) for name, _words, sentence in STOPS)


def of_predictions():
    """Yield what the predictions ask, their options and the tutor's sentences."""
    for step in steps_with_questions():
        for asked in questions(step).values():
            texts = [asked.question, *(t for option in asked.options for t in (option.text, option.sentence))]
            yield from ((text, asked.key) for text in texts if text)


def of_pictures():
    """Yield the words of the pictures."""
    for kind in (*widgets.catalogue(), widgets.Prediction):
        yield from ((text, f"{kind.__name__}, {name}") for name, text in kind._english.items())


def read(path):
    """Return {text: translation} of a .po file; nothing where there is none."""
    if not path.exists():
        return {}
    with path.open("rb") as file:
        return {
            message.id: message.string for message in pofile.read_po(file) if message.id and message.string
        }


def catalogue(language, translated):
    """Return a catalogue with some of the texts: {text: its translation, or ""}, in the lesson's order."""
    made = Catalog(locale=language, domain=DOMAIN, project="Softmax, step by step", fuzzy=False)
    made.mime_headers  # noqa: B018 - Babel fills them in when they are asked for
    for text, where in templates().items():
        if text in translated:
            made.add(text, translated[text], auto_comments=[where])
    return made


def as_po(made):
    """Return a catalogue as the text of a .po file: without dates, so that only a translation changes it."""
    written = io.BytesIO()
    pofile.write_po(written, made, width=110, omit_header=True, ignore_obsolete=True)
    language = (
        f'msgid ""\nmsgstr ""\n"Language: {made.locale}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
    )
    return language + written.getvalue().decode("utf-8")


def as_mo(translated):
    """Return the bytes of the .mo file with these translations, the same on every day."""
    made = Catalog(charset="utf-8", creation_date=WHEN, revision_date=WHEN, fuzzy=False)
    for text, its in translated.items():
        made.add(text, its)
    written = io.BytesIO()
    mofile.write_mo(written, made)
    return written.getvalue()


def main(language):
    """Take in what was translated, and write what is missing."""
    folder, missing = FOLDER / language / "LC_MESSAGES", ROOT / "build" / "words" / f"{language}.po"
    known, all_of_them = read(folder / f"{DOMAIN}.po") | read(missing), templates()
    done = {text: known[text] for text in all_of_them if text in known}
    for place in (folder, missing.parent):
        place.mkdir(parents=True, exist_ok=True)
    (folder / f"{DOMAIN}.po").write_text(as_po(catalogue(language, done)), encoding="utf-8", newline="\n")
    (folder / f"{DOMAIN}.mo").write_bytes(as_mo(done))
    open_ones = {text: "" for text in all_of_them if text not in done}
    missing.write_text(as_po(catalogue(language, open_ones)), encoding="utf-8", newline="\n")
    print(
        f"{language}: {len(done)} of {len(all_of_them)} texts; the others are in {missing.relative_to(ROOT)}"
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
