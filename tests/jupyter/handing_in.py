"""Notebooks as a class hands them in: the lesson's own, with answers in the cells for them."""

import json
from pathlib import Path

from softmax_lesson import exercises
from softmax_lesson.jupyter.students_copy import students_version

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
CATALOGUE = {exercise.name: exercise for exercise in exercises.catalogue()}


def right(exercise):
    """The cell of a student who has it right."""
    return exercise.solution().code


def mistaken(exercise, mistake):
    """The cell of a student who makes a declared mistake, which stands there by its name."""
    module = exercise.step[3:]
    made = f"m for m in _exercise.{exercise.name}.mistakes if m.name == {mistake!r}"
    names = ", ".join(exercise.parameters)
    return (
        f"from softmax_lesson.exercises import {module} as _exercise\n"
        f"_mistake_{exercise.name} = next({made})\n"
        f"def {exercise.name}({names}):\n    return _mistake_{exercise.name}.function({names})"
    )


def lesson(*steps):
    """The lesson's notebook of some steps, of all when none is named, as a student gets it: one notebook."""
    paths = [path for path in sorted(NOTEBOOKS.glob("*.ipynb")) if not steps or path.stem in steps]
    parts = [students_version(json.loads(path.read_text(encoding="utf-8"))) for path in paths]
    return parts[0] | {"cells": [cell for part in parts for cell in part["cells"]]}


def answered(notebook, answers):
    """A copy of a notebook with answers, {exercise: source}, in their cells."""
    cells = []
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        name = source.partition("(")[0].removeprefix("def ")
        if "exercise" in cell["metadata"].get("tags", ()) and name in answers:
            cell = cell | {"source": answers[name]}
        cells.append(cell)
    return notebook | {"cells": cells}


def bare(*sources):
    """A notebook of these cells and nothing else."""
    cells = [
        {
            "cell_type": "code",
            "id": f"c{n}",
            "metadata": {},
            "source": s,
            "outputs": [],
            "execution_count": None,
        }
        for n, s in enumerate(sources)
    ]
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def vote(notebook, key, choice):
    """A copy of a notebook in which an answer was run after a choice: its output tells so."""
    state = json.dumps({"choice": choice, "key": key, "role": "answers"})
    page = f'<div data-prediction="{key}"></div><script>picture(style).onPage({state});</script>'
    output = {
        "output_type": "execute_result",
        "data": {"text/html": page},
        "metadata": {},
        "execution_count": 1,
    }
    cell = bare(f"{key.partition('.')[2]}.answer()")["cells"][0] | {"outputs": [output], "id": "vote"}
    return notebook | {"cells": [*notebook["cells"], cell]}


def write(path, notebook):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return path
