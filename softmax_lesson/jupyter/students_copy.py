"""A student's own copy of the notebooks: nothing is given away, and nothing that a student did is lost.

Files are compared by their *sources*, by what stands in the cells. An output is no edit, and neither is an
empty cell: JupyterLab adds one when the last cell is run. One hidden file remembers what each was given.

No more is imported than Python has: the wheel is built with this module.
"""

import copy
import hashlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path

from softmax_lesson.data import files
from softmax_lesson.jupyter import asked

MEMORY = ".softmax-lesson.json"
FOLD = "<details><summary>Predict and run first, then open this.</summary>\n\n{}\n\n</details>"


class NoNotebook(asked.Refused):
    """Says in a sentence why something is no notebook."""


@dataclass
class Changes:
    """What an update did, as names of files."""

    new: list[str] = field(default_factory=list)
    followed: list[str] = field(default_factory=list)
    run_before: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    beside: dict[str, str] = field(default_factory=dict)

    def sentences(self) -> list[str]:
        """Return what the student should know, a sentence or two for each thing."""
        said = []
        if self.new:
            said.append(f"New: {', '.join(self.new)}.")
        if self.followed:
            said.append(f"Brought up to the newest lesson: {', '.join(self.followed)}.")
        if self.run_before:
            said.append(
                f"You had run {', '.join(self.run_before)}: results stand where the cell is still the same. "
                "Run all cells again, so that they fit together."
            )
        if self.kept:
            said.append(f"Left as you changed them: {', '.join(self.kept)}.")
        said += [
            f"{name} is damaged, and left as it is. Rename or delete it, and the lesson's comes back."
            for name in self.damaged
        ]
        said += [
            f"There is a newer {mine} in the lesson. Yours stays as it is; the newest text is beside it, "
            f"in {newest}."
            for mine, newest in self.beside.items()
        ]
        return said


