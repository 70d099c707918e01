"""A plan: the sections of several notebooks that fit into one session, made one notebook.

`plans.toml` says which. A section uses names that cells outside it may define: those cells are found by
reading the code and put before it, so that the plan's notebook runs from top to bottom.
"""

import ast
import builtins
import contextlib
import copy
import functools
import itertools
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from softmax_lesson.jupyter import asked
from softmax_lesson.jupyter.names import changed, given_and_used
from softmax_lesson.jupyter.students_copy import read, source_of

PLANS = Path(__file__).with_name("plans.toml")
HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
MINUTES = re.compile(r"^\*\((\d+) (?P<word>[^\W\d_]+)\)\*$", re.MULTILINE)  # "minutes", in any language
CARRIED = "*Brought along from notebook {}, for what follows uses it: run it and read on.*"


@dataclass(frozen=True)
class Section:
    """A section of a notebook: the cells from its heading to the next, by their places."""

    notebook: str
    heading: str
    minutes: int
    places: tuple[int, ...]


@dataclass(frozen=True)
class Plan:
    """What is shown in a session of `minutes` minutes: `sections`, each as NOTEBOOK/ID, and the exercise in
    the room."""

    minutes: int
    title: str
    about: str
    exercise: str
    sections: tuple[str, ...]

    @property
    def name(self) -> str:
        """The name of the plan's notebook and deck."""
        return f"plan_{self.minutes}"


def known() -> dict[str, dict]:
    """Return {minutes: what plans.toml says} of all plans."""
    return tomllib.loads(PLANS.read_text(encoding="utf-8"))


def find_plan(minutes: int | str) -> Plan:
    """Return the plan for a session of `minutes`. Raises Refused when there is none."""
    plans = known()
    words = next((text for text in plans if type(minutes) is int and int(text) == minutes), minutes)
    wanted = plans[asked.one_of("minutes", words, plans)]
    return Plan(int(words), **wanted | {"sections": tuple(wanted["sections"])})


def sections(notebook: dict, number: str) -> dict[str, Section]:
    """Return the sections of a notebook by the ids of their headings, in order."""
    cells = notebook["cells"]
    starts = [
        place
        for place, cell in enumerate(cells)
        if cell["cell_type"] == "markdown" and HEADING.search(source_of(cell))
    ]
    found = {}
    for start, end in itertools.pairwise([*starts, len(cells)]):
        words = source_of(cells[start])
        minutes = MINUTES.search(words)
        places = tuple(range(start, end))
        spent = int(minutes[1]) if minutes else 0
        found[cells[start].get("id")] = Section(number, HEADING.search(words)[1], spent, places)
    return found


def sections_of(plan: Plan, folder: Path) -> list[Section]:
    """Return the sections of a plan, from the notebooks in `folder`. Raises Refused."""
    return _sections_of(asked.of_kind("plan", plan, Plan), _course(folder))


def _sections_of(plan: Plan, course: dict[str, dict]) -> list[Section]:
    there = {number: sections(notebook, number) for number, notebook in course.items()}
    wanted = [name.split("/") for name in plan.sections]
    for number, heading in wanted:
        if heading not in there.get(number, {}):
            raise asked.Refused(f"folder: expected the section {heading} of notebook {number}, found none.")
    return [there[number][heading] for number, heading in wanted]


def plan_notebook(plan: Plan, folder: Path) -> dict:
    """Return the notebook of a plan: its sections, each behind the cells it needs, with their outputs.

    Raises Refused where the notebooks in `folder` do not have what the plan names.
    """
    plan, course = asked.of_kind("plan", plan, Plan), _course(folder)
    cells, shown = [_title(plan)], {number: set() for number in course}
    for section in _sections_of(plan, course):
        notebook, seen = course[section.notebook], shown[section.notebook]
        carried = sorted(_needed(notebook["cells"], section.places, seen))
        if carried:
            cells.append(_markdown(f"brought-{len(cells)}", CARRIED.format(section.notebook), "skip"))
        cells += [_brought(notebook["cells"][place], section.notebook) for place in carried]
        cells += [_renamed(notebook["cells"][place], section.notebook) for place in section.places]
        seen.update(carried, section.places)
    whole = copy.deepcopy(next(iter(course.values())))
    return whole | {"cells": _numbered(cells)}


