"""A student's copy in a real JupyterLab: nothing is seen that was not run; presenter's cells, collapsed."""

import shutil
from pathlib import Path

import nbformat
import pytest
from looking import until
from run_notebooks import normalise

from softmax_lesson.jupyter.students_copy import students_version

SUMMARY = "Predict and run first, then open this."
OPENED = "name => window.jupyterapp?.shell.currentWidget?.context?.path === name"


@pytest.fixture
def read(open_page, lab):
    """Return a function that opens a notebook with all its cells drawn, and returns it."""
    settings = lab.folder.parent / "settings" / "@jupyterlab" / "notebook-extension"
    settings.mkdir(parents=True)
    # JupyterLab draws only the cells that are in the window, unless it is told to draw all.
    (settings / "tracker.jupyterlab-settings").write_text('{"windowingMode": "none"}')
    page = open_page()

    def read(notebook, name):
        nbformat.write(nbformat.from_dict(notebook), lab.folder / name)
        if page.url == "about:blank":
            page.goto(lab.address(name))
        else:  # in the same JupyterLab, which is quicker
            page.evaluate("path => void jupyterapp.commands.execute('docmanager:open', { path })", name)
        page.wait_for_function(OPENED, arg=name)
        seen = page.locator(".jp-Notebook:visible")
        cells = seen.locator(".jp-Cell:visible")
        until(lambda: cells.count() == len(notebook["cells"]), f"{name} showed all of its cells")
        texts = seen.locator(".jp-MarkdownOutput, .jp-MarkdownCell .jp-InputPlaceholder")
        written = sum(cell["cell_type"] == "markdown" for cell in notebook["cells"])
        until(lambda: texts.count() == written and all(texts.all_inner_texts()), f"{name} was drawn")
        return seen

    yield read
    shutil.rmtree(settings)


def test_nothing_is_given_away_before_a_cell_ran(read):
    for path in sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb")):
        lesson = nbformat.read(path, as_version=4)
        seen = read(students_version(lesson), f"copy_{path.name}")
        assert seen.locator(".jp-OutputArea-output").count() == 0, path.name
        assert "For the presenter" not in seen.inner_text(), path.name
        answers = [cell for cell in lesson.cells if "answer" in cell.metadata.get("tags", [])]
        folded = seen.locator("details", has=seen.page.get_by_text(SUMMARY, exact=True))
        assert [text.strip() for text in folded.all_inner_texts()] == [SUMMARY] * len(answers), path.name


def test_a_folded_answer_opens_by_keyboard_and_is_drawn_as_text(read):
    cell = nbformat.v4.new_markdown_cell(
        "It **falls**, by $x_1$:\n\n- *twice*", metadata={"tags": ["answer"]}
    )
    lesson = normalise(nbformat.v4.new_notebook(cells=[cell]))
    seen = read(students_version(lesson), "folded.ipynb")
    bold = seen.locator("details strong")
    assert bold.is_hidden()
    seen.locator("summary").focus()
    seen.page.keyboard.press("Space")
    bold.wait_for()
    assert seen.locator("details li em").inner_text() == "twice"
    seen.locator("details mjx-container").wait_for()


def test_a_presenters_cell_shows_its_first_line_only(read):
    note = nbformat.v4.new_markdown_cell(
        "<sub>*For the presenter.* Expect **41**.</sub>", metadata={"tags": ["presenter"]}
    )
    lesson = normalise(nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# Title"), note]))
    seen = read(lesson, "collapsed.ipynb")
    seen.locator(".jp-InputPlaceholder").wait_for()
    assert "For the presenter" in seen.inner_text()
    assert "Expect" not in seen.inner_text()
