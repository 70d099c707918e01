"""Where am I? What was done, tried and predicted, kept between kernels in one small file of the user's own.

The folder is SOFTMAX_LESSON_HOME if that is set, else where the system keeps a program's data. Nothing here
ever makes a check fail or changes what it says: when the file cannot be written, `progress()` says so, and
what was done in this kernel is still known.
"""

import contextlib
import json
import os
import sys
import time
from pathlib import Path

from softmax_lesson.data import files

FILE = "progress.json"
STATES = ("tried", "done")
PATIENCE = 1.0  # seconds; whoever holds the lock for longer is dead

_here = {}  # the exercises that this kernel has seen, also when no file can be written
_predicted = {}  # its predictions: {"05_derivatives.nudge": {"choice": "It falls by .002", "seen": True}}
_trouble = []  # why the file could not be written, the latest reason


def folder() -> Path:
    """Return the folder of the progress file; it need not exist yet."""
    if own := os.environ.get("SOFTMAX_LESSON_HOME"):
        return Path(own).expanduser()
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or _home() / "AppData" / "Local"
    elif sys.platform == "darwin":
        base = _home() / "Library" / "Application Support"
    else:
        base = os.environ.get("XDG_DATA_HOME") or _home() / ".local" / "share"
    return Path(base) / "softmax-lesson"


def _home() -> Path:
    """Return the user's own folder. Raises RuntimeError where there is none: an empty HOME means the root."""
    if os.environ.get("HOME") == "":
        raise RuntimeError("HOME is empty")
    return Path.home()


def _file() -> Path:
    """Return where the progress file really is: a student may have put a link in its place."""
    return Path(os.path.realpath(folder() / FILE))


def record(step: str, name: str, status: str) -> None:
    """Keep that an exercise was tried, or done; done stays done. Never raises."""
    state = {"correct": "done", "wrong": "tried", "error": "tried"}.get(status)
    key = f"{step}.{name}"
    if state is None or (_here.get(key) in (state, "done") and not _trouble):
        return
    _here.update(_merged(_here, {key: state}))
    _keep()


def record_prediction(key: str, choice: str, seen: bool) -> None:
    """Keep what was predicted, in the words of the option, and whether the answer was seen. Never raises.

    A prediction can be changed until the answer was seen; what was predicted by then stays.
    """
    new = _latest(_predicted, {key: {"choice": choice, "seen": seen}})
    if new == _predicted and not _trouble:
        return
    _predicted.update(new)
    _keep()


def states() -> dict:
    """Return {"04_loss.mean_loss": "done" or "tried"} of every exercise that was tried."""
    return _all()[0]


def predictions() -> dict:
    """Return {"05_derivatives.nudge": {"choice": "It falls by .002", "seen": True}} of all that were made."""
    return _all()[1]


def _all() -> tuple[dict, dict]:
    """Return the exercises and the predictions, of the file and of this kernel."""
    exercises, predicted = {}, {}
    with _troubles_noted():
        exercises, predicted = _read()
    return _merged(exercises, _here), _latest(predicted, _predicted)


def _keep() -> None:
    """Write what this kernel has seen to what the file has."""
    with _troubles_noted():
        folder().mkdir(parents=True, exist_ok=True)
        with alone():
            exercises, predicted = kept = _read()
            new = _merged(exercises, _here), _latest(predicted, _predicted)
            if new != kept:
                _write(*new)
        _trouble.clear()


def notices() -> list[str]:
    """Return what the user should know about the file: set aside, or not written."""
    found = []
    with contextlib.suppress(OSError, RuntimeError):
        found = sorted(_file().parent.glob("progress.damaged*.json"))
    said = [
        f"The progress file was damaged. It is set aside as {path.name} in {path.parent}; what it said is "
        "lost for this list, and checking an exercise again brings it back."
        for path in found
    ]
    said += [
        f"Progress cannot be kept {reason}; it is remembered until this kernel ends. The "
        "variable SOFTMAX_LESSON_HOME can name another folder."
        for reason in _trouble
    ]
    return said


@contextlib.contextmanager
def _troubles_noted():
    try:
        yield
    except OSError as trouble:
        _trouble[:] = [f"in {folder()} ({trouble.strerror or trouble})"]
    except RuntimeError:
        _trouble[:] = ["(you have no home folder)"]


@contextlib.contextmanager
def alone():
    """Keep other kernels from writing between our reading and our writing: what they add would be lost."""
    lock, start = folder() / "progress.lock", time.monotonic()
    while True:
        try:
            lock.mkdir()
            break
        except FileExistsError:
            if time.monotonic() - start > PATIENCE or _age(lock) > PATIENCE:
                break
            time.sleep(0.01)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            lock.rmdir()


def _age(path: Path) -> float:
    """Return for how many seconds a file or folder has been there; 0 when it is gone."""
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _merged(kept: dict, new: dict) -> dict:
    merged = dict(kept)
    for key, state in new.items():
        merged[key] = max(state, merged.get(key, state), key=STATES.index)
    return merged


def _latest(kept: dict, new: dict) -> dict:
    """Return the predictions of both; the new ones win where the answer to the old one was not seen yet."""
    return {**kept, **{key: made for key, made in new.items() if not kept.get(key, {}).get("seen")}}


def _is_prediction(made) -> bool:
    return (
        set(made) == {"choice", "seen"} and isinstance(made["choice"], str) and made["seen"] in (True, False)
    )


def _read() -> tuple[dict, dict]:
    """Return the exercises and the predictions of the file; a damaged one is renamed: nothing is lost."""
    path = _file()
    if path.exists() and not path.is_file():
        raise OSError(f"{FILE} there is no ordinary file")
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        # Files of the lesson's first edition have no predictions.
        exercises, predicted = kept["exercises"], kept.get("predictions", {})
        fit = all(state in STATES for state in exercises.values())
        if fit and all(map(_is_prediction, predicted.values())):
            return exercises, predicted
    except FileNotFoundError:
        return {}, {}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        pass
    aside, count = path.with_name("progress.damaged.json"), 1
    while aside.exists():
        count += 1
        aside = path.with_name(f"progress.damaged-{count}.json")
    with contextlib.suppress(FileNotFoundError):  # another kernel has set it aside
        path.replace(aside)
    return {}, {}


def _write(exercises: dict, predicted: dict) -> None:
    """Write the file, each part in alphabetical order."""
    place, parts = _file(), {"exercises": exercises, "predictions": predicted}
    kept = {name: dict(sorted(part.items())) for name, part in parts.items() if part}
    files.tidy(place.parent)
    files.write(place, json.dumps({"format": 1, "exercises": {}, **kept}, indent=1, ensure_ascii=False))
