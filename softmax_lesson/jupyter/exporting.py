"""`python -m softmax_lesson export nbgrader|otter FOLDER`: each notebook as an assignment of these tools.

What each needs was read in its source and is tried by `make test-export`.

nbgrader 0.9 reads `source/NAME/NAME.ipynb` and metadata of schema 3. The answer is a cell of kind *solution*,
with the lesson's own between `### BEGIN SOLUTION` and `### END SOLUTION`; a locked cell of kind *grade*, with
points, holds the check between `### BEGIN HIDDEN TESTS` and `### END HIDDEN TESTS`. A student gets neither.
A cell that raises, or writes to stderr, earns nothing.

otter-grader 7 reads a notebook with raw cells: the configuration, and around each question BEGIN and END
QUESTION, SOLUTION and TESTS. A test is a function whose parameters are the student's own names; with
`check_cell: false` it is run right after the question's last cell, before `use` puts the lesson's own
function in the place of a wrong one.
"""

import copy
import os
import re
from dataclasses import dataclass

from softmax_lesson import exercises
from softmax_lesson.data import files
from softmax_lesson.jupyter import asked
from softmax_lesson.jupyter.start import lesson_folder
from softmax_lesson.jupyter.students_copy import as_text, notebooks_in, read, source_of, students_version

TOOLS = ("nbgrader", "otter")
STUDENT = "student"  # the name that a student's number has in a notebook
LINK = re.compile(r"\]\((\d\d_\w+)\.ipynb")
CONFIG = """\
# Read by nbgrader. What students replace is `...`, as the notebooks say, and training may take its time.
c = get_config()  # noqa: F821
c.ClearSolutions.code_stub = {"python": "..."}
c.Execute.timeout = 120
"""
REQUIREMENTS = """\
# For a grader of its own, as on Gradescope: where pip finds the lesson (a name, a wheel, an address).
softmax-lesson
"""
ASSIGNMENT = """\
# ASSIGNMENT CONFIG
requirements: requirements.txt
init_cell: false
export_cell: false
generate: true
tests:
    ok_format: false"""


@dataclass(frozen=True)
class Question:
    """An exercise in a notebook: the place of the cell for its answer, and of the cell with its check."""

    exercise: exercises.engine.Exercise
    answer: int
    check: int

    @property
    def solved(self) -> tuple[str, str]:
        """The lesson's own answer in two parts: what the student is given, and what is to be written."""
        given = self.exercise.starter.removesuffix("\n    ...")
        return given, self.exercise._source.removeprefix(f"{given}\n")

    def grading(self, by_student: bool) -> list[str]:
        """The lines that earn the point, or raise."""
        name, module = self.exercise.name, self.exercise.step[3:]
        seed = f", seed={STUDENT}" if by_student else ""
        return [
            f"from softmax_lesson.exercises import {module} as graded",
            f"graded.{name}.grade({name}{seed})",
        ]


@asked.says_no
def export(tool: str, folder: str, by_student: bool = False) -> int:
    """Write an assignment of each notebook for a tool, say where, and return the exit status.

    by_student: whether the inputs of the checks are drawn from the student's number. What is there already is
    left as it is, since it may have been changed.
    """
    made, left = [], []
    tool, target = asked.one_of("tool", tool, TOOLS), asked.place("FOLDER", folder)
    by_student = asked.yes_or_no("--by-student", by_student)
    for path, text in _files(tool, by_student).items():
        place = target / path
        if os.path.lexists(place):
            left.append(path)
            continue
        with asked.about("FOLDER"):
            place.parent.mkdir(parents=True, exist_ok=True)
            files.write(place, text, mode=files.AS_USUAL)
        made.append(path)
    if made:
        print(f"Written to {target}: {', '.join(made)}.")
    if left:
        print(f"Left as they are, since they were there: {', '.join(left)}.")
    return 0


def _files(tool, by_student) -> dict[str, str]:
    """Return {path: content} of all that an export writes."""
    made = {"nbgrader_config.py": CONFIG} if tool == "nbgrader" else {"requirements.txt": REQUIREMENTS}
    for path in notebooks_in(lesson_folder()):
        notebook = students_version(read(path, "lesson"))
        name = f"source/{path.stem}/{path.name}" if tool == "nbgrader" else path.name
        made[name] = as_text(assignment(tool, path.stem, notebook, by_student))
    return made


def assignment(tool: str, step: str, notebook: dict, by_student: bool) -> dict:
    """Return a student's notebook of a step as an assignment for a tool."""
    made = copy.deepcopy(notebook)
    found = questions(step, made["cells"])
    if by_student and found:
        _draw_by_student(made["cells"], found)
    cells = made["cells"] = (_for_nbgrader if tool == "nbgrader" else _for_otter)(
        made["cells"], found, by_student
    )
    if by_student and found:
        cells.insert(_after_the_title(cells), _student_cell())
    return made


