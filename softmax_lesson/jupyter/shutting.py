"""`python -m softmax_lesson shut FOLDER`: the solutions stay shut there until a date or a word."""

from softmax_lesson.data import files
from softmax_lesson.exercises.engine import shut
from softmax_lesson.jupyter import asked

HEAD = (
    "# The solutions of the lesson are shut for the notebooks in this folder. Delete this file to open them."
)


@asked.says_no
def write(folders: list[str], until: str | None, word: str | None) -> int:
    """Write the switch beside the notebooks of each folder, say what it does, and return the exit status.

    until: a date, with or without a time. word: what the teacher will say. With both, the first opens.
    """
    lines = _lines(until, word)
    for folder in asked.texts("FOLDER", folders):
        place = asked.place("FOLDER", folder)
        try:
            files.write(place / shut.FILE, "\n".join([HEAD, *lines, ""]), mode=files.AS_USUAL)
        except OSError as trouble:
            why = f" ({trouble.strerror or trouble})"
            raise asked.refusal("FOLDER", "a folder that can be written", folder, why) from trouble
        print(f"The solutions are shut for the notebooks in {folder}, by {shut.FILE}.")
    newline = "\\n"
    print(f"For a whole hub, set the variable {shut.VARIABLE} for every kernel:")
    print(f"    {shut.VARIABLE}=$'{newline.join(lines)}'")
    return 0


def _lines(until: str | None, word: str | None) -> list[str]:
    """Return the lines of the switch. Raises Refused."""
    lines = []
    if until is not None:
        try:
            lines.append(f"{shut.a_date(asked.text('--until', until)):%Y-%m-%d %H:%M%z}")
        except ValueError as wrong:
            expected = "a date such as 2026-12-01 or '2026-12-01 18:00'"
            raise asked.refusal("--until", expected, until) from wrong
    if word is not None:
        if not asked.text("--word", word).strip():
            raise asked.refusal("--word", "a word", word)
        lines.append(f"{shut.WORD} {shut.scrambled(word)}")
    if not lines:
        raise asked.Refused("shut: expected --until DATE, --word WORD or both.")
    return lines
