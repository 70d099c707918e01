"""A student's copy shows no number of a result before its cell ran: not in an output, not in the text."""

import re

import nbformat
import pytest
from contract import ROOT, has_tag

from softmax_lesson.jupyter.students_copy import students_version

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
NUMBER = re.compile(r"(?<![\w.])\d*\.?\d+(?!\w|\.\d)")


def numbers(text):
    """Return the numbers with three digits or more that count; fewer say too little to give anything away."""
    found = NUMBER.findall(text.replace(",", ""))
    return {float(number) for number in found if len(number.replace(".", "").lstrip("0")) >= 3}


def said(cell):
    """Return what a cell's outputs say in words."""
    return "\n".join(
        o.get("text") or o.get("data", {}).get("text/plain", "") for o in cell.get("outputs", [])
    )


def visible(cell):
    """Return what of a cell a student sees who has run nothing."""
    return re.sub(r"(?s)<details>.*?</details>", "", cell.source) + said(cell)


def section(cells, place):
    """Return the cells from a place to the next heading."""
    is_heading = (re.match("#+ ", cell.source) and cell.cell_type == "markdown" for cell in cells[place:])
    return cells[place : place + next((i for i, found in enumerate(is_heading) if found), len(cells))]


def given_away(notebook):
    """Return {prediction: numbers of its results that the copy shows before a cell ran}, where it does."""
    copy, found = students_version(notebook)["cells"], {}
    ran = {cell.id: said(cell) for cell in notebook.cells}
    for place, cell in enumerate(copy):
        if not has_tag(cell, "prediction"):
            continue
        echo = next(i for i, later in enumerate(copy) if i > place and has_tag(later, "echo"))
        results = [later for later in copy[place + 1 : echo] if later.cell_type == "code"]
        following = [*copy[place + 1 : echo], *section(copy, echo)]
        secret = numbers("\n".join(ran[result.id] for result in results))
        known = numbers("\n".join(each.source for each in [*copy[: place + 1], *results]))
        shown = numbers("\n".join(map(visible, following)))
        if told := (secret - known) & shown:
            found[cell.id] = told
    return found


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_no_number_of_a_result_is_seen_before_its_cell_ran(path):
    assert given_away(nbformat.read(path, as_version=4)) == {}


def small(*tags):
    """A prediction of one number, and a text that tells it."""
    v4 = nbformat.v4
    cells = [
        v4.new_code_cell("guess", id="guess", metadata={"tags": ["prediction"]}),
        v4.new_code_cell("6 * 71", id="result", outputs=[v4.new_output("stream", text="426 of 1,000\n")]),
        v4.new_code_cell("guess.answer()", id="echo", metadata={"tags": ["echo"]}),
        v4.new_markdown_cell("So 426 of all.", id="explained", metadata={"tags": list(tags)}),
        v4.new_markdown_cell("## Next\n\nAfter 426 comes 427.", id="next"),
    ]
    return v4.new_notebook(cells=cells)


def test_a_text_that_tells_the_result_is_caught_and_a_folded_one_passes():
    assert given_away(small()) == {"guess": {426.0}}
    assert given_away(small("answer")) == {}
