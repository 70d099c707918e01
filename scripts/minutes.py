"""How long a notebook takes, counted from the notebook itself: `make minutes`.

Words are read, lines of code are followed, a prediction is thought about, a picture is played with, an
exercise is solved. Each has its price; a section's minutes are their sum, rounded. The command writes them
under every heading, into the notebooks' first cells, the README and INSTRUCTORS; a test holds them there.
"""

import functools
import re
import sys
from pathlib import Path

import nbformat
from first_cell import MISSING_LESSON

from softmax_lesson.jupyter import plans

ROOT = Path(__file__).parents[1]

WORDS_A_MINUTE = 150
A_LINE_OF_CODE = 6 / 60  # minutes, all of them
A_PREDICTION = 40 / 60
A_PICTURE = 4
AN_EXERCISE = 5.5

# Under a heading, "*(4 minutes)*"; in the first cell, "**Time**: 60 minutes". The words are the notebook's.
STATED = plans.MINUTES
STATED_IN_ALL = re.compile(r"^(\*\*[^*\n]+\*\*: )\d+(?= )", re.MULTILINE)
# {one: more}; a language that is not here keeps its word.
SEVERAL = {"minute": "minutes", "Minute": "Minuten"}


def sections(notebook):
    """Return {heading: its cells}, in order; what stands before the first `##` belongs to none."""
    found, cells = {}, []
    for cell in notebook.cells:
        heading = re.search(r"^## (.+)$", cell.source, re.MULTILINE) if cell.cell_type == "markdown" else None
        if heading:
            found[heading[1]] = cells = []
        cells.append(cell)
    return found


def estimate(cells):
    """Return the minutes that a reader spends on some cells: a whole number, at least 1."""
    return max(1, round(sum(map(minutes_of, cells))))


def minutes_of(cell):
    """Return the minutes for one cell; a presenter's note costs the reader nothing."""
    tags = cell.metadata.get("tags", [])
    if "presenter" in tags or MISSING_LESSON in tags:
        return 0
    if cell.cell_type == "markdown":
        return len(cell.source.split()) / WORDS_A_MINUTE
    if "exercise" in tags:
        return AN_EXERCISE
    if "prediction" in tags:
        return A_PREDICTION
    if "echo" in tags:
        return 0
    lines = [line for line in cell.source.splitlines() if line.strip()]
    return len(lines) * A_LINE_OF_CODE + A_PICTURE * any(map(moves, cell.outputs))


def moves(output):
    """Whether an output is an interactive picture."""
    return "<script" in output.get("data", {}).get("text/html", "")


def restate(notebook):
    """Write the counted minutes under each heading and into the first cell; return them by heading."""
    counted = {}
    for heading, cells in sections(notebook).items():
        counted[heading] = estimate(cells)
        words = functools.partial(_stated_anew, counted[heading])
        cells[0].source = STATED.sub(words, cells[0].source, count=1)
    first = notebook.cells[0]
    first.source = STATED_IN_ALL.sub(rf"\g<1>{sum(counted.values())}", first.source, count=1)
    return counted


def _stated_anew(minutes, match):
    """Return what stands under a heading, with other minutes."""
    word = match["word"]
    one = next((single for single, more in SEVERAL.items() if more == word), word)
    return f"*({minutes} {one if minutes == 1 else SEVERAL.get(one, word)})*"


def stated(notebook):
    """Return the minutes that the sections of a notebook state, added up."""
    found = (STATED.search(cells[0].source) for cells in sections(notebook).values())
    return sum(int(match[1]) for match in found if match)


def in_tables(text, counted):
    """Return a guide's text with the minutes of its tables as counted: {notebook: {heading: minutes}}."""
    for name, of_section in counted.items():
        total = sum(of_section.values())
        text = re.sub(rf"(\(notebooks/{name}\.ipynb\) \|.*\| )\d+( \|)", rf"\g<1>{total}\g<2>", text)
        for heading, minutes in of_section.items():
            row = rf"(?m)^(\| {name[:2]} \| {re.escape(heading)} \| )\d+( \|)$"
            text = re.sub(row, rf"\g<1>{minutes}\g<2>", text)
    totals = {name[:2]: sum(of_section.values()) for name, of_section in counted.items()}
    text = re.sub(r"(\w+ notebooks, )\d+( minutes)", rf"\g<1>{sum(totals.values())}\g<2>", text)

    def session(row):
        names = re.findall(r"\b\d\d\b", row[2])
        known = all(name in totals for name in names)
        return f"{row[1]}{row[2]}| {sum(totals[name] for name in names)} |" if known else row[0]

    return re.sub(r"(?m)^(\| \d: [^|]+\| )((?:\d\d(?:, )?)+ )\| \d+ \|$", session, text)


def with_plans(text):
    """Return INSTRUCTORS' text with each plan as plans.toml has it, between its two marks."""

    def table(marks):
        shown = plans.as_table(plans.find_plan(marks[2]), ROOT / "notebooks")
        return f"{marks[1]}\n{shown}\n{marks[3]}"

    return re.sub(r"(?s)(<!-- plan (\d+) -->).*?(<!-- end of the plan -->)", table, text)


def restate_file(path):
    """Restate the minutes in one notebook's file; print and return them by heading."""
    notebook = nbformat.read(path, as_version=4)
    counted = restate(notebook)
    path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8", newline="\n")
    print(f"{path.stem}: {sum(counted.values())} minutes")
    for heading, minutes in counted.items():
        print(f"{minutes:6d}  {heading}")
    return counted


def main():
    """Restate the minutes of all notebooks and of the guides that repeat them, and print them."""
    lesson = ROOT / "notebooks"
    counted = {path.stem: restate_file(path) for path in sorted(lesson.glob("*.ipynb"))}
    for path in sorted(lesson.glob("*/[0-9][0-9]_*.ipynb")):  # in other languages: no guide repeats those
        restate_file(path)
    for guide in ("README.md", "INSTRUCTORS.md"):
        text = (ROOT / guide).read_text(encoding="utf-8")
        text = with_plans(in_tables(text, counted))
        (ROOT / guide).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    sys.exit(main())