def as_table(plan: Plan, folder: Path) -> str:
    """Return a plan as INSTRUCTORS.md shows it: what it is for, its sections, their minutes."""
    shown = sections_of(plan, folder)
    total = sum(section.minutes for section in shown)
    lines = [
        f"**{plan.minutes} minutes: {plan.title}.** {plan.about} The exercise `{plan.exercise}` is done in "
        f"the room, the others are homework. {total} minutes by count, {plan.minutes - total} for questions.",
        "",
        "| notebook | section | minutes |",
        "|---|---|---|",
        *(f"| {section.notebook} | {section.heading} | {section.minutes} |" for section in shown),
    ]
    return "\n".join(lines)


def _needed(cells: list, places, known: set) -> set:
    """Return the places of the cells that define what the cells at `places` use, and of what those use."""
    needed, to_read = set(), list(places)
    while to_read:
        place = to_read.pop()
        for name in _used(cells[place]):
            source = _where_defined(cells, name, place)
            if source is not None and source not in needed | known | set(places):
                needed.add(source)
                to_read.append(source)
    return needed


def _where_defined(cells: list, name: str, before: int) -> int | None:
    """Return the place of the last cell before `before` that defines `name`, if there is one."""
    return next((place for place in range(before - 1, -1, -1) if name in _defined(cells[place])), None)


def _used(cell: dict) -> frozenset:
    """Return the names that a cell reads and that must have been defined before it."""
    return _used_by(_code(cell))


@functools.cache
def _used_by(code: str) -> frozenset:
    used, own = set(), set(dir(builtins))
    for statement in _statements(code):
        gives, reads = given_and_used(statement)
        if isinstance(statement, ast.AugAssign):  # `x += 1` reads what it gives
            reads |= gives
        elif not isinstance(statement, ast.Assign):  # `for k in ...` gives k before it reads it
            own |= gives
        used |= reads - own
        own |= gives
    return frozenset(used)


def _defined(cell: dict) -> frozenset:
    """Return the names that a cell gives a value, an item of which it changes included."""
    return _defined_by(_code(cell))


@functools.cache  # each section asks the cells above it
def _defined_by(code: str) -> frozenset:
    found = (given_and_used(one)[0] | changed(one, ast.Subscript) for one in _statements(code))
    return frozenset().union(*found)


def _code(cell: dict) -> str:
    return source_of(cell) if cell["cell_type"] == "code" else ""


def _statements(code: str) -> list[ast.stmt]:
    """Return the statements of a cell's code; what is no Python has none."""
    with contextlib.suppress(SyntaxError, ValueError):
        return ast.parse(code).body
    return []


def _brought(cell: dict, number: str) -> dict:
    """Return a cell that is carried along, not shown on a slide; of a prediction, what it imports."""
    cell = _renamed(cell, number)
    tags = cell["metadata"].get("tags", [])
    if "prediction" in tags:
        imports = [node for node in _statements(_code(cell)) if isinstance(node, ast.Import | ast.ImportFrom)]
        cell["source"] = "\n".join(map(ast.unparse, imports))
        cell["outputs"] = []
    cell["metadata"] = {"slideshow": {"slide_type": "skip"}, "tags": [*tags, "brought"]}
    return cell


def _renamed(cell: dict, number: str) -> dict:
    """Return a copy of a cell; two notebooks may both have a `summary`."""
    return copy.deepcopy(cell) | {"id": f"{number}-{cell.get('id')}"}


def _numbered(cells: list) -> list:
    """Return cells with the counts that a run from top to bottom gives them."""
    run = [cell for cell in cells if cell["cell_type"] == "code"]
    for count, cell in enumerate(run, start=1):
        cell["execution_count"] = count
        for output in cell.get("outputs", []):
            if "execution_count" in output:
                output["execution_count"] = count
    return cells


def _title(plan: Plan) -> dict:
    numbers = ", ".join(dict.fromkeys(name.split("/")[0] for name in plan.sections))
    words = (
        f"# {plan.minutes} minutes: {plan.title}\n\nSections of the notebooks {numbers}, for one session. "
        "What is left out stands there, and so do the other exercises."
    )
    return _markdown("title", words, "slide")


def _markdown(name: str, words: str, slide: str) -> dict:
    metadata = {"slideshow": {"slide_type": slide}}
    return {"cell_type": "markdown", "id": name, "metadata": metadata, "source": words}


def _course(folder: Path) -> dict[str, dict]:
    """Return the notebooks of the course by their numbers. Raises Refused."""
    paths = sorted(asked.place("folder", folder).glob("[0-9][0-9]_*.ipynb"))
    if not paths:
        raise asked.Refused(f"folder: expected the notebooks of the course, found none in {folder}.")
    return {path.stem[:2]: read(path, "folder") for path in paths}