def questions(step: str, cells: list[dict]) -> list[Question]:
    """Return the exercises of a notebook, in order. Raises LookupError for one without its check."""
    known = {one.name: one for one in exercises.catalogue() if one.step == step}
    found = []
    for place, cell in enumerate(cells):
        name = source_of(cell).partition("(")[0].removeprefix("def ")
        if "exercise" in cell["metadata"].get("tags", ()) and name in known:
            checks = (
                p for p in range(place + 1, len(cells)) if f".{name}.check({name}" in source_of(cells[p])
            )
            check = next(checks, None)
            if check is None:
                raise LookupError(f"{step}: expected a cell that checks {name}, found none.")
            found.append(Question(known[name], place, check))
    return found


# ---- nbgrader ---------------------------------------------------------------------------------------------


def _for_nbgrader(cells, found, by_student) -> list[dict]:
    answers, checks = {q.answer: q for q in found}, {q.check: q for q in found}
    made = []
    for place, cell in enumerate(cells):
        if cell["cell_type"] == "markdown":  # each notebook is in a folder of its own
            cell["source"] = LINK.sub(r"](../\1/\1.ipynb", source_of(cell))
        made.append(cell)
        if question := answers.get(place):
            given, written = question.solved
            cell["source"] = f"{given}\n    ### BEGIN SOLUTION\n{written}\n    ### END SOLUTION"
            cell["metadata"]["nbgrader"] = _nbgraders(question.exercise.name, solution=True)
        if question := checks.get(place):
            made.append(_point(question, by_student))
    return made


def _point(question, by_student) -> dict:
    name = question.exercise.name
    lines = [
        f"# One point for `{name}`: the check runs here once more when it is graded.",
        "### BEGIN HIDDEN TESTS",
        *question.grading(by_student),
        "### END HIDDEN TESTS",
    ]
    return _cell("code", f"point-{name}", lines) | {
        "metadata": {"nbgrader": _nbgraders(f"point-{name}", grade=True, locked=True, points=1)}
    }


def _nbgraders(grade_id, **kind) -> dict:
    return {
        "schema_version": 3,
        "cell_type": "code",
        "grade_id": grade_id,
        "grade": False,
        "solution": False,
        "locked": False,
        "task": False,
        **kind,
    }


# ---- otter ------------------------------------------------------------------------------------------------


def _for_otter(cells, found, by_student) -> list[dict]:
    if not found:  # nothing to grade: to be handed out as it is
        return cells
    answers, checks = {q.answer: q for q in found}, {q.check: q for q in found}
    made = [_raw("assignment", ASSIGNMENT)]
    for place, cell in enumerate(cells):
        if question := answers.get(place):
            name = question.exercise.name
            given, written = question.solved
            cell["source"] = f"{given}\n    # BEGIN SOLUTION\n{written}\n    # END SOLUTION"
            begin = f"# BEGIN QUESTION\nname: {name}\npoints: 1\ncheck_cell: false"
            made += [_raw(f"begin-{name}", begin), _raw(f"begin-solution-{name}", "# BEGIN SOLUTION")]
            made += [cell, _raw(f"end-solution-{name}", "# END SOLUTION")]
            continue
        made.append(cell)
        if question := checks.get(place):
            made += _tests(question, by_student)
    return made


def _tests(question, by_student) -> list[dict]:
    name = question.exercise.name
    lines = [
        '""" # BEGIN TEST CONFIG',
        "points: 1",
        '""" # END TEST CONFIG',
        f"def test_{name}({', '.join([name, *[STUDENT] * by_student])}):",
        *(f"    {line}" for line in question.grading(by_student)),
    ]
    return [
        _raw(f"begin-tests-{name}", "# BEGIN TESTS"),
        _cell("code", f"test-{name}", lines),
        _raw(f"end-tests-{name}", "# END TESTS"),
        _raw(f"end-{name}", "# END QUESTION"),
    ]


def _raw(place, text) -> dict:
    return _cell("raw", place, [text])


# ---- inputs by student ------------------------------------------------------------------------------------


def _draw_by_student(cells, found) -> None:
    """Let the students' own checks draw their inputs from the student's number."""
    for question in found:
        name, cell = question.exercise.name, cells[question.check]
        cell["source"] = source_of(cell).replace(f".check({name})", f".check({name}, seed={STUDENT})")


def _student_cell() -> dict:
    line = f'{STUDENT} = "nobody"  # your student number, between the quotes: it draws your inputs'
    return _cell("code", "student-number", [line])


def _after_the_title(cells) -> int:
    return next(p for p, cell in enumerate(cells) if cell["cell_type"] == "markdown") + 1


# ---- cells ------------------------------------------------------------------------------------------------


def _cell(kind, name, lines) -> dict:
    cell = {"cell_type": kind, "id": name.replace("_", "-"), "metadata": {}, "source": "\n".join(lines)}
    return cell | {"execution_count": None, "outputs": []} if kind == "code" else cell
