"""The tables: student by exercise, and the points as Moodle and Canvas import them."""

import csv
from pathlib import Path

from softmax_lesson.jupyter.grading.results import Result

# A table's program would compute what begins so; the last four are the wide forms of the first.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def word(verdict: dict) -> str:
    """Return a verdict in a word: right, the mistake's name, wrong, error, not attempted."""
    status, mistake = verdict["status"], verdict["mistake"]
    if status == "wrong":
        return mistake or "wrong"
    if status == "error":
        return f"error: {mistake}" if mistake else "error"
    return "right" if status == "correct" else status


def write_class(path: Path, results: list[Result], steps: dict[str, list[str]]) -> None:
    """Write one row a student: the points a notebook, then a verdict an exercise, then what went wrong."""
    names = [name for step in steps.values() for name in step]
    titles = [f"{step} (of {len(inside)})" for step, inside in steps.items()]
    rows = [["student", "number on the page", *titles, "points", *names, "remarks"]]
    for result in results:
        points = [result.points(inside) for inside in steps.values()]
        verdicts = [word(result.verdict(name)) for name in names]
        remarks = " ".join(result.problems)
        rows.append([result.student.name, result.number, *points, sum(points), *verdicts, remarks])
    _write(path, rows, "utf-8-sig")  # by its first mark a table's program knows the letters


def write_moodle(path: Path, results: list[Result], steps: dict[str, list[str]]) -> None:
    """Write Moodle's columns: `Identifier` is that of its grading worksheet, then a column a notebook."""
    rows = [["Identifier", "Full name", *steps, "Grade", "Maximum Grade"]]
    most = sum(map(len, steps.values()))
    for result in results:
        points = [result.points(inside) for inside in steps.values()]
        number = result.student.number if result.student.system == "Moodle" else ""
        identifier = f"Participant {number}" if number else ""
        rows.append([identifier, result.student.name, *points, sum(points), most])
    _write(path, rows, "utf-8")


def write_canvas(path: Path, results: list[Result], steps: dict[str, list[str]]) -> None:
    """Write Canvas' columns: who, then an assignment a notebook; the second row has the points possible."""
    who = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
    rows = [[*who, *steps], ["    Points Possible", "", "", "", "", *map(len, steps.values())]]
    for result in results:
        points = [result.points(inside) for inside in steps.values()]
        number = result.student.number if result.student.system == "Canvas" else ""
        rows.append([result.student.name, number, "", "", "", *points])
    _write(path, rows, "utf-8")


def _write(path: Path, rows: list[list], encoding: str) -> None:
    with path.open("w", newline="", encoding=encoding, errors="replace") as file:
        csv.writer(file).writerows([_safe(value) for value in row] for row in rows)


def _safe(value):
    """Return a value that no table's program takes for a formula."""
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(FORMULA) else value
