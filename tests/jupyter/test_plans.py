"""The plans for one session: they fit, go forward, and their notebooks print what the lesson prints."""

import functools
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import nbformat
import pytest

from softmax_lesson import exercises
from softmax_lesson.jupyter import asked, plans, start
from softmax_lesson.jupyter.students_copy import as_text

ROOT = Path(__file__).resolve().parents[2]
LESSON = ROOT / "notebooks"
MINUTES = sorted(map(int, tomllib.loads(plans.PLANS.read_text(encoding="utf-8"))))


@pytest.fixture(params=MINUTES)
def plan(request):
    return plans.find_plan(request.param)


@functools.cache
def notebook_of(plan):
    return plans.plan_notebook(plan, LESSON)


def code(source, name="cell"):
    return {"cell_type": "code", "id": name, "source": source, "metadata": {}, "outputs": []}


def test_there_is_a_plan_for_a_lecture_and_for_a_class():
    assert MINUTES == [50, 90]


def test_a_plan_leaves_a_tenth_for_questions_and_wastes_no_more_than_a_fifth(plan):
    spent = sum(section.minutes for section in plans.sections_of(plan, LESSON))
    assert 0.8 * plan.minutes <= spent <= 0.9 * plan.minutes


def test_a_plan_goes_forward(plan):
    shown = plans.sections_of(plan, LESSON)
    order = [(section.notebook, section.places[0]) for section in shown]
    assert order == sorted(set(order))


def test_the_exercise_of_the_room_is_in_the_plan(plan):
    assert plan.exercise in {exercise.name for exercise in exercises.catalogue()}
    notebook = notebook_of(plan)
    assert any(f"def {plan.exercise}(" in "".join(cell["source"]) for cell in notebook["cells"])


def test_an_equation_stands_before_the_text_that_names_it(plan):
    text = "".join("".join(cell["source"]) for cell in notebook_of(plan)["cells"])
    written = re.findall(r"\\tag\{(\d)\}", text)
    assert written == sorted(written) and written
    named = {number for number in re.findall(r"[Ee]quations? \((\d)\)", text)}
    assert named <= set(written)


@pytest.mark.long
def test_a_plan_s_notebook_prints_what_the_lesson_prints(plan, tmp_path):
    path = tmp_path / f"{plan.name}.ipynb"
    path.write_text(as_text(notebook_of(plan)), encoding="utf-8")
    nbformat.validate(nbformat.read(path, as_version=4))
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--nbval",
        "--nbval-current-env",
        "-q",
        "-p",
        "no:cacheprovider",
    ]
    command += ["-p", "no:randomly", "--nbval-sanitize-with", ROOT / "tests/notebooks/sanitise.cfg", path]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout[-4000:]


def test_what_is_brought_along_is_on_no_slide(plan):
    cells = notebook_of(plan)["cells"]
    brought = [cell for cell in cells if "brought" in cell["metadata"].get("tags", [])]
    assert brought
    assert {cell["metadata"]["slideshow"]["slide_type"] for cell in brought} == {"skip"}


@pytest.mark.parametrize(
    ("cell", "used", "defined"),
    [
        ("import numpy as np\nx = np.ones(3)", set(), {"np", "x"}),
        ("from a import b", set(), {"b"}),
        ("y = x + 1", {"x"}, {"y"}),
        ("x = x + 1", {"x"}, {"x"}),
        ("x += 1", {"x"}, {"x"}),
        ("W[0, 1] = v", {"W", "v"}, {"W"}),
        ("for k in range(3):\n    print(k, p)", {"p"}, {"k"}),
        ("[k * p for k in q]", {"p", "q"}, set()),
        ("def f(x):\n    y = x * scale\n    return y", {"scale"}, {"f"}),
        ("f = lambda x: x + a", {"a"}, {"f"}),
        ("x = 1\nprint(x)", set(), {"x"}),
        ("picture.scores = s", {"picture", "s"}, set()),
    ],
)
def test_names_are_read_from_the_code(cell, used, defined):
    assert plans._used(code(cell)) == used
    assert plans._defined(code(cell)) == defined


def test_what_is_needed_is_found_through_what_it_needs():
    cells = [code("a = 1"), code("b = a"), code("a = 2"), code("print(b)")]
    assert plans._needed(cells, [3], set()) == {0, 1}
    assert plans._needed(cells, [3], {1}) == set()


def test_a_plan_that_is_not_there_is_named():
    with pytest.raises(ValueError, match=r"minutes: expected 50 or 90, got 45\."):
        plans.find_plan(45)


def test_slides_know_which_plans_there_are(tmp_path):
    import publish  # which takes a second, unless other tests have it already

    with pytest.raises(asked.Refused, match=r"^minutes: expected 50 or 90, got '45'\.$"):
        publish.slides(tmp_path, "45")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.long  # a program
def test_make_slides_says_which_plans_there_are():
    script = [sys.executable, ROOT / "scripts/publish.py", "slides", "45"]
    ran = subprocess.run(script, capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert ran.stderr == "minutes: expected 50 or 90, got '45'.\n"


def test_start_puts_the_plan_beside_the_notebooks(tmp_path, capsys):
    assert start.start(str(tmp_path), [], only_copy=True, plan="50") == 0
    cells = json.loads((tmp_path / "plan_50.ipynb").read_text(encoding="utf-8"))["cells"]
    assert not any(cell.get("outputs") for cell in cells)
    assert not any("presenter" in cell["metadata"].get("tags", []) for cell in cells)
    assert (tmp_path / start.FIRST).is_file()
    assert ", plan_50.ipynb.\n" in capsys.readouterr().out


def test_start_says_which_plans_there_are(tmp_path, capsys):
    assert start.start(str(tmp_path), [], only_copy=True, plan="45") == 2
    assert capsys.readouterr().err == "--plan: expected 50 or 90, got '45'.\n"
