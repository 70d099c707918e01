"""Execute notebooks in place and normalise them: `make notebooks`.

The committed file, with its outputs, is the single source. Running this twice changes nothing: what differs
from run to run (time stamps, widget addresses, editor state) is dropped, what a reader or nbval sees is kept.
"""

import os
import re
import sys
import tempfile
from pathlib import Path

import nbformat
from first_cell import MISSING_LESSON, put_first_cell
from nbclient import NotebookClient
from nbstripout import strip_output

from softmax_lesson import exercises

# A widget's live view names a model of one kernel's life; the stand-alone form beside it stays alive without.
LIVE_VIEW = "application/vnd.jupyter.widget-view+json"
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
# Without the file extension, `jupyter nbconvert --to script` writes a .txt.
LANGUAGE = {"file_extension": ".py", "name": "python"}
TO_PRESENTER = re.compile(r"(<sub>\*[^*\n]+\*) ")  # how a presenter's note begins, in any language


def normalise(notebook):
    """Drop in place what is not lesson: only outputs, execution counts, ids, tags and slide types stay."""
    strip_output(notebook, keep_output=True, keep_count=True, keep_id=True)
    spoken = {"language": notebook.metadata["language"]} if "language" in notebook.metadata else {}
    notebook.metadata = {"kernelspec": KERNEL, "language_info": LANGUAGE, **spoken}
    for cell in notebook.cells:
        cell.metadata = {key: cell.metadata[key] for key in ("slideshow", "tags") if key in cell.metadata}
        if {"presenter", MISSING_LESSON} & set(cell.metadata.get("tags", [])):
            collapse(cell)
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(LIVE_VIEW, None)
            output.get("metadata", {}).pop(LIVE_VIEW, None)
    return notebook


def put_starters(notebook, step):
    """Put in place what each exercise of a step gives to begin from: one says what the sample lets it ask.

    In another language these cells are translated, and stay.
    """
    starters = {f"def {one.name}(": one.starter for one in exercises.catalogue() if one.step == step}
    for cell in notebook.cells:
        if "exercise" in cell.metadata.get("tags", []) and "language" not in notebook.metadata:
            [cell.source] = [starter for first, starter in starters.items() if cell.source.startswith(first)]
    return notebook


def collapse(cell):
    """Have JupyterLab and Notebook 7 show no more of a cell than its first line, or three dots."""
    cell.metadata["jupyter"] = {"source_hidden": True}
    if note := TO_PRESENTER.match(cell.source):
        cell.source = f"{note[1]}\n{cell.source[note.end() :]}"


def execute(notebook, folder, kernel=None):
    """Run every cell from a fresh kernel in `folder`, as Restart and Run All does.

    kernel: the manager of one that is to be used in its place, and goes on afterwards.
    """
    place = {"metadata": {"path": str(folder)}}
    # Printed text arrives in pieces that depend on timing; joined, it is the same every time.
    options = {"kernel_name": "python3", "resources": place, "coalesce_streams": True}
    client = NotebookClient(notebook, km=kernel, **options)
    try:
        return client.execute()
    finally:
        if kernel:
            client.kc.stop_channels()


def main(paths):
    """Execute and normalise each notebook of `paths` in place."""
    os.environ["TQDM_DISABLE"] = "1"  # a progress bar appears or not, as fast as the machine is
    os.environ["SOFTMAX_LESSON_HOME"] = tempfile.mkdtemp()  # no exercise done yet, and yours stay as they are
    os.environ["SOFTMAX_LESSON_ROOM"] = "off"  # whatever room you are in
    os.environ.pop("SOFTMAX_LESSON_LANGUAGE", None)  # a notebook says itself what it speaks
    os.environ.pop("SOFTMAX_LESSON_SOLUTIONS", None)  # what is shut for students is not for these
    for path in map(Path, paths):
        print(path)
        notebook = put_starters(put_first_cell(nbformat.read(path, as_version=4)), path.stem)
        path.write_text(
            nbformat.writes(normalise(execute(notebook, path.parent))) + "\n", encoding="utf-8", newline="\n"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
