"""What nbgitpuller does with a teacher's correction: the rows of the table in INSTRUCTORS.md.

nbgitpuller itself pulls, from a repository of students' copies: `make test-fronts`.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from softmax_lesson.jupyter import start

pytest.importorskip("nbgitpuller", reason="nbgitpuller is not installed: make test-fronts")

LESSON = Path(__file__).parents[2] / "notebooks"
NAME = "04_loss.ipynb"
TITLE, CORRECTED = "4 · Loss", "4 · Loss, corrected"
NOBODY = "someone@example.org"
IDENTITY = {f"GIT_{who}_{what}": NOBODY for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


@pytest.fixture
def teacher(tmp_path, monkeypatch):
    """A repository of students' copies."""
    for name, value in IDENTITY.items():
        monkeypatch.setenv(name, value)
    folder = tmp_path / "teacher"
    subprocess.run(["git", "init", "--quiet", "--initial-branch=main", folder], check=True)
    start.make_copy(folder, LESSON)
    commit(folder)
    return folder


def commit(folder):
    for words in (["add", "--all"], ["commit", "--quiet", "--message", "the lesson"]):
        subprocess.run(["git", *words], cwd=folder, check=True)


def pull(teacher):
    """Follow nbgitpuller's link, as a student's server does; return the student's folder and what is said."""
    student = teacher.parent / "student"
    command = [sys.executable, "-c", "from nbgitpuller.pull import main; main()"]
    words = [teacher.as_uri(), "main", student]
    result = subprocess.run([*command, *words], capture_output=True, text=True, check=True)
    return student, result.stdout + result.stderr


def edit(folder, cell_id, old, new):
    notebook = json.loads((folder / NAME).read_text(encoding="utf-8"))
    (cell,) = [cell for cell in notebook["cells"] if cell["id"] == cell_id]
    source = "".join(cell["source"])
    assert old in source
    cell["source"] = source.replace(old, new, 1)
    save(folder, notebook)


def save(folder, notebook):
    text = json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
    (folder / NAME).write_text(text, encoding="utf-8")


def first_visit_then_correction(teacher, change):
    """A student pulls and changes something, the teacher corrects the title, the student pulls again."""
    student, _ = pull(teacher)
    change(student)
    edit(teacher, "title", TITLE, CORRECTED)
    commit(teacher)
    return pull(teacher)


def words(folder, name=NAME):
    return (folder / name).read_text(encoding="utf-8")


def test_a_notebook_that_is_not_changed_becomes_the_newest(teacher):
    student, _ = first_visit_then_correction(teacher, lambda student: None)
    assert CORRECTED in words(student)


def run_and_nothing_else(student):
    notebook = json.loads(words(student))
    for count, cell in enumerate((c for c in notebook["cells"] if c["cell_type"] == "code"), 1):
        cell["execution_count"] = count
    save(student, notebook)


def test_one_that_was_run_keeps_its_runs_and_takes_what_stands_on_other_lines(teacher):
    student, _ = first_visit_then_correction(teacher, run_and_nothing_else)
    assert '"execution_count": 1,' in words(student)
    assert CORRECTED in words(student)


def test_a_students_edit_elsewhere_and_the_correction_are_merged(teacher):
    edit_elsewhere = ("recall-softmax", "import numpy as np", "import numpy as np  # mine")
    student, _ = first_visit_then_correction(teacher, lambda student: edit(student, *edit_elsewhere))
    assert "# mine" in words(student) and CORRECTED in words(student)


def test_on_the_same_lines_the_students_stay_and_the_correction_is_dropped_without_a_word(teacher):
    student, told = first_visit_then_correction(
        teacher, lambda student: edit(student, "title", TITLE, "4 · My loss")
    )
    assert "4 · My loss" in words(student) and CORRECTED not in words(student)
    assert "conflict" not in told.lower()


def test_one_that_was_deleted_comes_back(teacher):
    student, _ = first_visit_then_correction(teacher, lambda student: (student / NAME).unlink())
    assert CORRECTED in words(student)


def test_one_that_was_renamed_stays_and_the_lessons_comes_back_beside_it(teacher):
    student, _ = first_visit_then_correction(
        teacher, lambda student: (student / NAME).rename(student / "mine.ipynb")
    )
    assert CORRECTED in words(student) and CORRECTED not in words(student, "mine.ipynb")
