"""The letters declared in 01: what is no such letter, and what is one of another shape.

That they keep it in every cell of every notebook is seen where all of them run: test_second_run.py.
"""

import re
from types import SimpleNamespace

import nbformat
import numpy as np
from contract import ROOT
from IPython.core.events import EventManager, available_events
from notation import AXES, misused, watch


def test_a_misused_letter_is_seen():
    good = {"W_small": np.ones((3, 4)), "f": np.ones(3), "score": np.ones((2, 2)), "W": "words", "_": 3}
    assert list(misused(good)) == []
    assert len(list(misused({"f": np.ones((2, 3)), "P_test": np.ones(3), "x": np.array(1.0)}))) == 3


def test_it_is_seen_after_the_cell_that_misuses_it():
    shell = SimpleNamespace(user_ns={"W": np.ones((2, 3))})
    shell.events = EventManager(shell, available_events)
    found = watch(shell)
    for value in (np.ones((2, 3)), np.ones(3), np.ones((2, 3))):
        shell.user_ns["W_new"] = value
        shell.events.trigger("post_run_cell", None)
    assert found == ["W_new has the shape (3,), and a W has 2 axes"]


def declared():
    """Return the letters of the table in 01."""
    cells = nbformat.read(ROOT / "notebooks/01_scores.ipynb", as_version=4).cells
    table = next(cell.source for cell in cells if cell.id == "notation")
    rows = re.findall(r"^\| (.+?) \|", table, re.MULTILINE)
    return {letter for row in rows for letter in re.findall(r"\b[A-Za-z]\b", row.replace("^T", ""))}


def test_the_table_declares_every_letter_that_has_a_shape():
    assert set(AXES) <= declared()
