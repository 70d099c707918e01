"""Every exercise in every notebook, answered: with the reference solution, and with a known mistake."""

import ast

import nbformat
import pytest
from contract import ROOT
from run_notebooks import execute

from softmax_lesson import exercises

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
CATALOGUE = {(one.step, one.name): one for one in exercises.catalogue()}


def answered(path, answer):
    """Return a copy of the notebook with `answer(exercise)` in each student's cell, and the exercises met."""
    notebook, met = nbformat.read(path, as_version=4), []
    for cell in notebook.cells:
        if "exercise" in cell.metadata.get("tags", []):
            name = ast.parse(cell.source).body[-1].name
            met.append(CATALOGUE[path.stem, name])
            cell.source = answer(met[-1])
    return notebook, met


def verdict(notebook, exercise):
    """Return what the notebook's own check cell said of an exercise."""
    call = f"exercise.{exercise.name}.check({exercise.name})"
    cell = next(cell for cell in notebook.cells if cell.cell_type == "code" and call in cell.source)
    return cell.outputs[-1].data["text/plain"]


def mistaken(exercise):
    """Return a cell that answers an exercise with its first declared mistake."""
    return (
        "from softmax_lesson.exercises import catalogue\n"
        f"known = next(e for e in catalogue() if (e.step, e.name) == {exercise.step, exercise.name})\n"
        f"{exercise.name} = known.mistakes[0].function"
    )


def test_every_exercise_of_a_notebook_that_exists_stands_in_it():
    met = [
        exercise for path in NOTEBOOKS for exercise in answered(path, lambda exercise: exercise.starter)[1]
    ]
    steps = {path.stem for path in NOTEBOOKS}
    assert {(one.step, one.name) for one in met} == {key for key in CATALOGUE if key[0] in steps}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_student_starts_from_the_exercise_s_own_starter(path):
    notebook, _ = answered(path, lambda exercise: exercise.starter)
    assert [cell.source for cell in notebook.cells] == [
        cell.source for cell in nbformat.read(path, as_version=4).cells
    ]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_with_the_solutions_every_check_says_correct(path, tmp_path):
    notebook, met = answered(path, lambda exercise: exercise.solution_source)
    execute(notebook, tmp_path)
    assert met
    assert {one.name: verdict(notebook, one).split(":")[0] for one in met} == dict.fromkeys(
        (one.name for one in met), "Correct"
    )


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_with_a_known_mistake_every_check_names_it(path, tmp_path):
    notebook, met = answered(path, mistaken)
    execute(notebook, tmp_path)
    assert met
    for one in met:
        said = " ".join(verdict(notebook, one).split())
        assert said.startswith("Not right yet"), said
        assert " ".join(one.mistakes[0].sentence.split()) in said
