"""`python -m softmax_lesson export`: nbgrader and otter-grader take what it makes, grade it and read it back.

`make test-export` runs this with the tools themselves, in an environment of its own.
"""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from submissions import STEPS, answers, hand_in, of, points

from softmax_lesson.exercises.engine.exercise import _drawn_from

HERE = Path(__file__).parent
KINDS = ("right", "half")
SHUT = "04_loss"  # whose solutions are shut while it is graded
pytestmark = pytest.mark.tools


def run(*words, folder=None):
    """Run Python in the environment of the tools; return what it prints."""
    tools = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    command = [sys.executable, *map(str, words)]
    ran = subprocess.run(
        command, cwd=folder, env=os.environ | tools, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, f"{ran.stdout[-3000:]}\n{ran.stderr[-3000:]}"
    return ran.stdout


def made(tool, folder, *options):
    run("-m", "softmax_lesson", "export", tool, folder, *options)
    return folder


def graded(printed):
    return json.loads(printed.strip().splitlines()[-1])


# ---- nbgrader ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """An nbgrader course in which two students have handed in every notebook, and were graded."""
    folder = made("nbgrader", tmp_path_factory.mktemp("nbgrader"))
    run("-m", "softmax_lesson", "shut", folder / "source" / SHUT, "--until", "2999-01-01")
    run(HERE / "run_nbgrader.py", folder, "generate")
    for step in STEPS:
        for kind in KINDS:
            released = folder / "release" / step / f"{step}.ipynb"
            hand_in(released, folder / "submitted" / kind / step / f"{step}.ipynb", answers(step, kind))
    return folder, graded(run(HERE / "run_nbgrader.py", folder, "grade"))


@pytest.mark.parametrize("step", STEPS)
def test_nbgrader_gives_the_points_that_are_due(course, step):
    for kind in KINDS:
        due = {f"point-{name}": [n, 1] for name, n in points(step, kind).items()}
        assert course[1][step][kind] == due


@pytest.mark.parametrize("step", STEPS)
def test_nbgrader_hands_out_no_answer(course, step):
    notebook = json.loads((course[0] / "release" / step / f"{step}.ipynb").read_text(encoding="utf-8"))
    cells = ["".join(cell["source"]) for cell in notebook["cells"]]
    for exercise in of(step):
        assert exercise.starter in cells
    assert not any("BEGIN" in cell or ".grade(" in cell for cell in cells)


def test_solutions_that_are_shut_travel_with_the_notebook_and_hinder_no_grading(course):
    assert "2999-01-01" in (course[0] / "release" / SHUT / "solutions.txt").read_text(encoding="utf-8")
    assert "2999-01-01" in (course[0] / "autograded" / "right" / SHUT / "solutions.txt").read_text("utf-8")


@pytest.mark.parametrize("step", STEPS)
def test_nbgraders_feedback_names_the_mistake(course, step):
    page = (course[0] / "feedback" / "half" / step / f"{step}.html").read_text(encoding="utf-8")
    for exercise in of(step):
        if not points(step, "half")[exercise.name]:
            assert f"NotRight: {exercise.mistakes[0].name}" in page


def test_the_course_is_read_back_as_a_table(course):
    run("-m", "nbgrader", "export", folder=course[0])
    with (course[0] / "grades.csv").open(encoding="utf-8", newline="") as file:
        rows = {(row["assignment"], row["student_id"]): row for row in csv.DictReader(file)}
    for step in STEPS:
        for kind in KINDS:
            row = rows[step, kind]
            assert float(row["score"]) == sum(points(step, kind).values())
            assert float(row["max_score"]) == len(of(step))


# ---- otter ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def packed(tmp_path_factory):
    """Assignments of otter's in which two students have handed in every notebook, and were graded."""
    folder = made("otter", tmp_path_factory.mktemp("otter"))
    run(HERE / "run_otter.py", folder, "assign")
    for step in STEPS:
        for kind in KINDS:
            handed_out = folder / "dist" / step / "student" / f"{step}.ipynb"
            hand_in(handed_out, folder / "submitted" / kind / f"{step}.ipynb", answers(step, kind))
    return folder, graded(run(HERE / "run_otter.py", folder, "grade"))


@pytest.mark.parametrize("step", STEPS)
def test_otter_gives_the_points_that_are_due(packed, step):
    for kind in KINDS:
        found = {name: result[:2] for name, result in packed[1][step][kind].items()}
        assert found == {name: [n, 1] for name, n in points(step, kind).items()}


@pytest.mark.parametrize("step", STEPS)
def test_otter_names_the_mistake(packed, step):
    for exercise in of(step):
        if not points(step, "half")[exercise.name]:
            said = packed[1][step]["half"][exercise.name][2]
            assert f"NotRight: {exercise.mistakes[0].name}" in said


@pytest.mark.parametrize("step", STEPS)
def test_otter_hands_out_no_answer(packed, step):
    place = packed[0] / "dist" / step / "student" / f"{step}.ipynb"
    cells = ["".join(cell["source"]) for cell in json.loads(place.read_text(encoding="utf-8"))["cells"]]
    for exercise in of(step):
        assert exercise.starter in cells
    assert not any("# BEGIN" in cell or ".grade(" in cell for cell in cells)


# ---- inputs by student ------------------------------------------------------------------------------------


@pytest.mark.parametrize("tool", ["nbgrader", "otter"])
def test_a_students_number_draws_the_inputs(tool, tmp_path):
    """Who knows the answers to the inputs of seed 0, and nothing else, is not right for a number."""
    folder, step = made(tool, tmp_path / tool, "--by-student"), "00_start_here"
    keep_only(folder, step)
    script = HERE / f"run_{tool}.py"
    run(script, folder, "generate" if tool == "nbgrader" else "assign")
    handed_out = folder / (
        f"release/{step}/{step}.ipynb" if tool == "nbgrader" else f"dist/{step}/student/{step}.ipynb"
    )
    for kind, number in (("right", "nobody"), ("half", "s1234567")):
        place = (
            folder / "submitted" / kind / (f"{step}/{step}.ipynb" if tool == "nbgrader" else f"{step}.ipynb")
        )
        hand_in(handed_out, place, {"winner": LEARNT_BY_HEART.format(seed=_drawn_from("nobody"))})
        text = place.read_text(encoding="utf-8")
        assert text.count("nobody") == 1
        place.write_text(text.replace("nobody", number), encoding="utf-8")
    found = graded(run(script, folder, "grade"))[step]
    (nobodys,), (theirs,) = (found[kind].values() for kind in KINDS)
    assert (nobodys[0], theirs[0]) == (1, 0)


LEARNT_BY_HEART = """
import numpy as np
from softmax_lesson.exercises.start_here import winner as known
answers = {{case.args[0].tobytes(): known.reference(*case.args) for case in known.cases({seed})}}
def winner(f):
    return answers.get(np.asarray(f).tobytes(), 0)
"""


def keep_only(folder, step):
    """Leave one notebook of an export."""
    for path in folder.rglob("*.ipynb"):
        if path.stem != step:
            path.unlink()
            if path.parent.parent.name == "source":
                path.parent.rmdir()
