"""A small file is there as a whole or not at all, whatever happens while it is written."""

import os
import stat
import subprocess
import sys

import pytest

from softmax_lesson.data import files
from softmax_lesson.data.files import ABANDONED, UNFINISHED, tidy, write


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_the_new_text_takes_the_place_of_the_old_one(tmp_path):
    place = tmp_path / "kept"
    for text in ("old", "ne\nw ¼\n"):
        write(place, text)
        assert place.read_bytes().decode("utf-8") == text
    assert names(tmp_path) == ["kept"]


@pytest.mark.filterwarnings("ignore:Exception ignored in")  # Python closes what `with` had no time to close
@pytest.mark.parametrize("lasting", [False, True])
def test_interrupted_before_each_line_it_is_the_old_one_or_the_new_one(tmp_path, lasting):
    place, ended, line = tmp_path / "kept", [], 0
    while not ended or ended[-1] is not None:
        write(place, "old")
        line += 1
        ended.append(interrupted_before(line, lambda: write(place, "new", lasting=lasting)))
        assert names(tmp_path) == ["kept"], f"before {ended[-1]}"
        assert place.read_text() in ("old", "new")
    assert len(ended) > 4 and place.read_text() == "new"


def interrupted_before(number, work):
    """Let Ctrl-C come before the line of that number; return which it was, None where there are fewer."""
    met = []

    def line(frame, event, _):
        if event == "line" and frame.f_code is write.__code__:
            met.append(frame.f_lineno)
            if len(met) == number:
                raise KeyboardInterrupt
        return line

    before = sys.gettrace()
    sys.settrace(lambda frame, event, _: line if frame.f_code is write.__code__ else None)
    try:
        work()
    except KeyboardInterrupt:
        return met[-1]
    finally:
        sys.settrace(before)
    return None


@pytest.mark.parametrize("fails", ["replace", "fsync"])
def test_what_fails_leaves_the_old_one_alone(tmp_path, monkeypatch, fails):
    write(tmp_path / "kept", "old")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, fails, full)
    with pytest.raises(OSError, match="No space left"):
        write(tmp_path / "kept", "new", lasting=True)
    assert names(tmp_path) == ["kept"] and (tmp_path / "kept").read_text() == "old"


def test_only_what_is_to_last_is_forced_to_the_disk_and_before_it_is_seen(tmp_path, monkeypatch):
    done, fsync, replace = [], os.fsync, os.replace
    monkeypatch.setattr(os, "fsync", lambda handle: (done.append("fsync"), fsync(handle)))
    monkeypatch.setattr(os, "replace", lambda *places: (done.append("replace"), replace(*places)))
    write(tmp_path / "kept", "text")
    write(tmp_path / "kept", "text", lasting=True)
    assert done == ["replace", "fsync", "replace"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such rights")
def test_it_is_ours_alone_or_as_usual(tmp_path):
    before = os.umask(0o022)
    try:
        write(tmp_path / "ours", "")
        write(tmp_path / "usual", "", mode=files.AS_USUAL)
    finally:
        os.umask(before)
    assert [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("ours", "usual")] == [0o600, 0o644]


def test_what_is_abandoned_goes_and_what_may_be_somebodys_stays(tmp_path):
    old, new, other = (tmp_path / name for name in (f".1{UNFINISHED}", f".2{UNFINISHED}", ".3.tmp"))
    for path in (old, new, other):
        path.write_text("half")
    for path in (old, other):
        os.utime(path, (path.stat().st_mtime - 2 * ABANDONED,) * 2)
    tidy(tmp_path)
    assert names(tmp_path) == sorted([new.name, other.name])
    tidy(tmp_path / "nowhere")


def test_neither_it_nor_a_students_copy_needs_more_than_python_has():
    code = "import sys; import softmax_lesson.jupyter.students_copy; print('numpy' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "False\n"