def students_version(notebook: dict) -> dict:
    """Return a notebook as a student gets it: no outputs, no presenter's cells, each answer folded.

    Raises NoNotebook.
    """
    new = copy.deepcopy(checked(notebook))
    new["cells"] = [cell for cell in new["cells"] if not _has_tag(cell, "presenter")]
    for cell in new["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
        elif _has_tag(cell, "answer"):
            cell["source"] = _folded(source_of(cell))
    return new


def _folded(answer: str) -> str:
    """Return an answer under its fold. The wheel's notebooks have theirs already."""
    return answer if answer.startswith(FOLD.split("{}")[0]) else FOLD.format(answer)


def write_copies(lesson: Path, folder: Path) -> list[Path]:
    """Write the student's version of each notebook in `lesson` into `folder`; return the files.

    What is there is overwritten. Raises Refused where one cannot be read, or the folder not be written.
    """
    lesson, folder = asked.place("lesson", lesson), asked.place("folder", folder)
    copies = {folder / path.name: students_version(read(path, "lesson")) for path in notebooks_in(lesson)}
    with asked.about("folder"):
        folder.mkdir(parents=True, exist_ok=True)
        for path, notebook in copies.items():
            _write(path, notebook)
    return list(copies)


def update(lesson: Path, folder: Path, planned: dict[str, dict] | None = None) -> Changes:
    """Bring `folder` up to the notebooks in `lesson`; what a student changed there is never touched.

    planned: notebooks of plans by their names, which are treated like the others.
    A notebook that is missing is written. One that stands as it was given follows the lesson; outputs stay in
    the cells that stay. One that was changed is left alone, and when the lesson changes too, the newest text
    is put beside it, once. Raises OSError where the folder cannot be read or written: every file is then the
    old one or the new one, whole, and another call goes on from there.
    """
    notebooks = {path.name: read(path, "lesson") for path in notebooks_in(lesson)} | (planned or {})
    folder.mkdir(parents=True, exist_ok=True)
    files.tidy(folder)
    given, changes = _remembered(folder), Changes()
    for name, notebook in notebooks.items():
        newest = students_version(notebook)
        for file in _family(folder, name.removesuffix(".ipynb")):
            _follow(file, newest, given, changes)
        _hand_out(folder / name, newest, given, changes)
    return changes


def fingerprint(notebook: dict) -> str:
    """Return a hash of the kind and the source of each cell; empty cells do not count."""
    cells = [[cell["cell_type"], source_of(cell)] for cell in notebook["cells"] if source_of(cell).strip()]
    return hashlib.sha256(json.dumps(cells).encode()).hexdigest()


def _follow(file: Path, newest: dict, given: dict, changes: Changes) -> None:
    """Replace a notebook that stands as it was given; keep the outputs of the cells that stay."""
    mine = _load_students(file)
    if mine is None or fingerprint(newest) == given.get(file.name):
        return
    if fingerprint(mine) == fingerprint(newest):  # brought up by hand, or given when nothing was remembered
        _remember(file, newest, given)
        return
    if fingerprint(mine) != given.get(file.name):
        return
    run = {(cell.get("id"), source_of(cell)): cell for cell in mine["cells"] if cell.get("outputs")}
    updated = copy.deepcopy(newest)
    for cell in updated["cells"]:
        if before := run.get((cell.get("id"), source_of(cell))):
            cell["outputs"], cell["execution_count"] = before["outputs"], before.get("execution_count")
    _write(file, updated)
    _remember(file, newest, given)
    changes.followed.append(file.name)
    if run:
        changes.run_before.append(file.name)


def _hand_out(path: Path, newest: dict, given: dict, changes: Changes) -> None:
    """See that the newest text is there: under its own name or, where that was changed, beside it."""
    if not os.path.lexists(path):  # a link that leads nowhere may lead somewhere tomorrow
        _write(path, newest)
        _remember(path, newest, given)
        changes.new.append(path.name)
        return
    mine, wanted = _load_students(path), fingerprint(newest)
    if mine is None:
        changes.damaged.append(path.name)
    elif fingerprint(mine) == wanted:
        if given.get(path.name) != wanted:  # another `start` has written it a moment ago
            _remember(path, newest, given)
        return
    else:
        changes.kept.append(path.name)
    if wanted in [given[name] for name in given if _belongs(name, path.stem)]:
        return  # it was given before; a student may have put it to use, and away
    place = _place_beside(path, wanted)
    if not os.path.lexists(place):
        _write(place, newest)
    _remember(place, newest, given)
    changes.beside[path.name] = place.name


def _belongs(name: str, stem: str) -> bool:
    """Whether a file is a notebook of the lesson or a newer text of it."""
    return name == f"{stem}.ipynb" or (name.startswith(f"{stem}.newest") and name.endswith(".ipynb"))


def _family(folder: Path, stem: str) -> list[Path]:
    return sorted(file for file in folder.glob("*.ipynb") if _belongs(file.name, stem))


def _place_beside(path: Path, wanted: str) -> Path:
    """Return the first free name beside a notebook, or where another `start` has just written the same."""
    place, count = path.with_name(f"{path.stem}.newest.ipynb"), 1
    while os.path.lexists(place):
        there = _load_students(place)
        if there and fingerprint(there) == wanted:
            break
        count += 1
        place = path.with_name(f"{path.stem}.newest-{count}.ipynb")
    return place


def _has_tag(cell: dict, tag: str) -> bool:
    return tag in cell["metadata"].get("tags", [])


def source_of(cell: dict) -> str:
    """Return a cell's text, which is a string or a list of lines: both are in the format."""
    return "".join(cell["source"])


def checked(notebook, name: str = "notebook") -> dict:
    """Return a notebook, when it is one. Raises NoNotebook, with the name of the argument or file."""
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise NoNotebook(f"{name}: expected a notebook of format 4, got no list of cells.")
    for place, cell in enumerate(notebook["cells"], start=1):
        if not _is_cell(cell):
            raise NoNotebook(f"{name}: expected a notebook of format 4, got something else as cell {place}.")
    return notebook


def _is_cell(cell) -> bool:
    """Say whether a cell has what every cell has, and in the form of it, as far as anybody here uses it."""
    if not isinstance(cell, dict) or not isinstance(cell.get("metadata"), dict):
        return False
    source, outputs, tags = cell.get("source"), cell.get("outputs", []), cell["metadata"].get("tags", [])
    if not isinstance(outputs, list) or not isinstance(tags, list):
        return False
    texts = [cell.get("cell_type"), cell.get("id", ""), *tags]
    texts += source if isinstance(source, list) else [source]
    return all(isinstance(one, str) for one in texts) and all(isinstance(one, dict) for one in outputs)


def notebooks_in(folder: Path) -> list[Path]:
    """Return the notebooks of a folder, in order."""
    return sorted(folder.glob("*.ipynb"))


def read(path: Path, name: str) -> dict:
    """Return the notebook of a file. Raises NoNotebook, which names the argument and the file."""
    try:
        return checked(json.loads(files.read(path)), f"{name}: {path.name}")
    except NoNotebook:
        raise
    except OSError as trouble:
        why = trouble.strerror or trouble
    except (ValueError, RecursionError):
        why = "it is no JSON, or too deep"
    raise NoNotebook(f"{name}: expected a notebook in {path}, which cannot be read: {why}.")


def _load_students(path: Path) -> dict | None:
    """Return a notebook that a student may have changed, or None when it is none any more."""
    try:
        return read(path, path.name)
    except NoNotebook:
        return None


def _remembered(folder: Path) -> dict:
    """Return {file: fingerprint of what it was given}; nothing, when the memory is lost or damaged."""
    try:
        given = json.loads(files.read(folder / MEMORY))["given"]
        return {str(name): str(told) for name, told in given.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def _remember(file: Path, newest: dict, given: dict) -> None:
    """Note what a file was given, at once: whoever is stopped after this has lost nothing."""
    given[file.name] = fingerprint(newest)
    _write(file.with_name(MEMORY), {"format": 1, "given": dict(sorted(given.items()))})


def _write(path: Path, content: dict) -> None:
    """Write a notebook or the memory; a failure of the power a moment later costs nothing."""
    files.write(path, as_text(content), mode=files.AS_USUAL, lasting=True)


def as_text(notebook: dict) -> str:
    """Return a notebook as Jupyter writes it. Half a letter is written as its number: no file can hold it."""
    text = json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        text = json.dumps(notebook, indent=1) + "\n"
    return text
