"""The teacher's switch: `solution()` and `.reference` stay shut until a date has come or a word was said.

The switch is text, in the environment variable SOFTMAX_LESSON_SOLUTIONS, in a file `solutions.txt` beside the
notebooks, or in both; then both have to open. Each line is a date, `2026-12-01`, with or without a time,
`2026-12-01 18:00`, by the machine's own clock; or a word, scrambled so that reading it does not give it away
(`python -m softmax_lesson shut` writes either). The first line that holds opens. `#` begins a remark.

It keeps honest people honest, and no more: the lesson's source is on the student's machine.
"""

import datetime
import hashlib
import os
from pathlib import Path

from softmax_lesson.data import files
from softmax_lesson.exercises.engine.language import ENGLISH, language, mark, translate

VARIABLE = "SOFTMAX_LESSON_SOLUTIONS"
FILE = "solutions.txt"
WORD = "word"  # begins a line with a scrambled word

STRANGE = mark(
    "The solutions are shut, and {where} does not say until when: expected a date such as 2026-12-01 or a "
    "line that `python -m softmax_lesson shut` wrote, got {line}. Tell your teacher."
)
UNTIL_THE_DATE = mark("Your teacher keeps the solutions shut until {moment}.")
UNTIL_THE_WORD = mark(
    'Your teacher keeps the solutions shut until your teacher\'s word is given: `solution("the word")`.'
)
UNTIL_EITHER = mark(
    "Your teacher keeps the solutions shut until {moment}, or until your teacher's word is given: "
    '`solution("the word")`.'
)


def _where_the_kernel_starts() -> Path:
    """Return the notebook's folder: `%cd` may lead elsewhere later. One that was removed has no switch."""
    try:
        return Path.cwd()
    except FileNotFoundError:
        return Path()


_folder = _where_the_kernel_starts()
_words = set()  # said in this kernel, scrambled
_grading = False


class Shut(RuntimeError):
    """Says in a sentence that the solutions are shut; Jupyter shows these words, no traceback."""

    def _render_traceback_(self):
        return [str(self)]


def say(word: str) -> None:
    """Take a word that may open the solutions; it counts until this kernel ends."""
    _words.add(scrambled(word))


def disregard() -> None:
    """Have the switch mean nothing in this process: who grades looks at answers that were handed in."""
    global _grading
    _grading = True


def why_shut(now: datetime.datetime | None = None) -> str | None:
    """Return the sentence that says why the solutions are shut at a time, or None where they are open."""
    if _grading:
        return None
    now = now or datetime.datetime.now().astimezone()
    return next(filter(None, (_why(where, lines, now) for where, lines in _switches())), None)


def a_date(text: str) -> datetime.datetime:
    """Return the moment that a line names, by the machine's clock where it names none. Raises ValueError."""
    try:
        return datetime.datetime.fromisoformat(text).astimezone()
    except OverflowError as beyond:  # the first and the last day of all, in another time zone
        raise ValueError(text) from beyond


def scrambled(word: str) -> str:
    """Return a word as it stands in the switch. Capitals and spaces around it do not count."""
    return hashlib.sha256(
        f"softmax-lesson {word.strip().casefold()}".encode(errors="surrogatepass")
    ).hexdigest()


def _switches():
    """Yield (its name, its lines) of each switch that is set."""
    texts = {VARIABLE: os.environ.get(VARIABLE, "")}
    try:
        texts[FILE] = files.read(_folder / FILE)
    except FileNotFoundError:
        pass
    except (OSError, ValueError):
        texts[FILE] = "unreadable"
    for where, text in texts.items():
        lines = [line.partition("#")[0].strip() for line in text.splitlines()]
        if any(lines):
            yield where, [line for line in lines if line]


def _why(where, lines, now) -> str | None:
    """Return why one switch is shut, or None. A line that cannot be read opens nothing, and is told."""
    dates, asks_word, strange = [], False, None
    for line in lines:
        first, _, rest = line.partition(" ")
        if first == WORD:
            asks_word = True
            if rest.strip() in _words:
                return None
            continue
        try:
            dates.append(a_date(line))
        except ValueError:
            strange = line
    if dates and min(dates) <= now:
        return None
    if strange:
        return translate(STRANGE, where=where, line=repr(strange[:60]))
    moment = written(min(dates)) if dates else ""
    if moment and asks_word:
        return translate(UNTIL_EITHER, moment=moment)
    return translate(UNTIL_THE_DATE, moment=moment) if moment else translate(UNTIL_THE_WORD)


def written(moment) -> str:
    """Return a date and its hour as the language that is spoken writes them: months have names in English."""
    return f"{moment.day} {moment:%B %Y, %H:%M}" if language() == ENGLISH else f"{moment:%Y-%m-%d %H:%M}"
