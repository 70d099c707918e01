"""Whatever stands on the command line: something is done, or a sentence says why not; never a traceback."""

import os
import shutil
import sys
import warnings

import pytest

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
DATE = "2026-12-01"
DATES = ["x", "2026-13-01", "2026-02-30", "2026-12-01 25:00", "9999999-01-01", "9" * 5000, "\udce9", ""]
LINES = {
    **{f"start {name}": ["start", folder, "--only-copy"] for name, folder in FOLDERS.items()},
    **{f"start --plan {word[:9]!r}": ["start", "copy", "--only-copy", f"--plan={word}"] for word in MINUTES},
    **{f"grade {name}": ["grade", folder] for name, folder in FOLDERS.items()},
    "grade /": ["grade", "/"],
    **{f"grade --to {name}": ["grade", "empty", "--to", folder] for name, folder in FOLDERS.items()},
    **{f"export {name}": ["export", "nbgrader", folder] for name, folder in FOLDERS.items()},
    **{f"shut {name}": ["shut", folder, "--until", DATE] for name, folder in FOLDERS.items()},
    **{f"board --shared {name}": ["board", "a file", "--shared", folder] for name, folder in FOLDERS.items()},
    # There is no class of that name: whatever else is taken, no clone is changed.
    **{f"classes {name}": ["classes", "cat", "dog", "owl", "--from", f] for name, f in FOLDERS.items()},
    **{f"shut --until {word[:9]!r}": ["shut", "empty", "--until", word] for word in DATES},
    **{
        f"shut --word {word[:9]!r}": ["shut", "empty", "--word", word]
        for word in ("", " ", "\udce9", "x" * 9999)
    },
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
    monkeypatch.setattr(start, "open_lab", lambda *_: None)
    monkeypatch.setattr(start, "lesson_folder", lambda: lesson)
    monkeypatch.setattr(exporting, "lesson_folder", lambda: lesson)
    (tmp_path / "empty").mkdir()
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
        assert said.err.strip(), "it must say why"
