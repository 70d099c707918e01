"""`python -m softmax_lesson start`: a student's own copy of the notebooks, made or updated, in JupyterLab."""

import os
import sys
from pathlib import Path

from softmax_lesson.jupyter import asked, plans, students_copy
from softmax_lesson.jupyter.doctor import find_clone, hiding

DEFAULT = "my_notebooks"
FIRST = "00_start_here.ipynb"
# Only what is started here sees these settings: JupyterLab's question about news would lie over a corner.
SETTINGS = Path(__file__).parent / "config"


class CannotStart(Exception):
    """Says in a sentence why the copy is not opened, and what to do."""


def lesson_folder() -> Path:
    """Return the folder of the lesson's own notebooks: the clone's, or the ones that travel in the wheel."""
    clone = find_clone()
    return clone / "notebooks" if clone else Path(__file__).parents[1] / "notebooks"


def default_folder() -> Path:
    """Return where a student's copy goes: beside `notebooks/` in a clone, else into the current folder."""
    return (find_clone() or Path.cwd()) / DEFAULT


def make_copy(folder: Path, lesson: Path, plan: plans.Plan | None = None) -> list[str]:
    """Bring `folder` up to the notebooks in `lesson`; return what to tell the student, a sentence each.

    With a plan, its notebook is beside the others. Raises Refused when the folder cannot hold a copy. A copy
    that is there and cannot be brought up to date is one of the sentences.
    """
    if folder.resolve() == lesson.resolve():
        raise asked.Refused(f"FOLDER: {folder} holds the lesson itself. Name another folder for your copy.")
    if folder.exists() and not folder.is_dir():
        raise asked.Refused(f"FOLDER: {folder} is a file. Name a folder for your copy of the notebooks.")
    planned = {f"{plan.name}.ipynb": plans.plan_notebook(plan, lesson)} if plan else {}
    try:
        return students_copy.update(lesson, folder, planned).sentences()
    except OSError as trouble:
        why = f"{trouble.filename or folder}: {trouble.strerror or trouble}"
        if (folder / FIRST).is_file():
            return [f"Your notebooks are as they were; the newest lesson cannot be written ({why})."]
        raise asked.Refused(
            f"FOLDER: your copy of the notebooks cannot be written ({why}). Make room, or name another "
            "folder: python -m softmax_lesson start FOLDER"
        ) from trouble


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


@asked.says_no
def start(folder: str | None, words: list[str], only_copy: bool = False, plan: str | None = None) -> int:
    """Make or update the copy in `folder`, say what was done, and open it; return the exit status.

    With a `plan`, the minutes of a session, its notebook is there too, and is opened.
    """
    place = default_folder() if folder is None else asked.place("FOLDER", folder)
    words, only_copy = asked.texts("words", words), asked.yes_or_no("only_copy", only_copy)
    wanted = None if plan is None else plans.find_plan(asked.one_of("--plan", plan, plans.known()))
    try:
        for sentence in make_copy(place, lesson_folder(), wanted):
            print(sentence)
        first = f"{wanted.name}.ipynb" if wanted else FIRST
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
