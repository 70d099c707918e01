"""A cell with a picture, run again and again in a real JupyterLab: nothing of the old pictures stays."""

import nbformat
import pytest
from looking import Notebook, until

from softmax_lesson.widgets import catalogue

RUN = """async place => {
    jupyterapp.shell.currentWidget.content.activeCellIndex = place;
    await jupyterapp.commands.execute("notebook:run-cell");
}"""
# JupyterLab holds on to the place of what it has shown, and that is its own affair.
HOLD = "(window.shown ??= []).push(...[...document.querySelectorAll('.sml')].map(e => new WeakRef(e)))"
LEFT = "new Set(shown.map(e => e.deref()).filter(e => e && !e.isConnected)).size"


@pytest.mark.parametrize("close", ["", "made[{0}] and made[{0}].close()\n"], ids=["left open", "closed"])
def test_running_a_cell_again_leaves_nothing_of_the_picture(open_page, lab, close):
    names = [picture.__name__ for picture in catalogue()]
    code = [f"from softmax_lesson.widgets import *\nmade = [None] * {len(names)}"]
    code += [close.format(i) + f"made[{i}] = {name}()\nmade[{i}]" for i, name in enumerate(names)]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in code])
    notebook.metadata.kernelspec = {"display_name": "Python 3 (ipykernel)", "name": "python3"}
    nbformat.write(notebook, lab.folder / "again.ipynb")
    page = open_page()
    book = Notebook(page, lab, "again.ipynb")
    book.run_all()
    devtools = page.context.new_cdp_session(page)
    for place in range(1, len(code)):
        for _ in range(4):
            book.show(place).locator(".sml-sentence").wait_for()
            page.evaluate(HOLD)
            page.evaluate(RUN, place)
    book.show(len(names)).locator(".sml-sentence").wait_for()

    def gone():
        devtools.send("HeapProfiler.collectGarbage")
        return page.evaluate(LEFT) == 0

    assert page.evaluate("shown.length") >= 4 * len(names)
    until(gone, "what had been shown was gone")
