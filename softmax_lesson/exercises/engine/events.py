"""What a room hears: a check gave this verdict, a prediction was made. Off unless somebody switches it on.

The variable SOFTMAX_LESSON_ROOM switches it on, in the environment or by a line in a notebook's first cell:

    %env SOFTMAX_LESSON_ROOM=/srv/our-room           a folder that all can write, on a hub
    %env SOFTMAX_LESSON_ROOM=http://HOST:PORT/room/… the address that `python -m softmax_lesson board` prints
    %env SOFTMAX_LESSON_ROOM=off                     not from this notebook

An event is a line of JSON. It never holds code, a text of the student's or a name:

    {"id": …, "who": "k7f-3qx9", "what": "check", "about": "04_loss.mean_loss", "verdict": "wrong",
     "mistake": "sum_not_mean", "try": 2, "time": …}
    {"id": …, "who": "k7f-3qx9", "what": "prediction", "about": "05_derivatives.nudge", "option": 1,
     "seen": false, "time": …}

`who` is a pseudonym: seven letters and digits, *drawn* when the student's first event is made, computed
from nothing, and kept in the folder of the progress file. So it is the same in all of a student's notebooks,
and nobody can find a name from it. `verdict` is "correct", "wrong" or "error"; a try is an answer that
differs from the one before; `option` counts from 0; `seen` tells that the answer was shown; `time` is in
seconds since 1970.

Nothing here makes a check fail, or wait for a network: see `outbox`.
"""

import contextlib
import os
import secrets
import sys
import time
import types

from softmax_lesson.data import files
from softmax_lesson.exercises.engine import outbox, progress_file

VARIABLE = "SOFTMAX_LESSON_ROOM"
OFF = ("", "off")
VERDICTS = ("correct", "wrong", "error")
LETTERS = "bcdfghjkmnpqrstvwxz23456789"  # no vowel, so no word; nothing that looks like another
FILE = "pseudonym.txt"

HEARS = (
    "A room hears of your checks and predictions: which exercise, which verdict, which mistake; never code, "
    "never a name. %env {}=off switches it off."
)
WHO = (
    "There you have a pseudonym; `softmax_lesson.exercises.engine.events.pseudonym()` tells it to you. Keep "
    "it out of what you hand in."
)

_told = {}  # {about: what was said last}: the same once more is no event
_tries = {}  # {exercise: how many answers this kernel has judged}
_drawn = {}  # {folder: the pseudonym}
_announced = set()  # the rooms that this kernel's student was told of


def room() -> str | None:
    """Return what hears of this kernel, a folder or an address; None where it is off, and in a browser's
    kernel, which has no threads."""
    given = os.environ.get(VARIABLE, "").strip()
    return None if given.lower() in OFF or sys.platform == "emscripten" else given


def checked(about: str, function, verdict: str, mistake: str | None) -> None:
    """Tell the room of a verdict on an exercise, "04_loss.mean_loss". Never raises, never waits.

    The same answer judged once more, as `use` does after `check`, is no new try and no event.
    """
    with contextlib.suppress(Exception):
        if room() is None or verdict not in VERDICTS or not _new(about, (_mark(function), verdict, mistake)):
            return
        announce()
        _tries[about] = _tries.get(about, 0) + 1
        _tell("check", about, verdict=verdict, mistake=mistake, **{"try": _tries[about]})


def announce() -> None:
    """Tell the student, once, that there is a room, before it hears of anything. Never raises."""
    with contextlib.suppress(Exception):
        if (here := room()) and here not in _announced:
            _announced.add(here)
            print(HEARS.format(VARIABLE))


def predicted(about: str, option: int, seen: bool) -> None:
    """Tell the room of a prediction, "05_derivatives.nudge": which option, counted from 0. Never raises."""
    with contextlib.suppress(Exception):
        if room() is not None and _new(about, (option, seen)):
            _tell("prediction", about, option=option, seen=seen)


def notices() -> list[str]:
    """Return what the student should know: that a room hears, and what waits to be sent.

    The pseudonym is not among it: who hands in this page, with a name on it, would give it away.
    """
    return [HEARS.format(VARIABLE), WHO, *outbox.notices()] if room() else []


def pseudonym() -> str:
    """Return this student's pseudonym; the first time it is drawn. What cannot be kept is this kernel's."""
    folder = outbox.folder()
    if folder not in _drawn:
        _drawn[folder] = _kept(folder) or _draw()
    return _drawn[folder]


def _kept(folder) -> str | None:
    """Return the pseudonym of the file, written by us if there is none; None where that does not work."""
    if folder is None:
        return None
    with contextlib.suppress(OSError, ValueError):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with progress_file.alone():
            path = folder / FILE
            if not path.exists() or not _is_pseudonym(path.read_text(encoding="ascii")):
                files.write(path, _draw())
            return path.read_text(encoding="ascii")
    return None


def _draw() -> str:
    drawn = "".join(secrets.choice(LETTERS) for _ in range(7))
    return f"{drawn[:3]}-{drawn[3:]}"


def _is_pseudonym(text: str) -> bool:
    return len(text) == 8 and text[3] == "-" and set(text) <= {*LETTERS, "-"}


def _new(about: str, said) -> bool:
    """Note what is said of something; tell whether that is news."""
    news = _told.get(about) != said
    _told[about] = said
    return news


def _mark(function) -> int:
    """Return a number that another answer would not have. It stays in this kernel."""
    code = getattr(function, "__code__", None)
    return hash(code) if isinstance(code, types.CodeType) else id(function)


def _tell(what: str, about: str, **more) -> None:
    event = {"id": secrets.token_hex(16), "who": pseudonym(), "what": what, "about": about, **more}
    outbox.put(event | {"time": round(time.time(), 3)}, room)
