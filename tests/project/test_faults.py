"""Faults from outside, at many moments: Ctrl-C, threads, a full disk. Nothing is lost or left half done."""

import json
import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

import softmax_lesson
from softmax_lesson import many_examples
from softmax_lesson.exercises.engine import progress_file
from softmax_lesson.exercises.start_here import winner
from softmax_lesson.many_examples import loss_and_gradient
from softmax_lesson.training import train

PACKAGE = str(Path(softmax_lesson.__file__).parent)
# At how many moments Ctrl-C comes: other ones in `make test-long`, among many more.
MOMENTS = pytest.mark.parametrize("many", [40, pytest.param(150, marks=pytest.mark.long)])


@pytest.fixture(autouse=True)
def a_student(tmp_path, monkeypatch):
    """A folder of one's own for the progress; interrupts are heard, also in a shell's background."""
    monkeypatch.setenv("SOFTMAX_LESSON_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(progress_file, "PATIENCE", 0.02)
    new_kernel()
    usual = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield tmp_path / "home"
    signal.signal(signal.SIGINT, usual)
    new_kernel()


def new_kernel():
    """Forget what this kernel knows: only the file is left."""
    for known in (progress_file._here, progress_file._predicted, progress_file._trouble):
        known.clear()


def interrupted(work, moment=None):
    """Return (the result, or None where Ctrl-C ended it; how many lines of the package ran).

    Ctrl-C comes before the line of that number.
    """
    lines = 0

    def line(frame, event, _):
        nonlocal lines
        if event == "line":
            lines += 1
            if lines == moment:
                signal.raise_signal(signal.SIGINT)
        return line

    def call(frame, event, _):
        return line if frame.f_code.co_filename.startswith(PACKAGE) else None

    before, result = sys.gettrace(), None
    sys.settrace(call)
    try:
        result = work()
    except KeyboardInterrupt:
        pass
    finally:
        sys.settrace(before)
    return result, lines


def moments(work, many):
    """Return the moments at which Ctrl-C comes, evenly over all lines that run."""
    work()  # what the first call alone does is done
    _, lines = interrupted(work)
    return sorted({1 + place * lines // many for place in range(many)})


# ---- Ctrl-C -------------------------------------------------------------------------------------------


def test_ctrl_c_while_progress_is_written_loses_nothing(a_student):
    def second():
        progress_file.record("04_loss", "one_loss", "correct")

    def first():
        new_kernel()
        (a_student / "progress.json").unlink(missing_ok=True)
        progress_file.record("01_scores", "bias_column", "correct")
        new_kernel()

    first()
    _, lines = interrupted(second)
    assert lines > 40
    for moment in range(1, lines + 1):
        first()
        interrupted(second, moment)
        kept = json.loads((a_student / "progress.json").read_text(encoding="utf-8"))["exercises"]
        assert kept["01_scores.bias_column"] == "done", moment
        new_kernel()
        second()  # the next one is kept, and waits for nobody for long
        assert progress_file.states() == {"01_scores.bias_column": "done", "04_loss.one_loss": "done"}
        assert not progress_file._trouble
    assert not list(a_student.glob("progress.damaged*"))


@MOMENTS
def test_ctrl_c_at_many_moments_of_a_check_leaves_the_next_one_right(many):
    def right(f):
        return int(np.argmax(f))

    def check():
        new_kernel()
        return winner.check(right)

    usual, said = signal.getsignal(signal.SIGINT), check().text
    ended = 0
    for moment in moments(check, many):
        result, _ = interrupted(check, moment)
        ended += result is None
        assert result is None or result.text == said, moment
        assert signal.getsignal(signal.SIGINT) is usual
    assert ended > 0.9 * many
    assert check().text == said


X = np.random.default_rng(0).normal(size=(60, 4))
Y = np.arange(60) % 3


@MOMENTS
@pytest.mark.parametrize("batch", [None, 20])
def test_ctrl_c_at_many_moments_of_a_run_keeps_what_was_learnt(batch, many):
    def run():
        return train(X, Y, steps=4, batch=batch, seed=1)

    usual, whole, early = signal.getsignal(signal.SIGINT), run(), 0
    for moment in moments(run, many):
        history, _ = interrupted(run, moment)
        assert signal.getsignal(signal.SIGINT) is usual
        if history is None:
            early += 1
            continue
        done = len(history.loss)
        assert np.isfinite(history.loss).all()
        full = done - 1 if batch else done  # the last pass may be half done
        assert np.array_equal(history.loss[:full], whole.loss[:full])
        rest = train(X, Y, steps=4, batch=batch, seed=1, start=history)
        assert np.array_equal(rest.final, whole.final), moment
    assert early < many / 2  # before the first move there is nothing to keep


# ---- several threads ----------------------------------------------------------------------------------


def test_many_threads_at_once_get_what_each_gets_alone(monkeypatch):
    monkeypatch.setattr(many_examples, "CORES", 3)
    monkeypatch.setattr(many_examples, "BLOCK", 2**10)
    many_examples.threads.cache_clear()
    random = np.random.default_rng(1)
    problems = [
        (random.normal(size=(3, 20)), random.normal(size=(500, 20)), np.arange(500) % 3) for _ in range(8)
    ]
    alone = [loss_and_gradient(*problem) for problem in problems]
    found = [None] * len(problems)

    def work(place):
        found[place] = [loss_and_gradient(*problems[place]) for _ in range(20)]

    threads = [threading.Thread(target=work, args=(place,)) for place in range(len(problems))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    many_examples.threads.cache_clear()
    for (loss, gradient), same in zip(alone, found, strict=True):
        assert all(loss == again and np.array_equal(gradient, slopes) for again, slopes in same)


# ---- a full disk --------------------------------------------------------------------------------------

FULL = """
import resource
import sys
from softmax_lesson import exercises
from softmax_lesson.exercises.start_here import winner
resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))
print(winner.check(lambda f: int(f.argmax())).status)
print(exercises.progress().text)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="this system has no limit for files")
def test_a_full_disk_leaves_the_old_file_and_is_said(a_student):
    progress_file.record("01_scores", "bias_column", "correct")
    kept = (a_student / "progress.json").read_bytes()
    said = subprocess.run([sys.executable, "-c", FULL], capture_output=True, text=True, check=True).stdout
    assert said.startswith("correct\n")
    assert "Progress cannot be kept" in said
    assert "File too large" in said
    assert [path.name for path in a_student.iterdir()] == ["progress.json"]
    assert (a_student / "progress.json").read_bytes() == kept
