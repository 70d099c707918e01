"""`python -m softmax_lesson start`: a student's own copy of the notebooks, made or updated, in JupyterLab."""

import os
import sys
import tempfile
from pathlib import Path

from softmax_lesson.jupyter import plans, students_copy
from softmax_lesson.jupyter.doctor import find_clone, hiding

DEFAULT = "my_notebooks"
FIRST = "00_start_here.ipynb"
# Only what is started here sees these settings: JupyterLab's question about news would lie over a corner.
SETTINGS = Path(__file__).parent / "config"


class CannotStart(Exception):
    """Says in a sentence why there is no copy to open, and what to do."""


def lesson_folder() -> Path:
    """Return the folder of the lesson's own notebooks: the clone's, or the ones that travel in the wheel."""
    clone = find_clone()
    return clone / "notebooks" if clone else Path(__file__).parents[1] / "notebooks"


def default_folder() -> Path:
    """Return where a student's copy goes: beside `notebooks/` in a clone, else into the current folder."""
    return (find_clone() or Path.cwd()) / DEFAULT


def named(folder: str) -> Path:
    """Return the folder of that name. Raises CannotStart when there can be none: a link in a circle, say."""
    try:
        place = Path(folder).expanduser()
        place.exists()
        place.resolve()
    except (OSError, RuntimeError) as trouble:
        why = getattr(trouble, "strerror", None) or trouble
        from softmax_lesson.arguments import shown  # brings NumPy, without which the doctor still speaks

        raise CannotStart(f"FOLDER: expected the name of a folder, got {shown(folder)} ({why}).") from trouble
    return place


def make_copy(folder: Path, lesson: Path) -> list[str]:
    """Bring `folder` up to the notebooks in `lesson`; return what to tell the student, a sentence each.

    Raises CannotStart when the folder cannot hold a copy. A copy that is there and cannot be brought up to
    date is one of the sentences.
    """
    if folder.resolve() == lesson.resolve():
        raise CannotStart(f"{folder} holds the lesson itself. Name another folder for your copy.")
    if folder.exists() and not folder.is_dir():
        raise CannotStart(f"{folder} is a file. Name a folder for your copy of the notebooks.")
    try:
        return students_copy.update(lesson, folder).sentences()
    except OSError as trouble:
        why = f"{trouble.filename or folder}: {trouble.strerror or trouble}"
        if (folder / FIRST).is_file():
            return [f"Your notebooks are as they were; the newest lesson cannot be written ({why})."]
        raise CannotStart(
            f"Your copy of the notebooks cannot be written ({why}). Make room, or name another folder: "
            "python -m softmax_lesson start FOLDER"
        ) from trouble


def add_plan(folder: Path, lesson: Path, minutes: str) -> str:
    """Put the notebook of a plan beside the others, as a student gets it; return its name.

    Raises CannotStart when there is no such plan.
    """
    try:
        plan = plans.find_plan(minutes)
    except plans.NoSuchPlan as reason:
        raise CannotStart(str(reason)) from reason
    with tempfile.TemporaryDirectory() as work:
        path = plans.write_plan(plan, lesson, Path(work))
        for sentence in make_copy(folder, path.parent):
            print(sentence)
    return path.name


def open_lab(folder: Path, words: list[str], first: str = FIRST) -> None:
    """Run JupyterLab in `folder`; `words` are its own options. Returns when it is stopped."""
    try:
        from jupyterlab.labapp import LabApp
    except ModuleNotFoundError as missing:
        raise CannotStart(
            f"Your notebooks are in {folder}, but {missing.name} is missing, which opens them: "
            "python -m softmax_lesson doctor says what to do."
        ) from missing
    others = os.environ.get("JUPYTER_CONFIG_PATH")
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join([str(SETTINGS), *([others] if others else [])])
    LabApp.launch_instance([f"--ServerApp.root_dir={folder.resolve()}", *words, str(folder / first)])


def start(folder: str | None, words: list[str], only_copy: bool = False, plan: str | None = None) -> int:
    """Make or update the copy in `folder`, say what was done, and open it; return the exit status.

    With a `plan`, the minutes of a session, its notebook is there too, and is opened.
    """
    try:
        place = named(folder) if folder else default_folder()
        for sentence in make_copy(place, lesson_folder()):
            print(sentence)
        first = add_plan(place, lesson_folder(), plan) if plan else FIRST
        print(f"Your notebooks are in {place.resolve()}.", flush=True)
        # Of some of these names no kernel starts, and nothing in a notebook can say why.
        if found := hiding(place, sys.stdlib_module_names):
            print(f"Give another name to {', '.join(found)} there: Python has a module of that name itself.")
        if not only_copy:
            open_lab(place, words, first)
    except CannotStart as reason:
        print(reason, file=sys.stderr)
        return 1
    return 0
