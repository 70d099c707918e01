"""`python -m softmax_lesson export otter`: otter-grader takes what it makes, grades it and reads it back.

`make test-export` runs this with otter-grader itself, in an environment of its own.
"""

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


def test_a_students_number_draws_the_inputs(tmp_path):
    """Who knows the answers to the inputs of one number, and nothing else, is wrong for another."""
    folder, step = made("otter", tmp_path / "course", "--by-student"), "00_start_here"
    keep_only(folder, step)
    run(HERE / "run_otter.py", folder, "assign")
    for kind, number in zip(KINDS, ("nobody", "s1234567"), strict=True):
        handed_out = folder / "dist" / step / "student" / f"{step}.ipynb"
        hand_in_learnt_by_heart(handed_out, folder / "submitted" / kind / f"{step}.ipynb", number)
    found = graded(run(HERE / "run_otter.py", folder, "grade"))[step]
    assert [found[kind]["winner"][0] for kind in KINDS] == [1, 0]
