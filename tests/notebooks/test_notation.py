"""The letters declared in 01 keep their meaning: in every cell of every notebook, a W has W's shape."""

import contextlib
import io
import re
from pathlib import Path

import matplotlib
import nbformat
import numpy as np
import pytest

FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
# How many axes an array of this name has; `W_small` is a W, too.
AXES = {"x": 1, "X": 2, "W": 2, "f": 1, "S": 2, "p": 1, "P": 2, "Y": 2, "G": 2}


def letter(name):
    """Return the letter that a name in code stands for: W for W and W_small, None for words."""
    match = re.fullmatch(r"([A-Za-z])(_\w+)?", name)
    return match and match[1]


def misused(names):
    """Return a sentence for each array whose name says another shape."""
    for name, value in names.items():
        axes = AXES.get(letter(name))
        if axes and isinstance(value, np.ndarray) and value.ndim != axes:
            yield f"{name} has the shape {value.shape}, and a {letter(name)} has {axes} axes"


def test_a_misused_letter_is_seen():
    good = {"W_small": np.ones((3, 4)), "f": np.ones(3), "score": np.ones((2, 2)), "W": "words", "_": 3}
    assert list(misused(good)) == []
    assert len(list(misused({"f": np.ones((2, 3)), "P_test": np.ones(3), "x": np.array(1.0)}))) == 3


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_letter_in_code_keeps_its_shape(path, monkeypatch):
    monkeypatch.chdir(path.parent)
    matplotlib.use("agg")
    names = {"__name__": "__main__"}
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            with contextlib.redirect_stdout(io.StringIO()), np.errstate(all="ignore"):
                exec(compile(cell.source, cell.id, "exec"), names)
            assert list(misused(names)) == [], cell.id


def declared():
    """Return the letters of the table in 01."""
    cells = nbformat.read(FOLDER / "01_scores.ipynb", as_version=4).cells
    table = next(cell.source for cell in cells if cell.id == "notation")
    rows = re.findall(r"^\| (.+?) \|", table, re.MULTILINE)
    return {letter for row in rows for letter in re.findall(r"\b[A-Za-z]\b", row.replace("^T", ""))}


def test_the_table_declares_every_letter_that_has_a_shape():
    assert set(AXES) <= declared()
