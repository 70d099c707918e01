"""What came out, by student; and what was kept of the last time: a changed file alone is run again."""

import contextlib
import functools
import hashlib
import json
import platform
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from softmax_lesson import exercises
from softmax_lesson.data import files
from softmax_lesson.jupyter.grading import notebooks
from softmax_lesson.jupyter.grading.handed_in import NotGiven, Student
from softmax_lesson.jupyter.grading.running import WorkerLost

KEPT = "kept.json"
NOT_ATTEMPTED = {"status": "not attempted", "mistake": None, "text": "", "line": None, "shown": []}
ORDER = ("correct", "wrong", "error", "not attempted")  # of two answers to an exercise the better one counts


@dataclass
class Result:
    """One student's verdicts by exercise, votes by prediction, and what was wrong with the files."""

    student: Student
    number: int
    """Stands for the name where nobody is to be named."""
    verdicts: dict[str, dict] = field(default_factory=dict)
    votes: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def verdict(self, exercise: str) -> dict:
        """Return the verdict on an exercise; one that was not handed in was not attempted."""
        return self.verdicts.get(exercise, NOT_ATTEMPTED)

    def points(self, names: list[str]) -> int:
        """Return how many of some exercises are right."""
        return sum(self.verdict(name)["status"] == "correct" for name in names)


def numbers(students: list[Student]) -> dict[int, int]:
    """Return {place in the list: number}, in an order that does not follow the alphabet."""
    drawn = sorted(
        range(len(students)), key=lambda place: _hash(students[place].name, students[place].number)
    )
    return {place: number for number, place in enumerate(drawn, 1)}


def grade_file(file, run, kept: "Kept") -> dict:
    """Return {"verdicts", "votes", "problem"} of a notebook file.

    run: a function of the code of its cells; it is called when the file was not run before.
    """
    try:
        content = file.content()
        key = hashlib.sha256(content).hexdigest()
        if (known := kept.get(key)) is None:
            known = _graded(notebooks.read(content), run)
            kept.add(key, known)
        return known
    except (NotGiven, notebooks.NoNotebook, WorkerLost) as trouble:
        return {"verdicts": {}, "votes": {}, "problem": str(trouble)}


def _graded(notebook, run) -> dict:
    done = run(notebook.cells)
    return {"verdicts": done.verdicts, "votes": notebook.votes, "problem": done.problem}


def gather(student: Student, number: int, graded: dict) -> Result:
    """Return one student's result. graded: {id of a file: what `grade_file` gave}."""
    result = Result(student, number)
    for file in student.notebooks:
        one = graded[id(file)]
        result.votes |= one["votes"]
        if one["problem"]:
            result.problems.append(f"{file.path.name}: {one['problem']}")
        for name, verdict in one["verdicts"].items():
            if _rank(verdict) <= _rank(result.verdict(name)):
                result.verdicts[name] = verdict
    for file in student.progress:
        with contextlib.suppress(NotGiven):
            result.votes |= notebooks.votes_of_progress(file.content())
    if not student.notebooks:
        result.problems.append(_no_notebook(student))
    return result


def _rank(verdict: dict) -> int:
    return ORDER.index(verdict["status"])


def _no_notebook(student: Student) -> str:
    names = ", ".join(file.problem or file.path.name for file in student.others[:3])
    return f"No notebook was handed in{f', but {names}' if names else ''}."


class Kept:
    """The results of the last time, by the content of the file; nothing, where the lesson is another one."""

    def __init__(self, folder: Path, limits):
        """Read what there is."""
        self.path, self.version, self.files, self.used = folder / KEPT, _version(limits), {}, {}
        try:
            loaded = json.loads(files.read(self.path))
            if loaded["version"] == self.version:
                self.files = {key: one for key, one in loaded["files"].items() if _is_result(one)}
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            pass

    def get(self, key: str) -> dict | None:
        """Return the result of a file, or None."""
        if key in self.files:
            self.used[key] = self.files[key]
        return self.files.get(key)

    def add(self, key: str, result: dict) -> None:
        """Keep a result."""
        self.used[key] = result
        self.files[key] = result

    def write(self) -> None:
        """Write the results of the files that are there now, for the user's eyes only."""
        files.write(self.path, json.dumps({"version": self.version, "files": self.used}))


def _is_result(one) -> bool:
    """Say whether what was kept of a file has the form of it."""
    if not isinstance(one, dict) or set(one) != {"verdicts", "votes", "problem"}:
        return False
    if not isinstance(one["verdicts"], dict) or not isinstance(one["votes"], dict):
        return False
    return isinstance(one["problem"], str | None) and all(map(_is_verdict, one["verdicts"].values()))


def _is_verdict(one) -> bool:
    """Say whether a verdict has the form that a worker gives it."""
    if not isinstance(one, dict) or set(one) != set(NOT_ATTEMPTED) or one["status"] not in ORDER:
        return False
    texts = [one["text"], one["mistake"] or "", *(one["shown"] if isinstance(one["shown"], list) else [0])]
    return all(isinstance(text, str) for text in texts)


@functools.cache  # it is the lesson that this process has loaded
def _version(limits) -> str:
    """Return what the verdicts depend on beside the file: the lesson, Python, NumPy, the limits."""
    root = Path(__file__).parents[2]
    parts = [platform.python_version(), np.__version__, repr(limits)]
    for path in sorted(root.rglob("*.py")) + sorted(root.rglob("*.toml")):
        if "widgets" not in path.parts:
            parts += [path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")]
    return _hash(*parts)


def _hash(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode("utf-8", "surrogateescape")).hexdigest()


def steps_of(results: list[Result]) -> dict[str, list[str]]:
    """Return {step: its exercises} of the notebooks that anybody handed in, in the order of the lesson."""
    seen = {name for result in results for name in result.verdicts}
    every = exercises.catalogue()
    steps = {exercise.step for exercise in every if exercise.name in seen}
    return {step: [e.name for e in every if e.step == step] for step in exercises.STEPS if step in steps}
