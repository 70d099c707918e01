"""The first code cell of every notebook, for one that travels alone: by mail, to Colab, into an LMS."""

import nbformat

MISSING_LESSON = "missing-lesson"
FIRST_CELL = """
# For a notebook that travelled alone; where the lesson is installed, nothing happens.
import sys
from importlib.util import find_spec

if find_spec("softmax_lesson") is None and "google.colab" in sys.modules:
    get_ipython().run_line_magic("pip", "install -q softmax-lesson")
if find_spec("softmax_lesson") is None:
    raise ModuleNotFoundError(
        "The lesson is missing here. Run in a cell: %pip install softmax-lesson "
        "(where pip finds none: %pip install git+ADDRESS, with the address of its repository)"
    )
""".strip()


def put_first_cell(notebook):
    """Put in place, after the title, the cell that helps where the lesson is missing."""
    cells = [cell for cell in notebook.cells if MISSING_LESSON not in cell.metadata.get("tags", [])]
    metadata = {"slideshow": {"slide_type": "skip"}, "tags": [MISSING_LESSON]}
    cells.insert(1, nbformat.v4.new_code_cell(FIRST_CELL, id=MISSING_LESSON, metadata=metadata))
    notebook.cells = cells
    return notebook
