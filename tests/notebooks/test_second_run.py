"""Every exercise in every notebook, answered: with a known mistake, and with the reference solution.

Since all cells run here, the letters are watched here, too (`notation`). A second run as it stands changes
nothing.
"""

import ast
import itertools

import nbformat
import pytest
from contract import ROOT
from damage import renumber
from jupyter_client import AsyncKernelManager
from jupyter_core.utils import run_sync
from pictures import other_pictures
from run_notebooks import execute, normalise

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


def verdicts(notebook, exercise):
    """Return what the notebook's own check cells said of an exercise, in their order."""
    call = f"exercise.{exercise.name}.check({exercise.name})"
    checks = [cell for cell in notebook.cells if cell.cell_type == "code" and call in cell.source]
    return [cell.outputs[-1].data["text/plain"] for cell in checks]


def mistaken(exercise):
    """Return a cell that answers an exercise with its first declared mistake."""
    return (
        "from softmax_lesson.exercises import catalogue\n"
        f"known = next(e for e in catalogue() if (e.step, e.name) == {exercise.step, exercise.name})\n"
        f"{exercise.name} = known.mistakes[0].function"
    )


# One kernel runs all notebooks, one after the other (nbval starts one for each): of the lesson, and of the
# notebook before, nothing is left in it. Nobody looks for the line of a mistake: test_line.py does.
FRESH = f"""
import sys
get_ipython().run_line_magic("reset", "-f")
import sys
for _name in [name for name in sys.modules if name.partition(".")[0] in ("softmax_lesson", "notation")]:
    del sys.modules[_name]
sys.path.append({str(ROOT / "tests/notebooks")!r})
import notation as _notation
_misused = _notation.watch(get_ipython())
from softmax_lesson.exercises.engine import line as _line
_line.SECONDS = _line.SECONDS_WHEN_NAMED = 0
"""


@pytest.fixture(scope="module")
def kernel():
    manager = AsyncKernelManager(kernel_name="python3")
    yield manager
    run_sync(manager.shutdown_kernel)(now=True)


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


def wrong_then_right(path):
    """Return a copy that runs each exercise with a known mistake, checked and used, then with the solution.

    Also the exercises met. Each notebook runs once for both: what comes after an exercise has the solution.
    """
    notebook, met = answered(path, lambda exercise: exercise.solution_source)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    answers = [cell for cell in code if "exercise" in cell.metadata.get("tags", [])]
    for exercise, answer in zip(met, answers, strict=True):
        after = code[code.index(answer) + 1 :]
        of_it = itertools.takewhile(
            lambda cell, name=exercise.name: f"exercise.{name}." in cell.source, after
        )
        first = [mistaken(exercise), *(cell.source for cell in of_it)]
        place = notebook.cells.index(answer)
        notebook.cells[place:place] = map(nbformat.v4.new_code_cell, first)
    return notebook, met


# Each run of a notebook shows every kind of what may go wrong with it, and nbval has run all of them as they
# are and compared their pictures, too. So `make test` runs one; the others are long.
QUICK = "05_derivatives"
EACH = [
    pytest.param(path, id=path.stem, marks=[] if path.stem == QUICK else pytest.mark.long)
    for path in NOTEBOOKS
]


def forms(notebook, ids):
    """Return, of the cells with these ids, what no reader sees: metadata, and the forms of each output."""
    return {
        cell.id: (
            cell.metadata,
            [(o.get("metadata"), sorted(o.get("data", {}))) for o in cell.get("outputs", [])],
        )
        for cell in notebook.cells
        if cell.id in ids
    }


@pytest.mark.parametrize("path", EACH)
def test_a_known_mistake_is_named_then_the_solution_is_correct_and_everything_runs(path, kernel, tmp_path):
    notebook, met = wrong_then_right(path)
    notebook.cells.insert(0, nbformat.v4.new_code_cell(FRESH))
    notebook.cells.append(nbformat.v4.new_code_cell("print(*_misused)"))
    execute(notebook, tmp_path, kernel)
    assert notebook.cells[-1].outputs[0].text.strip() == ""
    stored = nbformat.read(path, as_version=4)
    assert other_pictures(stored, notebook) == []
    normalise(notebook)
    ids = {cell.id for cell in stored.cells}
    assert forms(notebook, ids) == forms(stored, ids)
    assert {one.name for one in met} == {name for step, name in CATALOGUE if step == path.stem}
    for one in met:
        wrong, right = (" ".join(said.split()) for said in verdicts(notebook, one))
        assert wrong.startswith(("Not right yet", "Did not run to its end")), wrong
        assert " ".join(one.mistakes[0].sentence.split()) in wrong
        assert right.startswith("Correct:"), right


# In `make test`, nbval runs each notebook anew in a kernel of its own, and compares words and pictures; what
# a run leaves beside them and `normalise` drops is compared above. Here the whole file is, letter for letter.
# In a kernel of its own, lots and hashes fall otherwise.
@pytest.mark.long
@pytest.mark.parametrize("its_own", [False, True])
def test_running_twice_changes_nothing(its_own, kernel, tmp_path):
    """On the shortest notebook: it prints, and has a figure, pictures that move and a verdict."""
    texts = []
    for manager in (kernel, None if its_own else kernel):
        notebook = nbformat.read(NOTEBOOKS[0], as_version=4)
        notebook.cells.insert(0, nbformat.v4.new_code_cell(FRESH))
        execute(notebook, tmp_path, manager)
        del notebook.cells[0]
        renumber(notebook)  # the first kernel has counted other cells before
        texts.append(nbformat.writes(normalise(notebook)))
    assert texts[0] == texts[1]
    kinds = {kind for c in notebook.cells for o in c.get("outputs", []) for kind in o.get("data", {})}
    assert kinds == {"text/plain", "text/html", "image/png"}
