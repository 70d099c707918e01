"""What was done is kept between kernels, never in the repository, and never at the cost of a check."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from retyped import retyped
from shares import some_and_more

from softmax_lesson import exercises
from softmax_lesson.data import files
from softmax_lesson.exercises.engine import progress_file
from softmax_lesson.exercises.engine.questions import questions, steps_with_questions
from softmax_lesson.exercises.engine.summary import Step
from softmax_lesson.exercises.start_here import winner


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """A folder of its own, and a kernel that has seen nothing yet."""
    folder = tmp_path / "home"
    monkeypatch.setenv("SOFTMAX_LESSON_HOME", str(folder))
    new_kernel(monkeypatch)
    return folder


def new_kernel(monkeypatch):
    monkeypatch.setattr(progress_file, "_here", {})
    monkeypatch.setattr(progress_file, "_predicted", {})
    monkeypatch.setattr(progress_file, "_trouble", [])


def wrong(f):
    return 1


def unfinished(f): ...


def test_open_tried_done_and_done_stays_done(home):
    key = "00_start_here.winner"
    assert exercises.progress().states[key] == "open"
    winner.check(unfinished)
    assert exercises.progress().states[key] == "open"
    assert not home.exists(), "nothing to keep yet, so nothing is written"
    winner.check(wrong)
    assert exercises.progress().states[key] == "tried"
    winner.check(retyped(winner))
    winner.check(wrong)
    assert exercises.progress().states[key] == "done"


def test_another_kernel_knows(home, monkeypatch):
    winner.check(retyped(winner))
    assert json.loads((home / "progress.json").read_text())["exercises"] == {"00_start_here.winner": "done"}
    new_kernel(monkeypatch)
    assert exercises.progress().states["00_start_here.winner"] == "done"


@pytest.mark.long
def test_another_process_knows():
    winner.check(retyped(winner))
    code = "from softmax_lesson import exercises as e; print(e.progress().states['00_start_here.winner'])"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said == "done\n"


def test_what_two_kernels_did_is_put_together(home, monkeypatch):
    progress_file.record("01_scores", "bias_column", "correct")
    new_kernel(monkeypatch)
    progress_file.record("01_scores", "bias_column", "wrong")
    progress_file.record("04_loss", "one_loss", "wrong")
    assert progress_file.states() == {"01_scores.bias_column": "done", "04_loss.one_loss": "tried"}


@some_and_more("names", "ab", "abc")
def test_kernels_that_write_at_once_lose_nothing(home, names):
    code = (
        "from softmax_lesson.exercises.engine.progress_file import record, _trouble\n"
        "input()\n"
        "for i in range(30): record('04_loss', f'{i}_of_KERNEL', 'correct')\n"
        "print(_trouble)"
    )
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    kernels = [subprocess.Popen([sys.executable, "-c", code.replace("KERNEL", k)], **pipes) for k in names]
    for kernel in kernels:
        kernel.stdin.write("go\n")
        kernel.stdin.flush()
    assert [kernel.communicate()[0] for kernel in kernels] == ["[]\n"] * len(names)
    assert len(progress_file.states()) == 30 * len(names)
    assert [path.name for path in home.iterdir()] == ["progress.json"]


def test_a_lock_that_a_dead_kernel_left_behind_is_taken_away(home, monkeypatch):
    monkeypatch.setattr(progress_file, "PATIENCE", 0)
    (home / "progress.lock").mkdir(parents=True)
    winner.check(wrong)
    assert [path.name for path in home.iterdir()] == ["progress.json"]


def test_an_old_lock_costs_no_wait(home, monkeypatch):
    (home / "progress.lock").mkdir(parents=True)
    old = time.time() - 2 * progress_file.PATIENCE
    os.utime(home / "progress.lock", (old, old))
    monkeypatch.setattr(progress_file.time, "sleep", lambda seconds: pytest.fail("it waited"))
    winner.check(wrong)
    assert [path.name for path in home.iterdir()] == ["progress.json"]


def test_what_a_killed_kernel_was_writing_is_removed_an_hour_later(home):
    home.mkdir(parents=True)
    old, new = (home / f".{name}{files.UNFINISHED}" for name in ("old", "new"))
    for path in (old, new):
        path.write_text("half")
    long_ago = time.time() - 2 * files.ABANDONED
    os.utime(old, (long_ago, long_ago))
    winner.check(wrong)
    assert sorted(path.name for path in home.iterdir()) == [new.name, "progress.json"]


@pytest.mark.skipif(os.name == "nt", reason="Windows: links and pipes need rights")
def test_a_link_in_the_file_s_place_stays_a_link(home, tmp_path):
    home.mkdir(parents=True)
    elsewhere = tmp_path / "synchronised" / "mine.json"
    elsewhere.parent.mkdir()
    (home / "progress.json").symlink_to(elsewhere)
    winner.check(wrong)
    assert (home / "progress.json").is_symlink()
    assert "winner" in elsewhere.read_text(encoding="utf-8")
    elsewhere.write_text("damaged", encoding="utf-8")
    assert "set aside" in exercises.progress().text


@pytest.mark.skipif(os.name == "nt", reason="Windows: links and pipes need rights")
def test_a_pipe_in_the_file_s_place_is_not_waited_for(home):
    home.mkdir(parents=True)
    os.mkfifo(home / "progress.json")
    winner.check(wrong)
    assert "no ordinary file" in exercises.progress().text
    assert (home / "progress.json").is_fifo()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no HOME")
def test_an_empty_home_is_no_home(monkeypatch):
    for name in ("SOFTMAX_LESSON_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", "")
    winner.check(wrong)
    assert "you have no home folder" in exercises.progress().text


def test_what_could_not_be_written_is_written_as_soon_as_it_can(home, monkeypatch):
    home.write_text("in the way")
    winner.check(retyped(winner))
    assert "cannot be kept" in exercises.progress().text
    home.unlink()
    winner.check(wrong)
    assert "cannot be kept" not in exercises.progress().text
    new_kernel(monkeypatch)
    assert exercises.progress().states["00_start_here.winner"] == "done"


def test_without_any_home_folder_this_kernel_still_knows(monkeypatch):
    def homeless(*_):
        raise RuntimeError("Could not determine home directory.")

    for name in ("SOFTMAX_LESSON_HOME", "XDG_DATA_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", homeless)
    assert winner.check(retyped(winner)).status == "correct"
    listed = exercises.progress()
    assert listed.states["00_start_here.winner"] == "done"
    assert "cannot be kept (you have no home folder)" in listed.text


def test_a_tilde_is_the_home_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv("SOFTMAX_LESSON_HOME", "~/lesson")
    assert progress_file.folder() == tmp_path / "lesson"


def test_the_list_has_every_exercise_in_words(home):
    winner.check(retyped(winner))
    exercises.catalogue()[1].check(wrong)
    listed = exercises.progress()
    catalogue = exercises.catalogue()
    assert listed.text.startswith(f"Exercises: 1 done, 1 tried, {len(catalogue) - 2} open.")
    assert repr(listed) == listed.text
    assert all(exercise.name in listed.text and exercise.step in listed.text for exercise in catalogue)
    assert "done  winner" in listed.text and "open" in listed._repr_html_()


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"{",
        b"[1, 2]",
        b'{"exercises": [1]}',
        b'{"exercises": {"a": "perhaps"}}',
        b"\xff\xfe\x00",
        b"null",
    ],
)
def test_a_damaged_file_is_set_aside_and_said(home, damaged, monkeypatch):
    home.mkdir()
    (home / "progress.json").write_bytes(damaged)
    before = winner.check(wrong).text
    assert (home / "progress.damaged.json").read_bytes() == damaged
    listed = exercises.progress()
    assert listed.states["00_start_here.winner"] == "tried"
    assert "progress.damaged.json" in listed.text and "damaged" in listed._repr_html_()
    new_kernel(monkeypatch)
    assert winner.check(wrong).text == before
    (home / "progress.json").write_bytes(damaged)
    assert "progress.damaged-2.json" in exercises.progress().text
    assert len(list(home.iterdir())) == 2


def test_a_folder_that_cannot_be_written_never_fails_a_check(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("SOFTMAX_LESSON_HOME", str(tmp_path / "file" / "below"))
    assert winner.check(retyped(winner)).status == "correct"
    listed = exercises.progress()
    assert listed.states["00_start_here.winner"] == "done", "this kernel still knows"
    assert listed.text.count("cannot be kept") == 1
    assert "SOFTMAX_LESSON_HOME" in listed.text


def test_an_interrupted_write_leaves_the_old_file(home, monkeypatch):
    winner.check(retyped(winner))
    kept = (home / "progress.json").read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    progress_file.record("04_loss", "one_loss", "wrong")
    assert [path.name for path in home.iterdir()] == ["progress.json"]
    assert (home / "progress.json").read_bytes() == kept
    assert "No space left" in exercises.progress().text


def test_what_a_check_says_does_not_depend_on_what_was_done(home):
    first = winner.check(wrong).text
    winner.check(retyped(winner))
    assert winner.check(wrong).text == first


@pytest.mark.parametrize("system", ["linux", "darwin", "win32"])
def test_without_the_variable_the_folder_is_the_systems_own(system, monkeypatch, tmp_path):
    monkeypatch.delenv("SOFTMAX_LESSON_HOME")
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    expected = {"linux": "share", "darwin": "Library/Application Support", "win32": "local"}[system]
    assert progress_file.folder() == tmp_path / expected / "softmax-lesson"


def test_catch_up_hands_over_what_came_before():
    earlier = exercises.catch_up("04_loss")
    names = {exercise.name for exercise in exercises.catalogue() if exercise.step < "04_loss"}
    assert set(earlier.functions) == names
    assert earlier.scores_by_hand([[1.0, 2.0]], [[3.0, 4.0]]) == 11
    assert all(name in repr(earlier) for name in names)
    with pytest.raises(AttributeError, match="one_loss: expected the name of an earlier exercise"):
        earlier.one_loss  # noqa: B018
    assert exercises.catch_up("00_start_here").functions == {}
    assert repr(exercises.catch_up("00_start_here")) == "Joining at 00_start_here: it is the first."
    assert repr(exercises.catch_up("01_scores")).startswith("Joining at 01_scores: one exercise comes before")
    with pytest.raises(ValueError, match=r"step: expected one of 00_start_here, .* got '05'"):
        exercises.catch_up("05")


NUDGE = "05_derivatives.nudge"


def test_a_prediction_is_kept_and_can_be_changed_until_its_answer_was_seen(home, monkeypatch):
    progress_file.record_prediction(NUDGE, "It falls by .001", seen=False)
    progress_file.record_prediction(NUDGE, "It rises by .002", seen=False)
    winner.check(retyped(winner))
    new_kernel(monkeypatch)
    assert progress_file.predictions() == {NUDGE: {"choice": "It rises by .002", "seen": False}}
    progress_file.record_prediction(NUDGE, "It rises by .002", seen=True)
    progress_file.record_prediction(NUDGE, "It falls by .002", seen=False)
    assert progress_file.predictions() == {NUDGE: {"choice": "It rises by .002", "seen": True}}
    new_kernel(monkeypatch)
    progress_file.record_prediction(NUDGE, "It falls by .002", seen=True)
    assert progress_file.predictions() == {NUDGE: {"choice": "It rises by .002", "seen": True}}
    assert progress_file.states() == {"00_start_here.winner": "done"}


def test_a_file_of_the_first_edition_is_read_and_keeps_what_it_has(home):
    home.mkdir()
    first = {"format": 1, "exercises": {"00_start_here.winner": "done"}}
    (home / "progress.json").write_text(json.dumps(first))
    progress_file.record_prediction(NUDGE, "It falls by .001", seen=False)
    assert progress_file.states() == first["exercises"]
    kept = json.loads((home / "progress.json").read_text("utf-8"))
    assert kept == first | {"predictions": {NUDGE: {"choice": "It falls by .001", "seen": False}}}


@pytest.mark.parametrize(
    "predictions", ["[]", "3", '{"a": 1}', '{"a": {"choice": 1, "seen": true}}', '{"a": {"choice": "b"}}']
)
def test_damaged_predictions_are_set_aside_with_the_file(home, predictions):
    home.mkdir()
    damaged = f'{{"exercises": {{}}, "predictions": {predictions}}}'
    (home / "progress.json").write_text(damaged)
    assert progress_file.predictions() == {}
    assert (home / "progress.damaged.json").read_text() == damaged


def test_a_folder_that_cannot_be_written_never_fails_a_prediction(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("SOFTMAX_LESSON_HOME", str(tmp_path / "file" / "below"))
    progress_file.record_prediction(NUDGE, "It falls by .001", seen=True)
    assert progress_file.predictions()[NUDGE]["choice"] == "It falls by .001"
    assert "cannot be kept" in exercises.progress().text


def test_the_list_has_the_predictions_by_step():
    asked = questions("05_derivatives")
    count = sum(len(questions(step)) for step in steps_with_questions())
    assert f"Predictions: 0 of {count} made." in exercises.progress().text
    progress_file.record_prediction(NUDGE, "It falls by .001", seen=False)
    listed = exercises.progress()
    assert listed.predictions == {NUDGE: "It falls by .001"}
    assert f"Predictions: 1 of {count} made." in listed.text
    (line,) = [line for line in listed.text.splitlines() if line.startswith("05_derivatives")]
    assert line.endswith(f"0 of 4 exercises, 1 of {len(asked)} predictions")
    assert (
        f"value='1' aria-label='05_derivatives: 0 of 4 exercises, 1 of {len(asked)}" in listed._repr_html_()
    )
    assert {step.name for step in listed.steps} >= {*exercises.STEPS, *steps_with_questions()}


@pytest.mark.parametrize("done, made, bar", [(0, 0, "░" * 10), (1, 0, "█" * 3 + "░" * 7), (1, 2, "█" * 10)])
def test_a_bar_is_full_when_all_is_done_and_not_before(done, made, bar):
    two = tuple(questions("05_derivatives").values())[:2]
    seen = {one.name: {"choice": one.answer.text, "seen": True} for one in two[:made]}
    step = Step("05_derivatives", {"other_row": "done" if done else "tried"}, two, seen)
    assert step.bar == bar


def test_the_page_has_the_name_only_if_it_is_typed_and_the_answer_only_if_it_was_seen(tmp_path):
    progress_file.record_prediction(NUDGE, "It falls by .001", seen=False)
    file = tmp_path / "mine.html"
    assert str(file) in exercises.progress().page(file=file).text
    open_still = file.read_text("utf-8")
    assert "It falls by .001" in open_still and "still to be seen" in open_still
    assert "It falls by .002" not in open_still
    progress_file.record_prediction(NUDGE, "It falls by .001", seen=True)
    exercises.progress().page("Ada <Lovelace>", file)
    page = file.read_text("utf-8")
    assert "Ada &lt;Lovelace&gt;" in page
    assert "The answer: <strong>It falls by .002</strong>" in page
    assert page.replace("<p>Ada &lt;Lovelace&gt;</p>", "") == exercises.progress().document()
    assert "http" not in page


def test_the_page_takes_nobodys_place(tmp_path):
    file = tmp_path / "mine.html"
    file.write_text("my own page")
    with pytest.raises(FileExistsError, match=r"file: .*mine.html is not one of these summaries"):
        exercises.progress().page(file=file)
    assert file.read_text() == "my own page"
    with pytest.raises(FileExistsError, match=r"file: .* is not one of these summaries"):
        exercises.progress().page(file=tmp_path)


@pytest.mark.parametrize(
    ("given", "error", "sentence"),
    [
        ({"name": 3}, TypeError, "name: expected a text, got int"),
        ({"name": "half a letter \ud83d"}, ValueError, "name: expected letters, got half of one"),
        ({"file": 3}, TypeError, "file: expected the name of a file or folder, got int"),
        ({"file": "nul\0"}, ValueError, "file: expected the name of a file or folder, got"),
    ],
)
def test_the_page_says_what_does_not_fit(given, error, sentence, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(error, match=sentence):
        exercises.progress().page(**given)
    assert list(tmp_path.iterdir()) == []
