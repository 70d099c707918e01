"""`python -m softmax_lesson shut FOLDER`: the solutions stay shut there until a date or a word."""

import sys
from pathlib import Path

from softmax_lesson.exercises.engine import shut

HEAD = (
    "# The solutions of the lesson are shut for the notebooks in this folder. Delete this file to open them."
)


def write(folders: list[str], until: str | None, word: str | None) -> int:
    """Write the switch beside the notebooks of each folder, say what it does, and return the exit status.

    until: a date, with or without a time. word: what the teacher will say. With both, the first opens.
    """
    lines = []
    if until is not None:
        try:
            lines.append(f"{shut.a_date(until):%Y-%m-%d %H:%M%z}")
        except ValueError:
            return _refuse(
                f"--until: expected a date such as 2026-12-01 or '2026-12-01 18:00', got {until!r}."
            )
    if word is not None:
        if not word.strip():
            return _refuse(f"--word: expected a word, got {word!r}.")
        lines.append(f"{shut.WORD} {shut.scrambled(word)}")
    if not lines:
        return _refuse("shut: expected --until DATE, --word WORD or both.")
    for folder in folders:
        try:
            (Path(folder).expanduser() / shut.FILE).write_text(
                "\n".join([HEAD, *lines, ""]), encoding="utf-8"
            )
        except OSError as trouble:
            return _refuse(
                f"FOLDER: expected a folder that can be written, got {folder} ({trouble.strerror})."
            )
        print(f"The solutions are shut for the notebooks in {folder}, by {shut.FILE}.")
    newline = "\\n"
    print(f"For a whole hub, set the variable {shut.VARIABLE} for every kernel:")
    print(f"    {shut.VARIABLE}=$'{newline.join(lines)}'")
    return 0


def _refuse(why: str) -> int:
    print(why, file=sys.stderr)
    return 2
