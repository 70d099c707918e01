"""Which form of a picture is shown where: CONTRIBUTING.md, "How an output is chosen", tested."""

import nbformat
import pytest
from looking import PATIENCE, VIEW, Notebook, says, until
from nbconvert import HTMLExporter
from run_notebooks import KERNEL
from test_notebooks import new_notebook

from softmax_lesson.data import CLASS_NAMES
from softmax_lesson.widgets import LossCurve

FIRST, SECOND, THIRD = CLASS_NAMES

NO_MODEL = "Error displaying widget"


def outputs(path):
    return [output.data for cell in nbformat.read(path, 4).cells for output in cell.outputs]


def saved(folder, name):
    """Write what is saved without the lesson's server extension: all four forms, the live view too."""
    data, metadata = LossCurve()._repr_mimebundle_()
    assert VIEW in data
    output = nbformat.v4.new_output("execute_result", data=data, metadata=metadata, execution_count=1)
    cell = nbformat.v4.new_code_cell("LossCurve()", outputs=[output], execution_count=1)
    notebook = nbformat.v4.new_notebook(cells=[cell], metadata={"kernelspec": KERNEL})
    nbformat.write(notebook, folder / name)
    return notebook


def test_what_a_student_saves_is_alive_when_its_kernel_is_gone(open_page, lab):
    code = "from softmax_lesson.widgets import LossCurve\ncurve = LossCurve()\ncurve"
    new_notebook(lab, "mine.ipynb", code)
    page = open_page()
    notebook = Notebook(page, lab, "mine.ipynb")
    notebook.run_all()
    page.evaluate("jupyterapp.commands.execute('docmanager:save')")
    until(lambda: outputs(lab.folder / "mine.ipynb"), "the notebook was saved")
    [data] = outputs(lab.folder / "mine.ipynb")
    assert data.keys() == {"text/plain", "text/html", "image/png"}

    # On the screen the picture is still Python's.
    picture = notebook.show(0)
    notebook.ask("curve.scores = [3.0, 2.0, 1.0]")
    says(picture, LossCurve([3, 2, 1]).sentence())

    page.evaluate("jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    page.goto(lab.address("mine.ipynb"))
    says(page.locator(".sml"), LossCurve().sentence())
    page.get_by_role("slider", name=f"score of {FIRST}").focus()
    page.keyboard.press("ArrowRight")
    says(page.locator(".sml"), LossCurve([1.1, 2, -1]).sentence())
    assert page.get_by_text(NO_MODEL).count() == 0


def test_what_goes_between_server_and_browser_is_compressed(open_page, lab):
    """A picture and its script pack well, and a student may be far away: saving.py asks for it."""
    new_notebook(lab, "packed.ipynb", "1")
    page = open_page()
    notebook = Notebook(page, lab, "packed.ipynb")
    notebook.run_all()
    extensions = page.evaluate("""() => new Promise((done, fail) => {
        const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
        const { wsUrl, token } = kernel.serverSettings;
        const address = `${wsUrl}api/kernels/${kernel.id}/channels?session_id=test&token=${token}`;
        const socket = new WebSocket(address);
        socket.onopen = () => { done(socket.extensions); socket.close(); };
        socket.onerror = () => fail(new Error("no connection"));
    })""")
    assert "permessage-deflate" in extensions


def test_a_strangers_notebook_shows_the_still_picture(open_page, lab):
    saved(lab.folder, "strange.ipynb")
    page = open_page()
    page.goto(lab.address("strange.ipynb"))
    image = page.get_by_role("img", name=LossCurve().sentence())
    image.wait_for()
    until(lambda: image.evaluate("image => image.naturalWidth") == 630, "the still picture was there")
    assert image.bounding_box()["width"] == 630
    assert page.locator(".sml").count() == 0
    assert page.get_by_text(NO_MODEL).count() == 0


@pytest.mark.parametrize("template", ["lab", "classic", "basic"])
def test_a_notebook_turned_into_html_is_alive_without_network(chromium, tmp_path, template):
    notebook = saved(tmp_path, "saved.ipynb")
    body, _ = HTMLExporter(template_name=template).from_notebook_node(notebook)
    path = tmp_path / f"{template}.html"
    path.write_text(body, encoding="utf-8")
    context = chromium.new_context(offline=True)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(path.as_uri(), wait_until="commit")
    says(page.locator(".sml"), LossCurve().sentence())
    page.get_by_role("slider", name=f"score of {FIRST}").focus()
    page.keyboard.press("ArrowRight")
    says(page.locator(".sml"), LossCurve([1.1, 2, -1]).sentence())
    context.close()
