"""`python -m softmax_lesson export nbgrader`: nbgrader takes what it makes, grades it and reads it back.

`make test-export` runs this with nbgrader itself, in an environment of its own.
"""

import csv
import json

import pytest
from submissions import (
    HERE,
    KINDS,
    STEPS,
    answers,
    graded,
    hand_in,
    hand_in_learnt_by_heart,
    keep_only,
    made,
    of,
    points,
    run,
)

pytestmark = pytest.mark.tools
SHUT = "04_loss"  # whose solutions are shut while it is graded


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


def test_a_students_number_draws_the_inputs(tmp_path):
    """Who knows the answers to the inputs of one number, and nothing else, is wrong for another."""
    folder, step = made("nbgrader", tmp_path / "course", "--by-student"), "00_start_here"
    keep_only(folder, step)
    run(HERE / "run_nbgrader.py", folder, "generate")
    for kind, number in zip(KINDS, ("nobody", "s1234567"), strict=True):
        place = folder / "submitted" / kind / step / f"{step}.ipynb"
        hand_in_learnt_by_heart(folder / "release" / step / f"{step}.ipynb", place, number)
    found = graded(run(HERE / "run_nbgrader.py", folder, "grade"))[step]
    assert [found[kind]["point-winner"][0] for kind in KINDS] == [1, 0]
