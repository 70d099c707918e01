"""A teacher keeps the solutions shut until a date or a word; a plain sentence says so, all else goes on."""

import os
import subprocess
import sys
from datetime import datetime, timedelta

import pytest

from softmax_lesson import exercises
from softmax_lesson.exercises.engine import shut
from softmax_lesson.exercises.engine.language import speaking
from softmax_lesson.exercises.probabilities import softmax
from softmax_lesson.jupyter import shutting

LONG_AGO, FAR_OFF = "2020-01-01", "2999-12-31 18:30"
WORD = f"word {shut.scrambled('Heron')}"


@pytest.fixture(autouse=True)
def beside(tmp_path, monkeypatch):
    """The folder of the notebook; no word was said in this kernel."""
    monkeypatch.setenv("SOFTMAX_LESSON_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(shut, "_folder", tmp_path)
    monkeypatch.setattr(shut, "_words", set())
    return tmp_path


def is_shut():
    said = softmax.solution()
    assert hasattr(said, "code") is not said.text.startswith("No solution yet: softmax.\n")
    return not hasattr(said, "code")


def test_without_a_switch_they_are_open():
    assert not is_shut()
    assert "np.exp" in softmax.solution().code
    assert softmax.hint().text and softmax.reference and softmax.solution_source


@pytest.mark.parametrize("where", ["variable", "file"])
@pytest.mark.parametrize(
    ("text", "closed"),
    [
        (LONG_AGO, False),
        (FAR_OFF, True),
        ("2999-12-31T18:30+02:00", True),
        (WORD, True),
        (f"{FAR_OFF}\n{WORD}", True),
        (f"{FAR_OFF}  # a remark\n\n{LONG_AGO}", False),
        ("# nothing but a remark\n", False),
        ("tomorrow", True),
        ("31.12.2020", True),
        ("word", True),
    ],
)
def test_a_switch_is_read(where, text, closed, beside, monkeypatch):
    if where == "variable":
        monkeypatch.setenv(shut.VARIABLE, text)
    else:
        (beside / shut.FILE).write_text(text)
    assert is_shut() is closed


def test_it_opens_at_its_hour():
    for hours, closed in ((-1, True), (0, False), (1, False)):
        now = shut.a_date("2026-12-01 18:00") + timedelta(hours=hours)
        lines = ["2026-12-01 18:00"]
        assert bool(shut._why("solutions.txt", lines, now)) is closed
    assert shut.a_date("2026-12-01") == datetime(2026, 12, 1).astimezone()


def test_it_says_so_in_the_language_that_is_spoken(beside):
    (beside / shut.FILE).write_text(FAR_OFF)
    with speaking("de"):
        with pytest.raises(shut.Shut) as stop:
            _ = softmax.reference
        said = softmax.solution().text
    why = "Deine Lehrkraft hält die Lösungen bis 2999-12-31 18:30 verschlossen."
    assert said == f"Noch keine Lösung: softmax.\n{why}"
    assert str(stop.value) == f"Noch keine Referenz: softmax. {why}"


def test_what_is_shut_and_what_it_says(beside):
    (beside / shut.FILE).write_text(FAR_OFF)
    why = "Your teacher keeps the solutions shut until 31 December 2999, 18:30."
    assert softmax.solution().text == f"No solution yet: softmax.\n{why}"
    for name in ("reference", "solution_source"):
        with pytest.raises(shut.Shut, match="until 31 December 2999") as stop:
            getattr(softmax, name)
        assert stop.value._render_traceback_() == [str(stop.value)]
    hints = [softmax.hint().text for _ in softmax.hints]
    assert hints[-1].endswith("That was the last one.")
    (beside / shut.FILE).unlink()
    assert softmax.hint().text.endswith("solution() shows the code.")


def test_the_lesson_goes_on_while_they_are_shut(beside, capsys):
    (beside / shut.FILE).write_text(FAR_OFF)
    assert softmax.check(lambda f: f).status == "wrong"
    own = softmax.use(...)
    assert own([0.0, 0.0]).tolist() == [0.5, 0.5]
    assert softmax.check(own).status == "not attempted"
    assert exercises.catch_up("04_loss").softmax is own


def test_a_word_opens_all_until_the_kernel_ends(beside):
    (beside / shut.FILE).write_text(f"{FAR_OFF}\n{WORD}")
    assert '2999, 18:30, or until your teacher\'s word is given: `solution("the word")`' in str(
        softmax.solution()
    )
    assert "No solution yet" in softmax.solution("stork").text
    assert softmax.solution(" heron ").code
    assert not is_shut() and exercises.catalogue()[0].reference
    with pytest.raises(TypeError, match=r"^word: expected a text, got 3"):
        softmax.solution(3)


def test_both_switches_have_to_open(beside, monkeypatch):
    (beside / shut.FILE).write_text(LONG_AGO)
    monkeypatch.setenv(shut.VARIABLE, FAR_OFF)
    assert is_shut()
    monkeypatch.setenv(shut.VARIABLE, LONG_AGO)
    assert not is_shut()


def test_what_cannot_be_read_is_shut_and_told(beside):
    (beside / shut.FILE).write_bytes(b"\xff\xfe\x00")
    assert "solutions.txt does not say until when" in softmax.solution().text
    (beside / shut.FILE).write_text("next week")
    assert "got 'next week'. Tell your teacher." in softmax.solution().text


def test_a_date_is_written_as_in_a_letter(beside):
    (beside / shut.FILE).write_text("2999-12-01 08:05")
    assert "until 1 December 2999, 08:05." in softmax.solution().text


@pytest.mark.skipif(os.name == "nt", reason="Windows removes no folder that somebody is in")
def test_a_kernel_whose_folder_was_removed_has_the_solutions_too(tmp_path):
    code = (
        "import os, sys; os.rmdir(os.getcwd()); "
        "from softmax_lesson.exercises.probabilities import softmax; print(softmax.solution())"
    )
    (tmp_path / "removed").mkdir()
    command = [sys.executable, "-c", code]
    ran = subprocess.run(command, cwd=tmp_path / "removed", capture_output=True, text=True, check=False)
    assert ran.stdout.startswith("A solution: softmax."), ran.stderr


def test_the_command_writes_what_the_lesson_reads(beside, capsys, monkeypatch):
    assert shutting.write([str(beside)], FAR_OFF, "Heron") == 0
    said = capsys.readouterr().out
    assert f"shut for the notebooks in {beside}" in said
    assert "Heron" not in (beside / shut.FILE).read_text() + said
    assert "2999, 18:30, or until" in softmax.solution().text
    (beside / shut.FILE).unlink()
    quoted = said.split("\n    ")[1].strip().partition("=")[2]
    monkeypatch.setenv(shut.VARIABLE, quoted.removeprefix("$'").removesuffix("'").replace("\\n", "\n"))
    assert "2999, 18:30, or until" in softmax.solution().text
    assert softmax.solution("heron").code


@pytest.mark.parametrize(
    ("until", "word", "said"),
    [
        (None, None, "expected --until DATE, --word WORD or both"),
        ("soon", None, "--until: expected a date such as 2026-12-01"),
        (None, "  ", "--word: expected a word"),
    ],
)
def test_the_command_refuses(until, word, said, beside, capsys):
    assert shutting.write([str(beside)], until, word) == 2
    assert said in capsys.readouterr().err
    assert not (beside / shut.FILE).exists()
    assert shutting.write([str(beside / "nowhere")], FAR_OFF, None) == 2
    assert "FOLDER: expected a folder that can be written" in capsys.readouterr().err


LEAVING = (
    "import os; from softmax_lesson.exercises.probabilities import softmax; "
    "os.chdir('..'); print(softmax.solution())"
)


def test_the_file_counts_where_the_kernel_started(tmp_path):
    (tmp_path / "course").mkdir()
    (tmp_path / "course" / shut.FILE).write_text(FAR_OFF)
    command = [sys.executable, "-c", LEAVING]
    ran = subprocess.run(command, cwd=tmp_path / "course", capture_output=True, text=True, check=True)
    assert ran.stdout.startswith("No solution yet: softmax.")


@pytest.mark.long
def test_the_file_that_the_command_writes_counts_where_the_kernel_started(tmp_path):
    (tmp_path / "course").mkdir()
    main = [sys.executable, "-m", "softmax_lesson", "shut", "course", "--until", FAR_OFF]
    subprocess.run(main, cwd=tmp_path, check=True, capture_output=True)
    command = [sys.executable, "-c", LEAVING]
    ran = [
        subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
        for folder in (tmp_path / "course", tmp_path)
    ]
    assert ran[0].stdout.startswith("No solution yet: softmax.")
    assert ran[1].stdout.startswith("A solution: softmax.")
