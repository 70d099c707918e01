"""A picture and a prediction whose Python has gone say so; where there never was one, nothing is said."""

import urllib.request

import nbformat
import pytest
from looking import PATIENCE, Notebook, fits, until

from softmax_lesson.exercises.engine import progress_file
from softmax_lesson.widgets import FirstTouch, Prediction, catalogue

NUDGE = "05_derivatives.nudge"
LEFT = FirstTouch._english["left"]
SESSION = "jupyterapp.shell.currentWidget.sessionContext.session"
KERNEL = f"{SESSION}.kernel"
# A kernel says once that it is ready, and on a busy machine nobody listens yet; asked, it says so once more.
READY = f"""async () => {{
    const asked = {SESSION}?.kernel?.requestKernelInfo().catch(() => {{}});
    await Promise.race([asked, new Promise(enough => setTimeout(enough, 1000))]);
    return {SESSION}?.kernel?.status === "idle";
}}"""
OTHER_KERNEL = "void jupyterapp.shell.currentWidget.sessionContext.changeKernel({ name: 'python3' })"
EVERY = [*catalogue(), lambda: Prediction(NUDGE)]
# A model such as anywidget hands over, whose Python goes when it is told.
IN_FRONT_OF_PYTHON = """async ([esm, state]) => {
    const file = new Blob([esm], { type: "text/javascript" });
    const { default: picture } = await import(URL.createObjectURL(file));
    const heard = {};
    const model = {
        get: name => state[name],
        set(name, value) { state[name] = value; heard[`change:${name}`]?.forEach(hear => hear()); },
        save_changes() {},
        on: (event, hear) => (heard[event] ??= new Set()).add(hear),
        off: (event, hear) => heard[event]?.delete(hear),
    };
    picture.initialize({ model });
    window.restart = () => heard.comm_live_update.forEach(hear => hear());
    const show = () => picture.render({ model, el: document.querySelector("main") });
    window.again = () => { leave(); leave = show(); };
    let leave = show();
}"""


@pytest.fixture(autouse=True)
def nothing_predicted(tmp_path, monkeypatch):
    """What is predicted here is no other test's business."""
    monkeypatch.setenv("SOFTMAX_LESSON_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(progress_file, "_predicted", {})


def restarts(page, lab):
    page.get_by_role("menuitem", name="Kernel", exact=True).click()
    page.get_by_role("menuitem", name="Restart Kernel…").click()
    page.get_by_role("button", name="Confirm Kernel Restart").click()


def crashes(page, lab):
    page.evaluate(f"void {KERNEL}.requestExecute({{ code: 'import os; os._exit(1)' }})")
    page.get_by_role("button", name="Ok", exact=True).click()  # "It will restart automatically."


def is_exchanged(page, lab):
    page.evaluate(OTHER_KERNEL)


def is_ended(page, lab):
    """A hub ends what nobody uses."""
    address = f"{lab.url}/api/kernels/{page.evaluate(f'{KERNEL}.id')}?token={lab.token}"
    urllib.request.urlopen(urllib.request.Request(address, method="DELETE"), timeout=30).close()


def test_when_the_kernel_goes_it_is_said_and_running_the_cells_again_helps(chromium, lab):
    ask = f'Prediction("{NUDGE}")'
    code = ["from softmax_lesson.widgets import FirstTouch, Prediction", "FirstTouch()", ask]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in code])
    notebook.metadata.kernelspec = {"display_name": "Python 3 (ipykernel)", "name": "python3"}
    nbformat.write(notebook, lab.folder / "left.ipynb")
    # Not by `open_page`: JupyterLab itself complains in the console when a kernel goes.
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(PATIENCE)
    book = Notebook(page, lab, "left.ipynb")
    said = page.get_by_text(LEFT, exact=True)
    for goes in (restarts, crashes, is_exchanged, is_ended):
        # What a kernel that is still beginning is told is lost.
        until(lambda: page.evaluate(READY), f"the kernel was there before it {goes.__name__}")
        book.run_all()
        slider, option = page.get_by_role("slider"), page.get_by_role("radio").first
        option.wait_for()
        until(lambda: said.count() == 0, "what was said before was gone")
        slider.press("ArrowRight")  # and Python hears it
        before = slider.bounding_box()
        goes(page, lab)
        until(lambda: said.count() == 2, f"it was said twice that the kernel {goes.__name__}")
        assert said.first.is_visible() and said.last.is_visible()
        assert slider.bounding_box() == before
        option.check()  # and what was said stays
        assert said.last.is_visible()
    page.close()


@pytest.mark.parametrize(("width", "theme"), [(320, "light"), (800, "dark"), (1280, "light")])
def test_what_is_said_is_seen_everywhere_and_moves_nothing(open_page, width, theme, screenshots):
    page = open_page(width=width, theme=theme)
    for made in EVERY:
        picture = made()
        page.goto("about:blank")
        page.set_content(
            '<!doctype html><meta name="viewport" content="width=device-width"><title>Python goes</title>'
            "<style>:root { color-scheme: light dark; } body { margin: 0; }</style><main></main>"
        )
        page.evaluate(IN_FRONT_OF_PYTHON, [picture._esm, picture.whole_state()])
        said = page.locator("main [aria-live=polite]").last
        controls = page.locator("main :is(input, button, svg, canvas)")
        assert said.text_content() == "" and said.bounding_box()["height"] == 0
        before = [control.bounding_box() for control in controls.all()]
        page.evaluate("restart()")
        assert said.inner_text() == LEFT and said.get_attribute("role") is None
        assert said.bounding_box()["height"] > 20
        assert [control.bounding_box() for control in controls.all()] == before
        fits(page, width)
        page.evaluate("again()")
        assert page.get_by_text(LEFT, exact=True).count() == 1  # a second view of the same model says it, too
    page.locator("main").screenshot(path=screenshots / f"left-by-python-{theme}.png")


def test_a_page_without_a_kernel_never_says_it(open_picture):
    page = open_picture(*(made() for made in EVERY))
    for slider in page.get_by_role("slider").all():
        slider.press("ArrowRight")
    page.get_by_role("radio").last.check()
    assert LEFT not in page.locator("body").inner_text()
    assert page.locator("[aria-live]:not([role])").count() == 0
