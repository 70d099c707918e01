"""Whatever stands on the command line: something is done, or a sentence says why not; never a traceback."""

import os
import re
import shutil
import sys
import warnings

import odd_calls
import pytest
from odd_calls import commands, words_of_the_command_line

from softmax_lesson import __main__ as command_line
from softmax_lesson.jupyter import exporting, start

# Nothing here leads out of the test's own folder: a folder that can be made is made.
FOLDERS = {
    "empty": "empty",
    "blank": " ",
    "file": "a file",
    "under a file": "a file/under",
    "no archive": "broken.zip",
    "link in a circle": "circle",
    "link to nothing": "dangling",
    "pipe": "pipe",
    "too long": "x" * 300,
    "deep": "a/" * 3000,
    "half a letter": "\udce9",
    "letters": "é猫 <b> $HOME *",
    "two lines": "a\nb",
    "device": "/dev/null",
    "under a device": "/dev/null/x",
    "nobody's home": "~no_such_user_here/x",
}
MINUTES = ["0", "-1", "x", "50.0", "9" * 5000, "٥٠", "\udce9", "[50]"]
DATES = ["x", "2026-13-01", "2026-02-30", "2026-12-01 25:00", "9999999-01-01", "9" * 5000, "\udce9", ""]
PORTS = ["-1", "0x50", "99999", "9" * 5000, "٨", "\udce9", ""]
ADDRESSES = ["x", "256.1.1.1", "a..b", "x" * 300, ":", "[::1]", "\udce9", "a b", "é"]
TEXTS = ["", " ", "\udce9", "x" * 9999, "<b>\x1b[31m\n", "-"]
# By what the command line calls it; what has another name gets all of them.
VALUES = {
    "FOLDER": FOLDERS,
    "MINUTES": MINUTES,
    "DATE": DATES,
    "WORD": TEXTS,
    "NAME": ["cow", "cat", "\udce9", "", "x" * 9999],
    "ip": ADDRESSES,
    "port": PORTS,
    "title": TEXTS,
    "tool": ["nbgrader", "jupyter", "", "\udce9"],
}
# What fits an argument that has no option; and what else is said, so that a command gets as far as to look.
FIT = {"folder": ["in"], "folders": ["in"], "tool": ["otter"], "names": ["cat", "dog", "ship"]}
ALSO = {"start": "--only-copy", "board": "--port=0", "shut": "--word=w", "classes": "--only-sample"}


def lines():
    """Return {label: words} of each command with each of its arguments odd, found by asking the parser."""
    found = {}
    for command, parser in commands().items():
        actions = [a for a in parser._actions if a.nargs != 0 and a.dest != "help"]
        for action in actions:
            for label, value in odd_values(action).items():
                found[f"{command} {label}"] = [command, *whole_line(command, actions, action, value)]
    return found


def odd_values(action):
    """Return {label: a value} of what is odd for an argument."""
    known = VALUES.get(action.metavar or action.dest)
    values = [value for one in VALUES.values() for value in one] if known is None else known
    named = values if isinstance(values, dict) else {repr(value[:9]): value for value in values}
    return {f"{action.option_strings or action.dest} {label}": value for label, value in named.items()}


def whole_line(command, actions, odd, value):
    """Return the words of a command whose other arguments fit."""
    words = []
    for action in actions:
        if action is odd:
            words.append(f"{odd.option_strings[0]}={value}" if odd.option_strings else value)
        elif not action.option_strings:
            words += FIT[action.dest]
    also = ALSO.get(command, "")
    said = not also or any(also.startswith(option) for option in odd.option_strings)
    return words if said else [*words, also]


LINES = {
    **lines(),
    "grade /": ["grade", "/"],
    "nothing": [],
    "no command": ["stat"],
    "half a letter": ["\udce9"],
    "doctor and more": ["doctor", "now"],
}


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder with things that are not what is asked for; the lesson has one notebook, to be quick."""
    monkeypatch.chdir(tmp_path)
    lesson = tmp_path / "lesson"
    lesson.mkdir()
    shutil.copy(start.lesson_folder() / start.FIRST, lesson)
    monkeypatch.setattr(start, "lesson_folder", lambda: lesson)
    monkeypatch.setattr(exporting, "lesson_folder", lambda: lesson)
    odd_calls.only_what_is_asked(monkeypatch)
    (tmp_path / "empty").mkdir()
    (tmp_path / "in" / "ann").mkdir(parents=True)
    shutil.copy(lesson / start.FIRST, tmp_path / "in" / "ann")
    (tmp_path / "a file").write_text("x")
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 no archive")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        os.symlink("circle", tmp_path / "circle")
        os.symlink("nowhere", tmp_path / "dangling")


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("words", LINES.values(), ids=LINES)
def test_odd_words_end_in_a_sentence(words, monkeypatch, capfd):
    monkeypatch.setattr(sys, "argv", ["softmax_lesson", *words])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            status = command_line.main()
        except SystemExit as ended:  # argparse's way to say what it expected
            status = ended.code
    said = capfd.readouterr()
    assert status in (0, 1, 2)
    assert "Traceback" not in said.out + said.err
    if status:
        assert status == 2 or words[0] == "doctor"
        assert names_an_argument(said.err), said.err


def names_an_argument(sentence):
    """Say whether a sentence begins with an argument, a command, or is argparse's own."""
    known = {word for words in words_of_the_command_line().values() for word in words} | set(commands())
    either = "|".join(map(re.escape, sorted(known, key=len, reverse=True)))
    own = re.match(rf"(?:{either})(?:, [\w-]+)*: .", sentence, re.DOTALL)
    return bool(own or re.search(r"error: (?:argument|unrecognized|the following arguments)", sentence))
