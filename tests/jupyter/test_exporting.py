"""What `export` writes for nbgrader and otter; `make test-export` has the tools themselves take it."""

import json
import subprocess
import sys

import pytest
from handing_in import CATALOGUE, bare, lesson

from softmax_lesson.jupyter import exporting
from softmax_lesson.jupyter.start import lesson_folder

pytestmark = pytest.mark.teachers

STEPS = sorted({exercise.step for exercise in CATALOGUE.values()})
TOOLS = pytest.mark.parametrize("tool", exporting.TOOLS)


def notebooks(folder):
    """{step: the notebook} of an export."""
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in folder.rglob("*.ipynb")}


def code(notebook):
    return ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]


@pytest.mark.first
@TOOLS
def test_every_notebook_and_every_exercise_is_there(tool, tmp_path, capsys):
    assert exporting.export(tool, str(tmp_path)) == 0
    assert "05_derivatives.ipynb" in capsys.readouterr().out
    written = notebooks(tmp_path)
    assert sorted(written) == sorted(path.stem for path in lesson_folder().glob("*.ipynb"))
    for step, notebook in written.items():
        names = [name for name, exercise in CATALOGUE.items() if exercise.step == step]
        points = [cell for cell in code(notebook) if ".grade(" in cell]
        assert len(points) == len(names)
        for name, cell in zip(names, points, strict=True):
            assert f"graded.{name}.grade({name})" in cell
        assert not any(cell.get("outputs") for cell in notebook["cells"])
        assert not any("presenter" in cell["metadata"].get("tags", ()) for cell in notebook["cells"])
        ids = [cell["id"] for cell in notebook["cells"]]
        assert len(ids) == len(set(ids))


@TOOLS
def test_the_point_is_given_before_use_puts_the_lessons_own_in_its_place(tool):
    cells = exporting.assignment(tool, "05_derivatives", lesson("05_derivatives"), False)["cells"]
    sources = ["".join(cell["source"]) for cell in cells]
    places = [
        next(place for place, source in enumerate(sources) if word in source)
        for word in ("def gradient(", ".gradient.check(gradient", "graded.gradient.grade(", ".gradient.use(")
    ]
    assert places == sorted(places)


def test_what_nbgrader_asks_of_a_cell():
    cells = exporting.assignment("nbgrader", "04_loss", lesson("04_loss"), False)["cells"]
    marked = [cell["metadata"]["nbgrader"] for cell in cells if "nbgrader" in cell["metadata"]]
    solutions = [one for one in marked if one["solution"]]
    points = [one for one in marked if one["grade"]]
    assert len(solutions) == len(points) == len(marked) / 2 == 4
    assert {one["schema_version"] for one in marked} == {3}
    assert all(one["locked"] and one["points"] == 1 for one in points)
    assert len({one["grade_id"] for one in marked}) == len(marked)


def test_links_lead_to_the_other_assignments():
    cells = exporting.assignment("nbgrader", "03_probabilities", lesson("03_probabilities"), False)["cells"]
    text = "\n".join("".join(cell["source"]) for cell in cells)
    assert "](../04_loss/04_loss.ipynb" in text
    assert "](04_loss.ipynb" not in text


@TOOLS
def test_the_solution_stands_between_its_marks_and_is_python(tool):
    notebook = exporting.assignment(tool, "08_training", lesson("08_training"), False)
    for cell in code(notebook):
        if "BEGIN SOLUTION" in cell:
            given, _, rest = cell.partition("BEGIN SOLUTION\n")
            compile(cell, "cell", "exec")
            name = given.partition("(")[0].removeprefix("def ")
            assert CATALOGUE[name].solution().code.endswith(rest.rpartition("\n")[0])


@TOOLS
def test_inputs_by_student_on_request(tool):
    plain, asked = (exporting.assignment(tool, "04_loss", lesson("04_loss"), by) for by in (False, True))
    assert not any("student" in cell and "seed" in cell for cell in code(plain))
    cells = code(asked)
    assert any(cell.startswith('student = "nobody"  # your student number') for cell in cells)
    for kind in (".check(one_loss, seed=student)", ".grade(one_loss, seed=student)"):
        assert sum(kind in cell for cell in cells) == 1


@TOOLS
def test_what_is_there_is_left_as_it_is(tool, tmp_path, capsys):
    exporting.export(tool, str(tmp_path))
    (mine,) = [path for path in tmp_path.rglob("04_loss.ipynb")]
    mine.write_text("changed by the teacher")
    capsys.readouterr()
    assert exporting.export(tool, str(tmp_path)) == 0
    said = capsys.readouterr().out
    assert "Left as they are, since they were there: " in said and "Written" not in said
    assert mine.read_text() == "changed by the teacher"


def test_a_folder_that_is_a_file_is_said(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert exporting.export("otter", str(tmp_path / "file")) == 2
    assert capsys.readouterr().err.startswith("FOLDER: ")


def test_an_exercise_without_its_check_is_said():
    notebook = bare(CATALOGUE["one_loss"].starter)
    notebook["cells"][0]["metadata"]["tags"] = ["exercise"]
    with pytest.raises(LookupError, match="04_loss: expected a cell that checks one_loss, found none"):
        exporting.assignment("otter", "04_loss", notebook, False)


def test_solutions_that_are_shut_are_no_hindrance(tmp_path):
    (tmp_path / "solutions.txt").write_text("2999-01-01")
    command = [sys.executable, "-m", "softmax_lesson", "export", "nbgrader", "course"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert (tmp_path / "course" / "source" / "04_loss" / "04_loss.ipynb").exists()
