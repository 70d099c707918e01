"""What a command asks of its arguments, and how it says no: a sentence that begins with the argument's name.

Only the standard library is imported at the top: the doctor and the copy of the notebooks need no NumPy.
"""

import contextlib
import functools
import os
import sys
from pathlib import Path

WRONG = 2  # the exit status of a command that was given what it cannot use; argparse has the same


class Refused(ValueError):
    """Says in a sentence, which begins with the argument's name, what was expected and what came."""


def place(name: str, given) -> Path:
    """Return the file or folder of that name, with ~ read as the home. It need not be there.

    Raises Refused when there can be none: it is too long, a link in a circle, nobody's home.
    """
    if not isinstance(given, str | os.PathLike) or given == "":
        raise refusal(name, "the name of a folder or file", given)
    try:
        found = Path(given).expanduser()
        found.exists()
        found.resolve()
    except (OSError, RuntimeError, ValueError, TypeError) as trouble:
        why = getattr(trouble, "strerror", None) or getattr(trouble, "reason", None) or trouble
        raise refusal(name, "the name of a folder or file", given, f" ({why})") from trouble
    return found


def text(name: str, given) -> str:
    """Return a text. Raises Refused."""
    if not isinstance(given, str):
        raise refusal(name, "a text", given)
    return given


def letters(name: str, given) -> str:
    """Return a text that can be written. Raises Refused: neither half a letter nor the letter 0 can."""
    try:
        text(name, given).encode("utf-8")
    except UnicodeEncodeError as half:
        raise refusal(name, "letters", given) from half
    if "\0" in given:
        raise refusal(name, "letters", given)
    return given


def whole(name: str, given, least: int, most: int) -> int:
    """Return a whole number between two others. Raises Refused."""
    if type(given) is not int or not least <= given <= most:
        raise refusal(name, f"a whole number from {least} to {most}", given)
    return given


def texts(name: str, given) -> list[str]:
    """Return a list of texts. Raises Refused."""
    if not isinstance(given, list | tuple) or not all(isinstance(one, str) for one in given):
        raise refusal(name, "a list of texts", given)
    return list(given)


def yes_or_no(name: str, given) -> bool:
    """Return True or False; what only counts as one of them is refused."""
    if not isinstance(given, bool):
        raise refusal(name, "True or False", given)
    return given


def one_of(name: str, given, known) -> str:
    """Return a text that is one of those known. Raises Refused."""
    if not isinstance(given, str) or given not in known:
        raise refusal(name, " or ".join(known), given)
    return given


def of_kind(name: str, given, kind: type):
    """Return a thing that is of a kind. Raises Refused."""
    if not isinstance(given, kind):
        raise refusal(name, f"a {kind.__name__}", given)
    return given


def refusal(name: str, expected: str, given, why: str = "") -> Refused:
    """Return what to raise: the argument, what was expected of it, and what came."""
    from softmax_lesson.arguments import shown  # brings NumPy

    return Refused(f"{name}: expected {expected}, got {shown(given)}{why}.")


@contextlib.contextmanager
def about(name: str):
    """Make a Refused of what the system says while it does something with an argument: a full disk, say."""
    try:
        yield
    except OSError as trouble:
        what = f"{trouble.filename}: " if trouble.filename else ""
        raise Refused(f"{name}: {what}{trouble.strerror or trouble}.") from trouble


def says_no(command):
    """Let a command say on stderr why it was refused, and return 2."""

    @functools.wraps(command)
    def asked(*given, **named):
        try:
            return command(*given, **named)
        except Refused as reason:
            print(reason, file=sys.stderr)
            return WRONG

    return asked
